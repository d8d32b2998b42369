//! What students bring along and how they go on: school of origin, entry score, a test at the end of each of the
//! first two years, with known effects of schools, classes, programmes and colleges on the tests.
//!
//! With the general ability g of a student, and independent standard normal e:
//!
//! - entry = 560 + 45 (0.75 g + 0.55 e + 0.37 m), m the intake of the school, standard normal over schools; whole points
//! - year1 = 70 + 7 (entry − 560)/45 + S + 5 e, S the effect of the school on the cohort
//! - year2 = 70 + 0.6 (year1 − 70) + 3 (entry − 560)/45 + K + P + C + 5 e, with the effects of college, programme, class
//!
//! Tests are recorded in tenths; what is recorded is what counts in the next line, so a model of these lines is true.
//! Effects are centred: they are differences from the mean of the units beside them. Marks do not depend on any of
//! this, and its generators are its own.

use std::fmt::Write as _;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

use super::design::Design;
use super::draw::generator;
use super::plan;
use super::truth::{ERROR as TRUTH_ERROR, TruthRow};
use crate::model::{Decimal, Measure, Student, decimal_f64};

/// Stream of the units' effects, beside that of the courses: neither depends on the replicate.
const EFFECTS: (u32, u32) = (u32::MAX, 1);
/// Stream of a replicate's students, beside that of the surveys.
const STUDENTS: u32 = u32::MAX - 1;

/// Standard deviations of the effects: a school's in all cohorts, in one cohort, a college, a programme, a class.
const SCHOOL: f64 = 3.0;
const SCHOOL_COHORT: f64 = 1.2;
const COLLEGE: f64 = 1.5;
const PROGRAMME: f64 = 2.0;
const CLASS: f64 = 2.0;
/// Standard deviation of one student's test.
const RESIDUAL: f64 = 5.0;
/// Probability that a student misses a test.
const MISSED: f64 = 0.02;
/// Mean and spread of the entry score.
const ENTRY: (f64, f64) = (560.0, 45.0);

/// The true effects of the units of a design.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Effects {
    /// Intake of each school.
    intake: Vec<f64>,
    /// Cohort → school.
    schools: Vec<Vec<f64>>,
    colleges: Vec<f64>,
    programmes: Vec<f64>,
    /// Programme → cohort → class.
    classes: Vec<Vec<Vec<f64>>>,
}

fn normal(rng: &mut ChaCha8Rng) -> f64 {
    rng.sample(StandardNormal)
}

/// `n` normal numbers of this spread less their mean.
fn centred(n: usize, spread: f64, rng: &mut ChaCha8Rng) -> Vec<f64> {
    let drawn: Vec<f64> = (0..n).map(|_| spread * normal(rng)).collect();
    let mean = drawn.iter().sum::<f64>() / n.max(1) as f64;
    drawn.into_iter().map(|effect| effect - mean).collect()
}

impl Effects {
    /// Draws them.
    pub(super) fn draw(design: &Design) -> Self {
        let rng = &mut generator(design, EFFECTS.0, EFFECTS.1);
        let n = design.schools;
        let intake = centred(n, 1.0, rng);
        let lasting = centred(n, SCHOOL, rng);
        let schools = (0..design.cohorts)
            .map(|_| centred(n, SCHOOL_COHORT, rng).iter().zip(&lasting).map(|(a, b)| a + b).collect())
            .collect();
        let colleges = centred(design.colleges, COLLEGE, rng);
        let programmes = centred(design.programmes, PROGRAMME, rng);
        let per_cohort = design.students.div_ceil(design.section.max(1));
        let classes = (0..design.programmes)
            .map(|_| {
                let all = centred(design.cohorts * per_cohort, CLASS, rng);
                all.chunks(per_cohort.max(1)).map(<[f64]>::to_vec).collect()
            })
            .collect();
        Self { intake, schools, colleges, programmes, classes }
    }
}

/// Gives the students, ordered by cohort, programme and number, their schools; returns their entry scores and tests.
pub(super) fn measures(
    design: &Design,
    replicate: u32,
    (students, general): (&mut [Student], &[f64]),
) -> Vec<Measure> {
    if design.schools == 0 {
        return Vec::new();
    }
    let effects = Effects::draw(design);
    let rng = &mut generator(design, replicate, STUDENTS);
    let (mut entries, mut first, mut second) = (Vec::new(), Vec::new(), Vec::new());
    for (at, (student, general)) in (0u32..).zip(students.iter_mut().zip(general)) {
        let (group, number) = (at as usize / design.students, at as usize % design.students);
        let (cohort, programme) = (group / design.programmes, group % design.programmes);
        let school = school(design, rng);
        student.groups.push(Some(school_name(school)));
        let [own, one, two] = [normal(rng), normal(rng), normal(rng)];
        let entry = ENTRY.0 + ENTRY.1 * (0.75 * general + 0.55 * own + 0.37 * effects.intake[school]);
        let entry = entry.round().clamp(200.0, 750.0);
        let z = (entry - ENTRY.0) / ENTRY.1;
        let tenths = |score: f64| Decimal::new((10.0 * score.clamp(0.0, 100.0)).round() as i64, 1);
        let year1 = tenths(70.0 + 7.0 * z + effects.schools[cohort][school] + RESIDUAL * one);
        let units = effects.colleges[plan::college(design, programme)]
            + effects.programmes[programme]
            + effects.classes[programme][cohort][number / design.section.max(1)];
        let year2 = tenths(70.0 + 0.6 * (decimal_f64(year1) - 70.0) + 3.0 * z + units + RESIDUAL * two);
        let year = design.first_cohort as usize + cohort;
        let add = |list: &mut Vec<Measure>, measure: &str, (year, month), score| {
            let time = Some(format!("{year}-{month}"));
            list.push(Measure { measure: measure.to_owned(), student: at, time, score });
        };
        add(&mut entries, "entry", (year, "09"), Decimal::from(entry as i64));
        for (list, name, years, score) in [(&mut first, "year1", 1, year1), (&mut second, "year2", 2, year2)]
        {
            if !rng.random_bool(MISSED) {
                add(list, name, (year + years, "07"), score);
            }
        }
    }
    entries.into_iter().chain(first).chain(second).collect()
}

