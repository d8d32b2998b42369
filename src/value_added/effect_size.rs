//! Gains and their standardised sizes.
//!
//! Sources: L. V. Hedges, J. Educational Statistics 6 (1981); B. J. Becker, British J. Mathematical and Statistical
//! Psychology 41 (1988); R. R. Hake, American J. Physics 66 (1998); J. D. Marx and K. Cummings, the same 75 (2007); N.
//! S. Jacobson and P. Truax, J. Consulting and Clinical Psychology 59 (1991); T. L. Kelley (1923).

use super::error::ValueAddedError;
use crate::stats::Interval;
use crate::stats::distribution::{StudentT, noncentrality};
use crate::stats::interval;
use crate::stats::moments::{self, Moments};

/// The factor that takes the small-sample bias out of a standardised difference with m degrees of freedom:
/// J = Γ(m/2) / (√(m/2) Γ((m−1)/2)), exact. `None` for m ≤ 1.
#[must_use]
pub fn small_sample_factor(m: f64) -> Option<f64> {
    (m > 1.0 && m.is_finite()).then(|| {
        // The logarithms lose digits with growing m; from here on the series has them all.
        if m > 200.0 {
            let x = 1.0 / m;
            return 1.0 - x * (0.75 + x * (7.0 / 32.0 + x * (9.0 / 128.0 - x * 59.0 / 2048.0)));
        }
        (libm::lgamma(0.5 * m) - libm::lgamma(0.5 * (m - 1.0))).exp() / (0.5 * m).sqrt()
    })
}

/// The gain of the same students from a first to a second measurement.
#[derive(Debug, Clone, PartialEq)]
pub struct PairedGain {
    /// Students with both measurements.
    pub n: usize,
    /// Mean of after − before.
    pub mean: f64,
    /// Standard deviation of the gains.
    pub sd: f64,
    /// The t interval of the mean gain.
    pub interval: Option<Interval>,
    /// Paired t.
    pub t: f64,
    /// Its two-sided p-value.
    pub p_value: Option<f64>,
    /// Correlation of before and after.
    pub correlation: f64,
    /// mean / sd of the gains.
    pub d_z: f64,
    /// d_z √(2(1 − r)): the repeated-measures form.
    pub d_rm: f64,
    /// mean / √((s₁² + s₂²)/2).
    pub d_av: f64,
    /// mean / sd before.
    pub d_before: f64,
    /// J(n−1) · d_before: standardised mean change (Becker 1988).
    pub standardised_change: f64,
    /// Its variance 2(1 − r)/n + change²/(2n).
    pub standardised_change_variance: f64,
}

/// Gains of paired measurements.
///
/// # Errors
/// Unequal lengths, fewer than three pairs, measurements or gains without spread.
pub fn paired_gain(before: &[f64], after: &[f64], level: f64) -> Result<PairedGain, ValueAddedError> {
    let n = before.len();
    let gains = differences(before, after)?;
    let spread = |xs: &[f64]| moments::sd(xs).filter(|sd| *sd > 0.0);
    let parts =
        spread(before).zip(spread(after)).zip(spread(&gains)).zip(moments::correlation(before, after));
    let (Some((((first, second), sd), r)), Some(moments), Some(j)) =
        (parts, Moments::of(&gains), small_sample_factor((n - 1) as f64))
    else {
        return Err(ValueAddedError::TooFewValues { statistic: "a paired gain", needed: 3, found: n });
    };
    let mean = moments.mean;
    let t = mean / (sd / (n as f64).sqrt());
    let d_z = mean / sd;
    let d_before = mean / first;
    let change = j * d_before;
    Ok(PairedGain {
        n,
        mean,
        sd,
        interval: interval::student_mean(&moments, level),
        t,
        p_value: StudentT::new((n - 1) as f64).and_then(|d| d.two_sided(t)),
        correlation: r,
        d_z,
        d_rm: d_z * (2.0 * (1.0 - r)).sqrt(),
        d_av: mean / ((first * first + second * second) / 2.0).sqrt(),
        d_before,
        standardised_change: change,
        standardised_change_variance: 2.0 * (1.0 - r) / n as f64 + change * change / (2 * n) as f64,
    })
}

fn differences(before: &[f64], after: &[f64]) -> Result<Vec<f64>, ValueAddedError> {
    if before.len() != after.len() {
        let (rows, expected) = (after.len(), before.len());
        return Err(ValueAddedError::UnequalColumns { column: "after".to_owned(), rows, expected });
    }
    if before.len() < 3 {
        return Err(ValueAddedError::TooFewValues { statistic: "a gain", needed: 3, found: before.len() });
    }
    Ok(before.iter().zip(after).map(|(b, a)| a - b).collect())
}

/// The standardised difference of two independent groups.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// mean₁ − mean₂.
    pub difference: f64,
    /// Cohen's d: the difference over the pooled standard deviation.
    pub cohens_d: f64,
    /// The exact interval of d from the non-central t distribution.
    pub d_interval: Option<Interval>,
    /// Hedges' g = J d.
    pub hedges_g: f64,
    /// J.
    pub factor: f64,
    /// 1/n₁ + 1/n₂ + g²/(2(n₁ + n₂)): the large-sample variance of g.
    pub variance: f64,
    /// 1/n₁ + 1/n₂ + (1 − (m−2)/(m J²)) g²: the unbiased variance of g.
    pub unbiased_variance: f64,
    /// g ± z √variance.
    pub g_wald: Option<Interval>,
    /// J times the exact interval of d.
    pub g_interval: Option<Interval>,
    /// Glass' Δ: the difference over the standard deviation of the second group.
    pub glass_delta: f64,
}

