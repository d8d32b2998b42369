//! Waterfall of what separates an indicator from its expected value: share × (value − expected) per course.

use super::figure::{Axis, Band, Figure, LegendEntry, Mark, Panel, Pattern, Scale, Size, Symbol, ticks};
use super::objective;
use super::read::{self, Heading};
use super::svg::identifier;
use super::theme::Ink;
use super::{Chart, ChartContext, ChartError, Request, Selection, words};
use crate::results::Table;

/// The names of the table of contributions and its columns that this chart reads.
mod column {
    pub(super) const TABLE: &str = "contributions";
    pub(super) const PROGRAMME: &str = "programme";
    pub(super) const COHORT: &str = "cohort";
    pub(super) const INDICATOR: &str = "indicator";
    pub(super) const COURSE: &str = "course";
    pub(super) const COURSE_NAME: &str = "course_name";
    pub(super) const OBJECTIVE: &str = "objective";
    pub(super) const SHARE: &str = "share";
    pub(super) const VALUE: &str = "value";
    pub(super) const CONTRIBUTION: &str = "contribution";
    pub(super) const ALL: &[&str] =
        &[PROGRAMME, COHORT, INDICATOR, COURSE, COURSE_NAME, OBJECTIVE, SHARE, VALUE, CONTRIBUTION];
}

/// The names of the table of indicators and its columns that this chart reads.
mod indicator {
    pub(super) const TABLE: &str = "indicators";
    pub(super) const PROGRAMME: &str = "programme";
    pub(super) const PROGRAMME_NAME: &str = "programme_name";
    pub(super) const COHORT: &str = "cohort";
    pub(super) const INDICATOR: &str = "indicator";
    pub(super) const INDICATOR_TEXT: &str = "indicator_text";
    pub(super) const EVALUATION: &str = "evaluation";
    pub(super) const VALUE: &str = "value";
    pub(super) const SHOWN: &str = "shown";
    pub(super) const EXPECTED: &str = "expected";
    pub(super) const VERDICT: &str = "verdict";
    pub(super) const N_ASSESSED: &str = "n_assessed";
    pub(super) const METHOD: &str = "method";
    pub(super) const POLICY: &str = "policy";
    pub(super) const ALL: &[&str] = &[
        PROGRAMME,
        PROGRAMME_NAME,
        COHORT,
        INDICATOR,
        INDICATOR_TEXT,
        EVALUATION,
        VALUE,
        SHOWN,
        EXPECTED,
        VERDICT,
        N_ASSESSED,
        METHOD,
        POLICY,
    ];
}

/// One step of the waterfall.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GapStep {
    /// Course, or course and objective.
    pub label: String,
    /// Share of the weight and value, in words; empty for a step that sums several.
    pub detail: String,
    /// share × (value − expected): how far it moves the indicator from the expected value.
    pub change: f64,
}

/// One indicator of one cohort.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Gap {
    /// Programme and cohort; method and policy.
    pub heading: Heading,
    /// The indicator.
    pub indicator: String,
    /// Its text; may be empty.
    pub detail: String,
    /// Expected value, where the waterfall begins.
    pub expected: f64,
    /// Attainment, where it ends, and the same as the policy rounds it.
    pub value: (f64, String),
    /// Whether it is reached, decided exactly elsewhere.
    pub reached: Option<bool>,
    /// Students assessed.
    pub n_assessed: Option<usize>,
    /// The steps, those that pull down first.
    pub steps: Vec<GapStep>,
}

/// The chart `gap-waterfall`.
#[derive(Debug)]
pub struct GapWaterfall;

impl Chart for GapWaterfall {
    fn key(&self) -> &'static str {
        "gap-waterfall"
    }

    fn tables(&self) -> &'static [&'static str] {
        &[indicator::TABLE, column::TABLE]
    }

    /// The indicator that `part` names, of every cohort; where it names none, the one of each cohort that stands
    /// lowest against its expected value.
    fn draw(&self, request: &Request<'_>) -> Result<Vec<Figure>, ChartError> {
        let Request { tables, selection, context } = *request;
        let indicators = read::table(tables, indicator::TABLE, indicator::ALL)?;
        let parts = read::table(tables, column::TABLE, column::ALL)?;
        Ok(chosen(indicators, selection)
            .into_iter()
            .filter_map(|row| gap(indicators, row, (parts, context)))
            .map(|gap| self.figure(&gap, context))
            .collect())
    }
}

