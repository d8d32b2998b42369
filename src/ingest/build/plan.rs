//! Programmes, plans and cohorts.

use std::collections::BTreeMap;

use num_rational::BigRational;
use num_traits::{One, Zero};

use super::weight::shown;
use crate::ingest::draft::{At, Draft, DraftPlan, DraftProgramme};
use crate::ingest::findings::Findings;
use crate::ingest::natural::Label;
use crate::model::{
    Cohort, Indicator, Issue, Place, Plan, Programme, RequirementSupport, Severity, Strength, Support,
    decimal_ratio,
};
use crate::policy::{Policy, WeightRule};

/// All programmes, ordered by identifier.
pub(super) fn programmes(draft: &mut Draft, policy: &Policy, findings: &mut Findings) -> Vec<Programme> {
    let drafts = std::mem::take(&mut draft.programmes);
    drafts.into_iter().map(|(id, programme)| one(id, programme, policy, findings)).collect()
}

fn one(id: String, draft: DraftProgramme, policy: &Policy, findings: &mut Findings) -> Programme {
    let versions: Vec<Label> = draft.plans.keys().cloned().collect();
    let mut cohorts = Vec::new();
    for (cohort, version) in draft.cohorts {
        match versions.iter().position(|label| label.0 == version.value) {
            Some(plan) => cohorts.push(Cohort { id: cohort, plan }),
            None => findings.push(
                Issue::new("plan_unknown", Severity::Error, version.place)
                    .with("plan", version.value)
                    .with("programme", &id),
            ),
        }
    }
    let plans =
        draft.plans.into_iter().map(|(label, plan)| Builder::new(label.0, plan, policy).build(findings));
    Programme { id, name: draft.name, college: draft.college, plans: plans.collect(), cohorts }
}

/// One plan being put together.
struct Builder<'p> {
    version: String,
    draft: DraftPlan,
    policy: &'p Policy,
    requirements: BTreeMap<String, usize>,
}

fn positions<T>(map: &BTreeMap<Label, T>) -> BTreeMap<String, usize> {
    map.keys().enumerate().map(|(at, label)| (label.0.clone(), at)).collect()
}

impl<'p> Builder<'p> {
    fn new(version: String, draft: DraftPlan, policy: &'p Policy) -> Self {
        let requirements = positions(&draft.requirements);
        Self { version, draft, policy, requirements }
    }

    fn build(mut self, findings: &mut Findings) -> Plan {
        let indicators = self.indicators(findings);
        let support = self.support(&indicators, findings);
        self.check_support(&indicators, &support, findings);
        let requirement_support = self.requirement_support(findings);
        Plan {
            version: self.version,
            framework: self.draft.framework,
            training_objectives: values(self.draft.training_objectives),
            requirements: values(self.draft.requirements),
            indicators: indicators.into_iter().map(|at| at.value).collect(),
            courses: self.draft.courses.into_values().map(|at| at.value).collect(),
            support,
            requirement_support,
        }
    }

    /// The indicators whose requirement exists; requirements without any are said.
    fn indicators(&mut self, findings: &mut Findings) -> Vec<At<Indicator>> {
        let mut kept = Vec::new();
        for (label, at) in std::mem::take(&mut self.draft.indicators) {
            let Some(&requirement) = self.requirements.get(&at.value.requirement) else {
                let issue = Issue::new("requirement_unknown", Severity::Error, at.place);
                findings.push(issue.with("requirement", at.value.requirement).with("plan", &self.version));
                continue;
            };
            let value = Indicator {
                id: label.0,
                requirement,
                text: at.value.text,
                weight: at.value.weight,
                expected: at.value.expected,
            };
            kept.push(At { value, place: at.place });
        }
        for (position, (label, at)) in self.draft.requirements.iter().enumerate() {
            if !kept.iter().any(|indicator| indicator.value.requirement == position) {
                let issue = Issue::new("requirement_without_indicators", Severity::Warning, at.place.clone());
                findings.push(issue.with("requirement", &label.0));
            }
        }
        kept
    }

