//! One offering: every objective over the whole offering and over each section, the course's own value, every
//! student's own values, the items.

use num_rational::BigRational;
use num_traits::Zero;

use super::figure::{
    Attainment, Candidate, Counts, Interval, IntervalMethod, Reason, Uncertainty, Verdict,
    bootstrap_uncertainty, judge, t_uncertainty,
};
use super::group::{GroupValue, ObjectiveRun, from_item_means, rounded};
use super::method::Scheme;
use super::treat::Treated;
use super::view::{View, ViewOptions};
use crate::model::{Decimal, Exact, Fraction, Offering, Threshold, decimal_f64, decimal_ratio, ratio_f64};
use crate::policy::{Closed, CourseValue, Policy, Pooling};
use crate::stats::bootstrap::{Resampler, replicates};
use crate::stats::interval::wilson;

/// The figures of a group of an offering: the whole, or one section.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupFigures {
    /// Position in the offering's sections; the whole offering where `None`.
    pub section: Option<usize>,
    /// One figure per objective, in the offering's order.
    pub objectives: Vec<Attainment>,
    /// The course's own value.
    pub course: Attainment,
}

/// Everything computed of one offering.
#[derive(Debug, Clone, PartialEq)]
pub struct OfferingResult {
    /// Position in the data set's offerings.
    pub offering: usize,
    /// The whole offering first, then its sections.
    pub groups: Vec<GroupFigures>,
    /// Weight of each objective in the course's own value.
    pub weights: Vec<f64>,
    /// Each roster row's own value per objective.
    pub students: Vec<Vec<Option<f64>>>,
    /// Whether each roster row's own value reaches the objective's expected value, or, where the method counts
    /// students, what is counted; exact. Empty where no verdicts of students were wanted.
    pub student_verdicts: Vec<Vec<Option<Verdict>>>,
    /// Each roster row's own course value.
    pub student_course: Vec<Option<f64>>,
    /// Expected value per objective.
    pub expected: Vec<Fraction>,
}

/// One offering with its objectives computed per student; borrowed by everything above it.
#[derive(Debug, Clone)]
pub(crate) struct OfferingRun<'a> {
    /// The offering, states resolved.
    pub(crate) treated: &'a Treated<'a>,
    /// One run per objective.
    pub(crate) objectives: Vec<ObjectiveRun<'a>>,
    /// All items that serve an objective, each once; only where the policy's course value asks for it.
    pub(crate) overall: Option<ObjectiveRun<'a>>,
    /// Weights of the objectives.
    pub(crate) weights: Vec<Decimal>,
    /// Expected values of the objectives.
    pub(crate) expected: Vec<Fraction>,
}

impl<'a> OfferingRun<'a> {
    /// Computes every student's own values.
    pub(crate) fn new(treated: &'a Treated<'a>, scheme: &'a Scheme, policy: &Policy) -> Self {
        let offering = treated.offering;
        let expected: Vec<Fraction> = (offering.objectives.iter())
            .map(|objective| objective.expected.unwrap_or(policy.threshold.objective))
            .collect();
        let options = |expected| ViewOptions { formative: policy.objective.formative, expected };
        let run = |objective: Option<usize>, expected| {
            ObjectiveRun::new(View::new(treated, scheme, objective, options(expected)))
        };
        let objectives: Vec<_> = expected.iter().enumerate().map(|(k, &e)| run(Some(k), e)).collect();
        let overall = (policy.course_value == CourseValue::Items).then(|| run(None, policy.threshold.course));
        Self { treated, weights: objective_weights(offering), objectives, overall, expected }
    }

