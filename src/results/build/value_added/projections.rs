//! Where students without the outcome are going: trajectories and what targets ask of them.

use super::super::super::schema;
use super::super::super::table::{Table, Value};
use super::found;
use crate::model::Dataset;
use crate::value_added::study::{Fit, Projected, Projections};

/// Model, cohort, student, factor, unit and the last score.
fn head<'v>(
    dataset: &'v Dataset,
    fit: &'v Fit<'_>,
    (of, one): (&'v Projections, &'v Projected),
) -> Vec<Value<'v>> {
    vec![
        fit.declaration.key.as_str().into(),
        fit.cohort.as_deref().into(),
        dataset.students[one.student as usize].id.as_str().into(),
        of.factor.as_deref().into(),
        one.unit.as_deref().into(),
        one.from.as_str().into(),
    ]
}

pub(super) fn growth_projections(dataset: &Dataset, fits: &[Fit<'_>]) -> Table {
    let mut table = Table::new(&schema::GROWTH_PROJECTIONS);
    for (fit, findings) in found(fits) {
        let of = &findings.projections;
        for one in &of.students {
            let head = head(dataset, fit, (of, one));
            for (number, (step, scores)) in (1_usize..).zip(&one.paths) {
                let step = &of.steps[*step];
                for (percentile, score) in scores {
                    let trajectory = format!("p{percentile}");
                    let mut row = head.clone();
                    row.extend([
                        Value::from(step.measure.as_str()),
                        number.into(),
                        trajectory.as_str().into(),
                        usize::from(*percentile).into(),
                        (*score).into(),
                        step.priors.into(),
                        step.cohort.as_deref().into(),
                        step.n.into(),
                    ]);
                    table.push(&row);
                }
            }
        }
    }
    table
}

pub(super) fn growth_targets(dataset: &Dataset, fits: &[Fit<'_>]) -> Table {
    let mut table = Table::new(&schema::GROWTH_TARGETS);
    for (fit, findings) in found(fits) {
        let of = &findings.projections;
        for one in &of.students {
            for needed in &one.needed {
                let mut row = head(dataset, fit, (of, one));
                row.extend([
                    Value::from(fit.declaration.formula.response.as_str()),
                    needed.target.as_str().into(),
                    needed.score.into(),
                    needed.percentile.map(usize::from).into(),
                    needed.growth().key().into(),
                ]);
                table.push(&row);
            }
        }
    }
    table
}
