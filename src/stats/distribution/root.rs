//! The search behind every quantile.

/// A tail probability at a point x together with the density there times x, which neither underflows nor overflows
/// where x is very large or small.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    pub(super) probability: f64,
    pub(super) x_density: f64,
}

/// Once a step of the logarithm is below this, the next one is below rounding: Newton's method is quadratic.
const CLOSE: f64 = 1e-10;

/// Halving the exponent range of a double takes 64 steps at most; the rest is room for slow first steps.
const MAX_STEPS: usize = 400;

/// No first step multiplies or divides the variable by more than e to this power.
const LONGEST_STEP: f64 = 16.0;

/// The x > 0 at which a monotone tail probability equals `target` (0 < target < 1), by Newton's method on the
/// logarithm of both, kept inside a bracket that every evaluation narrows.
///
/// The stop is relative, in x, so a quantile of 1e-200 has as many digits as one of 2. A quantile below the
/// smallest double comes out as zero; `None` when it lies beyond the largest, or beyond where the tail underflows.
pub(super) fn positive_root(
    target: f64,
    start: f64,
    rising: bool,
    tail: impl Fn(f64) -> Point,
) -> Option<f64> {
    let (mut low, mut high) = (0.0_f64, f64::INFINITY);
    let mut x = if start > 0.0 && start.is_finite() { start } else { 1.0 };
    for _ in 0..MAX_STEPS {
        let Point { probability, x_density } = tail(x);
        if (probability < target) == rising {
            low = x;
        } else {
            high = x;
        }
        let step = newton_step(probability, x_density, target, rising);
        let next = match step {
            Some(step) => x * step.exp(),
            None => f64::NAN,
        };
        if step.is_some_and(|step| step.abs() < CLOSE) {
            return next.is_finite().then_some(next);
        }
        x = if next > low && next < high { next } else { between(low, high, x) };
        if x < f64::MIN_POSITIVE {
            return Some(0.0);
        }
        if x.is_infinite() {
            return None;
        }
    }
    None
}

fn newton_step(probability: f64, x_density: f64, target: f64, rising: bool) -> Option<f64> {
    let step = (target / probability).ln() * (probability / x_density);
    let step = if rising { step } else { -step };
    step.is_finite().then(|| step.clamp(-LONGEST_STEP, LONGEST_STEP))
}

/// The geometric middle of the bracket, or a long step towards its open end.
fn between(low: f64, high: f64, x: f64) -> f64 {
    if high.is_infinite() {
        x * LONGEST_STEP
    } else if low <= 0.0 {
        x / LONGEST_STEP.exp()
    } else {
        low.sqrt() * high.sqrt()
    }
}
