//! Tables for the tests of charts: small, normal and extreme data in both languages.

use super::ChartContext;
use super::figure::Size;
use super::objective::column as objective;
use crate::message::Lang;
use crate::results::schema::{
    COHORT_COURSES, COMPARE, COMPONENT_OBJECTIVES, CONTRIBUTIONS, COURSE_TERMS, INDICATORS, OBJECTIVES,
    OFFERINGS, REQUIREMENT_SUPPORT, REQUIREMENTS, SECTION_SPREAD, STUDENT_OBJECTIVES, SUPPORT,
    SURVEY_ANSWERS, SURVEYS, TRAINING_OBJECTIVES,
};
use crate::results::table::Table;

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
    course_of(case, lang, &[None])
}

/// The same course in two sections.
pub(super) fn sections(case: Case, lang: Lang) -> Vec<Table> {
    course_of(case, lang, &[Some("1"), Some("2")])
}

/// The same course as a whole and in this many sections.
pub(super) fn whole_and_sections(case: Case, lang: Lang, count: usize) -> Vec<Table> {
    let names: Vec<String> = (1..=count).map(|section| section.to_string()).collect();
    let all: Vec<Option<&str>> = std::iter::once(None).chain(names.iter().map(|n| Some(&**n))).collect();
    course_of(case, lang, &all)
}

fn course_of(case: Case, lang: Lang, sections: &[Option<&str>]) -> Vec<Table> {
    let mut objectives = Table::new(&OBJECTIVES);
    let mut students = Table::new(&STUDENT_OBJECTIVES);
    let mut spread = Table::new(&SECTION_SPREAD);
    let name = if lang == Lang::Zh { "数据结构与算法" } else { "Data Structures and Algorithms" };
    let all = sections.iter().flat_map(|section| (0..case.objectives).map(move |k| (*section, k)));
    for (section, k) in all {
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
            if section.is_none() && sections.len() > 1 {
                continue;
            }
            let student = format!("{i:03}");
            let cells = [
                ("student", (&student).into()),
                ("offering", "MA101".into()),
                ("section", section.into()),
                ("objective", (&id).into()),
                ("value", value.into()),
            ];
            students.push_named(&cells);
        }
        let value = if case.equal == Some(None) { None } else { Some(sum / f64::from(case.students)) };
        let value = if k == 2 && case.name == "twelve" { None } else { value };
        let half = if case.students < 5 { 0.3 } else { 0.25 / f64::from(case.students).sqrt() };
        let expected = if case.name == "twelve" { 0.6 + 0.02 * f64::from(k) } else { 0.7 };
        let verdict =
            value.map(|value| if value >= expected { objective::REACHED } else { objective::NOT_REACHED });
        let n = case.students as usize;
        let n_assessed = if case.name == "twelve" { n - k as usize } else { n };
        let (shown, says) = (value.map(show), text(lang, case.long, k));
        let cells = [
            ("offering", "MA101".into()),
            ("course", "MA".into()),
            ("course_name", name.into()),
            ("term", "2025-2026-1".into()),
            ("section", section.into()),
            ("objective", (&id).into()),
            ("objective_text", (&says).into()),
            ("value", value.into()),
            ("shown", shown.as_deref().into()),
            ("scale", value.map(|_| 1.0).into()),
            ("low", value.map(|v| (v - half).max(0.0)).into()),
            ("high", value.map(|v| (v + half).min(1.0)).into()),
            ("interval", value.map(|_| "t 0.95").into()),
            ("expected", expected.into()),
            ("verdict", verdict.into()),
            ("n_assessed", n_assessed.into()),
            ("n_enrolled", (n + 3).into()),
            ("n_excluded", 3.into()),
            ("method", "student-first".into()),
            ("policy", "ceeaa-2024".into()),
            ("reason", value.is_none().then_some("no_items").into()),
        ];
        objectives.push_named(&cells);
        let at = |shift: f64| value.map(|value| (value + shift).clamp(0.0, 1.0)).into();
        let cells = [
            ("offering", "MA101".into()),
            ("section", section.into()),
            ("objective", (&id).into()),
            ("n", value.map_or(0, |_| n).into()),
            ("q05", at(-0.2)),
            ("q25", at(-0.1)),
            ("median", at(0.01)),
            ("q75", at(0.09)),
            ("q95", at(0.15)),
        ];
        spread.push_named(&cells);
    }
    vec![objectives, students, spread]
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
            let cells = [
                ("programme", "CS".into()),
                ("plan", "2024".into()),
                ("course", (&id).into()),
                ("course_name", (&name).into()),
                ("indicator", (&indicator).into()),
                ("requirement", (&group).into()),
                ("weight", weight.into()),
                ("code", code.into()),
            ];
            table.push_named(&cells);
        }
    }
    vec![table]
}

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
            let (cohort, requirement) = ((2019 + cohort).to_string(), (k + 1).to_string());
            let cells = [
                ("programme", "CS".into()),
                (
                    "programme_name",
                    (if lang == Lang::Zh { "软件工程" } else { "Software Engineering" }).into(),
                ),
                ("plan", "2024".into()),
                ("cohort", (&cohort).into()),
                ("framework", "ceeaa-2024".into()),
                ("requirement", (&requirement).into()),
                ("requirement_text", (&name).into()),
                ("evaluation", "direct".into()),
                ("value", value.into()),
                ("low", value.map(|v| v - 0.02).into()),
                ("high", value.map(|v| v + 0.02).into()),
                ("interval", value.map(|_| "t 0.95").into()),
                ("expected", 0.65.into()),
                ("n_assessed", 120.into()),
                ("method", "student-first/explicit/minimum".into()),
                ("policy", "ceeaa-2024".into()),
            ];
            table.push_named(&cells);
        }
    }
    vec![table]
}

