//! Published worked examples, each through the library's own paths. A published cell that is wrong is asserted
//! as published and as wrong.

mod china;
mod india;
mod north_america;
mod programme;

use attain::attainment::{Attained, Attainment, attain};
use attain::model::{Dataset, Decimal, Mark, MarkGrid, MarkState};
use serde_json::Value;

use crate::small::{Course, decimal, policy};

/// Computes under a policy written in a few lines.
fn run(dataset: &Dataset, sections: &str) -> Attained {
    attain(dataset, &policy(sections), &|| ()).unwrap()
}

/// A number of a JSON file as the decimal it was written as.
fn number(value: &Value) -> Decimal {
    decimal(&value.to_string())
}

fn float(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

/// A mark with `scale` places; a state where the file has none.
fn mark(value: &Value, scale: u8, missing: MarkState) -> Mark {
    if value.is_null() {
        return Mark::State(missing);
    }
    Mark::Scored(MarkGrid::units(number(value), scale).unwrap())
}

/// One objective served by all items with share 1.
fn one_objective(items: Vec<(Decimal, Decimal)>, scale: u8, rows: Vec<Vec<Mark>>) -> Course {
    let links = (0..items.len()).map(|item| (item, 0, Decimal::ONE)).collect();
    Course { items, objectives: vec![None], links, scale, rows }
}

/// The first objective of the first offering.
fn first(attained: &Attained) -> &Attainment {
    &attained.offerings[0].groups[0].objectives[0]
}

fn close(found: Option<f64>, expected: f64, tolerance: f64, what: &str) {
    let found = found.unwrap_or_else(|| panic!("{what}: no value, expected {expected}"));
    assert!((found - expected).abs() <= tolerance, "{what}: {found}, expected {expected}");
}
