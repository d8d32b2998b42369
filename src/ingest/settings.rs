//! `attain.toml`: what a workspace says about itself.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::IngestError;
use super::logical::{LOGICAL_TABLES, logical_table};
use super::sheet::Mapping;
use crate::message::Lang;
use crate::model::{Issue, Severity};
use crate::policy::entries;

/// The name of the settings file.
pub const SETTINGS_FILE: &str = "attain.toml";

/// One file, or several; `*` stands for any part of a name.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Files {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl Files {
    /// The patterns as a list.
    pub(crate) fn patterns(&self) -> &[String] {
        match self {
            Self::One(pattern) => std::slice::from_ref(pattern),
            Self::Many(patterns) => patterns,
        }
    }
}

/// The section `[workspace]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Workspace {
    pub(crate) institution: Option<String>,
    pub(crate) policy: Option<String>,
    pub(crate) language: Option<Lang>,
}

/// The whole file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    pub(crate) workspace: Workspace,
    /// Logical table → files.
    pub(crate) tables: BTreeMap<String, Files>,
    /// Logical table → our column → header in the file.
    pub(crate) columns: BTreeMap<String, BTreeMap<String, String>>,
    /// Values of columns that a file does not have.
    pub(crate) values: BTreeMap<String, String>,
}

impl Settings {
    /// What the settings say about the columns of a logical table.
    pub(crate) fn mapping(&self, table: &str) -> Mapping<'_> {
        Mapping { headers: self.columns.get(table), values: &self.values }
    }

    /// Reads the settings of a workspace: what could be read of them, and all their problems.
    ///
    /// # Errors
    /// The file cannot be opened, or nothing of it can be read.
    pub(crate) fn read(dir: &Path) -> Result<(Self, Vec<Issue>), IngestError> {
        let path = dir.join(SETTINGS_FILE);
        let text = std::fs::read_to_string(&path)
            .map_err(|cause| IngestError::Unreadable { path: path.clone(), cause })?;
        let entries = entries::read::<Self>(&text, &[]);
        let mut issues = entries.issues;
        issues.extend(entries.value.iter().flat_map(|settings| settings.unknown(&text)));
        issues.iter_mut().for_each(|issue| issue.place.file = SETTINGS_FILE.into());
        match entries.value {
            Some(settings) => Ok((settings, issues)),
            None => Err(IngestError::Settings { path, issues }),
        }
    }

    /// Tables and columns that do not exist.
    fn unknown(&self, text: &str) -> Vec<Issue> {
        let mut issues = Vec::new();
        let mut note = |key: String, known: Vec<&str>| {
            let issue = Issue::new("entry_unknown", Severity::Error, entries::place_of(text, &key));
            issues.push(issue.with("key", key).with("known", known.join(", ")));
        };
        let tables = || LOGICAL_TABLES.iter().map(|table| table.key).collect();
        for table in self.tables.keys().filter(|table| logical_table(table).is_none()) {
            note(format!("tables.{table}"), tables());
        }
        for (table, columns) in &self.columns {
            let Some(logical) = logical_table(table) else {
                note(format!("columns.{table}"), tables());
                continue;
            };
            let known = |column: &&String| logical.columns.iter().any(|one| one.name == column.as_str());
            for column in columns.keys().filter(|column| !logical.open && !known(column)) {
                let known = logical.columns.iter().map(|column| column.name).collect();
                note(format!("columns.{table}.{column}"), known);
            }
        }
        issues
    }
}

/// Whether a name matches a pattern in which `*` stands for any run of characters.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_part_of_a_name() {
        for (pattern, name, expected) in [
            ("marks.csv", "marks.csv", true),
            ("marks.csv", "marks.csv.bak", false),
            ("marks*.csv", "marks-2023.csv", true),
            ("*/2023/*.csv", "a/2023/b.csv", true),
            ("*", "anything", true),
            ("a*b*c", "aXbYb", false),
            ("a*b*c", "abc", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
