use super::*;
use crate::value_added::growth::percentiles::tests::{cohort, table};
use crate::value_added::growth::spline::Knots;
use crate::value_added::reference_tests::{number, reference};
use std::collections::BTreeMap;

fn demo_knots(meta: &serde_json::Value, grade: u32) -> Knots {
    let meta = &meta["knots_boundaries_DEMO_reading"];
    let boundary = &meta[format!("boundaries_{grade}")];
    let inner = meta[format!("knots_{grade}")].as_array().unwrap().iter().map(number).collect();
    Knots { inner, boundary: (number(&boundary[0]), number(&boundary[1])) }
}

#[test]
fn projections_and_targets_are_those_of_the_sgp_package() {
    let Some(meta) = reference("sgp/g3_projections_meta.json") else { return };
    let (_, one) = cohort(&[3, 4]).unwrap();
    let (_, two) = cohort(&[3, 4, 5]).unwrap();
    let limits = |grade: u32| {
        let limits = &meta["knots_boundaries_DEMO_reading"][format!("loss.hoss_{grade}")];
        Some((number(&limits[0]), number(&limits[1])))
    };
    let (three, four) = (demo_knots(&meta, 3), demo_knots(&meta, 4));
    let to_four = GrowthModel::fit(&[&one[0]], &one[1], vec![three.clone()], limits(4)).unwrap();
    let to_five = GrowthModel::fit(&[&two[1], &two[0]], &two[2], vec![four, three], limits(5)).unwrap();
    let data = table("datasets/value_added/sgpdata_wide.csv.gz").unwrap();
    let score: BTreeMap<&String, f64> =
        data["ID"].iter().zip(&data["SS_2025"]).filter_map(|(id, x)| Some((id, x.parse().ok()?))).collect();
    let expected = table("reference/sgp/g3_projections_demoknots.csv.gz").unwrap();
    let (mut scores, mut targets) = (0, 0);
    for (i, id) in expected["ID"].iter().enumerate() {
        let paths = trajectories(&[&to_four, &to_five], &[score[id]]).unwrap();
        for (path, grade) in paths.iter().zip([4, 5]) {
            for percentile in [1, 25, 50, 75, 99] {
                let theirs = &expected[&format!("P{percentile}_PROJ_GRADE_{grade}_READING_CURRENT")][i];
                let ours = at_percentile(path, percentile).unwrap();
                scores += usize::from((ours - theirs.parse::<f64>().unwrap()).abs() > 0.5 + 1e-6);
            }
            let cuts = meta["cutscores_DEMO_reading"][format!("GRADE_{grade}")].as_array().unwrap().clone();
            for (level, cut) in cuts.iter().enumerate() {
                let theirs = &expected[&format!("LEVEL_{}_SGP_TARGET_GRADE_{grade}_CURRENT", level + 1)][i];
                let ours = target_percentile(path, number(cut)).unwrap_or(99);
                targets += usize::from(ours.to_string() != *theirs);
            }
        }
    }
    assert_eq!((scores, targets), (0, 0));
}
