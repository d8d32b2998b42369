//! Student's t distribution.

use std::cell::RefCell;
use std::collections::HashMap;

use super::gamma_function::beta_kernel;
use super::incomplete_beta::incomplete_beta;
use super::normal::standard_quantile;
use super::root::{Point, positive_root};
use super::{Probability, Tails};

/// Below this tail probability a quantile is sought on the tail, above it on the mass between 0 and t, which is
/// the part that is small there.
const CENTRAL_FROM: f64 = 0.25;

/// From this many √ν on the tail is a power law: the next term is smaller by the square of this.
const FAR: f64 = 1e50;

/// Quantiles that a thread keeps at most.
const MOST_KEPT: usize = 4096;

thread_local! {
    /// Quantiles found so far, by the bits of the degrees of freedom and of the probability.
    static QUANTILES: RefCell<HashMap<(u64, u64), Option<f64>>> = RefCell::default();
}

/// Student's t with ν degrees of freedom, ν > 0 and not necessarily whole.
///
/// P(|T| > t) = Iₓ(ν/2, ½) with x = ν / (ν + t²); 1 − x = t² / (ν + t²) is computed by itself, so that large ν
/// and small t lose nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StudentT {
    df: f64,
}

/// The mass of one side of the distribution cut at t > 0, and the density there times t.
struct Cut {
    between_zero_and_t: f64,
    beyond_t: f64,
    t_density: f64,
}

impl StudentT {
    /// `None` unless the degrees of freedom are finite and positive.
    #[must_use]
    pub fn new(df: f64) -> Option<Self> {
        (df.is_finite() && df > 0.0).then_some(Self { df })
    }

    /// The degrees of freedom.
    #[must_use]
    pub fn df(&self) -> f64 {
        self.df
    }

    /// Both tails at t.
    #[must_use]
    pub fn tails(&self, t: f64) -> Option<Tails> {
        if t.is_nan() {
            return None;
        }
        let upper = self.cut(t.abs()).beyond_t;
        let at_magnitude = Tails { lower: 1.0 - upper, upper };
        Some(if t < 0.0 { at_magnitude.swapped() } else { at_magnitude })
    }

    /// P(T ≤ t).
    #[must_use]
    pub fn cdf(&self, t: f64) -> Option<f64> {
        self.tails(t).map(|tails| tails.lower)
    }

    /// P(T > t).
    #[must_use]
    pub fn sf(&self, t: f64) -> Option<f64> {
        self.tails(t).map(|tails| tails.upper)
    }

    /// The two-sided p value P(|T| ≥ |t|).
    #[must_use]
    pub fn two_sided(&self, t: f64) -> Option<f64> {
        (!t.is_nan()).then(|| 2.0 * self.cut(t.abs()).beyond_t)
    }

    /// The t with P(T ≤ t) = p, for 0 < p < 1; `None` where it is beyond the range of doubles.
    ///
    /// Thousands of intervals ask for one level and few degrees of freedom: what a thread found it keeps.
    #[must_use]
    pub fn quantile(&self, p: f64) -> Option<f64> {
        let found = || self.at(Probability::from_lower(p)?);
        QUANTILES.with_borrow_mut(|known| {
            if known.len() >= MOST_KEPT {
                known.clear();
            }
            *known.entry((self.df.to_bits(), p.to_bits())).or_insert_with(found)
        })
    }

    /// The t with P(T > t) = q, for 0 < q < 1.
    #[must_use]
    pub fn quantile_upper(&self, q: f64) -> Option<f64> {
        self.at(Probability::from_upper(q)?)
    }

    fn at(&self, p: Probability) -> Option<f64> {
        if p.lower < p.upper {
            return self.at(p.swapped()).map(|t| -t);
        }
        let start = -standard_quantile(p.swapped())?;
        let q = p.upper;
        let central = 0.5 - q;
        if central <= 0.0 {
            return Some(0.0);
        }
        if q < CENTRAL_FROM {
            positive_root(q, start, false, |t| {
                let cut = self.cut(t);
                Point { probability: cut.beyond_t, x_density: cut.t_density }
            })
        } else {
            positive_root(central, start, true, |t| {
                let cut = self.cut(t);
                Point { probability: cut.between_zero_and_t, x_density: cut.t_density }
            })
        }
    }

    fn cut(&self, t: f64) -> Cut {
        let ratio = t / self.df.sqrt();
        if ratio > FAR && ratio.is_finite() {
            return self.power_law(ratio);
        }
        let (x, y) = shares(ratio);
        let tails = incomplete_beta(self.df / 2.0, 0.5, x, y);
        Cut {
            between_zero_and_t: 0.5 * tails.upper,
            beyond_t: 0.5 * tails.lower,
            t_density: beta_kernel(self.df / 2.0, 0.5, x, y),
        }
    }

    /// Far out the tail falls as t^(−ν) to the last digit; this form does not underflow when t² overflows.
    fn power_law(&self, ratio: f64) -> Cut {
        let (x, y) = shares(FAR);
        let at_far = 0.5 * incomplete_beta(self.df / 2.0, 0.5, x, y).lower;
        let beyond_t = at_far * (FAR / ratio).powf(self.df);
        Cut { between_zero_and_t: 0.5 - beyond_t, beyond_t, t_density: beyond_t * self.df }
    }
}

/// 1 / (1 + r²) and r² / (1 + r²), without overflow.
fn shares(ratio: f64) -> (f64, f64) {
    if ratio <= 1.0 {
        let s = ratio * ratio;
        (1.0 / (1.0 + s), s / (1.0 + s))
    } else {
        let s = 1.0 / ratio / ratio;
        (s / (1.0 + s), 1.0 / (1.0 + s))
    }
}
