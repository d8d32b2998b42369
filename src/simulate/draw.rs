//! Draws students, their abilities and their marks.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use rayon::prelude::*;

use super::content::Course;
use super::course::CourseModel;
use super::design::{Design, Rates};
use super::{plan, progress, survey};
use crate::model::{
    Allocation, Component, CourseObjective, Dataset, Decimal, Enrolment, Fraction, Item, MarkGrid, MarkState,
    Offering, Purpose, Student,
};

/// Share of the variance of ability in a course that is common to all courses.
const COMMON: f64 = 0.6;
/// How much ability grows between an attempt and its repetition.
pub(super) const GROWTH: f64 = 0.6;
/// How much ability a later cohort has over the one before.
pub(super) const TREND: f64 = 0.04;

/// A generator for one stream of one replicate; streams of a seed never meet.
pub(super) fn generator(design: &Design, replicate: u32, stream: u32) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(design.seed);
    rng.set_stream(u64::from(replicate) << 32 | u64::from(stream));
    rng
}

/// The assessment of each (programme, course): for all cohorts but the last, and for the last.
pub(super) type Courses = Vec<Vec<[CourseModel; 2]>>;

/// The courses of a design; they do not depend on the replicate.
pub(super) fn courses(design: &Design) -> Courses {
    let mut rng = generator(design, u32::MAX, 0);
    let mut all = Vec::new();
    for _ in 0..design.programmes {
        let mut models = Vec::new();
        for course in plan::taught(design) {
            let weak = design.weak_course.as_deref() == Some(course.code.as_str());
            let ease = if weak { -0.20 } else { 0.0 };
            let usual = CourseModel::draw(course, design.items, ease, &mut rng);
            let mut last = usual.clone();
            if design.changed_course.as_deref() == Some(course.code.as_str()) {
                let mut counts = design.items;
                counts.examination += 1;
                last = CourseModel::draw(course, counts, ease + 0.03, &mut rng);
            }
            models.push([usual, last]);
        }
        all.push(models);
    }
    all
}

/// The assessment a cohort meets.
pub(super) fn met<'a>(design: &Design, versions: &'a [CourseModel; 2], cohort: usize) -> &'a CourseModel {
    &versions[usize::from(cohort + 1 == design.cohorts)]
}

/// Position of a student in the sorted list of students: cohort, programme, number.
fn position(design: &Design, programme: usize, cohort: usize, number: usize) -> usize {
    (cohort * design.programmes + programme) * design.students + number
}

/// Draws the whole data set of one replicate.
pub(super) fn dataset(design: &Design, courses: &Courses, replicate: u32) -> Dataset {
    let programmes: Vec<_> = (0..design.programmes).map(|index| plan::programme(design, index)).collect();
    let mut rng = generator(design, replicate, 0);
    let mut students = students(design, &mut rng);
    let general: Vec<f64> = students.iter().map(|_| rng.sample(StandardNormal)).collect();
    let chains: Vec<(usize, usize)> = (0..design.programmes)
        .flat_map(|programme| (0..plan::taught(design).len()).map(move |course| (programme, course)))
        .collect();
    let mut offerings: Vec<Offering> = chains
        .par_iter()
        .flat_map_iter(|&(programme, course)| {
            let stream = 1 + (programme * 1000 + course) as u32;
            let rng = generator(design, replicate, stream);
            Chain { design, programme, course, versions: &courses[programme][course], general: &general, rng }
                .offerings()
        })
        .collect();
    offerings.sort_by(|a, b| a.id.cmp(&b.id));
    let measures = progress::measures(design, replicate, (&mut students, &general));
    let surveys = survey::surveys(design, &programmes, &mut generator(design, replicate, u32::MAX));
    let group_names: &[&str] =
        if design.schools > 0 { &["gender", "origin", "school"] } else { &["gender", "origin"] };
    Dataset {
        institution: Some(design.institution.clone()),
        memberships: Vec::new(),
        programmes,
        students,
        group_names: group_names.iter().map(|&name| name.to_owned()).collect(),
        offerings,
        surveys,
        class_values: Vec::new(),
        notes: Vec::new(),
        measures,
    }
}

