//! `attain value-added` on a workspace of real data, against certified figures.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn shared(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(name)
}

fn attain(arguments: &[&str], workspace: &Path) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_attain"))
        .args(arguments)
        .args(["--language", "en"])
        .arg(workspace)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

/// The students of 65 schools as a workspace: entry and exit scores as measures, the school as a group.
fn exam(folder: &Path) -> bool {
    let Ok(data) = fs::read_to_string(shared("datasets/value_added/exam.csv")) else {
        println!("skipped: ../shared is absent");
        return false;
    };
    let (mut students, mut measures) = ("student,school\n".to_owned(), "student,measure,score\n".to_owned());
    for (number, line) in data.lines().skip(1).enumerate() {
        let cells: Vec<&str> = line.split(',').collect();
        let _ = writeln!(students, "S{number:05},{}校", cells[0]);
        let _ = writeln!(measures, "S{number:05},exit,{}\nS{number:05},entry,{}", cells[1], cells[6]);
    }
    fs::write(folder.join("attain.toml"), "[workspace]\n").unwrap();
    fs::write(folder.join("students.csv"), students).unwrap();
    fs::write(folder.join("measures.csv"), measures).unwrap();
    true
}

fn number(value: &Value) -> f64 {
    value.as_str().map_or_else(|| value.as_f64().unwrap(), |text| text.parse().unwrap())
}

#[test]
fn a_declared_mixed_model_meets_the_certified_figures() {
    let folder = tempfile::tempdir().unwrap();
    if !exam(folder.path()) {
        return;
    }
    let declared = "[[model]]\nkey = \"ri\"\nmodel = \"mixed\"\nformula = \"exit ~ entry + (1 | school)\"\ncohorts = \"together\"\n";
    fs::write(folder.path().join("value_added.toml"), declared).unwrap();
    let (code, out, err) = attain(&["value-added", "--format", "json", "--threads", "2"], folder.path());
    assert_eq!(code, 0, "{err}");
    let tables: Value = serde_json::from_str(&out).unwrap();
    let certified = fs::read_to_string(shared("reference/certified_lmm_exam_ri.json")).unwrap();
    let certified: Value = serde_json::from_str(&certified).unwrap();
    let row = |name: &str| {
        let rows = tables["model_summary"].as_array().unwrap();
        rows.iter().find(|row| row["name"] == name).unwrap().clone()
    };
    for fixed in certified["REML"]["fixed"].as_array().unwrap() {
        let ours = row(fixed["term"].as_str().unwrap().replace("standLRT", "entry").as_str());
        for (mine, theirs) in [("value", "estimate"), ("se", "se")] {
            assert!((number(&ours[mine]) - number(&fixed[theirs])).abs() < 1e-9, "{fixed}");
        }
        assert_eq!(ours["n_used"], 4059);
    }
    let reml = number(&certified["REML"]["criterion_minus2logLik"]);
    assert!((number(&row("reml")["value"]) - reml).abs() < 1e-6);
    let sigma = number(&certified["REML"]["sigma"]);
    let components = tables["variance_components"].as_array().unwrap();
    let residual = components.iter().find(|row| row["factor"].is_null()).unwrap();
    assert!((number(&residual["value"]) - sigma * sigma).abs() < 1e-9);
    assert_eq!(tables["unit_effects"].as_array().unwrap().len(), 65);
    let again = attain(&["value-added", "--format", "json", "--threads", "1"], folder.path());
    assert_eq!(out, again.1, "the result depends on the number of threads");
}

