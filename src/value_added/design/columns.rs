//! Columns of the fixed part and of the random effects.

use super::grouping::Grouping;
use super::{RandomColumn, RandomDesign, numbers};
use crate::value_added::data::{Column, Data};
use crate::value_added::error::ValueAddedError;
use crate::value_added::formula::{RandomTerm, Term, Variable};
use std::collections::BTreeMap;

/// A candidate column of the fixed part.
pub(super) struct FixedColumn {
    pub(super) name: String,
    pub(super) values: Vec<f64>,
    pub(super) term: Option<usize>,
}

/// A factor restricted to the rows used, with the levels that occur there.
struct Factor {
    codes: Vec<u32>,
    levels: Vec<String>,
}

pub(super) struct Builder<'a> {
    data: &'a Data,
    rows: &'a [usize],
    intercept: bool,
    terms: &'a [Term],
    factors: BTreeMap<String, Factor>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(data: &'a Data, rows: &'a [usize], intercept: bool, terms: &'a [Term]) -> Self {
        Self { data, rows, intercept, terms, factors: BTreeMap::new() }
    }

    pub(super) fn fixed(&mut self) -> Result<Vec<FixedColumn>, ValueAddedError> {
        let mut columns = Vec::new();
        if self.intercept {
            let values = vec![1.0; self.rows.len()];
            columns.push(FixedColumn { name: "(Intercept)".to_owned(), values, term: None });
        }
        for (index, term) in self.terms.iter().enumerate() {
            for (name, values) in self.term(term, self.intercept, self.terms)? {
                columns.push(FixedColumn { name, values, term: Some(index) });
            }
        }
        Ok(columns)
    }

    pub(super) fn random(&mut self, term: &RandomTerm) -> Result<RandomDesign, ValueAddedError> {
        let grouping = Grouping::new(self.data, self.rows, &term.grouping)?;
        let mut columns = Vec::new();
        if term.intercept {
            columns.push(RandomColumn { name: "(Intercept)".to_owned(), values: None });
        }
        for effect in &term.terms {
            for (name, values) in self.term(effect, term.intercept, &term.terms)? {
                columns.push(RandomColumn { name, values: Some(values) });
            }
        }
        Ok(RandomDesign { grouping, columns })
    }

    /// The columns of one term: the products of the columns of its variables, the first variable running fastest.
    fn term(
        &mut self,
        term: &Term,
        intercept: bool,
        terms: &[Term],
    ) -> Result<Vec<(String, Vec<f64>)>, ValueAddedError> {
        let mut products: Vec<(String, Vec<f64>)> = Vec::new();
        for variable in &term.variables {
            let full = !margin_present(term, variable, intercept, terms);
            let columns = self.variable(variable, full)?;
            if products.is_empty() {
                products = columns;
                continue;
            }
            let mut next = Vec::with_capacity(products.len() * columns.len());
            for (right_name, right) in &columns {
                for (left_name, left) in &products {
                    let values = left.iter().zip(right).map(|(a, b)| a * b).collect();
                    next.push((format!("{left_name}:{right_name}"), values));
                }
            }
            products = next;
        }
        Ok(products)
    }

    fn variable(
        &mut self,
        variable: &Variable,
        full: bool,
    ) -> Result<Vec<(String, Vec<f64>)>, ValueAddedError> {
        let name = &variable.name;
        if let Column::Category(_) = self.data.column(name)? {
            if variable.power != 1 {
                return Err(ValueAddedError::NotNumeric { column: name.clone() });
            }
            return Ok(self.contrasts(name, full));
        }
        let mut values = numbers(self.data, name, self.rows)?;
        if variable.power > 1 {
            let power = variable.power.cast_signed();
            values.iter_mut().for_each(|x| *x = x.powi(power));
        }
        Ok(vec![(variable.to_string(), values)])
    }

    fn contrasts(&mut self, name: &str, full: bool) -> Vec<(String, Vec<f64>)> {
        let (data, rows) = (self.data, self.rows);
        let factor = self.factors.entry(name.to_owned()).or_insert_with(|| Factor::new(data, rows, name));
        let first = usize::from(!full);
        let mut columns: Vec<(String, Vec<f64>)> = factor
            .levels
            .iter()
            .skip(first)
            .map(|level| (format!("{name}{level}"), vec![0.0; rows.len()]))
            .collect();
        for (row, &code) in factor.codes.iter().enumerate() {
            if let Some(column) = (code as usize).checked_sub(first) {
                columns[column].1[row] = 1.0;
            }
        }
        columns
    }
}

impl Factor {
    fn new(data: &Data, rows: &[usize], name: &str) -> Self {
        let Ok(Column::Category(category)) = data.column(name) else {
            return Self { codes: Vec::new(), levels: Vec::new() };
        };
        let codes: Vec<u32> = rows.iter().filter_map(|&row| category.codes()[row]).collect();
        let mut present = vec![false; category.levels().len()];
        codes.iter().for_each(|&code| present[code as usize] = true);
        let mut renumbered = vec![0; present.len()];
        let mut levels = Vec::new();
        for (code, _) in present.iter().enumerate().filter(|(_, present)| **present) {
            renumbered[code] = u32::try_from(levels.len()).unwrap_or(u32::MAX);
            levels.push(category.levels()[code].clone());
        }
        Self { codes: codes.iter().map(|&code| renumbered[code as usize]).collect(), levels }
    }
}

/// Whether the term without this variable is in the model: then contrasts suffice, else all levels need a column.
fn margin_present(term: &Term, variable: &Variable, intercept: bool, terms: &[Term]) -> bool {
    let rest: Vec<&Variable> = term.variables.iter().filter(|v| *v != variable).collect();
    if rest.is_empty() {
        // Without an intercept the first factor of the first term carries it.
        return intercept || !std::ptr::eq(first_main(terms, term), term);
    }
    terms.iter().any(|t| t.variables.len() == rest.len() && rest.iter().all(|v| t.variables.contains(v)))
}

fn first_main<'a>(terms: &'a [Term], term: &'a Term) -> &'a Term {
    terms.first().unwrap_or(term)
}
