//! Heat map of objectives × students of one offering, students in the order of their course values.

use std::collections::BTreeMap;

use super::figure::{Axis, Band, Figure, LegendEntry, Mark, Panel, Pattern, Scale, Size, Symbol, ticks};
use super::objective::{self, ObjectiveBar, bar, heading};
use super::read::{self, Heading};
use super::student_dots::{self, rows_by_offering};
use super::svg::identifier;
use super::theme::Ink;
use super::{Chart, ChartContext, ChartError, Request};
use crate::results::Table;

/// The names of the columns of the table of students that this chart reads.
mod column {
    pub(super) const STUDENT: &str = "student";
    pub(super) const OFFERING: &str = "offering";
    pub(super) const SECTION: &str = "section";
    pub(super) const OBJECTIVE: &str = "objective";
    pub(super) const VALUE: &str = "value";
    pub(super) const VERDICT: &str = "verdict";
    pub(super) const ALL: &[&str] = &[STUDENT, OFFERING, SECTION, OBJECTIVE, VALUE, VERDICT];
}

/// Upper limits of the classes of attainment; the last class has none.
const CLASSES: [f64; 4] = [0.5, 0.6, 0.7, 0.8];

/// Most students side by side: narrower columns are not seen.
const MOST: usize = 300;

/// One student: the value of the course, by which students are put in order, and those of the objectives.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StudentColumn {
    /// The student's value of the course.
    pub course: Option<f64>,
    /// Value and verdict per objective.
    pub objectives: Vec<(Option<f64>, Option<bool>)>,
}

/// The chart `student-heatmap`.
#[derive(Debug)]
pub struct StudentHeatmap;

impl Chart for StudentHeatmap {
    fn key(&self) -> &'static str {
        "student-heatmap"
    }

    fn tables(&self) -> &'static [&'static str] {
        student_dots::TABLES
    }

    fn draw(&self, request: &Request<'_>) -> Result<Vec<Figure>, ChartError> {
        let Request { tables, selection, context } = *request;
        let level = read::table(tables, objective::column::TABLE, objective::column::ALL)?;
        let students = read::table(tables, student_dots::TABLES[1], column::ALL)?;
        let pair = (objective::column::OFFERING, objective::column::SECTION);
        let groups = read::groups(level, pair, selection);
        let rows = rows_by_offering(students, groups.iter().map(|((offering, _), _)| offering.as_str()));
        Ok(groups
            .iter()
            .flat_map(|((offering, section), of_level)| {
                let bars: Vec<ObjectiveBar> = of_level.iter().map(|&row| bar(level, row)).collect();
                let own = rows.get(offering.as_str()).map_or(&[][..], Vec::as_slice);
                let columns = columns(students, (own, section), &bars);
                self.figures(&heading(level, of_level), (&bars, &columns), context)
            })
            .collect())
    }
}

/// One column per student of a section (of all where it is empty), the lowest course value first, those without
/// a value last.
fn columns(students: &Table, (rows, section): (&[usize], &str), bars: &[ObjectiveBar]) -> Vec<StudentColumn> {
    let mut found: BTreeMap<&str, StudentColumn> = BTreeMap::new();
    for &row in rows {
        let Some(student) = students.text(row, column::STUDENT) else { continue };
        if !section.is_empty() && students.text(row, column::SECTION) != Some(section) {
            continue;
        }
        let value = students.number(row, column::VALUE);
        let entry = found
            .entry(student)
            .or_insert_with(|| StudentColumn { course: None, objectives: vec![(None, None); bars.len()] });
        match students.text(row, column::OBJECTIVE) {
            None => entry.course = value,
            Some(name) => {
                if let Some(at) = bars.iter().position(|bar| bar.label == name) {
                    let verdict = students.text(row, column::VERDICT);
                    entry.objectives[at] =
                        (value, verdict.map(|verdict| verdict == objective::column::REACHED));
                }
            }
        }
    }
    let mut columns: Vec<StudentColumn> = found.into_values().collect();
    let key = |column: &StudentColumn| column.course.unwrap_or(f64::INFINITY);
    columns.sort_by(|a, b| key(a).total_cmp(&key(b)));
    columns
}

impl StudentHeatmap {
    /// The figures of one offering: one where it is readable so, else as many as it takes.
    pub fn figures(
        &self,
        heading: &Heading,
        (bars, students): (&[ObjectiveBar], &[StudentColumn]),
        context: &ChartContext<'_>,
    ) -> Vec<Figure> {
        let cut = read::parts(bars.len(), if context.size == Size::Slide { 5 } else { 12 });
        let part = |rows: std::ops::Range<usize>| {
            let own = |student: &StudentColumn| StudentColumn {
                course: student.course,
                objectives: student.objectives[rows.clone()].to_vec(),
            };
            let own: Vec<StudentColumn> = students.iter().map(own).collect();
            self.figure(heading, (&bars[rows.clone()], &own), context)
        };
        read::numbered(cut.into_iter().map(part).collect(), context)
    }

