//! `categories`: the share of assessed pieces of work in the two highest categories, pooled over students and items.

use super::{Averaging, ObjectiveMethod, Product, Reading, Scheme};
use crate::model::Decimal;
use crate::policy::ObjectivePolicy;

/// the share of assessed pieces of work in the two highest categories, pooled over students and items.
#[derive(Debug)]
pub(super) struct Categories;

impl ObjectiveMethod for Categories {
    fn key(&self) -> &'static str {
        "categories"
    }

    fn source(&self) -> &'static str {
        "outcome assessment by counts of exemplary / satisfactory / developing / unsatisfactory work"
    }

    fn scheme(&self, policy: &ObjectivePolicy) -> Scheme {
        let satisfied = (policy.categories.satisfactory, Decimal::ONE);
        Scheme {
            reading: Reading::Steps { steps: vec![satisfied], max: Decimal::ONE },
            averaging: Averaging::Pooled,
            ..Scheme::students(Product::ONE, Product::ONE)
        }
    }
}
