//! Every chart over the tables of the simulated programme.
//!
//! Set `ATTAIN_CHART_PICTURES` to a folder to have all of them written there, to look at.

use std::sync::OnceLock;

use super::figure::{Mark, Size};
use super::layout::place;
use super::test_data::context;
use super::theme::Theme;
use super::*;
use crate::attainment::{attain, compare};
use crate::policy::builtin_policy;
use crate::results::{Table, compare_table, tables, value_added_tables};
use crate::simulate::{Design, Simulator};
use crate::value_added::study::{Declarations, Own, fit_all, tasks};

/// The tables of the demonstration, made once; methods are compared on a smaller one, since there are many.
fn demo() -> &'static Vec<Table> {
    static TABLES: OnceLock<Vec<Table>> = OnceLock::new();
    TABLES.get_or_init(|| {
        let policy = builtin_policy("ceeaa-2024").unwrap();
        let simulator = Simulator::new(Design::demo());
        let dataset = simulator.dataset(0);
        let mut all = tables(&dataset, &policy, &attain(&dataset, &policy, &|| ()).unwrap());
        let declared = Declarations::parse(&simulator.declared()).unwrap();
        let fits = fit_all(&dataset, &Own::default(), &tasks(&dataset, &declared), &|| ());
        all.extend(value_added_tables(&dataset, &fits));
        let design = Design {
            cohorts: 1,
            first_cohort: 2022,
            earlier_cohorts: 0,
            students: 10,
            retakes: false,
            ..Design::demo()
        };
        let dataset = Simulator::new(design).dataset(0);
        all.push(compare_table(&dataset, &compare(&dataset, &policy, &|| ()).unwrap()));
        all
    })
}

fn write(name: &str, figure: &Figure) {
    if let Some(folder) = std::env::var_os("ATTAIN_CHART_PICTURES").map(std::path::PathBuf::from) {
        let document = svg(figure).unwrap();
        std::fs::write(folder.join(format!("demo-{name}.png")), png(&document, 110.0).unwrap()).unwrap();
    }
}

#[test]
fn every_chart_is_drawn_from_the_tables_of_the_simulated_programme() {
    let tables = demo();
    for (lang, size) in [(Lang::Zh, Size::Page), (Lang::En, Size::Slide)] {
        let context = context(lang, size);
        for chart in CHARTS {
            let figures = chart.build(tables, &Selection::default(), &context).unwrap();
            assert!(!figures.is_empty(), "{}", chart.key());
            for (k, figure) in figures.iter().enumerate() {
                for text in figure.notes.iter().chain([&figure.title, &figure.alt]).chain(&figure.subtitle) {
                    assert!(
                        !text.contains("chart.") && !text.contains('{') && !text.contains("student-first"),
                        "{text}"
                    );
                }
                let high = place(figure).unwrap().height;
                assert!(high <= Theme::of(size).most, "{} {k} {size:?}: {high} points high", chart.key());
                if k < 2 {
                    svg(figure).unwrap();
                    write(&format!("{}-{}-{size:?}-{k}", chart.key(), lang.tag()), figure);
                }
            }
        }
    }
}

#[test]
fn the_figures_of_the_demonstration_show_what_its_tables_hold() {
    let tables = demo();
    let context = context(Lang::Zh, Size::Page);
    let build = |key: &str| find(key).unwrap().build(tables, &Selection::default(), &context).unwrap();
    let table = |key: &str| tables.iter().find(|table| table.schema().key == key).unwrap();

    let support = build("support-heatmap");
    let cells =
        |figure: &Figure| figure.panel.marks.iter().filter(|mark| matches!(mark, Mark::Bar { .. })).count();
    assert_eq!(support.iter().map(cells).sum::<usize>(), table("support").len());

    let requirements = table("requirements");
    let recomputed = |row: usize| requirements.text(row, "method").unwrap().ends_with("/crosswalk");
    assert!((0..requirements.len()).any(recomputed), "the demonstration has cohorts on two frameworks");
    let drawn: usize = build("requirement-intervals")
        .iter()
        .flat_map(|figure| &figure.panel.marks)
        .filter(|mark| matches!(mark, Mark::Points { .. }))
        .count();
    let own = (0..requirements.len())
        .filter(|&row| !recomputed(row) && requirements.text(row, "evaluation") == Some("direct"))
        .filter(|&row| requirements.number(row, "value").is_some());
    assert_eq!(drawn, own.count());

    let students = table("student_objectives");
    let values = (0..students.len())
        .filter(|&row| students.text(row, "objective").is_some() && students.number(row, "value").is_some());
    let dots = build("student-dots");
    let shown: usize = dots
        .iter()
        .flat_map(|figure| &figure.panel.marks)
        .filter_map(|mark| match mark {
            Mark::Points { at, shape: figure::Shape::Disc, .. } => Some(at.len()),
            _ => None,
        })
        .sum();
    let values = values.count();
    assert!(shown <= values && (shown == values || dots.iter().any(|f| f.legend[0].text.contains("至多"))));
}

#[test]
fn the_standard_set_of_a_run_draws_a_limited_number_of_offerings_and_says_so() {
    let tables = demo();
    let context = context(Lang::Zh, Size::Page);
    let figures = standard(tables, &context);
    let count = |stem: &str| figures.iter().filter(|(name, _)| name.starts_with(stem)).count();
    assert!(count("support-heatmap") >= 2 && count("requirement-intervals") >= 1);
    assert!(count("objective-bars") <= MOST_OFFERINGS && count("objective-bars") == count("student-dots"));
    let offerings = tables.iter().find(|table| table.schema().key == "offerings").unwrap();
    let total = (0..offerings.len()).filter(|&row| offerings.text(row, "section").is_none()).count();
    let said = figures
        .iter()
        .filter(|(_, figure)| figure.notes.iter().any(|note| note.contains("本组图只画前")))
        .count();
    assert_eq!(said > 0, total > MOST_OFFERINGS);
    let names: std::collections::BTreeSet<&String> = figures.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), figures.len(), "two figures share a file name");
}
