//! `rubric`: Σ_j c_j·(mean_i l_ij / L_j) / Σ_j c_j: the items are rubric criteria, the marks their levels, the full mark the highest level, the weight the coefficient.

use super::{ObjectiveMethod, Product, Scheme};
use crate::policy::ObjectivePolicy;

/// Σ_j c_j·(mean_i l_ij / L_j) / Σ_j c_j: the items are rubric criteria, the marks their levels, the full mark the highest level, the weight the coefficient.
#[derive(Debug)]
pub(super) struct Rubric;

impl ObjectiveMethod for Rubric {
    fn key(&self) -> &'static str {
        "rubric"
    }

    fn source(&self) -> &'static str {
        "评分表分析法: level means times coefficients over the sum of coefficients"
    }

    fn scheme(&self, _policy: &ObjectivePolicy) -> Scheme {
        Scheme::items(Product::WEIGHT.per_full(), Product::WEIGHT)
    }
}
