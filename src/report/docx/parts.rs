//! The parts of the package that hardly depend on what the document says.

use std::fmt::Write as _;

use super::escape;
use crate::message::{self, Lang};
use crate::report::document::Document;

/// The declaration that begins every part.
pub(super) const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// The namespace of word-processor parts.
pub(super) const MAIN: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// The moment a document carries instead of the clock's: plainly not when it was made.
const MOMENT: &str = "2000-01-01T00:00:00Z";

pub(super) const CONTENT_TYPES: &str = concat!(
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n",
    "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">",
    "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>",
    "<Default Extension=\"xml\" ContentType=\"application/xml\"/>",
    "<Default Extension=\"png\" ContentType=\"image/png\"/>",
    "<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>",
    "<Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>",
    "<Override PartName=\"/word/numbering.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml\"/>",
    "<Override PartName=\"/word/settings.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml\"/>",
    "<Override PartName=\"/word/fontTable.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml\"/>",
    "<Override PartName=\"/word/theme/theme1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.theme+xml\"/>",
    "<Override PartName=\"/word/footer1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>",
    "<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>",
    "<Override PartName=\"/docProps/app.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.extended-properties+xml\"/>",
    "</Types>"
);

pub(super) const RELATIONS: &str = concat!(
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n",
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">",
    "<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/>",
    "<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>",
    "<Relationship Id=\"rId3\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties\" Target=\"docProps/app.xml\"/>",
    "</Relationships>"
);

pub(super) const APPLICATION: &str = concat!(
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n",
    "<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\">",
    "<Application>attain</Application></Properties>"
);

pub(super) const NUMBERING: &str = concat!(
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n",
    "<w:numbering xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">",
    "<w:abstractNum w:abstractNumId=\"0\"><w:multiLevelType w:val=\"singleLevel\"/><w:lvl w:ilvl=\"0\">",
    "<w:start w:val=\"1\"/><w:numFmt w:val=\"bullet\"/><w:lvlText w:val=\"•\"/><w:lvlJc w:val=\"left\"/>",
    "<w:pPr><w:ind w:left=\"360\" w:hanging=\"260\"/></w:pPr></w:lvl></w:abstractNum>",
    "<w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num></w:numbering>"
);

/// Title, language and the fixed date.
pub(super) fn properties(document: &Document) -> String {
    format!(
        "{XML}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{}</dc:title>\
         <dc:creator>attain</dc:creator>\
         <dcterms:created xsi:type=\"dcterms:W3CDTF\">{MOMENT}</dcterms:created>\
         <dcterms:modified xsi:type=\"dcterms:W3CDTF\">{MOMENT}</dcterms:modified>\
         <dc:language>{}</dc:language></cp:coreProperties>",
        escape(&document.title),
        document.lang.tag()
    )
}

pub(super) fn settings(lang: Lang) -> String {
    let language = match lang {
        Lang::Zh => "<w:themeFontLang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/>",
        Lang::En => "<w:themeFontLang w:val=\"en-US\"/>",
    };
    format!(
        "{XML}<w:settings xmlns:w=\"{MAIN}\"><w:zoom w:percent=\"100\"/><w:defaultTabStop w:val=\"420\"/>\
         <w:characterSpacingControl w:val=\"compressPunctuation\"/><w:compat>\
         <w:compatSetting w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/>\
         </w:compat>{language}</w:settings>"
    )
}

/// The foot of every page: what made it, and the number of the page.
pub(super) fn footer(document: &Document) -> String {
    let field = |code: &str| {
        format!(
            "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> {code} </w:instrText></w:r>\
             <w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
        )
    };
    let text = |text: &str| format!("<w:r><w:t xml:space=\"preserve\">{}</w:t></w:r>", escape(text));
    // The catalogue's sentence about pages, cut at its two numbers.
    let words = message::text(document.lang, "report.page", &[("page", "\u{1}"), ("pages", "\u{1}")]);
    let mut pieces = words.split('\u{1}');
    let mut numbers = text(pieces.next().unwrap_or_default());
    for (code, piece) in ["PAGE", "NUMPAGES"].iter().zip(pieces) {
        numbers += &field(code);
        numbers += &text(piece);
    }
    format!(
        "{XML}<w:ftr xmlns:w=\"{MAIN}\"><w:p><w:pPr><w:pStyle w:val=\"Footer\"/></w:pPr>{}\
         <w:r><w:tab/></w:r>{numbers}</w:p></w:ftr>",
        text(&document.footer)
    )
}

