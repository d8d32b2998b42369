use super::*;

fn weighted_mean(values: &[f64]) -> impl Fn(&[u32]) -> f64 + Sync + '_ {
    move |counts| {
        let total: u32 = counts.iter().sum();
        counts.iter().zip(values).map(|(c, v)| f64::from(*c) * v).sum::<f64>() / f64::from(total)
    }
}

#[test]
fn every_resample_draws_as_many_as_there_are() {
    let counts = Resampler::new(37, 5).unwrap().counts_matrix(200);
    for row in counts.rows() {
        assert_eq!(row.sum(), 37);
    }
}

#[test]
fn each_replicate_has_its_own_stream_and_each_seed_its_own_numbers() {
    let a = Resampler::new(50, 1).unwrap();
    assert_ne!(a.counts(0), a.counts(1));
    assert_ne!(a.counts(0), Resampler::new(50, 2).unwrap().counts(0));
    assert_eq!(a.counts_matrix(3).row(2).to_vec(), a.counts(2));
}

#[test]
fn the_numbers_of_a_seed_are_those_of_the_published_generator() {
    // ChaCha8 and Lemire's method written anew in Python from their papers: seed 42, replicate 7, ten units.
    assert_eq!(Resampler::new(10, 42).unwrap().counts(7), [0, 0, 0, 0, 4, 1, 0, 1, 1, 3]);
}

#[test]
fn units_are_drawn_equally_often() {
    let (n, b) = (13, 4000);
    let counts = Resampler::new(n, 9).unwrap().counts_matrix(b);
    let expected = b as f64;
    let chi: f64 =
        counts.columns().into_iter().map(|c| (f64::from(c.sum()) - expected).powi(2) / expected).sum();
    // 99.9 % point of χ² with 12 degrees of freedom.
    assert!(chi < 32.9, "{chi}");
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let values: Vec<f64> = (0..40).map(|i| f64::from(i).sqrt()).collect();
    let resampler = Resampler::new(40, 3).unwrap();
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| replicates(&resampler, 100, weighted_mean(&values)))
    };
    assert_eq!(run(1), run(4));
}

#[test]
fn the_fast_path_gives_the_means_of_the_general_one() {
    let values: Vec<f64> = (0..30).map(|i| f64::from(i * i % 17)).collect();
    let resampler = Resampler::new(30, 8).unwrap();
    let general = replicates(&resampler, 64, weighted_mean(&values));
    let table = Array2::from_shape_fn((30, 2), |(i, j)| (j == 0 || i % 3 > 0).then(|| values[i]));
    let fast = resampled_means(&resampler, 64, table.view()).unwrap();
    let complete =
        resampled_means(&resampler, 64, table.slice_axis(Axis(1), ndarray::Slice::from(..1))).unwrap();
    for (b, expected) in general.iter().enumerate() {
        assert!((fast[(b, 0)].unwrap() - expected).abs() < 1e-13);
        assert_eq!(fast[(b, 0)], complete[(b, 0)]);
    }
}

#[test]
fn a_column_without_any_value_has_no_mean() {
    let resampler = Resampler::new(3, 8).unwrap();
    let table = Array2::from_shape_fn((3, 2), |(i, j)| (j == 0).then_some(i as f64));
    let means = resampled_means(&resampler, 10, table.view()).unwrap();
    assert!(means.column(1).iter().all(Option::is_none));
    assert!(means.column(0).iter().all(Option::is_some));
    assert_eq!(resampled_means(&Resampler::new(4, 8).unwrap(), 10, table.view()), None);
}

#[test]
fn intervals_of_given_replicates_are_those_of_scipy() {
    // scipy 1.17.1: bootstrap((x,), numpy.mean, n_resamples=0, bootstrap_result=…) with the replicates below.
    let x = [1.0, 1.2, 0.7, 3.9, 2.2, 0.4, 1.8, 6.5];
    let theta: Vec<f64> = (0..200).map(|i| 1.2 + 0.01 * f64::from(i) + 0.00002 * f64::from(i * i)).collect();
    let jackknife = jackknife(x.len(), weighted_mean(&x));
    let estimate = x.iter().sum::<f64>() / 8.0;
    let percentile = percentile_interval(&theta, 0.9).unwrap();
    let bca = bca_interval(&theta, estimate, &jackknife, 0.9).unwrap();
    for (got, expected) in [
        (percentile.low, 1.3014809999999999),
        (percentile.high, 3.805299),
        (bca.low, 1.27959465956173),
        (bca.high, 3.747104414621819),
    ] {
        assert!((got - expected).abs() < 1e-12, "{got} {expected}");
    }
}

#[test]
fn a_statistic_that_never_varies_has_a_point_for_interval() {
    let same = [2.0; 20];
    assert_eq!(bca_interval(&same, 2.0, &[2.0; 5], 0.95), Interval::new(2.0, 2.0));
    assert_eq!(percentile_interval(&same, 0.95), Interval::new(2.0, 2.0));
}

#[test]
fn an_estimate_outside_all_replicates_has_no_corrected_interval() {
    assert_eq!(bca_interval(&[1.0, 2.0, 3.0], 0.0, &[1.0, 2.0, 3.0], 0.95), None);
    assert_eq!(percentile_interval(&[1.0], 0.95), None);
    assert_eq!(percentile_interval(&[1.0, f64::NAN], 0.95), None);
    assert_eq!(Resampler::new(0, 1), None);
}
