//! Standard errors of covariance parameters and degrees of freedom of fixed effects.
//!
//! The observed information of the covariances Σ and of σ² is the derivative of the exact gradient of
//! −2 log L = df ln σ² + ln|V| [+ ln|XᵀV⁻¹X|] + yᵀPy/σ², taken by central differences with one extrapolation.
//! Degrees of freedom: F. E. Satterthwaite, Biometrics Bulletin 2 (1946), in the form of A. Kuznetsova, P. Brockhoff and
//! R. Christensen, Journal of Statistical Software 82 (2017): ν = 2 v² / (∇vᵀ A ∇v), with v the variance of the fixed
//! effect, ∇v its derivatives and A the covariance of the covariance parameters.

use super::fit::{MixedFit, MixedModel, Modes};
use super::small;
use super::system::Criterion;
use crate::stats::distribution::StudentT;
use crate::value_added::error::ValueAddedError;
use crate::value_added::ols::Coefficient;
use ndarray::Array2;

/// Relative step of the differences; with the extrapolation the error is of its fourth power.
const STEP: f64 = 2e-3;

/// A variance, a covariance or the residual variance with its standard error.
#[derive(Debug, Clone, PartialEq)]
pub struct CovarianceParameter {
    /// The grouping factor; `None` for the residual.
    pub factor: Option<String>,
    /// The effect.
    pub effect: String,
    /// The other effect of a covariance.
    pub with: Option<String>,
    /// The estimate.
    pub estimate: f64,
    /// Its standard error from the observed information.
    pub standard_error: f64,
}

/// What the curvature of the likelihood says about a fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Inference {
    /// The covariance parameters in the order of the components, the residual variance last.
    pub parameters: Vec<CovarianceParameter>,
    /// The fixed effects with Satterthwaite's degrees of freedom.
    pub fixed: Vec<Coefficient>,
    /// Covariance of the entries of Σ (of scaled effects) and of σ².
    pub(super) covariance: Array2<f64>,
}

/// One entry of a covariance matrix that is estimated.
pub(super) struct Entry {
    pub(super) factor: usize,
    pub(super) row: usize,
    pub(super) column: usize,
}

/// −2 log L at given Σ and σ².
pub(super) struct Slope {
    pub(super) value: f64,
    /// Its gradient in the entries of Σ and in σ².
    pub(super) gradient: Vec<f64>,
    /// The covariance of the fixed effects.
    pub(super) fixed: Array2<f64>,
}

impl MixedModel {
    /// Standard errors of the covariance parameters and Satterthwaite's degrees of freedom of the fixed effects.
    ///
    /// # Errors
    /// [`ValueAddedError::Singular`] on a boundary, where the likelihood has no such curvature.
    pub fn inference(&self, fit: &MixedFit) -> Result<Inference, ValueAddedError> {
        let entries = self.entries();
        let centre = self.natural(fit, &entries);
        let count = centre.len();
        let mut hessian = Array2::zeros((count, count));
        let mut slopes = Vec::with_capacity(count);
        for i in 0..count {
            let step = STEP * self.typical(&centre, &entries, i);
            let at = |shift: f64| {
                let mut moved = centre.clone();
                moved[i] += shift;
                let slope = self.natural_slope(fit.criterion, &entries, &moved);
                slope.map(|s| (s.gradient, s.fixed)).ok_or(ValueAddedError::Singular)
            };
            let (narrow, wide) = ((at(step)?, at(-step)?), (at(2.0 * step)?, at(-2.0 * step)?));
            let slope = |a: f64, b: f64, c: f64, d: f64| (8.0 * (a - b) - (c - d)) / (12.0 * step);
            for j in 0..count {
                hessian[(i, j)] = slope(narrow.0.0[j], narrow.1.0[j], wide.0.0[j], wide.1.0[j]);
            }
            let variances: Vec<f64> = (0..self.system.p)
                .map(|k| {
                    let at = |point: &(Vec<f64>, Array2<f64>)| point.1[(k, k)];
                    slope(at(&narrow.0), at(&narrow.1), at(&wide.0), at(&wide.1))
                })
                .collect();
            slopes.push(variances);
        }
        let covariance = twice_inverse(&hessian).ok_or(ValueAddedError::Singular)?;
        Ok(Inference {
            parameters: self.covariance_parameters(&entries, &centre, &covariance),
            fixed: satterthwaite(fit, &slopes, &covariance),
            covariance,
        })
    }

