//! ingest
pub mod generated;
pub mod logical;
pub mod oulad;

pub use generated::GeneratedFile;
