//! Exact decimals: marks, weights and thresholds as people write them.

use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use serde::{Deserialize, Serialize};

pub use rust_decimal::Decimal;

/// Reads a decimal number exactly: optional sign, digits, one point, optional exponent, optional `%`.
/// `None` where the text is anything else, or has more digits than a [`Decimal`] can hold.
pub fn parse_decimal(text: &str) -> Option<Decimal> {
    let text = text.trim();
    if let Some(percent) = text.strip_suffix(['%', '％']) {
        return parse_decimal(percent)?.checked_div(Decimal::ONE_HUNDRED).map(|d| d.normalize());
    }
    let plain = text.strip_prefix('+').unwrap_or(text);
    if !plain.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == '-') {
        return None;
    }
    let parsed = if plain.contains(['e', 'E']) {
        Decimal::from_scientific(plain).ok()?
    } else {
        Decimal::from_str_exact(plain).ok()?
    };
    Some(parsed.normalize())
}

/// A decimal as an exact rational.
pub fn decimal_ratio(decimal: Decimal) -> BigRational {
    // The largest scale is 28: in lowest terms by machine integers, small ones where they fit.
    let (mantissa, power) = (decimal.mantissa(), 10_i128.pow(decimal.scale()));
    if let (Ok(mantissa), Ok(power)) = (i64::try_from(mantissa), i64::try_from(power)) {
        let divisor = mantissa.gcd(&power);
        return BigRational::new_raw((mantissa / divisor).into(), (power / divisor).into());
    }
    let divisor = mantissa.gcd(&power);
    BigRational::new_raw((mantissa / divisor).into(), (power / divisor).into())
}

/// The `f64` of a decimal: mantissa and power of ten each rounded at most once, and their quotient once.
pub(crate) fn decimal_f64(decimal: Decimal) -> f64 {
    let mantissa = decimal.mantissa();
    let float = i64::try_from(mantissa).map_or(mantissa as f64, |mantissa| mantissa as f64);
    if decimal.scale() == 0 { float } else { float / 10f64.powi(decimal.scale() as i32) }
}

/// A share between 0 and 1, exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Decimal", into = "Decimal")]
pub struct Fraction(Decimal);

impl Fraction {
    /// The fraction, or `None` where the number lies outside 0…1.
    pub fn new(value: Decimal) -> Option<Self> {
        (!value.is_sign_negative() || value.is_zero()).then_some(())?;
        (value <= Decimal::ONE).then_some(Self(value.normalize()))
    }

    /// The exact decimal.
    pub fn get(self) -> Decimal {
        self.0
    }

    /// As an exact rational.
    pub fn ratio(self) -> BigRational {
        decimal_ratio(self.0)
    }

    /// The nearest `f64`, or one next to it where the fraction has more than 15 digits.
    pub fn to_f64(self) -> f64 {
        decimal_f64(self.0)
    }
}

impl TryFrom<Decimal> for Fraction {
    type Error = String;
    fn try_from(value: Decimal) -> Result<Self, String> {
        Self::new(value).ok_or_else(|| format!("{value} is not between 0 and 1"))
    }
}

impl From<Fraction> for Decimal {
    fn from(fraction: Fraction) -> Self {
        fraction.0
    }
}

/// The `f64` nearest to a rational, for any size of numerator and denominator.
///
/// Both are shifted to a 64-bit quotient first, so the result is within one unit in the last place.
pub(crate) fn ratio_f64(ratio: &BigRational) -> f64 {
    use num_traits::ToPrimitive;
    if ratio.is_zero() {
        return 0.0;
    }
    let (numerator, denominator) = (ratio.numer().abs(), ratio.denom().clone());
    let shift = 66 + denominator.bits() as i64 - numerator.bits() as i64;
    let quotient = if shift >= 0 {
        (numerator << shift as u64) / denominator
    } else {
        numerator / (denominator << shift.unsigned_abs())
    };
    // A sticky bit would only matter for exact halves of the last place; two guard bits keep it below that.
    let magnitude = quotient.to_u128().map_or(f64::MAX, |q| q as f64) * 2f64.powi(-(shift as i32));
    if ratio.is_negative() { -magnitude } else { magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_is_read_exactly_or_not_at_all() {
        let cases = [
            ("0.65", Some("0.65")),
            (" 85.50 ", Some("85.5")),
            ("65%", Some("0.65")),
            ("1e2", Some("100")),
            ("-3", Some("-3")),
            (".5", Some("0.5")),
            ("", None),
            ("AB", None),
            ("1,5", None),
            ("1.2.3", None),
            ("Infinity", None),
            ("NaN", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_decimal(text).map(|d| d.to_string()), expected.map(String::from), "{text:?}");
        }
    }

    #[test]
    fn a_fraction_lies_between_zero_and_one() {
        assert!(Fraction::new(Decimal::ONE).is_some());
        assert!(Fraction::new(Decimal::new(101, 2)).is_none());
        assert!(Fraction::new(Decimal::new(-1, 2)).is_none());
    }

    #[test]
    fn a_rational_becomes_the_nearest_float() {
        for (numerator, denominator) in [(13i64, 20i64), (1, 3), (-7, 9), (123_456_789, 1000)] {
            let ratio = BigRational::new(numerator.into(), denominator.into());
            let nearest = numerator as f64 / denominator as f64;
            assert!((ratio_f64(&ratio) - nearest).abs() <= nearest.abs() * f64::EPSILON);
        }
    }
}
