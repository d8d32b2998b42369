//! How long value-added models take, and what they find: `cargo bench --bench value_added -- DATA [CASE]`.
//!
//! DATA is a folder with the public data sets as CSV (exam, chem97, insteval, sleepstudy, sgpdata_wide.csv.gz). Reading
//! files is not part of the figures; building the design from columns is. One line per case: name, median seconds of
//! five or more runs by the clock, mean seconds of all processors, and the criterion, by which a peer's result can be compared. `benches/peers/value_added.py` does that.

use attain::value_added::data::{Category, Column, Data};
use attain::value_added::design::Design;
use attain::value_added::formula::Formula;
use attain::value_added::growth::percentiles::GrowthModel;
use attain::value_added::growth::spline::Knots;
use attain::value_added::mixed::{Criterion, MixedModel};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;
use std::path::Path;
use std::time::Instant;

type Failure = Box<dyn std::error::Error + Send + Sync>;

const RUNS: usize = 5;

const MODELS: [(&str, &str, &str); 6] = [
    ("sleepstudy_slope", "sleepstudy", "Reaction ~ Days + (Days | Subject)"),
    ("exam_intercept", "exam", "normexam ~ standLRT + (1 | school)"),
    ("exam_slope", "exam", "normexam ~ standLRT + (standLRT | school)"),
    ("chem97_nested", "chem97", "score ~ gcsecnt + (1 | school) + (1 | lea)"),
    ("insteval_two", "insteval", "y ~ 1 + (1 | s) + (1 | d)"),
    ("insteval_three", "insteval", "y ~ service + (1 | s) + (1 | d) + (1 | dept)"),
];

const FACTORS: [&str; 7] = ["Subject", "school", "lea", "s", "d", "dept", "service"];

fn main() -> Result<(), Failure> {
    let given: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let Some(folder) = given.first().map(Path::new) else {
        return Err("the folder with the data sets is missing".into());
    };
    let wanted = |name: &str| given.get(1).is_none_or(|case| name.starts_with(case.as_str()));
    for (name, file, formula) in MODELS.into_iter().filter(|(name, ..)| wanted(name)) {
        let data = read(&folder.join(format!("{file}.csv")))?;
        show(name, || Ok(model(formula, &data)?.fit(Criterion::Reml)?.value))?;
    }
    if wanted("exam_bootstrap") {
        let model = model("normexam ~ standLRT + (1 | school)", &read(&folder.join("exam.csv"))?)?;
        let fit = model.fit(Criterion::Ml)?;
        show("exam_bootstrap_200", || {
            let replicates = model.bootstrap(&fit, 200, 1)?;
            let slopes: Vec<f64> = replicates.iter().flatten().map(|r| r.fixed[1]).collect();
            Ok(slopes.iter().sum::<f64>() / slopes.len() as f64)
        })?;
    }
    if wanted("sgp") {
        let (prior, score) = growth_scores(folder)?;
        let knots = Knots { inner: vec![510.0, 548.0, 580.0, 617.0], boundary: (85.5, 859.5) };
        show("sgp_one_prior", || {
            let model = GrowthModel::fit(&[&prior], &score, vec![knots.clone()], None)?;
            let percentiles = model.percentiles(&[&prior], &score);
            assert_eq!(percentiles.len(), 6977);
            Ok(model.objectives.iter().sum())
        })?;
    }
    if wanted("thousand") {
        let sets: Vec<Data> = (0..1000).map(|seed| simulated(5000, 100, seed)).collect::<Result<_, _>>()?;
        show("thousand_fits", || {
            let values: Vec<f64> = sets
                .par_iter()
                .map(|data| Ok(model(SIMULATED, data)?.fit(Criterion::Reml)?.value))
                .collect::<Result<_, Failure>>()?;
            Ok(values.iter().sum())
        })?;
    }
    if wanted("scaling") {
        for (students, units) in [
            (1_000, 10),
            (10_000, 100),
            (100_000, 1_000),
            (1_000_000, 10_000),
            (1_000_000, 1_000),
            (1_000_000, 100),
            (100_000, 10_000),
        ] {
            let data = simulated(students, units, 1)?;
            show(&format!("scaling_{students}_{units}"), || {
                Ok(model(SIMULATED, &data)?.fit(Criterion::Reml)?.value)
            })?;
        }
    }
    Ok(())
}

