//! The weights of what supports an indicator, by the policy's rule.

use std::collections::BTreeMap;

use ndarray::Array2;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero};

use super::rule::{Combination, normalised, scaled};
use crate::model::{Decimal, Plan, Strength, Support, decimal_ratio};
use crate::policy::{IndicatorPolicy, WeightRule};
use crate::stats::ahp;

/// Decimal places that the weights of pairwise judgements are rounded to, so that what follows is exact.
const JUDGEMENT_PLACES: i32 = 6;

/// The declared weight of a support; `None` where the rule cannot weigh it.
pub(crate) fn declared(support: &Support, plan: &Plan, policy: &IndicatorPolicy) -> Option<BigRational> {
    let strength = || match &support.strength {
        Strength::Weight(weight) => Some(decimal_ratio(*weight)),
        Strength::Code(code) => policy.codes.get(code).map(|weight| decimal_ratio(*weight)),
    };
    match policy.weights {
        WeightRule::Equal | WeightRule::Ahp => Some(BigRational::one()),
        WeightRule::Credits => plan.courses[support.course].credits.map(decimal_ratio),
        _ => strength(),
    }
}

/// How the supports with evidence make the indicator. `supports` are those, with their declared weights.
pub(crate) fn combination(
    indicator: &str,
    supports: &[(&Support, BigRational)],
    all: &[&Support],
    policy: &IndicatorPolicy,
) -> Combination {
    let weights: Vec<BigRational> = supports.iter().map(|(_, weight)| weight.clone()).collect();
    match policy.weights {
        WeightRule::MappedScaled => scaled(&weights, &decimal_ratio(policy.highest)),
        WeightRule::HmlGroups => Combination::Linear(grouped(supports)),
        WeightRule::Ahp => Combination::Linear(judged(indicator, supports, all, &policy.judgements)),
        _ => Combination::Linear(normalised(&weights)),
    }
}

/// Each group of equal weight has that weight, shared equally by its members, over the groups present.
fn grouped(supports: &[(&Support, BigRational)]) -> Vec<BigRational> {
    let mut sizes: BTreeMap<&BigRational, usize> = BTreeMap::new();
    for (_, weight) in supports {
        *sizes.entry(weight).or_default() += 1;
    }
    let total: BigRational = sizes.keys().copied().sum();
    let share = |(_, weight): &(&Support, BigRational)| {
        let members = BigRational::from_integer(sizes[weight].into());
        if total.is_zero() { BigRational::zero() } else { weight / &total / members }
    };
    let shares: Vec<BigRational> = supports.iter().map(share).collect();
    if total.is_zero() { normalised(&shares) } else { shares }
}

/// Principal eigenvector of the indicator's judgements, rows in the order of its supports; equal weights where
/// there are none of the right size.
fn judged(
    indicator: &str,
    supports: &[(&Support, BigRational)],
    all: &[&Support],
    judgements: &BTreeMap<String, Vec<Vec<Decimal>>>,
) -> Vec<BigRational> {
    let size = all.len();
    let matrix = judgements.get(indicator).and_then(|rows| {
        let cells: Vec<f64> = rows.iter().flatten().filter_map(Decimal::to_f64).collect();
        Array2::from_shape_vec((size, size), cells).ok().filter(|_| rows.len() == size)
    });
    let priorities = matrix.and_then(|matrix| ahp::priorities(matrix.view()).ok());
    let unit = 10f64.powi(JUDGEMENT_PLACES);
    let weight = |(support, _): &(&Support, BigRational)| match &priorities {
        Some(priorities) => {
            let at = all.iter().position(|other| std::ptr::eq(*other, *support)).unwrap_or(0);
            let units = (priorities.weights[at] * unit).round() as i64;
            BigRational::new(units.into(), 10i64.pow(JUDGEMENT_PLACES as u32).into())
        }
        None => BigRational::one(),
    };
    normalised(&supports.iter().map(weight).collect::<Vec<_>>())
}
