use super::*;
use crate::value_added::data::{Category, Column, Data};
use crate::value_added::design::Membership;
use crate::value_added::formula::Formula;
use crate::value_added::reference_tests::{close, csv, number, reference, shared, with_levels};
use serde_json::Value;

fn data(name: &str) -> Data {
    let path = |file: &str| format!("datasets/value_added/{file}.csv");
    match name {
        "exam" => {
            let names = ["normexam", "standLRT", "sex", "schgend", "vr", "school"];
            let exam = csv(&path("exam"), &["school"]).unwrap();
            let exam = with_levels(&exam, &names, "schgend", &["mixed", "boys", "girls"]);
            with_levels(&exam, &names, "vr", &["bottom 25%", "mid 50%", "top 25%"])
        }
        "hsb" => high_school_and_beyond(),
        "chem97" => csv(&path("chem97"), &["school", "lea"]).unwrap(),
        "insteval" => csv(&path("insteval"), &["s", "d", "dept", "service"]).unwrap(),
        "sleepstudy" => csv(&path("sleepstudy"), &["Subject"]).unwrap(),
        other => csv(&path(other), &["Batch", "plate", "sample", "batch", "cask"]).unwrap(),
    }
}

/// The students' file with the school file's means and sectors, as the published tables need it.
fn high_school_and_beyond() -> Data {
    let students = csv("datasets/value_added/mathachieve.csv", &["School"]).unwrap();
    let schools = csv("datasets/value_added/mathachschool.csv", &["School"]).unwrap();
    let (Column::Category(own), Column::Category(all)) =
        (students.column("School").unwrap(), schools.column("School").unwrap())
    else {
        panic!("schools are categories")
    };
    let (Column::Number(mean), Column::Category(sector), Column::Number(ses)) = (
        schools.column("MEANSES").unwrap(),
        schools.column("Sector").unwrap(),
        students.column("SES").unwrap(),
    ) else {
        panic!("numbers are numbers")
    };
    let row_of = |code: u32| {
        let level = &own.levels()[code as usize];
        all.codes().iter().position(|c| &all.levels()[c.unwrap() as usize] == level).unwrap()
    };
    let by_code: Vec<usize> = (0..own.levels().len() as u32).map(row_of).collect();
    let rows: Vec<usize> = own.codes().iter().map(|c| by_code[c.unwrap() as usize]).collect();
    let meanses: Vec<Option<f64>> = rows.iter().map(|&row| mean[row]).collect();
    let cses = ses.iter().zip(&meanses).map(|(s, m)| Some(s.unwrap() - m.unwrap())).collect();
    let catholic = rows.iter().map(|&row| {
        let catholic = sector.levels()[sector.codes()[row].unwrap() as usize] == "Catholic";
        Some(u32::from(catholic))
    });
    let levels = vec!["Public".to_owned(), "Catholic".to_owned()];
    let sector = Category::new(catholic.collect(), levels).unwrap();
    Data::new([
        ("School".to_owned(), students.column("School").unwrap().clone()),
        ("MathAch".to_owned(), students.column("MathAch").unwrap().clone()),
        ("meanses".to_owned(), Column::Number(meanses)),
        ("cses".to_owned(), Column::Number(cses)),
        ("Sector".to_owned(), Column::Category(sector)),
    ])
    .unwrap()
}

pub(in crate::value_added) fn model(set: &str, formula: &str) -> MixedModel {
    MixedModel::new(Design::new(&Formula::parse(formula).unwrap(), &data(set)).unwrap()).unwrap()
}

