//! Growth scatter: what students reached against what they brought along, with the line fitted to each unit.

use std::collections::{BTreeMap, BTreeSet};

use super::figure::{Axis, Figure, LegendEntry, Mark, Panel, Scale, Shape, Symbol};
use super::read;
use super::requirement_intervals::SHAPES;
use super::svg::identifier;
use super::theme::{Ink, SERIES};
use super::unit_effects::{
    Asked, UnitEffect, column, counts_note, factor, heading, kind_note, legend_names, number_scale, signed,
    unit_effects, wanted,
};
use super::{Chart, ChartContext, ChartError, Request, Selection};
use crate::results::Table;

/// The table that this chart reads.
const TABLE: &str = "value_added_students";
/// Its columns.
const COLUMNS: &[&str] =
    &["model", "kind", "cohort", "factor", "unit", "prior_name", "prior", "observed", "fixed", "fitted"];
/// Up to so many units each have their own sign; of more the ends stand out.
const OWN: usize = SERIES.len();
/// Units that stand out at each end.
const ENDS: usize = 2;
/// Places that are told apart along each axis: points that share one are one mark.
const PLACES: (f64, f64) = (220.0, 140.0);
/// How far from a line points may lie to be on it, as a share of the range.
const STRAIGHT: f64 = 1e-6;

/// One student.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Point {
    unit: Option<usize>,
    prior: Option<f64>,
    observed: f64,
    fixed: Option<f64>,
    fitted: Option<f64>,
}

/// The students of one fit.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GrowthScatter {
    model: String,
    kind: String,
    cohort: String,
    factor: String,
    prior: String,
    asked: Asked,
    units: Vec<String>,
    points: Vec<Point>,
    /// Units that stand out, with their effects where known.
    marked: Vec<(usize, Option<UnitEffect>)>,
}

/// The chart `growth-scatter`.
#[derive(Debug)]
pub struct GrowthScatterPlot;

impl Chart for GrowthScatterPlot {
    fn key(&self) -> &'static str {
        "growth-scatter"
    }

    fn tables(&self) -> &'static [&'static str] {
        &[TABLE, column::TABLE, column::SUMMARY]
    }

    /// One picture per fit; `of` names a model, or `model/cohort`.
    fn draw(&self, request: &Request<'_>) -> Result<Vec<Figure>, ChartError> {
        let Request { tables, selection, context } = *request;
        let table = read::table(tables, TABLE, COLUMNS)?;
        let mut fits = fits(table, selection);
        let effects = unit_effects(tables, selection).unwrap_or_default();
        for fit in &mut fits {
            fit.asked = Asked::of(tables, &fit.model, &fit.cohort);
            let own = (effects.iter())
                .find(|own| own.model == fit.model && own.cohort == fit.cohort && own.factor == fit.factor);
            fit.mark(own.map_or(&[], |own| &own.units));
        }
        Ok(fits.iter().map(|fit| self.figure(fit, context)).collect())
    }
}

fn fits(table: &Table, selection: &Selection) -> Vec<GrowthScatter> {
    let mut fits: Vec<GrowthScatter> = Vec::new();
    let mut units: BTreeMap<String, usize> = BTreeMap::new();
    for row in 0..table.len() {
        let text = |name: &str| table.text(row, name).unwrap_or_default();
        let (model, cohort) = (text("model"), text("cohort"));
        let number = |name: &str| table.number(row, name).filter(|value| value.is_finite());
        let Some(observed) = number("observed").filter(|_| wanted(selection, model, cohort)) else {
            continue;
        };
        if fits.last().is_none_or(|fit| fit.model != model || fit.cohort != cohort) {
            units.clear();
            fits.push(GrowthScatter {
                model: model.to_owned(),
                kind: text("kind").to_owned(),
                cohort: cohort.to_owned(),
                factor: text("factor").to_owned(),
                prior: text("prior_name").to_owned(),
                ..GrowthScatter::default()
            });
        }
        let Some(fit) = fits.last_mut() else { continue };
        let unit = table.text(row, "unit").map(|unit| {
            *units.entry(unit.to_owned()).or_insert_with(|| {
                fit.units.push(unit.to_owned());
                fit.units.len() - 1
            })
        });
        let (prior, fixed, fitted) = (number("prior"), number("fixed"), number("fitted"));
        fit.points.push(Point { unit, prior, observed, fixed, fitted });
    }
    fits
}

