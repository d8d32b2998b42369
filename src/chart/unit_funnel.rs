//! Funnel of units: effects that are not shrunken against the number of students, with the limits of chance.

use super::figure::{Axis, Figure};
use super::funnel::{Funnel, FunnelPlot, FunnelPoint};
use super::svg::identifier;
use super::unit_effects::{UnitEffects, column, factor, unit_effects};
use super::{Chart, ChartContext, ChartError, Request};

/// Effects that are means over students. Shrunken effects are drawn together already, the smaller the unit the more;
/// limits of chance do not hold for them.
const MEANS: [&str; 6] = [
    "mean_residual",
    "fixed_effect",
    "mean_gain",
    "mean_normalised_gain",
    "mean_percentile_rank_gain",
    "mean_standard_score_gain",
];

/// The chart `unit-funnel`.
#[derive(Debug)]
pub struct UnitFunnel;

impl Chart for UnitFunnel {
    fn key(&self) -> &'static str {
        "unit-funnel"
    }

    fn source(&self) -> Option<&'static str> {
        FunnelPlot.source()
    }

    fn tables(&self) -> &'static [&'static str] {
        &[column::TABLE, column::SUMMARY]
    }

    /// One picture per fit whose effects are mean residuals or gains; `of` names a model, or `model/cohort`.
    fn draw(&self, request: &Request<'_>) -> Result<Vec<Figure>, ChartError> {
        let Request { tables, selection, context } = *request;
        let plain = |fit: &UnitEffects| MEANS.contains(&fit.effect.as_str());
        let fits = unit_effects(tables, selection)?;
        Ok(fits.iter().filter(|fit| plain(fit)).map(|fit| self.figure(fit, context)).collect())
    }
}

impl UnitFunnel {
    /// The figure of one fit.
    pub fn figure(&self, effects: &UnitEffects, context: &ChartContext<'_>) -> Figure {
        let points = effects.units.iter().filter(|unit| unit.n > 0).map(|unit| FunnelPoint {
            label: unit.unit.clone(),
            value: unit.value,
            se: unit.se,
            n: unit.n,
        });
        let funnel = Funnel { heading: effects.heading(), points: points.collect(), ..Funnel::default() };
        // The widest limits that are drawn: those of the smallest unit.
        let reach = funnel.reach();
        let values = funnel.points.iter().map(|point| point.value).chain([reach.0, reach.1]);
        let Axis { name, scale } = effects.axis(values, context);
        let drawn = FunnelPlot.drawn(&funnel, Axis { name, scale }, context);
        let kind = factor(&effects.factor, context);
        let (total, outside) = (funnel.points.len().to_string(), funnel.n_outside().to_string());
        let values = [("total", &*total), ("factor", &*kind), ("outside", &*outside)];
        let what = context.text(&funnel.form("chart.unit-funnel.title"), &values);
        let name = effects.heading().line(context);
        let mut notes = drawn.notes;
        if let Some(reading) = notes.get_mut(1).filter(|_| funnel.has_limits()) {
            *reading = context.text("chart.unit-funnel.note", &[]);
        }
        notes.extend(effects.notes(context));
        Figure {
            id: identifier(&format!("{}-{}", self.key(), effects.tail())),
            title: context.text("chart.title", &[("name", &name), ("what", &what)]),
            subtitle: Some(effects.asked.formula.clone())
                .filter(|text| !text.is_empty())
                .into_iter()
                .collect(),
            legend: drawn.legend,
            panel: drawn.panel,
            notes,
            alt: drawn.alt,
            ..context.blank(column::TABLE)
        }
    }
}