const MODELS: [(&str, &str, &str); 17] = [
    ("dyestuff", "dyestuff", "Yield ~ 1 + (1 | Batch)"),
    ("exam_null", "exam", "normexam ~ 1 + (1 | school)"),
    ("exam_ri", "exam", "normexam ~ standLRT + (1 | school)"),
    ("exam_ctx", "exam", "normexam ~ standLRT + sex + schgend + (1 | school)"),
    ("exam_ctx_vr", "exam", "normexam ~ standLRT + sex + schgend + vr + (standLRT | school)"),
    ("exam_rs", "exam", "normexam ~ standLRT + (standLRT | school)"),
    ("exam_rs_unc", "exam", "normexam ~ standLRT + (standLRT || school)"),
    ("hsb_null", "hsb", "MathAch ~ 1 + (1 | School)"),
    ("hsb_means", "hsb", "MathAch ~ meanses + (1 | School)"),
    ("hsb_rs", "hsb", "MathAch ~ cses + (cses | School)"),
    ("hsb_full", "hsb", "MathAch ~ meanses * cses + Sector * cses + (cses | School)"),
    ("sleepstudy_rs", "sleepstudy", "Reaction ~ Days + (Days | Subject)"),
    ("sleepstudy_unc", "sleepstudy", "Reaction ~ Days + (Days || Subject)"),
    ("penicillin", "penicillin", "diameter ~ 1 + (1 | plate) + (1 | sample)"),
    ("pastes", "pastes", "strength ~ 1 + (1 | batch) + (1 | sample)"),
    ("chem97_null", "chem97", "score ~ 1 + (1 | school) + (1 | lea)"),
    ("chem97", "chem97", "score ~ gcsecnt + (1 | school) + (1 | lea)"),
];

fn check_fit(name: &str, fit: &MixedFit, expected: &Value, tolerance: f64) {
    let value = ["criterion_minus2logLik"].iter().map(|key| number(&expected[key])).find(|x| x.is_finite());
    let value = value.unwrap_or_else(|| {
        let criterion = &expected["criterion"];
        let ml = number(&criterion["deviance_minus2logLik"]);
        if ml.is_finite() { ml } else { number(&criterion["REMLcrit"]) }
    });
    close(fit.value, value, 1e-11, &format!("{name}: criterion"));
    close(fit.aic(), number(&expected["AIC"]), 1e-11, &format!("{name}: AIC"));
    close(fit.bic(), number(&expected["BIC"]), 1e-11, &format!("{name}: BIC"));
    close(fit.residual_variance.sqrt(), number(&expected["sigma"]), tolerance, &format!("{name}: sigma"));
    for (ours, theirs) in fit.fixed.iter().zip(expected["fixed"].as_array().unwrap()) {
        close(ours.estimate, number(&theirs["estimate"]), tolerance, &format!("{name}: {}", ours.name));
        close(ours.standard_error, number(&theirs["se"]), tolerance, &format!("{name}: se {}", ours.name));
    }
    let theta: Vec<f64> = match &expected["theta"] {
        Value::Array(theta) => theta.iter().map(number).collect(),
        Value::Object(theta) => theta.values().map(number).collect(),
        one => vec![number(one)],
    };
    let ours: Vec<f64> = fit
        .components
        .iter()
        .flat_map(|c| {
            let q = c.effects.len();
            (0..q).flat_map(move |j| (j..q).map(move |i| (i, j))).map(|(i, j)| c.relative_factor[(i, j)])
        })
        .collect();
    // Both lists hold the same factors; ours is ordered by the number of levels.
    assert_eq!(ours.len(), theta.len(), "{name}");
    let mut sorted = (ours.clone(), theta.clone());
    if fit.components.len() > 1 {
        sorted.0.sort_by(f64::total_cmp);
        sorted.1.sort_by(f64::total_cmp);
    }
    // Next to a flat direction the polished fits have fewer digits of the small entries than of the large ones.
    let largest = if tolerance > 1e-7 { theta.iter().fold(0.0, |m: f64, t| m.max(t.abs())) } else { 0.0 };
    for (ours, theirs) in sorted.0.iter().zip(&sorted.1) {
        assert!(
            (ours - theirs).abs() <= tolerance * theirs.abs().max(largest),
            "{name}: {ours} for {theirs}"
        );
    }
}

