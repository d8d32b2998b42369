//! Residuals, and what a fit owes to each unit.
//!
//! Deletion of a unit: the model is fitted again without its rows. Cook's distance of the unit is
//! (β − β₍ⱼ₎)ᵀ C⁻¹ (β − β₍ⱼ₎)/p with C the covariance of the fixed effects of the whole fit (E. Demidenko and T. Stukel,
//! Statistics in Medicine 24, 2005).

use super::fit::{MixedFit, MixedModel};
use super::profile::inside;
use super::small;
use super::system::Criterion;
use crate::value_added::error::ValueAddedError;
use rayon::prelude::*;

/// Residuals of the rows used, in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct Residuals {
    /// Xβ + Zb.
    pub fitted: Vec<f64>,
    /// y − Xβ.
    pub marginal: Vec<f64>,
    /// y − Xβ − Zb.
    pub conditional: Vec<f64>,
    /// Conditional residuals times √weight, over σ.
    pub standardised: Vec<f64>,
}

/// What changes when a unit is left out.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitInfluence {
    /// The unit.
    pub unit: String,
    /// Its rows.
    pub n: usize,
    /// β − β without the unit, per fixed effect; `None` when the rest cannot be fitted.
    pub change: Option<Vec<f64>>,
    /// Cook's distance of the unit.
    pub cooks_distance: Option<f64>,
    /// σ² without the unit.
    pub residual_variance: Option<f64>,
    /// The variances of the effects without the unit, in the order of the components.
    pub variances: Option<Vec<f64>>,
}

/// Refits need no more digits than a picture shows.
const TOLERANCE: f64 = 1e-6;

impl MixedModel {
    /// The residuals of a fit.
    ///
    /// # Errors
    /// [`ValueAddedError::Singular`].
    pub fn residuals(&self, fit: &MixedFit) -> Result<Residuals, ValueAddedError> {
        let mean = self.fixed_prediction(fit);
        let mut fitted = mean.clone();
        for (factor, modes) in self.system.factors.iter().zip(self.modes(fit)?) {
            for (e, effect) in factor.effects.iter().enumerate() {
                for (row, y) in fitted.iter_mut().enumerate() {
                    let z = effect.scale * effect.values.as_ref().map_or(1.0, |values| values[row]);
                    factor.for_each_member(row, |code, share| *y += share * z * modes.modes[(code, e)]);
                }
            }
        }
        let response = &self.design.response;
        let minus = |from: &[f64]| -> Vec<f64> { response.iter().zip(from).map(|(y, m)| y - m).collect() };
        let (marginal, conditional) = (minus(&mean), minus(&fitted));
        let sigma = fit.residual_variance.sqrt();
        let root = |row: usize| self.system.roots.as_ref().map_or(1.0, |roots| roots[row]);
        let standardised = conditional.iter().enumerate().map(|(row, e)| e * root(row) / sigma).collect();
        Ok(Residuals { fitted, marginal, conditional, standardised })
    }

    /// The influence of every level of a grouping factor on the fit, in the order of the levels. A level of a multiple
    /// membership takes all rows with it that it has a share in.
    ///
    /// # Errors
    /// [`ValueAddedError::NoSuchColumn`] for a factor the model does not have.
    pub fn influence(&self, fit: &MixedFit, factor: &str) -> Result<Vec<UnitInfluence>, ValueAddedError> {
        let found = self.system.factors.iter().find(|f| f.name == factor);
        let factor = found.ok_or_else(|| ValueAddedError::NoSuchColumn {
            column: factor.to_owned(),
            known: self.system.factors.iter().map(|f| f.name.clone()).collect(),
        })?;
        let mut rows: Vec<Vec<usize>> = vec![Vec::new(); factor.levels.len()];
        for row in 0..self.system.n {
            factor.for_each_member(row, |code, _| rows[code].push(row));
        }
        let one = |level: usize| {
            let mut keep = vec![true; self.system.n];
            rows[level].iter().for_each(|row| keep[*row] = false);
            let without = self.without(fit, &keep);
            let change = without.as_ref().map(|other| {
                let pairs = fit.fixed.iter().zip(&other.fixed);
                pairs.map(|(a, b)| a.estimate - b.estimate).collect::<Vec<f64>>()
            });
            let variances = without
                .as_ref()
                .map(|other| other.components.iter().flat_map(|c| c.covariance.diag().to_vec()).collect());
            UnitInfluence {
                unit: factor.levels[level].clone(),
                n: factor.sizes[level],
                cooks_distance: change.as_ref().and_then(|change| distance(fit, change)),
                residual_variance: without.as_ref().map(|other| other.residual_variance),
                variances,
                change,
            }
        };
        Ok((0..factor.levels.len()).into_par_iter().map(one).collect())
    }

