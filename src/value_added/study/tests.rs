//! Laws of declared models on a small made data set.

use super::*;
use crate::model::{Measure, Student, UnitShare, parse_decimal};

/// 40 students of four classes in two cohorts: entry, mid and exit scores.
pub(crate) fn dataset() -> Dataset {
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

pub(super) fn declared(text: &str) -> Declarations {
    Declarations::parse(text).unwrap()
}

fn one_model(rest: &str) -> Declarations {
    declared(&format!("[[model]]\nkey = \"m\"\ncohorts = \"together\"\n{rest}"))
}

/// What a model makes of data that are no data set.
pub(in crate::value_added) fn fitted(
    rest: &str,
    data: &crate::value_added::data::Data,
) -> Result<Findings, ValueAddedError> {
    let declarations = one_model(rest);
    let students: Vec<u32> = (0..u32::try_from(data.rows()).unwrap()).collect();
    missing::fit(&Sample { declaration: &declarations.models[0], data, students: &students, shares: None })
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
    close(estimate(&findings, "entry").value, 0.569_821_331_543_452_7);
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
    assert!(clustered.summary.contains(&("n_clusters".to_owned(), 4.0)));
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
fn residuals_are_told_in_standard_deviations_with_the_quantiles_they_should_have() {
    for rest in [
        "model = \"ols\"\nformula = \"exit ~ entry\"",
        "model = \"mixed\"\nformula = \"exit ~ entry + (1 | class)\"",
    ] {
        let findings = found(rest).unwrap();
        let rows: Vec<Diagnosis> = findings.students.rows.iter().filter_map(|row| row.diagnosis).collect();
        assert_eq!(rows.len(), 40);
        let smallest = rows.iter().min_by(|a, b| a.standardised.total_cmp(&b.standardised)).unwrap();
        // R 4.2.2: qnorm((1 - 3/8)/(40 + 1/4)).
        assert!((smallest.normal.unwrap() + 2.156_355_705_19).abs() < 1e-9, "{smallest:?}");
        assert_eq!(rows[0].leverage.is_some(), rest.contains("ols"));
    }
    let sum: f64 = found("model = \"ols\"\nformula = \"exit ~ entry\"")
        .unwrap()
        .students
        .rows
        .iter()
        .filter_map(|row| row.diagnosis?.leverage)
        .sum();
    assert!((sum - 2.0).abs() < 1e-10, "leverages sum to the number of coefficients");
}

/// The same 40 students, each with the class as the one teacher, or with several teachers at times 1, 2 and 3.
pub(super) fn taught(times: &[&str], shares: &dyn Fn(u32, usize) -> Vec<(String, &'static str)>) -> Dataset {
    let mut dataset = dataset();
    let base: Vec<Measure> = dataset.measures.iter().filter(|one| one.measure == "exit").cloned().collect();
    for one in base {
        for (at, time) in times.iter().enumerate() {
            let more = (at as u32 * 4 + one.student * 13 % 7 + at as u32 * one.student % 3).to_string();
            dataset.measures.push(Measure {
                measure: "score".to_owned(),
                time: Some((*time).to_owned()),
                score: one.score + parse_decimal(&more).unwrap(),
                ..one.clone()
            });
        }
    }
    dataset.measures.sort_by(|a, b| (&a.measure, a.student, &a.time).cmp(&(&b.measure, b.student, &b.time)));
    for student in 0..40 {
        for (at, time) in times.iter().enumerate() {
            for (unit, share) in shares(student, at) {
                let share = parse_decimal(share).unwrap();
                let time = Some((*time).to_owned());
                dataset.memberships.push(UnitShare {
                    factor: "teacher".to_owned(),
                    student,
                    time,
                    unit,
                    share,
                });
            }
        }
    }
    dataset.memberships.sort_by(|a, b| (a.student, &a.time, &a.unit).cmp(&(b.student, &b.time, &b.unit)));
    dataset
}

fn found_in(dataset: &Dataset, rest: &str) -> Result<Findings, ValueAddedError> {
    let declarations = one_model(rest);
    fit_all(dataset, &Own::default(), &tasks(dataset, &declarations), &|| ()).remove(0).outcome
}

/// With one unit each and a share of one, a membership is a grouping factor.
#[test]
fn a_membership_of_one_unit_is_a_grouping_factor() {
    let dataset = taught(&["1"], &|student, _| vec![(format!("class {}", student % 4), "1")]);
    let grouped = found_in(&dataset, "model = \"mixed\"\nformula = \"exit ~ entry + (1 | class)\"").unwrap();
    let shared =
        found_in(&dataset, "model = \"mixed\"\nformula = \"exit ~ entry\"\nmembership = \"teacher\"")
            .unwrap();
    let effects = |findings: &Findings| effects(findings, "(Intercept)");
    assert_eq!(effects(&grouped).len(), 4);
    for (a, b) in effects(&grouped).iter().zip(effects(&shared)) {
        assert!((a - b).abs() < 1e-6, "{a} {b}");
    }
    let unknown = "model = \"mixed\"\nformula = \"exit ~ entry\"\nmembership = \"tutor\"";
    assert!(matches!(found_in(&dataset, unknown), Err(ValueAddedError::NoMembership { .. })));
}

#[test]
fn times_are_rows_and_growth_is_a_slope_of_the_student() {
    let dataset = taught(&["2021", "2022", "2023"], &|_, _| Vec::new());
    let rest =
        "model = \"mixed\"\nformula = \"score ~ time + entry + (1 + time | student)\"\nrows = \"times\"";
    let findings = found_in(&dataset, rest).unwrap();
    assert_eq!(findings.counts.as_ref().unwrap().used, 120);
    assert!(findings.students.rows.is_empty());
    let slope = estimate(&findings, "time").value;
    assert!((slope - 4.0).abs() < 1.0, "{slope}");
    assert!(findings.units.iter().any(|units| units.effect == "time" && units.units.len() == 40));
    let named = taught(&["autumn", "spring"], &|_, _| Vec::new());
    assert!(matches!(
        found_in(&named, &rest.replace("1 + time", "1")),
        Err(ValueAddedError::TimesWithoutOrder { .. })
    ));
    let ordered = format!("{}\ntimes = [\"spring\", \"autumn\"]", rest.replace("1 + time", "1"));
    assert!(estimate(&found_in(&named, &ordered).unwrap(), "time").value < 0.0);
}

/// Under complete persistence the units of earlier times stay in the row.
#[test]
fn past_units_count_only_where_they_persist() {
    let dataset = taught(&["1", "2"], &|student, at| {
        let teacher = |k: u32| format!("T{}", (student / 2 + k) % 5);
        if at == 0 { vec![(teacher(0), "1")] } else { vec![(teacher(1), "0.5"), (teacher(2), "0.5")] }
    });
    let rows = |persistence: &str| {
        let rest = format!(
            "model = \"mixed\"\nformula = \"score ~ time\"\nrows = \"times\"\nmembership = \"teacher\"\npersistence = \"{persistence}\""
        );
        let declarations = one_model(&rest);
        let declaration = &declarations.models[0];
        let at = occasions(&dataset, "score", |_| true);
        let shares = Shares::declared(&dataset, declaration, &at).unwrap().unwrap();
        assert!(found_in(&dataset, &rest).is_ok());
        shares.membership(&[0, 1]).unwrap().rows().to_vec()
    };
    assert_eq!(rows("none"), [vec![(0, 1.0)], vec![(1, 0.5), (2, 0.5)]]);
    assert_eq!(rows("complete"), [vec![(0, 1.0)], vec![(0, 1.0), (1, 0.5), (2, 0.5)]]);
}

#[test]
fn text_in_a_column_of_numbers_is_named() {
    let mut dataset = dataset();
    dataset.group_names = vec!["room".to_owned(), "points".to_owned()];
    for (at, student) in dataset.students.iter_mut().enumerate() {
        student.groups.push(Some(if at == 7 { "absent".to_owned() } else { format!("{}.5", at * 3) }));
    }
    let wrong =
        |formula: &str| found_in(&dataset, &format!("model = \"ols\"\nformula = \"{formula}\"")).unwrap_err();
    for formula in ["exit ~ points", "points ~ entry"] {
        let ValueAddedError::TextAmongNumbers { column, text, cells } = wrong(formula) else {
            panic!("{formula}")
        };
        assert_eq!((column.as_str(), text.as_str(), cells), ("points", "absent", 1));
    }
    assert!(matches!(wrong("class ~ entry"), ValueAddedError::NotNumeric { .. }));
    assert!(found_in(&dataset, "model = \"ols\"\nformula = \"exit ~ entry\"\ncluster = \"points\"").is_ok());
}

#[test]
fn a_factor_with_one_level_is_named() {
    let mut dataset = dataset();
    dataset.students.iter_mut().for_each(|student| student.programme = Some("CS".to_owned()));
    let one = found_in(&dataset, "model = \"mixed\"\nformula = \"exit ~ entry + (1 | programme)\"");
    assert!(matches!(one, Err(ValueAddedError::OneLevel { .. })));
    let fixed = found_in(&dataset, "model = \"ols\"\nformula = \"exit ~ entry + programme\"").unwrap();
    let constant = |note: &crate::value_added::design::Note| matches!(note, crate::value_added::design::Note::ConstantColumn { column } if column == "programme");
    assert!(fixed.notes.iter().any(constant));
}

/// A million units of one student each: no model hangs, and each says why there is no result.
#[test]
fn a_million_units_of_one_are_refused_with_the_reason() {
    use crate::value_added::data::{Category, Column, Data};
    let n = 1_000_000_u32;
    let number = |k: u32| Column::Number((0..n).map(|i| Some(f64::from(i * k % 1009))).collect());
    let unit = Category::new((0..n).map(Some).collect(), (0..n).map(|i| i.to_string()).collect()).unwrap();
    let data = Data::new([
        ("y".to_owned(), number(7)),
        ("x".to_owned(), number(13)),
        ("unit".to_owned(), Column::Category(unit)),
    ])
    .unwrap();
    let students: Vec<u32> = (0..n).collect();
    for (rest, expected) in [
        ("model = \"mixed\"\nformula = \"y ~ x + (1 | unit)\"", "as_many_effects_as_rows"),
        ("model = \"fixed-effects\"\nformula = \"y ~ x\"\nunit = \"unit\"", "too_few_rows"),
    ] {
        let declarations = one_model(rest);
        let sample =
            Sample { declaration: &declarations.models[0], data: &data, students: &students, shares: None };
        let error = missing::fit(&sample).unwrap_err();
        assert_eq!(crate::value_added::words::error_words(&error).0, expected);
    }
}

#[test]
fn likelihood_and_weights_are_as_declared() {
    let reml = found("model = \"mixed\"\nformula = \"exit ~ entry + (1 | class)\"").unwrap();
    let ml =
        found("model = \"mixed\"\nformula = \"exit ~ entry + (1 | class)\"\ncriterion = \"ml\"").unwrap();
    assert_eq!((reml.summary[0].0.as_str(), ml.summary[0].0.as_str()), ("reml", "ml"));
    let variance = |findings: &Findings| findings.components[0].estimate;
    assert!(variance(&ml) < variance(&reml), "the likelihood knows nothing of the fixed effects");
    let mut dataset = dataset();
    dataset.group_names.push("weight".to_owned());
    for (at, student) in dataset.students.iter_mut().enumerate() {
        student.groups.push((at != 3).then(|| "2.5".to_owned()));
    }
    let rest = "model = \"mixed\"\nformula = \"exit ~ entry + (1 | class)\"\nweights = \"weight\"";
    let weighted = found_in(&dataset, rest).unwrap();
    let counts = weighted.counts.as_ref().unwrap();
    assert_eq!((counts.given, counts.used), (40, 39));
    // Equal weights change no coefficient: they only rescale σ².
    dataset.students[3].groups.pop();
    dataset.students[3].groups.push(Some("2.5".to_owned()));
    let equal = found_in(&dataset, rest).unwrap();
    close(estimate(&equal, "entry").value, estimate(&reml, "entry").value);
    assert!((equal.components[1].estimate / reml.components[1].estimate - 2.5).abs() < 1e-6);
}

#[test]
fn unusual_units_are_told_with_what_changes_without_them() {
    let rest = "model = \"mixed\"\nformula = \"exit ~ entry + (1 | class)\"";
    let plain = found(rest).unwrap();
    assert!(plain.unusual.len() == 4 && plain.unusual.iter().all(|one| one.influence.is_none()));
    let asked = found(&format!("{rest}\ninfluence = true")).unwrap();
    assert!(asked.unusual.iter().all(|one| one.influence.is_some()));
    let by = |a: &&Unusual, b: &&Unusual| a.standardised.unwrap().total_cmp(&b.standardised.unwrap());
    let largest = asked.unusual.iter().max_by(by).unwrap();
    assert!(largest.normal.unwrap() > 0.0 && largest.unit == "class 3");
}

/// R 4.2.2: ν v / qchisq(c(0.975, 0.025), ν) with ν = 2 (v/se)² for v = 4, se = 1; and 1 ± qnorm(0.975)/2 for a covariance.
#[test]
fn the_interval_of_a_variance_stays_above_zero() {
    let variance = |with: Option<&str>, estimate, error| Variance {
        factor: None,
        effect: "residual".to_owned(),
        with: with.map(str::to_owned),
        estimate,
        standard_error: Some(error),
        interval: None,
    };
    let ends = variance(None, 4.0, 1.0).with_interval(0.95).interval.unwrap();
    close(ends.low, 2.586_880_913_723_958);
    close(ends.high, 6.998_067_092_811_014);
    let ends = variance(Some("x"), 1.0, 0.5).with_interval(0.95).interval.unwrap();
    close(ends.low, 0.020_018_007_729_972_986);
    assert!(variance(None, 0.0, 0.0).with_interval(0.95).interval.is_none());
}

/// lme4 1.1-31 and `lm` by maximum likelihood on Exam: the slope against the intercept alone (χ² 40.37223542, mixture
/// p 9.6e-10), the intercept against no school at all (403.26716382).
#[test]
fn random_terms_are_tested_against_one_effect_less() {
    use crate::value_added::reference_tests::csv;
    let Some(data) = csv("datasets/value_added/exam.csv", &["school"]) else { return };
    let students: Vec<u32> = (0..4059).collect();
    let test = |random: &str| {
        let rest = format!("model = \"mixed\"\nformula = \"normexam ~ standLRT + {random}\"\ntests = true");
        let declarations = one_model(&rest);
        let sample =
            Sample { declaration: &declarations.models[0], data: &data, students: &students, shares: None };
        missing::fit(&sample).unwrap().ratios.remove(0)
    };
    let slope = test("(1 + standLRT | school)");
    // The peer stops at eight digits of the criterion.
    assert!((slope.value - 40.372_235_422_561_1).abs() < 1e-4, "{slope:?}");
    assert!((slope.p_value.unwrap() / 9.605_114_461_533_59e-10 - 1.0).abs() < 1e-4);
    let intercept = test("(1 | school)");
    assert!((intercept.value - 403.267_163_817_016).abs() < 1e-5, "{intercept:?}");
    assert_eq!((intercept.df, intercept.name.as_str()), (Some(1.0), "(1 | school)"));
}

/// lme4 1.1-31's `confint` by profile of the same model by maximum likelihood; its ends of standard deviations, squared.
#[test]
fn profile_intervals_stand_in_the_place_of_the_others_where_they_are_declared() {
    use crate::value_added::reference_tests::csv;
    let Some(data) = csv("datasets/value_added/exam.csv", &["school"]) else { return };
    let students: Vec<u32> = (0..4059).collect();
    let declarations = one_model(
        "model = \"mixed\"\nformula = \"normexam ~ standLRT + (1 | school)\"\ncriterion = \"ml\"\nintervals = \"profile\"",
    );
    let sample =
        Sample { declaration: &declarations.models[0], data: &data, students: &students, shares: None };
    let findings = missing::fit(&sample).unwrap();
    let near = |found: Option<Interval>, (low, high): (f64, f64)| {
        let found = found.unwrap();
        assert!((found.low - low).abs() < 1e-4 && (found.high - high).abs() < 1e-4, "{found:?} {low} {high}");
    };
    let slope = findings.coefficients.iter().find(|one| one.name == "standLRT").unwrap();
    near(slope.interval, (0.538_894_432_0, 0.587_851_652_3));
    let of = |factor: Option<&str>| {
        findings.components.iter().find(|one| one.factor.as_deref() == factor).unwrap().interval
    };
    near(of(Some("school")), (0.250_832_274_1_f64.powi(2), 0.372_556_506_9_f64.powi(2)));
    near(of(None), (0.735_949_451_1_f64.powi(2), 0.768_955_641_6_f64.powi(2)));
}
