//! The report `value-added`: what the declared models were asked, the effects of units, and what they do not show.

mod diagnostics;
mod missing;
mod projections;
mod sensitivity;

use super::document::{Block, Cell, DocTable, Document, Form, Span};
use super::numbers::UNKNOWN;
use super::words::{centre, left, right};
use super::{Material, Report, ReportContext, ReportError};
use crate::chart::{
    Chart, EffectCohorts, GrowthScatterPlot, PercentileGrowth, Selection, Side, Tables, UnitCaterpillar,
    UnitEffect, UnitEffects, UnitFunnel, factor_name, natural, unit_effects,
};
use crate::message;
use crate::results::Table;

/// The report `value-added`.
#[derive(Debug)]
pub struct ValueAdded;

/// The only subject: all declared models together.
const SUBJECT: &str = "all";
/// Units that a table lists in full; of more the highest and lowest stand there.
const MOST_UNITS: usize = 60;
/// Units listed at each end where there are more.
const ENDS: usize = 20;
/// What a reader has to know, as points of the last chapter.
const READING: [&str; 8] =
    ["shows", "relative", "mean", "background", "small", "many", "missing", "measured"];

impl Report for ValueAdded {
    fn key(&self) -> &'static str {
        "value-added"
    }

    fn tables(&self) -> &'static [&'static str] {
        &[
            "model_summary",
            "unit_effects",
            "variance_components",
            "value_added_students",
            "growth_percentiles",
            "growth_projections",
            "growth_targets",
            "unit_agreement",
            "unit_sensitivity",
            "unit_diagnostics",
            "value_added_missing",
            "value_added_diagnostics",
        ]
    }

    fn subjects(&self, material: &Material<'_>) -> Vec<String> {
        let fitted = material.table("model_summary").is_some_and(|table| !table.is_empty());
        fitted.then(|| SUBJECT.to_owned()).into_iter().collect()
    }

    fn build(
        &self,
        material: &Material<'_>,
        subject: &str,
        context: &ReportContext<'_>,
    ) -> Result<Document, ReportError> {
        let nothing = || ReportError::NoSubject { report: self.key(), subject: subject.to_owned() };
        let summary = material.table("model_summary").filter(|_| subject == SUBJECT).ok_or_else(nothing)?;
        let all = Selection::default();
        let effects = unit_effects(material, &all).unwrap_or_default();
        let fits = fits(summary);
        let growth = context.figures(&PercentileGrowth, material, &all);
        Ok(Document {
            id: self.key().to_owned(),
            lang: context.lang,
            title: context.text("value_added.title", &[]),
            subtitle: material.dataset.institution.iter().cloned().collect(),
            blocks: context.chapters(vec![
                ("va_asked", vec![Block::Table(Box::new(asked(summary, &fits, context)))]),
                ("va_missing", missing::missing(material, &fits, context)),
                ("va_effects", models(material, (&fits, &effects), context)),
                ("va_growth", growth.into_iter().map(|figure| Block::Figure(Box::new(figure))).collect()),
                ("va_projections", projections::projections(material, context)),
                ("va_variances", variances(material, context)),
                ("va_coefficients", coefficients(summary, &fits, context)),
                ("va_agreement", agreement(material, context)),
                ("va_sensitivity", sensitivity::sensitivity(material, context)),
                ("va_diagnostics", diagnostics::diagnostics(material, (summary, &fits), context)),
                ("va_reading", vec![reading(context)]),
            ]),
            footer: context.footer(material.policy),
        })
    }
}

/// One fit: model, cohort (empty for all students) and the rows about it.
struct Fit<'a> {
    model: &'a str,
    cohort: &'a str,
    rows: Vec<usize>,
}

impl Fit<'_> {
    /// The rows about it in a table of models and cohorts.
    fn rows_of(&self, table: &Table) -> impl Iterator<Item = usize> {
        (0..table.len()).filter(|&row| {
            table.text(row, "model") == Some(self.model)
                && table.text(row, "cohort").unwrap_or_default() == self.cohort
        })
    }
}

