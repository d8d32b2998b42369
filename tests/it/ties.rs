//! Random exact ties: classes whose objective is worth exactly its expected value, half of them moved by one
//! minimal unit of one mark. The judge is integer arithmetic of the generator.
//!
//! `ATTAIN_TIES=1000000` takes a million instead of the usual hundred thousand.

use attain::attainment::{Verdict, attain};
use attain::model::{Decimal, Mark, MarkState};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use crate::small::{Course, offerings, policy};

const USUAL: usize = 100_000;
/// Objectives of one offering.
const OBJECTIVES: usize = 50;
/// Items of one objective.
const ITEMS: usize = 4;
/// Full marks; all divide [`COMMON`].
const FULLS: [i64; 6] = [10, 20, 30, 40, 50, 100];
const COMMON: i64 = 600;
/// Minor units of a point.
const UNIT: i64 = 10;

/// One objective: threshold in per cent, full marks, weights in hundredths, cells in minor units by student.
struct Class {
    threshold: i64,
    full: [i64; ITEMS],
    weight: [i64; ITEMS],
    cells: Vec<[Option<i64>; ITEMS]>,
    /// How many students have all items; the others stand at the threshold exactly.
    whole: usize,
}

impl Class {
    fn draw(n: usize, missing: bool, rng: &mut ChaCha8Rng) -> Self {
        let threshold = rng.random_range(60..=85);
        let full = std::array::from_fn(|_| FULLS[rng.random_range(0..FULLS.len())]);
        let weight = std::array::from_fn(|_| rng.random_range(5..=40));
        let whole = if missing { n - n / 4 } else { n };
        let mut class = Self { threshold, full, weight, cells: vec![[None; ITEMS]; n], whole };
        let mut totals: [i64; ITEMS] = std::array::from_fn(|j| class.at_threshold(j) * whole as i64);
        class.shift(&mut totals, rng);
        for (j, total) in totals.into_iter().enumerate() {
            class.spread(j, total, rng);
        }
        for row in whole..n {
            let gap = rng.random_range(0..ITEMS);
            class.cells[row] = std::array::from_fn(|j| (j != gap).then(|| class.at_threshold(j)));
        }
        match rng.random_range(0..4) {
            0 => class.move_one(-1, rng),
            1 => class.move_one(1, rng),
            _ => {}
        }
        class
    }

    /// The mark of an item that is worth exactly the threshold: full marks are tens, so it is whole.
    fn at_threshold(&self, j: usize) -> i64 {
        self.threshold * self.full[j] * UNIT / 100
    }

    /// Moves points from one item to another so that the weighted sum stays.
    fn shift(&self, totals: &mut [i64; ITEMS], rng: &mut ChaCha8Rng) {
        let (a, b) = (rng.random_range(0..ITEMS), rng.random_range(0..ITEMS));
        if a == b {
            return;
        }
        let (up, down) = (self.weight[b] * self.full[a], self.weight[a] * self.full[b]);
        let common = gcd(up, down);
        let room = |j: usize, total: i64| self.full[j] * UNIT * self.whole as i64 - total;
        let most = (room(a, totals[a]) * common / up).min(totals[b] * common / down) / 2;
        let steps = rng.random_range(0..=most.max(0));
        totals[a] += steps * up / common;
        totals[b] -= steps * down / common;
    }

    /// A total over the students: equal parts, then random transfers between pairs.
    fn spread(&mut self, j: usize, total: i64, rng: &mut ChaCha8Rng) {
        let (n, most) = (self.whole as i64, self.full[j] * UNIT);
        let mut cells: Vec<i64> = (0..n).map(|i| total / n + i64::from(i < total % n)).collect();
        for _ in 0..n {
            let (from, to) = (rng.random_range(0..n) as usize, rng.random_range(0..n) as usize);
            if from != to {
                let give = rng.random_range(0..=cells[from].min(most - cells[to]));
                cells[from] -= give;
                cells[to] += give;
            }
        }
        for (row, cell) in cells.into_iter().enumerate() {
            self.cells[row][j] = Some(cell);
        }
    }

