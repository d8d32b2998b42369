//! `attain`: the statistical engine for outcome-based education.

pub mod attainment;
pub mod chart;
pub mod cli;
pub mod error;
pub mod ingest;
pub mod message;
pub mod model;
pub mod policy;
pub mod results;
pub mod simulate;
pub mod stats;
pub mod template;

pub use error::Error;
