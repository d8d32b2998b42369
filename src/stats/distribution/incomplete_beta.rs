//! The regularised incomplete beta function, both tails.

use super::Tails;
use super::gamma_function::beta_kernel;

/// The continued fraction needs a few times the square root of the larger parameter; this is far beyond it.
const MAX_TERMS: usize = 200_000;

/// Replaces an exact zero in Lentz's recurrence.
const TINY: f64 = 1e-300;

/// Iₓ(a, b) and its complement for a, b > 0 and x + y = 1 with both x and y given, so that neither has to be
/// recovered by subtraction.
///
/// On its own side of the mean the tail is the kernel over the even part of the classical continued fraction
/// (Didonato and Morris, "Significant digit computation of the incomplete beta function ratios", ACM TOMS 18,
/// 1992); the other tail is its complement and is not small there. For a tiny parameter a power series serves.
pub(super) fn incomplete_beta(a: f64, b: f64, x: f64, y: f64) -> Tails {
    if x <= 0.0 {
        return Tails { lower: 0.0, upper: 1.0 };
    }
    if y <= 0.0 {
        return Tails { lower: 1.0, upper: 0.0 };
    }
    if x * (a + b + 2.0) <= a + 1.0 {
        let lower = lower_tail(a, b, x, y);
        Tails { lower, upper: 1.0 - lower }
    } else {
        let upper = lower_tail(b, a, y, x);
        Tails { lower: 1.0 - upper, upper }
    }
}

fn lower_tail(a: f64, b: f64, x: f64, y: f64) -> f64 {
    (beta_kernel(a, b, x, y) / continued_fraction(a, b, x, y)).clamp(0.0, 1.0)
}

/// β₀ + α₁/(β₁ + α₂/(β₂ + …)) by the modified Lentz recurrence, where
/// αₘ = (a+m−1)(a+b+m−1) m (b−m) x² / (a+2m−1)² and
/// βₘ = m + m(b−m)x/(a+2m−1) + (a+m)(a y − b x + 1 + m(2−x))/(a+2m+1).
fn continued_fraction(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let difference = a * y - b * x;
    let mut value = nonzero(a * (difference + 1.0) / (a + 1.0));
    let mut c = value;
    let mut d = 0.0;
    let mut m = 0.0;
    for _ in 0..MAX_TERMS {
        m += 1.0;
        let middle = a + 2.0 * m - 1.0;
        let scaled = x / middle;
        let alpha = (a + m - 1.0) * scaled * ((a + b + m - 1.0) * m * (b - m) * scaled);
        let beta = m + m * (b - m) * scaled + (a + m) * (difference + 1.0 + m * (1.0 + y)) / (middle + 2.0);
        d = 1.0 / nonzero(beta + alpha * d);
        c = nonzero(beta + alpha / c);
        let factor = c * d;
        value *= factor;
        if (factor - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    value
}

fn nonzero(x: f64) -> f64 {
    if x.abs() < TINY { TINY } else { x }
}
