//! The marks of one offering as a dense grid of exact units.

use crate::ingest::bulk::{Entries, Entry, Odd, Unusual};
use crate::ingest::draft::{CellMark, CellValue};
use crate::ingest::number::spreadsheet_decimal;
use crate::model::{Decimal, MarkGrid, MarkState};

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
    pub(super) bulk: &'m [Entries<'m>],
}

/// How plain marks of one column are read from one block.
#[derive(Debug, Clone, Copy)]
struct Plain {
    /// The full mark in the block's units.
    limit: i64,
    /// Units of the grid in one of the block's; 0 where those are finer.
    factor: i64,
}

impl Plain {
    /// For a column of the grid, from a block whose units have `from` places.
    fn new(full: Decimal, from: u8, scale: u8) -> Self {
        let factor = scale.checked_sub(from).and_then(|places| 10i64.checked_pow(places.into()));
        // A full mark with too many digits is above every mark a block holds.
        let limit = MarkGrid::units(full.trunc_with_scale(from.into()), from).unwrap_or(i64::MAX);
        Self { limit, factor: factor.unwrap_or(0) }
    }

    /// The units of the grid, where the mark is neither a state nor odd, too high or too fine.
    #[inline]
    fn units(self, written: i32) -> Option<i64> {
        let units = i64::from(written);
        if (0..=self.limit).contains(&units) && self.factor > 0 {
            units.checked_mul(self.factor)
        } else {
            None
        }
    }
}

