//! Who was registered: students, their groups, withdrawals, repetitions.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::source::{self, OuladError, Row};
use super::{INFO, Known, OfferingKey, REGISTRATION, at, count_rows};
use crate::model::{Issue, Place, Severity};

/// The group columns, in the order of the students table.
pub(super) const GROUPS: [&str; 6] =
    ["gender", "region", "highest_education", "imd_band", "age_band", "disability"];
const BAND: usize = 3;

/// A registration of a student for an offering.
#[derive(Debug, Clone)]
pub(super) struct Registration {
    pub(super) offering: OfferingKey,
    pub(super) student: String,
    pub(super) groups: Vec<Option<String>>,
    pub(super) repeats: bool,
    pub(super) withdrawn: bool,
    /// Whether `studentRegistration.csv` has a date of leaving.
    pub(super) left: bool,
}

const KEY: [&str; 3] = ["code_module", "code_presentation", "id_student"];

fn key(row: &Row) -> (OfferingKey, String) {
    ((row.text(0).to_owned(), row.text(1).to_owned()), row.text(2).to_owned())
}

/// Reads both files of registrations.
pub(super) fn read(dir: &Path, issues: &mut Vec<Issue>) -> Result<Vec<Registration>, OuladError> {
    let mut columns = KEY.to_vec();
    columns.extend(["num_of_prev_attempts", "final_result"]);
    columns.extend(GROUPS);
    let rows = source::read(dir, INFO, &columns)?;
    let (mut all, mut listed) = (BTreeMap::new(), 0);
    let mut bands = Bands::default();
    for row in &rows {
        let (offering, student) = key(row);
        let mut groups: Vec<Option<String>> = row.values[5..].to_vec();
        groups[BAND] = groups[BAND].take().map(|band| bands.restored(band, row.number));
        let registration = Registration {
            offering: offering.clone(),
            student: student.clone(),
            groups,
            repeats: !matches!(row.text(3), "" | "0"),
            withdrawn: row.text(4) == "Withdrawn",
            left: false,
        };
        if all.contains_key(&(offering.clone(), student.clone())) {
            listed += 1;
            let value = format!("{} {} {student}", offering.0, offering.1);
            issues.push(
                Issue::new("oulad-row-twice", Severity::Error, at(INFO, row.number)).with("value", value),
            );
        } else {
            all.insert((offering, student), registration);
        }
    }
    count_rows(INFO, rows.len(), listed, issues);
    missing(&rows, issues);
    bands.report(issues);
    read_dates(dir, &mut all, issues)?;
    Ok(all.into_values().collect())
}

fn read_dates(
    dir: &Path,
    all: &mut BTreeMap<(OfferingKey, String), Registration>,
    issues: &mut Vec<Issue>,
) -> Result<(), OuladError> {
    let mut columns = KEY.to_vec();
    columns.push("date_unregistration");
    let rows = source::read(dir, REGISTRATION, &columns)?;
    let mut listed = 0;
    for row in &rows {
        match all.get_mut(&key(row)) {
            Some(registration) => registration.left = row.values[3].is_some(),
            None => {
                listed += 1;
                issues.push(
                    Issue::new("oulad-row-unknown", Severity::Error, at(REGISTRATION, row.number))
                        .with("column", KEY[2])
                        .with("value", row.text(2))
                        .with("other", INFO),
                );
            }
        }
    }
    count_rows(REGISTRATION, rows.len(), listed, issues);
    Ok(())
}

/// Counts missing group values by column.
fn missing(rows: &[Row], issues: &mut Vec<Issue>) {
    for (place, column) in GROUPS.iter().enumerate() {
        let n = rows.iter().filter(|row| row.values[5 + place].is_none()).count();
        if n > 0 {
            let issue = Issue::new("oulad-values-missing", Severity::Note, Place::file(INFO));
            issues.push(issue.with("column", column).with("n", n));
        }
    }
}

/// Bands that are written in another way than `20-30%`: how often, and where first.
#[derive(Default)]
struct Bands {
    odd: BTreeMap<String, (&'static str, String, usize, u32)>,
}

impl Bands {
    /// The band as it is meant: `10-20` and `Oct-20` are `10-20%`.
    fn restored(&mut self, band: String, row: u32) -> String {
        let (code, meaning) = match band.as_str() {
            "Oct-20" | "20-Oct" | "10月20日" => ("oulad-band-damaged", "10-20%".to_owned()),
            plain if !plain.ends_with('%') => ("oulad-band-incomplete", format!("{plain}%")),
            _ => return band,
        };
        let entry = self.odd.entry(band).or_insert((code, meaning.clone(), 0, row));
        entry.2 += 1;
        meaning
    }

    fn report(self, issues: &mut Vec<Issue>) {
        for (value, (code, meaning, n, row)) in self.odd {
            let severity = if code == "oulad-band-damaged" { Severity::Warning } else { Severity::Note };
            let issue = Issue::new(code, severity, at(INFO, row));
            issues.push(issue.with("n", n).with("value", value).with("meaning", meaning));
        }
    }
}

/// The registrations of each student, earliest presentation first.
pub(super) fn by_student(known: &Known) -> BTreeMap<&str, Vec<&Registration>> {
    let mut students: BTreeMap<&str, Vec<&Registration>> = BTreeMap::new();
    for registration in &known.registrations {
        students.entry(&registration.student).or_default().push(registration);
    }
    for own in students.values_mut() {
        own.sort_by(|a, b| (&a.offering.1, &a.offering.0).cmp(&(&b.offering.1, &b.offering.0)));
    }
    students
}

/// What is worth knowing of the registrations as a whole.
pub(super) fn remark(known: &Known, issues: &mut Vec<Issue>) {
    let students = by_student(known);
    let modules = |own: &&Vec<&Registration>| {
        own.iter().map(|registration| &registration.offering.0).collect::<BTreeSet<_>>().len() < own.len()
    };
    let differ = |own: &&Vec<&Registration>| own.iter().any(|other| other.groups != own[0].groups);
    let withdrawn: BTreeSet<(&OfferingKey, &str)> = known
        .registrations
        .iter()
        .filter(|own| own.withdrawn)
        .map(|own| (&own.offering, own.student.as_str()))
        .collect();
    let marks = known.scores.iter().filter(|score| {
        withdrawn.contains(&(&known.assessments[score.assessment].offering, score.student.as_str()))
    });
    let count =
        |holds: &dyn Fn(&Registration) -> bool| known.registrations.iter().filter(|own| holds(own)).count();
    let note = |code| Issue::new(code, Severity::Note, Place::file(INFO));
    issues.extend([
        note("oulad-withdrawn").with("n", withdrawn.len()).with("marks", marks.count()),
        note("oulad-withdrawal-differs")
            .with("without_date", count(&|own| own.withdrawn && !own.left))
            .with("without_result", count(&|own| own.left && !own.withdrawn)),
        note("oulad-repeated-students")
            .with("modules", students.values().filter(modules).count())
            .with("offerings", students.values().filter(|own| own.len() > 1).count()),
        note("oulad-attributes-differ").with("n", students.values().filter(differ).count()),
    ]);
}
