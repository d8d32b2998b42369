//! Reading the columns of a file and its marks.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use polars::prelude::Series;
use rayon::prelude::*;

use super::block::{Block, Room};
use super::columns::{Columns, NONE, Nowhere};
use super::piece::{ColumnNames, Piece, PieceNames};
use super::{BulkFile, BulkMarks};
use crate::ingest::clean;
use crate::ingest::draft::{Draft, ItemIndex};
use crate::ingest::findings::{Findings, RowCount};
use crate::ingest::logical::logical_table;
use crate::ingest::raw::{parquet_header, read_columns, read_pieces};
use crate::ingest::sheet::{Mapping, Origin, map_sheet};
use crate::model::{Issue, MarkWords, Place, Severity, SharedText};

/// A Parquet file of marks in long form.
#[derive(Debug, Clone)]
pub(crate) struct BulkSource {
    path: PathBuf,
    shown: SharedText,
    /// Names of all columns, in order.
    names: Vec<String>,
    student: usize,
    item: usize,
    mark: usize,
    offering: Option<usize>,
    n_rows: usize,
}

/// A Parquet file as bulk marks, where it has their columns; else it is read like any other table.
pub(crate) fn bulk_source(path: &Path, shown: &str, mapping: Mapping<'_>) -> Option<BulkSource> {
    let (raw, n_rows) = parquet_header(path, shown)?;
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
        n_rows,
    })
}

impl BulkSource {
    fn series(&self, column: usize) -> Result<Series, Issue> {
        let frame = read_columns(&self.path, &self.shown, &[&self.names[column]])?;
        let first = frame.columns().first().map(|column| column.as_materialized_series().clone());
        let damaged = || Issue::new("damaged_column", Severity::Error, Place::file(&self.shown));
        first.ok_or_else(|| damaged().with("column", &self.names[column]))
    }

    /// All columns, for which nothing else of the workspace has to be known.
    pub(crate) fn read_ahead(&self, words: &MarkWords) -> Result<BulkColumns, Issue> {
        let columns = ColumnNames {
            student: &self.names[self.student],
            item: &self.names[self.item],
            mark: &self.names[self.mark],
            offering: self.offering.map(|column| &*self.names[column]),
        };
        let read =
            read_pieces(&self.path, &self.shown, &columns.list(), |frame| Piece::new(frame, columns, words))?;
        let (mut pieces, names): (Vec<Piece>, Vec<PieceNames>) = read.into_iter().unzip();
        let mut start = 0;
        for piece in &mut pieces {
            piece.start = start;
            start += piece.entries.len();
        }
        Ok(BulkColumns { pieces, names })
    }

    fn place(&self, row: usize, column: usize) -> Place {
        // The names of the columns are row 1.
        let place = |n: usize| u32::try_from(n).ok();
        Place { file: self.shown.clone(), sheet: None, row: place(row + 2), column: place(column + 1) }
    }
}

/// The columns of a bulk file as they stand in it.
pub(crate) struct BulkColumns {
    pieces: Vec<Piece>,
    names: Vec<PieceNames>,
}

/// Takes the columns of a bulk file into blocks.
pub(crate) fn read_bulk(
    source: &BulkSource,
    columns: Result<BulkColumns, Issue>,
    draft: &mut Draft,
    findings: &mut Findings,
    bulk: &mut BulkMarks,
) {
    draft.tables.insert("marks");
    note_columns(source, findings);
    let file = bulk.files.len();
    let blocks = match columns.map(|columns| blocks(source, file, columns, draft, findings)) {
        Ok(blocks) => blocks,
        Err(issue) => {
            findings.push(issue);
            Vec::new()
        }
    };
    let used: usize = blocks.iter().map(Block::n_used).sum();
    let (rows, listed) = (source.n_rows, source.n_rows - used);
    let shown = source.shown.clone();
    findings.rows.push(RowCount { file: shown, sheet: None, table: "marks", rows, used, listed });
    bulk.files.push(BulkFile { source: source.clone(), count: findings.rows.len() - 1 });
    bulk.blocks.extend(blocks);
}

