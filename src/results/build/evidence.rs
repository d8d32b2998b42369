//! Tables of how far the assessment of offerings can be trusted.

use rayon::prelude::*;

use super::super::schema;
use super::super::table::{Table, Value};
use super::Sources;
use crate::evidence;
use crate::model::Offering;

/// Items of offerings: difficulty, discrimination, ceiling, floor.
pub(super) fn item_analysis(sources: Sources<'_>) -> Table {
    let mut table = Table::new(&schema::ITEM_ANALYSIS);
    for (offering, found) in of_each(sources, evidence::items) {
        for item in &found {
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
    let (min_n, level) = (sources.policy.uncertainty.min_n, sources.policy.uncertainty.confidence);
    for (offering, found) in of_each(sources, |offering| evidence::objectives(offering, min_n, level)) {
        for one in &found {
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

/// Something of every offering, in order.
fn of_each<T: Send>(
    sources: Sources<'_>,
    of: impl Fn(&Offering) -> T + Sync + Send,
) -> impl Iterator<Item = (&Offering, T)> {
    let found: Vec<T> = sources.dataset.offerings.par_iter().map(of).collect();
    sources.dataset.offerings.iter().zip(found)
}
