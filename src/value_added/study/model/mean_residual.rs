//! The mean residual of each unit after least squares: the plain value added of published tables.

use super::Model;
use crate::value_added::data::Data;
use crate::value_added::design::Design;
use crate::value_added::error::ValueAddedError;
use crate::value_added::mean_residual::{MeanResidual, mean_residuals};
use crate::value_added::mixed::Fitted;
use crate::value_added::ols::{Ols, Robust};
use crate::value_added::study::{Declaration, Findings, Students, Unit, Units};

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

    fn fit(
        &self,
        declaration: &Declaration,
        data: &Data,
        students: &[u32],
    ) -> Result<Findings, ValueAddedError> {
        let design = Design::new(&declaration.grouped()?, data)?;
        let ols = Ols::fixed_part(&design)?;
        let covariance = ols.covariance(Robust::Classical, None)?;
        let mut units = Vec::new();
        for random in &design.random {
            let residuals = mean_residuals(&ols, &random.grouping, declaration.level)?;
            units.push(Units {
                factor: random.grouping.name.clone(),
                effect: "mean_residual".to_owned(),
                units: residuals.iter().map(unit).collect(),
            });
        }
        let fitted = design.response.iter().zip(&ols.fit.residuals).map(|(y, e)| y - e);
        let fitted = fitted.map(|fitted| Fitted { fixed: fitted, conditional: fitted }).collect();
        Ok(Findings {
            counts: Some(design.counts.clone()),
            notes: design.notes.clone(),
            coefficients: ols.coefficients(&covariance),
            summary: ols
                .adjusted_r_squared()
                .map(|share| ("adjusted_r_squared", share))
                .into_iter()
                .collect(),
            units,
            students: Students::new(&declaration.formula, data, &design, students).fitted(fitted),
            ..Findings::default()
        })
    }
}

fn unit(residual: &MeanResidual) -> Unit {
    Unit {
        unit: residual.unit.clone(),
        n: residual.n,
        effect: residual.mean,
        standard_error: Some(residual.standard_error),
        interval: residual.interval,
        ..Unit::default()
    }
}
