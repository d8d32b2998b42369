//! A fitted mixed model as it is reported: natural units, names, notes.

use super::optimise::{self, Convergence, SINGULAR_BELOW, TOLERANCE, block_covariance};
use super::small;
use super::system::{Criterion, Outcome, Solution, System, add_blocks};
use crate::value_added::design::{Design, Note};
use crate::value_added::error::ValueAddedError;
use ndarray::Array2;

/// A variance relative to the residual variance, for a scaled effect, below which it counts as zero.
const ZERO_BELOW: f64 = 1e-9;

/// A fixed effect with its standard error.
#[derive(Debug, Clone, PartialEq)]
pub struct FixedEffect {
    /// The column.
    pub name: String,
    /// The estimate.
    pub estimate: f64,
    /// √ of its variance σ²(XᵀV⁻¹X)⁻¹.
    pub standard_error: f64,
    /// Estimate over standard error.
    pub statistic: f64,
}

/// The covariance of the effects of one random term.
#[derive(Debug, Clone, PartialEq)]
pub struct Component {
    /// The grouping factor.
    pub factor: String,
    /// The effects.
    pub effects: Vec<String>,
    /// Their covariance, in squared units of the outcome.
    pub covariance: Array2<f64>,
    /// The relative Cholesky factor: covariance = σ² · factor · factorᵀ, with a positive diagonal.
    pub relative_factor: Array2<f64>,
}

/// What is predicted for the levels of one grouping factor.
#[derive(Debug, Clone, PartialEq)]
pub struct Modes {
    /// The grouping factor.
    pub factor: String,
    /// The effects.
    pub effects: Vec<String>,
    /// The levels.
    pub levels: Vec<String>,
    /// Rows per level.
    pub sizes: Vec<usize>,
    /// The conditional modes (best linear unbiased predictions), levels × effects.
    pub modes: Array2<f64>,
    /// Covariance of the effects given the outcome and the fixed effects, per level.
    pub conditional: Vec<Array2<f64>>,
    /// The same with the uncertainty of the fixed effects: the variance of prediction error.
    pub prediction: Vec<Array2<f64>>,
}

/// A fitted linear mixed model.
#[derive(Debug, Clone, PartialEq)]
pub struct MixedFit {
    /// Which likelihood was maximised.
    pub criterion: Criterion,
    /// −2 log likelihood (restricted under REML).
    pub value: f64,
    /// Rows used.
    pub n: usize,
    /// Fixed effects, covariance parameters and the residual variance.
    pub n_parameters: usize,
    /// Residual variance σ².
    pub residual_variance: f64,
    /// Fixed effects.
    pub fixed: Vec<FixedEffect>,
    /// Covariance of the fixed effects.
    pub covariance: Array2<f64>,
    /// Covariances of the random terms.
    pub components: Vec<Component>,
    /// How the optimiser came to its end.
    pub convergence: Convergence,
    /// What was done and has to be told.
    pub notes: Vec<Note>,
    /// The optimiser's parameters.
    pub(super) values: Vec<f64>,
}

impl MixedFit {
    /// value + 2k.
    #[must_use]
    pub fn aic(&self) -> f64 {
        self.value + 2.0 * self.n_parameters as f64
    }

    /// value + k ln n.
    #[must_use]
    pub fn bic(&self) -> f64 {
        self.value + self.n_parameters as f64 * (self.n as f64).ln()
    }

    /// The logarithm of the (restricted) likelihood.
    #[must_use]
    pub fn log_likelihood(&self) -> f64 {
        -0.5 * self.value
    }
}

/// The end of a fit before it is put into words.
pub(super) struct Estimate {
    pub(super) optimum: optimise::Optimum,
    pub(super) lambdas: Vec<Vec<f64>>,
    pub(super) solution: Solution,
    pub(super) residual_variance: f64,
}

/// A mixed model with its cross-products: ready to be fitted, and re-fitted to other outcomes, without its rows.
pub struct MixedModel {
    pub(super) system: System,
    pub(super) design: Design,
}

impl MixedModel {
    /// Computes the cross-products of a design.
    ///
    /// # Errors
    /// No random term, as many effects as rows, too many crossed effects, an outcome the fixed part fits exactly.
    pub fn new(design: Design) -> Result<Self, ValueAddedError> {
        let mut design = design;
        let system = System::new(&design)?;
        for factor in &system.factors {
            let levels = factor.sizes.iter().filter(|size| **size == 1).count();
            if levels > 0 {
                design.notes.push(Note::SingleRowLevels { factor: factor.name.clone(), levels });
            }
        }
        Ok(Self { system, design })
    }

