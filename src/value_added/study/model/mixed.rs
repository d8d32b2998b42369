//! Shrunken unit effects of a linear mixed model, by REML.

use super::Model;
use super::persisting::persisting;
use super::ratios::ratios;
use crate::stats::distribution::Normal;
use crate::value_added::data::Data;
use crate::value_added::design::Design;
use crate::value_added::error::ValueAddedError;
use crate::value_added::formula::Formula;
use crate::value_added::mixed::{
    Component, CovarianceParameter, Criterion, FixedEffect, Inference, MixedFit, MixedModel, Modes,
    ProfileInterval, Profiled, UnitInfluence, UnitOptions, explained, unit_effects,
};
use crate::value_added::ols::Coefficient;
use crate::value_added::study::findings::figures;
use crate::value_added::study::students::normal_quantiles;
use crate::value_added::study::{
    Declaration, Estimate, Findings, Interval, Intervals, Likelihood, Missing, Persistence, Sample, Unit,
    Units, Unusual, Variance,
};

/// The model.
pub(super) struct Mixed;

/// Draws behind the ranks at most; with many units fewer, as their number times that of the units is what costs.
const DRAWS: usize = 1000;
/// At least so many draws, for intervals of ranks.
const FEWEST_DRAWS: usize = 200;
/// Draws times units.
const DRAWN: usize = 1_000_000;

impl Model for Mixed {
    fn key(&self) -> &'static str {
        "mixed"
    }

    fn source(&self) -> &'static str {
        "D. Bates et al., Journal of Statistical Software 67 (2015); H. Goldstein and M. Healy, JRSS A 158 (1995)"
    }

    fn options(&self) -> &'static [&'static str] {
        &super::OF_MIXED
    }

    fn missing(&self) -> &'static [Missing] {
        &[Missing::Complete, Missing::Indicator, Missing::Impute]
    }

    fn fit(&self, sample: &Sample<'_>) -> Result<Findings, ValueAddedError> {
        if sample.declaration.persistence == Persistence::Estimated {
            return persisting(sample);
        }
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
    let design = sample.weighted(Design::new(formula, data)?)?;
    let model = MixedModel::new(sample.with_memberships(design)?)?;
    let fit = model.fit(match declaration.criterion {
        Likelihood::Reml => Criterion::Reml,
        Likelihood::Ml => Criterion::Ml,
    })?;
    // On a boundary the likelihood has no curvature: then the fixed effects stand with the normal distribution.
    let inference = model.inference(&fit).ok();
    // Where the variances are known to be uncertain, the effects of units are so too.
    let corrected = inference.as_ref().and_then(|known| model.corrected_modes(&fit, known).ok());
    let modes = corrected.map_or_else(|| model.modes(&fit), Ok)?;
    let influence = influence(declaration, &model, &fit);
    let unusual = unusual(&model, &fit, &modes, &influence);
    let units = effects(declaration, &fit, &modes)?;
    let mut findings = Findings {
        ratios: ratios(sample, formula, data, &model),
        unusual,
        counts: Some(model.design().counts.clone()),
        notes: fit.notes.clone(),
        components: components(&fit, inference.as_ref(), declaration.level),
        coefficients: (inference.map_or_else(|| normal(&fit.fixed), |known| known.fixed).into_iter())
            .map(|coefficient| Estimate::of(coefficient, declaration.level))
            .collect(),
        summary: summary(&model, &fit),
        units,
        students: (sample.students_of(model.design()).fitted(model.fitted(&fit, &modes)))
            .over(fit.residual_variance.sqrt(), model.design().weights.as_deref()),
        convergence: Some(fit.convergence.clone()),
        ..Findings::default()
    };
    if declaration.intervals == Intervals::Profile {
        take_profiles(&mut findings, &model.profile_intervals(&fit, declaration.level)?);
    }
    Ok((findings, fit))
}

/// The profile intervals in the place of the others: those of standard deviations squared, those of covariances stay,
/// for a profile tells of correlations.
fn take_profiles(findings: &mut Findings, profiles: &[ProfileInterval]) {
    for profile in profiles {
        let squared = profile.interval.and_then(|ends| Interval::new(ends.low.powi(2), ends.high.powi(2)));
        let of_variance = |one: &&mut Variance| {
            one.with.is_none()
                && one.factor == profile.factor
                && (one.factor.is_none() || one.effect == profile.effect)
        };
        match profile.kind {
            Profiled::StandardDeviation | Profiled::Residual => {
                for one in findings.components.iter_mut().filter(of_variance) {
                    one.interval = squared;
                }
            }
            Profiled::Fixed => {
                for one in findings.coefficients.iter_mut().filter(|one| one.name == profile.effect) {
                    one.interval = profile.interval;
                }
            }
            Profiled::Correlation => {}
        }
    }
}

