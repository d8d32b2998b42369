//! A document as the data that the page template reads: texts stay texts, whatever stands in them.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::chart::{drawable, outlined};
use crate::message;
use crate::report::columns::Layout;
use crate::report::document::{Align, Block, Cell, DocFigure, DocTable, Document, Numbered, Span};
use crate::report::drawing::{MISSING, drawn};
use crate::report::grid::{LINE, MOST_KEPT, Place, grid, halves, is_apart, is_short};
use crate::report::words::{Captions, clean};

/// So many letters without a gap may need a place to break. Ours: more than a column of a table holds.
const LONG: usize = 16;

/// Where a long word may break: no width, nothing drawn.
const BREAK: char = '\u{200b}';

/// The document as data.
pub(super) fn data(document: &Document) -> Value {
    let page = Page { captions: Captions::of(document), missing: RefCell::default() };
    let mut blocks: Vec<Value> = document.blocks.iter().map(|block| page.block(document, block)).collect();
    let title = page.text(&document.title);
    let subtitle: Vec<String> = document.subtitle.iter().map(|line| page.text(line)).collect();
    let footer = page.text(&document.footer);
    if let Some(note) = page.note() {
        blocks.push(json!({"kind": "note", "text": note}));
    }
    let pages = message::text(document.lang, "report.page", &[("page", "\u{1}"), ("pages", "\u{1}")]);
    let mut pieces = pages.split('\u{1}').map(str::to_owned);
    let pages: [String; 3] = std::array::from_fn(|_| pieces.next().unwrap_or_default());
    let (lang, region) = document.lang.tag().split_once('-').unwrap_or((document.lang.tag(), "US"));
    json!({
        "title": title, "subtitle": subtitle, "footer": footer, "pages": pages,
        "lang": lang, "region": region, "kept": MOST_KEPT, "blocks": blocks,
    })
}

struct Page<'a> {
    captions: Captions<'a>,
    missing: RefCell<BTreeSet<char>>,
}

