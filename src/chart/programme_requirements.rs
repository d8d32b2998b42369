//! Graduation requirements of many programmes on one scale, the latest cohort of each.

use super::figure::{Axis, Band, Figure, LegendEntry, Mark, Panel, Scale, Shape, Size, Symbol};
use super::objective::{same, value_axis};
use super::read::{self, parts};
use super::requirement_intervals::{Estimate, Profile, column, profiles};
use super::theme::Ink;
use super::{Chart, ChartContext, ChartError, Request};

/// One programme by its latest cohort.
#[derive(Debug, Clone, PartialEq)]
pub struct ProgrammeRow {
    /// The programme.
    pub name: String,
    /// Its latest cohort, with the number of students assessed.
    pub cohort: (String, Option<usize>),
    /// The requirements with a value, by number: estimate and expected value.
    pub requirements: Vec<(String, Estimate, Option<f64>)>,
    /// Which of them stands lowest against its expected value.
    pub lowest: Option<usize>,
}

/// The chart `programme-requirements`.
#[derive(Debug)]
pub struct ProgrammeRequirements;

impl Chart for ProgrammeRequirements {
    fn key(&self) -> &'static str {
        "programme-requirements"
    }

    fn tables(&self) -> &'static [&'static str] {
        &[column::TABLE]
    }

    fn draw(&self, request: &Request<'_>) -> Result<Vec<Figure>, ChartError> {
        let Request { tables, selection, context } = *request;
        let profiles = profiles(tables, selection)?;
        let rows: Vec<ProgrammeRow> = profiles.iter().filter_map(row).collect();
        let Some(first) = profiles.first().filter(|_| !rows.is_empty()) else { return Ok(Vec::new()) };
        let mut heading = first.heading.clone();
        heading.intervals = profiles.iter().flat_map(|profile| profile.heading.intervals.clone()).collect();
        for profile in &profiles {
            // What differs between programmes is not said of all.
            if profile.heading.method != heading.method {
                heading.method.clear();
            }
        }
        let most = if context.size == Size::Slide { 4 } else { 18 };
        let part = |range: std::ops::Range<usize>| {
            let mut figure = figure(&rows[range], rows.len(), context);
            figure.id = self.key().to_owned();
            figure.notes.extend(Some(heading.method_note(context)).filter(|note| !note.is_empty()));
            figure
        };
        Ok(read::numbered(parts(rows.len(), most).into_iter().map(part).collect(), context))
    }
}

/// The latest cohort of a profile; nothing where it has no value.
fn row(profile: &Profile) -> Option<ProgrammeRow> {
    let latest = profile.cohorts.len().checked_sub(1)?;
    let mut requirements = Vec::new();
    for row in &profile.rows {
        let Some(estimate) = row.estimates.get(latest).filter(|estimate| estimate.value.is_some()) else {
            continue;
        };
        requirements.push((row.label.clone(), estimate.clone(), row.expected));
    }
    let margin = |(_, estimate, expected): &(String, Estimate, Option<f64>)| {
        Some(estimate.value? - (*expected).unwrap_or(0.0))
    };
    let lowest = (0..requirements.len())
        .filter_map(|at| Some((margin(&requirements[at])?, at)))
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, at)| at);
    let name = match profile.heading.name.as_str() {
        "" => profile.heading.id.clone(),
        name => name.to_owned(),
    };
    let cohort = profile.cohorts.get(latest)?.clone();
    (!requirements.is_empty()).then_some(ProgrammeRow { name, cohort, requirements, lowest })
}

fn figure(rows: &[ProgrammeRow], total: usize, context: &ChartContext<'_>) -> Figure {
    let count = total.to_string();
    let told: Vec<String> = rows.iter().map(|row| words(row, context)).collect();
    Figure {
        title: context.text("chart.programmes.title", &[("programmes", &count)]),
        subtitle: vec![context.text("chart.programmes.subtitle", &[])],
        legend: legend(rows, context),
        panel: panel(rows, context),
        alt: context.text("chart.programmes.alt", &[("parts", &context.join(&told))]),
        ..context.blank(column::TABLE)
    }
}

/// The expected value that all requirements share, if they do.
fn expected(rows: &[ProgrammeRow]) -> Option<f64> {
    same(rows.iter().flat_map(|row| row.requirements.iter().map(|(.., expected)| *expected))).flatten()
}

