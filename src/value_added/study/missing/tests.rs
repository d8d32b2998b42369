use rand::{RngExt as _, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use super::*;
use crate::value_added::study::Declarations;

fn declared(rest: &str) -> Declaration {
    let text = format!("[[model]]\nkey = \"m\"\ncohorts = \"together\"\n{rest}");
    Declarations::parse(&text).unwrap().models.remove(0)
}

fn found(rest: &str, data: &Data) -> Result<Findings, ValueAddedError> {
    let students: Vec<u32> = (0..u32::try_from(data.rows()).unwrap()).collect();
    fit(&Sample { declaration: &declared(rest), data, students: &students, shares: None })
}

/// y = 1 + 2x + z + unit + 2 noise; x is missing for most who have a high outcome.
fn made(n: usize, missing: bool) -> Data {
    let mut generator = ChaCha8Rng::seed_from_u64(7);
    let normal = |generator: &mut ChaCha8Rng| -> f64 { StandardNormal.sample(generator) };
    let (mut x, mut y, mut z, mut unit) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for i in 0..n {
        let (own, more) = (normal(&mut generator), normal(&mut generator));
        let outcome = 1.0 + 2.0 * own + more + (i % 20) as f64 / 20.0 + 2.0 * normal(&mut generator);
        let lost = generator.random::<f64>() < 0.8;
        x.push((!(missing && lost && outcome > 2.0)).then_some(own));
        y.push(Some(outcome));
        z.push(Some(more));
        unit.push(format!("u{:02}", i % 20));
    }
    let unit = Category::from_texts(unit.iter().map(|unit| Some(unit.as_str())));
    Data::new([
        ("x".to_owned(), Column::Number(x)),
        ("y".to_owned(), Column::Number(y)),
        ("z".to_owned(), Column::Number(z)),
        ("unit".to_owned(), Column::Category(unit)),
    ])
    .unwrap()
}

fn slope(findings: &Findings) -> (f64, f64) {
    let one = findings.coefficients.iter().find(|one| one.name == "x").unwrap();
    (one.value, one.standard_error.unwrap())
}

/// The truth is 2; who is missing depends on the outcome, so that complete cases are biased and imputation is not.
#[test]
fn imputation_finds_the_truth_where_complete_cases_do_not() {
    let data = made(3000, true);
    let (complete, error) = slope(&found("model = \"ols\"\nformula = \"y ~ x + z\"", &data).unwrap());
    assert!((complete - 2.0).abs() > 5.0 * error, "{complete} {error}");
    let rest = "model = \"ols\"\nformula = \"y ~ x + z\"\nmissing = \"impute\"";
    let findings = found(rest, &data).unwrap();
    let (imputed, error) = slope(&findings);
    assert!((imputed - 2.0).abs() < 3.0 * error, "{imputed} {error}");
    let (_, whole) = slope(&found("model = \"ols\"\nformula = \"y ~ x + z\"", &made(3000, false)).unwrap());
    assert!(error > whole, "what is missing costs precision");
    let fraction = findings.fractions.iter().find(|(name, _)| name == "x").unwrap().1;
    assert!(fraction > 0.1 && fraction < 0.9, "{fraction}");
    let counts = findings.counts.unwrap();
    assert_eq!((counts.given, counts.used), (3000, 3000));
}

#[test]
fn imputed_unit_effects_carry_the_uncertainty_of_what_is_missing() {
    let rest =
        "model = \"mixed\"\nformula = \"y ~ x + z + (1 | unit)\"\nmissing = \"impute\"\nimputations = 5";
    let imputed = found(rest, &made(800, true)).unwrap();
    let whole = found(&rest.replace("impute", "complete"), &made(800, false)).unwrap();
    let of = |findings: &Findings| findings.units[0].units.clone();
    assert_eq!(of(&imputed).len(), 20);
    let wider = of(&imputed)
        .iter()
        .zip(of(&whole))
        .filter(|(one, other)| one.standard_error > other.standard_error)
        .count();
    assert!(wider >= 18, "{wider}");
    assert_eq!(imputed.students.rows.len(), 800);
}

#[test]
fn without_missing_cells_every_policy_gives_the_same() {
    let data = made(200, false);
    let complete = found("model = \"ols\"\nformula = \"y ~ x + z\"", &data).unwrap();
    for policy in ["indicator", "impute"] {
        let rest = format!("model = \"ols\"\nformula = \"y ~ x + z\"\nmissing = \"{policy}\"");
        let other = found(&rest, &data).unwrap();
        let (ours, theirs) = (slope(&complete), slope(&other));
        assert!((ours.0 - theirs.0).abs() < 1e-12 && (ours.1 - theirs.1).abs() < 1e-12, "{policy}");
        assert!(other.compared.is_empty());
    }
}

/// The mark takes up the students whose input is missing, so the slope is that of the others.
#[test]
fn with_one_input_the_indicator_leaves_its_slope_as_it_is_among_complete_cases() {
    let data = made(500, true);
    let complete = found("model = \"ols\"\nformula = \"y ~ x\"", &data).unwrap();
    let marked = found("model = \"ols\"\nformula = \"y ~ x\"\nmissing = \"indicator\"", &data).unwrap();
    assert!((slope(&complete).0 - slope(&marked).0).abs() < 1e-10);
    assert_eq!(marked.counts.as_ref().unwrap().used, 500);
    assert!(marked.coefficients.iter().any(|one| one.name == "x_missing"));
    assert!(marked.notes.iter().any(|note| matches!(note, Note::Indicated { .. })));
}

#[test]
fn the_same_seed_gives_the_same_imputation_and_another_seed_another() {
    let data = made(120, true);
    let of = |seed| {
        let rest = format!("model = \"ols\"\nformula = \"y ~ x\"\nmissing = \"impute\"\nseed = {seed}");
        slope(&found(&rest, &data).unwrap())
    };
    assert_eq!(of(1), of(1));
    assert_ne!(of(1), of(2));
}

/// By hand: outcome 1, 2, 3 of the complete and 5, 7 of the incomplete; pooled variance (2 + 2)/3.
#[test]
fn complete_and_incomplete_students_stand_side_by_side() {
    let number =
        |values: [f64; 5]| Column::Number(values.iter().map(|x| x.is_finite().then_some(*x)).collect());
    let data = Data::new([
        ("y".to_owned(), number([1.0, 2.0, 3.0, 5.0, 7.0])),
        ("x".to_owned(), number([0.5, 1.0, 2.0, f64::NAN, f64::NAN])),
        (
            "sex".to_owned(),
            Column::Category(Category::from_texts([Some("f"), Some("m"), Some("m"), Some("f"), Some("f")])),
        ),
    ])
    .unwrap();
    let rows = compared(&declared("model = \"ols\"\nformula = \"y ~ x + sex\""), &data).unwrap();
    let y = rows.iter().find(|row| row.column == "y").unwrap();
    assert_eq!(
        (y.complete, y.incomplete, y.missing),
        (Side { n: 3, mean: 2.0 }, Side { n: 2, mean: 6.0 }, 0)
    );
    assert!((y.standardised.unwrap() + 4.0 / (4.0_f64 / 3.0).sqrt()).abs() < 1e-12);
    assert!(rows.iter().all(|row| row.column != "x"), "no incomplete student has an entry");
    let women = rows.iter().find(|row| row.level.as_deref() == Some("f")).unwrap();
    assert!((women.difference - (1.0 / 3.0 - 1.0)).abs() < 1e-12);
}

#[test]
fn a_measurement_that_makes_the_gain_is_not_replaced() {
    let text = "[[model]]\nkey = \"m\"\nmodel = \"gain\"\nformula = \"y ~ x\"\nmissing = \"impute\"";
    let wrong = &Declarations::parse(text).unwrap_err()[0];
    assert_eq!((wrong.option.as_str(), wrong.code), ("missing", "value"));
    assert_eq!(wrong.values, [("known", "complete".to_owned())]);
}

/// 200 samples of 120 students, entries missing where outcomes are high: the pooled 95 % intervals cover the truth.
#[test]
fn pooled_intervals_cover_the_truth() {
    let declaration =
        declared("model = \"ols\"\nformula = \"y ~ x\"\nmissing = \"impute\"\nimputations = 10");
    let mut generator = ChaCha8Rng::seed_from_u64(11);
    let covered = (0..200)
        .filter(|_| {
            let (mut x, mut y) = (Vec::new(), Vec::new());
            for _ in 0..120 {
                let own: f64 = StandardNormal.sample(&mut generator);
                let noise: f64 = StandardNormal.sample(&mut generator);
                let outcome = 1.0 + own + noise;
                let lost = outcome > 1.5 && generator.random::<f64>() < 0.7;
                x.push((!lost).then_some(own));
                y.push(outcome);
            }
            let data =
                Data::new([("x".to_owned(), Column::Number(x)), ("y".to_owned(), Column::numbers(&y))])
                    .unwrap();
            let students: Vec<u32> = (0..120).collect();
            let sample = Sample { declaration: &declaration, data: &data, students: &students, shares: None };
            let findings = fit(&sample).unwrap();
            findings.coefficients[1].interval.unwrap().contains(1.0)
        })
        .count();
    // Binomial: 95 % ± three standard errors of 1.5 %.
    assert!((181..=199).contains(&covered), "{covered} of 200");
}

/// 200 samples of 200 students whose sex, or field of three, is missing where outcomes are high: the pooled 95 % intervals
/// of the difference between levels cover the truth.
#[test]
fn pooled_intervals_of_levels_cover_the_truth() {
    let rest = "model = \"ols\"\nformula = \"y ~ x + level\"\nmissing = \"impute\"\nimputations = 10";
    let imputing = declared(rest);
    let mut generator = ChaCha8Rng::seed_from_u64(23);
    for levels in [2_u32, 3] {
        let (mut covered, mut bias) = (0, 0.0);
        for _ in 0..200 {
            let (mut x, mut y, mut codes) = (Vec::new(), Vec::new(), Vec::new());
            for _ in 0..200 {
                let own: f64 = StandardNormal.sample(&mut generator);
                let noise: f64 = StandardNormal.sample(&mut generator);
                let high = generator.random::<f64>() < 1.0 / (1.0 + (-own).exp());
                let code = if high { levels - 1 } else { generator.random_range(0..levels - 1) };
                let outcome = 0.5 * own + f64::from(u8::from(high)) + noise;
                let lost = outcome > 0.8 && generator.random::<f64>() < 0.7;
                x.push(own);
                y.push(outcome);
                codes.push((!lost).then_some(code));
            }
            let names = ["a", "b", "c"][..levels as usize].iter().map(|name| (*name).to_owned()).collect();
            let data = Data::new([
                ("x".to_owned(), Column::numbers(&x)),
                ("y".to_owned(), Column::numbers(&y)),
                ("level".to_owned(), Column::Category(Category::new(codes, names).unwrap())),
            ])
            .unwrap();
            let students: Vec<u32> = (0..200).collect();
            let sample = Sample { declaration: &imputing, data: &data, students: &students, shares: None };
            let found = fit(&sample).unwrap();
            let last = found.coefficients.last().unwrap();
            covered += u32::from(last.interval.unwrap().contains(1.0));
            bias += (last.value - 1.0) / 200.0;
        }
        // Binomial: 95 % ± three standard errors of 1.5 %; the mean of 200 estimates with errors of about 0.2.
        assert!((181..=199).contains(&covered), "{levels}: {covered} of 200");
        assert!(bias.abs() < 3.0 * 0.2 / 200.0_f64.sqrt(), "{levels}: {bias}");
    }
}
