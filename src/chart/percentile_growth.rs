//! Growth percentiles over the years: of one student, or the medians of units with their intervals.

use super::effect_cohorts::marks;
use super::figure::{Axis, Band, Figure, LegendEntry, Mark, Panel, Place, Scale, Symbol, ticks};
use super::read::{self, Tables, parts};
use super::svg::identifier;
use super::theme::{Ink, SERIES};
use super::unit_effects::{
    Asked, MEDIAN_PERCENTILE, Series, UnitEffect, UnitEffects, column, factor, kind_note, left_out_note,
    series, series_entries, unit_effects, with_interval,
};
use super::{Chart, ChartContext, ChartError, Request, Selection};

/// The table of students.
const STUDENTS: &str = "growth_percentiles";
/// Units in one picture: as many as there are colours that can be told apart.
const MOST: usize = SERIES.len();

/// The chart `percentile-growth`.
#[derive(Debug)]
pub struct PercentileGrowth;

impl Chart for PercentileGrowth {
    fn key(&self) -> &'static str {
        "percentile-growth"
    }

    fn source(&self) -> Option<&'static str> {
        Some(
            "D. Betebenner, \"Norm- and criterion-referenced student growth\", Educational Measurement: Issues and \
             Practice 28 (2009) 42–51",
        )
    }

    fn tables(&self) -> &'static [&'static str] {
        &[column::TABLE, STUDENTS, column::SUMMARY]
    }

    /// `of` names a student or a unit; without it all units that have medians in at least two models.
    fn draw(&self, request: &Request<'_>) -> Result<Vec<Figure>, ChartError> {
        let Request { tables, selection, context } = *request;
        let effects = unit_effects(tables, &Selection::default())?;
        if let Some(student) = selection.of.as_deref()
            && let Some(figure) = self.student(tables, student, context)?
        {
            return Ok(vec![figure]);
        }
        let mut groups: Vec<Vec<UnitEffects>> = Vec::new();
        for mut fit in effects.into_iter().filter(|fit| fit.effect == MEDIAN_PERCENTILE) {
            if let Some(of) = selection.of.as_deref() {
                fit.units.retain(|unit| unit.unit == of);
            }
            let same = |group: &&mut Vec<UnitEffects>| {
                group.first().is_some_and(|first| first.factor == fit.factor && first.cohort == fit.cohort)
            };
            match groups.iter_mut().find(same) {
                _ if fit.units.is_empty() => {}
                Some(group) => group.push(fit),
                None => groups.push(vec![fit]),
            }
        }
        Ok(groups.iter().filter(|fits| fits.len() > 1).flat_map(|fits| self.units(fits, context)).collect())
    }
}

/// The names of fits along the axis: their outcomes, or the models where outcomes are the same or not known.
fn bands(fits: &[(&str, &Asked)]) -> Vec<Band> {
    let mut outcomes: Vec<&str> = fits.iter().map(|(_, asked)| asked.outcome()).collect();
    outcomes.sort_unstable();
    outcomes.dedup();
    let by_outcome = outcomes.len() == fits.len() && !outcomes.contains(&"");
    fits.iter().map(|(model, asked)| Band::named(if by_outcome { asked.outcome() } else { model })).collect()
}

impl PercentileGrowth {
    /// The percentiles of one student; nothing where the results do not know the student.
    fn student(
        &self,
        tables: &dyn Tables,
        student: &str,
        context: &ChartContext<'_>,
    ) -> Result<Option<Figure>, ChartError> {
        let table = read::table(tables, STUDENTS, &["model", "cohort", "student", "percentile"])?;
        let rows: Vec<(String, Asked, f64)> = table
            .rows_where(&[("student", student)])
            .filter_map(|row| {
                let text = |name: &str| table.text(row, name).unwrap_or_default();
                let asked = Asked::of(tables, text("model"), text("cohort"));
                Some((text("model").to_owned(), asked, table.number(row, "percentile")?))
            })
            .collect();
        if rows.is_empty() {
            return Ok(None);
        }
        let of = |(_, _, value): &(String, Asked, f64)| {
            Some(UnitEffect { unit: student.to_owned(), n: 1, value: *value, ..UnitEffect::default() })
        };
        let series: Vec<Series> = vec![(student.to_owned(), rows.iter().map(of).collect())];
        let fits: Vec<(&str, &Asked)> =
            rows.iter().map(|(model, asked, _)| (model.as_str(), asked)).collect();
        let values = [("student", student), ("models", &*fits.len().to_string())];
        let title = context.text("chart.percentile-growth.title.student", &values);
        let mut figure = self.figure((&fits, &series), title, context);
        figure.id = identifier(&format!("{}-{student}", self.key()));
        figure.panel.y.name = context.text("chart.axis.percentile", &[]);
        figure.notes.insert(0, context.text("chart.percentile-growth.note.student", &[]));
        Ok(Some(figure))
    }

