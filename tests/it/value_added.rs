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

/// Three rooms of 20 students each, with an entry and an exit score, and columns that are of no use.
fn rooms(folder: &Path) {
    let mut students = "student,room,points,one,same,twice,number,pair,half\n".to_owned();
    let mut measures = "student,measure,score\n".to_owned();
    for i in 0..60 {
        let points = if i == 5 { "缺考".to_owned() } else { (i * 7).to_string() };
        let entry = 40 + i * 17 % 31;
        let _ = writeln!(
            students,
            "S{i:02},{},{points},甲,3,{},N{i},{},H{}",
            i % 3,
            2 * entry,
            if i < 2 { format!("P{i}") } else { format!("Q{}", i % 9) },
            i * 7 % 10
        );
        let _ = writeln!(measures, "S{i:02},entry,{entry}\nS{i:02},exit,{}", 50 + i * 13 % 37 + i % 3 * 4);
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

/// The reference of R in the repository.
fn own(name: &str) -> (String, Value) {
    let path =
        |end: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/reference/{name}.{end}"));
    let json = fs::read_to_string(path("json")).unwrap();
    (fs::read_to_string(path("csv")).unwrap(), serde_json::from_str(&json).unwrap())
}

/// Rows of a table where these columns hold these texts.
fn rows<'t>(tables: &'t Value, table: &str, wanted: &[(&str, Option<&str>)]) -> Vec<&'t Value> {
    let all = tables[table].as_array().unwrap_or_else(|| panic!("no table {table}"));
    let fits = |row: &&Value| wanted.iter().all(|(column, text)| row[*column].as_str() == *text);
    all.iter().filter(fits).collect()
}

/// `make_persistence.R`: the dense likelihood of all rows, maximised in R.
#[test]
fn estimated_persistence_is_that_of_r_through_files() {
    let (csv, expected) = own("persistence");
    let folder = tempfile::tempdir().unwrap();
    let mut students = std::collections::BTreeSet::new();
    let mut measures = "student,measure,time,score\n".to_owned();
    let mut memberships = "factor,student,time,unit,share\n".to_owned();
    for line in csv.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let [student, year, teacher, x, y] = cells.as_slice() else { panic!("{line}") };
        students.insert((*student).to_owned());
        let _ = writeln!(measures, "{student},x,{year},{x}\n{student},score,{year},{y}");
        let _ = writeln!(memberships, "teacher,{student},{year},{teacher},1");
    }
    let students: Vec<String> = students.into_iter().collect();
    fs::write(folder.path().join("attain.toml"), "[workspace]\n").unwrap();
    fs::write(folder.path().join("students.csv"), format!("student\n{}\n", students.join("\n"))).unwrap();
    fs::write(folder.path().join("measures.csv"), measures).unwrap();
    fs::write(folder.path().join("memberships.csv"), memberships).unwrap();
    let declared = "[[model]]\nkey = \"years\"\nmodel = \"mixed\"\nformula = \"score ~ 0 + occasion + x\"\nrows = \"times\"\nmembership = \"teacher\"\npersistence = \"estimated\"\ncohorts = \"together\"\n";
    fs::write(folder.path().join("value_added.toml"), declared).unwrap();
    let (code, out, err) = attain(&["value-added", "--format", "json"], folder.path());
    assert_eq!(code, 0, "{err}");
    let tables: Value = serde_json::from_str(&out).unwrap();
    let close = |ours: &Value, theirs: &Value, tolerance: f64, what: &str| {
        let (ours, theirs) = (number(ours), number(theirs));
        assert!((ours - theirs).abs() < tolerance * theirs.abs().max(1.0), "{what}: {ours} for {theirs}");
    };
    let figure =
        |part, name| rows(&tables, "model_summary", &[("part", Some(part)), ("name", Some(name))])[0];
    close(&figure("figure", "ml")["value"], &expected["value"], 1e-9, "−2 log L");
    for (at, name) in ["occasion2021", "occasion2022", "occasion2023", "x"].into_iter().enumerate() {
        close(&figure("coefficient", name)["value"], &expected["fixed"][at], 1e-5, name);
        close(&figure("coefficient", name)["se"], &expected["se"][at], 1e-5, name);
    }
    for (pair, share) in expected["shares"].as_object().unwrap() {
        close(&figure("persistence", pair)["value"], share, 1e-4, pair);
    }
    let component = |factor, effect, with| {
        let wanted = [("factor", factor), ("effect", Some(effect)), ("with", with)];
        rows(&tables, "variance_components", &wanted)[0]
    };
    let years = ["2021", "2022", "2023"];
    for (i, year) in years.into_iter().enumerate() {
        close(&component(Some("teacher"), year, None)["value"], &expected["variances"][i], 1e-4, year);
        for (j, with) in years.into_iter().enumerate().take(i + 1) {
            let ours = component(None, year, (i != j).then_some(with));
            close(&ours["value"], &expected["residual"][i][j], 1e-4, "residual");
            assert!(ours["share"].is_null(), "years do not share one variance");
        }
    }
    let effects = tables["unit_effects"].as_array().unwrap();
    assert_eq!(effects.len(), expected["unit"].as_array().unwrap().len());
    for (at, unit) in expected["unit"].as_array().unwrap().iter().enumerate() {
        let (year, teacher) = unit.as_str().unwrap().split_once(' ').unwrap();
        let ours = rows(&tables, "unit_effects", &[("effect", Some(year)), ("unit", Some(teacher))])[0];
        close(&ours["value"], &expected["effect"][at], 1e-4, "effect");
        close(&ours["se"], &expected["error"][at], 1e-4, "error");
    }
    let twice = fs::read_to_string(folder.path().join("memberships.csv")).unwrap().replace(",1\n", ",0.5\n");
    fs::write(folder.path().join("memberships.csv"), twice).unwrap();
    let (code, out, _) = attain(&["value-added"], folder.path());
    assert!(code == 4 && out.contains("the units of a student at a time must be one"), "{out}");
}

