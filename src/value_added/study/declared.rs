//! `value_added.toml`: which models are fitted on which students.

use std::fmt;

use serde::Deserialize;

use super::model::{MODELS, Model, find};
use crate::value_added::error::ValueAddedError;
use crate::value_added::formula::{Formula, FormulaProblem, RandomTerm};
use crate::value_added::ols::Robust;

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

/// Which likelihood of a mixed model is maximised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Likelihood {
    /// The restricted likelihood.
    #[default]
    Reml,
    /// The likelihood.
    Ml,
}

/// Which intervals a mixed model's figures have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Intervals {
    /// From standard errors: t for fixed effects, on the logarithm for variances.
    #[default]
    Wald,
    /// Where the profile of the likelihood falls off: many more fits, and truer for variances of few units.
    Profile,
}

/// What a row of the data is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rows {
    /// A student.
    #[default]
    Students,
    /// A student at one of the times at which the outcome was measured.
    Times,
}

/// How long units that a student has left go on having an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Persistence {
    /// They have none: only the units of the row's own time count.
    #[default]
    None,
    /// They keep it (the layered model): the units of all times up to the row's own count.
    Complete,
}

/// What becomes of students with missing inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Missing {
    /// They are left out, counted and compared with those who are used.
    #[default]
    Complete,
    /// Missing inputs are filled with the mean and marked by a column of their own.
    Indicator,
    /// Multiple imputation by chained equations, pooled by Rubin's rules.
    Impute,
}

impl Missing {
    /// Its key in the file and in the tables.
    pub fn key(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Indicator => "indicator",
            Self::Impute => "impute",
        }
    }
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
    /// The full mark of both measurements, for normalised gains.
    pub full: Option<f64>,
    /// How the errors of least squares are estimated.
    pub errors: Robust,
    /// The column of clusters, for cluster-robust errors; the unit where none is named.
    pub cluster: Option<String>,
    /// What a row of the data is.
    pub rows: Rows,
    /// The times in their order, where their names are no numbers.
    pub times: Vec<String>,
    /// A factor of the table of memberships: students may belong to several of its units with shares.
    pub membership: Option<String>,
    /// How long units that were left count, where rows are times.
    pub persistence: Persistence,
    /// What becomes of students with missing inputs.
    pub missing: Missing,
    /// Imputed data sets.
    pub imputations: usize,
    /// Which students at a time.
    pub cohorts: Cohorts,
    /// Level of the intervals.
    pub level: f64,
    /// Which likelihood of a mixed model is maximised.
    pub criterion: Likelihood,
    /// Which intervals its figures have.
    pub intervals: Intervals,
    /// A column of weights: the residual variance of a row is σ² over its weight.
    pub weights: Option<String>,
    /// Whether random terms are tested: one more fit for each.
    pub tests: bool,
    /// Whether each unit is left out in turn: as many fits as there are units.
    pub influence: bool,
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
        for more in self.unit.iter().chain(&self.cluster).chain(&self.weights) {
            if !columns.contains(more) {
                columns.push(more.clone());
            }
        }
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
    /// What is wrong with the formula, where it is the formula.
    pub formula: Option<FormulaProblem>,
}

/// The options of an entry, required ones first.
const OPTIONS: [&str; 22] = [
    "key",
    "model",
    "formula",
    "unit",
    "full",
    "errors",
    "cluster",
    "rows",
    "times",
    "membership",
    "persistence",
    "missing",
    "imputations",
    "cohorts",
    "level",
    "smallest_ranked",
    "seed",
    "influence",
    "tests",
    "criterion",
    "intervals",
    "weights",
];
/// How many of them are required.
const REQUIRED: usize = 3;

#[derive(Deserialize)]
struct Entry {
    key: String,
    model: String,
    formula: String,
    unit: Option<String>,
    full: Option<f64>,
    errors: Option<String>,
    cluster: Option<String>,
    #[serde(default)]
    rows: Rows,
    #[serde(default)]
    times: Vec<String>,
    membership: Option<String>,
    #[serde(default)]
    persistence: Persistence,
    #[serde(default)]
    missing: Missing,
    imputations: Option<usize>,
    #[serde(default)]
    cohorts: Cohorts,
    level: Option<f64>,
    smallest_ranked: Option<usize>,
    seed: Option<u64>,
    #[serde(default)]
    influence: bool,
    #[serde(default)]
    tests: bool,
    #[serde(default)]
    criterion: Likelihood,
    #[serde(default)]
    intervals: Intervals,
    weights: Option<String>,
}

