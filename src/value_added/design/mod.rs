//! From a formula and columns to the numbers a model is fitted on.
//!
//! Factors become treatment contrasts (the first level is the base; full dummies where the margin is absent, the rule of
//! J. Chambers and T. Hastie, "Statistical Models in S", 1992, section 2.4). Rows with a missing cell in any column of
//! the model are left out and counted; columns that follow from earlier ones are left out and named.

mod columns;
mod grouping;
mod membership;

pub use grouping::Grouping;
pub use membership::Membership;

use super::data::Data;
use super::error::ValueAddedError;
use super::formula::Formula;
use columns::Builder;

/// A column whose part not explained by the columns before it is below this share of its length is dropped
/// (the tolerance of LINPACK's `dqrdc2`, which R uses).
pub const COLLINEAR_BELOW: f64 = 1e-7;

/// Which rows took part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowCounts {
    /// Rows given.
    pub given: usize,
    /// Rows complete in every column of the model.
    pub used: usize,
    /// Missing cells per column of the model, for columns with any.
    pub missing: Vec<(String, usize)>,
}

/// Something that was done to the model and has to be told.
#[derive(Debug, Clone, PartialEq)]
pub enum Note {
    /// A column of the fixed part follows from the columns before it and was left out.
    CollinearColumn {
        /// The column.
        column: String,
    },
    /// A column of the fixed part is the same in every row used and follows from the intercept.
    ConstantColumn {
        /// The column.
        column: String,
    },
    /// Rows were left out because a cell is missing.
    IncompleteRows {
        /// Rows left out.
        rows: usize,
    },
    /// Rows that belong to no unit of a factor of memberships: they have no effect of it.
    WithoutUnit {
        /// The factor.
        factor: String,
        /// How many rows.
        rows: usize,
    },
    /// Missing cells of an input were filled and marked by a column of their own.
    Indicated {
        /// The column.
        column: String,
        /// How many cells.
        cells: usize,
    },
    /// Missing cells of an input were imputed.
    Imputed {
        /// The column.
        column: String,
        /// How many cells.
        cells: usize,
        /// How many data sets were made.
        times: usize,
    },
    /// Levels of a grouping factor with a single row: shown, but with next to no information of their own.
    SingleRowLevels {
        /// The factor.
        factor: String,
        /// How many levels have one row.
        levels: usize,
    },
    /// A variance ended at zero, or a covariance matrix on the edge of what is possible; the slope of the criterion
    /// there was checked and rises inwards.
    Boundary {
        /// The factor.
        factor: String,
        /// Its effect.
        effect: String,
    },
    /// The optimiser had come to a boundary that is no minimum, and was started again inside.
    LeftFalseBoundary {
        /// The factor.
        factor: String,
    },
}

/// One effect that varies over the levels of a grouping factor.
#[derive(Debug, Clone, PartialEq)]
pub struct RandomColumn {
    /// `(Intercept)` or the column's name.
    pub name: String,
    /// The values; `None` is the constant one.
    pub values: Option<Vec<f64>>,
}

/// One random term: correlated effects over the levels of a factor.
#[derive(Debug, Clone, PartialEq)]
pub struct RandomDesign {
    /// The factor.
    pub grouping: Grouping,
    /// The effects.
    pub columns: Vec<RandomColumn>,
}

/// The numbers a model is fitted on; all columns have `counts.used` rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// The outcome's name.
    pub response_name: String,
    /// The outcome.
    pub response: Vec<f64>,
    /// Names of the columns of the fixed part.
    pub names: Vec<String>,
    /// The columns of the fixed part, without the collinear ones.
    pub columns: Vec<Vec<f64>>,
    /// For each column the index into `terms`, `None` for the intercept.
    pub column_terms: Vec<Option<usize>>,
    /// The terms of the fixed part.
    pub terms: Vec<String>,
    /// The random terms.
    pub random: Vec<RandomDesign>,
    /// Factors to several of whose levels a row can belong.
    pub memberships: Vec<Membership>,
    /// Weights of the rows: the residual variance of row i is σ²/wᵢ.
    pub weights: Option<Vec<f64>>,
    /// The rows of the data used, from 0.
    pub rows: Vec<usize>,
    /// Rows given, used, left out.
    pub counts: RowCounts,
    /// What was done and has to be told.
    pub notes: Vec<Note>,
}

