//! The union of the modules' errors and the exit code each one ends with.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use rust_xlsxwriter::XlsxError;

use crate::attainment::AttainmentError;
use crate::chart::ChartError;
use crate::ingest::IngestError;
use crate::ingest::oulad::OuladError;
use crate::message::{self, Lang};
use crate::model::Issue;
use crate::policy::PolicyError;
use crate::report::ReportError;
use crate::results::{ResultsError, issue_texts};
use crate::simulate::SimulateError;

/// What the program's exit codes mean.
pub mod exit {
    /// All is well; also where the reader of a pipe went away.
    pub const FINE: u8 = 0;
    /// There are findings at or above `--fail-on`, or a figure of `selftest` below what it is held to.
    pub const FINDINGS: u8 = 1;
    /// The command line asks for something that does not exist or must not be done.
    pub const USAGE: u8 = 2;
    /// The data, the settings or the policy cannot be read.
    pub const DATA: u8 = 3;
    /// The data are readable, but the result cannot be computed or written.
    pub const CANNOT: u8 = 4;
    /// A defect of this program.
    pub const BUG: u8 = 70;
}

/// Anything that stops a run. Odd data are [`crate::model::Issue`]s and a figure that cannot be known is a
/// value inside the results; only what makes going on impossible is an error.
#[derive(Debug)]
pub enum Error {
    /// The command line asks for something that cannot be: the key of a message in the catalogue, and its values.
    Usage(&'static str, Vec<(&'static str, String)>),
    /// The workspace or the workbook cannot be read.
    Ingest(IngestError),
    /// The public data set cannot be read.
    Oulad(OuladError),
    /// A chart cannot be drawn.
    Chart(ChartError),
    /// A report cannot be made.
    Report(ReportError),
    /// A template could not be encoded.
    Template(XlsxError),
    /// A policy file is wrong.
    Policy {
        /// The file.
        path: PathBuf,
        /// All its problems.
        source: PolicyError,
    },
    /// The policy names a method or rule that does not exist.
    Attainment(AttainmentError),
    /// The results could not be written.
    Results(ResultsError),
    /// A simulated workspace could not be encoded.
    Simulate(SimulateError),
    /// A file or folder could not be read.
    Read {
        /// The path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file or folder could not be written.
    Write {
        /// The path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Whoever read our output has gone: no failure.
    ClosedPipe,
}

impl Error {
    /// An error of the command line with the values its text names.
    pub fn usage(key: &'static str, values: &[(&'static str, &str)]) -> Self {
        Self::Usage(key, values.iter().map(|&(name, value)| (name, value.to_owned())).collect())
    }

    /// A path that cannot be read.
    pub fn read(path: &Path, source: io::Error) -> Self {
        Self::Read { path: path.to_owned(), source }
    }

    /// A path that cannot be written.
    pub fn write(path: &Path, source: io::Error) -> Self {
        Self::Write { path: path.to_owned(), source }
    }

    /// The code the program ends with, see [`exit`].
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(..) => exit::USAGE,
            Self::Results(error) => results_code(error),
            Self::Ingest(_)
            | Self::Oulad(_)
            | Self::Policy { .. }
            | Self::Attainment(_)
            | Self::Read { .. } => exit::DATA,
            Self::Chart(_) | Self::Report(_) | Self::Template(_) | Self::Simulate(_) | Self::Write { .. } => {
                exit::CANNOT
            }
            Self::ClosedPipe => exit::FINE,
        }
    }

    /// What happened and what to do, in one language.
    pub fn message(&self, lang: Lang) -> String {
        let shown = |path: &Path| path.display().to_string();
        match self {
            Self::Usage(key, values) => {
                let values: Vec<_> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
                message::text(lang, key, &values)
            }
            Self::Policy { path, source } => message::text(
                lang,
                "error.policy",
                &[("path", &shown(path)), ("problems", &listed(&source.issues, lang))],
            ),
            Self::Attainment(error) => attainment_message(error, lang),
            Self::Ingest(error) => ingest_message(error, lang),
            Self::Oulad(error) => message::text(lang, "error.import", &[("reason", &error.to_string())]),
            Self::Chart(error) => message::text(lang, "error.chart", &[("reason", &error.message(lang))]),
            Self::Report(error) => message::text(lang, "error.report", &[("reason", &error.to_string())]),
            Self::Template(error) => message::text(lang, "error.template", &[("reason", &error.to_string())]),
            Self::Results(error) => error.message(lang),
            Self::Simulate(error) => message::text(lang, "error.simulate", &[("reason", &error.to_string())]),
            Self::Read { path, source } => {
                message::text(lang, "error.read", &[("path", &shown(path)), ("reason", &source.to_string())])
            }
            Self::Write { path, source } => {
                message::text(lang, "error.write", &[("path", &shown(path)), ("reason", &source.to_string())])
            }
            Self::ClosedPipe => String::new(),
        }
    }
}

