//! Course and indicator level as programmes and platforms in China compute it.

use std::collections::BTreeMap;

use attain::attainment::{Verdict, attain};
use attain::model::{Decimal, ItemMean, Mark, MarkGrid, MarkState};
use attain::stats::matrix::singular_values;
use num_bigint::BigInt;
use num_rational::BigRational;

use super::{close, first, float, mark, number, one_objective, run};
use crate::shared::{header, json, records};
use crate::small::{Course, decimal, offerings, policy};

#[test]
fn a_platform_s_rule_page_contradicts_its_own_sum() {
    let Some(input) = json("examples/ulearning-obe/input.json") else { return };
    let Some(expected) = json("examples/ulearning-obe/expected.json") else { return };
    let homework = input["student"]["homework"].as_array().unwrap();
    let exam = &input["student"]["exam_linked"];
    let weight = |item: &str| number(&input["objective"]["items"][item]["weight"]);
    let each = weight("A1") / Decimal::from(homework.len());
    let mut items: Vec<(Decimal, Decimal)> = homework.iter().map(|_| (Decimal::ONE_HUNDRED, each)).collect();
    items.push((number(&exam["full"]), weight("D1")));
    let mut row: Vec<Mark> = homework.iter().map(|score| mark(score, 0, MarkState::Blank)).collect();
    row.push(mark(&exam["score"], 0, MarkState::Blank));
    let attained = run(&offerings(&[one_objective(items, 0, vec![row])]), "");
    let value = first(&attained).value;
    close(value, 0.63, 1e-12, "objective");
    close(value, float(&expected["recomputed"]["objective1"]), 1e-9, "objective");
    // The page prints 0.66 for 0.30 + 0.33.
    assert!((float(&expected["published"]["objective1"]) - 0.66).abs() < 1e-12);
}

#[test]
fn a_readme_truncates_where_it_says_rounded() {
    let Some(input) = json("examples/cn-nmtcourse-methods/input.json") else { return };
    let Some(expected) = json("examples/cn-nmtcourse-methods/expected.json") else { return };
    let parts = ["平时", "实验", "期末"];
    let marks = |part: &str| &input["student_co1"][part];
    let course = Course {
        items: parts.iter().map(|part| (number(&marks(part)[1]), number(&input["weights"][part]))).collect(),
        objectives: vec![None],
        links: (parts.iter().enumerate())
            .map(|(item, part)| (item, 0, number(&input["share_percent_co_by_part"]["CO1"][part])))
            .collect(),
        scale: 0,
        rows: vec![parts.iter().map(|part| mark(&marks(part)[0], 0, MarkState::Blank)).collect()],
    };
    let attained = run(&offerings(&[course]), "[rounding]\nmode = \"truncate\"\ndigits = 4\n");
    close(first(&attained).value, float(&expected["recomputed"]["co1"]), 5e-7, "co1");
    assert_eq!(first(&attained).shown, Some(number(&expected["published"]["co1"]).round_dp(4)));
    let truncate = policy("[rounding]\nmode = \"truncate\"\ndigits = 4\n").rounding;
    let over_seventy = |tenths: i64| truncate.round(&BigRational::new(tenths.into(), 700.into()));
    assert_eq!(over_seventy(178), number(&expected["published"]["numerator"]));
    assert_eq!(over_seventy(220), number(&expected["published"]["denominator"]));
}

/// Points on objectives: every item of a blueprint gives points to objectives and reads a recorded column.
#[test]
fn a_worked_cohort_of_92_is_reproduced_under_both_blueprints() {
    let Some(blueprints) = json("examples/clover-92/blueprints.json") else { return };
    let Some(expected) = json("examples/clover-92/expected.json") else { return };
    let Some(columns) = header("examples/clover-92/input.csv") else { return };
    let Some(rows) = records("examples/clover-92/input.csv") else { return };
    for key in ["declared", "itemlevel"] {
        let blueprint = blueprints[key]["items"].as_object().unwrap();
        let published = &expected["published"][key];
        let objectives: Vec<&String> = published["objectives"].as_object().unwrap().keys().collect();
        let column = |source: &str| columns.iter().position(|column| column == source).unwrap();
        let sources: Vec<usize> =
            blueprint.values().map(|item| column(item["source"].as_str().unwrap())).collect();
        let links = blueprint.values().enumerate().flat_map(|(item, entry)| {
            let places = entry["alloc"].as_object().unwrap().iter();
            let objectives = &objectives;
            places.map(move |(name, points)| {
                (item, objectives.iter().position(|known| *known == name).unwrap(), number(points))
            })
        });
        let score = |text: &str| Mark::Scored(MarkGrid::units(decimal(text), 2).unwrap());
        let course = Course {
            items: vec![(Decimal::ONE_HUNDRED, Decimal::ONE); sources.len()],
            objectives: vec![None; objectives.len()],
            links: links.collect(),
            scale: 2,
            rows: rows.iter().map(|row| sources.iter().map(|&at| score(&row[at])).collect()).collect(),
        };
        let mut dataset = offerings(&[course]);
        for (objective, name) in dataset.offerings[0].objectives.iter_mut().zip(&objectives) {
            objective.weight = Some(number(&published["objectives"][*name]["target_points"]));
        }
        let attained = run(&dataset, "[objective]\nmethod = \"allocated-points\"\n");
        let group = &attained.offerings[0].groups[0];
        for (figure, name) in group.objectives.iter().zip(&objectives) {
            let row = &published["objectives"][*name];
            close(figure.value, float(&row["attainment"]), 1e-9, name);
            let points = figure.value.map(|value| value * float(&row["target_points"]));
            close(points, float(&row["mean_points"]), 1e-9, name);
            // Theirs is a percentile bootstrap, ours a t interval.
            let tolerance = float(&expected["tolerance"]["ci"]);
            close(figure.uncertainty.map(|u| u.low), float(&row["ci_low"]), tolerance, name);
            close(figure.uncertainty.map(|u| u.high), float(&row["ci_high"]), tolerance, name);
            assert_eq!(figure.counts.assessed, Some(92));
        }
        close(group.course.value, float(&published["course_attainment"]), 1e-9, key);
        spectrum(&attained.offerings[0].students, published);
    }
}

