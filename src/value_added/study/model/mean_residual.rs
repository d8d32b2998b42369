//! The mean residual of each unit after least squares: the plain value added of published tables.

use super::Model;
use super::ols::{estimates, fitted};
use crate::value_added::error::ValueAddedError;
use crate::value_added::mean_residual::{MeanResidual, mean_residuals};
use crate::value_added::ols::{Ols, Robust};
use crate::value_added::study::findings::figures;
use crate::value_added::study::sample::unit;
use crate::value_added::study::{Findings, Missing, Sample, Unit, Units};

/// The model.
pub(super) struct MeanResiduals;

impl Model for MeanResiduals {
    fn key(&self) -> &'static str {
        "mean-residual"
    }

    fn source(&self) -> &'static str {
        "Department for Education, school performance tables: value added, technical guides"
    }

    fn needs_unit(&self) -> bool {
        true
    }

    fn missing(&self) -> &'static [Missing] {
        &[Missing::Complete, Missing::Indicator, Missing::Impute]
    }

    fn fit(&self, sample: &Sample<'_>) -> Result<Findings, ValueAddedError> {
        let (declaration, design) = (sample.declaration, sample.grouped()?);
        let ols = Ols::fixed_part(&design)?;
        let covariance = ols.covariance(Robust::Classical, None)?;
        let units = match unit(&design) {
            Some(grouping) => {
                let residuals = mean_residuals(&ols, grouping, declaration.level)?;
                let effect = "mean_residual".to_owned();
                vec![Units {
                    factor: grouping.name.clone(),
                    effect,
                    units: residuals.iter().map(effect_of).collect(),
                }]
            }
            None => Vec::new(),
        };
        Ok(Findings {
            counts: Some(design.counts.clone()),
            notes: design.notes.clone(),
            coefficients: estimates(&ols, &covariance, declaration.level),
            summary: figures([("adjusted_r_squared", ols.adjusted_r_squared())]),
            units,
            students: sample.students_of(&design).fitted(fitted(&ols, &design)).of_least_squares(&ols),
            ..Findings::default()
        })
    }
}

fn effect_of(residual: &MeanResidual) -> Unit {
    Unit {
        unit: residual.unit.clone(),
        n: residual.n,
        effect: residual.mean,
        standard_error: Some(residual.standard_error),
        interval: residual.interval,
        ..Unit::default()
    }
}
