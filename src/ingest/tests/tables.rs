//! Workspaces of plain tables.

use super::*;

pub(super) const PLAN: [(&str, &str); 10] = [
    ("attain.toml", "[workspace]\ninstitution = \"某校\"\npolicy = \"ceeaa-2024\"\n"),
    ("plans.csv", "programme,plan\nCS,2023\n"),
    ("届.csv", "专业,年级,培养方案\nCS,2023级,2023\n"),
    ("requirements.csv", "programme,plan,requirement\nCS,2023,1\nCS,2023,2\n"),
    (
        "indicators.csv",
        "programme,plan,indicator,requirement\nCS,2023,1.10,1\nCS,2023,1.2,1\nCS,2023,2.1,2\n",
    ),
    ("courses.csv", "programme,plan,course\nCS,2023,C1\n"),
    (
        "support.csv",
        "programme,plan,course,indicator,strength\nCS,2023,C1,1.2,1\nCS,2023,C1,1.10,1\nCS,2023,C1,2.1,1\n",
    ),
    ("offerings.csv", "offering,course\nO1,C1\n"),
    ("items.csv", "offering,item,full_mark\nO1,Q1,10\nO1,Q2,20\n"),
    ("objectives.csv", "offering,objective\nO1,1\n"),
];
pub(super) const ALLOCATION: (&str, &str) = ("allocation.csv", "item,objective\nQ1,1\nQ2,1\n");
const MARKS: (&str, &str) = ("marks.csv", "student,item,mark\n01,Q1,5.25\n01,Q2,20\n02,Q1,10\n02,Q2,7\n");

/// The workspace with some files put in place of its own.
pub(super) fn read(changed: &[(&str, &str)]) -> Loaded {
    let mut files: Vec<(&str, &str)> = PLAN.to_vec();
    files.extend([ALLOCATION, MARKS]);
    files.retain(|(name, _)| !changed.iter().any(|(other, _)| name == other));
    files.extend(changed);
    load(folder(&files).path())
}

#[test]
fn a_clean_workspace_has_no_issue_and_labels_stand_in_natural_order() {
    let loaded = read(&[]);
    assert_eq!(codes(&loaded, Severity::Note), Vec::<String>::new());
    let plan = &loaded.dataset.programmes[0].plans[0];
    let ids: Vec<_> = plan.indicators.iter().map(|indicator| indicator.id.as_str()).collect();
    assert_eq!(ids, ["1.2", "1.10", "2.1"]);
    assert_eq!(loaded.dataset.offerings[0].marks.scale(0), 2);
    assert_eq!(loaded.dataset.institution.as_deref(), Some("某校"));
}

