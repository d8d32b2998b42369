//! A tidy table: typed columns under a schema that documents itself.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text: identifiers, keys, words.
    Text,
    /// Whole numbers: counts.
    Integer,
    /// Real numbers: fractions, marks, standard errors.
    Number,
    /// Yes or no.
    Flag,
}

/// One column of a schema.
#[derive(Debug, Clone, Copy)]
pub struct ColumnSchema {
    /// Column name, `snake_case`, the same in every format and language.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Unit (`fraction`, `students`, `points`), empty for text.
    pub unit: &'static str,
    /// What it means, in Chinese and in English.
    pub doc: (&'static str, &'static str),
}

/// The schema of one table.
#[derive(Debug)]
pub struct TableSchema {
    /// Table name, also its file name.
    pub key: &'static str,
    /// What one row is, in Chinese and in English.
    pub doc: (&'static str, &'static str),
    /// The leading columns that identify a row.
    pub keys: &'static [&'static str],
    /// Columns in order.
    pub columns: &'static [&'static [ColumnSchema]],
    /// Whether the table names single students, and so never leaves in a public output.
    pub personal: bool,
}

impl TableSchema {
    /// All columns in order; the schema holds them as groups so that tables can share a group.
    pub fn iter(&self) -> impl Iterator<Item = &'static ColumnSchema> {
        self.columns.iter().flat_map(|group| group.iter())
    }
}

/// A text column, each distinct text stored once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextColumn {
    /// Index into `dictionary` per row, `u32::MAX` where the cell is empty.
    codes: Vec<u32>,
    dictionary: Vec<Arc<str>>,
    index: HashMap<Arc<str>, u32>,
}

impl TextColumn {
    /// The code of an empty cell.
    pub const EMPTY: u32 = u32::MAX;

    /// A column made from codes into a dictionary; `None` is an empty cell.
    pub fn from_codes(dictionary: Vec<Arc<str>>, codes: impl Iterator<Item = Option<u32>>) -> Self {
        let codes = codes.map(|code| code.unwrap_or(Self::EMPTY)).collect();
        let index = dictionary.iter().enumerate().map(|(i, text)| (Arc::clone(text), i as u32)).collect();
        Self { codes, dictionary, index }
    }

    /// The text of a row, `None` where the cell is empty.
    pub fn get(&self, row: usize) -> Option<&str> {
        let code = *self.codes.get(row)?;
        (code != Self::EMPTY).then(|| &*self.dictionary[code as usize])
    }

    /// All rows in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<&str>> {
        self.codes.iter().map(|&code| (code != Self::EMPTY).then(|| &*self.dictionary[code as usize]))
    }

    /// One code per row: an index into [`dictionary`](Self::dictionary), or [`EMPTY`](Self::EMPTY).
    pub fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// The texts that the codes stand for. A text may be in it that no row uses.
    pub fn dictionary(&self) -> &[Arc<str>] {
        &self.dictionary
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    fn push(&mut self, text: Option<&str>) {
        // Most cells repeat the one above.
        let above = self.codes.last().and_then(|code| Some((*code, self.dictionary.get(*code as usize)?)));
        let code = match text {
            None => Self::EMPTY,
            Some(text) => match above.filter(|(_, above)| ***above == *text) {
                Some((code, _)) => code,
                None => self.code(text),
            },
        };
        self.codes.push(code);
    }

    fn code(&mut self, text: &str) -> u32 {
        match self.index.get(text) {
            Some(&code) => code,
            None => {
                let code = self.dictionary.len() as u32;
                let shared: Arc<str> = text.into();
                self.dictionary.push(Arc::clone(&shared));
                self.index.insert(shared, code);
                code
            }
        }
    }
}

/// The values of one column, one per row; `None` is "not known", never 0.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// Texts.
    Text(TextColumn),
    /// Whole numbers.
    Integer(Vec<Option<i64>>),
    /// Real numbers.
    Number(Vec<Option<f64>>),
    /// Yes or no.
    Flag(Vec<Option<bool>>),
}

