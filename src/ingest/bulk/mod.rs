//! Marks by the million: columns of a Parquet file, never a text per row.
//!
//! A file is read in pieces of rows small enough for a processor's cache, all columns together; each piece is sorted by
//! offering into a block, so that an offering finds its marks as one slice per block, in the order of the file.

mod block;
mod codes;
mod columns;
mod entry;
mod lookup;
mod marks;
mod piece;
mod read;
mod roster;
mod texts;

pub(crate) use block::Block;
pub(crate) use entry::{Entries, Entry, Odd, Unusual};
pub(crate) use read::{BulkSource, Nth, bulk_source, read_bulk};
pub(crate) use roster::read_clean_roster;

/// A bulk file that was read.
#[derive(Debug)]
pub(crate) struct BulkFile {
    /// The file and its columns.
    source: BulkSource,
    /// Position in the row counts.
    pub(crate) count: usize,
}

/// The marks of all bulk files.
#[derive(Debug, Default)]
pub(crate) struct BulkMarks {
    pub(crate) files: Vec<BulkFile>,
    /// The blocks of all files, in the order of the files and of their rows.
    pub(crate) blocks: Vec<Block>,
}

impl BulkMarks {
    /// The marks of one offering, block by block.
    pub(crate) fn of(&self, offering: usize) -> Vec<Entries<'_>> {
        self.blocks.iter().map(|block| block.of(offering)).collect()
    }
}
