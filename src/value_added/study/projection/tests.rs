use serde_json::Value;

use super::*;
use crate::value_added::growth::percentiles::tests::table;
use crate::value_added::own_reference_tests::file;
use crate::value_added::reference_tests::{close, columns, number, reference};
use crate::value_added::study::Findings;
use crate::value_added::study::tests::fitted;

const GROWTH: &str = "model = \"growth\"\nformula = \"year3 ~ year2 + year1\"\nunit = \"class\"\ntarget = [75, \"goal\"]\n\
                      scales = { year2 = { limits = [0, 90] }, year3 = { limits = [0, 90] } }\n";

fn found(rest: &str) -> Findings {
    let data = columns(&file("growth.csv"), &["student", "cohort", "class"]).unwrap();
    fitted(&format!("{GROWTH}{rest}"), &data).unwrap()
}

/// `tests/reference/make_growth.R`: quantreg and splines, the rules written out in R.
#[test]
fn trajectories_and_targets_are_those_of_r() {
    let expected: Value =
        serde_json::from_str(&std::fs::read_to_string(file("growth.json")).unwrap()).unwrap();
    for (key, curves) in [("all", "all"), ("latest", "latest")] {
        let projections = found(&format!("curves = \"{curves}\"")).projections;
        assert_eq!((projections.students.len(), projections.without_curves), (338, 0));
        let mut met = 0;
        for one in &projections.students {
            let Some(theirs) = expected[key].get(format!("N{:03}", one.student + 1)) else { continue };
            met += 1;
            assert_eq!(one.from, theirs["from"]);
            assert_eq!(one.paths.len(), theirs["steps"].as_object().unwrap().len());
            for (step, scores) in &one.paths {
                let step = &projections.steps[*step];
                let theirs = &theirs["steps"][&step.measure];
                assert_eq!(
                    (step.priors, step.n),
                    (number(&theirs["priors"]) as usize, number(&theirs["n"]) as usize)
                );
                assert_eq!(step.cohort.as_deref(), theirs["cohort"].as_str());
                for (at, (_, score)) in scores.iter().enumerate() {
                    close(*score, number(&theirs["p"][at]), 1e-8, &step.measure);
                }
            }
            for (target, own) in [("75", "fixed"), ("goal", "goal")] {
                let ours = one.needed.iter().find(|needed| needed.target == target);
                let ours = ours.and_then(|needed| needed.percentile).map(u64::from);
                assert_eq!(ours, theirs[own].as_u64(), "{target}");
            }
        }
        assert_eq!(met, 68, "{key}");
    }
}

#[test]
fn students_who_have_the_outcome_are_not_projected_and_have_their_percentile() {
    let findings = found("");
    assert_eq!(findings.percentiles.len(), 126, "complete in all three years");
    assert_eq!(findings.projections.factor.as_deref(), Some("class"));
    let with: Vec<u32> = findings.percentiles.iter().map(|(student, _)| *student).collect();
    assert!(
        findings.projections.students.iter().all(|one| !with.contains(&one.student) && one.unit.is_some())
    );
}

#[test]
fn a_higher_target_never_needs_a_lower_percentile() {
    let asked = |target: f64| {
        let data = columns(&file("growth.csv"), &["student", "cohort", "class"]).unwrap();
        let rest = format!("model = \"growth\"\nformula = \"year3 ~ year2 + year1\"\ntarget = {target:?}");
        let students = fitted(&rest, &data).unwrap().projections.students;
        let needed = |one: &Projected| one.needed[0].percentile.unwrap_or(100);
        students.iter().map(needed).collect::<Vec<u8>>()
    };
    let (low, high) = (asked(70.0), asked(78.0));
    assert!(low.iter().zip(&high).all(|(low, high)| low <= high));
}

#[test]
fn too_few_students_give_no_curves_and_are_counted() {
    let data = columns(&file("growth.csv"), &["student", "cohort", "class"]).unwrap();
    // Ninety students with all three years, and twenty without the last.
    let complete = |row: &usize| {
        ["year1", "year2", "year3"].iter().all(|name| data.numbers(name).unwrap()[*row].is_some())
    };
    let rows: Vec<usize> = (0..data.rows()).filter(complete).take(90).chain(191..211).collect();
    let rest = "model = \"growth\"\nformula = \"year3 ~ year2 + year1\"\ntarget = 75";
    let projections = fitted(rest, &data.select(&rows)).unwrap().projections;
    assert!(projections.students.is_empty());
    assert!(projections.without_curves >= 19, "{}", projections.without_curves);
}

