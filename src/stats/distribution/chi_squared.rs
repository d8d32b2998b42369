//! The χ² distribution.

use super::gamma_function::poisson_kernel;
use super::incomplete_gamma::incomplete_gamma;
use super::normal::standard_quantile;
use super::root::{Point, positive_root};
use super::{Probability, Tails};

/// χ² with k degrees of freedom, k > 0 and not necessarily whole: P(X ≤ x) = P(k/2, x/2).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChiSquared {
    df: f64,
}

impl ChiSquared {
    /// `None` unless the degrees of freedom are finite and positive.
    #[must_use]
    pub fn new(df: f64) -> Option<Self> {
        (df.is_finite() && df > 0.0).then_some(Self { df })
    }

    /// Both tails at x; a negative x has all the mass above it.
    #[must_use]
    pub fn tails(&self, x: f64) -> Option<Tails> {
        (!x.is_nan()).then(|| incomplete_gamma(self.df / 2.0, x / 2.0))
    }

    /// P(X ≤ x).
    #[must_use]
    pub fn cdf(&self, x: f64) -> Option<f64> {
        self.tails(x).map(|t| t.lower)
    }

    /// P(X > x), the p value of a χ² test.
    #[must_use]
    pub fn sf(&self, x: f64) -> Option<f64> {
        self.tails(x).map(|t| t.upper)
    }

    /// The x with P(X ≤ x) = p, for 0 < p < 1.
    #[must_use]
    pub fn quantile(&self, p: f64) -> Option<f64> {
        self.at(Probability::from_lower(p)?)
    }

    /// The x with P(X > x) = q, for 0 < q < 1.
    #[must_use]
    pub fn quantile_upper(&self, q: f64) -> Option<f64> {
        self.at(Probability::from_upper(q)?)
    }

    fn at(&self, p: Probability) -> Option<f64> {
        let half = self.df / 2.0;
        let start = self.wilson_hilferty(standard_quantile(p)?).unwrap_or_else(|| {
            // Far down, P(k/2, x/2) is its first term (x/2)^(k/2) / Γ(k/2 + 1).
            2.0 * ((p.lower.ln() + libm::lgamma(half + 1.0)) / half).exp()
        });
        let rising = p.lower <= p.upper;
        let target = if rising { p.lower } else { p.upper };
        positive_root(target, start, rising, |x| {
            let tails = incomplete_gamma(half, x / 2.0);
            let probability = if rising { tails.lower } else { tails.upper };
            Point { probability, x_density: poisson_kernel(half, x / 2.0) * half }
        })
    }

    /// The cube of Wilson and Hilferty's normal approximation (1931), where it is well above zero.
    fn wilson_hilferty(&self, z: f64) -> Option<f64> {
        let v = 2.0 / (9.0 * self.df);
        let root = 1.0 - v + z * v.sqrt();
        (root > 0.2).then(|| self.df * root.powi(3))
    }
}