    pub(super) fn entries(&self) -> Vec<Entry> {
        let parameters = &self.system.parameters;
        parameters.iter().map(|p| Entry { factor: p.factor, row: p.row, column: p.column }).collect()
    }

    /// Σ entries (of scaled effects) and σ².
    pub(super) fn natural(&self, fit: &MixedFit, entries: &[Entry]) -> Vec<f64> {
        let lambdas = self.system.lambdas(&fit.values);
        let mut natural: Vec<f64> = entries
            .iter()
            .map(|entry| {
                let q = self.system.factors[entry.factor].q();
                let lambda = &lambdas[entry.factor];
                let product = |k: usize| lambda[entry.row * q + k] * lambda[entry.column * q + k];
                fit.residual_variance * (0..q).map(product).sum::<f64>()
            })
            .collect();
        natural.push(fit.residual_variance);
        natural
    }

    /// The size of a parameter: of a covariance, the geometric mean of its variances.
    fn typical(&self, values: &[f64], entries: &[Entry], index: usize) -> f64 {
        let Some(entry) = entries.get(index) else { return values[index] };
        let variance = |effect: usize| {
            let own = |e: &Entry| e.factor == entry.factor && e.row == effect && e.column == effect;
            entries.iter().position(own).map_or(0.0, |i| values[i])
        };
        (variance(entry.row) * variance(entry.column)).sqrt()
    }

    /// −2 log L, its gradient and the covariance of the fixed effects at given Σ (of scaled effects) and σ².
    pub(super) fn natural_slope(
        &self,
        criterion: Criterion,
        entries: &[Entry],
        values: &[f64],
    ) -> Option<Slope> {
        let system = &self.system;
        let sigma2 = values.last()?;
        let relative = self.relative(entries, values)?;
        let lambdas = self.roots(&relative)?;
        let (solution, by_covariance) = system.covariance_gradient(&lambdas, criterion, *sigma2)?;
        let mut gradient: Vec<f64> = entries
            .iter()
            .map(|entry| {
                let q = system.factors[entry.factor].q();
                let both = if entry.row == entry.column { 1.0 } else { 2.0 };
                both * by_covariance[entry.factor][entry.row * q + entry.column] / sigma2
            })
            .collect();
        let df = system.df(criterion);
        let products = relative
            .iter()
            .zip(&by_covariance)
            .map(|(s, g)| s.iter().zip(g).map(|(a, b)| a * b).sum::<f64>());
        gradient.push((df - solution.square / sigma2 - products.sum::<f64>()) / sigma2);
        // `solution.value` stands at its own σ² = square/df.
        let own = solution.square / df;
        let value = solution.value + df * ((sigma2 / own).ln() + own / sigma2 - 1.0);
        Some(Slope { value, gradient, fixed: self.fixed_covariance(&solution, *sigma2) })
    }

    /// Σ/σ² of each factor.
    fn relative(&self, entries: &[Entry], values: &[f64]) -> Option<Vec<Vec<f64>>> {
        let factors = &self.system.factors;
        let (sigma2, covariances) = values.split_last()?;
        let mut relative: Vec<Vec<f64>> = factors.iter().map(|f| vec![0.0; f.q() * f.q()]).collect();
        for (entry, value) in entries.iter().zip(covariances) {
            let q = factors[entry.factor].q();
            relative[entry.factor][entry.row * q + entry.column] = value / sigma2;
            relative[entry.factor][entry.column * q + entry.row] = value / sigma2;
        }
        Some(relative)
    }

    /// Their Cholesky factors; `None` when one is not positive definite.
    fn roots(&self, relative: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
        let mut lambdas = relative.to_vec();
        for (lambda, factor) in lambdas.iter_mut().zip(&self.system.factors) {
            small::cholesky(lambda, factor.q()).then_some(())?;
        }
        Some(lambdas)
    }

