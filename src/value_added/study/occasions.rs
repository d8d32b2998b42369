//! Rows that are times: every student at every time at which the outcome was measured.
//!
//! Beside the columns of students a formula may name `time`, the time since the first one (a number; the position where
//! the declaration lists the times), `occasion`, the time as a category, and `student`. A measure taken at these times has its score of the row's own time.

use std::collections::{BTreeMap, BTreeSet};

use super::columns::{Own, category, column, known, scores_of};
use super::declared::{Declaration, OCCASION, STUDENT};
use crate::model::{Dataset, decimal_f64, parse_decimal};
use crate::value_added::data::{Category, Column, Data};
use crate::value_added::error::ValueAddedError;

/// A student and a time.
pub(super) type Occasion<'d> = (u32, Option<&'d str>);

/// Where the outcome was measured, by student and time.
pub(super) fn occasions<'d>(
    dataset: &'d Dataset,
    outcome: &str,
    belongs: impl Fn(&u32) -> bool,
) -> Vec<Occasion<'d>> {
    let own = scores_of(dataset, outcome).iter().filter(|one| belongs(&one.student));
    own.map(|one| (one.student, one.time.as_deref())).collect()
}

/// The named columns of these rows.
///
/// # Errors
/// [`ValueAddedError::NoSuchColumn`], [`ValueAddedError::TimesWithoutOrder`].
pub(super) fn occasion_columns(
    dataset: &Dataset,
    own: &Own,
    (at, times): (&[Occasion<'_>], &[String]),
    names: &[&str],
) -> Result<Data, ValueAddedError> {
    let students: Vec<u32> = at.iter().map(|(student, _)| *student).collect();
    let labels: BTreeSet<Option<&str>> = at.iter().map(|(_, time)| *time).collect();
    let mut columns = Vec::new();
    for name in names {
        let found = match *name {
            "time" => Some(time(at, &labels, times)?),
            OCCASION => Some(occasion(at, &labels, times)?),
            STUDENT => {
                let id = |at: u32| Some(dataset.students[at as usize].id.as_str());
                Some(category(&students, id))
            }
            _ => at_its_time(dataset, at, &labels, name).or_else(|| column(dataset, own, &students, name)),
        };
        let missing = || {
            let mut known = known(dataset, own);
            known.extend(["time", OCCASION, STUDENT].map(str::to_owned));
            ValueAddedError::NoSuchColumn { column: (*name).to_owned(), known }
        };
        columns.push(((*name).to_owned(), found.ok_or_else(missing)?));
    }
    Data::new(columns)
}

/// The scores of a measure that was taken at one of the times.
fn at_its_time(
    dataset: &Dataset,
    at: &[Occasion<'_>],
    labels: &BTreeSet<Option<&str>>,
    name: &str,
) -> Option<Column> {
    let run = scores_of(dataset, name);
    run.iter().any(|one| labels.contains(&one.time.as_deref())).then(|| {
        let scores: BTreeMap<Occasion<'_>, f64> =
            run.iter().map(|one| ((one.student, one.time.as_deref()), decimal_f64(one.score))).collect();
        Column::Number(at.iter().map(|row| scores.get(row).copied()).collect())
    })
}

/// Where each time stands among the others.
fn order<'t>(
    labels: &BTreeSet<Option<&'t str>>,
    times: &[String],
) -> Result<BTreeMap<Option<&'t str>, f64>, ValueAddedError> {
    let order: Option<BTreeMap<Option<&str>, f64>> =
        labels.iter().map(|label| Some((*label, position(label.as_ref()?, times)?))).collect();
    order.ok_or_else(|| ValueAddedError::TimesWithoutOrder {
        times: labels.iter().map(|label| label.unwrap_or("—").to_owned()).collect(),
    })
}

/// The times as categories, in their order.
fn occasion(
    at: &[Occasion<'_>],
    labels: &BTreeSet<Option<&str>>,
    times: &[String],
) -> Result<Column, ValueAddedError> {
    let order = order(labels, times)?;
    let mut levels: Vec<&str> = order.keys().copied().flatten().collect();
    levels.sort_by(|a, b| order[&Some(*a)].total_cmp(&order[&Some(*b)]).then(a.cmp(b)));
    let code = |time: Option<&str>| {
        levels.iter().position(|level| Some(*level) == time).and_then(|at| u32::try_from(at).ok())
    };
    let codes = at.iter().map(|(_, time)| code(*time)).collect();
    Ok(Column::Category(Category::new(codes, levels.iter().map(|level| (*level).to_owned()).collect())?))
}

fn time(
    at: &[Occasion<'_>],
    labels: &BTreeSet<Option<&str>>,
    times: &[String],
) -> Result<Column, ValueAddedError> {
    let order = order(labels, times)?;
    let first = order.values().copied().fold(f64::INFINITY, f64::min);
    Ok(Column::Number(at.iter().map(|(_, time)| order.get(time).map(|own| own - first)).collect()))
}

/// The place among the declared times, or the number of the name.
fn position(label: &str, times: &[String]) -> Option<f64> {
    if times.is_empty() {
        return parse_decimal(label).map(decimal_f64);
    }
    times.iter().position(|time| time == label).map(|at| at as f64)
}

impl Declaration {
    /// Where a time stands among the others.
    pub(super) fn time_order(&self, time: &str) -> Option<f64> {
        position(time, &self.times)
    }
}
