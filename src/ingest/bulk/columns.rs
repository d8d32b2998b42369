//! The identifying columns of a bulk file: what each row is a mark of.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;

use super::codes::{Codes, EMPTY};
use super::lookup::Lookup;
use crate::ingest::clean;
use crate::ingest::draft::ItemIndex;

/// No offering, item or student.
pub(super) const NONE: u32 = u32::MAX;

/// What a row is a mark of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    /// Position of the offering.
    pub(super) offering: u32,
    /// Position of the item in it.
    pub(super) item: u32,
    /// Number of the student.
    pub(super) student: u32,
}

impl Target {
    /// Whether offering, item and student are known.
    #[inline]
    pub(super) fn is_somewhere(&self) -> bool {
        self.offering != NONE && self.student != NONE
    }
}

/// The identifying columns of a bulk file.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) items: Codes,
    pub(super) offerings: Option<Codes>,
    pub(super) students: Codes,
    /// Code of a student → number of the student.
    pub(super) numbers: Vec<u32>,
    pub(super) lookup: Lookup,
}

/// The same as they stand in the file.
pub(super) struct Identifiers {
    pub(super) students: Codes,
    pub(super) items: Codes,
    pub(super) offerings: Option<Codes>,
}

impl Columns {
    /// What the identifiers mean in the workspace; `number` gives a student's number by identifier and,
    /// where that is asked for, the first row.
    pub(super) fn new(
        Identifiers { students, items, offerings }: Identifiers,
        index: &ItemIndex,
        positions: &BTreeMap<&str, u32>,
        mut number: impl FnMut(&str, &dyn Fn() -> usize) -> u32,
    ) -> Self {
        let first = OnceCell::new();
        let first_row = |code: usize| first.get_or_init(|| students.first_rows())[code] as usize;
        let numbers = students
            .texts
            .iter()
            .enumerate()
            .map(|(code, text)| (text.as_deref().map(clean::identifier).filter(|id| !id.is_empty()), code))
            .map(|(id, code)| id.map_or(NONE, |id| number(&id, &|| first_row(code))))
            .collect();
        let lookup = Lookup::new(&items, offerings.as_ref(), index, positions);
        Self { items, offerings, students, numbers, lookup }
    }

    /// What each of these rows is a mark of.
    pub(super) fn targets<'r>(&self, rows: Range<usize>, room: &'r mut TargetRoom) -> &'r [Target] {
        let TargetRoom { items, students, offerings, targets } = room;
        self.items.copy(rows.clone(), items);
        self.students.copy(rows.clone(), students);
        let number = |code: &u32| self.numbers.get(*code as usize).copied().unwrap_or(NONE);
        let pairs = items.iter().zip(&*students);
        let target =
            |(offering, item): (u32, u32), student: &u32| Target { offering, item, student: number(student) };
        targets.clear();
        match (&self.lookup, &self.offerings) {
            (Lookup::Global(table), _) => {
                let found = |item: &u32| table.get(*item as usize).copied().unwrap_or((NONE, NONE));
                targets.extend(pairs.map(|(item, student)| target(found(item), student)));
            }
            (lookup, codes) => {
                match codes {
                    Some(codes) => codes.copy(rows, offerings),
                    None => offerings.resize(items.len(), EMPTY),
                }
                let found = |((item, student), offering): ((&u32, &u32), &u32)| {
                    target(lookup.find(*offering, *item), student)
                };
                targets.extend(pairs.zip(&*offerings).map(found));
            }
        }
        targets
    }
}

/// What the targets of rows are made in.
#[derive(Debug, Default)]
pub(super) struct TargetRoom {
    items: Vec<u32>,
    students: Vec<u32>,
    offerings: Vec<u32>,
    targets: Vec<Target>,
}
