//! Units to several of which a student may belong, with shares.

use std::collections::{BTreeMap, BTreeSet};

use super::declared::{Declaration, Persistence, Rows};
use super::occasions::Occasion;
use crate::model::{Dataset, UnitShare, decimal_f64};
use crate::value_added::data::Category;
use crate::value_added::design::Membership;
use crate::value_added::error::ValueAddedError;

/// The units of each row.
#[derive(Debug, Clone, PartialEq)]
pub struct Shares {
    /// The factor.
    pub factor: String,
    units: Vec<String>,
    rows: Vec<Vec<(u32, f64)>>,
}

impl Shares {
    /// The declared memberships of these rows; `None` where none are declared. A membership without a time holds at all
    /// times. Where rows are students, the units of all times count with their shares.
    ///
    /// # Errors
    /// [`ValueAddedError::NoMembership`].
    pub(super) fn declared(
        dataset: &Dataset,
        declaration: &Declaration,
        at: &[Occasion<'_>],
    ) -> Result<Option<Self>, ValueAddedError> {
        let Some(factor) = &declaration.membership else { return Ok(None) };
        let all = &dataset.memberships;
        let start = all.partition_point(|one| one.factor < *factor);
        let run = &all[start..];
        let run = &run[..run.partition_point(|one| one.factor == *factor)];
        if run.is_empty() {
            let mut known: Vec<String> = all.iter().map(|one| one.factor.clone()).collect();
            known.dedup();
            return Err(ValueAddedError::NoMembership { factor: factor.clone(), known });
        }
        let times = run.iter().filter_map(|one| one.time.as_deref()).chain(at.iter().filter_map(|row| row.1));
        let unordered = |time: &&str| declaration.time_order(time).is_none();
        let layered = declaration.rows == Rows::Times && declaration.persistence == Persistence::Complete;
        let times: BTreeSet<&str> = times.filter(|time| layered && unordered(time)).collect();
        if !times.is_empty() {
            let times = times.into_iter().map(str::to_owned).collect();
            return Err(ValueAddedError::TimesWithoutOrder { times });
        }
        let mut units: Vec<&str> = run.iter().map(|one| one.unit.as_str()).collect();
        units.sort_unstable();
        units.dedup();
        let row = |(student, time): &Occasion<'_>| {
            let start = run.partition_point(|one| one.student < *student);
            let own = run[start..].iter().take_while(|one| one.student == *student);
            let counts = |one: &&UnitShare| counts(declaration, one, *time);
            let share = |one: &UnitShare| {
                (units.partition_point(|unit| **unit < *one.unit) as u32, decimal_f64(one.share))
            };
            own.filter(counts).map(share).collect()
        };
        Ok(Some(Self {
            factor: factor.clone(),
            rows: at.iter().map(row).collect(),
            units: units.into_iter().map(str::to_owned).collect(),
        }))
    }

    /// The same for some of the rows.
    pub(super) fn select(&self, rows: &[usize]) -> Self {
        Self { rows: rows.iter().map(|row| self.rows[*row].clone()).collect(), ..self.clone() }
    }

    /// The one unit of each row.
    ///
    /// # Errors
    /// [`ValueAddedError::OutOfRange`] for a row with several units, or a part of one.
    pub(super) fn alone(&self) -> Result<Category, ValueAddedError> {
        let one = |shares: &Vec<(u32, f64)>| match shares.as_slice() {
            [] => Ok(None),
            [(unit, share)] if (share - 1.0).abs() < f64::EPSILON => Ok(Some(*unit)),
            several => Err(ValueAddedError::OutOfRange {
                what: "the units of a student at a time",
                value: several.iter().fold(0.0, |sum: f64, (_, share)| sum.max(1.0 / share)),
                expected: "one, with the whole share",
            }),
        };
        let codes: Result<Vec<Option<u32>>, _> = self.rows.iter().map(one).collect();
        Category::new(codes?, self.units.clone())
    }

    /// The factor of a model on these rows, with the units that occur there.
    pub(super) fn membership(&self, rows: &[usize]) -> Result<Membership, ValueAddedError> {
        let own = rows.iter().map(|row| &self.rows[*row]);
        let mut place: BTreeMap<u32, u32> = own.clone().flatten().map(|(unit, _)| (*unit, 0)).collect();
        for (at, value) in (0_u32..).zip(place.values_mut()) {
            *value = at;
        }
        let levels = place.keys().map(|unit| self.units[*unit as usize].clone()).collect();
        let renumbered = |shares: &Vec<(u32, f64)>| -> Vec<(u32, f64)> {
            shares.iter().filter_map(|(unit, share)| Some((*place.get(unit)?, *share))).collect()
        };
        Membership::new(self.factor.clone(), levels, own.map(renumbered).collect())
    }
}

/// Whether a membership counts at the time of a row.
fn counts(declaration: &Declaration, one: &UnitShare, row: Option<&str>) -> bool {
    let (Rows::Times, Some(own), Some(row)) = (declaration.rows, one.time.as_deref(), row) else {
        return true;
    };
    match declaration.persistence {
        Persistence::None | Persistence::Estimated => own == row,
        Persistence::Complete => declaration.time_order(own) <= declaration.time_order(row),
    }
}
