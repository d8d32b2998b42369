//! The tables of a simulated programme.

use crate::attainment::attain;
use crate::policy::builtin_policy;
use crate::results::Table;
use crate::simulate::{Design, Simulator};

fn tables() -> Vec<Table> {
    let dataset = Simulator::new(Design::demo()).dataset(0);
    let policy = builtin_policy("ceeaa-2024").unwrap();
    super::tables(&dataset, &policy, &attain(&dataset, &policy, &|| ()).unwrap())
}

#[test]
fn no_figure_travels_alone() {
    let tables = tables();
    let figures = tables.iter().filter(|table| table.schema().iter().any(|column| column.name == "p_below"));
    let mut n_figures = 0;
    for table in figures {
        for row in 0..table.len() {
            let place = format!("{} row {row}", table.schema().key);
            assert!(table.text(row, "method").is_some() && table.text(row, "policy").is_some(), "{place}");
            let value = table.number(row, "value");
            let reason = table.text(row, "reason");
            assert!(value.is_some() || reason.is_some(), "{place}: no value and no reason");
            assert_eq!(value.is_some(), table.text(row, "verdict").is_some(), "{place}");
            if let Some(value) = value {
                n_figures += 1;
                assert!(
                    table.text(row, "interval").is_some() || reason.is_some(),
                    "{place}: no interval, no reason"
                );
                let expected = table.number(row, "expected").unwrap();
                let reached = table.text(row, "verdict") == Some("reached");
                assert!((value - expected).abs() < 1e-12 || (value > expected) == reached, "{place}");
                let ends = table.number(row, "low").zip(table.number(row, "high"));
                assert!(ends.is_none_or(|(low, high)| low <= high && low >= 0.0), "{place}");
            }
        }
    }
    assert!(n_figures > 1000);
}

#[test]
fn the_tables_stand_in_the_order_of_their_schemas() {
    let keys: Vec<&str> = tables().iter().map(|table| table.schema().key).collect();
    let declared: Vec<&str> = crate::results::schema::SCHEMAS.iter().map(|schema| schema.key).collect();
    assert_eq!(keys[..], declared[..keys.len()]);
}

#[test]
fn the_page_on_tables_is_the_generated_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tables.md");
    let page = crate::results::schema_markdown(crate::results::schema::SCHEMAS);
    if std::env::var_os("ATTAIN_WRITE_DOCS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(path).unwrap_or_default(),
        page,
        "write it anew with ATTAIN_WRITE_DOCS=1"
    );
}
