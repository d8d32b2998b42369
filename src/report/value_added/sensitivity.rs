//! How far the place of a unit depends on the model: units by models, with the agreement of each pair.

use std::collections::BTreeMap;

use super::super::document::{Align, Block, Cell, DocColumn, DocTable, Form};
use super::super::numbers::UNKNOWN;
use super::super::words::left;
use super::super::{Material, ReportContext};
use super::{cohort, factor};
use crate::chart::natural;
use crate::results::Table;

/// Units listed at most: those whose place depends most on the model.
const MOST_UNITS: usize = 40;
/// Units a sentence names at most.
const NAMED: usize = 6;

/// What models have in common that are compared: factor, outcome and scale.
type Question = (String, String, String);

/// One unit: how far its ranks are apart, and whether it stays in one third.
struct Line<'a> {
    unit: &'a str,
    spread: f64,
    same_third: bool,
}

/// The chapter: the latest cohort of each question.
pub(super) fn sensitivity(material: &Material<'_>, context: &ReportContext<'_>) -> Vec<Block> {
    let (Some(agreement), Some(ranks), Some(effects)) = (
        material.table("unit_agreement"),
        material.table("unit_sensitivity"),
        material.table("unit_effects"),
    ) else {
        return Vec::new();
    };
    let mut blocks = Vec::new();
    for (number, (question, latest)) in (1..).zip(questions(agreement)) {
        let of = |table: &Table, row: usize| {
            let text = |name: &str| table.text(row, name).unwrap_or_default();
            (text("factor"), text("outcome"), text("scale"), text("cohort"))
                == (&*question.0, &*question.1, &*question.2, &*latest)
        };
        let pairs: Vec<usize> = (0..agreement.len())
            .filter(|&row| agreement.text(row, "over") == Some("models") && of(agreement, row))
            .collect();
        let models = models(agreement, &pairs);
        let mut lines: Vec<Line<'_>> =
            (0..ranks.len()).filter(|&row| of(ranks, row)).map(|row| line(ranks, row)).collect();
        lines.sort_by(|a, b| b.spread.total_cmp(&a.spread).then_with(|| a.unit.cmp(b.unit)));
        blocks.push(words((agreement, &pairs), (&question, &latest), &lines, context));
        if lines.is_empty() {
            continue;
        }
        let mut table = table_of((&question, &latest), (effects, &models), &lines, context);
        table.label = format!("{}-{number}", table.label);
        blocks.push(Block::Table(Box::new(table)));
    }
    blocks
}

/// Every question with the latest cohort it was asked of.
fn questions(agreement: &Table) -> BTreeMap<Question, String> {
    let mut latest: BTreeMap<Question, String> = BTreeMap::new();
    for row in 0..agreement.len() {
        let text = |name: &str| agreement.text(row, name).unwrap_or_default().to_owned();
        if text("over") != "models" {
            continue;
        }
        let cohort = text("cohort");
        let known = latest.entry((text("factor"), text("outcome"), text("scale"))).or_default();
        if natural(&cohort) >= natural(known) {
            *known = cohort;
        }
    }
    latest
}

fn models<'a>(agreement: &'a Table, pairs: &[usize]) -> Vec<&'a str> {
    let mut models: Vec<&str> = Vec::new();
    for name in
        pairs.iter().flat_map(|&row| ["first", "second"].map(|name| agreement.text(row, name))).flatten()
    {
        if !models.contains(&name) {
            models.push(name);
        }
    }
    models
}

fn line(ranks: &Table, row: usize) -> Line<'_> {
    let number = |name: &str| ranks.number(row, name).unwrap_or_default();
    Line {
        unit: ranks.text(row, "unit").unwrap_or_default(),
        spread: number("rank_worst") - number("rank_best"),
        same_third: ranks.flag(row, "same_third").unwrap_or(true),
    }
}

/// The rows of a model that are compared: those of the first effect of the factor.
fn compared(effects: &Table, model: &str, (factor, cohort): (&str, &str)) -> Vec<usize> {
    let mut rows: Vec<usize> = effects
        .rows_where(&[("model", model), ("factor", factor)])
        .filter(|&row| effects.text(row, "cohort").unwrap_or_default() == cohort)
        .collect();
    let first = rows.first().and_then(|&row| effects.text(row, "effect"));
    rows.retain(|&row| effects.text(row, "effect") == first);
    rows
}

