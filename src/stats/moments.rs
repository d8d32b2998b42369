//! Mean, variance, covariance, shape and quantiles of a sample.
//!
//! Every moment is taken about a shift close to the mean and summed with compensation, so a large common offset
//! costs no more digits than the data themselves have lost to it.

use super::sum::{NeumaierSum, compensated_sum, compensated_sum_of};

/// Size, mean and sums of squares of one sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    /// The number of values n.
    pub n: usize,
    /// The mean x̄ = Σx / n.
    pub mean: f64,
    /// The sum of squared deviations Σ(x − x̄)².
    pub sum_of_squares: f64,
}

impl Moments {
    /// `None` of an empty sample or of one with a value that is not finite.
    #[must_use]
    pub fn of(xs: &[f64]) -> Option<Self> {
        let mean = mean(xs)?;
        let n = xs.len();
        let squares = compensated_sum_of(xs, |x| (x - mean) * (x - mean));
        // The mean is rounded; Σ(x − x̄) is then not quite zero, and its square over n is the correction.
        let rest = compensated_sum_of(xs, |x| x - mean);
        Some(Self { n, mean, sum_of_squares: (squares - rest * rest / n as f64).max(0.0) })
    }

    /// The sample variance Σ(x − x̄)² / (n − 1); `None` below two values.
    #[must_use]
    pub fn variance(&self) -> Option<f64> {
        (self.n >= 2).then(|| self.sum_of_squares / (self.n - 1) as f64)
    }

    /// The sample standard deviation; `None` below two values.
    #[must_use]
    pub fn sd(&self) -> Option<f64> {
        self.variance().map(f64::sqrt)
    }

    /// The standard error of the mean s / √n; `None` below two values.
    #[must_use]
    pub fn standard_error(&self) -> Option<f64> {
        self.variance().map(|v| (v / self.n as f64).sqrt())
    }
}

/// The mean about a shift: x̄ = c + Σ(x − c) / n with c the rounded mean; `None` of an empty sample or of one
/// with a value that is not finite.
#[must_use]
pub fn mean(xs: &[f64]) -> Option<f64> {
    if xs.is_empty() || !xs.iter().all(|x| x.is_finite()) {
        return None;
    }
    let n = xs.len() as f64;
    let mut rough = compensated_sum_of(xs, |x| x) / n;
    if !rough.is_finite() {
        rough = compensated_sum_of(xs, |x| x / n);
    }
    let mean = rough + compensated_sum_of(xs, |x| x - rough) / n;
    Some(if mean.is_finite() { mean } else { rough })
}

/// The weighted mean Σwx / Σw; `None` for unequal lengths, a weight that is negative or not finite, or no weight.
#[must_use]
pub fn weighted_mean(xs: &[f64], weights: &[f64]) -> Option<f64> {
    let valid = xs.len() == weights.len()
        && weights.iter().all(|w| w.is_finite() && *w >= 0.0)
        && xs.iter().all(|x| x.is_finite());
    let total = compensated_sum(weights.iter().copied());
    if !valid || total <= 0.0 || !total.is_finite() {
        return None;
    }
    Some(compensated_sum(xs.iter().zip(weights).map(|(x, w)| x * w)) / total)
}

/// The sample variance; see [`Moments::variance`].
#[must_use]
pub fn variance(xs: &[f64]) -> Option<f64> {
    Moments::of(xs)?.variance()
}

/// The sample standard deviation; see [`Moments::sd`].
#[must_use]
pub fn sd(xs: &[f64]) -> Option<f64> {
    Moments::of(xs)?.sd()
}

/// The sample covariance Σ(x − x̄)(y − ȳ) / (n − 1); `None` for unequal lengths or below two pairs.
#[must_use]
pub fn covariance(xs: &[f64], ys: &[f64]) -> Option<f64> {
    if xs.len() != ys.len() || xs.len() < 2 {
        return None;
    }
    Some(sum_of_products((xs, mean(xs)?), (ys, mean(ys)?)) / (xs.len() - 1) as f64)
}

/// Pearson's correlation; `None` for unequal lengths, below two pairs, or when one side does not vary.
#[must_use]
pub fn correlation(xs: &[f64], ys: &[f64]) -> Option<f64> {
    if xs.len() != ys.len() || xs.len() < 2 {
        return None;
    }
    let (x, y) = (Moments::of(xs)?, Moments::of(ys)?);
    if x.sum_of_squares <= 0.0 || y.sum_of_squares <= 0.0 {
        return None;
    }
    let r = sum_of_products((xs, x.mean), (ys, y.mean)) / x.sum_of_squares.sqrt() / y.sum_of_squares.sqrt();
    r.is_finite().then(|| r.clamp(-1.0, 1.0))
}

/// Σ(x − x̄)(y − ȳ) of values with their means.
fn sum_of_products((xs, x_mean): (&[f64], f64), (ys, y_mean): (&[f64], f64)) -> f64 {
    compensated_sum(xs.iter().zip(ys).map(|(x, y)| (x - x_mean) * (y - y_mean)))
}

