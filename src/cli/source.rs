//! What a command works on: a workspace, or one workbook.

use std::path::{Path, PathBuf};

use super::session::Session;
use crate::attainment::unknown_choices;
use crate::error::Error;
use crate::ingest::{IngestError, Loaded, Overrides, SETTINGS_FILE, workbook, workspace};
use crate::model::Issue;
use crate::policy::{PolicyError, builtin_policies, builtin_text};

/// Reads a workspace or a workbook to compute with, and speaks its language from then on.
pub(super) fn load(path: &Path, policy: Option<&str>, session: &mut Session) -> Result<Loaded, Error> {
    let loaded = read(path, policy, false, session).map_err(with_choices)?;
    let issues = in_file(unknown_choices(&loaded.policy, &loaded.policy_text), &loaded);
    if issues.is_empty() {
        return Ok(loaded);
    }
    let file = loaded.policy_file.unwrap_or_default().into();
    Err(Error::Policy { path: file, source: PolicyError { issues, draft: None } })
}

/// Reads it to look at: what is wrong with the policy and the settings is among the issues.
pub(super) fn look(path: &Path, policy: Option<&str>, session: &mut Session) -> Result<Loaded, Error> {
    let mut loaded = read(path, policy, true, session)?;
    let issues = in_file(unknown_choices(&loaded.policy, &loaded.policy_text), &loaded);
    loaded.issues.extend(issues);
    loaded.issues.sort_by(|a, b| a.place.cmp(&b.place));
    Ok(loaded)
}

fn in_file(mut issues: Vec<Issue>, loaded: &Loaded) -> Vec<Issue> {
    let file = loaded.policy_file.clone().unwrap_or_else(|| loaded.policy.key.clone());
    issues.iter_mut().for_each(|issue| issue.place.file = (&file).into());
    issues
}

/// A wrong policy with what else is wrong with it: methods and rules that do not exist.
fn with_choices(error: Error) -> Error {
    let Error::Ingest(IngestError::Policy { path, mut source }) = error else { return error };
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    source.issues.extend(source.draft.iter().flat_map(|draft| unknown_choices(draft, &text)));
    Error::Policy { path, source }
}

fn read(path: &Path, policy: Option<&str>, lenient: bool, session: &mut Session) -> Result<Loaded, Error> {
    if !path.exists() {
        return Err(Error::usage("error.no_such_path", &[("path", &path.display().to_string())]));
    }
    let overrides = Overrides { policy: policy.map(policy_named).transpose()?, lenient };
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
