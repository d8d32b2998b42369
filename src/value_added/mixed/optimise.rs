//! Newton's method on the profiled criterion with the average-information matrix and a secant correction.

use super::factor::Factor;
use super::system::{Criterion, Derivatives, Outcome, Solution, System};
use crate::stats::matrix::symmetric_eigen;
use crate::value_added::error::ValueAddedError;
use ndarray::Array2;

/// How a fit came to its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Convergence {
    /// The method.
    pub optimiser: &'static str,
    /// Evaluations of the criterion with its gradient.
    pub evaluations: usize,
    /// Estimated distance from the solution in standard errors of the covariance parameters.
    pub remaining: f64,
    /// The tolerance that `remaining` had to meet.
    pub tolerance: f64,
    /// Largest slope of −2 log L in any covariance parameter off the boundary, before the last step.
    pub gradient: f64,
    /// Times a boundary was left because the slope fell inwards.
    pub restarts: usize,
}

/// What is left after the last step must be below this share of a standard error.
pub const TOLERANCE: f64 = 1e-8;

/// The ratio of two steps may grow this much at worst; 10 was the most seen.
const MARGIN: f64 = 30.0;

/// A step below this that no longer gets shorter is at the limit of rounding.
const ROUNDING: f64 = 1e-6;

/// Newton's method needs 5 to 15; more means trouble.
const MAX_EVALUATIONS: usize = 200;

/// Secant corrections help near the solution only.
const SECANT_BELOW: f64 = 1.0;

/// Part of the expected decrease a step must bring (Armijo).
const ENOUGH: f64 = 1e-4;

const OPTIMISER: &str = "Newton, average information with secant correction";

pub(super) struct Optimum {
    pub(super) values: Vec<f64>,
    pub(super) convergence: Convergence,
    /// Factors whose boundary was left.
    pub(super) left: Vec<usize>,
}

struct Point {
    values: Vec<f64>,
    solution: Solution,
    at: Derivatives,
}

pub(super) fn optimise(
    system: &System,
    outcome: &Outcome,
    criterion: Criterion,
    (start, tolerance): (Vec<f64>, f64),
) -> Result<Optimum, ValueAddedError> {
    let mut search = Search { system, outcome, criterion, tolerance, evaluations: 0 };
    let mut point = search.point(start).ok_or(ValueAddedError::Singular)?;
    let mut left = Vec::new();
    loop {
        let (end, remaining) = search.descend(point)?;
        match left_boundary(system, &end) {
            Some((factor, values)) if left.len() < 3 => {
                left.push(factor);
                point = search.point(values).ok_or(ValueAddedError::Singular)?;
            }
            _ => {
                let free =
                    |(i, _): &(usize, &f64)| !(system.parameters[*i].variance && end.values[*i] <= 0.0);
                let slopes = end.at.gradient.iter().enumerate().filter(free).map(|(_, g)| g.abs());
                let convergence = Convergence {
                    optimiser: OPTIMISER,
                    evaluations: search.evaluations,
                    remaining,
                    tolerance,
                    gradient: slopes.fold(0.0, f64::max),
                    restarts: left.len(),
                };
                return Ok(Optimum { values: end.values, convergence, left });
            }
        }
    }
}

struct Search<'a> {
    system: &'a System,
    outcome: &'a Outcome,
    criterion: Criterion,
    tolerance: f64,
    evaluations: usize,
}

