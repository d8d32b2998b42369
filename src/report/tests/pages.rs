//! PDF files as another program reads them (Poppler): bookmarks, page numbers, texts, fonts. Skipped where Poppler is
//! not installed. With `ATTAIN_REPORT_FILES` set to a folder, the files are kept there, to look at.

use std::path::Path;
use std::process::Command;

use super::document::Block;
use super::extremes::{CASES, dataset};
use super::*;

/// What a program of Poppler prints about a file; `None` where it is not installed.
fn told(program: &str, arguments: &[&str], file: &Path) -> Option<String> {
    let mut command = Command::new(program);
    command.args(arguments).arg(file).args((program != "pdffonts").then_some("-"));
    let output = command.output().ok()?;
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A text without white space: a line may break anywhere, and Poppler sets spaces between scripts.
fn solid(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The texts of the bookmarks in their order.
fn bookmarks(xml: &str) -> Vec<String> {
    let plain = |text: &str| {
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
    };
    let items = xml.split("<item").skip(1).filter_map(|piece| piece.split_once('>')?.1.split_once("</item>"));
    items.map(|(text, _)| solid(&plain(text))).collect()
}

fn check(document: &Document, folder: &Path) -> bool {
    let file = folder.join(format!("{}-{}.pdf", document.id, document.lang.tag()));
    std::fs::write(&file, Pdf.write(document).unwrap()).unwrap();
    let Some(text) = told("pdftotext", &["-raw", "-enc", "UTF-8"], &file) else { return false };
    let pages: Vec<&str> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
    for (at, page) in (1..).zip(&pages) {
        let values = [("page", &*at.to_string()), ("pages", &*pages.len().to_string())];
        let number = solid(&message::text(document.lang, "report.page", &values));
        assert!(solid(page).contains(&number), "{}: page {at} has no {number}", document.id);
    }
    let all = solid(&text);
    assert!(all.contains(&solid(&document.title)), "{}: no title", document.id);
    for cell in
        document.tables().flat_map(|table| table.rows.iter().flatten()).filter(|cell| cell.number.is_some())
    {
        assert!(all.contains(&solid(&cell.text)), "{}: {}", document.id, cell.text);
    }
    let headings: Vec<String> = document
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::Heading { text, .. } => Some(solid(text)),
            _ => None,
        })
        .collect();
    let xml = told("pdftohtml", &["-xml", "-i", "-stdout"], &file).unwrap_or_default();
    assert_eq!(bookmarks(&xml), headings, "{}", document.id);
    for heading in &headings {
        assert!(all.contains(heading.as_str()), "{}: {heading}", document.id);
    }
    let fonts = told("pdffonts", &[], &file).unwrap_or_default();
    for line in fonts.lines().skip(2) {
        // name, type, encoding, embedded, subset, Unicode: the last three before the number of the object.
        let words: Vec<&str> = line.split_whitespace().rev().collect();
        assert_eq!(words[2..5], ["yes", "yes", "yes"], "{}: {line}", document.id);
    }
    assert!(fonts.lines().count() > 2, "{}: no font", document.id);
    true
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that could not run says so")]
fn pages_have_bookmarks_numbers_texts_and_their_fonts() {
    let kept = std::env::var_os("ATTAIN_REPORT_FILES").map(std::path::PathBuf::from);
    let own = tempfile::tempdir().unwrap();
    let folder = kept.as_deref().unwrap_or(own.path());
    for report in REPORTS {
        for lang in [Lang::Zh, Lang::En] {
            if !check(&small().document(*report, lang), folder) {
                eprintln!("skipped: Poppler is not installed");
                return;
            }
        }
    }
    for case in &CASES {
        let mut document = Small::of(dataset(case)).document(&Course, Lang::En);
        document.id = format!("extreme-{}", case.name);
        assert!(check(&document, folder));
    }
}
