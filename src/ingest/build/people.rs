//! Students, and who refers to what does not exist.

use crate::ingest::draft::Draft;
use crate::ingest::findings::Findings;
use crate::model::{Issue, Offering, Place, Programme, Severity, Student};

/// All students, ordered by identifier, and the names of their groups.
pub(super) fn students(
    draft: &mut Draft,
    order: &[u32],
    offerings: &[Offering],
    findings: &mut Findings,
) -> (Vec<Student>, Vec<String>) {
    let group_names: Vec<String> = std::mem::take(&mut draft.students.group_names).into_iter().collect();
    let mut drafts = std::mem::take(&mut draft.students.list);
    if draft.tables.contains("students") {
        let mut enrolled = vec![false; order.len()];
        for enrolment in offerings.iter().flat_map(|offering| &offering.roster) {
            enrolled[enrolment.student as usize] = true;
        }
        let mut named = vec![false; order.len()];
        let measured = draft.measures.iter().map(|one| one.student);
        for number in measured.chain(draft.memberships.iter().map(|one| one.student)) {
            named[number as usize] = true;
        }
        let unknown = |(rank, number): (usize, &u32)| {
            !drafts[*number as usize].declared && (enrolled[rank] || named[*number as usize])
        };
        for (_, number) in order.iter().enumerate().filter(|pair| unknown(*pair)) {
            let issue =
                Issue::new("student_unknown", Severity::Warning, drafts[*number as usize].place.clone());
            findings.push(issue.with("student", &drafts[*number as usize].id));
        }
    }
    let students = order.iter().map(|number| {
        let draft = std::mem::take(&mut drafts[*number as usize]);
        let groups = group_names.iter().map(|name| draft.groups.get(name).cloned()).collect();
        Student {
            id: draft.id,
            name: draft.name,
            programme: draft.programme,
            cohort: draft.cohort,
            class: draft.class,
            groups,
        }
    });
    (students.collect(), group_names)
}

/// Students whose programme or cohort no plan knows; said once for each programme and cohort.
pub(super) fn check_references(
    draft: &Draft,
    students: &[Student],
    programmes: &[Programme],
    findings: &mut Findings,
) {
    if !draft.tables.contains("cohorts") {
        return;
    }
    let pairs: std::collections::BTreeSet<(&String, &String)> = students
        .iter()
        .filter_map(|student| Some((student.programme.as_ref()?, student.cohort.as_ref()?)))
        .collect();
    for (programme, cohort) in pairs {
        let known = programmes.iter().find(|known| known.id == *programme);
        let has = known.is_some_and(|known| known.cohorts.iter().any(|known| known.id == *cohort));
        if !has {
            let issue = Issue::new("cohort_unknown", Severity::Warning, Place::default());
            findings.push(issue.with("programme", programme).with("cohort", cohort));
        }
    }
}
