//! Whether the fits can be relied on: residuals, units that alone move the result, how the search ended, what was done.

use std::collections::BTreeMap;

use super::super::document::{Block, Cell, Form, Span};
use super::super::numbers::UNKNOWN;
use super::super::words::{left, right};
use super::super::{Material, ReportContext};
use super::{Fit, cohort, latest, told};
use crate::chart::{ResidualQuantiles, Selection};
use crate::message;
use crate::results::Table;

/// Units listed for each model: those with the largest influence.
const MOST: usize = 5;
/// Below this correlation with the quantiles of a normal distribution residuals of so many students do not follow one: up
/// to 60 the 5 % points of the correlation (S. Looney and T. Gulledge, The American Statistician 39, 1985), beyond what
/// matters rather than what can be told.
const STRAIGHT: [(usize, f64); 6] =
    [(10, 0.917), (20, 0.950), (30, 0.964), (40, 0.972), (50, 0.977), (60, 0.980)];

/// The limit for so many students: that of the largest number in the list that is not above.
fn limit(n: usize) -> f64 {
    STRAIGHT.iter().rfind(|(at, _)| *at <= n).map_or(0.0, |(_, limit)| *limit)
}

/// The chapter.
pub(super) fn diagnostics(
    material: &Material<'_>,
    (summary, fits): (&Table, &[Fit<'_>]),
    context: &ReportContext<'_>,
) -> Vec<Block> {
    let mut blocks = residuals(material, fits, context);
    blocks.extend(quantiles(material, fits, context));
    blocks.extend(influence(material, fits, context));
    blocks.extend(convergence(summary, fits, context));
    blocks.extend(notes(summary, fits, context));
    blocks
}

/// The standardised residuals of one fit against a normal distribution.
struct Spread {
    n: usize,
    beyond_two: f64,
    beyond_three: f64,
    largest: f64,
    correlation: Option<f64>,
}

fn spread(from: &Table, fit: &Fit<'_>) -> Option<Spread> {
    let pairs: Vec<(f64, f64)> = fit
        .rows_of(from)
        .filter_map(|row| Some((from.number(row, "standardised")?, from.number(row, "normal")?)))
        .collect();
    let n = pairs.len();
    (n > 2).then_some(())?;
    let mean = |of: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / n as f64;
    let (mx, my) = (mean(&|pair| pair.0), mean(&|pair| pair.1));
    let product =
        |a: &dyn Fn(&(f64, f64)) -> f64, b: &dyn Fn(&(f64, f64)) -> f64| mean(&|pair| a(pair) * b(pair));
    let (x, y) = (|pair: &(f64, f64)| pair.0 - mx, |pair: &(f64, f64)| pair.1 - my);
    let scale = (product(&x, &x) * product(&y, &y)).sqrt();
    let share = |limit: f64| mean(&|pair| f64::from(u8::from(pair.0.abs() > limit)));
    Some(Spread {
        n,
        beyond_two: share(2.0),
        beyond_three: share(3.0),
        largest: pairs.iter().fold(0.0, |most: f64, pair| most.max(pair.0.abs())),
        correlation: (scale > 0.0).then(|| product(&x, &y) / scale),
    })
}

fn residuals(material: &Material<'_>, fits: &[Fit<'_>], context: &ReportContext<'_>) -> Vec<Block> {
    let Some(from) = material.table("value_added_diagnostics").filter(|table| !table.is_empty()) else {
        return Vec::new();
    };
    let columns = [
        left("va_model"),
        left("cohort"),
        right("va_n", Form::Count),
        right("va_beyond_two", Form::Decimals(1)),
        right("va_beyond_three", Form::Decimals(1)),
        right("va_largest", Form::Decimals(1)),
        right("va_straight", Form::Decimals(3)),
        left("va_meaning"),
    ];
    let mut table = context.table("va_residuals", &[], &columns);
    let mut bent = 0;
    for fit in latest(fits) {
        let Some(own) = spread(from, fit) else { continue };
        let straight = own.correlation.is_some_and(|r| r >= limit(own.n));
        bent += usize::from(!straight);
        let meaning =
            context.text(if straight { "value_added.normal" } else { "value_added.not_normal" }, &[]);
        table.rows.push(vec![
            Cell::text(fit.model),
            Cell::text(cohort(fit.cohort, context)),
            context.numbers.count_cell(Some(own.n as f64)),
            context.numbers.percent_cell(Some(own.beyond_two)),
            context.numbers.percent_cell(Some(own.beyond_three)),
            context.numbers.digits_cell(Some(own.largest), 1),
            context.numbers.digits_cell(own.correlation, 3),
            Cell::text(meaning),
        ]);
    }
    if table.rows.is_empty() {
        return Vec::new();
    }
    table.notes.push(context.text("value_added.note.residuals", &[]));
    let key = if bent == 0 { "value_added.residuals.fine" } else { "value_added.residuals.bent" };
    vec![
        context.heading(2, "va_residuals", &[]),
        context.paragraph(key, &[("n", &bent.to_string())]),
        Block::Table(Box::new(table)),
    ]
}

/// Quantiles of residuals and unit effects against a normal distribution, for the latest fit of each model.
fn quantiles(material: &Material<'_>, fits: &[Fit<'_>], context: &ReportContext<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (at, fit) in (1_usize..).zip(latest(fits)) {
        let one = Selection { of: Some(format!("{}/{}", fit.model, fit.cohort)), part: None };
        for (k, mut figure) in (1..).zip(context.figures(&ResidualQuantiles, material, &one)) {
            figure.label = format!("{}-{at}-{k}", figure.label);
            blocks.push(Block::Figure(Box::new(figure)));
        }
    }
    blocks
}

