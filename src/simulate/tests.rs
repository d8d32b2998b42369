//! Laws of the simulator.

use std::collections::BTreeMap;

use super::*;
use crate::model::{Mark, MarkState, Offering};

#[test]
fn the_same_design_gives_the_same_data() {
    let design = Design::coverage();
    assert_eq!(dataset(&design, 3), dataset(&design, 3));
    assert_ne!(dataset(&design, 3).0, dataset(&design, 4).0);
}

/// Student-first by its definition, in plain loops: sum of w·a·s/f over sum of w·a, per student and objective.
fn student_first(offering: &Offering, row: usize, objective: usize) -> Option<f64> {
    let (mut sum, mut whole) = (0.0, 0.0);
    for link in offering.allocation.iter().filter(|link| link.objective == objective) {
        let item = &offering.items[link.item];
        let number = |decimal: crate::model::Decimal| decimal.to_string().parse::<f64>().unwrap();
        let weight = number(item.weight) * number(link.share);
        let share = match offering.marks.get(row, link.item) {
            Mark::State(MarkState::Deferred | MarkState::Exempt) => continue,
            Mark::State(MarkState::Withdrawn) => return None,
            Mark::State(_) => 0.0,
            Mark::Scored(_) => number(offering.marks.decimal(row, link.item).unwrap()) / number(item.full),
        };
        sum += weight * share;
        whole += weight;
    }
    (whole > 0.0).then(|| sum / whole)
}

/// Means over a large simulated institution by cohort, course and objective: the last result of each student.
#[test]
fn the_truth_is_what_a_large_institution_shows() {
    let rates = Rates { blank: 0.03, absent: 0.05, deferred: 0.06, misconduct: 0.02, withdrawn: 0.05 };
    let design = Design { students: 999, courses: 10, rates, ..Design::demo() };
    let simulator = Simulator::new(design);
    let mut sums: BTreeMap<(String, String, usize), (f64, f64, f64)> = BTreeMap::new();
    for replicate in 0..8 {
        let dataset = simulator.dataset(replicate);
        let mut last = BTreeMap::new();
        for offering in &dataset.offerings {
            for (row, enrolment) in offering.roster.iter().enumerate().filter(|(_, e)| !e.withdrawn) {
                for objective in 0..offering.objectives.len() {
                    let Some(value) = student_first(offering, row, objective) else { continue };
                    last.insert((enrolment.student, offering.course.clone(), objective), value);
                }
            }
        }
        for ((student, course, objective), value) in last {
            let cohort = dataset.students[student as usize].cohort.clone().unwrap();
            let cell = sums.entry((cohort, course, objective)).or_default();
            *cell = (cell.0 + 1.0, cell.1 + value, cell.2 + value * value);
        }
    }
    let truth = simulator.truth(&simulator.dataset(0));
    let (mut worst, mut n) = (0.0f64, 0);
    let mut squares = 0.0;
    for row in truth.iter().filter(|row| row.level == "course_objective") {
        let key = (row.cohort.clone(), row.course.clone(), row.target.parse::<usize>().unwrap() - 1);
        let (count, sum, square) = sums[&key];
        let mean = sum / count;
        let z = (mean - row.value) / ((square / count - mean * mean) / count).sqrt();
        (worst, n, squares) = (worst.max(z.abs()), n + 1, squares + z * z);
    }
    assert_eq!(n, 4 * 31);
    // 124 correlated standard normal deviates: the largest beyond 4.5, or their mean square beyond 2, has
    // probability below 1e-3.
    assert!(worst < 4.5 && squares / 124.0 < 2.0, "worst z {worst}, mean square {}", squares / 124.0);
}

#[test]
fn the_demonstration_lies_in_the_range_people_know() {
    let (dataset, truth) = dataset(&Design::demo(), 0);
    assert_eq!((dataset.students.len(), dataset.offerings.len()), (320, 96));
    let repeating = dataset.offerings.iter().flat_map(|o| &o.roster).filter(|e| e.retake).count();
    assert!((50..600).contains(&repeating), "{repeating} repeat");
    for row in &truth {
        assert!((0.4..0.95).contains(&row.value), "{row:?}");
    }
    let weak = truth.iter().filter(|row| row.level == "course" && row.value < 0.65);
    assert!(weak.clone().count() >= 1 && weak.clone().all(|row| row.course == "CS2022"), "the weak course");
}