fn check_model(name: &str, set: &str, formula: &str) {
    let model = model(set, formula);
    let certified = reference(&format!("certified_lmm_{name}.json"));
    let lme4 = reference(&format!("lmm_{name}.json")).unwrap();
    for (key, criterion) in [("REML", Criterion::Reml), ("ML", Criterion::Ml)] {
        let fit = model.fit(criterion).unwrap();
        assert!(fit.convergence.remaining < 1e-7, "{name} {key}: {:?}", fit.convergence);
        if let Some(certified) = &certified {
            let one_factor = certified["method"].as_str().unwrap().contains("60-digit");
            check_fit(name, &fit, &certified[key], if one_factor { 1e-9 } else { 1e-8 });
        }
        check_fit(name, &fit, &lme4[key]["polished_fit"], 1e-6);
        assert!(fit.value < number(&lme4[key]["default_fit"]["logLik"]) * -2.0 + 1e-6);
    }
}

#[test]
fn every_model_agrees_with_its_certified_and_its_polished_fit() {
    if shared().is_none() {
        return;
    }
    for (name, set, formula) in MODELS {
        check_model(name, set, formula);
    }
}

#[test]
fn crossed_ratings_agree_with_their_certified_fits() {
    if shared().is_none() {
        return;
    }
    for (name, formula, key, criterion) in [
        ("insteval_sd", "y ~ 1 + (1 | s) + (1 | d)", "ML", Criterion::Ml),
        ("insteval_svcdept", "y ~ service + (1 | s) + (1 | d) + (1 | dept:service)", "REML", Criterion::Reml),
    ] {
        let model = model("insteval", formula);
        let fit = model.fit(criterion).unwrap();
        check_fit(name, &fit, &reference(&format!("certified_lmm_{name}.json")).unwrap()[key], 1e-8);
        if criterion == Criterion::Reml {
            check_blups(&model, &fit, &format!("{name}_REML_blup.csv"), false, 1e-4);
        }
    }
}

#[test]
fn dyestuff2_ends_on_the_boundary_and_says_so() {
    let Some(expected) = reference("lmm_dyestuff2_boundary.json") else { return };
    let model = model("dyestuff2", "Yield ~ 1 + (1 | Batch)");
    for (key, criterion) in [("REML", Criterion::Reml), ("ML", Criterion::Ml)] {
        let fit = model.fit(criterion).unwrap();
        check_fit("dyestuff2", &fit, &expected[key]["default_fit"], 1e-12);
        assert_eq!(fit.components[0].covariance[(0, 0)], 0.0);
        assert!(fit.notes.iter().any(|note| matches!(note, Note::Boundary { .. })));
    }
}

fn blups(file: &str) -> Option<Vec<Vec<String>>> {
    let path = shared()?.join("reference/blup").join(file);
    let mut reader = csv::Reader::from_path(path).ok()?;
    reader.records().map(|r| r.ok().map(|r| r.iter().map(str::to_owned).collect())).collect()
}

fn check_blups(model: &MixedModel, fit: &MixedFit, file: &str, certified: bool, tolerance: f64) {
    let modes = model.modes(fit).unwrap();
    let rows = blups(file).unwrap();
    let first = 2;
    for row in &rows {
        let (factor, level) = if certified { (None, &row[0]) } else { (Some(&row[0]), &row[1]) };
        let modes =
            modes.iter().find(|m| factor.is_none_or(|f| *f == m.factor || m.levels.len() == rows.len()));
        let modes = modes.unwrap();
        let g = modes.levels.iter().position(|l| l == level).unwrap_or_else(|| panic!("{file}: {level}"));
        let value = |i: usize| row[first + i].parse::<f64>().unwrap();
        for e in 0..modes.effects.len() {
            close(modes.modes[(g, e)], value(2 * e), tolerance, &format!("{file} {level} mode"));
            let sd = modes.conditional[g][(e, e)].sqrt();
            close(sd, value(2 * e + 1), tolerance, &format!("{file} {level} sd"));
        }
        if modes.effects.len() == 2 {
            close(modes.conditional[g][(1, 0)], value(4), tolerance, &format!("{file} {level} covariance"));
        }
    }
}

