//! Marks by the million: columns of a Parquet file, never a text per row.

mod entry;
mod read;

pub(crate) use entry::{Entry, EntryValue};
pub(crate) use read::{is_bulk, read_bulk};

use crate::model::Place;

/// The marks of one file, ordered by offering.
#[derive(Debug, Default)]
pub(crate) struct BulkFile {
    /// The file.
    pub(crate) place: Place,
    /// Its marks: those of offering `o` at `starts[o]..starts[o + 1]`, each in the order of the file.
    pub(crate) entries: Vec<Entry>,
    /// Where each offering's marks start; one more than there are offerings.
    pub(crate) starts: Vec<usize>,
    /// Column of the marks in the file, from 1.
    pub(crate) column: u32,
    /// Position in the row counts.
    pub(crate) count: usize,
    /// For offerings with findings: which rows of the file their marks are.
    pub(crate) rows: Option<read::RowFinder>,
}

/// The marks of all bulk files.
#[derive(Debug, Default)]
pub(crate) struct BulkMarks {
    pub(crate) files: Vec<BulkFile>,
}

impl BulkMarks {
    /// The marks of one offering, file by file.
    pub(crate) fn of(&self, offering: usize) -> Vec<&[Entry]> {
        self.files
            .iter()
            .map(|file| match (file.starts.get(offering), file.starts.get(offering + 1)) {
                (Some(&from), Some(&to)) => file.entries.get(from..to).unwrap_or(&[]),
                _ => &[],
            })
            .collect()
    }
}
