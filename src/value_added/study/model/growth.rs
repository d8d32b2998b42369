//! Student growth percentiles, `score ~ prior + earlier prior`, and the growth of units.

use super::Model;
use crate::value_added::data::Column;
use crate::value_added::design::Design;
use crate::value_added::error::ValueAddedError;
use crate::value_added::growth::groups::{GroupOptions, group_growth};
use crate::value_added::growth::percentiles::GrowthModel;
use crate::value_added::growth::spline::Knots;
use crate::value_added::study::findings::figures;
use crate::value_added::study::projection::projected;
use crate::value_added::study::sample::unit;
use crate::value_added::study::{Declaration, Findings, Sample, Unit, Units};

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

    fn options(&self) -> &'static [&'static str] {
        &["unit", "target", "trajectories", "curves", "scales"]
    }

    fn scale(&self) -> &'static str {
        "percentile"
    }

    fn fit(&self, sample: &Sample<'_>) -> Result<Findings, ValueAddedError> {
        let (declaration, design) = (sample.declaration, sample.grouped()?);
        let (names, priors) = priors(sample, &design)?;
        let model = fitted(declaration, (&names, &priors), (&design.response_name, &design.response))?;
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
        let projected = declaration.projects().then(|| projected(sample)).transpose()?.unwrap_or_default();
        Ok(Findings {
            counts: Some(design.counts.clone()),
            notes: design.notes.clone(),
            summary: figures([("n_priors", Some(priors.len() as f64))]),
            percentiles: (design.rows.iter().zip(&percentiles))
                .map(|(row, percentile)| (sample.students[*row], percentile.0))
                .collect(),
            units,
            students: sample.students_of(&design),
            projections: projected,
            ..Findings::default()
        })
    }
}

/// The prior scores that say something: a column the design left out, as it follows from the others, is left out here.
fn priors<'a>(
    sample: &Sample<'a>,
    design: &'a Design,
) -> Result<(Vec<&'a str>, Vec<&'a [f64]>), ValueAddedError> {
    let (mut names, mut columns) = (Vec::new(), Vec::new());
    for term in &sample.declaration.formula.terms {
        let name = &term.variables[0].name;
        if !matches!(sample.data.column(name)?, Column::Number(_)) {
            return Err(ValueAddedError::NotNumeric { column: name.clone() });
        }
        if let Some(at) = design.names.iter().position(|known| known == name) {
            names.push(name.as_str());
            columns.push(design.columns[at].as_slice());
        }
    }
    Ok((names, columns))
}

/// Curves of a score on prior scores, the most recent first, with the declared scales.
pub(in crate::value_added::study) fn fitted(
    declaration: &Declaration,
    (names, priors): (&[&str], &[&[f64]]),
    (outcome, scores): (&str, &[f64]),
) -> Result<GrowthModel, ValueAddedError> {
    let knots = |(name, prior): (&&str, &&[f64])| {
        let scale = declaration.scales.get(*name);
        let of_scores = Knots::of_scores(prior);
        let inner = scale.and_then(|scale| scale.knots.clone());
        let boundary = scale.and_then(|scale| scale.boundary);
        match (inner, boundary, of_scores) {
            (Some(inner), Some(boundary), _) => Ok(Knots { inner, boundary }),
            (inner, boundary, Some(usual)) => Ok(Knots {
                inner: inner.unwrap_or(usual.inner),
                boundary: boundary.unwrap_or(usual.boundary),
            }),
            (_, _, None) => {
                let found = usize::from(!prior.is_empty());
                Err(ValueAddedError::TooFewValues { statistic: "a growth model's knots", needed: 2, found })
            }
        }
    };
    let knots: Result<Vec<Knots>, _> = names.iter().zip(priors).map(knots).collect();
    if priors.is_empty() {
        return Err(ValueAddedError::TooFewValues {
            statistic: "a growth model's knots",
            needed: 2,
            found: 1,
        });
    }
    let limits = declaration.scales.get(outcome).and_then(|scale| scale.limits);
    let knots = knots?;
    let needed = 1 + knots.iter().map(Knots::columns).max().unwrap_or_default();
    GrowthModel::fit(priors, scores, knots, limits).map_err(|error| match error {
        // Splines of a score with few different values follow from each other.
        ValueAddedError::Singular => {
            let found = priors.iter().map(|prior| distinct(prior)).min().unwrap_or_default();
            ValueAddedError::TooFewValues { statistic: "the curves over a prior score", needed, found }
        }
        error => error,
    })
}

/// How many different values there are.
fn distinct(values: &[f64]) -> usize {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values.dedup_by(|a, b| a.to_bits() == b.to_bits());
    values.len()
}
