//! Minimising a smooth function with an exact gradient, for the few cases Newton's method is not worth its matrix:
//! the quasi-Newton method of Broyden, Fletcher, Goldfarb and Shanno (J. Nocedal and S. Wright, "Numerical
//! Optimization", 2006, chapter 6) with halved steps.

/// The end of a search.
pub(super) struct Minimum {
    pub(super) at: Vec<f64>,
    pub(super) value: f64,
    pub(super) gradient: Vec<f64>,
    /// The approximate inverse of the second derivatives, row by row.
    pub(super) inverse: Vec<f64>,
    /// The decrease still expected.
    pub(super) expected: f64,
    pub(super) evaluations: usize,
}

/// No coordinate moves further in one step: coordinates are logarithms and the like.
const LONGEST: f64 = 1.5;

const MAX_ITERATIONS: usize = 500;

/// Part of the expected decrease a step must bring (Armijo).
const ENOUGH: f64 = 1e-4;

/// A value that cannot be told from the one before, as a share of the value.
const ROUNDING: f64 = 1e-14;

/// Searches from `start` with `inverse` as the first metric until the expected decrease is below `tolerance` or lost
/// in rounding; `None` when the function has no value at the start.
pub(super) fn minimise(
    f: impl Fn(&[f64]) -> Option<(f64, Vec<f64>)>,
    start: Vec<f64>,
    inverse: Vec<f64>,
    tolerance: f64,
) -> Option<Minimum> {
    let n = start.len();
    let (value, gradient) = f(&start)?;
    let expected = f64::INFINITY;
    let mut now = Minimum { at: start, value, gradient, inverse, expected, evaluations: 1 };
    for _ in 0..MAX_ITERATIONS {
        let mut step: Vec<f64> = (0..n).map(|i| -dot(&now.inverse[i * n..][..n], &now.gradient)).collect();
        let slope = dot(&step, &now.gradient);
        now.expected = -0.5 * slope;
        if now.expected < tolerance {
            break;
        }
        let longest = step.iter().fold(0.0_f64, |m, s| m.max(s.abs()));
        let shrink = (LONGEST / longest).min(1.0);
        step.iter_mut().for_each(|s| *s *= shrink);
        let Some((share, value, gradient)) = search(&f, &mut now, &step, slope * shrink) else { break };
        step.iter_mut().for_each(|s| *s *= share);
        let change: Vec<f64> = gradient.iter().zip(&now.gradient).map(|(a, b)| a - b).collect();
        update(&mut now.inverse, &step, &change);
        now.at.iter_mut().zip(&step).for_each(|(x, s)| *x += s);
        (now.value, now.gradient) = (value, gradient);
    }
    Some(now)
}

type Reached = (f64, f64, Vec<f64>);

fn search(
    f: impl Fn(&[f64]) -> Option<(f64, Vec<f64>)>,
    now: &mut Minimum,
    step: &[f64],
    slope: f64,
) -> Option<Reached> {
    let mut share = 1.0;
    let noise = ROUNDING * now.value.abs();
    for _ in 0..30 {
        let moved: Vec<f64> = now.at.iter().zip(step).map(|(x, s)| x + share * s).collect();
        now.evaluations += 1;
        if let Some((value, gradient)) = f(&moved)
            && value <= now.value + ENOUGH * share * slope + noise
        {
            return Some((share, value, gradient));
        }
        share *= 0.4;
    }
    None
}

/// H ← (I − s yᵀ/yᵀs) H (I − y sᵀ/yᵀs) + s sᵀ/yᵀs, left out where the curvature along the step is not positive.
fn update(inverse: &mut [f64], s: &[f64], y: &[f64]) {
    let n = s.len();
    let curvature = dot(s, y);
    if curvature <= 1e-12 * (dot(s, s) * dot(y, y)).sqrt() {
        return;
    }
    let hy: Vec<f64> = (0..n).map(|i| dot(&inverse[i * n..][..n], y)).collect();
    let factor = 1.0 + dot(y, &hy) / curvature;
    for i in 0..n {
        for j in 0..n {
            inverse[i * n + j] += (factor * s[i] * s[j] - hy[i] * s[j] - s[i] * hy[j]) / curvature;
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// H. Rosenbrock, The Computer Journal 3 (1960): a curved valley, its minimum at (1, 1).
    #[test]
    fn the_end_of_the_curved_valley_is_found() {
        let f = |x: &[f64]| {
            let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
            Some((a * a + 100.0 * b * b, vec![-2.0 * a - 400.0 * x[0] * b, 200.0 * b]))
        };
        let minimum = minimise(f, vec![-1.2, 1.0], vec![1.0, 0.0, 0.0, 1.0], 1e-20).unwrap();
        assert!(minimum.at.iter().all(|x| (x - 1.0).abs() < 1e-8), "{:?}", minimum.at);
    }
}
