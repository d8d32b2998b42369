//! The whole data set at once, in parallel, the same for any number of threads.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::chain::{Climb, CohortResult, CrosswalkTarget};
use super::cohort::{CohortMembers, Sitting, cohorts};
use super::figure::{Attainment, Counts};
use super::input::Sources;
use super::item::{self, ItemResult};
use super::method::{Scheme, objective_method};
use super::missing::{self, MissingResult};
use super::offering::{GroupFigures, OfferingResult, OfferingRun, evaluate};
use super::rule::rule;
use super::survey::{SurveyValue, survey_value};
use super::treat::Treated;
use crate::model::{Dataset, Programme, decimal_f64};
use crate::policy::{Framework, Policy, builtin_frameworks};

/// What a policy may name and this program does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AttainmentError {
    /// An unknown method of course objectives.
    #[error("objective.method: there is no method `{0}`; `attain list methods` shows those there are")]
    UnknownMethod(String),
    /// An unknown rule of requirements.
    #[error("requirement.rule: there is no rule `{0}`; `attain list methods` shows those there are")]
    UnknownRule(String),
}

/// A course, or one of its objectives, in one term.
#[derive(Debug, Clone, PartialEq)]
pub struct CourseTerm {
    /// Course identifier.
    pub course: String,
    /// Course name.
    pub name: Option<String>,
    /// Objective; the course where `None`.
    pub objective: Option<String>,
    /// Term.
    pub term: Option<String>,
    /// Offerings in the term.
    pub n_offerings: usize,
    /// The figure.
    pub figure: Attainment,
}

/// Everything attained, level by level.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Attained {
    /// Offerings, in the data set's order.
    pub offerings: Vec<OfferingResult>,
    /// Items per offering.
    pub items: Vec<Vec<ItemResult>>,
    /// What other treatments of missing marks would give, per offering.
    pub missing: Vec<Vec<MissingResult>>,
    /// Courses over terms.
    pub terms: Vec<CourseTerm>,
    /// Cohorts, by programme and identifier.
    pub cohorts: Vec<CohortResult>,
    /// Surveys, in the data set's order.
    pub surveys: Vec<SurveyValue>,
}

/// Which parts of the chain are wanted; offerings always are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Items.
    pub items: bool,
    /// Other treatments of missing marks.
    pub missing: bool,
    /// Courses over terms.
    pub terms: bool,
    /// Cohorts: everything above the offerings.
    pub cohorts: bool,
    /// Verdicts of single students.
    pub students: bool,
}

impl Wanted {
    /// Everything.
    pub const ALL: Self = Self { items: true, missing: true, terms: true, cohorts: true, students: true };
}

/// How much there is to do: one step per offering and one per cohort.
pub fn n_steps(dataset: &Dataset) -> usize {
    dataset.offerings.len()
        + dataset.programmes.iter().map(|programme| programme.cohorts.len()).sum::<usize>()
}

/// Computes every level of the chain. `step` is called once per offering and cohort, from any thread.
///
/// # Errors
/// Where the policy names a method or rule that does not exist.
pub fn attain(
    dataset: &Dataset,
    policy: &Policy,
    step: &(dyn Fn() + Sync),
) -> Result<Attained, AttainmentError> {
    attain_wanted(dataset, policy, Wanted::ALL, step)
}

/// Computes the wanted parts of the chain; the others stay empty.
///
/// # Errors
/// Where the policy names a method or rule that does not exist.
pub fn attain_wanted(
    dataset: &Dataset,
    policy: &Policy,
    wanted: Wanted,
    step: &(dyn Fn() + Sync),
) -> Result<Attained, AttainmentError> {
    let scheme = scheme_of(policy)?;
    let treated = treat(dataset, policy);
    let runs: Vec<OfferingRun<'_>> =
        treated.par_iter().map(|treated| OfferingRun::new(treated, &scheme, policy)).collect();
    let groups: Vec<Vec<GroupFigures>> = (runs.par_iter())
        .map(|run| {
            let groups = evaluate(run, policy);
            step();
            groups
        })
        .collect();
    let own: Vec<Vec<Option<f64>>> = runs.par_iter().map(|run| run.student_course(policy)).collect();
    let mut attained = Attained {
        surveys: (dataset.surveys.par_iter().enumerate())
            .map(|(at, one)| survey_value(at, one, policy))
            .collect(),
        ..Attained::default()
    };
    if wanted.items {
        attained.items = dataset.offerings.par_iter().map(item::items).collect();
    }
    if wanted.missing {
        attained.missing = missing::missing(dataset, policy, &scheme);
    }
    let sources = Sources { runs: &runs, own: &own, policy };
    if wanted.terms {
        attained.terms = terms(dataset, &sources);
    }
    if wanted.cohorts {
        attained.cohorts = climb_all(dataset, &cohorts(dataset), &sources, step);
    }
    let verdicts = |run: &OfferingRun<'_>| wanted.students.then(|| run.student_verdicts(policy));
    attained.offerings = (runs.into_par_iter().zip(own).zip(groups).enumerate())
        .map(|(offering, ((run, student_course), groups))| OfferingResult {
            offering,
            groups,
            student_course,
            student_verdicts: verdicts(&run).unwrap_or_default(),
            weights: run.weights.iter().copied().map(decimal_f64).collect(),
            students: run.objectives.into_iter().map(|objective| objective.values).collect(),
            expected: run.expected,
        })
        .collect();
    Ok(attained)
}

