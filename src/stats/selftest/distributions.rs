//! The table of distribution values, and what the wrapper makes of it.

use super::{DISTRIBUTION_DIGITS, MOST_DIGITS, SelfTest, correct_digits};
use crate::stats::distribution::{Beta, Binomial, ChiSquared, FisherF, Normal, StudentT};
use std::collections::BTreeMap;

const TABLE: &str = include_str!("../../../tests/reference/distributions.csv");

/// One line of the table with the value computed for it.
#[derive(Debug, Clone)]
pub(crate) struct DistributionCase {
    /// Distribution and function, such as `t_sf`.
    pub(crate) function: String,
    /// The value of the table.
    pub(crate) expected: f64,
    /// Our value.
    pub(crate) computed: Option<f64>,
}

/// Every line of the table; a line that cannot be read has no computed value.
pub(crate) fn distribution_cases() -> Vec<DistributionCase> {
    TABLE.lines().skip(1).map(case).collect()
}

pub(super) fn measure() -> Vec<SelfTest> {
    let mut worst = BTreeMap::<String, f64>::new();
    for case in distribution_cases() {
        let digits = case.computed.map_or(0.0, |computed| correct_digits(computed, case.expected));
        let entry = worst.entry(case.function).or_insert(MOST_DIGITS);
        *entry = entry.min(digits);
    }
    worst
        .into_iter()
        .map(|(function, digits)| SelfTest {
            name: format!("distribution {function}"),
            digits,
            required: DISTRIBUTION_DIGITS,
        })
        .collect()
}

fn case(line: &str) -> DistributionCase {
    let mut fields = line.split(',');
    let function = fields.next().unwrap_or_default().to_owned();
    // A parameter that a distribution does not have is an empty field.
    let mut number = || fields.next().and_then(|field| field.parse().ok());
    let arguments = [number(), number(), number()].map(|x: Option<f64>| x.unwrap_or(0.0));
    let expected = number();
    let computed = expected.and_then(|_| compute(&function, arguments));
    DistributionCase { function, expected: expected.unwrap_or(0.0), computed }
}

fn compute(function: &str, [x, a, b]: [f64; 3]) -> Option<f64> {
    match function {
        "normal_cdf" => Normal::STANDARD.cdf(x),
        "normal_quantile" => Normal::STANDARD.quantile(x),
        "t_sf" => StudentT::new(a)?.sf(x),
        "t_quantile_upper" => StudentT::new(a)?.quantile_upper(x),
        "f_cdf" => FisherF::new(a, b)?.cdf(x),
        "f_sf" => FisherF::new(a, b)?.sf(x),
        "f_quantile" => FisherF::new(a, b)?.quantile(x),
        "chi2_cdf" => ChiSquared::new(a)?.cdf(x),
        "chi2_sf" => ChiSquared::new(a)?.sf(x),
        "chi2_quantile" => ChiSquared::new(a)?.quantile(x),
        "beta_cdf" => Beta::new(a, b)?.cdf(x),
        "beta_sf" => Beta::new(a, b)?.sf(x),
        "beta_quantile" => Beta::new(a, b)?.quantile(x),
        "binomial_cdf" => Some(Binomial::new(a as u64, b)?.cdf(x as u64)),
        "binomial_sf" => Some(Binomial::new(a as u64, b)?.sf(x as u64)),
        _ => None,
    }
}