/// `make_growth.R`, through files.
#[test]
fn a_declared_target_is_told_for_every_student_on_the_way() {
    let (csv, expected) = own("growth");
    let folder = tempfile::tempdir().unwrap();
    let (mut students, mut measures) =
        ("student,cohort,class,goal\n".to_owned(), "student,measure,score\n".to_owned());
    for line in csv.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let _ = writeln!(students, "{},{},{},{}", cells[0], cells[1], cells[2], cells[6]);
        for (name, score) in ["year1", "year2", "year3"].into_iter().zip(&cells[3..]) {
            if !score.is_empty() {
                let _ = writeln!(measures, "{},{name},{score}", cells[0]);
            }
        }
    }
    fs::write(folder.path().join("attain.toml"), "[workspace]\n").unwrap();
    fs::write(folder.path().join("students.csv"), students).unwrap();
    fs::write(folder.path().join("measures.csv"), measures).unwrap();
    let declared = "[[model]]\nkey = \"ahead\"\nmodel = \"growth\"\nformula = \"year3 ~ year2 + year1\"\nunit = \"class\"\ntarget = [75, \"goal\"]\nscales = { year2 = { limits = [0, 90] }, year3 = { limits = [0, 90] } }\n";
    fs::write(folder.path().join("value_added.toml"), declared).unwrap();
    let (code, out, err) = attain(&["value-added", "--format", "json"], folder.path());
    assert_eq!(code, 0, "{err}");
    let tables: Value = serde_json::from_str(&out).unwrap();
    for (student, theirs) in expected["all"].as_object().unwrap() {
        for (target, own) in [("75", "fixed"), ("goal", "goal")] {
            let wanted = [("student", Some(student.as_str())), ("target", Some(target))];
            let ours = rows(&tables, "growth_targets", &wanted);
            let ours = ours.first().map_or(&Value::Null, |row| &row["percentile"]);
            assert_eq!(ours, &theirs[own], "{student} {target}");
        }
        let wanted =
            [("student", Some(student.as_str())), ("measure", Some("year3")), ("trajectory", Some("p75"))];
        let ours = rows(&tables, "growth_projections", &wanted)[0];
        assert!(
            (number(&ours["value"]) - number(&theirs["steps"]["year3"]["p"][3])).abs() < 1e-8,
            "{student}"
        );
    }
    let (_, out, _) = attain(&["value-added"], folder.path());
    assert!(out.contains("338 students without year3 are led on"), "{out}");
}

