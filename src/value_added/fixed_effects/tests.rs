use super::*;
use crate::value_added::data::{Category, Column, Data};
use crate::value_added::formula::Formula;
use crate::value_added::ols::Robust;

fn data() -> Data {
    let unit = |i: u32| ["a", "b", "c", "d", "e"][(i * i % 7 % 5) as usize];
    let level = |i: u32| f64::from(i * i % 7 % 5);
    let x: Vec<f64> = (0..50).map(|i| f64::from(i * 37 % 23) + level(i)).collect();
    let z: Vec<f64> = (0..50).map(|i| f64::from(i * 11 % 17)).collect();
    let y: Vec<f64> = (0..50_u32)
        .map(|i| 2.0 * x[i as usize] - z[i as usize] + 3.0 * level(i) + f64::from(i * 7 % 13))
        .collect();
    Data::new([
        ("x".to_owned(), Column::numbers(&x)),
        ("z".to_owned(), Column::numbers(&z)),
        ("y".to_owned(), Column::numbers(&y)),
        ("level".to_owned(), Column::numbers(&(0..50).map(level).collect::<Vec<_>>())),
        ("unit".to_owned(), Column::Category(Category::from_texts((0..50).map(unit).map(Some)))),
    ])
    .unwrap()
}

fn design(formula: &str) -> Design {
    Design::new(&Formula::parse(formula).unwrap(), &data()).unwrap()
}

/// The model with a column per unit, and the contrast of its coefficients.
#[test]
fn absorbed_effects_are_those_of_a_column_per_unit() {
    let fit = fixed_effects(&design("y ~ x + z + (1 | unit)"), 0.95).unwrap();
    let full = Ols::new(&design("y ~ 0 + unit + x + z")).unwrap();
    let covariance = full.covariance(Robust::Classical, None).unwrap();
    let n: f64 = fit.effects.iter().map(|unit| unit.n as f64).sum();
    let units = fit.effects.len();
    for (at, unit) in fit.effects.iter().enumerate() {
        let contrast: Vec<f64> = (0..units + 2)
            .map(|k| if k < units { f64::from(u8::from(k == at)) - fit.effects[k].n as f64 / n } else { 0.0 })
            .collect();
        let contrast = Array1::from(contrast);
        let estimate = contrast.dot(&Array1::from(full.fit.coefficients.clone()));
        assert!((unit.effect - estimate).abs() < 1e-10, "{unit:?} {estimate}");
        assert!((unit.standard_error - contrast.dot(&covariance.dot(&contrast)).sqrt()).abs() < 1e-10);
    }
    let expected = full.coefficients(&covariance);
    for (ours, theirs) in fit.coefficients.iter().zip(&expected[units..]) {
        assert!((ours.estimate - theirs.estimate).abs() < 1e-10);
        assert!((ours.standard_error - theirs.standard_error).abs() < 1e-10);
    }
    for (ours, (y, e)) in fit.fitted.iter().zip(design("y ~ x").response.iter().zip(&full.fit.residuals)) {
        assert!((ours.conditional - (y - e)).abs() < 1e-9);
    }
}

#[test]
fn the_effects_of_all_students_sum_to_zero() {
    let fit = fixed_effects(&design("y ~ x + (1 | unit)"), 0.95).unwrap();
    let sum: f64 = fit.effects.iter().map(|unit| unit.n as f64 * unit.effect).sum();
    assert!(sum.abs() < 1e-9);
}

#[test]
fn a_column_that_is_one_value_per_unit_is_left_out_and_named() {
    let fit = fixed_effects(&design("y ~ x + level + (1 | unit)"), 0.95).unwrap();
    assert_eq!(fit.notes, [Note::CollinearColumn { column: "level".to_owned() }]);
    assert_eq!(fit.coefficients.len(), 1);
    let alone = fixed_effects(&design("y ~ level + (1 | unit)"), 0.95).unwrap();
    assert!(alone.coefficients.is_empty(), "the unit means remain");
    assert!(fixed_effects(&design("y ~ x"), 0.95).is_err());
}
