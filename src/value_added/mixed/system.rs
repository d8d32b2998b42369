//! The profiled criterion, its exact gradient and its average-information matrix.
//!
//! With V = I + ZΛΛᵀZᵀ and P = V⁻¹ − V⁻¹X(XᵀV⁻¹X)⁻¹XᵀV⁻¹ (everything relative to σ²), e = Py the conditional
//! residuals, df = n (ML) or n − p (REML), s² = yᵀPy/df and Σ = ΛΛᵀ:
//!
//! - −2 log L = ln|V| [+ ln|XᵀV⁻¹X| for REML] + df (1 + ln(2π s²)) − Σ ln wᵢ,
//! - its derivative along Vᵢ = ZEᵢZᵀ is tr(V⁻¹Vᵢ) (ML) or tr(PVᵢ) (REML), minus eᵀVᵢe/s²,
//! - its second derivative is close to eᵀVᵢPVⱼe/s² − (eᵀVᵢe)(eᵀVⱼe)/(df s⁴) (average information: A. R. Gilmour,
//!   R. Thompson and B. R. Cullis, Biometrics 51, 1995).
//!
//! The traces come from the diagonal blocks C of M⁻¹ or, for REML, of the inverse of the full system:
//! Λᵀ(ZᵀPZ)Λ = I − C.

use super::factor::Factor;
use super::parameters::{self, Parameter};
use super::small;
use super::structure::{Factored, Structure, structure};
use crate::value_added::design::{Design, dot, take_out};
use crate::value_added::error::ValueAddedError;

/// Which likelihood is maximised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Criterion {
    /// Restricted (residual) maximum likelihood.
    Reml,
    /// Maximum likelihood.
    Ml,
}

/// The part of the cross-products that changes with the outcome.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    /// Zᵀy.
    pub(super) z: Vec<f64>,
    /// Qᵀy.
    pub(super) x: Vec<f64>,
    /// yᵀy.
    pub(super) square: f64,
}

/// Factors, cross-products and the orthonormal basis of the fixed part: X = QR.
pub(super) struct System {
    pub(super) factors: Vec<Factor>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) structure: Box<dyn Structure>,
    pub(super) n: usize,
    pub(super) p: usize,
    /// ZᵀQ, effects × p.
    pub(super) zx: Vec<f64>,
    /// R, p × p, upper.
    pub(super) r: Vec<f64>,
    /// Σ ln wᵢ.
    pub(super) log_weights: f64,
    pub(super) outcome: Outcome,
    /// The part of the outcome taken out beforehand: coefficients of Q.
    pub(super) shift: Vec<f64>,
    pub(super) roots: Option<Vec<f64>>,
    pub(super) q: Vec<Vec<f64>>,
}

/// The solution for given covariance parameters.
pub(super) struct Solution {
    pub(super) value: f64,
    /// yᵀPy.
    pub(super) square: f64,
    /// Coefficients of Q (without the shift).
    pub(super) gamma: Vec<f64>,
    /// Conditional modes b in scaled effects.
    pub(super) b: Vec<f64>,
    /// Cholesky factor of QᵀV⁻¹Q.
    pub(super) rx: Vec<f64>,
    /// L⁻¹ΛᵀZᵀQ.
    pub(super) rzx: Vec<f64>,
}

/// The derivatives for given covariance parameters.
pub(super) struct Derivatives {
    pub(super) gradient: Vec<f64>,
    /// Average information plus the curvature of the parametrisation, row by row.
    pub(super) hessian: Vec<f64>,
    /// ∂/∂Σ per factor.
    pub(super) by_covariance: Vec<Vec<f64>>,
}

impl System {
    pub(super) fn new(design: &Design) -> Result<Self, ValueAddedError> {
        let factors = super::factor::factors(design)?;
        let roots: Option<Vec<f64>> =
            design.weights.as_ref().map(|weights| weights.iter().map(|w| w.sqrt()).collect());
        let structure = structure(&factors, roots.as_deref())?;
        let log_weights = design.weights.as_ref().map_or(0.0, |w| w.iter().map(|w| w.ln()).sum());
        let (q, r) = orthonormal(&design.columns, roots.as_deref());
        let n = design.response.len();
        let p = q.len();
        let mut zx = vec![0.0; structure.n_effects() * p];
        for (j, column) in q.iter().enumerate() {
            cross(&factors, roots.as_deref(), column, |effect, value| zx[effect * p + j] += value);
        }
        let parameters = parameters::parameters(&factors);
        let empty = Outcome { z: Vec::new(), x: Vec::new(), square: 0.0 };
        let shift = vec![0.0; p];
        let mut system = Self {
            factors,
            parameters,
            structure,
            n,
            p,
            zx,
            r,
            log_weights,
            outcome: empty,
            shift,
            roots,
            q,
        };
        (system.outcome, system.shift) = system.outcome(&design.response);
        if system.outcome.square <= 1e-26 * dot(&design.response, &design.response) {
            return Err(ValueAddedError::PerfectFit);
        }
        Ok(system)
    }

