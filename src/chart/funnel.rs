//! Funnel plot: values of offerings, or of the sections of one, against their number of students, with the limits
//! within which chance alone would keep them.

use super::figure::{Axis, Figure, LegendEntry, Mark, Panel, Scale, Shape, Symbol, ticks};
use super::objective::{column, intervals, value_axis};
use super::read::{self, Heading};
use super::svg::identifier;
use super::theme::Ink;
use super::{Chart, ChartContext, ChartError, Request, Selection};
use crate::results::Table;

/// The table that this chart reads.
const TABLE: &str = "offerings";
/// Its columns.
const COLUMNS: &[&str] = &[
    column::OFFERING,
    "course",
    column::COURSE_NAME,
    column::TERM,
    column::SECTION,
    column::VALUE,
    "se",
    column::EXPECTED,
    column::N_ASSESSED,
    column::METHOD,
    column::POLICY,
];

/// Normal quantiles of the two limits, 95 % and 99.8 %, as Spiegelhalter (2005) draws them.
const LIMITS: [f64; 2] = [1.959_964, 3.090_232];
/// Places of the limits along the axis.
const STEPS: usize = 80;
/// Names that the note gives.
const NAMED: usize = 6;
/// Points along each side that are told apart: more share a place.
const PLACES: f64 = 300.0;

/// One offering or section.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FunnelPoint {
    /// Its name.
    pub label: String,
    /// Its value.
    pub value: f64,
    /// Standard error of the value.
    pub se: Option<f64>,
    /// Students assessed.
    pub n: usize,
}

/// Points and the value around which they are judged.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Funnel {
    /// What the points belong to.
    pub heading: Heading,
    /// Whether the points are sections of one offering.
    pub sections: bool,
    /// The points in the order of the table.
    pub points: Vec<FunnelPoint>,
    /// Expected value, where all share one.
    pub expected: Option<f64>,
    /// Rows without a value or without students.
    pub left_out: usize,
}

/// Where a point lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Zone {
    Within,
    Between,
    Outside,
}

impl Funnel {
    /// Mean of the values, weighted by students: Σ nᵢ vᵢ / Σ nᵢ.
    fn centre(&self) -> f64 {
        let n: f64 = self.points.iter().map(|point| point.n as f64).sum();
        let mean = self.points.iter().map(|point| point.n as f64 * point.value).sum::<f64>() / n.max(1.0);
        // Residuals sum to zero; what rounding leaves of that is no value.
        if mean.abs() < 1e-9 { 0.0 } else { mean }
    }

    /// Standard deviation of one student within an offering, pooled: √(Σ nᵢ · nᵢ seᵢ² / Σ nᵢ).
    fn spread(&self) -> Option<f64> {
        let known = || self.points.iter().filter_map(|point| point.se.map(|se| (point.n as f64, se)));
        let n: f64 = known().map(|(n, _)| n).sum();
        let spread = (known().map(|(n, se)| n * n * se * se).sum::<f64>() / n.max(1.0)).sqrt();
        (spread > 0.0).then_some(spread)
    }

    fn zones(&self) -> Vec<Zone> {
        let (centre, spread) = (self.centre(), self.spread());
        let of = |point| spread.map_or(Zone::Within, |spread| zone(point, centre, spread));
        self.points.iter().map(of).collect()
    }

    /// Whether there are standard errors to draw limits from.
    pub(super) fn has_limits(&self) -> bool {
        self.spread().is_some()
    }

    /// How many points lie outside the outer limits.
    pub(super) fn n_outside(&self) -> usize {
        self.zones().into_iter().filter(|zone| *zone == Zone::Outside).count()
    }

    /// The key of a text that speaks of the limits: its form `.plain` where none are drawn.
    pub(super) fn form(&self, key: &str) -> String {
        if self.has_limits() { key.to_owned() } else { format!("{key}.plain") }
    }

    /// The outer limits at the smallest number of students.
    pub(super) fn reach(&self) -> (f64, f64) {
        let n = self.points.iter().map(|point| point.n).min().unwrap_or(1).max(1) as f64;
        let (centre, wide) = (self.centre(), LIMITS[1] * self.spread().unwrap_or(0.0) / n.sqrt());
        (centre - wide, centre + wide)
    }
}

fn zone(point: &FunnelPoint, centre: f64, spread: f64) -> Zone {
    let z = (point.value - centre).abs() / (spread / (point.n as f64).sqrt());
    match z {
        z if z <= LIMITS[0] => Zone::Within,
        z if z <= LIMITS[1] => Zone::Between,
        _ => Zone::Outside,
    }
}

/// The chart `funnel`.
#[derive(Debug)]
pub struct FunnelPlot;

