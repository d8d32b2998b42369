//! The models that can be declared: one file each, one line in [`MODELS`].

mod contextual;
mod fixed_effects;
mod gain;
mod gains;
mod growth;
mod mean_residual;
mod mixed;
mod normalised_gain;
mod ols;
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

    /// Whether the declaration must state the full mark.
    fn needs_full(&self) -> bool {
        false
    }

    /// Whether it can use units to several of which a student belongs.
    fn takes_memberships(&self) -> bool {
        false
    }

    /// Whether its rows can have weights.
    fn takes_weights(&self) -> bool {
        false
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
