//! What is true of a design: the expected attainment at every level, by numerical integration.
//!
//! Ability in a course is normal and marks are independent given it, so every expectation is one integral over
//! the standard normal: ∫ E[C | θ] φ(θ) dθ by the trapezoidal rule on [−9, 9] with step 1/4. The integrands are
//! analytic about the real line, where that rule converges geometrically: halving the step changes no figure
//! by more than 1e-10, and [`ERROR`] bounds the error of every row.
//!
//! Method: `student-first`, C_ik = Σ_j w_j a_jk s_ij/f_j / Σ_j w_j a_jk with the items a student has evidence
//! for. Blank, absent and misconduct count 0; deferred examinations leave numerator and denominator; withdrawn
//! students leave the offering; of a repeated course the last result counts. Who repeats is decided by the
//! examination (below 50 of 100, or missed), so the joint expectation of objective marks and passing is carried
//! through a convolution over the examination's items.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::course::{CourseModel, ItemModel};
use super::design::Design;
use super::draw::{self, Courses};
use super::{plan, survey};
use crate::model::{Dataset, Plan, Programme, Strength, SurveyTarget};

/// Integration points per unit of ability.
const PER_UNIT: i32 = 4;
/// A bound of the integration error of every true value.
pub const ERROR: f64 = 1e-9;

/// One true value.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TruthRow {
    /// `offering_objective` (everybody assessed in the offering, given how many of them repeat),
    /// `course_objective` and `course` (the cohort's last results), `indicator`, `requirement`,
    /// `training_objective`, `survey`; `unit_effect` for value added.
    pub level: &'static str,
    /// Programme identifier.
    pub programme: String,
    /// Plan version.
    pub plan: String,
    /// Cohort identifier.
    pub cohort: String,
    /// Offering identifier, for `offering_objective`.
    pub offering: String,
    /// Course identifier, for courses and their objectives.
    pub course: String,
    /// Identifier of the objective, indicator, requirement or training objective, or the unit.
    pub target: String,
    /// `minimum` or `mean` for requirements and what follows from them; the audience for surveys;
    /// test and kind of unit for effects, `year1 | school`.
    pub rule: &'static str,
    /// Expected value.
    pub value: f64,
    /// Bound of the error of `value`.
    pub error: f64,
}

/// Expected values of one course and cohort, per objective.
#[derive(Debug, Clone)]
struct Expected {
    /// First attempts.
    first: Vec<f64>,
    /// Repetitions of those who failed.
    repeated: Vec<f64>,
    /// Last results of the cohort's students.
    last: Vec<f64>,
}

/// The true values of a design with the numbers of students a replicate drew.
pub(super) fn truth(design: &Design, courses: &Courses, dataset: &Dataset) -> Vec<TruthRow> {
    let mut rows = Vec::new();
    let taught = plan::taught(design);
    let chains: Vec<Vec<Expected>> = courses
        .par_iter()
        .flat_map_iter(|courses| courses.iter())
        .map(|versions| {
            (0..design.cohorts).map(|cohort| expected(design, versions, cohort, PER_UNIT)).collect()
        })
        .collect();
    for (index, programme) in dataset.programmes.iter().enumerate() {
        for (cohort, entry) in programme.cohorts.iter().enumerate() {
            let base = TruthRow {
                programme: programme.id.clone(),
                plan: programme.plans[entry.plan].version.clone(),
                cohort: entry.id.clone(),
                error: ERROR,
                ..TruthRow::default()
            };
            let mut values = BTreeMap::new();
            for (position, course) in taught.iter().enumerate() {
                let chain = &chains[index * taught.len() + position];
                let code = plan::course_id(design, index, course);
                let model = draw::met(design, &courses[index][position], cohort);
                let base = TruthRow { course: code.clone(), ..base.clone() };
                offering_rows(&mut rows, &base, dataset, &chain[..=cohort]);
                course_rows(&mut rows, &base, model, &chain[cohort]);
                values.insert(code, (chain[cohort].last.clone(), course_value(model, &chain[cohort].last)));
            }
            chain_rows(&mut rows, &base, &programme.plans[entry.plan], &values);
            survey_rows(&mut rows, &base, programme, entry.plan);
        }
    }
    rows
}

