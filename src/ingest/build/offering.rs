//! Offerings: positions for names, weights, rosters, marks.

use std::collections::{BTreeMap, BTreeSet};

use num_rational::BigRational;
use num_traits::Zero;
use rayon::prelude::*;

use super::grid::{Fault, Faulty, Marks};
use super::weight::{is_whole, proportional, shown, sum};
use crate::ingest::bulk::{BulkMarks, Entries, Nth};
use crate::ingest::draft::{At, CellMark, Draft, DraftEnrolment, DraftItem, DraftOffering, ItemIndex};
use crate::ingest::findings::{Findings, LISTED};
use crate::ingest::natural::Label;
use crate::model::{
    Allocation, Component, CourseObjective, Decimal, Enrolment, Issue, Item, ItemMean, Offering, Place,
    Severity, decimal_ratio,
};

/// What is known beside the offering itself.
pub(super) struct Known<'d> {
    pub(super) draft: &'d Draft,
    /// Number of a student → position among all students.
    pub(super) ranks: &'d [u32],
    /// Courses of all plans.
    pub(super) courses: BTreeSet<&'d str>,
    /// Items of all offerings.
    pub(super) index: &'d ItemIndex,
}

/// An offering with what was found on the way.
struct Built {
    offering: Offering,
    issues: Vec<Issue>,
    bulk: OddBulk,
}

/// What is odd about bulk marks, each by the mark it is seen in.
#[derive(Default)]
struct OddBulk {
    faults: Vec<(Nth, Fault)>,
    /// Numbers of students whom the roster of their offering does not name, by the first of their marks.
    strangers: Vec<(Nth, u32)>,
}

/// Items by what their weights are shares of: those of no component that has a weight, then each component that has.
fn weight_groups(draft: &DraftOffering) -> Vec<(Option<Decimal>, Vec<usize>)> {
    let mut by_component: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
    for (at, item) in draft.items.values().enumerate() {
        by_component.entry(item.value.component.as_deref()).or_default().push(at);
    }
    let weight = |name: Option<&str>| draft.components.get(&Label(name?.to_owned())).and_then(|at| at.value);
    // Without component weights all items are one group: either all have weights, or full marks count.
    let mut groups = vec![(None, Vec::new())];
    for (name, members) in by_component {
        match weight(name) {
            Some(weight) => groups.push((Some(weight), members)),
            None => groups[0].1.extend(members),
        }
    }
    groups.retain(|(_, members)| !members.is_empty());
    groups
}

/// All offerings, ordered by identifier.
pub(super) fn offerings(
    drafts: BTreeMap<String, DraftOffering>,
    bulk: BulkMarks,
    known: &Known<'_>,
    findings: &mut Findings,
) -> Vec<Offering> {
    let drafts: Vec<(String, DraftOffering)> = drafts.into_iter().collect();
    let n_students = known.ranks.len();
    let built: Vec<Built> = drafts
        .into_par_iter()
        .enumerate()
        .map_init(
            || vec![u32::MAX; n_students],
            |rows, (position, (id, draft))| {
                let builder =
                    Builder { known, bulk: &bulk, position, issues: Vec::new(), odd: OddBulk::default() };
                builder.build(id, draft, rows)
            },
        )
        .collect();
    let mut offerings = Vec::with_capacity(built.len());
    let mut odd = OddBulk::default();
    for built in built {
        findings.extend(built.issues);
        odd.faults.extend(built.bulk.faults);
        odd.strangers.extend(built.bulk.strangers);
        offerings.push(built.offering);
    }
    odd.report(&bulk, (known, &offerings), findings);
    offerings
}

struct Builder<'b> {
    known: &'b Known<'b>,
    bulk: &'b BulkMarks,
    position: usize,
    issues: Vec<Issue>,
    odd: OddBulk,
}

