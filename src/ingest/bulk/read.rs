//! Reading the columns of a file.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use polars::prelude::Series;

use super::codes::{Codes, codes};
use super::columns::{Columns, NONE};
use super::lookup::Lookup;
use super::{BulkFile, BulkMarks};
use crate::ingest::clean;
use crate::ingest::draft::{Draft, ItemIndex};
use crate::ingest::findings::{Findings, RowCount};
use crate::ingest::logical::logical_table;
use crate::ingest::raw::{parquet_header, read_columns, read_rows, row_groups};
use crate::ingest::sheet::{Mapping, Origin, map_sheet};
use crate::model::{Issue, Place, Severity, SharedText};

/// A Parquet file of marks in long form.
#[derive(Debug, Clone)]
pub(crate) struct BulkSource {
    path: PathBuf,
    shown: SharedText,
    /// Names of all columns, in order.
    names: Vec<String>,
    pub(super) student: usize,
    pub(super) item: usize,
    pub(super) mark: usize,
    pub(super) offering: Option<usize>,
    /// The rows of each row group.
    pub(super) groups: Vec<Range<usize>>,
}

/// A Parquet file as bulk marks, where it has their columns; else it is read like any other table.
pub(crate) fn bulk_source(path: &Path, shown: &str, mapping: Mapping<'_>) -> Option<BulkSource> {
    let (raw, _) = parquet_header(path, shown)?;
    let sheet = map_sheet(logical_table("marks")?, &raw, mapping, &mut Findings::default())?;
    let column = |name: &str| match sheet.columns.get(name) {
        Some(Origin::Column(at)) => usize::try_from(*at - 1).ok(),
        _ => None,
    };
    if sheet.has("offering") && column("offering").is_none() {
        return None;
    }
    Some(BulkSource {
        path: path.to_owned(),
        shown: shown.into(),
        student: column("student")?,
        item: column("item")?,
        mark: column("mark")?,
        offering: column("offering"),
        names: raw.rows.iter().flat_map(|row| &row.cells).map(|(_, name)| name.as_written()).collect(),
        groups: row_groups(path, shown).ok()?,
    })
}

impl BulkSource {
    fn series(&self, column: usize) -> Result<Series, Issue> {
        let frame = read_columns(&self.path, &self.shown, &[&self.names[column]])?;
        let first = frame.columns().first().map(|column| column.as_materialized_series().clone());
        first.ok_or_else(|| self.damaged(&self.names[column]))
    }

    /// Some rows of a column.
    pub(super) fn rows(&self, column: usize, rows: Range<usize>) -> Result<Series, Issue> {
        read_rows(&self.path, &self.shown, &self.names[column], rows)
    }

    /// The name of a column.
    pub(super) fn name(&self, column: usize) -> &str {
        &self.names[column]
    }

    /// Number of rows.
    pub(super) fn n_rows(&self) -> usize {
        self.groups.last().map_or(0, |rows| rows.end)
    }

    pub(super) fn damaged(&self, cause: impl std::fmt::Display) -> Issue {
        Issue::new("damaged_file", Severity::Error, Place::file(&self.shown)).with("cause", cause)
    }

    fn codes(&self, column: usize) -> Result<Codes, Issue> {
        codes(&self.series(column)?).map_err(|cause| self.damaged(cause))
    }

    pub(super) fn place(&self, row: usize, column: usize) -> Place {
        // The names of the columns are row 1.
        let place = |n: usize| u32::try_from(n).ok();
        Place { file: self.shown.clone(), sheet: None, row: place(row + 2), column: place(column + 1) }
    }
}

/// Reads who has marks in a bulk file and for what; the marks themselves are read when all students are known.
pub(crate) fn read_bulk(
    source: BulkSource,
    draft: &mut Draft,
    findings: &mut Findings,
    bulk: &mut BulkMarks,
) {
    draft.tables.insert("marks");
    note_columns(&source, findings);
    let index = draft.item_index();
    let place = Place::file(&source.shown);
    let Draft { students, offerings, .. } = draft;
    let positions = positions(offerings.keys());
    let columns = columns(&source, &index, &positions, |id| students.met(id, &place));
    let count = findings.rows.len();
    let (file, rows) = (source.shown.clone(), source.n_rows());
    findings.rows.push(RowCount { file, sheet: None, table: "marks", rows, used: 0, listed: rows });
    let columns = match columns {
        Ok(columns) => columns,
        Err(issue) => return findings.push(issue),
    };
    if columns.students.integers {
        let issue = Issue::new("identifier_column_numeric", Severity::Note, place);
        findings.push(issue.with("column", source.name(source.student)));
    }
    bulk.files.push(BulkFile { source, columns, count });
}

/// The position of every offering.
fn positions<'a>(offerings: impl Iterator<Item = &'a String>) -> BTreeMap<&'a str, u32> {
    offerings.map(String::as_str).zip(0u32..).collect()
}

/// The identifying columns; `number` gives a student's number.
fn columns(
    source: &BulkSource,
    index: &ItemIndex,
    positions: &BTreeMap<&str, u32>,
    mut number: impl FnMut(&str) -> u32 + Send,
) -> Result<Columns, Issue> {
    let (students, (items, offerings)) = rayon::join(
        || source.codes(source.student),
        || {
            rayon::join(
                || source.codes(source.item),
                || source.offering.map(|column| source.codes(column)).transpose(),
            )
        },
    );
    let (students, items, offerings) = (students?, items?, offerings?);
    let numbers = (students.texts.iter())
        .map(|text| text.as_deref().map(clean::identifier).filter(|id| !id.is_empty()))
        .map(|id| id.map_or(NONE, |id| number(&id)))
        .collect();
    let lookup = Lookup::new(&items, offerings.as_ref(), index, positions);
    Ok(Columns { items, offerings, students, numbers, lookup })
}

/// Columns that bulk marks do not use.
fn note_columns(source: &BulkSource, findings: &mut Findings) {
    for (at, name) in source.names.iter().enumerate() {
        let used = [Some(source.student), Some(source.item), Some(source.mark), source.offering];
        if !used.contains(&Some(at)) {
            let place = Place { row: Some(1), ..source.place(0, at) };
            let issue = Issue::new("column_unknown", Severity::Note, place);
            findings.push(issue.with("column", name).with("table", "marks"));
        }
    }
}
