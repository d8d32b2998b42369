//! Effects of units over cohorts, with intervals.

use std::collections::BTreeMap;

use super::figure::{Axis, Band, Figure, LegendEntry, Mark, Panel, Scale, Symbol};
use super::read::{self, parts};
use super::requirement_intervals::SHAPES;
use super::svg::identifier;
use super::theme::{Ink, SERIES};
use super::unit_effects::{
    Series, UnitEffect, UnitEffects, column, factor, kind_note, left_out_note, series, series_entries,
    unit_effects, with_interval,
};
use super::{Chart, ChartContext, ChartError, Request};

/// Units in one picture: as many as there are colours that can be told apart.
const MOST: usize = SERIES.len();

/// The chart `effect-cohorts`.
#[derive(Debug)]
pub struct EffectCohorts;

impl Chart for EffectCohorts {
    fn key(&self) -> &'static str {
        "effect-cohorts"
    }

    fn tables(&self) -> &'static [&'static str] {
        &[column::TABLE, column::SUMMARY]
    }

    /// One picture per five units of each model that was fitted on at least two cohorts; `of` names a model.
    fn draw(&self, request: &Request<'_>) -> Result<Vec<Figure>, ChartError> {
        let Request { tables, selection, context } = *request;
        let mut groups: BTreeMap<(usize, String, String), Vec<UnitEffects>> = BTreeMap::new();
        let mut models: Vec<String> = Vec::new();
        for effects in unit_effects(tables, selection)?.into_iter().filter(|one| !one.cohort.is_empty()) {
            let known = models.iter().position(|model| *model == effects.model);
            let model = known.unwrap_or_else(|| {
                models.push(effects.model.clone());
                models.len() - 1
            });
            groups.entry((model, effects.factor.clone(), effects.effect.clone())).or_default().push(effects);
        }
        Ok((groups.into_values())
            .filter(|fits| fits.len() > 1)
            .flat_map(|fits| self.figures(fits, context))
            .collect())
    }
}

impl EffectCohorts {
    /// The figures of one model, factor and effect: one per five units.
    pub fn figures(&self, mut fits: Vec<UnitEffects>, context: &ChartContext<'_>) -> Vec<Figure> {
        fits.sort_by_cached_key(|fit| read::natural(&fit.cohort));
        let (series, left_out) = series(&fits);
        let part = |units: std::ops::Range<usize>| {
            let mut figure = self.figure(&fits, (&series, &series[units], left_out), context);
            figure.notes.extend(left_out_note(left_out, context));
            figure
        };
        read::numbered(parts(series.len(), MOST).into_iter().map(part).collect(), context)
    }

    fn figure(
        &self,
        fits: &[UnitEffects],
        (all, drawn, left_out): (&[Series], &[Series], usize),
        context: &ChartContext<'_>,
    ) -> Figure {
        let first = UnitEffects { cohort: String::new(), ..fits.first().cloned().unwrap_or_default() };
        let average = first.average();
        let name = first.heading().line(context);
        let kind = factor(&first.factor, context);
        let counts = [
            ("total", &*(all.len() + left_out).to_string()),
            ("factor", &*kind),
            ("cohorts", &*fits.len().to_string()),
        ];
        let what = context.text("chart.effect-cohorts.title", &counts);
        // All parts share one axis, so that they can be laid side by side.
        let values = all.iter().flat_map(|(_, cohorts)| cohorts.iter().flatten()).flat_map(|unit| {
            let (low, high) = unit.interval.unwrap_or((unit.value, unit.value));
            [unit.value, low, high]
        });
        let (entries, cut) = series_entries(drawn, context.size);
        let words: Vec<String> = drawn.iter().map(|series| words(series, (fits, average), context)).collect();
        Figure {
            id: identifier(&format!("{}-{}", self.key(), first.tail())),
            title: context.text("chart.title", &[("name", &name), ("what", &what)]),
            subtitle: Some(first.asked.formula.clone()).filter(|text| !text.is_empty()).into_iter().collect(),
            legend: legend(entries, &first, context),
            panel: Panel {
                x: Axis {
                    name: context.text("chart.axis.cohort", &[]),
                    scale: Scale::Bands {
                        bands: fits.iter().map(|fit| Band::named(&*fit.cohort)).collect(),
                        row: 0.0,
                        lines: 2,
                    },
                },
                y: first.axis(values, context),
                aside: String::new(),
                marks: marks(fits.len(), drawn, average),
            },
            notes: notes(&first, (fits, cut), context),
            alt: context
                .text("chart.effect-cohorts.alt", &[("name", &name), ("parts", &context.join(&words))]),
            ..context.blank(column::TABLE)
        }
    }
}

