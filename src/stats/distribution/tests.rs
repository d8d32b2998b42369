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

#[test]
fn a_quantile_far_out_keeps_its_digits_and_one_beyond_all_doubles_is_none() {
    let t = StudentT::new(2.443_169_242_271_069).unwrap();
    let far = t.quantile_upper(2.6e-230).unwrap();
    assert!((t.sf(far).unwrap() / 2.6e-230 - 1.0).abs() < 1e-13);
    assert_eq!(StudentT::new(0.01).unwrap().quantile_upper(1e-30), None);
    assert_eq!(FisherF::new(1.0, 0.01).unwrap().quantile(0.9999), None);
    assert_eq!(Beta::new(0.01, 1.0).unwrap().quantile(1e-30), Some(0.0));
}

proptest::proptest! {
    #[test]
    fn a_quantile_leads_back_to_its_probability(p in 1e-12..0.5_f64, a in -1.0..4.0_f64, b in -1.0..4.0_f64) {
        let (a, b) = (10_f64.powf(a), 10_f64.powf(b));
        let back = [
            StudentT::new(a).and_then(|d| d.cdf(d.quantile(p)?)),
            ChiSquared::new(a).and_then(|d| d.sf(d.quantile_upper(p)?)),
            FisherF::new(a, b).and_then(|d| d.cdf(d.quantile(p)?)),
            Normal::new(a, b).and_then(|d| d.cdf(d.quantile(p)?)),
        ];
        for (index, q) in back.into_iter().enumerate() {
            // Near its mean a normal quantile of mean 10⁴ and small spread has lost digits to the mean.
            let allowed = if index == 3 { 1e-9 } else { 1e-11 };
            if let Some(q) = q {
                proptest::prop_assert!((q / p - 1.0).abs() < allowed * (1.0 + a / b), "{index}: {q} for {p}");
            }
        }
    }
}
