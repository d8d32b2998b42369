//! `mapped-weighted`: Σ m·v / Σ m over what is mapped, m the mapping level.

use num_rational::BigRational;

use super::{Combination, Rule, normalised};

/// Σ m·v / Σ m over what is mapped, m the mapping level.
#[derive(Debug)]
pub(super) struct MappedWeighted;

impl Rule for MappedWeighted {
    fn key(&self) -> &'static str {
        "mapped-weighted"
    }

    fn source(&self) -> &'static str {
        "programme outcomes in India: Σ m·CO / Σ m"
    }

    fn combination(&self, weights: &[BigRational], _highest: &BigRational) -> Combination {
        Combination::Linear(normalised(weights))
    }
}
