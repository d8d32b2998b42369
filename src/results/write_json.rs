//! All tables in one JSON document.
//!
//! ```json
//! {"manifest": {…}, "tables": {"key": {"columns": [{"name": …, "kind": …, "unit": …}], "rows": [[…], …]}}}
//! ```
//! Rows are arrays in the order of the columns; an unknown value is `null`; a real number is the shortest decimal
//! that reads back as the same number. The document is written as a stream.

use std::io::{self, Write};

use serde_json::json;

use super::manifest::Manifest;
use super::table::{Column, Kind, Table, TextColumn};
use super::write_csv::push_number;

/// Rows that are formatted before they are written.
const ROWS_AT_ONCE: usize = 8_192;

/// Writes tables and the manifest (as it is before the output's own files are known) as one JSON document.
///
/// # Errors
/// Those of `writer`.
pub fn write_json(tables: &[Table], manifest: &Manifest, writer: &mut impl Write) -> io::Result<()> {
    writer.write_all(b"{\"manifest\":")?;
    serde_json::to_writer(&mut *writer, manifest)?;
    writer.write_all(b",\n\"tables\":{")?;
    for (at, table) in tables.iter().enumerate() {
        writer.write_all(if at == 0 { b"\n" } else { b",\n" })?;
        write_table(table, writer)?;
    }
    writer.write_all(b"\n}}\n")
}

fn write_table(table: &Table, writer: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *writer, table.schema().key)?;
    let columns: Vec<serde_json::Value> = table
        .schema()
        .iter()
        .map(|column| json!({"name": column.name, "kind": kind_name(column.kind), "unit": column.unit}))
        .collect();
    writer.write_all(b":{\"columns\":")?;
    serde_json::to_writer(&mut *writer, &columns)?;
    writer.write_all(b",\n\"rows\":[")?;
    let cells: Vec<Cells<'_>> = table.columns().map(|(_, column)| Cells::of(column)).collect();
    let mut lines = String::new();
    for start in (0..table.len()).step_by(ROWS_AT_ONCE) {
        lines.clear();
        for row in start..table.len().min(start + ROWS_AT_ONCE) {
            lines.push_str(if row == 0 { "\n[" } else { ",\n[" });
            for (at, column) in cells.iter().enumerate() {
                if at > 0 {
                    lines.push(',');
                }
                column.push(row, &mut lines);
            }
            lines.push(']');
        }
        writer.write_all(lines.as_bytes())?;
    }
    writer.write_all(b"]}")
}

/// The word for a kind of column in documents: `text`, `integer`, `number` or `flag`.
pub(super) fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Integer => "integer",
        Kind::Number => "number",
        Kind::Flag => "flag",
    }
}

/// A column ready to be written: each text of the dictionary is quoted once.
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
                Self::Text(texts, texts.dictionary().iter().map(|text| json!(&**text).to_string()).collect())
            }
            Column::Integer(values) => Self::Integer(values),
            Column::Number(values) => Self::Number(values),
            Column::Flag(values) => Self::Flag(values),
        }
    }

    fn push(&self, row: usize, line: &mut String) {
        match self {
            Self::Text(texts, cells) => match cells.get(texts.codes()[row] as usize) {
                Some(text) => line.push_str(text),
                None => line.push_str("null"),
            },
            Self::Integer(values) => match values[row] {
                Some(number) => push_integer(number, line),
                None => line.push_str("null"),
            },
            Self::Number(values) => match values[row].filter(|number| number.is_finite()) {
                Some(number) => push_number(number, line),
                None => line.push_str("null"),
            },
            Self::Flag(values) => line.push_str(match values[row] {
                Some(true) => "true",
                Some(false) => "false",
                None => "null",
            }),
        }
    }
}

fn push_integer(number: i64, line: &mut String) {
    use std::fmt::Write as _;
    // Writing to a string cannot fail.
    let _ = write!(line, "{number}");
}
