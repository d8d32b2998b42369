//! Mixed models on simulated students whose truth is known: bias, coverage of intervals, shrinkage.
//!
//! The usual run takes 10 replications as a coarse check. `ATTAIN_RECOVERY=3000` takes so many, asks for the coverage
//! of `docs/value_added.md` and prints its table.

use attain::stats::interval;
use attain::value_added::data::{Column, Data};
use attain::value_added::design::Design;
use attain::value_added::formula::Formula;
use attain::value_added::mixed::{Criterion, MixedFit, MixedModel, Modes, ProfileInterval};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;

const VARIABLE: &str = "ATTAIN_RECOVERY";
const USUAL: u64 = 10;
const Z: f64 = 1.959_963_984_540_054;
/// exit = INTERCEPT + SLOPE · entry + units + N(0, 1).
const INTERCEPT: f64 = 2.0;
const SLOPE: f64 = 0.6;

/// A simulated situation.
struct Situation {
    name: &'static str,
    formula: &'static str,
    /// Unit, and second unit, of each student.
    students: Vec<(usize, usize)>,
    /// Standard deviations of the intercepts of the units, of the slopes of entry, of the second units.
    sd: (f64, f64, f64),
    correlation: f64,
}

fn situations() -> Vec<Situation> {
    let equal = |units: usize, each: usize| (0..units * each).map(|i| (i % units, 0)).collect::<Vec<_>>();
    let unequal = (0..40).flat_map(|unit| std::iter::repeat_n((unit, 0), 2 + unit * unit / 12)).collect();
    let crossed = (0..600).map(|i| (i % 30, (i * 7 + i / 30) % 24)).collect();
    let one = "exit ~ entry + (1 | unit)";
    let situation = |name, formula, students, sd| Situation { name, formula, students, sd, correlation: 0.0 };
    vec![
        situation("small units", one, equal(40, 5), (0.5, 0.0, 0.0)),
        situation("unequal units", one, unequal, (0.5, 0.0, 0.0)),
        situation("crossed", "exit ~ entry + (1 | unit) + (1 | second)", crossed, (0.5, 0.0, 0.4)),
        Situation {
            correlation: 0.3,
            ..situation("slopes", "exit ~ entry + (1 + entry | unit)", equal(50, 20), (0.5, 0.4, 0.0))
        },
        situation("no variance", one, equal(30, 10), (0.0, 0.0, 0.0)),
    ]
}

impl Situation {
    /// The data and the true effects of the units' intercepts.
    fn draw(&self, generator: &mut ChaCha8Rng) -> (Data, Vec<f64>) {
        let mut normal = || -> f64 { StandardNormal.sample(generator) };
        let units = 1 + self.students.iter().map(|s| s.0.max(s.1)).max().unwrap();
        let rest = (1.0 - self.correlation * self.correlation).sqrt();
        let effects: Vec<[f64; 3]> = (0..units)
            .map(|_| {
                let (a, b, c) = (normal(), normal(), normal());
                let slope = self.correlation * a + rest * b;
                [self.sd.0 * a, self.sd.1 * slope, self.sd.2 * c]
            })
            .collect();
        let entry: Vec<f64> = self.students.iter().map(|_| normal()).collect();
        let exit: Vec<f64> = self
            .students
            .iter()
            .zip(&entry)
            .map(|((unit, second), x)| {
                let own = effects[*unit][0] + effects[*unit][1] * x + effects[*second][2];
                INTERCEPT + SLOPE * x + own + normal()
            })
            .collect();
        let code = |pick: fn(&(usize, usize)) -> usize| -> Vec<f64> {
            self.students.iter().map(|s| pick(s) as f64).collect()
        };
        let columns = [("entry", entry), ("exit", exit), ("unit", code(|s| s.0)), ("second", code(|s| s.1))];
        let columns = columns.map(|(name, values)| (name.to_owned(), Column::numbers(&values)));
        (Data::new(columns).unwrap(), effects.iter().map(|e| e[0]).collect())
    }