/// The last of `chain` is the offering's own cohort; those who failed the one before repeat here.
fn offering_rows(rows: &mut Vec<TruthRow>, base: &TruthRow, dataset: &Dataset, chain: &[Expected]) {
    let [earlier @ .., own] = chain else { return };
    let id = plan::offering_id(&base.course, &base.cohort);
    let Ok(place) = dataset.offerings.binary_search_by(|offering| offering.id.cmp(&id)) else { return };
    let staying = || dataset.offerings[place].roster.iter().filter(|enrolment| !enrolment.withdrawn);
    let (n, repeating) =
        (staying().count() as f64, staying().filter(|enrolment| enrolment.retake).count() as f64);
    for (objective, first) in own.first.iter().enumerate() {
        let repeated = earlier.last().map_or(0.0, |before| before.repeated[objective]);
        rows.push(TruthRow {
            level: "offering_objective",
            offering: id.clone(),
            target: (objective + 1).to_string(),
            value: ((n - repeating) * first + repeating * repeated) / n,
            ..base.clone()
        });
    }
}

fn course_rows(rows: &mut Vec<TruthRow>, base: &TruthRow, model: &CourseModel, expected: &Expected) {
    for (objective, &value) in expected.last.iter().enumerate() {
        let target = (objective + 1).to_string();
        rows.push(TruthRow { level: "course_objective", target, value, ..base.clone() });
    }
    let value = course_value(model, &expected.last);
    rows.push(TruthRow { level: "course", value, ..base.clone() });
}

/// Weighted mean of the objectives.
fn course_value(model: &CourseModel, objectives: &[f64]) -> f64 {
    model.objective_weights.iter().zip(objectives).map(|(weight, value)| weight_f64(*weight) * value).sum()
}

/// (objectives, course value) by course.
type Values = BTreeMap<String, (Vec<f64>, f64)>;

fn chain_rows(rows: &mut Vec<TruthRow>, base: &TruthRow, plan: &Plan, values: &Values) {
    let mut indicators = vec![0.0; plan.indicators.len()];
    for support in &plan.support {
        let Strength::Weight(weight) = &support.strength else { continue };
        let Some((objectives, whole)) = values.get(&plan.courses[support.course].id) else { continue };
        let objective = support.objective.as_deref().and_then(|id| id.parse::<usize>().ok());
        let value = objective.map_or(*whole, |number| objectives[number - 1]);
        indicators[support.indicator] += weight_f64(*weight) * value;
    }
    for (indicator, &value) in plan.indicators.iter().zip(&indicators) {
        rows.push(TruthRow { level: "indicator", target: indicator.id.clone(), value, ..base.clone() });
    }
    for rule in ["minimum", "mean"] {
        let mut requirements = Vec::new();
        for (position, requirement) in plan.requirements.iter().enumerate() {
            let of =
                plan.indicators.iter().zip(&indicators).filter(|(known, _)| known.requirement == position);
            let own: Vec<f64> = of.map(|(_, &value)| value).collect();
            let value = match rule {
                "minimum" => own.iter().copied().fold(f64::INFINITY, f64::min),
                _ => own.iter().sum::<f64>() / own.len() as f64,
            };
            rows.push(TruthRow {
                level: "requirement",
                target: requirement.id.clone(),
                rule,
                value,
                ..base.clone()
            });
            requirements.push(value);
        }
        for (position, objective) in plan.training_objectives.iter().enumerate() {
            let of = plan.requirement_support.iter().filter(|support| support.training_objective == position);
            let own: Vec<f64> = of.map(|support| requirements[support.requirement]).collect();
            if !own.is_empty() {
                let value = own.iter().sum::<f64>() / own.len() as f64;
                let target = objective.id.clone();
                rows.push(TruthRow { level: "training_objective", target, rule, value, ..base.clone() });
            }
        }
    }
}

