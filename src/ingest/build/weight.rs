//! Weights of items, exact.

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

use crate::model::{Decimal, decimal_ratio};

/// The most decimal places a [`Decimal`] has.
const PLACES: u32 = 28;

/// Decimals in the same proportion as these rationals, and whether they are exact.
///
/// Thirds are no decimals, but weights are only ever compared with each other within one offering: all are
/// multiplied by the least common multiple of what is in their denominators besides twos and fives.
pub(super) fn proportional(weights: &[BigRational]) -> (Vec<Decimal>, bool) {
    let factor = weights.iter().fold(BigInt::one(), |factor, weight| factor.lcm(&odd_part(weight.denom())));
    let scaled: Vec<BigRational> =
        weights.iter().map(|weight| weight * BigRational::from_integer(factor.clone())).collect();
    if let Some(exact) = scaled.iter().map(exact_decimal).collect::<Option<Vec<_>>>() {
        return (exact, true);
    }
    (weights.iter().map(rounded).collect(), false)
}

/// A whole number without its factors 2 and 5.
fn odd_part(number: &BigInt) -> BigInt {
    let mut rest = number.abs();
    for prime in [2, 5] {
        let prime = BigInt::from(prime);
        while !rest.is_zero() && rest.is_multiple_of(&prime) {
            rest /= &prime;
        }
    }
    rest
}

/// The rational as a decimal, where it is one and fits.
pub(super) fn exact_decimal(ratio: &BigRational) -> Option<Decimal> {
    // In lowest terms it is one with so many places as the power of ten has that the denominator divides.
    let denominator = ratio.denom().to_u128()?;
    let (scale, power) = (0..=PLACES)
        .map(|scale| (scale, 10_u128.pow(scale)))
        .find(|(_, power)| power.is_multiple_of(&denominator))?;
    let mantissa = (ratio.numer() * BigInt::from(power / denominator)).to_i128()?;
    Decimal::try_from_i128_with_scale(mantissa, scale).ok()
}

/// The rational at as many places as fit.
fn rounded(ratio: &BigRational) -> Decimal {
    for scale in (0..=PLACES).rev() {
        let shifted = (ratio * BigRational::from_integer(BigInt::from(10).pow(scale))).round().to_integer();
        let fits =
            shifted.to_i128().and_then(|mantissa| Decimal::try_from_i128_with_scale(mantissa, scale).ok());
        if let Some(decimal) = fits {
            return decimal;
        }
    }
    Decimal::ZERO
}

/// A sum as people read it: the decimal where it is one, else the fraction.
pub(super) fn shown(ratio: &BigRational) -> String {
    exact_decimal(ratio).map_or_else(|| ratio.to_string(), |decimal| decimal.normalize().to_string())
}

/// The exact sum of decimals.
pub(super) fn sum(weights: impl IntoIterator<Item = Decimal>) -> BigRational {
    weights.into_iter().map(decimal_ratio).fold(BigRational::zero(), |sum, weight| sum + weight)
}

/// Whether a sum of weights is 1 or 100.
pub(super) fn is_whole(sum: &BigRational) -> bool {
    sum.is_one() || *sum == BigRational::from_integer(BigInt::from(100))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(numerator: i64, denominator: i64) -> BigRational {
        BigRational::new(numerator.into(), denominator.into())
    }

    #[test]
    fn thirds_keep_their_proportion_exactly() {
        let (weights, exact) = proportional(&[ratio(1, 3), ratio(1, 6), ratio(1, 2)]);
        assert!(exact);
        assert_eq!(weights.iter().map(ToString::to_string).collect::<Vec<_>>(), ["1", "0.5", "1.5"]);
    }

    #[test]
    fn decimals_stay_as_they_are() {
        let (weights, exact) = proportional(&[ratio(3, 10), ratio(1, 8)]);
        assert!(exact);
        assert_eq!(weights, [Decimal::new(3, 1), Decimal::new(125, 3)]);
    }

    #[test]
    fn what_does_not_fit_is_rounded_and_said() {
        let primes = [10_007, 10_009, 10_037, 10_039, 10_061, 10_067, 10_069, 10_079, 10_091, 10_093];
        let weights: Vec<_> = primes.iter().map(|&prime| ratio(1, prime)).collect();
        let (decimals, exact) = proportional(&weights);
        assert!(!exact);
        assert_eq!(decimals.len(), weights.len());
        assert_eq!(decimals[0].to_string(), "0.0000999300489657239932047567");
    }
}
