//! Ordinary least squares with classical, heteroscedasticity-robust and cluster-robust errors.
//!
//! With B = (XᵀX)⁻¹, residuals e, hat values h:
//!
//! | kind | covariance of the coefficients | source |
//! |---|---|---|
//! | classical | s² B | |
//! | HC0 | B Xᵀdiag(e²)X B | White, Econometrica 48 (1980) |
//! | HC1 | HC0 · n/(n−p) | MacKinnon and White, J. Econometrics 29 (1985) |
//! | HC2, HC3 | e²/(1−h), e²/(1−h)² | the same |
//! | CR0 | B (Σⱼ XⱼᵀeⱼeⱼᵀXⱼ) B | Liang and Zeger, Biometrika 73 (1986) |
//! | CR1 | CR0 · G/(G−1) · (n−1)/(n−p) | |
//! | CR2, CR3 | eⱼ replaced by (I−Hⱼⱼ)^(−1/2) eⱼ, (I−Hⱼⱼ)⁻¹ eⱼ | Bell and McCaffrey (2002) |
//!
//! The cluster corrections are computed in p dimensions: with B = CCᵀ and Nⱼ = CᵀXⱼᵀXⱼC, the corrected score is
//! B·Xⱼᵀ f(I−Hⱼⱼ) eⱼ = C f(I−Nⱼ) Cᵀ Xⱼᵀeⱼ, so no cluster's own matrix is ever formed.

use super::design::{Design, dot, take_out};
use super::error::ValueAddedError;
use crate::stats::distribution::{FisherF, StudentT};
use crate::stats::least_squares::{Fit, least_squares};
use crate::stats::matrix::symmetric_eigen;
use ndarray::{Array1, Array2, ArrayView1};

/// An eigenvalue of Nⱼ this close to one means a direction that the cluster alone determines; it carries no residual.
const DETERMINED: f64 = 1e-10;

/// How the covariance of the coefficients is estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Robust {
    /// Equal variances, no correlation.
    Classical,
    /// White's.
    Hc0,
    /// White's with the factor n/(n−p).
    Hc1,
    /// Squared residuals over 1−h.
    Hc2,
    /// Squared residuals over (1−h)².
    Hc3,
    /// Clusters, uncorrected.
    Cr0,
    /// Clusters with the factor G/(G−1)·(n−1)/(n−p).
    Cr1,
    /// Clusters, bias-reduced.
    Cr2,
    /// Clusters, close to the jackknife.
    Cr3,
}

/// One row of the table of coefficients.
#[derive(Debug, Clone, PartialEq)]
pub struct Coefficient {
    /// The column.
    pub name: String,
    /// The estimate.
    pub estimate: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Estimate over standard error.
    pub statistic: f64,
    /// Degrees of freedom of the reference t distribution; `None` stands for the normal.
    pub df: Option<f64>,
    /// The two-sided p-value.
    pub p_value: Option<f64>,
}

/// One row of the sequential analysis of variance.
#[derive(Debug, Clone, PartialEq)]
pub struct AnovaRow {
    /// The term.
    pub term: String,
    /// Its degrees of freedom.
    pub df: usize,
    /// What it takes from the residual sum of squares after the terms before it.
    pub sum_of_squares: f64,
    /// Mean square over residual mean square.
    pub f: f64,
    /// Upper tail of F.
    pub p_value: Option<f64>,
}

/// A least-squares fit of a design.
#[derive(Debug, Clone, PartialEq)]
pub struct Ols {
    /// Names of the coefficients.
    pub names: Vec<String>,
    /// Coefficients, residuals, residual standard deviation, R².
    pub fit: Fit,
    /// Diagonal of the hat matrix.
    pub hat: Vec<f64>,
    columns: Vec<Vec<f64>>,
    effects: Vec<f64>,
    column_terms: Vec<Option<usize>>,
    terms: Vec<String>,
}

