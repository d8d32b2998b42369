//! What everybody may read: no student, no section, no small group, and nothing from which one could be computed.
//!
//! - Only tables on whole cohorts are kept. Offerings, sections, terms and items overlap with cohorts: a class of 83
//!   less its cohort of 80 would be a group of three.
//! - A figure of fewer than `least` students or answers is suppressed; so is one whose number of students is unknown.
//! - Within a course of a cohort, the value of the course and those of its objectives must rest on the same students:
//!   otherwise those that no indicator uses are suppressed, since their difference may be one student.
//! - A figure computed from a suppressed one is suppressed too (contribution → indicator → requirement → training
//!   objective, survey → indirect and combined evaluation). What remains is therefore computed from what remains, and
//!   tells no more than the groups that are large enough do.
//! - Where fewer than `least` people were left out, how many were enrolled or asked is suppressed.
//!
//! The tables of value added follow the rules of [`super::units`].
//!
//! A suppressed row keeps its names and says `suppressed` as its reason, whichever of these was the cause.

use std::collections::BTreeSet;

use super::units;
use crate::results::{Column, Table, TextColumn};

/// The tables on whole cohorts.
const OF_COHORTS: [&str; 7] = [
    "cohort_courses",
    "indicators",
    "requirements",
    "training_objectives",
    "contributions",
    "support",
    "surveys",
];

/// Columns that a suppressed row keeps: what it is about, what was expected, how it would have been computed.
const KEPT: [&str; 19] = [
    "programme",
    "programme_name",
    "plan",
    "cohort",
    "framework",
    "requirement",
    "requirement_text",
    "indicator",
    "indicator_text",
    "training_objective",
    "training_objective_text",
    "evaluation",
    "course",
    "course_name",
    "objective",
    "survey",
    "audience",
    "level",
    "target",
];

/// The reason of a suppressed row.
const SUPPRESSED: &str = "suppressed";

/// What one row is about: the texts of some columns.
type Key = Vec<String>;

/// The tables that everybody may read, groups smaller than `least` suppressed with all that is computed from them.
pub fn public(tables: &[Table], least: usize) -> Vec<Table> {
    let kept: Vec<&Table> =
        OF_COHORTS.iter().filter_map(|key| tables.iter().find(|table| table.schema().key == *key)).collect();
    let hidden = Hidden::of(&kept, least as f64);
    let cohorts = kept.iter().zip(&hidden.rows).map(|(table, rows)| blanked(table, rows, least as f64));
    cohorts.chain(units::public(tables, least as f64)).collect()
}

/// Which rows of the tables are suppressed.
struct Hidden<'a> {
    tables: &'a [&'a Table],
    rows: Vec<Vec<bool>>,
}