/// Only the cohorts, under a policy: what the comparison of methods repeats.
pub(crate) fn attain_cohorts(
    dataset: &Dataset,
    policy: &Policy,
) -> Result<Vec<CohortResult>, AttainmentError> {
    let scheme = scheme_of(policy)?;
    let treated = treat(dataset, policy);
    let runs: Vec<OfferingRun<'_>> =
        treated.par_iter().map(|treated| OfferingRun::new(treated, &scheme, policy)).collect();
    let own: Vec<Vec<Option<f64>>> = runs.par_iter().map(|run| run.student_course(policy)).collect();
    let sources = Sources { runs: &runs, own: &own, policy };
    Ok(climb_all(dataset, &cohorts(dataset), &sources, &|| ()))
}

pub(crate) fn scheme_of(policy: &Policy) -> Result<Scheme, AttainmentError> {
    let key = &policy.objective.method;
    let method = objective_method(key).ok_or_else(|| AttainmentError::UnknownMethod(key.clone()))?;
    if rule(&policy.requirement.rule).is_none() {
        return Err(AttainmentError::UnknownRule(policy.requirement.rule.clone()));
    }
    Ok(method.scheme(&policy.objective))
}

fn treat<'a>(dataset: &'a Dataset, policy: &Policy) -> Vec<Treated<'a>> {
    dataset.offerings.par_iter().map(|offering| Treated::new(offering, &policy.marks)).collect()
}

fn climb_all(
    dataset: &Dataset,
    members: &[CohortMembers],
    sources: &Sources<'_>,
    step: &(dyn Fn() + Sync),
) -> Vec<CohortResult> {
    let frameworks: Vec<Framework> = builtin_frameworks().collect();
    let climb = |members: &CohortMembers| {
        let targets = crosswalk_targets(&frameworks, &dataset.programmes[members.programme], members.cohort);
        let result = Climb::new(dataset, members, sources).map(|climb| climb.climb(&targets));
        step();
        result
    };
    members.par_iter().filter_map(climb).collect()
}

/// The frameworks of the programme's other plans that continue this cohort's own, with the requirements' paths.
fn crosswalk_targets(frameworks: &[Framework], programme: &Programme, cohort: usize) -> Vec<CrosswalkTarget> {
    let Some(plan) = programme.plans.get(programme.cohorts[cohort].plan) else { return Vec::new() };
    let Some(from) = &plan.framework else { return Vec::new() };
    let others: BTreeSet<&str> = programme
        .plans
        .iter()
        .filter_map(|plan| plan.framework.as_deref())
        .filter(|key| key != from)
        .collect();
    let mut targets = Vec::new();
    for framework in frameworks.iter().filter(|framework| others.contains(framework.key.as_str())) {
        let Some(crosswalk) = framework.crosswalks.iter().find(|crosswalk| crosswalk.from == *from) else {
            continue;
        };
        for requirement in &framework.requirements {
            let olds = crosswalk.pairs.iter().filter(|(_, new)| *new == requirement.id).map(|(old, _)| old);
            let positions =
                olds.filter_map(|old| plan.requirements.iter().position(|entry| entry.id == *old));
            targets.push(CrosswalkTarget {
                framework: framework.key.clone(),
                requirement: requirement.id.clone(),
                from: positions.collect(),
            });
        }
    }
    targets
}

/// Every course and objective in every term, all students of the term together.
fn terms(dataset: &Dataset, sources: &Sources<'_>) -> Vec<CourseTerm> {
    let mut groups: BTreeMap<(&str, Option<&str>), Vec<usize>> = BTreeMap::new();
    for (position, offering) in dataset.offerings.iter().enumerate() {
        groups.entry((&offering.course, offering.term.as_deref())).or_default().push(position);
    }
    let groups: Vec<_> = groups.into_iter().collect();
    groups
        .par_iter()
        .flat_map_iter(|((course, term), offerings)| {
            term_figures(dataset, sources, (course, *term), offerings)
        })
        .collect()
}

fn term_figures(
    dataset: &Dataset,
    sources: &Sources<'_>,
    (course, term): (&str, Option<&str>),
    offerings: &[usize],
) -> Vec<CourseTerm> {
    let roster = |&position: &usize| &dataset.offerings[position].roster;
    let mut students: Vec<u32> =
        offerings.iter().flat_map(roster).map(|enrolment| enrolment.student).collect();
    students.sort_unstable();
    students.dedup();
    let whole = |position: &usize| {
        let roster = roster(position);
        Sitting::new(*position, (0..roster.len() as u32).collect(), roster, &students)
    };
    let sittings: Vec<Sitting> = offerings.iter().map(whole).collect();
    let mut objectives: Vec<Option<&str>> = vec![None];
    let mut expected = BTreeMap::new();
    for entry in offerings.iter().flat_map(|&position| &dataset.offerings[position].objectives) {
        if !objectives.contains(&Some(entry.id.as_str())) {
            objectives.push(Some(&entry.id));
        }
        expected.entry(entry.id.as_str()).or_insert(entry.expected);
    }
    let policy = sources.policy;
    let figure = |objective: Option<&str>| {
        let expected = match objective {
            Some(id) => expected.get(id).copied().flatten().unwrap_or(policy.threshold.objective),
            None => policy.threshold.course,
        };
        match sources.input(students.len(), &sittings, objective) {
            Ok(input) => input.node.figure(expected, policy),
            Err(reason) => Attainment::unavailable(reason, Counts::default(), Some(expected.to_f64())),
        }
    };
    let name = offerings.iter().find_map(|&position| dataset.offerings[position].name.clone());
    let one = |objective: &Option<&str>| CourseTerm {
        course: course.to_owned(),
        name: name.clone(),
        objective: objective.map(str::to_owned),
        term: term.map(str::to_owned),
        n_offerings: offerings.len(),
        figure: figure(*objective),
    };
    objectives.iter().map(one).collect()
}
