//! Parquet, as typed columns for bulk and as a raw table for small files.

use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use polars::io::parquet::read::FileMetadata;
use polars::prelude::{
    AnyValue, DataFrame, ParallelStrategy, ParquetReader, PolarsError, PolarsResult, SerReader,
};
use rayon::prelude::*;

use super::Limits;
use super::format::{Format, Source, unpanicked};
use super::pages;
use super::problem::{error, warning};
use super::schema::{self, Schema};
use super::table::{RawCell, RawFile, RawRow, RawTable};
use crate::ingest::number::EXACT_INTEGERS;
use crate::model::{Issue, Place, Severity};

/// Apache Parquet.
#[derive(Debug)]
pub(super) struct Parquet;

impl Format for Parquet {
    fn key(&self) -> &'static str {
        "parquet"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["parquet"]
    }

    fn source(&self) -> &'static str {
        "Apache Parquet format 2"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        head.starts_with(b"PAR1")
    }

    fn read(&self, source: &Source<'_>, limits: &Limits) -> Result<RawFile, Issue> {
        source.within(limits.parquet_table_bytes)?;
        let schema = schema::of(source)?;
        let place = source.place();
        let unread =
            schema.unknown().map(|(name, kind)| unknown_type(&place, name, &kind, Severity::Warning));
        let mut issues: Vec<Issue> = unread.collect();
        let wanted: Vec<&str> = schema.known().collect();
        check(source, &schema, &wanted, limits.delimited_cells)?;
        let frame = reader(source, schema.metadata.clone(), &wanted)?.finish();
        let frame = frame.map_err(|cause| source.damaged(&cause.to_string()))?;
        let table = RawTable {
            name: source.stem(),
            file: source.shown.into(),
            sheet: None,
            hidden: false,
            rows: rows(&frame),
            merged: Vec::new(),
        };
        if frame.height() == 0 {
            issues.push(warning("empty_table", &table.place(), &[]));
        }
        Ok(RawFile { tables: vec![table], issues })
    }
}

/// The names of the columns of a Parquet file and its number of rows, without reading any data.
///
/// # Errors
/// The issue that says why the file cannot be read.
pub fn parquet_columns(path: &Path, shown: &str) -> Result<(Vec<String>, usize), Issue> {
    let source = Source { path, shown, head: Vec::new(), bytes: 0 };
    unpanicked(&source, || {
        let schema = schema::of(&source)?;
        let n_rows = schema.metadata.row_groups.iter().map(|group| group.num_rows()).sum();
        Ok((schema.names().map(str::to_owned).collect(), n_rows))
    })
}

/// A Parquet file as a table of nothing but its header, and the number of its rows.
pub(crate) fn parquet_header(path: &Path, shown: &str) -> Option<(RawTable, usize)> {
    let (names, n_rows) = parquet_columns(path, shown).ok()?;
    let cells = (1..).zip(names).map(|(at, name)| (at, RawCell::Text(name))).collect();
    let table = RawTable {
        name: String::new(),
        file: shown.into(),
        sheet: None,
        hidden: false,
        rows: vec![RawRow { number: 1, cells }],
        merged: Vec::new(),
    };
    Some((table, n_rows))
}

/// The wanted columns of a Parquet file as a frame, in the order wanted; nothing else of the file is read.
///
/// # Errors
/// The issue that says why the file cannot be read, or which column it does not have.
pub fn read_columns(path: &Path, shown: &str, wanted: &[&str]) -> Result<DataFrame, Issue> {
    let (present, _) = parquet_columns(path, shown)?;
    let source = Source { path, shown, head: Vec::new(), bytes: 0 };
    if let Some(missing) = wanted.iter().find(|name| !present.iter().any(|column| column == *name)) {
        let values = [("column", *missing), ("present", &*present.join(", "))];
        return Err(error("column_missing", &source.place(), &values));
    }
    unpanicked(&source, || {
        let schema = schema::of(&source)?;
        check(&source, &schema, wanted, BULK_CELLS)?;
        let reader = reader(&source, schema.metadata, wanted)?.set_low_memory(true);
        let frame = reader.finish().map_err(|cause| source.damaged(&cause.to_string()))?;
        frame.select(wanted.iter().copied()).map_err(|cause| source.damaged(&cause.to_string()))
    })
}

/// Cells that are read at once as columns: a university of 30,000 students has 5 million marks a year.
const BULK_CELLS: usize = 1 << 27;

