//! Where a student's growth leads: trajectories of constant percentile, and the percentile a target needs.
//!
//! The p-th trajectory always uses the p-th quantile curve; at each step the 100 trajectories of a student are sorted
//! anew. The growth target is the smallest percentile whose trajectory reaches the cut score.

use super::percentiles::{GrowthModel, QUANTILES};
use crate::value_added::error::ValueAddedError;

/// One step of a projection: the curves that lead to the next grade from as many prior scores as they have knots.
pub type Step<'a> = &'a GrowthModel;

/// The trajectories of one student: per step the 100 projected scores, sorted.
///
/// `history` holds the student's scores, the most recent first. Step k uses the projected scores of the steps before it
/// as the most recent priors, and as much of the history as its model has room for.
///
/// # Errors
/// [`ValueAddedError::TooFewValues`] when a step needs more prior scores than there are.
pub fn trajectories(steps: &[Step<'_>], history: &[f64]) -> Result<Vec<Vec<f64>>, ValueAddedError> {
    let mut paths: Vec<Vec<f64>> = Vec::with_capacity(steps.len());
    for step in steps {
        let (needed, found) = (step.knots.len(), paths.len() + history.len());
        if needed > found {
            return Err(ValueAddedError::TooFewValues { statistic: "a growth projection", needed, found });
        }
        let mut next: Vec<f64> = (0..step.coefficients.len())
            .map(|quantile| {
                let projected = paths.iter().rev().map(|path| path[quantile]);
                let priors: Vec<f64> = projected.chain(history.iter().copied()).take(needed).collect();
                step.prediction(quantile, &priors)
            })
            .collect();
        next.sort_by(f64::total_cmp);
        paths.push(next);
    }
    Ok(paths)
}

/// The score to which the trajectory of a percentile (1 to 99) leads: the curve of τ = (p − ½)/100.
#[must_use]
pub fn at_percentile(sorted: &[f64], percentile: u8) -> Option<f64> {
    (1..=99).contains(&percentile).then_some(())?;
    sorted.get(usize::from(percentile) - 1).copied().filter(|_| sorted.len() == QUANTILES)
}

/// The smallest percentile (1 to 99) whose trajectory reaches the cut score; `None` when not even the 99th does.
#[must_use]
pub fn target_percentile(sorted: &[f64], cut: f64) -> Option<u8> {
    (1..=99).find(|&percentile| at_percentile(sorted, percentile).is_some_and(|score| score >= cut))
}

#[cfg(test)]
mod tests;
