//! Interval estimates: of a mean, of a share, of anything with a standard error.

use super::distribution::{Beta, ChiSquared, Normal, StudentT};
use super::moments::Moments;
use serde::Serialize;

/// A closed interval with `low` ≤ `high`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Interval {
    /// `None` unless both ends are finite and in order.
    #[must_use]
    pub fn new(low: f64, high: f64) -> Option<Self> {
        (low.is_finite() && high.is_finite() && low <= high).then_some(Self { low, high })
    }

    /// `high − low`.
    #[must_use]
    pub fn width(&self) -> f64 {
        self.high - self.low
    }

    /// Whether x lies inside, ends included.
    #[must_use]
    pub fn contains(&self, x: f64) -> bool {
        self.low <= x && x <= self.high
    }

    /// The part inside [low, high], for quantities with natural bounds; `None` when nothing is left.
    #[must_use]
    pub fn clipped(&self, low: f64, high: f64) -> Option<Self> {
        Self::new(self.low.max(low), self.high.min(high))
    }
}

/// Estimate ± z·se with z the normal quantile of the two-sided level, 0 < level < 1 and se ≥ 0.
#[must_use]
pub fn normal(estimate: f64, standard_error: f64, level: f64) -> Option<Interval> {
    around(estimate, standard_error, normal_critical(level)?)
}

/// Estimate ± t·se with t the Student quantile of the two-sided level and `df` degrees of freedom.
#[must_use]
pub fn student(estimate: f64, standard_error: f64, df: f64, level: f64) -> Option<Interval> {
    let t = StudentT::new(df)?.quantile_upper(one_tail(level)?)?;
    around(estimate, standard_error, t)
}

/// The interval ν·v/χ²(1 − α/2; ν) … ν·v/χ²(α/2; ν) of a variance v with a standard error, by F. E. Satterthwaite's
/// ν = 2(v/se)² (Biometrics Bulletin 2, 1946); `None` where v or se is not above 0, or ν so small that an end is not
/// finite.
#[must_use]
pub fn variance(estimate: f64, standard_error: f64, level: f64) -> Option<Interval> {
    let tail = one_tail(level)?;
    (estimate > 0.0 && standard_error > 0.0).then_some(())?;
    let df = 2.0 * (estimate / standard_error).powi(2);
    let law = ChiSquared::new(df)?;
    Interval::new(df * estimate / law.quantile_upper(tail)?, df * estimate / law.quantile(tail)?)
}

/// The t interval x̄ ± t·s/√n of a mean, n − 1 degrees of freedom; `None` below two values.
#[must_use]
pub fn student_mean(moments: &Moments, level: f64) -> Option<Interval> {
    let se = moments.standard_error()?;
    student(moments.mean, se, (moments.n - 1) as f64, level)
}

/// Wilson's score interval of a share (JASA 22, 1927), without continuity correction.
///
/// With p = k/n: (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n).
#[must_use]
pub fn wilson(successes: u64, trials: u64, level: f64) -> Option<Interval> {
    if successes > trials {
        return None;
    }
    wilson_share(successes as f64 / trials as f64, trials as f64, level)
}

/// Wilson's interval for a share that was not counted but weighted: `n` is then the effective sample size.
#[must_use]
pub fn wilson_share(share: f64, n: f64, level: f64) -> Option<Interval> {
    if !((0.0..=1.0).contains(&share) && n.is_finite() && n > 0.0) {
        return None;
    }
    let z = normal_critical(level)?;
    let square = z * z / n;
    let centre = share + square / 2.0;
    let half = z * (share * (1.0 - share) / n + square / (4.0 * n)).sqrt();
    // At the ends the formula gives 0 and 1 up to rounding; they are the exact answer.
    let low = if share <= 0.0 { 0.0 } else { ((centre - half) / (1.0 + square)).max(0.0) };
    let high = if share >= 1.0 { 1.0 } else { ((centre + half) / (1.0 + square)).min(1.0) };
    Interval::new(low, high)
}

/// The exact interval of Clopper and Pearson (Biometrika 26, 1934): beta quantiles with (k, n−k+1) and (k+1, n−k).
#[must_use]
pub fn clopper_pearson(successes: u64, trials: u64, level: f64) -> Option<Interval> {
    let (k, rest, tail) = share_parts(successes, trials, level)?;
    let low = if successes == 0 { 0.0 } else { Beta::new(k, rest + 1.0)?.quantile(tail)? };
    let high = if successes == trials { 1.0 } else { Beta::new(k + 1.0, rest)?.quantile_upper(tail)? };
    Interval::new(low, high)
}