/// Units below this size are not ranked unless the entry says otherwise.
const SMALLEST_RANKED: usize = 10;
/// Imputed data sets unless the entry says otherwise (S. van Buuren, "Flexible Imputation of Missing Data", 2018,
/// section 2.8).
const IMPUTATIONS: usize = 20;
/// More data sets would change nothing that is shown.
const MOST_IMPUTATIONS: usize = 1000;
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
        let file: toml::Table = toml::from_str(text).map_err(|cause| {
            let before = cause.span().map_or("", |span| text.get(..span.start).unwrap_or_default());
            let line = (before.matches('\n').count() + 1).to_string();
            let cause = cause.message().to_owned();
            vec![DeclarationError::of("", ("syntax", vec![("line", line), ("cause", cause)]))]
        })?;
        let entries = file.get("model").and_then(toml::Value::as_array).cloned().unwrap_or_default();
        let mut problems: Vec<DeclarationError> = (file.iter())
            .filter(|(key, value)| *key != "model" || !value.is_array())
            .map(|(key, _)| DeclarationError::of("", ("not_a_model", vec![("option", key.clone())])))
            .collect();
        let mut models: Vec<Declaration> = Vec::new();
        for (at, entry) in entries.into_iter().enumerate() {
            let key = entry.get("key").and_then(toml::Value::as_str).map(str::to_owned);
            let key = key.unwrap_or_else(|| (at + 1).to_string());
            if models.iter().any(|known| known.key == key) {
                problems.push(DeclarationError::of(&key, ("repeated", Vec::new())));
            }
            match Entry::read(entry).map_err(|wrong| (wrong, None)).and_then(Entry::declaration) {
                Ok(declaration) => models.push(declaration),
                Err((wrong, formula)) => {
                    problems.push(DeclarationError { formula, ..DeclarationError::of(&key, wrong) });
                }
            }
        }
        if problems.is_empty() { Ok(Self { models }) } else { Err(problems) }
    }
}

impl DeclarationError {
    fn of(entry: &str, (code, values): Problem) -> Self {
        Self { entry: entry.to_owned(), code, values, formula: None }
    }
}

/// Code and values of a problem.
type Problem = (&'static str, Vec<(&'static str, String)>);

impl Entry {
    /// An entry of the file whose options all exist.
    fn read(entry: toml::Value) -> Result<Self, Problem> {
        let has = |option: &str| entry.get(option).is_some();
        if let Some(option) = OPTIONS[..REQUIRED].iter().find(|option| !has(option)) {
            return Err(("absent", vec![("option", (*option).to_owned())]));
        }
        let mut names = entry.as_table().into_iter().flat_map(|table| table.keys());
        if let Some(option) = names.find(|name| !OPTIONS.contains(&name.as_str())) {
            return Err(("option", vec![("option", option.clone()), ("known", OPTIONS.join(", "))]));
        }
        entry
            .try_into()
            .map_err(|cause: toml::de::Error| ("value", vec![("cause", cause.message().to_owned())]))
    }

    fn declaration(self) -> Result<Declaration, (Problem, Option<FormulaProblem>)> {
        let formula = Formula::parse(&self.formula).map_err(|error| {
            let position = error.position.to_string();
            let values = vec![("formula", self.formula.clone()), ("position", position)];
            (("formula", values), Some(error.problem))
        })?;
        self.with(formula).map_err(|problem| (problem, None))
    }

