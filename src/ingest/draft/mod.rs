//! What the rows say, before it is checked as a whole: names are still texts, everything knows its place.

mod marks;
mod notes;
mod offering;
mod people;
mod plan;
mod survey;

pub(crate) use marks::{CellMark, CellValue, ItemIndex, read_marks};
pub(crate) use people::Students;

use std::borrow::Cow;
use std::collections::hash_map::{DefaultHasher, Entry};
use std::collections::{BTreeMap, BTreeSet, HashMap, btree_map};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rayon::prelude::*;

use super::clean;
use super::course::CourseFacts;
use super::findings::{Findings, RowCount};
use super::natural::Label;
use super::raw::{RawCell, RawRow};
use super::sheet::{Origin, Row, Sheet};
use crate::model::{
    ClassValue, Decimal, Fraction, Issue, Measure, Place, PlanCourse, Purpose, ReportNote, Requirement,
    Severity, SharedText, Strength, SurveyTarget, TrainingObjective, UnitShare,
};
use crate::policy::Policy;

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) place: Place,
}

/// An indicator whose requirement is a name.
#[derive(Debug)]
pub(crate) struct DraftIndicator {
    pub(crate) requirement: String,
    pub(crate) text: Option<String>,
    pub(crate) weight: Option<Decimal>,
    pub(crate) expected: Option<Fraction>,
}

/// A row of the support matrix.
#[derive(Debug)]
pub(crate) struct DraftSupport {
    pub(crate) course: String,
    pub(crate) objective: Option<String>,
    pub(crate) indicator: String,
    pub(crate) strength: Strength,
}

/// A row of the support of training objectives.
#[derive(Debug)]
pub(crate) struct DraftRequirementSupport {
    pub(crate) requirement: String,
    pub(crate) training_objective: String,
    pub(crate) strength: Strength,
}

/// A plan version.
#[derive(Debug, Default)]
pub(crate) struct DraftPlan {
    pub(crate) framework: Option<String>,
    pub(crate) training_objectives: BTreeMap<Label, At<TrainingObjective>>,
    pub(crate) requirements: BTreeMap<Label, At<Requirement>>,
    pub(crate) indicators: BTreeMap<Label, At<DraftIndicator>>,
    pub(crate) courses: BTreeMap<String, At<PlanCourse>>,
    pub(crate) support: Vec<At<DraftSupport>>,
    pub(crate) requirement_support: Vec<At<DraftRequirementSupport>>,
}

/// A programme.
#[derive(Debug, Default)]
pub(crate) struct DraftProgramme {
    pub(crate) name: Option<String>,
    pub(crate) college: Option<String>,
    pub(crate) plans: BTreeMap<Label, DraftPlan>,
    pub(crate) cohorts: BTreeMap<String, At<String>>,
}

/// An objective of an offering.
#[derive(Debug)]
pub(crate) struct DraftObjective {
    pub(crate) text: Option<String>,
    pub(crate) expected: Option<Fraction>,
    pub(crate) weight: Option<Decimal>,
}

/// An item of an offering.
#[derive(Debug)]
pub(crate) struct DraftItem {
    pub(crate) name: Option<String>,
    pub(crate) component: Option<String>,
    pub(crate) full: Decimal,
    pub(crate) weight: Option<Decimal>,
    pub(crate) purpose: Purpose,
}

/// An item serves an objective.
#[derive(Debug)]
pub(crate) struct DraftLink {
    pub(crate) item: String,
    pub(crate) objective: String,
    pub(crate) share: Decimal,
}

/// A student in an offering.
#[derive(Debug, Clone, Default)]
pub(crate) struct DraftEnrolment {
    pub(crate) section: Option<SharedText>,
    pub(crate) retake: bool,
    pub(crate) withdrawn: bool,
    /// Whether a roster names the student, not the marks alone.
    pub(crate) in_roster: bool,
}

/// An offering.
#[derive(Debug, Default)]
pub(crate) struct DraftOffering {
    /// Where it was first met.
    pub(crate) place: Place,
    /// Whether the table of offerings has it.
    pub(crate) declared: bool,
    pub(crate) course: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) term: Option<String>,
    pub(crate) teacher: Option<String>,
    pub(crate) programme: Option<String>,
    pub(crate) cohort: Option<String>,
    pub(crate) objectives: BTreeMap<Label, At<DraftObjective>>,
    pub(crate) components: BTreeMap<Label, At<Option<Decimal>>>,
    pub(crate) items: BTreeMap<Label, At<DraftItem>>,
    pub(crate) allocation: Vec<At<DraftLink>>,
    pub(crate) means: Vec<At<(String, Decimal, Option<u32>)>>,
    pub(crate) roster: BTreeMap<u32, At<DraftEnrolment>>,
    pub(crate) marks: BTreeMap<(u32, u32), CellMark>,
}

