//! How students' attainment is spread: five quantiles.

use crate::stats::moments::{quantile_of_sorted, sorted};

/// Probabilities of the quantiles: the middle, the middle half, and nine in ten students.
pub const PROBABILITIES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// Quantiles of type 7 at [`PROBABILITIES`]; `None` without values or where one is not finite.
#[must_use]
pub fn spread(values: &[f64]) -> Option<[f64; 5]> {
    let sorted = sorted(values)?;
    let mut quantiles = [0.0; 5];
    for (place, p) in quantiles.iter_mut().zip(PROBABILITIES) {
        *place = quantile_of_sorted(&sorted, p)?;
    }
    Some(quantiles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantiles_are_those_of_type_seven() {
        // R 4.3: quantile(c(0.2, 0.9, 0.5, 0.7), c(.05, .25, .5, .75, .95)).
        let found = spread(&[0.2, 0.9, 0.5, 0.7]).unwrap();
        for (found, expected) in found.iter().zip([0.245, 0.425, 0.6, 0.75, 0.87]) {
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
        assert_eq!(spread(&[]), None);
    }
}