/// The equal-tailed interval under Jeffreys' prior Beta(½, ½), with the end 0 at no success and 1 at no failure
/// (Brown, Cai and DasGupta, Statistical Science 16, 2001).
#[must_use]
pub fn jeffreys(successes: u64, trials: u64, level: f64) -> Option<Interval> {
    let (k, rest, tail) = share_parts(successes, trials, level)?;
    let posterior = Beta::new(k + 0.5, rest + 0.5)?;
    let low = if successes == 0 { 0.0 } else { posterior.quantile(tail)? };
    let high = if successes == trials { 1.0 } else { posterior.quantile_upper(tail)? };
    Interval::new(low, high)
}

fn share_parts(successes: u64, trials: u64, level: f64) -> Option<(f64, f64, f64)> {
    let rest = trials.checked_sub(successes)?;
    (trials > 0).then_some(())?;
    Some((successes as f64, rest as f64, one_tail(level)?))
}

/// The probability left in each tail of a two-sided interval.
pub(super) fn one_tail(level: f64) -> Option<f64> {
    (level > 0.0 && level < 1.0).then_some(0.5 * (1.0 - level))
}

fn normal_critical(level: f64) -> Option<f64> {
    Normal::STANDARD.quantile_upper(one_tail(level)?)
}

fn around(estimate: f64, standard_error: f64, critical: f64) -> Option<Interval> {
    if standard_error.is_nan() || standard_error < 0.0 {
        return None;
    }
    Interval::new(estimate - critical * standard_error, estimate + critical * standard_error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(interval: Option<Interval>, low: f64, high: f64) {
        let interval = interval.unwrap();
        assert!((interval.low - low).abs() < 1e-13 && (interval.high - high).abs() < 1e-13, "{interval:?}");
    }

    #[test]
    fn shares_have_the_intervals_of_scipy() {
        // scipy 1.17.1: binomtest(k, n).proportion_ci(0.95, "wilson" | "exact"), beta(k+½, n−k+½).interval(0.95).
        check(wilson(60, 92, 0.95), 0.550526737225395, 0.7416224051659375);
        check(clopper_pearson(60, 92, 0.95), 0.545736871282449, 0.7485144738647423);
        check(jeffreys(60, 92, 0.95), 0.5513420065751429, 0.743599393138813);
        check(wilson(0, 10, 0.95), 0.0, 0.27753279986288926);
        check(clopper_pearson(0, 10, 0.95), 0.0, 0.30849710781876294);
        check(wilson(3, 3, 0.95), 0.4385029682449546, 1.0);
        check(clopper_pearson(3, 3, 0.95), 0.2924017738212867, 1.0);
        check(wilson(1, 1000, 0.95), 0.00017654637062607809, 0.0056425585979579355);
        check(clopper_pearson(1, 1000, 0.95), 2.5317487491674634e-05, 0.0055589242798499);
        check(jeffreys(1, 1000, 0.95), 0.00010791880468097975, 0.004664458808791372);
    }

    #[test]
    fn a_variance_has_the_interval_of_r() {
        // R 4.2.2: ν v / qchisq(c(0.95, 0.05), ν), ν = 2 (v/se)².
        check(variance(0.25, 0.11, 0.9), 0.137_657_648_982_811_9, 0.622_615_191_146_438_9);
        assert_eq!(variance(0.0, 0.1, 0.95), None);
        assert_eq!(variance(0.1, 0.0, 0.95), None);
        assert_eq!(variance(1e-9, 1.0, 0.95), None);
    }

    #[test]
    fn a_mean_has_the_t_interval_of_scipy() {
        // scipy 1.17.1: t.interval(0.95, 4, loc=mean, scale=sd/√5).
        let moments = Moments::of(&[0.62, 0.71, 0.55, 0.8, 0.66]).unwrap();
        check(student_mean(&moments, 0.95), 0.5510592435164643, 0.7849407564835358);
        check(normal(0.0, 1.0, 0.95), -1.959_963_984_540_054, 1.959_963_984_540_054);
        assert_eq!(student_mean(&Moments::of(&[0.5]).unwrap(), 0.95), None);
    }

    #[test]
    fn a_share_of_zero_or_one_has_its_end_there() {
        assert_eq!(wilson(0, 7, 0.95).unwrap().low, 0.0);
        assert_eq!(wilson(7, 7, 0.95).unwrap().high, 1.0);
        assert_eq!(clopper_pearson(0, 7, 0.95).unwrap().low, 0.0);
        assert_eq!(jeffreys(7, 7, 0.95).unwrap().high, 1.0);
    }

    #[test]
    fn without_trials_or_with_too_many_successes_there_is_no_interval() {
        assert_eq!(wilson(0, 0, 0.95), None);
        assert_eq!(wilson(3, 2, 0.95), None);
        assert_eq!(clopper_pearson(0, 0, 0.95), None);
        assert_eq!(jeffreys(3, 2, 0.95), None);
        assert_eq!(normal(0.5, 0.1, 1.0), None);
        assert_eq!(normal(0.5, -0.1, 0.95), None);
        assert_eq!(student(0.5, f64::NAN, 3.0, 0.95), None);
    }
}
