//! Value added: input → process → output.
//!
//! Columns ([`data`]) and a formula ([`formula`]) become a design ([`design`]); a model is fitted on it and says what
//! the units added beyond what their students brought along.

#![cfg_attr(test, expect(clippy::float_cmp, reason = "the tests state values that must be met exactly"))]

pub mod contextual;
pub mod data;
pub mod design;
pub mod effect_size;
pub mod error;
pub mod fixed_effects;
pub mod formula;
pub mod growth;
pub mod impute;
pub mod mean_residual;
pub mod mixed;
pub mod ols;
#[cfg(test)]
mod own_reference_tests;
pub mod pooling;
#[cfg(test)]
mod reference_tests;
pub mod stability;
pub mod study;
pub mod words;

pub use error::ValueAddedError;
