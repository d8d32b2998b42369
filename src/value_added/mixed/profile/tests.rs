use super::*;
use crate::value_added::mixed::fit::tests::model;
use crate::value_added::reference_tests::{close, number, reference, shared};

const REFERENCES: [(&str, &str, &str); 3] = [
    ("exam_ri_ML", "exam", "normexam ~ standLRT + (1 | school)"),
    ("exam_rs_ML", "exam", "normexam ~ standLRT + (standLRT | school)"),
    ("sleepstudy_rs_ML", "sleepstudy", "Reaction ~ Days + (Days | Subject)"),
];

/// lme4 reads the ends off a spline through the profile. By its own deviance function the least deviance lies 3.8335
/// above the optimum at its upper end 0.3694243 of the exam intercepts, and 3.841459 = χ²(0.95) at ours, 0.3695065.
const SPLINE: f64 = 3e-4;

#[test]
fn profile_intervals_are_those_of_lme4() {
    let Some(expected) = reference("lmm_inference.json") else { return };
    for (key, set, formula) in REFERENCES {
        let model = model(set, formula);
        let fit = model.fit(Criterion::Ml).unwrap();
        let ours = model.profile_intervals(&fit, 0.95).unwrap();
        let theirs = expected["profile_ci_95"][key].as_array().unwrap();
        assert_eq!(ours.len(), theirs.len());
        for (ours, theirs) in ours.iter().zip(theirs) {
            let (interval, name) = (ours.interval.unwrap(), theirs["par"].as_str().unwrap());
            assert_eq!(name.starts_with("cor_"), ours.kind == Profiled::Correlation, "{name}");
            close(interval.low, number(&theirs["lo"]), SPLINE, &format!("{key} {name} low"));
            close(interval.high, number(&theirs["hi"]), SPLINE, &format!("{key} {name} high"));
            if (key, name) == ("exam_rs_ML", "sd_(Intercept)|school") {
                close(interval.high, 0.369_506_455_755, 1e-8, "the exact end");
            }
            assert!(interval.low < ours.estimate && ours.estimate < interval.high, "{name}");
        }
    }
}

#[test]
fn the_interval_of_a_variance_on_the_boundary_begins_at_zero() {
    if shared().is_none() {
        return;
    }
    let model = model("dyestuff2", "Yield ~ 1 + (1 | Batch)");
    for criterion in [Criterion::Ml, Criterion::Reml] {
        let fit = model.fit(criterion).unwrap();
        let intervals = model.profile_intervals(&fit, 0.95).unwrap();
        let between = intervals[0].interval.unwrap();
        assert_eq!((intervals[0].estimate, between.low), (0.0, 0.0));
        assert!(between.high > 0.5 && between.high < 5.0, "{between:?}");
    }
}

#[test]
fn three_correlated_effects_have_an_interval_for_each_pair() {
    if shared().is_none() {
        return;
    }
    let model = model("exam", "normexam ~ standLRT + sex + (standLRT + sex | school)");
    let fit = model.fit(Criterion::Ml).unwrap();
    let intervals = model.profile_covariances(&fit, 0.9).unwrap();
    assert_eq!(intervals.iter().filter(|i| i.kind == Profiled::Correlation).count(), 3);
    let covariance = &fit.components[0].covariance;
    let (sd, correlation) = (&intervals[3], &intervals[2]);
    close(sd.estimate, covariance[(1, 1)].sqrt(), 1e-9, "standard deviation");
    let expected = covariance[(2, 0)] / (covariance[(0, 0)] * covariance[(2, 2)]).sqrt();
    close(correlation.estimate, expected, 1e-6, "correlation");
    // The fit is singular: the slope of `sex` hardly varies, and not every profile can be followed.
    let known: Vec<_> = intervals.iter().filter_map(|i| Some((i.estimate, i.interval?))).collect();
    assert!(known.len() >= 5);
    assert!(known.iter().all(|(estimate, ends)| ends.low <= *estimate && *estimate <= ends.high));
}
