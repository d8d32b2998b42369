//! Dot plot of students per objective, with the expected value, the mean and its interval.

use std::collections::BTreeMap;
use std::ops::Range;

use super::figure::{Axis, Band, Figure, LegendEntry, Mark, Panel, Scale, Shape, Size, Symbol};
use super::objective::{
    self, ObjectiveBar, bar, counts_note, expected_entry, expected_marks, heading, in_words as words, same,
    value_axis,
};
use super::read::{self, Heading, Tables};
use super::svg::identifier;
use super::theme::Ink;
use super::{Chart, ChartContext, ChartError, Request, Selection};
use crate::results::{Column, Table};

/// The names of the table and the columns that this chart reads beside those of `objective-bars`.
pub(super) mod column {
    pub(in crate::chart) const TABLE: &str = "student_objectives";
    pub(in crate::chart) const OFFERING: &str = "offering";
    pub(in crate::chart) const SECTION: &str = "section";
    pub(in crate::chart) const OBJECTIVE: &str = "objective";
    pub(in crate::chart) const VALUE: &str = "value";
    pub(in crate::chart) const ALL: &[&str] = &[OFFERING, SECTION, OBJECTIVE, VALUE];
}

/// The tables of objectives and of students.
pub(super) const TABLES: &[&str] = &[objective::column::TABLE, column::TABLE];

/// Where the lowest dots of a row stand, in rows below its middle.
const FLOOR: f64 = 0.20;
/// Where the mean stands, in rows below its middle.
const LANE: f64 = 0.36;
/// Most dots above each other: they fill the row from `FLOOR` to its upper edge.
const LEVELS: usize = 9;

/// One objective with the values of its students.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ObjectiveDots {
    /// The objective: its mean, interval, expected value and counts.
    pub objective: ObjectiveBar,
    /// Attainment of each student that has one, in any order.
    pub values: Vec<f64>,
}

/// The chart `student-dots`.
#[derive(Debug)]
pub struct StudentDots;

impl Chart for StudentDots {
    fn key(&self) -> &'static str {
        "student-dots"
    }

    fn source(&self) -> Option<&'static str> {
        Some("L. Wilkinson, \"Dot plots\", The American Statistician 53 (1999) 276–281")
    }

    fn tables(&self) -> &'static [&'static str] {
        TABLES
    }

    fn draw(&self, request: &Request<'_>) -> Result<Vec<Figure>, ChartError> {
        let Request { tables, selection, context } = *request;
        let offerings = read(tables, selection)?;
        Ok(offerings.iter().flat_map(|(heading, dots)| self.figures(heading, dots, context)).collect())
    }
}

/// The offerings selected, with the students of each objective.
pub(super) fn read(
    tables: &dyn Tables,
    selection: &Selection,
) -> Result<Vec<(Heading, Vec<ObjectiveDots>)>, ChartError> {
    use super::objective::column as objective;
    let level = read::table(tables, objective::TABLE, objective::ALL)?;
    let groups = read::groups(level, (objective::OFFERING, objective::SECTION), selection);
    with_students(tables, level, &groups)
}

/// Groups of rows of the table of objectives, each an offering and a section, with the values of their students.
pub(super) fn with_students(
    tables: &dyn Tables,
    level: &Table,
    groups: &[((String, String), Vec<usize>)],
) -> Result<Vec<(Heading, Vec<ObjectiveDots>)>, ChartError> {
    let students = read::table(tables, column::TABLE, column::ALL)?;
    let by_offering = rows_by_offering(students, groups.iter().map(|((offering, _), _)| offering.as_str()));
    let mut offerings = Vec::with_capacity(groups.len());
    for ((offering, section), rows) in groups {
        let mut dots: Vec<ObjectiveDots> = rows
            .iter()
            .map(|&row| ObjectiveDots { objective: bar(level, row), values: Vec::new() })
            .collect();
        for &row in by_offering.get(offering.as_str()).into_iter().flatten() {
            if !section.is_empty() && students.text(row, column::SECTION) != Some(section) {
                continue;
            }
            // A row without an objective is the student's value of the course.
            let objective = students.text(row, column::OBJECTIVE);
            let found = dots.iter_mut().find(|dots| Some(&*dots.objective.label) == objective);
            if let (Some(dots), Some(value)) = (found, students.number(row, column::VALUE)) {
                dots.values.push(value);
            }
        }
        offerings.push((heading(level, rows), dots));
    }
    Ok(offerings)
}

