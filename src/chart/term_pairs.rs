//! Course objectives of one course in its two latest terms, side by side.

use super::figure::{Axis, Band, Figure, LegendEntry, Mark, Panel, Pattern, Scale, Size, Symbol};
use super::objective::{ObjectiveBar, expected_entry, expected_marks, known, value_axis};
use super::objective_trend::{self, ObjectiveSeries};
use super::read::{self, Heading, parts};
use super::svg::identifier;
use super::theme::Ink;
use super::{Chart, ChartContext, ChartError, Request};

/// The chart `term-pairs`.
#[derive(Debug)]
pub struct TermPairs;

/// Colour and pattern of the earlier and the later term.
const FILLS: [(Ink, Pattern); 2] = [(Ink::Grey, Pattern::Hatched), (Ink::Blue, Pattern::Solid)];

impl Chart for TermPairs {
    fn key(&self) -> &'static str {
        "term-pairs"
    }

    fn tables(&self) -> &'static [&'static str] {
        objective_trend::TABLES
    }

    fn draw(&self, request: &Request<'_>) -> Result<Vec<Figure>, ChartError> {
        let Request { tables, selection, context } = *request;
        let courses = objective_trend::read(tables, selection)?;
        Ok(courses
            .iter()
            .filter(|(_, terms, _)| terms.len() > 1)
            .flat_map(|(heading, terms, series)| self.figures(heading, (terms, series), context))
            .collect())
    }
}

impl TermPairs {
    /// The figures of one course, its last two terms compared.
    pub fn figures(
        &self,
        heading: &Heading,
        (terms, series): (&[String], &[ObjectiveSeries]),
        context: &ChartContext<'_>,
    ) -> Vec<Figure> {
        let from = terms.len().saturating_sub(2);
        let pairs: Vec<(String, [ObjectiveBar; 2])> = series
            .iter()
            .map(|series| {
                let bar = |at: usize| series.terms.get(from + at).cloned().flatten().unwrap_or_default();
                (series.label.clone(), [bar(0), bar(1)])
            })
            .filter(|(_, pair)| pair.iter().any(|bar| bar.value.is_some()))
            .collect();
        let most = if context.size == Size::Slide { 3 } else { 14 };
        let cut = parts(pairs.len(), most);
        let part =
            |rows: std::ops::Range<usize>| self.figure(heading, (&terms[from..], &pairs[rows]), context);
        read::numbered(cut.into_iter().filter(|rows| !rows.is_empty()).map(part).collect(), context)
    }

    fn figure(
        &self,
        heading: &Heading,
        (terms, pairs): (&[String], &[(String, [ObjectiveBar; 2])]),
        context: &ChartContext<'_>,
    ) -> Figure {
        let name = heading.line(context);
        let values = [("total", &*pairs.len().to_string()), ("earlier", &*terms[0]), ("later", &*terms[1])];
        let what = context.text("chart.term-pairs.title", &values);
        let later: Vec<ObjectiveBar> = pairs.iter().map(|(_, pair)| pair[1].clone()).collect();
        let all = || pairs.iter().flat_map(|(_, pair)| pair);
        let words: Vec<String> = pairs.iter().map(|pair| words(pair, terms, context)).collect();
        let count = |at: usize| known(all().skip(at).step_by(2).filter_map(|bar| bar.n_assessed).max());
        let n = [0, 1].map(|at| (&terms[at], count(at)));
        let mut legend = legend(terms);
        legend.extend(expected_entry(&later, context));
        Figure {
            id: identifier(&format!("{}-{}", self.key(), heading.id)),
            title: context.text("chart.title", &[("name", &name), ("what", &what)]),
            subtitle: vec![heading.with_level("chart.term-pairs.subtitle", context)],
            legend,
            panel: Panel {
                x: value_axis(
                    all().flat_map(|bar| [bar.value, bar.high, bar.expected, bar.scale]),
                    true,
                    context,
                ),
                y: Axis {
                    name: context.text("chart.axis.objective", &[]),
                    scale: Scale::Bands {
                        bands: pairs.iter().map(|pair| band(pair, context)).collect(),
                        row: 34.0,
                        lines: 3,
                    },
                },
                aside: heading.with_level("chart.objective-bars.aside", context),
                marks: marks(pairs, expected_marks(&later)),
            },
            notes: [
                read::counts_by(n, context).unwrap_or_default(),
                context.text("chart.objective-trend.note.order", &[]),
                heading.method_note(context),
            ]
            .into_iter()
            .filter(|note| !note.is_empty())
            .collect(),
            alt: context.text("chart.term-pairs.alt", &[("name", &name), ("parts", &context.join(&words))]),
            ..context.blank(objective_trend::TABLES[0])
        }
    }
}

fn legend(terms: &[String]) -> Vec<LegendEntry> {
    let entry = |((ink, pattern), term): ((Ink, Pattern), &String)| LegendEntry {
        symbol: Symbol::Box(ink, pattern),
        text: term.clone(),
    };
    FILLS.into_iter().zip(terms).map(entry).collect()
}

fn value(bar: &ObjectiveBar, context: &ChartContext<'_>) -> String {
    match (bar.value, bar.low, bar.high) {
        (Some(_), Some(low), Some(high)) => {
            format!("{} [{}, {}]", bar.shown(context), (context.show)(low), (context.show)(high))
        }
        _ => bar.shown(context),
    }
}

fn band((label, pair): &(String, [ObjectiveBar; 2]), context: &ChartContext<'_>) -> Band {
    let inks = [Ink::Grey, Ink::Black];
    Band {
        label: label.clone(),
        aside: pair.iter().zip(inks).map(|(bar, ink)| (value(bar, context), ink)).collect(),
        ..Band::default()
    }
}

fn words(
    (label, pair): &(String, [ObjectiveBar; 2]),
    terms: &[String],
    context: &ChartContext<'_>,
) -> String {
    let values: Vec<String> =
        terms.iter().zip(pair).map(|(term, bar)| format!("{term} {}", value(bar, context))).collect();
    format!("{label}: {}", values.join(", "))
}

fn marks(pairs: &[(String, [ObjectiveBar; 2])], expected: Vec<Mark>) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut intervals = Vec::new();
    for (index, (_, pair)) in (0_u32..).zip(pairs) {
        for (bar, ((fill, pattern), middle)) in pair.iter().zip(FILLS.into_iter().zip([-0.2, 0.2])) {
            let at = f64::from(index) + middle;
            if let Some(value) = bar.value {
                marks.push(Mark::Bar { x: (0.0, value), y: (at - 0.17, at + 0.17), fill, pattern });
            }
            if let (Some(_), Some(low), Some(high)) = (bar.value, bar.low, bar.high) {
                intervals.push(Mark::Interval { from: (low, at), to: (high, at), ink: Ink::Black });
            }
        }
    }
    marks.extend(expected);
    marks.extend(intervals);
    marks
}
