//! Reading `value_added.toml`: every mistake of every entry at once, each with its line and what stands there.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::{
    Cohorts, Curves, Declaration, DeclarationError, Declarations, Intervals, Likelihood, Missing,
    Persistence, Rows, Scale, Target,
};
use crate::value_added::formula::{Formula, FormulaProblem};
use crate::value_added::ols::Robust;
use crate::value_added::study::model::{MODELS, Model};

/// Options that every entry must have.
const REQUIRED: [&str; 3] = ["key", "model", "formula"];
/// Options that every entry may have; those of single models stand in [`Model::options`].
const COMMON: [&str; 11] = [
    "key",
    "model",
    "formula",
    "rows",
    "times",
    "missing",
    "imputations",
    "cohorts",
    "level",
    "smallest_ranked",
    "seed",
];

/// Units below this size are not ranked unless the entry says otherwise.
const SMALLEST_RANKED: usize = 10;
/// Imputed data sets unless the entry says otherwise (S. van Buuren, "Flexible Imputation of Missing Data", 2018,
/// section 2.8).
const IMPUTATIONS: usize = 20;
/// More data sets would change nothing that is shown.
const MOST_IMPUTATIONS: i64 = 1000;
/// Level of intervals unless the entry says otherwise.
const LEVEL: f64 = 0.95;
/// Seed unless the entry says otherwise.
const SEED: u64 = 20_260_101;
/// Trajectories of a projection unless the entry says otherwise.
const TRAJECTORIES: [u8; 5] = [10, 25, 50, 75, 90];
/// Names an option is taken to be meant for differ in at most this many letters.
const NEAR: usize = 2;

impl Declarations {
    /// Reads the file.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Vec<DeclarationError>> {
        let file: toml::Table = toml::from_str(text).map_err(|cause| {
            let at = cause.span().map_or(0, |span| span.start);
            let values = vec![("cause", cause.message().to_owned())];
            vec![DeclarationError { line: line(text, at), ..problem("", "syntax", values) }]
        })?;
        let places = Places::of(text);
        let entries =
            file.get("model").and_then(toml::Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let mut problems: Vec<DeclarationError> = (file.keys())
            .filter(|key| *key != "model" || !file["model"].is_array())
            .map(|key| {
                let at = places.outside.get(key).map_or(0, |at| line(text, at.start));
                DeclarationError { line: at, option: key.clone(), ..problem("", "not_a_model", Vec::new()) }
            })
            .collect();
        let mut models: Vec<Declaration> = Vec::new();
        let mut seen: Vec<String> = Vec::new();
        for (at, entry) in entries.iter().enumerate() {
            let given = entry.get("key").and_then(toml::Value::as_str).map(str::to_owned);
            let key = given.unwrap_or_else(|| (at + 1).to_string());
            let empty = toml::Table::new();
            let mut reader = Reader { entry: entry.as_table().unwrap_or(&empty), wrong: Vec::new() };
            let declaration = reader.declaration();
            if seen.contains(&key) {
                reader.refuse("key", "repeated", Vec::new());
            }
            let place = |wrong| places.placed(text, (at, &key), wrong);
            problems.extend(reader.wrong.into_iter().map(place));
            models.extend(declaration);
            seen.push(key);
        }
        if problems.is_empty() { Ok(Self { models }) } else { Err(problems) }
    }
}

fn problem(entry: &str, code: &'static str, values: Vec<(&'static str, String)>) -> DeclarationError {
    DeclarationError {
        entry: entry.to_owned(),
        line: 0,
        option: String::new(),
        value: None,
        code,
        values,
        formula: None,
    }
}

/// The line of a byte, from 1.
fn line(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or_default().matches('\n').count() + 1
}

/// Where the name and the value of each option stand.
type Options = BTreeMap<String, (Range<usize>, Range<usize>)>;

/// Where entries and options stand in the text.
#[derive(Default)]
struct Places {
    outside: BTreeMap<String, Range<usize>>,
    entries: Vec<(Range<usize>, Options)>,
}

impl Places {
    fn of(text: &str) -> Self {
        let Ok(file) = DeTable::parse(text) else { return Self::default() };
        let mut places = Self::default();
        for (name, value) in file.get_ref() {
            places.outside.insert(name.get_ref().to_string(), name.span());
            let DeValue::Array(entries) = value.get_ref() else { continue };
            for entry in entries.iter() {
                let DeValue::Table(table) = entry.get_ref() else { continue };
                let options = (table.iter())
                    .map(|(name, value)| (name.get_ref().to_string(), (name.span(), value.span())))
                    .collect();
                places.entries.push((entry.span(), options));
            }
        }
        places
    }