impl Ols {
    /// Fits the fixed part of a design; rows count by their weights where it has some.
    ///
    /// # Errors
    /// [`ValueAddedError::RandomTerm`] for a design with random terms; errors of the decomposition.
    pub fn new(design: &Design) -> Result<Self, ValueAddedError> {
        if let Some(random) = design.random.first() {
            return Err(ValueAddedError::RandomTerm { term: random.grouping.name.clone() });
        }
        Self::fixed_part(design)
    }

    /// The same, leaving random terms aside.
    ///
    /// # Errors
    /// Errors of the decomposition.
    pub fn fixed_part(design: &Design) -> Result<Self, ValueAddedError> {
        let (columns, mut response) = scaled(design);
        let (n, p) = (response.len(), columns.len());
        let shift = level(design);
        response.iter_mut().for_each(|y| *y -= shift);
        let x = Array2::from_shape_fn((n, p), |(i, j)| columns[j][i]);
        let mut fit = least_squares(x.view(), &response)?;
        if fit.residual_ss <= 0.0 {
            return Err(ValueAddedError::PerfectFit);
        }
        let hat = x.rows().into_iter().map(|row| row.dot(&fit.unscaled_covariance.dot(&row))).collect();
        let effects = orthogonal_effects(&columns, &response);
        if let Some(intercept) = fit.coefficients.first_mut() {
            *intercept += shift;
        }
        let (column_terms, terms) = (design.column_terms.clone(), design.terms.clone());
        Ok(Self { names: design.names.clone(), fit, hat, columns, effects, column_terms, terms })
    }

    /// Rows used.
    #[must_use]
    pub fn n(&self) -> usize {
        self.fit.residuals.len()
    }

    /// The covariance of the coefficients; `clusters` holds a code 0, 1, … per row for the cluster-robust kinds.
    ///
    /// # Errors
    /// No residual degree of freedom; clusters missing, of another length, or fewer than two.
    pub fn covariance(&self, kind: Robust, clusters: Option<&[u32]>) -> Result<Array2<f64>, ValueAddedError> {
        let b = &self.fit.unscaled_covariance;
        let (n, p) = (self.n(), self.columns.len());
        let Some(s) = self.fit.residual_sd else {
            return Err(ValueAddedError::TooFewRows { rows: n, columns: p });
        };
        let weight = |hat: f64| match kind {
            Robust::Hc2 => 1.0 / (1.0 - hat),
            Robust::Hc3 => 1.0 / (1.0 - hat).powi(2),
            _ => 1.0,
        };
        let factor = if kind == Robust::Hc1 { n as f64 / (n - p) as f64 } else { 1.0 };
        match kind {
            Robust::Classical => Ok(b * (s * s)),
            Robust::Hc0 | Robust::Hc1 | Robust::Hc2 | Robust::Hc3 => {
                let rows = self.fit.residuals.iter().zip(&self.hat);
                let weights: Vec<f64> = rows.map(|(e, h)| e * e * weight(*h) * factor).collect();
                Ok(b.dot(&self.weighted_cross_product(&weights)).dot(b))
            }
            Robust::Cr0 | Robust::Cr1 | Robust::Cr2 | Robust::Cr3 => {
                let clusters = clusters.filter(|codes| codes.len() == n);
                let clusters = clusters.ok_or(ValueAddedError::TooFewValues {
                    statistic: "cluster-robust errors",
                    needed: n,
                    found: 0,
                })?;
                self.cluster_covariance(kind, clusters)
            }
        }
    }

    /// The table of coefficients under a covariance, with n − p degrees of freedom.
    #[must_use]
    pub fn coefficients(&self, covariance: &Array2<f64>) -> Vec<Coefficient> {
        let df = self.fit.residual_df as f64;
        let t = StudentT::new(df);
        let rows = self.names.iter().zip(&self.fit.coefficients).zip(covariance.diag());
        rows.map(|((name, &estimate), variance)| {
            let standard_error = variance.sqrt();
            let statistic = estimate / standard_error;
            let p_value = t.as_ref().and_then(|t| t.two_sided(statistic));
            Coefficient { name: name.clone(), estimate, standard_error, statistic, df: Some(df), p_value }
        })
        .collect()
    }

