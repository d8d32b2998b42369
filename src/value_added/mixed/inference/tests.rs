use crate::value_added::mixed::fit::tests::model;
use crate::value_added::mixed::{
    Criterion, MixedFit, MixedModel, UnitOptions, explained, likelihood_ratio, unit_effects,
};
use crate::value_added::reference_tests::{close, number, reference, shared};

fn fitted(set: &str, formula: &str, criterion: Criterion) -> (MixedModel, MixedFit) {
    let model = model(set, formula);
    let fit = model.fit(criterion).unwrap();
    (model, fit)
}

#[test]
fn standard_errors_of_variances_are_the_certified_ones() {
    if shared().is_none() {
        return;
    }
    for (name, set, formula) in [
        ("dyestuff", "dyestuff", "Yield ~ 1 + (1 | Batch)"),
        ("exam_rs", "exam", "normexam ~ standLRT + (standLRT | school)"),
        ("hsb_full", "hsb", "MathAch ~ meanses * cses + Sector * cses + (cses | School)"),
        ("sleepstudy_rs", "sleepstudy", "Reaction ~ Days + (Days | Subject)"),
    ] {
        let certified = reference(&format!("certified_lmm_{name}.json")).unwrap();
        for (key, criterion) in [("REML", Criterion::Reml), ("ML", Criterion::Ml)] {
            let (model, fit) = fitted(set, formula, criterion);
            let inference = model.inference(&fit).unwrap();
            let expected = certified[key]["varcomp"].as_array().unwrap();
            for (ours, theirs) in inference.parameters.iter().zip(expected) {
                close(ours.estimate, number(&theirs["estimate"]), 1e-8, name);
                close(ours.standard_error, number(&theirs["se_observed_information"]), 1e-6, name);
            }
        }
    }
}

#[test]
fn degrees_of_freedom_are_those_of_lmer_test() {
    let Some(expected) = reference("lmm_inference.json") else { return };
    for (key, set, formula) in [
        ("satterthwaite_exam", "exam", "normexam ~ standLRT + sex + schgend + (standLRT | school)"),
        ("satterthwaite_sleepstudy", "sleepstudy", "Reaction ~ Days + (Days | Subject)"),
    ] {
        let (model, fit) = fitted(set, formula, Criterion::Reml);
        let inference = model.inference(&fit).unwrap();
        for (ours, theirs) in inference.fixed.iter().zip(expected[key].as_array().unwrap()) {
            close(ours.df.unwrap(), number(&theirs["df"]), 1e-3, key);
            close(ours.standard_error, number(&theirs["Std. Error"]), 1e-4, key);
        }
    }
}

#[test]
fn a_random_slope_is_tested_against_the_mixture_of_its_boundary() {
    let Some(expected) = reference("lmm_inference.json") else { return };
    let (_, smaller) = fitted("exam", "normexam ~ standLRT + (1 | school)", Criterion::Ml);
    let (_, larger) = fitted("exam", "normexam ~ standLRT + (standLRT | school)", Criterion::Ml);
    let test = likelihood_ratio(&smaller, &larger).unwrap();
    close(test.chi_squared, number(&expected["lrt_slope"]["chisq"]), 1e-6, "χ²");
    close(test.p_boundary.unwrap(), number(&expected["lrt_slope"]["p_mixture"]), 1e-5, "p");
    assert!(likelihood_ratio(&larger, &smaller).is_err());
}

#[test]
fn shrinkage_is_the_reliability_of_each_school() {
    let Some(expected) = reference("lmm_inference.json") else { return };
    let expected = &expected["shrinkage_exam_ri"];
    let (model, fit) = fitted("exam", "normexam ~ standLRT + (1 | school)", Criterion::Reml);
    let options = UnitOptions { level: 0.95, smallest_ranked: 10, draws: 1000, seed: 1 };
    let units = unit_effects(&fit, &model.modes(&fit).unwrap()[0], "(Intercept)", &options).unwrap();
    for theirs in expected["reliability"].as_array().unwrap() {
        let ours = units.iter().find(|unit| unit.unit == theirs["school"].as_str().unwrap()).unwrap();
        close(ours.reliability, number(&theirs["lambda"]), 1e-3, "reliability");
        assert_eq!(ours.rank.is_some(), ours.n >= 10, "small units are shown but not ranked");
    }
    close(explained(&model, &fit).icc[0], number(&expected["icc"]), 1e-3, "ICC");
}

#[test]
fn the_bootstrap_agrees_with_lme4_within_its_own_noise() {
    let Some(expected) = reference("lmm_inference.json") else { return };
    let expected = &expected["bootMer_exam_ri_ML"];
    let (model, fit) = fitted("exam", "normexam ~ standLRT + (1 | school)", Criterion::Ml);
    let replicates = model.bootstrap(&fit, 1000, 7).unwrap();
    let of = |index: usize| -> Vec<f64> {
        let value = |r: &crate::value_added::mixed::Replicate| match index {
            2 => r.covariances[0],
            3 => r.residual_variance,
            i => r.fixed[i],
        };
        replicates.iter().flatten().map(value).collect()
    };
    for index in 0..4 {
        let draws = of(index);
        assert_eq!(draws.len(), 1000);
        let (mean, sd) =
            (crate::stats::moments::mean(&draws).unwrap(), crate::stats::moments::sd(&draws).unwrap());
        let (their_mean, their_sd) = (number(&expected["mean"][index]), number(&expected["sd"][index]));
        let noise = (2.0_f64 / 1000.0).sqrt() * their_sd;
        assert!((mean - their_mean).abs() < 4.0 * noise, "{index}: mean {mean} for {their_mean}");
        assert!((sd - their_sd).abs() < 4.0 * noise, "{index}: sd {sd} for {their_sd}");
    }
    assert_eq!(replicates, model.bootstrap(&fit, 1000, 7).unwrap(), "same seed, same bytes");
}
