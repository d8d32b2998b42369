//! The public learning analytics data set OULAD (Kuzilek, Hlosta, Zdrahal, Scientific Data 4:170171, 2017) as
//! a workspace.
//!
//! Modules become courses, presentations offerings, assessments items. Its oddities are issues: weights that sum
//! to 0 or 200, examinations without results, scores that are missing, bands a spreadsheet turned into dates.
//! What could be decided either way (not handed in, withdrawn, repeated, banked) is declared in the `policy.toml`
//! that is written too. Objectives are illustrative: one per type of assessment.

mod offerings;
mod registrations;
mod source;
mod tables;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub use source::OuladError;

use crate::ingest::GeneratedFile;
use crate::model::{Issue, Place, Severity};

const ASSESSMENTS: &str = "assessments.csv";
const MARKS: &str = "studentAssessment.csv";
const INFO: &str = "studentInfo.csv";
const REGISTRATION: &str = "studentRegistration.csv";

/// (module, presentation).
type OfferingKey = (String, String);

/// An assessment of the data set.
#[derive(Debug, Clone)]
struct Assessment {
    offering: OfferingKey,
    id: String,
    /// `TMA`, `CMA` or `Exam`.
    kind: String,
    weight: crate::model::Decimal,
    /// Row of the file.
    row: u32,
}

/// A mark of the data set.
#[derive(Debug, Clone)]
struct Score {
    assessment: usize,
    student: String,
    /// Empty where the row has none.
    score: String,
}

/// What the four files hold after reading.
struct Known {
    assessments: Vec<Assessment>,
    scores: Vec<Score>,
    registrations: Vec<registrations::Registration>,
}

/// Turns the folder of the data set into the files of a workspace.
///
/// Every row of `assessments.csv`, `studentAssessment.csv`, `studentInfo.csv` and `studentRegistration.csv` is
/// used or has an issue of its own; the issue `oulad-rows` gives the numbers per file.
///
/// # Errors
/// A file that is missing, is not CSV, or lacks a column.
pub fn import(dir: &Path) -> Result<(Vec<GeneratedFile>, Vec<Issue>), OuladError> {
    let mut issues = Vec::new();
    let registrations = registrations::read(dir, &mut issues)?;
    let assessments = assessments(dir, &mut issues)?;
    let scores = scores(dir, &assessments, &registrations, &mut issues)?;
    let known = Known { assessments, scores, registrations };
    let offerings = offerings::offerings(&known, &mut issues);
    registrations::remark(&known, &mut issues);
    let mut files = vec![
        GeneratedFile::new("attain.toml", include_str!("oulad/attain.toml")),
        GeneratedFile::new("policy.toml", include_str!("oulad/policy.toml")),
        GeneratedFile::new("README.md", include_str!("oulad/NOTICE.md")),
    ];
    files.extend(tables::files(&known, &offerings));
    Ok((files, issues))
}

/// The identifier of an offering: `AAA-2013J`.
fn offering_id((module, presentation): &OfferingKey) -> String {
    format!("{module}-{presentation}")
}

fn at(file: &str, row: u32) -> Place {
    Place { row: Some(row), ..Place::file(file) }
}

/// Says how many rows of a file were used and how many are listed.
fn count_rows(file: &str, rows: usize, listed: usize, issues: &mut Vec<Issue>) {
    issues.push(
        Issue::new("oulad-rows", Severity::Note, Place::file(file))
            .with("rows", rows)
            .with("used", rows - listed)
            .with("listed", listed),
    );
}

/// A number between 0 and `most`; otherwise the row is listed.
fn number(text: &str, most: u32) -> Option<crate::model::Decimal> {
    crate::model::parse_decimal(text)
        .filter(|value| !value.is_sign_negative() && *value <= crate::model::Decimal::from(most))
}

fn unreadable(place: Place, column: &str, value: &str) -> Issue {
    Issue::new("oulad-number-unreadable", Severity::Error, place)
        .with("column", column)
        .with("value", value)
        .with("range", "0–100")
}

