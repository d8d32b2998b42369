//! Reading the columns and sorting the marks by offering.

use super::BulkMarks;

/// Finds the rows of a file again.
#[derive(Debug)]
pub(crate) struct RowFinder;

/// Whether a file is bulk marks.
pub(crate) fn is_bulk() -> bool {
    false
}

/// Reads.
pub(crate) fn read_bulk() -> BulkMarks {
    BulkMarks::default()
}
