//! Comparing fits, and how much of the variance they explain.

use super::fit::{MixedFit, MixedModel};
use super::system::Criterion;
use crate::stats::distribution::ChiSquared;
use crate::stats::moments;
use crate::value_added::error::ValueAddedError;

/// A likelihood-ratio test of a smaller model inside a larger one.
#[derive(Debug, Clone, PartialEq)]
pub struct LikelihoodRatio {
    /// Twice the difference of the log-likelihoods.
    pub chi_squared: f64,
    /// Parameters the larger model has more.
    pub df: usize,
    /// P(χ²_df > chi_squared).
    pub p_value: Option<f64>,
    /// ½ P(χ²_{df−1} > x) + ½ P(χ²_df > x): the test of one more random effect, whose variance stands on the boundary
    /// under the smaller model (S. Self and K.-Y. Liang, JASA 82, 1987; D. Stram and J. Lee, Biometrics 50, 1994).
    pub p_boundary: Option<f64>,
}

/// Tests `smaller` against `larger`, both fitted to the same rows by the same criterion.
///
/// # Errors
/// [`ValueAddedError::NotComparable`]: other rows, other criteria, restricted likelihoods of different fixed parts, no
/// additional parameter.
pub fn likelihood_ratio(smaller: &MixedFit, larger: &MixedFit) -> Result<LikelihoodRatio, ValueAddedError> {
    let names = |fit: &MixedFit| fit.fixed.iter().map(|effect| effect.name.clone()).collect::<Vec<_>>();
    let reason = if smaller.n != larger.n {
        Some("they use different rows")
    } else if smaller.criterion != larger.criterion {
        Some("they maximise different likelihoods")
    } else if smaller.criterion == Criterion::Reml && names(smaller) != names(larger) {
        Some("restricted likelihoods of different fixed parts")
    } else if larger.n_parameters <= smaller.n_parameters {
        Some("the larger model has no additional parameter")
    } else {
        None
    };
    if let Some(reason) = reason {
        return Err(ValueAddedError::NotComparable { reason });
    }
    let chi_squared = (smaller.value - larger.value).max(0.0);
    let df = larger.n_parameters - smaller.n_parameters;
    let tail = |df: usize| match df {
        0 => Some(f64::from(u8::from(chi_squared <= 0.0))),
        df => ChiSquared::new(df as f64)?.sf(chi_squared),
    };
    let p_value = tail(df);
    let p_boundary = p_value.zip(tail(df - 1)).map(|(a, b)| 0.5 * (a + b));
    Ok(LikelihoodRatio { chi_squared, df, p_value, p_boundary })
}

/// Shares of the variance (S. Nakagawa and H. Schielzeth, Methods in Ecology and Evolution 4, 2013; with slopes
/// P. Johnson, the same 5, 2014).
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// Variance of the fixed predictions.
    pub fixed: f64,
    /// Mean variance zᵀΣz over the rows of each random term, then of each multiple membership.
    pub random: Vec<f64>,
    /// Residual variance.
    pub residual: f64,
    /// fixed / total.
    pub r_squared_marginal: f64,
    /// (fixed + random) / total.
    pub r_squared_conditional: f64,
    /// random / (random + residual), per random term: the intraclass correlation.
    pub icc: Vec<f64>,
}

/// How the variance of the outcome is shared out.
#[must_use]
pub fn explained(model: &MixedModel, fit: &MixedFit) -> Explained {
    let prediction = model.fixed_prediction(fit);
    // Population variance, as in the sources.
    let fixed = moments::Moments::of(&prediction).map_or(0.0, |m| m.sum_of_squares / m.n as f64);
    let shared = model.design.memberships.iter().filter_map(|membership| {
        let component = fit.components.iter().find(|c| c.factor == membership.name())?;
        let squares: f64 = membership.rows().iter().flatten().map(|(_, share)| share * share).sum();
        Some(component.covariance[(0, 0)] * squares / fit.n as f64)
    });
    let random: Vec<f64> = model
        .design
        .random
        .iter()
        .filter_map(|term| {
            let names: Vec<&str> = term.columns.iter().map(|c| c.name.as_str()).collect();
            let same = |c: &&super::fit::Component| c.factor == term.grouping.name && c.effects == names;
            let component = fit.components.iter().find(same)?;
            let columns: Vec<Option<&Vec<f64>>> = term.columns.iter().map(|c| c.values.as_ref()).collect();
            let product = |i: usize, j: usize| -> f64 {
                let value = |k: usize, row: usize| columns[k].map_or(1.0, |values| values[row]);
                (0..fit.n).map(|row| value(i, row) * value(j, row)).sum::<f64>() / fit.n as f64
            };
            let q = columns.len();
            let pairs = (0..q).flat_map(|i| (0..q).map(move |j| (i, j)));
            Some(pairs.map(|(i, j)| component.covariance[(i, j)] * product(i, j)).sum())
        })
        .chain(shared)
        .collect();
    let residual = fit.residual_variance;
    let between: f64 = random.iter().sum();
    let total = fixed + between + residual;
    Explained {
        fixed,
        residual,
        r_squared_marginal: fixed / total,
        r_squared_conditional: (fixed + between) / total,
        icc: random.iter().map(|variance| variance / (between + residual)).collect(),
        random,
    }
}