/// The committed demonstration; `ATTAIN_WRITE=1` writes it anew, as `attain simulate --out datasets/demo` does.
#[test]
fn the_committed_demonstration_is_what_the_simulator_makes() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/demo");
    let files = simulate(&Design::demo()).unwrap();
    assert!(files.iter().map(|file| file.bytes.len()).sum::<usize>() < 4_000_000);
    for file in &files {
        let path = folder.join(&file.path);
        if std::env::var_os("ATTAIN_WRITE").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &file.bytes).unwrap();
        }
        assert!(std::fs::read(&path).unwrap_or_default() == file.bytes, "{} differs", file.path);
    }
}

#[test]
fn one_university_has_the_size_it_says() {
    let dataset = Simulator::new(Design::one_university()).dataset(0);
    let marks: usize = dataset.offerings.iter().map(|own| own.roster.len() * own.items.len()).sum();
    assert_eq!((dataset.students.len(), dataset.offerings.len()), (30_000, 1_500));
    assert!((5_000_000..5_200_000).contains(&marks), "{marks}");
}

/// The declared models of a larger institution, fitted on several replicates, against the true effects: the error of the
/// estimates is what the model says, intervals of 95 % cover, and the order of the units is found.
#[test]
fn value_added_finds_the_true_effects_of_units() {
    use crate::value_added::study::{Declarations, Own, fit_all, tasks};
    let design = Design {
        programmes: 8,
        colleges: 1,
        schools: 40,
        cohorts: 3,
        students: 120,
        courses: 0,
        workbooks: Vec::new(),
        ..Design::demo()
    };
    let simulator = Simulator::new(design.clone());
    let truth: BTreeMap<(String, String, String), f64> = (simulator.unit_effects().into_iter())
        .map(|row| {
            let class = row.rule == "year2 | class";
            let unit = if class { format!("{}:{}", row.programme, row.target) } else { row.target };
            let cohort = if class { String::new() } else { row.cohort };
            ((row.rule.to_owned(), cohort, unit), row.value)
        })
        .collect();
    assert_eq!(truth.len(), 3 * 40 + 8 + 8 * 3 * 3);
    let declared = Declarations::parse(&simulator.declared()).unwrap();
    let mut found: BTreeMap<&str, Vec<(f64, f64, bool, f64)>> = BTreeMap::new();
    for replicate in 0..4 {
        let dataset = simulator.dataset(replicate);
        for fit in fit_all(&dataset, &Own::default(), &tasks(&dataset, &declared), &|| ()) {
            for units in &fit.outcome.unwrap().units {
                let rule = match units.factor.as_str() {
                    "school" => "year1 | school",
                    "programme" => "year2 | programme",
                    _ => "year2 | class",
                };
                for unit in &units.units {
                    let key = (rule.to_owned(), fit.cohort.clone().unwrap_or_default(), unit.unit.clone());
                    let interval = unit.interval.unwrap();
                    let true_effect = truth[&key];
                    let covered = (interval.low..=interval.high).contains(&true_effect);
                    let z = (unit.effect - true_effect) / unit.standard_error.unwrap();
                    found.entry(rule).or_default().push((unit.effect, true_effect, covered, z));
                }
            }
        }
    }
    for (rule, n, least) in [("year1 | school", 480, 0.9), ("year2 | class", 288, 0.8)] {
        let own = &found[rule];
        assert_eq!(own.len(), n, "{rule}");
        let n = n as f64;
        let mean_of = |values: Vec<f64>| values.iter().sum::<f64>() / n;
        let product = |one: usize, other: usize| {
            mean_of(own.iter().map(|x| [x.0, x.1, x.3][one] * [x.0, x.1, x.3][other]).collect())
        };
        let correlation = product(0, 1) / (product(0, 0) * product(1, 1)).sqrt();
        let coverage = own.iter().filter(|x| x.2).count() as f64 / n;
        let (mean, square) = (mean_of(own.iter().map(|x| x.3).collect()), product(2, 2));
        assert!(correlation > least, "{rule}: {correlation}");
        assert!((0.92..0.98).contains(&coverage), "{rule}: {coverage}");
        // The second rests on 72 draws: the mean of their squares varies by 0.17.
        assert!(mean.abs() < 0.2 && (square - 1.0).abs() < 0.34, "{rule}: {mean} {square}");
    }
}
