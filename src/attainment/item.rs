//! What the students of an offering did in each item, before any policy.

use crate::model::{Offering, decimal_ratio, ratio_f64};

/// One item of an offering.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemResult {
    /// Position in the offering's items.
    pub item: usize,
    /// Mean mark in points.
    pub mean: Option<f64>,
    /// Standard deviation in points.
    pub sd: Option<f64>,
    /// Mean over full mark.
    pub ratio: Option<f64>,
    /// Students with a mark.
    pub n_scored: usize,
    /// Students without one.
    pub n_missing: usize,
}

/// All items of an offering. Sums run over whole minor units, so the mean is correctly rounded.
pub(crate) fn items(offering: &Offering) -> Vec<ItemResult> {
    (0..offering.items.len()).map(|item| one(offering, item)).collect()
}

fn one(offering: &Offering, item: usize) -> ItemResult {
    let marks = &offering.marks;
    let has_column = item < marks.n_items();
    let scored = || {
        (0..marks.n_students())
            .filter(|_| has_column)
            .map(|row| marks.row(row)[item])
            .filter(|&units| units >= 0)
    };
    let (n, sum) = scored().fold((0usize, 0i128), |(n, sum), units| (n + 1, sum + i128::from(units)));
    let unit = 10f64.powi(-i32::from(marks.scale_or_zero(item)));
    let mut mean = (n > 0).then(|| sum as f64 / n as f64 * unit);
    let squares: f64 = scored().map(|units| (units as f64 * unit - mean.unwrap_or(0.0)).powi(2)).sum();
    let mut n_scored = n;
    if n == 0
        && let Some(given) = offering.item_means.iter().find(|given| given.item == item)
    {
        mean = Some(ratio_f64(&decimal_ratio(given.mean)));
        n_scored = given.n.map_or(0, |n| n as usize);
    }
    let full = ratio_f64(&decimal_ratio(offering.items[item].full));
    ItemResult {
        item,
        mean,
        sd: (n > 1).then(|| (squares / (n as f64 - 1.0)).sqrt()),
        ratio: mean.map(|mean| mean / full),
        n_scored,
        n_missing: marks.n_students().saturating_sub(n),
    }
}