#[test]
fn what_refers_to_nothing_is_named_with_its_place() {
    let cases: [(&str, &str, &str); 20] = [
        ("marks.csv", "student,item,mark\n01,Q9,5\n", "marks.csv:2:2 item_unknown"),
        ("marks.csv", "offering,student,item,mark\nO9,01,Q1,5\n", "marks.csv:2:1 offering_unknown"),
        ("marks.csv", "student,item,mark\n,Q1,5\n", "marks.csv:2:1 cell_empty"),
        ("marks.csv", "student,item,mark\n01,Q1,5\n", "items.csv:3:3 item_without_marks"),
        ("allocation.csv", "item,objective\nQ1,7\n", "allocation.csv:2:2 objective_unknown"),
        ("allocation.csv", "item,objective\nQ7,1\n", "allocation.csv:2:1 item_unknown"),
        (
            "support.csv",
            "programme,plan,course,indicator,strength\nCS,2023,C9,1.2,1\n",
            "support.csv:2:4 course_unknown",
        ),
        (
            "support.csv",
            "programme,plan,course,indicator,strength\nCS,2023,C1,9,1\n",
            "support.csv:2:4 indicator_unknown",
        ),
        (
            "support.csv",
            "programme,plan,course,indicator,strength\nCS,2023,C1,1.2,0.7\n",
            "indicators.csv:3:4 support_weight_sum",
        ),
        (
            "support.csv",
            "programme,plan,course,indicator,strength\nCS,2023,C1,1.2,Q\n",
            "support.csv:2:4 strength_unknown",
        ),
        (
            "support.csv",
            "programme,plan,course,indicator,strength\nCS,2023,C1,1.2,1\n",
            "indicators.csv:2:4 indicator_without_support",
        ),
        (
            "indicators.csv",
            "programme,plan,indicator,requirement\nCS,2023,9.1,9\n",
            "indicators.csv:2:4 requirement_unknown",
        ),
        (
            "indicators.csv",
            "programme,plan,indicator,requirement\nCS,2023,1.1,1\n",
            "requirements.csv:3:3 requirement_without_indicators",
        ),
        ("届.csv", "专业,年级,培养方案\nCS,2023级,2099\n", "届.csv:2:3 plan_unknown"),
        ("offerings.csv", "offering,course\nO1,C7\n", "offerings.csv:2:2 offering_of_unknown_course"),
        ("items.csv", "offering,item\nO1,Q1\n", "items.csv column_missing"),
        ("items.csv", "offering,item,full_mark\nO1,Q1,10\nO1,Q2,20\nO1,Q2,20\n", "items.csv:4 row_repeated"),
        ("items.csv", "offering,item,full_mark\nO1,Q1,10\nO1,Q2,20\nO1,Q2,30\n", "items.csv:4 row_conflict"),
        ("courses.csv", "programme,plan,course,room\nCS,2023,C1,A101\n", "courses.csv:1:4 column_unknown"),
        ("roster.csv", "offering,student\nO1,01\n", "marks.csv:4:1 student_not_in_roster"),
    ];
    for (file, text, expected) in cases {
        let found = codes(&read(&[(file, text)]), Severity::Note);
        assert!(found.iter().any(|issue| issue == expected), "{expected}: {found:#?}");
    }
}

#[test]
fn no_file_is_passed_over_silently() {
    let loaded =
        read(&[("sheet9.csv", "a,b\n1,2\n"), ("README.md", "x"), ("out/marks.csv", "x"), ("truth.csv", "x")]);
    assert_eq!(codes(&loaded, Severity::Note), ["sheet9.csv file_unknown"]);
}

#[test]
fn a_bulk_file_gives_the_same_data_as_text() {
    use polars::prelude::{Column, DataFrame, ParquetWriter};
    let plain = read(&[]).dataset;
    let dir = folder(&PLAN);
    std::fs::write(dir.path().join(ALLOCATION.0), ALLOCATION.1).unwrap();
    let columns = vec![
        Column::new("student".into(), ["02", "01", "01", "02"]),
        Column::new("item".into(), ["Q2", "Q1", "Q2", "Q1"]),
        Column::new("score".into(), [7.0, 5.25, 20.0, 10.0]),
    ];
    let mut frame = DataFrame::new(4, columns).unwrap();
    let path = dir.path().join("marks.parquet");
    ParquetWriter::new(std::fs::File::create(&path).unwrap()).finish(&mut frame).unwrap();
    let loaded = load(dir.path());
    assert_eq!(codes(&loaded, Severity::Note), Vec::<String>::new());
    assert_eq!(loaded.dataset, plain);
    // The same again with faults: their rows are found again.
    let columns = vec![
        Column::new("student".into(), ["02", "01", "01", "02", "02", "03"]),
        Column::new("item".into(), ["Q2", "Q1", "Q2", "Q1", "Q9", "Q1"]),
        Column::new("score".into(), [Some(7.0), Some(50.25), Some(-20.0), Some(10.0), Some(1.0), None]),
    ];
    let mut frame = DataFrame::new(6, columns).unwrap();
    ParquetWriter::new(std::fs::File::create(&path).unwrap()).finish(&mut frame).unwrap();
    let loaded = load(dir.path());
    let expected = [
        "marks.parquet:3:3 mark_above_full",
        "marks.parquet:4:3 mark_negative",
        "marks.parquet:6:2 item_unknown",
    ];
    assert_eq!(codes(&loaded, Severity::Note), expected);
    assert_eq!(loaded.dataset.students.len(), 3);
}

