//! Deciding on which side of a threshold a figure lies, exactly.

use std::cmp::Ordering;

use num_rational::BigRational;
use num_traits::ToPrimitive;

use super::decimal::{Fraction, decimal_f64, ratio_f64};

/// A threshold as comparisons use it: the nearest float, and the number itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Threshold {
    float: f64,
    number: Number,
}

/// A number, in machine integers where it fits.
#[derive(Debug, Clone, PartialEq)]
enum Number {
    /// Numerator and denominator, the latter above 0.
    Small(i128, i128),
    Large(BigRational),
}

impl Threshold {
    /// A share of a scale: `share` · `scale`.
    pub fn on_scale(share: Fraction, scale: u32) -> Self {
        let decimal = share.get();
        let numerator = decimal.mantissa().checked_mul(i128::from(scale));
        match numerator.zip(10i128.checked_pow(decimal.scale())) {
            Some((numerator, denominator)) => Self {
                float: decimal_f64(decimal) * f64::from(scale),
                number: Number::Small(numerator, denominator),
            },
            None => Self::from(share.ratio() * BigRational::from_integer(scale.into())),
        }
    }

    /// The float nearest to it, or next to that.
    pub fn to_f64(&self) -> f64 {
        self.float
    }

    /// The number.
    pub fn ratio(&self) -> BigRational {
        match &self.number {
            Number::Small(numerator, denominator) => {
                BigRational::new((*numerator).into(), (*denominator).into())
            }
            Number::Large(ratio) => ratio.clone(),
        }
    }

    /// Numerator and denominator, where they fit.
    pub(crate) fn small(&self) -> Option<(i128, i128)> {
        match self.number {
            Number::Small(numerator, denominator) => Some((numerator, denominator)),
            Number::Large(_) => None,
        }
    }
}

impl From<Fraction> for Threshold {
    fn from(share: Fraction) -> Self {
        Self::on_scale(share, 1)
    }
}

impl From<BigRational> for Threshold {
    fn from(ratio: BigRational) -> Self {
        let float = ratio_f64(&ratio);
        match ratio.numer().to_i128().zip(ratio.denom().to_i128()) {
            Some((numerator, denominator)) => Self { float, number: Number::Small(numerator, denominator) },
            None => Self { float, number: Number::Large(ratio) },
        }
    }
}

/// A threshold for many figures of as many operations each: outside a narrow range about it their floats decide.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) threshold: Threshold,
    /// Floats below this one are below the threshold.
    below: f64,
    /// Floats above this one are above it.
    above: f64,
}

impl Asked {
    /// The range holds every float that [`Exact::decided`] leaves open: `x − t > kx + c` where `x > (t + c) / (1 − k)`,
    /// and the same below; what the ends themselves are rounded by is added to them.
    pub(crate) fn new(threshold: Threshold, operations: usize) -> Self {
        let per_value = 4.0 * (operations as f64) * Exact::UNIT;
        let float = threshold.float;
        let fixed = f64::MIN_POSITIVE + 4.0 * Exact::UNIT * float.abs();
        let outward = 8.0 * Exact::UNIT * float.abs() + f64::MIN_POSITIVE;
        let below = (float - fixed) / (1.0 + per_value) - outward;
        let above = (float + fixed) / (1.0 - per_value) + outward;
        Self { threshold, below, above }
    }

    /// How a value compares, where its float decides.
    #[inline]
    pub(crate) fn decided(&self, value: f64) -> Option<Ordering> {
        if value > self.above {
            Some(Ordering::Greater)
        } else if value < self.below {
            Some(Ordering::Less)
        } else {
            None
        }
    }
}

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
    pub fn compare(&self, threshold: &Threshold) -> Ordering {
        Self::decided(self.value, self.bound, threshold)
            .unwrap_or_else(|| (self.exact)().cmp(&threshold.ratio()))
    }

    /// How a value known to within a bound compares, where that decides.
    fn decided(value: f64, bound: f64, threshold: &Threshold) -> Option<Ordering> {
        let distance = value - threshold.float;
        let doubt = bound + 4.0 * Self::UNIT * threshold.float.abs();
        (distance.abs() > doubt).then_some(if distance > 0.0 { Ordering::Greater } else { Ordering::Less })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_floats_decide_one_float_decides_the_same_way() {
        for threshold in
            [0, 1, 60, 65, 100].map(|share| Threshold::from(BigRational::new(share.into(), 100.into())))
        {
            for operations in [0, 1, 40, 1_000_000] {
                let asked = Asked::new(threshold.clone(), operations);
                let mut undecided = 0;
                let near =
                    (-2000i32..=2000).map(|step| threshold.float * (1.0 + f64::from(step) * Exact::UNIT));
                for value in near.chain((0..=1000u32).map(|value| f64::from(value) / 1000.0)) {
                    match asked.decided(value) {
                        None => undecided += 1,
                        sure => assert_eq!(
                            sure,
                            Exact::decided(value, Exact::bound(value, operations), &threshold)
                        ),
                    }
                }
                assert!(undecided > 0 && (operations > 40 || undecided < 1000 || threshold.float == 0.0));
            }
        }
    }

    #[test]
    fn a_tie_is_decided_by_the_exact_value() {
        let exact = || BigRational::new(13.into(), 20.into());
        let threshold = Threshold::from(BigRational::new(65.into(), 100.into()));
        for value in [0.65, 0.649_999_999_999_999_9, 0.650_000_000_000_000_1] {
            let figure = Exact { value, bound: Exact::bound(value, 50), exact: &exact };
            assert_eq!(figure.compare(&threshold), Ordering::Equal);
        }
    }

    #[test]
    fn a_clear_case_never_asks_for_the_exact_value() {
        let exact = || unreachable!("the float decides");
        let threshold = Threshold::from(BigRational::new(65.into(), 100.into()));
        let figure = Exact { value: 0.66, bound: Exact::bound(0.66, 1000), exact: &exact };
        assert_eq!(figure.compare(&threshold), Ordering::Greater);
    }
}
