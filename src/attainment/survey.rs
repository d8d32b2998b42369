//! Indirect evaluation: what surveys say about a level of the chain.

use std::sync::Arc;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, StandardNormal};

use super::group::rounded;
use super::node::{Node, Presence};
use crate::model::{Answers, Survey, SurveyTarget, decimal_ratio, ratio_f64};
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

/// Which surveys are about this target of this cohort.
pub(crate) fn about<'a>(
    surveys: &'a [Survey],
    programme: &'a str,
    cohort: &'a str,
    target: &'a SurveyTarget,
) -> impl Iterator<Item = &'a Survey> {
    surveys.iter().filter(move |survey| {
        survey.programme == programme
            && survey.cohort.as_deref().is_none_or(|own| own == cohort)
            && survey.target == *target
    })
}

/// The indirect value of a target: the audiences by their weights, or the lowest of them.
pub(crate) fn node<'a>(surveys: &[&Survey], n_students: usize, policy: &Policy) -> Option<Node<'a>> {
    let rule = &policy.training_objective;
    let mut known: Vec<(BigRational, f64, BigRational, &Answers)> = Vec::new();
    for survey in surveys {
        let weight = match rule.audiences.get(&survey.audience.0) {
            Some(weight) => decimal_ratio(*weight),
            None if rule.audiences.is_empty() => BigRational::one(),
            None => continue,
        };
        if let Some((value, variance)) = exact_value(&survey.answers, policy) {
            known.push((value, variance, weight, &survey.answers));
        }
    }
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
    let (value, bound) = rounded(&exact);
    let n: u64 = known.iter().map(|(.., answers)| answers.n()).sum();
    let invited: Option<u32> = known.iter().map(|(.., answers)| answers.invited).sum();
    Some(Node {
        value,
        bound,
        exact: Arc::new(move || exact.clone()),
        scale: 1,
        influence: Some(vec![0.0; n_students]),
        other_variance: variance,
        replicates: None,
        smooth: true,
        presence: Presence {
            answers: Some((n.to_usize().unwrap_or(usize::MAX), invited.map(|n| n as usize))),
            ..Presence::none(n_students)
        },
    })
}

/// Replicates of a survey value about itself: normal deviates with its own standard error, for rules that are
/// not smooth.
pub(crate) fn replicate(node: &mut Node<'_>, seed: u64, replicates: usize) {
    let se = node.other_variance.sqrt();
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    let deviates = StandardNormal.sample_iter(&mut generator).take(replicates);
    node.replicates = Some(deviates.map(|z: f64| node.value + se * z).collect());
}
