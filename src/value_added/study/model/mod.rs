//! The models that can be declared: one file each, one line in [`MODELS`].

mod contextual;
mod fixed_effects;
mod gain;
mod gains;
pub(in crate::value_added::study) mod growth;
mod mean_residual;
mod mixed;
mod normalised_gain;
mod ols;
mod persisting;
mod ratios;
mod relative_gain;
mod standardised_gain;

use super::{Findings, Missing, Sample};
use crate::value_added::error::ValueAddedError;

/// A model that can be declared.
pub trait Model: Sync {
    /// Its key.
    fn key(&self) -> &'static str;

    /// Where it comes from.
    fn source(&self) -> &'static str;

    /// Whether the declaration must name the factor whose units are compared.
    fn needs_unit(&self) -> bool {
        false
    }

    /// The options of a declaration that it uses beside those of every model.
    fn options(&self) -> &'static [&'static str] {
        &["unit"]
    }

    /// What its effects are measured in: only effects of one scale can be compared.
    fn scale(&self) -> &'static str {
        "outcome"
    }

    /// What can be done about missing inputs; a measurement that makes the gain itself cannot be replaced.
    fn missing(&self) -> &'static [Missing] {
        &[Missing::Complete]
    }

    /// Fits it.
    ///
    /// # Errors
    /// Why there is no result.
    fn fit(&self, sample: &Sample<'_>) -> Result<Findings, ValueAddedError>;
}

/// Options of mixed models.
const OF_MIXED: [&str; 7] =
    ["membership", "persistence", "criterion", "intervals", "weights", "influence", "tests"];

/// All models.
pub static MODELS: [&dyn Model; 11] = [
    &mixed::Mixed,
    &contextual::Contextual,
    &fixed_effects::FixedEffects,
    &ols::LeastSquares,
    &mean_residual::MeanResiduals,
    &gain::Gain,
    &normalised_gain::NormalisedGain,
    &standardised_gain::StandardisedGain,
    &relative_gain::PERCENTILE_RANKS,
    &relative_gain::STANDARD_SCORES,
    &growth::Growth,
];

/// The model of a key.
pub fn find(key: &str) -> Option<&'static dyn Model> {
    MODELS.iter().copied().find(|model| model.key() == key)
}