/// The line through points, where they lie on one: its two ends. Points with one place have none.
fn line(points: impl Iterator<Item = (f64, f64)> + Clone, range: f64) -> Option<[(f64, f64); 2]> {
    let first = points.clone().min_by(|a, b| a.0.total_cmp(&b.0))?;
    let last = points.clone().max_by(|a, b| a.0.total_cmp(&b.0))?;
    let slope = (last.1 - first.1) / (last.0 - first.0);
    let straight = |(x, y): (f64, f64)| (first.1 + slope * (x - first.0) - y).abs() <= STRAIGHT * range;
    (slope.is_finite() && points.clone().all(straight)).then_some([first, last])
}

impl GrowthScatter {
    /// Chooses the units that stand out: all where they are few, else those with the highest and lowest effects.
    fn mark(&mut self, effects: &[UnitEffect]) {
        let effect = |unit: &str| effects.iter().find(|effect| effect.unit == unit).cloned();
        let mut all: Vec<(usize, Option<UnitEffect>)> =
            self.units.iter().enumerate().map(|(at, unit)| (at, effect(unit))).collect();
        if all.len() <= OWN {
            self.marked = all;
            return;
        }
        all.retain(|(_, effect)| effect.is_some());
        let value = |one: &(usize, Option<UnitEffect>)| one.1.as_ref().map_or(0.0, |effect| effect.value);
        all.sort_by(|a, b| value(b).total_cmp(&value(a)).then(a.0.cmp(&b.0)));
        if all.len() > 2 * ENDS {
            let _ = all.drain(ENDS..all.len() - ENDS);
        }
        self.marked = all;
    }

    /// The names of the units that stand out.
    fn marked_names(&self) -> Vec<&str> {
        self.marked.iter().map(|(unit, _)| self.units[*unit].as_str()).collect()
    }

    fn range(&self) -> f64 {
        let observed = || self.points.iter().map(|point| point.observed);
        observed().fold(f64::NEG_INFINITY, f64::max) - observed().fold(f64::INFINITY, f64::min)
    }

    /// Whether the input is drawn along the axis: where the expectation is a line over it, or there is none.
    fn along_prior(&self) -> bool {
        let pairs = || self.points.iter().filter_map(|point| point.prior.zip(point.fixed));
        let priors = self.points.iter().any(|point| point.prior.is_some());
        priors && (pairs().next().is_none() || line(pairs(), self.range().max(1e-12)).is_some())
    }
}

impl GrowthScatterPlot {
    /// The figure of one fit.
    fn figure(&self, fit: &GrowthScatter, context: &ChartContext<'_>) -> Figure {
        let along = fit.along_prior();
        let place = |point: &Point| if along { point.prior } else { point.fixed };
        let placed: Vec<(f64, &Point)> =
            fit.points.iter().filter_map(|point| Some((place(point)?, point))).collect();
        let x = number_scale(placed.iter().map(|(x, _)| *x));
        let y = number_scale(
            placed.iter().flat_map(|(_, point)| [Some(point.observed), point.fixed, point.fitted]).flatten(),
        );
        let lines = lines(fit, &placed);
        let (points, one_mark) = points(fit, &placed, (&x, &y));
        let outcome = fit.asked.outcome().to_owned();
        let prior = [("prior", fit.prior.as_str()), ("outcome", outcome.as_str())];
        let axis = if along { "chart.axis.prior" } else { "chart.axis.expected-outcome" };
        let name = heading(&fit.model, &fit.cohort).line(context);
        let notes = notes(fit, (&lines, along, one_mark), context);
        Figure {
            id: identifier(format!("{}-{}-{}", self.key(), fit.model, fit.cohort).trim_end_matches('-')),
            title: context.text("chart.title", &[("name", &name), ("what", &title(fit, &placed, context))]),
            subtitle: Some(fit.asked.formula.clone()).filter(|text| !text.is_empty()).into_iter().collect(),
            legend: legend(fit, &lines, context),
            panel: Panel {
                x: Axis { name: context.text(axis, &prior), scale: x },
                y: Axis { name: context.text("chart.axis.outcome", &prior), scale: y },
                aside: String::new(),
                marks: lines.below.into_iter().chain(points).chain(lines.fixed).chain(lines.above).collect(),
            },
            notes,
            alt: alt(fit, (&placed, &name), context),
            ..context.blank(TABLE)
        }
    }
}

