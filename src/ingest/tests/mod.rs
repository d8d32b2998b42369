//! Workspaces and workbooks made in temporary folders, read back whole.

mod codes;
mod course_workbook;
mod tables;

use std::path::{Path, PathBuf};

use super::{Loaded, Overrides};
use crate::model::{Issue, Severity};

/// A cell of a workbook made for a test: a text, or a number where it starts with `#`.
fn write_workbook(path: &Path, sheets: &[(&str, &[&[&str]])]) {
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).unwrap();
        for (row, cells) in (0u32..).zip(*rows) {
            for (column, cell) in (0u16..).zip(*cells) {
                match cell.strip_prefix('#') {
                    Some(number) => sheet.write(row, column, number.parse::<f64>().unwrap()).unwrap(),
                    None => sheet.write(row, column, *cell).unwrap(),
                };
            }
        }
    }
    book.save(path).unwrap();
}

/// A folder with these text files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path: PathBuf = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    dir
}

#[test]
fn the_page_on_workspaces_is_the_generated_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/workspace.md");
    let page = crate::ingest::workspace_markdown();
    if std::env::var_os("ATTAIN_WRITE_DOCS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(path).unwrap_or_default(),
        page,
        "write it anew with ATTAIN_WRITE_DOCS=1"
    );
}

#[test]
fn cells_that_a_spreadsheet_turned_into_dates_are_found_in_public_data() {
    let sample =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/datasets/oulad/studentInfo_excel_mangled_sample.csv");
    let Ok(text) = std::fs::read_to_string(sample) else {
        return skipped("the sample is absent");
    };
    let header = "student,course,presentation";
    let students = text.replacen("id_student,code_module,code_presentation", header, 1);
    let dir = folder(&[("attain.toml", "[workspace]\n"), ("students.csv", &students)]);
    let loaded = load(dir.path());
    let found = loaded.issues.iter().filter(|issue| issue.code == "date_for_text").count();
    // A student who stands there twice is listed, not read twice.
    let listed: usize = loaded.rows.iter().map(|count| count.listed).sum();
    assert_eq!(found + listed, text.matches("Oct-20").count());
}

#[expect(clippy::print_stderr, reason = "a test that could not run says so")]
fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}

/// Reads a folder, and checks what holds for every run.
fn load(dir: &Path) -> Loaded {
    let loaded = super::workspace(dir, &Overrides::default()).unwrap();
    check_counts(&loaded);
    loaded
}

/// Rows in = rows used + rows listed, and a table with listed rows has an issue.
fn check_counts(loaded: &Loaded) {
    for count in &loaded.rows {
        assert_eq!(count.rows, count.used + count.listed, "{count:?}");
        let said = loaded
            .issues
            .iter()
            .any(|issue| issue.place.file == count.file && issue.place.sheet == count.sheet);
        assert!(count.listed == 0 || said, "{count:?} {:#?}", loaded.issues);
    }
    for issue in &loaded.issues {
        for key in [format!("issue.{}", issue.code), format!("issue.{}.hint", issue.code)] {
            assert!(crate::message::has(&key), "{key}");
            let values: Vec<(&str, &str)> =
                issue.values.iter().map(|(name, value)| (*name, value.as_str())).collect();
            for lang in [crate::message::Lang::Zh, crate::message::Lang::En] {
                let text = crate::message::text(lang, &key, &values);
                assert!(!text.contains('{'), "{key}: {text}");
            }
        }
    }
}

/// The issues above a severity, as `place code`.
fn codes(loaded: &Loaded, from: Severity) -> Vec<String> {
    let shown = |issue: &Issue| format!("{} {}", issue.place, issue.code);
    loaded.issues.iter().filter(|issue| issue.severity >= from).map(shown).collect()
}
