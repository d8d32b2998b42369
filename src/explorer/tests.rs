//! The page holds the tables as they are, in a form that no text of theirs can break, and the public page what it may.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde_json::{Value, json};

use super::{Explorer, data, public};
use crate::attainment::attain;
use crate::message::{self, Lang};
use crate::model::Dataset;
use crate::policy::{Policy, builtin_policy};
use crate::results::{self, Column, Table};
use crate::simulate::{Design, Simulator};
use crate::value_added::study::{Declarations, Own, fit_all, tasks};

fn demo() -> &'static (Dataset, Policy, Vec<Table>) {
    static DEMO: OnceLock<(Dataset, Policy, Vec<Table>)> = OnceLock::new();
    DEMO.get_or_init(|| {
        let simulator = Simulator::new(Design::demo());
        let dataset = simulator.dataset(0);
        let policy = builtin_policy("ceeaa-2024").unwrap();
        let attained = attain(&dataset, &policy, &|| ()).unwrap();
        let mut tables = results::tables(&dataset, &policy, &attained);
        let declared = Declarations::parse(&simulator.declared()).unwrap();
        let fits = fit_all(&dataset, &Own::default(), &tasks(&dataset, &declared), &|| ());
        tables.extend(results::value_added_tables(&dataset, &fits));
        (dataset, policy, tables)
    })
}

fn page(public: bool) -> String {
    let (dataset, policy, tables) = demo();
    Explorer { tables, dataset, policy, lang: Lang::Zh, public }.page()
}

/// The JSON of an embedded element.
fn embedded(page: &str, id: &str) -> Value {
    let open = format!("<script type=\"application/json\" id=\"{id}\">");
    let from = page.find(&open).unwrap() + open.len();
    let text = &page[from..from + page[from..].find("</script>").unwrap()];
    serde_json::from_str(text).unwrap()
}

/// The cell of an embedded table, as the script reads it.
fn cell<'a>(table: &'a Value, row: usize, column: &str) -> &'a Value {
    let column = &table["columns"][column];
    if let Some(constant) = column.get("k") {
        return constant;
    }
    match column.get("v") {
        Some(values) => &values[row],
        None => column["c"][row]
            .as_i64()
            .filter(|&code| code >= 0)
            .map_or(&Value::Null, |at| &column["t"][at as usize]),
    }
}

fn equals(column: &Column, row: usize, read: &Value) -> bool {
    match column {
        Column::Text(texts) => read.as_str() == texts.get(row),
        Column::Integer(values) => read.as_i64() == values[row],
        // The parser here may miss the last binary digits; a browser's does not.
        Column::Number(values) => match (read.as_f64(), values[row]) {
            (Some(read), Some(value)) => (read - value).abs() <= 4.0 * f64::EPSILON * value.abs(),
            (read, value) => read.is_none() && value.is_none(),
        },
        Column::Flag(values) => read.as_bool() == values[row],
    }
}

#[test]
fn the_embedded_tables_read_back_as_the_tables() {
    let (_, _, tables) = demo();
    let read = embedded(&page(false), "tables");
    let mut n_cells = 0;
    for table in tables.iter().filter(|table| !table.schema().personal) {
        let own = &read[table.schema().key];
        assert_eq!(own["n"], json!(table.len()));
        for (schema, column) in table.columns() {
            for row in 0..table.len() {
                let read = cell(own, row, schema.name);
                assert!(equals(column, row, read), "{} {} {row}: {read}", table.schema().key, schema.name);
                n_cells += 1;
            }
        }
    }
    assert!(n_cells > 50_000);
}

#[test]
fn no_student_stands_in_a_page() {
    let (dataset, _, _) = demo();
    for page in [page(false), page(true)] {
        let tables = embedded(&page, "tables");
        assert!(tables.as_object().unwrap().keys().all(|key| !key.starts_with("student")));
        for student in &dataset.students {
            assert!(!page.contains(&student.id), "{}", student.id);
        }
    }
}

#[test]
fn the_public_page_holds_the_large_units_of_the_models_and_no_small_one() {
    let (_, policy, tables) = demo();
    let count = |tables: &[Table], few: bool| {
        let effects = tables.iter().find(|table| table.schema().key == "unit_effects").unwrap();
        (0..effects.len()).filter(|&row| (effects.number(row, "n").unwrap() < 10.0) == few).count()
    };
    let shown = public(tables, policy.privacy.suppress_below);
    assert!(count(tables, true) > 5 && count(&shown, true) == 0);
    assert!(count(&shown, false) > 10, "{}", count(&shown, false));
    assert!(embedded(&page(true), "tables").get("value_added_students").is_none());
}

