//! Indirect evaluation: what surveys say about a level of the chain.

use std::sync::Arc;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, StandardNormal};

use super::group::rounded;
use super::method::objective_method;
use super::node::{Node, Presence};
use crate::model::{Answers, Survey, decimal_ratio, ratio_f64};
use crate::policy::Policy;

/// The value of one set of answers.
#[derive(Debug, Clone, PartialEq)]
pub struct SurveyValue {
    /// Position in the data set's surveys.
    pub survey: usize,
    /// Mean over the highest score, or the share of the highest scores.
    pub value: Option<f64>,
    /// Standard error.
    pub se: Option<f64>,
    /// Interval.
    pub interval: Option<(f64, f64)>,
    /// Number of answers.
    pub n: u64,
    /// Answers over people asked.
    pub response_rate: Option<f64>,
    /// Whether there are fewer answers than the policy asks for.
    pub few: bool,
}

/// Mean ÷ highest score, or the share of answers among the `top` highest scores; with the variance of the value.
fn exact_value(answers: &Answers, policy: &Policy) -> Option<(BigRational, f64)> {
    let n = answers.n();
    if n == 0 || answers.scale_max.is_zero() {
        return None;
    }
    let scale = decimal_ratio(answers.scale_max);
    let counted = |score: &crate::model::Decimal| match policy.indirect.value.as_str() {
        "top-box" => {
            let least = answers.scale_max - crate::model::Decimal::from(policy.indirect.top)
                + crate::model::Decimal::ONE;
            if *score >= least { BigRational::one() } else { BigRational::zero() }
        }
        _ => decimal_ratio(*score) / &scale,
    };
    let total = BigRational::from_integer(BigInt::from(n));
    let mean: BigRational = (answers.counts.iter())
        .map(|(score, count)| counted(score) * BigInt::from(*count))
        .sum::<BigRational>()
        / &total;
    let centre = ratio_f64(&mean);
    let squares: f64 = (answers.counts.iter())
        .map(|(score, count)| (ratio_f64(&counted(score)) - centre).powi(2) * f64::from(*count))
        .sum();
    let n = n as f64;
    let variance = if n > 1.0 { squares / (n - 1.0) / n } else { 0.0 };
    Some((mean, variance))
}

/// The value of a survey with its response rate.
pub(crate) fn survey_value(position: usize, survey: &Survey, policy: &Policy) -> SurveyValue {
    let answers = &survey.answers;
    let n = answers.n();
    let known = exact_value(answers, policy);
    let enough = n as usize >= policy.uncertainty.min_n;
    let se = known.as_ref().filter(|_| enough).map(|(_, variance)| variance.sqrt());
    let value = known.map(|(value, _)| ratio_f64(&value));
    let interval = value.zip(se).and_then(|(value, se)| {
        let interval =
            crate::stats::interval::student(value, se, n as f64 - 1.0, policy.uncertainty.confidence)?;
        Some((interval.low.max(0.0), interval.high.min(1.0)))
    });
    SurveyValue {
        survey: position,
        value,
        se,
        interval,
        n,
        response_rate: answers
            .invited
            .filter(|&invited| invited > 0)
            .map(|invited| n as f64 / f64::from(invited)),
        few: n < u64::from(policy.indirect.warn_below),
    }
}

/// Which surveys are about this cohort.
pub(crate) fn about<'a>(
    surveys: &'a [Survey],
    programme: &'a str,
    cohort: &'a str,
) -> impl Iterator<Item = &'a Survey> {
    surveys.iter().filter(move |survey| {
        survey.programme == programme && survey.cohort.as_deref().is_none_or(|own| own == cohort)
    })
}

/// What one audience says: its value and variance, its weight, its answers.
type Voice<'s> = (BigRational, f64, BigRational, &'s Answers);

/// The highest level of the chain's values; `None` where the policy does not turn survey means into levels.
fn level_scale(policy: &Policy) -> Option<u32> {
    if policy.indirect.levels.is_empty() || policy.indirect.value != "mean" {
        return None;
    }
    let scale = objective_method(&policy.objective.method)?.scheme(&policy.objective).outcome.scale();
    (scale > 1).then_some(scale)
}

/// The highest level whose cut-off the mean score reaches; 0 below all.
fn level(mean: &BigRational, answers: &Answers, policy: &Policy) -> BigRational {
    let score = mean * decimal_ratio(answers.scale_max);
    let reached = policy.indirect.levels.iter().rev().find(|cut| score >= decimal_ratio(cut.at));
    BigRational::from_integer(reached.map_or(0, |cut| cut.level).into())
}