#[test]
fn what_is_wrong_with_declared_models_is_said_at_once() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("attain.toml"), "[workspace]\n").unwrap();
    fs::write(folder.path().join("students.csv"), "student,school\n1,A\n2,B\n").unwrap();
    fs::write(folder.path().join("measures.csv"), "student,measure,score\n1,exit,3\n2,exit,4\n").unwrap();
    let (code, _, err) = attain(&["value-added"], folder.path());
    assert!(code != 0 && err.contains("value_added.toml"), "{err}");
    let wrong = "[[model]]\nkey = \"a\"\nmodel = \"x\"\nformula = \"exit ~ 1\"\n[[model]]\nkey = \"b\"\nmodel = \"mixed\"\nformula = \"exit ~\"\n";
    fs::write(folder.path().join("value_added.toml"), wrong).unwrap();
    let (code, _, err) = attain(&["value-added"], folder.path());
    assert!(code != 0 && err.contains("[a]") && err.contains("[b]"), "{err}");
    let missing = "[[model]]\nkey = \"c\"\nmodel = \"mixed\"\nformula = \"exit ~ entry + (1 | school)\"\ncohorts = \"together\"\n";
    fs::write(folder.path().join("value_added.toml"), missing).unwrap();
    let (code, out, err) = attain(&["value-added"], folder.path());
    assert_eq!(code, 4, "no model gives a result: {err}");
    assert!(out.contains("there is no column `entry`") && out.contains("exit"), "{out}");
}

/// Three rooms of 20 students each, with an entry and an exit score.
fn rooms(folder: &Path) {
    let (mut students, mut measures) =
        ("student,room,points\n".to_owned(), "student,measure,score\n".to_owned());
    for i in 0..60 {
        let points = if i == 5 { "缺考".to_owned() } else { (i * 7).to_string() };
        let _ = writeln!(students, "S{i:02},{},{points}", i % 3);
        let _ = writeln!(
            measures,
            "S{i:02},entry,{}\nS{i:02},exit,{}",
            40 + i * 17 % 31,
            50 + i * 13 % 37 + i % 3 * 4
        );
    }
    fs::write(folder.join("attain.toml"), "[workspace]\n").unwrap();
    fs::write(folder.join("students.csv"), students).unwrap();
    fs::write(folder.join("measures.csv"), measures).unwrap();
}

#[test]
fn one_model_is_fitted_by_flags() {
    let folder = tempfile::tempdir().unwrap();
    rooms(folder.path());
    let run = |flags: &[&str]| {
        attain(
            &[&["value-added", "--format", "json", "--cohorts", "together"], flags].concat(),
            folder.path(),
        )
    };
    let (code, out, err) = run(&["--formula", "exit ~ entry + (1 | room)"]);
    assert_eq!(code, 0, "{err}");
    let tables: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(tables["unit_effects"].as_array().unwrap().len(), 3);
    assert_eq!(tables["value_added_students"].as_array().unwrap().len(), 60);
    assert_eq!(tables["value_added_diagnostics"].as_array().unwrap().len(), 60);
    let flags =
        ["--formula", "exit ~ entry", "--model", "normalised-gain", "--unit", "room", "--set", "full=100"];
    let (code, out, err) = run(&flags);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("class_gain"), "{out}");
    let (code, _, err) = run(&["--formula", "exit ~ entry", "--model", "ols", "--set", "errors=cr2"]);
    assert!(code == 2 && err.contains("cluster"), "{err}");
    let (code, _, err) = run(&["--formula", "exit ~ entry^", "--model", "ols"]);
    assert!(code == 2 && err.contains("power"), "{err}");
    let (code, _, err) = run(&["--formula", "exit ~ entry", "--set", "colour"]);
    assert!(code == 2 && err.contains("OPTION=VALUE"), "{err}");
}

#[test]
fn bad_input_is_told_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    rooms(folder.path());
    for (formula, model, en, zh) in [
        ("exit ~ points", "ols", "hold text such as `缺考`", "是文字（如“缺考”）"),
        ("exit ~ nothing", "ols", "there is no column `nothing`", "没有列“nothing”"),
        ("exit ~ entry + (1 | cohort)", "mixed", "none of the 60 students", "60 名学生中没有人"),
        ("exit ~ entry", "mixed", "no random term", "没有随机项"),
    ] {
        for (language, expected) in [("en", en), ("zh", zh)] {
            let output = Command::new(env!("CARGO_BIN_EXE_attain"))
                .args(["value-added", "--language", language, "--cohorts", "together"])
                .args(["--formula", formula, "--model", model])
                .arg(folder.path())
                .output()
                .unwrap();
            let out = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.code() == Some(4) && out.contains(expected), "{formula}: {out}");
        }
    }
}
