//! The mean residual of each unit: the plain value added of published school tables.
//!
//! A least-squares fit of the outcome on the prior score (often with its square and cube); the value added of a unit is
//! the mean residual of its students, with standard error s/√n and s the standard deviation of all residuals. Unlike
//! the shrunken effects of a mixed model, small units are not drawn towards the mean.

use super::design::Grouping;
use super::error::ValueAddedError;
use super::ols::Ols;
use crate::stats::Interval;
use crate::stats::{interval, moments};

/// The mean residual of one unit.
#[derive(Debug, Clone, PartialEq)]
pub struct MeanResidual {
    /// The unit.
    pub unit: String,
    /// Its students.
    pub n: usize,
    /// Mean residual.
    pub mean: f64,
    /// s/√n.
    pub standard_error: f64,
    /// mean ± z·standard error.
    pub interval: Option<Interval>,
}

/// The mean residual of each unit, in the order of the levels.
///
/// # Errors
/// A grouping of other rows, residuals without spread.
pub fn mean_residuals(ols: &Ols, units: &Grouping, level: f64) -> Result<Vec<MeanResidual>, ValueAddedError> {
    let (residuals, rows) = (&ols.fit.residuals, units.codes.len());
    if residuals.len() != rows {
        let expected = residuals.len();
        return Err(ValueAddedError::UnequalColumns { column: units.name.clone(), rows, expected });
    }
    let sd = moments::sd(residuals).ok_or(ValueAddedError::PerfectFit)?;
    let mut sums = vec![0.0; units.levels.len()];
    units.codes.iter().zip(residuals).for_each(|(&code, e)| sums[code as usize] += e);
    let unit = |((unit, n), sum): ((&String, usize), &f64)| {
        let (mean, standard_error) = (sum / n as f64, sd / (n as f64).sqrt());
        MeanResidual {
            unit: unit.clone(),
            n,
            mean,
            standard_error,
            interval: interval::normal(mean, standard_error, level),
        }
    };
    Ok(units.levels.iter().zip(units.sizes()).zip(&sums).map(unit).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value_added::design::Design;
    use crate::value_added::formula::Formula;
    use crate::value_added::reference_tests::{close, csv, number, reference};

    #[test]
    fn schools_have_the_mean_residuals_of_the_published_method() {
        let Some(expected) = reference("value_added_mean_residual_exam.json") else { return };
        let exam = csv("datasets/value_added/exam.csv", &["school"]).unwrap();
        let formula = "normexam ~ standLRT + standLRT^2 + standLRT^3 + (1 | school)";
        let design = Design::new(&Formula::parse(formula).unwrap(), &exam).unwrap();
        let ols = Ols::fixed_part(&design).unwrap();
        for (ours, theirs) in ols.fit.coefficients.iter().zip(expected["coef"].as_array().unwrap()) {
            close(*ours, number(theirs), 1e-10, "coefficient");
        }
        let units = mean_residuals(&ols, &design.random[0].grouping, 0.95).unwrap();
        for theirs in expected["schools"].as_array().unwrap() {
            let ours = units.iter().find(|unit| unit.unit == theirs["school"].as_str().unwrap()).unwrap();
            close(ours.mean, number(&theirs["mean"]), 1e-10, &ours.unit);
            close(ours.standard_error, number(&theirs["se_national_sd"]), 1e-10, &ours.unit);
        }
    }
}
