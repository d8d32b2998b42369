//! Course objectives of one course over its terms, with intervals.

use super::figure::{Axis, Band, Figure, LegendEntry, Mark, Panel, Scale, Shape, Symbol};
use super::objective::{ObjectiveBar, bar, intervals, named, same, value_axis};
use super::read::{self, Heading, Tables, parts};
use super::svg::identifier;
use super::theme::{Ink, SERIES};
use super::{Chart, ChartContext, ChartError, Request, Selection, words};
use crate::results::Table;

/// The names of the table and the columns that this chart reads.
mod column {
    pub(super) const TABLE: &str = "course_terms";
    pub(super) const COURSE: &str = "course";
    pub(super) const COURSE_NAME: &str = "course_name";
    pub(super) const OBJECTIVE: &str = "objective";
    pub(super) const TERM: &str = "term";
    pub(super) const VALUE: &str = "value";
    pub(super) const METHOD: &str = "method";
    pub(super) const POLICY: &str = "policy";
    pub(super) const ALL: &[&str] = &[COURSE, COURSE_NAME, OBJECTIVE, TERM, VALUE, METHOD, POLICY];
}

/// Objectives in one picture: as many as there are colours that can be told apart.
const MOST: usize = SERIES.len();
/// Shapes of the objectives, in order.
const SHAPES: [Shape; MOST] = [Shape::Disc, Shape::Square, Shape::Triangle, Shape::Diamond, Shape::Ring];

/// One objective over the terms.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ObjectiveSeries {
    /// Its name.
    pub label: String,
    /// One value per term; an objective that a term does not have is `None`.
    pub terms: Vec<Option<ObjectiveBar>>,
}

impl ObjectiveSeries {
    /// Whether there is anything of it to draw.
    fn has_value(&self) -> bool {
        self.terms.iter().flatten().any(|bar| bar.value.is_some())
    }
}

/// The chart `objective-trend`.
#[derive(Debug)]
pub struct ObjectiveTrend;

impl Chart for ObjectiveTrend {
    fn key(&self) -> &'static str {
        "objective-trend"
    }

    fn tables(&self) -> &'static [&'static str] {
        TABLES
    }

    fn draw(&self, request: &Request<'_>) -> Result<Vec<Figure>, ChartError> {
        let Request { tables, selection, context } = *request;
        let courses = read(tables, selection)?;
        Ok(courses
            .iter()
            .flat_map(|(heading, terms, series)| self.figures(heading, (terms, series), context))
            .collect())
    }
}

/// The only table.
pub(super) const TABLES: &[&str] = &[column::TABLE];

/// A course, its terms and its objectives over them.
pub(super) type CourseSeries = (Heading, Vec<String>, Vec<ObjectiveSeries>);

/// The courses selected that have a value in some term, with their terms and the series of their objectives.
pub(super) fn read(tables: &dyn Tables, selection: &Selection) -> Result<Vec<CourseSeries>, ChartError> {
    let table = read::table(tables, column::TABLE, column::ALL)?;
    // A row without an objective is the value of the course, which is not drawn among its objectives.
    let groups: Vec<_> = read::groups(table, (column::COURSE, column::COURSE), selection)
        .into_iter()
        .map(|((course, _), rows)| (course, of_objectives(table, rows)))
        .filter(|(_, rows)| !rows.is_empty())
        .collect();
    Ok(groups
        .iter()
        .map(|(course, rows)| {
            let (terms, series) = series(table, rows);
            (heading(table, (course, rows)), terms, series)
        })
        .filter(|(.., series)| series.iter().any(ObjectiveSeries::has_value))
        .collect())
}

fn of_objectives(table: &Table, rows: Vec<usize>) -> Vec<usize> {
    rows.into_iter().filter(|&row| table.text(row, column::OBJECTIVE).is_some()).collect()
}

fn heading(table: &Table, (course, rows): (&str, &[usize])) -> Heading {
    let first = rows.first().copied().unwrap_or(0);
    let text = |name: &str| table.text(first, name).unwrap_or_default().to_owned();
    Heading {
        id: course.to_owned(),
        name: text(column::COURSE_NAME),
        method: text(column::METHOD),
        policy: text(column::POLICY),
        intervals: intervals(table, rows),
        ..Heading::default()
    }
}

