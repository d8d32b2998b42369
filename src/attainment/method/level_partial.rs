//! `level-partial`: (l₁ + l₂ + l₃)/6 with l_k = min(k, k·p/target_k), p the share of students with C_i ≥ τ; for other level sets divided by the sum of the levels.

use super::{ObjectiveMethod, Outcome, Scheme};
use crate::policy::ObjectivePolicy;

/// (l₁ + l₂ + l₃)/6 with l_k = min(k, k·p/target_k), p the share of students with C_i ≥ τ; for other level sets divided by the sum of the levels.
#[derive(Debug)]
pub(super) struct LevelPartial;

impl ObjectiveMethod for LevelPartial {
    fn key(&self) -> &'static str {
        "level-partial"
    }

    fn source(&self) -> &'static str {
        "course outcome attainment with capped partial levels in India"
    }

    fn scheme(&self, policy: &ObjectivePolicy) -> Scheme {
        Scheme::weighted_ratios()
            .with_outcome(Outcome::PartialLevels { reach: policy.reach.ratio(), cuts: policy.levels.clone() })
    }
}
