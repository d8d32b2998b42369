//! XLSX and XLSM, read cell by cell: the declared dimension of a sheet is never looked at.

use calamine::{
    Data, DataRef, Dimensions, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx as Workbook, XlsxError,
};
use std::fs::File;
use std::io::BufReader;

use super::Limits;
use super::archive::{self, Survey};
use super::format::{Format, Source};
use super::problem::{Issues, error, note, warning};
use super::table::{RawCell, RawFile, RawTable, RowsBuilder, Span};
use crate::model::{Issue, Place};

/// Office Open XML workbooks.
#[derive(Debug)]
pub(super) struct Xlsx;

/// A workbook being read, and what it may still ask for.
struct Reading<'s> {
    source: &'s Source<'s>,
    limits: &'s Limits,
    text_bytes: usize,
    n_cells: usize,
    issues: Issues,
}

impl Format for Xlsx {
    fn key(&self) -> &'static str {
        "xlsx"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["xlsx", "xlsm"]
    }

    fn source(&self) -> &'static str {
        "ECMA-376 (Office Open XML)"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        head.starts_with(b"PK")
    }

    fn read(&self, source: &Source<'_>, limits: &Limits) -> Result<RawFile, Issue> {
        let survey = archive::survey(source, &mut archive::open(source, limits)?, limits)?;
        if survey.has("xl/workbook.bin") {
            return Err(error("binary_workbook", &source.place(), &[]));
        }
        if !survey.parts.iter().any(|part| part.to_lowercase().starts_with("xl/")) {
            return Err(error("not_a_workbook", &source.place(), &[]));
        }
        let file = File::open(source.path).map_err(|cause| source.unreadable(&cause.to_string()))?;
        let mut workbook: Workbook<_> =
            Workbook::new(BufReader::new(file)).map_err(|cause| workbook_issue(source, &cause))?;
        let mut reading =
            Reading { source, limits, text_bytes: 0, n_cells: 0, issues: Issues::new(limits.listed_issues) };
        let tables = reading.sheets(&mut workbook, &survey)?;
        if tables.is_empty() {
            reading.issues.push(error("no_sheets", &source.place(), &[]));
        }
        Ok(RawFile { tables, issues: reading.issues.finish(&source.place()) })
    }
}

impl Survey {
    /// Whether the archive has a part of this name, in any case.
    fn has(&self, name: &str) -> bool {
        self.parts.iter().any(|part| part.eq_ignore_ascii_case(name))
    }
}

fn workbook_issue(source: &Source<'_>, cause: &XlsxError) -> Issue {
    match cause {
        XlsxError::Password => error("encrypted_workbook", &source.place(), &[]),
        other => source.damaged(&other.to_string()),
    }
}

