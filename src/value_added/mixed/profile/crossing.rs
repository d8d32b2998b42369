//! Where a profile crosses its threshold.

/// One end of an interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum End {
    /// The profile reaches the threshold here.
    At(f64),
    /// It stays below up to the limit.
    Open,
    /// It could not be computed.
    Unknown,
}

/// The search for one end.
pub(super) struct Crossing {
    /// Where ζ is zero.
    pub(super) centre: f64,
    /// A first guess.
    pub(super) first: f64,
    /// The farthest place to look.
    pub(super) limit: f64,
    /// The threshold of ζ.
    pub(super) target: f64,
}

const MAX_STEPS: usize = 60;

/// |ζ − target| below this share of the target is met.
const CLOSE: f64 = 1e-8;

impl Crossing {
    /// Follows secants of ζ = √(D − D_min), which is nearly a straight line, between bounds.
    pub(super) fn find(&self, mut zeta: impl FnMut(f64) -> Option<f64>) -> End {
        let outward = (self.limit - self.centre).signum();
        let within = |x: f64| if outward * (x - self.limit) > 0.0 { self.limit } else { x };
        let (mut inside, mut outside) = (self.centre, None);
        let mut last = (self.centre, 0.0);
        let mut x = within(self.first);
        for _ in 0..MAX_STEPS {
            let Some(z) = zeta(x) else { return End::Unknown };
            if (z - self.target).abs() < CLOSE * self.target {
                return End::At(x);
            }
            if z > self.target {
                outside = Some(x);
            } else {
                if x.to_bits() == self.limit.to_bits() {
                    return End::Open;
                }
                inside = x;
            }
            let secant = x + (self.target - z) * (x - last.0) / (z - last.1);
            last = (x, z);
            x = match outside {
                Some(far) if (secant - inside) * (secant - far) < 0.0 => secant,
                Some(far) => 0.5 * (inside + far),
                None => {
                    let reach = (x - self.centre).abs();
                    let next = (secant - self.centre).abs();
                    let forward = outward * (secant - x) > 0.0 && next.is_finite();
                    let next = if forward { next.clamp(1.1 * reach, 4.0 * reach) } else { 2.0 * reach };
                    within(self.centre + outward * next)
                }
            };
            if outside.is_some_and(|far| (far - inside).abs() <= 1e-13 * far.abs().max(1e-300)) {
                return End::At(x);
            }
        }
        End::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bent_profile_is_crossed_and_a_bounded_one_stays_open() {
        let crossing = Crossing { centre: 1.0, first: 1.5, limit: 50.0, target: 1.96 };
        let End::At(x) = crossing.find(|x| Some((x - 1.0).powf(1.3))) else { panic!("it is crossed") };
        assert!((x - 1.0 - 1.96_f64.powf(1.0 / 1.3)).abs() < 1e-7);
        assert_eq!(crossing.find(|x| Some(1.0 - (1.0 - x).exp())), End::Open);
        assert_eq!(crossing.find(|_| None), End::Unknown);
    }
}
