//! What a command works on: a workspace, or one workbook.

use std::path::{Path, PathBuf};

use super::session::Session;
use crate::error::Error;
use crate::ingest::{IngestError, Loaded, Overrides, SETTINGS_FILE, workbook, workspace};
use crate::policy::{builtin_policies, builtin_text};

/// Reads a workspace or a workbook, and speaks its language from then on.
pub(super) fn load(path: &Path, policy: Option<&str>, session: &mut Session) -> Result<Loaded, Error> {
    if !path.exists() {
        return Err(Error::usage("error.no_such_path", &[("path", &path.display().to_string())]));
    }
    let overrides = Overrides { policy: policy.map(policy_named).transpose()? };
    let loaded = if path.is_file() {
        workbook(path, &overrides)?
    } else {
        workspace(path, &overrides).map_err(|error| no_workspace(path, error))?
    };
    session.speak(loaded.language);
    Ok(loaded)
}

/// A built-in key, or a file as the command line names it: from the current folder.
fn policy_named(wanted: &str) -> Result<String, Error> {
    if builtin_text(wanted).is_some() {
        return Ok(wanted.to_owned());
    }
    let file = PathBuf::from(wanted);
    if !file.is_file() {
        let known: Vec<String> = builtin_policies().map(|policy| policy.key).collect();
        let values = [("key", wanted), ("known", &known.join(", "))];
        return Err(Error::usage("error.no_such_policy", &values));
    }
    let whole = std::path::absolute(&file).map_err(|error| Error::read(&file, error))?;
    Ok(whole.to_string_lossy().into_owned())
}

/// A folder without settings is no workspace: a question of the command line rather than of data.
fn no_workspace(dir: &Path, error: IngestError) -> Error {
    match error {
        IngestError::Unreadable { path, cause }
            if path == dir.join(SETTINGS_FILE) && cause.kind() == std::io::ErrorKind::NotFound =>
        {
            Error::usage("error.no_workspace", &[("path", &dir.display().to_string())])
        }
        other => other.into(),
    }
}
