//! Each student's own way up the chain, and the rule that counts students.

use std::sync::Arc;

use num_rational::BigRational;

use super::input::{Basis, Input};
use super::node::{Node, Presence};
use super::weights;
use crate::model::{Exact, Fraction, Indicator, Plan, Support, ratio_f64};
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
type OwnValues = Option<Vec<Option<f64>>>;

/// Every student's own way up. `values` gives the students' own values of a support, where it has marks.
pub(crate) fn chain(plan: &Plan, policy: &Policy, values: &dyn Fn(&Support) -> OwnValues) -> StudentChain {
    let mut by_indicator: Vec<Vec<(f64, OwnValues)>> = vec![Vec::new(); plan.indicators.len()];
    let mut n_students = 0;
    for support in &plan.support {
        let weight =
            weights::declared(support, plan, &policy.indicator).map_or(0.0, |weight| ratio_f64(&weight));
        let own = values(support);
        n_students = n_students.max(own.as_ref().map_or(0, Vec::len));
        by_indicator[support.indicator].push((weight, own));
    }
    let indicators: Vec<Vec<Option<OwnIndicator>>> = (0..n_students)
        .map(|student| by_indicator.iter().map(|parts| own_indicator(parts, student)).collect())
        .collect();
    let requirements = indicators
        .iter()
        .map(|own| (0..plan.requirements.len()).map(|at| own_requirement(at, own, plan, policy)).collect());
    StudentChain { requirements: requirements.collect(), indicators }
}

fn own_indicator(parts: &[(f64, OwnValues)], student: usize) -> Option<OwnIndicator> {
    let whole: f64 = parts.iter().map(|(weight, _)| weight).sum();
    let (mut sum, mut present, mut n_inputs) = (0.0, 0.0, 0);
    for (weight, values) in parts {
        if let Some(value) = values.as_ref().and_then(|values| values[student]) {
            sum += weight * value;
            present += weight;
            n_inputs += 1;
        }
    }
    (present > 0.0).then(|| OwnIndicator { value: sum / present, n_inputs, coverage: present / whole })
}

fn own_requirement(
    position: usize,
    own: &[Option<OwnIndicator>],
    plan: &Plan,
    policy: &Policy,
) -> Option<OwnRequirement> {
    let members =
        (plan.indicators.iter().zip(own)).filter(|(indicator, _)| indicator.requirement == position);
    let known: Vec<(f64, BigRational, Fraction)> = members
        .filter_map(|(indicator, own)| {
            let weight = indicator
                .weight
                .map_or_else(|| BigRational::from_integer(1.into()), crate::model::decimal_ratio);
            Some((own.as_ref()?.value, weight, indicator.expected.unwrap_or(policy.threshold.indicator)))
        })
        .collect();
    if known.is_empty() {
        return None;
    }
    let rule = super::rule::rule(&policy.requirement.rule)?;
    let lacking = |(indicator, own): (&Indicator, &Option<OwnIndicator>)| {
        indicator.requirement == position && own.is_some() && indicator.weight.is_none()
    };
    if rule.needs_levels() && plan.indicators.iter().zip(own).any(lacking) {
        return None;
    }
    let weights: Vec<BigRational> = known.iter().map(|(_, weight, _)| weight.clone()).collect();
    let combination = rule.combination(&weights, &crate::model::decimal_ratio(policy.indicator.highest));
    let values: Vec<f64> = known.iter().map(|(value, ..)| *value).collect();
    let thresholds: Vec<f64> = known.iter().map(|(.., expected)| expected.to_f64()).collect();
    Some(OwnRequirement { value: combination.replicate(&values, &thresholds), n_indicators: known.len() })
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
        let parts = [(0.5, Some(vec![Some(0.8), None])), (0.5, Some(vec![Some(0.6), Some(0.4)]))];
        let both = own_indicator(&parts, 0).unwrap();
        assert!((both.value - 0.7).abs() < 1e-15 && both.n_inputs == 2);
        let one = own_indicator(&parts, 1).unwrap();
        assert!((one.value - 0.4).abs() < 1e-15 && (one.coverage - 0.5).abs() < 1e-15);
    }
}
