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
        let line = findings.coefficients[0].estimate + findings.coefficients[1].estimate * row.prior.unwrap();
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