fn blocks(
    source: &BulkSource,
    file: usize,
    BulkColumns { pieces, names }: BulkColumns,
    draft: &mut Draft,
    findings: &mut Findings,
) -> Vec<Block> {
    let index = draft.item_index();
    let Draft { students, offerings, .. } = draft;
    let positions = positions(offerings.keys());
    let integers = names.iter().any(|piece| piece.integers);
    let columns = Columns::new(&pieces, names, &index, &positions, |id, first_row| {
        students.met_where(id, || source.place(first_row(), source.student))
    });
    if integers {
        let header = Place { row: Some(1), ..source.place(0, source.student) };
        let issue = Issue::new("identifier_column_numeric", Severity::Note, header);
        findings.push(issue.with("column", &source.names[source.student]));
    }
    let blocks: Vec<Block> = (pieces.into_par_iter().enumerate())
        .map_init(Room::default, |room, piece| Block::new(file, piece, &columns, positions.len(), room))
        .collect();
    for nowhere in blocks.iter().flat_map(|block| &block.nowhere) {
        findings.push(nowhere_issue(source, &columns, &index, nowhere));
    }
    blocks
}

/// The position of every offering.
fn positions<'a>(offerings: impl Iterator<Item = &'a String>) -> BTreeMap<&'a str, u32> {
    offerings.map(String::as_str).zip(0u32..).collect()
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

/// What a row that is a mark of nothing lacks.
fn nowhere_issue(source: &BulkSource, columns: &Columns, index: &ItemIndex, nowhere: &Nowhere) -> Issue {
    let error = |code, column| Issue::new(code, Severity::Error, source.place(nowhere.row, column));
    if nowhere.without_student {
        return error("cell_empty", source.student).with("column", &source.names[source.student]);
    }
    let item = columns.items.text(nowhere.item).unwrap_or_default();
    let offering = columns.offerings.as_ref().map(|book| book.text(nowhere.offering).unwrap_or_default());
    match offering.filter(|id| !index.offerings.contains_key(&clean::identifier(id))) {
        Some(offering) => error("offering_unknown", source.item).with("offering", offering),
        None if item.is_empty() => {
            error("cell_empty", source.item).with("column", &source.names[source.item])
        }
        None => {
            let code = index.only(&clean::identifier(item)).err().filter(|_| source.offering.is_none());
            error(code.unwrap_or("item_unknown"), source.item).with("item", item)
        }
    }
}

/// A mark by where it was read: block, position of the offering, position among its marks of that block.
pub(crate) type Nth = (usize, usize, usize);

impl BulkMarks {
    /// The rows where these marks of a file stand, each with the mark as written.
    pub(crate) fn rows_of(
        &self,
        file: usize,
        wanted: &BTreeSet<Nth>,
        draft: &Draft,
        index: &ItemIndex,
    ) -> BTreeMap<Nth, (Place, String)> {
        let source = &self.files[file].source;
        let mut found = BTreeMap::new();
        // What marks and students are does not matter here, only that there is a student.
        let Ok(BulkColumns { mut pieces, names }) = source.read_ahead(&MarkWords::default()) else {
            return found;
        };
        let columns = Columns::new(&pieces, names, index, &positions(draft.offerings.keys()), |_, _| 0);
        let Ok(marks) = source.series(source.mark) else { return found };
        let blocks: BTreeSet<usize> = wanted.iter().map(|(block, ..)| *block).collect();
        let first = self.blocks.iter().position(|block| block.file == file).unwrap_or(0);
        let mut offerings = Vec::new();
        for block in blocks {
            let Some(piece) = pieces.get_mut(block - first) else { continue };
            columns.settle(block - first, piece, &mut offerings);
            let mut seen: BTreeMap<u32, usize> = BTreeMap::new();
            for (row, offering) in piece.rows().zip(&offerings).filter(|(_, offering)| **offering != NONE) {
                let count = seen.entry(*offering).or_default();
                let key = (block, *offering as usize, *count);
                *count += 1;
                if wanted.contains(&key) {
                    let shown = marks.get(row).map_or(String::new(), |value| value.to_string());
                    found.insert(key, (source.place(row, source.mark), shown.trim_matches('"').to_owned()));
                }
            }
        }
        found
    }
}
