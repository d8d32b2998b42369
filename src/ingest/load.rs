//! A workspace, or one workbook, from its files to the data set.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::bulk::{BulkMarks, BulkSource, bulk_source, read_bulk, read_clean_roster};
use super::course::{CourseFacts, is_pairs, read_pairs};
use super::discover::{Found, Role, discover, is_explanation, table_named};
use super::draft::Draft;
use super::findings::{Findings, RowCount};
use super::logical::{LOGICAL_TABLES, LogicalTable};
use super::raw::{Limits, RawFile, RawTable, read};
use super::settings::Settings;
use super::sheet::{Mapping, map_sheet};
use super::{IngestError, build};
use crate::message::Lang;
use crate::model::{Dataset, Issue, Place, Severity};
use crate::policy::{Policy, PolicyError, builtin_policies, builtin_policy};

/// The policy of a workbook or workspace that names none.
pub const DEFAULT_POLICY: &str = "ceeaa-2024";

/// What the command line decides over the settings.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// A built-in policy, or a policy file.
    pub policy: Option<String>,
    /// Whether to read on where the policy file or the settings are wrong, as far as they can be read: for looking
    /// at all files at once, not for computing. Their problems are issues then.
    pub lenient: bool,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    /// Path relative to the workspace.
    pub shown: String,
    /// Where it lies.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// Rows of data in it.
    pub rows: usize,
}

/// Everything read, with everything odd that was found on the way.
#[derive(Debug)]
pub struct Loaded {
    /// The data.
    pub dataset: Dataset,
    /// What the institution decided.
    pub policy: Policy,
    /// The text of the policy, for its hash.
    pub policy_text: String,
    /// The policy's file as it is shown; `None` for a built-in one.
    pub policy_file: Option<String>,
    /// The language the workspace asks for.
    pub language: Option<Lang>,
    /// Everything odd, ordered by place.
    pub issues: Vec<Issue>,
    /// The files, ordered by name.
    pub inputs: Vec<InputFile>,
    /// What became of the rows of each table.
    pub rows: Vec<RowCount>,
}

/// Reads a folder with an `attain.toml`.
///
/// # Errors
/// The folder or its settings cannot be read, or the policy is unknown or wrong. Everything else is an issue.
pub fn workspace(dir: &Path, overrides: &Overrides) -> Result<Loaded, IngestError> {
    let (settings, issues) = Settings::read(dir)?;
    if !overrides.lenient && !issues.is_empty() {
        return Err(IngestError::Settings { path: dir.join(super::settings::SETTINGS_FILE), issues });
    }
    let wanted = overrides.policy.as_ref().or(settings.workspace.policy.as_ref());
    let found = find_policy(dir, wanted.map(String::as_str), overrides.lenient)?;
    let mut loader = Loader::new(&settings, found);
    loader.findings.extend(issues);
    let read_ahead: Vec<(Found, Option<RawFile>)> = (discover(dir, &settings)?.into_par_iter())
        .map(|found| {
            let file = (!found.is_bulk()).then(|| loader.read(&found)).flatten();
            (found, file)
        })
        .collect();
    for (found, file) in read_ahead {
        loader.take(found, file);
    }
    for table in settings.tables.keys() {
        // A table that does not exist is said where the settings are read.
        if loader.has_table(table) || super::logical::logical_table(table).is_none() {
            continue;
        }
        let place = Place::file(super::settings::SETTINGS_FILE);
        loader.findings.push(Issue::new("table_file_missing", Severity::Error, place).with("table", table));
    }
    Ok(loader.finish())
}

/// Reads one course workbook; no workspace is needed.
///
/// # Errors
/// The file cannot be opened, or the policy it names is unknown or wrong.
pub fn workbook(file: &Path, overrides: &Overrides) -> Result<Loaded, IngestError> {
    std::fs::metadata(file).map_err(|cause| IngestError::Unreadable { path: file.to_owned(), cause })?;
    let settings = Settings::default();
    let dir = file.parent().unwrap_or(Path::new(""));
    let found = find_policy(dir, overrides.policy.as_deref(), overrides.lenient)?;
    let mut loader = Loader::new(&settings, found);
    let shown = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    loader.take(Found { shown, path: file.to_owned(), role: Role::Course }, None);
    if let (None, Some(key)) = (&overrides.policy, loader.course_policy.clone()) {
        let found = find_policy(dir, Some(&key), overrides.lenient)?;
        loader.findings.extend(found.issues);
        (loader.policy, loader.policy_text, loader.policy_file) = (found.policy, found.text, found.file);
    }
    Ok(loader.finish())
}

/// A policy with its text.
struct FoundPolicy {
    policy: Policy,
    text: String,
    /// Its name, where it is a file.
    file: Option<String>,
    /// What is wrong with it, where that is not an error.
    issues: Vec<Issue>,
}