impl Column {
    fn empty(kind: Kind) -> Self {
        match kind {
            Kind::Text => Self::Text(TextColumn::default()),
            Kind::Integer => Self::Integer(Vec::new()),
            Kind::Number => Self::Number(Vec::new()),
            Kind::Flag => Self::Flag(Vec::new()),
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(column) => column.len(),
            Self::Integer(values) => values.len(),
            Self::Number(values) => values.len(),
            Self::Flag(values) => values.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Text(_) => Kind::Text,
            Self::Integer(_) => Kind::Integer,
            Self::Number(_) => Kind::Number,
            Self::Flag(_) => Kind::Flag,
        }
    }
}

/// One cell, for tables that are built row by row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// A text, or an empty cell.
    Text(Option<&'a str>),
    /// A whole number, or not known.
    Integer(Option<i64>),
    /// A real number, or not known.
    Number(Option<f64>),
    /// Yes or no, or not known.
    Flag(Option<bool>),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Some(text))
    }
}
impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Some(text))
    }
}
impl<'a> From<Option<&'a str>> for Value<'a> {
    fn from(text: Option<&'a str>) -> Self {
        Self::Text(text)
    }
}
impl From<usize> for Value<'_> {
    fn from(count: usize) -> Self {
        Self::Integer(i64::try_from(count).ok())
    }
}
impl From<Option<usize>> for Value<'_> {
    fn from(count: Option<usize>) -> Self {
        Self::Integer(count.and_then(|count| i64::try_from(count).ok()))
    }
}
impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        Self::Number(Some(number))
    }
}
impl From<Option<f64>> for Value<'_> {
    fn from(number: Option<f64>) -> Self {
        Self::Number(number)
    }
}
impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Self::Flag(Some(flag))
    }
}
impl From<Option<bool>> for Value<'_> {
    fn from(flag: Option<bool>) -> Self {
        Self::Flag(flag)
    }
}

/// A table: a schema and its columns, all of one length.
#[derive(Debug, Clone)]
pub struct Table {
    schema: &'static TableSchema,
    columns: Vec<Column>,
}

impl Table {
    /// A table without rows.
    pub fn new(schema: &'static TableSchema) -> Self {
        Self { schema, columns: schema.iter().map(|column| Column::empty(column.kind)).collect() }
    }

    /// A table from whole columns, in the order of the schema.
    ///
    /// # Panics
    /// Where number, kind or length of the columns differ from the schema: a defect of the caller.
    pub fn from_columns(schema: &'static TableSchema, columns: Vec<Column>) -> Self {
        assert!(
            columns.iter().map(Column::kind).eq(schema.iter().map(|column| column.kind)),
            "columns of {} do not follow its schema",
            schema.key
        );
        assert!(
            columns.windows(2).all(|pair| pair[0].len() == pair[1].len()),
            "{}: ragged columns",
            schema.key
        );
        Self { schema, columns }
    }

