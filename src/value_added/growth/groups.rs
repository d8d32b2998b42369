//! Growth of groups: median and mean percentile with their uncertainty.

use super::percentiles::Percentile;
use crate::stats::Interval;
use crate::stats::bootstrap::{Resampler, percentile_interval, replicates};
use crate::stats::moments;
use crate::value_added::design::Grouping;

/// What is known about the growth of a group.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupGrowth {
    /// The group.
    pub unit: String,
    /// Its students.
    pub n: usize,
    /// Median percentile.
    pub median: f64,
    /// Mean percentile.
    pub mean: f64,
    /// s/√n of the mean; `None` for one student.
    pub mean_standard_error: Option<f64>,
    /// Bootstrap standard error of the median; `None` where no two students differ.
    pub median_standard_error: Option<f64>,
    /// Percentile interval of the median over the bootstrap; `None` where no two students differ, and where even lowest
    /// and highest student together hold the median too seldom.
    pub median_interval: Option<Interval>,
    /// 50 + (median − 50)·c/(c + SE²): the median shrunken towards 50, c the variance of the true medians.
    pub shrunken_median: Option<f64>,
}

/// How the uncertainty of a median is estimated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GroupOptions {
    /// Level of the intervals.
    pub level: f64,
    /// Bootstrap replicates; 0 leaves the intervals out.
    pub replicates: usize,
    /// Seed of the bootstrap.
    pub seed: u64,
}

/// The growth of each group, in the order of the levels; `percentiles` has one entry per row of the grouping.
#[must_use]
pub fn group_growth(
    percentiles: &[Percentile],
    groups: &Grouping,
    options: &GroupOptions,
) -> Vec<GroupGrowth> {
    let mut members: Vec<Vec<f64>> = vec![Vec::new(); groups.levels.len()];
    for (percentile, &code) in percentiles.iter().zip(&groups.codes) {
        members[code as usize].push(f64::from(percentile.0));
    }
    let mut growth: Vec<GroupGrowth> =
        groups.levels.iter().zip(&members).filter_map(|(unit, own)| one(unit, own, options)).collect();
    shrink(&mut growth);
    growth
}

fn one(unit: &str, members: &[f64], options: &GroupOptions) -> Option<GroupGrowth> {
    let mut sorted = members.to_vec();
    sorted.sort_by(f64::total_cmp);
    let medians = Resampler::new(sorted.len(), options.seed)
        .map(|resampler| {
            replicates(&resampler, options.replicates, |counts| median_of_counts(&sorted, counts))
        })
        .filter(|medians| medians.len() > 1 && sorted.first() < sorted.last());
    let wide_enough = range_holds_median(sorted.len()) >= options.level;
    let interval = |medians: &[f64]| percentile_interval(medians, options.level).filter(|_| wide_enough);
    Some(GroupGrowth {
        unit: unit.to_owned(),
        n: members.len(),
        median: moments::quantile_of_sorted(&sorted, 0.5)?,
        mean: moments::mean(members)?,
        mean_standard_error: moments::sd(members).map(|sd| sd / (members.len() as f64).sqrt()),
        median_standard_error: medians.as_deref().and_then(moments::sd),
        median_interval: medians.as_deref().and_then(interval),
        shrunken_median: None,
    })
}

/// How often the lowest and the highest of `n` students have the true median between them: 1 − 2·2⁻ⁿ, for all `n` are
/// above it with probability 2⁻ⁿ, and below it as often. No resampling reaches beyond them: 95 % needs six students.
fn range_holds_median(n: usize) -> f64 {
    1.0 - 2.0 * 0.5_f64.powi(i32::try_from(n).unwrap_or(i32::MAX))
}

/// The median of a resample given as counts of sorted values.
fn median_of_counts(sorted: &[f64], counts: &[u32]) -> f64 {
    let total: u32 = counts.iter().sum();
    let at = |rank: u32| {
        let mut seen = 0;
        for (value, count) in sorted.iter().zip(counts) {
            seen += count;
            if seen > rank {
                return *value;
            }
        }
        sorted.last().copied().unwrap_or(50.0)
    };
    0.5 * (at((total.max(1) - 1) / 2) + at(total / 2))
}

