//! The mean residual of each unit after least squares: the plain value added of published tables.

use super::Model;
use crate::value_added::data::{Column, Data};
use crate::value_added::design::{Design, Grouping};
use crate::value_added::error::ValueAddedError;
use crate::value_added::mean_residual::{MeanResidual, mean_residuals};
use crate::value_added::ols::{Ols, Robust};
use crate::value_added::study::{Declaration, Findings, Unit, Units};

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
        _students: &[u32],
    ) -> Result<Findings, ValueAddedError> {
        let factor = declaration.unit.as_deref().unwrap_or_default();
        if let Some(random) = declaration.formula.random.first() {
            return Err(ValueAddedError::RandomTerm {
                term: format!("(… | {})", random.grouping.join(":"))
            });
        }
        let design = Design::new(&declaration.formula, data)?;
        let ols = Ols::new(&design)?;
        let covariance = ols.covariance(Robust::Classical, None)?;
        let units = grouping(data, &design, factor)?;
        let residuals = mean_residuals(&ols, &units, declaration.level)?;
        Ok(Findings {
            counts: Some(design.counts.clone()),
            notes: design.notes.clone(),
            coefficients: ols.coefficients(&covariance),
            summary: ols
                .adjusted_r_squared()
                .map(|share| ("adjusted_r_squared", share))
                .into_iter()
                .collect(),
            units: vec![Units {
                factor: factor.to_owned(),
                effect: "mean_residual".to_owned(),
                units: residuals.iter().map(unit).collect(),
            }],
            ..Findings::default()
        })
    }
}

/// The units of the rows a design used; a student without a unit forms none.
pub(super) fn grouping(data: &Data, design: &Design, factor: &str) -> Result<Grouping, ValueAddedError> {
    let Column::Category(category) = data.column(factor)? else {
        return Err(ValueAddedError::NotCategorical { column: factor.to_owned() });
    };
    let codes: Vec<Option<u32>> = design.rows.iter().map(|row| category.codes()[*row]).collect();
    let mut levels: Vec<u32> = codes.iter().flatten().copied().collect();
    levels.sort_unstable();
    levels.dedup();
    if codes.contains(&None) {
        return Err(ValueAddedError::NoCompleteRow { rows: codes.len() });
    }
    if levels.len() < 2 {
        return Err(ValueAddedError::OneLevel { factor: factor.to_owned() });
    }
    let place = |code: u32| levels.partition_point(|level| *level < code) as u32;
    Ok(Grouping {
        name: factor.to_owned(),
        levels: levels.iter().map(|code| category.levels()[*code as usize].clone()).collect(),
        codes: codes.into_iter().flatten().map(place).collect(),
    })
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