#[test]
fn conditional_modes_and_their_variances_are_the_certified_ones() {
    if shared().is_none() {
        return;
    }
    for (name, set, formula) in MODELS {
        let certified = format!("certified_{name}_REML_blup.csv");
        let lme4 = format!("{name}_REML_blup.csv");
        let is_certified = blups(&certified).is_some();
        if is_certified || !name.ends_with("unc") {
            let model = model(set, formula);
            let fit = model.fit(Criterion::Reml).unwrap();
            let (file, tolerance) = if is_certified { (certified, 1e-8) } else { (lme4, 1e-4) };
            check_blups(&model, &fit, &file, is_certified, tolerance);
        }
    }
}

#[test]
fn models_that_cannot_be_fitted_say_why() {
    let n = 2000;
    let numbers: Vec<f64> = (0..n).map(|i| f64::from(i * 7919 % 1009)).collect();
    let units: Vec<String> = (0..n).map(|i| i.to_string()).collect();
    let single = Category::from_texts(units.iter().map(|u| Some(u.as_str())));
    let data = Data::new([
        ("y".to_owned(), Column::numbers(&numbers)),
        ("x".to_owned(), Column::numbers(&numbers.iter().map(|x| 2.0 * x + 1.0).collect::<Vec<_>>())),
        ("half".to_owned(), Column::numbers(&(0..n).map(|i| f64::from(i % 2)).collect::<Vec<_>>())),
        ("one".to_owned(), Column::Category(single)),
    ])
    .unwrap();
    let model =
        |formula: &str| MixedModel::new(Design::new(&Formula::parse(formula).unwrap(), &data).unwrap()).err();
    assert!(matches!(model("y ~ 1"), Some(ValueAddedError::NoRandomTerm)));
    assert!(matches!(model("y ~ 1 + (1 | one)"), Some(ValueAddedError::AsManyEffectsAsRows { .. })));
    assert!(matches!(model("y ~ x + (1 | half)"), Some(ValueAddedError::PerfectFit)));
    assert!(matches!(
        model("y ~ 1 + (1 | half) + (1 | half)"),
        Some(ValueAddedError::RepeatedRandomEffect { .. })
    ));
}

#[test]
fn a_weight_of_two_counts_like_two_rows_at_the_same_place() {
    let y = [1.0, 3.0, 2.0, 5.0, 4.0, 7.0, 3.5, 6.0];
    let group = [0.0, 0.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0];
    let data = Data::new([("y".to_owned(), Column::numbers(&y)), ("g".to_owned(), Column::numbers(&group))])
        .unwrap();
    let design = Design::new(&Formula::parse("y ~ 1 + (1 | g)").unwrap(), &data).unwrap();
    let plain = MixedModel::new(design.clone()).unwrap().fit(Criterion::Reml).unwrap();
    let doubled =
        MixedModel::new(design.weighted(vec![2.0; 8]).unwrap()).unwrap().fit(Criterion::Reml).unwrap();
    assert!((plain.fixed[0].estimate - doubled.fixed[0].estimate).abs() < 1e-9);
    assert!((2.0 * plain.residual_variance - doubled.residual_variance).abs() < 1e-9);
    assert!((plain.components[0].covariance[(0, 0)] - doubled.components[0].covariance[(0, 0)]).abs() < 1e-8);
    assert!((plain.value - doubled.value).abs() < 1e-9, "equal weights change the unit of σ² only");
}

