//! Tables of how far the assessment of offerings can be trusted.

use rayon::prelude::*;

use super::super::schema;
use super::super::table::{Table, Value};
use super::Sources;
use crate::evidence::{OfferingEvidence, offering_evidence};
use crate::model::Offering;

/// The evidence of every offering, in order.
fn evidence(sources: Sources<'_>) -> Vec<(&Offering, OfferingEvidence)> {
    let uncertainty = &sources.policy.uncertainty;
    let of = |offering| offering_evidence(offering, uncertainty.min_n, uncertainty.confidence);
    sources.dataset.offerings.par_iter().map(|offering| (offering, of(offering))).collect()
}

/// Items of offerings: difficulty, discrimination, ceiling, floor.
pub(super) fn item_analysis(sources: Sources<'_>) -> Table {
    let mut table = Table::new(&schema::ITEM_ANALYSIS);
    for (offering, found) in evidence(sources) {
        for item in &found.items {
            table.push(&[
                offering.id.as_str().into(),
                offering.course.as_str().into(),
                offering.items[item.item].id.as_str().into(),
                item.difficulty.into(),
                item.discrimination.into(),
                item.ceiling.into(),
                item.floor.into(),
                item.n_scored.into(),
                item.n_complete.into(),
            ]);
        }
    }
    table
}

/// Objectives of offerings and whole assessments: coverage, points, difficulty, reliability.
pub(super) fn reliability(sources: Sources<'_>) -> Table {
    let mut table = Table::new(&schema::RELIABILITY);
    let level = sources.policy.uncertainty.confidence;
    for (offering, found) in evidence(sources) {
        for one in &found.objectives {
            table.push(&[
                offering.id.as_str().into(),
                offering.course.as_str().into(),
                one.objective.map(|at| offering.objectives[at].id.as_str()).into(),
                one.n_items.into(),
                one.points.into(),
                one.point_share.into(),
                one.difficulty.into(),
                one.alpha.into(),
                one.interval.map(|ends| ends.0).into(),
                one.interval.map(|ends| ends.1).into(),
                Value::Number(one.interval.map(|_| level)),
                one.n_complete.into(),
            ]);
        }
    }
    table
}