    /// Adds one row, its cells in the order of the schema.
    ///
    /// # Panics
    /// Where number or kind of the cells differ from the schema: a defect of the caller.
    pub fn push(&mut self, row: &[Value<'_>]) {
        assert_eq!(row.len(), self.columns.len(), "a row of {} has the wrong length", self.schema.key);
        for ((column, value), declared) in self.columns.iter_mut().zip(row).zip(self.schema.iter()) {
            match (column, value) {
                (Column::Text(column), Value::Text(text)) => column.push(*text),
                (Column::Integer(column), Value::Integer(number)) => column.push(*number),
                (Column::Number(column), Value::Number(number)) => column.push(*number),
                (Column::Flag(column), Value::Flag(flag)) => column.push(*flag),
                _ => panic!("{}.{} takes another kind of value", self.schema.key, declared.name),
            }
        }
    }

    /// The schema.
    pub fn schema(&self) -> &'static TableSchema {
        self.schema
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.columns.first().map_or(0, Column::len)
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Columns in the order of the schema.
    pub fn columns(&self) -> impl Iterator<Item = (&'static ColumnSchema, &Column)> {
        self.schema.iter().zip(&self.columns)
    }

    fn column(&self, name: &str) -> Option<&Column> {
        self.schema.iter().position(|column| column.name == name).map(|at| &self.columns[at])
    }

    /// The text in a row and column; `None` for an empty cell, or where there is no such text column.
    pub fn text(&self, row: usize, name: &str) -> Option<&str> {
        match self.column(name)? {
            Column::Text(column) => column.get(row),
            _ => None,
        }
    }

    /// The number in a row and column (a count as a number too); `None` where it is not known.
    pub fn number(&self, row: usize, name: &str) -> Option<f64> {
        match self.column(name)? {
            Column::Number(values) => *values.get(row)?,
            Column::Integer(values) => values.get(row)?.map(|count| count as f64),
            _ => None,
        }
    }

    /// The flag in a row and column.
    pub fn flag(&self, row: usize, name: &str) -> Option<bool> {
        match self.column(name)? {
            Column::Flag(values) => *values.get(row)?,
            _ => None,
        }
    }

    /// The rows by the text of a column, in their order; rows with an empty cell are left out.
    pub fn rows_by(&self, name: &str) -> BTreeMap<String, Vec<usize>> {
        let Some(Column::Text(column)) = self.column(name) else { return BTreeMap::new() };
        let mut rows = vec![Vec::new(); column.dictionary().len()];
        for (row, &code) in column.codes().iter().enumerate() {
            if let Some(rows) = rows.get_mut(code as usize) {
                rows.push(row);
            }
        }
        let used = column.dictionary().iter().zip(rows).filter(|(_, rows)| !rows.is_empty());
        used.map(|(text, rows)| (text.to_string(), rows)).collect()
    }

    /// A table of some rows, in this order; rows that do not exist are left out.
    pub fn take(&self, rows: &[usize]) -> Self {
        let mut taken = Self::new(self.schema);
        for &row in rows.iter().filter(|&&row| row < self.len()) {
            for (to, from) in taken.columns.iter_mut().zip(&self.columns) {
                match (to, from) {
                    (Column::Text(to), Column::Text(from)) => to.push(from.get(row)),
                    (Column::Integer(to), Column::Integer(from)) => to.push(from[row]),
                    (Column::Number(to), Column::Number(from)) => to.push(from[row]),
                    (Column::Flag(to), Column::Flag(from)) => to.push(from[row]),
                    _ => {}
                }
            }
        }
        taken
    }

    /// The rows whose text columns hold exactly these texts.
    pub fn rows_where<'a>(&'a self, wanted: &'a [(&'a str, &'a str)]) -> impl Iterator<Item = usize> + 'a {
        (0..self.len())
            .filter(move |&row| wanted.iter().all(|(name, text)| self.text(row, name) == Some(text)))
    }
}

#[cfg(test)]
impl Table {
    /// Adds a row of named cells; the others stay empty.
    pub(crate) fn push_named(&mut self, cells: &[(&str, Value<'_>)]) {
        let columns = || self.schema.iter();
        assert!(cells.iter().all(|(name, _)| columns().any(|column| column.name == *name)), "{cells:?}");
        let row: Vec<Value<'_>> = columns()
            .map(|column| {
                let given = cells.iter().find(|(name, _)| *name == column.name).map(|(_, value)| *value);
                given.unwrap_or(match column.kind {
                    Kind::Text => Value::Text(None),
                    Kind::Integer => Value::Integer(None),
                    Kind::Number => Value::Number(None),
                    Kind::Flag => Value::Flag(None),
                })
            })
            .collect();
        self.push(&row);
    }
}