impl Chart for FunnelPlot {
    fn key(&self) -> &'static str {
        "funnel"
    }

    fn source(&self) -> Option<&'static str> {
        Some(
            "D. Spiegelhalter, \"Funnel plots for comparing institutional performance\", Statistics in Medicine 24 \
             (2005) 1185–1202",
        )
    }

    fn tables(&self) -> &'static [&'static str] {
        &[TABLE]
    }

    /// All offerings, those of the course that `of` names, or the sections of the offering that it names.
    fn draw(&self, request: &Request<'_>) -> Result<Vec<Figure>, ChartError> {
        let Request { tables, selection, context } = *request;
        let table = read::table(tables, TABLE, COLUMNS)?;
        let funnel = funnel(table, selection, context);
        let drawn = !funnel.points.is_empty();
        Ok(drawn.then(|| self.figure(&funnel, context)).into_iter().collect())
    }
}

fn funnel(table: &Table, selection: &Selection, context: &ChartContext<'_>) -> Funnel {
    let text = |row: usize, name: &str| table.text(row, name).unwrap_or_default();
    let of = selection.of.as_deref();
    let is_offering = of.is_some_and(|of| (0..table.len()).any(|row| text(row, column::OFFERING) == of));
    let rows: Vec<usize> = (0..table.len())
        .filter(|&row| match of {
            None => table.text(row, column::SECTION).is_none(),
            Some(of) if is_offering => {
                text(row, column::OFFERING) == of && table.text(row, column::SECTION).is_some()
            }
            Some(of) => text(row, "course") == of && table.text(row, column::SECTION).is_none(),
        })
        .collect();
    let first = rows.first().copied().unwrap_or(0);
    let name = match of {
        None => context.text("chart.funnel.all", &[]),
        Some(of) => {
            Some(text(first, column::COURSE_NAME)).filter(|name| !name.is_empty()).unwrap_or(of).to_owned()
        }
    };
    let mut funnel = Funnel {
        heading: Heading {
            id: of.unwrap_or("all").to_owned(),
            name,
            term: if is_offering { text(first, column::TERM).to_owned() } else { String::new() },
            method: text(first, column::METHOD).to_owned(),
            policy: text(first, column::POLICY).to_owned(),
            intervals: intervals(table, &[]),
            ..Heading::default()
        },
        sections: is_offering,
        expected: super::objective::same(rows.iter().map(|&row| table.number(row, column::EXPECTED)))
            .flatten(),
        ..Funnel::default()
    };
    for row in rows {
        let n = table.number(row, column::N_ASSESSED).filter(|n| *n >= 1.0).map(|n| n as usize);
        let Some((value, n)) = table.number(row, column::VALUE).zip(n) else {
            funnel.left_out += 1;
            continue;
        };
        let label = match table.text(row, column::SECTION) {
            Some(section) if is_offering => read::section(section, context),
            _ => offering(table, row),
        };
        funnel.points.push(FunnelPoint { label, value, se: table.number(row, "se"), n });
    }
    funnel
}

/// An offering by its course and term.
fn offering(table: &Table, row: usize) -> String {
    let text = |name: &str| table.text(row, name).unwrap_or_default();
    let name = Some(text(column::COURSE_NAME)).filter(|name| !name.is_empty());
    format!("{} {}", name.unwrap_or(text(column::OFFERING)), text(column::TERM)).trim().to_owned()
}

impl FunnelPlot {
    /// The figure of some offerings or sections.
    pub fn figure(&self, funnel: &Funnel, context: &ChartContext<'_>) -> Figure {
        let values = funnel.points.iter().map(|point| Some(point.value));
        self.drawn(funnel, value_axis(values.chain([funnel.expected]), false, context), context)
    }

    /// The figure over this axis of values.
    pub(super) fn drawn(&self, funnel: &Funnel, y: Axis, context: &ChartContext<'_>) -> Figure {
        let name = funnel.heading.line(context);
        let (centre, spread) = (funnel.centre(), funnel.spread());
        let zones = funnel.zones();
        let what = title(funnel, &zones, context);
        let outside = named(funnel, (&zones, centre), context);
        let x = students(funnel, context);
        let drawn = marks(funnel, &zones, (centre, spread, [ends(&x), ends(&y)]));
        Figure {
            id: identifier(&format!("{}-{}", self.key(), funnel.heading.id)),
            title: context.text("chart.title", &[("name", &name), ("what", &what)]),
            subtitle: vec![context.text(&funnel.form("chart.funnel.subtitle"), &[])],
            legend: legend(&zones, (funnel, centre, spread), context),
            panel: Panel { x, y, aside: String::new(), marks: drawn },
            notes: notes(funnel, (&outside, spread), context),
            alt: alt(funnel, (&zones, centre, &outside), context),
            ..context.blank(TABLE)
        }
    }
}

