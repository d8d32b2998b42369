//! Each student's own way up the chain, and the rule that counts students.

use std::collections::BTreeMap;
use std::sync::Arc;

use num_rational::BigRational;

use super::input::{Basis, Input};
use super::node::{Node, Presence};
use super::rule::Combination;
use super::weights;
use crate::model::{Decimal, Exact, Fraction, Plan, Support, decimal_ratio, ratio_f64};
use crate::policy::Policy;

/// A student's own indicator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OwnIndicator {
    /// Weighted mean of the student's own values over what has evidence for this student.
    pub value: f64,
    /// Courses or objectives with evidence.
    pub n_inputs: usize,
    /// Share of the declared weight with evidence.
    pub coverage: f64,
}

/// A student's own requirement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OwnRequirement {
    /// The policy's rule over the student's own indicators.
    pub value: f64,
    /// Indicators with evidence.
    pub n_indicators: usize,
}

/// Every student's own indicators and requirements: students in the cohort's order, then the plan's order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StudentChain {
    /// Per student and indicator.
    pub indicators: Vec<Vec<Option<OwnIndicator>>>,
    /// Per student and requirement.
    pub requirements: Vec<Vec<Option<OwnRequirement>>>,
}

/// The students' own values of one support; `None` where it has no marks.
type OwnValues<'v> = Option<&'v [Option<f64>]>;

