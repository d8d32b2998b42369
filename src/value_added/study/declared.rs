//! `value_added.toml`: which models are fitted on which students.

use std::fmt;

use serde::Deserialize;

use super::model::{MODELS, Model, find};
use crate::value_added::error::ValueAddedError;
use crate::value_added::formula::{Formula, RandomTerm};

/// Which students a model is fitted on at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cohorts {
    /// One fit for every cohort.
    #[default]
    Each,
    /// One fit for all students.
    Together,
}

/// A declared model.
#[derive(Clone)]
pub struct Declaration {
    /// Its key in the results.
    pub key: String,
    /// What is fitted.
    pub model: &'static dyn Model,
    /// Formula in Wilkinson's notation.
    pub formula: Formula,
    /// The formula as it was written.
    pub written: String,
    /// The factor whose units are compared, where the formula has no random term for it.
    pub unit: Option<String>,
    /// Which students at a time.
    pub cohorts: Cohorts,
    /// Level of the intervals.
    pub level: f64,
    /// Units with fewer students are shown but not ranked.
    pub smallest_ranked: usize,
    /// Seed of what is drawn.
    pub seed: u64,
}

impl fmt::Debug for Declaration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {}", self.key, self.model.key(), self.written)
    }
}

impl Declaration {
    /// The columns the model needs.
    pub fn columns(&self) -> Vec<String> {
        let mut columns: Vec<String> = self.formula.columns().into_iter().map(str::to_owned).collect();
        columns.extend(self.unit.clone().filter(|unit| !columns.contains(unit)));
        columns
    }

    /// The formula with the unit, where one is named, as its only grouping factor: `y ~ x + (1 | unit)`. The design of
    /// it has the rows that are complete with their unit.
    ///
    /// # Errors
    /// [`ValueAddedError::RandomTerm`] where the formula has a random term.
    pub fn grouped(&self) -> Result<Formula, ValueAddedError> {
        if let Some(random) = self.formula.random.first() {
            return Err(ValueAddedError::RandomTerm { term: random.to_string() });
        }
        let term =
            |unit: &String| RandomTerm { intercept: true, terms: Vec::new(), grouping: vec![unit.clone()] };
        Ok(Formula { random: self.unit.iter().map(term).collect(), ..self.formula.clone() })
    }
}

/// All declared models.
#[derive(Debug, Clone, Default)]
pub struct Declarations {
    /// In the order of the file.
    pub models: Vec<Declaration>,
}

/// What is wrong with one entry of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclarationError {
    /// Key of the entry, or its number; empty for the file as a whole.
    pub entry: String,
    /// Code of the text in the catalogue: `value_added.declared.CODE`.
    pub code: &'static str,
    /// Values the text names.
    pub values: Vec<(&'static str, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    model: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    key: String,
    model: String,
    formula: String,
    unit: Option<String>,
    #[serde(default)]
    cohorts: Cohorts,
    level: Option<f64>,
    smallest_ranked: Option<usize>,
    seed: Option<u64>,
}

/// Units below this size are not ranked unless the entry says otherwise.
const SMALLEST_RANKED: usize = 10;
/// Level of intervals unless the entry says otherwise.
const LEVEL: f64 = 0.95;
/// Seed unless the entry says otherwise.
const SEED: u64 = 20_260_101;

impl Declarations {
    /// Reads the file.
    ///
    /// # Errors
    /// Every entry that is wrong.
    pub fn parse(text: &str) -> Result<Self, Vec<DeclarationError>> {
        let file: File = toml::from_str(text).map_err(|cause| {
            let cause = cause.to_string().trim().to_owned();
            vec![DeclarationError { entry: String::new(), code: "syntax", values: vec![("cause", cause)] }]
        })?;
        let mut problems = Vec::new();
        let mut models: Vec<Declaration> = Vec::new();
        for entry in file.model {
            let key = entry.key.clone();
            let mut wrong = |code, values| {
                problems.push(DeclarationError { entry: key.clone(), code, values });
            };
            if models.iter().any(|known| known.key == entry.key) {
                wrong("repeated", Vec::new());
            }
            match entry.declaration() {
                Ok(declaration) => models.push(declaration),
                Err((code, values)) => wrong(code, values),
            }
        }
        if problems.is_empty() { Ok(Self { models }) } else { Err(problems) }
    }
}

/// Code and values of a problem.
type Problem = (&'static str, Vec<(&'static str, String)>);

impl Entry {
    fn declaration(self) -> Result<Declaration, Problem> {
        let known = || MODELS.iter().map(|model| model.key()).collect::<Vec<_>>().join(", ");
        let model = find(&self.model)
            .ok_or_else(|| ("model", vec![("model", self.model.clone()), ("known", known())]))?;
        let formula = Formula::parse(&self.formula).map_err(|error| {
            let position = error.position.to_string();
            ("formula", vec![("formula", self.formula.clone()), ("position", position)])
        })?;
        let level = self.level.unwrap_or(LEVEL);
        if !(level > 0.0 && level < 1.0) {
            return Err(("level", vec![("level", level.to_string())]));
        }
        if model.needs_unit() && self.unit.is_none() {
            return Err(("unit", vec![("model", self.model)]));
        }
        Ok(Declaration {
            key: self.key,
            model,
            formula,
            written: self.formula,
            unit: self.unit,
            cohorts: self.cohorts,
            level,
            smallest_ranked: self.smallest_ranked.unwrap_or(SMALLEST_RANKED),
            seed: self.seed.unwrap_or(SEED),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_entry_is_named_at_once() {
        let text = r#"
            [[model]]
            key = "a"
            model = "no-such"
            formula = "y ~ x"
            [[model]]
            key = "b"
            model = "mixed"
            formula = "y ~ "
            [[model]]
            key = "c"
            model = "mean-residual"
            formula = "y ~ x"
        "#;
        let problems = Declarations::parse(text).unwrap_err();
        let found: Vec<(&str, &str)> =
            problems.iter().map(|problem| (problem.entry.as_str(), problem.code)).collect();
        assert_eq!(found, [("a", "model"), ("b", "formula"), ("c", "unit")]);
        assert_eq!(Declarations::parse("model = 3").unwrap_err()[0].code, "syntax");
        let fine = "[[model]]\nkey = \"m\"\nmodel = \"mixed\"\nformula = \"y ~ x + (1 | u)\"\ncohorts = \"together\"";
        let read = Declarations::parse(fine).unwrap();
        assert_eq!((read.models[0].columns().len(), read.models[0].cohorts), (3, Cohorts::Together));
    }
}