const SURNAMES: [&str; 24] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何",
    "郭", "马", "罗", "梁", "宋", "郑", "欧阳",
];
const GIVEN: [&str; 32] = [
    "明", "芳", "伟", "静", "磊", "敏", "强", "丽", "军", "洋", "勇", "艳", "杰", "娟", "涛", "超", "秀",
    "霞", "平", "刚", "子涵", "浩然", "雨桐", "梓萱", "宇轩", "欣怡", "思远", "晨曦", "嘉宁", "若琳", "天佑",
    "一诺",
];

fn students(design: &Design, rng: &mut ChaCha8Rng) -> Vec<Student> {
    let mut students = Vec::with_capacity(design.programmes * design.cohorts * design.students);
    for cohort in 0..design.cohorts {
        let year = plan::cohort_id(design, cohort);
        for programme in 0..design.programmes {
            let code = plan::programme_id(programme);
            for number in 0..design.students {
                let surname = SURNAMES[rng.random_range(0..SURNAMES.len())];
                let given = GIVEN[rng.random_range(0..GIVEN.len())];
                let gender = if rng.random_bool(0.3) { "女" } else { "男" };
                let origin = if rng.random_bool(0.4) { "农村" } else { "城镇" };
                students.push(Student {
                    id: format!("{year}{code}{:03}", number + 1),
                    name: Some(format!("{surname}{given}")),
                    programme: Some(code.clone()),
                    cohort: Some(year.clone()),
                    class: Some(plan::class_name(&year, number / design.section.max(1))),
                    groups: vec![Some(gender.into()), Some(origin.into())],
                });
            }
        }
    }
    students
}

/// The offerings of one course over the cohorts: who fails one repeats in the next.
struct Chain<'a> {
    design: &'a Design,
    programme: usize,
    course: usize,
    versions: &'a [CourseModel; 2],
    general: &'a [f64],
    rng: ChaCha8Rng,
}

/// A student's attempt.
struct Attempt {
    enrolment: Enrolment,
    cells: Vec<i64>,
    failed: bool,
}