/// Every student's own way up. `values` gives the students' own values of a support, where it has marks.
pub(crate) fn chain<'v>(
    plan: &Plan,
    policy: &Policy,
    values: &dyn Fn(&Support) -> OwnValues<'v>,
) -> StudentChain {
    let mut by_indicator: Vec<Vec<(f64, OwnValues<'v>)>> = vec![Vec::new(); plan.indicators.len()];
    let mut n_students = 0;
    for support in &plan.support {
        let weight =
            weights::declared(support, plan, &policy.indicator).map_or(0.0, |weight| ratio_f64(&weight));
        let own = values(support);
        n_students = n_students.max(own.map_or(0, <[_]>::len));
        by_indicator[support.indicator].push((weight, own));
    }
    let indicators: Vec<Vec<Option<OwnIndicator>>> = (0..n_students)
        .map(|student| by_indicator.iter().map(|parts| own_indicator(parts, student)).collect())
        .collect();
    let mut rules: Vec<OwnRule<'_>> =
        (0..plan.requirements.len()).map(|at| OwnRule::new(at, plan, policy)).collect();
    let requirements =
        indicators.iter().map(|own| rules.iter_mut().map(|rule| rule.requirement(own)).collect()).collect();
    StudentChain { requirements, indicators }
}

fn own_indicator(parts: &[(f64, OwnValues<'_>)], student: usize) -> Option<OwnIndicator> {
    let whole: f64 = parts.iter().map(|(weight, _)| weight).sum();
    let (mut sum, mut present, mut n_inputs) = (0.0, 0.0, 0);
    for (weight, values) in parts {
        if let Some(value) = values.and_then(|values| values[student]) {
            sum += weight * value;
            present += weight;
            n_inputs += 1;
        }
    }
    (present > 0.0).then(|| OwnIndicator { value: sum / present, n_inputs, coverage: present / whole })
}

/// The policy's rule over the indicators of one requirement, for students of whom some indicators are known.
struct OwnRule<'a> {
    policy: &'a Policy,
    /// Positions of the requirement's indicators.
    members: Vec<usize>,
    weights: Vec<BigRational>,
    /// Whether each indicator says its weight or level.
    mapped: Vec<bool>,
    thresholds: Vec<f64>,
    /// Which of the members are known → how they combine: few patterns serve all students.
    combinations: BTreeMap<Vec<bool>, Option<Combination>>,
}

impl<'a> OwnRule<'a> {
    fn new(position: usize, plan: &Plan, policy: &'a Policy) -> Self {
        let indicators = || {
            (plan.indicators.iter().enumerate()).filter(|(_, indicator)| indicator.requirement == position)
        };
        let weight = |weight: Option<Decimal>| {
            weight.map_or_else(|| BigRational::from_integer(1.into()), decimal_ratio)
        };
        let expected = |expected: Option<Fraction>| expected.unwrap_or(policy.threshold.indicator).to_f64();
        Self {
            policy,
            members: indicators().map(|(at, _)| at).collect(),
            weights: indicators().map(|(_, indicator)| weight(indicator.weight)).collect(),
            mapped: indicators().map(|(_, indicator)| indicator.weight.is_some()).collect(),
            thresholds: indicators().map(|(_, indicator)| expected(indicator.expected)).collect(),
            combinations: BTreeMap::new(),
        }
    }

    fn requirement(&mut self, own: &[Option<OwnIndicator>]) -> Option<OwnRequirement> {
        let known: Vec<bool> = self.members.iter().map(|&at| own[at].is_some()).collect();
        let values: Vec<f64> = self.members.iter().filter_map(|&at| Some(own[at]?.value)).collect();
        if values.is_empty() {
            return None;
        }
        let thresholds: Vec<f64> =
            (self.thresholds.iter().zip(&known)).filter(|(_, known)| **known).map(|(at, _)| *at).collect();
        let (weights, mapped, policy) = (&self.weights, &self.mapped, self.policy);
        let combination = self.combinations.entry(known).or_insert_with_key(|known| {
            let weights: Vec<BigRational> =
                (weights.iter().zip(known)).filter(|(_, known)| **known).map(|(w, _)| w.clone()).collect();
            let rule = super::rule::rule(&policy.requirement.rule)?;
            if rule.needs_levels() && mapped.iter().zip(known).any(|(mapped, known)| *known && !mapped) {
                return None;
            }
            Some(rule.combination(&weights, &decimal_ratio(policy.indicator.highest)))
        });
        let value = combination.as_ref()?.replicate(&values, &thresholds);
        Some(OwnRequirement { value, n_indicators: values.len() })
    }
}

/// The share of students who reach at least `course_share` of what is mapped and has evidence for them.
pub(crate) fn share_node<'a>(
    held: &[(&Support, &Input<'a>)],
    course_share: Fraction,
    policy: &Policy,
    n_students: usize,
) -> Option<Node<'a>> {
    let needed = course_share.ratio();
    let threshold = policy.threshold.objective.to_f64();
    let mut presence = Presence::none(n_students);
    let mut hits = vec![false; n_students];
    for (student, hit) in hits.iter_mut().enumerate() {
        let own: Vec<bool> = (held.iter().filter(|(_, input)| input.basis == Basis::Marks))
            .filter_map(|(_, input)| Some(input.students[student]? >= threshold - 1e-12))
            .collect();
        presence.enrolled[student] = held.iter().any(|(_, input)| input.node.presence.enrolled[student]);
        if own.is_empty() {
            continue;
        }
        presence.assessed[student] = true;
        let reached = BigRational::new(own.iter().filter(|&&hit| hit).count().into(), own.len().into());
        *hit = reached >= needed;
    }
    let n = presence.assessed.iter().filter(|&&here| here).count();
    let count = hits.iter().filter(|&&hit| hit).count();
    if n == 0 {
        return None;
    }
    let exact = BigRational::new(count.into(), n.into());
    let value = ratio_f64(&exact);
    let factor = (n as f64 / (n as f64 - 1.0).max(1.0)).sqrt() / n as f64;
    let influence = (hits.iter().zip(&presence.assessed))
        .map(|(&hit, &here)| if here { factor * (f64::from(u8::from(hit)) - value) } else { 0.0 })
        .collect();
    Some(Node {
        value,
        bound: Exact::bound(value, 2),
        exact: Arc::new(move || exact.clone()),
        scale: 1,
        influence: Some(influence),
        other_variance: 0.0,
        replicates: None,
        ends: None,
        smooth: true,
        presence,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_evidence_leaves_the_weights_of_a_student() {
        let values = [[Some(0.8), None], [Some(0.6), Some(0.4)]];
        let parts = values.each_ref().map(|own| (0.5, Some(own.as_slice())));
        let both = own_indicator(&parts, 0).unwrap();
        assert!((both.value - 0.7).abs() < 1e-15 && both.n_inputs == 2);
        let one = own_indicator(&parts, 1).unwrap();
        assert!((one.value - 0.4).abs() < 1e-15 && (one.coverage - 0.5).abs() < 1e-15);
    }
}