#[test]
fn people_surveys_and_class_values_are_checked_against_the_plan() {
    const SURVEY: &str = "survey,programme,audience,level,target,score,count\n";
    const VALUES: &str = "programme,cohort,course,indicator,value\n";
    let cases: [(&str, String, &str); 10] = [
        (
            "memberships.csv",
            "student,factor,unit,share\n01,teacher,Wang,0\n".into(),
            "memberships.csv:2:4 share_not_positive",
        ),
        (
            "memberships.csv",
            "student,factor,unit,share\n01,teacher,Wang,x\n".into(),
            "memberships.csv:2:4 not_a_number",
        ),
        ("students.csv", "student\n01\n".into(), "marks.csv:4:1 student_unknown"),
        ("students.csv", "student,cohort,programme\n01,1999,CS\n02,1999,CS\n".into(), " cohort_unknown"),
        (
            "surveys.csv",
            format!("{SURVEY}S,CS,graduate,requirement,1,6,3\n"),
            "surveys.csv:2:6 score_above_scale",
        ),
        (
            "surveys.csv",
            format!("{SURVEY}S,CS,graduate,requirement,7,5,3\n"),
            "surveys.csv:2 survey_target_unknown",
        ),
        ("surveys.csv", format!("{SURVEY}S,CS,graduate,wish,7,5,3\n"), "surveys.csv:2:4 level_unknown"),
        ("surveys.csv", format!("{SURVEY}S,CS,graduate,requirement,1,5,x\n"), "surveys.csv:2:7 not_a_number"),
        (
            "class_values.csv",
            format!("{VALUES}CS,2023级,C1,1.2,85\n"),
            "class_values.csv:2:5 fraction_as_percent",
        ),
        (
            "class_values.csv",
            format!("{VALUES}CS,2023级,C8,1.2,0.85\n"),
            "class_values.csv:2:5 course_unknown",
        ),
    ];
    for (file, text, expected) in cases {
        let found = codes(&read(&[(file, &text)]), Severity::Note);
        assert!(found.iter().any(|issue| issue == expected), "{expected}: {found:#?}");
    }
    for (file, text) in [
        ("memberships.csv", "student,factor,unit\n99,teacher,Wang\n"),
        ("measures.csv", "student,measure,score\n99,entry,5\n"),
    ] {
        let found = codes(&read(&[("students.csv", "student\n01\n02\n"), (file, text)]), Severity::Note);
        assert!(found.contains(&format!("{file}:2:1 student_unknown")), "{found:#?}");
    }
    let rows =
        "student,factor,unit,share,time\n02,teacher,Wang,0.25,2\n02,teacher,Li,0.75,2\n01,teacher,Li,,10\n";
    let shares = read(&[("memberships.csv", rows)]).dataset.memberships;
    let order: Vec<(u32, &str)> = shares.iter().map(|one| (one.student, one.unit.as_str())).collect();
    assert_eq!(order, [(0, "Li"), (1, "Li"), (1, "Wang")]);
    assert_eq!(shares[0].share.to_string(), "1");
    let text = format!("{SURVEY}S,CS,graduate,requirement,1,5,3\nS,CS,毕业生,毕业要求,1,4,\n");
    let loaded = read(&[("surveys.csv", &text)]);
    let [survey] = loaded.dataset.surveys.as_slice() else { panic!("{:#?}", loaded.dataset.surveys) };
    assert_eq!(survey.answers.n(), 4);
    assert_eq!(codes(&loaded, Severity::Note), Vec::<String>::new());
}

#[test]
fn a_single_answer_per_row_is_counted() {
    let rows = "survey,programme,audience,level,target,score\nS,CS,employer,requirement,2,4\nS,CS,employer,requirement,2,4\n";
    let loaded = read(&[("surveys.csv", rows)]);
    assert_eq!(loaded.dataset.surveys[0].answers.counts, [(crate::model::Decimal::new(4, 0), 2)]);
}
