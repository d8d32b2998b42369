//! Offerings from assessments: which items have evidence, and what they weigh.

use std::collections::{BTreeMap, BTreeSet};

use super::tables::kinds;
use super::{ASSESSMENTS, Assessment, Known, OfferingKey, at, offering_id};
use crate::model::{Decimal, Issue, Place, Severity};

/// An objective of an offering: one type of assessment.
#[derive(Debug)]
pub(super) struct Objective {
    /// Position in the list of kinds.
    pub(super) kind: usize,
    /// Weight in the course value; `None` = equal.
    pub(super) weight: Option<Decimal>,
    /// Positions of its assessments.
    pub(super) items: Vec<usize>,
    /// Whether the items weigh by their full marks, since all their weights are 0.
    pub(super) by_full_mark: bool,
}

/// Objectives of each offering.
pub(super) type Offerings = BTreeMap<OfferingKey, Vec<Objective>>;

/// The offerings with everything odd about their weights said.
pub(super) fn offerings(known: &Known, issues: &mut Vec<Issue>) -> Offerings {
    let with_results: BTreeSet<usize> = known.scores.iter().map(|score| score.assessment).collect();
    let mut grouped: BTreeMap<&OfferingKey, Vec<usize>> = BTreeMap::new();
    for (position, assessment) in known.assessments.iter().enumerate() {
        grouped.entry(&assessment.offering).or_default().push(position);
    }
    let mut offerings = Offerings::new();
    for (key, positions) in grouped {
        check_sums(key, &positions, &known.assessments, issues);
        let mut used = Vec::new();
        for position in positions {
            if with_results.contains(&position) {
                used.push(position);
            } else {
                issues.push(without_results(&known.assessments[position]));
            }
        }
        offerings.insert(key.clone(), objectives(key, &used, &known.assessments, issues));
    }
    offerings
}

fn without_results(assessment: &Assessment) -> Issue {
    Issue::new("oulad-item-without-results", Severity::Warning, at(ASSESSMENTS, assessment.row))
        .with("offering", offering_id(&assessment.offering))
        .with("item", &assessment.id)
        .with("kind", &assessment.kind)
        .with("weight", assessment.weight)
}

/// Coursework should weigh 100, and so should the examination.
fn check_sums(key: &OfferingKey, positions: &[usize], assessments: &[Assessment], issues: &mut Vec<Issue>) {
    for (kind, examination) in [("TMA + CMA", false), ("Exam", true)] {
        let own = positions.iter().map(|&position| &assessments[position]);
        let own: Vec<&Assessment> = own.filter(|own| (own.kind == "Exam") == examination).collect();
        let sum: Decimal = own.iter().map(|own| own.weight).sum();
        if !own.is_empty() && sum != Decimal::ONE_HUNDRED {
            issues.push(
                Issue::new("oulad-weights-sum", Severity::Warning, Place::file(ASSESSMENTS))
                    .with("offering", offering_id(key))
                    .with("kind", kind)
                    .with("sum", sum.normalize())
                    .with("expected", 100),
            );
        }
    }
}

fn objectives(
    key: &OfferingKey,
    used: &[usize],
    assessments: &[Assessment],
    issues: &mut Vec<Issue>,
) -> Vec<Objective> {
    let mut objectives = Vec::new();
    for (kind, (id, name, ..)) in kinds().iter().enumerate() {
        let items: Vec<usize> =
            used.iter().copied().filter(|&position| assessments[position].kind == *name).collect();
        if items.is_empty() {
            continue;
        }
        let sum: Decimal = items.iter().map(|&position| assessments[position].weight).sum();
        if sum.is_zero() {
            issues.push(
                Issue::new("oulad-weights-zero", Severity::Warning, Place::file(ASSESSMENTS))
                    .with("offering", offering_id(key))
                    .with("objective", id),
            );
        }
        objectives.push(Objective {
            kind,
            weight: Some(sum.normalize()),
            items,
            by_full_mark: sum.is_zero(),
        });
    }
    if !objectives.is_empty() && objectives.iter().all(|own| own.by_full_mark) {
        objectives.iter_mut().for_each(|own| own.weight = None);
        issues.push(
            Issue::new("oulad-objectives-equal", Severity::Warning, Place::file(ASSESSMENTS))
                .with("offering", offering_id(key)),
        );
    }
    objectives
}
