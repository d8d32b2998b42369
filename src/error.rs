//! The union of the modules' errors and the exit code each one ends with.

use thiserror::Error as ThisError;

/// Anything that stops a run. Odd data are [`crate::model::Issue`]s and a figure that cannot be known is a
/// value inside the results; only what makes going on impossible is an error.
#[derive(Debug, ThisError)]
pub enum Error {}
