//! HTML: one file with everything in it, no script, no network, ready to print.
//!
//! The policy of the page allows nothing but its own style sheet, named by its hash, so whatever stands in a text
//! stays text.

use std::fmt::Write as _;

use super::columns::Layout;
use super::document::{Align, Block, Cell, DocColumn, DocFigure, DocTable, Document, Span};
use super::drawing::drawn;
use super::grid::{LINE, Place, grid, is_short};
use super::words::{Captions, clean};
use super::{ReportError, Writer};
use crate::message::{self, Lang, markup};

/// The style sheet.
const STYLE: &str = include_str!("html.css");

/// The writer `html`.
#[derive(Debug)]
pub struct Html;

impl Writer for Html {
    fn key(&self) -> &'static str {
        "html"
    }

    fn write(&self, document: &Document) -> Result<Vec<u8>, ReportError> {
        let captions = Captions::of(document);
        let mut page = String::with_capacity(64 * 1024);
        head(&mut page, document);
        for block in &document.blocks {
            write_block(&mut page, block, &captions);
        }
        let _ = write!(page, "</main>\n<footer>{}</footer>\n</body>\n</html>\n", escape(&document.footer));
        Ok(page.into_bytes())
    }
}

fn head(page: &mut String, document: &Document) {
    let title = escape(&document.title);
    let _ = write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{}'; \
         base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<header>\n<h1 class=\"title\">{title}</h1>\n",
        document.lang.tag(),
        markup::source_hash(STYLE),
    );
    for line in &document.subtitle {
        let _ = writeln!(page, "<p class=\"subtitle\">{}</p>", escape(line));
    }
    page.push_str("</header>\n");
}

fn write_block(page: &mut String, block: &Block, captions: &Captions<'_>) {
    match block {
        Block::Heading { level, text } => {
            // The title is the page's first heading.
            let level = level.saturating_add(1).clamp(2, 4);
            let _ = writeln!(page, "<h{level}>{}</h{level}>", escape(text));
        }
        Block::Paragraph(spans) => {
            let _ = writeln!(page, "<p>{}</p>", inline(spans, captions));
        }
        Block::Points(points) => {
            page.push_str("<ul>\n");
            for spans in points {
                let _ = writeln!(page, "<li>{}</li>", inline(spans, captions));
            }
            page.push_str("</ul>\n");
        }
        Block::Table(table) => write_table(page, table, captions),
        Block::Figure(figure) => write_figure(page, figure, captions),
        Block::Note(text) => {
            let _ = writeln!(page, "<p class=\"note\">{}</p>", escape(text));
        }
        Block::Words(text) => {
            let lines: Vec<String> = text.lines().map(escape).collect();
            let _ = writeln!(page, "<p class=\"words\">{}</p>", lines.join("<br>"));
        }
        Block::Blank(lines) => {
            page.push_str("<div class=\"blank\">");
            page.push_str(&"<div></div>".repeat(usize::from(*lines)));
            page.push_str("</div>\n");
        }
        Block::Signatures(names) => {
            page.push_str("<div class=\"signatures\">\n");
            for name in names {
                let date = message::text(captions.lang, "report.date", &[]);
                let _ = writeln!(
                    page,
                    "<p>{}<span class=\"line\"></span>{}<span class=\"line\"></span></p>",
                    escape(name),
                    escape(&date)
                );
            }
            page.push_str("</div>\n");
        }
        Block::PageBreak => page.push_str("<div class=\"break\"></div>\n"),
    }
}

fn inline(spans: &[Span], captions: &Captions<'_>) -> String {
    spans
        .iter()
        .map(|span| match span {
            Span::Text(text) => escape(text),
            Span::Strong(text) => format!("<strong>{}</strong>", escape(text)),
            Span::Reference(label) => {
                format!("<a href=\"#{}\">{}</a>", escape(label), escape(&captions.name(label)))
            }
        })
        .collect()
}