    /// The offering.
    pub(crate) fn offering(&self) -> &'a Offering {
        self.treated.offering
    }

    /// Each roster row's own course value.
    pub(crate) fn student_course(&self, policy: &Policy) -> Vec<Option<f64>> {
        if let Some(overall) = &self.overall {
            return overall.values.clone();
        }
        let weights: Vec<f64> = self.weights.iter().copied().map(decimal_f64).collect();
        let own = |row: usize| {
            let values =
                self.objectives.iter().zip(&weights).filter_map(|(run, &w)| Some((run.values[row]?, w)));
            match policy.course_value {
                CourseValue::Minimum => values.map(|(value, _)| value).min_by(f64::total_cmp),
                _ => {
                    let (sum, total) = values.fold((0.0, 0.0), |(s, t), (value, w)| (s + w * value, t + w));
                    (total > 0.0).then(|| sum / total)
                }
            }
        };
        (0..self.offering().roster.len()).map(own).collect()
    }

    /// Whether each roster row's own value reaches the objective's expected value, or what is counted; exact.
    pub(crate) fn student_verdicts(&self, policy: &Policy) -> Vec<Vec<Option<Verdict>>> {
        let of_objective = |(objective, expected): (&ObjectiveRun<'_>, &Fraction)| {
            let verdict = verdict_of_student(&objective.view, *expected, policy);
            let own = |(row, value): (usize, &Option<f64>)| Some(verdict(row, (*value)?));
            objective.values.iter().enumerate().map(own).collect()
        };
        self.objectives.iter().zip(&self.expected).map(of_objective).collect()
    }
}

/// Tells whether a roster row with this own value in an objective reaches what is asked of students; exact.
pub(crate) fn verdict_of_student<'v>(
    view: &'v View<'_>,
    expected: Fraction,
    policy: &Policy,
) -> impl Fn(usize, f64) -> Verdict + 'v {
    // Where students are counted, the expected value is one of the class; what a student must reach is counted.
    let counted = view.scheme.outcome.reach();
    let threshold = counted.cloned().map_or_else(|| Threshold::from(expected), Threshold::from);
    let asked = view.asked(threshold);
    let open = policy.threshold.closed == Closed::Above && counted.is_none();
    move |row, value| {
        let ordering = view.compare_student(row as u32, value, &asked);
        let reached = if open { ordering.is_gt() } else { ordering.is_ge() };
        if reached { Verdict::Reached } else { Verdict::NotReached }
    }
}

/// Weights of the objectives: as declared, equal where none is; a declared one beside an undeclared counts, the
/// undeclared as 0.
fn objective_weights(offering: &Offering) -> Vec<Decimal> {
    let declared = offering.objectives.iter().any(|objective| objective.weight.is_some());
    let undeclared = if declared { Decimal::ZERO } else { Decimal::ONE };
    offering.objectives.iter().map(|objective| objective.weight.unwrap_or(undeclared)).collect()
}

/// All figures of an offering: the whole first, then its sections.
pub(crate) fn evaluate(run: &OfferingRun<'_>, policy: &Policy) -> Vec<GroupFigures> {
    let n_sections = run.offering().sections.len();
    let sections = (0..n_sections).filter(|_| n_sections > 1).map(Some);
    std::iter::once(None).chain(sections).map(|section| figures(run, section, policy)).collect()
}

/// The parts whose values are joined: one with all students, or one per section.
fn parts(run: &OfferingRun<'_>, section: Option<usize>, policy: &Policy) -> Vec<Vec<u32>> {
    let roster = &run.offering().roster;
    let of = |section: usize| -> Vec<u32> {
        let here = |&&row: &&u32| roster[row as usize].section == u16::try_from(section).ok();
        run.treated.kept.iter().filter(here).copied().collect()
    };
    match (section, policy.sections) {
        (Some(section), _) => vec![of(section)],
        (None, Pooling::Students) => vec![run.treated.kept.clone()],
        (None, Pooling::Size | Pooling::Equal) => {
            let mut parts: Vec<Vec<u32>> = (0..run.offering().sections.len()).map(of).collect();
            parts.push(
                run.treated
                    .kept
                    .iter()
                    .filter(|&&row| roster[row as usize].section.is_none())
                    .copied()
                    .collect(),
            );
            parts.retain(|part| !part.is_empty());
            parts
        }
    }
}

