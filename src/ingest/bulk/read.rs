//! Reading the columns and sorting the marks by offering.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use polars::prelude::{DataType, Series};

use super::codes::{Codes, EMPTY, codes};
use super::marks::Marks;
use super::{BulkFile, Entry};
use crate::ingest::clean;
use crate::ingest::draft::{Draft, ItemIndex};
use crate::ingest::findings::{Findings, RowCount};
use crate::ingest::logical::logical_table;
use crate::ingest::raw::{RawCell, RawRow, RawTable, parquet_columns, read_columns};
use crate::ingest::sheet::{Mapping, Origin, map_sheet};
use crate::model::{Issue, MarkWords, Place, Severity};

/// A Parquet file of marks in long form.
#[derive(Debug, Clone)]
pub(crate) struct BulkSource {
    path: PathBuf,
    shown: String,
    /// Names of all columns, in order.
    names: Vec<String>,
    student: usize,
    item: usize,
    mark: usize,
    offering: Option<usize>,
    n_rows: usize,
}

/// No offering or item.
const NONE: u32 = u32::MAX;

/// Where the item of a row belongs, by its code and that of its offering.
#[derive(Debug)]
enum Lookup {
    /// Item code → offering and item.
    Global(Vec<(u32, u32)>),
    /// Offering code → position, and item code → item.
    Local(Vec<(u32, BTreeMap<u32, u32>)>),
    /// The same as one table: offering code × items + item code.
    Dense { n_items: usize, offerings: Vec<u32>, table: Vec<u32> },
}

/// Tables up to this many cells are kept dense.
const DENSE_CELLS: usize = 1 << 22;

/// A Parquet file as bulk marks, where it has their columns; else it is read like any other table.
pub(crate) fn bulk_source(path: &Path, shown: &str, mapping: Mapping<'_>) -> Option<BulkSource> {
    let (names, n_rows) = parquet_columns(path, shown).ok()?;
    let header = (1..).zip(&names).map(|(at, name)| (at, RawCell::Text(name.clone()))).collect();
    let raw = RawTable {
        name: String::new(),
        file: shown.to_owned(),
        sheet: None,
        hidden: false,
        rows: vec![RawRow { number: 1, cells: header }],
        merged: Vec::new(),
    };
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
        shown: shown.to_owned(),
        student: column("student")?,
        item: column("item")?,
        mark: column("mark")?,
        offering: column("offering"),
        names,
        n_rows,
    })
}

impl BulkSource {
    fn series(&self, column: usize) -> Result<Series, Issue> {
        let frame = read_columns(&self.path, &self.shown, &[&self.names[column]])?;
        let damaged = || {
            Issue::new("damaged_file", Severity::Error, Place::file(&self.shown))
                .with("cause", &self.names[column])
        };
        frame.columns().first().map(|column| column.as_materialized_series().clone()).ok_or_else(damaged)
    }

    fn codes(&self, column: usize) -> Result<Codes, Issue> {
        let series = self.series(column)?;
        codes(&series).map_err(|cause| {
            Issue::new("damaged_file", Severity::Error, Place::file(&self.shown)).with("cause", cause)
        })
    }

    fn place(&self, row: usize, column: usize) -> Place {
        // The names of the columns are row 1.
        let place = |n: usize| u32::try_from(n).ok();
        Place { file: self.shown.clone(), sheet: None, row: place(row + 2), column: place(column + 1) }
    }
}

/// Reads a bulk file.
pub(crate) fn read_bulk(
    source: &BulkSource,
    draft: &mut Draft,
    words: &MarkWords,
    findings: &mut Findings,
) -> Option<BulkFile> {
    draft.tables.insert("marks");
    let index = draft.fresh_item_index();
    match read(source, draft, &index, words, findings) {
        Ok(file) => Some(file),
        Err(issue) => {
            findings.push(issue);
            let (rows, listed) = (source.n_rows, source.n_rows);
            let file = source.shown.clone();
            findings.rows.push(RowCount { file, sheet: None, table: "marks", rows, used: 0, listed });
            None
        }
    }
}

