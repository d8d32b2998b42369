//! Cubic B-splines of a prior score.
//!
//! C. de Boor, "A Practical Guide to Splines" (1978). The basis leaves its first function out, so that it stands beside
//! an intercept; outside the boundary knots the outermost polynomials continue.

use crate::stats::moments;
use serde::{Deserialize, Serialize};

const DEGREE: usize = 3;

/// Inner and boundary knots of one prior score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Knots {
    /// Inner knots in rising order.
    pub inner: Vec<f64>,
    /// The boundary knots.
    pub boundary: (f64, f64),
}

/// Where the inner knots stand among the prior scores.
pub const INNER_KNOTS_AT: [f64; 4] = [0.2, 0.4, 0.6, 0.8];

/// By how much of the range the boundary knots stand outside it, on each side.
pub const BOUNDARY_MARGIN: f64 = 0.1;

impl Knots {
    /// The rule of the SGP methodology: inner knots at the 20, 40, 60 and 80 % quantiles (type 7) of the scores, the
    /// boundary a tenth of the range outside, all rounded to three decimals. `None` without two different scores.
    #[must_use]
    pub fn of_scores(scores: &[f64]) -> Option<Self> {
        let sorted = moments::sorted(scores)?;
        let (low, high) = (*sorted.first()?, *sorted.last()?);
        (low < high).then_some(())?;
        let round = |x: f64| (x * 1000.0).round_ties_even() / 1000.0;
        let inner = INNER_KNOTS_AT.iter().map(|p| moments::quantile_of_sorted(&sorted, *p).map(round));
        let margin = BOUNDARY_MARGIN * (high - low);
        Some(Self {
            inner: inner.collect::<Option<_>>()?,
            boundary: (round(low - margin), round(high + margin)),
        })
    }

    /// Number of functions: inner knots plus the degree.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.inner.len() + DEGREE
    }

    /// The values of the functions at x.
    pub fn basis(&self, x: f64, into: &mut [f64]) {
        let count = self.inner.len() + 1;
        // The interval of x; outside, the outermost one.
        let interval = self.inner.partition_point(|k| *k <= x).min(count - 1);
        // Knot number i, counted so that the interval lies between knots 0 and 1 of the local frame.
        let knot = |i: isize| {
            let at = interval.cast_signed() + i;
            if at <= 0 {
                self.boundary.0
            } else if at.cast_unsigned() > self.inner.len() {
                self.boundary.1
            } else {
                self.inner[at.cast_unsigned() - 1]
            }
        };
        let mut values = [0.0; DEGREE + 1];
        values[0] = 1.0;
        for degree in 1..=DEGREE {
            let mut saved = 0.0;
            for (r, value) in (0..).zip(values.iter_mut().take(degree)) {
                let (right, left) = (knot(r + 1), knot(r + 1 - degree.cast_signed()));
                let share = if right > left { *value / (right - left) } else { 0.0 };
                *value = saved + (right - x) * share;
                saved = (x - left) * share;
            }
            values[degree] = saved;
        }
        into.fill(0.0);
        for (i, value) in values.iter().enumerate() {
            if let Some(column) = (interval + i).checked_sub(1) {
                into[column] = *value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value_added::reference_tests::{csv, number, reference};

    #[test]
    fn the_functions_are_those_of_the_splines_package() {
        let Some(expected) = reference("quantreg_bspline_exam.json") else { return };
        let exam = csv("datasets/value_added/exam.csv", &["school"]).unwrap();
        let crate::value_added::data::Column::Number(prior) = exam.column("standLRT").unwrap() else {
            panic!()
        };
        let prior: Vec<f64> = prior.iter().map(|x| x.unwrap()).collect();
        let knots = Knots::of_scores(&prior).unwrap();
        let inner: Vec<f64> = expected["knots"].as_array().unwrap().iter().map(number).collect();
        assert_eq!(knots.inner, inner);
        assert_eq!(knots.boundary, (number(&expected["boundaries"][0]), number(&expected["boundaries"][1])));
        let mut basis = vec![0.0; 7];
        for (row, theirs) in expected["basis_first5"].as_array().unwrap().iter().enumerate() {
            knots.basis(prior[row], &mut basis);
            for (ours, theirs) in basis.iter().zip(theirs.as_array().unwrap()) {
                assert!((ours - number(theirs)).abs() < 1e-13);
            }
        }
    }

    #[test]
    fn outside_the_boundary_the_outermost_polynomial_continues() {
        let knots = Knots { inner: vec![1.0, 2.0], boundary: (0.0, 3.0) };
        let at = |x: f64| {
            let mut basis = vec![0.0; 5];
            knots.basis(x, &mut basis);
            basis[4]
        };
        // The last function is (x − 2)³ on the last interval.
        assert!((at(4.0) - 8.0).abs() < 1e-12);
        assert_eq!(at(1.5), 0.0);
    }
}
