//! The regularised incomplete gamma function, both tails.

use super::Tails;
use super::gamma_function::poisson_kernel;

/// Series and fraction need a few times the square root of the parameter; this is far beyond it.
const MAX_TERMS: usize = 1_000_000;

/// Replaces an exact zero in Lentz's recurrence.
const TINY: f64 = 1e-300;

/// P(a, x) and Q(a, x) for a > 0: below a + 1 the series of the lower tail (DLMF 8.7.1), above it the continued
/// fraction of the upper tail (DLMF 8.9.2); the other tail is the complement and is not small there.
pub(super) fn incomplete_gamma(a: f64, x: f64) -> Tails {
    if x <= 0.0 {
        return Tails { lower: 0.0, upper: 1.0 };
    }
    if x.is_infinite() {
        return Tails { lower: 1.0, upper: 0.0 };
    }
    if x < a + 1.0 {
        let lower = (poisson_kernel(a, x) * lower_series(a, x)).min(1.0);
        Tails { lower, upper: 1.0 - lower }
    } else {
        let upper = (poisson_kernel(a, x) * a / upper_fraction(a, x)).min(1.0);
        Tails { lower: 1.0 - upper, upper }
    }
}

/// 1 + x/(a+1) + x²/((a+1)(a+2)) + …
fn lower_series(a: f64, x: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    let mut n = 0.0;
    for _ in 0..MAX_TERMS {
        n += 1.0;
        let ratio = x / (a + n);
        term *= ratio;
        sum += term;
        if term < sum * f64::EPSILON * 0.5 * (1.0 - ratio) {
            break;
        }
    }
    sum
}

/// x + 1 − a − 1(1−a)/(x + 3 − a − 2(2−a)/(x + 5 − a − …)) by the modified Lentz recurrence.
fn upper_fraction(a: f64, x: f64) -> f64 {
    let mut b = x - a + 1.0;
    let mut value = if b.abs() < TINY { TINY } else { b };
    let mut c = value;
    let mut d = 0.0;
    let mut n = 0.0;
    for _ in 0..MAX_TERMS {
        n += 1.0;
        let alpha = -n * (n - a);
        b += 2.0;
        let denominator = b + alpha * d;
        d = 1.0 / if denominator.abs() < TINY { TINY } else { denominator };
        c = b + alpha / c;
        if c.abs() < TINY {
            c = TINY;
        }
        let factor = c * d;
        value *= factor;
        if (factor - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    value
}