/// An objective joined over parts: base value, bound, share of each part, influence per roster row.
pub(crate) struct Joined {
    /// Base value.
    pub(crate) base: f64,
    /// Its bound.
    pub(crate) bound: f64,
    /// Weight share of each part; 0 for a part without evidence.
    pub(crate) shares: Vec<BigRational>,
    /// (roster row, influence) per part.
    pub(crate) influence: Vec<Vec<(u32, f64)>>,
    /// Students with evidence.
    pub(crate) n: usize,
}

/// Joins the parts' values: weights are assessed students, students, or 1.
///
/// Where students are pooled the weights are random too: a student of part g also moves the join by
/// (V_g − V)/N, which makes pooled means exactly what they are without parts.
pub(crate) fn join(values: Vec<Option<GroupValue>>, sizes: &[usize], pooling: Pooling) -> Option<Joined> {
    let weight = |(value, &size): (&Option<GroupValue>, &usize)| match (value, pooling) {
        (None, _) => 0,
        (Some(value), Pooling::Students) => value.base.n,
        (Some(_), Pooling::Size) => size,
        (Some(_), Pooling::Equal) => 1,
    };
    let weights: Vec<usize> = values.iter().zip(sizes).map(weight).collect();
    let total: usize = weights.iter().sum();
    if total == 0 {
        return None;
    }
    let n = values.iter().flatten().map(|value| value.base.n).sum::<usize>();
    let mut joined = Joined {
        base: 0.0,
        bound: 0.0,
        shares: weights.iter().map(|&w| BigRational::new(w.into(), total.into())).collect(),
        influence: Vec::with_capacity(values.len()),
        n,
    };
    for (value, &weight) in values.iter().zip(&weights) {
        if let Some(value) = value {
            let share = weight as f64 / total as f64;
            joined.base += share * value.base.value;
            joined.bound += share * value.base.bound;
        }
    }
    joined.bound += Exact::bound(joined.base, values.len() + 4);
    for (value, &weight) in values.into_iter().zip(&weights) {
        let Some(value) = value else {
            joined.influence.push(Vec::new());
            continue;
        };
        let share = weight as f64 / total as f64;
        let drift =
            if pooling == Pooling::Students { (value.base.value - joined.base) / total as f64 } else { 0.0 };
        joined
            .influence
            .push(value.influence.into_iter().map(|(row, psi)| (row, share * psi + drift)).collect());
    }
    Some(joined)
}

/// The exact base of an objective joined over parts.
pub(crate) fn join_exact(run: &ObjectiveRun<'_>, parts: &[Vec<u32>], shares: &[BigRational]) -> BigRational {
    (parts.iter().zip(shares))
        .filter(|(_, share)| !share.is_zero())
        .map(|(part, share)| share * run.group_exact(part))
        .sum()
}

/// The figures of one group.
fn figures(run: &OfferingRun<'_>, section: Option<usize>, policy: &Policy) -> GroupFigures {
    let parts = parts(run, section, policy);
    let enrolled = match section {
        None => run.offering().roster.len(),
        Some(section) => {
            let here =
                |enrolment: &&crate::model::Enrolment| enrolment.section == u16::try_from(section).ok();
            run.offering().roster.iter().filter(here).count()
        }
    };
    let joined: Vec<Option<Joined>> =
        run.objectives.iter().map(|objective| join_parts(objective, &parts, policy)).collect();
    let group = Group { parts, enrolled };
    let single: Vec<Attainment> = (run.objectives.iter().zip(&run.expected).zip(&joined))
        .map(|((objective, &expected), joined)| {
            objective_figure(objective, joined.as_ref(), &group, expected, policy)
        })
        .collect();
    let course = course_figure(run, &group, &joined, policy, &single);
    GroupFigures { section, objectives: single, course }
}

/// The students of a group, in the parts whose values are joined.
struct Group {
    parts: Vec<Vec<u32>>,
    /// Students on the roster.
    enrolled: usize,
}

/// An objective over the parts of a group; `None` without evidence.
fn join_parts(run: &ObjectiveRun<'_>, parts: &[Vec<u32>], policy: &Policy) -> Option<Joined> {
    let sizes: Vec<usize> = parts.iter().map(Vec::len).collect();
    join(parts.iter().map(|part| run.group(part)).collect(), &sizes, policy.sections)
}

