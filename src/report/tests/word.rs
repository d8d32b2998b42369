//! Documents for word processors against the rules of ECMA-376 (transitional) that a program which reads them
//! strictly insists on: the order of properties, grids that cells fill, styles and fields that exist.

use std::collections::BTreeSet;

use super::package::{Node, Package};
use super::*;
use crate::report::tests::extremes::{CASES, dataset};
use crate::report::tests::written::{PAYLOADS, hostile};

/// The order of the elements that we write, as the schema's sequences have them.
const ORDERS: &[(&str, &[&str])] = &[
    (
        "w:pPr",
        &[
            "w:pStyle",
            "w:keepNext",
            "w:keepLines",
            "w:pageBreakBefore",
            "w:widowControl",
            "w:numPr",
            "w:pBdr",
            "w:shd",
            "w:tabs",
            "w:autoSpaceDE",
            "w:autoSpaceDN",
            "w:snapToGrid",
            "w:spacing",
            "w:ind",
            "w:jc",
            "w:outlineLvl",
            "w:rPr",
            "w:sectPr",
        ],
    ),
    (
        "w:rPr",
        &["w:rStyle", "w:rFonts", "w:b", "w:bCs", "w:i", "w:iCs", "w:color", "w:sz", "w:szCs", "w:lang"],
    ),
    (
        "w:tblPr",
        &[
            "w:tblStyle",
            "w:tblW",
            "w:jc",
            "w:tblInd",
            "w:tblBorders",
            "w:tblLayout",
            "w:tblCellMar",
            "w:tblLook",
            "w:tblCaption",
            "w:tblDescription",
        ],
    ),
    (
        "w:tcPr",
        &["w:tcW", "w:gridSpan", "w:vMerge", "w:tcBorders", "w:shd", "w:noWrap", "w:tcMar", "w:vAlign"],
    ),
    ("w:sectPr", &["w:headerReference", "w:footerReference", "w:pgSz", "w:pgMar", "w:cols", "w:docGrid"]),
    (
        "w:style",
        &[
            "w:name",
            "w:basedOn",
            "w:next",
            "w:uiPriority",
            "w:semiHidden",
            "w:qFormat",
            "w:pPr",
            "w:rPr",
            "w:tblPr",
            "w:trPr",
            "w:tcPr",
            "w:tblStylePr",
        ],
    ),
    ("w:tblStylePr", &["w:pPr", "w:rPr", "w:tblPr", "w:trPr", "w:tcPr"]),
    (
        "w:settings",
        &["w:zoom", "w:defaultTabStop", "w:characterSpacingControl", "w:compat", "w:themeFontLang"],
    ),
    ("w:lvl", &["w:start", "w:numFmt", "w:lvlText", "w:lvlJc", "w:pPr", "w:rPr"]),
    ("w:font", &["w:altName", "w:panose1", "w:charset", "w:family", "w:pitch"]),
    ("w:tbl", &["w:tblPr", "w:tblGrid", "w:tr"]),
    ("w:tr", &["w:trPr", "w:tc"]),
    ("w:tc", &["w:tcPr", "w:p"]),
    ("w:pBdr", &["w:top", "w:left", "w:bottom", "w:right", "w:between"]),
    ("wp:inline", &["wp:extent", "wp:effectExtent", "wp:docPr", "wp:cNvGraphicFramePr", "a:graphic"]),
];

/// Elements that may follow themselves.
const REPEATED: &[&str] = &["w:tr", "w:tc", "w:p", "w:tblStylePr", "w:footerReference"];

fn check_order(name: &str, part: &Node) {
    part.walk(&mut |node| {
        let Some((_, order)) = ORDERS.iter().find(|(element, _)| *element == node.name) else { return };
        let mut last: Option<usize> = None;
        for child in &node.children {
            let place = order.iter().position(|known| *known == child.name);
            let place = place.unwrap_or_else(|| panic!("{name}: {} in {}", child.name, node.name));
            let repeated = REPEATED.contains(&child.name.as_str());
            let after = last.is_none_or(|last| place > last || repeated && place == last);
            assert!(after, "{name}: {} in {} stands twice or too late", child.name, node.name);
            last = Some(place);
        }
    });
}