    /// The cross-products of an outcome after its least-squares fit was taken out.
    pub(super) fn outcome(&self, response: &[f64]) -> (Outcome, Vec<f64>) {
        let mut rest = response.to_vec();
        if let Some(roots) = &self.roots {
            rest.iter_mut().zip(roots).for_each(|(y, root)| *y *= root);
        }
        let shift = take_out(&self.q, &mut rest);
        let mut z = vec![0.0; self.structure.n_effects()];
        cross(&self.factors, self.roots.as_deref(), &rest, |effect, value| z[effect] += value);
        let x = self.q.iter().map(|column| dot(column, &rest)).collect();
        (Outcome { z, x, square: dot(&rest, &rest) }, shift)
    }

    pub(super) fn lambdas(&self, values: &[f64]) -> Vec<Vec<f64>> {
        parameters::lambdas(&self.factors, &self.parameters, values)
    }

    /// First effect and effects per level of each factor.
    pub(super) fn offsets(&self) -> Vec<usize> {
        let mut offset = 0;
        self.factors
            .iter()
            .map(|f| {
                let own = offset;
                offset += f.n_effects();
                own
            })
            .collect()
    }

    pub(super) fn df(&self, criterion: Criterion) -> f64 {
        match criterion {
            Criterion::Ml => self.n as f64,
            Criterion::Reml => (self.n - self.p) as f64,
        }
    }

    /// The criterion with the constant that the scale of X and the weights add.
    pub(super) fn solve(
        &self,
        outcome: &Outcome,
        lambdas: &[Vec<f64>],
        criterion: Criterion,
    ) -> Option<(Solution, Box<dyn Factored + '_>)> {
        let (p, k) = (self.p, self.p + 1);
        let factored = self.structure.factor(lambdas)?;
        let mut half = Vec::with_capacity(self.structure.n_effects() * k);
        for (effect, y) in outcome.z.iter().enumerate() {
            half.extend_from_slice(&self.zx[effect * p..][..p]);
            half.push(*y);
        }
        factored.half_solve(&mut half, k);
        let products = small::transposed_product(&half, k, &half, k);
        let mut rx = vec![0.0; p * p];
        let mut gamma = outcome.x.clone();
        for i in 0..p {
            for j in 0..p {
                rx[i * p + j] = f64::from(u8::from(i == j)) - products[i * k + j];
            }
            gamma[i] -= products[i * k + p];
        }
        if !small::cholesky(&mut rx, p) {
            return None;
        }
        small::forward(&rx, p, &mut gamma, 1);
        let square = outcome.square - products[p * k + p] - dot(&gamma, &gamma);
        small::backward(&rx, p, &mut gamma, 1);
        let mut rzx = Vec::with_capacity(half.len() / k * p);
        let mut u = Vec::with_capacity(half.len() / k);
        for line in half.chunks_exact(k) {
            rzx.extend_from_slice(&line[..p]);
            u.push(line[p] - dot(&line[..p], &gamma));
        }
        factored.back_solve(&mut u, 1);
        let b = self.times_lambda(lambdas, &u);
        let df = self.df(criterion);
        let fixed = match criterion {
            Criterion::Ml => 0.0,
            Criterion::Reml => small::log_determinant(&rx, p) + 2.0 * self.log_scale(),
        };
        let value = factored.log_determinant() + fixed - self.log_weights
            + df * (1.0 + (2.0 * std::f64::consts::PI * square / df).ln());
        value.is_finite().then_some((Solution { value, square, gamma, b, rx, rzx }, factored))
    }

    /// ln|R|.
    fn log_scale(&self) -> f64 {
        (0..self.p).map(|j| self.r[j * self.p + j].abs().ln()).sum()
    }

    fn times_lambda(&self, lambdas: &[Vec<f64>], u: &[f64]) -> Vec<f64> {
        let mut b = vec![0.0; u.len()];
        for ((factor, lambda), offset) in self.factors.iter().zip(lambdas).zip(self.offsets()) {
            let (own, q) = (offset..offset + factor.n_effects(), factor.q());
            for (block, b) in u[own.clone()].chunks_exact(q).zip(b[own].chunks_exact_mut(q)) {
                small::product_into(lambda, q, (block, 1), b);
            }
        }
        b
    }

