//! `mapped-scaled`: the mean of (m/M)·v over what is mapped, M the highest mapping level of the policy.

use num_rational::BigRational;

use super::{Combination, Rule, scaled};

/// the mean of (m/M)·v over what is mapped, M the highest mapping level of the policy.
#[derive(Debug)]
pub(super) struct MappedScaled;

impl Rule for MappedScaled {
    fn key(&self) -> &'static str {
        "mapped-scaled"
    }

    fn source(&self) -> &'static str {
        "programme outcomes in India: mean of (m/3)·CO"
    }

    fn combination(&self, weights: &[BigRational], highest: &BigRational) -> Combination {
        scaled(weights, highest)
    }

    fn needs_levels(&self) -> bool {
        true
    }
}