impl Chain<'_> {
    fn offerings(mut self) -> Vec<Offering> {
        let mut repeating: Vec<(u32, f64)> = Vec::new();
        let mut offerings = Vec::new();
        for cohort in 0..self.design.cohorts {
            let model = met(self.design, self.versions, cohort);
            let mut attempts = Vec::new();
            for (place, (student, ability)) in std::mem::take(&mut repeating).into_iter().enumerate() {
                let section = (place % self.sections().len()) as u16;
                let enrolment = Enrolment { student, section: Some(section), retake: true, withdrawn: false };
                attempts.push(self.attempt(model, enrolment, ability));
            }
            for number in 0..self.design.students {
                let student = position(self.design, self.programme, cohort, number);
                let own: f64 = self.rng.sample(StandardNormal);
                let ability = TREND * cohort as f64
                    + COMMON.sqrt() * self.general[student]
                    + (1.0 - COMMON).sqrt() * own;
                let enrolment = Enrolment {
                    student: student as u32,
                    section: Some((number / self.design.section.max(1)) as u16),
                    retake: false,
                    withdrawn: self.rng.random_bool(self.design.rates.withdrawn),
                };
                let attempt = self.attempt(model, enrolment, ability);
                if attempt.failed && self.design.retakes {
                    repeating.push((student as u32, ability + GROWTH));
                }
                attempts.push(attempt);
            }
            offerings.push(self.offering(cohort, model, attempts));
        }
        offerings
    }

    fn sections(&self) -> Vec<String> {
        let n = self.design.students.div_ceil(self.design.section.max(1)).max(1);
        (1..=n).map(|section| format!("{section}班")).collect()
    }

    fn attempt(&mut self, model: &CourseModel, enrolment: Enrolment, ability: f64) -> Attempt {
        let Rates { blank, absent, deferred, misconduct, .. } = self.design.rates;
        let fate: f64 = self.rng.random();
        let examination = if enrolment.withdrawn {
            Some(MarkState::Withdrawn)
        } else if !model.examined {
            None
        } else if fate < absent {
            Some(MarkState::Absent)
        } else if fate < absent + misconduct {
            Some(MarkState::Misconduct)
        } else if fate < absent + misconduct + deferred {
            Some(MarkState::Deferred)
        } else {
            None
        };
        let mut paper = 0;
        let mut cells = Vec::with_capacity(model.items.len());
        for item in &model.items {
            let last = item.in_examination() || item.id.starts_with('D');
            cells.push(match examination {
                Some(state) if last => MarkGrid::code(state),
                _ if self.rng.random_bool(blank) => MarkGrid::code(MarkState::Blank),
                _ => {
                    let steps = item.draw(ability, &mut self.rng);
                    paper += if item.in_examination() { steps } else { 0 };
                    i64::from(steps) * if item.steps_per_mark == 2 { 5 } else { 1 }
                }
            });
        }
        let deferred = examination == Some(MarkState::Deferred);
        let failed = model.examined && !enrolment.withdrawn && !deferred && paper < CourseModel::PASS;
        Attempt { enrolment, cells, failed }
    }

    fn offering(&self, cohort: usize, model: &CourseModel, attempts: Vec<Attempt>) -> Offering {
        let (design, course) = (self.design, &plan::taught(self.design)[self.course]);
        let (code, year) = (plan::course_id(design, self.programme, course), plan::cohort_id(design, cohort));
        let n = attempts.len();
        let mut attempts = attempts;
        attempts.sort_by_key(|attempt| attempt.enrolment.student);
        let cells = attempts.iter().flat_map(|attempt| attempt.cells.iter().copied()).collect();
        let scales = model.items.iter().map(|item| u8::from(item.steps_per_mark == 2)).collect();
        Offering {
            id: plan::offering_id(&code, &year),
            course: code,
            name: Some(course.name.clone()),
            term: Some(term(design, cohort, course)),
            teacher: Some(format!("{}老师", SURNAMES[(self.course * 7 + self.programme) % 23])),
            cohort: Some(year),
            programme: Some(plan::programme_id(self.programme)),
            objectives: objectives(course, model),
            components: model
                .components
                .iter()
                .map(|&(name, weight)| Component { name: name.into(), weight: Some(weight) })
                .collect(),
            items: items(model),
            allocation: allocation(model),
            sections: self.sections(),
            roster: attempts.into_iter().map(|attempt| attempt.enrolment).collect(),
            marks: MarkGrid::from_cells(n, scales, cells).unwrap_or_default(),
            item_means: Vec::new(),
        }
    }
}

/// The term a course of semester s is taught to a cohort: 2019, semester 4 → `2020-2021-2`.
fn term(design: &Design, cohort: usize, course: &Course) -> String {
    let year = design.first_cohort + cohort as u32 + (course.semester - 1) / 2;
    format!("{year}-{}-{}", year + 1, (course.semester - 1) % 2 + 1)
}

fn objectives(course: &Course, model: &CourseModel) -> Vec<CourseObjective> {
    course
        .objectives
        .iter()
        .zip(&model.objective_weights)
        .enumerate()
        .map(|(index, ((_, text), weight))| CourseObjective {
            id: (index + 1).to_string(),
            text: Some(text.clone()),
            expected: Fraction::new(Decimal::new(if index == 0 { 70 } else { 65 }, 2)),
            weight: Some(weight.normalize()),
        })
        .collect()
}

fn items(model: &CourseModel) -> Vec<Item> {
    model
        .items
        .iter()
        .map(|item| Item {
            id: item.id.clone(),
            name: Some(item.name.clone()),
            component: Some(item.component),
            full: Decimal::from(item.full),
            weight: item.weight,
            purpose: Purpose::Summative,
        })
        .collect()
}

fn allocation(model: &CourseModel) -> Vec<Allocation> {
    let mut links = Vec::new();
    for (position, item) in model.items.iter().enumerate() {
        for &(objective, share) in &item.shares {
            links.push(Allocation { item: position, objective, share });
        }
    }
    links
}