/// Rows that are looked at together: enough to be worth opening the file for, few enough for a processor's cache.
const PIECE_ROWS: usize = 1 << 15;

/// What is made of each piece of some columns, in the order of the file. A piece is some whole row groups, or a part of
/// a row group that is larger than two pieces; only as many row groups as there are threads are in memory at a time.
///
/// # Errors
/// The issue that says why the file cannot be read.
pub(crate) fn read_pieces<T: Send>(
    path: &Path,
    shown: &str,
    columns: &[&str],
    make: impl Fn(&DataFrame) -> PolarsResult<T> + Sync,
) -> Result<Vec<T>, Issue> {
    let source = Source { path, shown, head: Vec::new(), bytes: 0 };
    let damaged = |cause: PolarsError| source.damaged(&cause.to_string());
    unpanicked(&source, || {
        let schema = schema::of(&source)?;
        check(&source, &schema, columns, BULK_CELLS)?;
        let metadata = &schema.metadata;
        let groups = together(metadata.row_groups.iter().map(|group| group.num_rows()));
        let parallel = if groups.len() > 1 { ParallelStrategy::None } else { ParallelStrategy::Auto };
        let mut empty = metadata.clone();
        empty.row_groups.clear();
        let read = |groups: Range<usize>| {
            // A reader asked for a slice of the rows instead would decode the dictionaries of all groups before it.
            let row_groups = metadata.row_groups[groups].to_vec();
            let num_rows = row_groups.iter().map(|group| group.num_rows()).sum();
            let part = FileMetadata { row_groups, num_rows, ..empty.clone() };
            let reader = reader(&source, part, columns)?.read_parallel(parallel);
            let frame = reader.finish().map_err(damaged)?;
            let pieces: Result<Vec<T>, Issue> =
                cut(&frame).par_iter().map(|piece| make(piece).map_err(damaged)).collect();
            pieces
        };
        let pieces: Result<Vec<Vec<T>>, Issue> = groups.into_par_iter().map(read).collect();
        Ok(pieces?.into_iter().flatten().collect())
    })
}

/// Row groups that are read together: consecutive ones until they are a piece.
fn together(groups: impl Iterator<Item = usize>) -> Vec<Range<usize>> {
    let mut together: Vec<Range<usize>> = Vec::new();
    let mut rows_of_last = PIECE_ROWS;
    for (at, rows) in groups.enumerate() {
        match together.last_mut() {
            Some(last) if rows_of_last < PIECE_ROWS => {
                last.end = at + 1;
                rows_of_last += rows;
            }
            _ => {
                together.push(at..at + 1);
                rows_of_last = rows;
            }
        }
    }
    together
}

/// The pieces of a frame, none longer than two.
fn cut(frame: &DataFrame) -> Vec<DataFrame> {
    let n_rows = frame.height();
    let n_pieces = (n_rows / PIECE_ROWS).max(1);
    let starts = (0..n_pieces).map(|at| n_rows / n_pieces * at);
    let ends = starts.clone().skip(1).chain([n_rows]);
    let piece =
        |(start, end): (usize, usize)| frame.slice(i64::try_from(start).unwrap_or(i64::MAX), end - start);
    starts.zip(ends).map(piece).collect()
}

fn open(source: &Source<'_>) -> Result<File, Issue> {
    File::open(source.path).map_err(|cause| source.unreadable(&cause.to_string()))
}

fn reader(
    source: &Source<'_>,
    metadata: FileMetadata,
    wanted: &[&str],
) -> Result<ParquetReader<File>, Issue> {
    let names = wanted.iter().map(|name| (*name).to_owned()).collect();
    let mut reader = ParquetReader::new(open(source)?).with_columns(Some(names));
    reader.set_metadata(Arc::new(metadata));
    Ok(reader)
}