fn influence(material: &Material<'_>, fits: &[Fit<'_>], context: &ReportContext<'_>) -> Vec<Block> {
    let Some(from) = material.table("unit_diagnostics").filter(|table| !table.is_empty()) else {
        return Vec::new();
    };
    let columns = [
        left("va_model"),
        left("va_unit_plain"),
        right("va_n", Form::Count),
        right("va_standardised", Form::Decimals(2)),
        right("va_cook", Form::Decimals(3)),
        left("va_most_changed"),
        right("va_dfbetas", Form::Decimals(2)),
        left("va_meaning"),
    ];
    let mut table = context.table("va_influence", &[], &columns);
    let mut large = Vec::new();
    for fit in latest(fits) {
        let mut rows: Vec<(f64, usize)> =
            fit.rows_of(from).filter_map(|row| Some((from.number(row, "cooks_distance")?, row))).collect();
        let limit = 4.0 / rows.len().max(1) as f64;
        rows.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for &(distance, row) in rows.iter().take(MOST) {
            let text = |name: &str| from.text(row, name).unwrap_or_default();
            let beyond = distance > limit;
            if beyond {
                large.push(text("unit").to_owned());
            }
            let meaning = if beyond { "value_added.influence.large" } else { "value_added.influence.small" };
            table.rows.push(vec![
                Cell::text(fit.model),
                Cell::text(text("unit")),
                context.numbers.count_cell(from.number(row, "n")),
                context.numbers.digits_cell(from.number(row, "standardised"), 2),
                context.numbers.digits_cell(Some(distance), 3),
                Cell::text(text("most_changed")),
                context.numbers.digits_cell(from.number(row, "dfbetas"), 2),
                Cell::text(context.text(meaning, &[])),
            ]);
        }
    }
    let heading = context.heading(2, "va_influence", &[]);
    if table.rows.is_empty() {
        return vec![heading, context.paragraph("value_added.influence.unasked", &[])];
    }
    table.notes.push(context.text("value_added.note.influence", &[]));
    let key = if large.is_empty() { "value_added.influence.none" } else { "value_added.influence.some" };
    let values = [("n", &*large.len().to_string()), ("units", &*context.list(&large))];
    vec![heading, context.paragraph(key, &values), Block::Table(Box::new(table))]
}