impl Marks<'_> {
    /// The decimal places each column needs, and may have at most.
    fn scales(&self) -> Vec<u8> {
        let used = self.bulk.iter().filter(|entries| !entries.list.is_empty());
        let mut scales = vec![used.map(|entries| entries.scale).max().unwrap_or(0); self.full.len()];
        let mut need = |item: u32, mark: Option<Decimal>| {
            if let (Some(scale), Some(mark)) = (scales.get_mut(item as usize), mark) {
                *scale = (*scale).max(u8::try_from(mark.normalize().scale()).unwrap_or(u8::MAX));
            }
        };
        for cell in self.cells {
            if let CellValue::Number(mark) = cell.value {
                need(cell.item, Some(mark));
            }
        }
        for entries in self.bulk.iter().filter(|entries| entries.has_odd()) {
            for entry in entries.list.iter().filter(|entry| entry.written < 0) {
                if let Unusual::Odd(odd) = entries.unusual(entry.written) {
                    need(entry.item, self.decimal(odd, entry.item));
                }
            }
        }
        for (scale, full) in scales.iter_mut().zip(&self.full) {
            while *scale > MarkGrid::MAX_SCALE || *scale > 0 && MarkGrid::units(full.ceil(), *scale).is_none()
            {
                *scale -= 1;
            }
        }
        scales
    }

    /// An odd mark as an exact decimal: a number at the 15 digits a spreadsheet keeps.
    fn decimal(&self, odd: Odd, item: u32) -> Option<Decimal> {
        match odd {
            Odd::Number(number) => spreadsheet_decimal(number),
            Odd::Share(share) => self.full.get(item as usize)?.checked_mul(share),
        }
    }

    /// The grid, and what is wrong with the bulk marks. Cells were checked when they were read.
    pub(super) fn grid(&self) -> (MarkGrid, Vec<Faulty>) {
        let mut scales = self.scales();
        let n_items = scales.len();
        let mut codes = vec![UNSEEN; self.n_students * n_items];
        for cell in self.cells {
            let at = self.rows[cell.student as usize] as usize * n_items + cell.item as usize;
            codes[at] = match cell.value {
                CellValue::State(state) => MarkGrid::code(state),
                CellValue::Number(mark) => MarkGrid::units(mark, scales[cell.item as usize])
                    .unwrap_or_else(|| MarkGrid::code(MarkState::Rejected)),
            };
        }
        let mut faults = Vec::new();
        let mut plain: (Option<u8>, Vec<Plain>) = (None, Vec::new());
        for (block, entries) in self.bulk.iter().enumerate() {
            if plain.0 != Some(entries.scale) {
                let of = |(full, scale): (&Decimal, &u8)| Plain::new(*full, entries.scale, *scale);
                plain = (Some(entries.scale), self.full.iter().zip(&scales).map(of).collect());
            }
            for (at, entry) in entries.list.iter().enumerate() {
                let item = entry.item as usize;
                let (code, mut fault) = match plain.1[item].units(entry.written) {
                    Some(units) => (units, None),
                    None => self.unusual(entries, entry, scales[item]),
                };
                let slot = &mut codes[self.rows[entry.student as usize] as usize * n_items + item];
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
        shorten(&mut scales, &mut codes);
        (MarkGrid::from_cells(self.n_students, scales, codes).unwrap_or_default(), faults)
    }

    /// The code of a mark that is no plain number of units, too high or too fine, and what is wrong with it.
    fn unusual(&self, entries: &Entries<'_>, entry: &Entry, scale: u8) -> (i64, Option<Fault>) {
        let full = self.full[entry.item as usize];
        let mark = if entry.written < 0 {
            match entries.unusual(entry.written) {
                Unusual::State(MarkState::Rejected) => return rejected(Fault::Unreadable),
                Unusual::State(state) => return (MarkGrid::code(state), None),
                Unusual::Odd(Odd::Number(number)) if number < 0.0 => return rejected(Fault::Negative),
                Unusual::Odd(odd) => self.decimal(odd, entry.item),
            }
        } else {
            Some(Decimal::new(entry.written.into(), entries.scale.into()))
        };
        match mark {
            Some(mark) if mark < Decimal::ZERO => rejected(Fault::Negative),
            Some(mark) if mark > full => rejected(Fault::AboveFull),
            Some(mark) => {
                MarkGrid::units(mark, scale).map_or_else(|| rejected(Fault::TooFine), |units| (units, None))
            }
            None => rejected(Fault::AboveFull),
        }
    }
}

fn rejected(fault: Fault) -> (i64, Option<Fault>) {
    (MarkGrid::code(MarkState::Rejected), Some(fault))
}

/// Gives every column the fewest decimal places that its marks need, whatever stands in other columns.
fn shorten(scales: &mut [u8], codes: &mut [i64]) {
    loop {
        let mut longer: Vec<usize> = (0..scales.len()).filter(|at| scales[*at] > 0).collect();
        for row in codes.chunks_exact(scales.len().max(1)) {
            if longer.is_empty() {
                return;
            }
            longer.retain(|at| row[*at] < 0 || row[*at] % 10 == 0);
        }
        if longer.is_empty() {
            return;
        }
        for at in longer {
            scales[at] -= 1;
            let column = codes.iter_mut().skip(at).step_by(scales.len());
            column.filter(|code| **code >= 0).for_each(|code| *code /= 10);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_has_the_fewest_places_its_marks_need_whatever_stands_beside_it() {
        let absent = MarkGrid::code(MarkState::Absent);
        let mut scales = vec![2, 2, 0, 2];
        let mut codes = vec![850, 825, 9, absent, 1000, absent, 10, absent];
        shorten(&mut scales, &mut codes);
        assert_eq!(scales, [1, 2, 0, 0]);
        assert_eq!(codes, [85, 825, 9, absent, 100, absent, 10, absent]);
        shorten(&mut [], &mut []);
    }

    #[test]
    fn a_plain_mark_is_read_up_to_the_full_mark_and_no_further() {
        let plain = Plain::new(Decimal::new(125, 1), 1, 3);
        assert_eq!(
            [0, 125, 126, -1].map(|written| plain.units(written)),
            [Some(0), Some(12_500), None, None]
        );
        // 12.5 has 12 whole units; a column with fewer places than the block leaves the mark to the exact way.
        assert_eq!(Plain::new(Decimal::new(125, 1), 0, 0).units(13), None);
        assert_eq!(Plain::new(Decimal::new(125, 1), 2, 1).units(5), None);
        let huge = Plain::new(Decimal::MAX, 6, 17);
        assert_eq!(huge.units(i32::MAX), None);
        assert_eq!(huge.units(7), Some(700_000_000_000));
    }
}
