//! Stability over cohorts and sensitivity to the model: how far the same units come out alike.

use std::collections::BTreeMap;

use super::Fit;
use crate::value_added::stability::{Agreement, Effects, agreement, ranks, third};

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// The cohorts of one model.
    Cohorts,
    /// The models of one cohort.
    Models,
}

impl Over {
    /// Its key in the table.
    pub fn key(self) -> &'static str {
        match self {
            Self::Cohorts => "cohorts",
            Self::Models => "models",
        }
    }
}

/// The agreement of two cohorts of a model, or of two models of a cohort.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreed {
    /// What is compared.
    pub over: Over,
    /// The model whose cohorts are compared.
    pub model: Option<String>,
    /// The cohort whose models are compared; all students together where `None`.
    pub cohort: Option<String>,
    /// Grouping factor.
    pub factor: String,
    /// The agreement.
    pub agreement: Agreement,
}

/// The ranks of one unit over the models.
#[derive(Debug, Clone, PartialEq)]
pub struct Sensitivity {
    /// The cohort; all students together where `None`.
    pub cohort: Option<String>,
    /// Grouping factor.
    pub factor: String,
    /// The unit.
    pub unit: String,
    /// Models with the unit.
    pub models: usize,
    /// The best rank, 1 the highest effect, and its model.
    pub best: (f64, String),
    /// The worst rank and its model.
    pub worst: (f64, String),
    /// Whether it stands in the same third in every model.
    pub same_third: bool,
}

/// A cohort or a model with the effects of its units.
type Sets = Vec<(String, Effects)>;

/// Models and their units by cohort and factor.
type ByCohort = BTreeMap<(Option<String>, String), Sets>;

/// Every pair of cohorts of a model, then every pair of models of a cohort.
pub fn agreed(fits: &[Fit<'_>]) -> Vec<Agreed> {
    let mut cohorts: BTreeMap<(String, String), Sets> = BTreeMap::new();
    for fit in fits {
        let Some(cohort) = &fit.cohort else { continue };
        for (factor, effects) in main_effects(fit) {
            let key = (fit.declaration.key.clone(), factor);
            cohorts.entry(key).or_default().push((cohort.clone(), effects));
        }
    }
    let stable = cohorts.into_iter().flat_map(|((model, factor), sets)| {
        pairs(&sets).into_iter().map(move |agreement| Agreed {
            over: Over::Cohorts,
            model: Some(model.clone()),
            cohort: None,
            factor: factor.clone(),
            agreement,
        })
    });
    let sensitive = by_cohort(fits).into_iter().flat_map(|((cohort, factor), sets)| {
        pairs(&sets).into_iter().map(move |agreement| Agreed {
            over: Over::Models,
            model: None,
            cohort: cohort.clone(),
            factor: factor.clone(),
            agreement,
        })
    });
    stable.chain(sensitive).collect()
}

/// The units that occur in at least two models of a cohort.
pub fn sensitivity(fits: &[Fit<'_>]) -> Vec<Sensitivity> {
    let mut found = Vec::new();
    for ((cohort, factor), sets) in by_cohort(fits) {
        let mut units: BTreeMap<&str, Vec<(f64, usize, &str)>> = BTreeMap::new();
        for (model, effects) in &sets {
            let values: Vec<f64> = effects.values().copied().collect();
            for (unit, rank) in effects.keys().zip(ranks(&values)) {
                units.entry(unit).or_default().push((rank, third(rank, values.len()), model));
            }
        }
        for (unit, places) in units.into_iter().filter(|(_, places)| places.len() > 1) {
            let by_rank = |a: &&(f64, usize, &str), b: &&(f64, usize, &str)| a.0.total_cmp(&b.0);
            let (Some(best), Some(worst)) = (places.iter().min_by(by_rank), places.iter().max_by(by_rank))
            else {
                continue;
            };
            found.push(Sensitivity {
                cohort: cohort.clone(),
                factor: factor.clone(),
                unit: unit.to_owned(),
                models: places.len(),
                best: (best.0, best.2.to_owned()),
                worst: (worst.0, worst.2.to_owned()),
                same_third: places.iter().all(|place| place.1 == places[0].1),
            });
        }
    }
    found
}

fn by_cohort(fits: &[Fit<'_>]) -> ByCohort {
    let mut models = ByCohort::new();
    for fit in fits {
        for (factor, effects) in main_effects(fit) {
            let sets = models.entry((fit.cohort.clone(), factor)).or_default();
            sets.push((fit.declaration.key.clone(), effects));
        }
    }
    models
}

/// The first effect of every factor: the intercept of a mixed model, the mean of a gain.
fn main_effects(fit: &Fit<'_>) -> Vec<(String, Effects)> {
    let mut found: Vec<(String, Effects)> = Vec::new();
    for units in fit.outcome.iter().flat_map(|findings| &findings.units) {
        if found.iter().all(|(factor, _)| *factor != units.factor) {
            let effects = units.units.iter().map(|unit| (unit.unit.clone(), unit.effect)).collect();
            found.push((units.factor.clone(), effects));
        }
    }
    found
}

fn pairs(sets: &Sets) -> Vec<Agreement> {
    agreement(sets).unwrap_or_default()
}
