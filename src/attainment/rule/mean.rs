//! `mean`: the plain mean of the parts with evidence.

use num_rational::BigRational;

use super::{Combination, Rule};

/// the plain mean of the parts with evidence.
#[derive(Debug)]
pub(super) struct Mean;

impl Rule for Mean {
    fn key(&self) -> &'static str {
        "mean"
    }

    fn source(&self) -> &'static str {
        "平均法, used by programmes that average indicators"
    }

    fn combination(&self, weights: &[BigRational], _highest: &BigRational) -> Combination {
        let share = BigRational::new(1.into(), weights.len().max(1).into());
        Combination::Linear(vec![share; weights.len()])
    }
}