    /// The design.
    #[must_use]
    pub fn design(&self) -> &Design {
        &self.design
    }

    /// Maximises the likelihood.
    ///
    /// # Errors
    /// [`ValueAddedError::NotConverged`], [`ValueAddedError::Singular`].
    pub fn fit(&self, criterion: Criterion) -> Result<MixedFit, ValueAddedError> {
        self.fit_outcome(
            &self.system.outcome,
            &self.system.shift,
            criterion,
            (optimise::start(&self.system), TOLERANCE),
        )
    }

    /// The same model for another outcome in the same rows, from stored cross-products.
    ///
    /// # Errors
    /// Another number of rows; otherwise those of [`Self::fit`].
    pub fn refit(&self, response: &[f64], criterion: Criterion) -> Result<MixedFit, ValueAddedError> {
        let expected = self.system.n;
        if response.len() != expected {
            let (column, rows) = (self.design.response_name.clone(), response.len());
            return Err(ValueAddedError::UnequalColumns { column, rows, expected });
        }
        let (outcome, shift) = self.system.outcome(response);
        self.fit_outcome(&outcome, &shift, criterion, (optimise::start(&self.system), TOLERANCE))
    }

    pub(super) fn fit_outcome(
        &self,
        outcome: &Outcome,
        shift: &[f64],
        criterion: Criterion,
        start: (Vec<f64>, f64),
    ) -> Result<MixedFit, ValueAddedError> {
        let Estimate { optimum, lambdas, solution, residual_variance } =
            self.estimate(outcome, criterion, start)?;
        let system = &self.system;
        let covariance = self.fixed_covariance(&solution, residual_variance);
        let mut notes = self.design.notes.clone();
        for &factor in &optimum.left {
            notes.push(Note::LeftFalseBoundary { factor: system.factors[factor].name.clone() });
        }
        self.boundary_notes(&lambdas, &mut notes);
        Ok(MixedFit {
            criterion,
            value: solution.value,
            n: system.n,
            n_parameters: system.p + system.parameters.len() + 1,
            residual_variance,
            fixed: self.fixed_effects(&solution, shift, &covariance),
            covariance,
            components: self.components(&lambdas, residual_variance),
            convergence: optimum.convergence,
            notes,
            values: optimum.values,
        })
    }

    /// The parameters at the maximum and the solution there.
    pub(super) fn estimate(
        &self,
        outcome: &Outcome,
        criterion: Criterion,
        start: (Vec<f64>, f64),
    ) -> Result<Estimate, ValueAddedError> {
        let system = &self.system;
        let mut optimum = optimise::optimise(system, outcome, criterion, start)?;
        for (parameter, value) in system.parameters.iter().zip(&mut optimum.values) {
            if parameter.variance && *value < ZERO_BELOW {
                *value = 0.0;
            }
        }
        let lambdas = system.lambdas(&optimum.values);
        let (solution, _) = system.solve(outcome, &lambdas, criterion).ok_or(ValueAddedError::Singular)?;
        let residual_variance = solution.square / system.df(criterion);
        Ok(Estimate { optimum, lambdas, solution, residual_variance })
    }

    /// β = R⁻¹(γ + shift).
    pub(super) fn coefficients(&self, solution: &Solution, shift: &[f64]) -> Vec<f64> {
        let p = self.system.p;
        let mut beta: Vec<f64> = solution.gamma.iter().zip(shift).map(|(g, s)| g + s).collect();
        for i in (0..p).rev() {
            let known: f64 = (i + 1..p).map(|j| self.system.r[i * p + j] * beta[j]).sum();
            beta[i] = (beta[i] - known) / self.system.r[i * p + i];
        }
        beta
    }

    fn fixed_effects(
        &self,
        solution: &Solution,
        shift: &[f64],
        covariance: &Array2<f64>,
    ) -> Vec<FixedEffect> {
        let beta = self.coefficients(solution, shift);
        let rows = self.design.names.iter().zip(beta).zip(covariance.diag());
        rows.map(|((name, estimate), variance)| {
            let standard_error = variance.sqrt();
            FixedEffect { name: name.clone(), estimate, standard_error, statistic: estimate / standard_error }
        })
        .collect()
    }

