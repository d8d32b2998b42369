//! The import against the published counts of the data set, and against a small set of oddities.

use std::path::PathBuf;

use super::*;
use crate::policy::Policy;

fn file<'a>(files: &'a [GeneratedFile], path: &str) -> &'a str {
    let found = files.iter().find(|file| file.path == path).unwrap();
    std::str::from_utf8(&found.bytes).unwrap()
}

fn value<'a>(issue: &'a Issue, name: &str) -> &'a str {
    &issue.values.iter().find(|(known, _)| *known == name).unwrap().1
}

fn of<'a>(issues: &'a [Issue], code: &str) -> Vec<&'a Issue> {
    issues.iter().filter(|issue| issue.code == code).collect()
}

#[test]
fn every_row_of_the_published_files_is_used_or_listed() {
    let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/datasets/oulad");
    if !dir.exists() {
        #[expect(clippy::print_stderr, reason = "a test without its data says that it did not run")]
        {
            eprintln!("skipped: no {}", dir.display());
        }
        return;
    }
    let (files, issues) = import(&dir).unwrap();
    // Counts of the publication and of the data set's own description.
    for (name, rows) in [(ASSESSMENTS, "206"), (MARKS, "173912"), (INFO, "32593"), (REGISTRATION, "32593")] {
        let rows_of = of(&issues, "oulad-rows");
        let count = rows_of.iter().find(|issue| issue.place.file == name).unwrap();
        assert_eq!(value(count, "rows"), rows);
        let listed: usize = value(count, "listed").parse().unwrap();
        let rowwise =
            ["oulad-score-missing", "oulad-row-unknown", "oulad-row-twice", "oulad-number-unreadable"];
        let listing = issues.iter().filter(|i| rowwise.contains(&i.code) && i.place.file == name).count();
        assert_eq!(listed, listing, "{name}");
    }
    assert_eq!(of(&issues, "oulad-score-missing").len(), 173);
    assert_eq!(of(&issues, "oulad-item-without-results").len(), 18);
    assert_eq!(value(of(&issues, "oulad-banked")[0], "n"), "1909");
    assert_eq!(value(of(&issues, "oulad-withdrawn")[0], "n"), "10156");
    assert_eq!(value(of(&issues, "oulad-band-incomplete")[0], "n"), "3516");
    let sums: Vec<&str> = of(&issues, "oulad-weights-sum").iter().map(|issue| value(issue, "sum")).collect();
    assert_eq!(sums, ["200", "200", "0", "0", "0"]);
    for (path, rows) in [
        ("offerings.csv", 22),
        ("students.csv", 28_785),
        ("roster.csv", 32_593),
        ("marks.csv", 173_912),
        ("items.csv", 188),
    ] {
        assert_eq!(file(&files, path).lines().count(), rows + 1, "{path}");
    }
}

#[test]
fn the_policy_written_beside_the_tables_is_a_policy() {
    let policy = Policy::parse(include_str!("policy.toml")).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(policy.retakes, crate::policy::Retakes::Last);
}

#[test]
fn a_damaged_band_is_restored_and_a_bad_row_is_listed() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    write(
        ASSESSMENTS,
        "code_module,code_presentation,id_assessment,assessment_type,date,weight\nA,2013J,1,TMA,?,0\nA,2013J,2,Exam,?,x\nA,2013J,3,Quiz,?,10\n",
    );
    write(
        MARKS,
        "id_assessment,id_student,date_submitted,is_banked,score\n1,7,1,0,80\n1,7,1,0,81\n9,7,1,0,1\n1,8,1,0,1\n1,9,1,0,101\n",
    );
    let columns = "code_module,code_presentation,id_student,gender,region,highest_education,imd_band,age_band,num_of_prev_attempts,studied_credits,disability,final_result";
    write(
        INFO,
        &format!(
            "{columns}\nA,2013J,7,M,?,HE,Oct-20,0-35,1,60,N,Pass\nA,2013J,9,M,W,HE,?,0-35,0,60,N,Withdrawn\n"
        ),
    );
    write(
        REGISTRATION,
        "code_module,code_presentation,id_student,date_registration,date_unregistration\nA,2013J,7,-3,?\nA,2013J,8,-3,?\n",
    );
    let (files, issues) = import(dir.path()).unwrap();
    assert_eq!(file(&files, "marks.csv"), "offering,student,item,mark\nA-2013J,7,1,80\n");
    assert!(file(&files, "students.csv").contains("7,MODULES,2013J,M,,HE,10-20%,0-35,N"));
    assert!(file(&files, "items.csv").contains("A-2013J,1,TMA 1,TMA,100,100,summative"));
    assert!(file(&files, "roster.csv").contains("A-2013J,9,no,yes"));
    let cases = [
        ("oulad-row-twice", 1),
        ("oulad-kind-unknown", 1),
        ("oulad-row-unknown", 3),
        ("oulad-number-unreadable", 2),
        ("oulad-band-damaged", 1),
        ("oulad-weights-zero", 1),
        ("oulad-objectives-equal", 1),
    ];
    for (code, n) in cases {
        assert_eq!(of(&issues, code).len(), n, "{code}");
    }
    for issue in &issues {
        assert!(crate::message::has(&format!("issue.{}", issue.code)), "{}", issue.code);
        assert!(crate::message::has(&format!("issue.{}.hint", issue.code)), "{}", issue.code);
    }
    assert!(import(&dir.path().join("absent")).is_err());
}
