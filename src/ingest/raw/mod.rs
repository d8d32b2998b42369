//! Files → positioned cells. Nothing here knows what a mark is.
//!
//! [`read`] looks at the first bytes of a file rather than at its name, finds its format in [`FORMATS`] and gives
//! back every table with every cell where it stood. A file that cannot be read, or that asks for more than its
//! [`Limits`], is an issue and no table; it never aborts the run.

mod archive;
mod compound;
mod delimited;
mod encoding;
mod format;
mod limits;
mod ods;
mod pages;
mod parquet;
pub(crate) mod problem;
mod records;
mod schema;
mod table;
mod xls;
mod xlsx;
mod xml;

#[cfg(test)]
mod hostile_tests;

pub use encoding::{Decoded, decode};
pub use format::{FORMATS, Format, Source, read};
pub use limits::Limits;
pub use parquet::{parquet_columns, read_columns};
pub(crate) use parquet::{parquet_header, read_pieces};
pub use table::{RawCell, RawFile, RawRow, RawTable, Span};
