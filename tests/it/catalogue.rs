//! Every kind of issue has a text, a place in the code, and a test that meets it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Kinds no test makes, and why.
const UNTESTED: &[(&str, &str)] = &[
    ("encrypted_workbook", "needs a workbook encrypted by a spreadsheet program"),
    (
        "oulad-attributes-differ",
        "the importer's own counts, made from public files that stand beside the project",
    ),
    ("oulad-repeated-students", "as above"),
    ("oulad-values-missing", "as above"),
    ("oulad-withdrawal-differs", "as above"),
];

fn walk(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, extension, found);
        } else if path.extension().is_some_and(|own| own == extension) {
            found.push(path);
        }
    }
    found.sort();
}

/// The kinds that the catalogue has texts for.
fn codes(root: &Path) -> BTreeSet<String> {
    let mut files = Vec::new();
    walk(&root.join("src/message"), "toml", &mut files);
    let mut codes = BTreeSet::new();
    for file in files {
        let table: toml::Table = toml::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        let keys = table.keys().filter_map(|key| key.strip_prefix("issue."));
        codes.extend(keys.map(|key| key.trim_end_matches(".hint").to_owned()));
    }
    codes
}

/// The text of the program and that of its tests.
fn texts(root: &Path) -> (String, String) {
    let (mut code, mut tests) = (String::new(), String::new());
    let mut files = Vec::new();
    walk(&root.join("src"), "rs", &mut files);
    for file in &files {
        let text = fs::read_to_string(file).unwrap();
        let name = file.to_string_lossy();
        match text.split_once("#[cfg(test)]\nmod tests {") {
            _ if name.contains("/tests/") || name.ends_with("tests.rs") => tests += &text,
            Some((own, test)) => {
                code += own;
                tests += test;
            }
            None => code += &text,
        }
    }
    let mut own = Vec::new();
    walk(&root.join("tests/it"), "rs", &mut own);
    let here = own.iter().filter(|path| !path.ends_with("catalogue.rs"));
    here.for_each(|path| tests += &fs::read_to_string(path).unwrap());
    (code, tests)
}

/// Whether a text has this word, with nothing of a word on either side.
fn has_word(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        !text[..at].chars().next_back().is_some_and(part) && !text[at + word.len()..].starts_with(part)
    })
}

#[test]
fn every_kind_of_issue_is_made_somewhere_and_met_by_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let codes = codes(root);
    let (code, tests) = texts(root);
    let excused: Vec<&str> = UNTESTED.iter().map(|(code, _)| *code).collect();
    let unmade: Vec<&String> = codes.iter().filter(|one| !code.contains(&format!("\"{one}\""))).collect();
    assert!(unmade.is_empty(), "texts of issues that nothing makes: {unmade:?}");
    let untested: Vec<&String> =
        codes.iter().filter(|one| !excused.contains(&one.as_str()) && !has_word(&tests, one)).collect();
    assert!(untested.is_empty(), "kinds of issues without a test: {untested:?}");
    for code in excused {
        assert!(codes.contains(code) && !has_word(&tests, code), "{code} needs no excuse");
    }
}
