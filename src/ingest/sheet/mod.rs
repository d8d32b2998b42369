//! A raw table understood as one logical table: where its header stands and which column is which.

mod cell;
mod header;
mod row;

pub(crate) use cell::{read_flag, read_identifier};
pub(crate) use header::{Mapping, map_sheet};
pub(crate) use row::Row;

use std::collections::BTreeMap;

use crate::ingest::logical::LogicalTable;
use crate::ingest::raw::{RawRow, RawTable};
use crate::model::{Issue, Place, Severity};

/// Where the values of a logical column come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A column of the sheet, from 1.
    Column(u32),
    /// One value for all rows.
    Constant(String),
}

/// A raw table with its columns known.
#[derive(Debug)]
pub(crate) struct Sheet<'a> {
    /// Which logical table it is.
    pub(crate) logical: &'static LogicalTable,
    /// The cells.
    pub(crate) raw: &'a RawTable,
    /// First row of data.
    pub(crate) first_row: u32,
    /// Logical column → where it comes from.
    pub(crate) columns: BTreeMap<&'static str, Origin>,
    /// Further columns of an open table with their headers.
    pub(crate) extra: Vec<(u32, String)>,
    /// Whether numbers in identifier columns are the rule (Parquet), not an accident.
    pub(crate) typed: bool,
}

impl<'a> Sheet<'a> {
    /// The rows of data, blank ones left out.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &'a RawRow> {
        let first = self.first_row;
        self.raw.rows.iter().filter(move |row| row.number >= first && !row.is_blank())
    }

    /// Whether the sheet has a column of its own, or a constant, for a logical column.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.columns.contains_key(name)
    }

    /// Whether the sheet itself has the column.
    pub(crate) fn has_column(&self, name: &str) -> bool {
        matches!(self.columns.get(name), Some(Origin::Column(_)))
    }

    /// The place of a row.
    pub(crate) fn place(&self, row: u32) -> Place {
        Place { row: Some(row), ..self.raw.place() }
    }

    /// An issue about the sheet as a whole.
    pub(crate) fn issue(&self, code: &'static str, severity: Severity) -> Issue {
        Issue::new(code, severity, self.raw.place())
    }
}
