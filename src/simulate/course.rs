//! How a simulated course assesses: its items, what they serve and how they respond to ability.
//!
//! A student of ability θ in the course gets `round(M·logistic((θ − b + ε/a)/D))` steps of an item with M steps,
//! ε standard logistic: the graded response model with P(S ≥ m | θ) = logistic(a(θ − b − D·logit((m − ½)/M)))
//! (Samejima 1969, thresholds spread by D). Given θ the marks of a student are independent.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

use super::content::Course;
use super::design::ItemCounts;
use crate::model::Decimal;

/// Spread of the thresholds of an item, in units of ability.
const SPREAD: f64 = 1.4;

/// One item of a course.
#[derive(Debug, Clone)]
pub(super) struct ItemModel {
    pub(super) id: String,
    pub(super) name: String,
    /// Position in [`CourseModel::components`].
    pub(super) component: usize,
    pub(super) full: u32,
    /// Steps of one mark: 2 for half marks, 1 for whole ones.
    pub(super) steps_per_mark: u32,
    /// Weight in the course total.
    pub(super) weight: Decimal,
    /// (objective, share).
    pub(super) shares: Vec<(usize, Decimal)>,
    /// Ability at which half of the full mark is expected.
    pub(super) difficulty: f64,
    pub(super) discrimination: f64,
    /// exp(a b_m) of the threshold b_m of each step m = 1…M.
    thresholds: Vec<f64>,
}

impl ItemModel {
    /// Steps of the full mark.
    pub(super) fn steps(&self) -> u32 {
        self.full * self.steps_per_mark
    }

    fn thresholds(&self) -> Vec<f64> {
        let steps = self.steps();
        let odds = |m: u32| (f64::from(m) - 0.5) / (f64::from(steps - m) + 0.5);
        (1..=steps).map(|m| (self.discrimination * (self.difficulty + SPREAD * odds(m).ln())).exp()).collect()
    }

    /// Draws the steps a student of this ability gets.
    pub(super) fn draw(&self, ability: f64, rng: &mut ChaCha8Rng) -> u32 {
        let uniform: f64 = rng.random::<f64>().clamp(1e-300, 1.0 - f64::EPSILON / 2.0);
        let noise = (uniform / (1.0 - uniform)).ln();
        let latent = (ability - self.difficulty + noise / self.discrimination) / SPREAD;
        (f64::from(self.steps()) / (1.0 + (-latent).exp())).round() as u32
    }

    /// P(S ≥ m | θ) for m = 1…M: logistic(a(θ − b_m)) = 1 / (1 + exp(a b_m)·exp(−a θ)).
    fn at_least(&self, ability: f64) -> impl Iterator<Item = f64> {
        let decay = (-self.discrimination * ability).exp();
        self.thresholds.iter().map(move |threshold| 1.0 / (1.0 + threshold * decay))
    }

    /// Expected share of the full mark at this ability, a share `blank` of the students getting 0.
    pub(super) fn mean_share(&self, ability: f64, blank: f64) -> f64 {
        (1.0 - blank) * self.at_least(ability).sum::<f64>() / f64::from(self.steps())
    }

    /// Probability of each number of steps at this ability, a share `blank` of it moved to 0.
    pub(super) fn probabilities(&self, ability: f64, blank: f64) -> Vec<f64> {
        let mut all = Vec::with_capacity(self.thresholds.len() + 1);
        let mut before = 1.0;
        for at_least in self.at_least(ability) {
            all.push((1.0 - blank) * (before - at_least));
            before = at_least;
        }
        all.push((1.0 - blank) * before);
        all[0] += blank;
        all
    }

    /// Whether the item belongs to the final examination.
    pub(super) fn in_examination(&self) -> bool {
        self.id.starts_with('E')
    }
}

/// A course as it is taught and assessed.
#[derive(Debug, Clone)]
pub(super) struct CourseModel {
    /// Weight of each objective in the course value.
    pub(super) objective_weights: Vec<Decimal>,
    /// (name, weight).
    pub(super) components: Vec<(&'static str, Decimal)>,
    pub(super) items: Vec<ItemModel>,
    /// Whether there is a final examination, which decides who repeats.
    pub(super) examined: bool,
}

impl CourseModel {
    /// Examination marks below this fail the course: the paper has 100.
    pub(super) const PASS: u32 = 50;

