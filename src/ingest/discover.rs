//! Which files a workspace has, and which logical table each sheet is.

use std::path::{Path, PathBuf};

use super::IngestError;
use super::clean::normalise_header;
use super::logical::{LOGICAL_TABLES, LogicalTable, logical_table};
use super::settings::{Files, Settings, matches};

/// How deep folders are looked into for files that the settings name.
const DEPTH: usize = 4;
/// Folders that hold results, never data.
const RESULTS: [&str; 5] = ["out", "results", "charts", "reports", "value-added"];
/// Endings of files that may hold data.
const ENDINGS: [&str; 8] = ["csv", "tsv", "txt", "xlsx", "xlsm", "xls", "ods", "parquet"];

/// A file of the workspace.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Path relative to the workspace, with `/`.
    pub(crate) shown: String,
    /// Where it lies.
    pub(crate) path: PathBuf,
    /// What to do with it.
    pub(crate) role: Role,
}

impl Found {
    /// The key of the table it is, where its name or the settings say so.
    pub(crate) fn table(&self) -> Option<&'static str> {
        match self.role {
            Role::Table(logical) => Some(logical.key),
            _ => None,
        }
    }

    /// Whether it may be read by columns rather than cell by cell.
    pub(crate) fn is_bulk(&self) -> bool {
        self.shown.ends_with(".parquet") && matches!(self.table(), Some("marks" | "roster"))
    }
}

/// What a file is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Role {
    /// The settings, or its own name, say it is this table.
    Table(&'static LogicalTable),
    /// Its sheets say which tables they are.
    Sheets,
    /// A course workbook.
    Course,
    /// No data, and known to be none.
    Known,
    /// Nobody knows.
    Unknown,
}

/// All files of a workspace with their roles, ordered by name.
pub(crate) fn discover(dir: &Path, settings: &Settings) -> Result<Vec<Found>, IngestError> {
    let mut paths = Vec::new();
    walk(dir, String::new(), DEPTH, &mut paths)?;
    paths.sort();
    let found = paths.into_iter().map(|(shown, path)| {
        let role = role(&shown, settings);
        Found { shown, path, role }
    });
    Ok(found.collect())
}

fn walk(
    dir: &Path,
    prefix: String,
    depth: usize,
    found: &mut Vec<(String, PathBuf)>,
) -> Result<(), IngestError> {
    let unreadable = |cause| IngestError::Unreadable { path: dir.to_owned(), cause };
    for entry in std::fs::read_dir(dir).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || name.starts_with("~$") {
            continue;
        }
        let path = entry.path();
        // A link to a folder is not followed, so no loop is ever walked.
        let is_folder = entry.file_type().map_err(unreadable)?.is_dir();
        if !is_folder {
            found.push((format!("{prefix}{name}"), path));
        } else if depth > 1 && !RESULTS.contains(&name.as_str()) {
            walk(&path, format!("{prefix}{name}/"), depth - 1, found)?;
        }
    }
    Ok(())
}

/// What a file is for: the settings first, then where it lies and how it is called.
fn role(shown: &str, settings: &Settings) -> Role {
    let named = |files: &Files| files.patterns().iter().any(|pattern| matches(pattern, shown));
    let mut tables = settings.tables.iter().filter(|(_, files)| named(files)).map(|(table, _)| table);
    match (tables.next(), tables.next()) {
        (Some(table), None) => return logical_table(table).map_or(Role::Unknown, Role::Table),
        // A workbook that holds several tables: its sheets say which.
        (Some(_), Some(_)) => return Role::Sheets,
        (None, _) => {}
    }
    let (folder, name) = shown.rsplit_once('/').unwrap_or(("", shown));
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let ending = ending.to_lowercase();
    let is_policy = settings.workspace.policy.as_deref() == Some(shown);
    if is_policy
        || ending == "toml"
        || ending == "md"
        || stem.to_lowercase().starts_with("readme")
        || stem == "truth"
    {
        return Role::Known;
    }
    if !ENDINGS.contains(&ending.as_str()) {
        return Role::Unknown;
    }
    let is_workbook = ["xlsx", "xlsm", "xls", "ods"].contains(&ending.as_str());
    match folder {
        "courses" if is_workbook => Role::Course,
        "" if is_workbook => Role::Sheets,
        "" => table_named(stem).map_or(Role::Unknown, Role::Table),
        _ => Role::Unknown,
    }
}

/// The table a sheet or file is named after: its key or one of its names, alone or with a year or a number after it.
pub(crate) fn table_named(name: &str) -> Option<&'static LogicalTable> {
    let name = normalise_header(name);
    let names = |table: &'static LogicalTable| std::iter::once(table.key).chain(table.names.iter().copied());
    let exact = LOGICAL_TABLES.iter().find(|table| names(table).any(|own| normalise_header(own) == name));
    exact.or_else(|| {
        let goes_on = |rest: &str| rest.starts_with(|c: char| "-_.( ".contains(c) || c.is_ascii_digit());
        LOGICAL_TABLES.iter().find(|table| {
            names(table).any(|own| name.strip_prefix(&normalise_header(own)).is_some_and(goes_on))
        })
    })
}

/// Sheets that explain and hold no data.
pub(crate) fn is_explanation(name: &str) -> bool {
    let name = normalise_header(name);
    ["说明", "填写说明", "使用说明", "选项", "readme", "notes", "guide", "help", "options", "instructions"]
        .contains(&name.as_str())
}
