//! Stability over cohorts and sensitivity to the model: how far the same units come out alike.

use std::collections::BTreeMap;

use super::{Declaration, Fit, Rows};
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
    /// The outcome of the models.
    pub outcome: String,
    /// What the effects are measured in.
    pub scale: String,
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
    /// The outcome of the models.
    pub outcome: String,
    /// What the effects are measured in.
    pub scale: String,
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

/// What two models must have in common to be compared: effects on different outcomes, or on different scales, differ
/// because of what they are and not because of the model.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Question {
    cohort: Option<String>,
    factor: String,
    outcome: String,
    scale: String,
}

/// Models and their units by what they are asked.
type ByQuestion = BTreeMap<Question, Sets>;

/// Every pair of cohorts of a model, then every pair of models of a cohort that are asked the same.
pub fn agreed(fits: &[Fit<'_>]) -> Vec<Agreed> {
    let mut cohorts: BTreeMap<(String, Question), Sets> = BTreeMap::new();
    for fit in fits {
        let Some(cohort) = &fit.cohort else { continue };
        for (question, effects) in main_effects(fit) {
            let key = (fit.declaration.key.clone(), Question { cohort: None, ..question });
            cohorts.entry(key).or_default().push((cohort.clone(), effects));
        }
    }
    let stable = cohorts
        .iter()
        .flat_map(|((model, question), sets)| rows((Over::Cohorts, Some(model.as_str())), question, sets));
    let models = by_question(fits);
    let sensitive = models.iter().flat_map(|(question, sets)| rows((Over::Models, None), question, sets));
    stable.chain(sensitive).collect()
}

fn rows((over, model): (Over, Option<&str>), question: &Question, sets: &Sets) -> Vec<Agreed> {
    let row = |agreement| Agreed {
        over,
        model: model.map(str::to_owned),
        cohort: question.cohort.clone(),
        factor: question.factor.clone(),
        outcome: question.outcome.clone(),
        scale: question.scale.clone(),
        agreement,
    };
    agreement(sets).unwrap_or_default().into_iter().map(row).collect()
}

/// The units that occur in at least two models of a cohort.
pub fn sensitivity(fits: &[Fit<'_>]) -> Vec<Sensitivity> {
    let mut found = Vec::new();
    for (question, sets) in by_question(fits) {
        let mut units: BTreeMap<&str, Vec<(f64, usize, &str)>> = BTreeMap::new();
        // A model without any difference between units puts them in no order.
        let differ = |effects: &Effects| {
            let mut values = effects.values();
            values.next().is_some_and(|first| values.any(|other| (other - first).abs() > 0.0))
        };
        for (model, effects) in sets.iter().filter(|(_, effects)| differ(effects)) {
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
                cohort: question.cohort.clone(),
                factor: question.factor.clone(),
                outcome: question.outcome.clone(),
                scale: question.scale.clone(),
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

fn by_question(fits: &[Fit<'_>]) -> ByQuestion {
    let mut models = ByQuestion::new();
    for fit in fits {
        for (question, effects) in main_effects(fit) {
            models.entry(question).or_default().push((fit.declaration.key.clone(), effects));
        }
    }
    models
}

/// The first effect of every factor: the intercept of a mixed model, the mean of a gain.
fn main_effects(fit: &Fit<'_>) -> Vec<(Question, Effects)> {
    let mut found: Vec<(Question, Effects)> = Vec::new();
    for units in fit.outcome.iter().flat_map(|findings| &findings.units) {
        if found.iter().all(|(question, _)| question.factor != units.factor) {
            let effects = units.units.iter().map(|unit| (unit.unit.clone(), unit.effect)).collect();
            let question = Question {
                cohort: fit.cohort.clone(),
                factor: units.factor.clone(),
                outcome: outcome(fit.declaration),
                scale: scale(fit.declaration, &units.effect),
            };
            found.push((question, effects));
        }
    }
    found
}

/// What is explained; a gain is another outcome than the score it ends with, and all times another than the last one.
fn outcome(declaration: &Declaration) -> String {
    let response = &declaration.formula.response;
    match (declaration.rows, declaration.model.scale()) {
        (Rows::Times, _) => format!("{response}@*"),
        (Rows::Students, "outcome" | "percentile") => response.clone(),
        (Rows::Students, _) => format!("{response} - {}", before(declaration)),
    }
}

fn before(declaration: &Declaration) -> String {
    declaration.formula.terms.first().map(ToString::to_string).unwrap_or_default()
}

/// What the effect is measured in: a slope, or an effect of one time, is its own scale.
fn scale(declaration: &Declaration, effect: &str) -> String {
    let is_slope = declaration.model.scale() == "outcome"
        && !matches!(effect, "(Intercept)" | "mean_residual" | "fixed_effect");
    if is_slope { effect.to_owned() } else { declaration.model.scale().to_owned() }
}

#[cfg(test)]
mod tests;
