//! `pooled-ratio`: Σ_j w_j·a_jk·mean_i s_ij / Σ_j w_j·a_jk·f_j: weighted mean points over weighted full marks.

use super::{ObjectiveMethod, Product, Scheme};
use crate::policy::ObjectivePolicy;

/// Σ_j w_j·a_jk·mean_i s_ij / Σ_j w_j·a_jk·f_j: weighted mean points over weighted full marks.
#[derive(Debug)]
pub(super) struct PooledRatio;

impl ObjectiveMethod for PooledRatio {
    fn key(&self) -> &'static str {
        "pooled-ratio"
    }

    fn source(&self) -> &'static str {
        "成绩分析法, variant with weighted points"
    }

    fn scheme(&self, _policy: &ObjectivePolicy) -> Scheme {
        Scheme::items(Product::WEIGHT, Product::WEIGHT.times_full())
    }
}
