//! The columns that travel with every figure.

use super::super::table::{Table, Value};
use crate::attainment::Attainment;
use crate::policy::Policy;

/// Adds a row: the key cells of the table, then the figure.
pub(super) fn push(
    table: &mut Table,
    keys: &[Value<'_>],
    figure: &Attainment,
    policy: &Policy,
    method: &str,
) {
    let shown = figure.shown.map(|shown| shown.to_string());
    let uncertainty = figure.uncertainty.as_ref();
    let interval =
        uncertainty.map(|known| format!("{} {}", known.method.key(), policy.uncertainty.confidence));
    let mut row = Vec::with_capacity(keys.len() + 17);
    row.extend_from_slice(keys);
    row.extend([
        figure.value.into(),
        shown.as_deref().into(),
        Value::Number(figure.value.map(|_| figure.scale)),
        uncertainty.and_then(|known| known.se).into(),
        uncertainty.map(|known| known.low).into(),
        uncertainty.map(|known| known.high).into(),
        interval.as_deref().into(),
        figure.counts.enrolled.into(),
        figure.counts.assessed.into(),
        figure.counts.excluded().into(),
        figure.expected.into(),
        figure.verdict.map(|verdict| verdict.key()).into(),
        uncertainty.and_then(|known| known.p_below).into(),
        method.into(),
        policy.key.as_str().into(),
        policy.status.key().into(),
        figure.reason.map(|reason| reason.key()).into(),
    ]);
    table.push(&row);
}
