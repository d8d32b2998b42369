//! Graduation requirements of one programme as dots with intervals, cohorts overlaid.

use super::figure::{Axis, Band, Figure, LegendEntry, Mark, Panel, Scale, Shape, Size, Symbol};
use super::objective::{intervals, same, value_axis};
use super::read::{self, Heading, Tables, parts};
use super::svg::identifier;
use super::theme::{Ink, SERIES};
use super::{Chart, ChartContext, ChartError, Request, Selection, words};
use crate::results::Table;

/// The names of the table and the columns that these charts read.
pub(super) mod column {
    pub(in crate::chart) const TABLE: &str = "requirements";
    pub(in crate::chart) const PROGRAMME: &str = "programme";
    pub(in crate::chart) const PROGRAMME_NAME: &str = "programme_name";
    pub(in crate::chart) const FRAMEWORK: &str = "framework";
    pub(in crate::chart) const EVALUATION: &str = "evaluation";
    pub(in crate::chart) const SHOWN: &str = "shown";
    pub(in crate::chart) const SCALE: &str = "scale";
    pub(in crate::chart) const PLAN: &str = "plan";
    pub(in crate::chart) const COHORT: &str = "cohort";
    pub(in crate::chart) const REQUIREMENT: &str = "requirement";
    pub(in crate::chart) const REQUIREMENT_TEXT: &str = "requirement_text";
    pub(in crate::chart) const VALUE: &str = "value";
    pub(in crate::chart) const LOW: &str = "low";
    pub(in crate::chart) const HIGH: &str = "high";
    pub(in crate::chart) const EXPECTED: &str = "expected";
    pub(in crate::chart) const N_ASSESSED: &str = "n_assessed";
    pub(in crate::chart) const METHOD: &str = "method";
    pub(in crate::chart) const POLICY: &str = "policy";
    pub(in crate::chart) const INTERVAL: &str = "interval";
    pub(in crate::chart) const ALL: &[&str] = &[
        PROGRAMME,
        PROGRAMME_NAME,
        FRAMEWORK,
        EVALUATION,
        SHOWN,
        SCALE,
        PLAN,
        COHORT,
        REQUIREMENT,
        REQUIREMENT_TEXT,
        VALUE,
        LOW,
        HIGH,
        EXPECTED,
        N_ASSESSED,
        METHOD,
        POLICY,
        INTERVAL,
    ];
}

/// Shapes of the cohorts, in order.
pub(super) const SHAPES: [Shape; 5] =
    [Shape::Disc, Shape::Square, Shape::Triangle, Shape::Diamond, Shape::Ring];

/// One value of one cohort.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Estimate {
    /// Attainment; `None` where it cannot be known.
    pub value: Option<f64>,
    /// The value as the policy rounds it.
    pub shown: Option<String>,
    /// Lower end of the interval.
    pub low: Option<f64>,
    /// Upper end of the interval.
    pub high: Option<f64>,
}

/// One requirement over the cohorts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RequirementRow {
    /// Its name or number.
    pub label: String,
    /// Its text; may be empty.
    pub detail: String,
    /// Expected value of the latest cohort that states one.
    pub expected: Option<f64>,
    /// One estimate per cohort.
    pub estimates: Vec<Estimate>,
}

/// Requirements × cohorts of one programme.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Profile {
    /// The programme and how its values were made.
    pub heading: Heading,
    /// Cohorts in order, with the number of students assessed.
    pub cohorts: Vec<(String, Option<usize>)>,
    /// `direct` or `combined`.
    pub evaluation: String,
    /// Framework of the requirements.
    pub framework: String,
    /// The highest possible value: 1, or the highest level.
    pub scale: Option<f64>,
    /// Cohorts that found no room, all older than those drawn.
    pub older: usize,
    /// Requirements in order.
    pub rows: Vec<RequirementRow>,
}

impl Profile {
    /// Whether there is anything of it to draw.
    pub(super) fn has_value(&self) -> bool {
        self.rows.iter().flat_map(|row| &row.estimates).any(|estimate| estimate.value.is_some())
    }
}

impl Estimate {
    pub(super) fn shown(&self, context: &ChartContext<'_>) -> String {
        match (&self.shown, self.value) {
            (Some(shown), Some(_)) => shown.clone(),
            (None, Some(value)) => (context.show)(value),
            (_, None) => "—".to_owned(),
        }
    }
}

