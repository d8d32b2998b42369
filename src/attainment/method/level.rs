//! `level`: the highest level whose cut-off the share of students with C_i ≥ τ reaches; 0 below all. The value is the level itself, 0…level_max.

use super::{ObjectiveMethod, Outcome, Scheme};
use crate::policy::ObjectivePolicy;

/// the highest level whose cut-off the share of students with C_i ≥ τ reaches; 0 below all. The value is the level itself, 0…level_max.
#[derive(Debug)]
pub(super) struct Level;

impl ObjectiveMethod for Level {
    fn key(&self) -> &'static str {
        "level"
    }

    fn source(&self) -> &'static str {
        "course outcome attainment levels in India"
    }

    fn scheme(&self, policy: &ObjectivePolicy) -> Scheme {
        Scheme::weighted_ratios().with_outcome(Outcome::Level {
            reach: policy.reach.ratio(),
            cuts: policy.levels.clone(),
            max: policy.level_max,
        })
    }
}