/// The audiences by their weights, or the lowest of them; `value` is what one of them says.
fn joined(
    voices: &[Voice<'_>],
    policy: &Policy,
    value: impl Fn(&Voice<'_>) -> BigRational,
) -> Option<BigRational> {
    if policy.training_objective.audience_rule == "minimum" {
        return voices.iter().map(value).min();
    }
    let total: BigRational = voices.iter().map(|(_, _, weight, _)| weight).sum();
    Some(voices.iter().map(|voice| value(voice) * &voice.2 / &total).sum())
}

/// The audiences that the policy listens to and that answered.
fn voices<'s>(surveys: &[&'s Survey], policy: &Policy) -> Vec<Voice<'s>> {
    let rule = &policy.training_objective;
    let mut known: Vec<Voice<'s>> = Vec::new();
    for &survey in surveys {
        let weight = match rule.audiences.get(&survey.audience.0) {
            Some(weight) => decimal_ratio(*weight),
            None if rule.audiences.is_empty() => BigRational::one(),
            None => continue,
        };
        if let Some((value, variance)) = exact_value(&survey.answers, policy) {
            known.push((value, variance, weight, &survey.answers));
        }
    }
    known
}

/// The indirect value of a target: the audiences by their weights, or the lowest of them. Where the chain works
/// in levels and the policy has cut-offs for means, each audience's mean becomes a level first.
pub(crate) fn node<'a>(surveys: &[&Survey], n_students: usize, policy: &Policy) -> Option<Node<'a>> {
    let rule = &policy.training_objective;
    let known = voices(surveys, policy);
    let total: BigRational = known.iter().map(|(_, _, weight, _)| weight).sum();
    if known.is_empty() || total.is_zero() {
        return None;
    }
    let (exact, variance) = if rule.audience_rule == "minimum" {
        known.iter().min_by(|a, b| a.0.cmp(&b.0)).map(|(value, variance, _, _)| (value.clone(), *variance))?
    } else {
        let shares: Vec<BigRational> = known.iter().map(|(_, _, weight, _)| weight / &total).collect();
        let value = known.iter().zip(&shares).map(|((value, ..), share)| value * share).sum();
        let variance =
            (known.iter().zip(&shares)).map(|((_, v, ..), share)| ratio_f64(share).powi(2) * v).sum();
        (value, variance)
    };
    let levels = level_scale(policy);
    let exact = match levels {
        Some(_) => joined(&known, policy, |(mean, _, _, answers)| level(mean, answers, policy))?,
        None => exact,
    };
    let (value, bound) = rounded(&exact);
    let n: u64 = known.iter().map(|(.., answers)| answers.n()).sum();
    let invited: Option<u32> = known.iter().map(|(.., answers)| answers.invited).sum();
    Some(Node {
        value,
        bound,
        exact: Arc::new(move || exact.clone()),
        scale: levels.unwrap_or(1),
        influence: Some(vec![0.0; n_students]),
        other_variance: if levels.is_some() { 0.0 } else { variance },
        replicates: None,
        ends: None,
        smooth: levels.is_none(),
        presence: Presence {
            answers: Some((n.to_usize().unwrap_or(usize::MAX), invited.map(|n| n as usize))),
            ..Presence::none(n_students)
        },
    })
}

/// Replicates of a survey value about itself, for rules that are not smooth: normal deviates with the standard
/// error of each audience, taken through the levels where there are any.
pub(crate) fn replicate(node: &mut Node<'_>, surveys: &[&Survey], seed: u64, policy: &Policy) {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    let n = policy.uncertainty.replicates;
    if node.smooth {
        let se = node.other_variance.sqrt();
        let deviates = StandardNormal.sample_iter(&mut generator).take(n);
        node.replicates = Some(deviates.map(|z: f64| node.value + se * z).collect());
        return;
    }
    let known = voices(surveys, policy);
    let mut one = || {
        let mut deviated = Vec::with_capacity(known.len());
        for (mean, variance, weight, answers) in &known {
            let z: f64 = StandardNormal.sample(&mut generator);
            let mean = mean + BigRational::from_float(variance.sqrt() * z).unwrap_or_default();
            deviated.push((mean, *variance, weight.clone(), *answers));
        }
        let value = joined(&deviated, policy, |(mean, _, _, answers)| level(mean, answers, policy));
        value.map_or(0.0, |value| ratio_f64(&value))
    };
    node.replicates = Some((0..n).map(|_| one()).collect());
}
