//! The beta distribution.

use super::gamma_function::beta_kernel;
use super::incomplete_beta::incomplete_beta;
use super::root::{Point, positive_root};
use super::{Probability, Tails};

/// The beta distribution on [0, 1] with shapes a and b: P(X ≤ x) = Iₓ(a, b).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beta {
    a: f64,
    b: f64,
}

impl Beta {
    /// `None` unless both shapes are finite and positive.
    #[must_use]
    pub fn new(a: f64, b: f64) -> Option<Self> {
        let valid = |shape: f64| shape.is_finite() && shape > 0.0;
        (valid(a) && valid(b)).then_some(Self { a, b })
    }

    /// Both tails at x; outside [0, 1] all the mass is on one side.
    #[must_use]
    pub fn tails(&self, x: f64) -> Option<Tails> {
        (!x.is_nan()).then(|| incomplete_beta(self.a, self.b, x, 1.0 - x))
    }

    /// P(X ≤ x).
    #[must_use]
    pub fn cdf(&self, x: f64) -> Option<f64> {
        self.tails(x).map(|t| t.lower)
    }

    /// P(X > x).
    #[must_use]
    pub fn sf(&self, x: f64) -> Option<f64> {
        self.tails(x).map(|t| t.upper)
    }

    /// The x with P(X ≤ x) = p, for 0 ≤ p ≤ 1.
    #[must_use]
    pub fn quantile(&self, p: f64) -> Option<f64> {
        self.at(Probability::from_lower(p)?)
    }

    /// The x with P(X > x) = q, for 0 ≤ q ≤ 1.
    #[must_use]
    pub fn quantile_upper(&self, q: f64) -> Option<f64> {
        self.at(Probability::from_upper(q)?)
    }

    fn at(&self, p: Probability) -> Option<f64> {
        if p.lower <= 0.0 {
            return Some(0.0);
        }
        if p.upper <= 0.0 {
            return Some(1.0);
        }
        let middle = incomplete_beta(self.a, self.b, 0.5, 0.5);
        let in_lower_half =
            if p.lower <= p.upper { p.lower <= middle.lower } else { p.upper >= middle.upper };
        if in_lower_half {
            self.in_lower_half(p)
        } else {
            Self { a: self.b, b: self.a }.in_lower_half(p.swapped()).map(|y| 1.0 - y)
        }
    }

    /// The quantile when it is known to be at most ½, so that its logarithm is the right scale.
    fn in_lower_half(&self, p: Probability) -> Option<f64> {
        let rising = p.lower <= p.upper;
        let target = if rising { p.lower } else { p.upper };
        let start = (self.a / (self.a + self.b)).min(0.5);
        positive_root(target, start, rising, |x| {
            let tails = incomplete_beta(self.a, self.b, x, 1.0 - x);
            let probability = if rising { tails.lower } else { tails.upper };
            let x_density = if x < 1.0 { beta_kernel(self.a, self.b, x, 1.0 - x) / (1.0 - x) } else { 0.0 };
            Point { probability, x_density }
        })
    }
}
