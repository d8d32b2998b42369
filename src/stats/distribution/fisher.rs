//! Fisher's F distribution.

use super::gamma_function::beta_kernel;
use super::incomplete_beta::incomplete_beta;
use super::normal::standard_quantile;
use super::root::{Point, positive_root};
use super::{Probability, Tails};

/// The farthest start value of a quantile search, on the logarithmic scale.
const FARTHEST_START: f64 = 50.0;

/// Fisher's F with d₁ and d₂ degrees of freedom, both positive and not necessarily whole.
///
/// P(F ≤ f) = I_y(d₁/2, d₂/2) with y = d₁ f / (d₁ f + d₂); 1 − y is computed by itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FisherF {
    numerator_df: f64,
    denominator_df: f64,
}

impl FisherF {
    /// `None` unless both degrees of freedom are finite and positive.
    #[must_use]
    pub fn new(numerator_df: f64, denominator_df: f64) -> Option<Self> {
        let valid = |df: f64| df.is_finite() && df > 0.0;
        (valid(numerator_df) && valid(denominator_df)).then_some(Self { numerator_df, denominator_df })
    }

    /// Both tails at f; a negative f has all the mass above it.
    #[must_use]
    pub fn tails(&self, f: f64) -> Option<Tails> {
        if f.is_nan() {
            return None;
        }
        let (y, x) = self.shares(f);
        Some(incomplete_beta(self.numerator_df / 2.0, self.denominator_df / 2.0, y, x))
    }

    /// P(F ≤ f).
    #[must_use]
    pub fn cdf(&self, f: f64) -> Option<f64> {
        self.tails(f).map(|t| t.lower)
    }

    /// P(F > f), the p value of an F test.
    #[must_use]
    pub fn sf(&self, f: f64) -> Option<f64> {
        self.tails(f).map(|t| t.upper)
    }

    /// The f with P(F ≤ f) = p, for 0 < p < 1; `None` where it is beyond the range of doubles.
    #[must_use]
    pub fn quantile(&self, p: f64) -> Option<f64> {
        self.at(Probability::from_lower(p)?)
    }

    /// The f with P(F > f) = q, for 0 < q < 1.
    #[must_use]
    pub fn quantile_upper(&self, q: f64) -> Option<f64> {
        self.at(Probability::from_upper(q)?)
    }

    fn at(&self, p: Probability) -> Option<f64> {
        let z = standard_quantile(p)?;
        let spread = (2.0 / self.numerator_df + 2.0 / self.denominator_df).sqrt();
        let start = (z * spread).clamp(-FARTHEST_START, FARTHEST_START).exp();
        let rising = p.lower <= p.upper;
        let target = if rising { p.lower } else { p.upper };
        positive_root(target, start, rising, |f| {
            let (a, b) = (self.numerator_df / 2.0, self.denominator_df / 2.0);
            let (y, x) = self.shares(f);
            let tails = incomplete_beta(a, b, y, x);
            let probability = if rising { tails.lower } else { tails.upper };
            Point { probability, x_density: beta_kernel(a, b, y, x) }
        })
    }

    /// d₁ f / (d₁ f + d₂) and its complement.
    fn shares(&self, f: f64) -> (f64, f64) {
        let odds = self.numerator_df / self.denominator_df * f;
        if odds <= 0.0 {
            (0.0, 1.0)
        } else if odds <= 1.0 {
            (odds / (1.0 + odds), 1.0 / (1.0 + odds))
        } else {
            let inverse = 1.0 / odds;
            (1.0 / (1.0 + inverse), inverse / (1.0 + inverse))
        }
    }
}