fn write_table(page: &mut String, table: &DocTable, captions: &Captions<'_>) {
    let layout = Layout::new(table, LINE);
    let _ = writeln!(
        page,
        "<figure class=\"{}\" id=\"{}\">\n<table>\n<caption><strong>{}</strong> {}</caption>",
        table_class(table, layout.small),
        escape(&table.label),
        escape(&captions.name(&table.label)),
        escape(&table.caption)
    );
    for share in layout.shares {
        let _ = write!(page, "<col width=\"{:.1}%\">", share * 100.0);
    }
    page.push_str("<thead>\n");
    for line in grid(&table.header, table.columns.len()) {
        page.push_str("<tr>");
        for (place, column) in line.iter().zip(&table.columns) {
            let Place::Begins(cell) = place else { continue };
            let scope = if cell.columns > 1 { "colgroup" } else { "col" };
            let class = class(if cell.columns > 1 { Align::Centre } else { column.align }, false);
            let _ = write!(page, "<th scope=\"{scope}\"{class}{}>{}</th>", spans(cell), escape(&cell.text));
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</thead>\n<tbody>\n");
    let placed = grid(&table.rows, table.columns.len());
    for line in &placed {
        page.push_str("<tr>");
        for (place, column) in line.iter().zip(&table.columns) {
            match place {
                Place::Begins(cell) => write_cell(page, cell, column),
                Place::Empty => page.push_str("<td></td>"),
                Place::Below(_) | Place::Beside => {}
            }
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody>\n</table>\n");
    for note in &table.notes {
        let _ = writeln!(page, "<p class=\"note\">{}</p>", escape(note));
    }
    page.push_str("</figure>\n");
}

fn table_class(table: &DocTable, small: bool) -> &'static str {
    match (small, is_short(table)) {
        (_, false) if table.compact => "table wide compact",
        (_, true) if table.compact => "table wide compact short",
        (false, false) => "table",
        (false, true) => "table short",
        (true, false) => "table wide",
        (true, true) => "table wide short",
    }
}

fn write_cell(page: &mut String, cell: &Cell, column: &DocColumn) {
    let class = class(column.align_of(cell), cell.strong);
    let _ = write!(page, "<td{class}{}>{}</td>", spans(cell), escape(&cell.text));
}

fn class(align: Align, strong: bool) -> &'static str {
    match (align, strong) {
        (Align::Left, false) => "",
        (Align::Left, true) => " class=\"strong\"",
        (Align::Centre, false) => " class=\"centre\"",
        (Align::Centre, true) => " class=\"centre strong\"",
        (Align::Right, false) => " class=\"right\"",
        (Align::Right, true) => " class=\"right strong\"",
    }
}

fn spans(cell: &Cell) -> String {
    let mut text = String::new();
    if cell.columns > 1 {
        let _ = write!(text, " colspan=\"{}\"", cell.columns);
    }
    if cell.rows > 1 {
        let _ = write!(text, " rowspan=\"{}\"", cell.rows);
    }
    text
}

fn write_figure(page: &mut String, figure: &DocFigure, captions: &Captions<'_>) {
    let gap = if captions.lang == Lang::Zh { "　" } else { " " };
    let caption = escape(&figure.caption);
    let picture = match drawn(&figure.figure) {
        // The caption is the picture's title here, so the picture itself carries none.
        Ok(picture) => picture.replacen("></title>", &format!(">{caption}</title>"), 1),
        Err(error) => {
            let values = [("reason", &*error.message(captions.lang))];
            format!(
                "<p class=\"note\">{}</p>",
                escape(&message::text(captions.lang, "report.figure.left_out", &values))
            )
        }
    };
    let _ = write!(
        page,
        "<figure id=\"{}\">\n{picture}<figcaption><strong>{}</strong>{gap}{caption}</figcaption>\n</figure>\n",
        escape(&figure.label),
        escape(&captions.name(&figure.label)),
    );
}

/// The text as HTML character data or attribute value, without control and direction characters.
fn escape(text: &str) -> String {
    markup::escape(&clean(text))
}
