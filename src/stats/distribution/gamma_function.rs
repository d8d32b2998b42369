//! The gamma function's logarithm and the two pieces of Loader's saddle-point form of discrete densities.
//!
//! Source: C. Loader, "Fast and accurate computation of binomial probabilities" (2000). Densities of large
//! parameters written as differences of log-gammas lose as many digits as the parameter has; written with the
//! Stirling error and the deviance they lose none.

use std::f64::consts::PI;

const HALF_LN_TWO_PI: f64 = 0.918_938_533_204_672_8;

/// Above this argument the asymptotic series of the Stirling error is exact to the last bit.
const STIRLING_SERIES_FROM: f64 = 16.0;

/// Coefficients B₂ₖ / (2k (2k − 1)) of the Stirling series, k = 1 … 8 (DLMF 5.11.1).
const STIRLING_SERIES: [f64; 8] = [
    1.0 / 12.0,
    -1.0 / 360.0,
    1.0 / 1260.0,
    -1.0 / 1680.0,
    1.0 / 1188.0,
    -691.0 / 360_360.0,
    1.0 / 156.0,
    -3617.0 / 122_400.0,
];

/// ln Γ(x) for x > 0; `None` outside. Relative error about 1e-15 away from the zeros at 1 and 2.
#[must_use]
pub fn ln_gamma(x: f64) -> Option<f64> {
    (x > 0.0).then(|| libm::lgamma(x))
}

/// δ(x) = ln Γ(x + 1) − (x + ½) ln x + x − ½ ln 2π for x > 0.
pub(super) fn stirling_error(x: f64) -> f64 {
    if x < STIRLING_SERIES_FROM {
        return libm::lgamma(x + 1.0) - (x + 0.5) * x.ln() + x - HALF_LN_TWO_PI;
    }
    let inverse_square = 1.0 / (x * x);
    STIRLING_SERIES.iter().rev().fold(0.0, |sum, c| sum * inverse_square + c) / x
}

/// The deviance x ln(x / m) + m − x, given the exact difference d = x − m.
pub(super) fn deviance(x: f64, m: f64, d: f64) -> f64 {
    if d.abs() < 0.5 * m { m * log1p_excess(d / m) } else { x * (x / m).ln() - d }
}

/// (1 + u) ln(1 + u) − u for |u| ≤ ½, without cancellation.
///
/// With v = u / (2 + u), ln(1 + u) = 2 (v + v³/3 + v⁵/5 + …); collecting terms leaves
/// u v + 2 (1 + u)(v³/3 + v⁵/5 + …), whose parts do not cancel.
fn log1p_excess(u: f64) -> f64 {
    let v = u / (2.0 + u);
    let square = v * v;
    let mut power = v * square;
    let mut tail = 0.0;
    let mut odd = 3.0;
    loop {
        let term = power / odd;
        tail += term;
        if term.abs() <= 0.25 * f64::EPSILON * tail.abs() {
            return u * v + 2.0 * (1.0 + u) * tail;
        }
        power *= square;
        odd += 2.0;
    }
}

/// The Poisson-like kernel x^a e^(−x) / Γ(a + 1) for real a > 0, x > 0.
pub(super) fn poisson_kernel(a: f64, x: f64) -> f64 {
    (-stirling_error(a) - deviance(a, x, a - x)).exp() / (2.0 * PI * a).sqrt()
}

/// The kernel x^a y^b / B(a, b) for real a, b > 0 and x + y = 1, both given.
pub(super) fn beta_kernel(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    let difference = a * y - b * x;
    let exponent = stirling_error(n)
        - stirling_error(a)
        - stirling_error(b)
        - deviance(a, n * x, difference)
        - deviance(b, n * y, -difference);
    exponent.exp() * (a * (b / n) / (2.0 * PI)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stirling_error_of_one_is_one_minus_half_ln_two_pi() {
        assert!((stirling_error(1.0) - 0.081_061_466_795_327_26).abs() < 1e-16);
    }

    #[test]
    fn the_stirling_series_meets_the_logarithm_where_it_takes_over() {
        let below = libm::lgamma(17.0) - 16.5 * 16.0_f64.ln() + 16.0 - HALF_LN_TWO_PI;
        assert!((stirling_error(16.0) - below).abs() < 2e-14);
    }

    #[test]
    fn the_logarithm_of_gamma_is_refused_at_zero_and_below() {
        assert_eq!(ln_gamma(0.0), None);
        assert_eq!(ln_gamma(-1.5), None);
        assert_eq!(ln_gamma(f64::NAN), None);
    }
}