pub(super) fn document_relations(pictures: usize) -> String {
    const BASE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let mut part = format!(
        "{XML}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    );
    for (id, (kind, target)) in [
        ("styles", "styles.xml"),
        ("numbering", "numbering.xml"),
        ("settings", "settings.xml"),
        ("footer", "footer1.xml"),
        ("fontTable", "fontTable.xml"),
        ("theme", "theme/theme1.xml"),
    ]
    .iter()
    .enumerate()
    {
        let _ =
            write!(part, "<Relationship Id=\"rId{}\" Type=\"{BASE}/{kind}\" Target=\"{target}\"/>", id + 1);
    }
    for number in 1..=pictures {
        let _ = write!(
            part,
            "<Relationship Id=\"rIdImage{number}\" Type=\"{BASE}/image\" Target=\"media/image{number}.png\"/>"
        );
    }
    part + "</Relationships>"
}

/// A paragraph style: identifier, name, its paragraph properties and its run properties.
struct Style {
    id: &'static str,
    name: &'static str,
    paragraph: &'static str,
    /// Size in half points, whether bold, whether the family of headings, colour.
    run: (u32, bool, bool, &'static str),
}

const STYLES: &[Style] = &[
    Style {
        id: "Title",
        name: "Title",
        paragraph: "<w:keepNext/><w:spacing w:before=\"120\" w:after=\"120\"/><w:jc w:val=\"center\"/>",
        run: (36, true, true, "000000"),
    },
    Style {
        id: "Subtitle",
        name: "Subtitle",
        paragraph: "<w:spacing w:after=\"40\"/><w:jc w:val=\"center\"/>",
        run: (22, false, false, "333333"),
    },
    Style {
        id: "Heading1",
        name: "heading 1",
        paragraph: "<w:keepNext/><w:keepLines/><w:spacing w:before=\"320\" w:after=\"120\"/><w:outlineLvl w:val=\"0\"/>",
        run: (28, true, true, "000000"),
    },
    Style {
        id: "Heading2",
        name: "heading 2",
        paragraph: "<w:keepNext/><w:keepLines/><w:spacing w:before=\"240\" w:after=\"80\"/><w:outlineLvl w:val=\"1\"/>",
        run: (24, true, true, "000000"),
    },
    Style {
        id: "Heading3",
        name: "heading 3",
        paragraph: "<w:keepNext/><w:keepLines/><w:spacing w:before=\"180\" w:after=\"60\"/><w:outlineLvl w:val=\"2\"/>",
        run: (22, true, true, "000000"),
    },
    Style {
        id: "Caption",
        name: "caption",
        paragraph: "<w:keepLines/><w:spacing w:before=\"200\" w:after=\"60\"/><w:jc w:val=\"center\"/>",
        run: (19, false, true, "000000"),
    },
    Style {
        id: "TableText",
        name: "Table Text",
        paragraph: "<w:autoSpaceDE w:val=\"0\"/><w:autoSpaceDN w:val=\"0\"/><w:spacing w:before=\"20\" w:after=\"20\" w:line=\"252\" w:lineRule=\"auto\"/>",
        run: (18, false, false, "000000"),
    },
    Style {
        id: "TableSmall",
        name: "Table Small",
        paragraph: "<w:autoSpaceDE w:val=\"0\"/><w:autoSpaceDN w:val=\"0\"/><w:spacing w:before=\"20\" w:after=\"20\" w:line=\"240\" w:lineRule=\"auto\"/>",
        run: (15, false, false, "000000"),
    },
    Style {
        id: "TableTight",
        name: "Table Tight",
        paragraph: "<w:autoSpaceDE w:val=\"0\"/><w:autoSpaceDN w:val=\"0\"/><w:spacing w:before=\"0\" w:after=\"0\" w:line=\"190\" w:lineRule=\"exact\"/>",
        run: (15, false, false, "000000"),
    },
    Style {
        id: "Picture",
        name: "Picture",
        paragraph: "<w:keepNext/><w:spacing w:before=\"160\" w:after=\"0\"/><w:jc w:val=\"center\"/>",
        run: (20, false, false, "000000"),
    },
    Style {
        id: "Note",
        name: "Note",
        paragraph: "<w:spacing w:before=\"40\" w:after=\"100\" w:line=\"240\" w:lineRule=\"auto\"/>",
        run: (17, false, false, "444444"),
    },
    Style {
        id: "ListBullet",
        name: "List Bullet",
        paragraph: "<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr><w:spacing w:after=\"40\"/><w:ind w:left=\"360\" w:hanging=\"260\"/>",
        run: (20, false, false, "000000"),
    },
    Style {
        id: "Blank",
        name: "Blank",
        paragraph: "<w:keepLines/><w:tabs><w:tab w:val=\"right\" w:leader=\"underscore\" w:pos=\"9638\"/></w:tabs><w:spacing w:before=\"0\" w:after=\"120\" w:line=\"520\" w:lineRule=\"exact\"/>",
        run: (21, false, false, "000000"),
    },
    Style {
        id: "Signature",
        name: "Signature",
        paragraph: "<w:keepLines/><w:tabs><w:tab w:val=\"left\" w:leader=\"underscore\" w:pos=\"5600\"/><w:tab w:val=\"left\" w:pos=\"5900\"/><w:tab w:val=\"right\" w:leader=\"underscore\" w:pos=\"9600\"/></w:tabs><w:spacing w:before=\"320\" w:after=\"0\"/>",
        run: (21, false, false, "000000"),
    },
    Style {
        id: "Footer",
        name: "footer",
        paragraph: "<w:tabs><w:tab w:val=\"right\" w:pos=\"9638\"/></w:tabs>",
        run: (16, false, false, "555555"),
    },
];

/// Families of texts and headings: Latin, Chinese.
fn families(lang: Lang, heading: bool) -> (&'static str, &'static str) {
    match (lang, heading) {
        (Lang::Zh, false) => ("Times New Roman", "SimSun"),
        (Lang::Zh, true) => ("Arial", "SimHei"),
        (Lang::En, false) => ("Calibri", "SimSun"),
        (Lang::En, true) => ("Calibri", "SimHei"),
    }
}

fn run_properties((size, bold, heading, colour): (u32, bool, bool, &str), lang: Lang) -> String {
    let (latin, chinese) = families(lang, heading);
    let bold = if bold { "<w:b/><w:bCs/>" } else { "" };
    format!(
        "<w:rPr><w:rFonts w:ascii=\"{latin}\" w:hAnsi=\"{latin}\" w:eastAsia=\"{chinese}\" w:cs=\"{latin}\"/>{bold}\
         <w:color w:val=\"{colour}\"/><w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/></w:rPr>"
    )
}

pub(super) fn styles(lang: Lang) -> String {
    let (latin, chinese) = families(lang, false);
    let language = match lang {
        Lang::Zh => "<w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\" w:bidi=\"ar-SA\"/>",
        Lang::En => "<w:lang w:val=\"en-GB\" w:eastAsia=\"zh-CN\" w:bidi=\"ar-SA\"/>",
    };
    let mut part = format!(
        "{XML}<w:styles xmlns:w=\"{MAIN}\"><w:docDefaults><w:rPrDefault><w:rPr>\
         <w:rFonts w:ascii=\"{latin}\" w:hAnsi=\"{latin}\" w:eastAsia=\"{chinese}\" w:cs=\"{latin}\"/>\
         <w:sz w:val=\"21\"/><w:szCs w:val=\"21\"/>{language}</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>\
         <w:spacing w:after=\"80\" w:line=\"300\" w:lineRule=\"auto\"/></w:pPr></w:pPrDefault></w:docDefaults>\
         <w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/><w:qFormat/></w:style>\
         <w:style w:type=\"character\" w:default=\"1\" w:styleId=\"DefaultParagraphFont\">\
         <w:name w:val=\"Default Paragraph Font\"/><w:uiPriority w:val=\"1\"/><w:semiHidden/></w:style>"
    );
    for style in STYLES {
        let _ = write!(
            part,
            "<w:style w:type=\"paragraph\" w:styleId=\"{}\"><w:name w:val=\"{}\"/><w:basedOn w:val=\"Normal\"/>\
             <w:next w:val=\"Normal\"/><w:qFormat/><w:pPr>{}</w:pPr>{}</w:style>",
            style.id,
            style.name,
            style.paragraph,
            run_properties(style.run, lang)
        );
    }
    part + TABLE_STYLES + "</w:styles>"
}

/// The default table, and ours: three rules, a bold first line.
const TABLE_STYLES: &str = "<w:style w:type=\"table\" w:default=\"1\" w:styleId=\"TableNormal\"><w:name w:val=\"Normal Table\"/>\
<w:uiPriority w:val=\"99\"/><w:semiHidden/><w:tblPr><w:tblInd w:w=\"0\" w:type=\"dxa\"/><w:tblCellMar>\
<w:top w:w=\"0\" w:type=\"dxa\"/><w:left w:w=\"70\" w:type=\"dxa\"/><w:bottom w:w=\"0\" w:type=\"dxa\"/>\
<w:right w:w=\"70\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style>\
<w:style w:type=\"table\" w:styleId=\"ReportTable\"><w:name w:val=\"Report Table\"/><w:basedOn w:val=\"TableNormal\"/>\
<w:qFormat/><w:tblPr><w:tblBorders><w:top w:val=\"single\" w:sz=\"10\" w:space=\"0\" w:color=\"000000\"/>\
<w:bottom w:val=\"single\" w:sz=\"10\" w:space=\"0\" w:color=\"000000\"/>\
<w:insideH w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"BFBFBF\"/></w:tblBorders></w:tblPr>\
<w:tblStylePr w:type=\"firstRow\"><w:rPr><w:b/><w:bCs/></w:rPr></w:tblStylePr></w:style>";
