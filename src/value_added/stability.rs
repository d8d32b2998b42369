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
    /// Share of units whose quarter (by effect, 1 the highest) is the same.
    pub same_quarter: Option<f64>,
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
    let quarter = |rank: f64| (4.0 * (rank - 0.5) / common.len() as f64).floor();
    let same =
        x_ranks.iter().zip(&y_ranks).filter(|(x, y)| (quarter(**x) - quarter(**y)).abs() < 0.5).count();
    let differences: Vec<f64> = common.iter().map(|(x, y)| (x - y).abs()).collect();
    Agreement {
        first: first.to_owned(),
        second: second.to_owned(),
        units: common.len(),
        correlation: enough.then(|| moments::correlation(&xs, &ys)).flatten(),
        rank_correlation: enough.then(|| moments::correlation(&x_ranks, &y_ranks)).flatten(),
        mean_difference: moments::mean(&differences),
        same_quarter: enough.then(|| same as f64 / common.len() as f64),
    }
}

/// Ranks from 1, the highest first, ties at their mean.
fn ranks(values: &[f64]) -> Vec<f64> {
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
