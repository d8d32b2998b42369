//! The report on the training objectives of one cohort: surveys with their response rates, and the requirements
//! that support each objective.

use super::cohort_facts::{CohortFacts, cohorts, values};
use super::course::{filled, pointing};
use super::document::{Block, Cell, DocTable, Document};
use super::improvement::{self, Part};
use super::numbers::UNKNOWN;
use super::words::{left, right};
use super::{Material, Report, ReportContext, ReportError};
use crate::chart::SurveyValues;
use crate::model::Strength;
use crate::results::Table;
use crate::results::schema::TRAINING_OBJECTIVES;

/// The report `objective`.
#[derive(Debug)]
pub struct Objective;

/// What a coordinator writes about the training objectives.
const WORDS: &[Part] = &[
    Part { key: "conclusion", lines: 3 },
    Part { key: "problems", lines: 4 },
    Part { key: "measures", lines: 4 },
];

impl Report for Objective {
    fn key(&self) -> &'static str {
        "objective"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["training_objectives", "requirements", "surveys", "cohort_courses"]
    }

    fn subjects(&self, material: &Material<'_>) -> Vec<String> {
        let has = |subject: &String| {
            subject.rsplit_once('/').is_some_and(|(programme, cohort)| {
                let rows = material.rows(&TRAINING_OBJECTIVES, "programme", programme);
                rows.rows_where(&[("cohort", cohort)]).next().is_some()
            })
        };
        cohorts(material).into_iter().filter(has).collect()
    }

    fn build(
        &self,
        material: &Material<'_>,
        subject: &str,
        context: &ReportContext<'_>,
    ) -> Result<Document, ReportError> {
        let facts = CohortFacts::new(material, subject, *context)
            .ok_or_else(|| ReportError::no_subject(self, subject))?;
        let mut basics = vec![facts.basics()];
        basics.extend(facts.without_marks());
        basics.extend(improvement::status(material.policy, context));
        let mut improvement = improvement::words(WORDS, (material, self.key(), subject), context);
        improvement.push(improvement::signatures(&["coordinator", "leader", "dean"], context));
        let surveys = facts.surveys(&["training_objective"], "training_objective");
        let mut asked: Vec<Block> = filled(surveys).into_iter().collect();
        if !asked.is_empty() {
            asked.extend(facts.survey_figures(&SurveyValues));
        }
        let supported = supported(&facts);
        Ok(Document {
            id: format!("objective-{}", subject.replace('/', "_")),
            lang: context.lang,
            title: context.text("objective.title", &[]),
            subtitle: vec![facts.title()],
            blocks: context.chapters(vec![
                ("basics", basics),
                ("training_objectives", overall(&facts, !supported.is_empty())),
                ("objective_support", supported),
                ("indirect", asked),
                ("improvement", improvement),
            ]),
            footer: context.footer(material.policy),
        })
    }
}

/// The rows of the cohort's training objectives.
pub(super) fn own(facts: &CohortFacts<'_>) -> Table {
    let table = facts.material.rows(&TRAINING_OBJECTIVES, "programme", &facts.programme.id);
    let rows: Vec<usize> = facts.of_cohort(&table).collect();
    table.take(&rows)
}

/// Calls the training objectives of a table of values by their numbers: their texts stand elsewhere.
pub(super) fn numbered(table: &mut DocTable, context: &ReportContext<'_>) {
    let columns = table.columns.len();
    let firsts =
        table.rows.iter_mut().filter(|line| line.len() == columns).filter_map(|line| line.first_mut());
    for cell in firsts {
        let id = cell.text.split(' ').next().unwrap_or_default();
        cell.text = context.named("training_objective", id);
    }
}

/// The values at a glance; `told` says whether the texts of the objectives stand in another table.
fn overall(facts: &CohortFacts<'_>, told: bool) -> Vec<Block> {
    let context = &facts.context;
    let table = own(facts);
    let rows: Vec<usize> = (0..table.len()).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let mut blocks =
        vec![pointing(context.text("see.training_objectives", &[]), "table-training_objectives")];
    let mut shown = values((&table, "training_objective"), ("training_objectives", &rows), context);
    if told {
        numbered(&mut shown, context);
    }
    blocks.extend(filled(shown));
    let points = rows.iter().map(|&row| {
        let id = table.text(row, "training_objective").unwrap_or_default();
        let name = context.named("training_objective", id);
        let evaluation = table.text(row, "evaluation").unwrap_or("direct");
        let evaluation = context.text(&format!("evaluation.{evaluation}"), &[]);
        let name = context.text("by_evaluation", &[("name", &name), ("evaluation", &evaluation)]);
        context.fact(&name, &table, row)
    });
    blocks.push(Block::Points(points.collect()));
    blocks
}

/// Which requirements support which objective, and what they reached.
fn supported(facts: &CohortFacts<'_>) -> Vec<Block> {
    let context = &facts.context;
    let Some(plan) = facts.programme.plans.iter().find(|plan| plan.version == facts.plan()) else {
        return Vec::new();
    };
    let columns = [
        left("training_objective"),
        left("requirement"),
        left("strength"),
        right("value", context.numbers.form()),
        right("expected", context.numbers.form()),
    ];
    let mut table = context.table("objective_support", &[], &columns);
    for (at, objective) in plan.training_objectives.iter().enumerate() {
        let links: Vec<_> =
            plan.requirement_support.iter().filter(|link| link.training_objective == at).collect();
        for (number, link) in links.iter().enumerate() {
            let requirement = &plan.requirements[link.requirement];
            let row = facts.requirements().into_iter().find(|&row| {
                facts.required.text(row, "requirement") == Some(&requirement.id)
                    && facts.required.text(row, "evaluation") == Some(facts.evaluation)
            });
            let mut line = Vec::new();
            if number == 0 {
                let text = objective.text.as_deref().unwrap_or_default();
                line.push(
                    Cell::text(format!("{} {text}", objective.id).trim_end().to_owned()).over(1, links.len()),
                );
            }
            let strength = match &link.strength {
                Strength::Weight(weight) => weight.normalize().to_string(),
                Strength::Code(code) => code.clone(),
            };
            let text = requirement.text.as_deref().unwrap_or_default();
            line.extend([
                Cell::text(format!("{} {text}", requirement.id).trim_end().to_owned()),
                Cell::text(strength),
                row.map_or_else(|| Cell::text(UNKNOWN), |row| context.value(&facts.required, row)),
                context.numbers.cell(row.and_then(|row| facts.required.number(row, "expected"))),
            ]);
            table.rows.push(line);
        }
    }
    filled(table).into_iter().collect()
}