impl Reading<'_> {
    fn sheets(
        &mut self,
        workbook: &mut Workbook<BufReader<File>>,
        survey: &Survey,
    ) -> Result<Vec<RawTable>, Issue> {
        let mut tables = Vec::new();
        for sheet in workbook.sheets_metadata().to_vec() {
            let place = Place { sheet: Some(sheet.name.as_str().into()), ..self.source.place() };
            if sheet.typ != SheetType::WorkSheet {
                self.issues.push(note("sheet_without_cells", &place, &[]));
                continue;
            }
            let rows = match self.rows(workbook, &sheet.name, &place)? {
                Ok(rows) => rows,
                Err(XlsxError::NotAWorksheet(_)) => {
                    self.issues.push(note("sheet_without_cells", &place, &[]));
                    continue;
                }
                Err(cause) => {
                    self.issues.push(error("damaged_sheet", &place, &[("cause", &cause.to_string())]));
                    continue;
                }
            };
            let merged = if survey.has_merged {
                workbook.merge_cells_by_sheet_name(&sheet.name).unwrap_or_default()
            } else {
                Vec::new()
            };
            tables.push(RawTable {
                name: sheet.name.clone(),
                file: self.source.shown.into(),
                sheet: Some(sheet.name.into()),
                hidden: sheet.visible != SheetVisible::Visible,
                rows: rows.finish(),
                merged: merged.into_iter().map(span).collect(),
            });
        }
        Ok(tables)
    }

    /// The cells of one sheet: the outer error refuses the file, the inner one only the sheet.
    fn rows(
        &mut self,
        workbook: &mut Workbook<BufReader<File>>,
        name: &str,
        sheet: &Place,
    ) -> Result<Result<RowsBuilder, XlsxError>, Issue> {
        let mut rows = RowsBuilder::default();
        let mut cells = match workbook.worksheet_cells_reader(name) {
            Ok(cells) => cells,
            Err(cause) => return Ok(Err(cause)),
        };
        loop {
            let record = match cells.next_cell_with_formula_metadata() {
                Ok(Some(record)) => record,
                Ok(None) => break,
                Err(cause) => return Ok(Err(cause)),
            };
            let (row, column) = (record.pos.0.saturating_add(1), record.pos.1.saturating_add(1));
            if record.formula.is_some() && record.value == DataRef::Empty {
                let place = Place { row: Some(row), column: Some(column), ..sheet.clone() };
                self.issues.push(warning("formula_without_value", &place, &[]));
                continue;
            }
            let before = rows.len();
            let text_bytes = rows.push(row, column, value(record.value.into()));
            self.n_cells += rows.len() - before;
            self.text_bytes = self.text_bytes.saturating_add(text_bytes);
            self.within_budget()?;
        }
        Ok(Ok(rows))
    }

    fn within_budget(&self) -> Result<(), Issue> {
        if self.text_bytes > self.limits.text_bytes {
            let limit = super::problem::size(self.limits.text_bytes as u64);
            return Err(error("too_much_text", &self.source.place(), &[("limit", &limit)]));
        }
        if self.n_cells > self.limits.workbook_cells {
            let limit = self.limits.workbook_cells.to_string();
            return Err(error("too_many_cells", &self.source.place(), &[("limit", &limit)]));
        }
        Ok(())
    }
}

pub(super) fn span(block: Dimensions) -> Span {
    Span {
        top: block.start.0.saturating_add(1),
        bottom: block.end.0.saturating_add(1),
        left: block.start.1.saturating_add(1),
        right: block.end.1.saturating_add(1),
    }
}

/// A cell of the reader as a raw cell.
pub(super) fn value(data: Data) -> RawCell {
    match data {
        Data::Empty => RawCell::Empty,
        Data::String(text) => RawCell::Text(text),
        #[expect(clippy::cast_precision_loss, reason = "spreadsheet numbers are binary64 to begin with")]
        Data::Int(number) => RawCell::Number(number as f64),
        Data::Float(number) => RawCell::Number(number),
        Data::Bool(truth) => RawCell::Bool(truth),
        Data::DateTime(moment) => RawCell::DateTime(iso(&moment)),
        Data::DateTimeIso(text) | Data::DurationIso(text) => RawCell::DateTime(text),
        Data::Error(kind) => RawCell::Error(kind.to_string()),
    }
}

/// A serial date in ISO 8601: a date when there is no time of day, a time when there is no day.
fn iso(moment: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let serial = moment.as_f64();
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    if moment.is_duration() || (0.0..1.0).contains(&serial) {
        let days = if moment.is_duration() { serial.trunc().clamp(0.0, 1e6) } else { 0.0 };
        return format!("{:02}:{minute:02}:{second:02}", days * 24.0 + f64::from(hour));
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if serial.fract().abs() < 1e-9 { date } else { format!("{date}T{time}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::ExcelDateTimeType;

    #[test]
    fn serial_dates_read_as_iso() {
        // The serial numbers are those a spreadsheet program shows for these moments.
        for (serial, text) in
            [(46_315.0, "2026-10-20"), (46_315.5, "2026-10-20T12:00:00"), (0.25, "06:00:00")]
        {
            assert_eq!(iso(&ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, false)), text);
        }
    }
}
