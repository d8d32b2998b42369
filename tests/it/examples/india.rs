//! Levels, mapped outcomes, direct and indirect shares as programmes in India compute them.

use attain::model::{Answers, Audience, Dataset, Decimal, Mark, MarkState, Survey, SurveyTarget};
use serde_json::Value;

use super::programme::class_value;
use super::{close, first, float, mark, number, one_objective, run};
use crate::shared::json;
use crate::small::{COHORT, PROGRAMME, offerings, plan, programme, support};

/// A policy of levels by cut-offs in per cent, rising.
fn levels(cuts: &[(&str, u32)], target: &str) -> String {
    let cuts: Vec<String> =
        cuts.iter().map(|(at, level)| format!("{{ at = \"{at}\", level = {level} }}")).collect();
    format!(
        "[objective]\nmethod = \"level\"\nreach = \"{target}\"\nlevels = [{}]\n[marks]\nblank = \"exclude\"\n",
        cuts.join(", ")
    )
}

const USUAL: [(&str, u32); 3] = [("0.50", 1), ("0.60", 2), ("0.70", 3)];

/// `reached` of `n` students with the full mark, the others with none.
fn class(reached: usize, n: usize) -> Dataset {
    let rows = (0..n).map(|i| vec![Mark::Scored(i64::from(i < reached))]).collect();
    offerings(&[one_objective(vec![(Decimal::ONE, Decimal::ONE)], 0, rows)])
}

#[test]
fn levels_begin_at_their_cut_offs_and_null_is_not_zero() {
    let Some(input) = json("examples/nba-boundary-tests/input.json") else { return };
    let Some(expected) = json("examples/nba-boundary-tests/expected.json") else { return };
    let published = &expected["published"];
    let parts: Vec<&Value> = input["co_score"][0]["parts"].as_array().unwrap().iter().collect();
    let items = parts.iter().map(|part| (number(&part[1]), Decimal::ONE)).collect();
    let row = parts.iter().map(|part| mark(&part[0], 0, MarkState::Blank)).collect();
    let pooled =
        run(&offerings(&[one_objective(items, 0, vec![row])]), "[objective]\nmethod = \"student-pool\"\n");
    close(first(&pooled).value.map(|value| value * 100.0), float(&published["co_score"][0]), 1e-12, "points");
    let policy = levels(&USUAL, "0.60");
    for (percent, level) in
        input["level_inputs"].as_array().unwrap().iter().zip(published["level"].as_array().unwrap())
    {
        let attained = run(&class((float(percent) * 100.0).round() as usize, 10_000), &policy);
        close(first(&attained).value, float(level), 0.0, "level");
    }
    for (counts, row) in
        input["class_counts"].as_array().unwrap().iter().zip(published["class_counts"].as_array().unwrap())
    {
        let attained = run(&class(float(&counts[0]) as usize, float(&counts[1]) as usize), &policy);
        close(first(&attained).value, float(&row["level"]), 0.0, "level");
    }
    let full = vec![(Decimal::ONE_HUNDRED, Decimal::ONE)];
    for (at, entry) in input["classes"].as_array().unwrap().iter().enumerate() {
        let scores = entry["scores"].as_array().unwrap();
        let rows = scores.iter().map(|score| vec![mark(score, 0, MarkState::Blank)]).collect();
        let attained = run(&offerings(&[one_objective(full.clone(), 0, rows)]), &policy);
        let row = &published["classes"][at];
        if at == 0 {
            close(first(&attained).value, float(&row["level"]), 0.0, "level");
            assert_eq!(first(&attained).counts.enrolled, row["enrolled"].as_u64().map(|n| n as usize));
            assert_eq!(first(&attained).counts.assessed, row["assessed"].as_u64().map(|n| n as usize));
        } else {
            // Nobody assessed: published as 0 %, level 0. No evidence is no figure.
            assert!(float(&row["percent"]).abs() < 1e-12);
            assert_eq!(first(&attained).value, None);
            assert_eq!(first(&attained).reason.unwrap().key(), "no_evidence");
        }
    }
}