/// The fits in the order of the table.
fn fits(summary: &Table) -> Vec<Fit<'_>> {
    let mut fits: Vec<Fit<'_>> = Vec::new();
    for row in 0..summary.len() {
        let (model, cohort) =
            (summary.text(row, "model").unwrap_or_default(), summary.text(row, "cohort").unwrap_or_default());
        match fits.iter_mut().find(|fit| fit.model == model && fit.cohort == cohort) {
            Some(fit) => fit.rows.push(row),
            None => fits.push(Fit { model, cohort, rows: vec![row] }),
        }
    }
    fits
}

/// The latest fit of each model, in the order of the models.
fn latest<'f, 'a>(fits: &'f [Fit<'a>]) -> Vec<&'f Fit<'a>> {
    let mut latest: Vec<&Fit<'_>> = Vec::new();
    for fit in fits {
        match latest.iter_mut().find(|known| known.model == fit.model) {
            Some(known) if natural(fit.cohort) > natural(known.cohort) => *known = fit,
            Some(_) => {}
            None => latest.push(fit),
        }
    }
    latest
}

/// The kind of a model in words.
fn kind(key: &str, context: &ReportContext<'_>) -> String {
    let name = format!("value_added.model.{key}");
    if message::has(&name) { message::text(context.lang, &name, &[]) } else { key.to_owned() }
}

/// The cohort of a fit in words.
fn cohort(cohort: &str, context: &ReportContext<'_>) -> String {
    if cohort.is_empty() { context.text("value_added.together", &[]) } else { cohort.to_owned() }
}

fn asked(summary: &Table, fits: &[Fit<'_>], context: &ReportContext<'_>) -> DocTable {
    let columns = [
        left("va_model"),
        left("va_formula"),
        left("va_kind"),
        left("cohort"),
        right("va_given", Form::Count),
        right("va_used", Form::Count),
        right("va_left_out", Form::Count),
    ];
    let mut table = context.table("va_asked", &[], &columns);
    for fits in fits.chunk_by(|a, b| a.model == b.model) {
        for (at, fit) in fits.iter().enumerate() {
            let row = fit.rows[0];
            let text = |name: &str| summary.text(row, name).unwrap_or_default();
            let (given, used) = (summary.number(row, "n_given"), summary.number(row, "n_used"));
            let mut line = Vec::new();
            if at == 0 {
                let whole = [fit.model.to_owned(), text("formula").to_owned(), kind(text("kind"), context)];
                line.extend(whole.map(|text| Cell::text(text).over(1, fits.len())));
            }
            line.push(Cell::text(cohort(fit.cohort, context)));
            if text("part") == "failed" {
                let reason = failure(text("reason"), text("name"), context);
                let words = context.text("value_added.failed", &[("reason", &reason)]);
                line.push(Cell::text(words).over(3, 1));
            } else {
                let left_out = given.zip(used).map(|(given, used)| given - used);
                line.extend([given, used, left_out].map(|count| context.numbers.count_cell(count)));
            }
            table.rows.push(line);
        }
    }
    table.notes.push(context.text("value_added.note.asked", &[]));
    table
}

/// Why there is no result, in words.
fn failure(code: &str, of: &str, context: &ReportContext<'_>) -> String {
    let key = format!("value_added.error.{code}");
    if !message::has(&key) {
        return code.to_owned();
    }
    let mut values = about(of);
    for (name, value) in &mut values {
        if matches!(&**name, "statistic" | "what" | "expected" | "reason") {
            *value = told(value, context);
        }
    }
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (&**name, &**value)).collect();
    message::text(context.lang, &key, &values)
}

/// The names and values of what a note or a failure is about: `name=value; name=value`.
fn about(text: &str) -> Vec<(String, String)> {
    let pair = |part: &str| part.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    text.split("; ").filter_map(pair).collect()
}

