//! The identifying columns of a bulk file: what each row is a mark of.

use std::ops::Range;

use super::codes::{Codes, EMPTY};
use super::lookup::Lookup;

/// No offering, item or student.
pub(super) const NONE: u32 = u32::MAX;

/// What a row is a mark of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    /// Position of the offering.
    pub(super) offering: u32,
    /// Position of the item in it.
    pub(super) item: u32,
    /// Number of the student.
    pub(super) student: u32,
}

impl Target {
    /// Whether offering, item and student are known.
    #[inline]
    pub(super) fn is_somewhere(&self) -> bool {
        self.offering != NONE && self.student != NONE
    }
}

/// The identifying columns of a bulk file.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) items: Codes,
    pub(super) offerings: Option<Codes>,
    pub(super) students: Codes,
    /// Code of a student → number of the student.
    pub(super) numbers: Vec<u32>,
    pub(super) lookup: Lookup,
}

impl Columns {
    /// What each of these rows is a mark of.
    pub(super) fn targets(&self, rows: Range<usize>) -> Vec<Target> {
        let number = |code: &u32| self.numbers.get(*code as usize).copied().unwrap_or(NONE);
        let pairs = self.items.rows[rows.clone()].iter().zip(&self.students.rows[rows.clone()]);
        let target = |(offering, item), student| Target { offering, item, student: number(student) };
        match (&self.lookup, &self.offerings) {
            (Lookup::Global(table), _) => {
                let nowhere = (NONE, NONE);
                pairs
                    .map(|(item, student)| {
                        target(table.get(*item as usize).copied().unwrap_or(nowhere), student)
                    })
                    .collect()
            }
            (lookup, offerings) => {
                let offering = |row: usize| {
                    offerings.as_ref().and_then(|codes| codes.rows.get(row)).map_or(EMPTY, |code| *code)
                };
                (pairs.zip(rows))
                    .map(|((item, student), row)| target(lookup.find(offering(row), *item), student))
                    .collect()
            }
        }
    }
}
