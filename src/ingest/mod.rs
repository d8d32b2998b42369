//! ingest
pub mod logical;