impl Search<'_> {
    fn point(&mut self, values: Vec<f64>) -> Option<Point> {
        self.evaluations += 1;
        let (solution, at) = self.system.derivatives(self.outcome, &values, self.criterion)?;
        Some(Point { values, solution, at })
    }

    fn descend(&mut self, mut point: Point) -> Result<(Point, f64), ValueAddedError> {
        let count = point.values.len();
        let mut correction = vec![0.0; count * count];
        let mut last = f64::INFINITY;
        loop {
            let (step, length) = self.step(&point, &correction);
            // The steps shrink faster and faster; the remainder after this one is estimated with a margin.
            let ratio = if last.is_finite() { MARGIN * length / last } else { 1.0 };
            let remaining = length * ratio.min(1.0);
            if remaining < self.tolerance || (length < ROUNDING && length > 0.25 * last) {
                for (i, step) in step.iter().enumerate() {
                    point.values[i] = self.moved(&point, i, *step);
                }
                return Ok((point, remaining));
            }
            if self.evaluations >= MAX_EVALUATIONS {
                // A covariance matrix that loses a dimension is approached slowly.
                if length < ROUNDING.sqrt() {
                    return Ok((point, length));
                }
                let evaluations = self.evaluations;
                return Err(ValueAddedError::NotConverged { evaluations, remaining: length });
            }
            let Some(next) = self.search(&point, &step) else {
                if length < ROUNDING.sqrt() {
                    return Ok((point, length));
                }
                let evaluations = self.evaluations;
                return Err(ValueAddedError::NotConverged { evaluations, remaining: length });
            };
            if length < SECANT_BELOW {
                secant(&mut correction, &point, &next);
            }
            last = length;
            point = next;
        }
    }

    /// The Newton step on the free parameters, with a positive definite matrix, and its length in standard errors.
    fn step(&self, point: &Point, correction: &[f64]) -> (Vec<f64>, f64) {
        let count = point.values.len();
        let held = |i: usize| {
            self.system.parameters[i].variance && point.values[i] <= 0.0 && point.at.gradient[i] >= 0.0
        };
        let free: Vec<usize> = (0..count).filter(|&i| !held(i)).collect();
        let mut step = vec![0.0; count];
        let k = free.len();
        let h = |i: usize, j: usize| point.at.hessian[i * count + j] + correction[i * count + j];
        let scale: Vec<f64> = free.iter().map(|&i| h(i, i).abs().max(f64::MIN_POSITIVE).sqrt()).collect();
        let scaled = Array2::from_shape_fn((k, k), |(i, j)| {
            let (i, j) = (i.max(j), i.min(j));
            h(free[i], free[j]) / (scale[i] * scale[j])
        });
        let Some(eigen) = symmetric_eigen(scaled.view()) else { return (step, 0.0) };
        let largest = eigen.values.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
        let mut length = 0.0;
        for (value, vector) in eigen.values.iter().zip(eigen.vectors.columns()) {
            let slope: f64 =
                free.iter().enumerate().map(|(i, &f)| vector[i] * point.at.gradient[f] / scale[i]).sum();
            let value = value.abs().max(1e-8 * largest);
            length += slope * slope / value;
            for (i, &f) in free.iter().enumerate() {
                step[f] -= slope / value * vector[i] / scale[i];
            }
        }
        // The criterion is −2 log L: its curvature is twice the information.
        (step, (0.5 * length).sqrt())
    }

    /// Halves the step until the criterion falls enough.
    fn search(&mut self, point: &Point, step: &[f64]) -> Option<Point> {
        let noise = 1e-13 * point.solution.value.abs().max(self.system.n as f64);
        let mut share = 1.0;
        for _ in 0..40 {
            let values: Vec<f64> = (0..step.len()).map(|i| self.moved(point, i, share * step[i])).collect();
            let expected: f64 =
                values.iter().zip(&point.values).zip(&point.at.gradient).map(|((a, b), g)| (a - b) * g).sum();
            if let Some(next) = self.point(values)
                && next.solution.value <= point.solution.value + ENOUGH * expected.min(0.0) + noise
            {
                return Some(next);
            }
            share *= if share > 0.9 { 0.5 } else { 0.25 };
        }
        None
    }

    /// A variance stays at or above zero and grows at most tenfold; a factor's entry changes by at most two.
    fn moved(&self, point: &Point, i: usize, step: f64) -> f64 {
        let value = point.values[i];
        if self.system.parameters[i].variance {
            (value + step).clamp(0.0, 10.0 * value + 1.0)
        } else {
            value + step.clamp(-2.0 - value.abs(), 2.0 + value.abs())
        }
    }
}

/// Powell's symmetric Broyden update of what the average information misses, in scaled parameters.
fn secant(correction: &mut [f64], from: &Point, to: &Point) {
    let count = from.values.len();
    let scale: Vec<f64> = (0..count).map(|i| to.at.hessian[i * count + i].abs().max(1e-300).sqrt()).collect();
    let s: Vec<f64> = (0..count).map(|i| (to.values[i] - from.values[i]) * scale[i]).collect();
    let square: f64 = s.iter().map(|x| x * x).sum();
    if square <= 0.0 {
        return;
    }
    let r: Vec<f64> = (0..count)
        .map(|i| {
            let model: f64 = (0..count)
                .map(|j| {
                    (to.at.hessian[i * count + j] + correction[i * count + j])
                        * (to.values[j] - from.values[j])
                })
                .sum();
            (to.at.gradient[i] - from.at.gradient[i] - model) / scale[i]
        })
        .collect();
    let along: f64 = r.iter().zip(&s).map(|(r, s)| r * s).sum();
    for i in 0..count {
        for j in 0..count {
            let update = (r[i] * s[j] + s[i] * r[j]) / square - along * s[i] * s[j] / (square * square);
            correction[i * count + j] += update * scale[i] * scale[j];
        }
    }
}