    /// The medians of units over several fits: one picture per five units.
    fn units(&self, fits: &[UnitEffects], context: &ChartContext<'_>) -> Vec<Figure> {
        let (series, left_out) = series(fits);
        let asked: Vec<(&str, &Asked)> = fits.iter().map(|fit| (fit.model.as_str(), &fit.asked)).collect();
        let (kind, total, models) =
            (factor(&fits[0].factor, context), (series.len() + left_out).to_string(), fits.len().to_string());
        let cohort = &fits[0].cohort;
        let part = |units: std::ops::Range<usize>| {
            let values = [("factor", &*kind), ("total", &*total), ("models", &*models)];
            let mut title = context.text("chart.percentile-growth.title", &values);
            if !cohort.is_empty() {
                title = context.text("chart.title", &[("name", cohort), ("what", &title)]);
            }
            let mut figure = self.figure((&asked, &series[units]), title, context);
            figure.id =
                identifier(format!("{}-{}-{cohort}", self.key(), fits[0].factor).trim_end_matches('-'));
            let level = fits[0].level();
            figure.notes.insert(0, context.text("chart.percentile-growth.note.units", &[("level", &level)]));
            figure.notes.extend(left_out_note(left_out, context));
            let text = context.text("chart.unit.legend.interval", &[("level", &level)]);
            figure.legend.push(LegendEntry { symbol: Symbol::Whisker(Ink::Grey), text });
            figure
        };
        read::numbered(parts(series.len(), MOST).into_iter().map(part).collect(), context)
    }

    fn figure(
        &self,
        (fits, series): (&[(&str, &Asked)], &[Series]),
        title: String,
        context: &ChartContext<'_>,
    ) -> Figure {
        let bands = bands(fits);
        let (mut legend, cut) = series_entries(series, context.size);
        let text = context.text("chart.unit.legend.fifty", &[]);
        legend.push(LegendEntry { symbol: Symbol::Line(Ink::Black, false), text });
        let words = |(name, values): &Series| {
            let value = |(band, unit): (&Band, &Option<UnitEffect>)| {
                let shown =
                    unit.as_ref().map_or_else(|| "—".to_owned(), |unit| with_interval(unit, 50.0, context));
                format!("{} {shown}", band.label)
            };
            format!("{name}: {}", bands.iter().zip(values).map(value).collect::<Vec<_>>().join(", "))
        };
        let words: Vec<String> = series.iter().map(words).collect();
        let formulas: Vec<String> =
            fits.iter().map(|(_, asked)| asked.formula.clone()).filter(|text| !text.is_empty()).collect();
        Figure {
            alt: context
                .text("chart.percentile-growth.alt", &[("title", &title), ("parts", &context.join(&words))]),
            title,
            subtitle: Some(context.join(&formulas)).filter(|text| !text.is_empty()).into_iter().collect(),
            legend,
            panel: Panel {
                x: Axis {
                    name: context.text("chart.axis.growth-model", &[]),
                    scale: Scale::Bands { bands: bands.clone(), row: 0.0, lines: 2 },
                },
                y: Axis {
                    name: context.text("chart.axis.effect.median_percentile", &[]),
                    scale: Scale::Linear { min: 0.0, max: 100.0, ticks: ticks(0.0, 100.0, 10.0, 0) },
                },
                aside: String::new(),
                marks: labelled(marks(bands.len(), series, 50.0), series),
            },
            notes: notes(fits, cut, context),
            ..context.blank(STUDENTS)
        }
    }
}

fn notes(fits: &[(&str, &Asked)], cut: bool, context: &ChartContext<'_>) -> Vec<String> {
    let mut notes = vec![context.text("chart.percentile-growth.note", &[]), kind_note("growth", context)];
    if cut {
        notes.push(context.blank(STUDENTS).shortened_note);
    }
    let used = fits.iter().filter_map(|(model, asked)| Some((model, asked.counts?.1)));
    notes.extend(read::counts_by(used, context));
    notes
}

/// The values of a single line stand beside its points.
fn labelled(mut marks: Vec<Mark>, series: &[Series]) -> Vec<Mark> {
    let [(_, values)] = series else { return marks };
    for (band, unit) in (0_u32..).zip(values) {
        let Some(unit) = unit else { continue };
        // A single series stands in the middle of its band.
        let (at, text) = ((f64::from(band), unit.value), format!("{:.0}", unit.value));
        // Beside the line that leaves the point, not on it.
        let place = if band == 0 && values.len() > 1 { Place::Left } else { Place::Right };
        marks.push(Mark::Text { at, text, ink: Ink::Black, place });
    }
    marks
}
