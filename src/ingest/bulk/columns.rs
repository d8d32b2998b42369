//! The identifying columns of a bulk file: what each row is a mark of.

use std::ops::Range;

use super::SPAN_ROWS;
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
    /// Rank of the student; the number as long as ranks are not known.
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
    /// Code of a student → number of the student, and later the rank.
    pub(super) numbers: Vec<u32>,
    pub(super) lookup: Lookup,
}

impl Columns {
    /// Students are called by their ranks from now on.
    pub(super) fn call_by_rank(&mut self, ranks: &[u32]) {
        for number in &mut self.numbers {
            *number = ranks.get(*number as usize).copied().unwrap_or(NONE);
        }
    }

    /// Gives each of these rows and what it is a mark of, in order.
    #[inline]
    pub(super) fn each(&self, rows: Range<usize>, mut take: impl FnMut(usize, Target)) {
        let (mut items, mut students, mut offerings) = (Vec::new(), Vec::new(), Vec::new());
        for start in rows.clone().step_by(SPAN_ROWS) {
            let span = start..rows.end.min(start + SPAN_ROWS);
            self.items.copy(span.clone(), &mut items);
            self.students.copy(span.clone(), &mut students);
            let number = |code: u32| self.numbers.get(code as usize).copied().unwrap_or(NONE);
            let pairs = items.iter().zip(&students).zip(span.clone());
            match (&self.lookup, &self.offerings) {
                (Lookup::Global(table), _) => {
                    for ((item, student), row) in pairs {
                        let (offering, item) = table.get(*item as usize).copied().unwrap_or((NONE, NONE));
                        take(row, Target { offering, item, student: number(*student) });
                    }
                }
                (lookup, codes) => {
                    match codes {
                        Some(codes) => codes.copy(span, &mut offerings),
                        None => offerings.resize(items.len(), EMPTY),
                    }
                    for (((item, student), row), offering) in pairs.zip(&offerings) {
                        let (offering, item) = lookup.find(*offering, *item);
                        take(row, Target { offering, item, student: number(*student) });
                    }
                }
            }
        }
    }
}
