//! The logical tables of the imported workspace.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde::Deserialize;

use super::offerings::Offerings;
use super::registrations::{GROUPS, by_student};
use super::{Known, offering_id};
use crate::ingest::GeneratedFile;

/// (objective, type of assessment, text of the objective, text of the requirement).
type Kind = (String, String, String, String);

#[derive(Deserialize)]
struct Chain {
    programme: (String, String),
    plan: String,
    training_objective: (String, String),
    kinds: Vec<Kind>,
}

/// The illustrative chain; the file is compiled in and a test reads it, so it always parses.
fn chain() -> &'static Chain {
    static CHAIN: OnceLock<Chain> = OnceLock::new();
    CHAIN.get_or_init(|| {
        toml::from_str(include_str!("plan.toml")).unwrap_or_else(|error| unreachable!("{error}"))
    })
}

/// The types of assessment, each with its illustrative objective.
pub(super) fn kinds() -> &'static [Kind] {
    &chain().kinds
}

/// A table being written.
struct Rows {
    key: &'static str,
    writer: csv::Writer<Vec<u8>>,
}

impl Rows {
    fn new(key: &'static str, header: &[&str]) -> Self {
        let mut rows = Self { key, writer: csv::Writer::from_writer(Vec::new()) };
        rows.push(header);
        rows
    }

    fn push(&mut self, cells: &[&str]) {
        // Writing to memory fails only where rows differ in length, and all rows of a table are made alike.
        let _ = self.writer.write_record(cells);
    }

    fn file(self) -> GeneratedFile {
        GeneratedFile::new(format!("{}.csv", self.key), self.writer.into_inner().unwrap_or_default())
    }
}

/// All tables.
pub(super) fn files(known: &Known, offerings: &Offerings) -> Vec<GeneratedFile> {
    let mut files = programme(offerings);
    files.extend(assessed(known, offerings));
    files.push(roster(known));
    files.push(students(known));
    files.push(marks(known));
    files
}

fn programme(offerings: &Offerings) -> Vec<GeneratedFile> {
    let Chain { programme: (code, name), plan, training_objective: (goal, goal_text), kinds } = chain();
    let mut programmes = Rows::new("programmes", &["programme", "programme_name"]);
    programmes.push(&[code, name]);
    let mut plans = Rows::new("plans", &["programme", "plan", "framework"]);
    plans.push(&[code, plan, ""]);
    let mut cohorts = Rows::new("cohorts", &["programme", "cohort", "plan"]);
    for cohort in offerings.keys().map(|(_, presentation)| presentation).collect::<BTreeSet<_>>() {
        cohorts.push(&[code, cohort, plan]);
    }
    let mut goals = Rows::new("training_objectives", &["programme", "plan", "training_objective", "text"]);
    goals.push(&[code, plan, goal, goal_text]);
    let mut requirements = Rows::new("requirements", &["programme", "plan", "requirement", "text"]);
    let mut indicators = Rows::new("indicators", &["programme", "plan", "indicator", "requirement", "text"]);
    let mut goal_support = Rows::new(
        "requirement_support",
        &["programme", "plan", "requirement", "training_objective", "strength"],
    );
    for (id, _, objective, requirement) in kinds {
        requirements.push(&[code, plan, id, requirement]);
        indicators.push(&[code, plan, &format!("{id}.1"), id, objective]);
        goal_support.push(&[code, plan, id, goal, "1"]);
    }
    let mut courses = Rows::new("courses", &["programme", "plan", "course", "course_name"]);
    let mut support =
        Rows::new("support", &["programme", "plan", "course", "objective", "indicator", "strength"]);
    for (module, own) in objectives_by_module(offerings) {
        courses.push(&[code, plan, module, &format!("Module {module}")]);
        for kind in own {
            let id = &kinds[kind].0;
            support.push(&[code, plan, module, id, &format!("{id}.1"), "1"]);
        }
    }
    let all = [programmes, plans, cohorts, goals, requirements, indicators, courses, support, goal_support];
    all.into_iter().map(Rows::file).collect()
}

fn objectives_by_module(offerings: &Offerings) -> BTreeMap<&str, BTreeSet<usize>> {
    let mut modules: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for ((module, _), objectives) in offerings {
        modules.entry(module).or_default().extend(objectives.iter().map(|own| own.kind));
    }
    modules
}

fn assessed(known: &Known, offerings: &Offerings) -> Vec<GeneratedFile> {
    let code = &chain().programme.0;
    let header = ["offering", "course", "course_name", "term", "programme", "cohort"];
    let mut own = Rows::new("offerings", &header);
    let mut objectives = Rows::new("objectives", &["offering", "objective", "text", "weight"]);
    let mut items =
        Rows::new("items", &["offering", "item", "item_name", "component", "full_mark", "weight", "purpose"]);
    let mut allocation = Rows::new("allocation", &["offering", "item", "objective", "share"]);
    for (key, list) in offerings {
        let id = offering_id(key);
        own.push(&[&id, &key.0, &format!("Module {}", key.0), &key.1, code, &key.1]);
        for objective in list {
            let (number, kind, text, _) = &kinds()[objective.kind];
            let weight = objective.weight.map(|weight| weight.to_string()).unwrap_or_default();
            objectives.push(&[&id, number, text, &weight]);
            for (place, &position) in objective.items.iter().enumerate() {
                let item = &known.assessments[position];
                let weight = if objective.by_full_mark { "100".to_owned() } else { item.weight.to_string() };
                let name = format!("{kind} {}", place + 1);
                items.push(&[&id, &item.id, &name, kind, "100", &weight, "summative"]);
                allocation.push(&[&id, &item.id, number, "1"]);
            }
        }
    }
    [own, objectives, items, allocation].into_iter().map(Rows::file).collect()
}

fn yes(flag: bool) -> &'static str {
    if flag { "yes" } else { "no" }
}

fn roster(known: &Known) -> GeneratedFile {
    let mut rows = Rows::new("roster", &["offering", "student", "retake", "withdrawn"]);
    for own in &known.registrations {
        rows.push(&[&offering_id(&own.offering), &own.student, yes(own.repeats), yes(own.withdrawn)]);
    }
    rows.file()
}

/// A student's programme is the illustrative one, the cohort the first presentation, groups as they were then.
fn students(known: &Known) -> GeneratedFile {
    let mut header = vec!["student", "programme", "cohort"];
    header.extend(GROUPS);
    let mut rows = Rows::new("students", &header);
    for (student, own) in by_student(known) {
        let mut cells = vec![student, &chain().programme.0, &own[0].offering.1];
        cells.extend(own[0].groups.iter().map(|group| group.as_deref().unwrap_or("")));
        rows.push(&cells);
    }
    rows.file()
}

fn marks(known: &Known) -> GeneratedFile {
    let mut rows = Rows::new("marks", &["offering", "student", "item", "mark"]);
    for score in &known.scores {
        let assessment = &known.assessments[score.assessment];
        rows.push(&[&offering_id(&assessment.offering), &score.student, &assessment.id, &score.score]);
    }
    rows.file()
}