/// The profiles in a table: one per programme and framework, plans together, since cohorts of several plans are
/// compared where their requirements are the same. Rows that a crosswalk recomputed are left out.
pub(super) fn profiles(tables: &dyn Tables, selection: &Selection) -> Result<Vec<Profile>, ChartError> {
    let table = read::table(tables, column::TABLE, column::ALL)?;
    let mut groups: Vec<((&str, &str), Vec<usize>)> = Vec::new();
    for row in 0..table.len() {
        let text = |name: &str| table.text(row, name).unwrap_or_default();
        let (programme, plan) = (text(column::PROGRAMME), text(column::PLAN));
        let wanted = selection.of.as_deref().is_none_or(|of| of == programme)
            && selection.part.as_deref().is_none_or(|part| plan == part);
        if !wanted || text(column::METHOD).ends_with(CROSSWALK) {
            continue;
        }
        let key = (programme, text(column::FRAMEWORK));
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((key, vec![row])),
        }
    }
    Ok(groups.iter().map(|(_, rows)| profile(table, rows)).collect())
}

/// The end of the method of values that were recomputed on another framework.
const CROSSWALK: &str = "/crosswalk";

/// The rows of one evaluation: the combined one where every direct value has its combined one, else the direct one.
fn evaluation(table: &Table, rows: &[usize]) -> (&'static str, Vec<usize>) {
    let of = |wanted: &str| -> Vec<usize> {
        let is = |row: &usize| table.text(*row, column::EVALUATION) == Some(wanted);
        rows.iter().copied().filter(is).collect()
    };
    let known =
        |rows: &[usize]| rows.iter().filter(|&&row| table.number(row, column::VALUE).is_some()).count();
    let (direct, combined) = (of("direct"), of("combined"));
    if !combined.is_empty() && known(&combined) >= known(&direct) {
        ("combined", combined)
    } else {
        ("direct", direct)
    }
}

fn profile(table: &Table, rows: &[usize]) -> Profile {
    let text = |row: usize, name: &str| table.text(row, name).unwrap_or_default().to_owned();
    let (evaluation, rows) = evaluation(table, rows);
    let mut names: Vec<String> = rows.iter().map(|&row| text(row, column::COHORT)).collect();
    names.sort_by_cached_key(|name| read::natural(name));
    names.dedup();
    let older = names.len().saturating_sub(SERIES.len());
    let names = &names[older..];
    let mut cohorts: Vec<(String, Option<usize>)> = names.iter().map(|name| (name.clone(), None)).collect();
    let mut found: Vec<RequirementRow> = Vec::new();
    for &row in &rows {
        let Some(cohort) = names.iter().position(|name| *name == text(row, column::COHORT)) else { continue };
        let label = text(row, column::REQUIREMENT);
        let at = found.iter().position(|row| row.label == label).unwrap_or_else(|| {
            let estimates = vec![Estimate::default(); names.len()];
            found.push(RequirementRow { label, estimates, ..RequirementRow::default() });
            found.len() - 1
        });
        let requirement = &mut found[at];
        requirement.detail = text(row, column::REQUIREMENT_TEXT);
        requirement.expected = table.number(row, column::EXPECTED).or(requirement.expected);
        requirement.estimates[cohort] = estimate(table, row);
        let n = table.number(row, column::N_ASSESSED).filter(|n| *n >= 0.0).map(|n| n as usize);
        cohorts[cohort].1 = cohorts[cohort].1.max(n);
    }
    found.sort_by_cached_key(|row| read::natural(&row.label));
    let last = rows.last().copied().unwrap_or(0);
    Profile {
        heading: Heading {
            id: text(last, column::PROGRAMME),
            name: text(last, column::PROGRAMME_NAME),
            method: text(last, column::METHOD),
            policy: text(last, column::POLICY),
            intervals: intervals(table, &rows),
            ..Heading::default()
        },
        cohorts,
        evaluation: evaluation.to_owned(),
        framework: text(last, column::FRAMEWORK),
        scale: rows.iter().find_map(|&row| table.number(row, column::SCALE)),
        older,
        rows: found,
    }
}

fn estimate(table: &Table, row: usize) -> Estimate {
    Estimate {
        value: table.number(row, column::VALUE),
        shown: table.text(row, column::SHOWN).map(str::to_owned),
        low: table.number(row, column::LOW),
        high: table.number(row, column::HIGH),
    }
}

