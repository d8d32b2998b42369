use std::collections::BTreeSet;

use super::*;
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
key = "none"
model = "ols"
formula = "exit ~ nothing"
"#;

/// Every model at once, with some entries missing.
fn tables() -> Vec<Table> {
    let mut dataset = dataset();
    dataset.measures.retain(|one| one.measure != "entry" || one.student % 9 != 0);
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