/// A place or name that must not be written to is the user's choice; everything else is the system's.
fn results_code(error: &ResultsError) -> u8 {
    match error {
        ResultsError::ForeignFolder { .. }
        | ResultsError::ForeignFile { .. }
        | ResultsError::NotAFolder { .. }
        | ResultsError::BadName { .. }
        | ResultsError::NoTable { .. } => exit::USAGE,
        ResultsError::Io { .. } | ResultsError::Format { .. } => exit::CANNOT,
    }
}

/// The problems of one file, each with its line and column, the fact and the next step.
fn listed(issues: &[Issue], lang: Lang) -> String {
    let one = |issue: &Issue| {
        let place: Vec<String> =
            [issue.place.row, issue.place.column].into_iter().flatten().map(|n| n.to_string()).collect();
        let (text, hint) = issue_texts(issue, lang);
        let hint = message::text(lang, "cli.hint", &[("hint", &hint)]);
        let place = if place.is_empty() { String::new() } else { format!("{}: ", place.join(":")) };
        format!("{place}{text}\n    {hint}")
    };
    let mut ordered: Vec<&Issue> = issues.iter().collect();
    ordered.sort_by(|a, b| a.place.cmp(&b.place));
    ordered.into_iter().map(one).collect::<Vec<_>>().join("\n  ")
}

fn ingest_message(error: &IngestError, lang: Lang) -> String {
    let shown = |path: &Path| path.display().to_string();
    let (key, values) = match error {
        IngestError::Unreadable { path, cause } => {
            ("error.read", vec![("path", shown(path)), ("reason", cause.to_string())])
        }
        IngestError::Settings { path, issues } => {
            ("error.settings", vec![("path", shown(path)), ("problems", listed(issues, lang))])
        }
        IngestError::UnknownPolicy { key, known } => {
            ("error.no_such_policy", vec![("key", key.clone()), ("known", known.clone())])
        }
        IngestError::Policy { path, source } => {
            ("error.policy", vec![("path", shown(path)), ("problems", listed(&source.issues, lang))])
        }
    };
    let values: Vec<_> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    message::text(lang, key, &values)
}

fn attainment_message(error: &AttainmentError, lang: Lang) -> String {
    let (key, name) = match error {
        AttainmentError::UnknownMethod(name) => ("error.unknown_method", name),
        AttainmentError::UnknownRule(name) => ("error.unknown_rule", name),
    };
    message::text(lang, key, &[("key", name)])
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Policy { source, .. } => Some(source),
            Self::Attainment(error) => Some(error),
            Self::Results(error) => Some(error),
            Self::Ingest(error) => Some(error),
            Self::Oulad(error) => Some(error),
            Self::Chart(error) => Some(error),
            Self::Report(error) => Some(error),
            Self::Template(error) => Some(error),
            Self::Simulate(error) => Some(error),
            Self::Read { source, .. } | Self::Write { source, .. } => Some(source),
            Self::Usage(..) | Self::ClosedPipe => None,
        }
    }
}

impl From<AttainmentError> for Error {
    fn from(error: AttainmentError) -> Self {
        Self::Attainment(error)
    }
}

impl From<ResultsError> for Error {
    fn from(error: ResultsError) -> Self {
        Self::Results(error)
    }
}

impl From<SimulateError> for Error {
    fn from(error: SimulateError) -> Self {
        Self::Simulate(error)
    }
}

impl From<IngestError> for Error {
    fn from(error: IngestError) -> Self {
        Self::Ingest(error)
    }
}

impl From<OuladError> for Error {
    fn from(error: OuladError) -> Self {
        Self::Oulad(error)
    }
}

impl From<ChartError> for Error {
    fn from(error: ChartError) -> Self {
        Self::Chart(error)
    }
}

impl From<ReportError> for Error {
    fn from(error: ReportError) -> Self {
        Self::Report(error)
    }
}

impl From<XlsxError> for Error {
    fn from(error: XlsxError) -> Self {
        Self::Template(error)
    }
}
