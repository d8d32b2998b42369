//! OpenDocument spreadsheets, read from `content.xml` by our own walk.
//!
//! Rows and cells of ODS are repeated by attributes, and every sheet ends in a repetition up to the last row of a
//! spreadsheet; a dense reader has to guess which repetitions are meant. This one keeps what holds something.

use std::io::BufReader;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::Limits;
use super::archive::{self, Budgeted};
use super::format::{Format, Source};
use super::problem::{Issues, error, warning};
use super::table::{RawCell, RawFile, RawTable, RowsBuilder, Span};
use super::xml::attribute;
use crate::model::{Issue, Place};

/// OpenDocument spreadsheets.
#[derive(Debug)]
pub(super) struct Ods;

/// What the first part of an ODS archive, stored unpacked at byte 30, says.
const MIMETYPE: &[u8] = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet";
/// Where it says so.
const MIMETYPE_AT: usize = 30;
/// The most columns and rows of a sheet in any spreadsheet program.
const MOST_COLUMNS: u32 = 16_384;
/// See [`MOST_COLUMNS`].
const MOST_ROWS: u32 = 1_048_576;

impl Format for Ods {
    fn key(&self) -> &'static str {
        "ods"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["ods"]
    }

    fn source(&self) -> &'static str {
        "OASIS OpenDocument 1.2, part 1, §9"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        head.starts_with(b"PK") && head.get(MIMETYPE_AT..).is_some_and(|rest| rest.starts_with(MIMETYPE))
    }

    fn read(&self, source: &Source<'_>, limits: &Limits) -> Result<RawFile, Issue> {
        let mut archive = archive::open(source, limits)?;
        archive::survey(source, &mut archive, limits)?;
        if is_encrypted(&mut archive) {
            return Err(error("encrypted_workbook", &source.place(), &[]));
        }
        let part = archive.by_name("content.xml").map_err(|cause| source.damaged(&cause.to_string()))?;
        let mut total = 0;
        let reader = Budgeted::new(part.compressed_size(), part, limits, &mut total);
        let mut walk = Walk::new(source, limits);
        let mut xml = Reader::from_reader(BufReader::new(reader));
        xml.config_mut().check_end_names = false;
        xml.config_mut().expand_empty_elements = true;
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match xml.read_event_into(&mut buffer) {
                Ok(Event::Eof) => break,
                Ok(event) => walk.event(&event)?,
                Err(cause) => return Err(source.damaged(&cause.to_string())),
            }
        }
        if walk.tables.is_empty() {
            walk.issues.push(error("no_sheets", &source.place(), &[]));
        }
        Ok(RawFile { tables: walk.tables, issues: walk.issues.finish(&source.place()) })
    }
}

/// Whether the manifest says that parts are encrypted.
fn is_encrypted(archive: &mut archive::Archive) -> bool {
    let Ok(part) = archive.by_name("META-INF/manifest.xml") else { return false };
    let mut xml = Reader::from_reader(BufReader::new(part));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer) {
            Ok(Event::Start(tag) | Event::Empty(tag)) if tag.local_name().as_ref() == "encryption-data" => {
                return true;
            }
            Ok(Event::Eof) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

/// The cell being read.
#[derive(Default)]
struct Open {
    repeated: u32,
    kind: String,
    value: Option<String>,
    has_formula: bool,
    spans: (u32, u32),
    text: String,
    n_paragraphs: usize,
}

struct Walk<'s> {
    source: &'s Source<'s>,
    limits: &'s Limits,
    tables: Vec<RawTable>,
    issues: Issues,
    name: Option<String>,
    rows: RowsBuilder,
    merged: Vec<Span>,
    row: u32,
    column: u32,
    row_repeated: u32,
    /// The cells of the row being read, to be repeated with it.
    current: Vec<(u32, RawCell)>,
    cell: Option<Open>,
    /// How deep inside a note of a cell: its paragraphs are not the cell's text.
    in_note: usize,
    n_cells: usize,
    text_bytes: usize,
}

