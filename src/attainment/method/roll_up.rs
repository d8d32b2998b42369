//! `roll-up`: per student over repeated results in time order: average, highest, latest, n-mastery, weighted
//! average, decaying average; then the mean over students.
//!
//! Source: learning-mastery calculations of learning management systems. `n_mastery(n)` is the mean of all
//! results at or above mastery when at least n such exist, else no value; `weighted_average(p)` is
//! p·newest + (1 − p)·mean(older), one result being itself; `decaying_average(p)` is d₁ = s₁,
//! d ← (1 − p)·d + p·s in time order.

use num_rational::BigRational;
use num_traits::One;

use super::{ObjectiveMethod, Product, Reduction, Scheme};
use crate::policy::ObjectivePolicy;

/// Which of a student's repeated results counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rollup {
    /// Mean of all.
    Average,
    /// The best.
    Highest,
    /// The last.
    Latest,
    /// Mean of those at or above `mastery`, where at least `n` are.
    NMastery {
        /// How many results must reach mastery.
        n: u32,
        /// Mastery as a share of the full mark.
        mastery: crate::model::Fraction,
    },
    /// p·newest + (1 − p)·mean(older).
    WeightedAverage(crate::model::Fraction),
    /// d ← (1 − p)·d + p·s.
    DecayingAverage(crate::model::Fraction),
}

impl Rollup {
    /// The roll-up of a policy's key; the latest where the key is unknown (the policy check refuses that).
    pub fn of(policy: &ObjectivePolicy) -> Self {
        match policy.rollup.as_str() {
            "average" => Self::Average,
            "highest" => Self::Highest,
            "n-mastery" => Self::NMastery { n: policy.rollup_n, mastery: policy.mastery },
            "weighted-average" => Self::WeightedAverage(policy.rollup_p),
            "decaying-average" => Self::DecayingAverage(policy.rollup_p),
            _ => Self::Latest,
        }
    }

    /// The keys a policy may name.
    pub const KEYS: [&'static str; 6] =
        ["average", "highest", "latest", "n-mastery", "weighted-average", "decaying-average"];

    /// The rolled-up value of results in time order, exactly; `None` where there is none.
    pub fn value(self, results: &[BigRational]) -> Option<BigRational> {
        let newest = results.last()?;
        match self {
            Self::Average => mean(results),
            Self::Highest => results.iter().max().cloned(),
            Self::Latest => Some(newest.clone()),
            Self::NMastery { n, mastery } => {
                let mastery = mastery.ratio();
                let reached: Vec<BigRational> =
                    results.iter().filter(|&result| *result >= mastery).cloned().collect();
                (reached.len() >= n as usize).then(|| mean(&reached)).flatten()
            }
            Self::WeightedAverage(p) => {
                let Some(older) = mean(&results[..results.len() - 1]) else { return Some(newest.clone()) };
                let p = p.ratio();
                Some(newest * &p + older * (BigRational::one() - p))
            }
            Self::DecayingAverage(p) => {
                let p = p.ratio();
                let keep = BigRational::one() - &p;
                let (first, rest) = results.split_first()?;
                Some(rest.iter().fold(first.clone(), |decayed, result| decayed * &keep + result * &p))
            }
        }
    }
}

fn mean(results: &[BigRational]) -> Option<BigRational> {
    if results.is_empty() {
        return None;
    }
    let n = BigRational::from_integer(results.len().into());
    Some(results.iter().sum::<BigRational>() / n)
}

/// `roll-up`: each student's repeated results rolled up, then the mean over students.
#[derive(Debug)]
pub(super) struct RollUp;

impl ObjectiveMethod for RollUp {
    fn key(&self) -> &'static str {
        "roll-up"
    }

    fn source(&self) -> &'static str {
        "mastery calculations of learning management systems"
    }

    fn scheme(&self, policy: &ObjectivePolicy) -> Scheme {
        Scheme {
            reduction: Reduction::Rollup(Rollup::of(policy)),
            ..Scheme::students(Product::PER_FULL, Product::ONE)
        }
    }
}
