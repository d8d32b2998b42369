//! Statements about many figures at once.

use super::interval::Interval;
use super::moments::quantile_of_sorted;
use ndarray::ArrayView2;

/// Holm's step-down adjustment of p values (Scandinavian Journal of Statistics 6, 1979), in the order given.
///
/// The i-th smallest of m becomes max over j ≤ i of min(1, (m − j + 1) p₍ⱼ₎). `None` when a value is no
/// probability.
#[must_use]
pub fn holm(p_values: &[f64]) -> Option<Vec<f64>> {
    if !p_values.iter().all(|p| (0.0..=1.0).contains(p)) {
        return None;
    }
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![0.0; p_values.len()];
    let mut largest = 0.0_f64;
    for (rank, &index) in order.iter().enumerate() {
        let remaining = (p_values.len() - rank) as f64;
        largest = largest.max((remaining * p_values[index]).min(1.0));
        adjusted[index] = largest;
    }
    Some(adjusted)
}

/// Intervals that hold together with the stated probability.
#[derive(Debug, Clone, PartialEq)]
pub struct Simultaneous {
    /// The critical value c: all intervals are estimate ± c·se.
    pub critical: f64,
    /// One interval a figure.
    pub intervals: Vec<Interval>,
}

/// Simultaneous intervals by the largest studentised deviation over bootstrap replicates (Efron and Tibshirani
/// 1993, chapter 12; Westfall and Young 1993).
///
/// `replicates` is B × K, `estimates` and `standard_errors` have K entries. c is the type 7 quantile, at `level`, of
/// max_k |θ*_bk − θ̂_k| / se_k. A figure with se = 0 takes no part in the maximum and has a point for interval.
/// `None` when the shapes differ, B < 2, the level is outside (0, 1) or a value is not finite.
#[must_use]
pub fn max_t(
    replicates: ArrayView2<'_, f64>,
    estimates: &[f64],
    standard_errors: &[f64],
    level: f64,
) -> Option<Simultaneous> {
    let (b, k) = replicates.dim();
    let shapes_agree = k == estimates.len() && k == standard_errors.len() && k > 0;
    let finite = replicates.iter().chain(estimates).all(|x| x.is_finite())
        && standard_errors.iter().all(|s| s.is_finite() && *s >= 0.0);
    if !(shapes_agree && finite && b >= 2 && level > 0.0 && level < 1.0) {
        return None;
    }
    let deviation = |column: usize, value: f64| {
        let se = standard_errors[column];
        if se > 0.0 { (value - estimates[column]).abs() / se } else { 0.0 }
    };
    let mut largest: Vec<f64> = replicates
        .rows()
        .into_iter()
        .map(|row| {
            row.iter().enumerate().fold(0.0_f64, |m, (column, &value)| m.max(deviation(column, value)))
        })
        .collect();
    largest.sort_by(f64::total_cmp);
    let critical = quantile_of_sorted(&largest, level)?;
    let intervals = estimates
        .iter()
        .zip(standard_errors)
        .map(|(e, se)| Interval::new(e - critical * se, e + critical * se))
        .collect::<Option<Vec<_>>>()?;
    Some(Simultaneous { critical, intervals })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn holm_follows_r() {
        // R 4: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") = 0.03 0.06 0.06 0.02.
        let adjusted = holm(&[0.01, 0.04, 0.03, 0.005]).unwrap();
        for (got, expected) in adjusted.iter().zip([0.03, 0.06, 0.06, 0.02]) {
            assert!((got - expected).abs() < 1e-15);
        }
    }

    #[test]
    fn no_adjusted_value_is_below_its_own_or_above_one() {
        let p = [0.9, 0.5, 0.001, 0.02, 0.02];
        for (adjusted, own) in holm(&p).unwrap().iter().zip(p) {
            assert!(*adjusted >= own && *adjusted <= 1.0);
        }
        assert_eq!(holm(&[1.5]), None);
        assert_eq!(holm(&[f64::NAN]), None);
        assert_eq!(holm(&[]), Some(Vec::new()));
    }

    #[test]
    fn the_critical_value_is_the_quantile_of_the_largest_deviation() {
        let replicates = array![[1.0, 0.0], [0.0, -4.0], [-3.0, 1.0], [0.5, 0.5], [2.0, 2.0]];
        let all = max_t(replicates.view(), &[0.0, 0.0], &[1.0, 2.0], 0.5).unwrap();
        // Largest deviations: 1, 2, 3, 0.5, 2; their median is 2.
        assert_eq!(all.critical, 2.0);
        assert_eq!(all.intervals[1], Interval { low: -4.0, high: 4.0 });
    }

    #[test]
    fn a_figure_without_spread_has_a_point_for_interval() {
        let replicates = array![[1.0, 7.0], [2.0, 7.0], [0.0, 7.0]];
        let all = max_t(replicates.view(), &[1.0, 7.0], &[1.0, 0.0], 0.9).unwrap();
        assert_eq!(all.intervals[1], Interval { low: 7.0, high: 7.0 });
        assert_eq!(max_t(replicates.view(), &[1.0], &[1.0, 0.0], 0.9), None);
    }
}
