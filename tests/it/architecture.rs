//! The direction of imports and who may touch what, read from the source itself.

use std::fs;
use std::path::{Path, PathBuf};

/// A module and what it may import of ours; what is not listed here may import everything.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("stats", &[]),
    ("message", &[]),
    ("policy", &["model", "message"]),
    ("ingest", &["model", "policy", "message"]),
    ("template", &["model", "ingest", "policy", "stats", "message"]),
    ("simulate", &["template", "model", "ingest", "policy", "stats", "message"]),
    ("attainment", &["policy", "model", "stats", "message"]),
    ("evidence", &["attainment", "policy", "model", "stats", "message"]),
    ("value_added", &["attainment", "policy", "model", "stats", "message"]),
    ("improvement", &["evidence", "value_added", "attainment", "policy", "model", "stats", "message"]),
    ("results", &["improvement", "evidence", "value_added", "attainment", "policy", "model", "message"]),
    ("chart", &["results", "attainment", "policy", "model", "message"]),
    ("explorer", &["results", "policy", "model", "message"]),
    ("report", &["chart", "results", "attainment", "policy", "model", "message"]),
];

/// What only some modules may name, and which.
const RESERVED: &[(&str, &[&str])] = &[
    ("polars::", &["ingest", "results", "simulate", "template"]),
    ("println!", &["cli"]),
    ("std::env", &["cli"]),
    ("SystemTime", &["cli"]),
    ("Instant::now", &["cli"]),
    ("std::fs", &["ingest", "results", "report", "cli"]),
    ("todo!", &[]),
    ("#[ignore", &[]),
];

const FORBIDDEN_NAMES: [&str; 6] = ["utils", "helpers", "common", "misc", "manager", "core"];

/// Accreditors and products; in code they may stand only as keys of policies and frameworks, which are lower-case
/// and quoted.
const NAMES: [&str; 4] = ["ceeaa", "nba", "abet", "instructure"];

const MOST_LINES: usize = 600;

/// One source file: its path under `src`, its module, its text, its text without tests.
struct Source {
    path: String,
    module: String,
    text: String,
    code: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    walk(&root, &mut paths);
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let path = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        let tests = path.contains("tests/") || path.ends_with("tests.rs") || path.contains("selftest");
        let code = if tests { String::new() } else { without_tests(&text) };
        let module = path.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
        Source { path, module, text, code }
    };
    paths.into_iter().map(read).collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The code above the module of tests.
fn without_tests(text: &str) -> String {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned()
}

#[test]
fn imports_point_one_way() {
    let mut wrong = Vec::new();
    for source in sources() {
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(module, _)| *module == source.module) else {
            continue;
        };
        for (number, line) in source.code.lines().enumerate() {
            for rest in line.split("crate::").skip(1).filter(|_| !line.trim_start().starts_with("//")) {
                let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if name != source.module && !allowed.contains(&name.as_str()) {
                    wrong.push(format!("{}:{}: {line}", source.path, number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_the_borders_touch_files_frames_the_clock_and_the_terminal() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| source.module != "main") {
        for (number, line) in source.code.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for (word, modules) in RESERVED.iter().filter(|(word, _)| code.contains(word)) {
                if !modules.contains(&source.module.as_str()) {
                    wrong.push(format!("{}:{}: {word}", source.path, number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_institution_is_named_in_the_code() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (number, line) in source.code.lines().enumerate() {
            let lower = line.to_lowercase();
            for name in NAMES {
                for (at, _) in lower.match_indices(name).filter(|_| lower.len() == line.len()) {
                    let before = line[..at].chars().next_back().unwrap_or(' ');
                    let word =
                        !before.is_alphabetic() && !lower[at + name.len()..].starts_with(char::is_alphabetic);
                    let key = line[at..].starts_with(name) && matches!(before, '"' | '`' | '/');
                    if word && !key {
                        wrong.push(format!("{}:{}: {line}", source.path, number + 1));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_file_is_long_and_every_module_has_a_name_of_its_own() {
    let mut wrong = Vec::new();
    for source in sources() {
        let lines = source.text.lines().count();
        if lines > MOST_LINES {
            wrong.push(format!("{}: {lines} lines", source.path));
        }
        if source.path.split(['/', '.']).any(|part| FORBIDDEN_NAMES.contains(&part)) {
            wrong.push(source.path);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