fn read(
    source: &BulkSource,
    draft: &mut Draft,
    index: &ItemIndex,
    words: &MarkWords,
    findings: &mut Findings,
) -> Result<BulkFile, Issue> {
    note_columns(source, findings);
    let (targets, mut starts) = targets(source, draft, index, findings)?;
    let students = source.codes(source.student)?;
    if students.integers {
        let issue = Issue::new("identifier_column_numeric", Severity::Note, Place::file(&source.shown));
        findings.push(issue.with("column", &source.names[source.student]));
    }
    let numbers: Vec<u32> = students
        .texts
        .iter()
        .map(|text| text.as_deref().map(clean::identifier).filter(|id| !id.is_empty()))
        .map(|id| id.map_or(NONE, |id| draft.students.met(&id, &Place::file(&source.shown))))
        .collect();
    let number = |code: u32| numbers.get(code as usize).copied().unwrap_or(NONE);
    let n_offerings = draft.offerings.len();
    starts.resize(n_offerings + 1, 0);
    for (row, (target, &student)) in targets.iter().zip(&students.rows).enumerate() {
        if target.0 == NONE {
            continue;
        }
        if number(student) == NONE {
            let issue = Issue::new("cell_empty", Severity::Error, source.place(row, source.student));
            findings.push(issue.with("column", &source.names[source.student]));
        } else {
            starts[target.0 as usize + 1] += 1;
        }
    }
    for at in 0..n_offerings {
        starts[at + 1] += starts[at];
    }
    let used = starts[n_offerings];
    let mut next = starts.clone();
    let mut entries = vec![Entry::raw(0, 0, 0.0); used];
    let marks = Marks::new(source.series(source.mark)?, words).map_err(|cause| {
        Issue::new("damaged_file", Severity::Error, Place::file(&source.shown)).with("cause", cause)
    })?;
    let full: Vec<&[crate::model::Decimal]> =
        index.offerings.values().map(|items| items.full.as_slice()).collect();
    let mut rows = targets.iter().zip(&students.rows);
    marks.each(&mut |mark| {
        let Some((&(offering, item), &student)) = rows.next() else { return };
        let student = number(student);
        if offering != NONE && student != NONE {
            let slot = &mut next[offering as usize];
            entries[*slot] = Entry::raw(student, item, mark.resolve(full[offering as usize][item as usize]));
            *slot += 1;
        }
    });
    let n_rows = source.n_rows;
    let (file, listed) = (source.shown.clone(), n_rows - used);
    findings.rows.push(RowCount { file, sheet: None, table: "marks", rows: n_rows, used, listed });
    let count = findings.rows.len() - 1;
    Ok(BulkFile { source: source.clone(), entries, starts, count })
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

/// Offering and item of each row.
type Targets = (Vec<(u32, u32)>, Vec<usize>);

fn targets(
    source: &BulkSource,
    draft: &Draft,
    index: &ItemIndex,
    findings: &mut Findings,
) -> Result<Targets, Issue> {
    let items = source.codes(source.item)?;
    let offerings = source.offering.map(|column| source.codes(column)).transpose()?;
    let positions: BTreeMap<&str, u32> =
        (0u32..).zip(draft.offerings.keys()).map(|(at, id)| (id.as_str(), at)).collect();
    let lookup = Lookup::new(&items, offerings.as_ref(), index, &positions);
    let targets: Vec<(u32, u32)> = match &offerings {
        None => items.rows.iter().map(|&item| lookup.find(EMPTY, item)).collect(),
        Some(offerings) => offerings
            .rows
            .iter()
            .zip(&items.rows)
            .map(|(&offering, &item)| lookup.find(offering, item))
            .collect(),
    };
    let text = |codes: &Codes, row: usize| {
        codes.texts.get(codes.rows[row] as usize).cloned().flatten().unwrap_or_default()
    };
    for (row, _) in targets.iter().enumerate().filter(|(_, target)| target.0 == NONE) {
        let item = text(&items, row);
        let offering = offerings.as_ref().map(|codes| text(codes, row));
        let place = source.place(row, source.item);
        let error = |code| Issue::new(code, Severity::Error, place.clone());
        let unknown = offering.filter(|id| !index.offerings.contains_key(&clean::identifier(id)));
        findings.push(match (unknown, item.is_empty()) {
            (Some(offering), _) => error("offering_unknown").with("offering", offering),
            (None, true) => error("cell_empty").with("column", &source.names[source.item]),
            (None, false) => {
                let code = index.only(&clean::identifier(&item)).err().filter(|_| source.offering.is_none());
                error(code.unwrap_or("item_unknown")).with("item", item)
            }
        });
    }
    Ok((targets, Vec::new()))
}

impl Lookup {
    fn new(
        items: &Codes,
        offerings: Option<&Codes>,
        index: &ItemIndex,
        positions: &BTreeMap<&str, u32>,
    ) -> Self {
        let position = |id: &str| positions.get(id).copied().unwrap_or(NONE);
        let Some(offerings) = offerings else {
            let find = |text: &Option<String>| {
                let found = text.as_deref().map(clean::identifier);
                let found = found.as_deref().and_then(|item| index.only(item).ok());
                found.map_or((NONE, NONE), |(offering, item)| (position(offering), item))
            };
            return Self::Global(items.texts.iter().map(find).collect());
        };
        let ids: Vec<Option<String>> =
            items.texts.iter().map(|text| text.as_deref().map(clean::identifier)).collect();
        let item_codes: BTreeMap<&str, Vec<u32>> =
            (0u32..).zip(&ids).fold(BTreeMap::new(), |mut codes, (code, id)| {
                if let Some(id) = id {
                    codes.entry(id.as_str()).or_insert_with(Vec::new).push(code);
                }
                codes
            });
        let local: Vec<(u32, BTreeMap<u32, u32>)> = offerings
            .texts
            .iter()
            .map(|text| {
                let id = text.as_deref().map(clean::identifier).unwrap_or_default();
                let mut found = BTreeMap::new();
                for (item, at) in index.offerings.get(&id).into_iter().flat_map(|items| items.all()) {
                    for code in item_codes.get(item).into_iter().flatten() {
                        found.insert(*code, at);
                    }
                }
                (position(&id), found)
            })
            .collect();
        let n_items = items.texts.len();
        if local.len().saturating_mul(n_items) > DENSE_CELLS {
            return Self::Local(local);
        }
        let mut table = vec![NONE; local.len() * n_items];
        for (at, (_, found)) in local.iter().enumerate() {
            for (code, item) in found {
                table[at * n_items + *code as usize] = *item;
            }
        }
        let offerings = local.into_iter().map(|(position, _)| position).collect();
        Self::Dense { n_items, offerings, table }
    }

    #[inline]
    fn find(&self, offering: u32, item: u32) -> (u32, u32) {
        let nowhere = (NONE, NONE);
        let found = match self {
            Self::Global(table) => table.get(item as usize).copied(),
            Self::Local(table) => table
                .get(offering as usize)
                .and_then(|(position, items)| Some((*position, *items.get(&item)?))),
            Self::Dense { n_items, offerings, table } => {
                if item as usize >= *n_items {
                    return nowhere;
                }
                offerings.get(offering as usize).and_then(|position| {
                    let at = table.get(offering as usize * n_items + item as usize)?;
                    (*at != NONE).then_some((*position, *at))
                })
            }
        };
        found.unwrap_or(nowhere)
    }
}

impl BulkFile {
    /// The rows of the file where the `k`-th marks of offerings stand, each with the mark as written.
    pub(crate) fn rows_of(
        &self,
        wanted: &[(usize, usize)],
        draft: &Draft,
        index: &ItemIndex,
    ) -> BTreeMap<(usize, usize), (Place, String)> {
        let source = &self.source;
        let mut found = BTreeMap::new();
        let Ok((targets, _)) = targets(source, draft, index, &mut Findings::default()) else { return found };
        let Ok(students) = source.codes(source.student) else { return found };
        let Ok(marks) = source.series(source.mark) else { return found };
        let wanted: std::collections::BTreeSet<_> = wanted.iter().copied().collect();
        let mut seen = vec![0usize; self.starts.len()];
        for (row, (target, student)) in targets.iter().zip(&students.rows).enumerate() {
            let known = students.texts.get(*student as usize).is_some_and(Option::is_some);
            let Some(count) = seen.get_mut(target.0 as usize).filter(|_| known) else { continue };
            let key = (target.0 as usize, *count);
            *count += 1;
            if wanted.contains(&key) {
                let shown = marks.get(row).map_or(String::new(), |value| value.to_string());
                found.insert(key, (source.place(row, source.mark), shown.trim_matches('"').to_owned()));
            }
        }
        found
    }
}

/// Whether a column holds texts.
pub(super) fn is_text(series: &Series) -> bool {
    matches!(series.dtype(), DataType::String)
}
