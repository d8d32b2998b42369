//! All tables in one workbook: a sheet that explains, then one sheet per table.
//!
//! Texts are written as texts, never as formulas, and guarded besides, because a workbook saved as CSV would
//! lose the difference. The bytes depend on the tables, the language and the given date only.

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Note, Workbook, Worksheet, XlsxError,
};
use unicode_width::UnicodeWidthStr;

use super::guard::guarded;
use super::table::{Column, ColumnSchema, Table};
use super::xlsx_guide::{self, Where};
use crate::message::{self, Lang};

/// Rows of data that a sheet can hold under its header line.
pub const XLSX_ROWS: usize = 1_048_575;

/// Rows up to which a table that names students goes into the workbook: beyond it nobody reads it as a sheet, and
/// the workbook would need gigabytes. Ours.
pub const XLSX_PERSONAL_ROWS: usize = 50_000;

/// UTF-16 units that a cell can hold, less room for the sign that the text goes on.
const LONGEST_TEXT: usize = 32_766;

/// Narrowest and widest column, in widths of a digit. Ours.
const NARROWEST: usize = 8;
const WIDEST: usize = 48;

/// Rows that are looked at for the width of a column.
const ROWS_FOR_WIDTH: usize = 500;

/// A calendar day that is written into a file instead of the clock's, so that the bytes repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FixedDate {
    /// Year, 1900 to 9999.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, from 1.
    pub day: u8,
}

impl Default for FixedDate {
    /// 1 January 2000: plainly not a date of creation.
    fn default() -> Self {
        Self { year: 2000, month: 1, day: 1 }
    }
}

/// The workbook of the tables, as the bytes of a file.
///
/// A table too long for a sheet ([`XLSX_ROWS`], or [`XLSX_PERSONAL_ROWS`] where it names students) is left out;
/// the first sheet says so and names the other `formats` (extensions) that hold it.
///
/// # Errors
/// [`XlsxError`] where a limit of the format is met that is not handled here, or the date does not exist.
pub fn write_xlsx(
    tables: &[Table],
    lang: Lang,
    created: FixedDate,
    formats: &[&str],
) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let date = ExcelDateTime::from_ymd(created.year, created.month, created.day)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&date));
    let names = xlsx_guide::sheet_names(tables);
    let places: Vec<Where> =
        tables.iter().zip(names).map(|(table, sheet)| place(table, sheet, formats)).collect();
    xlsx_guide::write(workbook.add_worksheet(), tables, &places, lang)?;
    let header = header_format();
    for (table, place) in tables.iter().zip(&places) {
        if let Where::Sheet(name) = place {
            let sheet = workbook.add_worksheet();
            sheet.set_name(name)?;
            write_table(sheet, table, lang, &header)?;
        }
    }
    workbook.save_to_buffer()
}

fn place(table: &Table, sheet: String, formats: &[&str]) -> Where {
    let limit = if table.schema().personal { XLSX_PERSONAL_ROWS } else { XLSX_ROWS };
    if table.len() <= limit {
        return Where::Sheet(sheet);
    }
    Where::Files(formats.iter().map(|extension| format!("{}.{extension}", table.schema().key)).collect())
}

pub(super) fn header_format() -> Format {
    Format::new().set_bold().set_border_bottom(FormatBorder::Thin).set_align(FormatAlign::Top)
}

fn write_table(sheet: &mut Worksheet, table: &Table, lang: Lang, header: &Format) -> Result<(), XlsxError> {
    sheet.set_freeze_panes(1, 0)?;
    for (at, (declared, column)) in (0u16..).zip(table.columns()) {
        sheet.set_column_width(at, width(declared, column) as f64)?;
        sheet.set_column_format(at, &number_format(declared))?;
        sheet.write_string_with_format(0, at, declared.name, header)?;
        let note =
            Note::new(note_text(declared, lang)).add_author_prefix(false).set_width(260).set_height(110);
        sheet.insert_note(0, at, &note)?;
        write_column(sheet, at, column)?;
    }
    if let (Ok(rows @ 1..), Ok(columns @ 1..)) =
        (u32::try_from(table.len()), u16::try_from(table.columns().count()))
    {
        sheet.autofilter(0, 0, rows, columns - 1)?;
    }
    Ok(())
}

/// Writes the cells under a header; an unknown value, or a number that is not finite, leaves its cell empty.
fn write_column(sheet: &mut Worksheet, at: u16, column: &Column) -> Result<(), XlsxError> {
    match column {
        Column::Text(texts) => {
            let cells: Vec<String> = texts.dictionary().iter().map(|text| cell_text(text)).collect();
            for (row, &code) in (1u32..).zip(texts.codes()) {
                if let Some(text) = cells.get(code as usize) {
                    sheet.write_string(row, at, text.as_str())?;
                }
            }
        }
        Column::Integer(values) => {
            for (row, value) in (1u32..).zip(values) {
                if let Some(number) = value {
                    sheet.write_number(row, at, *number as f64)?;
                }
            }
        }
        Column::Number(values) => {
            for (row, value) in (1u32..).zip(values) {
                if let Some(number) = value.filter(|number| number.is_finite()) {
                    sheet.write_number(row, at, number)?;
                }
            }
        }
        Column::Flag(values) => {
            for (row, value) in (1u32..).zip(values) {
                if let Some(flag) = value {
                    sheet.write_boolean(row, at, *flag)?;
                }
            }
        }
    }
    Ok(())
}

/// A text as it may stand in a cell: guarded, and cut with `…` where it is longer than a cell can hold.
pub(crate) fn cell_text(text: &str) -> String {
    let text = guarded(text);
    let mut units = 0;
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > LONGEST_TEXT {
            return format!("{}…", &text[..at]);
        }
    }
    text.into_owned()
}

/// How the numbers of a column are shown; their full value stays in the cell.
fn number_format(declared: &ColumnSchema) -> Format {
    use super::table::Kind;
    let format = Format::new();
    match (declared.kind, declared.unit) {
        (Kind::Text, _) => format.set_num_format("@"),
        (Kind::Integer, _) => format.set_num_format("0"),
        (Kind::Number, "fraction" | "share" | "probability") => format.set_num_format("0.0000"),
        (Kind::Number, "points" | "marks" | "credits") => format.set_num_format("0.00"),
        (Kind::Number, "percent") => format.set_num_format("0.0"),
        (Kind::Number | Kind::Flag, _) => format,
    }
}

fn note_text(declared: &ColumnSchema, lang: Lang) -> String {
    let doc = in_language(declared.doc, lang);
    if declared.unit.is_empty() {
        return doc.to_owned();
    }
    message::text(lang, "results.xlsx.note", &[("doc", doc), ("unit", declared.unit)])
}

pub(super) fn in_language(pair: (&'static str, &'static str), lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => pair.0,
        Lang::En => pair.1,
    }
}

/// Width of a column that shows its name and most of its first rows; a Chinese character counts twice.
fn width(declared: &ColumnSchema, column: &Column) -> usize {
    let longest = match column {
        Column::Text(texts) => texts.iter().take(ROWS_FOR_WIDTH).flatten().map(text_width).max().unwrap_or(0),
        Column::Integer(_) | Column::Number(_) | Column::Flag(_) => NARROWEST,
    };
    // Room for the filter's arrow beside the name.
    longest.max(declared.name.width() + 3).clamp(NARROWEST, WIDEST) + 1
}

pub(super) fn text_width(text: &str) -> usize {
    text.lines().map(UnicodeWidthStr::width).max().unwrap_or(0)
}