/// The requirements of the latest cohort of many programmes.
pub(super) fn programmes(count: u32, lang: Lang, long: bool) -> Vec<Table> {
    let mut table = Table::new(&REQUIREMENTS);
    for programme in 0..count {
        let id = format!("{:04}", 801 + programme);
        let name = match (lang, long) {
            (_, true) => text(lang, true, programme),
            (Lang::Zh, false) => format!("工程专业 {}", programme + 1),
            (Lang::En, false) => format!("Engineering {}", programme + 1),
        };
        for k in 0..11 {
            let value = (programme != 3).then(|| 0.62 + 0.25 * noise(k * 31 + programme));
            let requirement = (k + 1).to_string();
            let cells = [
                ("programme", (&id).into()),
                ("programme_name", (&name).into()),
                ("plan", "2024".into()),
                ("cohort", "2022".into()),
                ("framework", "ceeaa-2024".into()),
                ("requirement", (&requirement).into()),
                ("evaluation", "direct".into()),
                ("value", value.into()),
                ("low", value.map(|v| v - 0.02).into()),
                ("high", value.map(|v| v + 0.02).into()),
                ("interval", value.map(|_| "t 0.95").into()),
                ("expected", 0.65.into()),
                ("n_assessed", 120.into()),
                ("method", "student-first/explicit/minimum".into()),
                ("policy", "ceeaa-2024".into()),
            ];
            table.push_named(&cells);
        }
    }
    vec![table]
}

/// The methods of course objectives and the rules of requirements.
const METHODS: [&str; 14] = [
    "student-first",
    "mean-of-ratios",
    "pooled-ratio",
    "student-pool",
    "allocated-points",
    "allocated-points-weighted",
    "relative-to-expected",
    "share-reaching",
    "level",
    "level-partial",
    "rubric",
    "categories",
    "grade-based",
    "roll-up",
];
const RULES: [&str; 7] =
    ["minimum", "mean", "weighted", "all-reach", "mapped-weighted", "mapped-scaled", "student-share"];

pub(super) fn compare(units: u32, (methods, rules): (u32, u32)) -> Vec<Table> {
    let mut table = Table::new(&COMPARE);
    for unit in 0..units {
        let requirement = (unit + 1).to_string();
        for method in 0..methods {
            for rule in 0..rules {
                let value = (unit + method != 3).then(|| 0.5 + 0.4 * noise(unit * 71 + method * 5 + rule));
                let shown = value.map(show);
                let verdict = |v| if v >= 0.65 { objective::REACHED } else { objective::NOT_REACHED };
                let cells = [
                    ("programme", "CS".into()),
                    ("cohort", "2020".into()),
                    ("requirement", (&requirement).into()),
                    ("objective_method", METHODS[method as usize].into()),
                    ("requirement_rule", RULES[rule as usize].into()),
                    ("measure", "points".into()),
                    ("value", value.into()),
                    ("shown", shown.as_deref().into()),
                    ("verdict", value.map(verdict).into()),
                    ("declared", (method == 0 && rule == 0).into()),
                    ("depends", (unit % 2 == 0).into()),
                ];
                table.push_named(&cells);
            }
        }
    }
    vec![table]
}

