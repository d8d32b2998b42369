use super::*;
use crate::value_added::data::{Category, Column};

fn data() -> Data {
    let sex = ["F", "M", "F", "M", "F", "M"].map(Some);
    let unit = ["a", "a", "b", "b", "c", "c"].map(Some);
    Data::new([
        ("y".to_owned(), Column::numbers(&[1.0, 2.0, 3.0, 5.0, 8.0, 13.0])),
        ("x".to_owned(), Column::Number(vec![Some(1.0), Some(2.0), Some(4.0), Some(3.0), None, Some(6.0)])),
        ("z".to_owned(), Column::numbers(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0])),
        ("two".to_owned(), Column::numbers(&[2.0; 6])),
        ("sex".to_owned(), Column::Category(Category::from_texts(sex))),
        ("unit".to_owned(), Column::Category(Category::from_texts(unit))),
    ])
    .unwrap()
}

fn design(formula: &str) -> Result<Design, ValueAddedError> {
    Design::new(&Formula::parse(formula).unwrap(), &data())
}

#[test]
fn rows_with_a_missing_cell_are_left_out_and_counted() {
    let design = design("y ~ x").unwrap();
    assert_eq!(design.rows, [0, 1, 2, 3, 5]);
    assert_eq!(design.counts.missing, [("x".to_owned(), 1)]);
    assert_eq!(design.notes, [Note::IncompleteRows { rows: 1 }]);
}

#[test]
fn factors_become_treatment_contrasts_and_full_dummies_without_their_margin() {
    assert_eq!(design("y ~ sex + z").unwrap().names, ["(Intercept)", "sexM", "z"]);
    assert_eq!(design("y ~ 0 + sex").unwrap().names, ["sexF", "sexM"]);
    assert_eq!(design("y ~ z + z:sex").unwrap().names, ["(Intercept)", "z", "z:sexM"]);
    assert_eq!(design("y ~ z:sex").unwrap().names, ["(Intercept)", "z:sexF", "z:sexM"]);
    assert_eq!(design("y ~ sex * z").unwrap().names, ["(Intercept)", "sexM", "z", "sexM:z"]);
}

#[test]
fn columns_that_follow_from_others_are_dropped_and_named() {
    let design = design("y ~ z + two + z^2 + sex").unwrap();
    assert_eq!(design.names, ["(Intercept)", "z", "z^2", "sexM"]);
    assert_eq!(design.notes, [Note::ConstantColumn { column: "two".to_owned() }]);
}

#[test]
fn combined_groupings_hold_the_pairs_that_occur() {
    let design = design("y ~ 1 + (1 | unit:sex) + (1 | z)").unwrap();
    assert_eq!(design.random[0].grouping.levels, ["a:F", "a:M", "b:F", "b:M", "c:F", "c:M"]);
    assert_eq!(design.random[1].grouping.levels[0], "1");
}

#[test]
fn what_cannot_be_fitted_says_why() {
    assert!(matches!(design("y ~ nothing"), Err(ValueAddedError::NoSuchColumn { .. })));
    assert!(matches!(design("sex ~ x"), Err(ValueAddedError::NotNumeric { .. })));
    assert!(matches!(design("y ~ sex^2"), Err(ValueAddedError::NotNumeric { .. })));
    assert!(matches!(design("two ~ x"), Err(ValueAddedError::ConstantResponse { .. })));
    assert!(matches!(design("y ~ (1 | two)"), Err(ValueAddedError::OneLevel { .. })));
    assert!(matches!(design("y ~ unit + z + z^2 + x"), Err(ValueAddedError::TooFewRows { .. })));
    let bad = Data::new([("y".to_owned(), Column::numbers(&[f64::NAN]))]);
    assert!(matches!(bad, Err(ValueAddedError::NotFinite { row: 0, .. })));
}
