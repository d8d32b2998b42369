//! Weights from pairwise judgements (analytic hierarchy process).

use ndarray::{Array1, ArrayView2};
use thiserror::Error;

/// Mean consistency index of random reciprocal matrices of order 1 to 15: T. L. Saaty, "The Analytic Hierarchy
/// Process" (McGraw-Hill, 1980), the table that the rule "consistent below 0.1" was stated for.
pub const RANDOM_INDEX: [f64; 15] =
    [0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59];

/// The consistency ratio below which Saaty calls the judgements acceptable.
pub const ACCEPTABLE_CONSISTENCY_RATIO: f64 = 0.1;

/// How far a_ij·a_ji may be from 1: judgements are often written down as 0.33 for one third.
pub const RECIPROCITY_TOLERANCE: f64 = 0.02;

/// The power method gains a factor of at least ten every few steps on judgement matrices.
const MAX_STEPS: usize = 10_000;

/// Why judgements give no weights.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum JudgementError {
    /// The matrix is not square.
    #[error("the judgements form {rows} rows and {columns} columns")]
    NotSquare {
        /// Rows.
        rows: usize,
        /// Columns.
        columns: usize,
    },
    /// The order is 0 or beyond the table of random indices.
    #[error("{0} things cannot be compared; 1 to 15 can")]
    Order(usize),
    /// A judgement is not a positive number, or a thing is not judged equal to itself.
    #[error("the judgement in row {row}, column {column} is {value}")]
    Entry {
        /// Row, from 0.
        row: usize,
        /// Column, from 0.
        column: usize,
        /// The value found.
        value: f64,
    },
    /// Two judgements of one pair are not each other's reciprocals.
    #[error("rows {row} and {column} judge each other by {value} and {opposite}, which are not reciprocal")]
    NotReciprocal {
        /// Row, from 0.
        row: usize,
        /// Column, from 0.
        column: usize,
        /// The judgement at (row, column).
        value: f64,
        /// The judgement at (column, row).
        opposite: f64,
    },
    /// The power method did not settle.
    #[error("the principal eigenvector was not found")]
    NoConvergence,
}

/// Weights derived from judgements, with their consistency.
#[derive(Debug, Clone, PartialEq)]
pub struct Priorities {
    /// The principal eigenvector, with sum one.
    pub weights: Vec<f64>,
    /// The principal eigenvalue, at least n.
    pub lambda_max: f64,
    /// (λ_max − n) / (n − 1); zero for n = 1.
    pub consistency_index: f64,
    /// The index over [`RANDOM_INDEX`] of the same order; zero for n ≤ 2, where judgements cannot contradict.
    pub consistency_ratio: f64,
}

/// The weights of n things from the n × n matrix of judgements a_ij = "how many times i outweighs j" (Saaty 1980).
///
/// The weights are the principal eigenvector, found by the power method from equal weights.
///
/// # Errors
/// See [`JudgementError`].
pub fn priorities(judgements: ArrayView2<'_, f64>) -> Result<Priorities, JudgementError> {
    check(judgements)?;
    let n = judgements.nrows();
    let mut weights = Array1::from_elem(n, 1.0 / n as f64);
    for _ in 0..MAX_STEPS {
        let product = judgements.dot(&weights);
        let next = &product / product.sum();
        let change = (&next - &weights).iter().fold(0.0_f64, |m, d| m.max(d.abs()));
        weights = next;
        if change <= f64::EPSILON {
            return Ok(with_consistency(judgements, weights));
        }
    }
    Err(JudgementError::NoConvergence)
}

fn with_consistency(judgements: ArrayView2<'_, f64>, weights: Array1<f64>) -> Priorities {
    let n = weights.len();
    let order = n as f64;
    let lambda_max = (judgements.dot(&weights) / &weights).sum() / order;
    let consistency_index = if n > 1 { (lambda_max - order) / (order - 1.0) } else { 0.0 };
    let consistency_ratio = if n > 2 { consistency_index / RANDOM_INDEX[n - 1] } else { 0.0 };
    Priorities { weights: weights.to_vec(), lambda_max, consistency_index, consistency_ratio }
}

