//! The program as its users run it: exit codes, outputs, languages, and what is left when it is killed.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use attain::results::{Fingerprint, MANIFEST_FILE, Manifest};
use serde_json::Value;
use tempfile::TempDir;

/// The program in Chinese, whatever the machine speaks.
fn attain(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_attain"));
    command.args(arguments).stdin(Stdio::null());
    command.env_remove("LC_ALL").env_remove("LC_MESSAGES").env_remove("NO_COLOR").env("LANG", "zh_CN.UTF-8");
    command
}

fn run(arguments: &[&str]) -> Output {
    attain(arguments).output().unwrap_or_else(|error| panic!("{arguments:?}: {error}"))
}

/// Exit code and both outputs as one text.
fn ended(arguments: &[&str]) -> (i32, String) {
    let output = run(arguments);
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.code().unwrap_or(-1), text)
}

fn succeed(arguments: &[&str]) -> String {
    let (code, text) = ended(arguments);
    assert_eq!(code, 0, "{arguments:?}: {text}");
    text
}

fn json(arguments: &[&str]) -> Value {
    let output = run(arguments);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{arguments:?}: {error}"))
}

fn shown(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A temporary folder with a simulated course in its folder `w`.
fn one_course() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let workspace = folder.path().join("w");
    succeed(&["simulate", "--size", "one_course", "--out", shown(&workspace)]);
    (folder, workspace)
}

