//! `relative-to-expected`: C_i = Σ_j w_j·s_ij / Σ_j w_j·(expected·f_j), which may exceed 1; the class value is the share of students with C_i ≥ 1.

use num_rational::BigRational;
use num_traits::One;

use super::{ObjectiveMethod, Outcome, Product, Scheme};
use crate::policy::ObjectivePolicy;

/// C_i = Σ_j w_j·s_ij / Σ_j w_j·(expected·f_j), which may exceed 1; the class value is the share of students with C_i ≥ 1.
#[derive(Debug)]
pub(super) struct RelativeToExpected;

impl ObjectiveMethod for RelativeToExpected {
    fn key(&self) -> &'static str {
        "relative-to-expected"
    }

    fn source(&self) -> &'static str {
        "course reports that compare each student with the expected mark"
    }

    fn scheme(&self, _policy: &ObjectivePolicy) -> Scheme {
        Scheme::students(Product::WEIGHT, Product { expected: true, ..Product::WEIGHT.times_full() })
            .with_outcome(Outcome::Share(BigRational::one()))
    }
}
