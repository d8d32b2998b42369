//! The identifying columns of a bulk file: what each row is a mark of.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::codes::{Book, EMPTY, Names, first_rows};
use super::entry::Entry;
use super::lookup::Lookup;
use super::piece::{Piece, PieceNames};
use crate::ingest::clean;
use crate::ingest::draft::ItemIndex;

/// No offering, item or student.
pub(super) const NONE: u32 = u32::MAX;

/// The identifying columns of a bulk file.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) items: Book,
    pub(super) offerings: Option<Book>,
    students: Book,
    /// Code of a student → number of the student.
    numbers: Vec<u32>,
    lookup: Lookup,
}

/// A row that is a mark of nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nowhere {
    /// Where it stands in the file.
    pub(super) row: usize,
    /// Whether its item is known, so that it is the student who is missing.
    pub(super) without_student: bool,
    /// Code of the item.
    pub(super) item: u32,
    /// Code of the offering.
    pub(super) offering: u32,
}

/// The books of a column's pieces.
fn books(names: Vec<PieceNames>) -> (Book, Book, Option<Book>) {
    let (mut students, mut items, mut offerings) = (Vec::new(), Vec::new(), Vec::<Names>::new());
    for piece in names {
        students.push(piece.students);
        items.push(piece.items);
        offerings.extend(piece.offerings);
    }
    (Book::new(students), Book::new(items), (!offerings.is_empty()).then(|| Book::new(offerings)))
}

impl Columns {
    /// What the identifiers mean in the workspace; `number` gives a student's number by identifier and,
    /// where that is asked for, the first row.
    pub(super) fn new(
        pieces: &[Piece],
        names: Vec<PieceNames>,
        index: &ItemIndex,
        positions: &BTreeMap<&str, u32>,
        mut number: impl FnMut(&str, &dyn Fn() -> usize) -> u32,
    ) -> Self {
        let (students, items, offerings) = books(names);
        let first = OnceCell::new();
        let first_of_all = || {
            let texts = &students.texts;
            let codes = pieces.iter().enumerate().flat_map(|(at, piece)| {
                let students = &students;
                piece.entries.iter().map(move |entry| students.code(at, entry.student))
            });
            first_rows(codes, texts.len(), texts.iter().flatten().count())
        };
        let first_row = |code: usize| first.get_or_init(first_of_all)[code] as usize;
        let numbers = (students.texts.iter().enumerate())
            .map(|(code, text)| (text.as_deref().map(clean::identifier).filter(|id| !id.is_empty()), code))
            .map(|(id, code)| id.map_or(NONE, |id| number(&id, &|| first_row(code))))
            .collect();
        let lookup = Lookup::new(&items.texts, offerings.as_ref().map(|book| &*book.texts), index, positions);
        Self { items, offerings, students, numbers, lookup }
    }

    /// Turns the codes of piece `at` into numbers of students and positions of items, and writes the position of each
    /// row's offering, [`NONE`] where the row is a mark of nothing; gives those rows.
    pub(super) fn settle(&self, at: usize, piece: &mut Piece, offerings: &mut Vec<u32>) -> Vec<Nowhere> {
        let numbers = self.students.of_piece(at, &self.numbers, NONE);
        let settled = |entry: &mut Entry, (offering, item): (u32, u32)| {
            let student = numbers.get(entry.student as usize).copied().unwrap_or(NONE);
            if offering == NONE || student == NONE {
                return NONE;
            }
            (entry.student, entry.item) = (student, item);
            offering
        };
        let entries = piece.entries.iter_mut();
        offerings.clear();
        match (&self.lookup, &self.offerings, &piece.offerings) {
            (Lookup::Global(table), ..) => {
                let targets = self.items.of_piece(at, table, (NONE, NONE));
                let target = |item: u32| targets.get(item as usize).copied().unwrap_or((NONE, NONE));
                offerings.extend(entries.map(|entry| settled(entry, target(entry.item))));
            }
            (lookup, Some(book), Some(codes)) => {
                let target = |offering: u32, item: u32| {
                    lookup.find(book.code(at, offering), self.items.code(at, item))
                };
                let settled =
                    |(entry, offering): (&mut Entry, &u32)| settled(entry, target(*offering, entry.item));
                offerings.extend(entries.zip(codes).map(settled));
            }
            // A file has the column of offerings in all of its pieces or in none.
            _ => offerings.resize(piece.entries.len(), NONE),
        }
        let nowhere = offerings.iter().enumerate().filter(|(_, offering)| **offering == NONE);
        nowhere.map(|(row, _)| self.nowhere(at, piece, row)).collect()
    }

    /// Why a row that kept its codes is a mark of nothing.
    fn nowhere(&self, at: usize, piece: &Piece, row: usize) -> Nowhere {
        let item = self.items.code(at, piece.entries[row].item);
        let offering = match (&self.offerings, &piece.offerings) {
            (Some(book), Some(codes)) => book.code(at, codes[row]),
            _ => EMPTY,
        };
        let without_student = self.lookup.find(offering, item).0 != NONE;
        Nowhere { row: piece.start + row, without_student, item, offering }
    }
}