#[test]
fn every_mistake_stands_with_its_file_line_value_and_remedy() {
    let folder = tempfile::tempdir().unwrap();
    rooms(folder.path());
    let wrong = "[[model]]\nkey = \"a\"\nmodel = \"mixed\"\nformula = \"exit ~ entry +\"\nlevel = 95\nmissing = \"drop\"\nclusters = \"room\"\n\n[[model]]\nkey = \"b\"\nmodel = \"growth\"\nformula = \"exit ~ entry\"\ntarget = true\n";
    fs::write(folder.path().join("value_added.toml"), wrong).unwrap();
    for (language, expected) in [
        (
            "en",
            [
                "value_added.toml:4 [a] formula = \"exit ~ entry +\": wrong at character 15",
                "value_added.toml:5 [a] level = 95: this value cannot be used; expected a number between 0 and 1",
                "value_added.toml:6 [a] missing = \"drop\": this value cannot be used; expected complete, indicator, impute",
                "value_added.toml:7 [a] clusters = \"room\": there is no such option",
                "hint: did you mean cluster?",
                "value_added.toml:13 [b] target = true: this value cannot be used; expected a score",
            ],
        ),
        (
            "zh",
            [
                "value_added.toml:4 [a] formula = \"exit ~ entry +\": 第 15 个字符处有误",
                "value_added.toml:5 [a] level = 95: 此值不能用；应为0 与 1 之间的数",
                "value_added.toml:6 [a] missing = \"drop\": 此值不能用；应为complete, indicator, impute",
                "value_added.toml:7 [a] clusters = \"room\": 没有这个选项",
                "提示：是否想写 cluster？",
                "value_added.toml:13 [b] target = true: 此值不能用；应为分数",
            ],
        ),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_attain"))
            .args(["value-added", "--language", language])
            .arg(folder.path())
            .output()
            .unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{err}");
        for text in expected {
            assert!(err.contains(text), "`{text}` is not in:\n{err}");
        }
    }
}

/// What is odd and no error is told beside the result.
#[test]
fn what_was_done_about_odd_columns_and_units_is_told() {
    let folder = tempfile::tempdir().unwrap();
    rooms(folder.path());
    for (formula, en, zh) in [
        (
            "exit ~ entry + twice + (1 | room)",
            "`twice` follows from the columns before it",
            "“twice”可由其前的列推出",
        ),
        (
            "exit ~ entry + same + (1 | room)",
            "`same` is the same for every student",
            "“same”对所用学生都相同",
        ),
        ("exit ~ entry + one + (1 | room)", "`one` is the same for every student", "“one”对所用学生都相同"),
        (
            "exit ~ entry + (1 | pair)",
            "2 units of `pair` have one student only",
            "“pair”中有 2 个单位只有一名学生",
        ),
        ("entry ~ 1 + (1 | half)", "estimated at zero or on the boundary", "估计为 0 或在边界上"),
    ] {
        for (language, expected) in [("en", en), ("zh", zh)] {
            let output = Command::new(env!("CARGO_BIN_EXE_attain"))
                .args(["value-added", "--language", language, "--cohorts", "together", "--formula", formula])
                .arg(folder.path())
                .output()
                .unwrap();
            let out = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.code() == Some(0) && out.contains(expected), "{formula}: {out}");
        }
    }
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
        ("exit ~ entry + (1 | one)", "mixed", "`one` has one level only", "“one”只有一个水平"),
        ("exit ~ entry + (1 | student)", "mixed", "there is no column `student`", "没有列“student”"),
        ("exit ~ entry + (1 | number)", "mixed", "cannot be told from the residual", "无法与残差区分"),
        ("one ~ entry", "ols", "holds categories where a number is needed", "此处需要数值"),
        ("same ~ entry", "ols", "is the same for every student", "对所有学生都相同"),
        ("exit ~ room", "growth", "at least", "至少需要"),
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
