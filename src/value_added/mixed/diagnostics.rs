//! Residuals, and what a fit owes to each unit.
//!
//! Deletion of a unit: the model is fitted again without its rows. Cook's distance of the unit is
//! (β − β₍ⱼ₎)ᵀ C⁻¹ (β − β₍ⱼ₎)/p with C the covariance of the p fixed effects of the whole fit (E. Demidenko and T. Stukel,
//! Statistics in Medicine 24, 2005; D. Belsley, E. Kuh and R. Welsch, "Regression Diagnostics", 1980; R. Nieuwenhuis,
//! M. te Grotenhuis and B. Pelzer, "influence.ME", The R Journal 4, 2012).

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

/// A unit, and what changes when it is left out.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitInfluence {
    /// The unit.
    pub unit: String,
    /// Its rows.
    pub n: usize,
    /// The fit without it; `None` where the rest cannot be fitted.
    pub without: Option<Without>,
}

/// A fit without one unit, beside the fit of all.
#[derive(Debug, Clone, PartialEq)]
pub struct Without {
    /// β − β₍ⱼ₎ per fixed effect.
    pub change: Vec<f64>,
    /// Cook's distance of the unit.
    pub cooks_distance: f64,
    /// The largest |DFBETAS|: |β − β₍ⱼ₎| over the standard error without the unit.
    pub dfbetas: f64,
    /// Its fixed effect.
    pub most_changed: String,
    /// σ².
    pub residual_variance: f64,
    /// Variance of the factor's first effect.
    pub unit_variance: f64,
}

/// Refits need no more digits than a picture shows.
const TOLERANCE: f64 = 1e-6;

impl MixedModel {
    /// The residuals of a fit.
    ///
    /// # Errors
    /// [`ValueAddedError::Singular`].
    pub fn residuals(&self, fit: &MixedFit) -> Result<Residuals, ValueAddedError> {
        let rows = self.fitted(fit, &self.modes(fit)?);
        let mean: Vec<f64> = rows.iter().map(|row| row.fixed).collect();
        let fitted: Vec<f64> = rows.iter().map(|row| row.conditional).collect();
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
            let (unit, n) = (factor.levels[level].clone(), factor.sizes[level]);
            UnitInfluence { unit, n, without: self.without(fit, &keep, &factor.name) }
        };
        Ok((0..factor.levels.len()).into_par_iter().map(one).collect())
    }

    fn without(&self, fit: &MixedFit, keep: &[bool], factor: &str) -> Option<Without> {
        let model = Self::new(self.design.kept_rows(keep)?).ok()?;
        let start = (inside(&model, &fit.values), TOLERANCE);
        let system = &model.system;
        // The scales of slopes move a little with the rows: the start is near, not exact.
        let criterion: Criterion = fit.criterion;
        let other = model.fit_outcome(&system.outcome, &system.shift, criterion, start).ok()?;
        let pairs = || fit.fixed.iter().zip(&other.fixed);
        let change: Vec<f64> = pairs().map(|(own, other)| own.estimate - other.estimate).collect();
        let moved = pairs().zip(&change).map(|((own, other), d)| (d.abs() / other.standard_error, &own.name));
        let (dfbetas, most_changed) = moved.max_by(|a, b| a.0.total_cmp(&b.0))?;
        Some(Without {
            cooks_distance: distance(fit, &change)?,
            dfbetas,
            most_changed: most_changed.clone(),
            residual_variance: other.residual_variance,
            unit_variance: other.components.iter().find(|one| one.factor == factor)?.covariance[(0, 0)],
            change,
        })
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
    use crate::value_added::reference_tests::csv;

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
        let of = of.without.as_ref().unwrap();
        let change = &of.change;
        for (k, change) in change.iter().enumerate() {
            assert!((fit.fixed[k].estimate - rest.fixed[k].estimate - change).abs() < 1e-6);
        }
        let (a, b, c) = (fit.covariance[(0, 0)], fit.covariance[(0, 1)], fit.covariance[(1, 1)]);
        let (d, e) = (change[0], change[1]);
        let cook = (c * d * d - 2.0 * b * d * e + a * e * e) / (a * c - b * b) / 2.0;
        assert!((of.cooks_distance - cook).abs() < 1e-10);
        assert!((of.residual_variance - rest.residual_variance).abs() < 1e-6);
        assert!(whole.influence(&fit, "x").is_err());
    }

    /// lme4 1.1-31 fitted to the other 64 schools (bobyqa, rhoend 1e-12), Cook's distance by its formula.
    #[test]
    fn schools_change_the_model_as_much_as_in_lme4() {
        let Some(exam) = csv("datasets/value_added/exam.csv", &["school"]) else { return };
        let formula = Formula::parse("normexam ~ standLRT + sex + (1 | school)").unwrap();
        let model = MixedModel::new(Design::new(&formula, &exam).unwrap()).unwrap();
        let fit = model.fit(Criterion::Reml).unwrap();
        let found = model.influence(&fit, "school").unwrap();
        assert_eq!(found.len(), 65);
        for (school, distance, dfbetas, most, residual, variance) in [
            ("1", 0.044_612_049_080, 0.266_253_661_8, "standLRT", 0.560_321_157_97, 0.088_561_148_418),
            ("53", 0.203_784_688_110, 0.715_416_870_6, "standLRT", 0.557_053_111_08, 0.083_299_756_411),
            ("59", 0.044_090_120_165, 0.224_086_520_6, "(Intercept)", 0.563_857_863_16, 0.082_890_500_241),
        ] {
            let own =
                found.iter().find(|one| one.unit == school).and_then(|one| one.without.as_ref()).unwrap();
            for (ours, theirs) in [
                (own.cooks_distance, distance),
                (own.dfbetas, dfbetas),
                (own.residual_variance, residual),
                (own.unit_variance, variance),
            ] {
                assert!((ours - theirs).abs() < 1e-6, "{school}: {ours} {theirs}");
            }
            assert_eq!(own.most_changed, most);
        }
    }

    #[test]
    fn residuals_are_what_the_fit_leaves() {
        let model = model(&columns(None));
        let fit = model.fit(Criterion::Reml).unwrap();
        let residuals = model.residuals(&fit).unwrap();
        let response = &model.design().response;
        for (row, y) in response.iter().enumerate() {
            assert!((residuals.fitted[row] + residuals.conditional[row] - y).abs() < 1e-12);
            let standardised = residuals.conditional[row] / fit.residual_variance.sqrt();
            assert!((residuals.standardised[row] - standardised).abs() < 1e-12);
        }
        let fixed = model.fixed_prediction(&fit);
        assert!(
            fixed.iter().zip(&residuals.marginal).zip(response).all(|((f, e), y)| (f + e - y).abs() < 1e-12)
        );
    }
}