    fn placed(&self, text: &str, (at, key): (usize, &str), wrong: Wrong) -> DeclarationError {
        let entry = self.entries.get(at);
        let own = entry.and_then(|(_, options)| options.get(&wrong.option));
        let start = own.map(|(name, _)| name.start).or_else(|| entry.map(|(header, _)| header.start));
        DeclarationError {
            line: start.map_or(0, |start| line(text, start)),
            value: own.and_then(|(_, value)| text.get(value.clone())).map(str::to_owned),
            option: wrong.option,
            formula: wrong.formula,
            ..problem(key, wrong.code, wrong.values)
        }
    }
}

/// Something wrong with one option of an entry.
struct Wrong {
    option: String,
    code: &'static str,
    values: Vec<(&'static str, String)>,
    formula: Option<FormulaProblem>,
}

/// An entry and what is wrong with it so far.
struct Reader<'a> {
    entry: &'a toml::Table,
    wrong: Vec<Wrong>,
}

impl Reader<'_> {
    fn refuse(&mut self, option: &str, code: &'static str, values: Vec<(&'static str, String)>) {
        self.wrong.push(Wrong { option: option.to_owned(), code, values, formula: None });
    }

    /// What `take` makes of an option; a value it makes nothing of is wrong.
    fn taken<T>(&mut self, option: &str, take: impl FnOnce(&toml::Value) -> Option<T>) -> Option<T> {
        let value = self.entry.get(option)?;
        let taken = take(value);
        if taken.is_none() {
            self.refuse(option, "value", Vec::new());
        }
        taken
    }

    fn text(&mut self, option: &str) -> Option<String> {
        self.taken(option, |value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned))
    }

    /// One of some words.
    fn word<T: Copy>(&mut self, option: &str, known: &[(&str, T)]) -> Option<T> {
        let value = self.entry.get(option)?;
        let found = value.as_str().and_then(|word| known.iter().find(|(key, _)| *key == word));
        if found.is_none() {
            let words: Vec<&str> = known.iter().map(|(key, _)| *key).collect();
            self.refuse(option, "value", vec![("known", words.join(", "))]);
        }
        found.map(|(_, meant)| *meant)
    }

    fn whole(&mut self, option: &str, range: Range<i64>) -> Option<u64> {
        self.taken(option, |value| {
            value.as_integer().filter(|n| range.contains(n)).and_then(|n| u64::try_from(n).ok())
        })
    }

    fn flag(&mut self, option: &str) -> bool {
        self.taken(option, toml::Value::as_bool).unwrap_or_default()
    }

    fn declaration(&mut self) -> Option<Declaration> {
        for option in REQUIRED.into_iter().filter(|option| !self.entry.contains_key(*option)) {
            self.refuse(option, "absent", Vec::new());
        }
        let key = self.text("key");
        let models: Vec<(&str, &'static dyn Model)> =
            MODELS.iter().map(|model| (model.key(), *model)).collect();
        let model = self.word("model", &models);
        self.unknown(model);
        let written = self.text("formula");
        let formula = written.as_deref().and_then(|written| self.formula(written));
        let rest = self.rest(model);
        if let (Some(model), Some(rest)) = (model, &rest) {
            self.needed(model, rest, formula.as_ref());
        }
        Some(Declaration { key: key?, formula: formula?, written: written?, ..rest? })
    }

    /// Options that nobody knows, and options that this model makes no use of.
    fn unknown(&mut self, model: Option<&dyn Model>) {
        for option in self.entry.keys().cloned().collect::<Vec<_>>() {
            let name = option.as_str();
            let of_models = || MODELS.iter().flat_map(|model| model.options()).copied();
            if !COMMON.contains(&name) && !of_models().any(|known| known == name) {
                let mut known: Vec<&str> = COMMON.into_iter().chain(of_models()).collect();
                known.sort_unstable();
                known.dedup();
                let near = known.iter().find(|one| distance(one, name) <= NEAR).copied();
                match near {
                    Some(near) => self.refuse(name, "misspelt", vec![("near", near.to_owned())]),
                    None => self.refuse(name, "option", vec![("known", known.join(", "))]),
                }
            } else if let Some(model) = model
                && !COMMON.contains(&name)
                && !model.options().contains(&name)
            {
                let users = MODELS.iter().filter(|model| model.options().contains(&name));
                let users: Vec<&str> = users.map(|model| model.key()).collect();
                let values = vec![("model", model.key().to_owned()), ("users", users.join(", "))];
                self.refuse(name, "unused", values);
            }
        }
    }

    fn formula(&mut self, written: &str) -> Option<Formula> {
        Formula::parse(written)
            .map_err(|error| {
                self.wrong.push(Wrong {
                    option: "formula".to_owned(),
                    code: "formula",
                    values: vec![("position", error.position.to_string())],
                    formula: Some(error.problem),
                });
            })
            .ok()
    }

    /// Everything but key, formula and what it was written as.
    fn rest(&mut self, model: Option<&'static dyn Model>) -> Option<Declaration> {
        let targets = self.targets();
        let trajectories = self.trajectories(!targets.is_empty());
        let usual = if trajectories.is_empty() { Cohorts::Each } else { Cohorts::Together };
        let cohorts = [("each", Cohorts::Each), ("together", Cohorts::Together)];
        let cohorts = self.word("cohorts", &cohorts).unwrap_or(usual);
        if cohorts == Cohorts::Each && !trajectories.is_empty() {
            self.refuse("cohorts", "projection_of_each", Vec::new());
        }
        let policies: Vec<(&str, Missing)> = model
            .map_or(&[Missing::Complete, Missing::Indicator, Missing::Impute][..], |model| model.missing())
            .iter()
            .map(|policy| (policy.key(), *policy))
            .collect();
        let inside = |value: &toml::Value| number(value).filter(|level| *level > 0.0 && *level < 1.0);
        let positive = |value: &toml::Value| number(value).filter(|full| full.is_finite() && *full > 0.0);
        let whole = |n: Option<u64>, usual: usize| n.and_then(|n| n.try_into().ok()).unwrap_or(usual);
        let declaration = Declaration {
            key: String::new(),
            model: model.or(MODELS.first().copied())?,
            formula: Formula {
                response: String::new(),
                intercept: true,
                terms: Vec::new(),
                random: Vec::new(),
            },
            written: String::new(),
            unit: self.text("unit"),
            full: self.taken("full", positive),
            errors: self.word("errors", &ERRORS).unwrap_or(Robust::Classical),
            cluster: self.text("cluster"),
            rows: self
                .word("rows", &[("students", Rows::Students), ("times", Rows::Times)])
                .unwrap_or_default(),
            times: self.taken("times", texts).unwrap_or_default(),
            membership: self.text("membership"),
            persistence: self.word("persistence", &PERSISTENCE).unwrap_or_default(),
            missing: self.word("missing", &policies).unwrap_or_default(),
            imputations: whole(self.whole("imputations", 2..MOST_IMPUTATIONS + 1), IMPUTATIONS),
            cohorts,
            level: self.taken("level", inside).unwrap_or(LEVEL),
            criterion: (self.word("criterion", &[("reml", Likelihood::Reml), ("ml", Likelihood::Ml)]))
                .unwrap_or_default(),
            intervals: (self
                .word("intervals", &[("wald", Intervals::Wald), ("profile", Intervals::Profile)]))
            .unwrap_or_default(),
            weights: self.text("weights"),
            tests: self.flag("tests"),
            influence: self.flag("influence"),
            smallest_ranked: whole(self.whole("smallest_ranked", 0..i64::MAX), SMALLEST_RANKED),
            seed: self.whole("seed", 0..i64::MAX).unwrap_or(SEED),
            targets,
            trajectories,
            curves: (self.word("curves", &[("all", Curves::All), ("latest", Curves::Latest)]))
                .unwrap_or_default(),
            scales: self.taken("scales", scales).unwrap_or_default(),
        };
        Some(declaration)
    }

    fn targets(&mut self) -> Vec<Target> {
        let one = |value: &toml::Value| match value {
            toml::Value::String(column) if !column.is_empty() => Some(Target::Column(column.clone())),
            value => number(value).filter(|score| score.is_finite()).map(Target::Score),
        };
        let all = |value: &toml::Value| match value {
            toml::Value::Array(several) if !several.is_empty() => several.iter().map(one).collect(),
            value => Some(vec![one(value)?]),
        };
        self.taken("target", all).unwrap_or_default()
    }

    fn trajectories(&mut self, wanted: bool) -> Vec<u8> {
        let one =
            |value: &toml::Value| u8::try_from(value.as_integer()?).ok().filter(|p| (1..=99).contains(p));
        let all = |value: &toml::Value| -> Option<Vec<u8>> {
            let mut found: Vec<u8> = value.as_array()?.iter().map(one).collect::<Option<_>>()?;
            found.sort_unstable();
            found.dedup();
            Some(found).filter(|found| !found.is_empty())
        };
        let usual = if wanted { TRAJECTORIES.to_vec() } else { Vec::new() };
        self.taken("trajectories", all).unwrap_or(usual)
    }

    /// What the model, or one option, needs beside the others.
    fn needed(&mut self, model: &dyn Model, declaration: &Declaration, formula: Option<&Formula>) {
        let by_model = || format!("model = \"{}\"", model.key());
        let has = |option: &str| self.entry.contains_key(option);
        let clustered = matches!(declaration.errors, Robust::Cr0 | Robust::Cr1 | Robust::Cr2 | Robust::Cr3);
        let errors = self.entry.get("errors").and_then(toml::Value::as_str).unwrap_or_default();
        let persists = declaration.persistence != Persistence::None;
        let persistence = || "persistence".to_owned();
        let wanting = [
            ("unit", model.needs_unit() && !has("unit"), by_model()),
            ("full", model.options().contains(&"full") && !has("full"), by_model()),
            ("cluster", clustered && !has("cluster") && !has("unit"), format!("errors = \"{errors}\"")),
            ("membership", persists && !has("membership"), persistence()),
            ("rows", persists && declaration.rows == Rows::Students, persistence()),
            ("rows", has("times") && declaration.rows == Rows::Students, "times".to_owned()),
        ];
        for (option, _, by) in wanting.into_iter().filter(|(_, wanting, _)| *wanting) {
            if !self.wrong.iter().any(|known| known.option == option) {
                self.refuse(option, "needed", vec![("by", by)]);
            }
        }
        if declaration.persistence == Persistence::Estimated {
            for option in ["weights", "intervals", "influence", "tests", "criterion"] {
                if self.entry.contains_key(option) {
                    self.refuse(option, "with_estimated_persistence", Vec::new());
                }
            }
        }
        let plain = |term: &crate::value_added::formula::Term| matches!(term.variables.as_slice(), [one] if one.power == 1);
        let unfit = |formula: &Formula| formula.terms.is_empty() || !formula.terms.iter().all(plain);
        if model.options().contains(&"target") && formula.is_some_and(unfit) {
            self.refuse("formula", "priors", Vec::new());
        }
    }
}

