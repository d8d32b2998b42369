//! Who was left out, or had missing inputs, and how these students differ from the others.

use super::super::document::{Block, Cell, Form};
use super::super::words::{left, right};
use super::super::{Material, ReportContext};
use super::{Fit, cohort, latest};
use crate::results::Table;

/// A difference of more standard deviations needs an adjustment beyond doubt (What Works Clearinghouse, Procedures and
/// Standards Handbook 5.0, 2022: 0.05 and 0.25).
const MARKED: f64 = 0.25;
/// A difference of less is as good as none.
const SLIGHT: f64 = 0.05;

/// Standard errors within which a difference may be chance.
const CHANCE: f64 = 2.0;

/// The chapter: of the latest fit of each model.
pub(super) fn missing(material: &Material<'_>, fits: &[Fit<'_>], context: &ReportContext<'_>) -> Vec<Block> {
    let Some(from) = material.table("value_added_missing") else { return Vec::new() };
    let columns = [
        left("va_model"),
        left("va_policy"),
        left("va_column"),
        right("va_n_missing", Form::Count),
        right("va_complete", context.numbers.form()),
        right("va_incomplete", context.numbers.form()),
        right("va_difference", Form::Decimals(2)),
        left("va_meaning"),
    ];
    let mut table = context.table("va_missing", &[], &columns);
    let (mut marked, mut compared) = (0_usize, 0_usize);
    for fit in latest(fits) {
        let own: Vec<usize> = fit.rows_of(from).collect();
        for (at, &row) in own.iter().enumerate() {
            let mut line = Vec::new();
            if at == 0 {
                let cohort = cohort(fit.cohort, context);
                let name = context.text("value_added.fit", &[("model", fit.model), ("cohort", &cohort)]);
                let policy = from.text(row, "policy").unwrap_or_default();
                let policy = context.text(&format!("value_added.policy.{policy}"), &[]);
                line.extend([name, policy].map(|text| Cell::text(text).over(1, own.len())));
            }
            let meaning = meaning(from, row);
            compared += 1;
            marked += usize::from(meaning == "marked");
            line.extend(difference((from, row), meaning, context));
            table.rows.push(line);
        }
    }
    if table.rows.is_empty() {
        return vec![context.paragraph("value_added.missing.none", &[])];
    }
    table.notes.push(context.text("value_added.note.missing", &[]));
    let key = if marked == 0 { "fine" } else { "marked" };
    let values = [("marked", &*marked.to_string()), ("compared", &*compared.to_string())];
    vec![context.paragraph(&format!("value_added.missing.{key}"), &values), Block::Table(Box::new(table))]
}

/// What the difference in a row means, as the end of a text's key.
fn meaning(from: &Table, row: usize) -> &'static str {
    let number = |name| from.number(row, name);
    let sizes = [number("n_complete"), number("n_incomplete")];
    let noise = sizes.into_iter().flatten().map(f64::recip).sum::<f64>().sqrt();
    match number("standardised").map(f64::abs) {
        None => "unknown",
        Some(d) if d <= SLIGHT => "slight",
        Some(d) if d <= CHANCE * noise => "chance",
        Some(d) if d <= MARKED => "some",
        Some(_) => "marked",
    }
}

/// The cells from the column on.
fn difference((from, row): (&Table, usize), meaning: &str, context: &ReportContext<'_>) -> [Cell; 6] {
    let number = |name| from.number(row, name);
    let column = from.text(row, "column").unwrap_or_default();
    let column = match from.text(row, "level") {
        Some(level) => format!("{column} = {level}"),
        None => column.to_owned(),
    };
    [
        Cell::text(column),
        context.numbers.count_cell(number("n_missing")),
        context.numbers.cell(number("complete")),
        context.numbers.cell(number("incomplete")),
        context.numbers.digits_cell(number("standardised"), 2),
        Cell::text(context.text(&format!("value_added.difference.{meaning}"), &[])),
    ]
}
