//! Marks by the million: columns of a Parquet file, never a text per row.

mod codes;
mod entry;
mod marks;
mod read;

pub(crate) use entry::{Entry, EntryValue};
pub(crate) use read::{BulkSource, bulk_source, read_bulk};

/// The marks of one file, ordered by offering.
#[derive(Debug)]
pub(crate) struct BulkFile {
    /// The file and its columns.
    source: BulkSource,
    /// Its marks: those of offering `o` at `starts[o]..starts[o + 1]`, each in the order of the file.
    entries: Vec<Entry>,
    /// Where each offering's marks start; one more than there are offerings.
    starts: Vec<usize>,
    /// Position in the row counts.
    pub(crate) count: usize,
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