    /// True values in the order of [`figures`].
    fn truth(&self) -> Vec<(&'static str, f64)> {
        let mut truth = vec![("intercept", INTERCEPT), ("entry", SLOPE)];
        truth.push(("variance of units", self.sd.0.powi(2)));
        if self.sd.1 > 0.0 {
            truth.push(("covariance", self.correlation * self.sd.0 * self.sd.1));
            truth.push(("variance of slopes", self.sd.1.powi(2)));
        }
        if self.sd.2 > 0.0 {
            truth.push(("variance of second units", self.sd.2.powi(2)));
        }
        truth.push(("residual variance", 1.0));
        truth
    }
}

/// An estimate and its intervals: normal, Satterthwaite's (t of a fixed effect, χ² of a variance), profile.
struct Figure {
    estimate: f64,
    intervals: [Option<(f64, f64)>; 3],
}

/// One replication: the figures, then sums over units of û², uû, covered intervals (without and with the uncertainty
/// of the variances) and units.
struct Replication {
    figures: Vec<Figure>,
    shrinkage: [f64; 5],
}

fn replication(situation: &Situation, seed: u64) -> Replication {
    let mut generator = ChaCha8Rng::seed_from_u64(20_251);
    generator.set_stream(seed);
    let (data, truth) = situation.draw(&mut generator);
    let formula = Formula::parse(situation.formula).unwrap();
    let model = MixedModel::new(Design::new(&formula, &data).unwrap()).unwrap();
    let fit = model.fit(Criterion::Reml).unwrap();
    Replication { figures: figures(&model, &fit), shrinkage: shrinkage(&model, &fit, &truth) }
}

fn figures(model: &MixedModel, fit: &MixedFit) -> Vec<Figure> {
    let inference = model.inference(fit).ok();
    let profile = model.profile_intervals(fit, 0.95).unwrap();
    let (variances, fixed) = profile.split_at(profile.len() - fit.fixed.len());
    let around = |estimate: f64, half: f64| Some((estimate - half, estimate + half));
    let ends = |p: &ProfileInterval| p.interval.map(|i| (i.low, i.high));
    let mut figures = Vec::new();
    for (k, (effect, profile)) in fit.fixed.iter().zip(fixed).enumerate() {
        let normal = around(effect.estimate, Z * effect.standard_error);
        let df = inference.as_ref().and_then(|known| known.fixed[k].df);
        let t = df.and_then(|df| attain::stats::distribution::StudentT::new(df)?.quantile_upper(0.025));
        let satterthwaite = t.map_or(normal, |t| around(effect.estimate, t * effect.standard_error));
        figures.push(Figure { estimate: effect.estimate, intervals: [normal, satterthwaite, ends(profile)] });
    }
    let residual = fit.residual_variance;
    let entries = fit.components.iter().flat_map(|c| {
        let q = c.effects.len();
        (0..q).flat_map(move |j| (j..q).map(move |i| (i == j, c.covariance[(i, j)])))
    });
    for (at, (variance, estimate)) in entries.chain([(true, residual)]).enumerate() {
        let se = inference.as_ref().map(|known| known.parameters[at].standard_error);
        let normal = se.and_then(|se| around(estimate, Z * se));
        let satterthwaite = se.filter(|_| variance).and_then(|se| interval::variance(estimate, se, 0.95));
        // Standard deviations are profiled: the variance's interval is their square.
        let square = ends(&variances[at]).filter(|_| variance).map(|(low, high)| (low * low, high * high));
        figures
            .push(Figure { estimate, intervals: [normal, satterthwaite.map(|i| (i.low, i.high)), square] });
    }
    figures
}

fn shrinkage(model: &MixedModel, fit: &MixedFit, truth: &[f64]) -> [f64; 5] {
    let plain = model.modes(fit).unwrap();
    let corrected = model.inference(fit).and_then(|known| model.corrected_modes(fit, &known));
    let corrected = corrected.unwrap_or_else(|_| plain.clone());
    let at = plain.iter().position(|modes| modes.factor == "unit").unwrap();
    let mut sums = [0.0; 5];
    for (level, name) in plain[at].levels.iter().enumerate() {
        let true_effect = truth[name.parse::<usize>().unwrap()];
        let effect = plain[at].modes[(level, 0)];
        let covered = |modes: &Modes| {
            let half = Z * modes.prediction[level][(0, 0)].sqrt();
            f64::from(u8::from((effect - true_effect).abs() <= half))
        };
        let shares = (covered(&plain[at]), covered(&corrected[at]));
        let more = [effect * effect, effect * true_effect, shares.0, shares.1, 1.0];
        sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
    }
    sums
}

