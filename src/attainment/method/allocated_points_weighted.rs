//! `allocated-points-weighted`: mean_i Σ_j w_j·a_jk·s_ij / Σ_j w_j·a_jk·f_j.

use super::{ObjectiveMethod, Product, Scheme};
use crate::policy::ObjectivePolicy;

/// mean_i Σ_j w_j·a_jk·s_ij / Σ_j w_j·a_jk·f_j.
#[derive(Debug)]
pub(super) struct AllocatedPointsWeighted;

impl ObjectiveMethod for AllocatedPointsWeighted {
    fn key(&self) -> &'static str {
        "allocated-points-weighted"
    }

    fn source(&self) -> &'static str {
        "share matrices of item points over objectives, items weighted in the course total"
    }

    fn scheme(&self, _policy: &ObjectivePolicy) -> Scheme {
        Scheme::students(Product::WEIGHT, Product::WEIGHT.times_full())
    }
}
