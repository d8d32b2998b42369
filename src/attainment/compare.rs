//! The method card: the same data under every family of course objectives × every rule of requirements.

use std::collections::BTreeMap;

use super::engine::{AttainmentError, attain_cohorts};
use super::figure::Attainment;
use num_bigint::BigInt;
use num_rational::BigRational;

use super::method::{METHODS, Measure};
use super::rule::{Combination, RULES, Rule};
use crate::model::Dataset;
use crate::policy::Policy;

/// One requirement of one cohort under one choice.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// Position of the programme.
    pub programme: usize,
    /// Position of the cohort within it.
    pub cohort: usize,
    /// Position of the requirement within the plan.
    pub requirement: usize,
    /// Method of the course objectives.
    pub method: &'static str,
    /// Rule of the requirement.
    pub rule: &'static str,
    /// What the value is measured in.
    pub measure: Measure,
    /// The figure.
    pub figure: Attainment,
    /// Whether this is what the policy declares.
    pub declared: bool,
    /// Whether the verdict on this requirement depends on the choice among those of the same measure: an expected
    /// value set for shares of points says little about shares of students or levels.
    pub depends: bool,
}

/// All choices, in the order of the lists. `step` is called once per choice.
///
/// # Errors
/// Where the policy names a method or rule that does not exist.
pub fn compare(
    dataset: &Dataset,
    policy: &Policy,
    step: &(dyn Fn() + Sync),
) -> Result<Vec<Compared>, AttainmentError> {
    super::engine::scheme_of(policy)?;
    let mut all = Vec::new();
    for method in METHODS {
        for rule in RULES {
            let mut choice = policy.clone();
            choice.objective.method = method.key().to_owned();
            choice.requirement.rule = rule.key().to_owned();
            let measure = measure(method.scheme(&policy.objective).measure(), *rule);
            let declared = policy.objective.method == method.key() && policy.requirement.rule == rule.key();
            for cohort in attain_cohorts(dataset, &choice)? {
                for (requirement, evaluated) in cohort.requirements.into_iter().enumerate() {
                    all.push(Compared {
                        programme: cohort.programme,
                        cohort: cohort.cohort,
                        requirement,
                        method: method.key(),
                        rule: rule.key(),
                        measure,
                        figure: evaluated.direct,
                        declared,
                        depends: false,
                    });
                }
            }
            step();
        }
    }
    mark_dependence(&mut all);
    Ok(all)
}

/// How many choices there are.
pub fn n_choices() -> usize {
    METHODS.len() * RULES.len()
}

/// What a requirement is measured in: as its courses, unless the rule counts students or scales by mapping level.
fn measure(of_courses: Measure, rule: &dyn Rule) -> Measure {
    let one = [BigRational::from_integer(BigInt::from(1))];
    if rule.needs_levels() {
        Measure::Scaled
    } else if rule.combination(&one, &one[0]) == Combination::StudentShare {
        Measure::Students
    } else {
        of_courses
    }
}

fn mark_dependence(all: &mut [Compared]) {
    let mut verdicts: BTreeMap<(usize, usize, usize, Measure), Vec<_>> = BTreeMap::new();
    let key = |one: &Compared| (one.programme, one.cohort, one.requirement, one.measure);
    for one in all.iter() {
        if let Some(verdict) = one.figure.verdict {
            verdicts.entry(key(one)).or_default().push(verdict);
        }
    }
    for one in all.iter_mut() {
        let seen = verdicts.get(&key(one));
        one.depends = seen.is_some_and(|seen| seen.windows(2).any(|pair| pair[0] != pair[1]));
    }
    all.sort_by_key(|one| (one.programme, one.cohort, one.requirement));
}