fn assessments(dir: &Path, issues: &mut Vec<Issue>) -> Result<Vec<Assessment>, OuladError> {
    let columns = ["code_module", "code_presentation", "id_assessment", "assessment_type", "weight"];
    let rows = source::read(dir, ASSESSMENTS, &columns)?;
    let (mut all, mut listed) = (Vec::new(), 0);
    let mut seen = BTreeSet::new();
    for row in &rows {
        let place = at(ASSESSMENTS, row.number);
        let Some(weight) = number(row.text(4), 100) else {
            issues.push(unreadable(place, "weight", row.text(4)));
            listed += 1;
            continue;
        };
        if !tables::kinds().iter().any(|(_, kind, ..)| kind == row.text(3)) {
            issues.push(
                Issue::new("oulad-kind-unknown", Severity::Error, place)
                    .with("item", row.text(2))
                    .with("kind", row.text(3)),
            );
            listed += 1;
            continue;
        }
        if !seen.insert(row.text(2)) {
            issues.push(Issue::new("oulad-row-twice", Severity::Error, place).with("value", row.text(2)));
            listed += 1;
            continue;
        }
        all.push(Assessment {
            offering: (row.text(0).to_owned(), row.text(1).to_owned()),
            id: row.text(2).to_owned(),
            kind: row.text(3).to_owned(),
            weight,
            row: row.number,
        });
    }
    count_rows(ASSESSMENTS, rows.len(), listed, issues);
    all.sort_by(|a, b| (&a.offering, &a.id).cmp(&(&b.offering, &b.id)));
    Ok(all)
}

/// Why a row of marks is not used.
fn unusable(row: &source::Row, known: bool, registered: bool, new: bool) -> Option<Issue> {
    let place = at(MARKS, row.number);
    let unknown = |column: usize, name: &str, other: &str| {
        Issue::new("oulad-row-unknown", Severity::Error, place.clone())
            .with("column", name)
            .with("value", row.text(column))
            .with("other", other)
    };
    if !known {
        return Some(unknown(0, "id_assessment", ASSESSMENTS));
    }
    if !registered {
        return Some(unknown(1, "id_student", INFO));
    }
    if !new {
        let value = format!("{} {}", row.text(0), row.text(1));
        return Some(Issue::new("oulad-row-twice", Severity::Error, place).with("value", value));
    }
    let score = row.text(2);
    (!score.is_empty() && number(score, 100).is_none()).then(|| unreadable(place, "score", score))
}

fn scores(
    dir: &Path,
    assessments: &[Assessment],
    registrations: &[registrations::Registration],
    issues: &mut Vec<Issue>,
) -> Result<Vec<Score>, OuladError> {
    let rows = source::read(dir, MARKS, &["id_assessment", "id_student", "score", "is_banked"])?;
    let positions: BTreeMap<&str, usize> =
        assessments.iter().enumerate().map(|(place, own)| (own.id.as_str(), place)).collect();
    let registered: BTreeSet<(&OfferingKey, &str)> =
        registrations.iter().map(|own| (&own.offering, own.student.as_str())).collect();
    let (mut scores, mut seen, mut listed, mut banked) = (Vec::new(), BTreeSet::new(), 0, 0);
    for row in &rows {
        let position = positions.get(row.text(0)).copied();
        let there = position
            .is_some_and(|position| registered.contains(&(&assessments[position].offering, row.text(1))));
        let new = seen.insert((row.text(0), row.text(1)));
        let issue = unusable(row, position.is_some(), there, new);
        let (Some(assessment), None) = (position, &issue) else {
            issues.extend(issue);
            listed += 1;
            continue;
        };
        if row.values[2].is_none() {
            issues.push(
                Issue::new("oulad-score-missing", Severity::Warning, at(MARKS, row.number))
                    .with("student", row.text(1))
                    .with("item", row.text(0)),
            );
            listed += 1;
        }
        banked += usize::from(row.text(3) == "1");
        let (student, score) = (row.text(1).to_owned(), row.text(2).to_owned());
        scores.push(Score { assessment, student, score });
    }
    if banked > 0 {
        issues.push(Issue::new("oulad-banked", Severity::Note, Place::file(MARKS)).with("n", banked));
    }
    count_rows(MARKS, rows.len(), listed, issues);
    scores.sort_by(|a, b| (a.assessment, &a.student).cmp(&(b.assessment, &b.student)));
    Ok(scores)
}

#[cfg(test)]
mod tests;
