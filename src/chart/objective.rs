//! A course objective of an offering as several charts show it: its row in the results, its expected value as a
//! line or tick, its numbers in words.

use std::collections::BTreeSet;

use super::ChartContext;
use super::figure::{Axis, LegendEntry, Mark, Scale, Symbol, ticks};
use super::read::Heading;
use super::theme::Ink;
use super::words;
use crate::message::Lang;
use crate::results::Table;

/// The names of the table and the columns of course objectives.
pub(super) mod column {
    pub(in crate::chart) const TABLE: &str = "objectives";
    pub(in crate::chart) const OFFERING: &str = "offering";
    pub(in crate::chart) const COURSE_NAME: &str = "course_name";
    pub(in crate::chart) const TERM: &str = "term";
    pub(in crate::chart) const SECTION: &str = "section";
    pub(in crate::chart) const OBJECTIVE: &str = "objective";
    pub(in crate::chart) const OBJECTIVE_TEXT: &str = "objective_text";
    pub(in crate::chart) const VALUE: &str = "value";
    pub(in crate::chart) const SHOWN: &str = "shown";
    pub(in crate::chart) const SCALE: &str = "scale";
    pub(in crate::chart) const LOW: &str = "low";
    pub(in crate::chart) const HIGH: &str = "high";
    pub(in crate::chart) const EXPECTED: &str = "expected";
    pub(in crate::chart) const VERDICT: &str = "verdict";
    pub(in crate::chart) const N_ASSESSED: &str = "n_assessed";
    pub(in crate::chart) const N_ENROLLED: &str = "n_enrolled";
    pub(in crate::chart) const N_EXCLUDED: &str = "n_excluded";
    pub(in crate::chart) const METHOD: &str = "method";
    pub(in crate::chart) const POLICY: &str = "policy";
    pub(in crate::chart) const INTERVAL: &str = "interval";
    pub(in crate::chart) const REASON: &str = "reason";
    pub(in crate::chart) const ALL: &[&str] = &[
        OFFERING,
        COURSE_NAME,
        TERM,
        SECTION,
        OBJECTIVE,
        OBJECTIVE_TEXT,
        VALUE,
        SHOWN,
        SCALE,
        LOW,
        HIGH,
        EXPECTED,
        VERDICT,
        N_ASSESSED,
        N_ENROLLED,
        N_EXCLUDED,
        METHOD,
        POLICY,
        INTERVAL,
        REASON,
    ];
    /// The verdict of an objective whose value reaches its expected value.
    pub(in crate::chart) const REACHED: &str = "reached";
    /// The verdict of one that does not.
    pub(in crate::chart) const NOT_REACHED: &str = "not_reached";
}

/// One objective as charts show it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ObjectiveBar {
    /// Its name: `课程目标 1`, `CO1`.
    pub label: String,
    /// Its text; may be empty.
    pub detail: String,
    /// Attainment; `None` where it cannot be known.
    pub value: Option<f64>,
    /// The value as the policy rounds it; the context's rule where the table has none.
    pub shown: Option<String>,
    /// The highest possible value: 1, or the highest level.
    pub scale: Option<f64>,
    /// Lower end of the interval.
    pub low: Option<f64>,
    /// Upper end of the interval.
    pub high: Option<f64>,
    /// Expected value.
    pub expected: Option<f64>,
    /// Whether it is reached, decided exactly elsewhere.
    pub reached: Option<bool>,
    /// Students assessed.
    pub n_assessed: Option<usize>,
    /// Students enrolled.
    pub n_enrolled: Option<usize>,
    /// Students not counted.
    pub n_excluded: Option<usize>,
    /// Why there is no value.
    pub reason: Option<String>,
}

