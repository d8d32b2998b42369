//! model

mod issue;

pub use issue::{Issue, Place, Severity};
