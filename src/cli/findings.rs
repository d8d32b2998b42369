//! Issues as people read them: grouped by file, each with its place, the fact and the next step.

use clap::ValueEnum;
use serde::Serialize;

use super::session::{Paint, Session};
use crate::error::Error;
use crate::model::{Issue, Place, Severity};
use crate::results::issue_texts;

/// From which severity on findings make the command fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    Error,
    Warning,
    Note,
    Never,
}

impl FailOn {
    /// Whether one of the issues is at or above the line.
    pub(super) fn met(self, issues: &[Issue]) -> bool {
        let line = match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Note => Severity::Note,
            Self::Never => return false,
        };
        issues.iter().any(|issue| issue.severity >= line)
    }
}

/// How many issues there are of each severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(super) struct Tally {
    pub(super) errors: usize,
    pub(super) warnings: usize,
    pub(super) notes: usize,
}

impl Tally {
    pub(super) fn of(issues: &[Issue]) -> Self {
        let count = |severity| issues.iter().filter(|issue| issue.severity == severity).count();
        Self {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
        }
    }

    /// The numbers in one line.
    pub(super) fn line(self, session: &Session) -> String {
        let Self { errors, warnings, notes } = self;
        session.text(
            "cli.tally",
            &[
                ("errors", &errors.to_string()),
                ("warnings", &warnings.to_string()),
                ("notes", &notes.to_string()),
            ],
        )
    }
}

/// Prints all issues under the names of their files.
pub(super) fn print_issues(issues: &[Issue], session: &mut Session) -> Result<(), Error> {
    let mut last = None;
    for issue in issues {
        if last != Some(&issue.place.file) {
            let file = session.paint(Paint::Strong, &issue.place.file);
            session.out.line(file)?;
            last = Some(&issue.place.file);
        }
        let (message, hint) = issue_texts(issue, session.lang);
        let severity = painted(issue.severity, session);
        let place = within(&issue.place);
        let gap = if place.is_empty() { "" } else { ": " };
        session.out.line(format_args!("  {severity} {place}{gap}{message}"))?;
        let hint = session.text("cli.hint", &[("hint", &hint)]);
        let hint = session.paint(Paint::Quiet, &hint);
        session.out.line(format_args!("    {hint}"))?;
    }
    Ok(())
}

fn painted(severity: Severity, session: &Session) -> String {
    let (key, paint) = match severity {
        Severity::Error => ("cli.severity.error", Paint::Bad),
        Severity::Warning => ("cli.severity.warning", Paint::Odd),
        Severity::Note => ("cli.severity.note", Paint::Quiet),
    };
    session.paint(paint, &session.text(key, &[]))
}

/// The place inside its file, as spreadsheets write it.
fn within(place: &Place) -> String {
    let whole = place.to_string();
    let inside = whole.strip_prefix(&*place.file).unwrap_or_default();
    inside.trim_start_matches(" › ").trim_start_matches(':').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issue(severity: Severity) -> Issue {
        Issue::new("empty_file", severity, Place::file("a.csv"))
    }

    #[test]
    fn findings_below_the_line_do_not_fail() {
        for (line, severity, met) in [
            (FailOn::Error, Severity::Error, true),
            (FailOn::Error, Severity::Warning, false),
            (FailOn::Warning, Severity::Error, true),
            (FailOn::Note, Severity::Note, true),
            (FailOn::Never, Severity::Error, false),
        ] {
            assert_eq!(line.met(&[issue(severity)]), met, "{line:?} {severity:?}");
        }
        assert!(!FailOn::Note.met(&[]));
    }

    #[test]
    fn a_place_inside_its_file_does_not_repeat_the_file() {
        let sheet =
            Place {
                file: "成绩.xlsx".into(), sheet: Some("成绩".into()), row: Some(17), column: Some(6)
            };
        assert_eq!(within(&sheet), "成绩!F17");
        let csv = Place { file: "marks.csv".into(), sheet: None, row: Some(17), column: Some(6) };
        assert_eq!(within(&csv), "17:6");
        assert_eq!(within(&Place::file("marks.csv")), "");
    }
}