/// What the rows of an offering say about it.
pub(super) fn heading(table: &Table, rows: &[usize]) -> Heading {
    let first = rows.first().copied().unwrap_or(0);
    let text = |name: &str| table.text(first, name).unwrap_or_default().to_owned();
    Heading {
        id: text(column::OFFERING),
        name: text(column::COURSE_NAME),
        term: text(column::TERM),
        section: text(column::SECTION),
        method: text(column::METHOD),
        policy: text(column::POLICY),
        intervals: intervals(table, rows),
    }
}

/// The kinds of intervals in some rows.
pub(super) fn intervals(table: &Table, rows: &[usize]) -> BTreeSet<String> {
    rows.iter().filter_map(|&row| table.text(row, column::INTERVAL)).map(str::to_owned).collect()
}

impl ObjectiveBar {
    /// The value as people read it, "—" where there is none.
    pub(super) fn shown(&self, context: &ChartContext<'_>) -> String {
        match (&self.shown, self.value) {
            (Some(shown), Some(_)) => shown.clone(),
            (None, Some(value)) => (context.show)(value),
            (_, None) => "—".to_owned(),
        }
    }

    /// Why there is no value, in words.
    pub(super) fn reason(&self, context: &ChartContext<'_>) -> String {
        self.reason.as_deref().map_or_else(|| "—".to_owned(), |reason| words::reason(reason, context))
    }
}

/// One row of the table as a bar.
pub(super) fn bar(table: &Table, row: usize) -> ObjectiveBar {
    let count = |name: &str| table.number(row, name).filter(|n| *n >= 0.0).map(|n| n as usize);
    ObjectiveBar {
        label: table.text(row, column::OBJECTIVE).unwrap_or_default().to_owned(),
        detail: table.text(row, column::OBJECTIVE_TEXT).unwrap_or_default().to_owned(),
        value: table.number(row, column::VALUE),
        shown: table.text(row, column::SHOWN).map(str::to_owned),
        scale: table.number(row, column::SCALE),
        low: table.number(row, column::LOW),
        high: table.number(row, column::HIGH),
        expected: table.number(row, column::EXPECTED),
        reached: match table.text(row, column::VERDICT) {
            Some(column::REACHED) => Some(true),
            Some(column::NOT_REACHED) => Some(false),
            _ => None,
        },
        n_assessed: count(column::N_ASSESSED),
        n_enrolled: count(column::N_ENROLLED),
        n_excluded: count(column::N_EXCLUDED),
        reason: table.text(row, column::REASON).map(str::to_owned),
    }
}

/// The axis of attainment: 0 to 1, or to the next whole number above the largest value; bars need their zero,
/// dots may begin at a later tick.
pub(super) fn value_axis(
    values: impl Iterator<Item = Option<f64>>,
    from_zero: bool,
    context: &ChartContext<'_>,
) -> Axis {
    let (least, most) = values
        .flatten()
        .filter(|value| value.is_finite())
        .fold((1.0_f64, 1.0_f64), |(least, most), value| (least.min(value), most.max(value)));
    let (max, step, decimals) = if !from_zero && most <= 1.0 + 1e-9 && least >= 0.47 {
        (1.0, 0.1, 1)
    } else if most > 1.0 + 1e-9 {
        let max = most.min(1e6).ceil();
        if max <= 5.0 { (max, 0.5, 1) } else { (max, (max / 5.0).ceil(), 0) }
    } else {
        (1.0, 0.2, 1)
    };
    let min = if from_zero { 0.0 } else { (((least - 0.02) / step).floor() * step).max(0.0).min(max - step) };
    Axis {
        name: context.text("chart.axis.attainment", &[("max", &format!("{max:.0}"))]),
        scale: Scale::Linear { min, max, ticks: ticks(min, max, step, decimals) },
    }
}

/// The value that all share, if they do.
pub(super) fn same<T: PartialEq>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

pub(super) fn known(value: Option<usize>) -> String {
    value.map_or_else(|| "—".to_owned(), |value| value.to_string())
}

