//! Offerings: positions for names, weights, rosters, marks.

use std::collections::{BTreeMap, BTreeSet};

use num_rational::BigRational;
use num_traits::Zero;
use rayon::prelude::*;

use super::grid::Marks;
use super::weight::{is_whole, proportional, shown, sum};
use crate::ingest::bulk::{BulkMarks, Fault, Grids, RawMark};
use crate::ingest::draft::{At, CellMark, Draft, DraftEnrolment, DraftOffering, ItemIndex};
use crate::ingest::findings::Findings;
use crate::ingest::natural::Label;
use crate::model::{
    Allocation, Component, CourseObjective, Decimal, Enrolment, Issue, Item, ItemMean, MarkWords, Offering,
    Place, Severity, decimal_ratio,
};

/// What is known beside the offering itself.
pub(super) struct Known<'d> {
    pub(super) draft: &'d Draft,
    /// Number of a student → position among all students, and the other way round.
    pub(super) ranks: &'d [u32],
    pub(super) order: &'d [u32],
    /// Courses of all plans.
    pub(super) courses: BTreeSet<&'d str>,
    /// Items of all offerings.
    pub(super) index: &'d ItemIndex,
    /// The words a mark may be.
    pub(super) words: &'d MarkWords,
}

/// An offering with what was found on the way.
struct Built {
    offering: Offering,
    issues: Vec<Issue>,
    /// Bulk marks that are wrong, by their cells.
    faults: BTreeMap<usize, Fault>,
}

/// All offerings, ordered by identifier.
pub(super) fn offerings(
    drafts: BTreeMap<String, DraftOffering>,
    mut bulk: BulkMarks,
    known: &Known<'_>,
    findings: &mut Findings,
) -> Vec<Offering> {
    let drafts: Vec<(String, DraftOffering)> = drafts.into_iter().collect();
    let enrolled = (0u32..).zip(&drafts).flat_map(|(position, (_, draft))| {
        draft.roster.keys().map(move |number| (position, known.ranks[*number as usize]))
    });
    let seats = bulk.seats(known.ranks, enrolled, known.index, findings);
    let full: Vec<&[Decimal]> = known.index.offerings.values().map(|items| items.full.as_slice()).collect();
    let grids = Grids { seats: &seats, full: &full };
    let marks = bulk.fill(grids, known.words, findings);
    let built: Vec<Built> = (drafts.into_par_iter().zip(marks).enumerate())
        .map(|(position, ((id, draft), marks))| {
            let builder = Builder { known, ranks: seats.of(position), issues: Vec::new() };
            builder.build(id, draft, marks)
        })
        .collect();
    let mut offerings = Vec::with_capacity(built.len());
    let mut faults = Vec::with_capacity(built.len());
    for built in built {
        findings.extend(built.issues);
        faults.push(built.faults);
        offerings.push(built.offering);
    }
    bulk.say_wrong(&faults, grids, known.words, findings);
    offerings
}

struct Builder<'b> {
    known: &'b Known<'b>,
    /// Ranks of the offering's students, in the order of the roster.
    ranks: &'b [u32],
    issues: Vec<Issue>,
}

