//! One cohort up the chain: inputs → indicators → graduation requirements → training objectives.

use std::collections::BTreeMap;

use num_rational::BigRational;
use num_traits::{One, Zero};

use super::cohort::{CohortMembers, Sitting, apply_retakes};
use super::figure::{Attainment, Counts, Reason, Verdict};
use super::input::{Basis, Input, Sources, from_class_value};
use super::node::{Node, Part, combine, replicate_all};
use super::rule::{Combination, Rule, rule};
use super::{student, survey, weights};
use crate::model::{
    ClassValue, Dataset, Fraction, Plan, Strength, Support, Survey, SurveyTarget, decimal_ratio, ratio_f64,
};
use crate::policy::{IndirectMode, Policy};
use crate::stats::bootstrap::Resampler;

/// What one cohort reached in one course or course objective.
#[derive(Debug, Clone, PartialEq)]
pub struct CohortCourse {
    /// Position in the plan's courses.
    pub course: usize,
    /// Course objective; the whole course where `None`.
    pub objective: Option<String>,
    /// Terms it was taught in.
    pub terms: Vec<String>,
    /// What it stands on; `None` where there is no figure.
    pub basis: Option<Basis>,
    /// The figure.
    pub figure: Attainment,
}

/// A course or objective in an indicator.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// Position in the plan's support.
    pub support: usize,
    /// Weight as declared.
    pub weight: Option<f64>,
    /// Share among those with evidence.
    pub share: Option<f64>,
    /// Value.
    pub value: Option<f64>,
    /// Students with evidence.
    pub n_assessed: Option<usize>,
    /// Why there is no value.
    pub reason: Option<Reason>,
}

/// Direct, indirect and combined evaluation of one thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluated {
    /// From marks.
    pub direct: Attainment,
    /// From surveys, where there are any.
    pub indirect: Option<Attainment>,
    /// Both, where the policy combines them and both exist.
    pub combined: Option<Attainment>,
}

/// One cohort up the chain.
#[derive(Debug, Clone, PartialEq)]
pub struct CohortResult {
    /// Position of the programme.
    pub programme: usize,
    /// Position of the cohort within the programme.
    pub cohort: usize,
    /// The students, by their position in the data set.
    pub students: Vec<u32>,
    /// Courses and course objectives that the plan asks for.
    pub courses: Vec<CohortCourse>,
    /// Indicators, in the plan's order.
    pub indicators: Vec<Evaluated>,
    /// What each indicator is made of.
    pub contributions: Vec<Vec<Contribution>>,
    /// Requirements, in the plan's order.
    pub requirements: Vec<Evaluated>,
    /// Training objectives, in the plan's order.
    pub training_objectives: Vec<Evaluated>,
    /// Recomputed on other frameworks: (framework key, requirement identifier, figure).
    pub crosswalks: Vec<(String, String, Attainment)>,
    /// Each student's own indicators and requirements.
    pub own: student::StudentChain,
}

/// A requirement of another framework and the requirements of this plan that continue in it.
#[derive(Debug, Clone, PartialEq)]
pub struct CrosswalkTarget {
    /// Framework key.
    pub framework: String,
    /// Requirement identifier there.
    pub requirement: String,
    /// Positions of this plan's requirements.
    pub from: Vec<usize>,
}

/// A node with its figure.
struct Level<'a> {
    node: Node<'a>,
    figure: Attainment,
}

impl<'a> Level<'a> {
    fn new(node: Node<'a>, expected: Fraction, policy: &Policy) -> Self {
        let figure = node.figure(expected, policy);
        Self { node, figure }
    }

    fn part(&self) -> Part<'_, 'a> {
        Part {
            node: &self.node,
            reached: self.figure.verdict == Some(Verdict::Reached),
            expected: self.figure.expected.unwrap_or(0.0),
        }
    }
}

/// One cohort on its way up.
pub(crate) struct Climb<'a> {
    dataset: &'a Dataset,
    members: &'a CohortMembers,
    plan: &'a Plan,
    policy: &'a Policy,
    sources: &'a Sources<'a>,
    /// The surveys about the cohort.
    surveys: Vec<&'a Survey>,
    rule: &'static dyn Rule,
}

type InputKey = (usize, Option<String>, Option<usize>);