#[test]
fn no_text_of_the_data_ends_a_script_or_opens_markup() {
    let (dataset, policy, tables) = demo();
    let mut hostile = dataset.clone();
    let bad = "</script><img src=x onerror=alert(1)><!--\u{2028}&amp;\"'";
    hostile.institution = Some(bad.to_owned());
    hostile.programmes[0].name = Some(bad.to_owned());
    let page = Explorer { tables, dataset: &hostile, policy, lang: Lang::En, public: false }.page();
    assert_eq!(page.matches("</script").count(), 5);
    assert!(!page.contains("<img") && !page.contains("<!--"));
    assert_eq!(embedded(&page, "about")["institution"], json!(bad));
}

#[test]
fn the_policy_lets_this_script_and_this_style_work_and_nothing_else() {
    let page = page(false);
    let policy = page.split("content=\"default-src").nth(1).unwrap().split('"').next().unwrap();
    assert!(policy.starts_with(" 'none'; script-src 'sha256-") && !policy.contains("unsafe"));
    for forbidden in
        ["innerHTML", "http://127", "https://", "eval(", "fetch(", "XMLHttp", "import(", "style=\""]
    {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
}

#[test]
fn every_text_that_the_script_names_stands_in_the_catalogue() {
    let mut named = 0;
    for (at, _) in super::SCRIPT.match_indices(" t(\"").chain(super::SCRIPT.match_indices("(t(\"")) {
        let key = super::SCRIPT[at + 4..].split('"').next().unwrap();
        let (from, whole) = (format!("explorer.{key}"), !key.ends_with('.'));
        let found = if whole { message::has(&from) } else { message::with_prefix(&from).next().is_some() };
        assert!(found, "{key}");
        named += 1;
    }
    assert!(named > 40);
}

#[test]
fn the_same_tables_give_the_same_bytes() {
    assert_eq!(page(false), page(false));
    assert_eq!(page(true), page(true));
}

#[test]
fn a_page_too_large_leaves_out_the_longest_tables_and_says_so() {
    let (dataset, policy, tables) = demo();
    let page = Explorer { tables, dataset, policy, lang: Lang::Zh, public: false }.page_within(300_000);
    assert!(page.len() < 450_000, "{}", page.len());
    assert_eq!(embedded(&page, "about")["left_out"][0], json!("missing"));
    assert!(embedded(&page, "tables").get("requirements").is_some());
    assert!(embedded(&page, "tables").get("missing").is_none());
}

/// The tables of the demonstration, where one course of a cohort had few students; `shift` moves what they reached,
/// and with it everything that is computed from it.
fn with_a_small_course(shift: f64) -> Vec<Table> {
    let (_, _, tables) = demo();
    let of = |table: &Table, row: usize, name: &str| table.text(row, name).unwrap_or_default().to_owned();
    let contributions = tables.iter().find(|table| table.schema().key == "contributions").unwrap();
    let (course, cohort) = (of(contributions, 0, "course"), of(contributions, 0, "cohort"));
    let small =
        |table: &Table, row: usize| of(table, row, "course") == course && of(table, row, "cohort") == cohort;
    let above = |column: &str| -> BTreeSet<String> {
        let rows = (0..contributions.len()).filter(|&row| small(contributions, row));
        rows.map(|row| of(contributions, row, column)).collect()
    };
    let (indicators, requirements) = (above("indicator"), above("requirement"));
    let same_framework =
        |table: &Table, row: usize| of(table, row, "framework") == of(contributions, 0, "framework");
    let rests = |table: &Table, row: usize| match table.schema().key {
        "contributions" | "cohort_courses" => small(table, row),
        _ if of(table, row, "cohort") != cohort => false,
        "indicators" => indicators.contains(&of(table, row, "indicator")),
        "requirements" => {
            !same_framework(table, row) || requirements.contains(&of(table, row, "requirement"))
        }
        "training_objectives" => true,
        _ => false,
    };
    let changed = tables.iter().map(|table| {
        let columns = table.columns().map(|(schema, column)| match column {
            Column::Number(values)
                if ["value", "contribution", "se", "low", "high"].contains(&schema.name) =>
            {
                let moved = |(row, value): (usize, &Option<f64>)| {
                    let direct = table.text(row, "evaluation") != Some("indirect");
                    value.map(|value| if direct && rests(table, row) { value + shift } else { value })
                };
                Column::Number(values.iter().enumerate().map(moved).collect())
            }
            Column::Integer(values) if schema.name == "n_assessed" && table.schema().key != "indicators" => {
                let few = |(row, n): (usize, &Option<i64>)| {
                    let few = ["contributions", "cohort_courses"].contains(&table.schema().key)
                        && small(table, row);
                    if few { Some(4) } else { *n }
                };
                Column::Integer(values.iter().enumerate().map(few).collect())
            }
            other => other.clone(),
        });
        Table::from_columns(table.schema(), columns.collect())
    });
    changed.collect()
}

#[test]
fn what_a_small_group_reached_changes_no_byte_of_the_public_page() {
    let (dataset, policy, _) = demo();
    let page = |shift: f64| {
        let tables = with_a_small_course(shift);
        let embed =
            |public: bool| Explorer { tables: &tables, dataset, policy, lang: Lang::Zh, public }.page();
        (embed(true), embed(false))
    };
    let ((public, whole), (moved, whole_moved)) = (page(0.0), page(0.01));
    assert!(public == moved, "the public page depends on four students");
    assert!(whole != whole_moved, "the page for the institution shows them");
}

#[test]
fn suppressed_values_occur_nowhere_and_no_published_figure_rests_on_one() {
    let tables = with_a_small_course(0.0);
    let (dataset, policy, _) = demo();
    let page = Explorer { tables: &tables, dataset, policy, lang: Lang::Zh, public: true }.page();
    let shown = public(&tables, policy.privacy.suppress_below);
    let mut n_suppressed = 0;
    let mut published = BTreeSet::new();
    let mut suppressed = BTreeSet::new();
    for table in &shown {
        let before = tables.iter().find(|one| one.schema().key == table.schema().key).unwrap();
        for row in 0..table.len() {
            let value = before.number(row, "value").map(|value| json!(value).to_string());
            let is_suppressed = table.text(row, "reason") == Some("suppressed");
            n_suppressed += usize::from(is_suppressed);
            for name in ["value", "low", "high", "n_assessed", "n_answers", "shown"] {
                let gone = table.number(row, name).is_none() && table.text(row, name).is_none();
                assert!(!is_suppressed || gone, "{} {row} {name}", table.schema().key);
            }
            if let Some(n) = table.number(row, "n_assessed").or(table.number(row, "n_answers")) {
                assert!(!(0.5..10.0).contains(&n), "{} {row}: {n}", table.schema().key);
            }
            let all = if is_suppressed { &mut suppressed } else { &mut published };
            all.extend(value.filter(|value| value.len() > 12));
        }
    }
    assert!(n_suppressed > 5, "{n_suppressed}");
    // The same number may be published elsewhere of a group that is large enough.
    for value in suppressed.difference(&published) {
        assert!(!page.contains(value.as_str()), "{value}");
    }
    for key in ["offerings", "objectives", "items", "missing", "course_terms"] {
        assert!(embedded(&page, "tables").get(key).is_none(), "{key}");
    }
}

#[test]
fn a_cohort_of_nine_has_no_public_figure_and_one_of_eighty_has() {
    let (_, _, tables) = demo();
    let shown = |least: usize| {
        let shown = public(tables, least);
        let requirements = shown.iter().find(|table| table.schema().key == "requirements").unwrap();
        (0..requirements.len()).filter(|&row| requirements.number(row, "value").is_some()).count()
    };
    assert!(shown(10) > 40 && shown(81) == 0, "{} {}", shown(10), shown(81));
}

#[test]
fn words_of_both_languages_and_the_meaning_of_every_column_stand_in_the_page() {
    let words: Value = serde_json::from_str(&data::words_json()).unwrap();
    assert_eq!(words["verdict.reached"], json!(["达成", "reached"]));
    let schemas: Value = serde_json::from_str(&data::schemas_json()).unwrap();
    assert_eq!(schemas["indicators"]["columns"]["value"][1], json!("attainment; empty = no evidence"));
    assert!(schemas.get("student_objectives").is_none());
}