impl Builder<'_> {
    fn build(mut self, id: String, mut draft: DraftOffering, marks: Vec<RawMark>) -> Built {
        self.check_declared(&id, &draft);
        let item_at: BTreeMap<String, usize> =
            draft.items.keys().enumerate().map(|(at, label)| (label.0.clone(), at)).collect();
        let objective_at: BTreeMap<String, usize> =
            draft.objectives.keys().enumerate().map(|(at, label)| (label.0.clone(), at)).collect();
        let items = self.items(&id, &draft);
        let allocation = self.allocation(&id, &draft, &item_at, &objective_at);
        let item_means = self.item_means(&mut draft, &item_at, &items);
        let (sections, roster) = self.roster(&id, &draft);
        let cells = self.cells(&mut draft);
        let full: Vec<Decimal> = items.iter().map(|item| item.full).collect();
        let marks = Marks { full: &full, n_students: roster.len(), cells: &cells, raw: marks };
        let (marks, faults) = marks.grid();
        let objectives = self.objectives(&id, &mut draft);
        let mut components: Vec<Component> = Vec::new();
        for (label, at) in std::mem::take(&mut draft.components) {
            components.push(Component { name: label.0, weight: at.value });
        }
        let offering = Offering {
            course: draft.course.unwrap_or_else(|| id.clone()),
            id,
            name: draft.name,
            term: draft.term,
            teacher: draft.teacher,
            cohort: draft.cohort,
            programme: draft.programme,
            objectives,
            components,
            items,
            allocation,
            sections,
            roster,
            marks,
            item_means,
        };
        self.check_marks(&offering, &draft.items, &draft.place);
        Built { offering, issues: self.issues, faults }
    }

    /// The marks of cells, each with the row of its student.
    fn cells(&self, draft: &mut DraftOffering) -> Vec<(usize, CellMark)> {
        let row = |number: u32| self.ranks.binary_search(&self.known.ranks[number as usize]).ok();
        let cells = std::mem::take(&mut draft.marks).into_values();
        cells.filter_map(|cell| Some((row(cell.student)?, cell))).collect()
    }

    fn say(&mut self, code: &'static str, severity: Severity, place: &Place) -> &mut Issue {
        self.issues.push(Issue::new(code, severity, place.clone()));
        let last = self.issues.len() - 1;
        &mut self.issues[last]
    }

    /// An offering that only items or marks speak of.
    fn check_declared(&mut self, id: &str, draft: &DraftOffering) {
        if !draft.declared {
            let severity = if self.known.draft.tables.contains("offerings") {
                Severity::Warning
            } else {
                Severity::Note
            };
            let issue = self.say("offering_undeclared", severity, &draft.place);
            issue.values.push(("offering", id.to_owned()));
            return;
        }
        let course = draft.course.as_deref().unwrap_or(id);
        if !self.known.courses.is_empty() && !self.known.courses.contains(course) {
            let issue = self.say("offering_of_unknown_course", Severity::Warning, &draft.place);
            issue.values.extend([("offering", id.to_owned()), ("course", course.to_owned())]);
        }
    }

    /// The items with their final weights.
    fn items(&mut self, id: &str, draft: &DraftOffering) -> Vec<Item> {
        let components: BTreeMap<&str, usize> =
            draft.components.keys().enumerate().map(|(at, label)| (label.0.as_str(), at)).collect();
        self.check_components(id, draft);
        let weights = self.weights(id, draft);
        draft
            .items
            .iter()
            .zip(weights)
            .map(|((label, at), weight)| Item {
                id: label.0.clone(),
                name: at.value.name.clone(),
                component: at.value.component.as_deref().and_then(|name| components.get(name).copied()),
                full: at.value.full,
                weight,
                purpose: at.value.purpose,
            })
            .collect()
    }

    fn check_components(&mut self, id: &str, draft: &DraftOffering) {
        let weights = draft.components.values().filter_map(|at| at.value);
        let total = sum(weights);
        if draft.components.values().any(|at| at.value.is_some()) && !is_whole(&total) {
            let place = draft.components.values().next().map(|at| at.place.clone()).unwrap_or_default();
            let place = Place { row: None, column: place.column, ..place };
            let issue = self.say("component_weight_sum", Severity::Warning, &place);
            issue.values.extend([("offering", id.to_owned()), ("sum", shown(&total))]);
        }
    }

    /// Weight of each item: component weight × share within the component, else its weight, else its full mark.
    fn weights(&mut self, id: &str, draft: &DraftOffering) -> Vec<Decimal> {
        let mut by_component: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
        let items: Vec<_> = draft.items.iter().collect();
        for (at, (_, item)) in items.iter().enumerate() {
            by_component.entry(item.value.component.as_deref()).or_default().push(at);
        }
        let component_weight =
            |name: Option<&str>| draft.components.get(&Label(name?.to_owned())).and_then(|at| at.value);
        let mut weights = vec![BigRational::zero(); items.len()];
        let (mut with, mut without) = (false, false);
        // Without component weights all items are one group: either all have weights, or full marks count.
        let free: Vec<usize> = by_component
            .iter()
            .filter(|(name, _)| component_weight(**name).is_none())
            .flat_map(|(_, members)| members.iter().copied())
            .collect();
        let mut groups: Vec<(Option<Decimal>, Vec<usize>)> = vec![(None, free)];
        groups.extend(
            by_component
                .into_iter()
                .filter_map(|(name, members)| component_weight(name).map(|weight| (Some(weight), members))),
        );
        for (weight, members) in groups.into_iter().filter(|(_, members)| !members.is_empty()) {
            *(if weight.is_some() { &mut with } else { &mut without }) = true;
            let weighted = members.iter().any(|&at| items[at].1.value.weight.is_some());
            for &at in &members {
                let (label, item) = items[at];
                if weighted && item.value.weight.is_none() {
                    let issue = self.say("item_weight_missing", Severity::Warning, &item.place);
                    issue.values.extend([("item", label.0.clone()), ("full", item.value.full.to_string())]);
                }
                weights[at] = decimal_ratio(item.value.weight.unwrap_or(item.value.full));
            }
            let total = members.iter().fold(BigRational::zero(), |total, &at| total + &weights[at]);
            match weight {
                Some(weight) if !total.is_zero() => {
                    for &at in &members {
                        weights[at] = decimal_ratio(weight) * &weights[at] / &total;
                    }
                }
                None if weighted && !is_whole(&total) => {
                    let place = Place { row: None, ..items[members[0]].1.place.clone() };
                    let place = Place { column: None, ..place };
                    let issue = self.say("item_weight_sum", Severity::Warning, &place);
                    issue.values.extend([("offering", id.to_owned()), ("sum", shown(&total))]);
                }
                _ => {}
            }
        }
        if with && without {
            let issue = self.say("weights_mixed", Severity::Warning, &draft.place);
            issue.values.push(("offering", id.to_owned()));
        }
        let (weights, exact) = proportional(&weights);
        if !exact {
            let issue = self.say("weights_rounded", Severity::Note, &draft.place);
            issue.values.push(("offering", id.to_owned()));
        }
        weights
    }

    fn allocation(
        &mut self,
        id: &str,
        draft: &DraftOffering,
        items: &BTreeMap<String, usize>,
        objectives: &BTreeMap<String, usize>,
    ) -> Vec<Allocation> {
        let mut allocation = Vec::new();
        let mut sums: BTreeMap<usize, (Vec<Decimal>, Place)> = BTreeMap::new();
        for at in &draft.allocation {
            let link = &at.value;
            let item = items.get(&link.item);
            let objective = objectives.get(&link.objective);
            if item.is_none() {
                let issue = self.say("item_unknown", Severity::Error, &at.place);
                issue.values.push(("item", link.item.clone()));
            }
            if objective.is_none() {
                let issue = self.say("objective_unknown", Severity::Error, &at.place);
                issue.values.extend([("objective", link.objective.clone()), ("offering", id.to_owned())]);
            }
            let (Some(&item), Some(&objective)) = (item, objective) else { continue };
            sums.entry(item).or_insert_with(|| (Vec::new(), at.place.clone())).0.push(link.share);
            if !link.share.is_zero() {
                allocation.push(Allocation { item, objective, share: link.share });
            }
        }
        for (item, (shares, place)) in sums {
            let fractions = shares.iter().all(|share| *share <= Decimal::ONE)
                && shares.iter().any(|share| *share < Decimal::ONE);
            let total = sum(shares);
            if fractions && total > BigRational::from_integer(1.into()) {
                let issue = self.say("share_sum", Severity::Warning, &place);
                let item =
                    items.iter().find(|(_, at)| **at == item).map_or(String::new(), |(id, _)| id.clone());
                issue.values.extend([("item", item), ("sum", shown(&total))]);
            }
        }
        allocation.sort_by_key(|link| (link.objective, link.item));
        allocation
    }

    fn item_means(
        &mut self,
        draft: &mut DraftOffering,
        items: &BTreeMap<String, usize>,
        list: &[Item],
    ) -> Vec<ItemMean> {
        let mut means = Vec::new();
        for at in std::mem::take(&mut draft.means) {
            let (item, mean, n) = at.value;
            match items.get(&item) {
                None => {
                    let issue = self.say("item_unknown", Severity::Error, &at.place);
                    issue.values.push(("item", item));
                }
                Some(&position) if mean > list[position].full => {
                    let issue = self.say("mark_above_full", Severity::Error, &at.place);
                    let full = list[position].full.to_string();
                    issue.values.extend([("value", mean.to_string()), ("full", full)]);
                }
                Some(&item) => means.push(ItemMean { item, mean, n }),
            }
        }
        means.sort_by_key(|mean| mean.item);
        means
    }

    /// Section names, and the roster ordered by student.
    fn roster(&mut self, id: &str, draft: &DraftOffering) -> (Vec<String>, Vec<Enrolment>) {
        let Known { ranks, order, draft: all, .. } = *self.known;
        let mut named: Vec<(u32, &At<DraftEnrolment>)> =
            draft.roster.iter().map(|(number, at)| (ranks[*number as usize], at)).collect();
        named.sort_unstable_by_key(|(rank, _)| *rank);
        let labels: BTreeSet<Label> =
            named.iter().filter_map(|(_, at)| at.value.section.as_deref()).map(Label::from).collect();
        let sections: Vec<String> = labels.into_iter().map(|label| label.0).collect();
        let section_at: BTreeMap<&str, u16> =
            (0u16..).zip(&sections).map(|(at, name)| (name.as_str(), at)).collect();
        let has_roster = named.iter().any(|(_, at)| at.value.in_roster);
        let nobody = At { value: DraftEnrolment::default(), place: Place::default() };
        let mut named = named.into_iter().peekable();
        let mut roster = Vec::with_capacity(self.ranks.len());
        for &student in self.ranks {
            let at = named.next_if(|(rank, _)| *rank == student).map_or(&nobody, |(_, at)| at);
            let DraftEnrolment { section, retake, withdrawn, in_roster } = &at.value;
            if has_roster && !in_roster {
                let known = &all.students.list[order[student as usize] as usize].id;
                let issue = self.say("student_not_in_roster", Severity::Warning, &at.place);
                issue.values.extend([("student", known.clone()), ("offering", id.to_owned())]);
            }
            let section = section.as_deref().and_then(|name| section_at.get(name).copied());
            roster.push(Enrolment { student, section, retake: *retake, withdrawn: *withdrawn });
        }
        (sections, roster)
    }

    fn objectives(&mut self, id: &str, draft: &mut DraftOffering) -> Vec<CourseObjective> {
        let weights: Vec<Decimal> = draft.objectives.values().filter_map(|at| at.value.weight).collect();
        let total = sum(weights.iter().copied());
        let place = draft.objectives.values().next().map(|at| at.place.clone()).unwrap_or_default();
        let place = Place { row: None, ..place };
        if !weights.is_empty() && (!is_whole(&total) || weights.len() < draft.objectives.len()) {
            let issue = self.say("objective_weight_sum", Severity::Warning, &place);
            let given = format!("{}/{}", weights.len(), draft.objectives.len());
            issue.values.extend([("offering", id.to_owned()), ("sum", shown(&total)), ("given", given)]);
        }
        let objectives = std::mem::take(&mut draft.objectives).into_iter();
        objectives
            .map(|(label, at)| CourseObjective {
                id: label.0,
                text: at.value.text,
                expected: at.value.expected,
                weight: at.value.weight,
            })
            .collect()
    }

    /// Items nobody has a mark for, and rosters without any mark.
    fn check_marks(
        &mut self,
        offering: &Offering,
        items: &BTreeMap<Label, crate::ingest::draft::At<crate::ingest::draft::DraftItem>>,
        place: &Place,
    ) {
        let blank = crate::model::MarkGrid::code(crate::model::MarkState::Blank);
        let mut marked = vec![false; offering.items.len()];
        for row in 0..offering.marks.n_students() {
            for (marked, code) in marked.iter_mut().zip(offering.marks.row(row)) {
                *marked |= *code != blank;
            }
        }
        for mean in &offering.item_means {
            marked[mean.item] = true;
        }
        if offering.items.is_empty() || !marked.contains(&true) {
            let issue = self.say("offering_without_marks", Severity::Note, place);
            issue.values.push(("offering", offering.id.clone()));
            return;
        }
        for ((label, at), _) in items.iter().zip(&marked).filter(|(_, marked)| !**marked) {
            let issue = self.say("item_without_marks", Severity::Note, &at.place);
            issue.values.push(("item", label.0.clone()));
        }
    }
}