    /// Zᵀe.
    fn residual_cross(&self, outcome: &Outcome, solution: &Solution) -> Vec<f64> {
        let mut h = self.structure.cross_times(&solution.b, 1);
        for (effect, h) in h.iter_mut().enumerate() {
            *h = outcome.z[effect] - dot(&self.zx[effect * self.p..][..self.p], &solution.gamma) - *h;
        }
        h
    }

    /// The diagonal blocks of M⁻¹.
    ///
    /// With those that the uncertainty of the fixed effects adds ([`Self::fixed_blocks`]) they are the blocks of the
    /// inverse of the full system.
    fn blocks(
        &self,
        factored: Box<dyn Factored + '_>,
        solution: &Solution,
        criterion: Criterion,
    ) -> Vec<Vec<f64>> {
        let fixed = (criterion == Criterion::Reml).then(|| self.fixed_blocks(factored.as_ref(), solution));
        let mut blocks = factored.inverse_blocks();
        if let Some(fixed) = fixed {
            add_blocks(&mut blocks, &fixed);
        }
        blocks
    }

    /// What the uncertainty of the fixed effects adds to the diagonal blocks of M⁻¹.
    pub(super) fn fixed_blocks(&self, factored: &dyn Factored, solution: &Solution) -> Vec<Vec<f64>> {
        let p = self.p;
        let mut t = solution.rzx.clone();
        factored.back_solve(&mut t, p);
        for line in t.chunks_exact_mut(p.max(1)) {
            small::forward(&solution.rx, p, line, 1);
        }
        let parts = self.factors.iter().zip(self.offsets());
        parts
            .map(|(factor, offset)| {
                let q = factor.q();
                let mut blocks = Vec::with_capacity(factor.n_effects() * q);
                for level in 0..factor.levels.len() {
                    let lines = &t[(offset + level * q) * p..][..q * p];
                    for i in 0..q {
                        blocks.extend((0..q).map(|j| dot(&lines[i * p..][..p], &lines[j * p..][..p])));
                    }
                }
                blocks
            })
            .collect()
    }

    /// Gradient and average information at the given parameters, for the solution there.
    pub(super) fn derivatives(
        &self,
        outcome: &Outcome,
        values: &[f64],
        criterion: Criterion,
    ) -> Option<(Solution, Derivatives)> {
        let lambdas = parameters::floored(&self.lambdas(values));
        let (solution, factored) = self.solve(outcome, &lambdas, criterion)?;
        let s2 = solution.square / self.df(criterion);
        let h = self.residual_cross(outcome, &solution);
        let count = self.parameters.len();
        let mut along = vec![0.0; count];
        let mut directions = Vec::with_capacity(count);
        let effects = self.structure.n_effects();
        let mut w = vec![0.0; effects * count];
        let offsets = self.offsets();
        for (i, parameter) in self.parameters.iter().enumerate() {
            let q = self.factors[parameter.factor].q();
            let e = parameters::direction(parameter, &lambdas[parameter.factor], q);
            let offset = offsets[parameter.factor];
            let own = &h[offset..offset + self.factors[parameter.factor].n_effects()];
            let mut moved = vec![0.0; q];
            for (level, block) in own.chunks_exact(q).enumerate() {
                small::product_into(&e, q, (block, 1), &mut moved);
                for (j, value) in moved.iter().enumerate() {
                    w[(offset + level * q + j) * count + i] = *value;
                    along[i] += value * block[j];
                }
            }
            directions.push(e);
        }
        let mut hessian = self.information(factored.as_ref(), &solution, &w);
        let blocks = self.blocks(factored, &solution, criterion);
        let by_covariance = self.by_covariance(&lambdas, &blocks, &h, s2);
        let slopes = self.parameters.iter().zip(&directions);
        let gradient = slopes.map(|(parameter, e)| dot(e, &by_covariance[parameter.factor])).collect();
        let df = self.df(criterion);
        for i in 0..count {
            for j in 0..count {
                let x = &mut hessian[i * count + j];
                *x = *x / s2 - along[i] * along[j] / (df * s2 * s2);
                let (a, b) = (self.parameters[i], self.parameters[j]);
                if !a.variance && a.factor == b.factor && a.column == b.column {
                    *x += 2.0 * by_covariance[a.factor][a.row * self.factors[a.factor].q() + b.row];
                }
            }
        }
        Some((solution, Derivatives { gradient, hessian, by_covariance }))
    }

