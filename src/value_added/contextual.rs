//! The between and the within part of a variable.
//!
//! A score differs between units and within them, and the two parts can have different effects: x = x̄ⱼ + (x − x̄ⱼ)
//! (S. Raudenbush and A. Bryk, "Hierarchical Linear Models", 2002, chapter 5). With both parts in a model the contextual
//! effect is the difference of their coefficients.

use super::data::{Column, Data};
use super::error::ValueAddedError;
use super::mixed::MixedFit;

/// The data with two more columns: `<x>_between`, the mean of the unit, and `<x>_within`, the rest. Rows with a missing
/// unit or score have neither.
///
/// # Errors
/// A missing column, categories where numbers are needed and the reverse.
pub fn decompose(data: &Data, x: &str, unit: &str) -> Result<Data, ValueAddedError> {
    let values = data.numbers(x)?;
    let codes: Vec<Option<u32>> = match data.column(unit)? {
        Column::Category(category) => category.codes().to_vec(),
        Column::Number(_) => return Err(ValueAddedError::NotCategorical { column: unit.to_owned() }),
    };
    let groups = codes.iter().flatten().max().map_or(0, |code| *code as usize + 1);
    let mut sums = vec![(0.0, 0_usize); groups];
    for (value, code) in values.iter().zip(&codes) {
        if let (Some(value), Some(code)) = (value, code) {
            let (sum, n) = &mut sums[*code as usize];
            *sum += value;
            *n += 1;
        }
    }
    let parts: Vec<Option<(f64, f64)>> = values
        .iter()
        .zip(&codes)
        .map(|(value, code)| {
            let (sum, n) = sums[(*code)? as usize];
            let mean = sum / n as f64;
            value.map(|value| (mean, value - mean))
        })
        .collect();
    let between = Column::Number(parts.iter().map(|p| p.map(|p| p.0)).collect());
    let within = Column::Number(parts.iter().map(|p| p.map(|p| p.1)).collect());
    data.with([(format!("{x}_between"), between), (format!("{x}_within"), within)])
}

/// The effect of the context: between minus within.
#[derive(Debug, Clone, PartialEq)]
pub struct ContextualEffect {
    /// Coefficient of the unit's mean.
    pub between: f64,
    /// Coefficient of the deviation from it.
    pub within: f64,
    /// Their difference.
    pub contextual: f64,
    /// Its standard error.
    pub standard_error: f64,
}

/// The contextual effect of a decomposed variable in a fit; `None` when the fit does not hold both parts.
#[must_use]
pub fn contextual_effect(fit: &MixedFit, x: &str) -> Option<ContextualEffect> {
    let at = |part: &str| fit.fixed.iter().position(|effect| effect.name == format!("{x}_{part}"));
    let (b, w) = (at("between")?, at("within")?);
    let (between, within) = (fit.fixed[b].estimate, fit.fixed[w].estimate);
    let c = &fit.covariance;
    let variance = c[(b, b)] + c[(w, w)] - 2.0 * c[(b, w)];
    Some(ContextualEffect { between, within, contextual: between - within, standard_error: variance.sqrt() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value_added::data::Category;
    use crate::value_added::design::Design;
    use crate::value_added::formula::Formula;
    use crate::value_added::mixed::{Criterion, MixedModel};

    #[test]
    fn the_parts_add_up_and_the_contextual_effect_is_their_difference() {
        let unit = ["a", "a", "b", "b", "c", "c", "c", "d", "d"].map(Some);
        let data = Data::new([
            ("y".to_owned(), Column::numbers(&[1.0, 2.5, 2.0, 4.0, 3.0, 6.0, 5.5, 4.0, 7.0])),
            ("x".to_owned(), Column::numbers(&[1.0, 2.0, 2.0, 4.0, 1.0, 5.0, 4.0, 2.0, 7.0])),
            ("unit".to_owned(), Column::Category(Category::from_texts(unit))),
        ])
        .unwrap();
        let both = decompose(&data, "x", "unit").unwrap();
        let Column::Number(between) = both.column("x_between").unwrap() else { panic!() };
        assert_eq!(between[0], Some(1.5));
        let formula = Formula::parse("y ~ x_between + x_within + (1 | unit)").unwrap();
        let model = MixedModel::new(Design::new(&formula, &both).unwrap()).unwrap();
        let effect = contextual_effect(&model.fit(Criterion::Ml).unwrap(), "x").unwrap();
        // With the score itself in place of its within part, the coefficient of the mean is the contextual effect.
        let formula = Formula::parse("y ~ x_between + x + (1 | unit)").unwrap();
        let model = MixedModel::new(Design::new(&formula, &both).unwrap()).unwrap();
        let direct = &model.fit(Criterion::Ml).unwrap().fixed[1];
        assert!((effect.contextual - direct.estimate).abs() < 1e-7);
        assert!((effect.standard_error - direct.standard_error).abs() < 1e-7);
        assert!(decompose(&data, "unit", "x").is_err());
    }
}
