//! Tables for the tests of charts: small, normal and extreme data in both languages.

use super::ChartContext;
use super::figure::Size;
use super::objective::column as objective;
use crate::message::Lang;
use crate::results::table::{ColumnSchema, Kind, Table, TableSchema, Value};

const fn column(name: &'static str, kind: Kind) -> ColumnSchema {
    ColumnSchema { name, kind, unit: "", doc: ("", "") }
}

pub(super) static OBJECTIVES: TableSchema = TableSchema {
    key: objective::TABLE,
    doc: ("", ""),
    keys: &[],
    columns: &[&[
        column(objective::OFFERING, Kind::Text),
        column("course", Kind::Text),
        column(objective::COURSE_NAME, Kind::Text),
        column(objective::TERM, Kind::Text),
        column(objective::SECTION, Kind::Text),
        column(objective::OBJECTIVE, Kind::Text),
        column(objective::OBJECTIVE_TEXT, Kind::Text),
        column(objective::VALUE, Kind::Number),
        column(objective::LOW, Kind::Number),
        column(objective::HIGH, Kind::Number),
        column(objective::EXPECTED, Kind::Number),
        column(objective::VERDICT, Kind::Text),
        column(objective::N_ASSESSED, Kind::Integer),
        column(objective::N_ENROLLED, Kind::Integer),
        column(objective::N_EXCLUDED, Kind::Integer),
        column(objective::METHOD, Kind::Text),
        column(objective::POLICY, Kind::Text),
        column(objective::INTERVAL, Kind::Text),
        column(objective::REASON, Kind::Text),
    ]],
    personal: false,
};

pub(super) static STUDENTS: TableSchema = TableSchema {
    key: "student_objective",
    doc: ("", ""),
    keys: &[],
    columns: &[&[
        column("student", Kind::Text),
        column("offering", Kind::Text),
        column("section", Kind::Text),
        column("objective", Kind::Text),
        column("value", Kind::Number),
    ]],
    personal: true,
};

pub(super) static SUPPORT: TableSchema = TableSchema {
    key: "support",
    doc: ("", ""),
    keys: &[],
    columns: &[&[
        column("programme", Kind::Text),
        column("plan", Kind::Text),
        column("course", Kind::Text),
        column("course_name", Kind::Text),
        column("objective", Kind::Text),
        column("indicator", Kind::Text),
        column("requirement", Kind::Text),
        column("weight", Kind::Number),
        column("code", Kind::Text),
    ]],
    personal: false,
};

/// One data set.
#[derive(Clone, Copy)]
pub(super) struct Case {
    pub(super) name: &'static str,
    objectives: u32,
    students: u32,
    /// Value of every student, or none at all.
    equal: Option<Option<f64>>,
    long: bool,
}

pub(super) const CASES: [Case; 8] = [
    Case { name: "normal", objectives: 4, students: 92, equal: None, long: false },
    Case { name: "one", objectives: 1, students: 30, equal: None, long: false },
    Case { name: "twelve", objectives: 12, students: 60, equal: None, long: false },
    Case { name: "crowd", objectives: 5, students: 400, equal: None, long: false },
    Case { name: "three", objectives: 3, students: 3, equal: None, long: false },
    Case { name: "equal", objectives: 3, students: 400, equal: Some(Some(1.0)), long: false },
    Case { name: "missing", objectives: 3, students: 20, equal: Some(None), long: false },
    Case { name: "long", objectives: 12, students: 40, equal: None, long: true },
];

pub(super) fn text(lang: Lang, long: bool, index: u32) -> String {
    match (lang, long) {
        (Lang::Zh, false) => "能够运用数学与自然科学知识分析工程问题".to_owned(),
        (Lang::En, false) => "Apply mathematics and science to engineering problems".to_owned(),
        (Lang::Zh, true) => format!(
            "第{index}项：能够运用数学、自然科学、计算、工程基础和专业知识，识别、表达并通过文献研究分析复杂工程问题，综合考虑可持续发展的要求，以获得有效结论并说明边界"
        ),
        (Lang::En, true) => format!(
            "No. {index}: identify, formulate, research literature and analyse complex engineering problems reaching substantiated conclusions with holistic considerations"
        ),
    }
}

/// A fixed, uneven sequence in [0, 1).
pub(super) fn noise(i: u32) -> f64 {
    (f64::from(i) * 12.9898).sin().mul_add(43758.5453, 0.0).rem_euclid(1.0)
}