/// The rows of direct indicators to draw.
fn chosen(table: &Table, selection: &Selection) -> Vec<usize> {
    let text = |row: usize, name: &str| table.text(row, name).unwrap_or_default();
    let margin = |row: usize| {
        table.number(row, indicator::VALUE).zip(table.number(row, indicator::EXPECTED)).map(|(v, e)| v - e)
    };
    let mut lowest: Vec<((&str, &str), usize)> = Vec::new();
    let mut named = Vec::new();
    for row in 0..table.len() {
        let programme = text(row, indicator::PROGRAMME);
        let wanted = selection.of.as_deref().is_none_or(|of| of == programme);
        if !wanted || text(row, indicator::EVALUATION) != "direct" || margin(row).is_none() {
            continue;
        }
        if selection.part.as_deref() == Some(text(row, indicator::INDICATOR)) {
            named.push(row);
        }
        let key = (programme, text(row, indicator::COHORT));
        match lowest.iter_mut().find(|(known, _)| *known == key) {
            Some((_, kept)) if margin(row) < margin(*kept) => *kept = row,
            Some(_) => {}
            None => lowest.push((key, row)),
        }
    }
    if selection.part.is_some() { named } else { lowest.into_iter().map(|(_, row)| row).collect() }
}

/// The waterfall of one indicator; `None` where its value is not the sum of the contributions, as under rules
/// that are no weighted mean.
fn gap(table: &Table, row: usize, (parts, context): (&Table, &ChartContext<'_>)) -> Option<Gap> {
    let text = |name: &str| table.text(row, name).unwrap_or_default();
    let (value, expected) = (table.number(row, indicator::VALUE)?, table.number(row, indicator::EXPECTED)?);
    let wanted = [
        (column::PROGRAMME, text(indicator::PROGRAMME)),
        (column::COHORT, text(indicator::COHORT)),
        (column::INDICATOR, text(indicator::INDICATOR)),
    ];
    let mut steps: Vec<GapStep> =
        parts.rows_where(&wanted).filter_map(|part| step(parts, part, (expected, context))).collect();
    let sum: f64 = expected + steps.iter().map(|step| step.change).sum::<f64>();
    if steps.is_empty() || (sum - value).abs() > 1e-6 {
        return None;
    }
    steps.sort_by(|a, b| a.change.total_cmp(&b.change));
    let name = table.text(row, indicator::PROGRAMME_NAME).unwrap_or_else(|| text(indicator::PROGRAMME));
    let cohort = text(indicator::COHORT);
    Some(Gap {
        heading: Heading {
            id: format!("{}-{cohort}", text(indicator::PROGRAMME)),
            name: context.text("chart.cohort", &[("name", name), ("cohort", cohort)]),
            method: text(indicator::METHOD).to_owned(),
            policy: text(indicator::POLICY).to_owned(),
            ..Heading::default()
        },
        indicator: text(indicator::INDICATOR).to_owned(),
        detail: text(indicator::INDICATOR_TEXT).to_owned(),
        expected,
        value: (
            value,
            table.text(row, indicator::SHOWN).map_or_else(|| (context.show)(value), str::to_owned),
        ),
        reached: table.text(row, indicator::VERDICT).map(|verdict| verdict == objective::column::REACHED),
        n_assessed: table.number(row, indicator::N_ASSESSED).map(|n| n as usize),
        steps,
    })
}

fn step(parts: &Table, row: usize, (expected, context): (f64, &ChartContext<'_>)) -> Option<GapStep> {
    let (share, value) = (parts.number(row, column::SHARE)?, parts.number(row, column::VALUE)?);
    let course = parts.text(row, column::COURSE_NAME).or(parts.text(row, column::COURSE)).unwrap_or_default();
    let objective = parts.text(row, column::OBJECTIVE).unwrap_or_default();
    let values = [("share", &*words::percent(share)), ("value", &*(context.show)(value))];
    Some(GapStep {
        label: format!("{course} {objective}").trim_end().to_owned(),
        detail: words::capital(&context.text("chart.gap-waterfall.step", &values)),
        change: parts.number(row, column::CONTRIBUTION)? - share * expected,
    })
}

impl GapWaterfall {
    /// The figure of one indicator.
    pub fn figure(&self, gap: &Gap, context: &ChartContext<'_>) -> Figure {
        let steps = merged(&gap.steps, if context.size == Size::Slide { 5 } else { 16 }, context);
        let name = gap.heading.line(context);
        let expected = (context.show)(gap.expected);
        let values = [("indicator", &*gap.indicator), ("value", &*gap.value.1), ("expected", &*expected)];
        let what = context.text("chart.gap-waterfall.title", &values);
        let bands = bands(&steps, (gap, &expected), context);
        let parts: Vec<String> =
            steps.iter().map(|step| format!("{} {}", step.label, signed(step.change))).collect();
        let n = super::objective::known(gap.n_assessed);
        let notes =
            [context.text("chart.gap-waterfall.note", &[("count", &n)]), gap.heading.method_note(context)];
        Figure {
            id: identifier(&format!("{}-{}-{}", self.key(), gap.heading.id, gap.indicator)),
            title: context.text("chart.title", &[("name", &name), ("what", &what)]),
            subtitle: Some(gap.detail.clone()).filter(|text| !text.is_empty()).into_iter().collect(),
            legend: legend(&steps, context),
            panel: Panel {
                x: axis(gap, &steps, context),
                y: Axis {
                    name: context.text("chart.axis.course", &[]),
                    scale: Scale::Bands { bands, row: 20.0, lines: 2 },
                },
                aside: context.text("chart.gap-waterfall.aside", &[]),
                marks: marks(gap, &steps),
            },
            notes: notes.into_iter().filter(|note| !note.is_empty()).collect(),
            alt: context.text(
                "chart.gap-waterfall.alt",
                &[("name", &name), ("what", &what), ("parts", &context.join(&parts))],
            ),
            ..context.blank(column::TABLE)
        }
    }
}

/// The steps, the smallest of them summed where there are more than `most`.
fn merged(steps: &[GapStep], most: usize, context: &ChartContext<'_>) -> Vec<GapStep> {
    if steps.len() <= most {
        return steps.to_vec();
    }
    let mut by_size: Vec<&GapStep> = steps.iter().collect();
    by_size.sort_by(|a, b| b.change.abs().total_cmp(&a.change.abs()));
    let (large, small) = by_size.split_at(most - 1);
    let mut kept: Vec<GapStep> = large.iter().map(|step| (*step).clone()).collect();
    kept.sort_by(|a, b| a.change.total_cmp(&b.change));
    kept.push(GapStep {
        label: context.text("chart.gap-waterfall.rest", &[("count", &small.len().to_string())]),
        detail: String::new(),
        change: small.iter().map(|step| step.change).sum(),
    });
    kept
}

/// A change with its sign, three decimals.
fn signed(change: f64) -> String {
    let text = format!("{change:+.3}").replace('-', "−");
    if matches!(&*text, "+0.000" | "−0.000") { "0.000".to_owned() } else { text }
}

/// Where each step begins and ends.
fn running(gap: &Gap, steps: &[GapStep]) -> Vec<(f64, f64)> {
    let mut at = gap.expected;
    steps
        .iter()
        .map(|step| {
            let from = at;
            at += step.change;
            (from, at)
        })
        .collect()
}

/// A tight axis: bars float, so it need not begin at zero.
fn axis(gap: &Gap, steps: &[GapStep], context: &ChartContext<'_>) -> Axis {
    let (least, most) = running(gap, steps)
        .into_iter()
        .fold((gap.expected, gap.expected), |(least, most), (_, to)| (least.min(to), most.max(to)));
    let span = (most - least).max(0.01);
    let step =
        [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5].into_iter().find(|step| span / step <= 6.0).unwrap_or(1.0);
    let (min, max) = (((least / step).floor() - 1.0) * step, ((most / step).ceil() + 1.0) * step);
    let decimals = if step < 0.01 {
        3
    } else if step < 0.1 {
        2
    } else {
        1
    };
    Axis {
        name: context.text("chart.axis.cumulated", &[]),
        scale: Scale::Linear { min: min.max(0.0), max, ticks: ticks(min.max(0.0), max, step, decimals) },
    }
}

fn bands(steps: &[GapStep], (gap, expected): (&Gap, &str), context: &ChartContext<'_>) -> Vec<Band> {
    let end = |key: &str, text: String| Band {
        label: context.text(key, &[]),
        aside: vec![(text, Ink::Black)],
        ..Band::default()
    };
    let verdict = match gap.reached {
        Some(true) => context.text("chart.verdict.reached", &[]),
        Some(false) => context.text("chart.verdict.not_reached", &[]),
        None => String::new(),
    };
    let mut bands = vec![end("chart.legend.expected", expected.to_owned())];
    bands.extend(steps.iter().map(|step| Band {
        label: step.label.clone(),
        detail: step.detail.clone(),
        group: String::new(),
        aside: vec![(signed(step.change), Ink::Black)],
    }));
    bands.push(end("chart.gap-waterfall.value", format!("{} {verdict}", gap.value.1).trim_end().to_owned()));
    bands
}

fn fill(change: f64) -> (Ink, Pattern) {
    if change < 0.0 { (Ink::Vermillion, Pattern::Hatched) } else { (Ink::Blue, Pattern::Solid) }
}

fn legend(steps: &[GapStep], context: &ChartContext<'_>) -> Vec<LegendEntry> {
    let entry = |sign: f64, key: &str| {
        let (ink, pattern) = fill(sign);
        LegendEntry { symbol: Symbol::Box(ink, pattern), text: context.text(key, &[]) }
    };
    let mut entries = Vec::new();
    if steps.iter().any(|step| step.change < 0.0) {
        entries.push(entry(-1.0, "chart.gap-waterfall.down"));
    }
    if steps.iter().any(|step| step.change >= 0.0) {
        entries.push(entry(1.0, "chart.gap-waterfall.up"));
    }
    let text = context.text("chart.legend.expected", &[]);
    entries.push(LegendEntry { symbol: Symbol::Line(Ink::Black, true), text });
    entries
}

fn marks(gap: &Gap, steps: &[GapStep]) -> Vec<Mark> {
    let last = steps.len() as f64 + 1.0;
    let line = |points, dashed| Mark::Line {
        points,
        ink: if dashed { Ink::Black } else { Ink::Grey },
        width: if dashed { 1.0 } else { 0.6 },
        dashed,
    };
    let point = |at: f64, row: f64| Mark::Points {
        at: vec![(at, row)],
        shape: super::figure::Shape::Diamond,
        ink: Ink::Black,
        radius: 2.6,
    };
    let mut marks = vec![line(vec![(gap.expected, -0.5), (gap.expected, last + 0.5)], true)];
    marks.push(line(vec![(gap.expected, 0.0), (gap.expected, 1.0)], false));
    for (row, (step, (from, to))) in (1_u32..).zip(steps.iter().zip(running(gap, steps))) {
        let (row, (fill, pattern)) = (f64::from(row), fill(step.change));
        marks.push(Mark::Bar { x: (from.min(to), from.max(to)), y: (row - 0.27, row + 0.27), fill, pattern });
        marks.push(line(vec![(to, row), (to, row + 1.0)], false));
    }
    marks.push(point(gap.expected, 0.0));
    marks.push(point(gap.value.0, last));
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_lead_from_the_expected_value_to_the_attained_one() {
        let step = |change| GapStep { change, ..GapStep::default() };
        let gap = Gap { expected: 0.65, steps: vec![step(-0.03), step(0.01)], ..Gap::default() };
        let ends = running(&gap, &gap.steps);
        assert!((ends[1].1 - 0.63).abs() < 1e-12 && (ends[0].0 - 0.65).abs() < 1e-12);
        assert_eq!([signed(-0.03), signed(0.01), signed(-0.000_1)], ["−0.030", "+0.010", "0.000"]);
    }
}
