//! The files: whatever stands in a text stays text, what is read back is what was said, the same document gives the
//! same bytes.

use std::io::{Cursor, Read as _};

use calamine::{Data, Reader as _, Xlsx as Workbook};
use quick_xml::Reader;
use quick_xml::events::Event;

use super::super::document::{Align, Block, Cell, DocColumn, DocFigure, DocTable, Document, Form, Span};
use super::super::words::clean;
use super::{Course, Lang, REPORTS, WRITERS, small};
use crate::report::{Docx, Html, Writer, Xlsx};
use crate::results::guarded;

pub(super) const PAYLOADS: &[&str] = &[
    "<script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    "=cmd|' /C calc'!A0",
    "=HYPERLINK(\"http://127.0.0.1/\")",
    "+1+1",
    "@SUM(1,1)",
    "]]>",
    "a & b < c > d \" e ' f",
    "&amp;&#x3c;",
    "control\u{0}\u{1}\u{8}\u{1b}\u{7f}\u{fffe}end",
    "\u{202e}gnp.exe",
    "\u{2066}isolate\u{2069}",
    "line\nbreak\ttab",
    "x\u{fffd}y",
    "[a]:b*c?d/e\\f'g",
    "#import \"x.typ\": *",
    "#panic(\"code\") $x^2$ *bold* _em_ `raw` @ref <label> // comment",
    "= heading\n- item\n\\u{41} \\ ~ --- ]) #[",
    "张𬭎🦀",
    "",
];

/// A document with a text in every place that takes one.
pub(super) fn hostile(text: &str) -> Document {
    let own = || text.to_owned();
    let mut figure = small().document(&Course, Lang::Zh).figures().next().unwrap().figure.clone();
    figure.alt = own();
    figure.notes = vec![own()];
    let column = DocColumn { align: Align::Left, form: Form::Text };
    let table = DocTable {
        label: "table-hostile".into(),
        sheet: own(),
        caption: own(),
        columns: vec![column; 2],
        header: vec![vec![Cell::text(own()), Cell::text(own())]],
        rows: vec![vec![Cell::text(own()).over(1, 2), Cell::text(own())], vec![Cell::number(0.5, own())]],
        notes: vec![own()],
        ..DocTable::default()
    };
    Document {
        id: own(),
        lang: Lang::Zh,
        title: own(),
        subtitle: vec![own()],
        blocks: vec![
            Block::Heading { level: 1, text: own() },
            Block::Paragraph(vec![
                Span::Text(own()),
                Span::Strong(own()),
                Span::Reference("table-hostile".into()),
            ]),
            Block::Points(vec![vec![Span::Text(own())]]),
            Block::Table(Box::new(table)),
            Block::Figure(Box::new(DocFigure {
                label: "figure-hostile".into(),
                caption: own(),
                alt: own(),
                figure,
            })),
            Block::Note(own()),
            Block::Words(own()),
            Block::Signatures(vec![own()]),
        ],
        footer: own(),
    }
}

