//! The body of the document: paragraphs, tables, pictures, captions and the fields that number them.

use std::fmt::Write as _;

use super::escape;
use crate::chart::{png, svg};
use crate::message;
use crate::report::ReportError;
use crate::report::document::{Align, Block, Cell, DocFigure, DocTable, Document, Numbered, Span};
use crate::report::grid::{MOST_KEPT, Place, grid, is_wide, widths};
use crate::report::words::Captions;

/// Width of the text in twentieths of a point: A4 with margins of 2 cm.
const TEXT_WIDTH: f64 = 9638.0;
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

/// The body under construction.
pub(super) struct Body<'a> {
    captions: Captions<'a>,
    text: String,
    /// The pictures in order.
    pub(super) pictures: Vec<Vec<u8>>,
    bookmarks: usize,
}

impl<'a> Body<'a> {
    pub(super) fn of(document: &'a Document) -> Self {
        let captions = Captions::of(document);
        let mut body =
            Self { captions, text: String::with_capacity(64 * 1024), pictures: Vec::new(), bookmarks: 0 };
        body.paragraph("Title", &run(&document.title, false));
        for line in &document.subtitle {
            body.paragraph("Subtitle", &run(line, false));
        }
        for block in &document.blocks {
            body.block(block);
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
        let _ = write!(self.text, "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>{runs}</w:p>");
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading { level, text } => {
                self.paragraph(&format!("Heading{}", (*level).clamp(1, 3)), &run(text, false));
            }
            Block::Paragraph(spans) => {
                let runs = self.inline(spans);
                self.paragraph("Normal", &runs);
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
                for _ in 0..*lines {
                    self.paragraph("Blank", "");
                }
                self.paragraph("Normal", "");
            }
            Block::Signatures(names) => {
                let date = message::text(self.captions.lang, "report.date", &[]);
                let tab = "<w:r><w:tab/></w:r>";
                for name in names {
                    let runs = format!("{}{tab}{tab}{}{tab}", run(name, false), run(&date, false));
                    self.paragraph("Signature", &runs);
                }
            }
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
                    field(&format!("REF {} \\h", bookmark(label)), &self.captions.name(label))
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
        let keep = if keep { "<w:keepNext/>" } else { "" };
        let number = field(&format!("SEQ {word} \\* ARABIC"), &number.to_string());
        let _ = write!(
            self.text,
            "<w:p><w:pPr><w:pStyle w:val=\"Caption\"/>{keep}</w:pPr><w:bookmarkStart w:id=\"{id}\" w:name=\"{name}\"/>{}\
             {number}<w:bookmarkEnd w:id=\"{id}\"/>{}</w:p>",
            run(&format!("{word} "), true),
            run(&format!("  {text}"), false),
        );
    }

    fn table(&mut self, table: &DocTable) {
        self.caption(&table.label, &table.caption, true);
        let wide: Vec<usize> =
            widths(table).iter().map(|share| (share * TEXT_WIDTH).round() as usize).collect();
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
        for width in &wide {
            let _ = write!(self.text, "<w:gridCol w:w=\"{width}\"/>");
        }
        self.text.push_str("</w:tblGrid>");
        let columns = table.columns.len();
        // Wide tables need smaller type.
        let style = if is_wide(table) { "TableSmall" } else { "TableText" };
        for line in grid(&table.header, columns) {
            self.text.push_str("<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
            self.line(&line, (&wide, style), &|at| table.columns[at].align, (true, true));
        }
        let placed = grid(&table.rows, columns);
        for (at, line) in placed.iter().enumerate() {
            self.text.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
            let reaches = |place: &Place<'_>| matches!(place, Place::Below(cell) if cell.rows <= MOST_KEPT);
            let keep = placed.get(at + 1).is_some_and(|next| next.iter().any(reaches));
            self.line(line, (&wide, style), &|at| table.columns[at].align, (false, keep));
        }
        self.text.push_str("</w:tbl>");
        if table.notes.is_empty() {
            // Two tables must not touch, and none may end the document; the line between is a hair.
            self.text.push_str(
                "<w:p><w:pPr><w:spacing w:before=\"0\" w:after=\"80\" w:line=\"20\" w:lineRule=\"exact\"/></w:pPr></w:p>",
            );
        }
        for note in &table.notes {
            self.paragraph("Note", &run(note, false));
        }
    }

    fn line(
        &mut self,
        line: &[Place<'_>],
        (wide, style): (&[usize], &str),
        align: &dyn Fn(usize) -> Align,
        (head, keep): (bool, bool),
    ) {
        for (at, place) in line.iter().enumerate() {
            let empty = Cell::text("");
            let (cell, begins) = match place {
                Place::Begins(cell) => (*cell, true),
                Place::Below(cell) => (*cell, false),
                Place::Empty => (&empty, true),
                Place::Beside => continue,
            };
            let columns = cell.columns.clamp(1, wide.len() - at);
            let width: usize = wide[at..at + columns].iter().sum();
            let _ = write!(self.text, "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>");
            if columns > 1 {
                let _ = write!(self.text, "<w:gridSpan w:val=\"{columns}\"/>");
            }
            if cell.rows > 1 {
                self.text.push_str(if begins { "<w:vMerge w:val=\"restart\"/>" } else { "<w:vMerge/>" });
            }
            let bottom = if head { "<w:vAlign w:val=\"bottom\"/>" } else { "" };
            let align = match align(at) {
                _ if head && columns > 1 => "center",
                Align::Left => "left",
                Align::Centre => "center",
                Align::Right => "right",
            };
            let text = if begins { run(&cell.text, cell.strong || head) } else { String::new() };
            let keep = if keep { "<w:keepNext/>" } else { "" };
            let _ = write!(
                self.text,
                "{bottom}</w:tcPr><w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{keep}<w:jc w:val=\"{align}\"/></w:pPr>{text}</w:p></w:tc>"
            );
        }
        self.text.push_str("</w:tr>");
    }

    fn figure(&mut self, figure: &DocFigure) {
        match drawn(figure) {
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

/// The catalogue's word for a kind of caption.
fn kind_key(kind: Numbered) -> &'static str {
    match kind {
        Numbered::Table => "report.word.table",
        Numbered::Figure => "report.word.figure",
    }
}

/// The picture as PNG and its height over its width, which the header of the PNG states.
fn drawn(figure: &DocFigure) -> Result<(Vec<u8>, f64), ReportError> {
    let picture = png(&svg(&figure.figure)?, DOTS_PER_INCH)?;
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
    let strong = if strong { "<w:rPr><w:b/><w:bCs/></w:rPr>" } else { "" };
    format!("<w:r>{strong}<w:t xml:space=\"preserve\">{}</w:t></w:r>", escape(text))
}

/// A field with the text it shows until somebody has it computed anew.
fn field(code: &str, shown: &str) -> String {
    format!(
        "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> {} </w:instrText></w:r>\
         <w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>{}<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>",
        escape(code),
        run(shown, true)
    )
}

/// The name of a bookmark: a letter first, then letters, digits and underscores, 40 characters at most.
fn bookmark(label: &str) -> String {
    let safe = label.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' });
    "ref_".chars().chain(safe).take(40).collect()
}