impl<'a> Hidden<'a> {
    fn of(tables: &'a [&'a Table], least: f64) -> Self {
        let rows = tables
            .iter()
            .map(|table| (0..table.len()).map(|row| is_small(table, row, least)).collect())
            .collect();
        let mut hidden = Self { tables, rows };
        hidden.courses_of_unequal_students();
        hidden.upwards();
        hidden
    }

    /// Suppresses what no indicator uses where a course and its objectives rest on different students.
    fn courses_of_unequal_students(&mut self) {
        let (Some(courses), Some(used)) = (self.table("cohort_courses"), self.table("contributions")) else {
            return;
        };
        let of_course = ["programme", "plan", "cohort", "course"];
        let used: BTreeSet<Key> =
            (0..used.len()).map(|row| key(used, row, &[&of_course[..], &["objective"]].concat())).collect();
        let (mut counts, mut unequal) = (std::collections::BTreeMap::new(), BTreeSet::new());
        for row in 0..courses.len() {
            let of_course = key(courses, row, &of_course);
            let count = courses.number(row, "n_assessed").unwrap_or(-1.0).to_bits();
            let left_out = courses.number(row, "n_excluded").is_none_or(|n| n > 0.0);
            if left_out || *counts.entry(of_course.clone()).or_insert(count) != count {
                unequal.insert(of_course);
            }
        }
        // A course that indicators use both as a whole and by objectives cannot be told apart: all of it goes.
        let mixed: BTreeSet<Key> = unequal
            .iter()
            .filter(|course| {
                let of =
                    |whole: bool| used.iter().any(|one| one[..4] == course[..] && one[4].is_empty() == whole);
                of(true) && of(false)
            })
            .cloned()
            .collect();
        self.hide("cohort_courses", |table, row| {
            let course = key(table, row, &of_course);
            let own = key(table, row, &[&of_course[..], &["objective"]].concat());
            mixed.contains(&course) || unequal.contains(&course) && !used.contains(&own)
        });
    }

    /// Suppresses everything that is computed from a suppressed figure.
    fn upwards(&mut self) {
        let part = ["programme", "plan", "cohort", "course", "objective"];
        let courses = self.keys("cohort_courses", &part, |_, _| true);
        self.hide("contributions", |table, row| courses.contains(&key(table, row, &part)));
        let contributions = self.keys("contributions", &part, |_, _| true);
        self.hide("cohort_courses", |table, row| contributions.contains(&key(table, row, &part)));

        self.direct_above("contributions", "indicators", &["indicator"]);
        self.indirect("indicators", "indicator");
        self.direct_above("indicators", "requirements", &["requirement"]);
        self.indirect("requirements", "requirement");
        // Which requirement serves which training objective is not in the tables: all of the cohort are taken.
        self.direct_above("requirements", "training_objectives", &[]);
        self.indirect("training_objectives", "training_objective");
    }

    /// Suppresses direct and combined figures of a level that rest on a suppressed row of the level below. Values of
    /// another framework are computed by a crosswalk, so they go with any suppressed row of the cohort.
    fn direct_above(&mut self, below: &str, level: &str, own: &[&str]) {
        let cohort = ["programme", "plan", "cohort"];
        let exact = [&cohort[..], &["framework"], own].concat();
        let direct =
            |table: &Table, row: usize| table.text(row, "evaluation").unwrap_or("direct") == "direct";
        let same = self.keys(below, &exact, direct);
        let any = self.keys(below, &cohort, direct);
        let frameworks: BTreeSet<Key> = self.all_keys(below, &[&cohort[..], &["framework"]].concat());
        self.hide(level, |table, row| {
            let known = frameworks.contains(&key(table, row, &[&cohort[..], &["framework"]].concat()));
            let rests = if known {
                same.contains(&key(table, row, &exact))
            } else {
                any.contains(&key(table, row, &cohort))
            };
            rests && table.text(row, "evaluation") != Some("indirect")
        });
        let direct = self.keys(level, &exact, direct);
        self.hide(level, |table, row| {
            table.text(row, "evaluation") == Some("combined") && direct.contains(&key(table, row, &exact))
        });
    }

    /// Suppresses indirect and combined figures that rest on a suppressed survey.
    fn indirect(&mut self, level: &str, id: &str) {
        let surveys = self.keys("surveys", &["programme", "cohort", "target"], |table, row| {
            table.text(row, "level").is_none_or(|own| level.trim_end_matches('s') == own)
        });
        let own = ["programme", "cohort", id];
        self.hide(level, |table, row| {
            table.text(row, "evaluation") != Some("direct") && surveys.contains(&key(table, row, &own))
        });
        let indirect = self.keys(level, &own, |table, row| table.text(row, "evaluation") == Some("indirect"));
        self.hide(level, |table, row| {
            table.text(row, "evaluation") == Some("combined") && indirect.contains(&key(table, row, &own))
        });
    }

    fn table(&self, name: &str) -> Option<&'a Table> {
        self.tables.iter().find(|table| table.schema().key == name).copied()
    }

    fn hide(&mut self, name: &str, rule: impl Fn(&Table, usize) -> bool) {
        let Some(at) = self.tables.iter().position(|table| table.schema().key == name) else { return };
        for (row, hidden) in self.rows[at].iter_mut().enumerate() {
            *hidden |= rule(self.tables[at], row);
        }
    }

    /// The keys of the suppressed rows.
    fn keys(&self, name: &str, columns: &[&str], chosen: impl Fn(&Table, usize) -> bool) -> BTreeSet<Key> {
        let Some(at) = self.tables.iter().position(|table| table.schema().key == name) else {
            return BTreeSet::new();
        };
        (0..self.tables[at].len())
            .filter(|&row| self.rows[at][row] && chosen(self.tables[at], row))
            .map(|row| key(self.tables[at], row, columns))
            .collect()
    }

    fn all_keys(&self, name: &str, columns: &[&str]) -> BTreeSet<Key> {
        self.table(name).map_or_else(BTreeSet::new, |table| {
            (0..table.len()).map(|row| key(table, row, columns)).collect()
        })
    }
}