/// The parts of an archive by name.
pub(super) fn parts(file: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    (0..archive.len())
        .map(|at| {
            let mut part = archive.by_index(at).unwrap();
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).unwrap();
            (part.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

/// Walks through a part as XML; counts its elements.
fn well_formed(name: &str, bytes: &[u8]) -> usize {
    let text = std::str::from_utf8(bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    let bad =
        text.chars().find(|&c| c < ' ' && !"\t\n\r".contains(c) || matches!(c, '\u{fffe}' | '\u{ffff}'));
    assert_eq!(bad, None, "{name}");
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let (mut depth, mut seen) = (0_i64, 0);
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{name}: {error}")) {
            Event::Start(start) => {
                start.attributes().for_each(|attribute| assert!(attribute.is_ok(), "{name}"));
                depth += 1;
                seen += 1;
            }
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "{name}");
    seen
}

#[test]
fn no_text_becomes_markup_in_a_page() {
    for payload in PAYLOADS {
        let page = String::from_utf8(Html.write(&hostile(payload)).unwrap()).unwrap();
        let lower = page.to_lowercase();
        assert!(!lower.contains("<script") && !lower.contains("<img"), "{payload:?}");
        assert_eq!(lower.matches("<style>").count(), 1);
        assert!(!page.contains(['\u{202e}', '\u{2066}', '\u{0}', '\u{8}']), "{payload:?}");
        assert!(page.contains("default-src 'none'") && !page.contains("unsafe-inline"));
        assert!(!page.contains(" style=") && !page.contains("src=\"http"), "{payload:?}");
    }
}

#[test]
fn no_text_breaks_the_xml_of_a_document_or_a_workbook() {
    for payload in PAYLOADS {
        for writer in [&Docx as &dyn Writer, &Xlsx] {
            let file = writer.write(&hostile(payload)).unwrap();
            let parts = parts(&file);
            for (name, bytes) in
                parts.iter().filter(|(name, _)| name.ends_with(".xml") || name.ends_with(".rels"))
            {
                assert!(well_formed(name, bytes) > 0 || bytes.len() < 400, "{name}");
            }
        }
    }
}

#[test]
fn a_workbook_holds_no_formula_and_gives_back_every_text() {
    for payload in PAYLOADS {
        let file = Xlsx.write(&hostile(payload)).unwrap();
        let mut workbook: Workbook<_> = Workbook::new(Cursor::new(file)).unwrap();
        for name in workbook.sheet_names() {
            assert_eq!(workbook.worksheet_formula(&name).unwrap().used_cells().count(), 0, "{payload:?}");
        }
        let sheet = workbook.sheet_names()[1].clone();
        let range = workbook.worksheet_range(&sheet).unwrap();
        let expected = guarded(&clean(payload)).into_owned();
        let found = range.get_value((1, 0)).map(|cell| cell.to_string()).unwrap_or_default();
        assert_eq!(found, expected, "{payload:?}");
    }
}

#[test]
fn the_numbers_of_a_workbook_are_those_of_the_document() {
    for report in REPORTS {
        let document = small().document(*report, Lang::En);
        let file = Xlsx.write(&document).unwrap();
        let mut workbook: Workbook<_> = Workbook::new(Cursor::new(file)).unwrap();
        let names = workbook.sheet_names();
        assert_eq!(names.len(), document.tables().count() + 1);
        for (table, name) in document.tables().zip(&names[1..]) {
            let range = workbook.worksheet_range(name).unwrap();
            let mut found: Vec<f64> = range
                .rows()
                .flatten()
                .filter_map(|cell| if let Data::Float(x) = cell { Some(*x) } else { None })
                .collect();
            let mut said: Vec<f64> = table.rows.iter().flatten().filter_map(|cell| cell.number).collect();
            found.sort_by(f64::total_cmp);
            said.sort_by(f64::total_cmp);
            let same = found.len() == said.len()
                && found.iter().zip(&said).all(|(a, b)| (a - b).abs() <= 1e-14 * b.abs().max(1.0));
            assert!(same, "{} {name}: {found:?} {said:?}", report.key());
        }
    }
}

#[test]
fn the_numbers_of_a_document_are_those_of_the_tables() {
    let small = small();
    let document = small.document(&Course, Lang::Zh);
    let offering = &small.dataset.offerings[0].id;
    let objectives = small.tables.iter().find(|table| table.schema().key == "objectives").unwrap();
    let table = document.tables().find(|table| table.label == "table-results").unwrap();
    let wanted = [("offering", offering.as_str())];
    let rows = objectives.rows_where(&wanted).filter(|&row| objectives.text(row, "section").is_none());
    for (line, row) in table.rows.iter().zip(rows) {
        assert_eq!(line[1].number, objectives.number(row, "value"));
        assert_eq!(Some(line[1].text.as_str()), objectives.text(row, "shown"));
        assert_eq!(line[3].number, objectives.number(row, "expected"));
    }
}

#[test]
fn a_document_numbers_its_captions_by_fields_and_describes_its_pictures() {
    let document = small().document(&Course, Lang::Zh);
    let parts = parts(&Docx.write(&document).unwrap());
    let text = |wanted: &str| {
        let (_, bytes) = parts.iter().find(|(name, _)| name == wanted).unwrap();
        String::from_utf8(bytes.clone()).unwrap()
    };
    let body = text("word/document.xml");
    assert_eq!(body.matches(" SEQ 表 ").count(), document.tables().count());
    assert_eq!(body.matches(" SEQ 图 ").count(), document.figures().count());
    assert_eq!(body.matches(" descr=\"").count(), document.figures().count());
    for reference in body.split(" REF ").skip(1) {
        let name = reference.split(' ').next().unwrap();
        assert!(body.contains(&format!("w:name=\"{name}\"")), "{name}");
    }
    assert!(text("word/styles.xml").contains("w:eastAsia=\"SimSun\"") && body.contains("<w:tblHeader/>"));
    assert!(text("word/footer1.xml").contains(" NUMPAGES "));
}

#[cfg(feature = "pdf")]
#[test]
fn every_text_is_set_as_it_stands_and_nothing_of_it_is_read_as_markup() {
    for payload in PAYLOADS {
        let file = crate::report::Pdf
            .write(&hostile(payload))
            .unwrap_or_else(|error| panic!("{payload:?}: {error}"));
        assert!(file.starts_with(b"%PDF-") && file.windows(5).any(|piece| piece == b"%%EOF"));
    }
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let document = small().document(&Course, Lang::En);
    for writer in WRITERS {
        assert!(writer.write(&document).unwrap() == writer.write(&document).unwrap(), "{}", writer.key());
    }
}
