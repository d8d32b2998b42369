//! The value added of each unit: shrunken effect, intervals, probability, rank, reliability.
//!
//! Sources: H. Goldstein and D. Spiegelhalter, JRSS A 159 (1996); H. Goldstein and M. Healy, "The graphical
//! presentation of a collection of means", JRSS A 158 (1995).

use super::fit::{MixedFit, Modes};
use crate::stats::Interval;
use crate::stats::distribution::Normal;
use crate::stats::{interval, moments};
use crate::value_added::error::ValueAddedError;
use ndarray::Array2;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// What an institution decides about unit effects.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnitOptions {
    /// Level of the intervals, such as 0.95.
    pub level: f64,
    /// Units with fewer students are shown but not ranked.
    pub smallest_ranked: usize,
    /// Draws from the conditional distribution behind the ranks.
    pub draws: usize,
    /// Seed of the draws (ChaCha8).
    pub seed: u64,
}

/// The effect of one unit.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitEffect {
    /// The unit.
    pub unit: String,
    /// Its students (rows).
    pub n: usize,
    /// The conditional mode.
    pub effect: f64,
    /// √ of the variance of prediction error: with the uncertainty of the fixed effects, and with that of the variances
    /// where the modes hold it ([`super::MixedModel::corrected_modes`]).
    pub standard_error: f64,
    /// effect ± z·standard error.
    pub interval: Option<Interval>,
    /// Two units differ at the level, on average over pairs, when these do not overlap.
    pub comparison: Option<Interval>,
    /// P(effect > 0): Φ(effect / standard error).
    pub probability_above_average: Option<f64>,
    /// 1 − conditional variance / variance of the effects; for a random intercept τ/(τ + σ²/n).
    pub reliability: f64,
    /// Mean rank over the draws, 1 the highest effect; `None` for a unit that is too small.
    pub rank: Option<f64>,
    /// Quantiles of the rank.
    pub rank_interval: Option<Interval>,
}

/// The effects of all units on one effect of a grouping factor, in the order of the levels.
///
/// # Errors
/// [`ValueAddedError::NoSuchColumn`] for an effect the factor does not have, [`ValueAddedError::OutOfRange`] for a level
/// outside (0, 1).
pub fn unit_effects(
    fit: &MixedFit,
    modes: &Modes,
    effect: &str,
    options: &UnitOptions,
) -> Result<Vec<UnitEffect>, ValueAddedError> {
    let index = modes.effects.iter().position(|name| name == effect).ok_or_else(|| {
        ValueAddedError::NoSuchColumn { column: effect.to_owned(), known: modes.effects.clone() }
    })?;
    let out_of_range =
        ValueAddedError::OutOfRange { what: "the level", value: options.level, expected: "between 0 and 1" };
    let inside = options.level > 0.0 && options.level < 1.0;
    let tail = 0.5 * (1.0 - options.level);
    let critical = Normal::STANDARD.quantile_upper(tail).filter(|_| inside).ok_or(out_of_range)?;
    let variance = fit
        .components
        .iter()
        .filter(|c| c.factor == modes.factor)
        .find_map(|c| c.effects.iter().position(|name| name == effect).map(|i| c.covariance[(i, i)]))
        .unwrap_or(0.0);
    let root = |of: &Array2<f64>| of[(index, index)].max(0.0).sqrt();
    // What all units share, the error of the fixed effects, does not blur how they compare.
    let own: Vec<f64> = modes.conditional.iter().map(root).collect();
    let errors: Vec<f64> = modes.prediction.iter().map(root).collect();
    let half = comparison_factor(&own, critical);
    let ranks = ranks(modes, index, &own, options);
    let unit = |(level, name): (usize, &String)| {
        let (effect, standard_error) = (modes.modes[(level, index)], errors[level]);
        let (rank, rank_interval) = ranks[level].as_ref().map_or((None, None), |draws| {
            let quantile = |p| moments::quantile_of_sorted(draws, p);
            let interval = quantile(tail).zip(quantile(1.0 - tail)).and_then(|(l, h)| Interval::new(l, h));
            (moments::mean(draws), interval)
        });
        UnitEffect {
            unit: name.clone(),
            n: modes.sizes[level],
            effect,
            standard_error,
            interval: interval::normal(effect, standard_error, options.level),
            comparison: Interval::new(effect - half * own[level], effect + half * own[level]),
            probability_above_average: (standard_error > 0.0)
                .then(|| Normal::STANDARD.cdf(effect / standard_error))
                .flatten(),
            reliability: if variance > 0.0 { 1.0 - own[level].powi(2) / variance } else { 0.0 },
            rank,
            rank_interval,
        }
    };
    Ok(modes.levels.iter().enumerate().map(unit).collect())
}

/// Pairs compared at most; beyond, the mean is over neighbours at growing distances.
const PAIRS: usize = 200_000;

/// z times the mean of √(sᵢ² + sⱼ²)/(sᵢ + sⱼ) over pairs: z/√2 when all errors are equal.
fn comparison_factor(errors: &[f64], critical: f64) -> f64 {
    let n = errors.len();
    let stride = (n * n / 2 / PAIRS).max(1);
    let (mut sum, mut count) = (0.0, 0_usize);
    for distance in (1..n).step_by(stride) {
        for (a, b) in errors.iter().zip(&errors[distance..]) {
            if a + b > 0.0 {
                sum += a.hypot(*b) / (a + b);
                count += 1;
            }
        }
    }
    critical * if count > 0 { sum / count as f64 } else { std::f64::consts::FRAC_1_SQRT_2 }
}

/// Sorted ranks of every unit that is large enough, over draws from the conditional distributions.
fn ranks(modes: &Modes, index: usize, errors: &[f64], options: &UnitOptions) -> Vec<Option<Vec<f64>>> {
    let ranked: Vec<usize> =
        (0..errors.len()).filter(|&level| modes.sizes[level] >= options.smallest_ranked).collect();
    let mut ranks: Vec<Option<Vec<f64>>> = vec![None; errors.len()];
    if options.draws == 0 {
        return ranks;
    }
    for &level in &ranked {
        ranks[level] = Some(Vec::with_capacity(options.draws));
    }
    let mut generator = ChaCha8Rng::seed_from_u64(options.seed);
    let mut drawn: Vec<(f64, usize)> = Vec::with_capacity(ranked.len());
    for _ in 0..options.draws {
        drawn.clear();
        drawn.extend(ranked.iter().map(|&level| {
            let z: f64 = StandardNormal.sample(&mut generator);
            (modes.modes[(level, index)] + errors[level] * z, level)
        }));
        drawn.sort_by(|a, b| b.0.total_cmp(&a.0));
        for (rank, (_, level)) in drawn.iter().enumerate() {
            if let Some(own) = &mut ranks[*level] {
                own.push((rank + 1) as f64);
            }
        }
    }
    ranks.iter_mut().flatten().for_each(|own| own.sort_by(f64::total_cmp));
    ranks
}