/// What one audience was asked about one thing.
pub(crate) type SurveyKey = (String, String, Option<String>, String, SurveyTarget);

/// The answers so far.
#[derive(Debug)]
pub(crate) struct DraftAnswers {
    pub(crate) counts: BTreeMap<Decimal, u32>,
    pub(crate) scale_max: Decimal,
    pub(crate) invited: Option<u32>,
    pub(crate) place: Place,
}

/// Everything read so far.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) programmes: BTreeMap<String, DraftProgramme>,
    pub(crate) students: Students,
    pub(crate) offerings: BTreeMap<String, DraftOffering>,
    pub(crate) surveys: BTreeMap<SurveyKey, DraftAnswers>,
    pub(crate) class_values: Vec<At<ClassValue>>,
    pub(crate) notes: Vec<ReportNote>,
    /// Measurements; the student is a number until all students are known.
    pub(crate) measures: Vec<Measure>,
    pub(crate) memberships: Vec<UnitShare>,
    /// Keys of the tables that some file had.
    pub(crate) tables: BTreeSet<&'static str>,
    /// The sheets marks came from; a [`CellMark`] names its own by position.
    pub(crate) mark_sheets: Vec<Place>,
    /// Which items there are; found again after more items were read.
    index: Option<Arc<ItemIndex>>,
    /// Rows met so far by their table and the values of their keys: looked up, never listed.
    keys: HashMap<String, Met>,
    /// The sheets of those rows.
    key_sheets: Vec<Place>,
}

/// A row that was met.
#[derive(Debug)]
struct Met {
    /// Position in [`Draft::key_sheets`].
    sheet: usize,
    /// Row, from 1.
    row: u32,
    /// A hash of all its cells.
    content: u64,
}

/// Between the parts of a key; cleaned identifiers hold no control characters.
const KEY_SEPARATOR: char = '\u{1f}';

/// The value of a key column.
fn key_text<'a>(sheet: &'a Sheet<'_>, raw: &'a RawRow, name: &str) -> Cow<'a, str> {
    sheet.columns.get(name).map_or(Cow::Borrowed(""), |origin| origin_text(origin, raw))
}

fn origin_text<'a>(origin: &'a Origin, raw: &'a RawRow) -> Cow<'a, str> {
    match origin {
        Origin::Column(at) => match raw.cell(*at) {
            RawCell::Text(text) => clean::cleaned(text),
            cell => Cow::Owned(clean::identifier(&cell.to_string())),
        },
        Origin::Constant(value) => Cow::Borrowed(value),
    }
}

/// A hash of everything a row says, column by column.
fn content(sheet: &Sheet<'_>, raw: &RawRow) -> u64 {
    let mut hasher = DefaultHasher::new();
    for (name, origin) in &sheet.columns {
        name.hash(&mut hasher);
        origin_text(origin, raw).hash(&mut hasher);
    }
    for (at, name) in &sheet.extra {
        name.hash(&mut hasher);
        raw.cell(*at).to_string().hash(&mut hasher);
    }
    hasher.finish()
}

/// What identifies a row.
struct Key {
    /// Its table and the values of its keys.
    key: String,
    /// A hash of all its cells.
    content: u64,
}

impl Key {
    /// `None` for rows of tables without keys.
    fn of(sheet: &Sheet<'_>, raw: &RawRow) -> Option<Self> {
        let keys = sheet.logical.keys;
        if keys.is_empty() || sheet.logical.key == "offerings" && !sheet.has_column("offering") {
            return None;
        }
        let mut key = sheet.logical.key.to_owned();
        for name in keys {
            key.push(KEY_SEPARATOR);
            key.push_str(&key_text(sheet, raw, name));
        }
        Some(Self { key, content: content(sheet, raw) })
    }
}

impl Draft {
    /// Takes all rows of a sheet.
    pub(crate) fn read(&mut self, sheet: &Sheet<'_>, policy: &Policy, findings: &mut Findings) {
        self.tables.insert(sheet.logical.key);
        if sheet.logical.key == "items" {
            self.index = None;
        }
        if sheet.logical.key == "marks" {
            return read_marks(self, sheet, policy, findings);
        }
        let mut count = RowCount {
            file: sheet.raw.file.clone(),
            sheet: sheet.raw.sheet.clone(),
            table: sheet.logical.key,
            rows: 0,
            used: 0,
            listed: 0,
        };
        let context = offering::Columns::new(self, sheet, findings);
        // Keys take as long as the rows themselves: they are made side by side.
        let rows: Vec<&RawRow> = sheet.rows().collect();
        let keys: Vec<Option<Key>> = rows.par_iter().map(|raw| Key::of(sheet, raw)).collect();
        for (raw, key) in rows.into_iter().zip(keys) {
            count.rows += 1;
            let used = !self.is_repeated(sheet, raw, key, findings)
                && self.read_row(&mut Row::new(sheet, raw, findings), &context);
            *(if used { &mut count.used } else { &mut count.listed }) += 1;
        }
        findings.rows.push(count);
    }