fn survey_rows(rows: &mut Vec<TruthRow>, base: &TruthRow, programme: &Programme, plan: usize) {
    for (audience, position, target) in survey::questions(programme, plan) {
        let target = match target {
            SurveyTarget::TrainingObjective(id) => format!("training_objective {id}"),
            SurveyTarget::Requirement(id) => format!("requirement {id}"),
            SurveyTarget::Indicator(id) => format!("indicator {id}"),
            SurveyTarget::CourseObjective { offering, objective } => {
                format!("objective {offering} {objective}")
            }
        };
        let value = survey::expected(audience, position);
        rows.push(TruthRow { level: "survey", target, rule: audience, value, ..base.clone() });
    }
}

/// Points of the trapezoidal rule and their normal weights.
fn nodes(per_unit: i32) -> impl Iterator<Item = (f64, f64)> {
    (-9 * per_unit..=9 * per_unit).map(move |index| {
        let theta = f64::from(index) / f64::from(per_unit);
        let density = (-0.5 * theta * theta).exp() / (2.0 * std::f64::consts::PI).sqrt();
        (theta, density / f64::from(per_unit))
    })
}

/// Integrates over ability; `per_unit` is the number of points per unit of ability.
fn expected(design: &Design, versions: &[CourseModel; 2], cohort: usize, per_unit: i32) -> Expected {
    let model = draw::met(design, versions, cohort);
    let repeats = design.retakes && model.examined && cohort + 1 < design.cohorts;
    let next = draw::met(design, versions, cohort + 1);
    let n = model.objective_weights.len();
    let (mut first, mut kept, mut repeated, mut failing) = (vec![0.0; n], vec![0.0; n], vec![0.0; n], 0.0);
    for (theta, weight) in nodes(per_unit) {
        let ability = theta + draw::TREND * cohort as f64;
        let now = Attempt::given(design, model, ability);
        let add = |sums: &mut [f64], values: &[f64], weight: f64| {
            sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += weight * value);
        };
        add(&mut first, &now.values(), weight);
        if repeats {
            let passing = Passing::of(model, ability, design.rates.blank);
            let fails = now.fails(&passing);
            failing += weight * fails;
            add(&mut kept, &now.values_kept(&passing), weight);
            add(
                &mut repeated,
                &Attempt::given(design, next, ability + draw::GROWTH).values(),
                weight * fails,
            );
        }
    }
    let last = if repeats { kept.iter().zip(&repeated).map(|(a, b)| a + b).collect() } else { first.clone() };
    let share = |value: &f64| if failing > 0.0 { value / failing } else { 0.0 };
    Expected { first, repeated: repeated.iter().map(share).collect(), last }
}

/// One attempt given ability: sums of w a s/f and of w a by objective.
struct Attempt {
    /// Expected sum over the items outside the examination.
    course: Vec<f64>,
    /// Expected sum over the examination where the student sits it.
    paper: Vec<f64>,
    /// Weights of all items.
    whole: Vec<f64>,
    /// Weights outside the examination.
    outside: Vec<f64>,
    /// Probability of missing the examination with 0.
    missed: f64,
    /// Probability of a deferred examination.
    deferred: f64,
}

impl Attempt {
    fn given(design: &Design, model: &CourseModel, ability: f64) -> Self {
        let n = model.objective_weights.len();
        let (rates, zeros) = (design.rates, vec![0.0; n]);
        let mut own = Self {
            course: zeros.clone(),
            paper: zeros.clone(),
            whole: zeros.clone(),
            outside: zeros,
            missed: if model.examined { rates.absent + rates.misconduct } else { 0.0 },
            deferred: if model.examined { rates.deferred } else { 0.0 },
        };
        for item in &model.items {
            let share = item.mean_share(ability, rates.blank);
            for (objective, weight) in links(item) {
                own.whole[objective] += weight;
                if item.in_examination() {
                    own.paper[objective] += weight * share;
                } else {
                    own.course[objective] += weight * share;
                    own.outside[objective] += weight;
                }
            }
        }
        own
    }

    fn sitting(&self) -> f64 {
        1.0 - self.missed - self.deferred
    }

