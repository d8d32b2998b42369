//! What can stop the writing of results.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::message::{self, Lang};

/// The output could not be written. Whatever stood in its place before is untouched.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    /// The file system refused: full, read-only, no permission, gone.
    Io {
        /// The file or folder it was about.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The output folder exists, is not empty, and was not made by this program.
    ForeignFolder {
        /// The folder.
        path: PathBuf,
    },
    /// The output folder is ours, but somebody put a file into it that replacing would destroy.
    ForeignFile {
        /// That file.
        path: PathBuf,
    },
    /// The output folder is a file, a link, or a path without a name of its own.
    NotAFolder {
        /// The path.
        path: PathBuf,
    },
    /// A file name that would leave the output folder, or that some system cannot hold.
    BadName {
        /// The name.
        name: String,
    },
    /// There is no table of this name.
    NoTable {
        /// The name.
        key: String,
    },
    /// A table could not be encoded: a limit of the format, or a defect of this program.
    Format {
        /// The file that was being written.
        path: PathBuf,
        /// What the encoder said.
        reason: String,
    },
}

impl ResultsError {
    /// An error of the file system about `path`.
    pub fn io(path: &Path, source: io::Error) -> Self {
        Self::Io { path: path.to_owned(), source }
    }

    /// An error of an encoder about `path`.
    pub fn format(path: &Path, reason: &impl fmt::Display) -> Self {
        Self::Format { path: path.to_owned(), reason: reason.to_string() }
    }

    /// What happened and what to do, in one language.
    pub fn message(&self, lang: Lang) -> String {
        let shown = |path: &Path| path.display().to_string();
        match self {
            Self::Io { path, source } => message::text(
                lang,
                io_key(source),
                &[("path", &shown(path)), ("reason", &source.to_string())],
            ),
            Self::ForeignFolder { path } => {
                message::text(lang, "results.error.foreign_folder", &[("path", &shown(path))])
            }
            Self::ForeignFile { path } => {
                message::text(lang, "results.error.foreign_file", &[("path", &shown(path))])
            }
            Self::NotAFolder { path } => {
                message::text(lang, "results.error.not_a_folder", &[("path", &shown(path))])
            }
            Self::BadName { name } => {
                // A hostile name may hold control characters: it is shown escaped.
                message::text(lang, "results.error.bad_name", &[("name", &name.escape_debug().to_string())])
            }
            Self::NoTable { key } => message::text(lang, "results.error.no_table", &[("key", key)]),
            Self::Format { path, reason } => {
                message::text(lang, "results.error.format", &[("path", &shown(path)), ("reason", reason)])
            }
        }
    }
}

/// The message for an error of the file system: the common causes have a hint of their own.
fn io_key(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "results.error.disk_full",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => "results.error.not_allowed",
        _ => "results.error.io",
    }
}

impl fmt::Display for ResultsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}
