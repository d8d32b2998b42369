//! Only the objectives of every offering: values and exact verdicts of students and classes, without intervals,
//! sections, items and the chain above. What a plain table of marks needs, and what the cost of exactness is
//! measured on.

use rayon::prelude::*;

use super::engine::{AttainmentError, scheme_of};
use super::figure::{Attainment, Candidate, Counts, Reason, Verdict, judge};
use super::group::ObjectiveRun;
use super::offering::{OfferingRun, verdict_of_student};
use super::treat::Treated;
use crate::model::{Dataset, Exact, Fraction};
use crate::policy::Policy;

/// The objectives of one offering.
#[derive(Debug, Clone, PartialEq)]
pub struct OfferingObjectives {
    /// Position in the data set's offerings.
    pub offering: usize,
    /// Each roster row's own value per objective, and whether it reaches the objective's expected value, or what is
    /// counted; exact.
    pub students: Vec<Vec<Option<(f64, Verdict)>>>,
    /// Value and exact verdict per objective over all students; `None` without evidence.
    pub objectives: Vec<Option<(f64, Verdict)>>,
}

/// Computes the objectives of every offering, all students of an offering together.
///
/// # Errors
/// Where the policy names a method or rule that does not exist.
pub fn objectives(dataset: &Dataset, policy: &Policy) -> Result<Vec<OfferingObjectives>, AttainmentError> {
    let scheme = scheme_of(policy)?;
    let one = |(offering, entry)| {
        let treated = Treated::new(entry, &policy.marks);
        let run = OfferingRun::new(&treated, &scheme, policy);
        let objectives = (0..run.objectives.len()).map(|k| class(&run, k, policy)).collect();
        // The values are turned into values with verdicts where they stand: no second list of every student.
        let students = |(ObjectiveRun { view, values, .. }, expected): (ObjectiveRun<'_>, Fraction)| {
            let verdict = verdict_of_student(&view, expected, policy);
            let own = |(row, value): (usize, Option<f64>)| value.map(|value| (value, verdict(row, value)));
            values.into_iter().enumerate().map(own).collect()
        };
        let OfferingRun { objectives: runs, expected, .. } = run;
        OfferingObjectives {
            offering,
            students: runs.into_iter().zip(expected).map(students).collect(),
            objectives,
        }
    };
    Ok(dataset.offerings.par_iter().enumerate().map(one).collect())
}

fn class(run: &OfferingRun<'_>, k: usize, policy: &Policy) -> Option<(f64, Verdict)> {
    let figure = figure_of_class(&run.objectives[k], run.expected[k], policy)?;
    Some((figure.value?, figure.verdict?))
}

/// The figure of an objective over all students of its offering that stay, without interval; `None` where none of them
/// has evidence.
pub(crate) fn figure_of_class(
    run: &ObjectiveRun<'_>,
    expected: Fraction,
    policy: &Policy,
) -> Option<Attainment> {
    let (treated, outcome) = (run.view.treated, &run.view.scheme.outcome);
    let group = run.base(&treated.kept)?;
    let base = || run.group_exact(&treated.kept);
    let decided = outcome.decide(&Exact { value: group.value, bound: group.bound, exact: &base });
    let exact = || outcome.apply_exact(&base());
    let candidate = Candidate {
        value: Exact { value: decided, bound: group.bound * 4.0, exact: &exact },
        scale: outcome.scale(),
        counts: Counts::of(treated.offering.roster.len(), group.n),
        expected,
    };
    Some(judge(&candidate, Err(Reason::TooFew), policy))
}