pub(super) fn course(case: Case, lang: Lang) -> Vec<Table> {
    let mut objectives = Table::new(&OBJECTIVES);
    let mut students = Table::new(&STUDENTS);
    let name = if lang == Lang::Zh { "数据结构与算法" } else { "Data Structures and Algorithms" };
    for k in 0..case.objectives {
        let id = match (lang, case.long) {
            (Lang::Zh, _) => format!("课程目标{}", k + 1),
            (Lang::En, false) => format!("CO{}", k + 1),
            (Lang::En, true) => format!("Course objective {}", k + 1),
        };
        let mut sum = 0.0;
        for i in 0..case.students {
            let value = match case.equal {
                Some(value) => value,
                None => {
                    let spread: f64 = (0..4).map(|j| noise(i * 17 + k * 1009 + j * 7)).sum();
                    Some((0.45 + 0.12 * spread + 0.02 * f64::from(k)).min(1.0))
                }
            };
            sum += value.unwrap_or_default();
            let student = format!("{i:03}");
            students.push(&[(&student).into(), "MA101".into(), "".into(), (&id).into(), value.into()]);
        }
        let value = if case.equal == Some(None) { None } else { Some(sum / f64::from(case.students)) };
        let value = if k == 2 && case.name == "twelve" { None } else { value };
        let half = if case.students < 5 { 0.3 } else { 0.25 / f64::from(case.students).sqrt() };
        let expected = if case.name == "twelve" { 0.6 + 0.02 * f64::from(k) } else { 0.7 };
        let verdict =
            value.map(|value| if value >= expected { objective::REACHED } else { objective::NOT_REACHED });
        let reason = if lang == Lang::Zh {
            "无考核证据：没有考核项支撑该目标"
        } else {
            "no evidence: no item assesses it"
        };
        let n = case.students as usize;
        let n_assessed = if case.name == "twelve" { n - k as usize } else { n };
        objectives.push(&[
            "MA101".into(),
            "MA".into(),
            name.into(),
            "2025-2026-1".into(),
            Value::Text(None),
            (&id).into(),
            (&text(lang, case.long, k)).into(),
            value.into(),
            value.map(|v| (v - half).max(0.0)).into(),
            value.map(|v| (v + half).min(1.0)).into(),
            expected.into(),
            verdict.into(),
            n_assessed.into(),
            (n + 3).into(),
            3.into(),
            "class-mean".into(),
            "ceeaa-2024".into(),
            "student influence".into(),
            value.is_none().then_some(reason).into(),
        ]);
    }
    vec![objectives, students]
}

pub(super) fn matrix(rows: u32, columns: u32, lang: Lang, (letters, long): (bool, bool)) -> Vec<Table> {
    let mut table = Table::new(&SUPPORT);
    for row in 0..rows {
        let (id, name) = (
            format!("C{row:03}"),
            if long {
                text(lang, true, row)
            } else {
                match lang {
                    Lang::Zh => format!("工程制图与计算机辅助设计{row}"),
                    Lang::En => format!("Engineering Drawing {row}"),
                }
            },
        );
        for column in 0..columns {
            let strength = noise(row * 64 + column);
            if strength > 0.25 && column != row % columns {
                continue;
            }
            let requirement = column / 3 + 1;
            let indicator = format!("{requirement}.{}", column % 3 + 1);
            let group = match (lang, long) {
                (_, false) => format!("{requirement}"),
                (Lang::Zh, true) => format!("{requirement} 设计/开发解决方案"),
                (Lang::En, true) => format!("{requirement} Design and development of solutions"),
            };
            let weight =
                (!letters).then_some((strength * 400.0).round() / 100.0 % 1.0 + 0.01).map(|w| w.min(1.0));
            let code = letters.then_some(["H", "M", "L"][(row + column) as usize % 3]);
            table.push(&[
                "CS".into(),
                "2024".into(),
                (&id).into(),
                (&name).into(),
                Value::Text(None),
                (&indicator).into(),
                (&group).into(),
                weight.into(),
                code.into(),
            ]);
        }
    }
    vec![table]
}

pub(super) static REQUIREMENTS: TableSchema = TableSchema {
    key: "requirement",
    doc: ("", ""),
    keys: &[],
    columns: &[&[
        column("programme", Kind::Text),
        column("plan", Kind::Text),
        column("cohort", Kind::Text),
        column("requirement", Kind::Text),
        column("requirement_text", Kind::Text),
        column("value", Kind::Number),
        column("low", Kind::Number),
        column("high", Kind::Number),
        column("expected", Kind::Number),
        column("n_assessed", Kind::Integer),
        column("method", Kind::Text),
        column("policy", Kind::Text),
        column("interval", Kind::Text),
    ]],
    personal: false,
};

pub(super) fn requirements(count: u32, cohorts: u32, lang: Lang, long: bool) -> Vec<Table> {
    let mut table = Table::new(&REQUIREMENTS);
    let names = ["工程知识", "问题分析", "设计/开发解决方案", "研究", "使用现代工具", "工程与可持续发展"];
    let english =
        ["Engineering knowledge", "Problem analysis", "Design of solutions", "Research", "Tools", "Ethics"];
    for cohort in 0..cohorts {
        for k in 0..count {
            let name = match (lang, long) {
                (_, true) => text(lang, true, k),
                (Lang::Zh, false) => names[k as usize % names.len()].to_owned(),
                (Lang::En, false) => english[k as usize % names.len()].to_owned(),
            };
            let value = (k != 2 || cohort != 1).then(|| 0.62 + 0.25 * noise(k * 31 + cohort));
            table.push(&[
                "CS".into(),
                "2024".into(),
                (&format!("{}", 2019 + cohort)).into(),
                (&format!("{}", k + 1)).into(),
                (&name).into(),
                value.into(),
                value.map(|v| v - 0.02).into(),
                value.map(|v| v + 0.02).into(),
                0.65.into(),
                120.into(),
                "weighted".into(),
                "ceeaa-2024".into(),
                "student influence".into(),
            ]);
        }
    }
    vec![table]
}

