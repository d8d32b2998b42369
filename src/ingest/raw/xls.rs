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

/// The cells the dense reader may hold for all sheets, filled or not; 32 bytes each.
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

/// Refuses a workbook whose sheets span large blocks while their cells are few: the reader allocates the blocks, of all
/// sheets together. It finds a sheet by its place in the stream, so each is looked through from there, as it does.
fn refuse_sparse(source: &Source<'_>, stream: &[u8]) -> Result<(), Issue> {
    let (mut area, mut walked) = (0_u64, 0_usize);
    for sheet in sheet_places(stream) {
        let mut used = Used::default();
        let mut depth = 0_u32;
        for (kind, body) in Records(stream.get(sheet..).unwrap_or_default()) {
            walked += body.len() + 4;
            match kind {
                // A chart inside the sheet begins and ends like one.
                BEGIN => depth += 1,
                END if depth <= 1 => break,
                END => depth -= 1,
                _ if depth <= 1 => used.record(kind, body),
                _ => {}
            }
        }
        if walked > stream.len() {
            return Err(source.damaged("BOUNDSHEET"));
        }
        area = area.saturating_add(used.area());
        if area.max(used.declared) > DENSE_CELLS {
            let area = size(area.max(used.declared).saturating_mul(32));
            return Err(error("sparse_sheet", &source.place(), &[("size", &area)]));
        }
    }
    Ok(())
}

/// BOF: a sheet or what stands inside it begins.
const BEGIN: u16 = 0x0809;
/// EOF: it ends.
const END: u16 = 0x000a;
/// BOUNDSHEET: the place of a sheet.
const SHEET: u16 = 0x0085;

/// Where the sheets begin, as the records before the first end say.
fn sheet_places(stream: &[u8]) -> impl Iterator<Item = usize> {
    let places = Records(stream).take_while(|(kind, _)| *kind != END).filter(|(kind, _)| *kind == SHEET);
    places.filter_map(|(_, body)| usize::try_from(u32::from_le_bytes(*body.first_chunk()?)).ok())
}

/// The records of a stream, up to one that is cut off.
struct Records<'s>(&'s [u8]);

impl<'s> Iterator for Records<'s> {
    type Item = (u16, &'s [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (&[a, b, c, d], rest) = self.0.split_first_chunk()?;
        let (body, rest) = rest.split_at_checked(usize::from(u16::from_le_bytes([c, d])))?;
        self.0 = rest;
        Some((u16::from_le_bytes([a, b]), body))
    }
}

/// The block of a sheet that the cell records which are read span, and the one it declares.
#[derive(Debug, Default)]
struct Used {
    /// First and last row, first and last column.
    block: Option<(u64, u64, u64, u64)>,
    declared: u64,
}

impl Used {
    fn area(&self) -> u64 {
        self.block.map_or(0, |(top, bottom, left, right)| (bottom - top + 1) * (right - left + 1))
    }

    fn record(&mut self, kind: u16, body: &[u8]) {
        let word =
            |at: usize| body.get(at..at + 2).map_or(0, |b| u64::from(u16::from_le_bytes([b[0], b[1]])));
        let double = |at: usize| word(at) | (word(at + 2) << 16);
        match kind {
            // DIMENSIONS, of 32-bit rows in BIFF 8 and 16-bit rows before.
            0x0200 if body.len() >= 14 => self.declare((double(0), double(4)), (word(8), word(10))),
            0x0200 => self.declare((word(0), word(2)), (word(4), word(6))),
            // FORMULA, MULRK, RSTRING, LABELSST, NUMBER, LABEL, BOOLERR, RK.
            0x0006 | 0x00d6 | 0x00fd | 0x0203 | 0x0204 | 0x0205 | 0x027e => self.cell(word(0), word(2)),
            0x00bd => {
                self.cell(word(0), word(2));
                self.cell(word(0), word(body.len().saturating_sub(2)));
            }
            _ => {}
        }
    }

