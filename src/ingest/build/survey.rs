//! Surveys and class values.

use crate::ingest::draft::Draft;
use crate::ingest::findings::Findings;
use crate::model::{
    Answers, Audience, ClassValue, Issue, Offering, Place, Plan, Programme, Severity, Survey, SurveyTarget,
};

/// The plan a cohort of a programme follows.
fn plan<'p>(programmes: &'p [Programme], programme: &str, cohort: &str) -> Option<&'p Plan> {
    let programme = programmes.iter().find(|known| known.id == programme)?;
    let cohort = programme.cohorts.iter().find(|known| known.id == cohort)?;
    programme.plans.get(cohort.plan)
}

/// Class values whose cohort, course and indicator exist; ordered.
pub(super) fn class_values(
    draft: &mut Draft,
    programmes: &[Programme],
    findings: &mut Findings,
) -> Vec<ClassValue> {
    let mut values = Vec::new();
    for at in std::mem::take(&mut draft.class_values) {
        let value = at.value;
        let say = |code, severity| Issue::new(code, severity, at.place.clone());
        let Some(plan) = plan(programmes, &value.programme, &value.cohort) else {
            let issue = say("cohort_unknown", Severity::Warning);
            findings.push(issue.with("programme", &value.programme).with("cohort", &value.cohort));
            values.push(value);
            continue;
        };
        if !plan.courses.iter().any(|course| course.id == value.course) {
            let issue = say("course_unknown", Severity::Warning);
            findings.push(issue.with("course", &value.course).with("plan", &plan.version));
        }
        if let Some(indicator) = &value.indicator
            && !plan.indicators.iter().any(|known| known.id == *indicator)
        {
            let issue = say("indicator_unknown", Severity::Warning);
            findings.push(issue.with("indicator", indicator).with("plan", &plan.version));
        }
        values.push(value);
    }
    let key = |value: &ClassValue| {
        let ClassValue { programme, cohort, course, objective, indicator, .. } = value.clone();
        (programme, cohort, course, objective, indicator)
    };
    values.sort_by_key(key);
    values
}

/// The surveys, ordered by their keys; targets that do not exist are said.
pub(super) fn surveys(
    draft: &mut Draft,
    programmes: &[Programme],
    offerings: &[Offering],
    findings: &mut Findings,
) -> Vec<Survey> {
    let mut surveys = Vec::new();
    for ((id, programme, cohort, audience, target), answers) in std::mem::take(&mut draft.surveys) {
        if !exists(&target, &programme, programmes, offerings) {
            let place = Place { column: None, ..answers.place };
            let issue = Issue::new("survey_target_unknown", Severity::Warning, place);
            findings.push(issue.with("survey", &id).with("target", name(&target)));
        }
        let counts = answers.counts.into_iter().collect();
        let answers = Answers { counts, scale_max: answers.scale_max, invited: answers.invited };
        surveys.push(Survey { id, programme, cohort, audience: Audience(audience), target, answers });
    }
    surveys
}

/// The identifier of what was asked about.
fn name(target: &SurveyTarget) -> &str {
    match target {
        SurveyTarget::TrainingObjective(id) | SurveyTarget::Requirement(id) | SurveyTarget::Indicator(id) => {
            id
        }
        SurveyTarget::CourseObjective { objective, .. } => objective,
    }
}

/// Whether any plan of the programme, or the offering, has the target.
fn exists(target: &SurveyTarget, programme: &str, programmes: &[Programme], offerings: &[Offering]) -> bool {
    let mut plans =
        programmes.iter().filter(|known| known.id == programme).flat_map(|programme| &programme.plans);
    match target {
        SurveyTarget::TrainingObjective(id) => {
            plans.any(|plan| plan.training_objectives.iter().any(|known| known.id == *id))
        }
        SurveyTarget::Requirement(id) => {
            plans.any(|plan| plan.requirements.iter().any(|known| known.id == *id))
        }
        SurveyTarget::Indicator(id) => plans.any(|plan| plan.indicators.iter().any(|known| known.id == *id)),
        SurveyTarget::CourseObjective { offering, objective } => offerings.iter().any(|known| {
            known.id == *offering && known.objectives.iter().any(|known| known.id == *objective)
        }),
    }
}
