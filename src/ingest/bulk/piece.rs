//! A piece of a bulk file as it stands there.

use std::ops::Range;
use std::sync::Arc;

use polars::prelude::{DataFrame, PolarsResult, Series};

use super::codes::{Names, coded};
use super::entry::{Entry, Odd};
use super::marks::Marks;
use crate::model::MarkWords;

/// Consecutive rows of a file, what each is a mark of being told by codes of this piece.
#[derive(Debug)]
pub(super) struct Piece {
    /// The first of its rows.
    pub(super) start: usize,
    /// By row: the code of the student, that of the item, and the mark.
    pub(super) entries: Vec<Entry>,
    /// By row: the code of the offering, where the file has that column.
    pub(super) offerings: Option<Vec<u32>>,
    /// Decimal places of a unit of its marks.
    pub(super) scale: u8,
    pub(super) odd: Arc<[Odd]>,
}

/// What the codes of a piece stand for.
#[derive(Debug)]
pub(super) struct PieceNames {
    pub(super) students: Names,
    /// Whether students are told by whole numbers.
    pub(super) integers: bool,
    pub(super) items: Names,
    pub(super) offerings: Option<Names>,
}

/// The names of the columns that tell what a row is.
#[derive(Debug, Clone, Copy)]
pub(super) struct ColumnNames<'n> {
    pub(super) student: &'n str,
    pub(super) item: &'n str,
    pub(super) mark: &'n str,
    pub(super) offering: Option<&'n str>,
}

impl ColumnNames<'_> {
    /// All of them.
    pub(super) fn list(&self) -> Vec<&str> {
        [self.student, self.item, self.mark].into_iter().chain(self.offering).collect()
    }
}

impl Piece {
    /// Rows of a frame; where they start is not known here.
    pub(super) fn new(
        frame: &DataFrame,
        columns: ColumnNames<'_>,
        words: &MarkWords,
    ) -> PolarsResult<(Self, PieceNames)> {
        let column =
            |name: &str| -> PolarsResult<&Series> { Ok(frame.column(name)?.as_materialized_series()) };
        let integers = column(columns.student)?.dtype().is_integer();
        let (students, items) = (coded(column(columns.student)?)?, coded(column(columns.item)?)?);
        let offerings = columns.offering.map(|name| coded(column(name)?)).transpose()?;
        let Marks { written, scale, odd } = Marks::new(column(columns.mark)?, words)?;
        let rows = students.rows.iter().zip(&items.rows).zip(&written);
        let entry = |((student, item), written): ((&u32, &u32), &i32)| Entry {
            student: *student,
            item: *item,
            written: *written,
        };
        let entries = rows.map(entry).collect();
        let (offerings, names_of_offerings) = offerings.map(|coded| (coded.rows, coded.names)).unzip();
        let names = PieceNames {
            students: students.names,
            integers,
            items: items.names,
            offerings: names_of_offerings,
        };
        Ok((Self { start: 0, entries, offerings, scale, odd }, names))
    }

    /// Where its rows stand in the file.
    pub(super) fn rows(&self) -> Range<usize> {
        self.start..self.start + self.entries.len()
    }
}