fn count(zones: &[Zone], wanted: Zone) -> String {
    zones.iter().filter(|zone| **zone == wanted).count().to_string()
}

fn title(funnel: &Funnel, zones: &[Zone], context: &ChartContext<'_>) -> String {
    let key = funnel.form(if funnel.sections { "chart.funnel.title.sections" } else { "chart.funnel.title" });
    let (total, outside) = (funnel.points.len().to_string(), count(zones, Zone::Outside));
    context.text(&key, &[("total", &*total), ("outside", &*outside)])
}

/// Those outside the outer limits, the farthest first.
fn named(funnel: &Funnel, (zones, centre): (&[Zone], f64), context: &ChartContext<'_>) -> Vec<String> {
    let mut outside: Vec<&FunnelPoint> =
        funnel.points.iter().zip(zones).filter(|(_, zone)| **zone == Zone::Outside).map(|(p, _)| p).collect();
    let far = |point: &FunnelPoint| (point.value - centre).abs() * (point.n as f64).sqrt();
    outside.sort_by(|a, b| far(b).total_cmp(&far(a)));
    let one = |point: &&FunnelPoint| {
        format!("{} {} (n = {})", point.label, (context.show)(point.value).replace('-', "−"), point.n)
    };
    outside.iter().map(one).collect()
}

fn notes(
    funnel: &Funnel,
    (outside, spread): (&[String], Option<f64>),
    context: &ChartContext<'_>,
) -> Vec<String> {
    let mut notes = match spread {
        Some(spread) => vec![
            context.text("chart.funnel.note", &[("sd", &format!("{spread:.3}"))]),
            context.text("chart.funnel.note.reading", &[]),
        ],
        None => vec![context.text("chart.funnel.note.no-limits", &[])],
    };
    if !outside.is_empty() {
        let shown = context.join(&outside[..outside.len().min(NAMED)]);
        let key = if outside.len() > NAMED { "chart.funnel.note.some" } else { "chart.funnel.note.outside" };
        notes.push(context.text(key, &[("names", &*shown), ("count", &*NAMED.to_string())]));
    }
    if funnel.left_out > 0 {
        notes.push(context.text("chart.funnel.note.left_out", &[("count", &funnel.left_out.to_string())]));
    }
    notes.extend(Some(funnel.heading.method_note(context)).filter(|note| !note.is_empty()));
    notes
}

fn alt(
    funnel: &Funnel,
    (zones, centre, outside): (&[Zone], f64, &[String]),
    context: &ChartContext<'_>,
) -> String {
    let n = |pick: fn(usize, usize) -> usize| {
        funnel.points.iter().map(|point| point.n).reduce(pick).unwrap_or(0).to_string()
    };
    let far = if outside.is_empty() {
        "—".to_owned()
    } else {
        context.join(&outside[..outside.len().min(NAMED)])
    };
    let values = [
        ("name", &*funnel.heading.line(context)),
        ("total", &*funnel.points.len().to_string()),
        ("least", &*n(usize::min)),
        ("most", &*n(usize::max)),
        ("centre", &*(context.show)(centre).replace('-', "−")),
        ("within", &*count(zones, Zone::Within)),
        ("between", &*count(zones, Zone::Between)),
        ("outside", &*count(zones, Zone::Outside)),
        ("names", &*far),
    ];
    context.text(&funnel.form("chart.funnel.alt"), &values)
}

/// Both ends of an axis.
fn ends(axis: &Axis) -> (f64, f64) {
    match axis.scale {
        Scale::Linear { min, max, .. } => (min, max),
        _ => (0.0, 1.0),
    }
}

/// The axis of students, from 0 to a round number; where all have nearly as many, from half the smallest number.
fn students(funnel: &Funnel, context: &ChartContext<'_>) -> Axis {
    let counts = || funnel.points.iter().map(|point| point.n);
    let least = counts().min().unwrap_or(0) as f64;
    let most = counts().max().unwrap_or(1) as f64 * 1.05;
    let steps = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 5000.0];
    let step = steps.into_iter().find(|step| most / step <= 8.0).unwrap_or(20_000.0);
    let max = (most / step).ceil() * step;
    let min = if least > most / 2.0 { (least / 2.0 / step).floor() * step } else { 0.0 };
    Axis {
        name: context.text("chart.axis.assessed", &[]),
        scale: Scale::Linear { min, max, ticks: ticks(min, max, step, 0) },
    }
}