fn objective_figure(
    run: &ObjectiveRun<'_>,
    joined: Option<&Joined>,
    group: &Group,
    expected: Fraction,
    policy: &Policy,
) -> Attainment {
    let (parts, enrolled) = (&group.parts, group.enrolled);
    let outcome = &run.view.scheme.outcome;
    let scale = f64::from(outcome.scale());
    let expected_value = expected.to_f64() * scale;
    let Some(joined) = joined else {
        return without_students(run, enrolled, expected, policy);
    };
    let exact_base = || join_exact(run, parts, &joined.shares);
    let base = Exact { value: joined.base, bound: joined.bound, exact: &exact_base };
    let exact = || outcome.apply_exact(&exact_base());
    let value = Exact { value: outcome.decide(&base), bound: joined.bound * 4.0, exact: &exact };
    let interval = Interval { policy, scale, expected: expected_value };
    let counts = Counts::of(enrolled, joined.n);
    let uncertainty = if outcome.reach().is_some() {
        let reached: usize = parts.iter().map(|part| run.count_reached(part)).sum();
        counted_uncertainty(run, reached, joined.n, &interval)
    } else {
        let squares: f64 = joined.influence.iter().flatten().map(|(_, psi)| psi * psi).sum();
        let n = joined.n as f64;
        t_uncertainty(value.value, squares * n / (n - 1.0).max(1.0), joined.n, &interval)
    };
    judge(&Candidate { value, scale: outcome.scale(), counts, expected }, uncertainty, policy)
}

/// Wilson's interval of the share, taken through the outcome, which never falls as the share rises.
fn counted_uncertainty(
    run: &ObjectiveRun<'_>,
    reached: usize,
    n: usize,
    context: &Interval<'_>,
) -> Result<Uncertainty, Reason> {
    let outcome = &run.view.scheme.outcome;
    if n < context.policy.uncertainty.min_n {
        return Err(Reason::TooFew);
    }
    let Some(interval) = wilson(reached as u64, n as u64, context.policy.uncertainty.confidence) else {
        return Err(Reason::TooFew);
    };
    let share = reached as f64 / n as f64;
    let se = (share * (1.0 - share) / n as f64).sqrt();
    let linear = outcome.scale() == 1 && outcome.smooth();
    Ok(Uncertainty {
        se: linear.then_some(se),
        low: outcome.apply(interval.low),
        high: outcome.apply(interval.high),
        method: IntervalMethod::Wilson,
        p_below: None,
    })
}

/// The figure of an objective whose students are unknown: from item means, or none with its reason.
fn without_students(
    run: &ObjectiveRun<'_>,
    enrolled: usize,
    expected: Fraction,
    policy: &Policy,
) -> Attainment {
    let offering = run.view.treated.offering;
    let expected_value = Some(expected.to_f64() * f64::from(run.view.scheme.outcome.scale()));
    let counts = Counts::of(enrolled, 0);
    if run.view.columns.is_empty() {
        return Attainment::unavailable(Reason::NoItems, counts, expected_value);
    }
    if offering.item_means.is_empty() {
        return Attainment::unavailable(Reason::NoEvidence, counts, expected_value);
    }
    let Some(exact) = from_item_means(&run.view) else {
        return Attainment::unavailable(Reason::NeedsStudents, Counts::default(), expected_value);
    };
    let assessed = offering.item_means.iter().filter_map(|mean| mean.n).max().map(|n| n as usize);
    class_mean_figure(&exact, Counts { enrolled: assessed, assessed }, expected, policy)
}

/// The figure of a class mean: a value and a verdict, no interval.
pub(crate) fn class_mean_figure(
    exact: &BigRational,
    counts: Counts,
    expected: Fraction,
    policy: &Policy,
) -> Attainment {
    let (value, bound) = rounded(exact);
    let value = Exact { value, bound, exact: &|| exact.clone() };
    judge(&Candidate { value, scale: 1, counts, expected }, Err(Reason::ClassMeansOnly), policy)
}

