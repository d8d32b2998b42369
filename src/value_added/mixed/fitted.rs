//! What a fitted mixed model expects of each row.

use super::fit::{MixedFit, MixedModel, Modes};

/// The fit of one row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fitted {
    /// By the fixed part alone: xᵀβ.
    pub fixed: f64,
    /// With the conditional modes of its units: xᵀβ + zᵀb.
    pub conditional: f64,
}

impl MixedModel {
    /// The fit of each row used, in their order, from a fit and its conditional modes.
    #[must_use]
    pub fn fitted(&self, fit: &MixedFit, modes: &[Modes]) -> Vec<Fitted> {
        let fixed = self.fixed_prediction(fit).into_iter();
        let mut rows: Vec<Fitted> = fixed.map(|fixed| Fitted { fixed, conditional: fixed }).collect();
        for (factor, modes) in self.system.factors.iter().zip(modes) {
            for (index, effect) in factor.effects.iter().enumerate() {
                for (row, fitted) in rows.iter_mut().enumerate() {
                    let value = effect.values.as_ref().map_or(1.0, |values| values[row] * effect.scale);
                    factor.for_each_member(row, |level, share| {
                        fitted.conditional += share * value * modes.modes[(level, index)];
                    });
                }
            }
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use crate::value_added::data::{Category, Column, Data};
    use crate::value_added::design::Design;
    use crate::value_added::formula::Formula;
    use crate::value_added::mixed::{Criterion, MixedModel};

    /// Henderson's equations: Xᵀe = 0, and σ²Σ⁻¹bⱼ = Zⱼᵀe for every level.
    #[test]
    fn residuals_meet_hendersons_equations() {
        let n = 60_u32;
        let noise = |i: u32| f64::from(i * 7919 % 97) / 97.0 - 0.5;
        let school = |i: u32| ["a", "b", "c", "d", "e"][i as usize % 5];
        let teacher = |i: u32| ["s", "t", "u", "v"][i as usize / 3 % 4];
        let x: Vec<f64> = (0..n).map(|i| f64::from(i * 37 % 11)).collect();
        let y: Vec<f64> = (0..n)
            .map(|i| {
                let slope = 0.5 + 0.3 * f64::from(i % 5);
                3.0 * f64::from(i % 5) + slope * x[i as usize] + f64::from(i / 3 % 4) + 2.0 * noise(i)
            })
            .collect();
        let data = Data::new([
            ("x".to_owned(), Column::numbers(&x)),
            ("y".to_owned(), Column::numbers(&y)),
            ("school".to_owned(), Column::Category(Category::from_texts((0..n).map(school).map(Some)))),
            ("teacher".to_owned(), Column::Category(Category::from_texts((0..n).map(teacher).map(Some)))),
        ])
        .unwrap();
        let formula = Formula::parse("y ~ x + (1 + x | school) + (1 | teacher)").unwrap();
        let model = MixedModel::new(Design::new(&formula, &data).unwrap()).unwrap();
        let fit = model.fit(Criterion::Reml).unwrap();
        let modes = model.modes(&fit).unwrap();
        let fitted = model.fitted(&fit, &modes);
        let e: Vec<f64> = y.iter().zip(&fitted).map(|(y, fitted)| y - fitted.conditional).collect();
        assert!(e.iter().sum::<f64>().abs() < 1e-8);
        assert!(e.iter().zip(&x).map(|(e, x)| e * x).sum::<f64>().abs() < 1e-7);
        for random in &model.design().random {
            let modes = modes.iter().find(|modes| modes.factor == random.grouping.name).unwrap();
            let component = fit.components.iter().find(|one| one.factor == modes.factor).unwrap();
            for level in 0..random.grouping.levels.len() {
                let own = || (0..n as usize).filter(|row| random.grouping.codes[*row] as usize == level);
                let scores = [own().map(|row| e[row]).sum::<f64>(), own().map(|row| e[row] * x[row]).sum()];
                for (i, effect) in modes.modes.row(level).iter().enumerate() {
                    // b = Σ Zᵀe / σ².
                    let expected: f64 = (0..modes.effects.len())
                        .map(|j| component.covariance[(i, j)] * scores[j] / fit.residual_variance)
                        .sum();
                    assert!((effect - expected).abs() < 1e-7, "{effect} {expected}");
                }
            }
        }
    }
}