/// Every line fills the grid, a merged cell goes on under its beginning, and every cell holds a paragraph.
fn check_tables(body: &Node) -> usize {
    let tables = body.all("w:tbl");
    for table in &tables {
        let columns = table.child("w:tblGrid").unwrap().children.len();
        let mut above: Vec<Option<usize>> = vec![None; columns];
        for line in table.all("w:tr") {
            let mut at = 0;
            for cell in line.all("w:tc") {
                let properties = cell.child("w:tcPr").unwrap();
                let of = |name: &str| properties.child(name);
                let span = of("w:gridSpan").map_or(1, |span| span.get("w:val").unwrap().parse().unwrap());
                match of("w:vMerge").map(|merge| merge.get("w:val")) {
                    Some(Some("restart")) => above[at] = Some(span),
                    Some(_) => assert_eq!(above[at], Some(span), "a cell goes on that did not begin"),
                    None => above[at] = None,
                }
                assert_eq!(cell.children.last().unwrap().name, "w:p");
                at += span;
            }
            assert_eq!(at, columns, "the cells of a line do not fill the grid");
        }
    }
    let last = body.children.iter().rev().nth(1).unwrap();
    assert_eq!(last.name, "w:p", "a paragraph stands before the properties of the section");
    for pair in body.children.windows(2) {
        assert!(pair[0].name != "w:tbl" || pair[1].name == "w:p", "two tables touch");
    }
    tables.len()
}

fn values<'n>(node: &'n Node, element: &str, attribute: &str) -> Vec<&'n str> {
    node.all(element).into_iter().filter_map(|one| one.get(attribute)).collect()
}

fn check_unique(what: &str, values: &[&str]) {
    let once: BTreeSet<&&str> = values.iter().collect();
    assert_eq!(once.len(), values.len(), "{what}: {values:?}");
}

/// Styles, lists, bookmarks and fields that the body names.
fn check_names(package: &Package, body: &Node) {
    let styles = values(&package.xml["word/styles.xml"], "w:style", "w:styleId");
    check_unique("styles", &styles);
    for part in ["word/document.xml", "word/footer1.xml", "word/styles.xml"] {
        for element in ["w:pStyle", "w:tblStyle", "w:rStyle", "w:basedOn", "w:next"] {
            for style in values(&package.xml[part], element, "w:val") {
                assert!(styles.contains(&style), "{part}: no style {style}");
            }
        }
    }
    let lists = values(&package.xml["word/numbering.xml"], "w:num", "w:numId");
    assert!(values(&package.xml["word/styles.xml"], "w:numId", "w:val").iter().all(|id| lists.contains(id)));
    let fonts = values(&package.xml["word/fontTable.xml"], "w:font", "w:name");
    for attribute in ["w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"] {
        let used = values(&package.xml["word/styles.xml"], "w:rFonts", attribute);
        assert!(used.iter().all(|font| fonts.contains(font)), "{used:?}");
    }
    assert!(!values(&package.xml["word/styles.xml"], "w:lang", "w:eastAsia").is_empty());
    check_unique("pictures", &values(body, "wp:docPr", "id"));
    check_unique("bookmarks", &values(body, "w:bookmarkStart", "w:id"));
    let marks = values(body, "w:bookmarkStart", "w:name");
    check_unique("names of bookmarks", &marks);
    assert_eq!(values(body, "w:bookmarkStart", "w:id"), values(body, "w:bookmarkEnd", "w:id"));
    for code in body.all("w:instrText") {
        let words: Vec<&str> = code.text.split_whitespace().collect();
        assert!(words[0] == "SEQ" || words[0] == "REF" && marks.contains(&words[1]), "{words:?}");
    }
    for paragraph in body.all("w:p") {
        let kinds = values(paragraph, "w:fldChar", "w:fldCharType");
        assert!(kinds.chunks(3).all(|field| field == ["begin", "separate", "end"]), "{kinds:?}");
    }
}

fn check(document: &Document) {
    let package = Package::checked(&Docx.write(document).unwrap());
    let body = package.xml["word/document.xml"].child("w:body").unwrap();
    package.xml.iter().for_each(|(name, part)| check_order(name, part));
    assert_eq!(check_tables(body), document.tables().count());
    check_names(&package, body);
}

/// The document with its first picture only: pictures as pixels take long without optimisation.
fn with_one_picture(mut document: Document) -> Document {
    let mut pictures = 0;
    document.blocks.retain(|block| {
        pictures += usize::from(matches!(block, document::Block::Figure(_)));
        pictures <= 1 || !matches!(block, document::Block::Figure(_))
    });
    document
}

#[test]
fn every_report_is_a_document_that_a_strict_reader_opens() {
    for (report, lang) in REPORTS.iter().zip([Lang::Zh, Lang::En].iter().cycle()) {
        check(&with_one_picture(small().document(*report, *lang)));
    }
}

#[test]
fn no_size_of_a_course_and_no_text_spoils_a_document() {
    for case in CASES.iter().filter(|case| case.name != "crowd") {
        let mut document = Small::of(dataset(case)).document(&Course, Lang::En);
        document.blocks.retain(|block| !matches!(block, document::Block::Figure(_)));
        check(&document);
    }
    for payload in PAYLOADS {
        let mut document = hostile(payload);
        document.blocks.retain(|block| !matches!(block, document::Block::Figure(_)));
        check(&document);
    }
}
