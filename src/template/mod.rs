//! Workspaces written out: a data set as logical tables, the templates of a new workspace, course workbooks.
//!
//! Everything here returns bytes; the command line writes them.

mod bulk;
mod course_workbook;
mod example;
mod grid;
mod sheets;
#[cfg(test)]
mod tests;
mod workspace;

pub use bulk::{marks_parquet, sheet_parquet};
pub use course_workbook::{CourseWorkbook, course_workbook};
pub use sheets::{Sheet, csv_file, marks, sheets, words};
pub use workspace::{programme_workbook, workspace};
