//! Real public evaluations as workspaces of plain files, through the whole way: files → data set → figures → tables.

use std::fs;
use std::path::Path;

use attain::attainment::attain;
use attain::ingest::{Overrides, workspace};
use attain::results::{Table, tables};
use serde_json::Value;

use crate::shared::{json, text};

fn run(dir: &Path) -> Vec<Table> {
    let loaded = workspace(dir, &Overrides::default()).unwrap_or_else(|error| panic!("{error}"));
    let errors: Vec<_> =
        loaded.issues.iter().filter(|issue| issue.severity == attain::model::Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:?}");
    for account in &loaded.rows {
        assert_eq!(account.rows, account.used + account.listed, "{}", account.file);
    }
    let attained = attain(&loaded.dataset, &loaded.policy, &|| ()).unwrap();
    tables(&loaded.dataset, &loaded.policy, &attained)
}

fn table<'a>(tables: &'a [Table], key: &str) -> &'a Table {
    tables.iter().find(|table| table.schema().key == key).unwrap()
}

fn write(dir: &Path, name: &str, content: &str) {
    fs::write(dir.join(name), content).unwrap();
}

const SETTINGS: &str = "[workspace]\npolicy = \"policy.toml\"\n";

fn policy(body: &str) -> String {
    format!(
        "key = \"example\"\ntitle = {{ zh = \"示例\", en = \"Example\" }}\nsource = \"a published evaluation\"\n\
         date = \"2018\"\nstatus = \"draft\"\n{body}"
    )
}

fn programme_files(dir: &Path, courses: &str, links: &str) {
    let mut cohorts = "programme,cohort,plan\n".to_owned();
    let mut requirements = "programme,plan,requirement\n".to_owned();
    let mut indicators = "programme,plan,indicator,requirement\n".to_owned();
    let mut plan_courses = "programme,plan,course,course_name,credits\n".to_owned();
    let mut support = "programme,plan,course,indicator,strength\n".to_owned();
    let mut values = "programme,cohort,course,indicator,value\n".to_owned();
    let counts = [4, 4, 3, 4, 3, 2, 2, 3, 3, 3, 3, 2];
    for cohort in ["2013", "2014", "2015"] {
        cohorts += &format!("E,{cohort},{cohort}\n");
        for (at, count) in counts.iter().enumerate() {
            requirements += &format!("E,{cohort},{}\n", at + 1);
            for indicator in 1..=*count {
                indicators += &format!("E,{cohort},{0}.{indicator},{0}\n", at + 1);
            }
        }
        for line in courses.lines().skip(1) {
            plan_courses += &format!("E,{cohort},{line}\n");
        }
    }
    for line in links.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        support += &format!("E,{},{},{},1\n", cells[0], cells[1], cells[2]);
        values += &format!("E,{},{},{},{}\n", cells[0], cells[1], cells[2], cells[3]);
    }
    write(dir, "attain.toml", SETTINGS);
    for (name, content) in [
        ("cohorts.csv", cohorts),
        ("requirements.csv", requirements),
        ("indicators.csv", indicators),
        ("courses.csv", plan_courses),
        ("support.csv", support),
        ("class_values.csv", values),
    ] {
        write(dir, name, &content);
    }
}

