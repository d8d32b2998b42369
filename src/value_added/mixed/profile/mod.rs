//! Profile-likelihood intervals of fixed effects, standard deviations, correlations and σ.
//!
//! With D(ψ) the smallest −2 log L among all parameters that leave ψ as it is, the interval holds every ψ with
//! D(ψ) − D(ψ̂) ≤ z² (D. Bates et al., Journal of Statistical Software 67, 2015, section 5). Wald's intervals
//! are symmetric; these follow the likelihood: a standard deviation's may begin at zero and reaches further upwards.

mod coordinates;
mod crossing;

use super::fit::{MixedFit, MixedModel};
use super::inference::Entry;
use super::minimise::minimise;
use super::small;
use super::system::Criterion;
use crate::stats::Interval;
use crate::stats::distribution::Normal;
use crate::value_added::error::ValueAddedError;
use coordinates::Coordinates;
use crossing::{Crossing, End};
use ndarray::Array2;
use rayon::prelude::*;

/// What an interval is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profiled {
    /// The standard deviation of a random effect.
    StandardDeviation,
    /// The correlation of two random effects.
    Correlation,
    /// The residual standard deviation σ.
    Residual,
    /// A fixed effect.
    Fixed,
}

/// A profile-likelihood interval.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileInterval {
    /// What it is about.
    pub kind: Profiled,
    /// The grouping factor of a random effect.
    pub factor: Option<String>,
    /// The effect or column; `residual` for σ.
    pub effect: String,
    /// The other effect of a correlation.
    pub with: Option<String>,
    /// The estimate: a standard deviation, a correlation or a coefficient.
    pub estimate: f64,
    /// The interval; `None` when the likelihood does not bound it or could not be followed.
    pub interval: Option<Interval>,
}

/// A relative standard deviation below this cannot be told from zero.
const ZERO: f64 = 1e-4;

/// Where a search starts that would start at zero.
const INSIDE: f64 = 1e-2;

/// What −2 log L may lack of its minimum in the parameters not held.
const TOLERANCE: f64 = 1e-9;

/// A fixed effect's profile needs fits whose criterion is exact, not their parameters.
const FIT_TOLERANCE: f64 = 1e-5;

/// ln of a standard deviation is followed this far above its estimate.
const FARTHEST: f64 = 12.0;

/// A coordinate to be held, and what it stands for.
struct Target {
    kind: Profiled,
    factor: Option<String>,
    effect: String,
    with: Option<String>,
    coordinates: Coordinates,
    index: usize,
    scale: f64,
}

impl MixedModel {
    /// Intervals of all standard deviations and correlations (in the order of the components), of σ and of the fixed
    /// effects. Those of fixed effects follow the likelihood (ML) for a fit by REML too; the others follow the
    /// criterion of the fit.
    ///
    /// # Errors
    /// [`ValueAddedError::OutOfRange`] for a level outside (0, 1); those of [`Self::fit`].
    pub fn profile_intervals(
        &self,
        fit: &MixedFit,
        level: f64,
    ) -> Result<Vec<ProfileInterval>, ValueAddedError> {
        let mut intervals = self.profile_covariances(fit, level)?;
        intervals.extend(self.profile_fixed(fit, level)?);
        Ok(intervals)
    }

    /// The intervals of standard deviations, correlations and σ only.
    ///
    /// # Errors
    /// Those of [`Self::profile_intervals`].
    pub fn profile_covariances(
        &self,
        fit: &MixedFit,
        level: f64,
    ) -> Result<Vec<ProfileInterval>, ValueAddedError> {
        let critical = critical(level)?;
        let entries = self.entries();
        let natural = self.natural(fit, &entries);
        let one = |target: &Target| self.profile_covariance(fit, &entries, &natural, (target, critical));
        Ok(self.targets().par_iter().map(one).collect())
    }

    /// The intervals of the fixed effects only.
    ///
    /// # Errors
    /// Those of [`Self::profile_intervals`].
    pub fn profile_fixed(&self, fit: &MixedFit, level: f64) -> Result<Vec<ProfileInterval>, ValueAddedError> {
        let critical = critical(level)?;
        let by_ml = match fit.criterion {
            Criterion::Ml => None,
            Criterion::Reml => Some(self.fit(Criterion::Ml)?),
        };
        let fit = by_ml.as_ref().unwrap_or(fit);
        (0..fit.fixed.len()).into_par_iter().map(|k| self.profile_coefficient(fit, k, critical)).collect()
    }