/// A covariance matrix that lost a dimension although the criterion falls inwards: that dimension, opened again.
fn left_boundary(system: &System, point: &Point) -> Option<(usize, Vec<f64>)> {
    for (index, factor) in system.factors.iter().enumerate() {
        for &(start, size) in factor.blocks.iter().filter(|(_, size)| *size > 1) {
            let q = factor.q();
            let lambda = &system.lambdas(&point.values)[index];
            let sigma = block_covariance(lambda, (start, size), q);
            let eigen = symmetric_eigen(sigma.view())?;
            let smallest = size - 1;
            if eigen.values[smallest] > SINGULAR_BELOW {
                continue;
            }
            let n = eigen.vectors.column(smallest);
            let g = &point.at.by_covariance[index];
            let slope: f64 = (0..size)
                .flat_map(|i| (0..size).map(move |j| (i, j)))
                .map(|(i, j)| n[i] * g[(start + i) * q + start + j] * n[j])
                .sum();
            if slope < 0.0 {
                return Some((index, opened(system, point, (index, start), &sigma, &n.to_vec())));
            }
        }
    }
    None
}

/// A covariance matrix of scaled effects with an eigenvalue below this has lost a dimension.
pub(super) const SINGULAR_BELOW: f64 = 1e-8;

pub(super) fn block_covariance(lambda: &[f64], (start, size): (usize, usize), q: usize) -> Array2<f64> {
    Array2::from_shape_fn((size, size), |(i, j)| {
        (0..size).map(|k| lambda[(start + i) * q + start + k] * lambda[(start + j) * q + start + k]).sum()
    })
}

fn opened(
    system: &System,
    point: &Point,
    (factor, start): (usize, usize),
    sigma: &Array2<f64>,
    n: &[f64],
) -> Vec<f64> {
    let size = n.len();
    let mut open: Vec<f64> =
        (0..size * size).map(|x| sigma[(x / size, x % size)] + 0.01 * n[x / size] * n[x % size]).collect();
    let mut values = point.values.clone();
    if super::small::cholesky(&mut open, size) {
        for (parameter, value) in system.parameters.iter().zip(&mut values) {
            let inside = |x: usize| (start..start + size).contains(&x);
            if parameter.factor == factor && inside(parameter.row) && inside(parameter.column) {
                *value = open[(parameter.row - start) * size + parameter.column - start];
            }
        }
    }
    values
}

/// A start from the variance between and within the levels of each factor, taken for itself.
pub(super) fn start(system: &System) -> Vec<f64> {
    let offsets = system.offsets();
    let relative = |factor: &Factor, offset: usize| -> f64 {
        let (q, n) = (factor.q(), system.n as f64);
        if factor.shares.is_some() {
            return 0.1;
        }
        let Some(e) = factor.effects.iter().position(|effect| effect.values.is_none()) else { return 0.1 };
        let sizes = factor.sizes.iter().map(|s| *s as f64);
        let levels = factor.levels.len() as f64;
        let between: f64 = sizes
            .clone()
            .enumerate()
            .map(|(g, size)| system.outcome.z[offset + g * q + e].powi(2) / size)
            .sum();
        let within = (system.outcome.square - between).max(0.0) / (n - levels).max(1.0);
        let typical = (n - sizes.map(|s| s * s).sum::<f64>() / n) / (levels - 1.0);
        ((between / (levels - 1.0) - within) / typical / within).clamp(0.01, 10.0)
    };
    let intercepts: Vec<f64> = system.factors.iter().zip(offsets).map(|(f, o)| relative(f, o)).collect();
    system
        .parameters
        .iter()
        .map(|parameter| {
            let intercept = system.factors[parameter.factor].effects[parameter.row].values.is_none();
            let tau = intercepts[parameter.factor] * if intercept { 1.0 } else { 0.2 };
            match (parameter.variance, parameter.row == parameter.column) {
                (true, _) => tau,
                (false, true) => tau.sqrt(),
                (false, false) => 0.0,
            }
        })
        .collect()
}
