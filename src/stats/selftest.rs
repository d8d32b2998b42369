//! Correct digits of the numerics, measured against published values compiled into the program.
//!
//! The linear regression, analysis of variance and univariate sets are NIST's Statistical Reference Datasets with
//! their certified values; the distributions are a table of values computed with 60 digits. Both stand, with
//! the scripts that made them, in `tests/reference`.

mod distributions;
mod nist;

#[cfg(test)]
pub(crate) use distributions::distribution_cases;

use serde::Serialize;

/// No double has more correct digits than this, and no certified value either.
pub const MOST_DIGITS: f64 = 15.0;

/// The digits that every distribution function is held to.
pub const DISTRIBUTION_DIGITS: f64 = 12.0;

/// The measured accuracy of one part.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SelfTest {
    /// What was measured, such as `linear regression Filip`.
    pub name: String,
    /// The correct significant digits of its worst value: −log₁₀ of the relative error, from 0 to 15.
    pub digits: f64,
    /// The digits it is held to.
    pub required: f64,
}

impl SelfTest {
    /// Whether the part reaches what it is held to.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.digits >= self.required
    }
}

/// Measures every part: about forty lines, in well under a second of an optimised build.
///
/// A part that could not be computed at all has no correct digit.
#[must_use]
pub fn selftest() -> Vec<SelfTest> {
    let mut results = distributions::measure();
    results.extend(nist::measure());
    results
}

/// The number of correct significant digits (NIST's log relative error): −log₁₀(|x − c| / |c|), or −log₁₀|x|
/// when c = 0, kept within 0 and 15.
#[must_use]
pub fn correct_digits(computed: f64, certified: f64) -> f64 {
    let error = (computed - certified).abs();
    let relative = if certified.abs() > 0.0 { error / certified.abs() } else { error };
    let digits = -relative.log10();
    if digits > 0.0 { digits.min(MOST_DIGITS) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_reaches_the_digits_it_is_held_to() {
        let results = selftest();
        assert!(results.len() >= 11 + 11 + 9 + 10, "only {} parts", results.len());
        for result in results {
            assert!(result.passed(), "{result:?}");
        }
    }

    #[test]
    fn digits_count_from_the_relative_error() {
        assert!((correct_digits(1.001, 1.0) - 3.0).abs() < 1e-9);
        assert!((correct_digits(1e-8, 0.0) - 8.0).abs() < 1e-9);
        assert_eq!(correct_digits(2.0, 2.0), MOST_DIGITS);
        assert_eq!(correct_digits(f64::NAN, 1.0), 0.0);
        assert_eq!(correct_digits(-5.0, 1.0), 0.0);
    }
}
