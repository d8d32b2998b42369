//! A document as stable text: what it says, without how it looks. `ATTAIN_WRITE_DOCS=1` renews the files beside this one.

use super::super::document::{Block, Cell, Document, Span};
use super::{Lang, REPORTS, small};

/// Rows of a table that an outline keeps.
const ROWS: usize = 3;

/// The document in lines; at most `rows` rows of each table.
pub(super) fn outline(document: &Document, rows: usize) -> String {
    let mut lines = vec![format!("# {}", document.title)];
    lines.extend(document.subtitle.iter().cloned());
    for block in &document.blocks {
        match block {
            Block::Heading { level, text } => {
                lines.push(format!("{} {text}", "#".repeat(usize::from(*level) + 1)))
            }
            Block::Paragraph(spans) => lines.push(inline(spans)),
            Block::Points(points) => lines.extend(points.iter().map(|spans| format!("- {}", inline(spans)))),
            Block::Table(table) => {
                lines.push(format!("[{}] {} ({} rows)", table.label, table.caption, table.rows.len()));
                lines.extend(table.header.iter().map(|line| cells(line)));
                lines.extend(table.rows.iter().take(rows).map(|line| cells(line)));
                lines.extend(table.notes.iter().map(|note| format!("  {note}")));
            }
            Block::Figure(figure) => {
                lines.push(format!("[{}] {}", figure.label, figure.caption));
                lines.push(format!("  {}", figure.alt));
            }
            Block::Note(text) => lines.push(format!("  {text}")),
            Block::Words(text) => lines.push(format!("> {text}")),
            Block::Blank(n) => lines.push(format!("({n} empty lines)")),
            Block::Signatures(names) => lines.push(names.join(" / ")),
            Block::PageBreak => lines.push("(page)".to_owned()),
        }
    }
    lines.push(document.footer.clone());
    lines.join("\n") + "\n"
}

fn inline(spans: &[Span]) -> String {
    spans
        .iter()
        .map(|span| match span {
            Span::Text(text) | Span::Strong(text) => text.clone(),
            Span::Reference(label) => format!("[{label}]"),
        })
        .collect()
}

fn cells(line: &[Cell]) -> String {
    let texts: Vec<&str> = line.iter().map(|cell| cell.text.as_str()).collect();
    format!("| {} |", texts.join(" | "))
}

#[test]
fn what_the_reports_say_changes_only_on_purpose() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/tests/outlines");
    for (report, lang) in REPORTS.iter().zip([Lang::Zh, Lang::En].iter().cycle()) {
        let path = folder.join(format!("{}.txt", report.key()));
        let now = outline(&small().document(*report, *lang), ROWS);
        if std::env::var_os("ATTAIN_WRITE_DOCS").is_some() {
            std::fs::write(&path, &now).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(kept, now, "{}: run with ATTAIN_WRITE_DOCS=1 to renew the outline", report.key());
    }
}