impl Design {
    /// Builds the columns of a model.
    ///
    /// # Errors
    /// A column that is missing or of the wrong kind, no complete row, a constant outcome, too few rows.
    pub fn new(formula: &Formula, data: &Data) -> Result<Self, ValueAddedError> {
        let (rows, counts) = complete_rows(formula, data)?;
        let response = numbers(data, &formula.response, &rows)?;
        if response.iter().all(|y| y.to_bits() == response[0].to_bits()) {
            return Err(ValueAddedError::ConstantResponse { response: formula.response.clone() });
        }
        let mut builder = Builder::new(data, &rows, formula.intercept, &formula.terms);
        let fixed = builder.fixed()?;
        let random = formula.random.iter().map(|term| builder.random(term)).collect::<Result<Vec<_>, _>>()?;
        let mut notes = Vec::new();
        if counts.used < counts.given {
            notes.push(Note::IncompleteRows { rows: counts.given - counts.used });
        }
        let mut design = Self {
            response_name: formula.response.clone(),
            response,
            names: Vec::new(),
            columns: Vec::new(),
            column_terms: Vec::new(),
            terms: formula.terms.iter().map(ToString::to_string).collect(),
            random,
            memberships: Vec::new(),
            weights: None,
            rows,
            counts,
            notes,
        };
        design.keep_independent(fixed);
        if design.response.len() <= design.columns.len() {
            let (rows, columns) = (design.response.len(), design.columns.len());
            return Err(ValueAddedError::TooFewRows { rows, columns });
        }
        Ok(design)
    }

    /// The same design with a random effect of a multiple membership, whose rows are the used rows in their order.
    ///
    /// # Errors
    /// Another number of rows.
    pub fn with_membership(mut self, membership: Membership) -> Result<Self, ValueAddedError> {
        let (rows, expected) = (membership.rows().len(), self.response.len());
        if rows != expected {
            return Err(ValueAddedError::UnequalColumns {
                column: membership.name().to_owned(),
                rows,
                expected,
            });
        }
        self.memberships.push(membership);
        Ok(self)
    }

    /// The same design with a weight per used row.
    ///
    /// # Errors
    /// Another number of weights than rows, a weight that is not above zero.
    pub fn weighted(mut self, weights: Vec<f64>) -> Result<Self, ValueAddedError> {
        let expected = self.response.len();
        if weights.len() != expected {
            let rows = weights.len();
            return Err(ValueAddedError::UnequalColumns { column: "weights".to_owned(), rows, expected });
        }
        if let Some(row) = weights.iter().position(|w| !(w.is_finite() && *w > 0.0)) {
            return Err(ValueAddedError::BadWeight { row });
        }
        self.weights = Some(weights);
        Ok(self)
    }

    /// The design on some of its rows; `None` when a column then follows from the others, or a factor has one level.
    pub(super) fn kept_rows(&self, keep: &[bool]) -> Option<Self> {
        fn pick<T: Clone>(values: &[T], keep: &[bool]) -> Vec<T> {
            values.iter().zip(keep).filter(|(_, keep)| **keep).map(|(value, _)| value.clone()).collect()
        }
        let columns = self.columns.iter().zip(&self.names).zip(&self.column_terms);
        let fixed = columns.map(|((values, name), term)| columns::FixedColumn {
            name: name.clone(),
            values: pick(values, keep),
            term: *term,
        });
        let fixed: Vec<_> = fixed.collect();
        let mut random = Vec::with_capacity(self.random.len());
        for term in &self.random {
            let columns = term.columns.iter().map(|column| RandomColumn {
                name: column.name.clone(),
                values: column.values.as_ref().map(|values| pick(values, keep)),
            });
            let grouping = term.grouping.kept(&pick(&term.grouping.codes, keep))?;
            random.push(RandomDesign { grouping, columns: columns.collect() });
        }
        let memberships = self
            .memberships
            .iter()
            .map(|m| Membership::new(m.name(), m.levels().to_vec(), pick(m.rows(), keep)).ok());
        let mut design = Self {
            response: pick(&self.response, keep),
            names: Vec::new(),
            columns: Vec::new(),
            column_terms: Vec::new(),
            random,
            memberships: memberships.collect::<Option<_>>()?,
            weights: self.weights.as_ref().map(|weights| pick(weights, keep)),
            rows: pick(&self.rows, keep),
            response_name: self.response_name.clone(),
            terms: self.terms.clone(),
            counts: self.counts.clone(),
            notes: Vec::new(),
        };
        design.keep_independent(fixed);
        let enough = design.response.len() > design.columns.len();
        (enough && design.columns.len() == self.columns.len()).then_some(design)
    }

