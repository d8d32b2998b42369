//! `mean-of-ratios`: Σ_j w_j·a_jk·(mean_i s_ij / f_j) / Σ_j w_j·a_jk: the weighted mean of the items' mean ratios.

use super::{ObjectiveMethod, Product, Scheme};
use crate::policy::ObjectivePolicy;

/// Σ_j w_j·a_jk·(mean_i s_ij / f_j) / Σ_j w_j·a_jk: the weighted mean of the items' mean ratios.
#[derive(Debug)]
pub(super) struct MeanOfRatios;

impl ObjectiveMethod for MeanOfRatios {
    fn key(&self) -> &'static str {
        "mean-of-ratios"
    }

    fn source(&self) -> &'static str {
        "成绩分析法 in most course reports"
    }

    fn scheme(&self, _policy: &ObjectivePolicy) -> Scheme {
        Scheme::items(Product::WEIGHT.per_full(), Product::WEIGHT)
    }
}
