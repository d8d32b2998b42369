//! `student-share`: a student attains by reaching enough of the mapped courses; the value is the share of students who attain.

use num_rational::BigRational;

use super::{Combination, Rule};

/// a student attains by reaching enough of the mapped courses; the value is the share of students who attain.
#[derive(Debug)]
pub(super) struct StudentShare;

impl Rule for StudentShare {
    fn key(&self) -> &'static str {
        "student-share"
    }

    fn source(&self) -> &'static str {
        "programmes in Pakistan: students who attain in enough mapped courses"
    }

    fn combination(&self, _weights: &[BigRational], _highest: &BigRational) -> Combination {
        Combination::StudentShare
    }
}