#[test]
fn outcomes_are_weighted_by_their_mapping_and_unmapped_ones_have_no_value() {
    let Some(input) = json("examples/nba-boundary-tests/input.json") else { return };
    let Some(expected) = json("examples/nba-boundary-tests/expected.json") else { return };
    for (case, published) in
        input["po"].as_array().unwrap().iter().zip(expected["published"]["po"].as_array().unwrap())
    {
        let (given, weights) = (case["levels"].as_array().unwrap(), case["weights"].as_array().unwrap());
        // Classes of 20 whose share gives the level.
        let reached = |level: &Value| [0, 11, 13, 15][float(level) as usize];
        let mut dataset = Dataset::default();
        for (at, level) in given.iter().enumerate() {
            let one = class(reached(level), 20);
            dataset.students = one.students;
            dataset.offerings.extend(one.offerings);
            let offering = dataset.offerings.last_mut().unwrap();
            (offering.id, offering.course) = (format!("C{at}"), format!("C{at}"));
        }
        let supports = weights
            .iter()
            .enumerate()
            .map(|(at, weight)| support(at, Some("1"), 0, &weight.to_string()))
            .collect();
        let names = [("C0", None), ("C1", None), ("C2", None)];
        let dataset = programme(dataset, plan(&names[..given.len()], &[("PO1", 1)], supports));
        let sections =
            levels(&USUAL, "0.60") + "[indicator]\nweights = \"mapped-weighted\"\n[rounding]\ndigits = 2\n";
        let outcome = &run(&dataset, &sections).cohorts[0].indicators[0].direct;
        if weights.iter().all(|weight| float(weight) > 0.0) {
            close(outcome.value, 14.0 / 6.0, 1e-12, "outcome");
            assert_eq!(outcome.shown, Some(number(published)));
        } else {
            // Published as 0; nothing mapped is no figure.
            assert!(float(published).abs() < 1e-12);
            assert_eq!(outcome.value, None);
        }
    }
    let given = input["programme"].as_array().unwrap();
    let thirds = given.iter().map(|value| number(value) / Decimal::from(3));
    let mean = mapped(thirds.collect(), &["1", "1", "1"], "equal");
    close(mean.map(|value| value * 3.0), 7.0 / 3.0, 1e-12, "programme");
    assert!((float(&expected["published"]["programme"]) - 2.33).abs() < 1e-12);
}

/// An outcome from course outcomes given as shares of the highest level.
fn mapped(values: Vec<Decimal>, weights: &[&str], rule: &str) -> Option<f64> {
    let names = [("A", None), ("B", None), ("C", None)];
    let supports = weights.iter().enumerate().map(|(at, weight)| support(at, None, 0, weight)).collect();
    let mut dataset = programme(Dataset::default(), plan(&names[..weights.len()], &[("PO1", 1)], supports));
    dataset.class_values = values
        .into_iter()
        .zip(names)
        .map(|(value, (course, _))| class_value(COHORT, course, value))
        .collect();
    let sections = format!("[indicator]\nweights = \"{rule}\"\n");
    run(&dataset, &sections).cohorts[0].indicators[0].direct.value
}