/// Terms in their natural order, objectives in the order of the table.
fn series(table: &Table, rows: &[usize]) -> (Vec<String>, Vec<ObjectiveSeries>) {
    let mut terms: Vec<String> =
        rows.iter().map(|&row| table.text(row, column::TERM).unwrap_or_default().to_owned()).collect();
    terms.sort_by_cached_key(|term| read::natural(term));
    terms.dedup();
    let mut series: Vec<ObjectiveSeries> = Vec::new();
    for &row in rows {
        let bar = bar(table, row);
        let term = terms.iter().position(|term| Some(&**term) == table.text(row, column::TERM)).unwrap_or(0);
        let at = series.iter().position(|known| known.label == bar.label).unwrap_or_else(|| {
            series.push(ObjectiveSeries { label: bar.label.clone(), terms: vec![None; terms.len()] });
            series.len() - 1
        });
        series[at].terms[term] = Some(bar);
    }
    (terms, series)
}

impl ObjectiveTrend {
    /// The figures of one course: one per five objectives.
    pub fn figures(
        &self,
        heading: &Heading,
        (terms, series): (&[String], &[ObjectiveSeries]),
        context: &ChartContext<'_>,
    ) -> Vec<Figure> {
        let cut = parts(series.len(), MOST);
        let part = |rows: std::ops::Range<usize>| self.figure(heading, (terms, &series[rows]), context);
        read::numbered(cut.into_iter().map(part).collect(), context)
    }

    fn figure(
        &self,
        heading: &Heading,
        (terms, series): (&[String], &[ObjectiveSeries]),
        context: &ChartContext<'_>,
    ) -> Figure {
        let all = || series.iter().flat_map(|series| series.terms.iter().flatten());
        let expected = same(all().map(|bar| bar.expected)).flatten();
        let name = heading.line(context);
        let counts = [("total", &*series.len().to_string()), ("terms", &*terms.len().to_string())];
        let what = context.text("chart.objective-trend.title", &counts);
        let words: Vec<String> = series.iter().map(|series| words(series, terms, context)).collect();
        let n = terms.iter().enumerate().filter_map(|(at, term)| Some((term, count(series, at)?)));
        let mut notes: Vec<String> = read::counts_by(n, context).into_iter().collect();
        if terms.len() > 1 {
            notes.push(context.text("chart.objective-trend.note", &[]));
        }
        notes.extend(Some(heading.method_note(context)).filter(|note| !note.is_empty()));
        Figure {
            id: identifier(&format!("{}-{}-{}", self.key(), heading.id, heading.section)),
            title: context.text("chart.title", &[("name", &name), ("what", &what)]),
            subtitle: vec![heading.with_level("chart.objective-trend.subtitle", context)],
            legend: legend(series, expected, context),
            panel: Panel {
                x: Axis {
                    name: context.text("chart.axis.term", &[]),
                    scale: Scale::Bands {
                        bands: terms.iter().map(Band::named).collect(),
                        row: 0.0,
                        lines: 2,
                    },
                },
                y: value_axis(
                    all().flat_map(|bar| [bar.value, bar.low, bar.high, bar.expected, bar.scale]),
                    false,
                    context,
                ),
                aside: String::new(),
                marks: marks(terms, series, expected),
            },
            notes,
            alt: context
                .text("chart.objective-trend.alt", &[("name", &name), ("parts", &context.join(&words))]),
            ..context.blank(column::TABLE)
        }
    }
}

fn count(series: &[ObjectiveSeries], at: usize) -> Option<usize> {
    series.iter().filter_map(|series| series.terms[at].as_ref()?.n_assessed).max()
}

