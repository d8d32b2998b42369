//! What makes reading impossible; odd data are issues.

use std::path::PathBuf;

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
    /// The settings of the workspace do not parse.
    #[error("{path}:{line}: {cause}", path = path.display())]
    Settings {
        /// The settings file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        cause: String,
    },
    /// There is no such policy, neither built in nor as a file.
    #[error("policy {key}: neither a built-in policy nor a file of the workspace; built in: {known}")]
    UnknownPolicy {
        /// What was asked for.
        key: String,
        /// The built-in keys.
        known: String,
    },
    /// The policy file is wrong; all its problems, one a line.
    #[error("{path}:\n{problems}", path = path.display())]
    Policy {
        /// The policy file.
        path: PathBuf,
        /// One line per problem.
        problems: String,
    },
}