impl Page<'_> {
    /// A text as it can be drawn; remembers what the font lacks.
    fn text(&self, text: &str) -> String {
        let (mut shown, mut run) = (String::with_capacity(text.len()), 0);
        for character in clean(text).chars() {
            run = if character.is_ascii_graphic() { run + 1 } else { 0 };
            if run > LONG {
                shown.push(BREAK);
            }
            if drawable(character) {
                shown.push(character);
            } else {
                self.missing.borrow_mut().insert(character);
                shown.push(MISSING);
            }
        }
        shown
    }

    /// Says which characters the font lacks.
    fn note(&self) -> Option<String> {
        let missing = self.missing.borrow();
        let codes: Vec<String> = missing.iter().map(|&c| format!("U+{:04X}", u32::from(c))).collect();
        let values = [("characters", &*codes.join(" ")), ("sign", "〓")];
        (!codes.is_empty()).then(|| message::text(self.captions.lang, "report.pdf.missing", &values))
    }

    fn block(&self, document: &Document, block: &Block) -> Value {
        match block {
            Block::Heading { level, text } => {
                json!({"kind": "heading", "level": (*level).clamp(1, 3), "text": self.text(text)})
            }
            Block::Paragraph(spans) => json!({"kind": "paragraph", "spans": self.spans(spans)}),
            Block::Points(points) => {
                let points: Vec<Value> = points.iter().map(|spans| self.spans(spans)).collect();
                json!({"kind": "points", "points": points})
            }
            Block::Table(table) => self.table(table),
            Block::Figure(figure) => self.figure(figure),
            Block::Note(text) => json!({"kind": "note", "text": self.text(text)}),
            Block::Words(text) => {
                let lines: Vec<String> = text.lines().map(|line| self.text(line)).collect();
                json!({"kind": "words", "lines": lines})
            }
            Block::Blank(lines) => json!({"kind": "blank", "lines": lines}),
            Block::Signatures(names) => {
                let names: Vec<String> = names.iter().map(|name| self.text(name)).collect();
                let date = message::text(document.lang, "report.date", &[]);
                json!({"kind": "signatures", "names": names, "date": date.trim_end()})
            }
            Block::PageBreak => json!({"kind": "break"}),
        }
    }

    fn spans(&self, spans: &[Span]) -> Value {
        let spans = spans.iter().map(|span| match span {
            Span::Text(text) => json!({"text": self.text(text), "strong": false}),
            Span::Strong(text) => json!({"text": self.text(text), "strong": true}),
            Span::Reference(label) => {
                let shown = self.text(&self.captions.name(label));
                match self.captions.number(label) {
                    Some(number) => json!({"text": shown, "strong": false, "to": target(number)}),
                    None => json!({"text": shown, "strong": false}),
                }
            }
        });
        spans.collect()
    }

    fn table(&self, table: &DocTable) -> Value {
        let align: Vec<Align> = table.columns.iter().map(|column| column.align).collect();
        let notes: Vec<String> = table.notes.iter().map(|note| self.text(note)).collect();
        let Layout { shares, rooms, small } = Layout::new(table, LINE);
        json!({
            "kind": "table",
            "id": self.captions.number(&table.label).map_or_else(String::new, target),
            "name": self.captions.name(&table.label),
            "caption": self.text(&table.caption),
            "widths": shares,
            "small": small,
            "short": is_short(table),
            "apart": (0..align.len()).map(|at| is_apart(table, at)).collect::<Vec<bool>>(),
            "header": self.lines(&table.header, &align, Some(&rooms)),
            "rows": self.lines(&table.rows, &align, None),
            "notes": notes,
        })
    }

    /// The cells of each line that begin there; spans end where the grid ends. Headings are given the room they have.
    fn lines(&self, lines: &[Vec<Cell>], align: &[Align], rooms: Option<&[f64]>) -> Value {
        let placed = grid(lines, align.len());
        let cell = |row: usize, at: usize, cell: &Cell| {
            let side = match align[at] {
                Align::Left => "left",
                Align::Centre => "center",
                Align::Right => "right",
            };
            let parted = rooms.filter(|_| cell.columns == 1).and_then(|rooms| halves(&cell.text, rooms[at]));
            let text = parted.map_or_else(
                || self.text(&cell.text),
                |(first, second)| format!("{}\n{}", self.text(first), self.text(second)),
            );
            json!({
                "text": text, "align": side, "strong": cell.strong, "at": at,
                "columns": cell.columns.clamp(1, align.len() - at), "rows": cell.rows.clamp(1, lines.len() - row),
            })
        };
        let empty = Cell::text("");
        let line = |(row, line): (usize, &Vec<Place<'_>>)| -> Value {
            let begins = line.iter().enumerate().filter_map(|(at, place)| match place {
                Place::Begins(found) => Some(cell(row, at, found)),
                Place::Empty => Some(cell(row, at, &empty)),
                Place::Below(_) | Place::Beside => None,
            });
            begins.collect()
        };
        placed.iter().enumerate().map(line).collect()
    }

    fn figure(&self, figure: &DocFigure) -> Value {
        match drawn(&figure.figure).and_then(outlined) {
            Ok(picture) => json!({
                "kind": "figure",
                "id": self.captions.number(&figure.label).map_or_else(String::new, target),
                "name": self.captions.name(&figure.label),
                "caption": self.text(&figure.caption),
                "alt": self.text(&figure.alt),
                "svg": picture,
            }),
            Err(error) => {
                let values = [("reason", &*error.message(self.captions.lang))];
                let note = message::text(self.captions.lang, "report.figure.left_out", &values);
                json!({"kind": "note", "text": self.text(&note)})
            }
        }
    }
}

/// The name of the place that a number of a caption leads to; nothing of the data stands in it.
fn target((kind, number): (Numbered, usize)) -> String {
    match kind {
        Numbered::Table => format!("table-{number}"),
        Numbered::Figure => format!("figure-{number}"),
    }
}
