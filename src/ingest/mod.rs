//! Foreign files → positioned cells → the domain, with an issue for everything odd on the way.
//!
//! [`raw`] reads files of every format into sparse tables of positioned cells and refuses hostile ones;
//! [`clean`] and [`number`] turn what people type into names, headers and exact decimals; [`damage`] finds what
//! spreadsheet programs do to identifiers and texts; [`logical`] lists the tables of a workspace.

mod build;
mod bulk;
pub mod clean;
mod course;
pub mod damage;
mod discover;
mod documentation;
mod draft;
mod error;
mod findings;
pub mod generated;
mod load;
pub mod logical;
mod natural;
pub mod number;
pub mod oulad;
pub mod raw;

pub use generated::GeneratedFile;
mod settings;
mod sheet;

pub use documentation::workspace_markdown;
pub use error::IngestError;
pub use findings::RowCount;
pub use load::{DEFAULT_POLICY, InputFile, Loaded, Overrides, workbook, workspace};
pub use settings::SETTINGS_FILE;

#[cfg(test)]
mod tests;
