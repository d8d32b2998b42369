//! Rules that roll parts up into a whole: indicators into a requirement, requirements into a training objective.

mod all_reach;
mod mapped_scaled;
mod mapped_weighted;
mod mean;
mod minimum;
mod student_share;
mod weighted;

use num_rational::BigRational;
use num_traits::{One, Zero};

use crate::model::{Exact, ratio_f64};

/// How the parts with evidence make the whole.
#[derive(Debug, Clone, PartialEq)]
pub enum Combination {
    /// Σ c·v.
    Linear(Vec<BigRational>),
    /// The lowest part.
    Minimum,
    /// The share of parts that reach their own expected value; the whole is reached where all are.
    AllReach,
    /// The share of students who reach enough of what is mapped.
    StudentShare,
}

/// A roll-up rule.
pub trait Rule: Sync {
    /// Key, as in policy files and tables; summaries stand in the catalogue under `rule.{key}`.
    fn key(&self) -> &'static str;
    /// The public practice it was read from.
    fn source(&self) -> &'static str;
    /// How parts of these weights (or mapping levels) combine; at least one part, no weight below 0. `highest`
    /// is the policy's highest mapping level.
    fn combination(&self, weights: &[BigRational], highest: &BigRational) -> Combination;
    /// Whether the weights must be mapping levels as people gave them: a missing one cannot be taken as 1.
    fn needs_levels(&self) -> bool {
        false
    }
}

/// All rules.
pub static RULES: &[&dyn Rule] = &[
    &minimum::Minimum,
    &mean::Mean,
    &weighted::Weighted,
    &all_reach::AllReach,
    &mapped_weighted::MappedWeighted,
    &mapped_scaled::MappedScaled,
    &student_share::StudentShare,
];

/// The rule of a key.
pub fn rule(key: &str) -> Option<&'static dyn Rule> {
    RULES.iter().copied().find(|rule| rule.key() == key)
}

/// c_j = w_j / Σ w; equal where all weights are 0.
pub(crate) fn normalised(weights: &[BigRational]) -> Vec<BigRational> {
    let total: BigRational = weights.iter().sum();
    if total.is_zero() {
        let share = BigRational::one() / BigRational::from_integer(weights.len().max(1).into());
        return vec![share; weights.len()];
    }
    weights.iter().map(|weight| weight / &total).collect()
}

/// c_j = (m_j / M) / count, M the policy's highest mapping level.
pub(crate) fn scaled(levels: &[BigRational], highest: &BigRational) -> Combination {
    let count = BigRational::from_integer(levels.len().max(1).into());
    let whole = if highest.is_zero() { BigRational::one() } else { highest.clone() };
    Combination::Linear(levels.iter().map(|level| level / &whole / &count).collect())
}

impl Combination {
    /// The whole in floating point with a proven bound, for parts with theirs. `reached` says which parts reach
    /// their own expected value. `None` for a share of students, which is not made of these parts.
    pub(crate) fn value(&self, parts: &[(f64, f64)], reached: &[bool]) -> Option<(f64, f64)> {
        match self {
            Self::Linear(coefficients) => {
                let (mut value, mut bound) = (0.0, 0.0);
                for (coefficient, (part, part_bound)) in coefficients.iter().zip(parts) {
                    let coefficient = ratio_f64(coefficient);
                    value += coefficient * part;
                    bound += coefficient * part_bound;
                }
                Some((value, bound + Exact::bound(value, parts.len() + 4)))
            }
            Self::Minimum => {
                let value = parts.iter().map(|part| part.0).min_by(f64::total_cmp)?;
                let bound = parts.iter().map(|part| part.1).max_by(f64::total_cmp)?;
                Some((value, bound))
            }
            Self::AllReach => {
                let share = reached.iter().filter(|&&reached| reached).count() as f64 / reached.len() as f64;
                Some((share, Exact::bound(share, 2)))
            }
            Self::StudentShare => None,
        }
    }

    /// The whole, exactly.
    pub(crate) fn exact(&self, parts: &[BigRational], reached: &[bool]) -> BigRational {
        match self {
            Self::Linear(coefficients) => {
                coefficients.iter().zip(parts).map(|(coefficient, part)| coefficient * part).sum()
            }
            Self::Minimum => parts.iter().min().cloned().unwrap_or_default(),
            Self::AllReach | Self::StudentShare => {
                let count = reached.iter().filter(|&&reached| reached).count();
                BigRational::new(count.into(), reached.len().max(1).into())
            }
        }
    }

    /// The whole of one bootstrap replicate; `thresholds` are the parts' own expected values.
    pub(crate) fn replicate(&self, parts: &[f64], thresholds: &[f64]) -> f64 {
        match self {
            Self::Linear(coefficients) => {
                coefficients.iter().zip(parts).map(|(coefficient, part)| ratio_f64(coefficient) * part).sum()
            }
            Self::Minimum => parts.iter().copied().min_by(f64::total_cmp).unwrap_or(0.0),
            Self::AllReach | Self::StudentShare => {
                let reached = parts.iter().zip(thresholds).filter(|(part, least)| **part >= **least - 1e-12);
                reached.count() as f64 / parts.len().max(1) as f64
            }
        }
    }

    /// Whether the whole changes smoothly with its parts.
    pub(crate) fn smooth(&self) -> bool {
        matches!(self, Self::Linear(_) | Self::StudentShare)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message;

    fn ratios(numbers: &[i64]) -> Vec<BigRational> {
        numbers.iter().map(|&n| BigRational::new(n.into(), 10.into())).collect()
    }

    #[test]
    fn every_rule_has_a_key_of_its_own_a_source_and_a_summary() {
        for (at, rule) in RULES.iter().enumerate() {
            assert!(RULES[..at].iter().all(|other| other.key() != rule.key()));
            assert!(!rule.source().is_empty());
            assert!(message::has(&format!("rule.{}", rule.key())), "rule.{}", rule.key());
        }
    }

    #[test]
    fn rescaled_weights_change_nothing_but_where_levels_have_a_meaning_of_their_own() {
        let (weights, larger) = (ratios(&[10, 20, 30]), ratios(&[20, 40, 60]));
        let highest = BigRational::from_integer(3.into());
        for rule in RULES.iter().filter(|rule| rule.key() != "mapped-scaled") {
            let (one, two) = (rule.combination(&weights, &highest), rule.combination(&larger, &highest));
            assert_eq!(one, two, "{}", rule.key());
        }
    }

    #[test]
    fn a_raised_part_never_lowers_the_whole() {
        let thresholds = [0.5, 0.5, 0.5];
        for rule in RULES {
            let combination = rule.combination(&ratios(&[10, 20, 30]), &BigRational::from_integer(3.into()));
            let before = combination.replicate(&[0.4, 0.6, 0.7], &thresholds);
            let after = combination.replicate(&[0.55, 0.6, 0.7], &thresholds);
            assert!(after >= before, "{}", rule.key());
        }
    }
}
