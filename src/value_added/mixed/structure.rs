//! What the fitting needs to know of the random part, whatever its structure.

use super::crossed::Crossed;
use super::factor::Factor;
use super::nested::Nested;
use crate::value_added::error::ValueAddedError;

/// The cross-products ZᵀZ of the random part. Vectors hold all effects of the first factor, level by level, then those
/// of the second; with k columns they are stored effect by effect.
pub(super) trait Structure: Send + Sync {
    /// Effects of all factors together.
    fn n_effects(&self) -> usize;

    /// ZᵀZ v.
    fn cross_times(&self, v: &[f64], k: usize) -> Vec<f64>;

    /// The Cholesky factor of M = ΛᵀZᵀZΛ + I for a Λ per factor (q × q, row by row); `None` when M is not positive
    /// definite in floating point.
    fn factor(&self, lambdas: &[Vec<f64>]) -> Option<Box<dyn Factored + '_>>;
}

/// M = LLᵀ.
pub(super) trait Factored {
    /// ln|M|.
    fn log_determinant(&self) -> f64;

    /// r ← L⁻¹Λᵀr.
    fn half_solve(&self, r: &mut [f64], k: usize);

    /// t ← L⁻ᵀt.
    fn back_solve(&self, t: &mut [f64], k: usize);

    /// The diagonal blocks of M⁻¹: per factor q × q per level.
    fn inverse_blocks(&self) -> Vec<Vec<f64>>;
}

/// The cheapest structure that holds the factors.
pub(super) fn structure(
    factors: &[Factor],
    roots: Option<&[f64]>,
) -> Result<Box<dyn Structure>, ValueAddedError> {
    match Nested::new(factors, roots) {
        Some(nested) => Ok(Box::new(nested)),
        None => Ok(Box::new(Crossed::new(factors, roots)?)),
    }
}