/// A number, whole or not.
fn number(value: &toml::Value) -> Option<f64> {
    value.as_float().or_else(|| value.as_integer().map(|n| n as f64))
}

fn texts(value: &toml::Value) -> Option<Vec<String>> {
    let found: Option<Vec<String>> =
        value.as_array()?.iter().map(|one| one.as_str().map(str::to_owned)).collect();
    found.filter(|found| !found.is_empty())
}

fn rising(value: &toml::Value) -> Option<Vec<f64>> {
    let found: Vec<f64> = value.as_array()?.iter().map(number).collect::<Option<_>>()?;
    found.windows(2).all(|pair| pair[0] < pair[1]).then_some(found)
}

fn scales(value: &toml::Value) -> Option<BTreeMap<String, Scale>> {
    let pair = |value: &toml::Value| match rising(value)?.as_slice() {
        [low, high] => Some((*low, *high)),
        _ => None,
    };
    let one = |value: &toml::Value| {
        let mut scale = Scale::default();
        for (name, value) in value.as_table()? {
            match name.as_str() {
                "limits" => scale.limits = Some(pair(value)?),
                "knots" => scale.knots = Some(rising(value).filter(|knots| !knots.is_empty())?),
                "boundary" => scale.boundary = Some(pair(value)?),
                _ => return None,
            }
        }
        Some(scale)
    };
    value.as_table()?.iter().map(|(measure, value)| Some((measure.clone(), one(value)?))).collect()
}

/// Letters to be put in, taken away or changed to come from one name to the other (V. Levenshtein, 1966).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut line: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut line[0], i + 1);
        for (j, b) in to.iter().enumerate() {
            let change = diagonal + usize::from(a != *b);
            diagonal = line[j + 1];
            line[j + 1] = change.min(diagonal + 1).min(line[j] + 1);
        }
    }
    line[to.len()]
}

/// What becomes of the effects of units that a student has left, by the key it is declared with.
const PERSISTENCE: [(&str, Persistence); 3] =
    [("none", Persistence::None), ("complete", Persistence::Complete), ("estimated", Persistence::Estimated)];

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
