//! The run manifest: what went in, under which rules, what came out. It holds no clock: same input, same bytes.

use serde::{Deserialize, Serialize};

use super::hash::Fingerprint;
use crate::message::Lang;

/// File name of the manifest inside an output folder; its presence is what makes a folder ours.
pub const MANIFEST_FILE: &str = "manifest.json";

/// The name that our manifests carry in `program`.
pub const PROGRAM: &str = env!("CARGO_PKG_NAME");

/// One file that was read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Input {
    /// Path relative to the workspace, with `/`.
    pub path: String,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Rows of data read from it, over all its tables; `None` where it holds no table.
    pub rows: Option<u64>,
}

/// A rule file that took part: a policy or a framework, built in or of the workspace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RuleFile {
    /// Its key.
    pub key: String,
    /// SHA-256 of its text, in hexadecimal digits.
    pub sha256: String,
    /// Of a policy: `draft` or `checked`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Of a policy that was checked: by whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_by: Option<String>,
    /// Of a policy that was checked: when, ISO 8601.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_on: Option<String>,
}

/// One file that was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OutputFile {
    /// Path relative to the output folder, with `/`.
    pub path: String,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
}

impl OutputFile {
    pub(super) fn new(path: String, fingerprint: Fingerprint) -> Self {
        Self { path, sha256: fingerprint.sha256, bytes: fingerprint.bytes }
    }
}

/// One table and the files that hold it alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableEntry {
    /// The table's key.
    pub key: String,
    /// Its rows.
    pub rows: u64,
    /// Its files.
    pub files: Vec<OutputFile>,
}

/// The record of one run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Manifest {
    /// Name of the program, [`PROGRAM`].
    pub program: String,
    /// Its version.
    pub version: String,
    /// The command as it was given, one argument an entry.
    pub command: Vec<String>,
    /// Seed of every random draw, `None` where nothing was drawn.
    pub seed: Option<u64>,
    /// Language of the texts.
    pub language: Lang,
    /// Every file that was read, by path.
    pub inputs: Vec<Input>,
    /// Policies, by key.
    pub policies: Vec<RuleFile>,
    /// Frameworks, by key.
    pub frameworks: Vec<RuleFile>,
    /// The tables, in the order of the results. Filled by the writer.
    pub tables: Vec<TableEntry>,
    /// Files that hold several tables or none: workbook, JSON document, charts, reports. By path, filled by the
    /// writer; the manifest itself is not in it.
    pub files: Vec<OutputFile>,
}

impl Manifest {
    /// A manifest of this program and version with nothing else in it.
    pub fn new(language: Lang) -> Self {
        Self {
            program: PROGRAM.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            language,
            ..Self::default()
        }
    }

    /// Puts the lists whose order carries no meaning into one order, so that the order in which files were found
    /// does not show.
    pub fn sort(&mut self) {
        self.inputs.sort();
        self.policies.sort();
        self.frameworks.sort();
        self.files.sort();
    }

    /// The text of `manifest.json`: indented, one line end at the end.
    ///
    /// # Errors
    /// None that is known: every field has a JSON form.
    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }

    /// All files that the manifest lists.
    pub fn all_files(&self) -> impl Iterator<Item = &OutputFile> {
        self.tables.iter().flat_map(|table| &table.files).chain(&self.files)
    }
}
