//! The body of the document: paragraphs, tables, pictures, captions and the fields that number them.

use std::fmt::Write as _;

use rayon::prelude::*;

use super::escape;
use crate::chart::png;
use crate::message;
use crate::report::ReportError;
use crate::report::columns::Layout;
use crate::report::document::{Align, Block, Cell, DocFigure, DocTable, Document, Numbered, Span};
use crate::report::drawing;
use crate::report::grid::{MOST_KEPT, OFFICE, Place, grid, halves, is_apart, is_short, set_width};
use crate::report::words::Captions;

/// Width of the text in twentieths of a point: A4 with margins of 2 cm.
const TEXT_WIDTH: f64 = 9638.0;
/// Widths of a digit that a line holds in the type of captions, 9.5 points.
const CAPTION_LINE: f64 = 99.0;
/// How much longer than its share a line of a caption may be, so that no word falls to one line more. Ours.
const CAPTION_ROOM: f64 = 1.15;
/// Width of a picture in English Metric Units: 16.6 cm.
const PICTURE_WIDTH: f64 = 5_976_000.0;
/// Greatest height of a picture: 21 cm.
const PICTURE_HEIGHT: f64 = 7_560_000.0;
/// Resolution of the pictures: fine enough for print, and a file stays small.
const DOTS_PER_INCH: f32 = 150.0;

const NAMESPACES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" \
xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"";

/// The property of a paragraph that stays on the page of the next one.
const KEEP: &str = "<w:keepNext/>";

/// The body under construction.
pub(super) struct Body<'a> {
    captions: Captions<'a>,
    text: String,
    /// The pictures still to be placed, in order.
    drawn: std::vec::IntoIter<Drawn>,
    /// The pictures placed, in order.
    pub(super) pictures: Vec<Vec<u8>>,
    bookmarks: usize,
}