fn notes(
    fit: &GrowthScatter,
    (lines, along, one_mark): (&Lines, bool, bool),
    context: &ChartContext<'_>,
) -> Vec<String> {
    let of_units = !lines.above.is_empty() || !lines.below.is_empty();
    let note = match (lines.fixed.is_some(), along, of_units) {
        (false, ..) => "no-lines",
        (true, true, true) => "prior",
        (true, true, false) => "prior.plain",
        (true, false, true) => "expected",
        (true, false, false) => "expected.plain",
    };
    let mut notes =
        vec![context.text(&format!("chart.growth-scatter.note.{note}"), &[("prior", &fit.prior)])];
    if fit.marked.iter().any(|(_, effect)| effect.is_some()) {
        let value = if fit.kind == "growth" { "median" } else { "effect" };
        notes.push(context.text(&format!("chart.growth-scatter.note.{value}"), &[]));
    }
    if one_mark {
        notes.push(context.text("chart.growth-scatter.note.places", &[]));
    }
    notes.push(context.text("chart.growth-scatter.note.mean", &[]));
    notes.extend(fit.asked.counts.map(|counts| counts_note(counts, context)));
    notes.push(kind_note(&fit.kind, context));
    if legend_names(&fit.marked_names(), context.size).1 {
        notes.push(context.blank(TABLE).shortened_note);
    }
    notes
}

fn title(fit: &GrowthScatter, placed: &[(f64, &Point)], context: &ChartContext<'_>) -> String {
    let kind = factor(&fit.factor, context);
    let values =
        [("n", &*placed.len().to_string()), ("units", &*fit.units.len().to_string()), ("factor", &*kind)];
    let key =
        if fit.units.is_empty() { "chart.growth-scatter.title.whole" } else { "chart.growth-scatter.title" };
    context.text(key, &values)
}

/// The lines: of the units that do not stand out, of the fixed part, of the units that do.
struct Lines {
    below: Vec<Mark>,
    fixed: Option<Mark>,
    above: Vec<Mark>,
}

fn lines(fit: &GrowthScatter, placed: &[(f64, &Point)]) -> Lines {
    let range = fit.range().max(1e-12);
    let drawn =
        |ends: [(f64, f64); 2], ink, width, dashed| Mark::Line { points: ends.to_vec(), ink, width, dashed };
    let fixed = line(placed.iter().filter_map(|(x, point)| Some((*x, point.fixed?))), range)
        .map(|ends| drawn(ends, Ink::Black, 1.2, true));
    let (mut below, mut above) = (Vec::new(), Vec::new());
    // Without unit effects in the expectation all units have the line of the fixed part.
    let differ = |point: &Point| {
        point.fitted.zip(point.fixed).is_some_and(|(fitted, fixed)| (fitted - fixed).abs() > STRAIGHT * range)
    };
    if !placed.iter().any(|(_, point)| differ(point)) {
        return Lines { below, fixed, above };
    }
    let mut of_unit: Vec<Vec<(f64, f64)>> = vec![Vec::new(); fit.units.len()];
    for (x, point) in placed {
        if let Some((unit, fitted)) = point.unit.zip(point.fitted) {
            of_unit[unit].push((*x, fitted));
        }
    }
    for (unit, points) in of_unit.iter().enumerate() {
        let Some(ends) = line(points.iter().copied(), range) else { continue };
        match fit.marked.iter().position(|(marked, _)| *marked == unit) {
            Some(at) => above.push(drawn(ends, SERIES[at], 1.2, false)),
            None => below.push(drawn(ends, Ink::Tint(2), 0.5, false)),
        }
    }
    Lines { below, fixed, above }
}