/// A fixed phrase of the engine in the language of the reader.
fn told(phrase: &str, context: &ReportContext<'_>) -> String {
    let word = |c: char| if c.is_alphanumeric() { c } else { '_' };
    let key = format!("value_added.phrase.{}", phrase.chars().map(word).collect::<String>());
    if message::has(&key) { message::text(context.lang, &key, &[]) } else { phrase.to_owned() }
}

/// A section for each model: effects of the latest fit, its pictures, the effects over cohorts.
fn models(
    material: &Material<'_>,
    (fits, effects): (&[Fit<'_>], &[UnitEffects]),
    context: &ReportContext<'_>,
) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (at, fit) in (1_usize..).zip(latest(fits)) {
        let of = |one: &&UnitEffects| one.model == fit.model && one.cohort == fit.cohort;
        let own: Vec<&UnitEffects> = effects.iter().filter(of).collect();
        if own.is_empty() {
            continue;
        }
        let values = [("model", fit.model), ("cohort", &*cohort(fit.cohort, context))];
        blocks.push(context.heading(2, "va_model", &values));
        for (number, effects) in (1..).zip(&own) {
            blocks.push(sentence(effects, context));
            let mut table = table_of(effects, context);
            table.label = format!("{}-{at}-{number}", table.label);
            blocks.push(Block::Table(Box::new(table)));
        }
        let one = Selection { of: Some(format!("{}/{}", fit.model, fit.cohort)), part: None };
        let whole = Selection { of: Some(fit.model.to_owned()), part: None };
        let mut charts: Vec<(&dyn Chart, &Selection)> =
            vec![(&UnitCaterpillar, &one), (&UnitFunnel, &one), (&EffectCohorts, &whole)];
        // Only effects that are part of the expectation have lines of their own among the students.
        if own.iter().any(|effects| effects.units.iter().any(|unit| unit.reliability.is_some())) {
            charts.push((&GrowthScatterPlot, &one));
        }
        for (chart, selection) in charts {
            for mut figure in context.figures(chart, material, selection) {
                figure.label = format!("{}-{at}", figure.label);
                blocks.push(Block::Figure(Box::new(figure)));
            }
        }
    }
    blocks
}

/// How many units lie above and below the average, and how many cannot be told from it.
fn sentence(effects: &UnitEffects, context: &ReportContext<'_>) -> Block {
    let count = |side: Side| {
        effects.units.iter().filter(|unit| unit.side(effects.average()) == side).count().to_string()
    };
    let level =
        effects.level.map_or_else(|| UNKNOWN.to_owned(), |level| context.numbers.short(100.0 * level, 1));
    let values = [
        ("total", &*effects.units.len().to_string()),
        ("factor", &*factor(&effects.factor, context)),
        ("above", &*count(Side::Above)),
        ("below", &*count(Side::Below)),
        ("open", &*count(Side::Open)),
        ("level", &*level),
    ];
    let mut text = context.text(&format!("value_added.sentence{}", effects.ending()), &values);
    if effects.no_variance() {
        text += &context.text("value_added.no_variance", &[]);
    }
    Block::Paragraph(vec![Span::Text(text)])
}

fn factor(factor: &str, context: &ReportContext<'_>) -> String {
    context.charted(|charted| factor_name(factor, charted))
}

fn table_of(effects: &UnitEffects, context: &ReportContext<'_>) -> DocTable {
    let percentiles = effects.average() > 0.0;
    let form = if percentiles { context.numbers.form() } else { context.numbers.change_form() };
    let level = effects
        .level
        .map_or_else(String::new, |level| format!("{}%", context.numbers.short(100.0 * level, 1)));
    let shrunken = effects.units.iter().any(|unit| unit.reliability.is_some());
    let mut columns = vec![
        left("va_unit"),
        right("va_n", Form::Count),
        right(if percentiles { "va_median" } else { "va_effect" }, form),
        centre("interval"),
        left(match effects.ending() {
            ".zero" => "va_side.zero",
            ".median" => "va_side.median",
            _ => "va_side",
        }),
    ];
    if shrunken {
        columns.extend([right("va_reliability", Form::Decimals(2)), centre("va_rank")]);
    }
    let factor = factor(&effects.factor, context);
    let cohort = cohort(&effects.cohort, context);
    let values = [("model", &*effects.model), ("factor", &*factor), ("cohort", &*cohort), ("level", &*level)];
    let mut table = context.table("va_effects", &values, &columns);
    let mut units: Vec<&UnitEffect> = effects.units.iter().collect();
    units.sort_by(|a, b| b.value.total_cmp(&a.value).then_with(|| a.unit.cmp(&b.unit)));
    if units.len() > MOST_UNITS {
        let left_out = (units.len() - 2 * ENDS).to_string();
        let _ = units.drain(ENDS..units.len() - ENDS);
        table
            .notes
            .push(context.text("value_added.note.ends", &[("n", &left_out), ("ends", &ENDS.to_string())]));
    }
    table.rows = units.iter().map(|unit| line(unit, (effects, shrunken), context)).collect();
    if units.iter().any(|unit| unit.unranked) && !effects.no_variance() {
        table.notes.push(context.text("value_added.note.unranked", &[]));
    }
    if shrunken {
        table.notes.push(context.text("value_added.note.shrunken", &[]));
    }
    table
}

fn line(
    unit: &UnitEffect,
    (effects, shrunken): (&UnitEffects, bool),
    context: &ReportContext<'_>,
) -> Vec<Cell> {
    let (numbers, average) = (context.numbers, effects.average());
    let shown = if average > 0.0 { numbers.fraction(unit.value) } else { numbers.change(unit.value) };
    let pair = |ends: Option<(f64, f64)>, show: &dyn Fn(f64) -> String| {
        ends.map_or_else(|| UNKNOWN.to_owned(), |(low, high)| format!("[{},{}]", show(low), show(high)))
    };
    let side = |key: &str| context.text(&format!("value_added.{key}{}", effects.ending()), &[]);
    let side = match unit.side(average) {
        _ if unit.interval.is_none() => UNKNOWN.to_owned(),
        Side::Above => side("above"),
        Side::Below => side("below"),
        Side::Open => side("open"),
    };
    let mut cells = vec![
        Cell::text(&*unit.unit),
        numbers.count_cell(Some(unit.n as f64)),
        Cell::number(unit.value, shown),
        Cell::text(pair(unit.interval, &|end| numbers.fraction(end))),
        Cell::text(side),
    ];
    if shrunken {
        let rank = |rank: f64| {
            let range = pair(unit.rank_interval, &|end| numbers.digits(end, 0));
            format!("{} {range}", numbers.digits(rank, 1))
        };
        cells.push(numbers.digits_cell(unit.reliability, 2));
        cells.push(Cell::text(unit.rank.map_or_else(|| UNKNOWN.to_owned(), rank)));
    }
    cells
}

/// The variance components of every fit.
fn variances(material: &Material<'_>, context: &ReportContext<'_>) -> Vec<Block> {
    let Some(from) = material.table("variance_components").filter(|table| !table.is_empty()) else {
        return Vec::new();
    };
    let form = context.numbers.form();
    let columns = [
        left("va_model"),
        left("cohort"),
        left("va_factor"),
        left("va_term"),
        right("va_variance", form),
        right("va_se", form),
        right("va_share", Form::Decimals(1)),
    ];
    let mut table = context.table("va_variances", &[], &columns);
    for row in 0..from.len() {
        let text = |name: &str| from.text(row, name).unwrap_or_default();
        let of = from
            .text(row, "factor")
            .map_or_else(|| context.text("value_added.residual", &[]), |name| factor(name, context));
        let term = match from.text(row, "with") {
            Some(with) => format!("{} × {with}", text("effect")),
            None if from.text(row, "factor").is_none() => UNKNOWN.to_owned(),
            None => text("effect").to_owned(),
        };
        table.rows.push(vec![
            Cell::text(text("model")),
            Cell::text(cohort(text("cohort"), context)),
            Cell::text(of),
            Cell::text(term),
            context.numbers.cell(from.number(row, "value")),
            context.numbers.cell(from.number(row, "se")),
            context.numbers.percent_cell(from.number(row, "share")),
        ]);
    }
    table.notes.push(context.text("value_added.note.variances", &[]));
    vec![Block::Table(Box::new(table))]
}

/// The coefficients of the latest fit of each model.
fn coefficients(summary: &Table, fits: &[Fit<'_>], context: &ReportContext<'_>) -> Vec<Block> {
    let form = context.numbers.form();
    let columns = [
        left("va_model"),
        left("cohort"),
        left("va_term"),
        right("va_estimate", form),
        right("va_se", form),
        right("va_df", Form::Decimals(1)),
        right("va_p", Form::Decimals(3)),
    ];
    let mut table = context.table("va_coefficients", &[], &columns);
    for fit in latest(fits) {
        for &row in fit.rows.iter().filter(|&&row| summary.text(row, "part") == Some("coefficient")) {
            let number = |name: &str| summary.number(row, name);
            let p = match number("p") {
                Some(p) if p < 0.001 => Cell::number(p, "<0.001"),
                p => context.numbers.digits_cell(p, 3),
            };
            table.rows.push(vec![
                Cell::text(fit.model),
                Cell::text(cohort(fit.cohort, context)),
                Cell::text(summary.text(row, "name").unwrap_or_default()),
                context.numbers.cell(number("value")),
                context.numbers.cell(number("se")),
                context.numbers.digits_cell(number("df"), 1),
                p,
            ]);
        }
    }
    if table.rows.is_empty() {
        return Vec::new();
    }
    table.notes.push(context.text("value_added.note.coefficients", &[]));
    vec![Block::Table(Box::new(table))]
}

/// How far effects agree between cohorts and between models; nothing where the results do not say.
fn agreement(material: &Material<'_>, context: &ReportContext<'_>) -> Vec<Block> {
    let Some(from) = material.table("unit_agreement").filter(|table| !table.is_empty()) else {
        return Vec::new();
    };
    let two = Form::Decimals(2);
    let columns = [
        left("va_between"),
        left("va_factor"),
        left("va_first"),
        left("va_second"),
        right("va_units", Form::Count),
        right("va_correlation", two),
        right("va_rank_correlation", two),
        right("va_same_order", Form::Decimals(1)),
    ];
    let mut table = context.table("va_agreement", &[], &columns);
    for row in 0..from.len() {
        let text = |name: &str| from.text(row, name).unwrap_or_default();
        let number = |name: &str| from.number(row, name);
        let between = match text("over") {
            "cohorts" => context.text("value_added.between.cohorts", &[("model", text("model"))]),
            _ => context.text("value_added.between.models", &[("cohort", &cohort(text("cohort"), context))]),
        };
        table.rows.push(vec![
            Cell::text(between),
            Cell::text(factor(text("factor"), context)),
            Cell::text(text("first")),
            Cell::text(text("second")),
            context.numbers.count_cell(number("n_units")),
            context.numbers.digits_cell(number("correlation"), 2),
            context.numbers.digits_cell(number("rank_correlation"), 2),
            context.numbers.percent_cell(number("same_order")),
        ]);
    }
    table.notes.push(context.text("value_added.note.agreement", &[]));
    vec![Block::Table(Box::new(table))]
}

/// What value added shows and what it does not.
fn reading(context: &ReportContext<'_>) -> Block {
    let point = |key: &&str| vec![Span::Text(context.text(&format!("value_added.reading.{key}"), &[]))];
    Block::Points(READING.iter().map(point).collect())
}

impl Tables for Material<'_> {
    fn table(&self, key: &str) -> Option<&Table> {
        Material::table(self, key)
    }
}
