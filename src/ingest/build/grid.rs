//! The marks of one offering as a dense grid of exact units.

use std::collections::BTreeMap;

use crate::ingest::bulk::{Fault, RawMark, RawValue};
use crate::ingest::draft::{CellMark, CellValue};
use crate::ingest::number::spreadsheet_decimal;
use crate::model::{Decimal, MarkGrid, MarkState};

/// Powers of ten that are exact as `f64` and leave marks room.
const POWERS: [f64; 7] = [1.0, 10.0, 100.0, 1e3, 1e4, 1e5, 1e6];
/// Numbers below this times a power of ten stay whole numbers that `f64` has exactly.
const PLAIN: f64 = 1e9;

/// What makes a grid.
pub(super) struct Marks<'m> {
    /// Full marks of the items.
    pub(super) full: &'m [Decimal],
    /// Number of students on the roster.
    pub(super) n_students: usize,
    /// Marks of cells, with the row of each on the roster.
    pub(super) cells: &'m [(usize, CellMark)],
    /// Marks of bulk files, row by row; empty where there are none.
    pub(super) raw: Vec<RawMark>,
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
        for (_, cell) in self.cells {
            if let (CellValue::Number(mark), Some(scale)) = (cell.value, scales.get_mut(cell.item as usize)) {
                *scale = (*scale).max(u8::try_from(mark.normalize().scale()).unwrap_or(u8::MAX));
            }
        }
        let mut powers: Vec<f64> = scales.iter().map(|scale| power(*scale)).collect();
        for row in self.raw.chunks_exact(scales.len().max(1)) {
            for (item, mark) in row.iter().enumerate() {
                let RawValue::Number(number) = mark.value() else { continue };
                if whole_units(number, powers[item]).is_some() {
                    continue;
                }
                let needed = places(number).or_else(|| u8::try_from(decimal(number)?.scale()).ok());
                scales[item] = scales[item].max(needed.unwrap_or(0));
                powers[item] = power(scales[item]);
            }
        }
        for (scale, full) in scales.iter_mut().zip(self.full) {
            while *scale > MarkGrid::MAX_SCALE || *scale > 0 && units_of(*full, *scale).is_none() {
                *scale -= 1;
            }
        }
        scales
    }

    /// The grid, and what is wrong with the bulk marks, by cell. Marks of cells were checked when they were read.
    pub(super) fn grid(self) -> (MarkGrid, BTreeMap<usize, Fault>) {
        let scales = self.scales();
        let n_items = scales.len();
        let columns: Vec<Column> =
            scales.iter().zip(self.full).map(|(scale, full)| Column::new(*scale, *full)).collect();
        let mut faults = BTreeMap::new();
        let unseen: Vec<(usize, CellMark)> =
            self.cells.iter().map(|(row, cell)| (row * n_items + cell.item as usize, *cell)).collect();
        let seen = |at: &usize| self.raw.get(*at).is_some_and(|mark| *mark != RawMark::UNSEEN);
        let seen: Vec<bool> = unseen.iter().map(|(at, _)| seen(at)).collect();
        let mut codes: Vec<i64> = match self.raw.is_empty() {
            true => vec![MarkGrid::code(MarkState::Blank); self.n_students * n_items],
            false => coded(self.raw, &columns, &mut faults),
        };
        for ((at, cell), seen) in unseen.into_iter().zip(seen) {
            let code = match cell.value {
                CellValue::State(state) => MarkGrid::code(state),
                CellValue::Number(mark) => MarkGrid::units(mark, scales[cell.item as usize])
                    .unwrap_or_else(|| MarkGrid::code(MarkState::Rejected)),
            };
            if !seen {
                codes[at] = code;
            } else if codes[at] == code {
                faults.entry(at).or_insert(Fault::Repeated);
            } else {
                codes[at] = MarkGrid::code(MarkState::Rejected);
                faults.insert(at, Fault::Conflict);
            }
        }
        (MarkGrid::from_cells(self.n_students, scales, codes).unwrap_or_default(), faults)
    }
}

/// What a column's marks are measured by.
struct Column {
    scale: u8,
    power: f64,
    full: f64,
}

impl Column {
    fn new(scale: u8, full: Decimal) -> Self {
        Self { scale, power: power(scale), full: to_f64(full) }
    }
}

/// Ten to this power, where marks are coded by it without further ado; else a number nothing fits.
fn power(scale: u8) -> f64 {
    POWERS.get(usize::from(scale)).copied().unwrap_or(f64::INFINITY)
}

/// The codes of raw marks, row by row, in the place of the marks.
fn coded(raw: Vec<RawMark>, columns: &[Column], faults: &mut BTreeMap<usize, Fault>) -> Vec<i64> {
    let mut item = 0;
    let code = |(at, mark): (usize, RawMark)| {
        let column = &columns[item];
        item = if item + 1 == columns.len() { 0 } else { item + 1 };
        let (code, fault) = code(mark, column);
        if let Some(fault) = fault {
            faults.insert(at, fault);
        }
        code
    };
    raw.into_iter().enumerate().map(code).collect()
}

/// The code of a mark in a column.
#[inline]
fn code(mark: RawMark, column: &Column) -> (i64, Option<Fault>) {
    let rejected = MarkGrid::code(MarkState::Rejected);
    match mark.value() {
        RawValue::Unseen => (MarkGrid::code(MarkState::Blank), None),
        RawValue::Contradicted => (rejected, None),
        RawValue::State(MarkState::Rejected) => (rejected, Some(Fault::Unreadable)),
        RawValue::State(state) => (MarkGrid::code(state), None),
        RawValue::Number(number) if number < 0.0 => (rejected, Some(Fault::Negative)),
        RawValue::Number(number) if number > column.full => (rejected, Some(Fault::AboveFull)),
        RawValue::Number(number) => {
            if let Some(units) = whole_units(number, column.power) {
                return (units, None);
            }
            match decimal(number).and_then(|mark| MarkGrid::units(mark, column.scale)) {
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