#[test]
fn direct_and_indirect_levels_are_joined_by_their_shares() {
    let Some(input) = json("examples/nba-nbac-method/input.json") else { return };
    let Some(expected) = json("examples/nba-nbac-method/expected.json") else { return };
    let published = &expected["published"];
    let co1 = &input["co1"];
    let rows: Vec<Vec<Mark>> =
        co1["marks"].as_array().unwrap().iter().map(|score| vec![mark(score, 0, MarkState::Blank)]).collect();
    let dataset = offerings(&[one_objective(vec![(number(&co1["full"]), Decimal::ONE)], 0, rows)]);
    let share = run(&dataset, "[objective]\nmethod = \"share-reaching\"\nreach = \"0.60\"\n");
    for (value, percent) in
        share.offerings[0].students[0].iter().zip(published["percent"].as_array().unwrap())
    {
        close(value.map(|value| value * 100.0), float(percent), 1e-12, "student");
    }
    close(
        first(&share).value.map(|value| value * 100.0),
        float(&published["share_at_target"]),
        5e-3,
        "share",
    );

    let mut dataset =
        programme(dataset, plan(&[("C00", None)], &[("CO1", 1)], vec![support(0, Some("1"), 0, "1")]));
    let mut counts = std::collections::BTreeMap::new();
    for rating in input["indirect"]["ratings"].as_array().unwrap() {
        *counts.entry(number(rating)).or_insert(0u32) += 1;
    }
    dataset.surveys = vec![Survey {
        id: "S".into(),
        programme: PROGRAMME.into(),
        cohort: Some(COHORT.into()),
        audience: Audience("student".into()),
        target: SurveyTarget::Indicator("CO1".into()),
        answers: Answers { counts: counts.into_iter().collect(), scale_max: Decimal::from(5), invited: None },
    }];
    let sections = levels(&USUAL, "0.60")
        + "[indirect]\nmode = \"weighted\"\ndirect_share = \"0.75\"\nlevels = [{ at = \"2.5\", level = 1 }, { at = \"3.5\", level = 2 }, { at = \"4.5\", level = 3 }]\n";
    let attained = run(&dataset, &sections);
    close(
        attained.surveys[0].value.map(|value| value * 5.0),
        float(&published["indirect_mean"]),
        1e-12,
        "mean",
    );
    let co1 = &attained.cohorts[0].indicators[0];
    close(co1.direct.value, float(&published["direct_level"]), 0.0, "direct level");
    close(co1.indirect.as_ref().unwrap().value, float(&published["indirect_level"]), 0.0, "indirect level");
    close(co1.combined.as_ref().unwrap().value, float(&published["final"]), 1e-12, "final");

    let outcomes = input["po1"].as_array().unwrap();
    let known: Vec<&Value> = outcomes.iter().filter(|row| !row["attainment"].is_null()).collect();
    let values = known.iter().map(|row| number(&row["attainment"]) / Decimal::from(3)).collect();
    let weights: Vec<String> = outcomes.iter().map(|row| row["corr"].to_string()).collect();
    let weights: Vec<&str> = weights.iter().map(String::as_str).collect();
    let po1 = mapped(values, &weights, "mapped-weighted").map(|value| value * 3.0);
    close(po1, float(&published["po1"]), 1e-12, "outcome");
}

#[test]
fn a_question_not_attempted_leaves_numerator_and_denominator() {
    let Some(input) = json("examples/nba-two-stage-unattempted/input.json") else { return };
    let Some(expected) = json("examples/nba-two-stage-unattempted/expected.json") else { return };
    let published = &expected["published"];
    let sections = |blank: &str| {
        format!(
            "[objective]\nmethod = \"student-pool\"\n[marks]\nblank = \"{blank}\"\n[rounding]\ndigits = 4\n"
        )
    };
    for student in input["students"].as_array().unwrap() {
        let items = student["items"].as_array().unwrap();
        let full = items.iter().map(|item| (number(&item[1]), Decimal::ONE)).collect();
        let row = items.iter().map(|item| mark(&item[0], 0, MarkState::Blank)).collect();
        let dataset = offerings(&[one_objective(full, 0, vec![row])]);
        let id = student["id"].as_str().unwrap();
        let shown = first(&run(&dataset, &sections("exclude"))).shown.unwrap() * Decimal::ONE_HUNDRED;
        assert_eq!(shown.normalize(), number(&published[id]).normalize(), "{id}");
        if id == "ex2" {
            close(first(&run(&dataset, &sections("zero"))).value, 0.375, 1e-12, "as zero");
        }
    }
    for entry in input["classes"].as_array().unwrap() {
        let (id, n) = (entry["id"].as_str().unwrap(), entry["n"].as_u64().unwrap() as usize);
        let cuts: Vec<String> =
            entry["levels"].as_array().unwrap().iter().rev().map(|cut| format!("0.{cut}")).collect();
        let cuts: Vec<(&str, u32)> = cuts.iter().map(String::as_str).zip(1..).collect();
        let attained = run(&class(entry["reached"].as_u64().unwrap() as usize, n), &levels(&cuts, "0.60"));
        close(first(&attained).value, float(&published[id]["level"]), 0.0, id);
    }
}