impl<'a> Body<'a> {
    pub(super) fn of(document: &'a Document) -> Self {
        let figures: Vec<&DocFigure> = document.figures().collect();
        let drawn: Vec<Drawn> = figures.into_par_iter().map(drawn).collect();
        let mut body = Self {
            captions: Captions::of(document),
            text: String::with_capacity(64 * 1024),
            drawn: drawn.into_iter(),
            pictures: Vec::new(),
            bookmarks: 0,
        };
        body.paragraph("Title", &run(&document.title, false));
        for line in &document.subtitle {
            body.paragraph("Subtitle", &run(line, false));
        }
        let blocks = &document.blocks;
        for (at, block) in blocks.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|before| blocks.get(before));
            body.block(block, before, blocks.get(at + 1));
        }
        body
    }

    /// The whole part.
    pub(super) fn document(&self) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:document {NAMESPACES}><w:body>{}\
             <w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId4\"/><w:pgSz w:w=\"11906\" w:h=\"16838\"/>\
             <w:pgMar w:top=\"1247\" w:right=\"1134\" w:bottom=\"1247\" w:left=\"1134\" w:header=\"680\" \
             w:footer=\"624\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>",
            self.text
        )
    }

    fn paragraph(&mut self, style: &str, runs: &str) {
        self.paragraph_with(style, "", runs);
    }

    /// A paragraph with more properties than its style: those that come right after the style.
    fn paragraph_with(&mut self, style: &str, properties: &str, runs: &str) {
        let _ =
            write!(self.text, "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{properties}</w:pPr>{runs}</w:p>");
    }

    fn block(&mut self, block: &Block, before: Option<&Block>, next: Option<&Block>) {
        match block {
            Block::Heading { level, text } => {
                let breaks = matches!(before, Some(Block::PageBreak));
                let properties = if breaks { "<w:pageBreakBefore/>" } else { "" };
                let style = format!("Heading{}", (*level).clamp(1, 3));
                self.paragraph_with(&style, properties, &run(text, false));
            }
            Block::Paragraph(spans) => {
                let runs = self.inline(spans);
                // What points to a table stays with it.
                let keep = matches!(next, Some(Block::Table(_)));
                self.paragraph_with("Normal", if keep { KEEP } else { "" }, &runs);
            }
            Block::Points(points) => {
                for spans in points {
                    let runs = self.inline(spans);
                    self.paragraph("ListBullet", &runs);
                }
            }
            Block::Table(table) => self.table(table),
            Block::Figure(figure) => self.figure(figure),
            Block::Note(text) => self.paragraph("Note", &run(text, false)),
            Block::Words(text) => {
                for line in text.lines() {
                    self.paragraph("Normal", &run(line, false));
                }
            }
            Block::Blank(lines) => {
                // Signatures do not stand on a page alone. One paragraph: LibreOffice (7.4) parts empty ones that are
                // to stay together.
                let signed = matches!(next, Some(Block::Signatures(_)));
                let runs = vec!["<w:tab/>"; usize::from(*lines)].join("<w:br/>");
                let keep = if signed { KEEP } else { "" };
                self.paragraph_with("Blank", keep, &format!("<w:r>{runs}</w:r>"));
            }
            Block::Signatures(names) => {
                let date = message::text(self.captions.lang, "report.date", &[]);
                let tab = "<w:r><w:tab/></w:r>";
                for (at, name) in names.iter().enumerate() {
                    let runs = format!("{}{tab}{tab}{}{tab}", run(name, false), run(&date, false));
                    self.paragraph_with("Signature", if at + 1 < names.len() { KEEP } else { "" }, &runs);
                }
            }
            // A heading breaks the page itself.
            Block::PageBreak if matches!(next, Some(Block::Heading { .. })) => {}
            Block::PageBreak => self.text.push_str("<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>"),
        }
    }

    fn inline(&self, spans: &[Span]) -> String {
        spans
            .iter()
            .map(|span| match span {
                Span::Text(text) => run(text, false),
                Span::Strong(text) => run(text, true),
                Span::Reference(label) => {
                    field(&format!("REF {} \\h", bookmark(label)), &self.captions.name(label), false)
                }
            })
            .collect()
    }

    /// A caption whose number is a field and a bookmark.
    fn caption(&mut self, label: &str, text: &str, keep: bool) {
        let Some((kind, number)) = self.captions.number(label) else { return };
        self.bookmarks += 1;
        let (id, name) = (self.bookmarks, bookmark(label));
        let word = message::text(self.captions.lang, kind_key(kind), &[]);
        let keep = if keep { KEEP } else { "" };
        let indent = balanced(&format!("{word} {number}  {text}"));
        let number = field(&format!("SEQ {word} \\* ARABIC"), &number.to_string(), true);
        let _ = write!(
            self.text,
            "<w:p><w:pPr><w:pStyle w:val=\"Caption\"/>{keep}{indent}</w:pPr><w:bookmarkStart w:id=\"{id}\" w:name=\"{name}\"/>{}\
             {number}<w:bookmarkEnd w:id=\"{id}\"/>{}</w:p>",
            run(&format!("{word} "), true),
            run(&format!("  {text}"), false),
        );
    }

    fn table(&mut self, table: &DocTable) {
        self.caption(&table.label, &table.caption, true);
        let Layout { shares, rooms, small } = Layout::new(table, OFFICE);
        let wide: Vec<usize> = shares.iter().map(|share| (share * TEXT_WIDTH).round() as usize).collect();
        self.table_properties(table, &wide);
        let style = match (table.compact, small) {
            (true, _) => "TableTight",
            (false, true) => "TableSmall",
            (false, false) => "TableText",
        };
        let short = is_short(table);
        let columns = table.columns.len();
        let header = grid(&table.header, columns);
        for (at, line) in header.iter().enumerate() {
            self.text.push_str("<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
            self.line(
                line,
                (table, &wide, style),
                Kind::Head { last: at + 1 == header.len(), rooms: &rooms },
            );
        }
        let placed = grid(&table.rows, columns);
        for (at, line) in placed.iter().enumerate() {
            self.text.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
            let reaches = |place: &Place<'_>| matches!(place, Place::Below(cell) if cell.rows <= MOST_KEPT);
            let keep = match placed.get(at + 1) {
                Some(_) if short => true,
                // LibreOffice (7.4) keeps a table with what follows where its first line says so, and loses lines of one
                // that has to be parted.
                Some(next) => at > 0 && (at + 2 == placed.len() || next.iter().any(reaches)),
                // The notes stay with the last line.
                None => !table.notes.is_empty(),
            };
            self.line(line, (table, &wide, style), Kind::Row { keep });
        }
        self.text.push_str("</w:tbl>");
        self.notes(&table.notes);
    }

    /// What stands under a table.
    fn notes(&mut self, notes: &[String]) {
        if notes.is_empty() {
            // Two tables must not touch, and none may end the document; the line between is a hair.
            self.text.push_str(
                "<w:p><w:pPr><w:spacing w:before=\"0\" w:after=\"80\" w:line=\"20\" w:lineRule=\"exact\"/></w:pPr></w:p>",
            );
        }
        for note in notes {
            self.paragraph("Note", &run(note, false));
        }
    }

    /// The beginning of a table: its style, its columns and what it is called.
    fn table_properties(&mut self, table: &DocTable, wide: &[usize]) {
        let _ = write!(
            self.text,
            "<w:tbl><w:tblPr><w:tblStyle w:val=\"ReportTable\"/><w:tblW w:w=\"{}\" w:type=\"dxa\"/>\
             <w:jc w:val=\"center\"/><w:tblLayout w:type=\"fixed\"/>\
             <w:tblLook w:val=\"{}\" w:firstRow=\"{}\" w:lastRow=\"0\" w:firstColumn=\"0\" w:lastColumn=\"0\" \
             w:noHBand=\"1\" w:noVBand=\"1\"/><w:tblCaption w:val=\"{}\"/></w:tblPr><w:tblGrid>",
            wide.iter().sum::<usize>(),
            if table.header.is_empty() { "0000" } else { "0020" },
            u8::from(!table.header.is_empty()),
            escape(&table.caption)
        );
        for width in wide {
            let _ = write!(self.text, "<w:gridCol w:w=\"{width}\"/>");
        }
        self.text.push_str("</w:tblGrid>");
    }

    fn line(
        &mut self,
        line: &[Place<'_>],
        (table, wide, style): (&DocTable, &[usize], &str),
        kind: Kind<'_>,
    ) {
        let (rooms, keep) = match kind {
            Kind::Head { rooms, .. } => (Some(rooms), true),
            Kind::Row { keep } => (None, keep),
        };
        let head = rooms.is_some();
        for (at, place) in line.iter().enumerate() {
            let empty = Cell::text("");
            let (cell, begins) = match place {
                Place::Begins(cell) => (*cell, true),
                Place::Below(cell) => (*cell, false),
                Place::Empty => (&empty, true),
                Place::Beside => continue,
            };
            let columns = cell.columns.clamp(1, wide.len() - at);
            self.cell_properties(cell, (columns, wide[at..at + columns].iter().sum()), (kind, begins));
            let align = match table.columns[at].align_of(cell) {
                _ if head && columns > 1 => "center",
                Align::Left => "left",
                Align::Centre => "center",
                Align::Right => "right",
            };
            let parted = rooms.filter(|_| columns == 1).and_then(|rooms| halves(&cell.text, rooms[at]));
            let text = match parted {
                _ if !begins => String::new(),
                Some((first, second)) => {
                    format!("{}<w:r><w:br/></w:r>{}", run(first, true), run(second, true))
                }
                None => run(&cell.text, cell.strong || head),
            };
            let keep = if keep { KEEP } else { "" };
            let apart = if is_apart(table, at) { "<w:ind w:left=\"90\"/>" } else { "" };
            let _ = write!(
                self.text,
                "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{keep}{apart}<w:jc w:val=\"{align}\"/></w:pPr>{text}</w:p></w:tc>"
            );
        }
        self.text.push_str("</w:tr>");
    }

    /// The beginning of a cell: its width, what it spans, and the rule under a heading.
    fn cell_properties(
        &mut self,
        cell: &Cell,
        (columns, width): (usize, usize),
        (kind, begins): (Kind<'_>, bool),
    ) {
        let _ = write!(self.text, "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>");
        if columns > 1 {
            let _ = write!(self.text, "<w:gridSpan w:val=\"{columns}\"/>");
        }
        if cell.rows > 1 {
            self.text.push_str(if begins { "<w:vMerge w:val=\"restart\"/>" } else { "<w:vMerge/>" });
        }
        if let Kind::Head { last, .. } = kind {
            let rule = match (last || cell.rows > 1, columns > 1) {
                (true, _) => Some((6, "000000")),
                (false, true) => Some((4, "808080")),
                (false, false) => None,
            };
            if let Some((size, colour)) = rule {
                let _ = write!(
                    self.text,
                    "<w:tcBorders><w:bottom w:val=\"single\" w:sz=\"{size}\" w:space=\"0\" w:color=\"{colour}\"/></w:tcBorders>"
                );
            }
            self.text.push_str("<w:vAlign w:val=\"bottom\"/>");
        }
        self.text.push_str("</w:tcPr>");
    }

    fn figure(&mut self, figure: &DocFigure) {
        match self.drawn.next().unwrap_or_else(|| drawn(figure)) {
            Ok((picture, aspect)) => {
                self.pictures.push(picture);
                let runs = picture_run(figure, self.pictures.len(), aspect);
                self.paragraph("Picture", &runs);
            }
            Err(error) => {
                let note = message::text(
                    self.captions.lang,
                    "report.figure.left_out",
                    &[("reason", &error.to_string())],
                );
                self.paragraph("Note", &run(&note, false));
            }
        }
        self.caption(&figure.label, &figure.caption, false);
    }
}

/// What a line of a table is.
#[derive(Clone, Copy)]
enum Kind<'a> {
    /// A line of the heading, and what each column holds, in widths of a digit; under the last one stands a rule.
    Head { last: bool, rooms: &'a [f64] },
    /// A line that may have to stay on the page of the next one.
    Row { keep: bool },
}

/// The margins by which the lines of a caption become about equal: centred text would leave a word alone on the last.
fn balanced(text: &str) -> String {
    let width = set_width(text) as f64;
    let lines = (width / CAPTION_LINE).ceil();
    if lines < 2.0 {
        return String::new();
    }
    let line = (width / lines * CAPTION_ROOM).min(CAPTION_LINE);
    let margin = ((1.0 - line / CAPTION_LINE) * TEXT_WIDTH / 2.0).round();
    format!("<w:ind w:left=\"{margin}\" w:right=\"{margin}\"/>")
}

/// The catalogue's word for a kind of caption.
fn kind_key(kind: Numbered) -> &'static str {
    match kind {
        Numbered::Table => "report.word.table",
        Numbered::Figure => "report.word.figure",
    }
}

/// A picture as PNG and its height over its width.
type Drawn = Result<(Vec<u8>, f64), ReportError>;

/// The picture; the header of the PNG states its size.
fn drawn(figure: &DocFigure) -> Drawn {
    let picture = png(&drawing::drawn(&figure.figure)?, DOTS_PER_INCH)?;
    let length = |at: usize| {
        let bytes: [u8; 4] = picture.get(at..at + 4)?.try_into().ok()?;
        Some(f64::from(u32::from_be_bytes(bytes)))
    };
    let aspect = length(20).zip(length(16)).map_or(1.0, |(high, wide)| high / wide.max(1.0));
    Ok((picture, aspect))
}

fn picture_run(figure: &DocFigure, number: usize, aspect: f64) -> String {
    let wide = PICTURE_WIDTH.min(PICTURE_HEIGHT / aspect.max(1e-3));
    let (wide, high) = (wide.round(), (wide * aspect).round());
    format!(
        "<w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent cx=\"{wide}\" cy=\"{high}\"/>\
         <wp:docPr id=\"{number}\" name=\"Figure {number}\" descr=\"{}\"/><wp:cNvGraphicFramePr>\
         <a:graphicFrameLocks noChangeAspect=\"1\"/></wp:cNvGraphicFramePr><a:graphic>\
         <a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic><pic:nvPicPr>\
         <pic:cNvPr id=\"{number}\" name=\"image{number}.png\"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>\
         <a:blip r:embed=\"rIdImage{number}\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr>\
         <a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{wide}\" cy=\"{high}\"/></a:xfrm>\
         <a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>\
         </wp:inline></w:drawing></w:r>",
        escape(&figure.alt)
    )
}

fn run(text: &str, strong: bool) -> String {
    if text.is_empty() {
        return String::new();
    }
    let look = look(strong);
    format!("<w:r>{look}<w:t xml:space=\"preserve\">{}</w:t></w:r>", escape(text))
}

/// A field with the text it shows until somebody has it computed anew.
fn field(code: &str, shown: &str, strong: bool) -> String {
    let look = look(strong);
    format!(
        "<w:r>{look}<w:fldChar w:fldCharType=\"begin\"/></w:r>\
         <w:r>{look}<w:instrText xml:space=\"preserve\"> {} </w:instrText></w:r>\
         <w:r>{look}<w:fldChar w:fldCharType=\"separate\"/></w:r>{}\
         <w:r>{look}<w:fldChar w:fldCharType=\"end\"/></w:r>",
        escape(code),
        run(shown, strong)
    )
}

/// The properties of a run.
fn look(strong: bool) -> &'static str {
    if strong { "<w:rPr><w:b/><w:bCs/></w:rPr>" } else { "" }
}

/// The name of a bookmark: a letter first, then letters, digits and underscores, 40 characters at most.
fn bookmark(label: &str) -> String {
    let safe = label.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' });
    "ref_".chars().chain(safe).take(40).collect()
}