/// The note on numbers of students.
pub(super) fn counts_note(
    (assessed, enrolled, excluded): (Option<usize>, Option<usize>, Option<usize>),
    context: &ChartContext<'_>,
) -> Option<String> {
    assessed?;
    let (assessed, enrolled, excluded) = (known(assessed), known(enrolled), known(excluded));
    let values = [("assessed", &*assessed), ("enrolled", &*enrolled), ("excluded", &*excluded)];
    Some(context.text("chart.note.counts", &values))
}

/// The legend entry of the expected value: a line with its value where all objectives share one.
pub(super) fn expected_entry(bars: &[ObjectiveBar], context: &ChartContext<'_>) -> Option<LegendEntry> {
    match same(bars.iter().map(|bar| bar.expected)) {
        Some(Some(expected)) => Some(LegendEntry {
            symbol: Symbol::Line(Ink::Black, true),
            text: context.text("chart.legend.expected.same", &[("value", &(context.show)(expected))]),
        }),
        Some(None) => None,
        None => bars.iter().any(|bar| bar.expected.is_some()).then(|| LegendEntry {
            symbol: Symbol::Tick(Ink::Black),
            text: context.text("chart.legend.expected", &[]),
        }),
    }
}

/// The expected value as one dashed line where all share it, else as a tick per objective.
pub(super) fn expected_marks(bars: &[ObjectiveBar]) -> Vec<Mark> {
    let line = |at: f64, from: f64, to: f64, dashed| Mark::Line {
        points: vec![(at, from), (at, to)],
        ink: Ink::Black,
        width: if dashed { 1.0 } else { 1.6 },
        dashed,
    };
    match same(bars.iter().map(|bar| bar.expected)) {
        Some(Some(expected)) => vec![line(expected, -0.5, bars.len() as f64 - 0.5, true)],
        _ => (0_u32..)
            .zip(bars)
            .filter_map(|(index, bar)| {
                let at = f64::from(index);
                bar.expected.map(|expected| line(expected, at - 0.42, at + 0.42, false))
            })
            .collect(),
    }
}

/// An objective as texts name it: a bare number says what it is the number of.
pub(super) fn named(label: &str, context: &ChartContext<'_>) -> String {
    if label.starts_with(|c: char| c.is_ascii_digit()) {
        context.text("chart.objective", &[("label", label)])
    } else {
        label.to_owned()
    }
}

/// One objective in words.
pub(super) fn in_words(bar: &ObjectiveBar, context: &ChartContext<'_>) -> String {
    let show = |value: Option<f64>| value.map_or_else(|| "—".to_owned(), |value| (context.show)(value));
    let label = named(&bar.label, context);
    let mut parts = match bar.value {
        None => {
            let reason = bar.reason(context);
            vec![context.text("chart.alt.unavailable", &[("label", &*label), ("reason", &reason)])]
        }
        Some(_) => {
            vec![context.text("chart.alt.value", &[("label", &*label), ("value", &bar.shown(context))])]
        }
    };
    if let (Some(_), Some(_)) = (bar.low, bar.high) {
        let values = [("low", &*show(bar.low)), ("high", &*show(bar.high))];
        parts.push(context.text("chart.alt.interval", &values));
    }
    if bar.expected.is_some() {
        parts.push(context.text("chart.alt.expected", &[("value", &show(bar.expected))]));
    }
    let verdict = verdict(bar, context);
    if !verdict.is_empty() {
        parts.push(verdict);
    }
    if let Some(n) = bar.n_assessed {
        parts.push(format!("n = {n}"));
    }
    parts.join(match context.lang {
        Lang::Zh => "，",
        Lang::En => ", ",
    })
}

/// The verdict in a word; empty where there is none.
pub(super) fn verdict(bar: &ObjectiveBar, context: &ChartContext<'_>) -> String {
    match bar.reached {
        Some(true) => context.text("chart.verdict.reached", &[]),
        Some(false) => context.text("chart.verdict.not_reached", &[]),
        None => String::new(),
    }
}