fn small_data() -> Data {
    let n = 60;
    let number = |f: fn(usize) -> f64| Column::numbers(&(0..n).map(f).collect::<Vec<_>>());
    Data::new([
        ("y".to_owned(), number(|i| ((i * 7919) % 101) as f64 / 20.0 + (i % 6) as f64)),
        ("x".to_owned(), number(|i| ((i * 31) % 17) as f64 / 8.0)),
        ("g".to_owned(), number(|i| (i % 6) as f64)),
    ])
    .unwrap()
}

fn members(share: f64) -> Membership {
    let rows = (0..60_u32).map(|i| vec![((i + 1) % 6, 1.0 - share), (i % 6, share)]).collect();
    Membership::new("unit", (0..6).map(|i| i.to_string()).collect(), rows).unwrap()
}

#[test]
fn a_membership_in_one_unit_is_an_ordinary_factor() {
    let design = |formula: &str| Design::new(&Formula::parse(formula).unwrap(), &small_data()).unwrap();
    let ordinary = MixedModel::new(design("y ~ x + (1 | g)")).unwrap().fit(Criterion::Reml).unwrap();
    let shared = design("y ~ x").with_membership(members(1.0)).unwrap();
    let model = MixedModel::new(shared).unwrap();
    let fit = model.fit(Criterion::Reml).unwrap();
    assert!((fit.value - ordinary.value).abs() < 1e-9);
    assert!((fit.components[0].covariance[(0, 0)] - ordinary.components[0].covariance[(0, 0)]).abs() < 1e-6);
    assert_eq!(model.modes(&fit).unwrap()[0].levels.len(), 6);
}

/// −2 log L of y ~ N(Xβ, σ²(I + τZZᵀ)) with β profiled, by the dense matrices themselves.
fn direct_criterion(design: &Design, membership: &Membership, tau: f64, sigma2: f64) -> f64 {
    let (n, p) = (design.response.len(), design.columns.len());
    let mut v = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..n {
            let shares = |row: usize| membership.rows()[row].iter();
            let common: f64 = shares(i)
                .flat_map(|(a, x)| shares(j).filter(move |(b, _)| a == b).map(move |(_, y)| x * y))
                .sum();
            v[i * n + j] = sigma2 * (tau * common + f64::from(u8::from(i == j)));
        }
    }
    assert!(small::cholesky(&mut v, n));
    let mut xy: Vec<f64> = (0..n)
        .flat_map(|i| design.columns.iter().map(move |c| c[i]).chain(std::iter::once(design.response[i])))
        .collect();
    small::forward(&v, n, &mut xy, p + 1);
    let mut products = small::transposed_product(&xy, p + 1, &xy, p + 1);
    assert!(small::cholesky(&mut products, p + 1));
    let rss = products[(p + 1) * (p + 1) - 1].powi(2);
    small::log_determinant(&v, n) + n as f64 * (2.0 * std::f64::consts::PI).ln() + rss
}

#[test]
fn shares_of_several_units_give_the_likelihood_of_the_dense_matrices() {
    let design = Design::new(&Formula::parse("y ~ x").unwrap(), &small_data()).unwrap();
    let membership = members(0.7);
    let fit = MixedModel::new(design.clone().with_membership(membership.clone()).unwrap())
        .unwrap()
        .fit(Criterion::Ml)
        .unwrap();
    let tau = fit.components[0].relative_factor[(0, 0)].powi(2);
    let at = |tau: f64, sigma2: f64| direct_criterion(&design, &membership, tau, sigma2);
    let best = at(tau, fit.residual_variance);
    assert!((fit.value - best).abs() < 1e-8, "{} for {best}", fit.value);
    for (a, b) in [(1.01, 1.0), (0.99, 1.0), (1.0, 1.01), (1.0, 0.99)] {
        assert!(at(a * tau, b * fit.residual_variance) > best, "the fit is the minimum");
    }
    assert!(Membership::new("u", vec!["a".to_owned()], Vec::new()).is_err());
    assert!(
        design.with_membership(Membership::new("u", vec![String::new(); 2], Vec::new()).unwrap()).is_err()
    );
}
