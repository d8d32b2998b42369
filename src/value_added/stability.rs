//! How far unit effects can be relied on: over cohorts, and over models.

use super::error::ValueAddedError;
use crate::stats::moments;
use std::collections::BTreeMap;

/// Effects of units by name, of one cohort or one model.
pub type Effects = BTreeMap<String, f64>;

/// The agreement of two sets of unit effects.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// The first cohort or model.
    pub first: String,
    /// The second.
    pub second: String,
    /// Units in both.
    pub units: usize,
    /// Pearson's correlation; `None` with fewer than three common units or without spread.
    pub correlation: Option<f64>,
    /// Spearman's correlation of the ranks, ties at their mean rank.
    pub rank_correlation: Option<f64>,
    /// Mean absolute difference of the effects.
    pub mean_difference: Option<f64>,
    /// Share of the pairs of units in the same order, of those that differ in both sets.
    pub same_order: Option<f64>,
    /// Share of units in the same third by effect.
    pub same_third: Option<f64>,
}

/// Compares every pair of cohorts (stability) or models (sensitivity), in the order given.
///
/// # Errors
/// [`ValueAddedError::TooFewValues`] with fewer than two sets.
pub fn agreement(sets: &[(String, Effects)]) -> Result<Vec<Agreement>, ValueAddedError> {
    if sets.len() < 2 {
        return Err(ValueAddedError::TooFewValues { statistic: "agreement", needed: 2, found: sets.len() });
    }
    let pairs = sets.iter().enumerate().flat_map(|(i, a)| sets[i + 1..].iter().map(move |b| (a, b)));
    Ok(pairs.map(|((first, a), (second, b))| pair((first, a), (second, b))).collect())
}

fn pair((first, a): (&str, &Effects), (second, b): (&str, &Effects)) -> Agreement {
    let common: Vec<(f64, f64)> = a.iter().filter_map(|(unit, x)| Some((*x, *b.get(unit)?))).collect();
    let (xs, ys): (Vec<f64>, Vec<f64>) = common.iter().copied().unzip();
    let enough = common.len() > 2;
    let (x_ranks, y_ranks) = (ranks(&xs), ranks(&ys));
    let third = |rank| third(rank, common.len());
    let same = x_ranks.iter().zip(&y_ranks).filter(|(x, y)| third(**x) == third(**y)).count();
    let differences: Vec<f64> = common.iter().map(|(x, y)| (x - y).abs()).collect();
    Agreement {
        first: first.to_owned(),
        second: second.to_owned(),
        units: common.len(),
        correlation: enough.then(|| moments::correlation(&xs, &ys)).flatten(),
        rank_correlation: enough.then(|| moments::correlation(&x_ranks, &y_ranks)).flatten(),
        mean_difference: moments::mean(&differences),
        same_order: enough.then(|| same_order(&common)).flatten(),
        same_third: enough.then(|| same as f64 / common.len() as f64),
    }
}

/// The third of a rank among n: 0 the highest.
pub(super) fn third(rank: f64, n: usize) -> usize {
    (3.0 * (rank - 0.5) / n as f64).floor().clamp(0.0, 2.0) as usize
}

/// Share of the pairs in the same order, by counting inversions: n log n.
fn same_order(pairs: &[(f64, f64)]) -> Option<f64> {
    let mut sorted = pairs.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let n = pairs.len() as u64;
    let both = tied(sorted.iter().copied());
    let first = tied(sorted.iter().map(|pair| (pair.0, 0.0)));
    let mut second: Vec<f64> = sorted.iter().map(|pair| pair.1).collect();
    let against = inversions(&mut second);
    let second = tied(second.iter().map(|y| (*y, 0.0)));
    let comparable = n * (n - 1) / 2 + both - first - second;
    (comparable > 0).then(|| (comparable - against) as f64 / comparable as f64)
}

/// Pairs of equal neighbours' runs in sorted values.
fn tied(values: impl Iterator<Item = (f64, f64)>) -> u64 {
    let (mut pairs, mut run, mut last) = (0, 0, None);
    for value in values {
        run = if last == Some(value) { run + 1 } else { 0 };
        pairs += run;
        last = Some(value);
    }
    pairs
}

/// Pairs in which a larger value stands before a smaller one; sorts the values.
fn inversions(values: &mut [f64]) -> u64 {
    if values.len() < 2 {
        return 0;
    }
    let (left, right) = values.split_at_mut(values.len() / 2);
    let mut count = inversions(left) + inversions(right);
    let (mut merged, mut at) = (Vec::with_capacity(left.len() + right.len()), 0);
    for x in left.iter() {
        while at < right.len() && right[at] < *x {
            merged.push(right[at]);
            at += 1;
        }
        count += at as u64;
        merged.push(*x);
    }
    merged.extend_from_slice(&right[at..]);
    values.copy_from_slice(&merged);
    count
}

/// Ranks from 1, the highest first, ties at their mean.
pub(super) fn ranks(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let rank = |x: &f64| {
        let above = sorted.partition_point(|y| y > x);
        let up_to = sorted.partition_point(|y| y >= x);
        0.5 * (above + 1 + up_to) as f64
    };
    values.iter().map(rank).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effects(values: &[f64]) -> Effects {
        values.iter().enumerate().map(|(i, x)| (format!("unit {i}"), *x)).collect()
    }

    #[test]
    fn only_units_in_both_sets_are_compared() {
        let sets = [
            ("2024".to_owned(), effects(&[1.0, 2.0, 3.0, 4.0])),
            ("2025".to_owned(), effects(&[2.0, 4.0, 6.5])),
        ];
        let found = &agreement(&sets).unwrap()[0];
        assert_eq!(found.units, 3);
        // scipy 1.17.1: pearsonr([1,2,3],[2,4,6.5]), spearmanr.
        assert!((found.correlation.unwrap() - 0.997_948_715_788_673_2).abs() < 1e-12);
        assert!((found.rank_correlation.unwrap() - 1.0).abs() < 1e-12);
    }

    /// By hand: (1,2), (2,1), (3,3), (3,4): of six pairs one is tied in the first set, one of the others is turned round.
    #[test]
    fn pairs_in_the_same_order_are_counted_without_ties() {
        let share = same_order(&[(1.0, 2.0), (2.0, 1.0), (3.0, 3.0), (3.0, 4.0)]).unwrap();
        assert!((share - 0.8).abs() < 1e-15);
        assert_eq!(same_order(&[(1.0, 2.0), (1.0, 1.0)]), None);
        let values: Vec<(f64, f64)> =
            (0..200_u32).map(|i| (f64::from(i * 37 % 50), f64::from(i * 71 % 60))).collect();
        let (mut alike, mut all) = (0, 0);
        for (i, a) in values.iter().enumerate() {
            for b in &values[..i] {
                let product = (a.0 - b.0) * (a.1 - b.1);
                alike += u32::from(product > 0.0);
                all += u32::from(product != 0.0);
            }
        }
        assert!((same_order(&values).unwrap() - f64::from(alike) / f64::from(all)).abs() < 1e-15);
    }

    #[test]
    fn ties_share_their_mean_rank() {
        assert_eq!(ranks(&[3.0, 1.0, 3.0, 0.0]), [1.5, 3.0, 1.5, 4.0]);
    }

    #[test]
    fn two_units_have_no_correlation() {
        let sets = [("a".to_owned(), effects(&[1.0, 2.0])), ("b".to_owned(), effects(&[2.0, 4.0]))];
        assert_eq!(agreement(&sets).unwrap()[0].correlation, None);
        assert!(agreement(&sets[..1]).is_err());
    }
}