fn sign(zone: Zone) -> (Ink, Shape) {
    match zone {
        Zone::Within => (Ink::Blue, Shape::Disc),
        Zone::Between => (Ink::Black, Shape::Ring),
        Zone::Outside => (Ink::Vermillion, Shape::Diamond),
    }
}

const ZONES: [(Zone, &str); 3] = [
    (Zone::Within, "chart.funnel.legend.within"),
    (Zone::Between, "chart.funnel.legend.between"),
    (Zone::Outside, "chart.funnel.legend.outside"),
];

fn legend(
    zones: &[Zone],
    (funnel, centre, spread): (&Funnel, f64, Option<f64>),
    context: &ChartContext<'_>,
) -> Vec<LegendEntry> {
    let mut entries = Vec::new();
    for (zone, key) in ZONES.into_iter().filter(|(zone, _)| zones.contains(zone)) {
        let (ink, shape) = sign(zone);
        let key = if spread.is_some() { key } else { "chart.funnel.legend.point" };
        entries.push(LegendEntry { symbol: Symbol::Point(ink, shape), text: context.text(key, &[]) });
    }
    let line = |ink, dashed, text| LegendEntry { symbol: Symbol::Line(ink, dashed), text };
    let value = (context.show)(centre).replace('-', "−");
    entries.push(line(Ink::Black, false, context.text("chart.funnel.legend.mean", &[("value", &value)])));
    if spread.is_some() {
        entries.push(line(Ink::Grey, true, context.text("chart.funnel.legend.inner", &[])));
        entries.push(line(Ink::Grey, false, context.text("chart.funnel.legend.outer", &[])));
    }
    if let Some(expected) = funnel.expected {
        let text = context.text("chart.legend.expected.same", &[("value", &(context.show)(expected))]);
        entries.push(line(Ink::Vermillion, true, text));
    }
    entries
}

fn marks(
    funnel: &Funnel,
    zones: &[Zone],
    (centre, spread, [(least, most), range]): (f64, Option<f64>, [(f64, f64); 2]),
) -> Vec<Mark> {
    let line = |points, ink, width, dashed| Mark::Line { points, ink, width, dashed };
    let mut marks = vec![line(vec![(least, centre), (most, centre)], Ink::Black, 0.9, false)];
    if let Some(expected) = funnel.expected {
        marks.push(line(vec![(least, expected), (most, expected)], Ink::Vermillion, 0.9, true));
    }
    if let Some(spread) = spread {
        for (z, dashed) in LIMITS.into_iter().zip([true, false]) {
            for side in [-1.0, 1.0] {
                let at = |k: usize| {
                    let first = least.max(1.0);
                    let n = first + (most - first) * (k as f64 / STEPS as f64).powi(2);
                    (n, centre + side * z * spread / n.sqrt())
                };
                // Limits beyond the axis would run along the frame.
                let points =
                    (0..=STEPS).map(at).filter(|point| (range.0..=range.1).contains(&point.1)).collect();
                marks.push(line(points, Ink::Grey, 0.9, dashed));
            }
        }
    }
    for (zone, _) in ZONES {
        let mut at: Vec<(f64, f64)> = Vec::new();
        let mut taken = std::collections::BTreeSet::new();
        for (point, _) in funnel.points.iter().zip(zones).filter(|(_, own)| **own == zone) {
            let x = point.n as f64;
            // Points in one place of the drawing are one mark.
            let place = ((x / most * PLACES).round() as i64, (point.value * PLACES).round() as i64);
            if taken.insert(place) {
                at.push((x, point.value));
            }
        }
        if !at.is_empty() {
            let (ink, shape) = sign(zone);
            let radius = if funnel.points.len() > 300 { 1.4 } else { 2.2 };
            marks.push(Mark::Points { at, shape, ink, radius });
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_are_those_of_the_normal_distribution_about_the_mean_of_all_students() {
        let point = |value, n, se| FunnelPoint { label: String::new(), value, se: Some(se), n };
        let funnel =
            Funnel { points: vec![point(0.8, 100, 0.01), point(0.6, 25, 0.02)], ..Funnel::default() };
        // By hand: (80 + 15) / 125; both have a student's standard deviation of 0.1.
        assert!((funnel.centre() - 0.76).abs() < 1e-12);
        assert!((funnel.spread().unwrap() - 0.1).abs() < 1e-12);
        // 1.96 · 0.1 / 5 = 0.0392 and 3.09 · 0.1 / 5 = 0.0618.
        let at = |value| zone(&point(value, 25, 0.02), 0.76, 0.1);
        assert_eq!(
            [at(0.799), at(0.8), at(0.7), at(0.69)],
            [Zone::Within, Zone::Between, Zone::Between, Zone::Outside]
        );
    }
}
