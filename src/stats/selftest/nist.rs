//! NIST's Statistical Reference Datasets and our results on them.

use super::{SelfTest, correct_digits};
use crate::stats::anova::{OneWay, one_way};
use crate::stats::least_squares::{Fit, least_squares};
use crate::stats::moments::Moments;
use ndarray::Array2;
use serde::Deserialize;

const DATA: &str = include_str!("../../../tests/reference/nist_strd.json");

/// Digits asked of mean and standard deviation: NumAcc4 holds 10000000.2 ± 0.1, of which a double keeps nine.
const UNIVARIATE_DIGITS: f64 = 8.0;

/// The sums of squares may miss the digits of F by this much: exact rational arithmetic on the doubles nearest to
/// the printed values of SmLs05 and SmLs08 has 9.94 and 3.92 digits, so no program can have ten and four.
const SUMS_ALLOWANCE: f64 = 0.1;

#[derive(Deserialize)]
struct Sets {
    linear: Vec<Linear>,
    anova: Vec<Anova>,
    univariate: Vec<Univariate>,
}

#[derive(Deserialize)]
struct Linear {
    name: String,
    required: f64,
    constant: bool,
    polynomial: u32,
    coefficients: Vec<String>,
    standard_errors: Vec<String>,
    residual_sd: String,
    r_squared: String,
    y: String,
    x: Vec<String>,
}

#[derive(Deserialize)]
struct Anova {
    name: String,
    required: f64,
    ss_between: String,
    f: String,
    ss_within: String,
    r_squared: String,
    residual_sd: String,
    groups: Vec<Sample>,
}

#[derive(Deserialize)]
struct Univariate {
    name: String,
    mean: String,
    sd: String,
    sample: Sample,
}

/// Values as printed, or the rule that makes them: a first value, then two in turn.
#[derive(Deserialize)]
#[serde(untagged)]
enum Sample {
    Listed { values: String },
    Generated { first: String, then: [String; 2], times: usize },
}

pub(super) fn measure() -> Vec<SelfTest> {
    let Ok(sets) = serde_json::from_str::<Sets>(DATA) else {
        return vec![SelfTest { name: "reference data".to_owned(), digits: 0.0, required: 1.0 }];
    };
    let mut results = Vec::new();
    for set in &sets.linear {
        results.extend(set.measure());
    }
    for set in &sets.anova {
        results.extend(set.measure());
    }
    results.extend(sets.univariate.iter().map(Univariate::measure));
    results
}

impl Linear {
    fn measure(&self) -> [SelfTest; 2] {
        let fit = self.fit();
        let coefficients = fit.as_ref().map(|fit| worst(&fit.coefficients, &self.coefficients));
        let errors = fit.as_ref().and_then(|fit| {
            let mut computed = fit.standard_errors.clone()?;
            let mut certified = self.standard_errors.clone();
            computed.extend([fit.residual_sd?, fit.r_squared?]);
            certified.extend([self.residual_sd.clone(), self.r_squared.clone()]);
            Some(worst(&computed, &certified))
        });
        [
            SelfTest {
                name: format!("linear regression {}: coefficients", self.name),
                digits: coefficients.unwrap_or(0.0),
                required: self.required,
            },
            SelfTest {
                name: format!("linear regression {}: standard errors", self.name),
                digits: errors.unwrap_or(0.0),
                required: self.required,
            },
        ]
    }

    fn fit(&self) -> Option<Fit> {
        let y = numbers(&self.y)?;
        let x: Vec<Vec<f64>> = self.x.iter().map(|column| numbers(column)).collect::<Option<_>>()?;
        let mut columns = Vec::new();
        if self.constant {
            columns.push(vec![1.0; y.len()]);
        }
        for column in &x {
            for power in 1..=self.polynomial {
                columns.push(column.iter().map(|v| v.powf(f64::from(power))).collect());
            }
        }
        let design = Array2::from_shape_fn((y.len(), columns.len()), |(i, j)| columns[j][i]);
        least_squares(design.view(), &y).ok()
    }
}

impl Anova {
    fn measure(&self) -> [SelfTest; 2] {
        let table = self.table();
        let f = table.and_then(|t| Some(correct_digits(t.f?, self.f.parse().ok()?)));
        let rest = table.and_then(|t| {
            let computed = [t.ss_between, t.ss_within, t.r_squared?, t.ms_within.sqrt()];
            let certified =
                [&self.ss_between, &self.ss_within, &self.r_squared, &self.residual_sd].map(String::clone);
            Some(worst(&computed, &certified))
        });
        [
            SelfTest {
                name: format!("analysis of variance {}: F", self.name),
                digits: f.unwrap_or(0.0),
                required: self.required,
            },
            SelfTest {
                name: format!("analysis of variance {}: sums of squares", self.name),
                digits: rest.unwrap_or(0.0),
                required: self.required - SUMS_ALLOWANCE,
            },
        ]
    }

    fn table(&self) -> Option<OneWay> {
        let groups: Vec<Vec<f64>> = self.groups.iter().map(Sample::values).collect::<Option<_>>()?;
        let slices: Vec<&[f64]> = groups.iter().map(Vec::as_slice).collect();
        one_way(&slices)
    }
}

impl Univariate {
    fn measure(&self) -> SelfTest {
        let moments = self.sample.values().and_then(|values| Moments::of(&values));
        let digits =
            moments.and_then(|m| Some(worst(&[m.mean, m.sd()?], &[self.mean.clone(), self.sd.clone()])));
        SelfTest {
            name: format!("mean and standard deviation {}", self.name),
            digits: digits.unwrap_or(0.0),
            required: UNIVARIATE_DIGITS,
        }
    }
}

impl Sample {
    fn values(&self) -> Option<Vec<f64>> {
        match self {
            Self::Listed { values } => numbers(values),
            Self::Generated { first, then: [odd, even], times } => {
                let mut values: Vec<f64> = vec![first.parse().ok()?];
                let pair: [f64; 2] = [odd.parse().ok()?, even.parse().ok()?];
                values.extend(std::iter::repeat_n(pair, *times).flatten());
                Some(values)
            }
        }
    }
}

/// The digits of the worst of several values; none when one is missing or cannot be read.
fn worst(computed: &[f64], certified: &[String]) -> f64 {
    if computed.len() != certified.len() {
        return 0.0;
    }
    let digits = computed
        .iter()
        .zip(certified)
        .map(|(value, text)| text.parse().map_or(0.0, |certified| correct_digits(*value, certified)));
    digits.fold(super::MOST_DIGITS, f64::min)
}

fn numbers(text: &str) -> Option<Vec<f64>> {
    text.split_whitespace().map(|word| word.parse().ok()).collect()
}