/// A school; those with a higher number send up to three times as many students.
fn school(design: &Design, rng: &mut ChaCha8Rng) -> usize {
    let place = rng.random::<f64>();
    let n = design.schools as f64;
    // Weights rise from 1 to 3 along the list: the cumulative share at x of n is (x + x²/n)/(2n).
    let x = 0.5 * n * ((1.0 + 8.0 * place).sqrt() - 1.0);
    (x as usize).min(design.schools - 1)
}

const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];

/// `示例一中`, `示例二十三中`.
fn school_name(school: usize) -> String {
    let (tens, ones) = ((school + 1) / 10 % 10, (school + 1) % 10);
    let ten = match tens {
        0 => String::new(),
        1 => "十".to_owned(),
        _ => format!("{}十", DIGITS[tens]),
    };
    format!("示例{ten}{}中", DIGITS[ones])
}

/// The true effects as rows: `rule` holds the test and the kind of unit, `year1 | school`.
pub(super) fn truth(design: &Design) -> Vec<TruthRow> {
    if design.schools == 0 {
        return Vec::new();
    }
    let effects = Effects::draw(design);
    let mut rows = Vec::new();
    let mut add = |rule, (programme, cohort): (&str, &str), target: String, value| {
        let (programme, cohort) = (programme.to_owned(), cohort.to_owned());
        let error = TRUTH_ERROR;
        rows.push(TruthRow {
            level: LEVEL,
            programme,
            cohort,
            target,
            rule,
            value,
            error,
            ..TruthRow::default()
        });
    };
    for (cohort, schools) in effects.schools.iter().enumerate() {
        for (school, &effect) in schools.iter().enumerate() {
            add("year1 | school", ("", &plan::cohort_id(design, cohort)), school_name(school), effect);
        }
    }
    if design.colleges > 1 {
        for (college, &effect) in effects.colleges.iter().enumerate() {
            add("year2 | college", ("", ""), plan::college_name(college).to_owned(), effect);
        }
    }
    for (programme, &effect) in effects.programmes.iter().enumerate() {
        let id = plan::programme_id(programme);
        if design.programmes > 1 {
            add("year2 | programme", (&id, ""), id.clone(), effect);
        }
        for (cohort, classes) in effects.classes[programme].iter().enumerate() {
            for (class, &effect) in classes.iter().enumerate() {
                let year = plan::cohort_id(design, cohort);
                add("year2 | class", (&id, &year), plan::class_name(&year, class), effect);
            }
        }
    }
    rows
}

/// The level of these rows in the truth.
pub(super) const LEVEL: &str = "unit_effect";

/// Lines of a declaration: the unit, that each unit is left out in turn, what students who missed the test would need.
const CLASS_UNIT: &str = "unit = \"class\"\n";
const INFLUENCE: &str = "influence = true\n";
const TARGET: &str = "target = 70\n";

/// `value_added.toml`: the models under which the effects are true.
pub(super) fn declared(design: &Design) -> String {
    let mut text = String::from(
        "# 增值模型；真实的单位效应见 truth.csv 中的 unit_effect。\n\
         # Models of value added; the true effects of units stand in truth.csv as unit_effect.\n",
    );
    let mut add = |key: &str, (model, formula): (&str, &str), more: &str, cohorts: &str| {
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "\n[[model]]\nkey = \"{key}\"\nmodel = \"{model}\"\nformula = \"{formula}\"\n{more}cohorts = \"{cohorts}\"\n"
        );
    };
    add("school-year1", ("mixed", "year1 ~ entry + (1 | school)"), "", "each");
    if design.programmes > 1 {
        let college = if design.colleges > 1 { " + (1 | college)" } else { "" };
        let units = format!("{college} + (1 | programme) + (1 | programme:class)");
        add("units-year2", ("mixed", &format!("year2 ~ year1 + entry{units}")), "", "together");
    } else {
        add("class-year2", ("mixed", "year2 ~ year1 + entry + (1 | class)"), INFLUENCE, "together");
        add("class-plain", ("mean-residual", "year2 ~ year1 + entry"), CLASS_UNIT, "together");
        add("growth-year1", ("growth", "year1 ~ entry"), CLASS_UNIT, "together");
        let target = format!("{CLASS_UNIT}{TARGET}");
        add("growth-year2", ("growth", "year2 ~ year1 + entry"), &target, "together");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schools_have_names_of_their_own_and_grow_along_the_list() {
        let mut names: Vec<String> = (0..99).map(school_name).collect();
        assert_eq!(
            (names[0].as_str(), names[9].as_str(), names[22].as_str()),
            ("示例一中", "示例十中", "示例二十三中")
        );
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 99);
        let design = Design { schools: 4, ..Design::demo() };
        let rng = &mut generator(&design, 0, 7);
        let mut counts = [0u32; 4];
        (0..40_000).for_each(|_| counts[school(&design, rng)] += 1);
        // Shares by the rule: (x + x²/4)/8 at 1, 2, 3, 4 = 0.15625, 0.375, 0.65625, 1.
        for (count, share) in counts.iter().zip([0.15625, 0.21875, 0.28125, 0.34375]) {
            assert!((f64::from(*count) / 40_000.0 - share).abs() < 0.01, "{counts:?}");
        }
    }
}