    /// Conditional modes whose variances of prediction error also hold the uncertainty of the estimated variances:
    /// ∇bᵀA∇b is added, with ∇b the derivative of the mode by the covariance parameters and A their covariance
    /// (R. Kass and D. Steffey, JASA 84, 1989). Without it intervals of effects of few, small units are too short.
    ///
    /// # Errors
    /// [`ValueAddedError::Singular`].
    pub fn corrected_modes(
        &self,
        fit: &MixedFit,
        inference: &Inference,
    ) -> Result<Vec<Modes>, ValueAddedError> {
        let entries = self.entries();
        let centre = self.natural(fit, &entries);
        let at = |index: usize, shift: f64| -> Option<Vec<f64>> {
            let mut values = centre.clone();
            values[index] += shift;
            let lambdas = self.roots(&self.relative(&entries, &values)?)?;
            Some(self.system.solve(&self.system.outcome, &lambdas, fit.criterion)?.0.b)
        };
        let mut slopes = Vec::with_capacity(centre.len());
        for index in 0..centre.len() {
            let step = STEP * self.typical(&centre, &entries, index);
            let ends = at(index, step).zip(at(index, -step)).ok_or(ValueAddedError::Singular)?;
            let slope = |(up, down): (&f64, &f64)| (up - down) / (2.0 * step);
            slopes.push(ends.0.iter().zip(&ends.1).map(slope).collect::<Vec<f64>>());
        }
        let mut all = self.modes(fit)?;
        for ((factor, modes), offset) in self.system.factors.iter().zip(&mut all).zip(self.system.offsets()) {
            let q = factor.q();
            for (level, prediction) in modes.prediction.iter_mut().enumerate() {
                for ((i, j), variance) in prediction.indexed_iter_mut() {
                    let (a, b) = (offset + level * q + i, offset + level * q + j);
                    let scale = factor.effects[i].scale * factor.effects[j].scale;
                    let more = inference.covariance.indexed_iter();
                    let more: f64 = more.map(|((s, t), c)| slopes[s][a] * c * slopes[t][b]).sum();
                    *variance += more / scale;
                }
            }
        }
        Ok(all)
    }

    fn covariance_parameters(
        &self,
        entries: &[Entry],
        values: &[f64],
        covariance: &Array2<f64>,
    ) -> Vec<CovarianceParameter> {
        let mut parameters: Vec<CovarianceParameter> = entries
            .iter()
            .enumerate()
            .map(|(i, entry)| {
                let factor = &self.system.factors[entry.factor];
                let (row, column) = (&factor.effects[entry.row], &factor.effects[entry.column]);
                let scale = row.scale * column.scale;
                CovarianceParameter {
                    factor: Some(factor.name.clone()),
                    effect: column.name.clone(),
                    with: (entry.row != entry.column).then(|| row.name.clone()),
                    estimate: values[i] / scale,
                    standard_error: covariance[(i, i)].sqrt() / scale,
                }
            })
            .collect();
        let last = entries.len();
        parameters.push(CovarianceParameter {
            factor: None,
            effect: "residual".to_owned(),
            with: None,
            estimate: values[last],
            standard_error: covariance[(last, last)].sqrt(),
        });
        parameters
    }
}

fn satterthwaite(fit: &MixedFit, slopes: &[Vec<f64>], covariance: &Array2<f64>) -> Vec<Coefficient> {
    let row = |(k, effect): (usize, &super::fit::FixedEffect)| {
        let slope: Vec<f64> = slopes.iter().map(|s| s[k]).collect();
        let spread: f64 = (0..slope.len())
            .map(|i| slope[i] * (0..slope.len()).map(|j| covariance[(i, j)] * slope[j]).sum::<f64>())
            .sum();
        let variance = effect.standard_error.powi(2);
        let df = (spread > 0.0).then(|| 2.0 * variance * variance / spread);
        let t = df.and_then(StudentT::new);
        Coefficient {
            name: effect.name.clone(),
            estimate: effect.estimate,
            standard_error: effect.standard_error,
            statistic: effect.statistic,
            df,
            p_value: t.and_then(|t| t.two_sided(effect.statistic)),
        }
    };
    fit.fixed.iter().enumerate().map(row).collect()
}

/// 2 H⁻¹ of a positive definite matrix, scaled first.
fn twice_inverse(hessian: &Array2<f64>) -> Option<Array2<f64>> {
    let n = hessian.nrows();
    let scale: Vec<f64> = (0..n).map(|i| hessian[(i, i)].sqrt()).collect();
    let mut l: Vec<f64> = (0..n * n)
        .map(|x| {
            let (i, j) = (x / n, x % n);
            0.5 * (hessian[(i, j)] + hessian[(j, i)]) / (scale[i] * scale[j])
        })
        .collect();
    small::cholesky(&mut l, n).then_some(())?;
    let inverse = small::inverse(&l, n);
    Some(Array2::from_shape_fn((n, n), |(i, j)| 2.0 * inverse[i * n + j] / (scale[i] * scale[j])))
}

#[cfg(test)]
mod tests;
