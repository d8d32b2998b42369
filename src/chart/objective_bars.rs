//! Bars of course objectives with the expected value and the interval.

use std::ops::Range;

use super::figure::{Axis, Band, Figure, LegendEntry, Mark, Panel, Pattern, Scale, Size, Symbol};
use super::objective::{
    ObjectiveBar, bar, column, counts_note, expected_entry, expected_marks, heading, in_words, known, same,
    value_axis, verdict,
};
use super::read::{self, Heading};
use super::svg::identifier;
use super::theme::Ink;
use super::{Chart, ChartContext, ChartError, Request, words};

/// The chart `objective-bars`.
#[derive(Debug)]
pub struct ObjectiveBars;

impl Chart for ObjectiveBars {
    fn key(&self) -> &'static str {
        "objective-bars"
    }

    fn tables(&self) -> &'static [&'static str] {
        &[column::TABLE]
    }

    fn draw(&self, request: &Request<'_>) -> Result<Vec<Figure>, ChartError> {
        let Request { tables, selection, context } = *request;
        let table = read::table(tables, column::TABLE, column::ALL)?;
        let groups = read::groups(table, (column::OFFERING, column::SECTION), selection);
        Ok(groups
            .into_iter()
            .flat_map(|(_, rows)| {
                let bars: Vec<ObjectiveBar> = rows.iter().map(|&row| bar(table, row)).collect();
                self.figures(&heading(table, &rows), &bars, context)
            })
            .collect())
    }
}

impl ObjectiveBars {
    /// The figures for the objectives of one offering: one where it is readable so, else as many as it takes.
    pub fn figures(
        &self,
        heading: &Heading,
        bars: &[ObjectiveBar],
        context: &ChartContext<'_>,
    ) -> Vec<Figure> {
        let parts = read::parts(bars.len(), most(context.size));
        let what = title(bars, context);
        let part = |rows: Range<usize>| self.figure(heading, &bars[rows], (&what, context));
        read::numbered(parts.into_iter().map(part).collect(), context)
    }