    /// σ² R⁻¹ (QᵀV⁻¹Q)⁻¹ R⁻ᵀ.
    pub(super) fn fixed_covariance(&self, solution: &Solution, residual_variance: f64) -> Array2<f64> {
        let p = self.system.p;
        // T = L⁻¹R: the covariance is σ² (TᵀT)⁻¹ = σ² (R⁻¹L)(R⁻¹L)ᵀ⁻… computed as columns of R⁻¹L⁻ᵀ.
        let mut root = vec![0.0; p * p];
        (0..p).for_each(|i| root[i * p + i] = 1.0);
        small::backward(&solution.rx, p, &mut root, p);
        for i in (0..p).rev() {
            for k in 0..p {
                let known: f64 = (i + 1..p).map(|j| self.system.r[i * p + j] * root[j * p + k]).sum();
                root[i * p + k] = (root[i * p + k] - known) / self.system.r[i * p + i];
            }
        }
        Array2::from_shape_fn((p, p), |(i, j)| {
            residual_variance * (0..p).map(|k| root[i * p + k] * root[j * p + k]).sum::<f64>()
        })
    }

    fn components(&self, lambdas: &[Vec<f64>], residual_variance: f64) -> Vec<Component> {
        let mut components = Vec::new();
        for (factor, lambda) in self.system.factors.iter().zip(lambdas) {
            let q = factor.q();
            for &(start, size) in &factor.blocks {
                let relative_factor = Array2::from_shape_fn((size, size), |(i, j)| {
                    let diagonal = lambda[(start + j) * q + start + j];
                    let sign = if diagonal < 0.0 { -1.0 } else { 1.0 };
                    sign * lambda[(start + i) * q + start + j] / factor.effects[start + i].scale
                });
                components.push(Component {
                    factor: factor.name.clone(),
                    effects: factor.effects[start..start + size].iter().map(|e| e.name.clone()).collect(),
                    covariance: relative_factor.dot(&relative_factor.t()) * residual_variance,
                    relative_factor,
                });
            }
        }
        components
    }

    fn boundary_notes(&self, lambdas: &[Vec<f64>], notes: &mut Vec<Note>) {
        for (factor, lambda) in self.system.factors.iter().zip(lambdas) {
            for &(start, size) in &factor.blocks {
                let sigma = block_covariance(lambda, (start, size), factor.q());
                let singular = if size == 1 {
                    sigma[(0, 0)] <= 0.0
                } else {
                    crate::stats::matrix::symmetric_eigen(sigma.view())
                        .is_some_and(|eigen| eigen.values[size - 1] < SINGULAR_BELOW)
                };
                if singular {
                    let names: Vec<&str> =
                        factor.effects[start..start + size].iter().map(|e| e.name.as_str()).collect();
                    notes.push(Note::Boundary { factor: factor.name.clone(), effect: names.join(" + ") });
                }
            }
        }
    }

    /// The conditional modes of all levels with their variances.
    ///
    /// # Errors
    /// [`ValueAddedError::Singular`].
    pub fn modes(&self, fit: &MixedFit) -> Result<Vec<Modes>, ValueAddedError> {
        let system = &self.system;
        let lambdas = system.lambdas(&fit.values);
        let (solution, factored) =
            system.solve(&system.outcome, &lambdas, fit.criterion).ok_or(ValueAddedError::Singular)?;
        let mut prediction = system.fixed_blocks(factored.as_ref(), &solution);
        let conditional = factored.inverse_blocks();
        add_blocks(&mut prediction, &conditional);
        let parts = system.factors.iter().zip(system.offsets()).zip(conditional.iter().zip(&prediction));
        Ok(parts
            .zip(&lambdas)
            .map(|(((factor, offset), (conditional, prediction)), lambda)| {
                let q = factor.q();
                let scale: Vec<f64> = factor.effects.iter().map(|e| e.scale).collect();
                let natural = |blocks: &[f64]| -> Vec<Array2<f64>> {
                    blocks
                        .chunks_exact(q * q)
                        .map(|block| {
                            let half = small::product(lambda, q, block, q);
                            Array2::from_shape_fn((q, q), |(i, j)| {
                                let value: f64 = (0..q).map(|k| half[i * q + k] * lambda[j * q + k]).sum();
                                fit.residual_variance * value / (scale[i] * scale[j])
                            })
                        })
                        .collect()
                };
                let levels = factor.levels.len();
                Modes {
                    factor: factor.name.clone(),
                    effects: factor.effects.iter().map(|e| e.name.clone()).collect(),
                    levels: factor.levels.clone(),
                    sizes: factor.sizes.clone(),
                    modes: Array2::from_shape_fn((levels, q), |(g, i)| {
                        solution.b[offset + g * q + i] / scale[i]
                    }),
                    conditional: natural(conditional),
                    prediction: natural(prediction),
                }
            })
            .collect())
    }
}

#[cfg(test)]
pub(super) mod tests;