/// The standardised difference of two independent groups.
///
/// # Errors
/// A group of fewer than two, or no spread.
pub fn difference(first: &[f64], second: &[f64], level: f64) -> Result<Difference, ValueAddedError> {
    let (n1, n2) = (first.len() as f64, second.len() as f64);
    let m = n1 + n2 - 2.0;
    let parts = Moments::of(first).zip(Moments::of(second));
    let parts = parts.filter(|(a, b)| a.n > 1 && b.n > 1 && a.sum_of_squares + b.sum_of_squares > 0.0);
    let (Some((a, b)), Some(factor)) = (parts, small_sample_factor(m)) else {
        let found = first.len().min(second.len());
        return Err(ValueAddedError::TooFewValues { statistic: "a difference", needed: 2, found });
    };
    let pooled = ((a.sum_of_squares + b.sum_of_squares) / m).sqrt();
    let difference = a.mean - b.mean;
    let cohens_d = difference / pooled;
    let scale = (n1 * n2 / (n1 + n2)).sqrt();
    let tail = 0.5 * (1.0 - level);
    let bound = |p: f64| noncentrality(cohens_d * scale, m, p).map(|delta| delta / scale);
    let d_interval = bound(1.0 - tail).zip(bound(tail)).and_then(|(low, high)| Interval::new(low, high));
    let hedges_g = factor * cohens_d;
    let variance = 1.0 / n1 + 1.0 / n2 + hedges_g * hedges_g / (2.0 * (n1 + n2));
    let unbiased = 1.0 - (m - 2.0) / (m * factor * factor);
    Ok(Difference {
        difference,
        cohens_d,
        d_interval,
        hedges_g,
        factor,
        variance,
        unbiased_variance: 1.0 / n1 + 1.0 / n2 + unbiased * hedges_g * hedges_g,
        g_wald: interval::normal(hedges_g, variance.sqrt(), level),
        g_interval: d_interval.and_then(|i| Interval::new(factor * i.low, factor * i.high)),
        glass_delta: difference / (b.sum_of_squares / (n2 - 1.0)).sqrt(),
    })
}

/// Hake's normalised gain (after − before)/(full − before) of each student; `None` for one who had the full mark.
#[must_use]
pub fn normalised_gains(before: &[f64], after: &[f64], full: f64) -> Vec<Option<f64>> {
    let gain = |(b, a): (&f64, &f64)| (full - b > 0.0).then(|| (a - b) / (full - b));
    before.iter().zip(after).map(gain).collect()
}

/// The normalised change of Marx and Cummings: losses over what could be lost, gains over what could be gained;
/// `None` for a student at the full mark or at zero both times.
#[must_use]
pub fn normalised_changes(before: &[f64], after: &[f64], full: f64) -> Vec<Option<f64>> {
    let change = |(b, a): (&f64, &f64)| match a.total_cmp(b) {
        std::cmp::Ordering::Greater => (full > *b).then(|| (a - b) / (full - b)),
        std::cmp::Ordering::Less => (*b > 0.0).then(|| (a - b) / b),
        std::cmp::Ordering::Equal => (*b > 0.0 && *b < full).then_some(0.0),
    };
    before.iter().zip(after).map(change).collect()
}

/// The normalised gain of a class: of its means, which is not the mean of its students' gains.
#[must_use]
pub fn class_gain(before: &[f64], after: &[f64], full: f64) -> Option<f64> {
    let (b, a) = (moments::mean(before)?, moments::mean(after)?);
    (full > b).then(|| (a - b) / (full - b))
}

/// Kelley's estimate of a true score: mean + reliability · (score − mean); the regression to the mean to be expected.
#[must_use]
pub fn kelley_true_scores(scores: &[f64], reliability: f64) -> Option<Vec<f64>> {
    let mean = moments::mean(scores)?;
    Some(scores.iter().map(|x| mean + reliability * (x - mean)).collect())
}

/// The reliable-change index (after − before) / (s √(2(1 − r))) with s the spread before; beyond ±1.96 a change is more
/// than measurement error at 95 %.
#[must_use]
pub fn reliable_changes(before: &[f64], after: &[f64], reliability: f64) -> Option<Vec<f64>> {
    let error = moments::sd(before)? * (2.0 * (1.0 - reliability)).sqrt();
    (error > 0.0).then(|| before.iter().zip(after).map(|(b, a)| (a - b) / error).collect())
}

/// Standard scores of the second measurement minus those of the first.
#[must_use]
pub fn standard_score_gains(before: &[f64], after: &[f64]) -> Option<Vec<f64>> {
    let z = |xs: &[f64]| -> Option<Vec<f64>> {
        let (mean, sd) = (moments::mean(xs)?, moments::sd(xs).filter(|sd| *sd > 0.0)?);
        Some(xs.iter().map(|x| (x - mean) / sd).collect())
    };
    Some(z(after)?.iter().zip(z(before)?).map(|(a, b)| a - b).collect())
}

/// Percentile ranks (share below plus half of the ties, times 100) of the second measurement minus those of the first.
#[must_use]
pub fn percentile_rank_gains(before: &[f64], after: &[f64]) -> Option<Vec<f64>> {
    let ranks = |xs: &[f64]| -> Option<Vec<f64>> {
        let sorted = moments::sorted(xs)?;
        let rank = |x: &f64| {
            let (below, up_to) = (sorted.partition_point(|y| y < x), sorted.partition_point(|y| y <= x));
            50.0 * (below + up_to) as f64 / sorted.len() as f64
        };
        Some(xs.iter().map(rank).collect())
    };
    Some(ranks(after)?.iter().zip(ranks(before)?).map(|(a, b)| a - b).collect())
}

#[cfg(test)]
mod tests;
