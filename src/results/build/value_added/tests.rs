use std::collections::BTreeSet;

use super::*;
use crate::model::{Measure, Student, parse_decimal};
use crate::results::schema::SCHEMAS;
use crate::value_added::study::tests::dataset;
use crate::value_added::study::{Declarations, Own, fit_all, tasks};

const DECLARED: &str = r#"
[[model]]
key = "mixed"
model = "mixed"
formula = "exit ~ entry + (1 + entry || class) + (1 | room:cohort)"
influence = true
cohorts = "together"
[[model]]
key = "contextual"
model = "contextual"
formula = "exit ~ entry + (1 | class)"
[[model]]
key = "fixed"
model = "fixed-effects"
formula = "exit ~ entry"
unit = "class"
[[model]]
key = "ols"
model = "ols"
formula = "exit ~ entry + mid + class"
[[model]]
key = "plain"
model = "mean-residual"
formula = "exit ~ entry"
unit = "class"
missing = "impute"
[[model]]
key = "gain"
model = "gain"
formula = "exit ~ entry"
unit = "class"
[[model]]
key = "hake"
model = "normalised-gain"
formula = "exit ~ entry"
unit = "class"
full = 100
[[model]]
key = "cohen"
model = "standardised-gain"
formula = "exit ~ entry"
unit = "class"
[[model]]
key = "ranks"
model = "percentile-rank-gain"
formula = "exit ~ entry"
unit = "class"
[[model]]
key = "scores"
model = "standard-score-gain"
formula = "exit ~ entry"
unit = "class"
[[model]]
key = "growth"
model = "growth"
formula = "exit ~ mid"
unit = "class"
cohorts = "together"
[[model]]
key = "ahead"
model = "growth"
formula = "exit ~ mid"
unit = "class"
target = [60, "entry"]
[[model]]
key = "none"
model = "ols"
formula = "exit ~ nothing"
"#;

/// 130 students more, the last ten without an exit score.
fn more_students(dataset: &mut Dataset) {
    for i in 40..170_u32 {
        let known = dataset.students[(i % 40) as usize].clone();
        dataset.students.push(Student { id: format!("S{i:03}"), ..known });
        for (measure, score) in
            [("entry", 50 + i * 17 % 31), ("exit", 50 + i * 29 % 23), ("mid", 45 + i * 37 % 41)]
        {
            if (measure != "exit" || i < 160) && (measure != "entry" || i != 165) {
                let score = parse_decimal(&score.to_string()).unwrap();
                dataset.measures.push(Measure { measure: measure.to_owned(), student: i, time: None, score });
            }
        }
    }
    dataset.measures.sort_by(|a, b| (&a.measure, a.student).cmp(&(&b.measure, b.student)));
}

/// Every model at once, with some entries missing.
fn tables() -> Vec<Table> {
    let mut dataset = dataset();
    dataset.measures.retain(|one| one.measure != "entry" || one.student % 9 != 0);
    more_students(&mut dataset);
    let declarations = Declarations::parse(DECLARED).unwrap();
    let fits = fit_all(&dataset, &Own::default(), &tasks(&dataset, &declarations), &|| ());
    let failed: Vec<&str> =
        (fits.iter()).filter(|fit| fit.outcome.is_err()).map(|fit| fit.declaration.key.as_str()).collect();
    assert_eq!(failed, ["none", "none"]);
    value_added_tables(&dataset, &fits)
}

#[test]
fn every_row_of_a_table_is_named_by_its_keys() {
    for table in tables() {
        let schema = table.schema();
        assert!(!table.is_empty(), "{}: no row", schema.key);
        let mut seen = BTreeSet::new();
        for row in 0..table.len() {
            let key: Vec<Option<&str>> = schema.keys.iter().map(|key| table.text(row, key)).collect();
            assert!(seen.insert(key.clone()), "{}: {key:?} stands twice", schema.key);
        }
    }
}

#[test]
fn the_tables_of_value_added_stand_in_the_order_of_their_schemas() {
    let tables = tables();
    let keys: Vec<&str> = tables.iter().map(|table| table.schema().key).collect();
    let declared: Vec<&str> =
        SCHEMAS.iter().map(|schema| schema.key).filter(|key| keys.contains(key)).collect();
    assert_eq!(keys, declared);
}

#[test]
fn trajectories_rise_and_a_target_asks_for_the_growth_that_leads_to_it() {
    let tables = tables();
    let of = |key: &str| tables.iter().find(|table| table.schema().key == key).unwrap();
    let (paths, targets) = (of("growth_projections"), of("growth_targets"));
    assert_eq!((paths.len(), targets.len()), (10 * 5, 10 * 2 - 1), "one student has no entry score");
    for row in 1..paths.len() {
        if paths.text(row, "student") == paths.text(row - 1, "student") {
            assert!(paths.number(row, "value") >= paths.number(row - 1, "value"));
        }
        assert_eq!((paths.number(row, "n_curves"), paths.text(row, "from")), (Some(160.0), Some("mid")));
    }
    for row in 0..targets.len() {
        let expected = match targets.number(row, "percentile") {
            None => "beyond",
            Some(p) if p < 35.0 => "low",
            Some(p) if p <= 65.0 => "typical",
            Some(_) => "high",
        };
        assert_eq!(targets.text(row, "growth"), Some(expected));
    }
}

#[test]
fn what_was_done_and_why_there_is_nothing_stands_in_the_summary() {
    let tables = tables();
    let summary = tables.iter().find(|table| table.schema().key == "model_summary").unwrap();
    let rows: Vec<(Option<&str>, Option<&str>, Option<&str>)> = (0..summary.len())
        .map(|row| (summary.text(row, "part"), summary.text(row, "name"), summary.text(row, "reason")))
        .collect();
    let incomplete = |(part, name, reason): &&(Option<&str>, Option<&str>, Option<&str>)| {
        *part == Some("note")
            && *reason == Some("incomplete_rows")
            && name.is_some_and(|name| name.contains("rows="))
    };
    assert!(rows.iter().any(|row| incomplete(&row)));
    let failed = rows.iter().find(|row| row.0 == Some("failed")).unwrap();
    assert!(failed.1.is_some_and(|about| about.starts_with("column=nothing; known=")), "{failed:?}");
    assert_eq!(failed.2, Some("no_such_column"));
    assert!(rows.iter().any(|row| row.1 == Some("optimiser") && row.2.is_some()));
}
