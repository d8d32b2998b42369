use super::*;
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