/// Figures of the whole fit; the intraclass correlation of each random term, by factor where there are several.
fn summary(model: &MixedModel, fit: &MixedFit) -> Vec<(String, f64)> {
    let shares = explained(model, fit);
    let criterion = if fit.criterion == Criterion::Ml { "ml" } else { "reml" };
    let mut summary = figures([
        (criterion, Some(fit.value)),
        ("aic", Some(fit.aic())),
        ("bic", Some(fit.bic())),
        ("sigma", Some(fit.residual_variance.sqrt())),
        ("r_squared_marginal", Some(shares.r_squared_marginal)),
        ("r_squared_conditional", Some(shares.r_squared_conditional)),
    ]);
    for (at, (icc, random)) in shares.icc.iter().zip(&model.design().random).enumerate() {
        let name = match shares.icc.len() {
            1 => "icc".to_owned(),
            _ => format!("icc:{}:{}", random.grouping.name, at + 1),
        };
        summary.push((name, *icc));
    }
    summary
}

/// The effects of the units of every factor.
fn effects(
    declaration: &Declaration,
    fit: &MixedFit,
    modes: &[Modes],
) -> Result<Vec<Units>, ValueAddedError> {
    let mut units = Vec::new();
    for modes in modes {
        let options = UnitOptions {
            level: declaration.level,
            smallest_ranked: declaration.smallest_ranked,
            draws: (DRAWN / modes.levels.len().max(1)).clamp(FEWEST_DRAWS, DRAWS),
            seed: declaration.seed,
        };
        for effect in &modes.effects {
            let found = unit_effects(fit, modes, effect, &options)?;
            let mut effects: Vec<Unit> = found.into_iter().map(Into::into).collect();
            // Without a variance no unit stands before another.
            if variance_of(fit, &modes.factor, effect) <= 0.0 {
                for unit in &mut effects {
                    (unit.rank, unit.rank_interval, unit.comparison) = (None, None, None);
                }
            }
            units.push(Units { factor: modes.factor.clone(), effect: effect.clone(), units: effects });
        }
    }
    Ok(units)
}

/// Each unit is left out in turn where it is asked for.
fn influence(declaration: &Declaration, model: &MixedModel, fit: &MixedFit) -> Vec<UnitInfluence> {
    if !declaration.influence {
        return Vec::new();
    }
    let first = model.design().random.first().map(|random| &random.grouping.name);
    first.and_then(|factor| model.influence(fit, factor).ok()).unwrap_or_default()
}

/// Standardised effects with their normal quantiles, and the influence of the units of the first random term.
fn unusual(model: &MixedModel, fit: &MixedFit, modes: &[Modes], influence: &[UnitInfluence]) -> Vec<Unusual> {
    let first = model.design().random.first();
    let mut rows = Vec::new();
    for modes in modes {
        for (index, effect) in modes.effects.iter().enumerate() {
            let variance = variance_of(fit, &modes.factor, effect);
            let spread = |level: usize| (variance - modes.conditional[level][(index, index)]).max(0.0).sqrt();
            let standardised: Vec<Option<f64>> = (0..modes.levels.len())
                .map(|level| {
                    Some(spread(level)).filter(|sd| *sd > 0.0).map(|sd| modes.modes[(level, index)] / sd)
                })
                .collect();
            let known: Vec<f64> = standardised.iter().flatten().copied().collect();
            let mut quantiles = normal_quantiles(&known).into_iter();
            let is_first = index == 0 && first.is_some_and(|random| random.grouping.name == modes.factor);
            for (level, standardised) in standardised.into_iter().enumerate() {
                let unit = &modes.levels[level];
                rows.push(Unusual {
                    factor: modes.factor.clone(),
                    effect: effect.clone(),
                    unit: unit.clone(),
                    n: modes.sizes[level],
                    standardised,
                    normal: standardised.and_then(|_| quantiles.next().flatten()),
                    influence: (influence.iter().find(|one| is_first && one.unit == *unit))
                        .and_then(|one| one.without.clone()),
                });
            }
        }
    }
    rows
}

fn variance_of(fit: &MixedFit, factor: &str, effect: &str) -> f64 {
    let own = fit.components.iter().filter(|component| component.factor == factor);
    let at = |component: &Component| component.effects.iter().position(|name| name == effect);
    own.filter_map(|component| at(component).map(|i| component.covariance[(i, i)])).sum()
}

/// Fixed effects with the normal distribution.
pub(super) fn normal(effects: &[FixedEffect]) -> Vec<Coefficient> {
    let row = |effect: &FixedEffect| Coefficient {
        name: effect.name.clone(),
        estimate: effect.estimate,
        standard_error: effect.standard_error,
        statistic: effect.statistic,
        df: None,
        p_value: Normal::STANDARD.sf(effect.statistic.abs()).map(|tail| 2.0 * tail),
    };
    effects.iter().map(row).collect()
}

/// Variances and covariances, with errors and intervals where the likelihood has a curvature.
fn components(fit: &MixedFit, inference: Option<&Inference>, level: f64) -> Vec<Variance> {
    let Some(known) = inference else { return bare_components(fit) };
    let row = |parameter: &CovarianceParameter| Variance {
        factor: parameter.factor.clone(),
        effect: parameter.effect.clone(),
        with: parameter.with.clone(),
        estimate: parameter.estimate,
        standard_error: Some(parameter.standard_error),
        interval: None,
    };
    known.parameters.iter().map(|parameter| row(parameter).with_interval(level)).collect()
}

fn bare_components(fit: &MixedFit) -> Vec<Variance> {
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
                    interval: None,
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
        interval: None,
    });
    rows
}
