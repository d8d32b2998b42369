//! Survey values with their response rates, as several reports show them.

use super::document::{Cell, DocTable, Form};
use super::words::{ReportContext, centre, left, right};
use crate::message;
use crate::policy::Policy;
use crate::results::Table;

/// The rows of a table of surveys; `level` heads the first column and `name` writes what was asked about.
pub(super) fn table(
    surveys: &Table,
    level: &'static str,
    name: &dyn Fn(&str) -> String,
    (policy, context): (&Policy, &ReportContext<'_>),
) -> DocTable {
    let columns = [
        left(level),
        left("audience"),
        right("survey_value", context.numbers.form()),
        centre("interval"),
        right("n_answers", Form::Count),
        right("n_invited", Form::Count),
        right("response_rate", Form::Percent(1)),
    ];
    let mut table = context.table("survey", &[("level", &context.confidence(policy))], &columns);
    let mut few = false;
    for row in 0..surveys.len() {
        let number = |column: &str| surveys.number(row, column);
        let warned = surveys.text(row, "reason").is_some();
        few |= warned;
        let audience = audience(surveys.text(row, "audience").unwrap_or_default(), context);
        table.rows.push(vec![
            Cell::text(name(surveys.text(row, "target").unwrap_or_default())),
            Cell::text(if warned { format!("{audience} *") } else { audience }),
            context.numbers.cell(number("value")),
            Cell::text(context.interval(surveys, row).unwrap_or_else(|| "—".to_owned())),
            context.numbers.count_cell(number("n_answers")),
            context.numbers.count_cell(number("n_invited")),
            context.numbers.percent_cell(number("response_rate")),
        ]);
    }
    table.notes.push(context.text("note.survey", &[]));
    if few {
        table.notes.push(context.text("note.survey_few", &[]));
    }
    table
}

/// Who was asked, in words.
pub(super) fn audience(key: &str, context: &ReportContext<'_>) -> String {
    let name = format!("chart.audience.{key}");
    if message::has(&name) { message::text(context.lang, &name, &[]) } else { key.to_owned() }
}
