//! Every family recomputed here from its formula in exact rationals: the float lies within its bound of it and the
//! verdict is that of the exact value.

use attain::attainment::method::METHODS;
use attain::attainment::{Verdict, attain};
use attain::model::{Decimal, Exact, Mark, MarkState, decimal_ratio};
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::small::{Course, offerings, policy};

type Ratio = BigRational;

fn ratio(numerator: i64, denominator: i64) -> Ratio {
    Ratio::new(numerator.into(), denominator.into())
}

/// Items of one objective as exact numbers.
struct Sheet {
    full: Vec<Ratio>,
    weight: Vec<Ratio>,
    share: Vec<Ratio>,
    /// Marks; `None` where a mark leaves the student's sums.
    marks: Vec<Vec<Option<Ratio>>>,
}

fn draw(seed: u64) -> (Course, Sheet) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (n, k) = (rng.random_range(1..30), rng.random_range(1..7));
    let items: Vec<(Decimal, Decimal)> = (0..k)
        .map(|_| (Decimal::from(rng.random_range(3..60)), Decimal::new(rng.random_range(1..100), 2)))
        .collect();
    let links: Vec<(usize, usize, Decimal)> =
        (0..k).map(|j| (j, 0, Decimal::new(rng.random_range(1..=10), 1))).collect();
    let mut cell = |j: usize| match rng.random_range(0..15) {
        0 => Mark::State(MarkState::Exempt),
        1 => Mark::State(MarkState::Absent),
        _ => Mark::Scored(rng.random_range(0..=items[j].0.to_i64().unwrap() * 10)),
    };
    let rows: Vec<Vec<Mark>> = (0..n).map(|_| (0..k).map(&mut cell).collect()).collect();
    let value = |mark: &Mark| match mark {
        Mark::Scored(units) => Some(ratio(*units, 10)),
        Mark::State(MarkState::Absent) => Some(Ratio::zero()),
        Mark::State(_) => None,
    };
    let sheet = Sheet {
        full: items.iter().map(|item| decimal_ratio(item.0)).collect(),
        weight: items.iter().map(|item| decimal_ratio(item.1)).collect(),
        share: links.iter().map(|link| decimal_ratio(link.2)).collect(),
        marks: rows.iter().map(|row| row.iter().map(value).collect()).collect(),
    };
    (Course { items, objectives: vec![Some(Decimal::new(55, 2))], links, scale: 1, rows }, sheet)
}

impl Sheet {
    /// Per student Σ a_j·x_j / Σ b_j over the marks there are.
    fn own(&self, a: impl Fn(usize) -> Ratio, b: impl Fn(usize) -> Ratio) -> Vec<Ratio> {
        let one = |row: &Vec<Option<Ratio>>| {
            let (mut sum, mut possible) = (Ratio::zero(), Ratio::zero());
            for (j, mark) in row.iter().enumerate() {
                if let Some(mark) = mark {
                    sum += a(j) * mark;
                    possible += b(j);
                }
            }
            (!possible.is_zero()).then(|| sum / possible)
        };
        self.marks.iter().filter_map(one).collect()
    }

    /// Σ_j a_j·mean_i(x_ij) / Σ_j b_j over the items with marks.
    fn items(&self, a: impl Fn(usize) -> Ratio, b: impl Fn(usize) -> Ratio) -> Option<Ratio> {
        let (mut sum, mut possible) = (Ratio::zero(), Ratio::zero());
        for j in 0..self.full.len() {
            let marks: Vec<Ratio> = self.marks.iter().filter_map(|row| row[j].clone()).collect();
            if let Some(mean) = mean(&marks) {
                sum += a(j) * mean;
                possible += b(j);
            }
        }
        (!possible.is_zero()).then(|| sum / possible)
    }

    fn weighted(&self) -> Vec<Ratio> {
        self.own(|j| &self.weight[j] * &self.share[j] / &self.full[j], |j| &self.weight[j] * &self.share[j])
    }

    /// The share of students with a weighted ratio of at least 0.60.
    fn reaching(&self) -> Option<Ratio> {
        share(&self.weighted(), &ratio(60, 100))
    }

