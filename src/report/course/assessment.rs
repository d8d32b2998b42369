//! What was to be attained, and how it was assessed.

use super::super::document::{Block, Cell, Form};
use super::super::numbers::UNKNOWN;
use super::super::words::{centre, left, right};
use super::{Facts, filled, number, pointing};
use crate::model::{Item, Offering};

/// The objectives, what they are worth, and which indicators they serve.
pub(super) fn objectives(facts: &Facts<'_>) -> Vec<Block> {
    let context = &facts.context;
    let columns = [
        left("objective"),
        left("objective_text"),
        right("weight", Form::Plain),
        right("expected", context.numbers.form()),
        left("indicators"),
    ];
    let mut table = context.table("objectives", &[], &columns);
    for row in facts.whole(&facts.objectives) {
        let id = facts.objectives.text(row, "objective").unwrap_or_default();
        table.rows.push(vec![
            Cell::text(context.objective(id)),
            Cell::text(facts.objectives.text(row, "objective_text").unwrap_or(UNKNOWN)),
            context.numbers.short_cell(facts.objectives.number(row, "weight"), 4),
            context.numbers.cell(facts.objectives.number(row, "expected")),
            Cell::text(indicators(facts, id)),
        ]);
    }
    filled(table).into_iter().collect()
}

/// The indicators that an objective, or the course as a whole, supports: of the offering's programme, and of the
/// latest plan, each with its weight or letter.
fn indicators(facts: &Facts<'_>, objective: &str) -> String {
    let support = &facts.support;
    let programme = facts.offering.programme.as_deref();
    let mine =
        |row: &usize| programme.is_none_or(|programme| support.text(*row, "programme") == Some(programme));
    let rows: Vec<usize> = (0..support.len()).filter(mine).collect();
    let latest = rows.iter().filter_map(|&row| support.text(row, "plan")).max();
    let serves = |row: &&usize| {
        let named = support.text(**row, "objective");
        support.text(**row, "plan") == latest && named.is_none_or(|named| named == objective)
    };
    let mut listed: Vec<String> = Vec::new();
    for &row in rows.iter().filter(serves) {
        let strength = match (support.text(row, "code"), support.number(row, "weight")) {
            (Some(code), _) => code.to_owned(),
            (None, Some(weight)) => facts.context.numbers.short(weight, 4),
            (None, None) => continue,
        };
        let one = facts.context.text(
            "indicator_weight",
            &[("indicator", support.text(row, "indicator").unwrap_or_default()), ("weight", &strength)],
        );
        if !listed.contains(&one) {
            listed.push(one);
        }
    }
    if listed.is_empty() { UNKNOWN.to_owned() } else { facts.context.list(&listed) }
}

/// Components × objectives: which share of the course total each component gives to each objective.
pub(super) fn matrix(facts: &Facts<'_>) -> Vec<Block> {
    let context = &facts.context;
    let offering = facts.offering;
    if offering.items.is_empty() || offering.objectives.is_empty() {
        return Vec::new();
    }
    let total: f64 = offering.items.iter().map(|item| number(item.weight)).sum();
    let mut columns = vec![left("component")];
    columns.extend(offering.objectives.iter().map(|_| right("blank", Form::Percent(1))));
    columns.push(right("total_share", Form::Percent(1)));
    let mut table = context.table("matrix", &[], &columns);
    facts.head_objectives(&mut table, 1);
    let components = (0..offering.components.len()).map(Some);
    let loose = offering.items.iter().any(|item| item.component.is_none()).then_some(None);
    for component in components.chain(loose) {
        let items: Vec<(usize, &Item)> =
            offering.items.iter().enumerate().filter(|(_, item)| item.component == component).collect();
        let name = component
            .map_or_else(|| context.text("no_component", &[]), |at| offering.components[at].name.clone());
        let mut line = vec![Cell::text(name)];
        for objective in 0..offering.objectives.len() {
            let points: f64 = items.iter().map(|&(at, item)| served(offering, (at, item), objective)).sum();
            line.push(share(points, total, facts));
        }
        line.push(share(items.iter().map(|(_, item)| number(item.weight)).sum(), total, facts).strong());
        table.rows.push(line);
    }
    table.notes.push(context.text("note.matrix", &[]));
    let mut blocks = vec![pointing(context.text("see.matrix", &[]), "table-matrix")];
    blocks.extend(filled(table));
    blocks.extend(filled(items(facts)));
    blocks
}

/// The part of an item's weight that serves an objective.
fn served(offering: &Offering, (at, item): (usize, &Item), objective: usize) -> f64 {
    let links = offering.allocation.iter().filter(|link| link.item == at && link.objective == objective);
    links.map(|link| number(item.weight) * number(link.share).min(1.0)).sum()
}

/// A part of the course total in per cent; empty where there is none.
fn share(points: f64, total: f64, facts: &Facts<'_>) -> Cell {
    if points > 0.0 && total > 0.0 {
        facts.context.numbers.percent_cell(Some(points / total))
    } else {
        Cell::text("")
    }
}

/// The items with their marks.
fn items(facts: &Facts<'_>) -> super::DocTable {
    let context = &facts.context;
    let columns = [
        left("item"),
        left("component"),
        centre("item_objectives"),
        right("full", Form::Plain),
        right("mean", Form::Decimals(2)),
        right("sd", Form::Decimals(2)),
        right("ratio", context.numbers.form()),
        right("n_scored", Form::Count),
        right("n_missing", Form::Count),
    ];
    let mut table = context.table("items", &[], &columns);
    let items = &facts.items;
    for row in 0..items.len() {
        let name = items.text(row, "item_name").or(items.text(row, "item")).unwrap_or_default();
        let number = |column: &str| items.number(row, column);
        table.rows.push(vec![
            Cell::text(name),
            Cell::text(items.text(row, "component").unwrap_or(UNKNOWN)),
            Cell::text(listed(items.text(row, "objectives"), facts)),
            context.numbers.short_cell(number("full"), 2),
            context.numbers.digits_cell(number("mean"), 2),
            context.numbers.digits_cell(number("sd"), 2),
            context.numbers.cell(number("ratio")),
            context.numbers.count_cell(number("n_scored")),
            context.numbers.count_cell(number("n_missing")),
        ]);
    }
    table
}

/// The objectives that an item serves, as the table of items parts them, in a list.
pub(super) fn listed(objectives: Option<&str>, facts: &Facts<'_>) -> String {
    let parts: Vec<String> = objectives.unwrap_or(UNKNOWN).split(' ').map(str::to_owned).collect();
    facts.context.list(&parts)
}