fn notes(
    first: &UnitEffects,
    (fits, cut): (&[UnitEffects], bool),
    context: &ChartContext<'_>,
) -> Vec<String> {
    let used = fits.iter().filter_map(|fit| Some((&*fit.cohort, fit.asked.counts?.1)));
    let interval = format!("chart.unit.note.interval{}", first.ending());
    let mut notes = vec![context.text(&interval, &[("level", &first.level())])];
    notes.extend(read::counts_by(used, context));
    notes.push(context.text("chart.effect-cohorts.note", &[]));
    notes.push(kind_note(&first.kind, context));
    if cut {
        notes.push(context.blank(column::TABLE).shortened_note);
    }
    notes
}

fn words(
    (name, cohorts): &Series,
    (fits, average): (&[UnitEffects], f64),
    context: &ChartContext<'_>,
) -> String {
    let value = |unit: &Option<UnitEffect>| {
        unit.as_ref().map_or_else(|| "—".to_owned(), |unit| with_interval(unit, average, context))
    };
    let values: Vec<String> =
        fits.iter().zip(cohorts).map(|(fit, unit)| format!("{} {}", fit.cohort, value(unit))).collect();
    format!("{name}: {}", values.join(", "))
}

fn legend(
    mut entries: Vec<LegendEntry>,
    first: &UnitEffects,
    context: &ChartContext<'_>,
) -> Vec<LegendEntry> {
    let mut add = |symbol, text| entries.push(LegendEntry { symbol, text });
    add(Symbol::Whisker(Ink::Grey), context.text("chart.unit.legend.interval", &[("level", &first.level())]));
    add(Symbol::Line(Ink::Black, false), first.reference(context));
    entries
}

/// Series of points with intervals, side by side within each band, joined where a band follows another.
pub(super) fn marks(bands: usize, drawn: &[Series], average: f64) -> Vec<Mark> {
    let end = bands as f64 - 0.5;
    let mut marks = vec![Mark::Line {
        points: vec![(-0.5, average), (end, average)],
        ink: Ink::Black,
        width: 0.9,
        dashed: false,
    }];
    let step = 0.6 / drawn.len().max(1) as f64;
    for (k, (_, cohorts)) in drawn.iter().enumerate() {
        let (ink, shape) = (SERIES[k], SHAPES[k]);
        let x = |band: usize| band as f64 + (k as f64 + 0.5) * step - 0.3;
        for band in 1..bands {
            // A cohort without the unit interrupts the line.
            if let (Some(before), Some(now)) = (&cohorts[band - 1], &cohorts[band]) {
                let points = vec![(x(band - 1), before.value), (x(band), now.value)];
                marks.push(Mark::Line { points, ink, width: 0.8, dashed: false });
            }
        }
        for (band, unit) in cohorts.iter().enumerate() {
            let Some(unit) = unit else { continue };
            if let Some((low, high)) = unit.interval {
                marks.push(Mark::Interval { from: (x(band), low), to: (x(band), high), ink });
            }
            marks.push(Mark::Points { at: vec![(x(band), unit.value)], shape, ink, radius: 2.4 });
        }
    }
    marks
}
