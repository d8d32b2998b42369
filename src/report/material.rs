//! What reports are made from: the result tables, found by what they are about, and the data behind their names.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::model::{Dataset, Offering, Programme, ReportNote};
use crate::policy::Policy;
use crate::results::{Table, TableSchema};

/// Rows by the text of one column.
type Rows = BTreeMap<String, Vec<usize>>;

/// An index that is made when it is first asked for.
struct Index {
    table: &'static str,
    column: &'static str,
    rows: OnceLock<Rows>,
}

/// The tables and columns that reports look things up by.
const LOOKED_UP: &[(&str, &str)] = &[
    ("objectives", "offering"),
    ("offerings", "offering"),
    ("items", "offering"),
    ("item_analysis", "offering"),
    ("reliability", "offering"),
    ("missing", "offering"),
    ("student_objectives", "offering"),
    ("student_objectives", "student"),
    ("student_indicators", "student"),
    ("student_requirements", "student"),
    ("course_terms", "course"),
    ("support", "course"),
    ("support", "programme"),
    ("cohort_courses", "programme"),
    ("indicators", "programme"),
    ("requirements", "programme"),
    ("training_objectives", "programme"),
    ("contributions", "programme"),
    ("surveys", "programme"),
];

/// Everything that reports read.
pub struct Material<'a> {
    /// The data, for the names and texts in them.
    pub dataset: &'a Dataset,
    /// What the institution decided.
    pub policy: &'a Policy,
    tables: &'a [Table],
    indexes: Vec<Index>,
}

impl<'a> Material<'a> {
    /// Reports read these tables, and this data set for names and texts.
    pub fn new(tables: &'a [Table], dataset: &'a Dataset, policy: &'a Policy) -> Self {
        let indexes =
            LOOKED_UP.iter().map(|&(table, column)| Index { table, column, rows: OnceLock::new() }).collect();
        Self { dataset, policy, tables, indexes }
    }

    /// A whole table, if the results have it.
    pub fn table(&self, key: &str) -> Option<&'a Table> {
        self.tables.iter().find(|table| table.schema().key == key)
    }

    /// The rows of a table whose `column` holds `id`, as a table of their own; `None` where the results lack it.
    pub(super) fn part(&self, key: &str, column: &str, id: &str) -> Option<Table> {
        let table = self.table(key)?;
        let found = self.indexes.iter().find(|index| index.table == key && index.column == column);
        let rows = match found {
            Some(index) => index.rows.get_or_init(|| table.rows_by(column)).get(id).cloned(),
            None => table.rows_by(column).remove(id),
        };
        Some(table.take(&rows.unwrap_or_default()))
    }

    /// The same as [`part`](Self::part), an empty table of this schema where the results lack it.
    pub(super) fn rows(&self, schema: &'static TableSchema, column: &str, id: &str) -> Table {
        self.part(schema.key, column, id).unwrap_or_else(|| Table::new(schema))
    }

    /// An offering by its identifier.
    pub(super) fn offering(&self, id: &str) -> Option<&'a Offering> {
        self.dataset.offerings.iter().find(|offering| offering.id == id)
    }

    /// What people wrote for a part of a report about something.
    pub(super) fn notes(&self, report: &str, of: &str, part: &str) -> Vec<&'a str> {
        let wanted = |note: &&ReportNote| note.report == report && note.of == of && note.part == part;
        self.dataset.notes.iter().filter(wanted).map(|note| note.text.as_str()).collect()
    }

    /// A programme by its identifier.
    pub(super) fn programme(&self, id: &str) -> Option<&'a Programme> {
        self.dataset.programmes.iter().find(|programme| programme.id == id)
    }
}
