//! A smooth outline of how values are spread: the kernel density that a ridgeline draws.
//!
//! As the classes of a histogram, it is a way of drawing values, not a figure of the results: it stands in no table
//! and no verdict rests on it.

/// Bandwidth of some values by the rule of thumb: 0.9 · min(s, IQR / 1.34) · n^(−1/5), with s the standard deviation
/// (divisor n − 1) and IQR the distance of the quartiles (type 7). Where the quartiles are equal, s alone.
///
/// `None` where all values are equal: then there is nothing to smooth. Source: B. W. Silverman, "Density Estimation"
/// (1986), equation 3.31; it is `bw.nrd0` of R, against which it is tested.
pub(super) fn bandwidth(values: &[f64]) -> Option<f64> {
    let n = values.len() as f64;
    let (least, most) = values.iter().fold((f64::MAX, f64::MIN), |(a, b), &x| (a.min(x), b.max(x)));
    if values.len() < 2 || most - least <= 1e-9 {
        return None;
    }
    let mean = values.iter().map(|x| x - least).sum::<f64>() / n;
    let sd = (values.iter().map(|x| (x - least - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let quartile = |p: f64| {
        let at = p * (n - 1.0);
        let (low, high) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
        low + (at - at.floor()) * (high - low)
    };
    let robust = (quartile(0.75) - quartile(0.25)) / 1.34;
    let spread = if robust > 0.0 { sd.min(robust) } else { sd };
    Some(0.9 * spread * libm::pow(n, -0.2))
}

/// Density at a place of values between `low` and `high`: Gaussian kernels of one bandwidth h, and what of them lies
/// outside the limits folded back at the limit, so that nothing is shown where no value can be.
///
/// f(x) = 1/(n h) · Σ φ((x − v)/h) + φ((x − 2·low + v)/h) + φ((x − 2·high + v)/h), per unit of x, over its whole range
/// one. Source: B. W. Silverman, "Density Estimation" (1986), section 2.10 (reflection).
pub(super) fn density(values: &[f64], h: f64, (low, high): (f64, f64), x: f64) -> f64 {
    let kernel = |at: f64| libm::exp(-0.5 * ((x - at) / h).powi(2));
    let sum: f64 = values.iter().map(|&v| kernel(v) + kernel(2.0 * low - v) + kernel(2.0 * high - v)).sum();
    sum / (values.len() as f64 * h * (2.0 * std::f64::consts::PI).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shares in per cent of recruits with more than primary education, 47 Swiss districts, 1888: R's `swiss`.
    const EDUCATION: [f64; 47] = [
        12.0, 9.0, 5.0, 7.0, 15.0, 7.0, 7.0, 8.0, 7.0, 13.0, 6.0, 12.0, 7.0, 12.0, 5.0, 2.0, 8.0, 28.0, 20.0,
        9.0, 10.0, 3.0, 12.0, 6.0, 1.0, 8.0, 3.0, 10.0, 19.0, 8.0, 2.0, 6.0, 2.0, 6.0, 3.0, 9.0, 3.0, 13.0,
        12.0, 11.0, 13.0, 32.0, 7.0, 7.0, 53.0, 29.0, 29.0,
    ];

    fn shares() -> Vec<f64> {
        EDUCATION.iter().map(|percent| percent / 100.0).collect()
    }

    #[test]
    fn the_bandwidth_is_that_of_r() {
        // R 4.2.2: bw.nrd0(swiss$Education / 100)
        assert!((bandwidth(&shares()).unwrap() - 0.018658184784535348).abs() < 1e-15);
        assert_eq!(bandwidth(&[0.8; 30]), None);
        // R: bw.nrd0(c(rep(0.5, 9), 0.9)): equal quartiles, the standard deviation alone.
        let values = [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.9];
        assert!((bandwidth(&values).unwrap() - 0.07182944333888).abs() < 1e-13);
    }

    #[test]
    fn the_density_is_that_of_r_reflected_at_both_limits() {
        // R 4.2.2: x <- swiss$Education/100; h <- bw.nrd0(x); p <- c(0, .05, .1, .3);
        // sapply(p, function(p) mean(dnorm(p,x,h) + dnorm(p,-x,h) + dnorm(p,2-x,h)))
        // density(c(x,-x,2-x), bw = h, n = 2^18, from = -1, to = 2) times 3 gives 3.400900, 6.394314, 6.262380, 1.300366.
        let expected =
            [(0.0, 3.40088993083), (0.05, 6.39430025563), (0.1, 6.2623654258), (0.3, 1.30036472744)];
        let values = shares();
        let mirrored: Vec<f64> = values.iter().map(|x| 1.0 - x).collect();
        let h = bandwidth(&values).unwrap();
        for (x, wanted) in expected {
            let found = density(&values, h, (0.0, 1.0), x);
            assert!((found / wanted - 1.0).abs() < 1e-11, "{x}: {found} instead of {wanted}");
            let found = density(&mirrored, h, (0.0, 1.0), 1.0 - x);
            assert!((found / wanted - 1.0).abs() < 1e-11, "mirrored {x}: {found} instead of {wanted}");
        }
    }

    #[test]
    fn nothing_of_the_density_is_lost_at_the_limits() {
        let values = [0.0, 0.0, 0.02, 0.5, 0.97, 1.0, 1.0, 1.0];
        let h = bandwidth(&values).unwrap().min(0.1);
        let steps = 2000;
        let at = |k: i32| density(&values, h, (0.0, 1.0), f64::from(k) / f64::from(steps));
        let inner: f64 = (1..steps).map(at).sum();
        let area = (inner + (at(0) + at(steps)) / 2.0) / f64::from(steps);
        assert!((area - 1.0).abs() < 1e-6, "{area}");
    }
}
