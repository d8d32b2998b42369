//! How much single units decide a mixed model: each is left out in turn.
//!
//! Cook's distance of unit j is (β − β₍ⱼ₎)ᵀ V⁻¹ (β − β₍ⱼ₎)/p with V the covariance of the p fixed effects of the whole fit;
//! its largest DFBETAS is the largest |β − β₍ⱼ₎| over the standard error without the unit.
//! Sources: D. Belsley, E. Kuh and R. Welsch, "Regression Diagnostics", 1980; R. Nieuwenhuis, M. te Grotenhuis and B.
//! Pelzer, "influence.ME", The R Journal 4 (2012).

use super::design::{Design, Grouping, Membership, RandomColumn, RandomDesign};
use super::error::ValueAddedError;
use super::mixed::{MixedFit, MixedModel};
use super::ols::cholesky;
use rayon::prelude::*;

/// What changes without one unit.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitInfluence {
    /// The unit.
    pub unit: String,
    /// Cook's distance of the fixed effects.
    pub cooks_distance: f64,
    /// The largest |DFBETAS|.
    pub dfbetas: f64,
    /// Its fixed effect.
    pub most_changed: String,
    /// Residual variance without the unit.
    pub residual_variance: f64,
    /// Variance of the factor's first effect without the unit.
    pub unit_variance: f64,
}

/// Fits a model without each unit of its first random term; a unit without which there is no fit, or other fixed
/// effects, is left out of the list.
///
/// # Errors
/// No random term, a singular covariance.
pub fn unit_influence(design: &Design, fit: &MixedFit) -> Result<Vec<UnitInfluence>, ValueAddedError> {
    let grouping = &design.random.first().ok_or(ValueAddedError::NoRandomTerm)?.grouping;
    let root = cholesky(&fit.covariance).ok_or(ValueAddedError::Singular)?;
    let p = fit.fixed.len();
    let one = |level: usize| -> Option<UnitInfluence> {
        let without =
            MixedModel::new(design_without(design, grouping, level)?).ok()?.fit(fit.criterion).ok()?;
        let same = without.fixed.len() == p
            && without.fixed.iter().zip(&fit.fixed).all(|(other, own)| other.name == own.name);
        let pairs = || fit.fixed.iter().zip(&without.fixed);
        let mut solved: Vec<f64> = pairs().map(|(own, other)| own.estimate - other.estimate).collect();
        for i in 0..p {
            let known: f64 = (0..i).map(|j| root[(i, j)] * solved[j]).sum();
            solved[i] = (solved[i] - known) / root[(i, i)];
        }
        let change = |(own, other): (&super::mixed::FixedEffect, &super::mixed::FixedEffect)| {
            ((own.estimate - other.estimate).abs() / other.standard_error, own.name.clone())
        };
        let most = pairs().map(change).max_by(|a, b| a.0.total_cmp(&b.0)).filter(|_| same)?;
        let component = without.components.iter().find(|one| one.factor == grouping.name)?;
        Some(UnitInfluence {
            unit: grouping.levels[level].clone(),
            cooks_distance: solved.iter().map(|z| z * z).sum::<f64>() / p as f64,
            dfbetas: most.0,
            most_changed: most.1,
            residual_variance: without.residual_variance,
            unit_variance: component.covariance[(0, 0)],
        })
    };
    Ok((0..grouping.levels.len()).into_par_iter().filter_map(one).collect())
}

/// The design without the rows of one level; `None` where another factor keeps fewer than two levels.
fn design_without(design: &Design, grouping: &Grouping, level: usize) -> Option<Design> {
    let kept: Vec<usize> =
        (0..grouping.codes.len()).filter(|row| grouping.codes[*row] as usize != level).collect();
    let take = |values: &Vec<f64>| -> Vec<f64> { kept.iter().map(|row| values[*row]).collect() };
    let random = design.random.iter().map(|random| {
        let column = |one: &RandomColumn| RandomColumn {
            name: one.name.clone(),
            values: one.values.as_ref().map(take),
        };
        let columns = random.columns.iter().map(column).collect();
        Some(RandomDesign { grouping: taken(&random.grouping, &kept)?, columns })
    });
    let memberships = design.memberships.iter().map(|membership| {
        let rows = kept.iter().map(|row| membership.rows()[*row].clone()).collect();
        Membership::new(membership.name(), membership.levels().to_vec(), rows).ok()
    });
    Some(Design {
        response: take(&design.response),
        columns: design.columns.iter().map(take).collect(),
        random: random.collect::<Option<_>>()?,
        memberships: memberships.collect::<Option<_>>()?,
        weights: design.weights.as_ref().map(take),
        rows: kept.iter().map(|row| design.rows[*row]).collect(),
        ..design.clone()
    })
}

/// A factor in some of its rows, with the levels that remain.
fn taken(grouping: &Grouping, rows: &[usize]) -> Option<Grouping> {
    let codes: Vec<u32> = rows.iter().map(|row| grouping.codes[*row]).collect();
    let mut place = vec![u32::MAX; grouping.levels.len()];
    codes.iter().for_each(|code| place[*code as usize] = 0);
    let mut levels = Vec::new();
    for (level, place) in grouping.levels.iter().zip(&mut place).filter(|(_, place)| **place == 0) {
        *place = u32::try_from(levels.len()).ok()?;
        levels.push(level.clone());
    }
    let codes = codes.iter().map(|code| place[*code as usize]).collect();
    (levels.len() > 1).then(|| Grouping { name: grouping.name.clone(), levels, codes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value_added::formula::Formula;
    use crate::value_added::mixed::Criterion;
    use crate::value_added::reference_tests::csv;

    /// lme4 1.1-31 fitted to the other 64 schools (bobyqa, rhoend 1e-12), Cook's distance by its formula.
    #[test]
    fn schools_change_the_model_as_much_as_in_lme4() {
        let Some(exam) = csv("datasets/value_added/exam.csv", &["school"]) else { return };
        let formula = Formula::parse("normexam ~ standLRT + sex + (1 | school)").unwrap();
        let model = MixedModel::new(Design::new(&formula, &exam).unwrap()).unwrap();
        let fit = model.fit(Criterion::Reml).unwrap();
        let found = unit_influence(model.design(), &fit).unwrap();
        assert_eq!(found.len(), 65);
        for (school, distance, dfbetas, most, residual, variance) in [
            ("1", 0.044_612_049_080, 0.266_253_661_8, "standLRT", 0.560_321_157_97, 0.088_561_148_418),
            ("53", 0.203_784_688_110, 0.715_416_870_6, "standLRT", 0.557_053_111_08, 0.083_299_756_411),
            ("59", 0.044_090_120_165, 0.224_086_520_6, "(Intercept)", 0.563_857_863_16, 0.082_890_500_241),
        ] {
            let own = found.iter().find(|one| one.unit == school).unwrap();
            for (ours, theirs) in [
                (own.cooks_distance, distance),
                (own.dfbetas, dfbetas),
                (own.residual_variance, residual),
                (own.unit_variance, variance),
            ] {
                assert!((ours - theirs).abs() < 1e-6, "{school}: {ours} {theirs}");
            }
            assert_eq!(own.most_changed, most);
        }
    }
}
