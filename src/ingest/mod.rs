//! ingest
pub mod generated;
pub mod logical;

pub use generated::GeneratedFile;