/// A built-in policy by its key, or the policy file of this name.
fn find_policy(dir: &Path, wanted: Option<&str>, lenient: bool) -> Result<FoundPolicy, IngestError> {
    let key = wanted.unwrap_or(DEFAULT_POLICY);
    if let (Some(policy), Some(text)) = (builtin_policy(key), crate::policy::builtin_text(key)) {
        return Ok(FoundPolicy { policy, text: text.to_owned(), file: None, issues: Vec::new() });
    }
    let path = dir.join(key);
    if !path.is_file() {
        let known: Vec<String> = builtin_policies().map(|policy| policy.key).collect();
        return Err(IngestError::UnknownPolicy { key: key.to_owned(), known: known.join(", ") });
    }
    let text = std::fs::read_to_string(&path)
        .map_err(|cause| IngestError::Unreadable { path: path.clone(), cause })?;
    let file = Some(path.strip_prefix(dir).unwrap_or(&path).display().to_string());
    match Policy::parse(&text) {
        Ok(policy) => Ok(FoundPolicy { policy, text, file, issues: Vec::new() }),
        Err(PolicyError { mut issues, draft: Some(policy) }) if lenient => {
            issues.iter_mut().for_each(|issue| issue.place.file = file.clone().unwrap_or_default().into());
            Ok(FoundPolicy { policy: *policy, text, file, issues })
        }
        Err(source) => Err(IngestError::Policy { path, source }),
    }
}

/// A sheet that waits for its turn: tables are read in the order of the list, whatever the order of files.
struct Waiting {
    logical: &'static LogicalTable,
    raw: RawTable,
    /// Constants of its workbook.
    values: BTreeMap<String, String>,
}

struct Loader<'l> {
    settings: &'l Settings,
    policy: Policy,
    policy_text: String,
    policy_file: Option<String>,
    course_policy: Option<String>,
    findings: Findings,
    waiting: Vec<Waiting>,
    facts: Vec<CourseFacts>,
    bulk: Vec<BulkSource>,
    /// Rosters in Parquet, not read yet.
    rosters: Vec<Found>,
    inputs: Vec<InputFile>,
    limits: Limits,
}

impl<'l> Loader<'l> {
    fn new(settings: &'l Settings, found: FoundPolicy) -> Self {
        let mut findings = Findings::default();
        findings.extend(found.issues);
        Self {
            settings,
            policy: found.policy,
            policy_text: found.text,
            policy_file: found.file,
            course_policy: None,
            findings,
            waiting: Vec::new(),
            facts: Vec::new(),
            bulk: Vec::new(),
            rosters: Vec::new(),
            inputs: Vec::new(),
            limits: Limits::default(),
        }
    }

    fn has_table(&self, key: &str) -> bool {
        key == "marks" && !self.bulk.is_empty()
            || key == "roster" && !self.rosters.is_empty()
            || self.waiting.iter().any(|waiting| waiting.logical.key == key)
    }

    /// The cells of a file that holds tables.
    fn read(&self, found: &Found) -> Option<RawFile> {
        let has_tables = matches!(found.role, Role::Table(_) | Role::Sheets | Role::Course);
        has_tables.then(|| read(&found.path, &found.shown, &self.limits))
    }

    /// Takes a file as far as sheets; it is read here where it was not before.
    fn take(&mut self, found: Found, file: Option<RawFile>) {
        match found.role {
            Role::Known => return,
            Role::Unknown => {
                let place = Place::file(found.shown);
                return self.findings.push(Issue::new("file_unknown", Severity::Note, place));
            }
            Role::Table(_) | Role::Sheets | Role::Course => {}
        }
        let bytes = std::fs::metadata(&found.path).map_or(0, |metadata| metadata.len());
        self.inputs.push(InputFile { shown: found.shown.clone(), path: found.path.clone(), bytes, rows: 0 });
        if found.is_bulk() && found.table() == Some("roster") {
            return self.rosters.push(found);
        }
        if found.is_bulk() && found.table() == Some("marks") {
            let mapping = self.settings.mapping("marks");
            if let Some(source) = bulk_source(&found.path, &found.shown, mapping) {
                return self.bulk.push(source);
            }
        }
        let Some(file) = file.or_else(|| self.read(&found)) else { return };
        self.take_tables(&found, file);
    }

    fn take_tables(&mut self, found: &Found, file: RawFile) {
        self.findings.extend(file.issues);
        let stem = found.shown.rsplit('/').next().unwrap_or_default();
        let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
        match found.role {
            Role::Table(logical) => {
                // Of a workbook the sheet of this name, or every sheet where none is named so.
                let named = |raw: &RawTable| table_named(&raw.name).is_some_and(|t| t.key == logical.key);
                let any_named = file.tables.iter().any(named);
                for raw in file.tables {
                    if any_named && !named(&raw) {
                        self.sheet_unknown(&raw);
                    } else {
                        self.wait(logical, raw, BTreeMap::new());
                    }
                }
            }
            _ => self.take_sheets(file.tables, stem),
        }
    }

