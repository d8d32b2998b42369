//! The coefficients of an objective's items, exactly: as ratios, and over one common denominator in machine integers.

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive};

use super::method::{Link, Scheme};
use crate::model::{Decimal, decimal_ratio};

/// The largest integer coefficient: products with marks below 2⁶³ and sums of 2¹² items stay in `i128`.
const COEFFICIENT_LIMIT: i64 = 1 << 48;

/// What a column's coefficients are made from, exactly: asked only where floats cannot decide.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    pub(super) link: Link,
    /// One minor unit in points, or in shares of the highest step: 1 / (10^places · max).
    pub(super) unit: (u32, Decimal),
}

/// (A per minor unit, B) of every column.
pub(super) type Ratios = Vec<(BigRational, BigRational)>;

/// The same over one common denominator.
pub(super) type Integers = Vec<(i64, i64)>;

impl Origin {
    /// (A per minor unit, B), exactly.
    pub(super) fn exact(&self, scheme: &Scheme) -> (BigRational, BigRational) {
        let per_unit = decimal_ratio(self.unit.1) * BigInt::from(10u32).pow(self.unit.0);
        (scheme.point.exact(&self.link) / per_unit, scheme.possible.exact(&self.link))
    }

    /// The same in machine integers, each numerator / (10^places · denominator), where they fit.
    fn machine(&self, scheme: &Scheme) -> Option<[(i128, i32, i128); 2]> {
        let (numerator, places, denominator) = scheme.point.parts(&self.link)?;
        let (unit_places, unit) = (self.unit.0 as i32 - self.unit.1.scale() as i32, self.unit.1.mantissa());
        let point = (numerator, places + unit_places, denominator.checked_mul(unit)?);
        Some([point, scheme.possible.parts(&self.link)?])
    }
}

/// All coefficients over one denominator, by machine integers alone; `None` where one does not fit.
pub(super) fn over_one(origins: &[Origin], scheme: &Scheme) -> Option<Integers> {
    let pairs: Vec<[(i128, i32, i128); 2]> =
        origins.iter().map(|origin| origin.machine(scheme)).collect::<Option<_>>()?;
    let (mut most, mut common) = (0, 1i128);
    for &(_, places, denominator) in pairs.iter().flatten() {
        most = most.max(places);
        common = (common / common.gcd(&denominator)).checked_mul(denominator)?;
    }
    let whole = |(numerator, places, denominator): (i128, i32, i128)| {
        let tens = 10i128.checked_pow(u32::try_from(most - places).ok()?)?;
        fitting(numerator.checked_mul(tens)?.checked_mul(common / denominator)?)
    };
    pairs.into_iter().map(|[a, b]| Some((whole(a)?, whole(b)?))).collect()
}

/// The same from reduced ratios, whose common denominator is the least; `None` where one does not fit.
pub(super) fn reduced(ratios: &Ratios) -> Option<Integers> {
    let common = ratios.iter().fold(BigInt::one(), |lcm, (a, b)| lcm.lcm(a.denom()).lcm(b.denom()));
    let whole = |ratio: &BigRational| fitting((ratio * &common).to_integer().to_i128()?);
    ratios.iter().map(|(a, b)| whole(a).zip(whole(b))).collect()
}

fn fitting(integer: i128) -> Option<i64> {
    i64::try_from(integer).ok().filter(|integer| *integer < COEFFICIENT_LIMIT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attainment::method::METHODS;
    use crate::policy::ObjectivePolicy;

    /// Numbers with many digits too, where only one of the two ways fits.
    #[test]
    fn both_ways_to_integers_keep_the_ratios() {
        let decimal = |text: &str| text.parse::<Decimal>().unwrap();
        let links = [("100", "0.3", "1"), ("15.50", "12.25", "0.35"), ("7", "1", "0.125"), ("30", "0", "1")];
        let policy = ObjectivePolicy::default();
        for method in METHODS {
            let scheme = method.scheme(&policy);
            let origins: Vec<Origin> = (links.iter().enumerate())
                .map(|(at, (full, weight, share))| Origin {
                    link: Link {
                        full: decimal(full),
                        weight: decimal(weight),
                        share: decimal(share),
                        expected: decimal("0.65"),
                    },
                    unit: (at as u32 % 3, decimal("4.5")),
                })
                .collect();
            let ratios: Ratios = origins.iter().map(|origin| origin.exact(&scheme)).collect();
            for integers in [over_one(&origins, &scheme), reduced(&ratios)] {
                let integers = integers.unwrap_or_else(|| panic!("{} fits", method.key()));
                let of = |value: i64| BigRational::from_integer(value.into());
                let (first, whole) = (&ratios[0].0, of(integers[0].0));
                for ((a, b), (x, y)) in ratios.iter().zip(&integers) {
                    assert_eq!(
                        (a * &whole, b * &whole),
                        (of(*x) * first, of(*y) * first),
                        "{}",
                        method.key()
                    );
                }
            }
        }
    }
}
