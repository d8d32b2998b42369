//! The teacher's workbook.

use super::*;
use crate::ingest::workbook;
use crate::model::{Decimal, Mark, MarkState};

type Sheets<'a> = Vec<(&'a str, Vec<Vec<&'a str>>)>;

/// A workbook as the template writes it.
fn sheets<'a>() -> Sheets<'a> {
    vec![
        ("说明", vec![vec!["请按各表填写"]]),
        (
            "课程信息",
            vec![
                vec!["课程代码", "CS101"],
                vec!["课程名称", "程序设计"],
                vec!["学期", "2025-2026-1"],
                vec!["任课教师", "王老师"],
                vec!["专业", "CS"],
                vec!["年级", "2023"],
            ],
        ),
        (
            "课程目标",
            vec![
                vec!["课程目标", "内容", "期望值", "权重"],
                vec!["1", "会写程序", "0.65", "0.4"],
                vec!["2", "会调试", "70%", "0.6"],
            ],
        ),
        (
            "考核方案",
            vec![
                vec!["考核项", "考核项名称", "考核环节", "环节权重", "满分", "权重", "类型"],
                vec!["T1", "作业一", "作业", "0.4", "#10", "", ""],
                vec!["T2", "作业二", "作业", "", "#20", "", "形成性"],
                vec!["T10", "期末", "考试", "0.6", "#100", "", ""],
            ],
        ),
        (
            "目标分配",
            vec![
                vec!["考核项", "课程目标1", "课程目标2"],
                vec!["T1", "√", ""],
                vec!["T2", "", "√"],
                vec!["T10", "#0.4", "#0.6"],
            ],
        ),
        (
            "成绩",
            vec![
                vec!["学号", "姓名", "班级", "重修", "T1", "作业二", "T10"],
                vec!["002301", "张三", "1班", "", "#8.5", "#20", "#60"],
                vec!["11010119900101123X", "李四", "1班", "是", "#0", "", "#59.5"],
                vec!["110101199001011234", "王五", "2班", "", "#10", "15", "88"],
            ],
        ),
    ]
}

fn read(sheets: &Sheets<'_>) -> Loaded {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("课程.xlsx");
    let rows: Vec<(&str, Vec<&[&str]>)> =
        sheets.iter().map(|(name, rows)| (*name, rows.iter().map(Vec::as_slice).collect())).collect();
    let borrowed: Vec<(&str, &[&[&str]])> =
        rows.iter().map(|(name, rows)| (*name, rows.as_slice())).collect();
    write_workbook(&path, &borrowed);
    let loaded = workbook(&path, &Overrides::default()).unwrap();
    check_counts(&loaded);
    loaded
}

/// The sheets with one cell changed.
fn with<'a>(name: &str, row: usize, column: usize, value: &'a str) -> Sheets<'a> {
    let mut sheets = sheets();
    let sheet = sheets.iter_mut().find(|(sheet, _)| *sheet == name).unwrap();
    sheet.1[row - 1][column - 1] = value;
    sheets
}

#[test]
fn a_clean_workbook_becomes_one_offering_without_warnings() {
    let loaded = read(&sheets());
    assert_eq!(codes(&loaded, Severity::Note), Vec::<String>::new());
    let [offering] = loaded.dataset.offerings.as_slice() else { panic!() };
    assert_eq!((offering.id.as_str(), offering.course.as_str()), ("CS101-2025-2026-1", "CS101"));
    assert_eq!(offering.cohort.as_deref(), Some("2023"));
    let items: Vec<_> = offering.items.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(items, ["T1", "T2", "T10"]);
    let students: Vec<_> = loaded.dataset.students.iter().map(|student| student.id.as_str()).collect();
    assert_eq!(students, ["002301", "110101199001011234", "11010119900101123X"]);
    assert_eq!(offering.sections, ["1班", "2班"]);
    let retakes: Vec<bool> = offering.roster.iter().map(|enrolment| enrolment.retake).collect();
    assert_eq!(retakes, [false, false, true]);
    assert_eq!(offering.marks.decimal(0, 0), Some(Decimal::new(85, 1)));
    assert_eq!(offering.marks.get(2, 0), Mark::Scored(0));
    assert_eq!(offering.marks.get(2, 1), Mark::State(MarkState::Blank));
    assert_eq!(offering.marks.decimal(1, 2), Some(Decimal::new(88, 0)));
    // 0.4·10/30 : 0.4·20/30 : 0.6 = 2 : 4 : 9.
    let first = offering.items[0].weight;
    let ratios: Vec<_> = offering.items.iter().map(|item| item.weight / first * Decimal::TWO).collect();
    assert_eq!(ratios, [Decimal::new(2, 0), Decimal::new(4, 0), Decimal::new(9, 0)]);
    assert_eq!(offering.allocation.len(), 4);
}