/// Mean, Monte-Carlo error of the mean.
fn mean(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let square = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, (square / n).sqrt())
}

/// The share of the intervals of a kind that hold the truth; `None` when fewer than nine tenths have one.
fn coverage(replications: &[Replication], at: usize, kind: usize, truth: f64) -> Option<f64> {
    let intervals: Vec<(f64, f64)> =
        replications.iter().filter_map(|r| r.figures[at].intervals[kind]).collect();
    let held = intervals.iter().filter(|(low, high)| (*low..=*high).contains(&truth)).count();
    (10 * intervals.len() >= 9 * replications.len()).then(|| held as f64 / intervals.len() as f64)
}

#[test]
fn simulated_truth_is_recovered() {
    let asked = std::env::var(VARIABLE).ok().and_then(|text| text.parse().ok());
    let n = asked.unwrap_or(USUAL);
    for situation in situations() {
        let replications: Vec<Replication> =
            (0..n).into_par_iter().map(|seed| replication(&situation, seed)).collect();
        for (at, (name, truth)) in situation.truth().into_iter().enumerate() {
            let estimates: Vec<f64> = replications.iter().map(|r| r.figures[at].estimate).collect();
            let (mean, error) = mean(&estimates);
            let bias = (mean - truth) / error;
            let shares = [0, 1, 2].map(|kind| coverage(&replications, at, kind, truth));
            let percent = shares.map(|s| s.map_or("–".to_owned(), |s| format!("{:.1}", 100.0 * s)));
            if asked.is_some() {
                println!(
                    "| {} | {name} | {truth} | {mean:.4} | {bias:+.1} | {} |",
                    situation.name,
                    percent.join(" | ")
                );
            }
            check(&situation, (at, truth), bias, &shares, (n, asked.is_some()));
        }
        let sums = replications.iter().fold([0.0; 5], |mut sums, r| {
            sums.iter_mut().zip(r.shrinkage).for_each(|(sum, more)| *sum += more);
            sums
        });
        let (slope, covered, corrected) = (sums[1] / sums[0], sums[2] / sums[4], sums[3] / sums[4]);
        if asked.is_some() {
            let covered = format!("{:.1} | {:.1}", 100.0 * covered, 100.0 * corrected);
            println!("| {} | unit effects | | slope {slope:.3} | | {covered} | |", situation.name);
        }
        if situation.sd.0 > 0.0 {
            // The expected true effect of a unit whose shrunken effect is û is û.
            assert!((slope - 1.0).abs() < if asked.is_some() { 0.05 } else { 0.25 }, "{slope}");
            let inside = if asked.is_some() { 0.93..=0.97 } else { 0.85..=1.0 };
            assert!(inside.contains(&corrected), "{}: {corrected}", situation.name);
        }
    }
}

fn check(
    situation: &Situation,
    (at, truth): (usize, f64),
    bias: f64,
    shares: &[Option<f64>; 3],
    (n, asked): (u64, bool),
) {
    // A variance that is zero cannot be estimated without bias by figures that are never negative.
    let boundary = truth <= 0.0 || situation.sd.0 <= 0.0 && at > 1;
    let allowed = if asked { 2.0 } else { 4.0 };
    assert!(boundary || bias.abs() < allowed, "{} {at}: {bias} Monte-Carlo errors", situation.name);
    // The intervals that the results have, and the profile ones that can be asked for.
    for share in shares[1..].iter().flatten().filter(|_| !boundary) {
        let chance = 2.0 * (0.03 * 0.97 / n as f64).sqrt();
        let inside = if asked { 0.93 - chance..=0.97 + chance } else { 0.6..=1.0 };
        assert!(inside.contains(share), "{} {at}: {share}", situation.name);
    }
}
