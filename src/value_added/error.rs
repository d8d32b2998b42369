//! Why a value-added model has no result.

use super::formula::FormulaError;
use crate::stats::least_squares::LeastSquaresError;
use thiserror::Error;

/// Why a value-added model has no result; every variant names the column, factor or figure it is about.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ValueAddedError {
    /// The formula could not be read.
    #[error(transparent)]
    Formula(#[from] FormulaError),
    /// A least-squares fit failed.
    #[error(transparent)]
    LeastSquares(#[from] LeastSquaresError),
    /// The formula names a column the data do not hold.
    #[error("there is no column `{column}`; there are: {}", known.join(", "))]
    NoSuchColumn {
        /// The name in the formula.
        column: String,
        /// The columns there are.
        known: Vec<String>,
    },
    /// Some text stands among the numbers of an input.
    #[error("column `{column}` holds numbers, but `{text}` in {cells} cells")]
    TextAmongNumbers {
        /// The column.
        column: String,
        /// The first such text.
        text: String,
        /// Cells that are no number.
        cells: usize,
    },
    /// Times whose names are no numbers have no order of their own.
    #[error("the times {} are no numbers, and the declaration does not give their order", times.join(", "))]
    TimesWithoutOrder {
        /// The times.
        times: Vec<String>,
    },
    /// The table of memberships has no such factor.
    #[error("no student belongs to a unit of `{factor}`; there are: {}", known.join(", "))]
    NoMembership {
        /// The factor.
        factor: String,
        /// The factors there are.
        known: Vec<String>,
    },
    /// A category code points behind the last level.
    #[error("code {code} has no level; there are {levels}")]
    CodeWithoutLevel {
        /// The code.
        code: u32,
        /// How many levels there are.
        levels: usize,
    },
    /// Columns differ in length.
    #[error("column `{column}` has {rows} rows where others have {expected}")]
    UnequalColumns {
        /// The column.
        column: String,
        /// Its rows.
        rows: usize,
        /// The rows of the columns before it.
        expected: usize,
    },
    /// A number is infinite or not a number.
    #[error("column `{column}`, row {row}: the value is not a finite number")]
    NotFinite {
        /// The column.
        column: String,
        /// The row, from 0.
        row: usize,
    },
    /// A column of text stands where numbers are needed.
    #[error("column `{column}` holds categories where a number is needed")]
    NotNumeric {
        /// The column.
        column: String,
    },
    /// A column of numbers stands where categories are needed.
    #[error("column `{column}` holds numbers where categories are needed")]
    NotCategorical {
        /// The column.
        column: String,
    },
    /// No row is complete.
    #[error("none of the {rows} rows is complete in the columns of the model")]
    NoCompleteRow {
        /// Rows given.
        rows: usize,
    },
    /// The response never changes.
    #[error("the outcome `{response}` is the same in every row")]
    ConstantResponse {
        /// The response column.
        response: String,
    },
    /// No more rows than fixed effects.
    #[error("{rows} rows cannot determine {columns} fixed effects and a residual variance")]
    TooFewRows {
        /// Rows used.
        rows: usize,
        /// Columns of the fixed part.
        columns: usize,
    },
    /// A grouping factor has a single level.
    #[error("the grouping factor `{factor}` has one level only; its variance cannot be estimated")]
    OneLevel {
        /// The factor.
        factor: String,
    },
    /// A grouping factor has as many effects as there are rows: its variance and the residual's are one.
    #[error("`{factor}` has {effects} effects for {rows} rows; they cannot be told from the residual")]
    AsManyEffectsAsRows {
        /// The factor.
        factor: String,
        /// Its levels times its effects per level.
        effects: usize,
        /// Rows used.
        rows: usize,
    },
    /// The formula has no random term where one is needed.
    #[error("the formula has no random term such as `(1 | unit)`")]
    NoRandomTerm,
    /// The formula has a random term where none can be used.
    #[error("this model has no random terms; leave out `{term}`")]
    RandomTerm {
        /// The term.
        term: String,
    },
    /// The same random effect is written twice.
    #[error("the random effect `{effect}` of `{factor}` stands twice in the formula")]
    RepeatedRandomEffect {
        /// The effect.
        effect: String,
        /// The grouping factor.
        factor: String,
    },
    /// The crossed part that must be held densely is too large.
    #[error("{columns} crossed effects must be held densely; at most {limit} are possible")]
    TooManyCrossedEffects {
        /// Effects of all factors but the largest.
        columns: usize,
        /// The limit.
        limit: usize,
    },
    /// A weight is zero or negative.
    #[error("row {row}: a weight must be above zero")]
    BadWeight {
        /// The row, from 0.
        row: usize,
    },
    /// The fixed part fits the outcome exactly.
    #[error("the fixed part fits the outcome exactly; no variance is left")]
    PerfectFit,
    /// The variance matrix stopped being positive definite in floating point.
    #[error("the equations are singular at the covariance parameters reached")]
    Singular,
    /// The optimiser stopped before the tolerance was met.
    #[error("no convergence after {evaluations} evaluations: {remaining:e} standard errors are left")]
    NotConverged {
        /// Evaluations made.
        evaluations: usize,
        /// Length of the last step, in standard errors of the parameters.
        remaining: f64,
    },
    /// Too few values for the statistic.
    #[error("{statistic} needs at least {needed} values, there are {found}")]
    TooFewValues {
        /// What was to be computed.
        statistic: &'static str,
        /// Values needed.
        needed: usize,
        /// Values there.
        found: usize,
    },
    /// A value lies outside its range.
    #[error("{what} must be {expected}, not {value}")]
    OutOfRange {
        /// What it is.
        what: &'static str,
        /// The value.
        value: f64,
        /// The allowed range.
        expected: &'static str,
    },
    /// Two fits cannot be compared.
    #[error("the two fits cannot be compared: {reason}")]
    NotComparable {
        /// Why.
        reason: &'static str,
    },
}
