//! The first sheet of the workbook: what the tables and their columns mean, in the reader's language.

use std::collections::BTreeSet;

use rust_xlsxwriter::{Format, FormatAlign, Worksheet, XlsxError};

use super::schema_doc::kind_key;
use super::table::Table;
use super::write_xlsx::{header_format, in_language};
use crate::message::{self, Lang};

/// Characters that a sheet's name can have.
const LONGEST_NAME: usize = 31;

/// Where a table of the results is found.
pub(super) enum Where {
    /// On the sheet of this name.
    Sheet(String),
    /// Not in the workbook, but in these files beside it.
    Files(Vec<String>),
}

/// A sheet name for each table: its key, cut to what a name can hold, never one twice.
pub(super) fn sheet_names(tables: &[Table]) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut names = Vec::with_capacity(tables.len());
    for table in tables {
        let key = table.schema().key;
        let mut name: String = key.chars().take(LONGEST_NAME).collect();
        let mut count = 2;
        while !taken.insert(name.to_lowercase()) {
            let suffix = format!("~{count}");
            name = key.chars().take(LONGEST_NAME - suffix.len()).collect::<String>() + &suffix;
            count += 1;
        }
        names.push(name);
    }
    names
}

/// Fills the first sheet: title, list of tables with their places, list of columns.
pub(super) fn write(
    sheet: &mut Worksheet,
    tables: &[Table],
    places: &[Where],
    lang: Lang,
) -> Result<(), XlsxError> {
    let say = |key: &str| message::text(lang, key, &[]);
    sheet.set_name(say("results.xlsx.guide"))?;
    for (column, width) in (0u16..).zip([30.0, 26.0, 10.0, 14.0, 90.0]) {
        sheet.set_column_width(column, width)?;
    }
    let title = Format::new().set_bold().set_font_size(14);
    sheet.write_string_with_format(0, 0, say("results.xlsx.title"), &title)?;
    sheet.write_string(1, 0, say("results.xlsx.intro"))?;
    let next = write_tables(sheet, tables, places, lang)?;
    write_columns(sheet, next + 1, tables, lang)
}

/// Row of the header of the list of tables.
const TABLES_AT: u32 = 3;

/// The list of tables; the row after it.
fn write_tables(
    sheet: &mut Worksheet,
    tables: &[Table],
    places: &[Where],
    lang: Lang,
) -> Result<u32, XlsxError> {
    write_header(sheet, TABLES_AT, lang, ["table", "place", "rows", "personal", "meaning"])?;
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let mut row = TABLES_AT + 1;
    for (table, place) in tables.iter().zip(places) {
        let schema = table.schema();
        sheet.write_string(row, 0, schema.key)?;
        sheet.write_string_with_format(row, 1, shown_place(place, lang), &wrapped)?;
        sheet.write_number(row, 2, table.len() as f64)?;
        sheet.write_string(row, 3, yes_or_no(schema.personal, lang))?;
        sheet.write_string_with_format(row, 4, in_language(schema.doc, lang), &wrapped)?;
        row += 1;
    }
    Ok(row)
}

fn write_columns(sheet: &mut Worksheet, at: u32, tables: &[Table], lang: Lang) -> Result<(), XlsxError> {
    write_header(sheet, at, lang, ["table", "column", "kind", "unit", "meaning"])?;
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let mut row = at + 1;
    for table in tables {
        for column in table.schema().iter() {
            sheet.write_string(row, 0, table.schema().key)?;
            sheet.write_string(row, 1, column.name)?;
            sheet.write_string(row, 2, message::text(lang, kind_key(column.kind), &[]))?;
            sheet.write_string(row, 3, column.unit)?;
            sheet.write_string_with_format(row, 4, in_language(column.doc, lang), &wrapped)?;
            row += 1;
        }
    }
    Ok(())
}

fn write_header(sheet: &mut Worksheet, row: u32, lang: Lang, words: [&str; 5]) -> Result<(), XlsxError> {
    let format = header_format();
    for (column, word) in (0u16..).zip(words) {
        let text = message::text(lang, &format!("results.word.{word}"), &[]);
        sheet.write_string_with_format(row, column, text, &format)?;
    }
    Ok(())
}

fn shown_place(place: &Where, lang: Lang) -> String {
    match place {
        Where::Sheet(name) => name.clone(),
        Where::Files(files) if files.is_empty() => message::text(lang, "results.xlsx.too_long", &[]),
        Where::Files(files) => message::text(lang, "results.xlsx.elsewhere", &[("files", &files.join(", "))]),
    }
}

pub(super) fn yes_or_no(yes: bool, lang: Lang) -> String {
    message::text(lang, if yes { "results.word.yes" } else { "results.word.no" }, &[])
}