pub(super) fn terms(objectives: u32, terms: u32, lang: Lang) -> Vec<Table> {
    let mut table = Table::new(&COURSE_TERMS);
    for term in 0..terms {
        for k in 0..objectives {
            let value = (term != 1 || k != 1).then(|| 0.6 + 0.3 * noise(k * 13 + term * 5));
            let name =
                if lang == Lang::Zh { "数据结构与算法" } else { "Data Structures and Algorithms" };
            let id = if lang == Lang::Zh { format!("课程目标{}", k + 1) } else { format!("CO{}", k + 1) };
            let term = format!("{}-{}-1", 2018 + term, 2019 + term);
            let cells = [
                ("course", "MA".into()),
                ("course_name", name.into()),
                ("term", (&term).into()),
                ("objective", (&id).into()),
                ("value", value.into()),
                ("low", value.map(|v| v - 0.03).into()),
                ("high", value.map(|v| v + 0.03).into()),
                ("interval", value.map(|_| "t 0.95").into()),
                ("expected", 0.65.into()),
                ("n_assessed", 90.into()),
                ("method", "student-first".into()),
                ("policy", "ceeaa-2024".into()),
            ];
            table.push_named(&cells);
        }
    }
    vec![table]
}

/// One indicator and what it is made of.
pub(super) fn contributions(courses: u32) -> Vec<Table> {
    let (mut indicators, mut parts) = (Table::new(&INDICATORS), Table::new(&CONTRIBUTIONS));
    let share = 1.0 / f64::from(courses);
    let mut sum = 0.0;
    for k in 0..courses {
        let value = 0.5 + 0.3 * noise(k * 7 + 1);
        sum += share * value;
        let objective = k.to_string();
        let cells = [
            ("programme", "CS".into()),
            ("cohort", "2020".into()),
            ("indicator", "1.1".into()),
            ("course_name", "计算机组成原理与体系结构".into()),
            ("objective", (&objective).into()),
            ("share", share.into()),
            ("value", value.into()),
            ("contribution", (share * value).into()),
        ];
        parts.push_named(&cells);
    }
    let cells = [
        ("programme", "CS".into()),
        ("programme_name", "软件工程".into()),
        ("cohort", "2020".into()),
        ("indicator", "1.1".into()),
        ("evaluation", "direct".into()),
        ("value", sum.into()),
        ("expected", 0.65.into()),
        ("verdict", objective::REACHED.into()),
        ("n_assessed", 80.into()),
    ];
    indicators.push_named(&cells);
    vec![indicators, parts]
}

pub(super) fn surveys(count: u32, lang: Lang) -> Vec<Table> {
    let mut table = Table::new(&SURVEYS);
    for k in 0..count {
        for (audience, invited) in [("graduate", 80), ("employer", 20)] {
            let value = 0.6 + 0.3 * noise(k * 17 + invited);
            let target = if lang == Lang::Zh { format!("{}", k + 1) } else { format!("{}.1", k + 1) };
            let cells = [
                ("survey", "S1".into()),
                ("programme", "CS".into()),
                ("cohort", "2020".into()),
                ("audience", audience.into()),
                ("level", "requirement".into()),
                ("target", (&target).into()),
                ("value", value.into()),
                ("low", (value - 0.05).into()),
                ("high", (value + 0.05).into()),
                ("interval", "answers 0.95".into()),
                ("n_answers", (invited as usize / 2).into()),
                ("n_invited", (invited as usize).into()),
                ("response_rate", 0.5.into()),
                ("method", "mean".into()),
                ("reason", (invited < 50).then_some("few_answers").into()),
            ];
            table.push_named(&cells);
        }
    }
    vec![table]
}

/// Answers on a scale of so many scores.
pub(super) fn survey_answers(count: u32, highest: u32) -> Vec<Table> {
    let mut table = Table::new(&SURVEY_ANSWERS);
    for k in 0..count {
        for audience in ["graduate", "employer"] {
            for score in 1..=highest {
                let target = (k + 1).to_string();
                let cells = [
                    ("survey", "S1".into()),
                    ("programme", "CS".into()),
                    ("cohort", "2020".into()),
                    ("audience", audience.into()),
                    ("level", "requirement".into()),
                    ("target", (&target).into()),
                    ("score", f64::from(score).into()),
                    ("scale_max", f64::from(highest).into()),
                    ("n_answers", ((noise(k * 7 + score) * 40.0) as usize).into()),
                ];
                table.push_named(&cells);
            }
        }
    }
    vec![table]
}

