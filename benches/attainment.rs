//! How long the engine takes, in memory: reading files is not part of these figures.
//!
//! `cargo bench --bench attainment`, or with a name: `cargo bench --bench attainment -- one_course`.

use std::hint::black_box;

use attain::attainment::attain;
use attain::model::{Dataset, MarkGrid, Offering};
use attain::policy::{Policy, builtin_policy};
use attain::simulate::{Design, dataset};
use criterion::{Criterion, criterion_group, criterion_main};
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

/// What exact verdicts cost: the offerings of a college with every student's and objective's value, verdict and
/// interval, against the same values and verdicts by plain floats and nothing else.
fn exactness(criterion: &mut Criterion) {
    let (mut dataset, _) = dataset(&Design::one_college(), 0);
    // No chain above the courses: what remains is the offerings.
    dataset.programmes.clear();
    dataset.surveys.clear();
    let policy = policy(1000);
    let mut group = criterion.benchmark_group("exactness");
    group.sample_size(10);
    group.bench_function("exact", |bencher| {
        bencher.iter(|| attain(black_box(&dataset), &policy, &|| ()));
    });
    group.bench_function("plain", |bencher| bencher.iter(|| plain(black_box(&dataset))));
    group.finish();
}

/// Student × objective values and verdicts and their means, in floats.
fn plain(dataset: &Dataset) -> usize {
    dataset.offerings.par_iter().map(plain_offering).sum()
}

fn plain_offering(offering: &Offering) -> usize {
    let number = |text: String| text.parse::<f64>().unwrap_or(0.0);
    let grid: &MarkGrid = &offering.marks;
    let mut reached = 0;
    for k in 0..offering.objectives.len() {
        let columns: Vec<(usize, f64, f64)> = (offering.allocation.iter())
            .filter(|link| link.objective == k)
            .map(|link| {
                let item = &offering.items[link.item];
                let weight = number(item.weight.to_string()) * number(link.share.to_string());
                let unit = number(item.full.to_string()) * 10f64.powi(i32::from(grid.scale(link.item)));
                (link.item, weight / unit, weight)
            })
            .collect();
        let (mut sum, mut n) = (0.0, 0.0);
        for (row, _) in offering.roster.iter().enumerate().filter(|(_, enrolment)| !enrolment.withdrawn) {
            let cells = grid.row(row);
            let (mut points, mut possible) = (0.0, 0.0);
            for &(item, a, b) in &columns {
                // Deferred and exempt leave the sums, other states are zero.
                match cells[item] {
                    -4 | -3 => {}
                    units => {
                        points += a * units.max(0) as f64;
                        possible += b;
                    }
                }
            }
            if possible > 0.0 {
                let value = points / possible;
                reached += usize::from(value >= 0.65);
                sum += value;
                n += 1.0;
            }
        }
        reached += usize::from(sum / n >= 0.65);
    }
    reached
}

criterion_group!(benches, one_course, exactness, one_college, one_university);
criterion_main!(benches);
