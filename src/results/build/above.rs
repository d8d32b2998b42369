//! Tables of the chain above the offerings.

use super::super::schema;
use super::super::table::{Table, Value};
use super::{Sources, figure, offering::course_method};
use crate::attainment::{Attainment, CohortResult, Evaluated};
use crate::model::{Cohort, Plan, Programme, Strength, Survey, SurveyTarget, decimal_ratio, ratio_f64};
use crate::policy;

/// A cohort result with the names it points to.
struct Named<'a> {
    result: &'a CohortResult,
    programme: &'a Programme,
    cohort: &'a Cohort,
    plan: &'a Plan,
}

impl<'a> Named<'a> {
    fn cells(&self, framework: Option<&'a str>) -> [Value<'a>; 5] {
        [
            self.programme.id.as_str().into(),
            self.programme.name.as_deref().into(),
            self.plan.version.as_str().into(),
            self.cohort.id.as_str().into(),
            framework.into(),
        ]
    }
}

fn named(sources: Sources<'_>) -> impl Iterator<Item = Named<'_>> {
    sources.attained.cohorts.iter().map(move |result| {
        let programme = &sources.dataset.programmes[result.programme];
        let cohort = &programme.cohorts[result.cohort];
        Named { result, programme, cohort, plan: &programme.plans[cohort.plan] }
    })
}

fn chain_method(sources: Sources<'_>) -> String {
    format!("{}/{}", sources.policy.objective.method, sources.policy.indicator.weights.key())
}

fn requirement_method(sources: Sources<'_>) -> String {
    format!("{}/{}", chain_method(sources), sources.policy.requirement.rule)
}

/// The figures of an evaluation with their keys and how each came to be.
fn figures<'e>(
    evaluated: &'e Evaluated,
    sources: Sources<'_>,
    direct: &str,
) -> Vec<(&'static str, &'e Attainment, String)> {
    let indirect = &sources.policy.indirect;
    let survey = format!("survey-{}", indirect.value);
    let share = indirect.direct_share.get();
    let combined = format!("{direct}*{share}+{survey}*{}", crate::model::Decimal::ONE - share);
    let mut all = vec![("direct", &evaluated.direct, direct.to_owned())];
    all.extend(evaluated.indirect.iter().map(|figure| ("indirect", figure, survey.clone())));
    all.extend(evaluated.combined.iter().map(|figure| ("combined", figure, combined.clone())));
    all
}

/// Courses and course objectives per cohort.
pub(super) fn cohort_courses(sources: Sources<'_>) -> Table {
    let mut table = Table::new(&schema::COHORT_COURSES);
    let whole = course_method(sources);
    for named in named(sources) {
        let cells = named.cells(named.plan.framework.as_deref());
        for one in &named.result.courses {
            let course = &named.plan.courses[one.course];
            let terms = one.terms.join(" ");
            let mut keys = cells.to_vec();
            keys.extend([
                Value::from(course.id.as_str()),
                course.name.as_deref().into(),
                one.objective.as_deref().into(),
                terms.as_str().into(),
                one.basis.map(|basis| basis.key()).into(),
            ]);
            let method = if one.objective.is_some() { &sources.policy.objective.method } else { &whole };
            figure::push(&mut table, &keys, &one.figure, sources.policy, method);
        }
    }
    table
}

/// Indicators per cohort.
pub(super) fn indicators(sources: Sources<'_>) -> Table {
    let mut table = Table::new(&schema::INDICATORS);
    let method = chain_method(sources);
    for named in named(sources) {
        let cells = named.cells(named.plan.framework.as_deref());
        for (indicator, evaluated) in named.plan.indicators.iter().zip(&named.result.indicators) {
            for (evaluation, one, method) in figures(evaluated, sources, &method) {
                let mut keys = cells.to_vec();
                keys.extend([
                    Value::from(named.plan.requirements[indicator.requirement].id.as_str()),
                    indicator.id.as_str().into(),
                    indicator.text.as_deref().into(),
                    evaluation.into(),
                ]);
                figure::push(&mut table, &keys, one, sources.policy, &method);
            }
        }
    }
    table
}

/// Requirements per cohort, then recomputed on other frameworks.
pub(super) fn requirements(sources: Sources<'_>) -> Table {
    let mut table = Table::new(&schema::REQUIREMENTS);
    let method = requirement_method(sources);
    for named in named(sources) {
        let cells = named.cells(named.plan.framework.as_deref());
        for (requirement, evaluated) in named.plan.requirements.iter().zip(&named.result.requirements) {
            for (evaluation, one, method) in figures(evaluated, sources, &method) {
                let mut keys = cells.to_vec();
                keys.extend([
                    Value::from(requirement.id.as_str()),
                    requirement.text.as_deref().into(),
                    evaluation.into(),
                ]);
                figure::push(&mut table, &keys, one, sources.policy, &method);
            }
        }
        for (framework, requirement, one) in &named.result.crosswalks {
            let title = policy::framework(framework).and_then(|framework| {
                let item = framework.requirements.into_iter().find(|item| item.id == *requirement)?;
                Some(format!("{} {}", item.title.zh, item.title.en))
            });
            let mut keys = named.cells(Some(framework)).to_vec();
            keys.extend([Value::from(requirement.as_str()), title.as_deref().into(), "direct".into()]);
            figure::push(&mut table, &keys, one, sources.policy, &format!("{method}/crosswalk"));
        }
    }
    table
}