    fn without(&self, fit: &MixedFit, keep: &[bool]) -> Option<MixedFit> {
        let model = Self::new(self.design.kept_rows(keep)?).ok()?;
        let start = (inside(&model, &fit.values), TOLERANCE);
        let system = &model.system;
        // The scales of slopes move a little with the rows: the start is near, not exact.
        let criterion: Criterion = fit.criterion;
        model.fit_outcome(&system.outcome, &system.shift, criterion, start).ok()
    }
}

fn distance(fit: &MixedFit, change: &[f64]) -> Option<f64> {
    let p = change.len();
    let mut l: Vec<f64> = fit.covariance.iter().copied().collect();
    small::cholesky(&mut l, p).then_some(())?;
    let mut d = change.to_vec();
    small::forward(&l, p, &mut d, 1);
    Some(d.iter().map(|x| x * x).sum::<f64>() / p as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value_added::data::{Column, Data};
    use crate::value_added::design::Design;
    use crate::value_added::formula::Formula;

    const FORMULA: &str = "y ~ x + (1 + x | g) + (1 | h)";

    fn columns(skip: Option<f64>) -> Data {
        let rows: Vec<usize> = (0..160).filter(|i| skip.is_none_or(|g| (i % 12) as f64 != g)).collect();
        let number = |f: fn(usize) -> f64| Column::numbers(&rows.iter().map(|i| f(*i)).collect::<Vec<_>>());
        Data::new([
            ("x".to_owned(), number(|i| ((i * 31) % 17) as f64 / 8.0)),
            ("g".to_owned(), number(|i| (i % 12) as f64)),
            ("h".to_owned(), number(|i| ((i / 12) % 5) as f64)),
            (
                "y".to_owned(),
                number(|i| {
                    let unit = (i % 12) as f64;
                    let noise = ((i * 7919) % 101) as f64 / 40.0 + (i / 12 % 5) as f64;
                    noise + unit / 3.0 + ((i * 31) % 17) as f64 / 8.0 * (1.0 + (unit * 1.7).sin())
                }),
            ),
        ])
        .unwrap()
    }

    fn model(data: &Data) -> MixedModel {
        MixedModel::new(Design::new(&Formula::parse(FORMULA).unwrap(), data).unwrap()).unwrap()
    }

    #[test]
    fn the_influence_of_a_unit_is_the_fit_without_its_rows() {
        let whole = model(&columns(None));
        let fit = whole.fit(Criterion::Reml).unwrap();
        let influence = whole.influence(&fit, "g").unwrap();
        assert_eq!(influence.len(), 12);
        let rest = model(&columns(Some(4.0))).fit(Criterion::Reml).unwrap();
        let of = &influence[4];
        assert_eq!((of.unit.as_str(), of.n), ("4", (0..160).filter(|i| i % 12 == 4).count()));
        let change = of.change.as_ref().unwrap();
        for (k, change) in change.iter().enumerate() {
            assert!((fit.fixed[k].estimate - rest.fixed[k].estimate - change).abs() < 1e-6);
        }
        let (a, b, c) = (fit.covariance[(0, 0)], fit.covariance[(0, 1)], fit.covariance[(1, 1)]);
        let (d, e) = (change[0], change[1]);
        let cook = (c * d * d - 2.0 * b * d * e + a * e * e) / (a * c - b * b) / 2.0;
        assert!((of.cooks_distance.unwrap() - cook).abs() < 1e-10);
        assert!((of.residual_variance.unwrap() - rest.residual_variance).abs() < 1e-6);
        assert!(whole.influence(&fit, "x").is_err());
    }

    #[test]
    fn residuals_satisfy_hendersons_equations() {
        let model = model(&columns(None));
        let fit = model.fit(Criterion::Reml).unwrap();
        let residuals = model.residuals(&fit).unwrap();
        let e = &residuals.conditional;
        for column in &model.design().columns {
            assert!(column.iter().zip(e).map(|(x, e)| x * e).sum::<f64>().abs() < 1e-8);
        }
        let modes = model.modes(&fit).unwrap();
        let (h, tau) = (&modes[1], fit.components[1].covariance[(0, 0)]);
        for level in 0..h.levels.len() {
            let codes = model.system.factors[1].codes.iter().zip(e);
            let sum: f64 = codes.filter(|(c, _)| **c as usize == level).map(|(_, e)| e).sum();
            let mode = h.modes[(level, 0)];
            assert!((sum - mode * fit.residual_variance / tau).abs() < 1e-7, "{level}");
        }
        let sum = |row: usize| residuals.fitted[row] + e[row] - model.design().response[row];
        assert!((0..160).all(|row| sum(row).abs() < 1e-12));
    }
}
