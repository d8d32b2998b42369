//! Finding the header of a table and the meaning of its columns.

use std::collections::BTreeMap;

use super::{Origin, Sheet};
use crate::ingest::clean::{normalise_header, trim};
use crate::ingest::findings::Findings;
use crate::ingest::logical::{LogicalColumn, LogicalTable};
use crate::ingest::raw::{RawRow, RawTable};
use crate::model::Severity;

/// Rows at the top of a sheet among which the header is looked for.
const HEADER_ROWS: usize = 10;

/// What a workspace says about columns.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mapping<'a> {
    /// Our column → header in the file.
    pub(crate) headers: Option<&'a BTreeMap<String, String>>,
    /// Our column → the value of all rows where the sheet has no such column.
    pub(crate) values: &'a BTreeMap<String, String>,
}

/// The sheet as this logical table; `None`, with an issue, where it has no header that fits.
pub(crate) fn map_sheet<'a>(
    logical: &'static LogicalTable,
    raw: &'a RawTable,
    mapping: Mapping<'_>,
    findings: &mut Findings,
) -> Option<Sheet<'a>> {
    let mut best: Option<(usize, &RawRow)> = None;
    for row in raw.rows.iter().take(HEADER_ROWS) {
        let n = assign(logical, row, mapping).0.len();
        if n > best.map_or(0, |(most, _)| most) {
            best = Some((n, row));
        }
    }
    let Some((_, header)) = best else {
        let names: Vec<_> = logical.columns.iter().filter(|c| c.required).map(|c| c.name).collect();
        let issue = crate::model::Issue::new("no_header", Severity::Error, raw.place());
        findings.push(issue.with("table", logical.key).with("expected", names.join(", ")));
        return None;
    };
    let (found, others) = assign(logical, header, mapping);
    let mut columns: BTreeMap<_, _> = found.iter().map(|(name, at)| (*name, Origin::Column(*at))).collect();
    for column in logical.columns {
        if let Some(value) = mapping.values.get(column.name) {
            columns.entry(column.name).or_insert_with(|| Origin::Constant(value.clone()));
        }
    }
    let known: Vec<u32> = found.values().copied().collect();
    let second = raw.row(header.number + 1).filter(|row| is_second_header(row, &known));
    let first_row = header.number + if second.is_some() { 2 } else { 1 };
    let extra = extra_columns(raw, header, second, &others);
    let sheet = Sheet { logical, raw, first_row, columns, extra, typed: raw.file.ends_with(".parquet") };
    report(&sheet, mapping, findings);
    Some(sheet)
}

/// Whether a header means a column.
type Fits<'f> = &'f dyn Fn(&LogicalColumn, &str) -> bool;

/// The columns of a row read as a header, and the columns that are none of ours.
fn assign(
    logical: &'static LogicalTable,
    row: &RawRow,
    mapping: Mapping<'_>,
) -> (BTreeMap<&'static str, u32>, Vec<u32>) {
    let cells: Vec<(u32, String)> =
        row.cells.iter().filter_map(|(at, cell)| Some((*at, normalise_header(cell.text()?)))).collect();
    let mut found: BTreeMap<&'static str, u32> = BTreeMap::new();
    let mut taken = Vec::new();
    // Settings first, then our own names, then aliases in the order of their lists: the surest name wins.
    let rounds: [Fits<'_>; 4] = [
        &|column, text| {
            mapping
                .headers
                .and_then(|headers| headers.get(column.name))
                .is_some_and(|h| normalise_header(h) == text)
        },
        &|column, text| column.name == text,
        &|column, text| column.aliases.iter().any(|alias| normalise_header(alias) == text),
        &|column, text| column.aliases.iter().any(|alias| normalise_header(alias) == without_unit(text)),
    ];
    for fits in rounds {
        for column in logical.columns.iter() {
            let free = |at: &u32| !taken.contains(at);
            let hit = cells.iter().find(|(at, text)| free(at) && fits(column, text));
            if let Some((at, _)) = hit.filter(|_| !found.contains_key(column.name)) {
                found.insert(column.name, *at);
                taken.push(*at);
            }
        }
    }
    let others = cells.iter().map(|(at, _)| *at).filter(|at| !taken.contains(at)).collect();
    (found, others)
}

/// A header without what stands in brackets after it: 得分(总:10.0分) → 得分.
fn without_unit(text: &str) -> &str {
    text.split_once('(').map_or(text, |(name, _)| name)
}

/// Whether the row under the header names columns too: nothing under the columns we know, texts elsewhere.
fn is_second_header(row: &RawRow, known: &[u32]) -> bool {
    let mut texts = 0;
    for (at, cell) in &row.cells {
        if cell.is_blank() {
            continue;
        }
        if known.contains(at) {
            return false;
        }
        texts += 1;
    }
    texts > 0
}

/// Columns beyond the known ones with their names; a second header row names them better.
fn extra_columns(
    raw: &RawTable,
    header: &RawRow,
    second: Option<&RawRow>,
    others: &[u32],
) -> Vec<(u32, String)> {
    let mut columns: Vec<(u32, String)> = Vec::new();
    let named = |row: &RawRow, at: u32| {
        let text = row.cell(at).to_string();
        (!trim(&text).is_empty()).then_some(text)
    };
    if let Some(second) = second {
        for (at, _) in &second.cells {
            if let Some(name) = named(second, *at) {
                columns.push((*at, name));
            }
        }
    }
    for (at, cell) in &header.cells {
        let is_number = !cell.is_blank() && cell.text().is_none();
        if (others.contains(at) || is_number) && !columns.iter().any(|(known, _)| known == at) {
            // The head of a merged block over a second header row is no column of its own.
            let heads = second.is_some() && raw.merged.iter().any(|span| span.holds(header.number, *at));
            if let Some(name) = named(header, *at).filter(|_| !heads) {
                columns.push((*at, name));
            }
        }
    }
    columns.sort();
    columns
}

/// Says what is missing and what is not used.
fn report(sheet: &Sheet<'_>, mapping: Mapping<'_>, findings: &mut Findings) {
    let present = || {
        let names = sheet.columns.keys().copied().map(str::to_owned);
        names.chain(sheet.extra.iter().map(|(_, name)| name.clone())).collect::<Vec<_>>().join(", ")
    };
    for column in sheet.logical.columns.iter().filter(|column| column.required) {
        // An open table may be a matrix, whose columns carry what a long table has in this column.
        let in_matrix = sheet.logical.key == "allocation" && column.name == "objective";
        if !sheet.has(column.name) && !in_matrix {
            let shown = column.aliases.first().map_or(String::new(), |alias| format!(" ({alias})"));
            let issue = sheet.issue("column_missing", Severity::Error);
            findings.push(issue.with("column", format!("{}{shown}", column.name)).with("present", present()));
        }
    }
    for (ours, header) in mapping.headers.into_iter().flatten() {
        if !sheet.has_column(ours) {
            let issue = sheet.issue("column_missing", Severity::Error);
            findings.push(issue.with("column", header).with("present", present()));
        }
    }
    if !sheet.logical.open {
        for (at, name) in &sheet.extra {
            let place = sheet.raw.place_at(sheet.first_row - 1, *at);
            let issue = crate::model::Issue::new("column_unknown", Severity::Note, place);
            findings.push(issue.with("column", name).with("table", sheet.logical.key));
        }
    }
}