/// The chart `requirement-intervals`.
#[derive(Debug)]
pub struct RequirementIntervals;

impl Chart for RequirementIntervals {
    fn key(&self) -> &'static str {
        "requirement-intervals"
    }

    fn tables(&self) -> &'static [&'static str] {
        &[column::TABLE]
    }

    fn draw(&self, request: &Request<'_>) -> Result<Vec<Figure>, ChartError> {
        let Request { tables, selection, context } = *request;
        let profiles = profiles(tables, selection)?;
        let drawn = profiles.iter().filter(|profile| profile.has_value());
        Ok(drawn.flat_map(|profile| self.figures(profile, context)).collect())
    }
}

impl RequirementIntervals {
    /// The figures of one programme: one where it is readable so, else as many as it takes.
    pub fn figures(&self, profile: &Profile, context: &ChartContext<'_>) -> Vec<Figure> {
        let (room, most) = match context.size {
            Size::Column | Size::Page => (540.0, 14.0),
            Size::Slide => (120.0, 6.0),
        };
        let most = f64::min(room / row_height(profile.cohorts.len()), most).floor().max(1.0) as usize;
        let cut = parts(profile.rows.len(), most);
        let part = |rows: std::ops::Range<usize>| {
            let part = Profile { rows: profile.rows[rows].to_vec(), ..profile.clone() };
            frame(self.key(), (&part, profile.rows.len()), (dots_panel(&part, context), context))
        };
        read::numbered(cut.into_iter().map(part).collect(), context)
    }
}

