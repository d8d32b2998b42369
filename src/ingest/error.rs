//! What makes reading impossible; odd data are issues.

use std::path::PathBuf;

use crate::model::Issue;
use crate::policy::PolicyError;

/// Why a workspace or a workbook cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The folder or file cannot be opened.
    #[error("{path}: {cause}", path = path.display())]
    Unreadable {
        /// What was to be read.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The settings of the workspace are wrong.
    #[error("{path}: {n} problems", path = path.display(), n = issues.len())]
    Settings {
        /// The settings file.
        path: PathBuf,
        /// All its problems.
        issues: Vec<Issue>,
    },
    /// There is no such policy, neither built in nor as a file.
    #[error("policy {key}: neither a built-in policy nor a file of the workspace; built in: {known}")]
    UnknownPolicy {
        /// What was asked for.
        key: String,
        /// The built-in keys.
        known: String,
    },
    /// The policy file is wrong.
    #[error("{path}:\n{source}", path = path.display())]
    Policy {
        /// The policy file.
        path: PathBuf,
        /// All its problems.
        source: PolicyError,
    },
}