    /// The family's value from its formula; `None` where there is no evidence.
    fn value(&self, method: &str) -> Option<Ratio> {
        let (w, a, f) = (&self.weight, &self.share, &self.full);
        match method {
            "student-first" => mean(&self.weighted()),
            "mean-of-ratios" | "rubric" => self.items(|j| &w[j] * &a[j] / &f[j], |j| &w[j] * &a[j]),
            "pooled-ratio" => self.items(|j| &w[j] * &a[j], |j| &w[j] * &a[j] * &f[j]),
            "student-pool" => mean(&self.own(|_| Ratio::one(), |j| f[j].clone())),
            "allocated-points" => mean(&self.own(|j| a[j].clone(), |j| &a[j] * &f[j])),
            "allocated-points-weighted" => mean(&self.own(|j| &w[j] * &a[j], |j| &w[j] * &a[j] * &f[j])),
            "relative-to-expected" => {
                let own = self.own(|j| &w[j] * &a[j], |j| &w[j] * &a[j] * &f[j] * ratio(55, 100));
                share(&own, &Ratio::one())
            }
            "share-reaching" => self.reaching(),
            "level" => self
                .reaching()
                .map(|p| ratio([60, 70, 80].iter().filter(|&&cut| p >= ratio(cut, 100)).count() as i64, 1)),
            "level-partial" => self.reaching().map(|p| {
                let level = |(k, cut): (i64, i64)| (ratio(k, 1) * &p / ratio(cut, 100)).min(ratio(k, 1));
                [(1, 60), (2, 70), (3, 80)].map(level).into_iter().sum::<Ratio>() / ratio(6, 1)
            }),
            "categories" => {
                let pieces = self
                    .marks
                    .iter()
                    .flat_map(|row| row.iter().zip(f).filter_map(|(x, f)| Some(x.as_ref()? / f)));
                share(&pieces.collect::<Vec<_>>(), &ratio(75, 100))
            }
            "grade-based" => {
                let points = |x: Ratio, f: &Ratio| {
                    let part = x / f;
                    ratio([60, 70, 80, 90].iter().filter(|&&cut| part >= ratio(cut, 100)).count() as i64, 4)
                };
                let graded = Sheet {
                    marks: (self.marks.iter())
                        .map(|row| row.iter().zip(f).map(|(x, f)| Some(points(x.clone()?, f))).collect())
                        .collect(),
                    full: f.clone(),
                    weight: w.clone(),
                    share: a.clone(),
                };
                mean(&graded.own(|j| &w[j] * &a[j], |j| &w[j] * &a[j]))
            }
            "roll-up" => {
                let last = |row: &Vec<Option<Ratio>>| {
                    row.iter().zip(f).rev().find_map(|(x, f)| Some(x.as_ref()? / f))
                };
                mean(&self.marks.iter().filter_map(last).collect::<Vec<_>>())
            }
            other => panic!("no formula for {other}"),
        }
    }
}

fn mean(values: &[Ratio]) -> Option<Ratio> {
    (!values.is_empty()).then(|| values.iter().sum::<Ratio>() / ratio(values.len() as i64, 1))
}

fn share(values: &[Ratio], least: &Ratio) -> Option<Ratio> {
    let reached = values.iter().filter(|&value| value >= least).count();
    (!values.is_empty()).then(|| ratio(reached as i64, values.len() as i64))
}

#[test]
fn every_family_is_its_formula_to_within_its_bound_and_its_verdict_is_exact() {
    for seed in 0..150 {
        let (course, sheet) = draw(seed);
        let dataset = offerings(std::slice::from_ref(&course));
        for method in METHODS.iter().map(|method| method.key()) {
            let attained =
                attain(&dataset, &policy(&format!("[objective]\nmethod = \"{method}\"\n")), &|| ()).unwrap();
            let figure = &attained.offerings[0].groups[0].objectives[0];
            let exact = sheet.value(method);
            assert_eq!(figure.value.is_some(), exact.is_some(), "{method} {seed}");
            let (Some(value), Some(exact)) = (figure.value, exact) else { continue };
            let bound = Exact::bound(value, 8 * course.items.len() + course.rows.len() + 32);
            let distance = (Ratio::from_float(value).unwrap() - &exact).to_f64().unwrap().abs();
            assert!(distance <= bound, "{method} {seed}: {value} is {distance} from {exact}, bound {bound}");
            let scale = if method == "level" { 3 } else { 1 };
            let reached = exact >= ratio(55 * scale, 100);
            assert_eq!(figure.verdict == Some(Verdict::Reached), reached, "{method} {seed}: {exact}");
        }
    }
}