const SIMULATED: &str = "exit ~ entry + (1 + entry | unit)";

fn model(formula: &str, data: &Data) -> Result<MixedModel, Failure> {
    Ok(MixedModel::new(Design::new(&Formula::parse(formula)?, data)?)?)
}

#[expect(clippy::print_stdout, reason = "a bench prints its figures")]
fn show(name: &str, run: impl Fn() -> Result<f64, Failure>) -> Result<(), Failure> {
    let mut clock = Vec::new();
    let mut value = 0.0;
    let (begin, used) = (Instant::now(), processor_seconds());
    // The system counts processor time coarsely: short runs are repeated.
    while clock.len() < RUNS || begin.elapsed().as_secs_f64() < 0.5 {
        let start = Instant::now();
        value = run()?;
        clock.push(start.elapsed().as_secs_f64());
    }
    let processors = (processor_seconds() - used) / clock.len() as f64;
    clock.sort_by(f64::total_cmp);
    println!("{name}\t{:.6}\t{processors:.6}\t{value:.6}", clock[clock.len() / 2]);
    Ok(())
}

/// What all threads of the process have used, where the system tells (Linux); otherwise zero.
fn processor_seconds() -> f64 {
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let nanoseconds = threads.filter_map(|thread| {
        let text = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<f64>().ok()
    });
    nanoseconds.sum::<f64>() * 1e-9
}

fn read(path: &Path) -> Result<Data, Failure> {
    let mut reader = csv::Reader::from_path(path)?;
    let names: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
    let records: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>()?;
    let column = |(i, name): (usize, &String)| {
        let cells = records.iter().map(|record| Some(&record[i]).filter(|text| !matches!(*text, "" | "NA")));
        let factor = FACTORS.contains(&name.as_str());
        let numeric = !factor && cells.clone().flatten().all(|text| text.parse::<f64>().is_ok());
        let column = if numeric {
            Column::Number(cells.map(|cell| cell.and_then(|text| text.parse().ok())).collect())
        } else {
            Column::Category(Category::from_texts(cells))
        };
        (name.clone(), column)
    };
    Ok(Data::new(names.iter().enumerate().map(column))?)
}

/// Scores of the students of grade 4 in 2025 who were in grade 3 the year before: prior, score.
fn growth_scores(folder: &Path) -> Result<(Vec<f64>, Vec<f64>), Failure> {
    let packed = folder.join("sgpdata_wide.csv.gz");
    let text = std::process::Command::new("gzip").arg("-dc").arg(packed).output()?.stdout;
    let (mut prior, mut score) = (Vec::new(), Vec::new());
    for record in csv::Reader::from_reader(text.as_slice()).records() {
        let record = record?;
        if (&record[4], &record[5]) == ("3", "4")
            && let (Ok(x), Ok(y)) = (record[9].parse(), record[10].parse())
        {
            prior.push(x);
            score.push(y);
        }
    }
    Ok((prior, score))
}

/// Students spread over units, with a known intercept and slope per unit.
fn simulated(students: usize, units: usize, seed: u64) -> Result<Data, Failure> {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    let mut draw = || -> f64 { StandardNormal.sample(&mut generator) };
    let effects: Vec<(f64, f64)> = (0..units).map(|_| (0.4 * draw(), 0.1 * draw())).collect();
    let mut entry = Vec::with_capacity(students);
    let mut exit = Vec::with_capacity(students);
    let mut unit = Vec::with_capacity(students);
    for student in 0..students {
        let own = student % units;
        let x = draw();
        entry.push(x);
        exit.push(0.6 * x + effects[own].0 + effects[own].1 * x + 0.8 * draw());
        unit.push(Some(own as u32));
    }
    let levels = (0..units).map(|unit| unit.to_string()).collect();
    Ok(Data::new([
        ("entry".to_owned(), Column::numbers(&entry)),
        ("exit".to_owned(), Column::numbers(&exit)),
        ("unit".to_owned(), Column::Category(Category::new(unit, levels)?)),
    ])?)
}