/// The adjusted skewness G₁ = √(n(n−1)) / (n−2) · m₃ / m₂^{3/2} (Joanes and Gill 1998, type 2); `None` below three
/// values or when the sample does not vary.
#[must_use]
pub fn skewness(xs: &[f64]) -> Option<f64> {
    let moments = Moments::of(xs)?;
    if moments.n < 3 || moments.sum_of_squares <= 0.0 {
        return None;
    }
    let n = moments.n as f64;
    let third: NeumaierSum = xs.iter().map(|x| (x - moments.mean).powi(3)).collect();
    let biased = (third.value() / n) / (moments.sum_of_squares / n).powf(1.5);
    Some(biased * (n * (n - 1.0)).sqrt() / (n - 2.0))
}

/// The p quantile of type 7 (Hyndman and Fan 1996; the default of R and NumPy); `None` for an empty sample, a
/// value that is not finite, or p outside [0, 1].
#[must_use]
pub fn quantile(xs: &[f64], p: f64) -> Option<f64> {
    quantile_of_sorted(&sorted(xs)?, p)
}

/// The values in rising order; `None` if one is not finite.
#[must_use]
pub fn sorted(xs: &[f64]) -> Option<Vec<f64>> {
    if !xs.iter().all(|x| x.is_finite()) {
        return None;
    }
    let mut sorted = xs.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    Some(sorted)
}

/// The p quantile of type 7 of values already in rising order: with h = (n − 1) p, the value between the
/// neighbours of position h; `None` for an empty sample or p outside [0, 1].
#[must_use]
pub fn quantile_of_sorted(sorted: &[f64], p: f64) -> Option<f64> {
    if sorted.is_empty() || !(0.0..=1.0).contains(&p) {
        return None;
    }
    let position = (sorted.len() - 1) as f64 * p;
    let below = position.floor();
    let low = sorted[below as usize];
    let high = sorted[(below as usize + 1).min(sorted.len() - 1)];
    Some(low + (position - below) * (high - low))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_follow_type_seven() {
        // R 4: quantile(c(15, 20, 35, 40, 50), 0.4, type = 7) = 29, quantile(…, 0.05) = 16.
        let xs = [50.0, 15.0, 20.0, 40.0, 35.0];
        assert!((quantile(&xs, 0.4).unwrap() - 29.0).abs() < 1e-12);
        assert!((quantile(&xs, 0.05).unwrap() - 16.0).abs() < 1e-12);
        assert_eq!(quantile(&xs, 1.0), Some(50.0));
        assert_eq!(quantile(&xs, 1.1), None);
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn a_common_offset_leaves_the_variance_alone() {
        let xs = [1.0, 2.0, 4.0, 7.0];
        let far: Vec<f64> = xs.iter().map(|x| x + 1e9).collect();
        assert_eq!(variance(&xs), Some(7.0));
        assert_eq!(variance(&far), Some(7.0));
    }

    #[test]
    fn one_value_has_a_mean_but_no_variance() {
        assert_eq!(mean(&[3.0]), Some(3.0));
        assert_eq!(variance(&[3.0]), None);
        assert_eq!(mean(&[]), None);
        assert_eq!(mean(&[1.0, f64::NAN]), None);
    }

    #[test]
    fn the_mean_of_the_largest_doubles_does_not_overflow() {
        assert_eq!(mean(&[f64::MAX, f64::MAX]), Some(f64::MAX));
    }

    #[test]
    fn a_line_is_perfectly_correlated_and_a_constant_not_at_all() {
        let xs = [1.0, 2.0, 3.0, 4.0];
        let ys = [8.0, 6.0, 4.0, 2.0];
        assert!((correlation(&xs, &ys).unwrap() + 1.0).abs() < 1e-15);
        assert_eq!(correlation(&xs, &[1.0; 4]), None);
        assert_eq!(covariance(&xs, &ys), Some(-10.0 / 3.0));
    }

    #[test]
    fn the_skewness_is_that_of_the_adjusted_formula() {
        // scipy 1.17.1: scipy.stats.skew([2, 8, 0, 4, 1, 9, 9, 0], bias=False) = 0.3305821804079746.
        let g = skewness(&[2.0, 8.0, 0.0, 4.0, 1.0, 9.0, 9.0, 0.0]).unwrap();
        assert!((g - 0.330_582_180_407_974_6).abs() < 1e-14);
        assert_eq!(skewness(&[1.0, 1.0, 1.0]), None);
    }

    #[test]
    fn a_value_without_weight_changes_nothing() {
        assert_eq!(weighted_mean(&[1.0, 3.0, 99.0], &[1.0, 1.0, 0.0]), Some(2.0));
        assert_eq!(weighted_mean(&[1.0], &[0.0]), None);
        assert_eq!(weighted_mean(&[1.0], &[-1.0]), None);
    }
}
