//! The page of a run as the program writes it.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// Runs the demonstration; the names of the files written, in order.
fn run(out: &Path, more: &[&str]) -> Vec<String> {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/demo");
    let mut command = Command::new(env!("CARGO_BIN_EXE_attain"));
    command.arg("run").arg(demo).arg("--out").arg(out).args(more).stdin(Stdio::null());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut names: Vec<String> = fs::read_dir(out)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_run_writes_the_page_into_output_and_manifest_unless_told_otherwise() {
    let folder = TempDir::new().unwrap();
    let (with, without) = (folder.path().join("with"), folder.path().join("without"));
    let quick = ["--no-charts", "--no-reports", "--formats", "json"];
    assert_eq!(run(&with, &quick), ["index.html", "manifest.json", "results.json"]);
    assert!(fs::read_to_string(with.join("manifest.json")).unwrap().contains("\"index.html\""));
    let page = fs::read(with.join("index.html")).unwrap();
    assert!(page.len() < 5_000_000, "{}", page.len());
    run(&with, &[&quick[..], &["--threads", "1"]].concat());
    assert!(fs::read(with.join("index.html")).unwrap() == page, "the same bytes for any number of threads");
    assert_eq!(run(&without, &[&quick[..], &["--no-explorer"]].concat()), ["manifest.json", "results.json"]);
    let chosen = ["--no-charts", "--formats", "csv", "--tables", "requirements"];
    assert_eq!(run(&folder.path().join("chosen"), &chosen), ["manifest.json", "requirements.csv"]);
}

#[test]
fn a_public_run_writes_nothing_but_the_public_page_and_names_no_input() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("public");
    assert_eq!(run(&out, &["--public"]), ["index.html", "manifest.json"]);
    let manifest = fs::read_to_string(out.join("manifest.json")).unwrap();
    assert!(!manifest.contains(".csv") && !manifest.contains(".xlsx"), "{manifest}");
    let students = concat!(env!("CARGO_MANIFEST_DIR"), "/datasets/demo/students.csv");
    let page = fs::read_to_string(out.join("index.html")).unwrap();
    let mut n_students = 0;
    for line in fs::read_to_string(students).unwrap().lines().skip(1) {
        let number = line.split(',').next().unwrap();
        assert!(!page.contains(number), "{number}");
        n_students += 1;
    }
    assert!(n_students > 300);
}