    fn figure(
        &self,
        heading: &Heading,
        (bars, students): (&[ObjectiveBar], &[StudentColumn]),
        context: &ChartContext<'_>,
    ) -> Figure {
        let name = heading.line(context);
        let total = students.len().to_string();
        let every = students.len().div_ceil(MOST).max(1);
        let drawn: Vec<&StudentColumn> = students.iter().step_by(every).collect();
        let counts = [("students", &*total), ("objectives", &*bars.len().to_string())];
        let what = context.text("chart.student-heatmap.title", &counts);
        let bands: Vec<Band> =
            bars.iter().enumerate().map(|(at, bar)| band(bar, reach(students, at), context)).collect();
        let parts: Vec<String> = bands.iter().map(in_words).collect();
        let mut notes = vec![context.text("chart.student-heatmap.note", &[("total", &total)])];
        if every > 1 {
            let count = every.to_string();
            notes.push(context.text("chart.student-heatmap.note.thinned", &[("count", &count)]));
        }
        let method = Heading { intervals: std::collections::BTreeSet::new(), ..heading.clone() };
        notes.extend(Some(method.method_note(context)).filter(|note| !note.is_empty()));
        Figure {
            id: identifier(&format!("{}-{}-{}", self.key(), heading.id, heading.section)),
            title: context.text("chart.title", &[("name", &name), ("what", &what)]),
            subtitle: vec![context.text("chart.student-heatmap.subtitle", &[])],
            legend: legend(&drawn, context),
            panel: Panel {
                x: Axis {
                    name: context.text("chart.axis.ranked-students", &[]),
                    scale: ranks(drawn.len(), every),
                },
                y: Axis {
                    name: context.text("chart.axis.objective", &[]),
                    scale: Scale::Bands { bands, row: 24.0, lines: 3 },
                },
                aside: context.text("chart.student-heatmap.aside", &[]),
                marks: marks(&drawn),
            },
            notes,
            alt: context
                .text("chart.student-heatmap.alt", &[("name", &name), ("parts", &context.join(&parts))]),
            ..context.blank(student_dots::TABLES[1])
        }
    }
}

fn in_words(band: &Band) -> String {
    let aside: Vec<&str> = band.aside.iter().map(|(text, _)| text.as_str()).collect();
    format!("{} {}", band.label, aside.join(" "))
}

/// The axis of ranks where one of `every` students is drawn.
fn ranks(drawn: usize, every: usize) -> Scale {
    let most = drawn.max(1) as f64;
    let step = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0].into_iter().find(|step| most / step <= 10.0);
    let mut places = ticks(0.0, most, step.unwrap_or(100.0), 0);
    for tick in &mut places {
        tick.label = format!("{:.0}", tick.at * every as f64);
    }
    Scale::Linear { min: 0.0, max: most, ticks: places }
}

/// How many students have a value of an objective, and how many of them reach the expected one.
fn reach(students: &[StudentColumn], objective: usize) -> (usize, usize) {
    let known = students.iter().filter(|student| student.objectives[objective].0.is_some()).count();
    let reached = students.iter().filter(|student| student.objectives[objective].1 == Some(true)).count();
    (known, reached)
}

fn band(bar: &ObjectiveBar, (known, reached): (usize, usize), context: &ChartContext<'_>) -> Band {
    let mut aside = vec![(format!("{reached} / {known}"), Ink::Black)];
    if let Some(expected) = bar.expected {
        let text = context.text("chart.legend.expected.same", &[("value", &(context.show)(expected))]);
        aside.push((text, Ink::Grey));
    }
    Band { label: bar.label.clone(), detail: bar.detail.clone(), group: String::new(), aside }
}

fn tint(value: f64) -> Ink {
    Ink::Tint(CLASSES.iter().take_while(|&&limit| value >= limit).count() as u8)
}

fn legend(drawn: &[&StudentColumn], context: &ChartContext<'_>) -> Vec<LegendEntry> {
    let entry = |step: usize, text: String| LegendEntry {
        symbol: Symbol::Box(Ink::Tint(step as u8), Pattern::Solid),
        text,
    };
    let mut entries = vec![entry(0, format!("< {}", CLASSES[0]))];
    for step in 1..CLASSES.len() {
        entries.push(entry(step, format!("{}–{}", CLASSES[step - 1], CLASSES[step])));
    }
    entries.push(entry(CLASSES.len(), format!("≥ {}", CLASSES[CLASSES.len() - 1])));
    if drawn.iter().any(|student| student.objectives.iter().any(|(value, _)| value.is_none())) {
        let text = context.text("chart.student-heatmap.none", &[]);
        entries.push(LegendEntry { symbol: Symbol::Box(Ink::Grey, Pattern::Outline), text });
    }
    entries
}

/// One bar for neighbours of one colour, so that no seam shows between them.
fn marks(drawn: &[&StudentColumn]) -> Vec<Mark> {
    let rows = drawn.iter().map(|student| student.objectives.len()).max().unwrap_or(0);
    let mut marks = Vec::new();
    for (y, row) in (0_u32..).zip(0..rows) {
        let mut open: Option<(f64, f64, Ink)> = None;
        let bar = |(from, to, fill): (f64, f64, Ink)| {
            let y = f64::from(y);
            Mark::Bar { x: (from, to), y: (y - 0.4, y + 0.4), fill, pattern: Pattern::Solid }
        };
        for (x, student) in (0_u32..).zip(drawn) {
            let x = f64::from(x);
            let fill = student.objectives.get(row).and_then(|(value, _)| *value).map(tint);
            match (&mut open, fill) {
                (Some((_, to, same)), Some(fill)) if *same == fill => *to = x + 1.0,
                (_, fill) => {
                    marks.extend(std::mem::replace(&mut open, fill.map(|fill| (x, x + 1.0, fill))).map(bar))
                }
            }
        }
        marks.extend(open.map(bar));
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_on_the_limit_belongs_to_the_upper_class() {
        assert_eq!([0.49, 0.5, 0.6, 0.79, 0.8, 1.0].map(tint), [0, 1, 2, 3, 4, 4].map(Ink::Tint));
    }
}
