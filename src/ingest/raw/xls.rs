//! XLS (BIFF 5 and 8) through calamine, after a look at its records.

use std::io::Cursor;

use calamine::{Reader, SheetType, SheetVisible, Xls as Workbook, XlsError};

use super::Limits;
use super::compound::{self, Compound};
use super::format::{Format, Source};
use super::problem::{error, note, size};
use super::table::{RawFile, RawTable, RowsBuilder};
use super::xlsx::{span, value};
use crate::model::{Issue, Place};

/// Workbooks of Excel 5 to 2003.
#[derive(Debug)]
pub(super) struct Xls;

/// The cells a dense reader may hold for one sheet, filled or not; 32 bytes each.
const DENSE_CELLS: u64 = 2_000_000;

impl Format for Xls {
    fn key(&self) -> &'static str {
        "xls"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["xls"]
    }

    fn source(&self) -> &'static str {
        "[MS-XLS], [MS-CFB]"
    }

    fn recognises(&self, head: &[u8]) -> bool {
        head.starts_with(&compound::MAGIC)
    }

    fn read(&self, source: &Source<'_>, limits: &Limits) -> Result<RawFile, Issue> {
        source.within(limits.workbook_bytes)?;
        let bytes = std::fs::read(source.path).map_err(|cause| source.unreadable(&cause.to_string()))?;
        let compound = Compound::parse(&bytes).ok_or_else(|| source.damaged("CFB"))?;
        if compound.has("EncryptedPackage") {
            return Err(error("encrypted_workbook", &source.place(), &[]));
        }
        let stream = compound.stream("Workbook").or_else(|| compound.stream("Book"));
        let stream = stream.ok_or_else(|| error("not_a_workbook", &source.place(), &[]))?;
        refuse_sparse(source, &stream)?;
        drop(stream);
        let mut workbook: Workbook<_> = Workbook::new(Cursor::new(&*bytes)).map_err(|cause| match cause {
            XlsError::Password => error("encrypted_workbook", &source.place(), &[]),
            other => source.damaged(&other.to_string()),
        })?;
        let (tables, mut issues) = sheets(source, &mut workbook, limits)?;
        if tables.is_empty() {
            issues.push(error("no_sheets", &source.place(), &[]));
        }
        Ok(RawFile { tables, issues })
    }
}

type Sheets = (Vec<RawTable>, Vec<Issue>);

fn sheets(
    source: &Source<'_>,
    workbook: &mut Workbook<Cursor<&[u8]>>,
    limits: &Limits,
) -> Result<Sheets, Issue> {
    let (mut tables, mut issues) = (Vec::new(), Vec::new());
    let mut n_cells = 0;
    for sheet in workbook.sheets_metadata().to_vec() {
        let place = Place { sheet: Some(sheet.name.as_str().into()), ..source.place() };
        if sheet.typ != SheetType::WorkSheet {
            issues.push(note("sheet_without_cells", &place, &[]));
            continue;
        }
        let range = match workbook.worksheet_range(&sheet.name) {
            Ok(range) => range,
            Err(cause) => {
                issues.push(error("damaged_sheet", &place, &[("cause", &cause.to_string())]));
                continue;
            }
        };
        let (top, left) = range.start().unwrap_or_default();
        let mut rows = RowsBuilder::default();
        for (row, column, data) in range.used_cells() {
            let at = |start: u32, offset: usize| {
                start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX - 1))
            };
            rows.push(at(top, row) + 1, at(left, column) + 1, value(data.clone()));
        }
        n_cells += rows.len();
        if n_cells > limits.workbook_cells {
            let limit = limits.workbook_cells.to_string();
            return Err(error("too_many_cells", &source.place(), &[("limit", &limit)]));
        }
        let merged = workbook.merge_cells_by_sheet_name(&sheet.name).unwrap_or_default();
        tables.push(RawTable {
            name: sheet.name.clone(),
            file: source.shown.into(),
            sheet: Some(sheet.name.into()),
            hidden: sheet.visible != SheetVisible::Visible,
            rows: rows.finish(),
            merged: merged.into_iter().map(span).collect(),
        });
    }
    Ok((tables, issues))
}

/// Refuses a sheet whose used block is large while its cells are few: the reader allocates the block.
fn refuse_sparse(source: &Source<'_>, stream: &[u8]) -> Result<(), Issue> {
    let mut used = Used::default();
    let mut at = 0;
    while let Some(header) = stream.get(at..at + 4) {
        let kind = u16::from_le_bytes([header[0], header[1]]);
        let length = usize::from(u16::from_le_bytes([header[2], header[3]]));
        let Some(body) = stream.get(at + 4..at + 4 + length) else { break };
        used.record(kind, body);
        if used.area() > DENSE_CELLS {
            let area = size(used.area().saturating_mul(32));
            return Err(error("sparse_sheet", &source.place(), &[("size", &area)]));
        }
        at += 4 + length;
    }
    Ok(())
}

/// The block of a sheet that its cell records and its declared dimensions span.
#[derive(Debug, Default)]
struct Used {
    rows: u64,
    columns: u64,
    declared: u64,
}

impl Used {
    fn area(&self) -> u64 {
        self.rows.saturating_mul(self.columns).max(self.declared)
    }

    fn record(&mut self, kind: u16, body: &[u8]) {
        let word =
            |at: usize| body.get(at..at + 2).map_or(0, |b| u64::from(u16::from_le_bytes([b[0], b[1]])));
        let double = |at: usize| word(at) | (word(at + 2) << 16);
        match kind {
            // BOF: another sheet begins.
            0x0809 | 0x0409 | 0x0209 | 0x0009 => *self = Self::default(),
            // DIMENSIONS, of 32-bit rows in BIFF 8 and 16-bit rows before.
            0x0200 if body.len() >= 14 => {
                let rows = double(4).saturating_sub(double(0));
                self.declared = rows.saturating_mul(word(10).saturating_sub(word(8)));
            }
            0x0200 => {
                self.declared =
                    word(2).saturating_sub(word(0)).saturating_mul(word(6).saturating_sub(word(4)));
            }
            // FORMULA, MULRK, MULBLANK, RSTRING, LABELSST, BLANK, NUMBER, LABEL, BOOLERR, RK.
            0x0006 | 0x00d6 | 0x00fd | 0x0201 | 0x0203 | 0x0204 | 0x0205 | 0x027e => {
                self.cell(word(0), word(2))
            }
            0x00bd | 0x00be => self.cell(word(0), word(body.len().saturating_sub(2))),
            _ => {}
        }
    }

    fn cell(&mut self, row: u64, column: u64) {
        self.rows = self.rows.max(row + 1);
        self.columns = self.columns.max(column + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lone_cell_in_the_last_corner_spans_the_sheet() {
        let mut used = Used::default();
        used.record(0x0203, &[0, 0, 0, 0]);
        assert_eq!(used.area(), 1);
        used.record(0x0203, &[0xff, 0xff, 0xff, 0x00]);
        assert_eq!(used.area(), 65_536 * 256);
        used.record(0x0809, &[]);
        assert_eq!(used.area(), 0);
    }
}
