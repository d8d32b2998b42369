//! Each kind of issue in the smallest workspace that has it: its place, and the odd value in both languages.

use super::tables::{ALLOCATION, PLAN, read};
use super::*;
use crate::ingest::raw::{self, Limits};
use crate::ingest::workbook;
use crate::message::{Lang, text};
use crate::model::Place;

/// A changed file with its text.
type Files<'a> = &'a [(&'a str, &'a str)];

/// The issue stands at its place, and both texts show the value.
fn assert_said(issues: &[Issue], expected: &str, value: &str) {
    let shown = |issue: &&Issue| format!("{} {}", issue.place, issue.code) == expected;
    let found = issues.iter().find(shown);
    let all: Vec<String> = issues.iter().map(|issue| format!("{} {}", issue.place, issue.code)).collect();
    let issue = found.unwrap_or_else(|| panic!("{expected}: {all:#?}"));
    let values: Vec<(&str, &str)> =
        issue.values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    for lang in [Lang::Zh, Lang::En] {
        let fact = text(lang, &format!("issue.{}", issue.code), &values);
        let hint = text(lang, &format!("issue.{}.hint", issue.code), &values);
        assert!(fact.contains(value), "{expected}: {value} is not in {fact}");
        assert!(!hint.is_empty() && !hint.contains('{'), "{expected}: {hint}");
    }
}

