//! Rows of the plan: programmes down to the support matrix.

use super::{At, Draft, DraftIndicator, DraftRequirementSupport, DraftSupport};
use crate::ingest::natural::Label;
use crate::ingest::sheet::Row;
use crate::model::{Decimal, PlanCourse, Requirement, Strength, TrainingObjective};

/// The programme and plan of a row; both cells are read, so that both are reported.
fn plan_of(row: &mut Row<'_, '_>) -> Option<(String, String)> {
    let (programme, plan) = (row.id("programme"), row.id("plan"));
    Some((programme?, plan?))
}

pub(super) fn programme(draft: &mut Draft, row: &mut Row<'_, '_>) -> Option<()> {
    let (id, name, college) = (row.id("programme"), row.text("programme_name"), row.text("college"));
    let programme = draft.programmes.entry(id?).or_default();
    programme.name = name;
    programme.college = college;
    Some(())
}

pub(super) fn plan(draft: &mut Draft, row: &mut Row<'_, '_>) -> Option<()> {
    let (plan, framework) = (plan_of(row), row.id("framework"));
    let (programme, version) = plan?;
    if let Some(key) = framework.as_deref().filter(|key| crate::policy::framework(key).is_none()) {
        row.say("framework_unknown", crate::model::Severity::Warning, "framework", &[("value", key)]);
    }
    draft.plan(&programme, &version).framework = framework;
    Some(())
}

pub(super) fn cohort(draft: &mut Draft, row: &mut Row<'_, '_>) -> Option<()> {
    let (plan, cohort) = (plan_of(row), row.id("cohort"));
    let ((programme, version), cohort) = (plan?, cohort?);
    let at = At { value: version, place: row.place("plan") };
    draft.programmes.entry(programme).or_default().cohorts.insert(cohort, at);
    Some(())
}

pub(super) fn training_objective(draft: &mut Draft, row: &mut Row<'_, '_>) -> Option<()> {
    let (plan, id) = (plan_of(row), row.id("training_objective"));
    let (text, expected) = (row.text("text"), row.fraction("expected"));
    let ((programme, version), id) = (plan?, id?);
    let value = TrainingObjective { id: id.clone(), text, expected };
    let at = At { value, place: row.place("training_objective") };
    draft.plan(&programme, &version).training_objectives.insert(Label(id), at);
    Some(())
}

pub(super) fn requirement(draft: &mut Draft, row: &mut Row<'_, '_>) -> Option<()> {
    let (plan, id) = (plan_of(row), row.id("requirement"));
    let (text, expected) = (row.text("text"), row.fraction("expected"));
    let ((programme, version), id) = (plan?, id?);
    let at = At { value: Requirement { id: id.clone(), text, expected }, place: row.place("requirement") };
    draft.plan(&programme, &version).requirements.insert(Label(id), at);
    Some(())
}

pub(super) fn indicator(draft: &mut Draft, row: &mut Row<'_, '_>) -> Option<()> {
    let (plan, id, requirement) = (plan_of(row), row.id("indicator"), row.id("requirement"));
    let (text, weight, expected) = (row.text("text"), row.weight("weight"), row.fraction("expected"));
    let ((programme, version), id) = (plan?, id?);
    let value = DraftIndicator { requirement: requirement?, text, weight, expected };
    let at = At { value, place: row.place("requirement") };
    draft.plan(&programme, &version).indicators.insert(Label(id), at);
    Some(())
}

pub(super) fn course(draft: &mut Draft, row: &mut Row<'_, '_>) -> Option<()> {
    let (plan, id) = (plan_of(row), row.id("course"));
    let (name, credits) = (row.text("course_name"), row.weight("credits"));
    let ((programme, version), id) = (plan?, id?);
    let at = At { value: PlanCourse { id: id.clone(), name, credits }, place: row.place("course") };
    draft.plan(&programme, &version).courses.insert(id, at);
    Some(())
}

pub(super) fn support(draft: &mut Draft, row: &mut Row<'_, '_>) -> Option<()> {
    let (plan, course) = (plan_of(row), row.id("course"));
    let (objective, indicator) = (row.id("objective"), row.id("indicator"));
    let strength = row.strength("strength");
    let ((programme, version), course) = (plan?, course?);
    let value = DraftSupport { course, objective, indicator: indicator?, strength: strength? };
    let at = At { value, place: row.place("indicator") };
    draft.plan(&programme, &version).support.push(at);
    Some(())
}

pub(super) fn requirement_support(draft: &mut Draft, row: &mut Row<'_, '_>) -> Option<()> {
    let (plan, requirement) = (plan_of(row), row.id("requirement"));
    let training_objective = row.id("training_objective");
    let is_empty = row.cell("strength").is_blank();
    let strength = if is_empty { Some(Strength::Weight(Decimal::ONE)) } else { row.strength("strength") };
    let ((programme, version), requirement) = (plan?, requirement?);
    let value =
        DraftRequirementSupport { requirement, training_objective: training_objective?, strength: strength? };
    let at = At { value, place: row.place("requirement") };
    draft.plan(&programme, &version).requirement_support.push(at);
    Some(())
}