    /// Keeps the columns that do not follow from the ones before, by Gram–Schmidt with a second pass.
    fn keep_independent(&mut self, fixed: Vec<columns::FixedColumn>) {
        let mut basis: Vec<Vec<f64>> = Vec::new();
        for column in fixed {
            let mut rest = column.values.clone();
            let length = norm(&rest);
            take_out(&basis, &mut rest);
            let left = norm(&rest);
            if left > COLLINEAR_BELOW * length {
                rest.iter_mut().for_each(|r| *r /= left);
                basis.push(rest);
                self.names.push(column.name);
                self.columns.push(column.values);
                self.column_terms.push(column.term);
            } else {
                let constant = column.values.iter().all(|x| x.to_bits() == column.values[0].to_bits());
                let column = column.name;
                self.notes.push(if constant {
                    Note::ConstantColumn { column }
                } else {
                    Note::CollinearColumn { column }
                });
            }
        }
    }
}

fn norm(values: &[f64]) -> f64 {
    dot(values, values).sqrt()
}

/// Takes out of a vector what lies along the vectors of an orthonormal basis, with a second pass for what rounding left
/// of it, and gives the coefficients.
pub(super) fn take_out(basis: &[Vec<f64>], rest: &mut [f64]) -> Vec<f64> {
    let mut coefficients = vec![0.0; basis.len()];
    for _ in 0..2 {
        for (unit, coefficient) in basis.iter().zip(&mut coefficients) {
            let along = dot(unit, rest);
            *coefficient += along;
            rest.iter_mut().zip(unit).for_each(|(r, u)| *r -= along * u);
        }
    }
    coefficients
}

/// A dot product in eight fixed lanes: the same bits on every machine, and vectorised.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; 8];
    let (a_chunks, b_chunks) = (a.chunks_exact(8), b.chunks_exact(8));
    let tail: f64 = a_chunks.remainder().iter().zip(b_chunks.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a_chunks.zip(b_chunks) {
        for (lane, (x, y)) in lanes.iter_mut().zip(x.iter().zip(y)) {
            *lane += x * y;
        }
    }
    lanes.iter().sum::<f64>() + tail
}

fn complete_rows(formula: &Formula, data: &Data) -> Result<(Vec<usize>, RowCounts), ValueAddedError> {
    let mut complete = vec![true; data.rows()];
    let mut missing = Vec::new();
    for name in formula.columns() {
        let column = data.column(name)?;
        let count = column.mark_missing(&mut complete);
        if count > 0 {
            missing.push((name.to_owned(), count));
        }
    }
    let rows: Vec<usize> = complete.iter().enumerate().filter(|(_, c)| **c).map(|(row, _)| row).collect();
    if rows.is_empty() {
        return Err(ValueAddedError::NoCompleteRow { rows: data.rows() });
    }
    let counts = RowCounts { given: data.rows(), used: rows.len(), missing };
    Ok((rows, counts))
}

fn numbers(data: &Data, name: &str, rows: &[usize]) -> Result<Vec<f64>, ValueAddedError> {
    let values = data.numbers(name)?;
    Ok(rows.iter().filter_map(|&row| values[row]).collect())
}

#[cfg(test)]
mod tests;