    /// What the model needs and does not have, or has and cannot use.
    fn refused(&self, model: &dyn Model) -> Option<&'static str> {
        let positive = |full: &f64| full.is_finite() && *full > 0.0;
        let wrong = [
            ("unit", model.needs_unit() && self.unit.is_none()),
            ("weights", self.weights.is_some() && !model.takes_weights()),
            ("full", model.needs_full() && !self.full.as_ref().is_some_and(positive)),
            ("membership", self.membership.is_some() && !model.takes_memberships()),
            ("missing", !model.missing().contains(&self.missing)),
        ];
        wrong.into_iter().find(|(_, wrong)| *wrong).map(|(code, _)| code)
    }

    fn with(self, formula: Formula) -> Result<Declaration, Problem> {
        let known = || MODELS.iter().map(|model| model.key()).collect::<Vec<_>>().join(", ");
        let model = find(&self.model)
            .ok_or_else(|| ("model", vec![("model", self.model.clone()), ("known", known())]))?;
        let level = self.level.unwrap_or(LEVEL);
        if !(level > 0.0 && level < 1.0) {
            return Err(("level", vec![("level", level.to_string())]));
        }
        if let Some(code) = self.refused(model) {
            return Err((code, vec![("model", self.model)]));
        }
        let imputations = self.imputations.unwrap_or(IMPUTATIONS);
        if !(2..=MOST_IMPUTATIONS).contains(&imputations) {
            let values = [("imputations", imputations), ("most", MOST_IMPUTATIONS)];
            return Err(("imputations", values.map(|(name, value)| (name, value.to_string())).to_vec()));
        }
        let errors = errors(self.errors.as_deref(), self.cluster.is_some() || self.unit.is_some())?;
        Ok(Declaration {
            key: self.key,
            model,
            formula,
            written: self.formula,
            unit: self.unit,
            full: self.full,
            errors,
            cluster: self.cluster,
            rows: self.rows,
            times: self.times,
            membership: self.membership,
            persistence: self.persistence,
            missing: self.missing,
            imputations,
            cohorts: self.cohorts,
            level,
            influence: self.influence,
            tests: self.tests,
            criterion: self.criterion,
            intervals: self.intervals,
            weights: self.weights,
            smallest_ranked: self.smallest_ranked.unwrap_or(SMALLEST_RANKED),
            seed: self.seed.unwrap_or(SEED),
        })
    }
}

/// Kinds of errors by the key they are declared with.
const ERRORS: [(&str, Robust); 9] = [
    ("classical", Robust::Classical),
    ("hc0", Robust::Hc0),
    ("hc1", Robust::Hc1),
    ("hc2", Robust::Hc2),
    ("hc3", Robust::Hc3),
    ("cr0", Robust::Cr0),
    ("cr1", Robust::Cr1),
    ("cr2", Robust::Cr2),
    ("cr3", Robust::Cr3),
];

fn errors(wanted: Option<&str>, has_clusters: bool) -> Result<Robust, Problem> {
    let Some(wanted) = wanted else { return Ok(Robust::Classical) };
    let found = ERRORS.iter().find(|(key, _)| *key == wanted).map(|(_, kind)| *kind);
    let known = || ERRORS.map(|(key, _)| key).join(", ");
    match found {
        None => Err(("errors", vec![("errors", wanted.to_owned()), ("known", known())])),
        Some(Robust::Cr0 | Robust::Cr1 | Robust::Cr2 | Robust::Cr3) if !has_clusters => {
            Err(("cluster", vec![("errors", wanted.to_owned())]))
        }
        Some(kind) => Ok(kind),
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
        assert!(problems[1].formula.is_some());
        let code = |text: &str| Declarations::parse(text).unwrap_err()[0].code;
        assert_eq!(code("model = 3"), "not_a_model");
        assert_eq!(code("[[model]"), "syntax");
        assert_eq!(code("[[model]]\nkey = \"a\"\nmodel = \"ols\""), "absent");
        let fine = "[[model]]\nkey = \"a\"\nmodel = \"ols\"\nformula = \"y ~ x\"\n";
        assert_eq!(code(&format!("{fine}colour = 3")), "option");
        assert_eq!(code(&format!("{fine}missing = \"away\"")), "value");
        assert_eq!(code(&format!("{fine}{fine}")), "repeated");
        let fine = "[[model]]\nkey = \"m\"\nmodel = \"mixed\"\nformula = \"y ~ x + (1 | u)\"\ncohorts = \"together\"";
        let read = Declarations::parse(fine).unwrap();
        assert_eq!((read.models[0].columns().len(), read.models[0].cohorts), (3, Cohorts::Together));
    }
}