    fn targets(&self) -> Vec<Target> {
        let factors = &self.system.factors;
        let mut targets = Vec::new();
        let blocks = factors.iter().flat_map(|f| f.blocks.iter().map(move |block| (f, *block)));
        for (block, (factor, (start, size))) in blocks.enumerate() {
            let effect = |i: usize| factor.effects[start + i].name.clone();
            for column in 0..size {
                for row in column..size {
                    let single = row == column;
                    let pair = (!single).then_some((block, column, row));
                    let coordinates = Coordinates::new(factors, pair);
                    let index = coordinates.first(block) + if single { column } else { size };
                    let kind = if single { Profiled::StandardDeviation } else { Profiled::Correlation };
                    let scale = if single { factor.effects[start + column].scale } else { 1.0 };
                    let with = (!single).then(|| effect(row));
                    let factor = Some(factor.name.clone());
                    let effect = effect(column);
                    targets.push(Target { kind, factor, effect, with, coordinates, index, scale });
                }
            }
        }
        let coordinates = Coordinates::new(factors, None);
        let (kind, index) = (Profiled::Residual, coordinates.count - 1);
        let (effect, scale) = ("residual".to_owned(), 1.0);
        targets.push(Target { kind, factor: None, effect, with: None, coordinates, index, scale });
        targets
    }

    fn profile_covariance(
        &self,
        fit: &MixedFit,
        entries: &[Entry],
        natural: &[f64],
        (target, critical): (&Target, f64),
    ) -> ProfileInterval {
        let coordinates = &target.coordinates;
        let slope = |x: &[f64]| {
            let slope = self.natural_slope(fit.criterion, entries, &coordinates.natural(x))?;
            Some((slope.value, coordinates.gradient(x, &slope.gradient)))
        };
        let centre = coordinates.of(natural, INSIDE);
        let curve = Curve::new(slope, centre, target.index, fit.value);
        let log_sigma = 0.5 * natural.last().map_or(0.0, |s| s.ln());
        let correlation = target.kind == Profiled::Correlation;
        let limits = if correlation {
            (-8.0, 8.0)
        } else {
            (ZERO.ln() + log_sigma, curve.centre[target.index].max(log_sigma) + FARTHEST)
        };
        let outside = if correlation { (-1.0, 1.0) } else { (0.0, f64::INFINITY) };
        let natural_value = |x: f64| if correlation { x.tanh() } else { x.exp() / target.scale };
        let end = |limit: f64, outside: f64| match curve.end(limit, critical) {
            End::At(x) => natural_value(x),
            End::Open => outside,
            End::Unknown => f64::NAN,
        };
        let exact = coordinates.of(natural, 0.0)[target.index];
        ProfileInterval {
            kind: target.kind,
            factor: target.factor.clone(),
            effect: target.effect.clone(),
            with: target.with.clone(),
            estimate: natural_value(exact),
            interval: Interval::new(end(limits.0, outside.0), end(limits.1, outside.1)),
        }
    }

    /// ψ = βₖ: the column moves to the outcome, y − βₖxₖ, and the model without it is fitted again.
    fn profile_coefficient(
        &self,
        fit: &MixedFit,
        k: usize,
        critical: f64,
    ) -> Result<ProfileInterval, ValueAddedError> {
        let mut design = self.design.clone();
        let column = design.columns.remove(k);
        design.names.remove(k);
        design.column_terms.remove(k);
        let without = Self::new(design)?;
        let effect = &fit.fixed[k];
        let deviance = |beta: f64, start: &mut Vec<f64>| -> Option<f64> {
            let response: Vec<f64> =
                self.design.response.iter().zip(&column).map(|(y, x)| y - beta * x).collect();
            let (outcome, shift) = without.system.outcome(&response);
            let begin = (inside(&without, start), FIT_TOLERANCE);
            let refit = without.fit_outcome(&outcome, &shift, Criterion::Ml, begin).ok()?;
            start.clone_from(&refit.values);
            Some(refit.value)
        };
        let end = |side: f64| {
            let mut start = fit.values.clone();
            let crossing = Crossing {
                centre: effect.estimate,
                first: effect.estimate + side * critical * effect.standard_error,
                limit: effect.estimate + side * 1e3 * critical * effect.standard_error,
                target: critical,
            };
            crossing.find(|beta| Some((deviance(beta, &mut start)? - fit.value).max(0.0).sqrt()))
        };
        let interval = match (end(-1.0), end(1.0)) {
            (End::At(low), End::At(high)) => Interval::new(low, high),
            _ => None,
        };
        let (kind, effect, estimate) = (Profiled::Fixed, effect.name.clone(), effect.estimate);
        Ok(ProfileInterval { kind, factor: None, effect, with: None, estimate, interval })
    }
}