impl Builder<'_> {
    fn build(mut self, id: String, mut draft: DraftOffering, rows: &mut [u32]) -> Built {
        self.check_declared(&id, &draft);
        let item_at: BTreeMap<String, usize> =
            draft.items.keys().enumerate().map(|(at, label)| (label.0.clone(), at)).collect();
        let objective_at: BTreeMap<String, usize> =
            draft.objectives.keys().enumerate().map(|(at, label)| (label.0.clone(), at)).collect();
        let items = self.items(&id, &draft);
        let allocation = self.allocation(&id, &draft, &item_at, &objective_at);
        let item_means = self.item_means(&mut draft, &item_at, &items);
        let bulk = self.bulk.of(self.position);
        let numbers = self.numbers(&id, &draft, &bulk, rows);
        let (sections, roster) = self.roster(&draft, &numbers);
        for (row, number) in (0u32..).zip(&numbers) {
            rows[*number as usize] = row;
        }
        let cells: Vec<CellMark> = std::mem::take(&mut draft.marks).into_values().collect();
        let full = items.iter().map(|item| item.full).collect();
        let marks = Marks { full, n_students: roster.len(), rows, cells: &cells, bulk: &bulk };
        let (marks, faults) = marks.grid();
        let nth = |faulty: Faulty| ((faulty.block, self.position, faulty.entry), faulty.fault);
        self.odd.faults = faults.into_iter().map(nth).collect();
        for number in &numbers {
            rows[*number as usize] = u32::MAX;
        }
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
        Built { offering, issues: self.issues, bulk: self.odd }
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
        let groups = weight_groups(draft);
        let items: Vec<_> = draft.items.iter().collect();
        let mut weights = vec![BigRational::zero(); items.len()];
        for (weight, members) in &groups {
            let group: Vec<_> = members.iter().map(|at| items[*at]).collect();
            for (at, own) in members.iter().zip(self.weights_of_group(id, &group, *weight)) {
                weights[*at] = own;
            }
        }
        let mut say = |code, severity| {
            self.say(code, severity, &draft.place).values.push(("offering", id.to_owned()));
        };
        let n_with = groups.iter().filter(|(weight, _)| weight.is_some()).count();
        if n_with > 0 && n_with < groups.len() {
            say("weights_mixed", Severity::Warning);
        }
        let (weights, exact) = proportional(&weights);
        if !exact {
            say("weights_rounded", Severity::Note);
        }
        weights
    }

    /// Weights of items that share one weight, or none: their own weights if one of them has any, else full marks.
    fn weights_of_group(
        &mut self,
        id: &str,
        items: &[(&Label, &At<DraftItem>)],
        weight: Option<Decimal>,
    ) -> Vec<BigRational> {
        let weighted = items.iter().any(|(_, item)| item.value.weight.is_some());
        for (label, item) in items.iter().filter(|(_, item)| weighted && item.value.weight.is_none()) {
            let issue = self.say("item_weight_missing", Severity::Warning, &item.place);
            issue.values.extend([("item", label.0.clone()), ("full", item.value.full.to_string())]);
        }
        let own = |(_, item): &(&Label, &At<DraftItem>)| {
            decimal_ratio(item.value.weight.unwrap_or(item.value.full))
        };
        let mut weights: Vec<BigRational> = items.iter().map(own).collect();
        let total = weights.iter().fold(BigRational::zero(), |total, own| total + own);
        match (weight, items) {
            (Some(weight), _) if !total.is_zero() => {
                weights.iter_mut().for_each(|own| *own = decimal_ratio(weight) * &*own / &total);
            }
            (None, [(_, first), ..]) if weighted && !is_whole(&total) => {
                let place = Place { row: None, column: None, ..first.place.clone() };
                let issue = self.say("item_weight_sum", Severity::Warning, &place);
                issue.values.extend([("offering", id.to_owned()), ("sum", shown(&total))]);
            }
            _ => {}
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

    /// Section names, and the roster in the order of its students' numbers.
    fn roster(&self, draft: &DraftOffering, numbers: &[u32]) -> (Vec<String>, Vec<Enrolment>) {
        let nobody = DraftEnrolment::default();
        let of = |number: &u32| draft.roster.get(number).map_or(&nobody, |at| &at.value);
        let labels: BTreeSet<Label> =
            numbers.iter().filter_map(|number| of(number).section.as_deref()).map(Label::from).collect();
        let sections: Vec<String> = labels.into_iter().map(|label| label.0).collect();
        let section_at: BTreeMap<&str, u16> =
            (0u16..).zip(&sections).map(|(at, name)| (name.as_str(), at)).collect();
        let roster = numbers
            .iter()
            .map(|number| {
                let enrolment = of(number);
                Enrolment {
                    student: self.known.ranks[*number as usize],
                    section: enrolment.section.as_deref().and_then(|name| section_at.get(name).copied()),
                    retake: enrolment.retake,
                    withdrawn: enrolment.withdrawn,
                }
            })
            .collect();
        (sections, roster)
    }

    /// Numbers of the students on the roster and of those who only have bulk marks, in the order of all students.
    fn numbers(
        &mut self,
        id: &str,
        draft: &DraftOffering,
        bulk: &[Entries<'_>],
        rows: &mut [u32],
    ) -> Vec<u32> {
        let ranks = self.known.ranks;
        let mut numbers: Vec<u32> = draft.roster.keys().copied().collect();
        // The scratch table tells who was seen; a row of millions of marks costs one look.
        for number in &numbers {
            rows[*number as usize] = 0;
        }
        let has_roster = draft.roster.values().any(|at| at.value.in_roster);
        for (block, entries) in bulk.iter().enumerate() {
            for (entry, student) in entries.list.iter().map(|entry| entry.student).enumerate() {
                let row = &mut rows[student as usize];
                if *row == u32::MAX {
                    *row = 0;
                    numbers.push(student);
                    if has_roster {
                        self.odd.strangers.push(((block, self.position, entry), student));
                    }
                }
            }
        }
        for (number, at) in draft.roster.iter().filter(|(_, at)| has_roster && !at.value.in_roster) {
            let student = &self.known.draft.students.list[*number as usize].id;
            self.issues.push(stranger_issue(student, id, at.place.clone()));
        }
        numbers.sort_by_key(|number| ranks[*number as usize]);
        numbers
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
            if marked.iter().all(|marked| *marked) {
                break;
            }
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

impl OddBulk {
    /// Says what is odd, each with its row, and counts the rows of faults as listed.
    fn report(
        &self,
        bulk: &BulkMarks,
        (known, offerings): (&Known<'_>, &[Offering]),
        findings: &mut Findings,
    ) {
        for (number, file) in bulk.files.iter().enumerate() {
            let in_file = |(block, ..): &Nth| bulk.blocks[*block].file == number;
            let faults: Vec<_> = self.faults.iter().filter(|(nth, _)| in_file(nth)).collect();
            let strangers: Vec<_> = self.strangers.iter().filter(|(nth, _)| in_file(nth)).collect();
            if faults.is_empty() && strangers.is_empty() {
                continue;
            }
            if let Some(count) = findings.rows.get_mut(file.count) {
                count.used -= faults.len();
                count.listed += faults.len();
            }
            let mut alike: BTreeMap<Fault, usize> = BTreeMap::new();
            let (listed, unlisted): (Vec<_>, Vec<_>) = faults.into_iter().copied().partition(|(_, fault)| {
                let n = alike.entry(*fault).or_default();
                *n += 1;
                *n <= LISTED
            });
            let wanted = listed.iter().map(|(nth, _)| *nth);
            let wanted = wanted.chain(strangers.iter().take(LISTED).map(|(nth, _)| *nth)).collect();
            let rows = bulk.rows_of(number, &wanted, known.draft, known.index);
            let mut place = Place::default();
            for (nth, fault) in listed {
                let Some((at, value)) = rows.get(&nth) else { continue };
                place = Place::file(&at.file);
                findings.push(fault_issue(fault, at.clone(), value, &full_of(known.index, bulk, nth)));
            }
            for (_, fault) in unlisted {
                findings.push_unlisted(&fault_issue(fault, place.clone(), "", ""), 1);
            }
            for (nth, student) in strangers {
                let (student, offering) = (&known.draft.students.list[*student as usize], &offerings[nth.1]);
                let issue = |place| stranger_issue(&student.id, &offering.id, place);
                match rows.get(nth) {
                    Some((at, _)) => {
                        place = Place::file(&at.file);
                        findings.push(issue(at.clone()));
                    }
                    None => findings.push_unlisted(&issue(place.clone()), 1),
                }
            }
        }
    }
}

/// The full mark of a mark's item as text.
fn full_of(index: &ItemIndex, bulk: &BulkMarks, (block, offering, nth): Nth) -> String {
    let item = bulk.blocks[block].of(offering).list[nth].item as usize;
    let items = index.offerings.values().nth(offering);
    items.and_then(|items| items.full.get(item)).map_or(String::new(), ToString::to_string)
}

fn stranger_issue(student: &str, offering: &str, place: Place) -> Issue {
    let issue = Issue::new("student_not_in_roster", Severity::Warning, place);
    issue.with("student", student).with("offering", offering)
}

fn fault_issue(fault: Fault, place: Place, value: &str, full: &str) -> Issue {
    let error = |code| Issue::new(code, Severity::Error, place.clone()).with("value", value);
    match fault {
        Fault::AboveFull => error("mark_above_full").with("full", full),
        Fault::Negative => error("mark_negative"),
        Fault::Unreadable => error("mark_word_unknown"),
        Fault::TooFine => error("mark_too_fine"),
        Fault::Repeated => Issue::new("mark_repeated", Severity::Note, place.clone()).with("item", "—"),
        Fault::Conflict => error("mark_conflict").with("first", &place.file),
    }
}
