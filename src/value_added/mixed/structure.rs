//! What the fitting needs to know of the random part, whatever its structure.

use super::crossed::Crossed;
use super::factor::Factor;
use super::nested::Nested;
use crate::value_added::error::ValueAddedError;

/// The cross-products ZᵀZ of the random part. Vectors hold all effects of the first factor, level by level, then those
/// of the second; with k columns they are stored effect by effect.
pub(super) trait Structure: Send + Sync {
    /// Effects of all factors together.
    fn n_effects(&self) -> usize;

    /// ZᵀZ v.
    fn cross_times(&self, v: &[f64], k: usize) -> Vec<f64>;

    /// The Cholesky factor of M = ΛᵀZᵀZΛ + I for a Λ per factor (q × q, row by row); `None` when M is not positive
    /// definite in floating point.
    fn factor(&self, lambdas: &[Vec<f64>]) -> Option<Box<dyn Factored + '_>>;
}

/// M = LLᵀ.
pub(super) trait Factored {
    /// ln|M|.
    fn log_determinant(&self) -> f64;

    /// r ← L⁻¹Λᵀr.
    fn half_solve(&self, r: &mut [f64], k: usize);

    /// t ← L⁻ᵀt.
    fn back_solve(&self, t: &mut [f64], k: usize);

    /// The diagonal blocks of M⁻¹: per factor q × q per level. The factor is given up for them.
    fn inverse_blocks(self: Box<Self>) -> Vec<Vec<f64>>;
}

/// The cheapest structure that holds the factors.
pub(super) fn structure(
    factors: &[Factor],
    roots: Option<&[f64]>,
) -> Result<Box<dyn Structure>, ValueAddedError> {
    match Nested::new(factors, roots) {
        Some(nested) => Ok(Box::new(nested)),
        None => Ok(Box::new(Crossed::new(factors, roots)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value_added::data::{Column, Data};
    use crate::value_added::design::Design;
    use crate::value_added::formula::Formula;
    use crate::value_added::mixed::factor::factors;
    use crate::value_added::mixed::small;

    fn close(a: &[f64], b: &[f64]) {
        assert_eq!(a.len(), b.len());
        assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-10 * b.abs().max(1.0)), "{a:?} for {b:?}");
    }

    /// Slopes at both levels, so that every block is a matrix.
    #[test]
    fn nested_factors_give_the_same_when_they_are_treated_as_crossed() {
        let n = 120;
        let number = |f: fn(usize) -> f64| Column::numbers(&(0..n).map(f).collect::<Vec<_>>());
        let data = Data::new([
            ("y".to_owned(), number(|i| ((i * 7919) % 101) as f64)),
            ("x".to_owned(), number(|i| ((i * 31) % 17) as f64 / 8.0 - 1.0)),
            ("class".to_owned(), number(|i| (i % 24) as f64)),
            ("school".to_owned(), number(|i| (i % 24 / 4) as f64)),
            ("region".to_owned(), number(|i| (i % 24 / 12) as f64)),
        ])
        .unwrap();
        let formula = "y ~ x + (1 + x | class) + (x | school) + (1 | region)";
        let design = Design::new(&Formula::parse(formula).unwrap(), &data).unwrap();
        let factors = factors(&design).unwrap();
        let roots: Vec<f64> = (0..n).map(|i| 1.0 + (i % 3) as f64).collect();
        let nested = Nested::new(&factors, Some(&roots)).unwrap();
        let crossed = Crossed::new(&factors, Some(&roots)).unwrap();
        let lambdas = vec![vec![0.7, 0.0, 0.2, 0.4], vec![0.5, 0.0, -0.1, 0.3], vec![0.6]];
        let (a, b) = (nested.factor(&lambdas).unwrap(), crossed.factor(&lambdas).unwrap());
        assert!((a.log_determinant() - b.log_determinant()).abs() < 1e-10);
        let k = 2;
        let v: Vec<f64> = (0..nested.n_effects() * k).map(|i| ((i * 37) % 23) as f64 - 11.0).collect();
        close(&nested.cross_times(&v, k), &crossed.cross_times(&v, k));
        let (mut ours, mut theirs) = (v.clone(), v.clone());
        a.half_solve(&mut ours, k);
        b.half_solve(&mut theirs, k);
        close(
            &small::transposed_product(&ours, k, &ours, k),
            &small::transposed_product(&theirs, k, &theirs, k),
        );
        a.back_solve(&mut ours, k);
        b.back_solve(&mut theirs, k);
        close(&ours, &theirs);
        for (a, b) in a.inverse_blocks().iter().zip(&b.inverse_blocks()) {
            close(a, b);
        }
    }
}