pub(super) static COMPARE: TableSchema = TableSchema {
    key: "compare",
    doc: ("", ""),
    keys: &[],
    columns: &[&[
        column("of", Kind::Text),
        column("level", Kind::Text),
        column("unit", Kind::Text),
        column("method", Kind::Text),
        column("value", Kind::Number),
        column("verdict", Kind::Text),
    ]],
    personal: false,
};

pub(super) fn compare(units: u32, methods: u32, lang: Lang) -> Vec<Table> {
    let mut table = Table::new(&COMPARE);
    let names = ["class-mean", "share-at-level", "minimum", "weighted-mean", "all-reach", "levels", "median"];
    for unit in 0..units {
        for method in 0..methods {
            let value = (unit + method != 3).then(|| 0.5 + 0.4 * noise(unit * 71 + method));
            table.push(&[
                "MA101".into(),
                "objective".into(),
                (&if lang == Lang::Zh {
                    format!("课程目标{}", unit + 1)
                } else {
                    format!("CO{}", unit + 1)
                })
                    .into(),
                (&format!("{}-{method}", names[method as usize % names.len()])).into(),
                value.into(),
                value.map(|v| if v >= 0.65 { objective::REACHED } else { objective::NOT_REACHED }).into(),
            ]);
        }
    }
    vec![table]
}

pub(super) fn terms(objectives: u32, terms: u32, lang: Lang) -> Vec<Table> {
    let mut table = Table::new(&OBJECTIVES);
    for term in 0..terms {
        for k in 0..objectives {
            let value = (term != 1 || k != 1).then(|| 0.6 + 0.3 * noise(k * 13 + term * 5));
            let name =
                if lang == Lang::Zh { "数据结构与算法" } else { "Data Structures and Algorithms" };
            table.push(&[
                (&format!("MA-{term}")).into(),
                "MA".into(),
                name.into(),
                (&format!("{}-{}-1", 2018 + term, 2019 + term)).into(),
                Value::Text(None),
                (&if lang == Lang::Zh { format!("课程目标{}", k + 1) } else { format!("CO{}", k + 1) })
                    .into(),
                Value::Text(None),
                value.into(),
                value.map(|v| v - 0.03).into(),
                value.map(|v| v + 0.03).into(),
                0.65.into(),
                Value::Text(None),
                90.into(),
                95.into(),
                5.into(),
                "class-mean".into(),
                "ceeaa-2024".into(),
                "student influence".into(),
                Value::Text(None),
            ]);
        }
    }
    vec![table]
}

pub(super) fn show(value: f64) -> String {
    format!("{value:.2}")
}

pub(super) fn context(lang: Lang, size: Size) -> ChartContext<'static> {
    ChartContext { lang, size, show: &show, source: "attain 0.1.0" }
}

pub(super) static COMPONENTS: TableSchema = TableSchema {
    key: "component_objective",
    doc: ("", ""),
    keys: &[],
    columns: &[&[
        column("offering", Kind::Text),
        column("course_name", Kind::Text),
        column("term", Kind::Text),
        column("section", Kind::Text),
        column("component", Kind::Text),
        column("objective", Kind::Text),
        column("value", Kind::Number),
        column("weight", Kind::Number),
    ]],
    personal: false,
};

pub(super) fn components(rows: u32, objectives: u32, lang: Lang, long: bool) -> Vec<Table> {
    let mut table = Table::new(&COMPONENTS);
    for row in 0..rows {
        for k in 0..objectives {
            if row > 0 && noise(row * 37 + k) > 0.6 {
                continue;
            }
            let component = match (lang, long) {
                (_, true) => text(lang, true, row),
                (Lang::Zh, false) => format!("平时作业{}", row + 1),
                (Lang::En, false) => format!("Homework {}", row + 1),
            };
            let value = (row + k != 4).then(|| 0.4 + 0.6 * noise(row * 91 + k * 3));
            table.push(&[
                "MA101".into(),
                (if lang == Lang::Zh { "高等数学" } else { "Calculus" }).into(),
                "2025-2026-1".into(),
                Value::Text(None),
                (&component).into(),
                (&if lang == Lang::Zh { format!("课程目标{}", k + 1) } else { format!("CO{}", k + 1) })
                    .into(),
                value.into(),
                (if row == 1 { None } else { Some(0.125 * f64::from(row % 8 + 1)) }).into(),
            ]);
        }
    }
    vec![table]
}
