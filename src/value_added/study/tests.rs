//! Laws of declared models on a small made data set.

use super::*;
use crate::model::{Measure, Student, parse_decimal};

/// 40 students of four classes in two cohorts: entry, mid and exit scores.
fn dataset() -> Dataset {
    let mut dataset = Dataset { group_names: vec!["room".to_owned()], ..Dataset::default() };
    let mut scores = Vec::new();
    for i in 0..40_u32 {
        let class = i % 4;
        dataset.students.push(Student {
            id: format!("S{i:02}"),
            name: None,
            programme: None,
            cohort: Some(if i < 20 { "2023" } else { "2024" }.to_owned()),
            class: Some(format!("class {class}")),
            groups: vec![Some(class.to_string())],
        });
        let entry = 50 + i * 17 % 31;
        let exit = entry / 2 + 30 + 3 * class + i * 29 % 13;
        scores.extend([("entry", i, entry), ("exit", i, exit), ("mid", i, (entry + exit) / 2 + i * 7 % 5)]);
    }
    scores.sort_unstable();
    dataset.measures = scores
        .into_iter()
        .map(|(measure, student, score)| Measure {
            measure: measure.to_owned(),
            student,
            time: None,
            score: parse_decimal(&score.to_string()).unwrap(),
        })
        .collect();
    dataset
}

fn declared(text: &str) -> Declarations {
    Declarations::parse(text).unwrap()
}

fn one_model(rest: &str) -> Declarations {
    declared(&format!("[[model]]\nkey = \"m\"\ncohorts = \"together\"\n{rest}"))
}

fn found(rest: &str) -> Result<Findings, ValueAddedError> {
    let (dataset, declarations) = (dataset(), one_model(rest));
    fit_all(&dataset, &Own::default(), &tasks(&dataset, &declarations), &|| ()).remove(0).outcome
}

#[test]
fn the_effect_of_a_unit_is_the_mean_residual_of_its_students_in_the_table_of_students() {
    let findings = found("model = \"mean-residual\"\nformula = \"exit ~ entry\"\nunit = \"class\"").unwrap();
    let students = &findings.students;
    assert_eq!((students.factor.as_deref(), students.prior.as_deref()), (Some("class"), Some("entry")));
    assert_eq!(students.rows.len(), 40);
    for (code, unit) in findings.units[0].units.iter().enumerate() {
        let own: Vec<f64> = (students.rows.iter())
            .filter(|row| row.unit == u32::try_from(code).ok())
            .map(|row| row.observed - row.fitted.unwrap().conditional)
            .collect();
        assert_eq!((own.len(), &unit.unit), (10, &students.units[code]));
        assert!((own.iter().sum::<f64>() / 10.0 - unit.effect).abs() < 1e-10);
    }
}

#[test]
fn the_fit_of_a_mixed_model_is_its_fixed_part_and_the_effect_of_the_unit() {
    let findings = found("model = \"mixed\"\nformula = \"exit ~ entry + (1 | class)\"").unwrap();
    for row in &findings.students.rows {
        let fitted = row.fitted.unwrap();
        let effect = findings.units[0].units[row.unit.unwrap() as usize].effect;
        assert!((fitted.conditional - fitted.fixed - effect).abs() < 1e-10);
        let line = findings.coefficients[0].value + findings.coefficients[1].value * row.prior.unwrap();
        assert!((fitted.fixed - line).abs() < 1e-9);
    }
}

#[test]
fn a_model_without_an_expectation_lists_its_students_all_the_same() {
    let growth = found("model = \"growth\"\nformula = \"exit ~ mid + entry\"\nunit = \"class\"").unwrap();
    assert_eq!(growth.students.prior.as_deref(), Some("mid"), "the most recent prior stands first");
    let gain = found("model = \"gain\"\nformula = \"exit ~ entry\"").unwrap();
    assert_eq!((gain.students.factor.as_deref(), gain.students.rows[0].unit), (None, None));
    assert!(gain.students.rows.iter().all(|row| row.fitted.is_none() && row.prior.is_some()));
}

