//! How long the engine takes, in memory: reading files is not part of these figures.
//!
//! `cargo bench --bench attainment`, or with a name: `cargo bench --bench attainment -- one_course`.

use std::hint::black_box;
use std::time::Instant;

use attain::attainment::{attain, objectives};
use attain::model::{Dataset, Decimal, MarkGrid, MarkState, Offering};
use attain::policy::{Policy, builtin_policy};
use attain::simulate::{Design, dataset};
use criterion::{Criterion, criterion_group, criterion_main};
use num_traits::ToPrimitive;
use rayon::prelude::*;

/// The usual Chinese policy: student first, lowest indicator, so that bootstrap intervals are part of it.
fn policy(replicates: usize) -> Policy {
    let mut policy = builtin_policy("ceeaa-2024").unwrap_or_else(|| unreachable!("a built-in policy"));
    policy.uncertainty.replicates = replicates;
    policy
}

/// 92 students, 2,000 resamples.
fn one_course(criterion: &mut Criterion) {
    let (dataset, _) = dataset(&Design::one_course(), 0);
    let policy = policy(2000);
    criterion.bench_function("one_course", |bencher| {
        bencher.iter(|| attain(black_box(&dataset), &policy, &|| ()));
    });
}

fn whole(criterion: &mut Criterion, name: &str, design: &Design) {
    let (dataset, _) = dataset(design, 0);
    let policy = policy(1000);
    let mut group = criterion.benchmark_group("in_memory");
    group.sample_size(10);
    group.bench_function(name, |bencher| bencher.iter(|| attain(black_box(&dataset), &policy, &|| ())));
    group.finish();
}

fn one_college(criterion: &mut Criterion) {
    whole(criterion, "one_college", &Design::one_college());
}

fn one_university(criterion: &mut Criterion) {
    whole(criterion, "one_university", &Design::one_university());
}

/// What exact verdicts cost: values and exact verdicts of every student and objective of a college, against the
/// same values and verdicts by plain floats.
fn exactness(criterion: &mut Criterion) {
    let (dataset, _) = dataset(&Design::one_college(), 0);
    let policy = policy(1000);
    let mut asked_for = false;
    let mut group = criterion.benchmark_group("exactness");
    group.sample_size(20);
    group.bench_function("exact", |bencher| {
        asked_for = true;
        bencher.iter(|| objectives(black_box(&dataset), &policy));
    });
    group.bench_function("plain", |bencher| bencher.iter(|| plain(black_box(&dataset))));
    group.finish();
    if asked_for {
        #[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
        {
            println!("{}", paired_ratio(&dataset, &policy));
        }
    }
}

/// The two in turn, round by round, so that both meet the machine in the same state: a processor that others share is
/// quick and slow by turns that last longer than a round and shorter than a benchmark.
fn paired_ratio(dataset: &Dataset, policy: &Policy) -> String {
    const ROUNDS: usize = 400;
    let mut ratios: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            drop(black_box(objectives(black_box(dataset), policy)));
            let exact = start.elapsed();
            let start = Instant::now();
            drop(black_box(plain(black_box(dataset))));
            exact.as_secs_f64() / start.elapsed().as_secs_f64()
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    let [low, median, high] = [ROUNDS / 4, ROUNDS / 2, ROUNDS * 3 / 4].map(|at| ratios[at]);
    format!(
        "exact / plain in {ROUNDS} rounds of both in turn: median {median:.2}, quartiles {low:.2} and {high:.2}"
    )
}

/// Values and verdicts of students per objective, and of the objectives, in floats.
type Plain = (Vec<Vec<(f64, bool)>>, Vec<(f64, bool)>);

fn plain(dataset: &Dataset) -> Vec<Plain> {
    dataset.offerings.par_iter().map(plain_offering).collect()
}

fn plain_offering(offering: &Offering) -> Plain {
    let number = |decimal: Decimal| decimal.to_f64().unwrap_or(0.0);
    let grid = &offering.marks;
    // Deferred and exempt leave the sums, withdrawn students the offering, other states are zero.
    let left_out = [MarkState::Deferred, MarkState::Exempt].map(MarkGrid::code);
    let (mut students, mut classes) = (Vec::new(), Vec::new());
    for (k, objective) in offering.objectives.iter().enumerate() {
        let expected = objective.expected.map_or(0.65, |expected| number(expected.get()));
        let columns: Vec<(usize, f64, f64)> = (offering.allocation.iter())
            .filter(|link| link.objective == k)
            .map(|link| {
                let item = &offering.items[link.item];
                let weight = number(item.weight) * number(link.share);
                let unit = number(item.full) * 10f64.powi(i32::from(grid.scale(link.item)));
                (link.item, weight / unit, weight)
            })
            .collect();
        let mut own = Vec::with_capacity(offering.roster.len());
        for (row, _) in offering.roster.iter().enumerate().filter(|(_, enrolment)| !enrolment.withdrawn) {
            let cells = grid.row(row);
            let (mut points, mut possible) = (0.0, 0.0);
            for &(item, a, b) in columns.iter().filter(|column| !left_out.contains(&cells[column.0])) {
                points += a * cells[item].max(0) as f64;
                possible += b;
            }
            if possible > 0.0 {
                own.push((points / possible, points / possible >= expected));
            }
        }
        let mean = own.iter().map(|(value, _)| value).sum::<f64>() / own.len() as f64;
        classes.push((mean, mean >= expected));
        students.push(own);
    }
    (students, classes)
}

criterion_group!(benches, one_course, exactness, one_college, one_university);
criterion_main!(benches);