/// A file holds at most `most` cells in the wanted columns, all of types that can be read, and the numbers of values in
/// their pages are those of their rows.
fn check(source: &Source<'_>, schema: &Schema, wanted: &[&str], most: usize) -> Result<(), Issue> {
    if let Some((name, kind)) = schema.unknown().find(|(name, _)| wanted.contains(name)) {
        return Err(unknown_type(&source.place(), name, &kind, Severity::Error));
    }
    let file = open(source)?;
    let mut left = most;
    for group in &schema.metadata.row_groups {
        for column in group.parquet_columns() {
            let leaf = column.descriptor();
            let name = leaf.path_in_schema.first().map_or("", |name| name);
            if !wanted.contains(&name) {
                continue;
            }
            let damaged = || error("damaged_column", &source.place(), &[("column", name)]);
            let n_values = usize::try_from(column.num_values()).map_err(|_| damaged())?;
            let Some(rest) = left.checked_sub(n_values.max(group.num_rows())) else {
                let limit = most.to_string();
                return Err(error("too_many_cells", &source.place(), &[("limit", &limit)]));
            };
            left = rest;
            let is_flat = leaf.descriptor.max_rep_level == 0;
            if is_flat && n_values != group.num_rows()
                || !pages::are_sound(&file, column.byte_range(), n_values)
            {
                return Err(damaged());
            }
        }
    }
    Ok(())
}

fn unknown_type(place: &Place, column: &str, kind: &str, severity: Severity) -> Issue {
    Issue::new("column_type_unknown", severity, place.clone()).with("column", column).with("type", kind)
}

/// A frame as rows: the names of its columns in row 1, the data from row 2, so that every table looks alike.
fn rows(frame: &DataFrame) -> Vec<RawRow> {
    let names = frame.get_column_names();
    let header = (1..).zip(names).map(|(at, name)| (at, RawCell::Text(name.to_string()))).collect();
    let mut rows = vec![RawRow { number: 1, cells: header }];
    let numbers = (2..=u32::MAX).take(frame.height());
    rows.extend(numbers.map(|number| RawRow { number, cells: Vec::new() }));
    for (at, column) in (1..).zip(frame.columns()) {
        let series = column.as_materialized_series();
        for (row, value) in rows.iter_mut().skip(1).zip(series.iter()) {
            match cell(&value) {
                RawCell::Empty => {}
                kept => row.cells.push((at, kept)),
            }
        }
    }
    rows.retain(|row| !row.cells.is_empty());
    rows
}

fn cell(value: &AnyValue<'_>) -> RawCell {
    match value {
        AnyValue::Null => RawCell::Empty,
        AnyValue::String(text) => RawCell::Text((*text).to_owned()),
        AnyValue::StringOwned(text) => RawCell::Text(text.to_string()),
        AnyValue::Boolean(truth) => RawCell::Bool(*truth),
        AnyValue::Float32(number) => decimal_of_f32(*number),
        AnyValue::Float64(number) => RawCell::Number(*number),
        other => match other.extract::<i64>() {
            Some(number) => integer(number),
            None => RawCell::Text(other.to_string()),
        },
    }
}

/// An integer beyond 2⁵³ stays a text, so that no digit of an identifier is lost.
fn integer(number: i64) -> RawCell {
    #[expect(clippy::cast_precision_loss, reason = "below 2^53 no digit is lost, and above it is not used")]
    let float = number as f64;
    if float.abs() < EXACT_INTEGERS { RawCell::Number(float) } else { RawCell::Text(number.to_string()) }
}

/// A single-precision number as the shortest decimal that means it: 0.1 and not 0.10000000149.
fn decimal_of_f32(number: f32) -> RawCell {
    RawCell::Number(number.to_string().parse().unwrap_or(f64::from(number)))
}

#[cfg(test)]
mod tests {
    use polars::prelude::{Column, Scalar};

    use super::*;

    #[test]
    fn row_groups_are_read_together_until_they_are_a_piece_and_large_ones_are_cut() {
        let groups = [PIECE_ROWS - 1, 1, PIECE_ROWS, 5, 7];
        assert_eq!(together(groups.into_iter()), [0..2, 2..3, 3..5]);
        assert_eq!(together(std::iter::empty()), Vec::<Range<usize>>::new());
        for n_rows in [0, 7, PIECE_ROWS, 2 * PIECE_ROWS - 1, 2 * PIECE_ROWS + 1, 5 * PIECE_ROWS + 3] {
            let column = Column::new_scalar("row".into(), Scalar::from(1_i32), n_rows);
            let pieces: Vec<usize> =
                cut(&DataFrame::new(n_rows, vec![column]).unwrap()).iter().map(DataFrame::height).collect();
            assert_eq!(pieces.iter().sum::<usize>(), n_rows);
            assert!(pieces.iter().all(|rows| *rows < 2 * PIECE_ROWS), "{pieces:?}");
        }
    }
}
