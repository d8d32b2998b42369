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
