//! Reading one row: every wrong cell of it is found, not only the first.

use std::borrow::Cow;

use super::{Origin, Sheet, cell};
use crate::ingest::findings::Findings;
use crate::ingest::raw::{RawCell, RawRow};
use crate::model::{Decimal, Fraction, Issue, Place, Severity, Strength};

/// A row being read.
pub(crate) struct Row<'s, 'a> {
    sheet: &'s Sheet<'a>,
    raw: &'a RawRow,
    findings: &'s mut Findings,
}

impl<'s, 'a> Row<'s, 'a> {
    /// Starts reading a row.
    pub(crate) fn new(sheet: &'s Sheet<'a>, raw: &'a RawRow, findings: &'s mut Findings) -> Self {
        Self { sheet, raw, findings }
    }

    /// The sheet the row stands in.
    pub(crate) fn sheet(&self) -> &'s Sheet<'a> {
        self.sheet
    }

    /// The place of the cell of a logical column, or of the row where the column is a constant.
    pub(crate) fn place(&self, name: &str) -> Place {
        match self.sheet.columns.get(name) {
            Some(Origin::Column(at)) => self.sheet.raw.place_at(self.raw.number, *at),
            _ => self.sheet.place(self.raw.number),
        }
    }

    /// The place of a column counted from 1.
    pub(crate) fn place_at(&self, column: u32) -> Place {
        self.sheet.raw.place_at(self.raw.number, column)
    }

    /// The cell of a column counted from 1.
    pub(crate) fn cell_at(&self, column: u32) -> &'a RawCell {
        self.raw.cell(column)
    }

    /// The cell of a logical column; a constant as a text.
    pub(crate) fn cell(&self, name: &str) -> Cow<'a, RawCell> {
        match self.sheet.columns.get(name) {
            Some(Origin::Column(at)) => Cow::Borrowed(self.raw.cell(*at)),
            Some(Origin::Constant(value)) => Cow::Owned(RawCell::Text(value.clone())),
            None => Cow::Owned(RawCell::Empty),
        }
    }

    /// Says that something is odd.
    pub(crate) fn push(&mut self, issue: Issue) {
        self.findings.push(issue);
    }

    /// An error at the cell of a logical column.
    pub(crate) fn error(&mut self, code: &'static str, name: &str, values: &[(&'static str, &str)]) {
        self.say(code, Severity::Error, name, values);
    }

    /// An issue at the cell of a logical column.
    pub(crate) fn say(
        &mut self,
        code: &'static str,
        severity: Severity,
        name: &str,
        values: &[(&'static str, &str)],
    ) {
        let issue = Issue::new(code, severity, self.place(name));
        let issue = values.iter().fold(issue, |issue, (name, value)| issue.with(name, value));
        self.findings.push(issue);
    }

    /// Unpacks a reading: issues go to the findings; a required cell that is empty is one too.
    fn take<T>(&mut self, name: &str, read: cell::Read<T>) -> Option<T> {
        match read {
            Ok((value, remark)) => {
                if let Some(remark) = remark {
                    self.findings.push(remark);
                }
                let required = |name: &str| {
                    let column = self.sheet.logical.columns.iter().find(|column| column.name == name);
                    column.is_some_and(|column| column.required)
                };
                if value.is_none() && required(name) && self.sheet.has(name) {
                    self.error("cell_empty", name, &[("column", name)]);
                }
                value
            }
            Err(issue) => {
                self.findings.push(issue);
                None
            }
        }
    }

    /// An identifier.
    pub(crate) fn id(&mut self, name: &str) -> Option<String> {
        let read = cell::identifier(&self.cell(name), name, || self.place(name), self.sheet.typed);
        self.take(name, read)
    }

    /// Free text.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        let read = cell::text(&self.cell(name), &self.place(name));
        self.take(name, read)
    }

    /// An exact decimal.
    pub(crate) fn decimal(&mut self, name: &str) -> Option<Decimal> {
        let read = cell::decimal(&self.cell(name), &self.place(name));
        self.take(name, read)
    }

    /// A decimal of at least 0.
    pub(crate) fn weight(&mut self, name: &str) -> Option<Decimal> {
        let value = self.decimal(name)?;
        if value.is_sign_negative() && !value.is_zero() {
            self.error("negative", name, &[("value", &value.to_string())]);
            return None;
        }
        Some(value)
    }

    /// A share between 0 and 1.
    pub(crate) fn fraction(&mut self, name: &str) -> Option<Fraction> {
        let read = cell::fraction(&self.cell(name), &self.place(name));
        self.take(name, read)
    }

    /// A whole number.
    pub(crate) fn count(&mut self, name: &str) -> Option<u32> {
        let read = cell::count(&self.cell(name), &self.place(name));
        self.take(name, read)
    }

    /// Yes or no; empty is no.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let read = cell::flag(&self.cell(name), &self.place(name));
        self.take(name, read).unwrap_or(false)
    }

    /// A weight or a letter.
    pub(crate) fn strength(&mut self, name: &str) -> Option<Strength> {
        let shown = self.cell(name).to_string();
        let letter = crate::ingest::clean::identifier(&shown).to_uppercase();
        if !letter.is_empty() && letter.chars().all(char::is_alphabetic) {
            return Some(Strength::Code(letter));
        }
        if matches!(letter.as_str(), "√" | "✓") {
            return Some(Strength::Weight(Decimal::ONE));
        }
        self.weight(name).map(Strength::Weight)
    }
}
