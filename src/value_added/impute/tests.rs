use super::*;
use crate::value_added::data::{Column, Data};
use crate::value_added::own_reference_tests::file;
use crate::value_added::reference_tests::{close, columns, number};
use crate::value_added::study::tests::fitted;

fn students() -> Data {
    columns(&file("imputation.csv"), &["sex", "field"]).unwrap()
}

fn expected() -> serde_json::Value {
    serde_json::from_str(&std::fs::read_to_string(file("imputation.json")).unwrap()).unwrap()
}

/// The rows without a missing cell: y, x and the codes of sex and field.
fn whole(data: &Data) -> (Vec<f64>, Vec<f64>, Vec<u32>, Vec<u32>) {
    let numbers = |name: &str| match data.column(name).unwrap() {
        Column::Number(values) => values.clone(),
        Column::Category(_) => panic!("{name} is a number"),
    };
    let codes = |name: &str| match data.column(name).unwrap() {
        Column::Category(category) => category.codes().to_vec(),
        Column::Number(_) => panic!("{name} is a category"),
    };
    let (y, x, sex, field) = (numbers("y"), numbers("x"), codes("sex"), codes("field"));
    let rows =
        (0..data.rows()).filter(|row| x[*row].is_some() && sex[*row].is_some() && field[*row].is_some());
    let rows: Vec<usize> = rows.collect();
    let pick = |from: &[Option<f64>]| rows.iter().map(|row| from[*row].unwrap()).collect();
    let code = |from: &[Option<u32>]| rows.iter().map(|row| from[*row].unwrap()).collect();
    (pick(&y), pick(&x), code(&sex), code(&field))
}

fn mark(codes: &[u32], level: u32) -> Vec<f64> {
    codes.iter().map(|code| f64::from(u8::from(*code == level))).collect()
}

/// nnet's multinom on the same rows and pseudo-rows, with the inverse of its information (R 4.2.2).
#[test]
fn the_regressions_behind_categories_are_those_of_r() {
    let (y, x, sex, field) = whole(&students());
    let (law, sciences, male) = (mark(&field, 1), mark(&field, 2), mark(&sex, 1));
    let of_sex: Vec<&[f64]> = vec![&y, &x, &law, &sciences];
    let of_field: Vec<&[f64]> = vec![&y, &x, &male];
    for (key, codes, levels, predictors) in
        [("sex", &sex, vec![0, 1], of_sex), ("field", &field, vec![0, 1, 2], of_field)]
    {
        let theirs = &expected()["augmented"][key];
        let codes: Vec<Option<u32>> = codes.iter().map(|code| Some(*code)).collect();
        let (kept, standards, maximum) = Logistic::default().maximum((&codes, &levels), &predictors).unwrap();
        let width = kept.len() + 1;
        let deviations = maximum.deviations();
        for (at, coefficient) in maximum.coefficients.iter().enumerate() {
            let raw = match at % width {
                0 => {
                    let line = &maximum.coefficients[at..at + width];
                    let slopes = line[1..].iter().zip(&standards).map(|(b, of)| b * of.mean / of.sd);
                    coefficient - slopes.sum::<f64>()
                }
                column => {
                    let sd = standards[column - 1].sd;
                    close(deviations[at] / sd, number(&theirs["sd"][at]), 1e-6, "deviation");
                    coefficient / sd
                }
            };
            close(raw, number(&theirs["coefficients"][at]), 1e-5, key);
        }
    }
}

/// mice 3.15 (`norm`, `logreg`, `polyreg`), 500 data sets: the means of 200 of ours differ by the noise of both only; its
/// `polyreg` does not draw the coefficients, so that our errors are a little larger.
#[test]
fn pooled_coefficients_with_imputed_categories_are_those_of_mice() {
    let rest = "model = \"ols\"\nformula = \"y ~ x + sex + field\"\nmissing = \"impute\"\nimputations = 200";
    let findings = fitted(rest, &students()).unwrap();
    assert_eq!(findings.counts.as_ref().unwrap().used, 400, "nobody is left out");
    let theirs = &expected()["pooled"];
    assert_eq!(findings.coefficients.len(), 5);
    for (at, one) in findings.coefficients.iter().enumerate() {
        let noise = (number(&theirs["between"][at]) * (1.0 / 200.0 + 1.0 / 500.0)).sqrt();
        let difference = one.value - number(&theirs["estimate"][at]);
        assert!(difference.abs() < 4.0 * noise, "{}: {difference} with noise {noise}", one.name);
        let ratio = one.standard_error.unwrap() / number(&theirs["se"][at]);
        assert!((0.95..1.12).contains(&ratio), "{}: {ratio}", one.name);
    }
}

/// An input that tells the levels apart perfectly leaves the coefficients finite.
#[test]
fn levels_told_apart_perfectly_can_be_imputed() {
    let codes: Vec<Option<u32>> = (0..60).map(|i| (i % 7 != 0).then_some(u32::from(i >= 30))).collect();
    let x: Vec<f64> = (0..60).map(f64::from).collect();
    let incomplete = Incomplete { name: "sex".to_owned(), cells: Cells::Categories(codes.clone(), 3) };
    let found = imputed(&[incomplete], &[x], (1, 0)).unwrap();
    let [Completed::Categories(drawn)] = found.as_slice() else { panic!("{found:?}") };
    assert!(drawn.iter().all(|code| *code < 2), "a level nobody has is not drawn");
    assert!(codes.iter().zip(drawn).all(|(given, drawn)| given.is_none_or(|given| given == *drawn)));
    assert_eq!((drawn[0], drawn[56]), (0, 1));
}

#[test]
fn a_column_of_one_level_is_filled_with_it() {
    let codes = vec![Some(1), None, Some(1), Some(1), None];
    let incomplete = Incomplete { name: "sex".to_owned(), cells: Cells::Categories(codes, 2) };
    let found = imputed(&[incomplete], &[vec![1.0, 2.0, 3.0, 4.0, 5.0]], (1, 0)).unwrap();
    assert_eq!(found, [Completed::Categories(vec![1; 5])]);
}
