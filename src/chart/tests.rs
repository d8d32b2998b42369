//! Laws that hold for every chart, on small, normal and extreme data, in both languages and all sizes.
//!
//! Set `ATTAIN_CHART_PICTURES` to a folder to have all of them written there, to look at.

use super::figure::{Mark, Size};
use super::layout::{Anchor, TextRun, place};
use super::test_data::{
    CASES, chain, compare, components, context, contributions, course, matrix, offerings, programmes,
    requirements, sections, survey_answers, surveys, terms, whole_and_sections,
};
use super::test_units::{UNIT_CASES, units};
use super::text::width;
use super::theme::{SMALLEST, Theme};
use super::*;
use crate::results::schema::{COURSE_TERMS, OBJECTIVES, REQUIREMENTS, SUPPORT};
use crate::results::table::{Table, Value};

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
                add(case.name, &StudentHeatmap, &tables);
                add(case.name, &SectionDots, &sections(case, lang));
                add(case.name, &SectionBox, &sections(case, lang));
                add(case.name, &SectionRidges, &whole_and_sections(case, lang, 3));
            }
            add("alone", &SectionRidges, &course(CASES[0], lang));
            add("thirty", &SectionRidges, &whole_and_sections(CASES[1], lang, 30));
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
            for (name, count, long) in
                [("normal", 6, false), ("many", 50, false), ("long", 9, true), ("one", 1, false)]
            {
                add(name, &ProgrammeRequirements, &programmes(count, lang, long));
            }
            for (name, courses, indicators) in [("normal", 14, 9), ("large", 56, 36), ("one", 1, 1)] {
                add(name, &ChainSankey, &chain(courses, indicators, lang));
            }
            for (name, rows, columns) in [("normal", 4, 4), ("large", 30, 12), ("one", 1, 1)] {
                add(name, &ComponentObjectives, &components(rows, columns, lang));
            }
            for (name, count) in [("normal", 30), ("crowd", 1500), ("one", 1)] {
                add(name, &FunnelPlot, &offerings(count, lang));
            }
            for (name, count, highest) in [("normal", 4, 5), ("many", 12, 10), ("even", 2, 4), ("one", 1, 2)]
            {
                add(name, &SurveyLikert, &survey_answers(count, highest));
            }
            for (name, units, choices) in [("normal", 4, (6, 4)), ("many", 12, (14, 7)), ("one", 1, (1, 1))] {
                add(name, &VerdictMatrix, &compare(units, choices));
            }
            for (name, count, terms_of) in [("normal", 4, 4), ("many", 12, 8), ("one", 1, 1)] {
                add(name, &ObjectiveTrend, &terms(count, terms_of, lang));
                if terms_of > 1 {
                    add(name, &TermPairs, &terms(count, terms_of, lang));
                }
                add(name, &SurveyValues, &surveys(count, lang));
                add(name, &GapWaterfall, &contributions(2 * count));
            }
            for case in UNIT_CASES {
                if case.only.is_some_and(|only| only != (lang, size)) {
                    continue;
                }
                let tables = units(case, lang);
                add(case.name, &UnitCaterpillar, &tables);
                add(case.name, &EffectCohorts, &tables);
                add(case.name, &UnitFunnel, &tables);
                add(case.name, &GrowthScatterPlot, &tables);
                add(case.name, &PercentileGrowth, &tables);
                add(case.name, &ResidualQuantiles, &tables);
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
    let mut high = Vec::new();
    for (name, figure) in gallery() {
        let layout = place(&figure).unwrap();
        if layout.height > Theme::of(figure.size).most {
            high.push(format!("{name}: {} points high", layout.height));
        }
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
    assert!(high.is_empty(), "{high:#?}");
}

#[test]
fn rows_that_only_their_details_tell_apart_keep_them() {
    let context = context(Lang::En, Size::Slide);
    let row = |target: &str, audience: &str| SurveyRow {
        level: "requirement".to_owned(),
        target: target.to_owned(),
        audience: audience.to_owned(),
        value: Some(0.7),
        ..SurveyRow::default()
    };
    let heading = Heading { name: "A programme with a very long name ".repeat(12), ..Heading::default() };
    let written = |rows: &[SurveyRow]| -> Vec<String> {
        let figures = SurveyValues.figures(&heading, rows, &context);
        place(&figures[0]).unwrap().texts.into_iter().map(|run| run.text).collect()
    };
    let audiences = ["graduate", "employer", "student", "alumni", "teacher"];
    let alike: Vec<SurveyRow> = audiences.iter().map(|audience| row("1", audience)).collect();
    assert!(written(&alike).contains(&"Employers".to_owned()));
    // Where the names differ, what is said beside them gives way to the height of the slide.
    let apart: Vec<SurveyRow> = (1..=5).map(|at| row(&at.to_string(), "employer")).collect();
    assert!(!written(&apart).contains(&"Employers".to_owned()));
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
            intervals: [payload.to_owned()].into(),
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
        let shown = value.map(super::test_data::show);
        let cells = [
            ("offering", "O1".into()),
            ("course_name", "高等数学".into()),
            ("term", "2025-2026-1".into()),
            ("objective", id.into()),
            ("value", value.into()),
            ("shown", shown.as_deref().into()),
            ("low", value.map(|v| v - 0.03).into()),
            ("high", value.map(|v| v + 0.03).into()),
            ("interval", value.map(|_| "t 0.95").into()),
            ("expected", 0.65.into()),
            ("verdict", verdict.into()),
            ("n_assessed", 92.into()),
            ("n_enrolled", 95.into()),
            ("n_excluded", 3.into()),
            ("method", "student-first".into()),
            ("reason", value.is_none().then_some("no_evidence").into()),
        ];
        table.push_named(&cells);
    }
    let figures =
        ObjectiveBars.build(&vec![table], &Selection::default(), &context(Lang::Zh, Size::Page)).unwrap();
    let figure = &figures[0];
    assert_eq!(figure.title, "高等数学，2025-2026-1：3 个课程目标中 1 个达成，1 个未达成，1 个无法计算");
    assert_eq!(
        figure.alt,
        "高等数学，2025-2026-1，课程目标达成度横条图。课程目标1 达成度 0.72，区间 0.69 至 0.75，期望值 0.65，达成，n = 92；\
         课程目标2 达成度 0.63，区间 0.60 至 0.66，期望值 0.65，未达成，n = 92；课程目标3 无数值（没有任何学生的成绩依据），期望值 0.65，n = 92。"
    );
    assert!(figure.notes[0].contains("n = 92") && figure.notes[0].contains("95"));
    let figure::Scale::Bands { bands, .. } = &figure.panel.y.scale else { panic!() };
    assert_eq!(bands[0].aside[0].0, "0.72 达成");
    assert_eq!(bands[2].aside[1].0, "没有任何学生的成绩依据");
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
fn where_no_row_has_a_value_there_is_nothing_to_draw() {
    let mut trend = Table::new(&COURSE_TERMS);
    trend.push_named(&[
        ("course", "MA".into()),
        ("term", "2024".into()),
        ("objective", "1".into()),
        ("expected", 0.65.into()),
    ]);
    let mut required = Table::new(&REQUIREMENTS);
    for requirement in ["1", "2", "3"] {
        let cells = [("programme", "CS".into()), ("cohort", "2020".into()), ("evaluation", "direct".into())];
        required.push_named(
            &[&cells[..], &[("requirement", requirement.into()), ("expected", 0.65.into())]].concat(),
        );
    }
    let tables = vec![trend, required];
    for chart in [&ObjectiveTrend as &dyn Chart, &RequirementIntervals, &RequirementRadar] {
        let error = chart.build(&tables, &Selection::default(), &context(Lang::En, Size::Page)).unwrap_err();
        assert!(matches!(error, ChartError::Nothing { .. }), "{}: {error}", chart.key());
    }
}

#[test]
fn the_new_figures_say_their_numbers_in_words() {
    let context = context(Lang::En, Size::Page);
    let all = Selection::default();
    let one = |chart: &dyn Chart, tables: &Vec<Table>| chart.build(tables, &all, &context).unwrap().remove(0);
    let boxes = one(&SectionBox, &sections(CASES[0], Lang::En));
    assert!(boxes.alt.contains("section 1: median 0.") && boxes.alt.contains("n = 92"), "{}", boxes.alt);
    let funnel = one(&FunnelPlot, &offerings(30, Lang::En));
    assert!(
        funnel.alt.contains("29 points") && funnel.notes.iter().any(|n| n.starts_with("1 without")),
        "{}",
        funnel.alt
    );
    let components = one(&ComponentObjectives, &components(4, 4, Lang::En));
    assert!(components.alt.contains("no component × course objective 2: "), "{}", components.alt);
    let likert = one(&SurveyLikert, &survey_answers(1, 5));
    assert!(likert.alt.contains("Requirement 1 Employers ") && likert.alt.contains("% / "), "{}", likert.alt);
    let sankey = one(&ChainSankey, &chain(14, 9, Lang::En));
    assert!(
        sankey.alt.contains("1.1 0.68 reached (") && sankey.title.contains("14 courses"),
        "{}",
        sankey.alt
    );
}

#[test]
fn the_charts_of_value_added_say_their_numbers_in_words() {
    let context = context(Lang::En, Size::Page);
    let all = Selection::default();
    let tables = units(UNIT_CASES[0], Lang::En);
    let first = |chart: &dyn Chart| chart.build(&tables, &all, &context).unwrap().remove(0);
    let caterpillar = first(&UnitCaterpillar);
    assert!(caterpillar.title.contains("of 8 units (school), "), "{}", caterpillar.title);
    assert!(caterpillar.alt.contains("[") && caterpillar.alt.contains("(n = "), "{}", caterpillar.alt);
    // The order of the rows is that of the effects.
    let figure::Scale::Bands { bands, .. } = &caterpillar.panel.y.scale else { panic!() };
    assert_eq!(bands.len(), 8);
    let cohorts = first(&EffectCohorts);
    assert!(cohorts.alt.contains(": 2019 ") && cohorts.alt.contains(", 2020 "), "{}", cohorts.alt);
    let funnel = first(&UnitFunnel);
    assert!(funnel.alt.contains("8 points"), "{}", funnel.alt);
    let scatter = first(&GrowthScatterPlot);
    assert!(scatter.title.contains("students in 8 units (school)"), "{}", scatter.title);
    let lines = |figure: &Figure| {
        let is = |mark: &&figure::Mark| matches!(mark, figure::Mark::Line { .. });
        figure.panel.marks.iter().filter(is).count()
    };
    // A line for each unit and one for the fixed part.
    assert_eq!(lines(&scatter), 9);
    let student = Selection { of: Some("S0003".to_owned()), part: None };
    let own = PercentileGrowth.build(&tables, &student, &context).unwrap();
    assert!(own.len() == 1 && own[0].alt.contains("S0003: "), "{}", own[0].alt);
    let one = Selection { of: Some("schools/2020".to_owned()), part: None };
    let chosen = UnitCaterpillar.build(&tables, &one, &context).unwrap();
    assert_eq!(chosen.len(), 1);
}

#[test]
fn the_chain_of_56_courses_and_36_indicators_is_one_page_and_its_widths_add_up() {
    let context = context(Lang::Zh, Size::Page);
    let figures = ChainSankey.build(&chain(56, 36, Lang::Zh), &Selection::default(), &context).unwrap();
    assert_eq!(figures.len(), 1);
    assert!(
        figures[0].notes.iter().any(|note| note.contains("56 门课程按所支撑的毕业要求合并")),
        "{:?}",
        figures[0].notes
    );
    for (courses, indicators) in [(14, 9), (56, 36)] {
        let tables = chain(courses, indicators, Lang::Zh);
        let whole = &chain_flows::chains(&tables, &Selection::default(), &context).unwrap()[0];
        for chain in [whole.clone(), whole.together(&context)] {
            for at in 0..chain.columns[1].len() {
                let into: f64 =
                    chain.flows.iter().filter(|f| f.level == 0 && f.to == at).map(|f| f.width).sum();
                assert!((into - 1.0).abs() < 1e-9, "indicator {at}: {into}");
            }
            let level = |level| chain.flows.iter().filter(|f| f.level == level).map(|f| f.width).sum::<f64>();
            assert!((level(1) - f64::from(indicators)).abs() < 1e-9 && (level(2) - level(1)).abs() < 1e-9);
        }
    }
}

#[test]
fn the_sections_of_an_offering_are_drawn_only_where_asked_for_or_where_there_is_no_whole() {
    let mut table = Table::new(&OBJECTIVES);
    for (offering, section) in [("A", None), ("A", Some("1")), ("B", Some("1")), ("B", Some("2"))] {
        let cells = [("offering", offering.into()), ("section", Value::from(section)), ("value", 0.5.into())];
        table.push_named(&cells);
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

#[test]
fn links_without_a_stated_strength_get_neither_classes_nor_numbers() {
    let mut table = Table::new(&SUPPORT);
    let cells = [
        ("programme", "CS".into()),
        ("plan", "2024".into()),
        ("course", "C1".into()),
        ("course_name", "微积分".into()),
        ("indicator", "1.1".into()),
        ("requirement", "1".into()),
    ];
    table.push_named(&cells);
    let figures =
        SupportHeatmap.build(&vec![table], &Selection::default(), &context(Lang::Zh, Size::Page)).unwrap();
    assert_eq!(figures[0].legend.len(), 1);
    assert!(
        figures[0].panel.marks.iter().any(|m| matches!(m, figure::Mark::Text { text, .. } if text == "✓"))
    );
}

/// A figure in lines: what it says, and how much of what it draws.
fn outline(name: &str, figure: &Figure) -> String {
    let mut lines = vec![format!("# {name}"), figure.title.clone()];
    lines.extend(figure.subtitle.iter().cloned());
    lines.extend(figure.legend.iter().map(|entry| format!("- {:?} {}", entry.symbol, entry.text)));
    lines.push(format!("x: {}; y: {}; {}", figure.panel.x.name, figure.panel.y.name, figure.panel.aside));
    let mut drawn = std::collections::BTreeMap::new();
    for mark in &figure.panel.marks {
        let (kind, count) = match mark {
            Mark::Bar { .. } => ("bars", 1),
            Mark::Area { .. } => ("areas", 1),
            Mark::Line { .. } => ("lines", 1),
            Mark::Interval { .. } => ("intervals", 1),
            Mark::Points { at, .. } => ("points", at.len()),
            Mark::Text { .. } => ("texts", 1),
        };
        *drawn.entry(kind).or_insert(0) += count;
    }
    lines.push(format!("draws {drawn:?}"));
    lines.extend(figure.notes.iter().cloned());
    lines.push(figure.alt.clone());
    lines.join("\n") + "\n"
}

#[test]
fn what_the_figures_say_changes_only_on_purpose() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/chart/figures.txt");
    let chosen = |name: &&(String, Figure)| name.0.contains("-page-") && name.0.ends_with("-0");
    let small = |name: &str| ["-one-", "-three-"].iter().any(|case| name.contains(case));
    let now: String = gallery()
        .iter()
        .filter(chosen)
        .filter(|(name, _)| small(name) || name.contains("-normal-") && name.contains("-en-"))
        .map(|(name, figure)| outline(name, figure))
        .collect();
    if std::env::var_os("ATTAIN_WRITE_DOCS").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == now, "run with ATTAIN_WRITE_DOCS=1 to renew {path}, and read what changed");
}