/// The effect of a unit and its rank among some rows, 1 the highest effect.
fn place(effects: &Table, rows: &[usize], unit: &str) -> Option<(f64, usize)> {
    let own = rows.iter().find(|&&row| effects.text(row, "unit") == Some(unit))?;
    let value = effects.number(*own, "value")?;
    let above = |row: &&usize| effects.number(**row, "value").is_some_and(|other| other > value);
    Some((value, rows.iter().filter(above).count() + 1))
}

fn words(
    (agreement, pairs): (&Table, &[usize]),
    (question, latest): (&Question, &str),
    lines: &[Line<'_>],
    context: &ReportContext<'_>,
) -> Block {
    let pair = |row: &usize| {
        let text = |name: &str| agreement.text(*row, name).unwrap_or_default();
        let shown = |value: Option<f64>, write: &dyn Fn(f64) -> String| {
            value.map_or_else(|| UNKNOWN.to_owned(), write)
        };
        let rank =
            shown(agreement.number(*row, "rank_correlation"), &|value| context.numbers.digits(value, 2));
        let order = shown(agreement.number(*row, "same_order"), &|value| context.numbers.percent(value));
        let values =
            [("first", text("first")), ("second", text("second")), ("rank", &*rank), ("order", &*order)];
        context.text("value_added.sensitivity.pair", &values)
    };
    let moved: Vec<String> =
        lines.iter().filter(|line| !line.same_third).map(|line| line.unit.to_owned()).collect();
    let of = factor(&question.0, context);
    let when = cohort(latest, context);
    let values = [
        ("factor", &*of),
        ("outcome", &*question.1),
        ("cohort", &*when),
        ("total", &*lines.len().to_string()),
        ("moved", &*moved.len().to_string()),
        ("units", &*context.list(&moved[..moved.len().min(NAMED)])),
    ];
    let key = match moved.len() {
        0 if lines.is_empty() => "flat",
        0 => "none",
        1..=NAMED => "some",
        _ => "many",
    };
    let mut text = context.text("value_added.sensitivity.of", &values);
    let told = pairs.iter().filter(|&&row| agreement.number(row, "same_order").is_some());
    text += &told.map(pair).collect::<String>();
    text += &context.text(&format!("value_added.sensitivity.{key}"), &values);
    Block::Paragraph(vec![super::super::document::Span::Text(text)])
}

fn table_of(
    (question, latest): (&Question, &str),
    (effects, models): (&Table, &[&str]),
    lines: &[Line<'_>],
    context: &ReportContext<'_>,
) -> DocTable {
    let of = factor(&question.0, context);
    let when = cohort(latest, context);
    let values = [("factor", &*of), ("outcome", &*question.1), ("cohort", &*when)];
    let mut table = context.table("va_sensitivity", &values, &[left("va_unit")]);
    let last = context.table("va_sensitivity", &values, &[left("va_third")]);
    for model in models {
        table.columns.push(DocColumn { align: Align::Right, form: Form::Text });
        table.header[0].push(Cell::text(*model));
    }
    table.columns.extend(last.columns);
    table.header[0].extend(last.header.into_iter().flatten());
    let of_models: Vec<Vec<usize>> =
        models.iter().map(|model| compared(effects, model, (&question.0, latest))).collect();
    for line in lines.iter().take(MOST_UNITS) {
        let place = |rows: &Vec<usize>| match place(effects, rows, line.unit) {
            Some((value, rank)) => Cell::text(format!(
                "{} ({})",
                context.numbers.change(value),
                context.numbers.digits(rank as f64, 0)
            )),
            None => Cell::text(UNKNOWN),
        };
        let third = if line.same_third { "same" } else { "moved" };
        let mut row = vec![Cell::text(line.unit)];
        row.extend(of_models.iter().map(place));
        row.push(Cell::text(context.text(&format!("value_added.third.{third}"), &[])));
        table.rows.push(row);
    }
    table.notes.push(context.text("value_added.note.sensitivity", &[]));
    if lines.len() > MOST_UNITS {
        let n = (lines.len() - MOST_UNITS).to_string();
        table.notes.push(context.text("value_added.note.more_units", &[("n", &n)]));
    }
    table
}