    /// Moves one mark of a student with all items by one minimal unit, where there is room.
    fn move_one(&mut self, by: i64, rng: &mut ChaCha8Rng) {
        let (row, j) = (rng.random_range(0..self.whole), rng.random_range(0..ITEMS));
        if let Some(cell) = &mut self.cells[row][j]
            && (0..=self.full[j] * UNIT).contains(&(*cell + by))
        {
            *cell += by;
        }
    }

    /// Whether the class reaches its threshold: Σ_i Σ_j w_j·(s_ij/f_j) over the students with all items against
    /// threshold·Σw·n, over the common denominator 600·10·100; the others stand at the threshold.
    fn reaches(&self) -> bool {
        let points: i64 = (self.cells[..self.whole].iter())
            .map(|row| {
                (0..ITEMS).map(|j| self.weight[j] * row[j].unwrap() * (COMMON / self.full[j])).sum::<i64>()
            })
            .sum();
        let possible = self.weight.iter().sum::<i64>() * self.whole as i64 * COMMON * UNIT;
        points * 100 >= self.threshold * possible
    }

    /// The same by plain floats, as spreadsheets and scripts compute it.
    fn reaches_by_floats(&self) -> bool {
        let own = |row: &[Option<i64>; ITEMS]| {
            let (mut sum, mut possible) = (0.0, 0.0);
            for (j, cell) in row.iter().enumerate() {
                if let Some(cell) = *cell {
                    let weight = self.weight[j] as f64 / 100.0;
                    sum += weight * (cell as f64 / UNIT as f64) / self.full[j] as f64;
                    possible += weight;
                }
            }
            sum / possible
        };
        let mean = self.cells.iter().map(own).sum::<f64>() / self.cells.len() as f64;
        mean >= self.threshold as f64 / 100.0
    }
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn course(classes: &[Class]) -> Course {
    let mark = |cell: Option<i64>| cell.map_or(Mark::State(MarkState::Exempt), Mark::Scored);
    let n = classes[0].cells.len();
    Course {
        items: (classes.iter())
            .flat_map(|class| {
                (0..ITEMS).map(|j| (Decimal::from(class.full[j]), Decimal::new(class.weight[j], 2)))
            })
            .collect(),
        objectives: classes.iter().map(|class| Some(Decimal::new(class.threshold, 2))).collect(),
        links: (0..classes.len() * ITEMS).map(|item| (item, item / ITEMS, Decimal::ONE)).collect(),
        scale: 1,
        rows: (0..n).map(|i| classes.iter().flat_map(|class| class.cells[i].map(mark)).collect()).collect(),
    }
}

#[test]
fn a_tie_is_never_decided_wrongly() {
    let n: usize = std::env::var("ATTAIN_TIES").ok().and_then(|n| n.parse().ok()).unwrap_or(USUAL);
    let policy = policy("[marks]\nexempt = \"exclude\"\n");
    let batch = |seed: usize| {
        let mut rng = ChaCha8Rng::seed_from_u64(seed as u64);
        let size = rng.random_range(5..=20);
        let classes: Vec<Class> =
            (0..OBJECTIVES).map(|_| Class::draw(size, seed.is_multiple_of(10), &mut rng)).collect();
        let attained = attain(&offerings(&[course(&classes)]), &policy, &|| ()).unwrap();
        let figures = &attained.offerings[0].groups[0].objectives;
        let count = |wrong: &dyn Fn(usize, &Class) -> bool| {
            classes.iter().enumerate().filter(|(k, class)| wrong(*k, class)).count()
        };
        let ours = count(&|k, class| (figures[k].verdict == Some(Verdict::Reached)) != class.reaches());
        let floats = count(&|_, class| class.reaches_by_floats() != class.reaches());
        let reached = count(&|_, class| class.reaches());
        [ours, floats, reached]
    };
    let sum = |a: [usize; 3], b: [usize; 3]| std::array::from_fn(|i| a[i] + b[i]);
    let [ours, floats, reached] =
        (0..n.div_ceil(OBJECTIVES)).into_par_iter().map(batch).reduce(|| [0; 3], sum);
    println!(
        "{n} ties and near ties, {reached} reached: {ours} wrong verdicts, {floats} wrong by plain floats"
    );
    assert_eq!(ours, 0);
    // What makes the exercise worth it: were floats right, the ties would not be ties.
    assert!(floats * 20 > n, "{floats} of {n}");
    assert!(reached * 2 > n && reached < n);
}
