//! `share-reaching`: #{i: C_i ≥ τ} / n with C_i as in `student-first` and τ the policy's `reach`.

use super::{ObjectiveMethod, Outcome, Scheme};
use crate::policy::ObjectivePolicy;

/// #{i: C_i ≥ τ} / n with C_i as in `student-first` and τ the policy's `reach`.
#[derive(Debug)]
pub(super) struct ShareReaching;

impl ObjectiveMethod for ShareReaching {
    fn key(&self) -> &'static str {
        "share-reaching"
    }

    fn source(&self) -> &'static str {
        "programmes in China, India and Pakistan that count students"
    }

    fn scheme(&self, policy: &ObjectivePolicy) -> Scheme {
        Scheme::weighted_ratios().with_outcome(Outcome::Share(policy.reach.ratio()))
    }
}
