//! Tables as CSV for people and their spreadsheets.
//!
//! UTF-8 with a byte-order mark, because one widespread spreadsheet reads Chinese wrongly without it; comma,
//! `\n`, a header line of column names. An unknown value is an empty cell. Texts are guarded against formulas.
//! A real number is the shortest decimal that reads back as the same number.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::guard::guarded;
use super::table::{Column, Table, TextColumn};

/// What makes a spreadsheet read the file as UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Rows that are formatted before they are written.
const ROWS_AT_ONCE: usize = 8_192;

/// Writes a table as CSV.
///
/// # Errors
/// Those of `writer`.
pub fn write_csv(table: &Table, writer: &mut impl Write) -> io::Result<()> {
    let names: Vec<&str> = table.schema().iter().map(|column| column.name).collect();
    writeln!(writer, "{BYTE_ORDER_MARK}{}", names.join(","))?;
    let cells: Vec<Cells<'_>> = table.columns().map(|(_, column)| Cells::of(column)).collect();
    let mut lines = String::new();
    for start in (0..table.len()).step_by(ROWS_AT_ONCE) {
        lines.clear();
        for row in start..table.len().min(start + ROWS_AT_ONCE) {
            for (at, column) in cells.iter().enumerate() {
                if at > 0 {
                    lines.push(',');
                }
                column.push(row, &mut lines);
            }
            lines.push('\n');
        }
        writer.write_all(lines.as_bytes())?;
    }
    Ok(())
}

/// A column ready to be written: each text of the dictionary is guarded and quoted once.
enum Cells<'a> {
    Text(&'a TextColumn, Vec<String>),
    Integer(&'a [Option<i64>]),
    Number(&'a [Option<f64>]),
    Flag(&'a [Option<bool>]),
}

impl<'a> Cells<'a> {
    fn of(column: &'a Column) -> Self {
        match column {
            Column::Text(texts) => {
                Self::Text(texts, texts.dictionary().iter().map(|text| cell(text)).collect())
            }
            Column::Integer(values) => Self::Integer(values),
            Column::Number(values) => Self::Number(values),
            Column::Flag(values) => Self::Flag(values),
        }
    }

    fn push(&self, row: usize, line: &mut String) {
        match self {
            Self::Text(texts, cells) => {
                if let Some(text) = cells.get(texts.codes()[row] as usize) {
                    line.push_str(text);
                }
            }
            Self::Integer(values) => {
                if let Some(number) = values[row] {
                    // Writing to a string cannot fail.
                    let _ = write!(line, "{number}");
                }
            }
            Self::Number(values) => {
                if let Some(number) = values[row].filter(|number| number.is_finite()) {
                    push_number(number, line);
                }
            }
            Self::Flag(values) => {
                if let Some(flag) = values[row] {
                    line.push_str(if flag { "true" } else { "false" });
                }
            }
        }
    }
}

/// The shortest decimal that reads back as `number`; very large and very small ones with an exponent.
pub(super) fn push_number(number: f64, line: &mut String) {
    let size = number.abs();
    let plain = number == 0.0 || (1e-5..1e16).contains(&size);
    // Writing to a string cannot fail.
    let _ = if plain { write!(line, "{number}") } else { write!(line, "{number:e}") };
}

/// A text as a cell: guarded, and quoted where it holds what would end or alter the cell. The empty text is
/// quoted so that it is not taken for an unknown one.
fn cell(text: &str) -> String {
    let text = guarded(text);
    let needs_quotes = text.is_empty()
        || text.starts_with([' ', '\u{feff}'])
        || text.ends_with(' ')
        || text.contains([',', '"', '\n', '\r', ';', '\t', '\0']);
    if needs_quotes { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.into_owned() }
}