fn key(table: &Table, row: usize, columns: &[&str]) -> Key {
    columns.iter().map(|column| table.text(row, column).unwrap_or_default().to_owned()).collect()
}

/// Whether a row is a figure of too few, or of nobody knows how many.
fn is_small(table: &Table, row: usize, least: f64) -> bool {
    if table.schema().key == "support" {
        return false;
    }
    match table.number(row, "n_assessed").or_else(|| table.number(row, "n_answers")) {
        Some(n) => n < least && (n > 0.0 || table.number(row, "value").is_some()),
        None => table.number(row, "value").is_some(),
    }
}

/// The table with its suppressed rows emptied, and its small counts.
fn blanked(table: &Table, hidden: &[bool], least: f64) -> Table {
    let left_out = |row: usize| {
        let asked = table.number(row, "n_invited").zip(table.number(row, "n_answers"));
        table.number(row, "n_excluded").or(asked.map(|(asked, answers)| asked - answers))
    };
    let few_left_out = |row: usize| left_out(row).is_some_and(|n| n > 0.0 && n < least);
    let columns = table.columns().map(|(schema, column)| {
        let of_left_out = ["n_enrolled", "n_excluded", "n_invited", "response_rate"].contains(&schema.name);
        let empty = |row: usize| {
            hidden[row] && !KEPT.contains(&schema.name) && table.schema().key != "support"
                || of_left_out && few_left_out(row)
        };
        match column {
            Column::Text(texts) if schema.name == "reason" => reasons(texts, hidden),
            Column::Text(texts) => {
                let codes = texts.codes().iter().enumerate();
                let codes =
                    codes.map(|(row, &code)| (code != TextColumn::EMPTY && !empty(row)).then_some(code));
                Column::Text(TextColumn::from_codes(texts.dictionary().to_vec(), codes))
            }
            Column::Integer(values) => Column::Integer(without(values, empty)),
            Column::Number(values) => Column::Number(without(values, empty)),
            Column::Flag(values) => Column::Flag(without(values, empty)),
        }
    });
    Table::from_columns(table.schema(), columns.collect())
}

fn without<T: Copy>(values: &[Option<T>], empty: impl Fn(usize) -> bool) -> Vec<Option<T>> {
    values.iter().enumerate().map(|(row, value)| value.filter(|_| !empty(row))).collect()
}

fn reasons(texts: &TextColumn, hidden: &[bool]) -> Column {
    let mut dictionary = texts.dictionary().to_vec();
    let suppressed = dictionary.len() as u32;
    dictionary.push(SUPPRESSED.into());
    let codes = texts.codes().iter().zip(hidden).map(|(&code, &hidden)| {
        if hidden { Some(suppressed) } else { (code != TextColumn::EMPTY).then_some(code) }
    });
    Column::Text(TextColumn::from_codes(dictionary, codes))
}
