//! `docs/tables.md`: the documentation of the tables, made from their schemas.

use std::fmt::Write as _;

use super::table::{ColumnSchema, Kind, TableSchema};
use crate::message::{self, Lang};

/// The page that documents tables and columns, in Chinese and English side by side. The same schemas give the
/// same text.
pub fn schema_markdown(schemas: &[&TableSchema]) -> String {
    let mut page = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(page, "# {}\n", both("results.doc.title"));
    for lang in [Lang::Zh, Lang::En] {
        let _ = writeln!(page, "{}\n", message::text(lang, "results.doc.intro", &[]));
    }
    let _ = writeln!(page, "| {} | {} | {} |", word("table"), word("personal"), word("meaning"));
    let _ = writeln!(page, "|---|---|---|");
    for schema in schemas {
        let personal = if schema.personal { both("results.word.yes") } else { String::new() };
        let _ = writeln!(
            page,
            "| [`{0}`](#{0}) | {personal} | {1}<br>{2} |",
            schema.key,
            cell(schema.doc.0),
            cell(schema.doc.1)
        );
    }
    for schema in schemas {
        write_schema(schema, &mut page);
    }
    page
}

fn write_schema(schema: &TableSchema, page: &mut String) {
    let keys: Vec<String> = schema.keys.iter().map(|key| format!("`{key}`")).collect();
    let _ = writeln!(page, "\n## {}\n\n{}\n\n{}\n", schema.key, schema.doc.0, schema.doc.1);
    let _ = writeln!(page, "{}: {}\n", word("keys"), keys.join(", "));
    let _ =
        writeln!(page, "| {} | {} | {} | {} |", word("column"), word("kind"), word("unit"), word("meaning"));
    let _ = writeln!(page, "|---|---|---|---|");
    for column in schema.iter() {
        write_column(column, page);
    }
}

fn write_column(column: &ColumnSchema, page: &mut String) {
    let _ = writeln!(
        page,
        "| `{}` | {} | {} | {}<br>{} |",
        column.name,
        both(kind_key(column.kind)),
        cell(column.unit),
        cell(column.doc.0),
        cell(column.doc.1)
    );
}

/// Catalogue key of the word for a kind of column.
pub(super) fn kind_key(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "results.kind.text",
        Kind::Integer => "results.kind.integer",
        Kind::Number => "results.kind.number",
        Kind::Flag => "results.kind.flag",
    }
}

fn word(name: &str) -> String {
    both(&format!("results.word.{name}"))
}

fn both(key: &str) -> String {
    format!("{} {}", message::text(Lang::Zh, key, &[]), message::text(Lang::En, key, &[]))
}

/// A text inside a table of the page: a bar would end the cell, a line end the row.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}
