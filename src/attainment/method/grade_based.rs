//! `grade-based`: each mark becomes a grade and its points by the policy's scale; the value is the mean of points over the highest, weighted as in `student-first`, or the share of students at or above a grade.

use super::{ObjectiveMethod, Outcome, Product, Reading, Scheme};
use crate::model::{Decimal, Fraction, decimal_ratio, parse_decimal};
use crate::policy::ObjectivePolicy;

/// each mark becomes a grade and its points by the policy's scale; the value is the mean of points over the highest, weighted as in `student-first`, or the share of students at or above a grade.
#[derive(Debug)]
pub(super) struct GradeBased;

impl ObjectiveMethod for GradeBased {
    fn key(&self) -> &'static str {
        "grade-based"
    }

    fn source(&self) -> &'static str {
        "registrar grades: points by a declared scale, or the share at or above a grade"
    }

    fn scheme(&self, policy: &ObjectivePolicy) -> Scheme {
        let grades = &policy.grades;
        let mut steps: Vec<(Fraction, Decimal)> = (grades.points.iter())
            .filter_map(|(at, &points)| Some((Fraction::new(parse_decimal(at)?)?, points)))
            .collect();
        steps.sort();
        let scheme = Scheme {
            reading: Reading::Steps { steps, max: grades.max },
            ..Scheme::students(Product::WEIGHT, Product::WEIGHT)
        };
        match grades.at_least {
            Some(points) => {
                scheme.with_outcome(Outcome::Share(decimal_ratio(points) / decimal_ratio(grades.max)))
            }
            None => scheme,
        }
    }
}
