//! Students and rosters.

use crate::ingest::damage::{Meant, cell_damage};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{At, Draft, DraftEnrolment};
use crate::ingest::sheet::Row;
use crate::model::{Decimal, Measure, Place, UnitShare};

/// A student as far as known.
#[derive(Debug, Default)]
pub(crate) struct DraftStudent {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) programme: Option<String>,
    pub(crate) cohort: Option<String>,
    pub(crate) class: Option<String>,
    pub(crate) groups: BTreeMap<String, String>,
    /// Whether the table of students has the student.
    pub(crate) declared: bool,
    /// Where the student was first met.
    pub(crate) place: Place,
}

/// All students met, each with a number in the order they were met.
#[derive(Debug, Default)]
pub(crate) struct Students {
    numbers: HashMap<String, u32>,
    pub(crate) list: Vec<DraftStudent>,
    pub(crate) group_names: BTreeSet<String>,
}

impl Students {
    /// The number of a student.
    pub(crate) fn number(&mut self, id: &str) -> u32 {
        if let Some(number) = self.numbers.get(id) {
            return *number;
        }
        let number = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.numbers.insert(id.to_owned(), number);
        self.list.push(DraftStudent { id: id.to_owned(), ..DraftStudent::default() });
        number
    }

    /// The number of a student met at a place.
    pub(crate) fn met(&mut self, id: &str, place: &Place) -> u32 {
        self.met_where(id, || place.clone())
    }

    /// The same where the place is looked for only if the student was not met before.
    pub(crate) fn met_where(&mut self, id: &str, place: impl FnOnce() -> Place) -> u32 {
        let number = self.number(id);
        let student = &mut self.list[number as usize];
        if student.place.file.is_empty() {
            student.place = place();
        }
        number
    }

    /// For each number the position in the list ordered by identifier, and that order.
    pub(crate) fn ranks(&self) -> (Vec<u32>, Vec<u32>) {
        let mut order: Vec<u32> = (0u32..).take(self.list.len()).collect();
        order.sort_by(|a, b| self.list[*a as usize].id.cmp(&self.list[*b as usize].id));
        let mut ranks = vec![0; order.len()];
        for (rank, number) in (0u32..).zip(&order) {
            ranks[*number as usize] = rank;
        }
        (ranks, order)
    }
}

pub(super) fn student(draft: &mut Draft, row: &mut Row<'_, '_>) -> Option<()> {
    let (id, name, class) = (row.id("student"), row.text("name"), row.id("class"));
    let (programme, cohort) = (row.id("programme"), row.id("cohort"));
    let sheet = row.sheet();
    let number = draft.students.number(&id?);
    for (at, group) in &sheet.extra {
        draft.students.group_names.insert(group.clone());
        let cell = row.cell_at(*at);
        if let Some(damage) = cell_damage(cell, Meant::Text, &row.place_at(*at)) {
            row.push(damage);
        }
        if !cell.is_blank() {
            draft.students.list[number as usize].groups.insert(group.clone(), cell.to_string());
        }
    }
    let student = &mut draft.students.list[number as usize];
    student.declared = true;
    student.name = name;
    student.programme = programme;
    student.cohort = cohort;
    student.class = class;
    Some(())
}

pub(super) fn enrolment(draft: &mut Draft, row: &mut Row<'_, '_>) -> Option<()> {
    let (offering, student, section) = (row.id("offering"), row.id("student"), row.id("section"));
    let (retake, withdrawn) = (row.flag("retake"), row.flag("withdrawn"));
    let (offering, student) = (offering?, student?);
    let place = row.place("student");
    let number = draft.students.met(&student, &place);
    let section = section.map(Into::into);
    let value = DraftEnrolment { section, retake, withdrawn, in_roster: true };
    draft.offering(&offering, &place).roster.insert(number, At { value, place });
    Some(())
}

pub(super) fn measure(draft: &mut Draft, row: &mut Row<'_, '_>) -> Option<()> {
    let (student, measure, time) = (row.id("student"), row.id("measure"), row.id("time"));
    let score = row.decimal("score");
    let (student, measure, score) = (student?, measure?, score?);
    let student = draft.students.met(&student, &row.place("student"));
    draft.measures.push(Measure { measure, student, time, score });
    Some(())
}

pub(super) fn membership(draft: &mut Draft, row: &mut Row<'_, '_>) -> Option<()> {
    let (student, factor, unit) = (row.id("student"), row.id("factor"), row.id("unit"));
    let (time, share) = (row.id("time"), row.decimal("share"));
    let (student, factor, unit) = (student?, factor?, unit?);
    if share.is_none() && !row.cell("share").is_blank() {
        return None;
    }
    let share = share.unwrap_or(Decimal::ONE);
    if share <= Decimal::ZERO {
        row.error("share_not_positive", "share", &[("share", &share.to_string()), ("unit", &unit)]);
        return None;
    }
    let student = draft.students.met(&student, &row.place("student"));
    draft.memberships.push(UnitShare { factor, student, time, unit, share });
    Some(())
}
