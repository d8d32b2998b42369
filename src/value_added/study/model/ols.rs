//! Covariate adjustment by least squares, with declared errors and the sequential analysis of variance.

use super::Model;
use crate::value_added::design::{Design, Grouping};
use crate::value_added::error::ValueAddedError;
use crate::value_added::mixed::Fitted;
use crate::value_added::ols::{Ols, Robust};
use crate::value_added::study::findings::figures;
use crate::value_added::study::sample::unit;
use crate::value_added::study::{Estimate, Findings, Missing, Sample};
use ndarray::Array2;

/// The model.
pub(super) struct LeastSquares;

impl Model for LeastSquares {
    fn key(&self) -> &'static str {
        "ols"
    }

    fn source(&self) -> &'static str {
        "H. White, Econometrica 48 (1980); R. Bell and D. McCaffrey, Survey Methodology 28 (2002)"
    }

    fn options(&self) -> &'static [&'static str] {
        &["unit", "errors", "cluster"]
    }

    fn missing(&self) -> &'static [Missing] {
        &[Missing::Complete, Missing::Indicator, Missing::Impute]
    }

    fn fit(&self, sample: &Sample<'_>) -> Result<Findings, ValueAddedError> {
        let declaration = sample.declaration;
        // Clusters of another name than the unit take its place: they only group the rows.
        let mut clustered = declaration.clone();
        clustered.unit = declaration.cluster.clone().or(clustered.unit);
        let design = Sample { declaration: &clustered, ..*sample }.grouped()?;
        let ols = Ols::fixed_part(&design)?;
        let clusters: Option<&Grouping> = unit(&design);
        let covariance =
            ols.covariance(declaration.errors, clusters.map(|grouping| grouping.codes.as_slice()))?;
        let summary = figures([
            ("r_squared", ols.fit.r_squared),
            ("adjusted_r_squared", ols.adjusted_r_squared()),
            ("sigma", ols.fit.residual_sd),
            ("log_likelihood", Some(ols.log_likelihood())),
            ("n_clusters", clusters.map(|grouping| grouping.levels.len() as f64)),
        ]);
        Ok(Findings {
            counts: Some(design.counts.clone()),
            notes: design.notes.clone(),
            coefficients: estimates(&ols, &covariance, declaration.level),
            summary,
            anova: if declaration.errors == Robust::Classical { ols.anova() } else { Vec::new() },
            students: sample.students_of(&design).fitted(fitted(&ols, &design)).of_least_squares(&ols),
            ..Findings::default()
        })
    }
}

/// The coefficients under a covariance.
pub(super) fn estimates(ols: &Ols, covariance: &Array2<f64>, level: f64) -> Vec<Estimate> {
    ols.coefficients(covariance).into_iter().map(|one| Estimate::of(one, level)).collect()
}

/// What least squares expect of each row.
pub(super) fn fitted(ols: &Ols, design: &Design) -> Vec<Fitted> {
    let fitted = design.response.iter().zip(&ols.fit.residuals).map(|(y, e)| y - e);
    fitted.map(|fitted| Fitted { fixed: fitted, conditional: fitted }).collect()
}