/// A variance of zero would start on the boundary.
pub(super) fn inside(model: &MixedModel, values: &[f64]) -> Vec<f64> {
    let parameters = model.system.parameters.iter().zip(values);
    parameters.map(|(p, value)| if p.variance { value.max(1e-3) } else { *value }).collect()
}

fn critical(level: f64) -> Result<f64, ValueAddedError> {
    let within = level > 0.0 && level < 1.0;
    let quantile = Normal::STANDARD.quantile_upper(0.5 * (1.0 - level)).filter(|_| within);
    quantile.ok_or(ValueAddedError::OutOfRange {
        what: "the level",
        value: level,
        expected: "between 0 and 1",
    })
}

/// D as a function of one coordinate.
struct Curve<F> {
    slope: F,
    centre: Vec<f64>,
    index: usize,
    least: f64,
    /// Inverse curvature in the coordinates not held.
    inverse: Vec<f64>,
    /// How they move with the one held, along the tangent.
    tangent: Vec<f64>,
    standard_error: f64,
}

impl<F: Fn(&[f64]) -> Option<(f64, Vec<f64>)>> Curve<F> {
    fn new(slope: F, centre: Vec<f64>, index: usize, least: f64) -> Self {
        let n = centre.len() - 1;
        let mut curve = Self {
            inverse: (0..n * n).map(|x| if x % (n + 1) == 0 { 0.1 } else { 0.0 }).collect(),
            tangent: vec![0.0; n],
            standard_error: 0.2,
            slope,
            centre,
            index,
            least,
        };
        curve.curvature();
        curve
    }

    /// Curvature at the centre; the defaults stay where it is not positive definite.
    fn curvature(&mut self) -> Option<()> {
        const STEP: f64 = 1e-3;
        let (count, n) = (self.centre.len(), self.centre.len() - 1);
        let mut h = Array2::zeros((count, count));
        for i in 0..count {
            let at = |step: f64| {
                let mut moved = self.centre.clone();
                moved[i] += step;
                (self.slope)(&moved)
            };
            let (up, down) = (at(STEP)?.1, at(-STEP)?.1);
            for j in 0..count {
                let half = (up[j] - down[j]) / (4.0 * STEP);
                h[(i, j)] += half;
                h[(j, i)] += half;
            }
        }
        let free: Vec<usize> = (0..count).filter(|i| *i != self.index).collect();
        let mut l: Vec<f64> = (0..n * n).map(|x| h[(free[x / n], free[x % n])]).collect();
        small::cholesky(&mut l, n).then_some(())?;
        let inverse = small::inverse(&l, n);
        let along: Vec<f64> = free.iter().map(|&i| h[(i, self.index)]).collect();
        let tangent: Vec<f64> =
            (0..n).map(|i| -(0..n).map(|j| inverse[i * n + j] * along[j]).sum::<f64>()).collect();
        let left = h[(self.index, self.index)] + along.iter().zip(&tangent).map(|(a, t)| a * t).sum::<f64>();
        (left > 0.0).then_some(())?;
        // D is −2 log L: its curvature is twice the information.
        self.standard_error = (2.0 / left).sqrt().min(1.0);
        (self.inverse, self.tangent) = (inverse, tangent);
        Some(())
    }

    fn joined(&self, free: &[f64], held: f64) -> Vec<f64> {
        let mut x = free.to_vec();
        x.insert(self.index, held);
        x
    }

    fn end(&self, limit: f64, critical: f64) -> End {
        let centre = self.centre[self.index];
        let mut free = self.centre.clone();
        free.remove(self.index);
        let mut place = centre;
        let mut inverse = self.inverse.clone();
        let zeta = |held: f64| {
            let start = free.iter().zip(&self.tangent).map(|(x, t)| x + t * (held - place)).collect();
            let f = |free: &[f64]| {
                let (value, mut gradient) = (self.slope)(&self.joined(free, held))?;
                gradient.remove(self.index);
                Some((value, gradient))
            };
            let minimum = minimise(f, start, inverse.clone(), TOLERANCE)?;
            (free, place, inverse) = (minimum.at, held, minimum.inverse);
            Some((minimum.value - self.least).max(0.0).sqrt())
        };
        let first = centre + (limit - centre).signum() * critical * self.standard_error;
        Crossing { centre, first, limit, target: critical }.find(zeta)
    }
}

#[cfg(test)]
mod tests;
