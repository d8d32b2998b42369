//! Positioned cells: what every format becomes before anything is understood.

use std::collections::BTreeMap;
use std::fmt;

use crate::model::{Issue, Place, SharedText};

/// The value of one cell as the file holds it.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum RawCell {
    /// Nothing.
    #[default]
    Empty,
    /// A text, as it stands, not trimmed.
    Text(String),
    /// A number-typed cell of a workbook or a numeric column. Text files have none.
    Number(f64),
    /// A truth value.
    Bool(bool),
    /// A date, a time or both, in ISO 8601: `2026-10-20`, `08:30:00`, `2026-10-20T08:30:00`.
    DateTime(String),
    /// An error value of a spreadsheet, such as `#DIV/0!`.
    Error(String),
}

/// One row with the cells it really has.
#[derive(Debug, Clone, PartialEq)]
pub struct RawRow {
    /// The row of the sheet, or the line of the text file, from 1.
    pub number: u32,
    /// The cells that are not empty, each with its column from 1, in the order of the columns.
    pub cells: Vec<(u32, RawCell)>,
}

/// A merged block of cells; its value is that of its first cell. Rows and columns count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first row.
    pub top: u32,
    /// The last row.
    pub bottom: u32,
    /// The first column.
    pub left: u32,
    /// The last column.
    pub right: u32,
}

/// One sheet or one text file: a sparse table that knows where everything stood.
///
/// Only rows and cells that hold something are kept, so neither a false `<dimension>` nor a lone cell in the
/// last corner of a sheet has any effect.
#[derive(Debug, Clone, PartialEq)]
pub struct RawTable {
    /// The name of the table: the sheet's, or the file's without its extension.
    pub name: String,
    /// The file as the user named it.
    pub file: SharedText,
    /// The sheet, for a workbook.
    pub sheet: Option<SharedText>,
    /// Whether the sheet is hidden.
    pub hidden: bool,
    /// The rows that hold something, in order.
    pub rows: Vec<RawRow>,
    /// The merged blocks, where the format says them.
    pub merged: Vec<Span>,
}

/// Everything read from one file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RawFile {
    /// The tables, in the order of the file.
    pub tables: Vec<RawTable>,
    /// What was odd, the file refused included.
    pub issues: Vec<Issue>,
}

/// The cell that stands where there is none.
static NOTHING: RawCell = RawCell::Empty;

impl RawCell {
    /// Whether the cell holds nothing, or a text of blanks only.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => crate::ingest::clean::trim(text).is_empty(),
            _ => false,
        }
    }

    /// The text of a text cell with its blanks, any other cell as it is shown.
    pub(crate) fn as_written(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            other => other.to_string(),
        }
    }

    /// The text of a text cell, trimmed; `None` for every other cell.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(crate::ingest::clean::trim(text)),
            _ => None,
        }
    }
}

impl fmt::Display for RawCell {
    /// The cell as a person would write it down: numbers at the 15 digits a spreadsheet shows.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => Ok(()),
            Self::Text(text) => f.write_str(crate::ingest::clean::trim(text)),
            Self::DateTime(text) | Self::Error(text) => f.write_str(text),
            Self::Number(number) if is_short_integer(*number) => write!(f, "{}", *number as i64),
            Self::Number(number) => match crate::ingest::number::spreadsheet_decimal(*number) {
                Some(decimal) => write!(f, "{decimal}"),
                None => write!(f, "{number}"),
            },
            Self::Bool(true) => f.write_str("TRUE"),
            Self::Bool(false) => f.write_str("FALSE"),
        }
    }
}

/// Whether a number is whole and has at most 15 digits: then its digits are what a spreadsheet shows.
fn is_short_integer(number: f64) -> bool {
    number.abs() < 1e15 && (number as i64) as f64 - number == 0.0
}

impl RawRow {
    /// The cell of a column counted from 1; an empty one where the row has none.
    pub fn cell(&self, column: u32) -> &RawCell {
        match self.cells.binary_search_by_key(&column, |(at, _)| *at) {
            Ok(index) => self.cells.get(index).map_or(&NOTHING, |(_, cell)| cell),
            Err(_) => &NOTHING,
        }
    }

    /// Whether every cell of the row is blank.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|(_, cell)| cell.is_blank())
    }
}

impl Span {
    /// Whether a cell lies in the block.
    pub fn holds(&self, row: u32, column: u32) -> bool {
        (self.top..=self.bottom).contains(&row) && (self.left..=self.right).contains(&column)
    }
}

impl RawTable {
    /// The row of a number counted from 1, if it holds anything.
    pub fn row(&self, number: u32) -> Option<&RawRow> {
        let index = self.rows.binary_search_by_key(&number, |row| row.number).ok()?;
        self.rows.get(index)
    }

    /// The cell at a row and column counted from 1; an empty one where there is none.
    pub fn cell(&self, row: u32, column: u32) -> &RawCell {
        self.row(row).map_or(&NOTHING, |row| row.cell(column))
    }