    /// The sheets of a workbook by their names; pairs of facts make it a course workbook.
    fn take_sheets(&mut self, tables: Vec<RawTable>, stem: &str) {
        let is_facts =
            |raw: &RawTable| table_named(&raw.name).is_some_and(|t| t.key == "offerings") && is_pairs(raw);
        let facts = tables.iter().find(|raw| is_facts(raw)).map(|raw| {
            let facts = read_pairs(raw, &mut self.findings);
            (facts, raw.name.clone())
        });
        let values = facts.as_ref().map(|(facts, _)| facts.values.clone()).unwrap_or_default();
        let single = tables.iter().filter(|raw| !is_explanation(&raw.name)).count() == 1;
        for raw in tables {
            if facts.as_ref().is_some_and(|(_, name)| *name == raw.name) || is_explanation(&raw.name) {
                continue;
            }
            match table_named(&raw.name).or_else(|| single.then(|| table_named(stem)).flatten()) {
                Some(logical) => self.wait(logical, raw, values.clone()),
                None => self.sheet_unknown(&raw),
            }
        }
        if let Some((facts, _)) = facts {
            self.course_policy = facts.policy.clone().or(self.course_policy.take());
            self.facts.push(facts);
        }
    }

    fn sheet_unknown(&mut self, raw: &RawTable) {
        self.findings.push(Issue::new("sheet_unknown", Severity::Note, raw.place()));
    }

    fn wait(&mut self, logical: &'static LogicalTable, raw: RawTable, mut values: BTreeMap<String, String>) {
        for (name, value) in &self.settings.values {
            values.entry(name.clone()).or_insert_with(|| value.clone());
        }
        self.waiting.push(Waiting { logical, raw, values });
    }

    /// Takes the only roster by its columns, if nothing in it is odd; leaves all others to the ordinary reader.
    fn take_rosters(&mut self, draft: &mut Draft) {
        let rosters = std::mem::take(&mut self.rosters);
        let others = self.waiting.iter().any(|waiting| waiting.logical.key == "roster");
        for found in &rosters {
            let mapping = self.settings.mapping("roster");
            let is_only = rosters.len() == 1 && !others;
            if is_only && read_clean_roster(&found.path, &found.shown, mapping, draft, &mut self.findings) {
                continue;
            }
            if let Some(file) = self.read(found) {
                self.take_tables(found, file);
            }
        }
    }

    /// Reads all tables, those others refer to first.
    fn read_tables(&mut self) -> Draft {
        let mut draft = Draft::default();
        for facts in std::mem::take(&mut self.facts) {
            draft.take_facts(facts, &mut self.findings);
        }
        self.take_rosters(&mut draft);
        let mut waiting = std::mem::take(&mut self.waiting);
        for logical in LOGICAL_TABLES {
            let (now, later): (Vec<_>, Vec<_>) =
                waiting.into_iter().partition(|waiting| waiting.logical.key == logical.key);
            waiting = later;
            for Waiting { logical, raw, values } in now {
                let mapping = Mapping { headers: self.settings.columns.get(logical.key), values: &values };
                match map_sheet(logical, &raw, mapping, &mut self.findings) {
                    Some(sheet) => draft.read(&sheet, &self.policy, &mut self.findings),
                    None => self.findings.rows.push(RowCount {
                        file: raw.file.clone(),
                        sheet: raw.sheet.clone(),
                        table: logical.key,
                        rows: raw.rows.len(),
                        used: 0,
                        listed: raw.rows.len(),
                    }),
                }
                // Nobody waits until its cells are given back.
                rayon::spawn(move || drop(raw));
            }
        }
        draft
    }

    /// Reads what waits and joins it.
    fn finish(mut self) -> Loaded {
        let sources = std::mem::take(&mut self.bulk);
        let words = self.policy.marks.words.clone();
        // Bulk marks take as long as all tables together; only one file's columns are held at a time.
        let (mut ahead, mut draft) =
            rayon::join(|| sources.first().map(|source| source.read_ahead(&words)), || self.read_tables());
        let mut bulk = BulkMarks::default();
        for source in &sources {
            let columns = ahead.take().unwrap_or_else(|| source.read_ahead(&words));
            read_bulk(source, columns, &mut draft, &mut self.findings, &mut bulk);
        }
        let mut dataset = build::dataset(draft, bulk, &self.policy, &mut self.findings);
        dataset.institution = self.settings.workspace.institution.clone();
        let (issues, rows) = self.findings.finish();
        for input in &mut self.inputs {
            input.rows = rows.iter().filter(|count| count.file == input.shown).map(|count| count.rows).sum();
        }
        Loaded {
            dataset,
            policy: self.policy,
            policy_text: self.policy_text,
            policy_file: self.policy_file,
            language: self.settings.workspace.language,
            issues,
            inputs: self.inputs,
            rows,
        }
    }
}
