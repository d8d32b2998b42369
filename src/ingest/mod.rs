//! Foreign files → positioned cells → the domain, with an issue for everything odd on the way.
//!
//! [`raw`] reads files of every format into sparse tables of positioned cells and refuses hostile ones;
//! [`clean`] and [`number`] turn what people type into names, headers and exact decimals; [`damage`] finds what
//! spreadsheet programs do to identifiers and texts; [`logical`] lists the tables of a workspace.

pub mod clean;
pub mod damage;
pub mod generated;
pub mod logical;
pub mod number;
pub mod oulad;
pub mod raw;

pub use generated::GeneratedFile;
