//! The bootstrap over units: resampling, replicates of any statistic, percentile and BCa intervals.
//!
//! A resample is a vector of multiplicities: how often each unit was drawn. Whatever hangs on a unit (all marks of
//! one student, over all courses) moves with it, so the same resampler serves the simple and the cluster
//! bootstrap. Replicate b draws from its own ChaCha8 stream (seed, b): neither the number of threads nor the order of
//! work changes a bit of the result.

use super::distribution::Normal;
use super::interval::{Interval, one_tail};
use super::moments;
use ndarray::{Array2, ArrayView2, Axis};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rayon::prelude::*;

/// Fills the key of the generator after the eight bytes of the seed, so that other uses of one seed draw
/// other numbers.
const KEY_PURPOSE: &[u8; 24] = b"bootstrap over the units";

/// Draws resamples of n units out of n, with replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resampler {
    units: u32,
    seed: u64,
}

impl Resampler {
    /// `None` without units or with more than 2³² − 1 of them.
    #[must_use]
    pub fn new(units: usize, seed: u64) -> Option<Self> {
        let units = u32::try_from(units).ok()?;
        (units > 0).then_some(Self { units, seed })
    }

    /// The number of units.
    #[must_use]
    pub fn units(&self) -> usize {
        self.units as usize
    }

    /// How often each unit was drawn in replicate b: n counts with sum n.
    #[must_use]
    pub fn counts(&self, replicate: u64) -> Vec<u32> {
        let mut counts = vec![0; self.units()];
        self.count_into(replicate, &mut counts);
        counts
    }

    /// The counts of the first `replicates` resamples as the rows of a B × n matrix.
    #[must_use]
    pub fn counts_matrix(&self, replicates: usize) -> Array2<u32> {
        let mut counts = Array2::zeros((replicates, self.units()));
        for (b, mut row) in counts.axis_iter_mut(Axis(0)).enumerate() {
            if let Some(row) = row.as_slice_mut() {
                self.count_into(b as u64, row);
            }
        }
        counts
    }

    /// The same counts, written over what stands there; `counts` has a place for every unit.
    pub(crate) fn count_into(&self, replicate: u64, counts: &mut [u32]) {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&self.seed.to_le_bytes());
        key[8..].copy_from_slice(KEY_PURPOSE);
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream(replicate);
        counts.fill(0);
        for _ in 0..self.units {
            counts[below(self.units, &mut generator) as usize] += 1;
        }
    }
}

/// A uniform whole number below `n`, without bias (D. Lemire, ACM TOMACS 29, 2019).
fn below(n: u32, generator: &mut ChaCha8Rng) -> u32 {
    loop {
        let product = u64::from(generator.next_u32()) * u64::from(n);
        let low = product as u32;
        if low >= n || low >= n.wrapping_neg() % n {
            return (product >> 32) as u32;
        }
    }
}

/// The statistic of each of `replicates` resamples, computed by several threads and returned in order.
///
/// The statistic receives the multiplicities of the units and may be anything: one figure, or all figures of a
/// chain at once.
pub fn replicates<T: Send>(
    resampler: &Resampler,
    replicates: usize,
    statistic: impl Fn(&[u32]) -> T + Sync,
) -> Vec<T> {
    (0..replicates)
        .into_par_iter()
        .map_init(
            || vec![0; resampler.units()],
            |counts, b| {
                resampler.count_into(b as u64, counts);
                statistic(counts)
            },
        )
        .collect()
}

/// The statistic with each unit left out once, in the order of the units.
pub fn jackknife<T: Send>(units: usize, statistic: impl Fn(&[u32]) -> T + Sync) -> Vec<T> {
    (0..units)
        .into_par_iter()
        .map_init(
            || vec![1; units],
            |counts, i| {
                counts[i] = 0;
                let value = statistic(counts);
                counts[i] = 1;
                value
            },
        )
        .collect()
}