fn check(judgements: ArrayView2<'_, f64>) -> Result<(), JudgementError> {
    let (rows, columns) = judgements.dim();
    if rows != columns {
        return Err(JudgementError::NotSquare { rows, columns });
    }
    if rows == 0 || rows > RANDOM_INDEX.len() {
        return Err(JudgementError::Order(rows));
    }
    for ((row, column), &value) in judgements.indexed_iter() {
        let valid = value.is_finite() && value > 0.0;
        if !valid || (row == column && (value - 1.0).abs() > RECIPROCITY_TOLERANCE) {
            return Err(JudgementError::Entry { row, column, value });
        }
        let opposite = judgements[(column, row)];
        if row < column && (value * opposite - 1.0).abs() > RECIPROCITY_TOLERANCE {
            return Err(JudgementError::NotReciprocal { row, column, value, opposite });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, array};

    #[test]
    fn the_published_comparison_of_drinks_is_reproduced() {
        // T. L. Saaty, "Decision making with the analytic hierarchy process", Int. J. Services Sciences 1 (2008):
        // weights .177 .019 .042 .116 .190 .129 .327, consistency ratio .022. More digits: numpy.linalg.eig.
        let ninth = 1.0 / 9.0;
        let third = 1.0 / 3.0;
        let judgements = array![
            [1.0, 9.0, 5.0, 2.0, 1.0, 1.0, 0.5],
            [ninth, 1.0, third, ninth, ninth, ninth, ninth],
            [0.2, 3.0, 1.0, third, 0.25, third, ninth],
            [0.5, 9.0, 3.0, 1.0, 0.5, 1.0, third],
            [1.0, 9.0, 4.0, 2.0, 1.0, 2.0, 0.5],
            [1.0, 9.0, 3.0, 1.0, 0.5, 1.0, third],
            [2.0, 9.0, 9.0, 3.0, 2.0, 3.0, 1.0],
        ];
        let result = priorities(judgements.view()).unwrap();
        let expected = [
            0.177_456_747_445_717,
            0.019_149_476_024_353_6,
            0.041_831_181_662_097_9,
            0.116_417_031_734_858_6,
            0.189_572_375_326_176_2,
            0.128_780_548_538_722_5,
            0.326_792_639_268_074_2,
        ];
        for (got, expected) in result.weights.iter().zip(expected) {
            assert!((got - expected).abs() < 1e-14);
        }
        assert!((result.lambda_max - 7.176_629_039_330_35).abs() < 1e-13);
        assert!((result.consistency_ratio - 0.022_301_646_380_094_7).abs() < 1e-13);
    }

    #[test]
    fn consistent_judgements_return_their_weights() {
        let weights = [0.5, 0.3, 0.2];
        let judgements = Array2::from_shape_fn((3, 3), |(i, j)| weights[i] / weights[j]);
        let result = priorities(judgements.view()).unwrap();
        for (got, expected) in result.weights.iter().zip(weights) {
            assert!((got - expected).abs() < 1e-15);
        }
        assert!(result.consistency_ratio.abs() < 1e-14);
    }

    #[test]
    fn judgements_that_are_none_are_refused_with_their_place() {
        assert_eq!(
            priorities(array![[1.0, 2.0], [2.0, 1.0]].view()),
            Err(JudgementError::NotReciprocal { row: 0, column: 1, value: 2.0, opposite: 2.0 })
        );
        assert!(matches!(
            priorities(array![[1.0, -2.0], [-0.5, 1.0]].view()),
            Err(JudgementError::Entry { .. })
        ));
        assert!(matches!(priorities(array![[2.0]].view()), Err(JudgementError::Entry { .. })));
        assert!(matches!(priorities(Array2::ones((1, 2)).view()), Err(JudgementError::NotSquare { .. })));
        assert_eq!(priorities(Array2::ones((16, 16)).view()), Err(JudgementError::Order(16)));
    }
}
