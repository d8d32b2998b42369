//! `student-pool`: C_i = Σ_j s_ij / Σ_j f_j over the linked items, weights aside, then the mean of C_i.

use super::{ObjectiveMethod, Product, Scheme};
use crate::policy::ObjectivePolicy;

/// C_i = Σ_j s_ij / Σ_j f_j over the linked items, weights aside, then the mean of C_i.
#[derive(Debug)]
pub(super) struct StudentPool;

impl ObjectiveMethod for StudentPool {
    fn key(&self) -> &'static str {
        "student-pool"
    }

    fn source(&self) -> &'static str {
        "platforms in China and India: points earned on the linked questions over points possible"
    }

    fn scheme(&self, _policy: &ObjectivePolicy) -> Scheme {
        Scheme::students(Product::ONE, Product::FULL)
    }
}
