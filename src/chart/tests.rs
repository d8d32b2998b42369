//! Laws that hold for every chart, on small, normal and extreme data, in both languages and all sizes.
//!
//! Set `ATTAIN_CHART_PICTURES` to a folder to have all of them written there, to look at.

use super::figure::Size;
use super::layout::{Anchor, TextRun, place};
use super::objective_bars::column as objective;
use super::text::width;
use super::theme::{SMALLEST, Theme};
use super::*;
use crate::results::table::{ColumnSchema, Kind, Table, TableSchema, Value};

const fn column(name: &'static str, kind: Kind) -> ColumnSchema {
    ColumnSchema { name, kind, unit: "", doc: ("", "") }
}

static OBJECTIVES: TableSchema = TableSchema {
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

static STUDENTS: TableSchema = TableSchema {
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

static SUPPORT: TableSchema = TableSchema {
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
struct Case {
    name: &'static str,
    objectives: u32,
    students: u32,
    /// Value of every student, or none at all.
    equal: Option<Option<f64>>,
    long: bool,
}

const CASES: [Case; 8] = [
    Case { name: "normal", objectives: 4, students: 92, equal: None, long: false },
    Case { name: "one", objectives: 1, students: 30, equal: None, long: false },
    Case { name: "twelve", objectives: 12, students: 60, equal: None, long: false },
    Case { name: "crowd", objectives: 5, students: 400, equal: None, long: false },
    Case { name: "three", objectives: 3, students: 3, equal: None, long: false },
    Case { name: "equal", objectives: 3, students: 400, equal: Some(Some(1.0)), long: false },
    Case { name: "missing", objectives: 3, students: 20, equal: Some(None), long: false },
    Case { name: "long", objectives: 12, students: 40, equal: None, long: true },
];

fn text(lang: Lang, long: bool, index: u32) -> String {
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
fn noise(i: u32) -> f64 {
    (f64::from(i) * 12.9898).sin().mul_add(43758.5453, 0.0).rem_euclid(1.0)
}

fn course(case: Case, lang: Lang) -> Vec<Table> {
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

fn matrix(rows: u32, columns: u32, lang: Lang, (letters, long): (bool, bool)) -> Vec<Table> {
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

#[test]
fn links_without_a_stated_strength_get_neither_classes_nor_numbers() {
    let mut table = Table::new(&SUPPORT);
    table.push(&[
        "CS".into(),
        "2024".into(),
        "C1".into(),
        "微积分".into(),
        Value::Text(None),
        "1.1".into(),
        "1".into(),
        Value::Number(None),
        Value::Text(None),
    ]);
    let figures =
        SupportHeatmap.build(&vec![table], &Selection::default(), &context(Lang::Zh, Size::Page)).unwrap();
    assert_eq!(figures[0].legend.len(), 1);
    assert!(
        figures[0].panel.marks.iter().any(|m| matches!(m, figure::Mark::Text { text, .. } if text == "✓"))
    );
}

static REQUIREMENTS: TableSchema = TableSchema {
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

fn requirements(count: u32, cohorts: u32, lang: Lang, long: bool) -> Vec<Table> {
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

static COMPARE: TableSchema = TableSchema {
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

fn compare(units: u32, methods: u32, lang: Lang) -> Vec<Table> {
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

fn terms(objectives: u32, terms: u32, lang: Lang) -> Vec<Table> {
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

fn show(value: f64) -> String {
    format!("{value:.2}")
}

fn context(lang: Lang, size: Size) -> ChartContext<'static> {
    ChartContext { lang, size, show: &show, source: "attain 0.1.0" }
}

/// Every chart over every data set, with a name for the picture.
fn gallery() -> Vec<(String, Figure)> {
    let mut all = Vec::new();
    for lang in [Lang::Zh, Lang::En] {
        for (size_name, size) in Size::ALL {
            let context = context(lang, size);
            let mut add = |name: &str, chart: &dyn Chart, tables: &Vec<Table>| {
                let figures = chart.build(tables, &Selection::default(), &context).unwrap();
                for (k, figure) in figures.into_iter().enumerate() {
                    all.push((format!("{}-{name}-{size_name}-{}-{k}", chart.key(), lang.tag()), figure));
                }
            };
            for case in CASES {
                let tables = course(case, lang);
                add(case.name, &ObjectiveBars, &tables);
                add(case.name, &StudentDots, &tables);
                add(case.name, &AttainmentHistogram, &tables);
            }
            for (name, count, cohorts, long) in [
                ("normal", 7, 3, false),
                ("twelve", 12, 5, false),
                ("long", 12, 3, true),
                ("one", 1, 1, false),
            ] {
                let tables = requirements(count, cohorts, lang, long);
                add(name, &RequirementIntervals, &tables);
                add(name, &RequirementRadar, &tables);
            }
            for (name, units, methods) in [("normal", 4, 6), ("many", 12, 14), ("one", 1, 1)] {
                add(name, &VerdictMatrix, &compare(units, methods, lang));
            }
            for (name, count, terms_of) in [("normal", 4, 4), ("many", 12, 8), ("one", 1, 1)] {
                add(name, &ObjectiveTrend, &terms(count, terms_of, lang));
            }
            for (name, rows, columns, how) in [
                ("normal", 20, 12, (false, false)),
                ("large", 56, 36, (false, false)),
                ("letters", 56, 36, (true, true)),
                ("one", 1, 1, (true, false)),
                ("long", 12, 9, (false, true)),
            ] {
                add(name, &SupportHeatmap, &matrix(rows, columns, lang, how));
            }
        }
    }
    all
}

/// The box of a text: left, top, right, bottom.
fn extent(run: &TextRun) -> [f64; 4] {
    let wide = width(&run.text, run.size).unwrap();
    let share = match run.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => 0.5,
        Anchor::End => 1.0,
    };
    let (up, down) = (0.80 * run.size, 0.10 * run.size);
    if run.upright {
        [run.x - up, run.y - (1.0 - share) * wide, run.x + down, run.y + share * wide]
    } else {
        [run.x - share * wide, run.y - up, run.x + (1.0 - share) * wide, run.y + down]
    }
}

#[test]
fn no_text_leaves_the_page_overlaps_another_or_is_smaller_than_seven_points() {
    for (name, figure) in gallery() {
        let layout = place(&figure).unwrap();
        let most = Theme::of(figure.size).most;
        assert!(layout.height <= most, "{name}: {} points high", layout.height);
        let boxes: Vec<([f64; 4], &TextRun)> = layout.texts.iter().map(|run| (extent(run), run)).collect();
        for (at, (a, run)) in boxes.iter().enumerate() {
            assert!(run.size >= SMALLEST, "{name}: {run:?}");
            let inside = a[0] >= 0.0 && a[1] >= 0.0 && a[2] <= layout.width && a[3] <= layout.height;
            assert!(inside, "{name}: {run:?} {a:?}, page {} × {}", layout.width, layout.height);
            for (b, other) in &boxes[at + 1..] {
                let apart = a[2] <= b[0] + 0.05 || b[2] <= a[0] + 0.05 || a[3] <= b[1] || b[3] <= a[1];
                assert!(apart, "{name}: {} over {}: {a:?} {b:?}", run.text, other.text);
            }
        }
    }
}

#[test]
fn every_figure_is_whole_and_its_svg_is_valid_and_names_itself() {
    let folder = std::env::var_os("ATTAIN_CHART_PICTURES").map(std::path::PathBuf::from);
    for (name, figure) in gallery() {
        assert!(!figure.title.is_empty() && !figure.alt.is_empty() && !figure.source.is_empty(), "{name}");
        assert!(!figure.panel.x.name.is_empty() && !figure.panel.y.name.is_empty(), "{name}");
        assert!(!figure.notes.is_empty() && !figure.legend.is_empty() || name.contains("missing"), "{name}");
        for text in figure.notes.iter().chain([&figure.title, &figure.alt, &figure.source]) {
            assert!(!text.contains("chart.") && !text.contains('{'), "{name}: {text}");
        }
        let document = svg(&figure).unwrap();
        assert_eq!(document, svg(&figure).unwrap(), "{name}");
        let tree = resvg::usvg::roxmltree::Document::parse(&document).unwrap();
        let root = tree.root_element();
        assert_eq!(root.attribute("role"), Some("img"));
        let labelled: Vec<&str> = root.attribute("aria-labelledby").unwrap().split(' ').collect();
        for (id, tag, text) in [(labelled[0], "title", &figure.title), (labelled[1], "desc", &figure.alt)] {
            let node = root.children().find(|node| node.attribute("id") == Some(id)).unwrap();
            assert_eq!((node.tag_name().name(), node.text()), (tag, Some(text.as_str())), "{name}");
        }
        if let Some(folder) = &folder {
            std::fs::write(folder.join(format!("{name}.svg")), &document).unwrap();
        }
    }
}

#[test]
fn a_heat_map_of_56_courses_and_36_indicators_is_one_page() {
    let tables = matrix(56, 36, Lang::Zh, (false, false));
    let figures =
        SupportHeatmap.build(&tables, &Selection::default(), &context(Lang::Zh, Size::Page)).unwrap();
    assert_eq!(figures.len(), 1);
    let layout = place(&figures[0]).unwrap();
    assert!(layout.height < 700.0 && layout.width <= Theme::of(Size::Page).width, "{}", layout.height);
}

#[test]
fn hostile_names_are_text_and_nothing_else() {
    let payloads = [
        "<script>alert(1)</script>",
        "]]><x/>",
        "\"><svg onload=alert(1)>",
        "&lt;b&gt; &amp; 'x'",
        "\u{0}\u{8}\u{FFFE}甲",
        "<!--",
        "javascript:alert(1)",
        "{name}",
        "=cmd|' /C calc'!A1",
    ];
    for payload in payloads {
        let bar = ObjectiveBar {
            label: payload.to_owned(),
            detail: payload.to_owned(),
            reason: Some(payload.to_owned()),
            ..ObjectiveBar::default()
        };
        let heading = Heading {
            id: payload.to_owned(),
            name: payload.to_owned(),
            term: payload.to_owned(),
            section: payload.to_owned(),
            method: payload.to_owned(),
            policy: payload.to_owned(),
            interval: payload.to_owned(),
        };
        let context = ChartContext { source: payload, ..context(Lang::Zh, Size::Page) };
        let figure = &ObjectiveBars.figures(&heading, &[bar], &context)[0];
        assert!(figure.id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{}", figure.id);
        let document = svg(figure).unwrap();
        let tree = resvg::usvg::roxmltree::Document::parse(&document).unwrap();
        for node in tree.descendants().filter(|node| node.is_element()) {
            let known = ["svg", "title", "desc", "text", "rect", "polyline", "polygon", "circle", "line"];
            assert!(known.contains(&node.tag_name().name()), "{payload}: {}", node.tag_name().name());
            assert!(node.attributes().all(|attribute| !attribute.name().starts_with("on")), "{payload}");
        }
        assert!(!tree.descendants().any(|node| node.is_comment() || node.is_pi()), "{payload}");
    }
}

#[test]
fn a_name_with_a_character_the_font_lacks_is_an_error_that_names_it() {
    let bar = ObjectiveBar { label: "目标🦀".to_owned(), ..ObjectiveBar::default() };
    let figures = ObjectiveBars.figures(&Heading::default(), &[bar], &context(Lang::Zh, Size::Page));
    let error = svg(&figures[0]).unwrap_err();
    assert!(matches!(error, ChartError::MissingGlyph { character: '🦀', .. }), "{error}");
    assert!(error.to_string().contains("U+1F980"), "{error}");
}

#[test]
fn the_figure_holds_the_numbers_of_the_table_and_says_them_in_words() {
    let mut table = Table::new(&OBJECTIVES);
    let rows: [(&str, Option<f64>, Option<&str>); 3] = [
        ("课程目标1", Some(0.72), Some("reached")),
        ("课程目标2", Some(0.63), Some("not_reached")),
        ("课程目标3", None, None),
    ];
    for (id, value, verdict) in rows {
        table.push(&[
            "O1".into(),
            "MA".into(),
            "高等数学".into(),
            "2025-2026-1".into(),
            Value::Text(None),
            id.into(),
            Value::Text(None),
            value.into(),
            value.map(|v| v - 0.03).into(),
            value.map(|v| v + 0.03).into(),
            0.65.into(),
            verdict.into(),
            92.into(),
            95.into(),
            3.into(),
            "m".into(),
            "p".into(),
            "i".into(),
            value.is_none().then_some("无证据").into(),
        ]);
    }
    let figures =
        ObjectiveBars.build(&vec![table], &Selection::default(), &context(Lang::Zh, Size::Page)).unwrap();
    let figure = &figures[0];
    assert_eq!(figure.title, "高等数学，2025-2026-1：3 个课程目标中 1 个达成，1 个未达成，1 个无法计算");
    assert_eq!(
        figure.alt,
        "高等数学，2025-2026-1，课程目标达成度横条图。课程目标1 达成度 0.72，95% 区间 0.69 至 0.75，期望值 0.65，达成，n = 92；\
         课程目标2 达成度 0.63，95% 区间 0.60 至 0.66，期望值 0.65，未达成，n = 92；课程目标3 无数值（无证据），期望值 0.65，n = 92。"
    );
    assert!(figure.notes[0].contains("n = 92") && figure.notes[0].contains("95"));
    let figure::Scale::Bands { bands, .. } = &figure.panel.y.scale else { panic!() };
    assert_eq!(bands[0].aside[0].0, "0.72 达成");
    assert_eq!(bands[2].aside[1].0, "无证据");
    let bars: Vec<(f64, figure::Pattern)> = figure
        .panel
        .marks
        .iter()
        .filter_map(|mark| {
            if let figure::Mark::Bar { x, pattern, .. } = mark { Some((x.1, *pattern)) } else { None }
        })
        .collect();
    assert_eq!(bars, [(0.72, figure::Pattern::Solid), (0.63, figure::Pattern::Hatched)]);
    let intervals =
        figure.panel.marks.iter().filter(|mark| matches!(mark, figure::Mark::Interval { .. })).count();
    assert_eq!(intervals, 2);
}

#[test]
fn every_chart_has_a_key_of_its_own_a_summary_in_both_languages_and_says_what_it_misses() {
    let mut keys: Vec<&str> = CHARTS.iter().map(|chart| chart.key()).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), CHARTS.len());
    let none: Vec<Table> = Vec::new();
    for chart in CHARTS {
        for lang in [Lang::Zh, Lang::En] {
            assert!(message::has(&format!("chart.{}.summary", chart.key())), "{}", chart.key());
            let error = chart.build(&none, &Selection::default(), &context(lang, Size::Page)).unwrap_err();
            assert!(matches!(error, ChartError::MissingTable(_)), "{error}");
        }
        assert!(find(chart.key()).is_some());
    }
    let other = Selection { of: Some("elsewhere".to_owned()), part: None };
    let tables = matrix(2, 2, Lang::Zh, (true, false));
    let error = SupportHeatmap.build(&tables, &other, &context(Lang::Zh, Size::Page)).unwrap_err();
    assert!(matches!(error, ChartError::Nothing { .. }), "{error}");
}

#[test]
fn the_sections_of_an_offering_are_drawn_only_where_asked_for_or_where_there_is_no_whole() {
    let mut table = Table::new(&OBJECTIVES);
    for (offering, section) in [("A", None), ("A", Some("1")), ("B", Some("1")), ("B", Some("2"))] {
        let mut row: Vec<Value<'_>> = table
            .columns()
            .map(|(column, _)| match column.kind {
                Kind::Number => Value::Number(Some(0.5)),
                Kind::Integer => Value::Integer(Some(5)),
                _ => Value::Text(Some("x")),
            })
            .collect();
        (row[0], row[4]) = (offering.into(), section.into());
        table.push(&row);
    }
    let tables = vec![table];
    let count = |of: Option<&str>, part: Option<&str>| {
        let selection = Selection { of: of.map(str::to_owned), part: part.map(str::to_owned) };
        ObjectiveBars.build(&tables, &selection, &context(Lang::Zh, Size::Page)).unwrap().len()
    };
    assert_eq!(
        [count(None, None), count(Some("A"), None), count(Some("A"), Some("1")), count(Some("B"), None)],
        [3, 1, 1, 2]
    );
}

#[test]
fn the_chapter_on_charts_is_fresh() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/charts.md");
    if std::env::var_os("ATTAIN_WRITE_DOCS").is_some() {
        std::fs::write(path, document()).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), document(), "write it anew with ATTAIN_WRITE_DOCS=1");
}

#[test]
fn a_png_is_made_with_the_embedded_font_and_always_the_same() {
    let tables = course(CASES[1], Lang::Zh);
    let figures =
        ObjectiveBars.build(&tables, &Selection::default(), &context(Lang::Zh, Size::Column)).unwrap();
    let document = svg(&figures[0]).unwrap();
    let bytes = png(&document, 72.0).unwrap();
    assert_eq!(bytes, png(&document, 72.0).unwrap());
    let picture = resvg::tiny_skia::Pixmap::decode_png(&bytes).unwrap();
    assert_eq!(picture.width(), 241);
    // The title is the only thing in the first lines: dark pixels there are its letters.
    let dark = picture.pixels()[..241 * 14].iter().filter(|pixel| pixel.red() < 100).count();
    assert!(dark > 100, "{dark}");
}