    /// A course of the content with items drawn for it; `ease` shifts the share expected everywhere.
    pub(super) fn draw(course: &Course, counts: ItemCounts, ease: f64, rng: &mut ChaCha8Rng) -> Self {
        let n = course.objectives.len();
        let parts = if course.practice { practice_parts(n) } else { theory_parts(n, counts) };
        let level = ease + 0.02 * rng.sample::<f64, _>(StandardNormal);
        let mut model = Self {
            objective_weights: hundredths(n, 10),
            components: parts.iter().map(|part| (part.name, part.weight)).collect(),
            items: Vec::new(),
            examined: !course.practice,
        };
        for (component, part) in parts.iter().enumerate() {
            let fulls = hundredths(part.serves.len(), 5);
            for (index, (serves, full)) in part.serves.iter().zip(fulls).enumerate() {
                let target: f64 =
                    (part.target + level + 0.035 * rng.sample::<f64, _>(StandardNormal)).clamp(0.3, 0.95);
                let mut item = ItemModel {
                    id: format!("{}{}", part.letter, index + 1),
                    name: format!("{}{}", part.item, index + 1),
                    component,
                    full: full.mantissa() as u32,
                    steps_per_mark: part.steps_per_mark,
                    weight: (part.weight * full).normalize(),
                    shares: serves.clone(),
                    difficulty: -SPREAD * (target / (1.0 - target)).ln(),
                    discrimination: 1.5 + 1.1 * rng.random::<f64>(),
                    thresholds: Vec::new(),
                };
                item.thresholds = item.thresholds();
                model.items.push(item);
            }
        }
        model
    }

    /// The items of the final examination; their full marks sum to 100.
    pub(super) fn examination(&self) -> impl Iterator<Item = &ItemModel> {
        self.items.iter().filter(|item| item.in_examination())
    }
}

/// A component with its items.
struct Part {
    name: &'static str,
    item: &'static str,
    letter: char,
    weight: Decimal,
    steps_per_mark: u32,
    /// Share of the full mark expected of the middle student.
    target: f64,
    /// What each item serves.
    serves: Vec<Vec<(usize, Decimal)>>,
}

fn one(objective: usize) -> Vec<(usize, Decimal)> {
    vec![(objective, Decimal::ONE)]
}

fn half(first: usize, second: usize) -> Vec<(usize, Decimal)> {
    vec![(first, Decimal::new(5, 1)), (second, Decimal::new(5, 1))]
}

fn each(n: usize, times: usize) -> Vec<Vec<(usize, Decimal)>> {
    (0..n * times).map(|index| one(index % n)).collect()
}

fn theory_parts(n: usize, counts: ItemCounts) -> Vec<Part> {
    let mut examination = each(n, counts.examination);
    examination.push(half(0, n - 1));
    let laboratory = (0..counts.laboratory).map(|index| one(n - 1 - index % n)).collect();
    vec![
        Part {
            name: "平时作业",
            item: "作业",
            letter: 'H',
            weight: Decimal::new(2, 1),
            steps_per_mark: 2,
            target: 0.86,
            serves: each(n, counts.homework),
        },
        Part {
            name: "实验",
            item: "实验",
            letter: 'L',
            weight: Decimal::new(2, 1),
            steps_per_mark: 1,
            target: 0.84,
            serves: laboratory,
        },
        Part {
            name: "期末考试",
            item: "试题",
            letter: 'E',
            weight: Decimal::new(6, 1),
            steps_per_mark: 1,
            target: 0.74,
            serves: examination,
        },
    ]
}

fn practice_parts(n: usize) -> Vec<Part> {
    let part = |name, item, letter, tenths, serves| Part {
        name,
        item,
        letter,
        weight: Decimal::new(tenths, 1),
        steps_per_mark: 1,
        target: 0.84,
        serves,
    };
    vec![
        part("过程表现", "过程", 'P', 3, each(n, 1)),
        part("报告", "报告", 'R', 4, each(n, 1)),
        part("答辩", "答辩", 'D', 3, vec![half(0, n - 1)]),
    ]
}

/// `n` numbers that sum to 1, as even as multiples of `grain` hundredths allow, in hundredths.
pub(super) fn hundredths(n: usize, grain: usize) -> Vec<Decimal> {
    let grains = 100 / grain;
    (0..n)
        .map(|index| {
            let share = grains / n + usize::from(index < grains % n);
            Decimal::new((share * grain) as i64, 2)
        })
        .collect()
}
