//! How often intervals cover what is true, on simulated programmes whose truth is known.
//!
//! The usual run takes 200 replications as a coarse check. `ATTAIN_COVERAGE=4000` takes so many and prints the
//! table of `docs/accuracy.md`.

use std::collections::BTreeMap;

use attain::attainment::{Attained, Attainment, attain};
use attain::model::Dataset;
use attain::policy::{Policy, builtin_policy};
use attain::simulate::{Design, Simulator, TruthRow};
use rayon::prelude::*;

const VARIABLE: &str = "ATTAIN_COVERAGE";
const USUAL: u32 = 200;
/// Bootstrap replicates per interval; fewer than usual, the quantile's noise costs little coverage.
const RESAMPLES: usize = 500;

/// Hits, misses below (the interval lies below the truth), misses above, sum of widths.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Tally {
    n: u32,
    hits: u32,
    below: u32,
    above: u32,
    width: f64,
}

impl Tally {
    fn add(&mut self, figure: &Attainment, truth: f64) {
        let Some(uncertainty) = figure.uncertainty else { return };
        self.n += 1;
        self.width += uncertainty.high - uncertainty.low;
        if uncertainty.high < truth {
            self.below += 1;
        } else if uncertainty.low > truth {
            self.above += 1;
        } else {
            self.hits += 1;
        }
    }

    fn join(mut self, other: Self) -> Self {
        self.n += other.n;
        self.hits += other.hits;
        self.below += other.below;
        self.above += other.above;
        self.width += other.width;
        self
    }

    fn share(&self) -> f64 {
        f64::from(self.hits) / f64::from(self.n)
    }
}

type Tallies = BTreeMap<(&'static str, String), Tally>;

fn replications() -> u32 {
    std::env::var(VARIABLE).ok().and_then(|text| text.parse().ok()).unwrap_or(USUAL)
}

fn policy(rule: &str) -> Policy {
    let mut policy = builtin_policy("ceeaa-2024").unwrap();
    policy.requirement.rule = rule.into();
    policy.uncertainty.replicates = RESAMPLES;
    policy
}

/// The figure that estimates a true value; `None` for rows of other rules and levels.
fn figure<'a>(
    attained: &'a Attained,
    dataset: &Dataset,
    row: &TruthRow,
    rule: &str,
) -> Option<&'a Attainment> {
    if row.level == "offering_objective" {
        let at = dataset.offerings.iter().position(|offering| offering.id == row.offering)?;
        let objectives = &dataset.offerings[at].objectives;
        let place = objectives.iter().position(|objective| objective.id == row.target)?;
        return attained.offerings[at].groups[0].objectives.get(place);
    }
    let cohort = attained.cohorts.iter().find(|cohort| {
        let programme = &dataset.programmes[cohort.programme];
        programme.id == row.programme && programme.cohorts[cohort.cohort].id == row.cohort
    })?;
    let programme = &dataset.programmes[cohort.programme];
    let plan = &programme.plans[programme.cohorts[cohort.cohort].plan];
    match row.level {
        "indicator" => {
            let at = plan.indicators.iter().position(|indicator| indicator.id == row.target)?;
            Some(&cohort.indicators[at].direct)
        }
        "requirement" if row.rule == rule => {
            let at = plan.requirements.iter().position(|requirement| requirement.id == row.target)?;
            Some(&cohort.requirements[at].direct)
        }
        _ => None,
    }
}

fn tallies(simulator: &Simulator, rule: &'static str, n: u32) -> Tallies {
    let policy = policy(rule);
    let one = |replicate: u32| {
        let dataset = simulator.dataset(replicate);
        let attained = attain(&dataset, &policy, &|| ()).unwrap();
        let mut tallies = Tallies::new();
        for row in simulator.truth(&dataset) {
            if let Some(figure) = figure(&attained, &dataset, &row, rule) {
                let target = format!("{} {}{}", row.cohort, row.offering, row.target);
                tallies.entry((row.level, target)).or_default().add(figure, row.value);
            }
        }
        tallies
    };
    (0..n).into_par_iter().map(one).reduce(Tallies::new, |mut all, more| {
        for (key, tally) in more {
            let entry = all.entry(key).or_default();
            *entry = entry.join(tally);
        }
        all
    })
}

fn levels(tallies: &Tallies) -> BTreeMap<&'static str, (Tally, f64, f64)> {
    let mut levels: BTreeMap<&'static str, (Tally, f64, f64)> = BTreeMap::new();
    for ((level, _), tally) in tallies.iter().filter(|(_, tally)| tally.n > 0) {
        let entry = levels.entry(level).or_insert((Tally::default(), 1.0, 0.0));
        entry.0 = entry.0.join(*tally);
        entry.1 = entry.1.min(tally.share());
        entry.2 = entry.2.max(tally.share());
    }
    levels
}

#[test]
fn intervals_cover_the_truth_as_often_as_they_say() {
    let n = replications();
    let simulator = Simulator::new(Design::coverage());
    for rule in ["mean", "minimum"] {
        let tallies = tallies(&simulator, rule, n);
        for (level, (all, least, most)) in levels(&tallies) {
            let share = all.share();
            if std::env::var_os(VARIABLE).is_some() {
                let side = |count: u32| 100.0 * f64::from(count) / f64::from(all.n);
                println!(
                    "{rule:8} {level:20} {:6.2} % (too low {:.2}, too high {:.2}; single targets {:.1}…{:.1}) mean width {:.4}",
                    100.0 * share,
                    side(all.below),
                    side(all.above),
                    100.0 * least,
                    100.0 * most,
                    all.width / f64::from(all.n)
                );
            }
            assert!((0.92..=0.98).contains(&share), "{rule} {level}: {share}");
        }
        if std::env::var("ATTAIN_COVERAGE_TARGETS").is_ok() {
            for ((level, target), tally) in &tallies {
                println!(
                    "{rule} {level} {target}: {:.4} below {} above {} n {} width {:.4}",
                    tally.share(),
                    tally.below,
                    tally.above,
                    tally.n,
                    tally.width / f64::from(tally.n)
                );
            }
        }
    }
}
