//! Our distributions beside statrs, an implementation of its own, where that one is accurate.

use attain::stats::distribution::{Beta, ChiSquared, FisherF, Normal, StudentT};
use statrs::distribution::{
    Beta as Beta2, ChiSquared as ChiSquared2, ContinuousCDF, FisherSnedecor, Normal as Normal2, StudentsT,
};

fn agree(what: &str, ours: Option<f64>, theirs: f64) {
    let ours = ours.unwrap();
    assert!((ours - theirs).abs() <= 1e-9 * theirs.abs().max(1e-3), "{what}: {ours} beside {theirs}");
}

#[test]
fn two_implementations_of_the_distributions_agree() {
    let normal = Normal2::new(0.0, 1.0).unwrap();
    for at in [-3.0, -1.0, -0.1, 0.5, 2.0] {
        agree("normal", Normal::STANDARD.cdf(at), normal.cdf(at));
    }
    for df in [1.0, 4.0, 29.5, 200.0] {
        let (t, chi) = (StudentsT::new(0.0, 1.0, df).unwrap(), ChiSquared2::new(df).unwrap());
        for at in [0.2, 1.0, 2.5] {
            agree("t", StudentT::new(df).unwrap().cdf(at), t.cdf(at));
            agree("chi squared", ChiSquared::new(df).unwrap().cdf(at * df), chi.cdf(at * df));
            agree("F", FisherF::new(3.0, df).unwrap().cdf(at), FisherSnedecor::new(3.0, df).unwrap().cdf(at));
        }
        agree("beta", Beta::new(2.5, df).unwrap().cdf(0.3), Beta2::new(2.5, df).unwrap().cdf(0.3));
    }
    for p in [0.025, 0.4, 0.975] {
        agree("normal quantile", Normal::STANDARD.quantile(p), normal.inverse_cdf(p));
    }
}
