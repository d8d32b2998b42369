//! `minimum`: the lowest part with evidence.

use num_rational::BigRational;

use super::{Combination, Rule};

/// the lowest part with evidence.
#[derive(Debug)]
pub(super) struct Minimum;

impl Rule for Minimum {
    fn key(&self) -> &'static str {
        "minimum"
    }

    fn source(&self) -> &'static str {
        "短板法: the shortest board decides"
    }

    fn combination(&self, _weights: &[BigRational], _highest: &BigRational) -> Combination {
        Combination::Minimum
    }
}
