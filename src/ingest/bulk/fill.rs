//! Marks straight into the grids of their offerings.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use polars::prelude::Series;
use rayon::prelude::*;

use super::columns::Target;
use super::locate::as_written;
use super::marks::{Marks, Written};
use super::{BulkFile, BulkMarks, Fault, Grids, RawMark};
use crate::ingest::findings::{Findings, LISTED};
use crate::model::{Issue, MarkWords};

/// The mark of a row.
pub(super) struct Placed {
    /// The row, from 0.
    pub(super) row: usize,
    pub(super) offering: usize,
    /// Its cell in the grid of the offering.
    pub(super) cell: usize,
    pub(super) mark: RawMark,
}

impl BulkMarks {
    /// The grids of all offerings, each row by row. A file that cannot be read to its end gives no marks.
    ///
    /// Rows are taken in parallel, which is the same as one after the other as long as no two of them speak of the
    /// same cell; where some do, all are taken once more in the order of the files.
    pub(crate) fn fill(
        &mut self,
        grids: Grids<'_>,
        words: &MarkWords,
        findings: &mut Findings,
    ) -> Vec<Vec<RawMark>> {
        let n_cells = |at: usize| grids.seats.of(at).len() * grids.full[at].len();
        let offerings = 0..grids.full.len();
        loop {
            if self.files.is_empty() {
                return vec![Vec::new(); grids.full.len()];
            }
            let unseen = |_| AtomicU64::new(RawMark::UNSEEN.bits());
            let cells: Vec<Vec<AtomicU64>> =
                offerings.clone().into_par_iter().map(|at| (0..n_cells(at)).map(unseen).collect()).collect();
            if self.leave_out_first(|file| file.write(&cells, grids, words), findings) {
                continue;
            }
            let (seen, marks): (Vec<usize>, Vec<Vec<RawMark>>) = cells.into_par_iter().map(taken_out).unzip();
            let n_used: usize = self.files.iter().map(|file| findings.rows[file.count].used).sum();
            if seen.into_iter().sum::<usize>() == n_used {
                return marks;
            }
            let mut marks: Vec<Vec<RawMark>> =
                offerings.clone().map(|at| vec![RawMark::UNSEEN; n_cells(at)]).collect();
            let mut repeated = Vec::new();
            if !self.leave_out_first(
                |file| file.write_in_order(&mut marks, grids, words, &mut repeated),
                findings,
            ) {
                for (file, row, fault, written) in repeated {
                    self.say(file, row, fault, (&written, ""), findings);
                }
                return marks;
            }
        }
    }

    /// Reads all files by `read`, and leaves out the first one that cannot be; whether there was one.
    fn leave_out_first(
        &mut self,
        mut read: impl FnMut(&BulkFile) -> Result<(), Issue>,
        findings: &mut Findings,
    ) -> bool {
        let failed = self.files.iter().enumerate().find_map(|(at, file)| Some((at, read(file).err()?)));
        let Some((at, issue)) = failed else { return false };
        findings.push(issue);
        let count = &mut findings.rows[self.files.remove(at).count];
        (count.used, count.listed) = (0, count.rows);
        true
    }
}

/// A row that speaks of a cell another row spoke of before: position of the file, row, what is wrong, mark as written.
type Repeat = (usize, usize, Fault, String);

impl BulkFile {
    /// Reads the marks of some rows and gives each that belongs somewhere, in the order of the rows.
    pub(super) fn marks(
        &self,
        rows: &Range<usize>,
        grids: Grids<'_>,
        words: &MarkWords,
        take: impl FnMut(&Series, Placed),
    ) -> Result<(), Issue> {
        let series = self.source.rows(self.source.mark, rows.clone())?;
        let marks = Marks::new(series.clone(), words).map_err(|cause| self.source.damaged(cause))?;
        let blank = Written::Mark(RawMark::BLANK);
        match &marks {
            Marks::Numbers(column) => {
                let numbers = column.downcast_iter().flat_map(|chunk| chunk.iter());
                let written = |number: Option<&f64>| {
                    number.map_or(blank, |number| Written::Mark(RawMark::number(*number)))
                };
                self.place(rows, &series, numbers.map(written), grids, take);
            }
            Marks::Texts(codes, meanings) => {
                let written = |code: &u32| meanings.get(*code as usize).copied().unwrap_or(blank);
                self.place(rows, &series, codes.iter().map(written), grids, take);
            }
        }
        Ok(())
    }

    #[inline]
    fn place(
        &self,
        rows: &Range<usize>,
        series: &Series,
        mut written: impl Iterator<Item = Written>,
        grids: Grids<'_>,
        mut take: impl FnMut(&Series, Placed),
    ) {
        self.columns.each(rows.clone(), |row, target| {
            let Target { offering, item, student } = target;
            let Some(written) = written.next().filter(|_| target.is_somewhere()) else { return };
            let Some(cell) = grids.cell(offering, student, item) else { return };
            let offering = offering as usize;
            let mark = written.resolve(grids.full[offering][item as usize]);
            take(series, Placed { row, offering, cell, mark });
        });
    }

    /// Writes all marks, whoever comes last.
    fn write(&self, cells: &[Vec<AtomicU64>], grids: Grids<'_>, words: &MarkWords) -> Result<(), Issue> {
        self.source.groups.par_iter().try_for_each(|rows| {
            self.marks(rows, grids, words, |_, placed| {
                if let Some(cell) = cells[placed.offering].get(placed.cell) {
                    cell.store(placed.mark.bits(), Ordering::Relaxed);
                }
            })
        })
    }

    /// Writes all marks in order, and says which rows speak of a cell another row spoke of before.
    fn write_in_order(
        &self,
        filled: &mut [Vec<RawMark>],
        grids: Grids<'_>,
        words: &MarkWords,
        repeated: &mut Vec<Repeat>,
    ) -> Result<(), Issue> {
        self.source.groups.iter().try_for_each(|rows| {
            self.marks(rows, grids, words, |series, Placed { row, offering, cell, mark }| {
                let Some(cell) = filled[offering].get_mut(cell) else { return };
                if *cell == RawMark::UNSEEN {
                    *cell = mark;
                    return;
                }
                let fault = if *cell == mark { Fault::Repeated } else { Fault::Conflict };
                if fault == Fault::Conflict {
                    *cell = RawMark::CONTRADICTED;
                }
                // The first ones are listed, the others only counted.
                let listed = repeated.len() < 2 * LISTED;
                let written = if listed { as_written(series, row - rows.start) } else { String::new() };
                repeated.push((self.count, row, fault, written));
            })
        })
    }
}

/// The marks of a grid, and how many cells some row speaks of.
fn taken_out(cells: Vec<AtomicU64>) -> (usize, Vec<RawMark>) {
    let mut n_seen = 0;
    let marks = cells.into_iter().map(|cell| {
        let mark = RawMark::from_bits(cell.into_inner());
        n_seen += usize::from(mark != RawMark::UNSEEN);
        mark
    });
    let marks = marks.collect();
    (n_seen, marks)
}
