//! Indicator and requirement level from class values.

use attain::model::{ClassValue, Cohort, Dataset, Strength, Support};
use serde_json::Value;

use super::{close, float, number, run};
use crate::shared::{json, records};
use crate::small::{COHORT, PROGRAMME, decimal, plan, programme, support};

/// One indicator of three courses, and one that a course of 0.81 supports with 0.4.
pub(super) fn level3(input: &Value) -> Dataset {
    let courses = input["courses"].as_array().unwrap();
    let contribution = &input["contribution"];
    let weights: Vec<String> = courses.iter().map(|course| course["weight"].to_string()).collect();
    let mut supports: Vec<Support> =
        weights.iter().enumerate().map(|(at, weight)| support(at, None, 0, weight)).collect();
    supports.push(support(3, None, 1, &contribution["weight"].to_string()));
    supports.push(support(0, None, 1, "0.6"));
    let plan =
        plan(&[("A", None), ("B", None), ("C", None), ("D", None)], &[("1.1", 1), ("1.2", 1)], supports);
    let mut dataset = programme(Dataset::default(), plan);
    let values = courses.iter().map(|course| &course["value"]).chain([&contribution["value"]]);
    dataset.class_values = values
        .zip(["A", "B", "C", "D"])
        .map(|(value, course)| class_value(COHORT, course, number(value)))
        .collect();
    dataset
}

pub(super) fn class_value(cohort: &str, course: &str, value: attain::model::Decimal) -> ClassValue {
    ClassValue {
        programme: PROGRAMME.into(),
        cohort: cohort.into(),
        course: course.into(),
        objective: None,
        indicator: None,
        value,
        n: None,
    }
}

/// 56 courses, 36 indicators, 12 requirements, three cohorts; every link has a class value of its own.
fn real_programme() -> Option<Dataset> {
    let folder = "examples/cn-scut-program-3cohorts";
    let courses = records(&format!("{folder}/input_courses.csv"))?;
    let links = records(&format!("{folder}/input_links.csv"))?;
    let mut indicators: Vec<(usize, usize)> = (links.iter())
        .map(|row| row[2].split_once('.').map(|(g, p)| (g.parse().unwrap(), p.parse().unwrap())).unwrap())
        .collect();
    indicators.sort_unstable();
    indicators.dedup();
    let names: Vec<String> = indicators.iter().map(|(g, p)| format!("{g}.{p}")).collect();
    let place = |name: &str| names.iter().position(|known| known == name).unwrap();
    let course = |id: &str| courses.iter().position(|row| &row[0] == id).unwrap();
    let mut pairs: Vec<(usize, usize)> = links.iter().map(|row| (course(&row[1]), place(&row[2]))).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let link = |(course, indicator)| Support {
        course,
        objective: None,
        indicator,
        strength: Strength::Weight(decimal("1")),
    };
    let listed: Vec<(&str, Option<&str>)> = courses.iter().map(|row| (&row[0], Some(&row[2]))).collect();
    let requirements: Vec<(&str, usize)> =
        names.iter().zip(&indicators).map(|(name, (g, _))| (name.as_str(), *g)).collect();
    let plan = plan(&listed, &requirements, pairs.into_iter().map(link).collect());
    let mut dataset = programme(Dataset::default(), plan);
    let cohort = |id: &str| Cohort { id: id.into(), plan: 0 };
    dataset.programmes[0].cohorts = ["2013", "2014", "2015"].map(cohort).to_vec();
    let value = |row: &csv::StringRecord| ClassValue {
        indicator: Some(row[2].into()),
        ..class_value(&row[0], &row[1], decimal(&row[3]))
    };
    dataset.class_values = links.iter().map(value).collect();
    Some(dataset)
}

#[test]
fn a_real_programme_falls_short_under_one_rule_and_not_under_the_other() {
    let Some(dataset) = real_programme() else { return };
    let Some(expected) = json("examples/cn-scut-program-3cohorts/expected.json") else { return };
    assert_eq!(dataset.programmes[0].plans[0].indicators.len(), 36);
    for (rule, key, short) in [("mean", "gr_mean", [1, 0, 0]), ("minimum", "gr_min", [1, 2, 1])] {
        let sections = format!(
            "[indicator]\nweights = \"credits\"\n[requirement]\nrule = \"{rule}\"\n[threshold]\nrequirement = \"0.70\"\n"
        );
        let attained = run(&dataset, &sections);
        for (at, (cohort, short)) in ["2013", "2014", "2015"].into_iter().zip(short).enumerate() {
            let (result, expected) = (&attained.cohorts[at], &expected["recomputed"][cohort]);
            let plan = &dataset.programmes[0].plans[0];
            for (entry, figure) in plan.indicators.iter().zip(&result.indicators) {
                close(figure.direct.value, float(&expected["indicator"][&entry.id]), 5.1e-7, &entry.id);
            }
            let mut below = 0;
            for (entry, figure) in plan.requirements.iter().zip(&result.requirements) {
                close(figure.direct.value, float(&expected[key][&entry.id]), 5.1e-7, &entry.id);
                assert_eq!(figure.direct.reason.map(|reason| reason.key()), Some("class_means_only"));
                below += usize::from(figure.direct.verdict.unwrap().key() == "not_reached");
            }
            assert_eq!(below, short, "{rule} {cohort}");
        }
    }
}

/// One course's program error alone moves an indicator across 0.60.
#[test]
fn an_error_in_one_course_moves_an_indicator_across_its_threshold() {
    let Some(mut dataset) = real_programme() else { return };
    let Some(expected) = json("examples/cn-scut-program-3cohorts/expected.json") else { return };
    let found = &expected["integrity_findings"]["propagation_of_course_bug"];
    let sections = "[indicator]\nweights = \"credits\"\n[threshold]\nindicator = \"0.60\"\n";
    let place =
        dataset.programmes[0].plans[0].indicators.iter().position(|entry| entry.id == "12.2").unwrap();
    let indicator = |dataset: &Dataset| run(dataset, sections).cohorts[0].indicators[place].direct.clone();
    let before = indicator(&dataset);
    close(before.value, float(&found["with_published_137060_value"]), 5e-6, "as published");
    assert_eq!(before.verdict.unwrap().key(), "not_reached");
    let value = dataset.class_values.iter_mut().find(|value| {
        value.cohort == "2013" && value.course == "137060" && value.indicator.as_deref() == Some("12.2")
    });
    // The course's own evaluation of that cohort, recomputed.
    value.unwrap().value = decimal("0.60616253");
    let after = indicator(&dataset);
    assert_eq!(after.verdict.unwrap().key(), "reached");
    assert!((after.value.unwrap() - float(&found["with_corrected_value"])).abs() < 0.02, "{:?}", after.value);
}