/// c by moments: the variance of the medians minus the mean squared standard error, not below zero.
fn shrink(growth: &mut [GroupGrowth]) {
    let medians: Vec<f64> = growth.iter().map(|g| g.median).collect();
    let squares: Vec<f64> = growth.iter().filter_map(|g| g.median_standard_error.map(|se| se * se)).collect();
    let (Some(variance), Some(noise)) = (moments::variance(&medians), moments::mean(&squares)) else {
        return;
    };
    let c = (variance - noise).max(0.0);
    for group in growth {
        group.shrunken_median = group.median_standard_error.map(|se| {
            let share = if c + se * se > 0.0 { c / (c + se * se) } else { 0.0 };
            50.0 + (group.median - 50.0) * share
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value_added::data::{Column, Data};
    use crate::value_added::design::Design;
    use crate::value_added::formula::Formula;
    use crate::value_added::reference_tests::{close, csv, number, reference};

    #[test]
    fn too_few_students_and_students_who_do_not_differ_have_no_interval() {
        let options = GroupOptions { level: 0.95, replicates: 200, seed: 1 };
        let of = |members: &[f64]| one("A", members, &options).unwrap();
        let five = of(&[1.0, 20.0, 40.0, 60.0, 99.0]);
        assert!(five.median_standard_error.is_some() && five.median_interval.is_none());
        assert!(of(&[1.0, 20.0, 40.0, 60.0, 80.0, 99.0]).median_interval.is_some());
        let alike = of(&[1.0; 30]);
        assert_eq!((alike.median_standard_error, alike.median_interval), (None, None));
    }

    #[test]
    fn schools_have_the_medians_of_the_reference() {
        let Some(expected) = reference("quantreg_bspline_exam.json") else { return };
        let exam = csv("datasets/value_added/exam.csv", &["school"]).unwrap();
        let design =
            Design::new(&Formula::parse("normexam ~ standLRT + (1 | school)").unwrap(), &exam).unwrap();
        let prior = &design.columns[1];
        let knots = crate::value_added::growth::spline::Knots::of_scores(prior).unwrap();
        let model = crate::value_added::growth::percentiles::GrowthModel::fit(
            &[prior],
            &design.response,
            vec![knots],
            None,
        )
        .unwrap();
        let percentiles = model.percentiles(&[prior], &design.response);
        let options = GroupOptions { level: 0.95, replicates: 200, seed: 1 };
        let growth = group_growth(&percentiles, &design.random[0].grouping, &options);
        for theirs in expected["sgp_school_median"].as_array().unwrap() {
            let ours = growth.iter().find(|g| g.unit == theirs["school"].as_str().unwrap()).unwrap();
            // Students on the edge of a rounding can move a median by one.
            assert!((ours.median - number(&theirs["median_sgp"])).abs() <= 1.0, "{}", ours.unit);
            close(ours.mean, number(&theirs["mean_sgp"]), 1e-2, &ours.unit);
            let shrunken = ours.shrunken_median.unwrap();
            assert!((shrunken - 50.0).abs() <= (ours.median - 50.0).abs(), "shrunken towards 50");
            assert_eq!(ours.median_interval.is_some(), ours.n >= 6, "{}: {}", ours.unit, ours.n);
            assert!(ours.median_interval.is_none_or(|interval| interval.contains(ours.median)));
        }
    }

    #[test]
    fn a_group_of_one_has_no_standard_error_of_its_mean() {
        let data = Data::new([
            ("y".to_owned(), Column::numbers(&[1.0, 2.0, 3.0, 4.0])),
            ("g".to_owned(), Column::numbers(&[1.0, 2.0, 2.0, 2.0])),
        ])
        .unwrap();
        let design = Design::new(&Formula::parse("y ~ 1 + (1 | g)").unwrap(), &data).unwrap();
        let options = GroupOptions { level: 0.95, replicates: 0, seed: 1 };
        let percentiles = [10, 20, 40, 90].map(Percentile);
        let growth = group_growth(&percentiles, &design.random[0].grouping, &options);
        assert_eq!((growth[0].n, growth[0].mean_standard_error), (1, None));
        assert_eq!((growth[1].median, growth[1].mean), (40.0, 50.0));
    }
}