/// The rows of each wanted offering, found in one pass over the codes of the column.
pub(super) fn rows_by_offering<'a>(
    students: &Table,
    wanted: impl Iterator<Item = &'a str>,
) -> BTreeMap<&'a str, Vec<usize>> {
    let mut rows: BTreeMap<&str, Vec<usize>> = wanted.map(|offering| (offering, Vec::new())).collect();
    let column = students.columns().find(|(column, _)| column.name == column::OFFERING);
    let Some((_, Column::Text(offerings))) = column else { return rows };
    let mut of_code: Vec<Option<Vec<usize>>> =
        offerings.dictionary().iter().map(|offering| rows.contains_key(&**offering).then(Vec::new)).collect();
    for (row, &code) in offerings.codes().iter().enumerate() {
        if let Some(Some(found)) = of_code.get_mut(code as usize) {
            found.push(row);
        }
    }
    for (offering, found) in offerings.dictionary().iter().zip(of_code) {
        if let (Some(rows), Some(found)) = (rows.get_mut(&**offering), found) {
            rows.extend(found);
        }
    }
    rows
}

impl StudentDots {
    /// The figures for the objectives of one offering: one where it is readable so, else as many as it takes.
    pub fn figures(
        &self,
        heading: &Heading,
        dots: &[ObjectiveDots],
        context: &ChartContext<'_>,
    ) -> Vec<Figure> {
        self.counted(heading, (dots, common), context)
    }

    /// The figures, with the way in which the students of their rows are counted for the note.
    pub(super) fn counted(
        &self,
        heading: &Heading,
        (dots, count): (&[ObjectiveDots], Count),
        context: &ChartContext<'_>,
    ) -> Vec<Figure> {
        let parts = read::parts(dots.len(), most(context.size));
        let what = context.text("chart.student-dots.title", &[("total", &dots.len().to_string())]);
        let part = |rows: Range<usize>| self.figure(heading, (&dots[rows], count), (&what, context));
        read::numbered(parts.into_iter().map(part).collect(), context)
    }