#[test]
fn a_programme_known_by_class_values_runs_from_the_indicators_upward_without_intervals() {
    let folder = "examples/cn-scut-program-3cohorts";
    let (Some(courses), Some(links), Some(expected)) = (
        text(&format!("{folder}/input_courses.csv")),
        text(&format!("{folder}/input_links.csv")),
        json(&format!("{folder}/expected.json")),
    ) else {
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    programme_files(dir.path(), &courses, &links);
    for (rule, key, below) in [("mean", "gr_mean", [1, 0, 0]), ("minimum", "gr_min", [1, 2, 1])] {
        let body = format!(
            "[indicator]\nweights = \"credits\"\n[requirement]\nrule = \"{rule}\"\n[threshold]\nrequirement = \"0.70\"\n"
        );
        write(dir.path(), "policy.toml", &policy(&body));
        let tables = run(dir.path());
        compare(table(&tables, "indicators"), "indicator", &expected, "indicator");
        let requirements = table(&tables, "requirements");
        compare(requirements, "requirement", &expected, key);
        for (cohort, below) in ["2013", "2014", "2015"].iter().zip(below) {
            let wanted = [("cohort", *cohort), ("verdict", "not_reached")];
            assert_eq!(requirements.rows_where(&wanted).count(), below, "{rule} {cohort}");
        }
        for row in 0..requirements.len() {
            assert_eq!(requirements.number(row, "low"), None);
            assert_eq!(requirements.text(row, "reason"), Some("class_means_only"));
        }
    }
}

fn compare(table: &Table, level: &str, expected: &Value, key: &str) {
    for row in 0..table.len() {
        let (cohort, id) = (table.text(row, "cohort").unwrap(), table.text(row, level).unwrap());
        let published = expected["recomputed"][cohort][key][id].as_f64().unwrap();
        let value = table.number(row, "value").unwrap();
        assert!((value - published).abs() <= 0.6e-6, "{cohort} {id}: {value} for {published}");
    }
    assert!(!table.is_empty());
}

#[test]
fn evaluations_known_by_item_means_run_from_the_items_upward_without_intervals() {
    let folder = "examples/cn-scut-course-evaluations";
    let (Some(input), Some(expected)) =
        (text(&format!("{folder}/input.csv")), json(&format!("{folder}/expected.json")))
    else {
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let mut offerings = "offering,course,course_name,cohort\n".to_owned();
    let mut objectives = "offering,objective\n".to_owned();
    let mut items = "offering,item,item_name,full_mark,weight\n".to_owned();
    let mut allocation = "offering,item,objective\n".to_owned();
    let mut means = "offering,item,mean\n".to_owned();
    let mut seen = std::collections::BTreeSet::new();
    for (at, line) in input.lines().skip(1).enumerate() {
        let cells: Vec<&str> = line.split(',').collect();
        let [evaluation, course, cohort, objective] = [cells[0], cells[1], cells[2], cells[3]];
        if seen.insert((evaluation.to_owned(), String::new())) {
            let code = evaluation.split('-').next().unwrap();
            offerings += &format!("{evaluation},{code},{course},{cohort}\n");
        }
        if seen.insert((evaluation.to_owned(), objective.to_owned())) {
            objectives += &format!("{evaluation},{objective}\n");
        }
        items += &format!("{evaluation},i{at},{},{},{}\n", cells[6], cells[9], cells[7]);
        allocation += &format!("{evaluation},i{at},{objective}\n");
        means += &format!("{evaluation},i{at},{}\n", cells[8]);
    }
    write(dir.path(), "attain.toml", SETTINGS);
    write(dir.path(), "policy.toml", &policy("course_value = \"items\"\n"));
    for (name, content) in [
        ("offerings.csv", offerings),
        ("objectives.csv", objectives),
        ("items.csv", items),
        ("allocation.csv", allocation),
        ("item_means.csv", means),
    ] {
        write(dir.path(), name, &content);
    }
    let tables = run(dir.path());
    let offerings = table(&tables, "offerings");
    assert_eq!(offerings.len(), 18);
    for row in 0..offerings.len() {
        let id = offerings.text(row, "offering").unwrap();
        let course = expected["recomputed"][id]["course"].as_f64().unwrap();
        assert!((offerings.number(row, "value").unwrap() - course).abs() < 1e-6, "{id}");
        assert_eq!(offerings.number(row, "low"), None);
    }
    let objectives = table(&tables, "objectives");
    let mut wrong = 0;
    for row in 0..objectives.len() {
        let id = objectives.text(row, "offering").unwrap();
        let at: usize = objectives.text(row, "objective").unwrap().parse().unwrap();
        let value = objectives.number(row, "value").unwrap();
        let right = expected["recomputed"][id]["objectives"][at - 1].as_f64().unwrap();
        assert!((value - right).abs() < 1e-6, "{id} objective {at}: {value} for {right}");
        let published = expected["published"][id]["objectives"][at - 1].as_f64().unwrap();
        wrong += usize::from((value - published).abs() > 1e-4);
    }
    let affected = expected["affected_last_objective"].as_array().unwrap().len();
    assert_eq!(wrong, affected, "the published last objectives leave out their last item");
}
