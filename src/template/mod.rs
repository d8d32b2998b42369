//! Workspaces written out: a data set as logical tables, the templates of a new workspace, course workbooks.
//!
//! Everything here returns bytes; the command line writes them.

mod bulk;
mod sheets;

pub use bulk::{marks_parquet, sheet_parquet};
pub use sheets::{Sheet, csv_file, marks, sheets, words};
