//! The binomial distribution.

use super::Tails;
use super::incomplete_beta::incomplete_beta;

/// The number of successes in n independent trials of probability p.
///
/// P(X > k) = Iₚ(k + 1, n − k) (DLMF 8.17.5).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Binomial {
    trials: u64,
    probability: f64,
}

impl Binomial {
    /// `None` unless the probability lies in [0, 1].
    #[must_use]
    pub fn new(trials: u64, probability: f64) -> Option<Self> {
        (0.0..=1.0).contains(&probability).then_some(Self { trials, probability })
    }

    /// P(X ≤ k) and P(X > k).
    #[must_use]
    pub fn tails(&self, k: u64) -> Tails {
        if k >= self.trials {
            return Tails { lower: 1.0, upper: 0.0 };
        }
        let above = k as f64 + 1.0;
        let rest = (self.trials - k) as f64;
        incomplete_beta(above, rest, self.probability, 1.0 - self.probability).swapped()
    }

    /// P(X ≤ k).
    #[must_use]
    pub fn cdf(&self, k: u64) -> f64 {
        self.tails(k).lower
    }

    /// P(X > k).
    #[must_use]
    pub fn sf(&self, k: u64) -> f64 {
        self.tails(k).upper
    }
}
