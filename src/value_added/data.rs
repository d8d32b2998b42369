//! The columns a model is fitted on: numbers and categories, with missing cells as `None`.

use super::error::ValueAddedError;
use std::collections::BTreeMap;

/// A categorical column: a code into `levels` per row, `None` where the cell is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    codes: Vec<Option<u32>>,
    levels: Vec<String>,
}

impl Category {
    /// Checks that every code has its level.
    ///
    /// # Errors
    /// [`ValueAddedError::CodeWithoutLevel`].
    pub fn new(codes: Vec<Option<u32>>, levels: Vec<String>) -> Result<Self, ValueAddedError> {
        match codes.iter().flatten().find(|&&code| code as usize >= levels.len()) {
            Some(&code) => Err(ValueAddedError::CodeWithoutLevel { code, levels: levels.len() }),
            None => Ok(Self { codes, levels }),
        }
    }

    /// Interns texts; the levels are sorted by code point, so the first one is the base of treatment contrasts.
    pub fn from_texts<'a>(texts: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        let texts: Vec<Option<&str>> = texts.into_iter().collect();
        let mut index: BTreeMap<&str, u32> = texts.iter().flatten().map(|text| (*text, 0)).collect();
        for (code, value) in (0_u32..).zip(index.values_mut()) {
            *value = code;
        }
        let codes = texts.iter().map(|text| text.map(|text| index[text])).collect();
        Self { codes, levels: index.into_keys().map(str::to_owned).collect() }
    }

    /// The code of each row.
    #[must_use]
    pub fn codes(&self) -> &[Option<u32>] {
        &self.codes
    }

    /// The names of the levels; the first is the base of treatment contrasts.
    #[must_use]
    pub fn levels(&self) -> &[String] {
        &self.levels
    }

    /// The name of the level of each row.
    pub(super) fn labels(&self) -> impl Iterator<Item = Option<&str>> {
        self.codes.iter().map(|code| code.map(|code| &*self.levels[code as usize]))
    }
}

/// One column.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// Finite numbers; `None` is a missing cell.
    Number(Vec<Option<f64>>),
    /// A factor.
    Category(Category),
}

impl Column {
    /// A column of numbers without missing cells.
    #[must_use]
    pub fn numbers(values: &[f64]) -> Self {
        Self::Number(values.iter().map(|x| Some(*x)).collect())
    }

    /// The number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Number(values) => values.len(),
            Self::Category(category) => category.codes.len(),
        }
    }

    /// Whether the column has no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Clears the rows with a missing cell and counts those cells.
    pub(super) fn mark_missing(&self, complete: &mut [bool]) -> usize {
        let mut count = 0;
        let mut mark = |missing: bool, complete: &mut bool| {
            *complete &= !missing;
            count += usize::from(missing);
        };
        match self {
            Self::Number(values) => values.iter().zip(complete).for_each(|(x, c)| mark(x.is_none(), c)),
            Self::Category(category) => {
                category.codes.iter().zip(complete).for_each(|(x, c)| mark(x.is_none(), c))
            }
        }
        count
    }
}

/// Named columns of equal length.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Data {
    rows: usize,
    columns: BTreeMap<String, Column>,
}

impl Data {
    /// Checks that all columns have one length and all numbers are finite.
    ///
    /// # Errors
    /// [`ValueAddedError::UnequalColumns`], [`ValueAddedError::NotFinite`].
    pub fn new(columns: impl IntoIterator<Item = (String, Column)>) -> Result<Self, ValueAddedError> {
        let mut data: Option<Self> = None;
        for (name, column) in columns {
            let rows = column.len();
            let data = data.get_or_insert_with(|| Self { rows, columns: BTreeMap::new() });
            if rows != data.rows {
                return Err(ValueAddedError::UnequalColumns { column: name, rows, expected: data.rows });
            }
            if let Column::Number(values) = &column
                && let Some(row) = values.iter().position(|x| x.is_some_and(|x| !x.is_finite()))
            {
                return Err(ValueAddedError::NotFinite { column: name, row });
            }
            data.columns.insert(name, column);
        }
        Ok(data.unwrap_or_default())
    }

    /// The same with more columns.
    ///
    /// # Errors
    /// Those of [`Self::new`].
    pub fn with(&self, more: impl IntoIterator<Item = (String, Column)>) -> Result<Self, ValueAddedError> {
        Self::new(self.columns.clone().into_iter().chain(more))
    }

    /// The same columns in these rows.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        let column = |column: &Column| match column {
            Column::Number(values) => Column::Number(rows.iter().map(|row| values[*row]).collect()),
            Column::Category(category) => Column::Category(Category {
                codes: rows.iter().map(|row| category.codes[*row]).collect(),
                levels: category.levels.clone(),
            }),
        };
        let columns = self.columns.iter().map(|(name, values)| (name.clone(), column(values))).collect();
        Self { rows: rows.len(), columns }
    }

    /// The number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The column of this name.
    ///
    /// # Errors
    /// [`ValueAddedError::NoSuchColumn`], which lists the columns there are.
    pub fn column(&self, name: &str) -> Result<&Column, ValueAddedError> {
        self.columns.get(name).ok_or_else(|| ValueAddedError::NoSuchColumn {
            column: name.to_owned(),
            known: self.columns.keys().cloned().collect(),
        })
    }

    /// The numbers of the column of this name.
    ///
    /// # Errors
    /// [`ValueAddedError::NoSuchColumn`], [`ValueAddedError::NotNumeric`].
    pub(super) fn numbers(&self, name: &str) -> Result<&[Option<f64>], ValueAddedError> {
        match self.column(name)? {
            Column::Number(values) => Ok(values),
            Column::Category(_) => Err(ValueAddedError::NotNumeric { column: name.to_owned() }),
        }
    }
}
