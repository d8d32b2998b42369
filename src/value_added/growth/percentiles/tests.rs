use super::*;
use crate::value_added::data::Column;
use crate::value_added::reference_tests::{close, csv, number, reference, shared};
use std::collections::BTreeMap;
use std::io::Read;
use std::process::Command;

/// A packed CSV file as columns of cells.
pub(in crate::value_added) fn table(path: &str) -> Option<BTreeMap<String, Vec<String>>> {
    let path = shared()?.join(path);
    let mut text = String::new();
    // The system's gzip, so that no decompressor is needed for the tests alone.
    Command::new("gzip")
        .arg("-dc")
        .arg(path)
        .output()
        .ok()?
        .stdout
        .as_slice()
        .read_to_string(&mut text)
        .ok()?;
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names: Vec<String> = reader.headers().ok()?.iter().map(str::to_owned).collect();
    let mut columns: BTreeMap<String, Vec<String>> = names.iter().map(|n| (n.clone(), Vec::new())).collect();
    for record in reader.records() {
        for (name, cell) in names.iter().zip(record.ok()?.iter()) {
            columns.get_mut(name)?.push(cell.to_owned());
        }
    }
    Some(columns)
}

/// Identifier and scores of the students who went through the given grades, the last in 2025.
pub(in crate::value_added) fn cohort(grades: &[u32]) -> Option<(Vec<String>, Vec<Vec<f64>>)> {
    let data = table("datasets/value_added/sgpdata_wide.csv.gz")?;
    let first = 2025 - (grades.len() - 1);
    let columns: Vec<(&Vec<String>, &Vec<String>)> = (0..grades.len())
        .map(|k| (&data[&format!("GRADE_{}", first + k)], &data[&format!("SS_{}", first + k)]))
        .collect();
    let (mut ids, mut scores) = (Vec::new(), vec![Vec::new(); grades.len()]);
    for (i, id) in data["ID"].iter().enumerate() {
        let own: Option<Vec<f64>> = columns
            .iter()
            .zip(grades)
            .map(|((grade, score), wanted)| {
                (grade[i] == wanted.to_string()).then(|| score[i].parse().ok()).flatten()
            })
            .collect();
        if let Some(own) = own {
            ids.push(id.clone());
            scores.iter_mut().zip(own).for_each(|(column, x)| column.push(x));
        }
    }
    Some((ids, scores))
}

fn knots(run: &serde_json::Value, matrix: &str, grades: &[u32]) -> Vec<Knots> {
    let one = |grade: &u32| {
        let inner =
            run["knots"][matrix][format!("knots_{grade}")].as_array().unwrap().iter().map(number).collect();
        let boundary = &run["boundaries"][matrix][format!("boundaries_{grade}")];
        Knots { inner, boundary: (number(&boundary[0]), number(&boundary[1])) }
    };
    grades.iter().map(one).collect()
}

fn differing(ids: &[String], ours: &[Percentile], file: &str, column: &str) -> usize {
    let expected = table(&format!("reference/sgp/{file}")).unwrap();
    let by_id: BTreeMap<&String, &String> = expected["ID"].iter().zip(&expected[column]).collect();
    assert_eq!(ids.len(), ours.len());
    ids.iter().zip(ours).filter(|(id, own)| by_id[id].parse::<u8>().ok() != Some(own.0)).count()
}

#[test]
fn one_prior_gives_the_percentiles_of_the_sgp_package_for_every_student() {
    let Some(runs) = reference("sgp/sgp_runs.json") else { return };
    let objective = reference("sgp/g4_prior1_objective_and_uniqueness.json").unwrap();
    let (ids, scores) = cohort(&[3, 4]).unwrap();
    assert_eq!(ids.len(), 6977);
    for (run, limits) in [("g4_prior1", None), ("g4_demoknots_losshoss", Some((180.0, 940.0)))] {
        let knots = knots(&runs["runs"][run], "qrmatrix_4_1", &[3]);
        let model = GrowthModel::fit(&[&scores[0]], &scores[1], knots, limits).unwrap();
        let ours = model.percentiles(&[&scores[0]], &scores[1]);
        assert_eq!(differing(&ids, &ours, &format!("{run}_sgp.csv.gz"), "SGP"), 0, "{run}");
        if run == "g4_prior1" {
            for (ours, theirs) in model.objectives.iter().zip(objective["objective_br"].as_array().unwrap()) {
                close(*ours, number(theirs), 1e-12, "objective");
            }
        }
    }
}

#[test]
fn two_priors_give_the_percentiles_of_the_sgp_package_for_every_student() {
    let Some(runs) = reference("sgp/sgp_runs.json") else { return };
    let run = &runs["runs"]["g5_prior2"];
    for (grades, matrix, column) in
        [(vec![4, 5], "qrmatrix_5_1", "SGP_ORDER_1"), (vec![3, 4, 5], "qrmatrix_5_2", "SGP_ORDER_2")]
    {
        let (ids, scores) = cohort(&grades).unwrap();
        let last = scores.len() - 1;
        let priors: Vec<&[f64]> = scores[..last].iter().rev().map(Vec::as_slice).collect();
        let grades: Vec<u32> = grades[..last].iter().rev().copied().collect();
        let model = GrowthModel::fit(&priors, &scores[last], knots(run, matrix, &grades), None).unwrap();
        let ours = model.percentiles(&priors, &scores[last]);
        assert_eq!(differing(&ids, &ours, "g5_prior2_sgp.csv.gz", column), 0, "{matrix}");
    }
}

#[test]
fn the_objective_is_no_worse_than_quantregs_at_any_tau() {
    let Some(expected) = reference("quantreg_bspline_exam.json") else { return };
    let exam = csv("datasets/value_added/exam.csv", &["school"]).unwrap();
    let of = |name: &str| -> Vec<f64> {
        let Column::Number(values) = exam.column(name).unwrap() else { panic!() };
        values.iter().map(|x| x.unwrap()).collect()
    };
    let (prior, score) = (of("standLRT"), of("normexam"));
    let knots = Knots::of_scores(&prior).unwrap();
    let model = GrowthModel::fit(&[&prior], &score, vec![knots], None).unwrap();
    for (ours, theirs) in model.objectives.iter().zip(expected["objective_by_tau"].as_array().unwrap()) {
        close(*ours, number(theirs), 1e-11, "objective");
    }
    let rows = table("reference/sgp/exam_sgp_by_rq.csv.gz").unwrap();
    // These scores have seven decimals. Where a curve goes through a score whose sixth decimal is a 5, the rounding to
    // five of the peer follows the last bit of its solver; several curves can go through one score.
    let mut on_the_edge = 0;
    for (i, theirs) in rows["sgp"].iter().enumerate() {
        let ours = i32::from(model.percentile(&[prior[i]], score[i]).0);
        let difference = (ours - theirs.parse::<i32>().unwrap()).abs();
        if difference > 0 {
            let sixth = (score[i].abs() * 1e6).round() as i64 % 10;
            assert!(sixth == 5, "row {i}: {ours} for {theirs}");
            on_the_edge += 1;
        }
    }
    assert!(on_the_edge <= 100, "{on_the_edge}");
}
