//! The marks of one offering as a dense grid of exact units.

use crate::ingest::bulk::{Entry, EntryValue};
use crate::ingest::draft::{CellMark, CellValue};
use crate::ingest::number::spreadsheet_decimal;
use crate::model::{Decimal, MarkGrid, MarkState};

/// Powers of ten that are exact as `f64` and leave marks room.
const POWERS: [f64; 7] = [1.0, 10.0, 100.0, 1e3, 1e4, 1e5, 1e6];
/// Numbers below this times a power of ten stay whole numbers that `f64` has exactly.
const PLAIN: f64 = 1e9;
/// A cell nothing was written to yet; no state has this code.
const UNSEEN: i64 = i64::MIN;

/// What is wrong with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    /// Above the full mark.
    AboveFull,
    /// Below 0.
    Negative,
    /// No finite number, or a word nobody knows.
    Unreadable,
    /// More decimal places than can be held exactly.
    TooFine,
    /// The same student and item again with the same mark.
    Repeated,
    /// The same student and item again with another mark.
    Conflict,
}

/// A fault and where it is: the block and the position among the offering's entries of that block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Faulty {
    pub(super) fault: Fault,
    pub(super) block: usize,
    pub(super) entry: usize,
}

/// What makes a grid.
pub(super) struct Marks<'m> {
    /// Full marks of the items.
    pub(super) full: Vec<Decimal>,
    /// Number of students on the roster.
    pub(super) n_students: usize,
    /// Number of the student → row of the roster.
    pub(super) rows: &'m [u32],
    /// Marks of cells.
    pub(super) cells: &'m [CellMark],
    /// Marks of bulk files, block by block.
    pub(super) bulk: &'m [&'m [Entry]],
}

/// The number in units of 1 / `power`, where it is that many exactly and not below 0.
#[inline]
fn whole_units(number: f64, power: f64) -> Option<i64> {
    // Below 10¹⁵ adding one half and cutting the rest off is rounding; anything else fails the comparison.
    #[expect(clippy::cast_possible_truncation, reason = "a cast saturates, and then the comparison fails")]
    let units = (number * power + 0.5) as i64;
    #[expect(clippy::float_cmp, reason = "the question is whether they are the same number")]
    let same = units as f64 / power == number;
    (same && number < PLAIN).then_some(units)
}

/// Decimal places of a number that is not below 0, where it is k / 10ˢ with s ≤ 6.
#[inline]
fn places(number: f64) -> Option<u8> {
    let fits = |power: &f64| whole_units(number, *power).is_some();
    POWERS.iter().position(fits).and_then(|at| u8::try_from(at).ok())
}

/// A number as an exact decimal, at the 15 digits a spreadsheet keeps.
fn decimal(number: f64) -> Option<Decimal> {
    spreadsheet_decimal(number)
}

impl Marks<'_> {
    /// The decimal places each column needs, and may have at most.
    fn scales(&self) -> Vec<u8> {
        let mut scales = vec![0u8; self.full.len()];
        for cell in self.cells {
            if let (CellValue::Number(mark), Some(scale)) = (cell.value, scales.get_mut(cell.item as usize)) {
                *scale = (*scale).max(u8::try_from(mark.normalize().scale()).unwrap_or(u8::MAX));
            }
        }
        for entry in self.bulk.iter().copied().flatten() {
            let (EntryValue::Number(number), Some(scale)) =
                (entry.value(), scales.get_mut(entry.item as usize))
            else {
                continue;
            };
            if POWERS.get(usize::from(*scale)).is_some_and(|power| whole_units(number, *power).is_some()) {
                continue;
            }
            let needed = places(number).or_else(|| u8::try_from(decimal(number)?.scale()).ok());
            *scale = (*scale).max(needed.unwrap_or(0));
        }
        for (scale, full) in scales.iter_mut().zip(&self.full) {
            while *scale > MarkGrid::MAX_SCALE || *scale > 0 && units_of(*full, *scale).is_none() {
                *scale -= 1;
            }
        }
        scales
    }

    /// The grid, and what is wrong with the bulk marks. Cells were checked when they were read.
    pub(super) fn grid(&self) -> (MarkGrid, Vec<Faulty>) {
        let scales = self.scales();
        let n_items = scales.len();
        let full: Vec<f64> = self.full.iter().map(|full| to_f64(*full)).collect();
        let mut codes = vec![UNSEEN; self.n_students * n_items];
        let mut faults = Vec::new();
        for cell in self.cells {
            let at = self.rows[cell.student as usize] as usize * n_items + cell.item as usize;
            codes[at] = match cell.value {
                CellValue::State(state) => MarkGrid::code(state),
                CellValue::Number(mark) => MarkGrid::units(mark, scales[cell.item as usize])
                    .unwrap_or_else(|| MarkGrid::code(MarkState::Rejected)),
            };
        }
        for (block, entries) in self.bulk.iter().enumerate() {
            for (at, entry) in entries.iter().enumerate() {
                let item = entry.item as usize;
                let slot = &mut codes[self.rows[entry.student as usize] as usize * n_items + item];
                let (code, mut fault) = code(entry.value(), scales[item], full[item]);
                if *slot == UNSEEN {
                    *slot = code;
                } else if *slot == code {
                    fault = fault.or(Some(Fault::Repeated));
                } else {
                    *slot = MarkGrid::code(MarkState::Rejected);
                    fault = Some(Fault::Conflict);
                }
                if let Some(fault) = fault {
                    faults.push(Faulty { fault, block, entry: at });
                }
            }
        }
        let blank = MarkGrid::code(MarkState::Blank);
        for code in codes.iter_mut().filter(|code| **code == UNSEEN) {
            *code = blank;
        }
        (MarkGrid::from_cells(self.n_students, scales, codes).unwrap_or_default(), faults)
    }
}

/// The code of a value in a column.
#[inline]
fn code(value: EntryValue, scale: u8, full: f64) -> (i64, Option<Fault>) {
    let rejected = MarkGrid::code(MarkState::Rejected);
    match value {
        EntryValue::State(MarkState::Rejected) => (rejected, Some(Fault::Unreadable)),
        EntryValue::State(state) => (MarkGrid::code(state), None),
        EntryValue::Number(number) if number < 0.0 => (rejected, Some(Fault::Negative)),
        EntryValue::Number(number) if number > full => (rejected, Some(Fault::AboveFull)),
        EntryValue::Number(number) => {
            let power = POWERS.get(usize::from(scale));
            if let Some(units) = power.and_then(|power| whole_units(number, *power)) {
                return (units, None);
            }
            match decimal(number).and_then(|mark| MarkGrid::units(mark, scale)) {
                Some(units) => (units, None),
                None => (rejected, Some(Fault::TooFine)),
            }
        }
    }
}

/// A full mark in units, where it fits with room to spare.
fn units_of(full: Decimal, scale: u8) -> Option<i64> {
    MarkGrid::units(full.ceil(), scale)
}

fn to_f64(decimal: Decimal) -> f64 {
    // The text of a decimal parses to the nearest number, as the reader of the file did.
    decimal.to_string().parse().unwrap_or(f64::MAX)
}
