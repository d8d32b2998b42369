//! Reports: results tables → [`Document`] → HTML, DOCX, XLSX, PDF.
//!
//! A report computes no statistic of its own: its numbers stand in the tables, its sentences say what the numbers
//! say. A report is one file and one line in [`REPORTS`], a format one file and one line in [`WRITERS`].
//!
//! ```
//! use attain::message::Lang;
//! use attain::report::{REPORTS, find};
//!
//! assert!(REPORTS.iter().all(|report| !report.summary(Lang::En).is_empty()));
//! assert_eq!(find("course").unwrap().key(), "course");
//! ```

pub mod document;
pub mod numbers;

mod annual;
mod cohort_facts;
mod columns;
mod comparison;
mod course;
mod docx;
mod drawing;
mod grid;
mod html;
mod improvement;
mod material;
mod objective;
#[cfg(feature = "pdf")]
mod pdf;
mod programme;
mod requirement;
mod student;
mod suppress;
mod survey;
mod value_added;
mod words;
mod xlsx;

#[cfg(test)]
mod tests;

use thiserror::Error;

pub use annual::Annual;
pub use comparison::Comparison;
pub use course::Course;
pub use document::Document;
pub use docx::Docx;
pub(crate) use grid::shortened;
pub use html::Html;
pub use material::Material;
pub use numbers::Numbers;
pub use objective::Objective;
#[cfg(feature = "pdf")]
pub use pdf::Pdf;
pub use programme::Programme;
pub use requirement::Requirement;
pub use student::Student;
pub use value_added::ValueAdded;
pub use words::ReportContext;
pub use xlsx::Xlsx;

use crate::chart::ChartError;
use crate::message::{self, Lang};
use crate::model::Dataset;

/// Every report, in the order in which they are listed.
pub const REPORTS: &[&dyn Report] =
    &[&Course, &Requirement, &Objective, &Programme, &Comparison, &Annual, &Student, &ValueAdded];

/// Every form a document can be written in.
pub const WRITERS: &[&dyn Writer] = &[
    &Html,
    &Docx,
    &Xlsx,
    #[cfg(feature = "pdf")]
    &Pdf,
];

/// The report of a key.
pub fn find(key: &str) -> Option<&'static dyn Report> {
    REPORTS.iter().copied().find(|report| report.key() == key)
}

/// The writer of a key.
pub fn writer(key: &str) -> Option<&'static dyn Writer> {
    WRITERS.iter().copied().find(|writer| writer.key() == key)
}

/// One kind of report.
pub trait Report: Sync {
    /// The name a user gives: `course`.
    fn key(&self) -> &'static str;

    /// One line that says what it holds: the catalogue's `report.KEY.summary`.
    fn summary(&self, lang: Lang) -> String {
        message::text(lang, &format!("report.{}.summary", self.key()), &[])
    }

    /// The result tables it reads; a table that the results lack leaves its part out.
    fn tables(&self) -> &'static [&'static str];

    /// What it can be about, in the order of the data: identifiers as `--of` takes them.
    fn subjects(&self, material: &Material<'_>) -> Vec<String>;

    /// The offerings whose results it reads for one subject, by their places in the data; all of them where `None`.
    fn offerings(&self, _dataset: &Dataset, _subject: &str) -> Option<Vec<usize>> {
        None
    }

    /// The document about one subject.
    ///
    /// # Errors
    /// [`ReportError::NoSubject`] where the data do not have it.
    fn build(
        &self,
        material: &Material<'_>,
        subject: &str,
        context: &ReportContext<'_>,
    ) -> Result<Document, ReportError>;
}

/// One form of a document.
pub trait Writer: Sync {
    /// Its name on the command line, also the extension of its files.
    fn key(&self) -> &'static str;

    /// The document as the bytes of a file; the same document gives the same bytes.
    ///
    /// # Errors
    /// [`ReportError::Format`] or [`ReportError::Chart`] where it cannot be written in this form.
    fn write(&self, document: &Document) -> Result<Vec<u8>, ReportError>;
}

/// Why a report cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReportError {
    /// The data have nothing of this name.
    #[error("{report}: there is no {subject} in the data")]
    NoSubject {
        /// The report.
        report: &'static str,
        /// What was asked for.
        subject: String,
    },
    /// A picture cannot be drawn.
    #[error(transparent)]
    Chart(#[from] ChartError),
    /// A file cannot be put together.
    #[error("the file cannot be made: {0}")]
    Format(String),
}

impl ReportError {
    /// The data have nothing of this name for this report.
    fn no_subject(report: &dyn Report, subject: &str) -> Self {
        Self::NoSubject { report: report.key(), subject: subject.to_owned() }
    }
}

/// The chapter `docs/reports.md`, generated from [`REPORTS`] and [`WRITERS`].
pub fn document() -> String {
    let mut page = String::from(include_str!("reports_head.md"));
    for report in REPORTS {
        page.push_str(&format!("\n## `{}`\n\n", report.key()));
        page.push_str(&format!("{}.\n\n{}。\n\n", report.summary(Lang::En), report.summary(Lang::Zh)));
        let tables: Vec<String> = report.tables().iter().map(|table| format!("`{table}`")).collect();
        page.push_str(&format!("Reads: {}.\n", tables.join(", ")));
    }
    page
}