impl<'s> Walk<'s> {
    fn new(source: &'s Source<'s>, limits: &'s Limits) -> Self {
        Self {
            source,
            limits,
            tables: Vec::new(),
            issues: Issues::new(limits.listed_issues),
            name: None,
            rows: RowsBuilder::default(),
            merged: Vec::new(),
            row: 1,
            column: 1,
            row_repeated: 1,
            current: Vec::new(),
            cell: None,
            in_note: 0,
            n_cells: 0,
            text_bytes: 0,
        }
    }

    fn event(&mut self, event: &Event<'_>) -> Result<(), Issue> {
        match event {
            Event::Start(tag) => self.open(tag)?,
            Event::End(tag) => self.close(tag.local_name().as_ref())?,
            Event::Text(text) => self.append(&text.xml10_content())?,
            Event::CData(text) => self.append(&text.xml10_content())?,
            Event::GeneralRef(reference) => self.append(&resolved(reference))?,
            _ => {}
        }
        Ok(())
    }

    /// Adds to the text of the cell. One tag may stand for a thousand blanks, so one text alone can be too much.
    fn append(&mut self, text: &str) -> Result<(), Issue> {
        if let Some(cell) = self.cell.as_mut().filter(|cell| cell.n_paragraphs > 0 && self.in_note == 0) {
            cell.text.push_str(text);
            if cell.text.len() > self.limits.text_bytes {
                return Err(self.too_much_text());
            }
        }
        Ok(())
    }

    fn too_much_text(&self) -> Issue {
        let limit = super::problem::size(self.limits.text_bytes as u64);
        error("too_much_text", &self.source.place(), &[("limit", &limit)])
    }

