use super::*;
use crate::value_added::data::{Column, Data};
use crate::value_added::reference_tests::{close, csv, number, reference};

fn values(data: &Data, name: &str) -> Vec<f64> {
    let Column::Number(values) = data.column(name).unwrap() else { panic!("{name}") };
    values.iter().map(|x| x.unwrap()).collect()
}

fn of_level(data: &Data, values: &[f64], factor: &str, level: &str) -> Vec<f64> {
    let Column::Category(category) = data.column(factor).unwrap() else { panic!("{factor}") };
    let code = category.levels().iter().position(|l| l == level).unwrap() as u32;
    values.iter().zip(category.codes()).filter(|(_, c)| **c == Some(code)).map(|(x, _)| *x).collect()
}

#[test]
fn paired_gains_are_those_of_metafor_and_psych() {
    let Some(expected) = reference("effect_sizes.json") else { return };
    let data = csv("datasets/value_added/mass_anorexia.csv", &[]).unwrap();
    let (before, after) = (values(&data, "Prewt"), values(&data, "Postwt"));
    let gain = paired_gain(&before, &after, 0.95).unwrap();
    for (key, ours) in [
        ("gain_mean", gain.mean),
        ("gain_sd", gain.sd),
        ("paired_t", gain.t),
        ("paired_p", gain.p_value.unwrap()),
        ("d_av", gain.d_av),
        ("d_z", gain.d_z),
        ("d_rm", gain.d_rm),
        ("d_pre", gain.d_before),
        ("cor_pre_post", gain.correlation),
    ] {
        close(ours, number(&expected[key]), 1e-10, key);
    }
    close(gain.interval.unwrap().low, number(&expected["paired_ci"][0]), 1e-10, "interval");
    close(gain.standardised_change, number(&expected["smcr"]["yi"]), 1e-10, "standardised change");
    close(gain.standardised_change_variance, number(&expected["smcr"]["vi"]), 1e-10, "its variance");
    let kelley = kelley_true_scores(&before, number(&expected["regression_to_mean"]["rel"])).unwrap();
    let change = reliable_changes(&before, &after, 0.9).unwrap();
    for i in 0..5 {
        close(kelley[i], number(&expected["regression_to_mean"]["kelley_true_first5"][i]), 1e-10, "Kelley");
        close(change[i], number(&expected["jt_reliable_change"]["first5"][i]), 1e-10, "reliable change");
    }
}

#[test]
fn differences_of_groups_are_those_of_metafor_and_effectsize() {
    let Some(expected) = reference("effect_sizes.json") else { return };
    let anorexia = csv("datasets/value_added/mass_anorexia.csv", &[]).unwrap();
    let gains: Vec<f64> =
        values(&anorexia, "Postwt").iter().zip(values(&anorexia, "Prewt")).map(|(a, b)| a - b).collect();
    let exam = csv("datasets/value_added/exam.csv", &["school"]).unwrap();
    let norm = values(&exam, "normexam");
    for (key, first, second) in [
        (
            "hedges_gain_FT_vs_Cont",
            of_level(&anorexia, &gains, "Treat", "FT"),
            of_level(&anorexia, &gains, "Treat", "Cont"),
        ),
        (
            "hedges_gain_CBT_vs_Cont",
            of_level(&anorexia, &gains, "Treat", "CBT"),
            of_level(&anorexia, &gains, "Treat", "Cont"),
        ),
        ("hedges_exam_M_vs_F", of_level(&exam, &norm, "sex", "M"), of_level(&exam, &norm, "sex", "F")),
    ] {
        let (ours, theirs) = (difference(&first, &second, 0.95).unwrap(), &expected[key]);
        close(ours.cohens_d, number(&theirs["cohens_d"]), 1e-10, "d");
        close(ours.hedges_g, number(&theirs["hedges_g_metafor"]), 1e-10, "g");
        close(ours.factor, number(&theirs["J_exact"]), 1e-10, "J");
        close(ours.variance, number(&theirs["v_metafor_LS"]), 1e-10, "variance");
        close(ours.unbiased_variance, number(&theirs["v_metafor_UB"]), 1e-9, "unbiased variance");
        close(ours.glass_delta, number(&theirs["glass_delta"]), 1e-10, "Δ");
        close(ours.g_wald.unwrap().low, number(&theirs["g_ci95_wald_LS"][0]), 1e-10, "Wald");
        // The peer searches the non-centrality with an optimiser that stops at about seven digits.
        for (interval, key) in
            [(ours.d_interval, "d_ci95_noncentral_t"), (ours.g_interval, "g_ci95_noncentral_t")]
        {
            close(interval.unwrap().low, number(&theirs[key][0]), 2e-6, key);
            close(interval.unwrap().high, number(&theirs[key][1]), 2e-6, key);
        }
    }
}

#[test]
fn the_gain_of_the_means_is_not_the_mean_of_the_gains() {
    let Some(expected) = reference("effect_sizes.json") else { return };
    let data = csv("datasets/value_added/synthetic_prepost_percent.csv", &["id"]).unwrap();
    let (before, after) = (values(&data, "pre"), values(&data, "post"));
    let expected = &expected["hake"];
    close(class_gain(&before, &after, 100.0).unwrap(), number(&expected["g_of_class_means"]), 1e-12, "class");
    let gains: Vec<f64> = normalised_gains(&before, &after, 100.0).into_iter().flatten().collect();
    close(moments::mean(&gains).unwrap(), number(&expected["mean_of_individual_g"]), 1e-12, "mean");
    close(moments::sd(&gains).unwrap(), number(&expected["sd_individual_g"]), 1e-10, "sd");
    let changes: Vec<f64> = normalised_changes(&before, &after, 100.0).into_iter().flatten().collect();
    let expected = number(&expected["normalised_change_mean_Marx_Cummings"]);
    close(moments::mean(&changes).unwrap(), expected, 1e-12, "change");
}

#[test]
fn a_student_at_the_full_mark_has_no_normalised_gain() {
    assert_eq!(normalised_gains(&[100.0, 50.0], &[100.0, 75.0], 100.0), [None, Some(0.5)]);
    assert_eq!(normalised_changes(&[0.0, 80.0], &[0.0, 40.0], 100.0), [None, Some(-0.5)]);
    assert!(paired_gain(&[1.0, 2.0], &[2.0, 3.0], 0.95).is_err());
    assert!(difference(&[1.0], &[2.0, 3.0], 0.95).is_err());
}