#[test]
fn a_unit_may_be_named_by_numbers() {
    for model in ["mean-residual", "gain", "growth"] {
        let of = |unit| {
            found(&format!("model = \"{model}\"\nformula = \"exit ~ entry\"\nunit = \"{unit}\"")).unwrap()
        };
        let effects =
            |unit| of(unit).units[0].units.iter().map(|one| (one.n, one.effect)).collect::<Vec<_>>();
        assert_eq!(effects("room"), effects("class"), "{model}");
    }
}

#[test]
fn random_terms_are_refused_where_the_unit_is_named_apart() {
    for model in ["mean-residual", "gain", "growth"] {
        let rest = format!("model = \"{model}\"\nformula = \"exit ~ entry + (1 | class)\"\nunit = \"class\"");
        assert!(matches!(found(&rest), Err(ValueAddedError::RandomTerm { .. })), "{model}");
    }
}

fn close(ours: f64, theirs: f64) {
    assert!((ours - theirs).abs() <= 1e-9 * theirs.abs().max(1.0), "{ours} for {theirs}");
}

fn estimate(findings: &Findings, name: &str) -> Estimate {
    findings.coefficients.iter().find(|one| one.name == name).unwrap().clone()
}

fn effects(findings: &Findings, effect: &str) -> Vec<f64> {
    let units = findings.units.iter().find(|units| units.effect == effect).unwrap();
    units.units.iter().map(|unit| unit.effect).collect()
}

/// R 4.2.2 on the same 40 students: `lm(exit ~ 0 + class + entry)` with the contrast of a class against the mean of the
/// classes, and `anova` against the model without classes.
#[test]
fn fixed_effects_are_those_of_r() {
    let findings = found("model = \"fixed-effects\"\nformula = \"exit ~ entry\"\nunit = \"class\"").unwrap();
    let expected = [
        (-3.117_736_599_865_763, 1.085_260_704_819_801),
        (-1.172_468_597_180_936, 1.090_968_955_520_593),
        (1.039_245_533_288_581, 1.085_249_142_611_097),
        (3.250_959_663_758_12, 1.091_336_946_282_292),
    ];
    for (unit, (effect, error)) in findings.units[0].units.iter().zip(expected) {
        close(unit.effect, effect);
        close(unit.standard_error.unwrap(), error);
    }
    close(findings.units[0].units[0].interval.unwrap().high, -0.914_540_238_792_530_3);
    close(estimate(&findings, "entry").value, 0.569_821_331_5434527);
    close(findings.anova[0].f, 4.791_294_897_098_052);
    close(findings.anova[0].p_value.unwrap(), 0.006_704_594_532_561_757);
}

/// R 4.2.2: HC3 by its formula from `model.matrix`, `resid`, `hatvalues`; `anova(lm(exit ~ entry))`.
#[test]
fn least_squares_have_the_declared_errors() {
    let rest = "model = \"ols\"\nformula = \"exit ~ entry\"\nerrors = \"hc3\"";
    close(estimate(&found(rest).unwrap(), "entry").standard_error.unwrap(), 0.090_538_922_414_466_97);
    let classical = found("model = \"ols\"\nformula = \"exit ~ entry\"").unwrap();
    close(classical.anova[0].sum_of_squares, 950.032_159_254_4);
    assert!((classical.anova[0].f - 46.56162).abs() < 1e-5);
    let rest = "model = \"ols\"\nformula = \"exit ~ entry\"\nerrors = \"cr2\"\ncluster = \"room\"";
    let clustered = found(rest).unwrap();
    assert!(clustered.summary.contains(&("n_clusters", 4.0)));
    close(estimate(&clustered, "entry").value, estimate(&classical, "entry").value);
}

