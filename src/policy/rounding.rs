//! Rounding of what is shown, declared by the policy and decided exactly.

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};
use serde::{Deserialize, Serialize};

use super::VerdictFrom;
use crate::model::Decimal;

/// What happens to a value between two steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoundingMode {
    /// Halves go up, towards +∞ 四舍五入.
    #[default]
    HalfUp,
    /// Halves go to the even digit.
    HalfEven,
    /// Halves go away from zero.
    HalfAway,
    /// Everything beyond the last digit is cut off.
    Truncate,
}

/// How values are rounded where they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rounding {
    /// What happens between two steps.
    pub mode: RoundingMode,
    /// Digits after the point.
    pub digits: u32,
    /// Whether verdicts and levels are taken from rounded values.
    pub verdict_from: VerdictFrom,
}

impl Default for Rounding {
    fn default() -> Self {
        Self { mode: RoundingMode::HalfUp, digits: 3, verdict_from: VerdictFrom::Unrounded }
    }
}

impl Rounding {
    /// The most digits a value is shown with.
    pub const MAX_DIGITS: u32 = 12;

    /// An exact value, rounded.
    pub fn round(&self, value: &BigRational) -> Decimal {
        let scale = BigInt::from(10u32).pow(self.digits);
        let scaled = value * BigRational::from_integer(scale);
        let (floor, rest): (BigInt, BigInt) = scaled.numer().div_mod_floor(scaled.denom());
        let twice: BigInt = rest * 2;
        let half = twice.cmp(scaled.denom());
        let up = match self.mode {
            RoundingMode::Truncate => scaled.is_negative() && !twice.is_zero(),
            RoundingMode::HalfUp => half.is_ge(),
            RoundingMode::HalfAway => half.is_gt() || (half.is_eq() && !scaled.is_negative()),
            RoundingMode::HalfEven => half.is_gt() || (half.is_eq() && floor.is_odd()),
        };
        let units = if up { floor + BigInt::one() } else { floor };
        Decimal::try_from_i128_with_scale(units.to_i128().unwrap_or(i128::MAX), self.digits)
            .unwrap_or(Decimal::MAX)
    }

    /// A value known to within `bound`, rounded; `exact` is asked only where the bound reaches a step.
    pub fn round_float(&self, value: f64, bound: f64, exact: &dyn Fn() -> BigRational) -> Decimal {
        let scaled = value * 10f64.powi(self.digits as i32);
        let doubt = bound * 10f64.powi(self.digits as i32) + scaled.abs() * f64::EPSILON;
        let step = if self.mode == RoundingMode::Truncate { scaled } else { scaled + 0.5 };
        let near = (step - step.round()).abs();
        if near > doubt && scaled.abs() < 9e15 {
            let units = if self.mode == RoundingMode::Truncate { scaled.trunc() } else { step.floor() };
            return Decimal::new(units as i64, self.digits);
        }
        self.round(&exact())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(mode: RoundingMode, numerator: i64, denominator: i64, digits: u32) -> String {
        let rounding = Rounding { mode, digits, ..Rounding::default() };
        let exact = BigRational::new(numerator.into(), denominator.into());
        let direct = rounding.round(&exact);
        let value = numerator as f64 / denominator as f64;
        assert_eq!(rounding.round_float(value, 1e-15, &|| exact.clone()), direct);
        direct.to_string()
    }

    #[test]
    fn halves_go_where_the_policy_says() {
        use RoundingMode::*;
        assert_eq!(shown(HalfUp, 33, 8, 2), "4.13");
        assert_eq!(shown(HalfEven, 33, 8, 2), "4.12");
        assert_eq!(shown(HalfAway, 33, 8, 2), "4.13");
        assert_eq!(shown(Truncate, 33, 8, 2), "4.12");
        assert_eq!(shown(HalfUp, -33, 8, 2), "-4.12");
        assert_eq!(shown(HalfEven, -33, 8, 2), "-4.12");
        assert_eq!(shown(HalfAway, -33, 8, 2), "-4.13");
        assert_eq!(shown(Truncate, -33, 8, 2), "-4.12");
        assert_eq!(shown(HalfUp, 649_999, 1_000_000, 2), "0.65");
        assert_eq!(shown(Truncate, 254_286, 1_000_000, 4), "0.2542");
        assert_eq!(shown(HalfUp, 1, 2, 0), "1");
    }
}