    /// Takes one row; `false` where it could not be used, with an issue that says why.
    fn read_row(&mut self, row: &mut Row<'_, '_>, columns: &offering::Columns) -> bool {
        let read = match row.sheet().logical.key {
            "programmes" => plan::programme(self, row),
            "plans" => plan::plan(self, row),
            "cohorts" => plan::cohort(self, row),
            "training_objectives" => plan::training_objective(self, row),
            "requirements" => plan::requirement(self, row),
            "indicators" => plan::indicator(self, row),
            "courses" => plan::course(self, row),
            "support" => plan::support(self, row),
            "requirement_support" => plan::requirement_support(self, row),
            "offerings" => offering::offering(self, row),
            "objectives" => offering::objective(self, row),
            "components" => offering::component(self, row),
            "items" => offering::item(self, row),
            "allocation" => offering::allocation(self, row, columns),
            "item_means" => offering::item_mean(self, row, columns),
            "roster" => people::enrolment(self, row),
            "students" => people::student(self, row),
            "surveys" => survey::answer(self, row),
            "class_values" => survey::class_value(self, row),
            "notes" => notes::note(self, row),
            "measures" => people::measure(self, row),
            "memberships" => people::membership(self, row),
            _ => None,
        };
        read.is_some()
    }

    /// Whether an earlier row has the same keys: the same row again is a note, another one an error.
    fn is_repeated(
        &mut self,
        sheet: &Sheet<'_>,
        raw: &RawRow,
        key: Option<Key>,
        findings: &mut Findings,
    ) -> bool {
        let Some(Key { key, content }) = key else { return false };
        if self.key_sheets.last() != Some(&sheet.raw.place()) {
            self.key_sheets.push(sheet.raw.place());
        }
        let met = Met { sheet: self.key_sheets.len() - 1, row: raw.number, content };
        let known = match self.keys.entry(key) {
            Entry::Vacant(vacant) => {
                vacant.insert(met);
                return false;
            }
            Entry::Occupied(known) => known,
        };
        let (code, severity) = match known.get().content == met.content {
            true => ("row_repeated", Severity::Note),
            false => ("row_conflict", Severity::Error),
        };
        let first = Place { row: Some(known.get().row), ..self.key_sheets[known.get().sheet].clone() };
        let shown: Vec<&str> = known.key().split(KEY_SEPARATOR).skip(1).collect();
        let issue = Issue::new(code, severity, sheet.place(raw.number));
        findings.push(issue.with("key", shown.join(" / ")).with("first", first));
        true
    }

    /// Takes the facts of a course workbook as the row of the table of offerings they are.
    pub(crate) fn take_facts(&mut self, facts: CourseFacts, findings: &mut Findings) {
        let mut values = facts.values;
        let Some(id) = values.remove("offering") else { return };
        let place = facts.places.get("course").or(facts.places.get("offering")).cloned().unwrap_or_default();
        self.tables.insert("offerings");
        if let Some(known) = self.offerings.get(&id).filter(|known| known.declared) {
            let issue = Issue::new("row_conflict", Severity::Error, place);
            findings.push(issue.with("key", id).with("first", &known.place));
            return;
        }
        let offering = self.offering(&id, &place);
        offering.declared = true;
        offering.course = values.remove("course");
        offering.name = values.remove("course_name");
        offering.term = values.remove("term");
        offering.teacher = values.remove("teacher");
        offering.programme = values.remove("programme");
        offering.cohort = values.remove("cohort");
    }

    /// Which items there are; the offerings are those of the draft, in the same order.
    pub(crate) fn item_index(&mut self) -> Arc<ItemIndex> {
        let index = self.index.take().unwrap_or_else(|| Arc::new(ItemIndex::new(self)));
        self.index = Some(Arc::clone(&index));
        index
    }

    /// The draft of a plan.
    fn plan(&mut self, programme: &str, version: &str) -> &mut DraftPlan {
        let programme = self.programmes.entry(programme.to_owned()).or_default();
        programme.plans.entry(Label(version.to_owned())).or_default()
    }

    /// The draft of an offering, made where it is first met.
    pub(crate) fn offering(&mut self, id: &str, place: &Place) -> &mut DraftOffering {
        match self.offerings.entry(id.to_owned()) {
            btree_map::Entry::Occupied(known) => known.into_mut(),
            btree_map::Entry::Vacant(new) => {
                self.index = None;
                new.insert(DraftOffering { place: place.clone(), ..DraftOffering::default() })
            }
        }
    }
}
