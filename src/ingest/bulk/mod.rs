//! Marks by the million: columns of a Parquet file, never a text per row.
//!
//! The identifying columns are read first and say who has a mark where; then the marks are read row group by row group
//! and each is written straight to its place in the grid of its offering.

mod codes;
mod columns;
mod fill;
mod locate;
mod lookup;
mod marks;
mod raw_mark;
mod read;
mod roster;
mod seats;

use columns::Columns;
pub(crate) use locate::Fault;
pub(crate) use raw_mark::{RawMark, RawValue};

pub(crate) use read::{BulkSource, bulk_source, read_bulk};
pub(crate) use roster::read_clean_roster;
pub(crate) use seats::Seats;

use crate::model::Decimal;

/// Rows that are looked at together; their numbers stay in a processor's cache.
const SPAN_ROWS: usize = 1 << 13;

/// A bulk file whose identifying columns were read.
#[derive(Debug)]
pub(crate) struct BulkFile {
    /// The file and its columns.
    source: BulkSource,
    columns: Columns,
    /// Position in the row counts.
    count: usize,
}

/// All bulk files.
#[derive(Debug, Default)]
pub(crate) struct BulkMarks {
    files: Vec<BulkFile>,
}

/// Where a mark goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grids<'g> {
    /// Who sits in which row.
    pub(crate) seats: &'g Seats,
    /// Full marks of the items of every offering.
    pub(crate) full: &'g [&'g [Decimal]],
}

impl Grids<'_> {
    /// The cell of a student's item in the grid of an offering, row by row.
    #[inline]
    fn cell(&self, offering: u32, rank: u32, item: u32) -> Option<usize> {
        let row = self.seats.row(offering, rank)?;
        Some(row * self.full.get(offering as usize)?.len() + item as usize)
    }
}