    /// E[C_k].
    fn values(&self) -> Vec<f64> {
        let value = |k: usize| {
            let counted = self.sitting() * (self.course[k] + self.paper[k]) + self.missed * self.course[k];
            counted / self.whole[k] + self.deferred_value(k)
        };
        (0..self.whole.len()).map(value).collect()
    }

    /// E[C_k; not failing]: who passes the paper, and who has it deferred.
    fn values_kept(&self, passing: &Passing) -> Vec<f64> {
        let value = |k: usize| {
            let counted = self.sitting() * (self.course[k] * passing.probability + passing.marks[k]);
            counted / self.whole[k] + self.deferred_value(k)
        };
        (0..self.whole.len()).map(value).collect()
    }

    /// E[C_k; deferred].
    fn deferred_value(&self, k: usize) -> f64 {
        if self.deferred > 0.0 { self.deferred * self.course[k] / self.outside[k] } else { 0.0 }
    }

    /// P(failing).
    fn fails(&self, passing: &Passing) -> f64 {
        self.sitting() * (1.0 - passing.probability) + self.missed
    }
}

/// The examination given ability.
struct Passing {
    /// P(paper ≥ pass mark).
    probability: f64,
    /// E[Σ w a s/f over the paper's items; the paper passes], per objective.
    marks: Vec<f64>,
}

impl Passing {
    /// Convolves the items: the distribution of the paper's total and, per objective, the marks carried with it.
    fn of(model: &CourseModel, ability: f64, blank: f64) -> Self {
        let n = model.objective_weights.len();
        let size = 1 + model.examination().map(ItemModel::steps).sum::<u32>() as usize;
        let mut total = vec![0.0; size];
        total[0] = 1.0;
        let mut carried = vec![vec![0.0; size]; n];
        let mut reached = 0;
        for item in model.examination() {
            let probabilities = item.probabilities(ability, blank);
            for (objective, sums) in carried.iter_mut().enumerate() {
                *sums = convolved(&sums[..=reached], &probabilities, size);
                let weight: f64 =
                    links(item).filter(|(known, _)| *known == objective).map(|(_, weight)| weight).sum();
                if weight > 0.0 {
                    let gain = weight / f64::from(item.steps());
                    let gained: Vec<f64> =
                        probabilities.iter().enumerate().map(|(step, p)| gain * step as f64 * p).collect();
                    let more = convolved(&total[..=reached], &gained, size);
                    sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
                }
            }
            total = convolved(&total[..=reached], &probabilities, size);
            reached += item.steps() as usize;
        }
        let pass = CourseModel::PASS as usize;
        Self {
            probability: total[pass..].iter().sum(),
            marks: carried.iter().map(|sums| sums[pass..].iter().sum()).collect(),
        }
    }
}

/// out[t + m] = Σ p(m)·from(t), in an array of this size.
fn convolved(from: &[f64], probabilities: &[f64], size: usize) -> Vec<f64> {
    let mut out = vec![0.0; size];
    for (step, probability) in probabilities.iter().enumerate() {
        out[step..].iter_mut().zip(from).for_each(|(sum, value)| *sum += probability * value);
    }
    out
}

/// (objective, weight of the item there).
fn links(item: &ItemModel) -> impl Iterator<Item = (usize, f64)> {
    item.shares.iter().map(|&(objective, share)| (objective, weight_f64(item.weight * share)))
}

fn weight_f64(weight: crate::model::Decimal) -> f64 {
    num_traits::ToPrimitive::to_f64(&weight).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_of_the_step_changes_no_truth() {
        let design = Design { courses: 10, ..Design::demo() };
        let courses = draw::courses(&design);
        for versions in &courses[0] {
            for cohort in [1, 3] {
                let (coarse, fine) = (
                    expected(&design, versions, cohort, PER_UNIT),
                    expected(&design, versions, cohort, 4 * PER_UNIT),
                );
                for (a, b) in
                    coarse.last.iter().zip(&fine.last).chain(coarse.repeated.iter().zip(&fine.repeated))
                {
                    assert!((a - b).abs() < ERROR, "{a} and {b}");
                }
            }
        }
    }
}