/// The students of grade 3 on the way to grades 4 and 5, by the curves of the newest cohort of each: every score and every
/// target of the SGP package.
#[test]
fn declared_projections_and_targets_are_those_of_the_sgp_package() {
    let Some(meta) = reference("sgp/g3_projections_meta.json") else { return };
    let data = table("datasets/value_added/sgpdata_wide.csv.gz").unwrap();
    let (mut ids, mut cohorts, mut scores) = (Vec::new(), Vec::new(), vec![Vec::new(); 3]);
    for (i, id) in data["ID"].iter().enumerate() {
        for (cohort, years) in [("2023", &[2023, 2024, 2025][..]), ("2024", &[2024, 2025]), ("2025", &[2025])]
        {
            let goes =
                |(grade, year): (usize, &i32)| data[&format!("GRADE_{year}")][i] == (grade + 3).to_string();
            if !years.iter().enumerate().all(goes) {
                continue;
            }
            let own: Vec<Option<f64>> =
                years.iter().map(|year| data[&format!("SS_{year}")][i].parse().ok()).collect();
            ids.push(id.clone());
            cohorts.push(cohort);
            (0..3).for_each(|at| scores[at].push(own.get(at).copied().flatten()));
        }
    }
    let mut of = |at: usize| Column::Number(std::mem::take(&mut scores[at]));
    let category = crate::value_added::data::Category::from_texts(cohorts.iter().map(|one| Some(*one)));
    let [g3, g4, g5] = [0, 1, 2].map(&mut of);
    let data = Data::new([
        ("g3".to_owned(), g3),
        ("g4".to_owned(), g4),
        ("g5".to_owned(), g5),
        ("cohort".to_owned(), Column::Category(category)),
    ])
    .unwrap();
    let scale = |grade: u32| {
        let of = |key: String| meta["knots_boundaries_DEMO_reading"][key].to_string();
        let [knots, edge, limits] =
            ["knots_", "boundaries_", "loss.hoss_"].map(|key| of(format!("{key}{grade}")));
        format!("g{grade} = {{ knots = {knots}, boundary = {edge}, limits = {limits} }}")
    };
    let scales = [3, 4, 5].map(scale).join(", ");
    let expected = table("reference/sgp/g3_projections_demoknots.csv.gz").unwrap();
    let (mut met, mut wrong, mut targets) = (0, 0, 0);
    for (grade, formula) in [(4, "g4 ~ g3"), (5, "g5 ~ g4 + g3")] {
        let cuts = &meta["cutscores_DEMO_reading"][format!("GRADE_{grade}")];
        let rest = format!(
            "model = \"growth\"\nformula = \"{formula}\"\ncurves = \"latest\"\ntarget = {cuts}\ntrajectories = [1, 25, 50, 75, 99]\nscales = {{ {scales} }}"
        );
        let projections = fitted(&rest, &data).unwrap().projections;
        let ours: BTreeMap<&str, &Projected> =
            projections.students.iter().map(|one| (ids[one.student as usize].as_str(), one)).collect();
        for (i, id) in expected["ID"].iter().enumerate() {
            let own = ours[id.as_str()];
            let (_, path) = own.paths.last().unwrap();
            for (percentile, score) in path {
                let theirs = &expected[&format!("P{percentile}_PROJ_GRADE_{grade}_READING_CURRENT")][i];
                met += 1;
                wrong += usize::from((score - theirs.parse::<f64>().unwrap()).abs() > 0.5 + 1e-6);
            }
            for (level, needed) in own.needed.iter().enumerate() {
                let theirs = &expected[&format!("LEVEL_{}_SGP_TARGET_GRADE_{grade}_CURRENT", level + 1)][i];
                targets += 1;
                wrong += usize::from(needed.percentile.unwrap_or(99).to_string() != *theirs);
            }
        }
    }
    assert_eq!((met, targets, wrong), (76_390, 45_834, 0));
}
