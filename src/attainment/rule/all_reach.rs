//! `all-reach`: reached only where every part with evidence reaches its own expected value; the value is the share of parts that do.

use num_rational::BigRational;

use super::{Combination, Rule};

/// reached only where every part with evidence reaches its own expected value; the value is the share of parts that do.
#[derive(Debug)]
pub(super) struct AllReach;

impl Rule for AllReach {
    fn key(&self) -> &'static str {
        "all-reach"
    }

    fn source(&self) -> &'static str {
        "programmes that ask every indicator to reach its expected value"
    }

    fn combination(&self, _weights: &[BigRational], _highest: &BigRational) -> Combination {
        Combination::AllReach
    }
}
