//! One-way analysis of variance.

use super::distribution::FisherF;
use super::moments;
use super::sum::compensated_sum;
use serde::Serialize;

/// The table of a one-way analysis of variance with G groups and N values.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct OneWay {
    /// G − 1.
    pub df_between: usize,
    /// N − G.
    pub df_within: usize,
    /// Σ_g n_g (x̄_g − x̄)².
    pub ss_between: f64,
    /// Σ_g Σ_i (x_gi − x̄_g)².
    pub ss_within: f64,
    /// Mean square between the groups.
    pub ms_between: f64,
    /// Mean square within the groups, the estimate of the common variance.
    pub ms_within: f64,
    /// Share of the variation that lies between the groups; `None` when nothing varies.
    pub r_squared: Option<f64>,
    /// F = MS between / MS within; `None` when nothing varies within the groups.
    pub f: Option<f64>,
    /// P(F ≥ f) under equal means; `None` with it.
    pub p: Option<f64>,
}

/// One-way analysis of variance (R. A. Fisher), by two passes about a shift with compensated sums.
///
/// Empty groups are left out. `None` with fewer than two groups, with no group of two values, or when a value is
/// not finite.
#[must_use]
pub fn one_way(groups: &[&[f64]]) -> Option<OneWay> {
    let groups: Vec<&[f64]> = groups.iter().copied().filter(|g| !g.is_empty()).collect();
    let n: usize = groups.iter().map(|g| g.len()).sum();
    if groups.len() < 2 || n <= groups.len() {
        return None;
    }
    // Each group's mean as (shift, rest): the shift is the rounded grand mean, so x − shift is exact for values
    // close to each other, and the means differ by their rests alone.
    let all: Vec<f64> = groups.iter().flat_map(|g| g.iter().copied()).collect();
    let shift = moments::mean(&all)?;
    let grand = compensated_sum(all.iter().map(|x| x - shift)) / n as f64;
    let (mut between, mut within) = (Vec::new(), Vec::new());
    for group in &groups {
        let size = group.len() as f64;
        let mean = compensated_sum(group.iter().map(|x| x - shift)) / size;
        between.push(size * (mean - grand) * (mean - grand));
        let rest = compensated_sum(group.iter().map(|x| (x - shift) - mean));
        let squares = compensated_sum(group.iter().map(|x| ((x - shift) - mean).powi(2)));
        within.push((squares - rest * rest / size).max(0.0));
    }
    Some(table(groups.len() - 1, n - groups.len(), compensated_sum(between), compensated_sum(within)))
}

fn table(df_between: usize, df_within: usize, ss_between: f64, ss_within: f64) -> OneWay {
    let ms_between = ss_between / df_between as f64;
    let ms_within = ss_within / df_within as f64;
    let total = ss_between + ss_within;
    let f = (ms_within > 0.0).then(|| ms_between / ms_within).filter(|f| f.is_finite());
    let p = f.and_then(|f| FisherF::new(df_between as f64, df_within as f64)?.sf(f));
    let r_squared = (total > 0.0).then(|| ss_between / total);
    OneWay { df_between, df_within, ss_between, ss_within, ms_between, ms_within, r_squared, f, p }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_common_offset_changes_no_sum_of_squares() {
        let near = one_way(&[&[1.0, 2.0, 3.0], &[2.0, 4.0]]).unwrap();
        let far = one_way(&[&[1e9 + 1.0, 1e9 + 2.0, 1e9 + 3.0], &[1e9 + 2.0, 1e9 + 4.0]]).unwrap();
        assert!((near.ss_between - 1.2).abs() < 1e-14 && (near.ss_within - 4.0).abs() < 1e-14);
        assert!((far.ss_between - near.ss_between).abs() < 1e-12);
        assert!((far.ss_within - near.ss_within).abs() < 1e-12);
    }

    #[test]
    fn an_empty_group_changes_nothing() {
        let a: [&[f64]; 2] = [&[1.0, 2.0], &[3.0, 5.0]];
        let b: [&[f64]; 3] = [&[1.0, 2.0], &[], &[3.0, 5.0]];
        assert_eq!(one_way(&a), one_way(&b));
    }

    #[test]
    fn without_variation_within_the_groups_there_is_no_f() {
        let table = one_way(&[&[1.0, 1.0], &[2.0, 2.0]]).unwrap();
        assert_eq!(table.f, None);
        assert_eq!(table.p, None);
    }

    #[test]
    fn one_group_or_one_value_a_group_is_no_comparison() {
        assert_eq!(one_way(&[&[1.0, 2.0]]), None);
        assert_eq!(one_way(&[&[1.0], &[2.0]]), None);
        assert_eq!(one_way(&[&[1.0, f64::NAN], &[2.0]]), None);
    }
}