#[test]
fn each_odd_table_is_named_with_its_place_and_its_value() {
    const SURVEY: &str = "survey,programme,audience,level,target,score,count";
    let items = "offering,item,full_mark,weight,component,component_weight\n";
    let conflict = format!("{items}O1,Q1,10,,作业,0.4\nO1,Q2,20,,作业,0.6\n");
    let sum = format!("{items}O1,Q1,10,0.4,,\nO1,Q2,20,0.41,,\n");
    let missing = format!("{items}O1,Q1,10,1,,\nO1,Q2,20,,,\n");
    let mixed = format!("{items}O1,Q1,10,,作业,1\nO1,Q2,20,1,,\n");
    let scale = format!(
        "{SURVEY},scale_max\nS,CS,graduate,requirement,1,4,3,5\nS,CS,graduate,requirement,1,5,2,10\n"
    );
    let count = format!("{SURVEY}\nS,CS,graduate,requirement,1,4,2.5\n");
    let many: String = (0..105).map(|i| format!("{i:03},Q1,77\n")).collect();
    let many = format!("student,item,mark\n{many}");
    let cases: &[(Files<'_>, &str, &str)] = &[
        (
            &[
                ("offerings.csv", "offering,course\nO1,C1\nO2,C1\n"),
                ("items.csv", "offering,item,full_mark\nO1,Q1,10\nO1,Q2,20\nO2,Q1,10\n"),
            ],
            "marks.csv:2:2 item_ambiguous",
            "Q1",
        ),
        (&[("items.csv", &conflict)], "items.csv:3:6 component_weight_conflict", "0.6"),
        (&[("items.csv", &sum)], "items.csv item_weight_sum", "0.81"),
        (&[("items.csv", &missing)], "items.csv:3:3 item_weight_missing", "Q2"),
        (&[("items.csv", &mixed)], "offerings.csv:2:2 weights_mixed", "O1"),
        (&[("surveys.csv", &scale)], "surveys.csv:3:8 scale_conflict", "10"),
        (&[("surveys.csv", &count)], "surveys.csv:2:7 not_a_count", "2.5"),
        (&[("marks.csv", "student,Q1,Q2\n01,5,6\n平均分,5,6\n")], "marks.csv:3:1 summary_row", "平均分"),
        (&[("items.csv", "a,b\n1,2\n")], "items.csv no_header", "items"),
        (
            &[("notes.csv", "report,of,part,text\ncourse,O1,wishes,text\n")],
            "notes.csv:2:3 note_part_unknown",
            "wishes",
        ),
        (&[("items.csv", "\n \n")], "items.csv empty_table", ""),
        (
            &[("attain.toml", "[workspace]\n[tables]\nroster = \"none.csv\"\n")],
            "attain.toml table_file_missing",
            "roster",
        ),
        (
            &[("marks.csv", "student,item,mark\n01,Q1,5.1234567890123456789\n")],
            "marks.csv:2:3 mark_too_fine",
            "5.1234567890123456789",
        ),
        (
            &[("plans.csv", "programme,plan,framework\nCS,2023,another-1999\n")],
            "plans.csv:2:3 framework_unknown",
            "another-1999",
        ),
        (
            &[
                ("offerings.csv", "offering,course\nO1,C1\nO2,C1\n"),
                ("items.csv", "offering,item,full_mark\nO1,Q1,10\nO1,Q2,20\nO2,Q3,10\n"),
            ],
            "offerings.csv:3:2 offering_without_marks",
            "O2",
        ),
        (
            &[("items.csv", "offering,item,full_mark\nO1,Q1,10\nO1,Q2,20\nO9,Q3,10\n")],
            "items.csv:4 offering_undeclared",
            "O9",
        ),
        (
            &[("roster.csv", "offering,student,retake\nO1,01,也许\nO1,02,\n")],
            "roster.csv:2:3 not_a_flag",
            "也许",
        ),
        (
            &[("objectives.csv", "offering,objective,expected\nO1,1,-0.5\n")],
            "objectives.csv:2:3 not_a_fraction",
            "-0.5",
        ),
        (
            &[(
                "requirement_support.csv",
                "programme,plan,requirement,training_objective,strength\nCS,2023,1,T9,1\n",
            )],
            "requirement_support.csv:2:3 training_objective_unknown",
            "T9",
        ),
        (&[("marks.csv", &many)], "marks.csv more_alike", "mark_above_full"),
    ];
    for (files, expected, value) in cases {
        assert_said(&read(files).issues, expected, value);
    }
}

/// Ten groups of items whose weights need a common denominator beyond 28 digits.
#[test]
fn weights_that_no_decimal_holds_are_said_to_be_rounded() {
    let mut items = "offering,item,full_mark,component,component_weight\n".to_owned();
    let mut allocation = "item,objective\n".to_owned();
    for (at, prime) in [1_000_003, 1_000_033, 1_000_037, 1_000_039, 1_000_081].into_iter().enumerate() {
        items += &format!("O1,A{at},1,G{at},0.2\nO1,B{at},{},G{at},0.2\n", prime - 1);
        allocation += &format!("A{at},1\nB{at},1\n");
    }
    let files = [
        ("items.csv", items.as_str()),
        ("allocation.csv", &allocation),
        ("marks.csv", "student,item,mark\n01,A0,1\n"),
    ];
    assert_said(&read(&files).issues, "offerings.csv:2:2 weights_rounded", "O1");
}

/// A bulk file of marks with these columns.
fn bulk(columns: Vec<polars::prelude::Column>) -> Loaded {
    bulk_beside(&[], columns)
}

/// The same beside other files.
fn bulk_beside(files: &[(&str, &str)], columns: Vec<polars::prelude::Column>) -> Loaded {
    use polars::prelude::{DataFrame, ParquetWriter};
    let dir = folder(&PLAN);
    for (name, text) in files {
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    std::fs::write(dir.path().join(ALLOCATION.0), ALLOCATION.1).unwrap();
    let n = columns.first().map_or(0, polars::prelude::Column::len);
    let mut frame = DataFrame::new(n, columns).unwrap();
    let file = std::fs::File::create(dir.path().join("marks.parquet")).unwrap();
    ParquetWriter::new(file).finish(&mut frame).unwrap();
    load(dir.path())
}

#[test]
fn a_bulk_file_with_two_marks_for_one_item_uses_neither() {
    use polars::prelude::Column;
    let loaded = bulk(vec![
        Column::new("student".into(), ["01", "01", "02"]),
        Column::new("item".into(), ["Q1", "Q1", "Q2"]),
        Column::new("score".into(), [5.0, 6.0, 7.0]),
    ]);
    let place = loaded.issues.iter().find(|issue| issue.code == "mark_conflict").map(|issue| &issue.place);
    assert!(place.is_some_and(|place| place.file == "marks.parquet"), "{:#?}", loaded.issues);
    let offering = &loaded.dataset.offerings[0];
    assert_eq!(offering.marks.get(0, 0), crate::model::Mark::State(crate::model::MarkState::Rejected));
}

#[test]
fn a_student_of_bulk_marks_who_is_not_on_the_roster_is_named_with_the_first_row() {
    use polars::prelude::Column;
    let columns = vec![
        Column::new("item".into(), ["Q1", "Q1", "Q2"]),
        Column::new("student".into(), ["01", "77", "77"]),
        Column::new("score".into(), [5.0, 6.0, 7.0]),
    ];
    let loaded = bulk_beside(&[("roster.csv", "offering,student\nO1,01\n")], columns);
    let issue = loaded.issues.iter().find(|issue| issue.code == "student_not_in_roster").unwrap();
    assert_eq!((issue.place.file.as_ref(), issue.place.row), ("marks.parquet", Some(3)), "{issue:?}");
    assert_said(&loaded.issues, &format!("{} student_not_in_roster", issue.place), "77");
    assert_eq!(loaded.dataset.offerings[0].roster.len(), 2);
}

#[test]
fn faults_of_bulk_marks_and_students_off_the_roster_are_told_together_and_the_many_are_counted() {
    use polars::prelude::Column;
    let students: Vec<String> = (0..121).map(|at| format!("{at:03}")).collect();
    let columns = vec![
        Column::new("student".into(), students),
        Column::new("item".into(), vec!["Q1"; 121]),
        Column::new("score".into(), [vec![5.0], vec![1e6; 120]].concat()),
    ];
    let loaded = bulk_beside(&[("roster.csv", "offering,student\nO1,000\n")], columns);
    for code in ["student_not_in_roster", "mark_above_full"] {
        let found: Vec<Option<u32>> =
            loaded.issues.iter().filter(|issue| issue.code == code).map(|issue| issue.place.row).collect();
        assert_eq!(found, (3..103).map(Some).collect::<Vec<_>>(), "{code}");
        let more = [("code", code.to_owned()), ("n", "20".to_owned())];
        let counted =
            |issue: &&crate::model::Issue| issue.code == "more_alike" && issue.values.as_slice() == more;
        assert_eq!(loaded.issues.iter().filter(counted).count(), 1, "{code}: {:#?}", loaded.issues);
    }
    let marks = loaded.rows.iter().find(|count| count.table == "marks").unwrap();
    assert_eq!((marks.rows, marks.used, marks.listed), (121, 1, 120));
}

#[test]
fn a_bulk_column_of_whole_numbers_is_said_to_be_taken_by_its_digits() {
    use polars::prelude::Column;
    let loaded = bulk(vec![
        Column::new("student".into(), [1i64, 2]),
        Column::new("item".into(), ["Q1", "Q2"]),
        Column::new("score".into(), [5.0, 6.0]),
    ]);
    let issue = loaded.issues.iter().find(|issue| issue.code == "identifier_column_numeric").unwrap();
    assert_eq!(
        (issue.place.file.as_ref(), issue.place.row, issue.place.column),
        ("marks.parquet", Some(1), Some(1))
    );
    assert_said(&loaded.issues, &format!("{} identifier_column_numeric", issue.place), "student");
}

/// A workbook with one more sheet, and with cells that a spreadsheet program made of something else.
#[test]
fn each_odd_cell_of_a_workbook_is_named_with_its_place_and_its_value() {
    let marks: &[&[&str]] = &[&["学号", "T1"], &["#2023.5", "#8"], &["02", "#9"]];
    let plan: &[&[&str]] = &[&["考核项", "满分"], &["T1", "#10"], &["#1.1", "#10"]];
    let sheets: &[(&str, &[&[&str]])] = &[
        ("课程信息", &[&["课程代码", "CS101"], &["学期", "1"]]),
        ("课程目标", &[&["课程目标"], &["1"]]),
        ("考核方案", plan),
        ("目标分配", &[&["考核项", "课程目标1"], &["T1", "√"]]),
        ("成绩", marks),
        ("随手记", &[&["甲", "乙"], &["1", "2"]]),
    ];
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("课程.xlsx");
    write_workbook(&path, sheets);
    let issues = workbook(&path, &Overrides::default()).unwrap().issues;
    assert_said(&issues, "课程.xlsx › 成绩!A2 identifier_not_whole", "2023.5");
    assert_said(&issues, "课程.xlsx › 考核方案!A3 label_as_number", "1.1");
    assert_said(&issues, "课程.xlsx › 随手记 sheet_unknown", "");
}

#[test]
fn a_file_beyond_the_limits_is_refused_with_the_limit() {
    let dir = tempfile::tempdir().unwrap();
    let csv = dir.path().join("marks.csv");
    std::fs::write(&csv, "student,item,mark\n01,Q1,5\n").unwrap();
    let book = dir.path().join("marks.xlsx");
    write_workbook(&book, &[("成绩", &[&["学号", "T1"], &["a student of a long name", "#8"]])]);
    let usual = Limits::default;
    let cases = [
        (&csv, Limits { delimited_bytes: 5, ..usual() }, "marks.csv file_too_large", "5"),
        (&book, Limits { archive_entries: 2, ..usual() }, "marks.xlsx too_many_parts", "2"),
        (&book, Limits { text_bytes: 4, ..usual() }, "marks.xlsx too_much_text", "4"),
        (&dir.path().to_owned(), usual(), "marks not_a_file", ""),
    ];
    for (path, limits, expected, value) in cases {
        let shown = expected.split(' ').next().unwrap();
        assert_said(&raw::read(path, shown, &limits).issues, expected, value);
    }
}

#[test]
fn bytes_that_are_no_text_are_counted() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("marks.csv");
    std::fs::write(&path, b"student,item,mark\n01,Q1,5\xff\xff\n02,\xd1\xa7\xc9\xfa,6\n").unwrap();
    let issues = raw::read(&path, "marks.csv", &Limits::default()).issues;
    assert_said(&issues, "marks.csv undecodable_characters", "gb18030");
}

#[test]
fn a_sheet_of_a_chart_is_passed_over_and_said() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("marks.xlsx");
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().set_name("成绩").unwrap().write(0, 0, 1).unwrap();
    let mut chart = rust_xlsxwriter::Chart::new(rust_xlsxwriter::ChartType::Line);
    chart.add_series().set_values("=成绩!$A$1:$A$1");
    book.add_chartsheet().set_name("图").unwrap().insert_chart(0, 0, &chart).unwrap();
    book.save(&path).unwrap();
    let issues = raw::read(&path, "marks.xlsx", &Limits::default()).issues;
    let place = Place { sheet: Some("图".into()), ..Place::file("marks.xlsx") };
    assert_said(&issues, &format!("{place} sheet_without_cells"), "");
}