fn words(series: &ObjectiveSeries, terms: &[String], context: &ChartContext<'_>) -> String {
    let value = |bar: &Option<ObjectiveBar>| {
        let Some(bar) = bar else { return "—".to_owned() };
        match (bar.value, bar.low, bar.high) {
            (Some(_), Some(low), Some(high)) => {
                format!("{} [{}, {}]", bar.shown(context), (context.show)(low), (context.show)(high))
            }
            _ => bar.shown(context),
        }
    };
    let values: Vec<String> =
        terms.iter().zip(&series.terms).map(|(term, bar)| format!("{term} {}", value(bar))).collect();
    format!("{}: {}", named(&series.label, context), values.join(", "))
}

fn legend(series: &[ObjectiveSeries], expected: Option<f64>, context: &ChartContext<'_>) -> Vec<LegendEntry> {
    let mut entries: Vec<LegendEntry> = series
        .iter()
        .enumerate()
        .filter(|(_, series)| series.has_value())
        .map(|(at, series)| LegendEntry {
            symbol: Symbol::Point(SERIES[at], SHAPES[at]),
            text: words::capital(&named(&series.label, context)),
        })
        .collect();
    let stated =
        series.iter().flat_map(|series| series.terms.iter().flatten()).any(|bar| bar.expected.is_some());
    if expected.is_none() && stated {
        let text = context.text("chart.legend.expected", &[]);
        entries.push(LegendEntry { symbol: Symbol::Line(Ink::Black, false), text });
    }
    entries.extend(expected.map(|expected| LegendEntry {
        symbol: Symbol::Line(Ink::Black, true),
        text: context.text("chart.legend.expected.same", &[("value", &(context.show)(expected))]),
    }));
    entries
}

fn marks(terms: &[String], series: &[ObjectiveSeries], expected: Option<f64>) -> Vec<Mark> {
    let mut marks = Vec::new();
    let end = terms.len() as f64 - 0.5;
    marks.extend(expected.map(|expected| Mark::Line {
        points: vec![(-0.5, expected), (end, expected)],
        ink: Ink::Black,
        width: 1.0,
        dashed: true,
    }));
    let step = 0.5 / series.len().max(1) as f64;
    for (k, series) in series.iter().enumerate() {
        let x = |term: usize| term as f64 + (k as f64 + 0.5) * step - 0.25;
        let value = |term: usize| series.terms[term].as_ref().and_then(|bar| bar.value);
        for term in 1..terms.len() {
            // A term without a value interrupts the line.
            if let (Some(before), Some(now)) = (value(term - 1), value(term)) {
                let points = vec![(x(term - 1), before), (x(term), now)];
                marks.push(Mark::Line { points, ink: SERIES[k], width: 1.0, dashed: false });
            }
        }
        for term in 0..terms.len() {
            let Some(bar) = &series.terms[term] else { continue };
            // Expected values that differ stand as a short line at each point.
            if let (None, Some(own)) = (expected, bar.expected) {
                let points = vec![(x(term) - 0.45 * step, own), (x(term) + 0.45 * step, own)];
                marks.push(Mark::Line { points, ink: Ink::Black, width: 1.6, dashed: false });
            }
            if let (Some(low), Some(high)) = (bar.low, bar.high) {
                marks.push(Mark::Interval { from: (x(term), low), to: (x(term), high), ink: SERIES[k] });
            }
            if let Some(value) = bar.value {
                let (shape, ink) = (SHAPES[k], SERIES[k]);
                marks.push(Mark::Points { at: vec![(x(term), value)], shape, ink, radius: 2.4 });
            }
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::super::figure::Size;
    use super::super::test_data::context;
    use super::*;
    use crate::message::Lang;

    #[test]
    fn an_objective_without_any_value_has_no_sign_and_keeps_those_of_others() {
        let series = |label: &str, value| ObjectiveSeries {
            label: label.to_owned(),
            terms: vec![
                Some(ObjectiveBar { label: label.to_owned(), value, ..ObjectiveBar::default() }),
                None,
            ],
        };
        let all = [series("1", None), series("2", Some(0.7))];
        let symbols: Vec<Symbol> = legend(&all, None, &context(Lang::En, Size::Column))
            .into_iter()
            .map(|entry| entry.symbol)
            .collect();
        assert_eq!(symbols, [Symbol::Point(SERIES[1], SHAPES[1])]);
    }
}