/// Everything of a figure but its panel, the same for both forms; `total` counts the requirements of all parts.
pub(super) fn frame(
    key: &str,
    (profile, total): (&Profile, usize),
    (panel, context): (Panel, &ChartContext<'_>),
) -> Figure {
    let name = profile.heading.line(context);
    let counts = [("total", &*total.to_string()), ("cohorts", &*profile.cohorts.len().to_string())];
    let what = context.text("chart.requirement.title", &counts);
    let mut notes = Vec::new();
    let known = profile.cohorts.iter().filter_map(|(cohort, n)| Some((cohort, (*n)?)));
    notes.extend(read::counts_by(known, context));
    if profile.older > 0 {
        let values = [("drawn", &*profile.cohorts.len().to_string()), ("older", &*profile.older.to_string())];
        notes.push(context.text("chart.requirement.note.older", &values));
    }
    notes.extend(Some(profile.heading.method_note(context)).filter(|note| !note.is_empty()));
    let alt = context
        .join(&profile.rows.iter().map(|row| words(row, &profile.cohorts, context)).collect::<Vec<_>>());
    Figure {
        id: identifier(&format!("{key}-{}-{}", profile.heading.id, profile.framework)),
        title: context.text("chart.title", &[("name", &name), ("what", &what)]),
        subtitle: vec![subtitle(profile, context)],
        legend: legend(profile, context),
        panel,
        notes,
        alt: context.text("chart.requirement.alt", &[("name", &name), ("parts", &alt)]),
        ..context.blank(column::TABLE)
    }
}

/// What is compared: the evaluation, the framework and the kind of lines.
fn subtitle(profile: &Profile, context: &ChartContext<'_>) -> String {
    let evaluation = context.text(&format!("chart.evaluation.{}", profile.evaluation), &[]);
    let mut text = context.text("chart.requirement.subtitle", &[("evaluation", &evaluation)]);
    if !profile.framework.is_empty() {
        text.push_str(&context.text("chart.requirement.framework", &[("framework", &profile.framework)]));
    }
    text
}

fn words(row: &RequirementRow, cohorts: &[(String, Option<usize>)], context: &ChartContext<'_>) -> String {
    let values: Vec<String> = cohorts
        .iter()
        .zip(&row.estimates)
        .map(|((cohort, _), estimate)| match (estimate.value, estimate.low, estimate.high) {
            (Some(_), Some(low), Some(high)) => {
                let (low, high) = ((context.show)(low), (context.show)(high));
                format!("{cohort} {} [{low}, {high}]", estimate.shown(context))
            }
            _ => format!("{cohort} {}", estimate.shown(context)),
        })
        .collect();
    let expected = row.expected.map_or_else(String::new, |expected| {
        format!(" ({})", context.text("chart.alt.expected", &[("value", &(context.show)(expected))]))
    });
    format!("{} {}{expected}: {}", row.label, row.detail, values.join(", "))
}

fn legend(profile: &Profile, context: &ChartContext<'_>) -> Vec<LegendEntry> {
    let mut entries: Vec<LegendEntry> = profile
        .cohorts
        .iter()
        .enumerate()
        .map(|(at, (cohort, _))| LegendEntry {
            symbol: Symbol::Point(SERIES[at], SHAPES[at]),
            text: words::capital(&context.text("chart.requirement.cohort", &[("cohort", cohort)])),
        })
        .collect();
    if profile.rows.iter().any(|row| row.expected.is_some()) {
        let (symbol, text) = match same(profile.rows.iter().map(|row| row.expected)).flatten() {
            Some(expected) => {
                let values = [("value", &*(context.show)(expected))];
                (Symbol::Line(Ink::Black, true), context.text("chart.legend.expected.same", &values))
            }
            None => (Symbol::Tick(Ink::Black), context.text("chart.legend.expected", &[])),
        };
        entries.push(LegendEntry { symbol, text });
    }
    let interval = |e: &Estimate| e.low.is_some() && e.high.is_some();
    if !profile.heading.intervals.is_empty()
        && profile.rows.iter().flat_map(|row| &row.estimates).any(interval)
    {
        let level = profile.heading.level(context);
        let text = context.text("chart.legend.interval", &[("level", &level)]);
        entries.push(LegendEntry { symbol: Symbol::Whisker(Ink::Grey), text });
    }
    entries
}

/// Height of a row in points on a page: each cohort has its own line in it.
fn row_height(cohorts: usize) -> f64 {
    8.0 + 7.0 * cohorts as f64
}

fn dots_panel(profile: &Profile, context: &ChartContext<'_>) -> Panel {
    let values = profile.rows.iter().flat_map(|row| {
        row.estimates.iter().flat_map(|e| [e.value, e.low, e.high]).chain([row.expected, profile.scale])
    });
    let count = profile.cohorts.len();
    let bands = profile.rows.iter().map(|row| Band {
        label: row.label.clone(),
        detail: row.detail.clone(),
        group: String::new(),
        aside: asides(row, context),
    });
    Panel {
        x: value_axis(values, false, context),
        y: Axis {
            name: context.text("chart.axis.requirement", &[]),
            scale: Scale::Bands { bands: bands.collect(), row: row_height(count), lines: 2 },
        },
        aside: context.text("chart.requirement.aside", &[]),
        marks: dots(profile),
    }
}

fn asides(row: &RequirementRow, context: &ChartContext<'_>) -> Vec<(String, Ink)> {
    vec![(row.estimates.iter().map(|e| e.shown(context)).collect::<Vec<_>>().join(" / "), Ink::Black)]
}

fn dots(profile: &Profile) -> Vec<Mark> {
    let count = profile.cohorts.len().max(1) as f64;
    let line = |at: f64, (from, to): (f64, f64), dashed| Mark::Line {
        points: vec![(at, from), (at, to)],
        ink: Ink::Black,
        width: if dashed { 1.0 } else { 1.6 },
        dashed,
    };
    let mut marks = Vec::new();
    match same(profile.rows.iter().map(|row| row.expected)) {
        Some(Some(expected)) => marks.push(line(expected, (-0.5, profile.rows.len() as f64 - 0.5), true)),
        _ => marks.extend((0_u32..).zip(&profile.rows).filter_map(|(index, row)| {
            row.expected
                .map(|expected| line(expected, (f64::from(index) - 0.42, f64::from(index) + 0.42), false))
        })),
    }
    for (index, row) in (0_u32..).zip(&profile.rows) {
        for (cohort, estimate) in row.estimates.iter().enumerate() {
            let y = f64::from(index) - 0.5 + (cohort as f64 + 1.0) / (count + 1.0);
            if let (Some(low), Some(high)) = (estimate.low, estimate.high) {
                marks.push(Mark::Interval { from: (low, y), to: (high, y), ink: SERIES[cohort] });
            }
            if let Some(value) = estimate.value {
                let (shape, ink) = (SHAPES[cohort], SERIES[cohort]);
                marks.push(Mark::Points { at: vec![(value, y)], shape, ink, radius: 2.4 });
            }
        }
    }
    marks
}