    /// The cell at a row and column, or the first cell of the merged block it lies in.
    pub fn merged_cell(&self, row: u32, column: u32) -> &RawCell {
        match self.merged.iter().find(|span| span.holds(row, column)) {
            Some(span) => self.cell(span.top, span.left),
            None => self.cell(row, column),
        }
    }

    /// The last column that holds something; 0 for an empty table.
    pub fn width(&self) -> u32 {
        self.rows.iter().filter_map(|row| row.cells.last()).map(|(column, _)| *column).max().unwrap_or(0)
    }

    /// The last row that holds something; 0 for an empty table.
    pub fn height(&self) -> u32 {
        self.rows.last().map_or(0, |row| row.number)
    }

    /// The number of cells that hold something.
    pub fn n_cells(&self) -> usize {
        self.rows.iter().map(|row| row.cells.len()).sum()
    }

    /// The place of the table as a whole.
    pub fn place(&self) -> Place {
        Place { file: self.file.clone(), sheet: self.sheet.clone(), row: None, column: None }
    }

    /// The place of a cell.
    pub fn place_at(&self, row: u32, column: u32) -> Place {
        Place { row: Some(row), column: Some(column), ..self.place() }
    }
}

/// Collects cells in any order into rows; the last of two cells at one place counts, as in a spreadsheet program.
#[derive(Debug, Default)]
pub(crate) struct RowsBuilder {
    rows: Vec<RawRow>,
    /// Cells that came after one below or right of them.
    late: Vec<(u32, u32, RawCell)>,
    n_cells: usize,
}

impl RowsBuilder {
    /// Adds a cell at a row and column counted from 1 and gives the bytes of its text. Empty cells and empty texts
    /// are not kept.
    pub(crate) fn push(&mut self, row: u32, column: u32, cell: RawCell) -> usize {
        let bytes = match &cell {
            RawCell::Empty => return 0,
            RawCell::Text(text) if text.is_empty() => return 0,
            RawCell::Text(text) | RawCell::DateTime(text) | RawCell::Error(text) => text.len(),
            RawCell::Number(_) | RawCell::Bool(_) => 0,
        };
        self.n_cells += 1;
        match self.rows.last_mut() {
            Some(last) if row == last.number && last.cells.last().is_none_or(|(at, _)| *at < column) => {
                last.cells.push((column, cell));
            }
            Some(last) if row <= last.number => self.late.push((row, column, cell)),
            _ => self.rows.push(RawRow { number: row, cells: vec![(column, cell)] }),
        }
        bytes
    }

    /// The number of cells so far.
    pub(crate) fn len(&self) -> usize {
        self.n_cells
    }

    /// The rows in order, blank rows at the end cut off.
    pub(crate) fn finish(self) -> Vec<RawRow> {
        let mut rows = if self.late.is_empty() { self.rows } else { in_order(self.rows, self.late) };
        while rows.last().is_some_and(RawRow::is_blank) {
            rows.pop();
        }
        rows
    }
}

/// Rows with late cells put where they belong.
fn in_order(rows: Vec<RawRow>, late: Vec<(u32, u32, RawCell)>) -> Vec<RawRow> {
    let mut by_place: BTreeMap<u32, BTreeMap<u32, RawCell>> =
        rows.into_iter().map(|row| (row.number, row.cells.into_iter().collect())).collect();
    for (row, column, cell) in late {
        by_place.entry(row).or_default().insert(column, cell);
    }
    by_place
        .into_iter()
        .map(|(number, cells)| RawRow { number, cells: cells.into_iter().collect() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> RawCell {
        RawCell::Text(text.into())
    }

    #[test]
    fn cells_in_any_order_make_the_same_rows_and_blanks_at_the_end_fall_away() {
        let mut builder = RowsBuilder::default();
        for (row, column, cell) in [
            (3, 2, text("d")),
            (1, 1, text("a")),
            (3, 1, text("c")),
            (9, 9, text(" \u{3000}")),
            (3, 2, text("e")),
        ] {
            builder.push(row, column, cell);
        }
        let rows = builder.finish();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[1], RawRow { number: 3, cells: vec![(1, text("c")), (2, text("e"))] });
    }

    #[test]
    fn a_merged_block_answers_with_its_first_cell() {
        let table = RawTable {
            name: "t".into(),
            file: "t.xlsx".into(),
            sheet: Some("t".into()),
            hidden: false,
            rows: vec![RawRow { number: 1, cells: vec![(2, text("作业"))] }],
            merged: vec![Span { top: 1, bottom: 1, left: 2, right: 4 }],
        };
        assert_eq!(table.merged_cell(1, 4), &text("作业"));
        assert!(table.merged_cell(1, 5).is_blank());
        assert_eq!((table.width(), table.height(), table.n_cells()), (2, 1, 1));
    }
}