/// The course's own value over parts.
fn course_figure(
    run: &OfferingRun<'_>,
    group: &Group,
    joined: &[Option<Joined>],
    policy: &Policy,
    objectives: &[Attainment],
) -> Attainment {
    let expected = policy.threshold.course;
    if let Some(overall) = &run.overall {
        let joined = join_parts(overall, &group.parts, policy);
        return objective_figure(overall, joined.as_ref(), group, expected, policy);
    }
    match Composite::new(run, &group.parts, joined, policy) {
        Some(composite) => composite.figure(group.enrolled, expected, policy),
        None => course_from_means(run, group.enrolled, policy, objectives),
    }
}

/// The course's own value where only item means are known.
fn course_from_means(
    run: &OfferingRun<'_>,
    enrolled: usize,
    policy: &Policy,
    objectives: &[Attainment],
) -> Attainment {
    let known: Vec<(BigRational, BigRational)> = (run.objectives.iter().zip(&run.weights))
        .filter_map(|(objective, weight)| Some((from_item_means(&objective.view)?, decimal_ratio(*weight))))
        .collect();
    let total: BigRational = known.iter().map(|(_, weight)| weight).sum();
    let expected = policy.threshold.course;
    if run.offering().item_means.is_empty() || known.is_empty() || total.is_zero() {
        let reason = objectives.iter().find_map(|objective| objective.reason).unwrap_or(Reason::NoItems);
        return Attainment::unavailable(reason, Counts::of(enrolled, 0), Some(expected.to_f64()));
    }
    let exact = match policy.course_value {
        CourseValue::Minimum => known.iter().map(|(value, _)| value.clone()).min().unwrap_or_default(),
        _ => known.iter().map(|(value, weight)| value * weight).sum::<BigRational>() / total,
    };
    let assessed = run.offering().item_means.iter().filter_map(|mean| mean.n).max().map(|n| n as usize);
    class_mean_figure(&exact, Counts { enrolled: assessed, assessed }, expected, policy)
}

/// The course's value made of its objectives.
struct Composite<'a, 'b> {
    run: &'b OfferingRun<'a>,
    parts: &'b [Vec<u32>],
    minimum: bool,
    /// (objective, weight share, joined value), those with evidence.
    members: Vec<(usize, BigRational, &'b Joined)>,
}

impl<'a, 'b> Composite<'a, 'b> {
    fn new(
        run: &'b OfferingRun<'a>,
        parts: &'b [Vec<u32>],
        joined: &'b [Option<Joined>],
        policy: &Policy,
    ) -> Option<Self> {
        let mut members: Vec<(usize, BigRational, &Joined)> = (joined.iter().enumerate())
            .filter_map(|(k, joined)| Some((k, decimal_ratio(run.weights[k]), joined.as_ref()?)))
            .collect();
        let total: BigRational = members.iter().map(|(_, weight, _)| weight).sum();
        if members.is_empty() || total.is_zero() {
            return None;
        }
        for (_, weight, _) in &mut members {
            *weight = &*weight / &total;
        }
        Some(Self { run, parts, minimum: policy.course_value == CourseValue::Minimum, members })
    }

    fn member_value(&self, k: usize, joined: &Joined) -> f64 {
        let objective = &self.run.objectives[k];
        let exact = || join_exact(objective, self.parts, &joined.shares);
        objective.view.scheme.outcome.decide(&Exact {
            value: joined.base,
            bound: joined.bound,
            exact: &exact,
        })
    }

    fn exact(&self) -> BigRational {
        let values = self.members.iter().map(|(k, weight, joined)| {
            let objective = &self.run.objectives[*k];
            let base = join_exact(objective, self.parts, &joined.shares);
            (objective.view.scheme.outcome.apply_exact(&base), weight)
        });
        if self.minimum {
            values.map(|(value, _)| value).min().unwrap_or_default()
        } else {
            values.map(|(value, weight)| value * weight).sum()
        }
    }