    /// The solution and ∂/∂Σ at given Λ and residual variance.
    pub(super) fn covariance_gradient(
        &self,
        lambdas: &[Vec<f64>],
        criterion: Criterion,
        s2: f64,
    ) -> Option<(Solution, Vec<Vec<f64>>)> {
        let (solution, factored) = self.solve(&self.outcome, lambdas, criterion)?;
        let h = self.residual_cross(&self.outcome, &solution);
        let blocks = self.blocks(factored, &solution, criterion);
        let by_covariance = self.by_covariance(lambdas, &blocks, &h, s2);
        Some((solution, by_covariance))
    }

    /// ∂/∂Σ = Λ⁻ᵀ(J I − Σ C)Λ⁻¹ − Σ (Zᵀe)(Zᵀe)ᵀ / s².
    fn by_covariance(&self, lambdas: &[Vec<f64>], blocks: &[Vec<f64>], h: &[f64], s2: f64) -> Vec<Vec<f64>> {
        let parts = self.factors.iter().zip(lambdas).zip(blocks).zip(self.offsets());
        parts
            .map(|(((factor, lambda), blocks), offset)| {
                let q = factor.q();
                let mut left = vec![0.0; q * q];
                for block in blocks.chunks_exact(q * q) {
                    for (i, (left, c)) in left.iter_mut().zip(block).enumerate() {
                        *left += f64::from(u8::from(i % (q + 1) == 0)) - c;
                    }
                }
                let mut g = parameters::unscale(lambda, &left, q);
                for block in h[offset..offset + factor.n_effects()].chunks_exact(q) {
                    for i in 0..q {
                        (0..q).for_each(|j| g[i * q + j] -= block[i] * block[j] / s2);
                    }
                }
                g
            })
            .collect()
    }

    /// eᵀVᵢPVⱼe for the vectors EᵢZᵀe.
    fn information(&self, factored: &dyn Factored, solution: &Solution, w: &[f64]) -> Vec<f64> {
        let (p, count) = (self.p, self.parameters.len());
        let mut c = self.structure.cross_times(w, count);
        let mut information = small::transposed_product(w, count, &c, count);
        let mut x = small::transposed_product(&self.zx, p, w, count);
        factored.half_solve(&mut c, count);
        small::add_transposed_product(&mut information, -1.0, (&c, count), (&c, count));
        small::add_transposed_product(&mut x, -1.0, (&solution.rzx, p), (&c, count));
        small::forward(&solution.rx, p, &mut x, count);
        small::add_transposed_product(&mut information, -1.0, (&x, count), (&x, count));
        information
    }
}

/// Blocks and what is added to them.
pub(super) fn add_blocks(blocks: &mut [Vec<f64>], more: &[Vec<f64>]) {
    for (blocks, more) in blocks.iter_mut().zip(more) {
        blocks.iter_mut().zip(more).for_each(|(x, y)| *x += y);
    }
}

/// Zᵀv, entry by entry.
fn cross(factors: &[Factor], roots: Option<&[f64]>, v: &[f64], mut add: impl FnMut(usize, f64)) {
    let mut offset = 0;
    for factor in factors {
        let q = factor.q();
        for (e, effect) in factor.effects.iter().enumerate() {
            for (row, y) in v.iter().enumerate() {
                let z = effect.values.as_ref().map_or(1.0, |values| values[row]);
                let z = roots.map_or(z, |roots| z * roots[row]);
                factor.for_each_member(row, |code, share| add(offset + code * q + e, share * z * y));
            }
        }
        offset += factor.n_effects();
    }
}

/// X = QR by Gram–Schmidt with a second pass, the rows times the roots of their weights.
fn orthonormal(columns: &[Vec<f64>], roots: Option<&[f64]>) -> (Vec<Vec<f64>>, Vec<f64>) {
    let p = columns.len();
    let mut r = vec![0.0; p * p];
    let mut q: Vec<Vec<f64>> = Vec::with_capacity(p);
    for (j, column) in columns.iter().enumerate() {
        let mut rest = column.clone();
        if let Some(roots) = roots {
            rest.iter_mut().zip(roots).for_each(|(x, root)| *x *= root);
        }
        take_out(&q, &mut rest).iter().enumerate().for_each(|(i, along)| r[i * p + j] = *along);
        let length = dot(&rest, &rest).sqrt();
        r[j * p + j] = length;
        rest.iter_mut().for_each(|x| *x /= length);
        q.push(rest);
    }
    (q, r)
}
