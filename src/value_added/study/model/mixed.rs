//! Shrunken unit effects of a linear mixed model, by REML.

use super::Model;
use crate::stats::distribution::Normal;
use crate::value_added::data::Data;
use crate::value_added::design::Design;
use crate::value_added::error::ValueAddedError;
use crate::value_added::mixed::{Criterion, MixedFit, MixedModel, UnitOptions, explained, unit_effects};
use crate::value_added::ols::Coefficient;
use crate::value_added::study::{Declaration, Findings, Students, Units, Variance};

/// The model.
pub(super) struct Mixed;

/// Draws behind the ranks.
const DRAWS: usize = 2000;

impl Model for Mixed {
    fn key(&self) -> &'static str {
        "mixed"
    }

    fn source(&self) -> &'static str {
        "D. Bates et al., Journal of Statistical Software 67 (2015); H. Goldstein and M. Healy, JRSS A 158 (1995)"
    }

    fn fit(
        &self,
        declaration: &Declaration,
        data: &Data,
        students: &[u32],
    ) -> Result<Findings, ValueAddedError> {
        if declaration.formula.random.is_empty() {
            return Err(ValueAddedError::NoRandomTerm);
        }
        let model = MixedModel::new(Design::new(&declaration.formula, data)?)?;
        let fit = model.fit(Criterion::Reml)?;
        // On a boundary the likelihood has no curvature: then the fixed effects stand with the normal distribution.
        let inference = model.inference(&fit).ok();
        let shares = explained(&model, &fit);
        let options = UnitOptions {
            level: declaration.level,
            smallest_ranked: declaration.smallest_ranked,
            draws: DRAWS,
            seed: declaration.seed,
        };
        let mut units = Vec::new();
        let modes = model.modes(&fit)?;
        for modes in &modes {
            for effect in &modes.effects {
                let effects = unit_effects(&fit, modes, effect, &options)?;
                let effects = effects.into_iter().map(Into::into).collect();
                units.push(Units { factor: modes.factor.clone(), effect: effect.clone(), units: effects });
            }
        }
        let mut summary = vec![
            ("reml", fit.value),
            ("aic", fit.aic()),
            ("bic", fit.bic()),
            ("sigma", fit.residual_variance.sqrt()),
            ("r_squared_marginal", shares.r_squared_marginal),
            ("r_squared_conditional", shares.r_squared_conditional),
        ];
        summary.extend(shares.icc.iter().map(|icc| ("icc", *icc)));
        Ok(Findings {
            counts: Some(model.design().counts.clone()),
            notes: fit.notes.clone(),
            components: match &inference {
                Some(known) => (known.parameters.iter())
                    .map(|parameter| Variance {
                        factor: parameter.factor.clone(),
                        effect: parameter.effect.clone(),
                        with: parameter.with.clone(),
                        estimate: parameter.estimate,
                        standard_error: Some(parameter.standard_error),
                    })
                    .collect(),
                None => components(&fit),
            },
            coefficients: match inference {
                Some(known) => known.fixed,
                None => fixed(&fit),
            },
            summary,
            units,
            percentiles: Vec::new(),
            students: Students::new(&declaration.formula, data, model.design(), students)
                .fitted(model.fitted(&fit, &modes)),
            convergence: Some(fit.convergence),
        })
    }
}

fn fixed(fit: &MixedFit) -> Vec<Coefficient> {
    let row = |effect: &crate::value_added::mixed::FixedEffect| Coefficient {
        name: effect.name.clone(),
        estimate: effect.estimate,
        standard_error: effect.standard_error,
        statistic: effect.statistic,
        df: None,
        p_value: Normal::STANDARD.sf(effect.statistic.abs()).map(|tail| 2.0 * tail),
    };
    fit.fixed.iter().map(row).collect()
}

/// Variances and covariances without standard errors.
fn components(fit: &MixedFit) -> Vec<Variance> {
    let mut rows = Vec::new();
    for component in &fit.components {
        for (i, effect) in component.effects.iter().enumerate() {
            for (j, with) in component.effects.iter().enumerate().take(i + 1) {
                rows.push(Variance {
                    factor: Some(component.factor.clone()),
                    effect: effect.clone(),
                    with: (i != j).then(|| with.clone()),
                    estimate: component.covariance[(i, j)],
                    standard_error: None,
                });
            }
        }
    }
    let residual = fit.residual_variance;
    rows.push(Variance {
        factor: None,
        effect: "residual".to_owned(),
        with: None,
        estimate: residual,
        standard_error: None,
    });
    rows
}