/// R 4.2.2: `t.test` of the gains, and the interval of d_z by `pt` with a non-centrality.
#[test]
fn gains_of_pairs_are_those_of_r() {
    let gain = found("model = \"gain\"\nformula = \"exit ~ entry\"").unwrap();
    let mean = estimate(&gain, "mean_gain");
    close(mean.value, 7.85);
    close(mean.interval.unwrap().low, 5.914_030_391_470_035);
    let standardised =
        found("model = \"standardised-gain\"\nformula = \"exit ~ entry\"\nunit = \"class\"").unwrap();
    let d = estimate(&standardised, "cohens_d_z");
    close(d.value, 1.296_792_979_371_959);
    let ends = d.interval.unwrap();
    assert!((ends.low - 0.869_953_030_990_844_7).abs() < 1e-8, "{ends:?}");
    assert!((ends.high - 1.714_432_940_645_579_8).abs() < 1e-8, "{ends:?}");
    close(estimate(&standardised, "hedges_g_z").value, 1.271_666_628_122_635);
    let g = &standardised.units[0].units;
    assert!(g.iter().all(|unit| unit.interval.unwrap().contains(unit.effect)));
    assert!(g[0].effect < g[3].effect);
}

/// R 4.2.2, by the formulas of the scales.
#[test]
fn normalised_and_relative_gains_are_those_of_r() {
    let rest = "model = \"normalised-gain\"\nformula = \"exit ~ entry\"\nunit = \"class\"\nfull = 100.0";
    let normalised = found(rest).unwrap();
    let mean = estimate(&normalised, "mean_normalised_gain");
    close(mean.value, 0.202_658_373_607_736_9);
    close(mean.standard_error.unwrap(), 0.026_167_200_790_958_95);
    assert!(
        normalised
            .summary
            .iter()
            .any(|(key, value)| *key == "class_gain" && (value - 0.221_282_593_375_616_5).abs() < 1e-12)
    );
    for (ours, theirs) in effects(&normalised, "mean_normalised_gain").iter().zip([
        0.109_315_983_723_878_5,
        0.145_792_031_100_466_1,
        0.242_102_274_520_065_7,
        0.313_423_205_086_537_3,
    ]) {
        close(*ours, theirs);
    }
    close(effects(&normalised, "class_gain")[3], 0.318_059_299_191_374_8);
    assert!(matches!(found(&rest.replace("100.0", "60.0")), Err(ValueAddedError::OutOfRange { .. })));
    let ranks =
        found("model = \"percentile-rank-gain\"\nformula = \"exit ~ entry\"\nunit = \"class\"").unwrap();
    for (ours, theirs) in
        effects(&ranks, "mean_percentile_rank_gain").iter().zip([-11.875, -5.625, 3.25, 14.25])
    {
        close(*ours, theirs);
    }
    let scores =
        found("model = \"standard-score-gain\"\nformula = \"exit ~ entry\"\nunit = \"class\"").unwrap();
    close(effects(&scores, "mean_standard_score_gain")[0], -0.470_618_344_155_989_9);
    close(scores.units[0].units[0].interval.unwrap().low, -0.892_219_959_280_943_3);
}

#[test]
fn the_effect_of_the_context_is_the_difference_of_its_parts() {
    for unit in ["class", "room"] {
        let rest = format!("model = \"contextual\"\nformula = \"exit ~ entry + (1 | {unit})\"");
        let findings = found(&rest).unwrap();
        let of = |name: &str| estimate(&findings, name).value;
        close(of("entry_contextual"), of("entry_between") - of("entry_within"));
        assert_eq!(findings.students.prior.as_deref(), Some("entry"));
    }
}

#[test]
fn what_a_model_needs_is_asked_for() {
    let code = |rest: &str| {
        Declarations::parse(&format!("[[model]]\nkey = \"m\"\n{rest}\nformula = \"y ~ x\"")).unwrap_err()[0]
            .code
    };
    assert_eq!(code("model = \"normalised-gain\""), "full");
    assert_eq!(code("model = \"ols\"\nerrors = \"hc9\""), "errors");
    assert_eq!(code("model = \"ols\"\nerrors = \"cr1\""), "cluster");
    assert_eq!(code("model = \"fixed-effects\""), "unit");
}
