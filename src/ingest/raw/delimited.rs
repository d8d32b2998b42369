//! Delimited text: CSV, TSV, semicolons, in any encoding, under any name.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Limits;
use super::encoding::{Decoded, decode};
use super::format::{Format, Source};
use super::problem::{Issues, error, note, warning};
use super::records::{Record, Records};
use super::table::{RawCell, RawFile, RawRow, RawTable};
use crate::model::{Issue, Place};

/// Delimited text. It recognises everything, so it stands last.
#[derive(Debug)]
pub(super) struct Delimited;

/// The separators looked for; of two that fit equally well the earlier one is taken.
const SEPARATORS: [u8; 4] = [b'\t', b';', b',', b'|'];

/// How much of the text is looked at to find the separator.
const SAMPLE_BYTES: usize = 64 << 10;

/// More control characters than one in this many: no text.
const CONTROL_SHARE: usize = 100;

impl Format for Delimited {
    fn key(&self) -> &'static str {
        "csv"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["csv", "tsv", "txt"]
    }

    fn source(&self) -> &'static str {
        "RFC 4180"
    }

    fn recognises(&self, _head: &[u8]) -> bool {
        true
    }

    fn read(&self, source: &Source<'_>, limits: &Limits) -> Result<RawFile, Issue> {
        source.within(limits.delimited_bytes)?;
        let bytes = std::fs::read(source.path).map_err(|cause| source.unreadable(&cause.to_string()))?;
        let decoded = decode(bytes);
        refuse_other_things(source, &decoded.text)?;
        let mut issues = Issues::new(limits.listed_issues);
        issues.extend(decisions(source, &decoded));
        let rows = rows(source, &decoded.text, limits, &mut issues)?;
        let table = RawTable {
            name: source.stem(),
            file: source.shown.into(),
            sheet: None,
            hidden: false,
            rows,
            merged: Vec::new(),
        };
        if table.rows.is_empty() {
            issues.push(warning("empty_table", &table.place(), &[]));
        }
        Ok(RawFile { tables: vec![table], issues: issues.finish(&source.place()) })
    }
}

/// Web pages, other XML and binary files are not tables of text.
fn refuse_other_things(source: &Source<'_>, text: &str) -> Result<(), Issue> {
    let controls = text.chars().filter(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r')).count();
    let too_many = controls > 2 && controls.saturating_mul(CONTROL_SHARE) > text.len();
    if text.contains('\0') || too_many {
        return Err(error("unknown_format", &source.place(), &[]));
    }
    let start: String = text.trim_start().chars().take(1_000).collect::<String>().to_lowercase();
    if !start.starts_with('<') {
        return Ok(());
    }
    if ["<html", "<!doctype html", "<table", "<head", "<meta", "<style"].iter().any(|tag| start.contains(tag))
    {
        return Err(error("web_page", &source.place(), &[]));
    }
    if start.starts_with("<?xml") || start.contains("urn:schemas-microsoft-com") {
        return Err(error("xml_file", &source.place(), &[]));
    }
    Ok(())
}

/// What the reader decided without being told: the encoding, and that a workbook's name stands on a text.
fn decisions(source: &Source<'_>, decoded: &Decoded) -> Vec<Issue> {
    let place = source.place();
    let mut issues = Vec::new();
    if decoded.guessed {
        issues.push(note("encoding_guessed", &place, &[("encoding", decoded.encoding)]));
    }
    if decoded.n_undecodable > 0 {
        let n = decoded.n_undecodable.to_string();
        issues.push(warning("undecodable_characters", &place, &[("n", &n), ("encoding", decoded.encoding)]));
    }
    let extension = source.shown.rsplit_once('.').map(|(_, extension)| extension.to_lowercase());
    if extension
        .is_some_and(|extension| matches!(&*extension, "xls" | "xlsx" | "xlsm" | "xlsb" | "ods" | "et"))
    {
        issues.push(note("text_named_workbook", &place, &[]));
    }
    issues
}

/// The rows of the text; what is odd about them goes to the issues.
fn rows(source: &Source<'_>, text: &str, limits: &Limits, issues: &mut Issues) -> Result<Vec<RawRow>, Issue> {
    let mut rows = Vec::new();
    let mut widths = Vec::new();
    let mut n_cells = 0;
    let mut records = Records::new(text, separator(text), limits.unbroken_bytes);
    for Record { line, fields } in records.by_ref() {
        widths.push((line, fields.len()));
        let mut cells: Vec<(u32, RawCell)> = Vec::with_capacity(fields.len());
        cells.extend(
            (1..).zip(fields).filter(|(_, field)| !field.is_empty()).map(|(at, field)| (at, cell(field))),
        );
        n_cells += cells.len();
        if n_cells > limits.delimited_cells {
            let limit = limits.delimited_cells.to_string();
            return Err(error("too_many_cells", &source.place(), &[("limit", &limit)]));
        }
        if !cells.is_empty() {
            rows.push(RawRow { number: line, cells });
        }
    }
    let unclosed = records.unclosed().iter();
    issues.extend(
        unclosed.map(|line| warning("quote_unclosed", &Place { row: Some(*line), ..source.place() }, &[])),
    );
    report_ragged(source, &widths, issues);
    while rows.last().is_some_and(RawRow::is_blank) {
        rows.pop();
    }
    Ok(rows)
}

/// A field as a cell. Exports that want a spreadsheet to keep an identifier as text write `="00123"`.
fn cell(field: Cow<'_, str>) -> RawCell {
    match field.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        Some(kept) if !kept.contains('"') => RawCell::Text(kept.to_owned()),
        _ => RawCell::Text(field.into_owned()),
    }
}

/// The separator that splits most lines of the beginning of the text into the same number of fields.
fn separator(text: &str) -> u8 {
    let mut best = (0, b',');
    let mut end = text.len().min(SAMPLE_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    for separator in SEPARATORS {
        let mut lines: BTreeMap<usize, usize> = BTreeMap::new();
        for record in Records::new(&text[..end], separator, SAMPLE_BYTES) {
            if record.fields.len() > 1 {
                *lines.entry(record.fields.len()).or_default() += 1;
            }
        }
        let alike = lines.values().copied().max().unwrap_or(0);
        if alike > best.0 {
            best = (alike, separator);
        }
    }
    best.1
}

/// Rows with another number of fields than most. Titles above the first regular row are no fault.
fn report_ragged(source: &Source<'_>, widths: &[(u32, usize)], issues: &mut Issues) {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for (_, width) in widths {
        *counts.entry(*width).or_default() += 1;
    }
    let Some((&usual, _)) = counts.iter().max_by_key(|(width, n)| (**n, **width)) else { return };
    let expected = usual.to_string();
    let body = widths.iter().skip_while(|(_, width)| *width < usual);
    issues.extend(body.filter(|(_, width)| *width != usual).map(|(line, width)| {
        let place = Place { row: Some(*line), ..source.place() };
        warning("ragged_row", &place, &[("n", &width.to_string()), ("expected", &expected)])
    }));
}