fn replace(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{} holds no {from}", path.display());
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

/// Every file below a folder with its bytes, by relative path.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(here) = waiting.pop() {
        for entry in fs::read_dir(&here).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                found.push((path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// An output folder holds exactly what its manifest says.
fn assert_whole(out: &Path) {
    let manifest: Manifest = serde_json::from_slice(&fs::read(out.join(MANIFEST_FILE)).unwrap()).unwrap();
    let mut listed = 1;
    for file in manifest.all_files() {
        let print = Fingerprint::of_file(&out.join(&file.path)).unwrap();
        assert_eq!((print.sha256, print.bytes), (file.sha256.clone(), file.bytes), "{}", file.path);
        listed += 1;
    }
    assert_eq!(files(out).len(), listed);
}

#[test]
fn the_template_runs_without_an_edit_and_quickly() {
    let folder = TempDir::new().unwrap();
    for (lang, name) in [("zh-CN", "我的专业"), ("en", "programme")] {
        let workspace = folder.path().join(name);
        succeed(&["init", "--language", lang, shown(&workspace)]);
        let (code, text) = ended(&["check", shown(&workspace)]);
        assert_eq!(code, 0, "{text}");
        let start = Instant::now();
        let text = succeed(&["run", shown(&workspace)]);
        // Promised is one second of an optimised build; this is for any build on a busy machine.
        assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
        assert!(text.contains('✓') || text.contains('✗'), "{text}");
        assert_whole(&workspace.join("out"));
    }
}

#[test]
fn a_folder_with_content_is_never_overwritten() {
    let (_folder, workspace) = one_course();
    let before = files(&workspace);
    for arguments in [&["init", shown(&workspace)][..], &["simulate", "--out", shown(&workspace)]] {
        let (code, text) = ended(arguments);
        assert_eq!(code, 2, "{text}");
    }
    assert_eq!(ended(&["run", shown(&workspace), "--out", shown(&workspace)]).0, 2);
    assert_eq!(files(&workspace), before);
}

#[test]
fn every_kind_of_end_has_its_exit_code() {
    let (folder, workspace) = one_course();
    let missing = folder.path().join("missing");
    let wrong = folder.path().join("wrong.toml");
    fs::write(&wrong, "key = \"x\"\n").unwrap();
    let settings = folder.path().join("settings");
    fs::create_dir(&settings).unwrap();
    fs::write(settings.join("attain.toml"), "[workspace\n").unwrap();
    let cases: &[(&[&str], i32)] = &[
        (&["--help"], 0),
        (&["--version"], 0),
        (&["list"], 0),
        (&["selftest"], 0),
        (&["check", shown(&workspace)], 0),
        (&["check", shown(&workspace), "--fail-on", "never"], 0),
        (&[], 2),
        (&["nonsense"], 2),
        (&["list", "nonsense"], 2),
        (&["run", shown(&missing)], 2),
        (&["run", shown(&workspace), "--policy", "nonsense"], 2),
        (&["run", shown(&workspace), "--tables", "nonsense"], 2),
        (&["policy", "show", "nonsense"], 2),
        (&["chart", "nonsense", shown(&workspace)], 2),
        (&["policy", "check", shown(&wrong)], 3),
        (&["policy", "check", shown(&missing)], 3),
        (&["check", shown(&settings)], 3),
    ];
    for (arguments, expected) in cases {
        let (code, text) = ended(arguments);
        assert_eq!(code, *expected, "{arguments:?}: {text}");
        assert!(!text.is_empty(), "{arguments:?} says nothing");
    }
}

#[test]
fn a_closed_pipe_ends_in_silence() {
    for arguments in [&["list"][..], &["--help"], &["selftest"], &["policy", "show", "canvas"]] {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let output = attain(arguments).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn json_is_json() {
    let (_folder, workspace) = one_course();
    assert!(json(&["list", "--format", "json"]).as_array().unwrap().len() > 40);
    assert!(json(&["selftest", "--format", "json"]).as_array().unwrap().len() > 40);
    let checked = json(&["check", shown(&workspace), "--format", "json"]);
    assert_eq!(checked["errors"], 0);
    let rows = &checked["rows"];
    assert_eq!(
        rows["read"].as_u64(),
        Some(rows["used"].as_u64().unwrap() + rows["listed"].as_u64().unwrap())
    );
    let compared = json(&["compare", shown(&workspace), "--format", "json"]);
    assert!(compared[0]["verdict"].is_string() || compared[0]["reason"].is_string(), "{}", compared[0]);
}

#[test]
fn check_reports_the_problems_of_all_files_at_once() {
    let (_folder, workspace) = one_course();
    let marks = fs::read_to_string(workspace.join("marks.csv")).unwrap();
    let mut lines: Vec<String> = marks.lines().map(str::to_owned).collect();
    for (line, value) in [(2, "999"), (5, "不详"), (9, "-3")] {
        let cut = lines[line].rfind(',').unwrap();
        lines[line].replace_range(cut + 1.., value);
    }
    fs::write(workspace.join("marks.csv"), lines.join("\n") + "\n").unwrap();
    replace(&workspace.join("support.csv"), "CS", "ZZ");
    let (code, text) = ended(&["check", shown(&workspace)]);
    assert_eq!(code, 1, "{text}");
    for expected in ["marks.csv", "support.csv", "999", "不详", "-3", "ZZ"] {
        assert!(text.contains(expected), "{expected} is not in\n{text}");
    }
    assert_eq!(ended(&["check", shown(&workspace), "--fail-on", "never"]).0, 0);
    let checked = json(&["check", shown(&workspace), "--format", "json"]);
    assert!(checked["errors"].as_u64().unwrap() >= 3, "{checked}");
    for issue in checked["issues"].as_array().unwrap() {
        let message = issue["message"].as_str().unwrap();
        assert!(!message.starts_with("issue."), "{issue}");
        assert!(!issue["hint"].as_str().unwrap().is_empty(), "{issue}");
    }
}

#[test]
fn the_same_command_writes_the_same_bytes() {
    let (folder, workspace) = one_course();
    let out = folder.path().join("out");
    let arguments = ["run", shown(&workspace), "--out", shown(&out), "--quiet"];
    succeed(&arguments);
    let first = files(&out);
    succeed(&arguments);
    assert!(first == files(&out), "a second run differs");
    for threads in ["1", "2", "4"] {
        let other = folder.path().join(threads);
        let formats = ["--formats", "csv,parquet", "--threads", threads, "--quiet"];
        succeed(&[&["run", shown(&workspace), "--out", shown(&other)][..], &formats].concat());
        for (path, bytes) in files(&other).into_iter().filter(|(path, _)| path != Path::new(MANIFEST_FILE)) {
            let same = first.iter().find(|(name, _)| *name == path);
            assert!(same.is_some_and(|(_, first)| *first == bytes), "{} differs", path.display());
        }
    }
}

#[test]
fn the_gallery_is_the_same_page_every_time() {
    let (folder, workspace) = one_course();
    let page = |name: &str| {
        let out = folder.path().join(name);
        succeed(&["chart", "gallery", shown(&workspace), "--out", shown(&out)]);
        files(&out)
    };
    let first = page("a");
    assert!(!first.is_empty() && first == page("b"));
}

/// Rows of every file turned round and the marks cut into two files named against their order: the same tables. Two
/// rules look at order and say so: `roll-up` takes items as time, and a repeated row keeps the place of the first.
#[test]
fn the_order_of_rows_and_files_changes_no_byte() {
    let (folder, workspace) = one_course();
    let tables = |name: &str| {
        let out = folder.path().join(name);
        succeed(&[
            "run",
            shown(&workspace),
            "--out",
            shown(&out),
            "--quiet",
            "--formats",
            "csv",
            "--no-charts",
        ]);
        let about_files = ["manifest.json", "rows.csv", "issues.csv"];
        let mut found = files(&out);
        found.retain(|(path, _)| !about_files.contains(&path.to_str().unwrap()));
        found
    };
    let before = tables("before");
    for (path, bytes) in files(&workspace) {
        if path.extension().is_some_and(|extension| extension == "csv") {
            let text = String::from_utf8(bytes).unwrap();
            let mut lines: Vec<&str> = text.lines().collect();
            lines[1..].reverse();
            fs::write(workspace.join(&path), lines.join("\n") + "\n").unwrap();
        }
    }
    let marks = fs::read_to_string(workspace.join("marks.csv")).unwrap();
    let lines: Vec<&str> = marks.lines().collect();
    let (one, two) = lines[1..].split_at(lines.len() / 3);
    for (name, part) in [("marks-z.csv", one), ("marks-a.csv", two)] {
        fs::write(workspace.join(name), format!("{}\n{}\n", lines[0], part.join("\n"))).unwrap();
    }
    fs::remove_file(workspace.join("marks.csv")).unwrap();
    let settings = fs::read_to_string(workspace.join("attain.toml")).unwrap();
    assert!(!settings.contains("[tables]"), "{settings}");
    let settings = settings + "\n[tables]\nmarks = [\"marks-z.csv\", \"marks-a.csv\"]\n";
    fs::write(workspace.join("attain.toml"), settings).unwrap();
    let after = tables("after");
    assert!(before.len() > 5);
    for ((name, one), (other, two)) in before.iter().zip(&after) {
        assert_eq!(name, other);
        assert!(one == two, "{}", name.display());
    }
    assert_eq!(before.len(), after.len());
}

/// What is wrong with policy and settings stands beside what is wrong with the data; a run refuses, with all of it.
#[test]
fn a_wrong_policy_and_wrong_settings_are_shown_at_once_in_both_languages() {
    let (_folder, workspace) = one_course();
    let policy = String::from_utf8(run(&["policy", "show", "ceeaa-2024"]).stdout).unwrap();
    let policy = policy.replace("method = \"student-first\"", "method = \"median\"");
    let policy = policy.replace("rule = \"minimum\"", "rule = \"best\"");
    let policy = policy.replace("digits = 3", "digits = 13").replace("closed =", "closd =");
    fs::write(workspace.join("policy.toml"), policy).unwrap();
    let settings = "[workspace]\npolicy = \"policy.toml\"\ncolour = \"red\"\n[tables]\nrosters = \"x.csv\"\n[columns.items]\nfull = \"满分\"\n";
    fs::write(workspace.join("attain.toml"), settings).unwrap();
    let marks = fs::read_to_string(workspace.join("marks.csv")).unwrap();
    fs::write(workspace.join("marks.csv"), marks + "X,Y,Z,9,9,9\n").unwrap();
    let found = [
        ("\"median\"", "objective.method"),
        ("\"best\"", "requirement.rule"),
        ("13", "rounding.digits"),
        ("threshold.closd", "at-least"),
        ("workspace.colour", "institution"),
        ("tables.rosters", "roster"),
        ("columns.items.full", "full_mark"),
    ];
    for lang in ["zh-CN", "en"] {
        let (code, text) = ended(&["check", shown(&workspace), "--language", lang]);
        assert_eq!(code, 1, "{text}");
        assert!(text.contains("marks.csv") && text.contains("policy.toml"), "{text}");
        for (value, known) in found.iter().filter(|(value, _)| *value != "threshold.closd") {
            assert!(text.contains(value) && text.contains(known), "{value}: {text}");
        }
        assert!(text.contains("threshold.closd") && text.contains("closed"), "{text}");
        let (code, text) = ended(&["run", shown(&workspace), "--language", lang, "--quiet"]);
        assert!(code == 3 && text.contains("columns.items.full"), "{code} {text}");
    }
    fs::write(workspace.join("attain.toml"), "[workspace]\npolicy = \"policy.toml\"\n").unwrap();
    for arguments in [&["run", shown(&workspace), "--quiet"][..], &["compare", shown(&workspace)]] {
        let (code, text) = ended(arguments);
        assert!(
            code == 3 && text.contains("\"median\"") && text.contains("threshold.closd"),
            "{code} {text}"
        );
    }
    let own = workspace.join("policy.toml");
    let (code, text) = ended(&["policy", "check", shown(&own), "--language", "en"]);
    assert!(
        code == 3 && text.contains("\"best\"") && text.contains("rounding.digits is 13"),
        "{code} {text}"
    );
}

#[test]
fn a_draft_says_so_and_a_checked_policy_is_signed() {
    let (folder, workspace) = one_course();
    let out = folder.path().join("out");
    let arguments = ["run", shown(&workspace), "--out", shown(&out), "--formats", "csv", "--no-charts"];
    assert!(succeed(&arguments).contains("草案"));
    let objectives = fs::read_to_string(out.join("objectives.csv")).unwrap();
    assert!(objectives.lines().next().unwrap().contains("policy_status") && objectives.contains(",draft,"));
    let manifest: Manifest = serde_json::from_slice(&fs::read(out.join(MANIFEST_FILE)).unwrap()).unwrap();
    assert_eq!(manifest.policies[0].status.as_deref(), Some("draft"));
    let own = folder.path().join("policy.toml");
    fs::write(&own, run(&["policy", "show", "ceeaa-2024"]).stdout).unwrap();
    let draft = succeed(&["policy", "check", shown(&own), "--language", "en"]);
    assert!(
        draft.contains("[?]") && draft.contains("checked_by") && draft.contains("student-first"),
        "{draft}"
    );
    replace(
        &own,
        "status = \"draft\"",
        "status = \"checked\"\nchecked_by = \"王\"\nchecked_on = \"2026-03-01\"",
    );
    assert_eq!(ended(&["policy", "check", shown(&own)]).0, 3);
    let text = fs::read_to_string(&own).unwrap();
    let (before, rest) = text.split_once("open = [").unwrap();
    let (_, after) = rest.split_once("]\n").unwrap();
    fs::write(&own, format!("{before}{after}")).unwrap();
    assert!(succeed(&["policy", "check", shown(&own)]).contains("王"));
    let text = succeed(&[&arguments[..], &["--policy", shown(&own)]].concat());
    assert!(!text.contains("草案"), "{text}");
    let manifest: Manifest = serde_json::from_slice(&fs::read(out.join(MANIFEST_FILE)).unwrap()).unwrap();
    assert_eq!(manifest.policies[0].checked_by.as_deref(), Some("王"));
}

#[test]
fn a_killed_run_leaves_a_whole_output_and_the_next_one_cleans_up() {
    let (folder, workspace) = one_course();
    let out = folder.path().join("out");
    let arguments = ["run", shown(&workspace), "--out", shown(&out), "--quiet", "--formats", "csv"];
    let start = Instant::now();
    succeed(&arguments);
    let whole = start.elapsed();
    for part in 1..=8 {
        let mut child = attain(&arguments).spawn().unwrap();
        std::thread::sleep(whole * part / 8);
        let _ = child.kill();
        child.wait().unwrap();
        assert_whole(&out);
    }
    succeed(&arguments);
    let mut left: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["out", "w"]);
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_cannot_be_written_is_said() {
    let (_folder, workspace) = one_course();
    let (code, text) = ended(&["run", shown(&workspace), "--out", "/proc/attain-out"]);
    assert_eq!(code, 4, "{text}");
    assert!(text.contains("/proc") && text.contains("提示"), "{text}");
}

#[test]
fn hostile_names_write_nothing_outside_the_output() {
    let (folder, workspace) = one_course();
    for (path, bytes) in files(&workspace) {
        if path.extension().is_some_and(|extension| extension == "csv") {
            let text = String::from_utf8(bytes).unwrap();
            fs::write(workspace.join(&path), text.replace("CS", "../../=CS")).unwrap();
        }
    }
    let out = folder.path().join("=cmd|' /C calc'!A0");
    succeed(&["run", shown(&workspace), "--out", shown(&out), "--quiet"]);
    assert_whole(&out);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    let course = fs::read_to_string(out.join("offerings.csv")).unwrap();
    assert!(!course.contains(",=") && !course.contains("\n="), "{course}");
}

#[test]
fn the_language_is_the_users_then_the_workspaces_then_the_locales() {
    let (_folder, workspace) = one_course();
    assert!(succeed(&["list", "policies"]).contains("评价方案"));
    assert!(succeed(&["list", "policies", "--language", "en"]).starts_with("policies"));
    let english = attain(&["list", "policies"]).env("LANG", "en_GB.UTF-8").output().unwrap();
    assert!(english.stdout.starts_with(b"policies"));
    let of_workspace = attain(&["check", shown(&workspace)]).env("LANG", "en_GB.UTF-8").output().unwrap();
    assert!(String::from_utf8_lossy(&of_workspace.stdout).contains("行数据"));
    assert!(succeed(&["check", shown(&workspace), "--language", "en"]).contains("rows of data"));
    assert!(ended(&["nonsense", "--language", "en"]).1.starts_with("error:"));
    assert!(ended(&["nonsense"]).1.starts_with("错误"));
}

#[test]
fn colours_are_only_for_those_who_want_them() {
    assert!(!succeed(&["selftest"]).contains('\u{1b}'));
    assert!(succeed(&["selftest", "--color", "always"]).contains('\u{1b}'));
}

#[test]
fn one_workbook_needs_no_workspace() {
    let folder = TempDir::new().unwrap();
    let workspace = folder.path().join("w");
    succeed(&["init", shown(&workspace)]);
    let book = folder.path().join("课程.xlsx");
    let course = fs::read_dir(workspace.join("courses")).unwrap().next().unwrap().unwrap().path();
    fs::copy(course, &book).unwrap();
    let text = succeed(&["course", shown(&book)]);
    assert!(text.contains("95% 区间") && text.contains('✓'), "{text}");
    assert_whole(&folder.path().join("课程-attain"));
    let card = succeed(&["compare", shown(&book), "--language", "en"]);
    assert!(card.contains("student-first") && card.contains("verdict depends on the rule: "), "{card}");
    assert_eq!(ended(&["course", shown(&workspace)]).0, 2);
    fs::write(&book, "a,b\n1,2\n").unwrap();
    let (code, text) = ended(&["course", shown(&book)]);
    assert!(code == 3 && text.contains("考核方案") && text.contains("attain init"), "{code} {text}");
}

#[test]
fn a_built_in_policy_is_a_start_for_ones_own() {
    let folder = TempDir::new().unwrap();
    let own = folder.path().join("policy.toml");
    fs::write(&own, run(&["policy", "show", "ceeaa-2024"]).stdout).unwrap();
    succeed(&["policy", "check", shown(&own)]);
    let (_other, workspace) = one_course();
    let out = folder.path().join("out");
    succeed(&["run", shown(&workspace), "--policy", shown(&own), "--out", shown(&out), "--quiet"]);
    replace(&own, "method = \"student-first\"", "method = \"nonsense\"");
    let (code, text) = ended(&["policy", "check", shown(&own)]);
    assert!(code == 3 && text.contains("nonsense"), "{code} {text}");
}

#[test]
fn the_pictures_of_the_first_page_are_those_that_its_commands_draw() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let demo = root.join("datasets/demo");
    let folder = TempDir::new().unwrap();
    let out = folder.path().to_str().unwrap();
    for (chart, of, drawn, kept) in [
        ("requirement-intervals", "0801", "requirement-intervals-0801-ceeaa-2024.svg", "requirements.svg"),
        ("objective-bars", "CS2022-2022", "objective-bars-CS2022-2022-.svg", "objectives.svg"),
        ("unit-caterpillar", "class-year2", "unit-caterpillar-class-year2-class.svg", "value_added.svg"),
    ] {
        succeed(&["chart", chart, demo.to_str().unwrap(), "--of", of, "--language", "en", "--out", out]);
        let read =
            |path: PathBuf| fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        assert!(
            read(folder.path().join(drawn)) == read(root.join("docs/pictures").join(kept)),
            "{kept} is not {drawn}"
        );
    }
}