/// The marks of students, and whether some share one.
fn points(fit: &GrowthScatter, placed: &[(f64, &Point)], (x, y): (&Scale, &Scale)) -> (Vec<Mark>, bool) {
    let cell = |scale: &Scale, value: f64, places: f64| match scale {
        Scale::Linear { min, max, .. } => ((value - min) / (max - min) * places).round() as i64,
        _ => 0,
    };
    let series = |point: &Point| {
        let at = point.unit.and_then(|unit| fit.marked.iter().position(|(marked, _)| *marked == unit));
        at.map_or(0, |at| at + 1)
    };
    let mut groups: Vec<Vec<(f64, f64)>> = vec![Vec::new(); fit.marked.len() + 1];
    let mut taken = BTreeSet::new();
    for (at, point) in placed {
        let group = series(point);
        if taken.insert((group, cell(x, *at, PLACES.0), cell(y, point.observed, PLACES.1))) {
            groups[group].push((*at, point.observed));
        }
    }
    let radius = if placed.len() > 800 { 1.0 } else { 1.6 };
    let marks = groups.into_iter().enumerate().filter(|(_, at)| !at.is_empty()).map(|(group, at)| {
        let (shape, ink) = match group.checked_sub(1) {
            Some(own) => (SHAPES[own], SERIES[own]),
            None => (Shape::Ring, Ink::Grey),
        };
        // A few among hundreds would be lost at their size.
        let radius = if group > 0 { 1.6 } else { radius };
        Mark::Points { at, shape, ink, radius }
    });
    (marks.collect(), taken.len() < placed.len())
}

/// The name of a unit with its effect, where that is known.
fn named(
    name: &str,
    (fit, effect): (&GrowthScatter, &Option<UnitEffect>),
    context: &ChartContext<'_>,
) -> String {
    let percentiles = if fit.kind == "growth" { 50.0 } else { 0.0 };
    effect.as_ref().map_or_else(
        || name.to_owned(),
        |effect| format!("{name} ({}, n = {})", signed(effect.value, percentiles, context), effect.n),
    )
}

fn legend(fit: &GrowthScatter, lines: &Lines, context: &ChartContext<'_>) -> Vec<LegendEntry> {
    let names = legend_names(&fit.marked_names(), context.size).0;
    let mut entries: Vec<LegendEntry> = (fit.marked.iter().zip(&names).enumerate())
        .map(|(at, (one, name))| LegendEntry {
            symbol: Symbol::Point(SERIES[at], SHAPES[at]),
            text: named(name, (fit, &one.1), context),
        })
        .collect();
    let mut add = |symbol, key: &str| entries.push(LegendEntry { symbol, text: context.text(key, &[]) });
    if fit.marked.len() < fit.units.len() || fit.units.is_empty() {
        let key = if fit.marked.is_empty() {
            "chart.growth-scatter.student"
        } else {
            "chart.growth-scatter.others"
        };
        add(Symbol::Point(Ink::Grey, Shape::Ring), key);
    }
    if lines.fixed.is_some() {
        add(Symbol::Line(Ink::Black, true), "chart.growth-scatter.fixed");
    }
    if !lines.below.is_empty() {
        add(Symbol::Line(Ink::Tint(2), false), "chart.growth-scatter.lines.others");
    }
    entries
}

fn alt(fit: &GrowthScatter, (placed, name): (&[(f64, &Point)], &str), context: &ChartContext<'_>) -> String {
    let ends = |values: &dyn Fn(&(f64, &Point)) -> f64| {
        let least = placed.iter().map(values).fold(f64::INFINITY, f64::min);
        let most = placed.iter().map(values).fold(f64::NEG_INFINITY, f64::max);
        [least, most].map(|value| (context.show)(value).replace('-', "−"))
    };
    let ([x_low, x_high], [y_low, y_high]) = (ends(&|(x, _)| *x), ends(&|(_, point)| point.observed));
    let marked: Vec<String> =
        fit.marked.iter().map(|(unit, effect)| named(&fit.units[*unit], (fit, effect), context)).collect();
    let parts = if marked.is_empty() { "—".to_owned() } else { context.join(&marked) };
    let values = [
        ("name", name),
        ("n", &*placed.len().to_string()),
        ("x_low", &*x_low),
        ("x_high", &*x_high),
        ("y_low", &*y_low),
        ("y_high", &*y_high),
        ("parts", &*parts),
    ];
    context.text("chart.growth-scatter.alt", &values)
}