impl<'a> Climb<'a> {
    /// `None` where the policy's rule does not exist (its check refuses that before).
    pub(crate) fn new(
        dataset: &'a Dataset,
        members: &'a CohortMembers,
        sources: &'a Sources<'a>,
    ) -> Option<Self> {
        let programme = &dataset.programmes[members.programme];
        let cohort = &programme.cohorts[members.cohort];
        let plan = programme.plans.get(cohort.plan)?;
        let policy = sources.policy;
        let surveys = survey::about(&dataset.surveys, &programme.id, &cohort.id).collect();
        Some(Self { dataset, members, plan, policy, sources, surveys, rule: rule(&policy.requirement.rule)? })
    }

    /// The whole way.
    pub(crate) fn climb(&self, crosswalks: &[CrosswalkTarget]) -> CohortResult {
        let (mut inputs, courses) = self.inputs();
        let smooth = inputs.values().flatten().all(|input| input.node.smooth);
        let excess = self.excess(smooth);
        if let (Some(excess), false) = (&excess, smooth) {
            inputs.values_mut().flatten().for_each(|input| input.replicate(excess));
        }
        let mut indicators = Vec::with_capacity(self.plan.indicators.len());
        let mut contributions = Vec::with_capacity(self.plan.indicators.len());
        for position in 0..self.plan.indicators.len() {
            let (level, made_of) = self.indicator(position, &inputs);
            indicators.push(level);
            contributions.push(made_of);
        }
        if let (Some(excess), true) = (&excess, smooth) {
            // Sums of smooth inputs: their own influence gives the replicates, those of the inputs are not needed.
            replicate_all(indicators.iter_mut().flatten().map(|level| &mut level.node), excess);
        }
        let requirements: Vec<Result<Level<'_>, Attainment>> = (0..self.plan.requirements.len())
            .map(|at| self.requirement(&[at], &indicators, &inputs))
            .collect();
        let evaluate = |at: usize, direct: &Result<Level<'_>, Attainment>, target, expected| {
            self.evaluated(at as u64, direct, &target, expected)
        };
        let evaluated_indicators: Vec<_> = (indicators.iter().enumerate())
            .map(|(at, level)| {
                let entry = &self.plan.indicators[at];
                let expected = entry.expected.unwrap_or(self.policy.threshold.indicator);
                evaluate(at, level, SurveyTarget::Indicator(entry.id.clone()), expected)
            })
            .collect();
        let evaluated_requirements: Vec<_> = (requirements.iter().enumerate())
            .map(|(at, level)| {
                let entry = &self.plan.requirements[at];
                let expected = entry.expected.unwrap_or(self.policy.threshold.requirement);
                evaluate(at, level, SurveyTarget::Requirement(entry.id.clone()), expected)
            })
            .collect();
        let training_objectives = (0..self.plan.training_objectives.len())
            .map(|at| self.training_objective(at, &requirements))
            .collect();
        let recomputed = crosswalks.iter().map(|target| {
            let level = self.requirement(&target.from, &indicators, &inputs);
            (target.framework.clone(), target.requirement.clone(), figure_of(&level))
        });
        CohortResult {
            programme: self.members.programme,
            cohort: self.members.cohort,
            students: self.members.students.clone(),
            courses,
            indicators: evaluated_indicators,
            contributions,
            requirements: evaluated_requirements,
            training_objectives,
            crosswalks: recomputed.collect(),
            own: student::chain(self.plan, self.policy, &|support| self.student_input(support, &inputs)),
        }
    }

    /// Every course and course objective that the plan's support matrix asks for.
    fn inputs(&self) -> (BTreeMap<InputKey, Result<Input<'a>, Reason>>, Vec<CohortCourse>) {
        let mut inputs: BTreeMap<InputKey, Result<Input<'a>, Reason>> = BTreeMap::new();
        let mut courses = Vec::new();
        let mut taken: BTreeMap<usize, Vec<Sitting>> = BTreeMap::new();
        for support in &self.plan.support {
            let course = &self.plan.courses[support.course];
            let sittings = &*taken.entry(support.course).or_insert_with(|| self.sittings(&course.id));
            let given = self.class_value(support);
            let key = self.key(support, given, sittings);
            if inputs.contains_key(&key) {
                continue;
            }
            let input = match given {
                Some(value) if sittings.is_empty() => {
                    Ok(from_class_value(self.members.students.len(), value))
                }
                _ if sittings.is_empty() => Err(Reason::NoEvidence),
                _ => {
                    let objective = support.objective.as_deref();
                    self.sources.input(self.members.students.len(), sittings, objective)
                }
            };
            inputs.insert(key, input);
        }
        for ((course, objective, _), input) in &inputs {
            courses.push(self.cohort_course(*course, objective.clone(), input));
        }
        (inputs, courses)
    }

    fn sittings(&self, course: &str) -> Vec<Sitting> {
        match self.members.courses.get(course) {
            Some(sittings) => {
                let n_students = self.members.students.len();
                apply_retakes(sittings, n_students, self.sources.own, self.policy)
            }
            None => Vec::new(),
        }
    }

    /// Class values differ by indicator, marks do not: only the former are keyed by it.
    fn key(&self, support: &Support, given: Option<&ClassValue>, sittings: &[Sitting]) -> InputKey {
        let by_indicator = sittings.is_empty() && given.is_some_and(|value| value.indicator.is_some());
        (support.course, support.objective.clone(), by_indicator.then_some(support.indicator))
    }

    fn class_value(&self, support: &Support) -> Option<&'a ClassValue> {
        let programme = &self.dataset.programmes[self.members.programme];
        let cohort = &programme.cohorts[self.members.cohort];
        let (course, indicator) =
            (&self.plan.courses[support.course], &self.plan.indicators[support.indicator]);
        let fits = |value: &&ClassValue| {
            value.programme == programme.id
                && value.cohort == cohort.id
                && value.course == course.id
                && (value.objective.is_none() || value.objective == support.objective)
                && value.indicator.as_ref().is_none_or(|own| *own == indicator.id)
        };
        let candidates = self.dataset.class_values.iter().filter(fits);
        candidates.max_by_key(|value| (value.indicator.is_some(), value.objective.is_some()))
    }

    /// m_i − 1 of the cohort's students, one row per replicate of one bootstrap; `None` where no rule needs
    /// replicates, given whether all inputs are smooth.
    fn excess(&self, smooth: bool) -> Option<Vec<f64>> {
        let rule_is_smooth = self.rule.combination(&[BigRational::one()], &BigRational::one()).smooth();
        let minimum = self.policy.training_objective.rule == "minimum";
        if rule_is_smooth && smooth && !minimum {
            return None;
        }
        let resampler = Resampler::new(self.members.students.len(), self.seed(0))?;
        let replicates = self.policy.uncertainty.replicates;
        let mut excess = Vec::with_capacity(replicates * resampler.units());
        let mut counts = vec![0; resampler.units()];
        for replicate in 0..replicates {
            resampler.count_into(replicate as u64, &mut counts);
            excess.extend(counts.iter().map(|&count| f64::from(count) - 1.0));
        }
        Some(excess)
    }

    fn seed(&self, purpose: u64) -> u64 {
        let place = (self.members.programme as u64) << 32 | (self.members.cohort as u64) << 16 | purpose;
        self.policy.uncertainty.seed ^ place.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }

    fn cohort_course(
        &self,
        course: usize,
        objective: Option<String>,
        input: &Result<Input<'a>, Reason>,
    ) -> CohortCourse {
        let sittings = self.members.courses.get(&self.plan.courses[course].id);
        let offerings =
            || sittings.into_iter().flatten().map(|sitting| &self.dataset.offerings[sitting.offering]);
        let mut terms: Vec<String> = offerings().filter_map(|offering| offering.term.clone()).collect();
        terms.dedup();
        let declared = |id: &str| {
            let entries = offerings().flat_map(|offering| &offering.objectives);
            entries.filter(|entry| entry.id == id).filter_map(|entry| entry.expected).next_back()
        };
        let expected = match &objective {
            Some(id) => declared(id).unwrap_or(self.policy.threshold.objective),
            None => self.policy.threshold.course,
        };
        let figure = match input {
            Ok(input) => input.node.figure(expected, self.policy),
            Err(reason) => Attainment::unavailable(*reason, Counts::default(), Some(expected.to_f64())),
        };
        CohortCourse { course, objective, terms, basis: input.as_ref().ok().map(|input| input.basis), figure }
    }

    fn indicator(
        &self,
        position: usize,
        inputs: &BTreeMap<InputKey, Result<Input<'a>, Reason>>,
    ) -> (Result<Level<'a>, Attainment>, Vec<Contribution>) {
        let entry = &self.plan.indicators[position];
        let expected = entry.expected.unwrap_or(self.policy.threshold.indicator);
        let all: Vec<&Support> =
            self.plan.support.iter().filter(|support| support.indicator == position).collect();
        let mut made_of = Vec::with_capacity(all.len());
        let mut found: Vec<(&Support, BigRational)> = Vec::new();
        let mut nodes: Vec<&Node<'a>> = Vec::new();
        for (at, support) in self.plan.support.iter().enumerate().filter(|(_, s)| s.indicator == position) {
            let weight = weights::declared(support, self.plan, &self.policy.indicator);
            let input = self.find(support, inputs);
            let mut contribution = Contribution {
                support: at,
                weight: weight.as_ref().map(ratio_f64),
                share: None,
                value: None,
                n_assessed: None,
                reason: None,
            };
            match (input, weight) {
                (Ok(input), Some(weight)) if !weight.is_zero() => {
                    contribution.value = Some(input.node.value);
                    contribution.n_assessed = input.node.presence.counts().assessed;
                    found.push((support, weight));
                    nodes.push(&input.node);
                }
                (Ok(_), Some(_)) => contribution.share = Some(0.0),
                (Ok(_), None) => contribution.reason = Some(Reason::NoWeights),
                (Err(reason), _) => contribution.reason = Some(reason),
            }
            made_of.push(contribution);
        }
        if nodes.is_empty() {
            let no_weights = made_of.iter().any(|part| part.reason == Some(Reason::NoWeights));
            let reason = match (all.is_empty(), no_weights) {
                (true, _) => Reason::NotSupported,
                (false, true) => Reason::NoWeights,
                (false, false) => Reason::NoInputs,
            };
            return (
                Err(Attainment::unavailable(reason, Counts::default(), Some(expected.to_f64()))),
                made_of,
            );
        }
        let combination = weights::combination(&entry.id, &found, &all, &self.policy.indicator);
        if let Combination::Linear(shares) = &combination {
            let mut shares = shares.iter();
            for part in made_of.iter_mut().filter(|part| part.value.is_some()) {
                part.share = shares.next().map(ratio_f64);
            }
        }
        let parts: Vec<Part<'_, 'a>> =
            nodes.iter().map(|node| Part { node, reached: true, expected: 0.0 }).collect();
        let level = combine(&parts, combination).map(|node| Level::new(node, expected, self.policy));
        let missing =
            || Attainment::unavailable(Reason::NoInputs, Counts::default(), Some(expected.to_f64()));
        (level.ok_or_else(missing), made_of)
    }

    fn find<'i>(
        &self,
        support: &Support,
        inputs: &'i BTreeMap<InputKey, Result<Input<'a>, Reason>>,
    ) -> Result<&'i Input<'a>, Reason> {
        let general = (support.course, support.objective.clone(), None);
        let special = (support.course, support.objective.clone(), Some(support.indicator));
        match inputs.get(&special).or_else(|| inputs.get(&general)) {
            Some(input) => input.as_ref().map_err(|reason| *reason),
            None => Err(Reason::NoEvidence),
        }
    }

    fn student_input<'i>(
        &self,
        support: &Support,
        inputs: &'i BTreeMap<InputKey, Result<Input<'a>, Reason>>,
    ) -> Option<&'i [Option<f64>]> {
        let input = self.find(support, inputs).ok()?;
        (input.basis == Basis::Marks).then_some(&input.students)
    }

    /// A requirement from the indicators of these requirements of the plan: one, or several in a crosswalk.
    fn requirement(
        &self,
        of: &[usize],
        indicators: &[Result<Level<'a>, Attainment>],
        inputs: &BTreeMap<InputKey, Result<Input<'a>, Reason>>,
    ) -> Result<Level<'a>, Attainment> {
        let own = of.first().and_then(|&at| self.plan.requirements[at].expected).filter(|_| of.len() == 1);
        let expected = own.unwrap_or(self.policy.threshold.requirement);
        let members: Vec<usize> = (self.plan.indicators.iter().enumerate())
            .filter(|(_, indicator)| of.contains(&indicator.requirement))
            .map(|(at, _)| at)
            .collect();
        let missing = |reason| Attainment::unavailable(reason, Counts::default(), Some(expected.to_f64()));
        if members.is_empty() {
            return Err(missing(Reason::NotSupported));
        }
        let known: Vec<usize> = members.iter().copied().filter(|&at| indicators[at].is_ok()).collect();
        let parts: Vec<Part<'_, 'a>> =
            known.iter().filter_map(|&at| Some(indicators[at].as_ref().ok()?.part())).collect();
        if parts.is_empty() {
            return Err(missing(Reason::NoInputs));
        }
        if self.rule.needs_levels() && known.iter().any(|&at| self.plan.indicators[at].weight.is_none()) {
            return Err(missing(Reason::NeedsLevels));
        }
        let weight =
            |&at: &usize| self.plan.indicators[at].weight.map_or_else(BigRational::one, decimal_ratio);
        let weights: Vec<BigRational> = known.iter().map(weight).collect();
        let combination = self.rule.combination(&weights, &decimal_ratio(self.policy.indicator.highest));
        if combination == Combination::StudentShare {
            let share = &self.policy.requirement;
            let supports: Vec<&Support> =
                self.plan.support.iter().filter(|support| members.contains(&support.indicator)).collect();
            let held: Vec<(&Support, &Input<'a>)> = supports
                .into_iter()
                .filter_map(|support| Some((support, self.find(support, inputs).ok()?)))
                .collect();
            let node =
                student::share_node(&held, share.course_share, self.policy, self.members.students.len());
            return node
                .map(|node| Level::new(node, share.student_share, self.policy))
                .ok_or_else(|| missing(Reason::NeedsStudents));
        }
        let whole = combination == Combination::AllReach;
        let node = combine(&parts, combination).ok_or_else(|| missing(Reason::NoInputs))?;
        let one = Fraction::new(crate::model::Decimal::ONE);
        Ok(Level::new(node, if whole { one.unwrap_or(expected) } else { expected }, self.policy))
    }

    /// Direct beside indirect, and combined where the policy says so.
    fn evaluated(
        &self,
        purpose: u64,
        direct: &Result<Level<'a>, Attainment>,
        target: &SurveyTarget,
        expected: Fraction,
    ) -> Evaluated {
        let indirect = self.indirect(target, purpose).map(|node| Level::new(node, expected, self.policy));
        let combined = match (direct, &indirect) {
            (Ok(direct), Some(indirect)) => self.combined(direct, indirect, expected),
            _ => None,
        };
        Evaluated {
            direct: figure_of(direct),
            indirect: indirect.map(|level| level.figure),
            combined: combined.map(|level| level.figure),
        }
    }

    fn combined(&self, direct: &Level<'a>, indirect: &Level<'a>, expected: Fraction) -> Option<Level<'a>> {
        if self.policy.indirect.mode != IndirectMode::Weighted || direct.node.scale != indirect.node.scale {
            return None;
        }
        let share = self.policy.indirect.direct_share.ratio();
        let rest = BigRational::one() - &share;
        let node = combine(&[direct.part(), indirect.part()], Combination::Linear(vec![share, rest]))?;
        Some(Level::new(node, expected, self.policy))
    }

    fn indirect(&self, target: &SurveyTarget, purpose: u64) -> Option<Node<'a>> {
        if self.policy.indirect.mode == IndirectMode::Ignore {
            return None;
        }
        let about = |survey: &&&Survey| survey.target == *target;
        let surveys: Vec<&Survey> = self.surveys.iter().filter(about).copied().collect();
        let mut node = survey::node(&surveys, self.members.students.len(), self.policy)?;
        survey::replicate(&mut node, &surveys, self.seed(purpose + 1), self.policy);
        Some(node)
    }

    fn training_objective(
        &self,
        position: usize,
        requirements: &[Result<Level<'a>, Attainment>],
    ) -> Evaluated {
        let entry = &self.plan.training_objectives[position];
        let expected = entry.expected.unwrap_or(self.policy.threshold.training_objective);
        let missing = |reason| Attainment::unavailable(reason, Counts::default(), Some(expected.to_f64()));
        let supports = self.plan.requirement_support.iter().filter(|s| s.training_objective == position);
        let mut parts = Vec::new();
        let mut weights = Vec::new();
        let mut any = false;
        for support in supports {
            any = true;
            let weight = match &support.strength {
                Strength::Weight(weight) => Some(decimal_ratio(*weight)),
                Strength::Code(code) => {
                    self.policy.indicator.codes.get(code).map(|weight| decimal_ratio(*weight))
                }
            };
            if let (Ok(level), Some(weight)) = (&requirements[support.requirement], weight) {
                parts.push(level.part());
                weights.push(weight);
            }
        }
        let rule = rule(&self.policy.training_objective.rule);
        let combination =
            rule.map(|rule| rule.combination(&weights, &decimal_ratio(self.policy.indicator.highest)));
        let direct = combination
            .and_then(|combination| combine(&parts, combination))
            .map(|node| Level::new(node, expected, self.policy))
            .ok_or_else(|| missing(if any { Reason::NoInputs } else { Reason::NotSupported }));
        let target = SurveyTarget::TrainingObjective(entry.id.clone());
        self.evaluated(0x8000 + position as u64, &direct, &target, expected)
    }
}

fn figure_of(level: &Result<Level<'_>, Attainment>) -> Attainment {
    match level {
        Ok(level) => level.figure.clone(),
        Err(missing) => missing.clone(),
    }
}