    fn figure(
        &self,
        heading: &Heading,
        (dots, count): (&[ObjectiveDots], Count),
        (what, context): (&str, &ChartContext<'_>),
    ) -> Figure {
        let bars: Vec<ObjectiveBar> = dots.iter().map(|dots| dots.objective.clone()).collect();
        let x = axis(dots, context);
        let measures = measures(context.size);
        let span = if let Scale::Linear { min, max, .. } = x.scale { max - min } else { 1.0 };
        let swarms = swarms(dots, span / measures.across);
        let name = heading.line(context);
        let parts: Vec<String> = dots.iter().map(|dots| in_words(dots, context)).collect();
        Figure {
            id: identifier(&format!("{}-{}-{}", self.key(), heading.id, heading.section)),
            title: context.text("chart.title", &[("name", &name), ("what", what)]),
            subtitle: vec![context.text("chart.student-dots.subtitle", &[])],
            legend: legend(heading, (&bars, &swarms), context),
            panel: Panel {
                x,
                y: Axis {
                    name: context.text("chart.axis.objective", &[]),
                    scale: Scale::Bands {
                        bands: dots.iter().map(|dots| band(dots, context)).collect(),
                        row: measures.row,
                        lines: 4,
                    },
                },
                aside: context.text("chart.student-dots.aside", &[]),
                marks: marks(&swarms, &bars, measures.radius),
            },
            notes: notes(heading, (count(&bars), &swarms), context),
            alt: context.text("chart.student-dots.alt", &[("name", &name), ("parts", &context.join(&parts))]),
            ..context.blank(column::TABLE)
        }
    }
}

/// Students assessed, enrolled and not counted.
type Counts = (Option<usize>, Option<usize>, Option<usize>);

/// How the students of several rows are counted.
type Count = fn(&[ObjectiveBar]) -> Option<Counts>;

/// The counts that rows about the same students share.
fn common(bars: &[ObjectiveBar]) -> Option<Counts> {
    same(bars.iter().map(|bar| (bar.n_assessed, bar.n_enrolled, bar.n_excluded)))
}

/// The counts of rows about different students; each is known where all its parts are.
pub(super) fn together(bars: &[ObjectiveBar]) -> Option<Counts> {
    let sum = |part: fn(&ObjectiveBar) -> Option<usize>| bars.iter().map(part).sum();
    Some((sum(|bar| bar.n_assessed), sum(|bar| bar.n_enrolled), sum(|bar| bar.n_excluded)))
}

/// The axis that holds every student, expected value and interval.
fn axis(dots: &[ObjectiveDots], context: &ChartContext<'_>) -> Axis {
    let shown = dots.iter().flat_map(|dots| {
        let ObjectiveBar { expected, low, high, scale, .. } = dots.objective;
        dots.values.iter().copied().map(Some).chain([expected, low, high, scale])
    });
    value_axis(shown, false, context)
}

fn notes(
    heading: &Heading,
    (counts, swarms): (Option<Counts>, &Swarms),
    context: &ChartContext<'_>,
) -> Vec<String> {
    let mut notes: Vec<String> = counts.and_then(|counts| counts_note(counts, context)).into_iter().collect();
    if swarms.rounded {
        let count = swarms.per_dot.to_string();
        let key = if swarms.per_dot > 1 { "thinned" } else { "rounded" };
        notes.push(context.text(&format!("chart.student-dots.note.{key}"), &[("count", &count)]));
    }
    notes.extend(Some(heading.method_note(context)).filter(|note| !note.is_empty()));
    notes
}

/// Objectives in one picture.
fn most(size: Size) -> usize {
    match size {
        Size::Column | Size::Page => 12,
        Size::Slide => 4,
    }
}

/// Measures of the rows, in points on a page.
struct Measures {
    /// Height of a row.
    row: f64,
    /// Radius of a dot.
    radius: f64,
    /// Dots that stand side by side across the axis.
    across: f64,
}

fn measures(size: Size) -> Measures {
    match size {
        Size::Column => Measures { row: 44.0, radius: 1.5, across: 32.0 },
        Size::Page => Measures { row: 44.0, radius: 1.5, across: 76.0 },
        Size::Slide => Measures { row: 32.0, radius: 1.15, across: 110.0 },
    }
}

fn in_words(dots: &ObjectiveDots, context: &ChartContext<'_>) -> String {
    let shown = context.text("chart.student-dots.alt.shown", &[("count", &dots.values.len().to_string())]);
    let range = dots.values.iter().copied().fold(None, |range: Option<(f64, f64)>, value| {
        let (least, most) = range.unwrap_or((value, value));
        Some((least.min(value), most.max(value)))
    });
    let range = range.map_or_else(String::new, |(least, most)| {
        let (least, most) = ((context.show)(least), (context.show)(most));
        context.text("chart.student-dots.alt.range", &[("least", &least), ("most", &most)])
    });
    format!("{}{shown}{range}", words(&dots.objective, context))
}

fn band(dots: &ObjectiveDots, context: &ChartContext<'_>) -> Band {
    let objective = &dots.objective;
    let mut aside = vec![(format!("n = {}", dots.values.len()), Ink::Black)];
    match objective.value {
        Some(_) => {
            let value = objective.shown(context);
            aside.push((context.text("chart.student-dots.mean", &[("value", &value)]), Ink::Black));
            if let (Some(low), Some(high)) = (objective.low, objective.high) {
                aside.push((format!("[{}, {}]", (context.show)(low), (context.show)(high)), Ink::Grey));
            }
        }
        None => {
            aside.push(("—".to_owned(), Ink::Black));
            aside.push((objective.reason(context), Ink::Grey));
        }
    }
    Band { label: objective.label.clone(), detail: objective.detail.clone(), group: String::new(), aside }
}

fn legend(
    heading: &Heading,
    (bars, swarms): (&[ObjectiveBar], &Swarms),
    context: &ChartContext<'_>,
) -> Vec<LegendEntry> {
    let mut entries = Vec::new();
    if swarms.dots.iter().any(|dots| !dots.is_empty()) {
        let key = if swarms.per_dot > 1 { "dots" } else { "dot" };
        let key = format!("chart.student-dots.legend.{key}");
        let text = context.text(&key, &[("count", &swarms.per_dot.to_string())]);
        entries.push(LegendEntry { symbol: Symbol::Point(Ink::Blue, Shape::Disc), text });
    }
    entries.extend(expected_entry(bars, context));
    if bars.iter().any(|bar| bar.value.is_some()) {
        let symbol = match heading.intervals.is_empty() {
            true => Symbol::Point(Ink::Black, Shape::Diamond),
            false => Symbol::Interval(Ink::Black),
        };
        let text = heading.with_level("chart.legend.class", context);
        entries.push(LegendEntry { symbol, text });
    }
    entries
}

/// How the students of a figure are laid out.
struct Swarms {
    /// Value and level of every dot, per objective.
    dots: Vec<Vec<(f64, usize)>>,
    /// Students that one dot stands for at most.
    per_dot: usize,
    /// Whether dots stand at the middle of bins as wide as a dot rather than at their values.
    rounded: bool,
}

/// Every student at the own value where all find room, else in bins of a dot's width, else several to a dot.
fn swarms(dots: &[ObjectiveDots], diameter: f64) -> Swarms {
    let exact: Option<Vec<_>> = dots.iter().map(|dots| swarm(&dots.values, diameter)).collect();
    if let Some(dots) = exact {
        return Swarms { dots, per_dot: 1, rounded: false };
    }
    let most = dots.iter().map(|dots| tallest(&dots.values, diameter)).max().unwrap_or(0);
    let per_dot = most.div_ceil(LEVELS).max(1);
    let dots = dots.iter().map(|dots| binned(&dots.values, diameter, per_dot)).collect();
    Swarms { dots, per_dot, rounded: true }
}

fn marks(swarms: &Swarms, bars: &[ObjectiveBar], radius: f64) -> Vec<Mark> {
    let step = (FLOOR + 0.46) / LEVELS as f64;
    let mut marks = expected_marks(bars);
    for (row, swarm) in (0_u32..).zip(&swarms.dots) {
        let floor = f64::from(row) + FLOOR - step / 2.0;
        let at = swarm.iter().map(|&(value, level)| (value, floor - level as f64 * step)).collect();
        marks.push(Mark::Points { at, shape: Shape::Disc, ink: Ink::Blue, radius });
    }
    for (row, bar) in (0_u32..).zip(bars) {
        let y = f64::from(row) + LANE;
        if let (Some(low), Some(high)) = (bar.low, bar.high) {
            marks.push(Mark::Interval { from: (low, y), to: (high, y), ink: Ink::Black });
        }
        if let Some(mean) = bar.value {
            marks.push(Mark::Points {
                at: vec![(mean, y)],
                shape: Shape::Diamond,
                ink: Ink::Black,
                radius: 2.2,
            });
        }
    }
    marks
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// Every value at its own place, on the lowest level where it touches no other; `None` where the levels run out.
pub(super) fn swarm(values: &[f64], diameter: f64) -> Option<Vec<(f64, usize)>> {
    let mut ends = [f64::NEG_INFINITY; LEVELS];
    sorted(values)
        .into_iter()
        .map(|value| {
            let level = ends.iter().position(|end| value - end >= diameter - 1e-12)?;
            ends[level] = value;
            Some((value, level))
        })
        .collect()
}

fn bins(values: &[f64], diameter: f64) -> Vec<(i64, usize)> {
    let mut bins: Vec<(i64, usize)> = Vec::new();
    for value in sorted(values) {
        let bin = (value / diameter).round() as i64;
        match bins.last_mut() {
            Some(last) if last.0 == bin => last.1 += 1,
            _ => bins.push((bin, 1)),
        }
    }
    bins
}

/// Students in the fullest bin.
fn tallest(values: &[f64], diameter: f64) -> usize {
    bins(values, diameter).into_iter().map(|(_, count)| count).max().unwrap_or(0)
}

/// Dots of up to `per_dot` students at the places of their bins.
fn binned(values: &[f64], diameter: f64, per_dot: usize) -> Vec<(f64, usize)> {
    bins(values, diameter)
        .into_iter()
        .flat_map(|(bin, count)| {
            (0..count.div_ceil(per_dot)).map(move |level| (bin as f64 * diameter, level))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swarm_keeps_every_value_and_no_two_dots_touch() {
        let values: Vec<f64> = (0..400).map(|i| f64::from(i * 7919 % 401) / 401.0).collect();
        let dots = swarm(&values, 1.0 / 76.0).unwrap();
        assert_eq!(dots.iter().map(|dot| dot.0).collect::<Vec<_>>(), sorted(&values));
        for (i, a) in dots.iter().enumerate() {
            for b in &dots[i + 1..] {
                assert!(a.1 != b.1 || (a.0 - b.0).abs() >= 1.0 / 76.0 - 1e-9);
            }
        }
    }

    #[test]
    fn students_with_equal_values_are_counted_together_and_none_is_lost() {
        assert_eq!(swarm(&[0.8; 400], 0.01), None);
        let per_dot = tallest(&[0.8; 400], 0.01).div_ceil(LEVELS);
        assert_eq!(per_dot, 45);
        let dots = binned(&[0.8; 400], 0.01, per_dot);
        assert_eq!(dots.len(), 9);
        assert!(dots.len() * per_dot >= 400);
    }

    #[test]
    fn the_order_of_students_changes_nothing() {
        let mut values: Vec<f64> = (0..50).map(|i| f64::from(i * 37 % 50) / 50.0).collect();
        let first = swarm(&values, 0.02);
        values.reverse();
        assert_eq!(first, swarm(&values, 0.02));
    }
}