/// Effective rank exp(−Σ p log p) and participation ratio of the centred student × objective matrix.
fn spectrum(students: &[Vec<Option<f64>>], published: &serde_json::Value) {
    let (n, k) = (students[0].len(), students.len());
    let mut matrix = ndarray::Array2::from_shape_fn((n, k), |(i, j)| students[j][i].unwrap());
    for mut column in matrix.columns_mut() {
        let mean = column.sum() / n as f64;
        column -= mean;
    }
    let values = singular_values(matrix.view()).unwrap();
    let total: f64 = values.iter().sum();
    let shares = values.iter().map(|s| s / total).filter(|p| *p > 1e-12);
    let entropy: f64 = shares.map(|p| -p * p.ln()).sum();
    close(Some(entropy.exp()), float(&published["effective_rank"]), 1e-6, "effective rank");
    let squares: f64 = values.iter().map(|s| s * s).sum();
    close(
        Some(total * total / squares),
        float(&published["participation_ratio"]),
        1e-6,
        "participation ratio",
    );
}

/// Item means only: values, verdicts, no interval; eleven published objectives are wrong by their program's error.
#[test]
fn eighteen_evaluations_from_item_means_and_the_error_of_their_program() {
    let folder = "examples/cn-scut-course-evaluations";
    let Some(rows) = records(&format!("{folder}/input.csv")) else { return };
    let Some(expected) = json(&format!("{folder}/expected.json")) else { return };
    let mut evaluations: BTreeMap<&str, Vec<&csv::StringRecord>> = BTreeMap::new();
    rows.iter().for_each(|row| evaluations.entry(&row[0]).or_default().push(row));
    assert_eq!(evaluations.len(), 18);
    let mut wrong = Vec::new();
    for (id, rows) in evaluations {
        let objective = |row: &csv::StringRecord| row[3].parse::<usize>().unwrap();
        let n_objectives = rows.iter().map(|row| objective(row)).max().unwrap();
        let course = Course {
            items: rows.iter().map(|row| (decimal(&row[9]), decimal(&row[7]))).collect(),
            objectives: vec![None; n_objectives],
            links: (rows.iter().enumerate())
                .map(|(item, row)| (item, objective(row) - 1, Decimal::ONE))
                .collect(),
            scale: 0,
            rows: Vec::new(),
        };
        let mut dataset = offerings(&[course]);
        dataset.offerings[0].item_means = (rows.iter().enumerate())
            .map(|(item, row)| ItemMean { item, mean: decimal(&row[8]), n: None })
            .collect();
        let attained = run(&dataset, "course_value = \"items\"\n");
        let group = &attained.offerings[0].groups[0];
        let (recomputed, published) = (&expected["recomputed"][id], &expected["published"][id]);
        close(group.course.value, float(&recomputed["course"]), 1e-6, id);
        close(group.course.value, float(&published["course"]), 1e-6, id);
        for (k, figure) in group.objectives.iter().enumerate() {
            close(figure.value, float(&recomputed["objectives"][k]), 1e-6, id);
            assert!(figure.uncertainty.is_none() && figure.reason.unwrap().key() == "class_means_only");
            if (figure.value.unwrap() - float(&published["objectives"][k])).abs() > 1e-6 {
                assert_eq!(k + 1, n_objectives, "{id}: only the last objective is affected");
                wrong.push(id.to_owned());
            }
        }
    }
    let affected = expected["affected_last_objective"].as_array().unwrap();
    let mut known: Vec<&str> = affected.iter().map(|row| row["evaluation"].as_str().unwrap()).collect();
    known.sort_unstable();
    assert_eq!(wrong, known);
}

/// The verdict of a class value is exact too: 0.85 as published, 0.70 expected.
#[test]
fn a_verdict_needs_no_student() {
    let Some(input) = json("examples/cn-gr-level3-weighted/input.json") else { return };
    let exact: BigRational = (input["courses"].as_array().unwrap().iter())
        .map(|course| ["value", "weight"].map(|key| attain::model::decimal_ratio(number(&course[key]))))
        .map(|[value, weight]| value * weight)
        .sum();
    assert_eq!(exact, BigRational::new(BigInt::from(85), BigInt::from(100)));
    let dataset = super::programme::level3(&input);
    let sections = "[threshold]\nindicator = \"0.7\"\n[rounding]\ndigits = 4\n";
    let attained = attain(&dataset, &policy(sections), &|| ()).unwrap();
    let Some(expected) = json("examples/cn-gr-level3-weighted/expected.json") else { return };
    let cohort = &attained.cohorts[0];
    let figure = &cohort.indicators[0].direct;
    assert_eq!(
        figure.shown.map(|shown| shown.normalize()),
        Some(number(&expected["published"]["indicator"]))
    );
    assert_eq!(figure.verdict == Some(Verdict::Reached), expected["published"]["meets"] == true);
    let part = &cohort.contributions[1][0];
    let contribution = part.value.zip(part.share).map(|(value, share)| value * share);
    close(contribution, float(&expected["published"]["contribution"]), 1e-12, "contribution");
}
