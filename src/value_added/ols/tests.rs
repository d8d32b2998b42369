use super::*;
use crate::value_added::data::{Category, Column, Data};
use crate::value_added::design::Grouping;
use crate::value_added::formula::Formula;
use crate::value_added::reference_tests::{close, csv, number, reference, shared, with_levels};
use serde_json::Value;

const KINDS: [(&str, Robust); 9] = [
    ("classical", Robust::Classical),
    ("HC0", Robust::Hc0),
    ("HC1", Robust::Hc1),
    ("HC2", Robust::Hc2),
    ("HC3", Robust::Hc3),
    ("CR0", Robust::Cr0),
    ("CR1_stata", Robust::Cr1),
    ("CR2_clubSandwich", Robust::Cr2),
    ("CR3_clubSandwich", Robust::Cr3),
];

fn check(ols: &Ols, clusters: &Grouping, expected: &Value) {
    for (i, name) in ols.names.iter().enumerate() {
        close(ols.fit.coefficients[i], number(&expected["coef"][name]), 1e-10, name);
        for (key, kind) in KINDS {
            let covariance = ols.covariance(kind, Some(&clusters.codes)).unwrap();
            close(covariance[(i, i)].sqrt(), number(&expected["se"][key][name]), 1e-10, key);
        }
    }
    close(ols.adjusted_r_squared().unwrap(), number(&expected["adj_r2"]), 1e-10, "adjusted R²");
    close(ols.log_likelihood(), number(&expected["logLik"]), 1e-12, "log-likelihood");
    for (ours, theirs) in ols.anova().iter().zip(expected["anova_sequential"].as_array().unwrap()) {
        close(ours.sum_of_squares, number(&theirs["SS"]), 1e-10, "sum of squares");
        close(ours.p_value.unwrap(), number(&theirs["p"]), 1e-8, "p");
    }
    let (cook, student) = (ols.cooks_distances().unwrap(), ols.studentised_residuals().unwrap());
    for i in 0..10 {
        close(ols.fit.residuals[i], number(&expected["first10_resid"][i]), 1e-10, "residual");
        close(ols.hat[i], number(&expected["first10_hat"][i]), 1e-10, "hat");
        close(cook[i], number(&expected["first10_cooks"][i]), 1e-9, "Cook");
        close(student[i], number(&expected["first10_rstudent"][i]), 1e-10, "studentised");
    }
}

#[test]
fn coefficients_robust_errors_and_influence_are_those_of_sandwich_and_club_sandwich() {
    let Some(expected) = reference("ols_robust.json") else { return };
    let names = ["normexam", "standLRT", "sex", "schgend", "vr", "school"];
    let exam = csv("datasets/value_added/exam.csv", &["school"]).unwrap();
    let exam = with_levels(&exam, &names, "schgend", &["mixed", "boys", "girls"]);
    let exam = with_levels(&exam, &names, "vr", &["bottom 25%", "mid 50%", "top 25%"]);
    for key in ["exam_simple", "exam_ancova"] {
        let formula = format!("{} + (1 | school)", expected[key]["formula"].as_str().unwrap());
        let design = Design::new(&Formula::parse(&formula).unwrap(), &exam).unwrap();
        check(&Ols::fixed_part(&design).unwrap(), &design.random[0].grouping, &expected[key]);
    }
}

#[test]
fn a_design_with_random_terms_is_not_fitted_by_least_squares() {
    if shared().is_none() {
        return;
    }
    let exam = csv("datasets/value_added/exam.csv", &["school"]).unwrap();
    let design = Design::new(&Formula::parse("normexam ~ 1 + (1 | school)").unwrap(), &exam).unwrap();
    assert!(matches!(Ols::new(&design), Err(ValueAddedError::RandomTerm { .. })));
}

/// The correct digits of a figure, as NIST counts them.
fn digits(ours: f64, certified: &Value) -> f64 {
    let certified = number(certified);
    -((ours - certified).abs() / certified.abs()).max(1e-16).log10()
}

/// Values as printed, or a first value and then two in turn.
fn sample(group: &Value) -> Vec<f64> {
    if let Some(values) = group["values"].as_str() {
        return values.split_whitespace().map(|text| text.parse().unwrap()).collect();
    }
    let then: Vec<f64> = group["then"].as_array().unwrap().iter().map(number).collect();
    let times = group["times"].as_u64().unwrap() as usize;
    std::iter::once(number(&group["first"])).chain(std::iter::repeat_n(then, times).flatten()).collect()
}

#[test]
fn the_sequential_analysis_of_variance_meets_the_figures_of_nist() {
    let sets: Value = serde_json::from_str(include_str!("../../../tests/reference/nist_strd.json")).unwrap();
    for set in sets["anova"].as_array().unwrap() {
        let (mut y, mut group) = (Vec::new(), Vec::new());
        for (index, values) in set["groups"].as_array().unwrap().iter().enumerate() {
            let values = sample(values);
            group.extend(std::iter::repeat_n(Some(index as u32), values.len()));
            y.extend(values);
        }
        let levels = (0..=group.last().unwrap().unwrap()).map(|level| level.to_string()).collect();
        let data = Data::new([
            ("y".to_owned(), Column::numbers(&y)),
            ("g".to_owned(), Column::Category(Category::new(group, levels).unwrap())),
        ])
        .unwrap();
        let ols = Ols::new(&Design::new(&Formula::parse("y ~ g").unwrap(), &data).unwrap()).unwrap();
        let row = &ols.anova()[0];
        // The doubles nearest to the printed values of SmLs05 and SmLs08 have 9.94 and 3.92 digits of their own.
        let required = number(&set["required"]) - 0.1;
        for (ours, key) in [
            (row.f, "f"),
            (row.sum_of_squares, "ss_between"),
            (ols.fit.residual_ss, "ss_within"),
            (ols.fit.residual_sd.unwrap(), "residual_sd"),
            (ols.fit.r_squared.unwrap(), "r_squared"),
        ] {
            let found = digits(ours, &set[key]);
            assert!(found >= required, "{} {key}: {found} of {required} digits", set["name"]);
        }
    }
}
