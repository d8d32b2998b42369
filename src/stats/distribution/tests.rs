//! The whole wrapper against the reference table.

use super::*;
use crate::stats::selftest::distribution_cases;

#[test]
fn every_distribution_agrees_with_the_reference_table_to_twelve_digits() {
    let cases = distribution_cases();
    assert!(cases.len() > 900, "only {} cases", cases.len());
    let mut worst = std::collections::BTreeMap::<String, (f64, String)>::new();
    for case in &cases {
        let got = case.computed.unwrap_or(f64::INFINITY);
        let error = if case.expected == got { 0.0 } else { ((got - case.expected) / case.expected).abs() };
        let entry = worst.entry(case.function.clone()).or_insert((0.0, String::new()));
        if error >= entry.0 {
            *entry = (error, format!("{case:?}"));
        }
    }
    for (function, (error, case)) in &worst {
        assert!(*error < 1e-12, "{function}: {error:e} at {case}");
    }
}

#[test]
fn an_argument_that_is_no_number_has_no_probability() {
    assert_eq!(Normal::STANDARD.cdf(f64::NAN), None);
    assert_eq!(StudentT::new(3.0).and_then(|d| d.sf(f64::NAN)), None);
    assert_eq!(StudentT::new(f64::NAN), None);
    assert_eq!(FisherF::new(1.0, 0.0), None);
    assert_eq!(ChiSquared::new(-1.0), None);
    assert_eq!(Beta::new(1.0, f64::INFINITY), None);
    assert_eq!(Binomial::new(3, 1.5), None);
    assert_eq!(StudentT::new(3.0).and_then(|d| d.quantile(1.0)), None);
    assert_eq!(StudentT::new(3.0).and_then(|d| d.quantile(-0.1)), None);
}

#[test]
fn points_outside_the_support_have_all_mass_on_one_side() {
    let none_below = Some(Tails { lower: 0.0, upper: 1.0 });
    let all_below = Some(Tails { lower: 1.0, upper: 0.0 });
    assert_eq!(FisherF::new(2.0, 3.0).and_then(|d| d.tails(-1.0)), none_below);
    assert_eq!(FisherF::new(2.0, 3.0).and_then(|d| d.tails(f64::INFINITY)), all_below);
    assert_eq!(ChiSquared::new(2.0).and_then(|d| d.tails(f64::INFINITY)), all_below);
    assert_eq!(Beta::new(2.0, 2.0).and_then(|d| d.tails(1.5)), all_below);
    assert_eq!(StudentT::new(2.0).and_then(|d| d.tails(f64::INFINITY)), all_below);
    assert_eq!(StudentT::new(2.0).and_then(|d| d.tails(0.0)), Some(Tails { lower: 0.5, upper: 0.5 }));
}

#[test]
fn the_lower_and_the_upper_quantile_mirror_each_other() {
    let t = StudentT::new(7.5).unwrap();
    assert_eq!(t.quantile(0.01), t.quantile_upper(0.01).map(|q| -q));
    assert_eq!(t.quantile(0.5), Some(0.0));
}