/// Training objectives per cohort.
pub(super) fn training_objectives(sources: Sources<'_>) -> Table {
    let mut table = Table::new(&schema::TRAINING_OBJECTIVES);
    let method = format!("{}/{}", requirement_method(sources), sources.policy.training_objective.rule);
    for named in named(sources) {
        let cells = named.cells(named.plan.framework.as_deref());
        for (objective, evaluated) in
            named.plan.training_objectives.iter().zip(&named.result.training_objectives)
        {
            for (evaluation, one, method) in figures(evaluated, sources, &method) {
                let mut keys = cells.to_vec();
                keys.extend([
                    Value::from(objective.id.as_str()),
                    objective.text.as_deref().into(),
                    evaluation.into(),
                ]);
                figure::push(&mut table, &keys, one, sources.policy, &method);
            }
        }
    }
    table
}

/// What each indicator is made of.
pub(super) fn contributions(sources: Sources<'_>) -> Table {
    let mut table = Table::new(&schema::CONTRIBUTIONS);
    for named in named(sources) {
        let cells = named.cells(named.plan.framework.as_deref());
        for (indicator, parts) in named.plan.indicators.iter().zip(&named.result.contributions) {
            for part in parts {
                let support = &named.plan.support[part.support];
                let course = &named.plan.courses[support.course];
                let mut row = cells.to_vec();
                row.extend([
                    Value::from(named.plan.requirements[indicator.requirement].id.as_str()),
                    indicator.id.as_str().into(),
                    course.id.as_str().into(),
                    course.name.as_deref().into(),
                    support.objective.as_deref().into(),
                    part.weight.into(),
                    part.share.into(),
                    part.value.into(),
                    part.share.zip(part.value).map(|(share, value)| share * value).into(),
                    part.n_assessed.into(),
                    part.reason.map(|reason| reason.key()).into(),
                ]);
                table.push(&row);
            }
        }
    }
    table
}

/// The support matrix of every plan.
pub(super) fn support(sources: Sources<'_>) -> Table {
    let mut table = Table::new(&schema::SUPPORT);
    for programme in &sources.dataset.programmes {
        for plan in &programme.plans {
            for support in &plan.support {
                let course = &plan.courses[support.course];
                let indicator = &plan.indicators[support.indicator];
                let (weight, code) = match &support.strength {
                    Strength::Weight(weight) => (Some(*weight), None),
                    Strength::Code(code) => {
                        (sources.policy.indicator.codes.get(code).copied(), Some(code.as_str()))
                    }
                };
                table.push(&[
                    programme.id.as_str().into(),
                    plan.version.as_str().into(),
                    course.id.as_str().into(),
                    course.name.as_deref().into(),
                    support.objective.as_deref().into(),
                    plan.requirements[indicator.requirement].id.as_str().into(),
                    indicator.id.as_str().into(),
                    weight.map(|weight| ratio_f64(&decimal_ratio(weight))).into(),
                    code.into(),
                ]);
            }
        }
    }
    table
}

/// The level and the identifier of what a survey asks about.
pub(super) fn survey_target(survey: &Survey) -> (&'static str, String) {
    match &survey.target {
        SurveyTarget::TrainingObjective(id) => ("training_objective", id.clone()),
        SurveyTarget::Requirement(id) => ("requirement", id.clone()),
        SurveyTarget::Indicator(id) => ("indicator", id.clone()),
        SurveyTarget::CourseObjective { offering, objective } => {
            ("objective", format!("{offering}/{objective}"))
        }
    }
}

/// Surveys with their response rates.
pub(super) fn surveys(sources: Sources<'_>) -> Table {
    let mut table = Table::new(&schema::SURVEYS);
    let interval = format!("answers {}", sources.policy.uncertainty.confidence);
    for value in &sources.attained.surveys {
        let survey = &sources.dataset.surveys[value.survey];
        let (level, target) = survey_target(survey);
        table.push(&[
            survey.id.as_str().into(),
            survey.programme.as_str().into(),
            survey.cohort.as_deref().into(),
            survey.audience.0.as_str().into(),
            level.into(),
            target.as_str().into(),
            value.value.into(),
            value.se.into(),
            value.interval.map(|ends| ends.0).into(),
            value.interval.map(|ends| ends.1).into(),
            value.interval.map(|_| interval.clone()).as_deref().into(),
            usize::try_from(value.n).ok().into(),
            survey.answers.invited.map(|invited| invited as usize).into(),
            value.response_rate.into(),
            sources.policy.indirect.value.as_str().into(),
            value.few.then_some("few_answers").into(),
        ]);
    }
    table
}
