//! The covariance parameters the optimiser moves.
//!
//! A single effect is moved by its relative variance τ = θ² ≥ 0: the criterion is smooth in τ at zero, so a boundary
//! is recognised by the sign of the slope there (in θ the slope vanishes at zero for every data set). Correlated
//! effects are moved by the entries of the relative Cholesky factor Λ.

use super::factor::Factor;
use super::small;

/// Where the gradient is taken when a variance is zero (in units of the residual variance, for a scaled effect).
const FLOOR: f64 = 1e-5;

/// One parameter: entry (row, column) of the Cholesky factor of a factor, or a relative variance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Parameter {
    pub(super) factor: usize,
    pub(super) row: usize,
    pub(super) column: usize,
    /// Whether it is τ of a single effect.
    pub(super) variance: bool,
}

/// All parameters in order: per factor, per block, the lower triangle column by column.
pub(super) fn parameters(factors: &[Factor]) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    for (factor, f) in factors.iter().enumerate() {
        for &(start, size) in &f.blocks {
            for column in start..start + size {
                for row in column..start + size {
                    parameters.push(Parameter { factor, row, column, variance: size == 1 });
                }
            }
        }
    }
    parameters
}

/// The Λ of each factor.
pub(super) fn lambdas(factors: &[Factor], parameters: &[Parameter], values: &[f64]) -> Vec<Vec<f64>> {
    let mut lambdas: Vec<Vec<f64>> = factors.iter().map(|f| vec![0.0; f.q() * f.q()]).collect();
    for (parameter, value) in parameters.iter().zip(values) {
        let q = factors[parameter.factor].q();
        let value = if parameter.variance { value.max(0.0).sqrt() } else { *value };
        lambdas[parameter.factor][parameter.row * q + parameter.column] = value;
    }
    lambdas
}

/// The same with the diagonal kept away from zero, so that Λ can be inverted.
pub(super) fn floored(lambdas: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut floored = lambdas.to_vec();
    for lambda in &mut floored {
        let q = lambda.len().isqrt();
        for i in 0..q {
            let x = &mut lambda[i * q + i];
            if x.abs() < FLOOR {
                *x = FLOOR.copysign(*x);
            }
        }
    }
    floored
}

/// ∂Σ/∂φ for one parameter, q × q.
pub(super) fn direction(parameter: &Parameter, lambda: &[f64], q: usize) -> Vec<f64> {
    let mut e = vec![0.0; q * q];
    let (a, b) = (parameter.row, parameter.column);
    if parameter.variance {
        e[a * q + a] = 1.0;
        return e;
    }
    for i in 0..q {
        e[a * q + i] += lambda[i * q + b];
        e[i * q + a] += lambda[i * q + b];
    }
    e
}

/// Λ⁻ᵀ W Λ⁻¹ for a symmetric W.
pub(super) fn unscale(lambda: &[f64], w: &[f64], q: usize) -> Vec<f64> {
    if q == 1 {
        return vec![w[0] / (lambda[0] * lambda[0])];
    }
    let mut out = w.to_vec();
    small::backward(lambda, q, &mut out, q);
    transpose(&mut out, q);
    small::backward(lambda, q, &mut out, q);
    out
}

fn transpose(a: &mut [f64], q: usize) {
    for i in 0..q {
        for j in 0..i {
            a.swap(i * q + j, j * q + i);
        }
    }
}