pub(super) fn components(rows: u32, columns: u32, lang: Lang) -> Vec<Table> {
    let mut table = Table::new(&COMPONENT_OBJECTIVES);
    for row in 0..rows {
        for column in 0..columns {
            let strength = noise(row * 31 + column * 7);
            if strength < 0.3 && row != column {
                continue;
            }
            let component = match lang {
                Lang::Zh => format!("课程设计与实验报告{row}"),
                Lang::En => format!("Laboratory report {row}"),
            };
            let objective = (column + 1).to_string();
            let cells = [
                ("offering", "MA101".into()),
                ("course_name", (if lang == Lang::Zh { "数据结构" } else { "Data Structures" }).into()),
                ("term", "2025-2026-1".into()),
                ("component", (row != 1).then_some(component.as_str()).into()),
                ("objective", (&objective).into()),
                ("n_items", 3.into()),
                ("points", ((strength * 400.0).round() / 10.0).into()),
                ("point_share", strength.into()),
                ("ratio", (row != 2).then_some(0.4 + 0.6 * strength).into()),
                ("n_scored", 88.into()),
            ];
            table.push_named(&cells);
        }
    }
    vec![table]
}

pub(super) fn offerings(count: u32, lang: Lang) -> Vec<Table> {
    let mut table = Table::new(&OFFERINGS);
    for k in 0..count {
        let n = 10 + (noise(k) * 180.0) as usize;
        let value = 0.7 + 0.2 * (noise(k * 3 + 1) - 0.5);
        let id = format!("O{k:04}");
        let name = if lang == Lang::Zh { "计算机组成原理" } else { "Computer Organisation" };
        let cells = [
            ("offering", (&id).into()),
            ("course", "C1".into()),
            ("course_name", name.into()),
            ("term", "2025-2026-1".into()),
            ("value", (k != 2).then_some(value).into()),
            ("se", (0.12 / (n as f64).sqrt()).into()),
            ("expected", 0.65.into()),
            ("n_assessed", n.into()),
            ("method", "student-first/weighted".into()),
            ("policy", "ceeaa-2024".into()),
        ];
        table.push_named(&cells);
    }
    vec![table]
}

/// The chain of one cohort: every course supports three indicators.
pub(super) fn chain(courses: u32, indicators: u32, lang: Lang) -> Vec<Table> {
    let mut tables = requirements(indicators.div_ceil(3), 1, lang, false);
    let [mut parts, mut own, mut level, mut goals, mut links] =
        [&CONTRIBUTIONS, &COHORT_COURSES, &INDICATORS, &TRAINING_OBJECTIVES, &REQUIREMENT_SUPPORT]
            .map(Table::new);
    let keys = || [("programme", "CS".into()), ("plan", "2024".into()), ("cohort", "2019".into())];
    let verdict = |k: u32| {
        [Some(objective::REACHED), Some(objective::NOT_REACHED), None, Some(objective::REACHED)]
            [k as usize % 4]
    };
    for k in 0..courses {
        let (id, name) = (format!("C{k:03}"), text(lang, false, k));
        let cells = [("course", (&id).into()), ("shown", "0.71".into()), ("verdict", verdict(k).into())];
        own.push_named(&[&keys()[..], &cells].concat());
        for j in 0..3.min(indicators) {
            let at = (k + j * 5) % indicators;
            let (requirement, indicator) =
                ((at / 3 + 1).to_string(), format!("{}.{}", at / 3 + 1, at % 3 + 1));
            let cells = [
                ("requirement", (&requirement).into()),
                ("indicator", (&indicator).into()),
                ("course", (&id).into()),
                ("course_name", (&name).into()),
                ("weight", (0.1 + noise(k + j)).into()),
            ];
            parts.push_named(&[&keys()[..], &cells].concat());
        }
    }
    for at in 0..indicators {
        let indicator = format!("{}.{}", at / 3 + 1, at % 3 + 1);
        let cells = [
            ("indicator", (&indicator).into()),
            ("evaluation", "direct".into()),
            ("shown", "0.68".into()),
            ("value", 0.68.into()),
            ("verdict", verdict(at).into()),
        ];
        level.push_named(&[&keys()[..], &cells].concat());
    }
    for goal in 0..4 {
        let id = (goal + 1).to_string();
        let cells = [
            ("training_objective", (&id).into()),
            ("evaluation", "direct".into()),
            ("shown", "0.70".into()),
            ("verdict", verdict(goal).into()),
        ];
        goals.push_named(&[&keys()[..], &cells].concat());
        for requirement in (0..indicators.div_ceil(3)).filter(|r| (r + goal) % 2 == 0) {
            let requirement = (requirement + 1).to_string();
            let cells = [
                ("training_objective", (&id).into()),
                ("requirement", (&requirement).into()),
                ("weight", 1.0.into()),
            ];
            links.push_named(&[&keys()[..2], &cells].concat());
        }
    }
    tables.extend([parts, own, level, goals, links]);
    tables
}

pub(super) fn show(value: f64) -> String {
    format!("{value:.2}")
}

pub(super) fn context(lang: Lang, size: Size) -> ChartContext<'static> {
    ChartContext { lang, size, show: &show, source: "attain 0.1.0" }
}
