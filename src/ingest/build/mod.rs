//! From the draft to the data set: names become positions, what contradicts itself is said.

mod grid;
mod offering;
mod people;
mod plan;
mod survey;
mod weight;

use super::bulk::BulkMarks;
use super::draft::{Draft, DraftOffering};
use super::findings::Findings;
use super::natural::Label;
use crate::model::{Dataset, Measure, UnitShare};
use crate::policy::Policy;

/// Everything that was read, checked as a whole.
pub(crate) fn dataset(
    mut draft: Draft,
    bulk: BulkMarks,
    policy: &Policy,
    findings: &mut Findings,
) -> Dataset {
    let (ranks, order) = draft.students.ranks();
    let index = draft.item_index();
    // The names stay behind for whoever has to find a row of a bulk file again.
    let names = draft.offerings.keys().map(|id| (id.clone(), DraftOffering::default())).collect();
    let offerings = std::mem::replace(&mut draft.offerings, names);
    let plans = draft.programmes.values().flat_map(|programme| programme.plans.values());
    let courses = plans.flat_map(|plan| plan.courses.keys().map(String::as_str)).collect();
    let known = offering::Known { draft: &draft, ranks: &ranks, courses, index: &index };
    let offerings = offering::offerings(offerings, bulk, &known, findings);
    let (students, group_names) = people::students(&mut draft, &order, &offerings, findings);
    let programmes = plan::programmes(&mut draft, policy, findings);
    people::check_references(&draft, &students, &programmes, findings);
    let class_values = survey::class_values(&mut draft, &programmes, findings);
    let surveys = survey::surveys(&mut draft, &programmes, &offerings, findings);
    let mut notes = std::mem::take(&mut draft.notes);
    // Several words for one part stay in the order in which they were written.
    notes.sort_by(|a, b| (&a.report, &a.of, &a.part).cmp(&(&b.report, &b.of, &b.part)));
    let mut measures = std::mem::take(&mut draft.measures);
    measures.iter_mut().for_each(|one| one.student = ranks[one.student as usize]);
    let time = |one: &Measure| one.time.clone().map(Label);
    measures.sort_by(|a, b| {
        (&a.measure, a.student).cmp(&(&b.measure, b.student)).then_with(|| time(a).cmp(&time(b)))
    });
    let mut memberships = std::mem::take(&mut draft.memberships);
    memberships.iter_mut().for_each(|one| one.student = ranks[one.student as usize]);
    let when = |one: &UnitShare| one.time.clone().map(Label);
    memberships.sort_by(|a, b| {
        (&a.factor, a.student, when(a), &a.unit).cmp(&(&b.factor, b.student, when(b), &b.unit))
    });
    // Nobody waits until the small pieces of the draft are given back.
    rayon::spawn(move || drop(draft));
    Dataset {
        institution: None,
        memberships,
        programmes,
        students,
        group_names,
        offerings,
        surveys,
        class_values,
        notes,
        measures,
    }
}