    /// 1 − (1 − R²)(n − 1)/(n − p).
    #[must_use]
    pub fn adjusted_r_squared(&self) -> Option<f64> {
        let df = self.fit.residual_df;
        (df > 0).then_some(())?;
        Some(1.0 - (1.0 - self.fit.r_squared?) * (self.n() - 1) as f64 / df as f64)
    }

    /// −n/2 (ln 2π + ln(RSS/n) + 1).
    #[must_use]
    pub fn log_likelihood(&self) -> f64 {
        let n = self.n() as f64;
        -0.5 * n * ((2.0 * std::f64::consts::PI * self.fit.residual_ss / n).ln() + 1.0)
    }

    /// Cook's distance e²h / (p s² (1−h)²) per row.
    #[must_use]
    pub fn cooks_distances(&self) -> Option<Vec<f64>> {
        let scale = self.columns.len() as f64 * self.fit.residual_sd?.powi(2);
        let rows = self.fit.residuals.iter().zip(&self.hat);
        Some(rows.map(|(e, h)| e * e * h / (scale * (1.0 - h).powi(2))).collect())
    }

    /// Externally studentised residuals e / (s₍ᵢ₎ √(1−h)).
    #[must_use]
    pub fn studentised_residuals(&self) -> Option<Vec<f64>> {
        let df = self.fit.residual_df;
        let rows = self.fit.residuals.iter().zip(&self.hat);
        (df > 1).then(|| {
            rows.map(|(e, h)| {
                let without = (self.fit.residual_ss - e * e / (1.0 - h)) / (df - 1) as f64;
                e / (without * (1.0 - h)).sqrt()
            })
            .collect()
        })
    }

    /// The sequential analysis of variance, one row per term.
    #[must_use]
    pub fn anova(&self) -> Vec<AnovaRow> {
        let df = self.fit.residual_df as f64;
        let mean_square = self.fit.residual_ss / df;
        let row = |(index, term): (usize, &String)| {
            let own = || self.column_terms.iter().zip(&self.effects).filter(move |(t, _)| **t == Some(index));
            let (terms, sum_of_squares) = (own().count(), own().map(|(_, e)| e * e).sum::<f64>());
            let f = sum_of_squares / terms as f64 / mean_square;
            let p_value = FisherF::new(terms as f64, df).and_then(|d| d.sf(f));
            AnovaRow { term: term.clone(), df: terms, sum_of_squares, f, p_value }
        };
        self.terms.iter().enumerate().map(row).filter(|row| row.df > 0).collect()
    }

    fn weighted_cross_product(&self, weights: &[f64]) -> Array2<f64> {
        let p = self.columns.len();
        let weighted: Vec<Vec<f64>> =
            self.columns.iter().map(|x| x.iter().zip(weights).map(|(x, w)| x * w).collect()).collect();
        Array2::from_shape_fn((p, p), |(i, j)| dot(&self.columns[i.min(j)], &weighted[i.max(j)]))
    }