#[test]
fn each_wrong_cell_is_named_with_its_place() {
    let cases: [(&str, usize, usize, &str, &str); 14] = [
        ("成绩", 2, 5, "#12", "课程.xlsx › 成绩!E2 mark_above_full"),
        ("成绩", 3, 5, "#-1", "课程.xlsx › 成绩!E3 mark_negative"),
        ("成绩", 3, 5, "旷课了", "课程.xlsx › 成绩!E3 mark_word_unknown"),
        ("成绩", 2, 1, "#202301010203", "课程.xlsx › 成绩!A2 identifier_as_number"),
        ("成绩", 2, 1, "#110101199001011234", "课程.xlsx › 成绩!A2 digits_lost"),
        ("成绩", 2, 1, "2.02301E+11", "课程.xlsx › 成绩!A2 identifier_scientific"),
        ("成绩", 1, 7, "期末考查", "课程.xlsx › 成绩!G1 mark_column_unknown"),
        ("考核方案", 2, 5, "#0", "课程.xlsx › 考核方案!E2 full_mark_not_positive"),
        ("考核方案", 2, 4, "#0.3", "课程.xlsx › 考核方案!D component_weight_sum"),
        ("考核方案", 3, 7, "随堂", "课程.xlsx › 考核方案!G3 purpose_unknown"),
        ("课程目标", 2, 3, "#85", "课程.xlsx › 课程目标!C2 fraction_as_percent"),
        ("课程目标", 2, 4, "#0.5", "课程.xlsx › 课程目标!D objective_weight_sum"),
        ("目标分配", 4, 3, "#0.7", "课程.xlsx › 目标分配!B4 share_sum"),
        ("目标分配", 4, 3, "一半", "课程.xlsx › 目标分配!C4 not_a_number"),
    ];
    for (sheet, row, column, value, expected) in cases {
        let found = codes(&read(&with(sheet, row, column, value)), Severity::Note);
        assert!(found.iter().any(|issue| issue == expected), "{expected}: {found:#?}");
    }
}

#[test]
fn a_rejected_mark_is_no_zero() {
    let loaded = read(&with("成绩", 2, 5, "#12"));
    let offering = &loaded.dataset.offerings[0];
    assert_eq!(offering.marks.get(0, 0), Mark::State(MarkState::Rejected));
    let policy = &loaded.policy.marks;
    assert_eq!(policy.treatment(MarkState::Rejected), crate::policy::Treatment::Exclude);
}

#[test]
fn the_order_of_rows_changes_nothing() {
    let plain = read(&sheets()).dataset;
    let mut turned = sheets();
    for (name, rows) in turned.iter_mut().filter(|(name, _)| !["说明", "课程信息"].contains(name)) {
        let _ = name;
        rows[1..].reverse();
    }
    turned.reverse();
    assert_eq!(read(&turned).dataset, plain);
}

#[test]
fn titles_above_and_two_header_rows_are_understood() {
    let mut sheets = sheets();
    let marks = sheets.iter_mut().find(|(name, _)| *name == "成绩").unwrap();
    let second = vec!["", "", "", "", "T1", "T2", "T10"];
    marks.1[0] = vec!["学号", "姓名", "班级", "重修", "作业", "", "考试"];
    marks.1.insert(1, second);
    marks.1.insert(0, vec!["2025-2026 学年成绩登记表"]);
    let loaded = read(&sheets);
    assert_eq!(codes(&loaded, Severity::Note), Vec::<String>::new());
    assert_eq!(loaded.dataset, read(&self::sheets()).dataset);
}

#[test]
fn a_student_twice_counts_once_and_a_contradiction_counts_not_at_all() {
    let mut twice = sheets();
    let marks = twice.iter_mut().find(|(name, _)| *name == "成绩").unwrap();
    marks.1.push(marks.1[1].clone());
    let loaded = read(&twice);
    assert_eq!(codes(&loaded, Severity::Note), ["课程.xlsx › 成绩!A5 mark_repeated"]);
    assert_eq!(loaded.dataset, read(&sheets()).dataset);
    let marks = twice.iter_mut().find(|(name, _)| *name == "成绩").unwrap();
    marks.1[4][4] = "#9";
    let loaded = read(&twice);
    assert_eq!(codes(&loaded, Severity::Error), ["课程.xlsx › 成绩!E5 mark_conflict"]);
    assert_eq!(loaded.dataset.offerings[0].marks.get(0, 0), Mark::State(MarkState::Rejected));
}