    /// Bounds whose ends are one too large, as the reader takes them: columns that cannot be begin at the first one, and
    /// rows that end before they begin go round the 32 bits.
    fn declare(&mut self, rows: (u64, u64), columns: (u64, u64)) {
        let left = if columns.0 > 0xff || columns.1 < columns.0 { 0 } else { columns.0 };
        let rows = rows.1.wrapping_sub(rows.0) & u64::from(u32::MAX);
        self.declared = self.declared.max(rows.saturating_mul(columns.1.saturating_sub(left)));
    }

    fn cell(&mut self, row: u64, column: u64) {
        let (top, bottom, left, right) = self.block.unwrap_or((row, row, column, column));
        self.block = Some((top.min(row), bottom.max(row), left.min(column), right.max(column)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_cells_in_the_far_corners_span_the_sheet() {
        let mut used = Used::default();
        used.record(0x0203, &[0, 0, 0, 0]);
        assert_eq!(used.area(), 1);
        used.record(0x0203, &[0xff, 0xff, 0xff, 0x00]);
        assert_eq!(used.area(), 65_536 * 256);
    }

    fn record(kind: u16, body: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes()[..], &(body.len() as u16).to_le_bytes(), body].concat()
    }

    fn refused(stream: &[u8]) -> Option<&'static str> {
        let path = std::path::Path::new("a.xls");
        let source = Source { path, shown: "a.xls", head: Vec::new(), bytes: 0 };
        refuse_sparse(&source, stream).err().map(|issue| issue.code)
    }

    /// Places of sheets, then `cells` from the place 100 on.
    fn workbook(places: &[u32], cells: &[Vec<u8>]) -> Vec<u8> {
        let sheets = places.iter().flat_map(|place| record(SHEET, &place.to_le_bytes()));
        let mut stream: Vec<u8> = sheets.chain(record(END, &[])).collect();
        stream.resize(100, 0xff);
        stream.extend(cells.concat());
        stream
    }

    #[test]
    fn a_sheet_is_looked_through_from_its_own_place() {
        let (first, last) = (record(0x0203, &[0; 14]), record(0x0203, &[0xff; 14]));
        let (begin, end) = (record(BEGIN, &[]), record(END, &[]));
        let of = |cells: &[&Vec<u8>]| cells.iter().map(|&cell| cell.clone()).collect::<Vec<_>>();
        assert_eq!(refused(&workbook(&[100], &of(&[&begin, &first, &end, &last]))), None);
        assert_eq!(refused(&workbook(&[100], &of(&[&begin, &first, &last]))), Some("sparse_sheet"));
        // A chart between two cells ends neither the sheet nor what it spans.
        let chart = of(&[&begin, &first, &begin, &end, &last]);
        assert_eq!(refused(&workbook(&[100], &chart)), Some("sparse_sheet"));
        assert_eq!(refused(&workbook(&[9_999], &chart)), None);
        let far = record(0x0200, &[0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 4, 0, 0, 0]);
        assert_eq!(refused(&workbook(&[100], &[far])), Some("sparse_sheet"));
        let backwards = record(0x0200, &[0xd1, 0, 0, 0, 5, 0, 0, 0, 0, 0, 4, 0, 0, 0]);
        assert_eq!(refused(&workbook(&[100], &[backwards])), Some("sparse_sheet"));
        // Columns that end before they begin are read from the first one on.
        let odd = record(0x0200, &[0, 0, 0, 0, 0xff, 0xff, 0, 0, 0xff, 0, 0xfe, 0, 0, 0]);
        assert_eq!(refused(&workbook(&[100], &[odd])), Some("sparse_sheet"));
    }

    #[test]
    fn sheets_that_lie_in_each_other_are_damage() {
        let cells = vec![record(0x0203, &[0; 14]); 20];
        assert_eq!(refused(&workbook(&[100], &cells)), None);
        assert_eq!(refused(&workbook(&[100; 3], &cells)), Some("damaged_file"));
    }
}