    fn support(&mut self, indicators: &[At<Indicator>], findings: &mut Findings) -> Vec<Support> {
        let courses: BTreeMap<&String, usize> =
            self.draft.courses.keys().enumerate().map(|(at, id)| (id, at)).collect();
        let indicators: BTreeMap<&String, usize> =
            indicators.iter().enumerate().map(|(at, indicator)| (&indicator.value.id, at)).collect();
        let mut support = Vec::new();
        for at in std::mem::take(&mut self.draft.support) {
            let row = at.value;
            let unknown = |code, name, value: &str| {
                Issue::new(code, Severity::Error, at.place.clone())
                    .with(name, value)
                    .with("plan", &self.version)
            };
            let course = courses.get(&row.course);
            let indicator = indicators.get(&row.indicator);
            if course.is_none() {
                findings.push(unknown("course_unknown", "course", &row.course));
            }
            if indicator.is_none() {
                findings.push(unknown("indicator_unknown", "indicator", &row.indicator));
            }
            if let Strength::Code(code) = &row.strength
                && !self.policy.indicator.codes.contains_key(code)
            {
                findings.push(unknown("strength_unknown", "value", code));
                continue;
            }
            if let (Some(&course), Some(&indicator)) = (course, indicator) {
                support.push(Support { course, objective: row.objective, indicator, strength: row.strength });
            }
        }
        support.sort_by(|a, b| {
            (a.indicator, a.course, &a.objective).cmp(&(b.indicator, b.course, &b.objective))
        });
        support
    }

    /// Indicators nothing supports, and explicit weights that do not sum to 1.
    fn check_support(&self, indicators: &[At<Indicator>], support: &[Support], findings: &mut Findings) {
        for (position, indicator) in indicators.iter().enumerate() {
            let mine: Vec<&Support> = support.iter().filter(|row| row.indicator == position).collect();
            let say = |code| {
                Issue::new(code, Severity::Warning, indicator.place.clone())
                    .with("indicator", &indicator.value.id)
            };
            if mine.is_empty() {
                findings.push(say("indicator_without_support"));
                continue;
            }
            if self.policy.indicator.weights != WeightRule::Explicit {
                continue;
            }
            let mut sum = BigRational::zero();
            for row in mine {
                if let Strength::Weight(weight) = row.strength {
                    sum += decimal_ratio(weight);
                }
            }
            if !sum.is_one() && !sum.is_zero() {
                findings.push(say("support_weight_sum").with("sum", shown(&sum)));
            }
        }
    }

    fn requirement_support(&mut self, findings: &mut Findings) -> Vec<RequirementSupport> {
        let objectives = positions(&self.draft.training_objectives);
        let mut support = Vec::new();
        for at in std::mem::take(&mut self.draft.requirement_support) {
            let row = at.value;
            let requirement = self.requirements.get(&row.requirement);
            let objective = objectives.get(&row.training_objective);
            let mut unknown = |place: &Place, code, name, value: &str| {
                let issue = Issue::new(code, Severity::Error, place.clone());
                findings.push(issue.with(name, value).with("plan", &self.version));
            };
            if requirement.is_none() {
                unknown(&at.place, "requirement_unknown", "requirement", &row.requirement);
            }
            if objective.is_none() {
                unknown(&at.place, "training_objective_unknown", "objective", &row.training_objective);
            }
            if let (Some(&requirement), Some(&training_objective)) = (requirement, objective) {
                support.push(RequirementSupport { requirement, training_objective, strength: row.strength });
            }
        }
        support.sort_by_key(|row| (row.training_objective, row.requirement));
        support
    }
}

fn values<T>(map: BTreeMap<Label, At<T>>) -> Vec<T> {
    map.into_values().map(|at| at.value).collect()
}
