//! Student × objective, objective, level and course values against another implementation (made by an independent
//! script from the same marks; see the tables beside the data).

use std::collections::BTreeMap;

use attain::attainment::{Attained, attain};
use attain::model::{Dataset, Decimal, Mark, MarkGrid};

use crate::shared::records;
use crate::small::{Course, decimal, offerings, policy};

const TOLERANCE: f64 = 1e-9;

fn number(text: &str) -> f64 {
    text.parse().unwrap()
}

fn at(text: &str) -> usize {
    text.parse().unwrap()
}

/// The three courses; items weigh their full marks, so that weighted families count points too.
fn dataset() -> Option<(Dataset, Vec<Vec<usize>>)> {
    let folder = "datasets/value_added/attainment_small";
    let items = records(&format!("{folder}/items.csv"))?;
    let links = records(&format!("{folder}/map.csv"))?;
    let objectives = records(&format!("{folder}/objectives.csv"))?;
    let marks = records(&format!("{folder}/marks.csv"))?;
    let mut courses = Vec::new();
    let mut numbers = Vec::new();
    for course in 0..3 {
        let of_course: Vec<usize> = items.iter().filter(|r| at(&r[1]) == course).map(|r| at(&r[0])).collect();
        let own: Vec<usize> = objectives.iter().filter(|r| at(&r[1]) == course).map(|r| at(&r[0])).collect();
        let place = |list: &[usize], id: usize| list.iter().position(|&other| other == id);
        let mut rows = vec![vec![Mark::State(attain::model::MarkState::Blank); of_course.len()]; 40];
        for record in marks.iter().filter(|record| !record[2].is_empty()) {
            if let Some(column) = place(&of_course, at(&record[1])) {
                let units = MarkGrid::units(decimal(&record[2]), 1).unwrap();
                rows[at(&record[0])][column] = Mark::Scored(units);
            }
        }
        let full = |&item: &usize| decimal(&items[item][2]);
        courses.push(Course {
            items: of_course.iter().map(|item| (full(item), full(item))).collect(),
            objectives: vec![None; own.len()],
            links: (links.iter())
                .filter_map(|r| {
                    Some((place(&of_course, at(&r[0]))?, place(&own, at(&r[1]))?, decimal(&r[2])))
                })
                .collect(),
            scale: 1,
            rows,
        });
        numbers.push(own);
    }
    let mut dataset = offerings(&courses);
    for (offering, own) in dataset.offerings.iter_mut().zip(&numbers) {
        for (objective, number) in offering.objectives.iter_mut().zip(own) {
            objective.weight = Some(decimal(&objectives[*number][2]));
        }
    }
    Some((dataset, numbers))
}

fn attained(dataset: &Dataset, method: &str) -> Attained {
    let text =
        format!("[objective]\nmethod = \"{method}\"\nreach = \"0.60\"\n[marks]\nblank = \"exclude\"\n");
    attain(dataset, &policy(&text), &|| ()).unwrap()
}

fn close(found: f64, expected: f64, what: &str) {
    assert!((found - expected).abs() < TOLERANCE, "{what}: {found}, expected {expected}");
}

#[test]
fn points_shares_and_levels_agree_with_another_implementation() {
    let Some((dataset, numbers)) = dataset() else { return };
    let Some(expected) = records("reference/attainment/small_objective.csv") else { return };
    let (points, share, level) = (
        attained(&dataset, "allocated-points"),
        attained(&dataset, "share-reaching"),
        attained(&dataset, "level"),
    );
    for (course, own) in numbers.iter().enumerate() {
        for (place, objective) in own.iter().enumerate() {
            let row = expected.iter().find(|row| at(&row[0]) == *objective).unwrap();
            let figure = |attained: &Attained| attained.offerings[course].groups[0].objectives[place].clone();
            assert_eq!(figure(&points).counts.assessed, Some(at(&row[1])));
            close(figure(&points).value.unwrap() * 100.0, number(&row[2]), "mean");
            close(figure(&share).value.unwrap() * 100.0, number(&row[3]), "share");
            close(figure(&level).value.unwrap(), number(&row[6]), "level");
        }
    }
}

#[test]
fn every_student_agrees_with_another_implementation() {
    let Some((dataset, numbers)) = dataset() else { return };
    let Some(expected) = records("reference/attainment/small_student_objective.csv") else { return };
    let points = attained(&dataset, "allocated-points");
    let share = attained(&dataset, "share-reaching");
    let place: BTreeMap<usize, (usize, usize)> = (numbers.iter().enumerate())
        .flat_map(|(course, own)| own.iter().enumerate().map(move |(at, &number)| (number, (course, at))))
        .collect();
    assert!(expected.len() > 700);
    for row in &expected {
        let (course, objective) = place[&at(&row[1])];
        let value = points.offerings[course].students[objective][at(&row[0])].unwrap();
        close(value * 100.0, number(&row[4]), "student");
        let reached =
            share.offerings[course].student_verdicts[objective][at(&row[0])].unwrap().key() == "reached";
        assert_eq!(reached, &row[5] == "True", "{row:?}");
    }
}

#[test]
fn the_course_agrees_with_another_implementation() {
    let Some((dataset, _)) = dataset() else { return };
    let Some(expected) = records("reference/attainment/small_course.csv") else { return };
    let (points, level) = (attained(&dataset, "allocated-points"), attained(&dataset, "level"));
    assert_eq!(dataset.offerings[0].objectives[5].weight, Some(Decimal::from(3)));
    for (course, row) in expected.iter().enumerate() {
        close(points.offerings[course].groups[0].course.value.unwrap() * 100.0, number(&row[4]), "course");
        close(level.offerings[course].groups[0].course.value.unwrap(), number(&row[5]), "course level");
    }
}
