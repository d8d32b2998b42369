//! `attain.toml`: what a workspace says about itself.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::IngestError;
use super::sheet::Mapping;
use crate::message::Lang;

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

    /// Reads the settings of a workspace.
    pub(crate) fn read(dir: &Path) -> Result<Self, IngestError> {
        let path = dir.join(SETTINGS_FILE);
        let text = std::fs::read_to_string(&path)
            .map_err(|cause| IngestError::Unreadable { path: path.clone(), cause })?;
        let settings: Self =
            toml::from_str(&text).map_err(|error| IngestError::settings(&path, &text, &error))?;
        for table in settings.tables.keys().chain(settings.columns.keys()) {
            if super::logical::logical_table(table).is_none() {
                let known: Vec<_> = super::logical::LOGICAL_TABLES.iter().map(|table| table.key).collect();
                let cause = format!("no such table: {table}; the tables are {}", known.join(", "));
                let line = 1 + text.lines().position(|line| line.contains(table.as_str())).unwrap_or(0);
                return Err(IngestError::Settings { path, line, cause });
            }
        }
        Ok(settings)
    }
}

impl IngestError {
    /// Settings that do not parse.
    fn settings(path: &Path, text: &str, error: &toml::de::Error) -> Self {
        let before = error.span().map_or("", |span| &text[..span.start.min(text.len())]);
        let line = before.matches('\n').count() + 1;
        Self::Settings { path: path.to_owned(), line, cause: error.message().to_owned() }
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
