//! One sheet of a template: text cells stay text, headers are protected, widths fit Chinese.

use num_traits::ToPrimitive;
use rust_xlsxwriter::{
    Color, DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Note,
    ProtectionOptions, Workbook, Worksheet, XlsxError,
};
use unicode_width::UnicodeWidthStr;

use crate::model::Decimal;

/// Widths are kept between these, in characters of the standard font.
const WIDTHS: (usize, usize) = (8, 60);
/// Every template says it was made at this moment, so that equal content gives equal bytes.
const CREATED: (u16, u8, u8) = (2024, 1, 1);

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// Text, with the text format; an empty one is an empty cell.
    Text(String),
    /// A number.
    Number(f64),
}

impl Cell {
    /// A decimal as a number cell, or an empty cell.
    pub(super) fn number(decimal: Option<Decimal>) -> Self {
        decimal.and_then(|decimal| decimal.to_f64()).map_or(Self::Text(String::new()), Self::Number)
    }
}

/// A sheet being filled.
pub(super) struct Grid<'a> {
    sheet: &'a mut Worksheet,
    widths: Vec<usize>,
    text: Format,
    number: Format,
    header: Format,
    open: Format,
}

impl<'a> Grid<'a> {
    pub(super) fn new(workbook: &'a mut Workbook, name: &str) -> Result<Self, XlsxError> {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name)?;
        let text = Format::new().set_num_format("@").set_unlocked();
        let bold = Format::new()
            .set_num_format("@")
            .set_bold()
            .set_border_bottom(FormatBorder::Thin)
            .set_align(FormatAlign::Center);
        Ok(Self {
            sheet,
            widths: Vec::new(),
            number: Format::new().set_unlocked(),
            header: bold.clone().set_background_color(Color::RGB(0x00D9_D9D9)),
            open: bold.set_background_color(Color::RGB(0x00EA_F1DD)).set_unlocked(),
            text,
        })
    }

    /// A protected header cell with a note.
    pub(super) fn header(&mut self, row: u32, column: u16, name: &str, note: &str) -> Result<(), XlsxError> {
        self.widen(column, name);
        self.sheet.write_string_with_format(row, column, name, &self.header)?;
        self.note(row, column, note)
    }

    /// A header the teacher may change: an item, an objective.
    pub(super) fn open_header(&mut self, row: u32, column: u16, name: &str) -> Result<(), XlsxError> {
        self.widen(column, name);
        self.sheet.write_string_with_format(row, column, name, &self.open)?;
        Ok(())
    }

    /// A note at a cell.
    pub(super) fn note(&mut self, row: u32, column: u16, note: &str) -> Result<(), XlsxError> {
        let note =
            Note::new(note).set_author("attain").add_author_prefix(false).set_width(260).set_height(90);
        self.sheet.insert_note(row, column, &note)?;
        Ok(())
    }

    /// A data cell.
    pub(super) fn cell(&mut self, row: u32, column: u16, cell: &Cell) -> Result<(), XlsxError> {
        match cell {
            Cell::Text(text) if text.is_empty() => {}
            Cell::Text(text) => {
                self.widen(column, text);
                self.sheet.write_string_with_format(row, column, text, &self.text)?;
            }
            Cell::Number(number) => {
                self.sheet.write_number_with_format(row, column, *number, &self.number)?;
            }
        }
        Ok(())
    }

    /// A row of data cells from the first column.
    pub(super) fn row(&mut self, row: u32, cells: &[Cell]) -> Result<(), XlsxError> {
        for (column, cell) in cells.iter().enumerate() {
            self.cell(row, column as u16, cell)?;
        }
        Ok(())
    }

    /// A rule for a range: (first row, last row), (first column, last column).
    pub(super) fn validate(
        &mut self,
        rows: (u32, u32),
        columns: (u16, u16),
        rule: &DataValidation,
    ) -> Result<(), XlsxError> {
        self.sheet.add_data_validation(rows.0, columns.0, rows.1, columns.1, rule)?;
        Ok(())
    }

    /// Sets widths, unlocks what is not a header, freezes rows and columns, protects without a password.
    pub(super) fn finish(self, freeze: Option<(u32, u16)>) -> Result<(), XlsxError> {
        for column in 0..self.widths.len() as u16 + 20 {
            let width = self.widths.get(usize::from(column)).map_or(WIDTHS.0, |&width| width + 2);
            self.sheet.set_column_width(column, width.clamp(WIDTHS.0, WIDTHS.1) as f64)?;
            // The student's number is typed into empty cells of the first column: text there too.
            self.sheet.set_column_format(column, if column == 0 { &self.text } else { &self.number })?;
        }
        if let Some((row, column)) = freeze {
            self.sheet.set_freeze_panes(row, column)?;
        }
        self.sheet.protect_with_options(&ProtectionOptions {
            format_cells: true,
            format_columns: true,
            format_rows: true,
            insert_rows: true,
            delete_rows: true,
            insert_columns: true,
            delete_columns: true,
            sort: true,
            use_autofilter: true,
            ..ProtectionOptions::default()
        });
        Ok(())
    }

    fn widen(&mut self, column: u16, text: &str) {
        let column = usize::from(column);
        if self.widths.len() <= column {
            self.widths.resize(column + 1, 0);
        }
        self.widths[column] = self.widths[column].max(UnicodeWidthStr::width(text));
    }
}

/// The workbook's bytes, its creation date fixed.
pub(super) fn workbook_bytes(workbook: &mut Workbook) -> Result<Vec<u8>, XlsxError> {
    let created = ExcelDateTime::from_ymd(CREATED.0, CREATED.1, CREATED.2)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    workbook.save_to_buffer()
}