    fn figure(&self, enrolled: usize, expected: Fraction, policy: &Policy) -> Attainment {
        let outcome = &self.run.objectives[self.members[0].0].view.scheme.outcome;
        let values: Vec<f64> =
            self.members.iter().map(|(k, _, joined)| self.member_value(*k, joined)).collect();
        let lowest = (0..values.len()).min_by(|&a, &b| values[a].total_cmp(&values[b])).unwrap_or(0);
        let weights: Vec<f64> = (self.members.iter().enumerate())
            .map(|(at, (_, weight, _))| match self.minimum {
                true => f64::from(u8::from(at == lowest)),
                false => ratio_f64(weight),
            })
            .collect();
        let value: f64 = values.iter().zip(&weights).map(|(value, weight)| value * weight).sum();
        let bound = self.members.iter().map(|(_, _, joined)| joined.bound).fold(0.0, f64::max) * 4.0
            + Exact::bound(value, values.len() + 8);
        let exact = || self.exact();
        let mut influence = vec![0.0; self.run.offering().roster.len()];
        let mut touched = vec![false; influence.len()];
        for ((_, _, joined), weight) in self.members.iter().zip(&weights) {
            let n = joined.n as f64;
            let factor = weight * (n / (n - 1.0).max(1.0)).sqrt();
            for &(row, psi) in joined.influence.iter().flatten() {
                influence[row as usize] += factor * psi;
                touched[row as usize] = true;
            }
        }
        let n = touched.iter().filter(|&&touched| touched).count();
        let scale = f64::from(outcome.scale());
        let interval = Interval { policy, scale, expected: expected.to_f64() * scale };
        let squares = influence.iter().map(|psi| psi * psi).sum();
        let uncertainty = match (outcome.smooth(), self.minimum) {
            (true, false) => t_uncertainty(value, squares, n, &interval),
            (true, true) => bootstrap_uncertainty(&self.minimum_replicates(&values, policy), n, &interval),
            (false, _) => self.stepped_uncertainty(n, &interval, &weights),
        };
        let candidate = Candidate {
            value: Exact { value, bound, exact: &exact },
            scale: outcome.scale(),
            counts: Counts::of(enrolled, n),
            expected,
        };
        judge(&candidate, uncertainty, policy)
    }

    /// The lowest objective in every replicate of a bootstrap over the roster.
    fn minimum_replicates(&self, values: &[f64], policy: &Policy) -> Vec<f64> {
        let n_rows = self.run.offering().roster.len();
        let Some(resampler) = Resampler::new(n_rows, policy.uncertainty.seed) else { return Vec::new() };
        let moved = |(_, _, joined): &(usize, BigRational, &Joined), value: f64, counts: &[u32]| {
            let n = joined.n as f64;
            let factor = (n / (n - 1.0).max(1.0)).sqrt();
            let excess = |(row, psi): &(u32, f64)| (f64::from(counts[*row as usize]) - 1.0) * psi;
            value + factor * joined.influence.iter().flatten().map(excess).sum::<f64>()
        };
        replicates(&resampler, policy.uncertainty.replicates, |counts| {
            let members = self.members.iter().zip(values);
            members.map(|(member, &value)| moved(member, value, counts)).fold(f64::INFINITY, f64::min)
        })
    }

    /// Where objectives are levels: the interval of each through its outcome, joined end by end.
    fn stepped_uncertainty(
        &self,
        n: usize,
        context: &Interval<'_>,
        weights: &[f64],
    ) -> Result<Uncertainty, Reason> {
        let (mut low, mut high) = (0.0, 0.0);
        for ((k, _, joined), weight) in self.members.iter().zip(weights) {
            let objective = &self.run.objectives[*k];
            let reached: usize = self.parts.iter().map(|part| objective.count_reached(part)).sum();
            let part = counted_uncertainty(objective, reached, joined.n, context)?;
            low += weight * part.low;
            high += weight * part.high;
        }
        if n < context.policy.uncertainty.min_n {
            return Err(Reason::TooFew);
        }
        Ok(Uncertainty { se: None, low, high, method: IntervalMethod::Wilson, p_below: None })
    }
}
