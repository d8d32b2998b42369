//! `student-first`: each student's weighted ratio C_i = Σ_j w_j·a_jk·(s_ij/f_j) / Σ_j w_j·a_jk over the student's items, then the mean of C_i.

use super::{ObjectiveMethod, Scheme};
use crate::policy::ObjectivePolicy;

/// each student's weighted ratio C_i = Σ_j w_j·a_jk·(s_ij/f_j) / Σ_j w_j·a_jk over the student's items, then the mean of C_i.
#[derive(Debug)]
pub(super) struct StudentFirst;

impl ObjectiveMethod for StudentFirst {
    fn key(&self) -> &'static str {
        "student-first"
    }

    fn source(&self) -> &'static str {
        "成绩分析法 on platforms: a value per student, then their mean"
    }

    fn scheme(&self, _policy: &ObjectivePolicy) -> Scheme {
        Scheme::weighted_ratios()
    }
}
