//! Student growth percentiles: where a student's score stands among students with the same prior scores.
//!
//! D. Betebenner, "Norm- and criterion-referenced student growth", Educational Measurement: Issues and Practice 28
//! (2009). For τ = 0.005, 0.015, …, 0.995 the score is regressed on an intercept and cubic B-splines of each prior
//! score; the 100 predictions of a student are sorted (crossing is common), and the percentile is the number of
//! predictions below the score, at least 1 and at most 99.

use super::quantile::quantile_regression;
use super::spline::Knots;
use crate::value_added::error::ValueAddedError;
use ndarray::Array2;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// How many quantiles are fitted.
pub const QUANTILES: usize = 100;

/// τ per task; neighbours share their solution, so a task holds a run of them.
const TAUS_PER_TASK: usize = 25;

/// Predictions are rounded to this many decimals before they are compared with a score.
const DECIMALS: f64 = 1e5;

/// The τ of the fits: (k − ½)/100.
#[must_use]
pub fn taus() -> Vec<f64> {
    (1..=QUANTILES).map(|k| (k as f64 - 0.5) / QUANTILES as f64).collect()
}

/// The fitted quantile curves, which can be kept and used on later cohorts (baseline-referenced percentiles).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GrowthModel {
    /// Knots of each prior score, the most recent first.
    pub knots: Vec<Knots>,
    /// Lowest and highest possible score; predictions are kept inside.
    pub limits: Option<(f64, f64)>,
    /// Coefficients per τ: the intercept, then the functions of each prior score.
    pub coefficients: Vec<Vec<f64>>,
    /// Minimum of the objective per τ.
    pub objectives: Vec<f64>,
    /// Students the curves were fitted to.
    pub n: usize,
}

/// The growth of one student.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percentile(pub u8);

impl GrowthModel {
    /// Fits the curves of a score on prior scores, the most recent prior first.
    ///
    /// # Errors
    /// Unequal lengths, too few students, priors without spread, curves that cannot be told apart.
    pub fn fit(
        priors: &[&[f64]],
        scores: &[f64],
        knots: Vec<Knots>,
        limits: Option<(f64, f64)>,
    ) -> Result<Self, ValueAddedError> {
        for prior in priors {
            if prior.len() != scores.len() {
                let (rows, expected) = (prior.len(), scores.len());
                return Err(ValueAddedError::UnequalColumns {
                    column: "prior score".to_owned(),
                    rows,
                    expected,
                });
            }
        }
        if knots.len() != priors.len() {
            let (needed, found) = (priors.len(), knots.len());
            return Err(ValueAddedError::TooFewValues { statistic: "a growth model's knots", needed, found });
        }
        let mut model =
            Self { knots, limits, coefficients: Vec::new(), objectives: Vec::new(), n: scores.len() };
        let design = model.design(priors);
        let taus = taus();
        let parts: Vec<_> = taus
            .par_chunks(TAUS_PER_TASK)
            .map(|taus| quantile_regression(design.view(), scores, taus))
            .collect::<Result<_, _>>()?;
        for fit in parts.into_iter().flatten() {
            model.coefficients.push(fit.coefficients);
            model.objectives.push(fit.objective);
        }
        Ok(model)
    }

    fn design(&self, priors: &[&[f64]]) -> Array2<f64> {
        let n = priors.first().map_or(0, |prior| prior.len());
        let columns = 1 + self.knots.iter().map(Knots::columns).sum::<usize>();
        let mut design = Array2::zeros((n, columns));
        for (i, mut row) in design.rows_mut().into_iter().enumerate() {
            let Some(row) = row.as_slice_mut() else { continue };
            self.fill(row, priors.iter().map(|prior| prior[i]));
        }
        design
    }

    fn fill(&self, row: &mut [f64], priors: impl Iterator<Item = f64>) {
        row[0] = 1.0;
        let mut start = 1;
        for (knots, x) in self.knots.iter().zip(priors) {
            let end = start + knots.columns();
            knots.basis(x, &mut row[start..end]);
            start = end;
        }
    }

    /// The 100 predictions of one student, sorted, kept inside the limits and rounded to five decimals.
    #[must_use]
    pub fn predictions(&self, priors: &[f64]) -> Vec<f64> {
        let mut row = vec![0.0; self.coefficients.first().map_or(1, Vec::len)];
        self.fill(&mut row, priors.iter().copied());
        let product = |b: &Vec<f64>| b.iter().zip(&row).map(|(b, x)| b * x).sum::<f64>();
        let mut predictions: Vec<f64> = self.coefficients.iter().map(product).collect();
        if let Some((low, high)) = self.limits {
            predictions.iter_mut().for_each(|x| *x = x.clamp(low, high));
        }
        predictions.sort_by(f64::total_cmp);
        predictions.iter_mut().for_each(|x| *x = rounded(*x));
        predictions
    }

    /// The prediction of one curve (from 0), kept inside the limits.
    #[must_use]
    pub fn prediction(&self, quantile: usize, priors: &[f64]) -> f64 {
        let mut row = vec![0.0; self.coefficients[quantile].len()];
        self.fill(&mut row, priors.iter().copied());
        let value = self.coefficients[quantile].iter().zip(&row).map(|(b, x)| b * x).sum::<f64>();
        self.limits.map_or(value, |(low, high)| value.clamp(low, high))
    }

    /// The growth percentile of one student.
    #[must_use]
    pub fn percentile(&self, priors: &[f64], score: f64) -> Percentile {
        percentile_among(&self.predictions(priors), score)
    }

    /// The growth percentiles of many students.
    #[must_use]
    pub fn percentiles(&self, priors: &[&[f64]], scores: &[f64]) -> Vec<Percentile> {
        let one = |(i, score): (usize, &f64)| {
            let own: Vec<f64> = priors.iter().map(|prior| prior[i]).collect();
            self.percentile(&own, *score)
        };
        scores.par_iter().enumerate().map(one).collect()
    }
}

/// To five decimals; first to ten, so that the noise of the last bits does not decide a tie.
fn rounded(x: f64) -> f64 {
    let clean = (x * 1e10).round_ties_even() / 1e10;
    (clean * DECIMALS).round_ties_even() / DECIMALS
}

/// The number of sorted predictions strictly below the score, 1 for none and 99 for all.
#[must_use]
pub fn percentile_among(predictions: &[f64], score: f64) -> Percentile {
    let below = predictions.partition_point(|x| *x < score);
    Percentile(u8::try_from(below.clamp(1, 99)).unwrap_or(99))
}

#[cfg(test)]
pub(in crate::value_added) mod tests;
