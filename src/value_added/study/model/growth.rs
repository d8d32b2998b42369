//! Student growth percentiles, `score ~ prior + earlier prior`, and the growth of units.

use super::Model;
use crate::value_added::error::ValueAddedError;
use crate::value_added::growth::groups::{GroupOptions, group_growth};
use crate::value_added::growth::percentiles::GrowthModel;
use crate::value_added::growth::spline::Knots;
use crate::value_added::study::findings::figures;
use crate::value_added::study::sample::unit;
use crate::value_added::study::{Findings, Sample, Unit, Units};

/// The model.
pub(super) struct Growth;

/// Replicates behind the interval of a median.
const REPLICATES: usize = 1000;

impl Model for Growth {
    fn key(&self) -> &'static str {
        "growth"
    }

    fn source(&self) -> &'static str {
        "D. Betebenner, Educational Measurement: Issues and Practice 28 (2009)"
    }

    fn fit(&self, sample: &Sample<'_>) -> Result<Findings, ValueAddedError> {
        let (declaration, design) = (sample.declaration, sample.grouped()?);
        let prior = |name: &String| {
            let at = design.names.iter().position(|known| known == name);
            let column = at.map(|at| design.columns[at].as_slice());
            column.ok_or_else(|| ValueAddedError::NotNumeric { column: name.clone() })
        };
        let priors: Result<Vec<&[f64]>, _> =
            declaration.formula.terms.iter().map(|term| prior(&term.variables[0].name)).collect();
        let priors = priors?;
        let knots = |prior: &&[f64]| {
            let found = prior.len();
            let too_few =
                ValueAddedError::TooFewValues { statistic: "a growth model's knots", needed: 2, found };
            Knots::of_scores(prior).ok_or(too_few)
        };
        let knots: Result<Vec<Knots>, _> = priors.iter().map(knots).collect();
        let model = GrowthModel::fit(&priors, &design.response, knots?, None)?;
        let percentiles = model.percentiles(&priors, &design.response);
        let mut units = Vec::new();
        if let Some(grouping) = unit(&design) {
            let options =
                GroupOptions { level: declaration.level, replicates: REPLICATES, seed: declaration.seed };
            let growth = group_growth(&percentiles, grouping, &options);
            let effects = growth.into_iter().map(|group| Unit {
                unit: group.unit,
                n: group.n,
                effect: group.median,
                standard_error: group.median_standard_error,
                interval: group.median_interval,
                ..Unit::default()
            });
            let effect = "median_percentile".to_owned();
            units.push(Units { factor: grouping.name.clone(), effect, units: effects.collect() });
        }
        Ok(Findings {
            counts: Some(design.counts.clone()),
            notes: design.notes.clone(),
            summary: figures([("n_priors", Some(priors.len() as f64))]),
            percentiles: (design.rows.iter().zip(&percentiles))
                .map(|(row, percentile)| (sample.students[*row], percentile.0))
                .collect(),
            units,
            students: sample.students_of(&design),
            ..Findings::default()
        })
    }
}
