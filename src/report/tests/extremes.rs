//! Reports on data that no textbook shows: one objective, twelve, three students, four hundred, all equal, all
//! missing, names of 60 characters. Set `ATTAIN_REPORT_FILES` to a folder to have all files written there, to look at.

use super::super::document::Block;
use super::{Course, Lang, Report, Small, WRITERS};
use crate::model::{
    Allocation, Component, CourseObjective, Dataset, Decimal, Enrolment, Item, Mark, MarkGrid, MarkState,
    Offering, Purpose, Student,
};

pub(super) struct Case {
    pub(super) name: &'static str,
    objectives: usize,
    students: usize,
    /// The mark of a student for an item of 10 points.
    mark: fn(usize, usize) -> Option<i64>,
    long: bool,
}

fn usual(student: usize, item: usize) -> Option<i64> {
    let draw = (student * 7919 + item * 104_729 + student * item * 31) % 97;
    (draw != 0).then_some((3 + draw % 8) as i64)
}

pub(super) const CASES: [Case; 7] = [
    Case { name: "one", objectives: 1, students: 30, mark: usual, long: false },
    Case { name: "twelve", objectives: 12, students: 60, mark: usual, long: false },
    Case { name: "crowd", objectives: 4, students: 400, mark: usual, long: false },
    Case { name: "three", objectives: 3, students: 3, mark: usual, long: false },
    Case { name: "equal", objectives: 3, students: 40, mark: |_, _| Some(10), long: false },
    Case { name: "missing", objectives: 3, students: 20, mark: |_, _| None, long: false },
    Case { name: "long", objectives: 12, students: 40, mark: usual, long: true },
];

pub(super) fn dataset(case: &Case) -> Dataset {
    let name = |text: &str| if case.long { text.chars().cycle().take(60).collect() } else { text.to_owned() };
    let items = case.objectives * 2;
    let mut marks = MarkGrid::blank(case.students, vec![0; items]);
    for student in 0..case.students {
        for item in 0..items {
            let mark = (case.mark)(student, item);
            marks.set(student, item, mark.map_or(Mark::State(MarkState::Exempt), Mark::Scored));
        }
    }
    let item = |at: usize| Item {
        id: format!("{}", at + 1),
        name: Some(name(&format!("考核项{}", at + 1))),
        component: Some(at % 2),
        full: Decimal::new(10, 0),
        weight: Decimal::new(10, 0),
        purpose: Purpose::Summative,
    };
    let component = |text: &str| Component { name: name(text), weight: None };
    let objective = |at: usize| CourseObjective {
        id: (at + 1).to_string(),
        text: Some(name("能够综合运用所学原理分析复杂工程问题；")),
        expected: None,
        weight: None,
    };
    let offering = Offering {
        id: "C1-2025".into(),
        course: "C1".into(),
        name: Some(name("复杂系统分析与设计")),
        term: Some("2025-2026-1".into()),
        teacher: Some(name("教师")),
        objectives: (0..case.objectives).map(objective).collect(),
        components: vec![component("平时"), component("期末")],
        items: (0..items).map(item).collect(),
        allocation: (0..items)
            .map(|item| Allocation { item, objective: item / 2, share: Decimal::ONE })
            .collect(),
        sections: vec![name("1班"), name("2班")],
        roster: (0..case.students)
            .map(|at| Enrolment {
                student: at as u32,
                section: Some((at % 2) as u16),
                retake: false,
                withdrawn: false,
            })
            .collect(),
        marks,
        ..Offering::default()
    };
    let student =
        |at: usize| Student {
            id: format!("S{at:06}"), name: Some(name("学生姓名")), ..Student::default()
        };
    Dataset {
        students: (0..case.students).map(student).collect(),
        offerings: vec![offering],
        ..Dataset::default()
    }
}

#[test]
fn a_course_of_any_size_gets_a_report_in_every_form() {
    for case in &CASES {
        let small = Small::of(dataset(case));
        for lang in [Lang::Zh, Lang::En] {
            let document = small.document(&Course, lang);
            let heading_last = document.blocks.windows(2).any(|pair| {
                matches!(pair, [Block::Heading { level: 1, .. }, Block::Heading { level: 1, .. }])
            });
            assert!(!heading_last, "{}: an empty chapter", case.name);
            assert_eq!(Course.subjects(&small.material()).len(), 1);
            let folder = std::env::var_os("ATTAIN_REPORT_FILES").map(std::path::PathBuf::from);
            // Pictures as pixels take long without optimisation: one case stands for all.
            let all = folder.is_some() || case.name == "long" && lang == Lang::En;
            for writer in WRITERS.iter().filter(|writer| all || writer.key() != "docx") {
                let file = writer.write(&document).unwrap();
                if let Some(folder) = &folder {
                    let name = format!("{}-{}.{}", case.name, lang.tag(), writer.key());
                    std::fs::write(folder.join(name), file).unwrap();
                }
            }
        }
    }
}
