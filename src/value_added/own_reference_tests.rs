//! The whole engine against R on simulated students that stand in the repository: `tests/reference/make_value_added.R`.

use std::path::{Path, PathBuf};

use ndarray::Array2;
use serde_json::Value;

use super::data::{Column, Data};
use super::design::Design;
use super::effect_size::paired_gain;
use super::formula::Formula;
use super::growth::quantile::quantile_regression;
use super::growth::spline::Knots;
use super::mixed::{Criterion, MixedModel};
use super::ols::{Ols, Robust};
use super::reference_tests::{close, columns, number};

pub(super) fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference").join(name)
}

fn students() -> Data {
    columns(&file("value_added.csv"), &["school", "class", "gender"]).unwrap()
}

fn results() -> Value {
    serde_json::from_str(&std::fs::read_to_string(file("value_added.json")).unwrap()).unwrap()
}

fn design(formula: &str) -> Design {
    Design::new(&Formula::parse(formula).unwrap(), &students()).unwrap()
}

fn scores(name: &str) -> Vec<f64> {
    let data = students();
    let Column::Number(values) = data.column(name).unwrap() else { panic!("{name} is a number") };
    values.iter().map(|value| value.unwrap()).collect()
}

#[test]
fn least_squares_and_robust_errors_are_those_of_r() {
    let expected = &results()["ols"];
    let design = design("exit ~ entry + gender + (1 | school)");
    let ols = Ols::fixed_part(&design).unwrap();
    let schools = &design.random[0].grouping.codes;
    for i in 0..3 {
        close(ols.fit.coefficients[i], number(&expected["fixed"][i]), 1e-12, "coefficient");
        let error = |kind| ols.covariance(kind, Some(schools)).unwrap()[(i, i)].sqrt();
        close(error(Robust::Classical), number(&expected["se"][i]), 1e-12, "error");
        for (key, kind) in
            [("hc0", Robust::Hc0), ("hc1", Robust::Hc1), ("hc2", Robust::Hc2), ("hc3", Robust::Hc3)]
        {
            close(error(kind), number(&expected["errors"][key][i]), 1e-11, key);
        }
        // R's loop uses g/(g − 1); Cr1 also has (n − 1)/(n − p).
        let small = (239.0_f64 / 237.0).sqrt();
        close(error(Robust::Cr1) / small, number(&expected["errors"]["cr1"][i]), 1e-11, "cr1");
    }
    for (at, row) in ols.anova().iter().take(2).enumerate() {
        close(row.sum_of_squares, number(&expected["anova"]["ss"][at]), 1e-11, "sum of squares");
        close(row.f, number(&expected["anova"]["f"][at]), 1e-11, "F");
    }
    for (at, distance) in ols.cooks_distances().unwrap().iter().take(10).enumerate() {
        close(*distance, number(&expected["cooks"][at]), 1e-10, "Cook");
    }
}

#[test]
fn mixed_models_are_those_of_lme4() {
    for expected in results()["mixed"].as_array().unwrap() {
        let formula = expected["formula"].as_str().unwrap();
        let criterion = if expected["reml"] == true { Criterion::Reml } else { Criterion::Ml };
        let model = MixedModel::new(design(formula)).unwrap();
        let fit = model.fit(criterion).unwrap();
        close(fit.value, number(&expected["value"]), 1e-9, formula);
        close(fit.residual_variance.sqrt(), number(&expected["sigma"]), 1e-6, "sigma");
        for (at, effect) in fit.fixed.iter().enumerate() {
            close(effect.estimate, number(&expected["fixed"][at]), 1e-5, &effect.name);
            close(effect.standard_error, number(&expected["se"][at]), 1e-5, &effect.name);
        }
        for component in &fit.components {
            for ((i, j), value) in component.covariance.indexed_iter() {
                let theirs = number(&expected["covariance"][&component.factor][i][j]);
                assert!((value - theirs).abs() < 1e-5, "{formula} {i} {j}: {value} {theirs}");
            }
        }
        for modes in model.modes(&fit).unwrap() {
            let theirs = &expected["modes"][&modes.factor];
            for (at, level) in modes.levels.iter().enumerate() {
                assert_eq!(theirs["levels"][at], level.as_str());
                assert!(
                    (modes.modes[(at, 0)] - number(&theirs["effect"][at])).abs() < 1e-5,
                    "{formula} {level}"
                );
                let sd = modes.conditional[at][(0, 0)].sqrt();
                assert!((sd - number(&expected["sd"][&modes.factor][at])).abs() < 1e-5, "{formula} {level}");
            }
        }
    }
}

#[test]
fn no_quantile_regression_of_quantreg_is_better() {
    let expected = &results()["quantile"];
    let numbers = |value: &Value| value.as_array().unwrap().iter().map(number).collect::<Vec<f64>>();
    let (entry, exit) = (scores("entry"), scores("exit"));
    let knots = Knots::of_scores(&entry).unwrap();
    assert_eq!(knots.inner, numbers(&expected["knots"]));
    assert_eq!(knots.boundary, (number(&expected["edge"][0]), number(&expected["edge"][1])));
    let mut rows = Array2::ones((entry.len(), 1 + knots.columns()));
    let mut row = vec![0.0; knots.columns()];
    for (at, x) in entry.iter().enumerate() {
        knots.basis(*x, &mut row);
        row.iter().enumerate().for_each(|(k, value)| rows[(at, k + 1)] = *value);
    }
    let fits = quantile_regression(rows.view(), &exit, &numbers(&expected["taus"])).unwrap();
    for (fit, objective) in fits.iter().zip(numbers(&expected["objective"])) {
        close(fit.objective, objective, 1e-11, "objective");
    }
}

#[test]
fn the_mean_gain_is_that_of_r() {
    let expected = &results()["gain"];
    let gain = paired_gain(&scores("entry"), &scores("exit"), 0.95).unwrap();
    let interval = gain.interval.unwrap();
    close(gain.mean, number(&expected["mean"]), 1e-12, "mean");
    close(gain.t, number(&expected["t"]), 1e-12, "t");
    close(interval.low, number(&expected["low"]), 1e-10, "low");
    close(interval.high, number(&expected["high"]), 1e-10, "high");
}