    fn cluster_covariance(&self, kind: Robust, clusters: &[u32]) -> Result<Array2<f64>, ValueAddedError> {
        let (n, p) = (self.n(), self.columns.len());
        let groups = clusters.iter().max().map_or(0, |code| *code as usize + 1);
        if groups < 2 {
            return Err(ValueAddedError::TooFewValues {
                statistic: "cluster-robust errors",
                needed: 2,
                found: groups,
            });
        }
        let c = cholesky(&self.fit.unscaled_covariance).ok_or(ValueAddedError::Singular)?;
        let (mut scores, mut crosses) = (vec![Array1::zeros(p); groups], vec![Array2::zeros((p, p)); groups]);
        for (row, &group) in clusters.iter().enumerate() {
            let x = Array1::from_shape_fn(p, |j| self.columns[j][row]);
            scores[group as usize].scaled_add(self.fit.residuals[row], &x);
            let cross: &mut Array2<f64> = &mut crosses[group as usize];
            for i in 0..p {
                cross.row_mut(i).scaled_add(x[i], &x);
            }
        }
        let mut covariance = Array2::zeros((p, p));
        for (score, cross) in scores.iter().zip(&crosses) {
            let inner = c.t().dot(score);
            let corrected = match kind {
                Robust::Cr2 => corrected(&c, cross, inner.view(), |rest| 1.0 / rest.sqrt())?,
                Robust::Cr3 => corrected(&c, cross, inner.view(), |rest| 1.0 / rest)?,
                _ => inner,
            };
            let influence = c.dot(&corrected);
            for i in 0..p {
                covariance.row_mut(i).scaled_add(influence[i], &influence);
            }
        }
        if kind == Robust::Cr1 {
            covariance *= groups as f64 / (groups - 1) as f64 * (n - 1) as f64 / (n - p) as f64;
        }
        Ok(covariance)
    }
}

/// f(I − CᵀXⱼᵀXⱼC) applied to a vector; directions the cluster determines alone are left out.
fn corrected(
    c: &Array2<f64>,
    cross: &Array2<f64>,
    vector: ArrayView1<'_, f64>,
    f: impl Fn(f64) -> f64,
) -> Result<Array1<f64>, ValueAddedError> {
    let eigen = symmetric_eigen(c.t().dot(cross).dot(c).view()).ok_or(ValueAddedError::Singular)?;
    let mut along = eigen.vectors.t().dot(&vector);
    for (value, share) in along.iter_mut().zip(&eigen.values) {
        let rest = 1.0 - share;
        *value *= if rest > DETERMINED { f(rest) } else { 0.0 };
    }
    Ok(eigen.vectors.dot(&along))
}

/// What an intercept takes from the outcome beforehand: outcomes far from zero lie close to each other, and their
/// differences from one of them are exact.
fn level(design: &Design) -> f64 {
    let intercept = design.column_terms.first().is_some_and(Option::is_none) && design.weights.is_none();
    if intercept { design.response.first().copied().unwrap_or(0.0) } else { 0.0 }
}

/// Columns and response times √weight.
fn scaled(design: &Design) -> (Vec<Vec<f64>>, Vec<f64>) {
    let Some(weights) = &design.weights else {
        return (design.columns.clone(), design.response.clone());
    };
    let roots: Vec<f64> = weights.iter().map(|w| w.sqrt()).collect();
    let scale = |values: &[f64]| values.iter().zip(&roots).map(|(x, r)| x * r).collect();
    (design.columns.iter().map(|x| scale(x)).collect(), scale(&design.response))
}

/// qⱼᵀy for the orthonormalised columns, in their order.
fn orthogonal_effects(columns: &[Vec<f64>], response: &[f64]) -> Vec<f64> {
    let mut basis: Vec<Vec<f64>> = Vec::new();
    for column in columns {
        let mut rest = column.clone();
        take_out(&basis, &mut rest);
        let length = dot(&rest, &rest).sqrt();
        rest.iter_mut().for_each(|r| *r /= length);
        basis.push(rest);
    }
    basis.iter().map(|unit| dot(unit, response)).collect()
}

/// The lower Cholesky factor of a small matrix.
pub(super) fn cholesky(matrix: &Array2<f64>) -> Option<Array2<f64>> {
    let n = matrix.nrows();
    let mut l = Array2::<f64>::zeros((n, n));
    for j in 0..n {
        let pivot = matrix[(j, j)] - (0..j).map(|k| l[(j, k)].powi(2)).sum::<f64>();
        if pivot.is_nan() || pivot <= 0.0 {
            return None;
        }
        l[(j, j)] = pivot.sqrt();
        for i in j + 1..n {
            let known: f64 = (0..j).map(|k| l[(i, k)] * l[(j, k)]).sum();
            l[(i, j)] = (matrix[(i, j)] - known) / l[(j, j)];
        }
    }
    Some(l)
}

#[cfg(test)]
mod tests;