fn panel(rows: &[ProgrammeRow], context: &ChartContext<'_>) -> Panel {
    let values = rows.iter().flat_map(|row| {
        let lowest = row.lowest.map(|at| &row.requirements[at].1);
        let ends = lowest.into_iter().flat_map(|estimate| [estimate.low, estimate.high]);
        row.requirements.iter().flat_map(|(_, estimate, expected)| [estimate.value, *expected]).chain(ends)
    });
    let bands = rows.iter().map(|row| Band {
        label: row.name.clone(),
        detail: super::words::capital(&detail(row, context)),
        group: String::new(),
        aside: lowest(row, context).into_iter().map(|text| (text, Ink::Black)).collect(),
    });
    Panel {
        x: value_axis(values, false, context),
        y: Axis {
            name: context.text("chart.axis.programme", &[]),
            scale: Scale::Bands { bands: bands.collect(), row: 26.0, lines: 2 },
        },
        aside: context.text("chart.programmes.aside", &[]),
        marks: marks(rows),
    }
}

/// The cohort and how many were assessed.
fn detail(row: &ProgrammeRow, context: &ChartContext<'_>) -> String {
    let cohort = context.text("chart.requirement.cohort", &[("cohort", &row.cohort.0)]);
    match row.cohort.1 {
        Some(n) => context.join(&[cohort, format!("n = {n}")]),
        None => cohort,
    }
}

/// The lowest requirement with its value and interval.
fn lowest(row: &ProgrammeRow, context: &ChartContext<'_>) -> Option<String> {
    let (name, estimate, _) = row.requirements.get(row.lowest?)?;
    let value = estimate.shown(context);
    Some(match (estimate.low, estimate.high) {
        (Some(low), Some(high)) => {
            format!("{name}: {value} [{}, {}]", (context.show)(low), (context.show)(high))
        }
        _ => format!("{name}: {value}"),
    })
}

fn words(row: &ProgrammeRow, context: &ChartContext<'_>) -> String {
    let values: Vec<String> = row
        .requirements
        .iter()
        .map(|(name, estimate, _)| format!("{name} {}", estimate.shown(context)))
        .collect();
    let values = [
        ("name", &*row.name),
        ("cohort", &*detail(row, context)),
        ("values", &*values.join(", ")),
        ("lowest", &*lowest(row, context).unwrap_or_default()),
    ];
    context.text("chart.programmes.alt.row", &values)
}

fn legend(rows: &[ProgrammeRow], context: &ChartContext<'_>) -> Vec<LegendEntry> {
    let entry = |symbol, key: &str| LegendEntry { symbol, text: context.text(key, &[]) };
    let mut entries = Vec::new();
    if rows.iter().any(|row| row.requirements.len() > usize::from(row.lowest.is_some())) {
        entries.push(entry(Symbol::Point(Ink::Blue, Shape::Ring), "chart.programmes.legend.one"));
    }
    let mut lowest = rows.iter().filter_map(|row| Some(&row.requirements[row.lowest?].1));
    entries.push(if lowest.any(|estimate| estimate.low.is_some() && estimate.high.is_some()) {
        entry(Symbol::Interval(Ink::Vermillion), "chart.programmes.legend.lowest")
    } else {
        entry(Symbol::Point(Ink::Vermillion, Shape::Diamond), "chart.programmes.legend.lowest.plain")
    });
    if let Some(expected) = expected(rows) {
        let values = [("value", &*(context.show)(expected))];
        let text = context.text("chart.legend.expected.same", &values);
        entries.push(LegendEntry { symbol: Symbol::Line(Ink::Black, true), text });
    }
    entries
}

fn marks(rows: &[ProgrammeRow]) -> Vec<Mark> {
    let mut marks = Vec::new();
    if let Some(expected) = expected(rows) {
        let points = vec![(expected, -0.5), (expected, rows.len() as f64 - 0.5)];
        marks.push(Mark::Line { points, ink: Ink::Black, width: 1.0, dashed: true });
    }
    for (index, row) in (0_u32..).zip(rows) {
        let y = f64::from(index);
        let others = row.requirements.iter().enumerate().filter(|(at, _)| Some(*at) != row.lowest);
        let at: Vec<(f64, f64)> =
            others.filter_map(|(_, (_, estimate, _))| Some((estimate.value?, y))).collect();
        marks.push(Mark::Points { at, shape: Shape::Ring, ink: Ink::Blue, radius: 2.6 });
        let Some((_, estimate, _)) = row.lowest.map(|at| &row.requirements[at]) else { continue };
        if let (Some(low), Some(high)) = (estimate.low, estimate.high) {
            marks.push(Mark::Interval { from: (low, y), to: (high, y), ink: Ink::Vermillion });
        }
        let at = estimate.value.map(|value| (value, y)).into_iter().collect();
        marks.push(Mark::Points { at, shape: Shape::Diamond, ink: Ink::Vermillion, radius: 2.6 });
    }
    marks
}
