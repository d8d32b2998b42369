//! Deciding on which side of a threshold a figure lies, exactly.

use std::cmp::Ordering;

use num_rational::BigRational;

/// A figure whose floating-point value is known to within a proven bound and whose exact value can be had.
///
/// A comparison uses the float where the bound separates it from the threshold and the exact value elsewhere,
/// so verdicts are exact at the price of a float comparison.
pub struct Exact<'a> {
    /// The floating-point value.
    pub value: f64,
    /// A proven bound of |value − exact value|.
    pub bound: f64,
    /// Computes the exact value; called only where the float cannot decide.
    pub exact: &'a dyn Fn() -> BigRational,
}

impl Exact<'_> {
    /// The unit roundoff of `f64`.
    pub const UNIT: f64 = f64::EPSILON / 2.0;

    /// A bound for a figure of size `value` made by `operations` additions, multiplications and divisions of
    /// non-negative numbers: |error| ≤ γ·value with γ = m·u/(1 − m·u). Since the true value is not known, the
    /// bound is taken about the computed one with a factor 2, and a numerator and a denominator both err.
    pub fn bound(value: f64, operations: usize) -> f64 {
        4.0 * (operations as f64) * Self::UNIT * value.abs() + f64::MIN_POSITIVE
    }

    /// How the figure compares to a threshold.
    pub fn compare(&self, threshold: &BigRational, threshold_float: f64) -> Ordering {
        let distance = self.value - threshold_float;
        let doubt = self.bound + 2.0 * Self::UNIT * threshold_float.abs();
        if distance > doubt {
            Ordering::Greater
        } else if distance < -doubt {
            Ordering::Less
        } else {
            (self.exact)().cmp(threshold)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tie_is_decided_by_the_exact_value() {
        let exact = || BigRational::new(13.into(), 20.into());
        let threshold = BigRational::new(65.into(), 100.into());
        for value in [0.65, 0.649_999_999_999_999_9, 0.650_000_000_000_000_1] {
            let figure = Exact { value, bound: Exact::bound(value, 50), exact: &exact };
            assert_eq!(figure.compare(&threshold, 0.65), Ordering::Equal);
        }
    }

    #[test]
    fn a_clear_case_never_asks_for_the_exact_value() {
        let exact = || unreachable!("the float decides");
        let threshold = BigRational::new(65.into(), 100.into());
        let figure = Exact { value: 0.66, bound: Exact::bound(0.66, 1000), exact: &exact };
        assert_eq!(figure.compare(&threshold, 0.65), Ordering::Greater);
    }
}
