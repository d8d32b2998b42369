//! The normal distribution.

use super::{Probability, Tails};
use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// The normal distribution N(μ, σ²).
///
/// Φ(z) = ½ erfc(−z / √2). Quantiles start from Wichura's algorithm AS 241 (Applied Statistics 37, 1988) and are
/// sharpened in the tails by one Newton step on the logarithm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Normal {
    mean: f64,
    sd: f64,
}

impl Normal {
    /// N(0, 1).
    pub const STANDARD: Self = Self { mean: 0.0, sd: 1.0 };

    /// N(mean, sd²); `None` unless the mean is finite and the standard deviation finite and positive.
    #[must_use]
    pub fn new(mean: f64, sd: f64) -> Option<Self> {
        (mean.is_finite() && sd.is_finite() && sd > 0.0).then_some(Self { mean, sd })
    }

    /// Both tails at x.
    #[must_use]
    pub fn tails(&self, x: f64) -> Option<Tails> {
        let z = (x - self.mean) / self.sd;
        (!z.is_nan()).then(|| Tails { lower: upper_tail(-z), upper: upper_tail(z) })
    }

    /// P(X ≤ x).
    #[must_use]
    pub fn cdf(&self, x: f64) -> Option<f64> {
        self.tails(x).map(|t| t.lower)
    }

    /// P(X > x).
    #[must_use]
    pub fn sf(&self, x: f64) -> Option<f64> {
        self.tails(x).map(|t| t.upper)
    }

    /// The density at x.
    #[must_use]
    pub fn pdf(&self, x: f64) -> Option<f64> {
        let z = (x - self.mean) / self.sd;
        (!z.is_nan()).then(|| density(z) / self.sd)
    }

    /// The x with P(X ≤ x) = p, for 0 < p < 1.
    #[must_use]
    pub fn quantile(&self, p: f64) -> Option<f64> {
        self.at(Probability::from_lower(p)?)
    }

    /// The x with P(X > x) = q, for 0 < q < 1.
    #[must_use]
    pub fn quantile_upper(&self, q: f64) -> Option<f64> {
        self.at(Probability::from_upper(q)?)
    }

    fn at(&self, p: Probability) -> Option<f64> {
        standard_quantile(p).map(|z| self.mean + self.sd * z)
    }
}

fn upper_tail(z: f64) -> f64 {
    let scaled = z * FRAC_1_SQRT_2;
    let rounding = z.mul_add(FRAC_1_SQRT_2, -scaled) + z * FRAC_1_SQRT_2_REST;
    let tail = 0.5 * libm::erfc(scaled);
    if rounding.is_finite() { tail - density(z) * std::f64::consts::SQRT_2 * rounding } else { tail }
}

/// 1/√2 minus its double: the argument of erfc is corrected by it, because erfc far out multiplies the relative
/// error of its argument by z².
const FRAC_1_SQRT_2_REST: f64 = -4.833_646_656_726_457e-17;

pub(super) fn density(z: f64) -> f64 {
    (-0.5 * z * z).exp() / (2.0 * PI).sqrt()
}

/// The standard normal quantile, `None` at 0 and 1 where it is infinite.
pub(super) fn standard_quantile(p: Probability) -> Option<f64> {
    if p.lower > p.upper {
        return standard_quantile(p.swapped()).map(|z| -z);
    }
    if p.lower <= 0.0 {
        return None;
    }
    let q = p.lower - 0.5;
    let z = wichura(q, p.lower);
    if q.abs() < 0.25 {
        return Some(z);
    }
    // Newton's step on ln Φ, whose derivative is φ / Φ.
    let tail = upper_tail(-z);
    let correction = (tail / p.lower).ln() * tail / density(z);
    Some(if correction.is_finite() { z - correction } else { z })
}

fn wichura(q: f64, p: f64) -> f64 {
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * ratio(&CENTRE, r);
    }
    let r = (-p.ln()).sqrt();
    if r <= 5.0 { -ratio(&MIDDLE, r - 1.6) } else { -ratio(&FAR, r - 5.0) }
}

type Rational = [[f64; 8]; 2];

fn ratio(coefficients: &Rational, r: f64) -> f64 {
    let polynomial = |c: &[f64; 8]| c.iter().rev().fold(0.0, |sum, c| sum * r + c);
    polynomial(&coefficients[0]) / polynomial(&coefficients[1])
}

const CENTRE: Rational = [
    [
        3.387_132_872_796_366_5,
        133.141_667_891_784_38,
        1_971.590_950_306_551_3,
        13_731.693_765_509_46,
        45_921.953_931_549_87,
        67_265.770_927_008_7,
        33_430.575_583_588_13,
        2_509.080_928_730_122_7,
    ],
    [
        1.0,
        42.313_330_701_600_91,
        687.187_007_492_057_9,
        5_394.196_021_424_751,
        21_213.794_301_586_597,
        39_307.895_800_092_71,
        28_729.085_735_721_943,
        5_226.495_278_852_854,
    ],
];

const MIDDLE: Rational = [
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        0.241_780_725_177_450_6,
        0.022_723_844_989_269_184,
        7.745_450_142_783_414e-4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        0.689_767_334_985_1,
        0.148_103_976_427_480_08,
        0.015_198_666_563_616_457,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_9e-9,
    ],
];

const FAR: Rational = [
    [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        0.296_560_571_828_504_87,
        0.026_532_189_526_576_124,
        0.001_242_660_947_388_078_4,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ],
    [
        1.0,
        0.599_832_206_555_888,
        0.136_929_880_922_735_8,
        0.014_875_361_290_850_615,
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_8e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_8e-15,
    ],
];
