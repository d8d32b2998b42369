//! Unit effects as fixed effects: no shrinkage, no assumption about their distribution.

use super::Model;
use crate::value_added::error::ValueAddedError;
use crate::value_added::fixed_effects::{UnitFixedEffect, fixed_effects};
use crate::value_added::study::{Estimate, Findings, Missing, Sample, Unit, Units};

/// The model.
pub(super) struct FixedEffects;

impl Model for FixedEffects {
    fn key(&self) -> &'static str {
        "fixed-effects"
    }

    fn source(&self) -> &'static str {
        "J. Wooldridge, Econometric Analysis of Cross Section and Panel Data (2010), chapter 10"
    }

    fn needs_unit(&self) -> bool {
        true
    }

    fn missing(&self) -> &'static [Missing] {
        &[Missing::Complete, Missing::Indicator, Missing::Impute]
    }

    fn fit(&self, sample: &Sample<'_>) -> Result<Findings, ValueAddedError> {
        let (design, level) = (sample.grouped()?, sample.declaration.level);
        let fit = fixed_effects(&design, level)?;
        let unit = |one: &UnitFixedEffect| Unit {
            unit: one.unit.clone(),
            n: one.n,
            effect: one.effect,
            standard_error: Some(one.standard_error),
            interval: one.interval,
            ..Unit::default()
        };
        let units = Units {
            factor: fit.factor.clone(),
            effect: "fixed_effect".to_owned(),
            units: fit.effects.iter().map(unit).collect(),
        };
        Ok(Findings {
            counts: Some(design.counts.clone()),
            notes: design.notes.iter().cloned().chain(fit.notes).collect(),
            coefficients: fit.coefficients.into_iter().map(|one| Estimate::of(one, level)).collect(),
            summary: vec![("sigma", fit.residual_sd)],
            anova: fit.test.into_iter().collect(),
            units: vec![units],
            students: sample.students_of(&design).fitted(fit.fitted).over(fit.residual_sd, None),
            ..Findings::default()
        })
    }
}
