//! Whether the assessment is sound 课程考核合理性: coverage, points, difficulty, discrimination, ceiling, reliability.

use super::super::document::{Block, Cell, Form};
use super::super::numbers::UNKNOWN;
use super::super::words::{centre, left, right};
use super::{Facts, filled};

/// Objectives first, then their items.
pub(super) fn quality(facts: &Facts<'_>) -> Vec<Block> {
    let mut blocks: Vec<Block> = filled(objectives(facts)).into_iter().collect();
    blocks.extend(filled(items(facts)));
    if !blocks.is_empty() {
        blocks.insert(0, facts.context.paragraph("intro.quality", &[]));
        let uncovered: Vec<String> = (0..facts.reliability.len())
            .filter(|&row| facts.reliability.number(row, "n_items").is_some_and(|n| n < 0.5))
            .filter_map(|row| facts.reliability.text(row, "objective"))
            .map(|id| facts.context.objective(id))
            .collect();
        if !uncovered.is_empty() {
            let list = facts.context.list(&uncovered);
            blocks.insert(1, facts.context.paragraph("uncovered", &[("objectives", &list)]));
        }
    }
    blocks
}

fn objectives(facts: &Facts<'_>) -> super::DocTable {
    let context = &facts.context;
    let columns = [
        left("objective"),
        right("n_items", Form::Count),
        right("points", Form::Plain),
        right("point_share", Form::Percent(1)),
        right("difficulty", Form::Decimals(2)),
        right("alpha", Form::Decimals(2)),
        centre("alpha_interval"),
        right("n_complete", Form::Count),
    ];
    let rows = &facts.reliability;
    let level = context.confidence(facts.material.policy);
    let mut table = context.table("quality", &[("level", &level)], &columns);
    for row in 0..rows.len() {
        let number = |column: &str| rows.number(row, column);
        let digits = |value: Option<f64>| context.numbers.digits_cell(value, 2);
        let name = match rows.text(row, "objective") {
            Some(id) => context.objective(id),
            None => context.text("the_course", &[]),
        };
        let ends = number("alpha_low").zip(number("alpha_high"));
        let interval = ends.map(|(low, high)| {
            format!("{}–{}", context.numbers.digits(low, 2), context.numbers.digits(high, 2))
        });
        table.rows.push(vec![
            Cell::text(name),
            context.numbers.count_cell(number("n_items")),
            context.numbers.short_cell(number("points"), 2),
            context.numbers.percent_cell(number("point_share")),
            digits(number("difficulty")),
            digits(number("alpha")),
            Cell::text(interval.unwrap_or_else(|| UNKNOWN.to_owned())),
            context.numbers.count_cell(number("n_complete")),
        ]);
    }
    table.notes.push(context.text("note.quality", &[]));
    table
}

fn items(facts: &Facts<'_>) -> super::DocTable {
    let context = &facts.context;
    let columns = [
        left("item"),
        centre("item_objectives"),
        right("full", Form::Plain),
        right("difficulty", Form::Decimals(2)),
        right("discrimination", Form::Decimals(2)),
        right("ceiling", Form::Percent(1)),
        right("floor", Form::Percent(1)),
        right("n_complete", Form::Count),
    ];
    let mut table = context.table("item_quality", &[], &columns);
    let rows = &facts.analysis;
    for row in 0..rows.len() {
        let number = |column: &str| rows.number(row, column);
        let id = rows.text(row, "item").unwrap_or_default();
        let own = facts.items.rows_where(&[("item", id)]).next();
        let of_item = |column: &str| own.and_then(|row| facts.items.text(row, column));
        table.rows.push(vec![
            Cell::text(of_item("item_name").unwrap_or(id)),
            Cell::text(super::assessment::listed(of_item("objectives"), facts)),
            context.numbers.short_cell(own.and_then(|row| facts.items.number(row, "full")), 2),
            context.numbers.digits_cell(number("difficulty"), 2),
            context.numbers.digits_cell(number("discrimination"), 2),
            context.numbers.percent_cell(number("ceiling")),
            context.numbers.percent_cell(number("floor")),
            context.numbers.count_cell(number("n_complete")),
        ]);
    }
    table.notes.push(context.text("note.item_quality", &[]));
    table
}
