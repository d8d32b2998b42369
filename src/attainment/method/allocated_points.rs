//! `allocated-points`: mean_i Σ_j a_jk·s_ij / Σ_j a_jk·f_j: item j gives the share a_jk of its points to objective k.

use super::{ObjectiveMethod, Product, Scheme};
use crate::policy::ObjectivePolicy;

/// mean_i Σ_j a_jk·s_ij / Σ_j a_jk·f_j: item j gives the share a_jk of its points to objective k.
#[derive(Debug)]
pub(super) struct AllocatedPoints;

impl ObjectiveMethod for AllocatedPoints {
    fn key(&self) -> &'static str {
        "allocated-points"
    }

    fn source(&self) -> &'static str {
        "share matrices of item points over objectives (CLOVER)"
    }

    fn scheme(&self, _policy: &ObjectivePolicy) -> Scheme {
        Scheme::students(Product::SHARE, Product::SHARE.times_full())
    }
}
