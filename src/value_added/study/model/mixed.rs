//! Shrunken unit effects of a linear mixed model, by REML.

use super::Model;
use crate::stats::distribution::Normal;
use crate::value_added::data::Data;
use crate::value_added::design::Design;
use crate::value_added::error::ValueAddedError;
use crate::value_added::formula::Formula;
use crate::value_added::mixed::{Criterion, MixedFit, MixedModel, UnitOptions, explained, unit_effects};
use crate::value_added::ols::Coefficient;
use crate::value_added::study::{Estimate, Findings, Missing, Sample, Units, Variance};

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

    fn takes_memberships(&self) -> bool {
        true
    }

    fn missing(&self) -> &'static [Missing] {
        &[Missing::Complete, Missing::Indicator, Missing::Impute]
    }

    fn fit(&self, sample: &Sample<'_>) -> Result<Findings, ValueAddedError> {
        Ok(mixed(sample, &sample.declaration.formula, sample.data)?.0)
    }
}

/// The findings of a formula that may differ from the declared one, and the fit behind them.
pub(super) fn mixed(
    sample: &Sample<'_>,
    formula: &Formula,
    data: &Data,
) -> Result<(Findings, MixedFit), ValueAddedError> {
    let declaration = sample.declaration;
    if formula.random.is_empty() && sample.shares.is_none() {
        return Err(ValueAddedError::NoRandomTerm);
    }
    let model = MixedModel::new(sample.with_memberships(Design::new(formula, data)?)?)?;
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
    let findings = Findings {
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
        coefficients: (inference.map_or_else(|| fixed(&fit), |known| known.fixed).into_iter())
            .map(|coefficient| Estimate::of(coefficient, declaration.level))
            .collect(),
        summary,
        units,
        students: (sample.students_of(model.design()).fitted(model.fitted(&fit, &modes)))
            .over(fit.residual_variance.sqrt()),
        convergence: Some(fit.convergence.clone()),
        ..Findings::default()
    };
    Ok((findings, fit))
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