fn convergence(summary: &Table, fits: &[Fit<'_>], context: &ReportContext<'_>) -> Vec<Block> {
    let columns = [
        left("va_model"),
        left("cohort"),
        left("va_optimiser"),
        right("va_evaluations", Form::Count),
        right("va_gradient", Form::Text),
        right("va_remaining", Form::Text),
        right("va_tolerance", Form::Text),
        left("va_ended"),
    ];
    let mut table = context.table("va_convergence", &[], &columns);
    for fit in fits {
        let row = |name: &str| fit.rows.iter().copied().find(|&row| summary.text(row, "name") == Some(name));
        let Some(optimiser) = row("optimiser").and_then(|row| summary.text(row, "reason")) else { continue };
        let number = |name: &str| row(name).and_then(|row| summary.number(row, "value"));
        let small = |name: &str| Cell::text(number(name).map_or_else(|| UNKNOWN.to_owned(), power));
        let left = number("restarts").is_some_and(|restarts| restarts > 0.0);
        let boundary = notes_of(summary, fit).iter().any(|(code, _)| code == "boundary");
        let ended = match (boundary, left) {
            (true, _) => "boundary",
            (false, true) => "restarted",
            (false, false) => "inside",
        };
        table.rows.push(vec![
            Cell::text(fit.model),
            Cell::text(cohort(fit.cohort, context)),
            Cell::text(told(optimiser, context)),
            context.numbers.count_cell(number("evaluations")),
            small("gradient"),
            small("remaining"),
            small("tolerance"),
            Cell::text(context.text(&format!("value_added.ended.{ended}"), &[])),
        ]);
    }
    if table.rows.is_empty() {
        return Vec::new();
    }
    table.notes.push(context.text("value_added.note.convergence", &[]));
    vec![
        context.heading(2, "va_convergence", &[]),
        context.paragraph("value_added.convergence", &[("n", &table.rows.len().to_string())]),
        Block::Table(Box::new(table)),
    ]
}

/// A small number by its power of ten.
fn power(value: f64) -> String {
    if value.abs() > 0.0 { format!("{value:.0e}").replace('-', "−") } else { "0".to_owned() }
}

/// Codes of a fit's notes with the values their texts name.
fn notes_of(summary: &Table, fit: &Fit<'_>) -> Vec<(String, Vec<(String, String)>)> {
    let of = |&row: &usize| {
        (summary.text(row, "part") == Some("note")).then_some(())?;
        let code = summary.text(row, "reason")?;
        let about = summary.text(row, "name")?.strip_prefix(&format!("{code}: "))?;
        Some((code.to_owned(), super::about(about)))
    };
    fit.rows.iter().filter_map(of).collect()
}

/// What was done and has to be known, each once with the fits it holds for.
fn notes(summary: &Table, fits: &[Fit<'_>], context: &ReportContext<'_>) -> Vec<Block> {
    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for fit in fits {
        for (code, values) in notes_of(summary, fit) {
            let level = context.text("value_added.level", &[]);
            let word = |value: &'_ str| if value == "(Intercept)" { level.clone() } else { value.to_owned() };
            let values: Vec<(String, String)> =
                values.into_iter().map(|(name, value)| (name, word(&value))).collect();
            let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (&**name, &**value)).collect();
            let text = message::text(context.lang, &format!("value_added.note.{code}"), &values);
            let name = match fit.cohort {
                "" => fit.model.to_owned(),
                cohort => format!("{} {cohort}", fit.model),
            };
            told.entry(text).or_default().push(name);
        }
    }
    if told.is_empty() {
        return Vec::new();
    }
    let point = |(text, fits): (String, Vec<String>)| {
        let fits = context.list(&fits);
        vec![Span::Strong(fits), Span::Text(context.text("value_added.done", &[("text", &text)]))]
    };
    vec![context.heading(2, "va_notes", &[]), Block::Points(told.into_iter().map(point).collect())]
}