    fn open(&mut self, tag: &BytesStart<'_>) -> Result<(), Issue> {
        match tag.local_name().as_ref() {
            "table" if self.name.is_none() => {
                self.name = Some(attribute(tag, "name").unwrap_or_default());
                self.row = 1;
            }
            "table-row" => {
                self.row_repeated = repetition(tag, "number-rows-repeated");
                self.column = 1;
            }
            "table-cell" | "covered-table-cell" => {
                let value = ["value", "date-value", "time-value", "boolean-value", "string-value"];
                self.cell = Some(Open {
                    repeated: repetition(tag, "number-columns-repeated"),
                    kind: attribute(tag, "value-type").unwrap_or_default(),
                    value: value.iter().find_map(|name| attribute(tag, name)),
                    has_formula: attribute(tag, "formula").is_some(),
                    spans: (
                        repetition(tag, "number-rows-spanned"),
                        repetition(tag, "number-columns-spanned"),
                    ),
                    ..Open::default()
                });
            }
            "annotation" => self.in_note += 1,
            "p" if self.in_note == 0 => {
                if let Some(cell) = self.cell.as_mut() {
                    if cell.n_paragraphs > 0 {
                        cell.text.push('\n');
                    }
                    cell.n_paragraphs += 1;
                }
            }
            "s" => {
                let blanks = repetition(tag, "c").min(1_000);
                self.append(&" ".repeat(usize::try_from(blanks).unwrap_or(1)))?;
            }
            "tab" => self.append("\t")?,
            "line-break" => self.append("\n")?,
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &str) -> Result<(), Issue> {
        match name {
            "annotation" => self.in_note = self.in_note.saturating_sub(1),
            "table-cell" | "covered-table-cell" => self.close_cell()?,
            "table-row" => self.close_row()?,
            "table" => self.close_table(),
            _ => {}
        }
        Ok(())
    }

    fn close_cell(&mut self) -> Result<(), Issue> {
        let Some(open) = self.cell.take() else { return Ok(()) };
        let Open { repeated, spans, has_formula, .. } = open;
        let first = self.column;
        self.column = self.column.saturating_add(repeated);
        if spans != (1, 1) {
            let (bottom, right) = (self.row.saturating_add(spans.0 - 1), first.saturating_add(spans.1 - 1));
            self.merged.push(Span { top: self.row, bottom, left: first, right });
        }
        let cell = content(open);
        if cell == RawCell::Empty {
            if has_formula {
                let place = self.place(self.row, first);
                self.issues.push(warning("formula_without_value", &place, &[]));
            }
            return Ok(());
        }
        // A blank text repeated to the edge of the sheet is filling, like an empty cell.
        let last = if cell.is_blank() { first } else { self.column.saturating_sub(1).min(MOST_COLUMNS) };
        self.count(&cell, (last + 1).saturating_sub(first))?;
        self.current.extend((first..=last).map(|column| (column, cell.clone())));
        Ok(())
    }

    fn close_row(&mut self) -> Result<(), Issue> {
        let cells = std::mem::take(&mut self.current);
        let last = self.row.saturating_add(self.row_repeated - 1).min(MOST_ROWS);
        for (_, cell) in &cells {
            self.count(cell, last.saturating_sub(self.row))?;
        }
        for row in (self.row..=last).filter(|_| !cells.is_empty()) {
            for (column, cell) in &cells {
                self.rows.push(row, *column, cell.clone());
            }
        }
        self.row = self.row.saturating_add(self.row_repeated);
        Ok(())
    }

    fn close_table(&mut self) {
        let Some(name) = self.name.take() else { return };
        self.tables.push(RawTable {
            name: name.clone(),
            file: self.source.shown.into(),
            sheet: Some(name.into()),
            hidden: false,
            rows: std::mem::take(&mut self.rows).finish(),
            merged: std::mem::take(&mut self.merged),
        });
    }

    /// Counts a cell that is about to be kept so many times.
    fn count(&mut self, cell: &RawCell, times: u32) -> Result<(), Issue> {
        let times = usize::try_from(times).unwrap_or(usize::MAX);
        self.n_cells = self.n_cells.saturating_add(times);
        if let RawCell::Text(text) | RawCell::DateTime(text) | RawCell::Error(text) = cell {
            self.text_bytes = self.text_bytes.saturating_add(text.len().saturating_mul(times));
        }
        if self.text_bytes > self.limits.text_bytes {
            return Err(self.too_much_text());
        }
        if self.n_cells > self.limits.workbook_cells {
            let limit = self.limits.workbook_cells.to_string();
            return Err(error("too_many_cells", &self.source.place(), &[("limit", &limit)]));
        }
        Ok(())
    }

    fn place(&self, row: u32, column: u32) -> Place {
        Place {
            sheet: self.name.as_deref().map(Into::into),
            row: Some(row),
            column: Some(column),
            ..self.source.place()
        }
    }
}

/// A count given by an attribute, 1 when absent or not a count.
fn repetition(tag: &BytesStart<'_>, name: &str) -> u32 {
    attribute(tag, name).and_then(|n| n.parse().ok()).filter(|n| *n > 0).unwrap_or(1)
}

fn content(open: Open) -> RawCell {
    let Open { kind, value, text, .. } = open;
    match (&*kind, value) {
        ("float" | "percentage" | "currency", Some(value)) => {
            value.parse().map_or(RawCell::Text(value), RawCell::Number)
        }
        ("date" | "time", Some(value)) => RawCell::DateTime(value),
        ("boolean", Some(value)) => RawCell::Bool(value == "true"),
        ("string", Some(value)) if text.is_empty() => RawCell::Text(value),
        ("", _) if text.is_empty() => RawCell::Empty,
        _ if text.starts_with('#') && text.ends_with(['!', '?']) || text.starts_with("Err:") => {
            RawCell::Error(text)
        }
        _ if text.is_empty() => RawCell::Empty,
        _ => RawCell::Text(text),
    }
}

/// The character a reference such as `&amp;` or `&#x4e2d;` stands for; nothing for an unknown entity.
fn resolved(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return character.to_string();
    }
    quick_xml::escape::resolve_predefined_entity(reference).unwrap_or_default().to_owned()
}
