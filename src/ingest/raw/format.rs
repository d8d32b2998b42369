//! The formats, and the one way in: a file by its first bytes.

use std::fs::File;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use super::problem::{error, size};
use super::table::RawFile;
use super::{Limits, delimited, ods, parquet, xls, xlsx};
use crate::model::{Issue, Place};

/// How many bytes of a file are looked at to find its format.
const HEAD_BYTES: usize = 4_096;

/// A file about to be read.
#[derive(Debug)]
pub struct Source<'a> {
    /// Where it lies.
    pub path: &'a Path,
    /// How the user named it; this is what issues say.
    pub shown: &'a str,
    /// Its first bytes.
    pub head: Vec<u8>,
    /// Its size in bytes.
    pub bytes: u64,
}

/// A file format that becomes raw tables. The one-line summary is the catalogue's `format.{key}`.
pub trait Format: Sync {
    /// The name of the format: `xlsx`.
    fn key(&self) -> &'static str;
    /// The extensions it usually has; only for lists of files, never for telling formats apart.
    fn extensions(&self) -> &'static [&'static str];
    /// The document that defines the format.
    fn source(&self) -> &'static str;
    /// Whether a file is of this format, by its first bytes.
    fn recognises(&self, head: &[u8]) -> bool;
    /// Reads the file.
    ///
    /// # Errors
    /// The issue that says why the file as a whole cannot be read.
    fn read(&self, source: &Source<'_>, limits: &Limits) -> Result<RawFile, Issue>;
}

/// Every format, the telling ones first: delimited text recognises whatever is left.
pub const FORMATS: &[&dyn Format] =
    &[&ods::Ods, &xlsx::Xlsx, &xls::Xls, &parquet::Parquet, &delimited::Delimited];

/// Reads every table of a file; whatever is wrong with it is among the issues.
///
/// `shown` is the name of the file in issues, usually its path inside the workspace.
pub fn read(path: &Path, shown: &str, limits: &Limits) -> RawFile {
    let read = open(path, shown).and_then(|source| {
        let format = FORMATS.iter().find(|format| format.recognises(&source.head));
        let format = format.ok_or_else(|| error("unknown_format", &source.place(), &[]))?;
        unpanicked(&source, || format.read(&source, limits))
    });
    read.unwrap_or_else(|issue| RawFile { tables: Vec::new(), issues: vec![issue] })
}

/// The source of a path: its size and first bytes.
fn open<'a>(path: &'a Path, shown: &'a str) -> Result<Source<'a>, Issue> {
    let mut source = Source { path, shown, head: Vec::new(), bytes: 0 };
    let metadata = std::fs::metadata(path).map_err(|cause| source.unreadable(&cause.to_string()))?;
    if !metadata.is_file() {
        return Err(error("not_a_file", &source.place(), &[]));
    }
    source.bytes = metadata.len();
    let file = File::open(path).map_err(|cause| source.unreadable(&cause.to_string()))?;
    let limit = HEAD_BYTES as u64;
    file.take(limit).read_to_end(&mut source.head).map_err(|cause| source.unreadable(&cause.to_string()))?;
    if source.head.is_empty() {
        return Err(error("empty_file", &source.place(), &[]));
    }
    Ok(source)
}

/// What `read` gives, or an issue where a reader we did not write panics on a damaged file.
pub(super) fn unpanicked<T>(
    source: &Source<'_>,
    read: impl FnOnce() -> Result<T, Issue>,
) -> Result<T, Issue> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(error("damaged_file", &source.place(), &[("cause", "—")])))
}

impl Source<'_> {
    /// The place of the file as a whole.
    pub fn place(&self) -> Place {
        Place { file: self.shown.into(), sheet: None, row: None, column: None }
    }

    /// The name of the file without folders and extension.
    pub fn stem(&self) -> String {
        let stem = Path::new(self.shown).file_stem().unwrap_or_default();
        stem.to_string_lossy().into_owned()
    }

    /// An issue when the file is larger than `limit` bytes.
    pub(super) fn within(&self, limit: u64) -> Result<(), Issue> {
        if self.bytes <= limit {
            return Ok(());
        }
        let values = [("size", &*size(self.bytes)), ("limit", &*size(limit))];
        Err(error("file_too_large", &self.place(), &values))
    }

    /// The file could not be opened or read.
    pub(super) fn unreadable(&self, cause: &str) -> Issue {
        error("file_unreadable", &self.place(), &[("cause", cause)])
    }

    /// The content is not what its format asks for.
    pub(super) fn damaged(&self, cause: &str) -> Issue {
        error("damaged_file", &self.place(), &[("cause", cause)])
    }
}