/// The means of each column of an n × K table under B resamples of its rows: a B × K table.
///
/// An entry may be absent; a mean is over the entries present in the resample, and absent when there is none. The
/// additions run in the order of the units, so the bits depend neither on threads nor on the machine's vector
/// unit. `None` when the table has another number of rows than the resampler has units.
#[must_use]
pub fn resampled_means(
    resampler: &Resampler,
    replicates: usize,
    values: ArrayView2<'_, Option<f64>>,
) -> Option<Array2<Option<f64>>> {
    let (n, k) = values.dim();
    if n != resampler.units() {
        return None;
    }
    // Values and presence side by side: one pass over a row adds both.
    let complete = values.iter().all(Option::is_some);
    let width = if complete { k } else { 2 * k };
    let mut rows = vec![0.0; n * width];
    for ((i, j), value) in values.indexed_iter() {
        if let Some(value) = value {
            rows[i * width + j] = *value;
            if !complete {
                rows[i * width + k + j] = 1.0;
            }
        }
    }
    let mut means = vec![None; replicates * k];
    means.par_chunks_mut(k.max(1)).enumerate().for_each_init(
        || (vec![0; n], vec![0.0; width]),
        |(counts, sums), (b, row)| {
            resampler.count_into(b as u64, counts);
            weighted_sums(counts, &rows, sums);
            for (j, mean) in row.iter_mut().enumerate() {
                let present = if complete { n as f64 } else { sums[k + j] };
                *mean = (present > 0.0).then(|| sums[j] / present);
            }
        },
    );
    Array2::from_shape_vec((replicates, k), means).ok()
}

fn weighted_sums(counts: &[u32], rows: &[f64], sums: &mut [f64]) {
    sums.fill(0.0);
    if sums.is_empty() {
        return;
    }
    for (&count, row) in counts.iter().zip(rows.chunks_exact(sums.len())) {
        let weight = f64::from(count);
        for (sum, value) in sums.iter_mut().zip(row) {
            *sum += weight * value;
        }
    }
}

/// The percentile interval: the type 7 quantiles of the replicates at (1 ± level) / 2 (Efron and Tibshirani 1993,
/// chapter 13). `None` below two replicates, or when one is not finite.
#[must_use]
pub fn percentile_interval(replicates: &[f64], level: f64) -> Option<Interval> {
    let tail = one_tail(level)?;
    between(&enough(replicates)?, tail, 1.0 - tail)
}

/// The bias-corrected and accelerated interval (Efron 1987; Efron and Tibshirani 1993, chapter 14).
///
/// z₀ = Φ⁻¹(share of replicates below the estimate, ties by half), a = Σd³ / (6 (Σd²)^{3/2}) with d the mean of
/// the jackknife values minus each; the ends are the type 7 quantiles of the replicates at
/// Φ(z₀ + (z₀ ± z)/(1 − a (z₀ ± z))). `None` below two replicates, when all lie on one side of the estimate, or when the
/// correction leaves the range in which it is defined; the percentile interval may then be named instead.
#[must_use]
pub fn bca_interval(replicates: &[f64], estimate: f64, jackknife: &[f64], level: f64) -> Option<Interval> {
    let sorted = enough(replicates)?;
    let z = Normal::STANDARD.quantile(1.0 - one_tail(level)?)?;
    let below = sorted.partition_point(|r| *r < estimate);
    let up_to = sorted.partition_point(|r| *r <= estimate);
    let bias = Normal::STANDARD.quantile((below + up_to) as f64 / (2 * sorted.len()) as f64)?;
    let acceleration = acceleration(jackknife)?;
    let corrected = |z: f64| {
        let shrink = 1.0 - acceleration * (bias + z);
        (shrink > 0.0).then_some(())?;
        Normal::STANDARD.cdf(bias + (bias + z) / shrink)
    };
    between(&sorted, corrected(-z)?, corrected(z)?)
}

/// The acceleration constant of BCa from jackknife values; zero when they do not vary.
#[must_use]
pub fn acceleration(jackknife: &[f64]) -> Option<f64> {
    let mean = moments::mean(jackknife)?;
    let squares: f64 = jackknife.iter().map(|x| (mean - x).powi(2)).sum();
    let cubes: f64 = jackknife.iter().map(|x| (mean - x).powi(3)).sum();
    let scale = 6.0 * squares.powf(1.5);
    Some(if scale > 0.0 { cubes / scale } else { 0.0 })
}

/// The standard deviation of the replicates, which is the bootstrap's standard error.
#[must_use]
pub fn standard_error(replicates: &[f64]) -> Option<f64> {
    moments::sd(replicates)
}

fn enough(replicates: &[f64]) -> Option<Vec<f64>> {
    moments::sorted(replicates).filter(|sorted| sorted.len() >= 2)
}

fn between(sorted: &[f64], low: f64, high: f64) -> Option<Interval> {
    Interval::new(moments::quantile_of_sorted(sorted, low)?, moments::quantile_of_sorted(sorted, high)?)
}

#[cfg(test)]
mod tests;
