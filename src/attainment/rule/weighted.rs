//! `weighted`: Σ w·v / Σ w over the parts with evidence.

use num_rational::BigRational;

use super::{Combination, Rule, normalised};

/// Σ w·v / Σ w over the parts with evidence.
#[derive(Debug)]
pub(super) struct Weighted;

impl Rule for Weighted {
    fn key(&self) -> &'static str {
        "weighted"
    }

    fn source(&self) -> &'static str {
        "加权法"
    }

    fn combination(&self, weights: &[BigRational], _highest: &BigRational) -> Combination {
        Combination::Linear(normalised(weights))
    }
}