    fn figure(
        &self,
        heading: &Heading,
        bars: &[ObjectiveBar],
        (what, context): (&str, &ChartContext<'_>),
    ) -> Figure {
        let common = same(bars.iter().map(|bar| (bar.n_assessed, bar.n_enrolled, bar.n_excluded)));
        let bands = bars.iter().map(|bar| band(bar, common.is_none(), context)).collect();
        let mut notes = Vec::new();
        if let Some(counts) = common {
            notes.extend(counts_note(counts, context));
        }
        let paradox = |bar: &ObjectiveBar| {
            bar.reached == Some(false) && bar.expected.map(context.show) == Some(bar.shown(context))
        };
        if bars.iter().any(paradox) {
            notes.push(context.text("chart.note.exact", &[]));
        }
        notes.extend(Some(heading.method_note(context)).filter(|note| !note.is_empty()));
        Figure {
            id: identifier(&format!("{}-{}-{}", self.key(), heading.id, heading.section)),
            title: context.text("chart.title", &[("name", &heading.line(context)), ("what", what)]),
            subtitle: vec![context.text("chart.objective-bars.subtitle", &[])],
            legend: legend(heading, bars, context),
            panel: Panel {
                x: value_axis(
                    bars.iter().flat_map(|bar| [bar.value, bar.high, bar.expected, bar.scale]),
                    true,
                    context,
                ),
                y: Axis {
                    name: context.text("chart.axis.objective", &[]),
                    scale: Scale::Bands { bands, row: 20.0, lines: 4 },
                },
                aside: heading.with_level("chart.objective-bars.aside", context),
                marks: marks(bars),
            },
            notes,
            alt: alt(heading, bars, context),
            ..context.blank(column::TABLE)
        }
    }
}

/// Objectives in one picture.
fn most(size: Size) -> usize {
    match size {
        Size::Column | Size::Page => 14,
        Size::Slide => 6,
    }
}

fn title(bars: &[ObjectiveBar], context: &ChartContext<'_>) -> String {
    let count = |wanted| bars.iter().filter(|bar| bar.reached == wanted).count().to_string();
    let what = context.text(
        "chart.objective-bars.title",
        &[
            ("total", &bars.len().to_string()),
            ("reached", &count(Some(true))),
            ("missed", &count(Some(false))),
        ],
    );
    let missing = bars.iter().filter(|bar| bar.value.is_none()).count();
    let tail = match missing {
        0 => String::new(),
        missing => context.text("chart.objective-bars.title.missing", &[("missing", &missing.to_string())]),
    };
    format!("{what}{tail}")
}

fn band(bar: &ObjectiveBar, with_count: bool, context: &ChartContext<'_>) -> Band {
    let count = if with_count { format!(" n = {}", known(bar.n_assessed)) } else { String::new() };
    let aside = match bar.value {
        Some(_) => {
            let value = format!("{} {}", bar.shown(context), verdict(bar, context));
            let interval = match (bar.low, bar.high) {
                (Some(low), Some(high)) => format!("[{}, {}]", (context.show)(low), (context.show)(high)),
                _ => String::new(),
            };
            vec![(value, Ink::Black), (format!("{interval}{count}"), Ink::Grey)]
        }
        None => vec![(format!("—{count}"), Ink::Black), (bar.reason(context), Ink::Grey)],
    };
    let aside = aside.into_iter().map(|(text, ink)| (text.trim().to_owned(), ink));
    Band {
        label: bar.label.clone(),
        detail: bar.detail.clone(),
        group: String::new(),
        aside: aside.filter(|(text, _)| !text.is_empty()).collect(),
    }
}

/// Colour and pattern of a verdict.
fn fill(reached: Option<bool>) -> (Ink, Pattern) {
    match reached {
        Some(true) => (Ink::Blue, Pattern::Solid),
        Some(false) => (Ink::Vermillion, Pattern::Hatched),
        None => (Ink::Grey, Pattern::Outline),
    }
}

fn legend(heading: &Heading, bars: &[ObjectiveBar], context: &ChartContext<'_>) -> Vec<LegendEntry> {
    let mut entries = Vec::new();
    for (reached, key) in [
        (Some(true), "chart.verdict.reached"),
        (Some(false), "chart.verdict.not_reached"),
        (None, "chart.verdict.none"),
    ] {
        if bars.iter().any(|bar| bar.value.is_some() && bar.reached == reached) {
            let (ink, pattern) = fill(reached);
            let text = words::capital(&context.text(key, &[]));
            entries.push(LegendEntry { symbol: Symbol::Box(ink, pattern), text });
        }
    }
    entries.extend(expected_entry(bars, context));
    if bars.iter().any(|bar| bar.low.is_some() && bar.high.is_some()) {
        let text = context.text("chart.legend.interval", &[("level", &heading.level(context))]);
        entries.push(LegendEntry { symbol: Symbol::Whisker(Ink::Black), text });
    }
    entries
}

fn marks(bars: &[ObjectiveBar]) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (index, bar) in (0_u32..).zip(bars) {
        let at = f64::from(index);
        if let Some(value) = bar.value {
            let (fill, pattern) = fill(bar.reached);
            marks.push(Mark::Bar { x: (0.0, value), y: (at - 0.27, at + 0.27), fill, pattern });
        }
    }
    marks.extend(expected_marks(bars));
    for (index, bar) in (0_u32..).zip(bars) {
        let at = f64::from(index);
        if let (Some(_), Some(low), Some(high)) = (bar.value, bar.low, bar.high) {
            marks.push(Mark::Interval { from: (low, at), to: (high, at), ink: Ink::Black });
        }
        if bar.value.is_none() {
            let place = super::figure::Place::Right;
            marks.push(Mark::Text { at: (0.0, at), text: "—".to_owned(), ink: Ink::Black, place });
        }
    }
    marks
}

fn alt(heading: &Heading, bars: &[ObjectiveBar], context: &ChartContext<'_>) -> String {
    let parts: Vec<String> = bars.iter().map(|bar| in_words(bar, context)).collect();
    let values = [("name", &*heading.line(context)), ("parts", &*context.join(&parts))];
    context.text("chart.objective-bars.alt", &values)
}
