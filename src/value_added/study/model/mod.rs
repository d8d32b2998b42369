//! The models that can be declared: one file each, one line in [`MODELS`].

mod gain;
mod growth;
mod mean_residual;
mod mixed;

use super::{Declaration, Findings};
use crate::value_added::data::Data;
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

    /// Fits it; row i of the data is the student `students[i]`.
    ///
    /// # Errors
    /// Why there is no result.
    fn fit(
        &self,
        declaration: &Declaration,
        data: &Data,
        students: &[u32],
    ) -> Result<Findings, ValueAddedError>;
}

/// All models.
pub static MODELS: [&dyn Model; 4] =
    [&mixed::Mixed, &mean_residual::MeanResiduals, &gain::Gain, &growth::Growth];

/// The model of a key.
pub fn find(key: &str) -> Option<&'static dyn Model> {
    MODELS.iter().copied().find(|model| model.key() == key)
}
