//! How much the treatment of missing marks decides: every objective with missing marks as zero, left out, and
//! over complete cases only, beside the declared treatment.

use rayon::prelude::*;

use super::figure::{Attainment, Counts, Reason};
use super::group::ObjectiveRun;
use super::method::Scheme;
use super::objectives::figure_of_class;
use super::treat::Treated;
use super::view::{View, ViewOptions};
use crate::model::{Dataset, Offering};
use crate::policy::{MarkPolicy, Policy, Treatment};

/// A treatment of missing marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingTreatment {
    /// Every missing mark is 0.
    Zero,
    /// A missing mark leaves its student's sums.
    Exclude,
    /// Only students with every mark of the objective count.
    Complete,
}

impl MissingTreatment {
    /// All treatments.
    pub const ALL: [Self; 3] = [Self::Zero, Self::Exclude, Self::Complete];

    /// The key in tables.
    pub fn key(self) -> &'static str {
        match self {
            Self::Zero => "zero",
            Self::Exclude => "exclude",
            Self::Complete => "complete",
        }
    }

    fn policy(self, declared: &MarkPolicy) -> MarkPolicy {
        let all = if self == Self::Zero { Treatment::Zero } else { Treatment::Exclude };
        // Who has left the course stays out under every treatment.
        MarkPolicy {
            blank: all,
            absent: all,
            deferred: all,
            exempt: all,
            misconduct: all,
            withdrawn: declared.withdrawn,
            words: declared.words.clone(),
        }
    }
}

/// One objective under one treatment.
#[derive(Debug, Clone, PartialEq)]
pub struct MissingResult {
    /// Position in the offering's objectives.
    pub objective: usize,
    /// The treatment.
    pub treatment: MissingTreatment,
    /// The figure, without interval.
    pub figure: Attainment,
}

/// Every offering whose marks are not all there, under every treatment.
pub(crate) fn missing(dataset: &Dataset, policy: &Policy, scheme: &Scheme) -> Vec<Vec<MissingResult>> {
    dataset.offerings.par_iter().map(|offering| one(offering, policy, scheme)).collect()
}

fn one(offering: &Offering, policy: &Policy, scheme: &Scheme) -> Vec<MissingResult> {
    let rows = 0..offering.marks.n_students();
    let whole = rows.into_iter().all(|row| offering.marks.row(row).iter().all(|&code| code >= 0));
    if whole {
        return Vec::new();
    }
    let mut results = Vec::new();
    for treatment in MissingTreatment::ALL {
        let declared = treatment.policy(&policy.marks);
        let treated = Treated::new(offering, &declared);
        for (objective, entry) in offering.objectives.iter().enumerate() {
            let expected = entry.expected.unwrap_or(policy.threshold.objective);
            let options = ViewOptions { formative: policy.objective.formative, expected };
            let figure = if treatment == MissingTreatment::Complete {
                let view = View::new(&treated, scheme, Some(objective), options);
                let items: Vec<usize> = view.columns.iter().map(|column| column.item).collect();
                let complete = treated.clone().complete(&items);
                figure(&complete, scheme, (objective, options), policy)
            } else {
                figure(&treated, scheme, (objective, options), policy)
            };
            results.push(MissingResult { objective, treatment, figure });
        }
    }
    results
}

fn figure(
    treated: &Treated<'_>,
    scheme: &Scheme,
    (objective, options): (usize, ViewOptions),
    policy: &Policy,
) -> Attainment {
    let run = ObjectiveRun::new(View::new(treated, scheme, Some(objective), options));
    match figure_of_class(&run, options.expected, policy) {
        // These figures stand beside the declared one, which has the interval.
        Some(figure) => Attainment { reason: None, ..figure },
        None => {
            let expected = options.expected.to_f64() * f64::from(scheme.outcome.scale());
            let counts = Counts::of(treated.offering.roster.len(), 0);
            Attainment::unavailable(Reason::NoEvidence, counts, Some(expected))
        }
    }
}
