//! Classical test theory on complete cases: one column of marks per item, all of one length.

use crate::stats::Interval;
use crate::stats::distribution::FisherF;
use crate::stats::moments::{correlation, variance};

/// Fewest students of whom a reliability is stated. Ours.
const FEWEST: usize = 3;

/// Cronbach's α = k / (k − 1) · (1 − Σ s²_j / s²_X), with the sample variances s²_j of the items and s²_X of their
/// sum (Cronbach 1951, equation 2). `None` below two items or three students, or where no student differs.
///
/// α may be negative. For items of 0 and 1 it is Kuder and Richardson's formula 20.
#[must_use]
pub fn alpha(items: &[Vec<f64>]) -> Option<f64> {
    let k = items.len();
    if k < 2 || items[0].len() < FEWEST {
        return None;
    }
    let whole = variance(&sums(items))?;
    if whole <= 0.0 {
        return None;
    }
    let parts = items.iter().map(|item| variance(item)).sum::<Option<f64>>()?;
    Some(k as f64 / (k as f64 - 1.0) * (1.0 - parts / whole))
}

/// Feldt's interval of α: (1 − α) / (1 − α̂) follows F with n − 1 and (n − 1)(k − 1) degrees of freedom (Feldt
/// 1965). `None` below two items or students, or unless 0 < `level` < 1.
#[must_use]
pub fn feldt(alpha: f64, (n, k): (usize, usize), level: f64) -> Option<Interval> {
    if n < 2 || k < 2 || !(0.0..1.0).contains(&level) {
        return None;
    }
    let students = n as f64 - 1.0;
    let f = FisherF::new(students, students * (k as f64 - 1.0))?;
    let tail = (1.0 - level) / 2.0;
    Interval::new(1.0 - (1.0 - alpha) * f.quantile_upper(tail)?, 1.0 - (1.0 - alpha) * f.quantile(tail)?)
}

/// The corrected item–total correlation of each item: with the sum of the *other* items. `None` for an item that
/// does not vary, whose rest does not vary, or with fewer than three students.
#[must_use]
pub fn rest_correlations(items: &[Vec<f64>]) -> Vec<Option<f64>> {
    if items.len() < 2 || items[0].len() < FEWEST {
        return vec![None; items.len()];
    }
    let whole = sums(items);
    let rest =
        |item: &Vec<f64>| -> Vec<f64> { whole.iter().zip(item).map(|(sum, mark)| sum - mark).collect() };
    items.iter().map(|item| correlation(item, &rest(item))).collect()
}

/// The sum of each student's marks.
fn sums(items: &[Vec<f64>]) -> Vec<f64> {
    (0..items[0].len()).map(|student| items.iter().map(|item| item[student]).sum()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Section 6 of the Law School Admission Test, 1000 candidates: how many gave each pattern of right and wrong
    /// answers, from 00000 to 11111 (Bock and Lieberman 1970, Psychometrika 35, 179–197, table 1).
    const PATTERNS: [usize; 32] = [
        3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15, 10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173,
        11, 61, 28, 298,
    ];

    fn lsat() -> Vec<Vec<f64>> {
        let answers = |item: usize| {
            let right = move |pattern: usize| if pattern >> (4 - item) & 1 == 1 { 1.0 } else { 0.0 };
            PATTERNS.iter().enumerate().flat_map(move |(pattern, &n)| vec![right(pattern); n]).collect()
        };
        (0..5).map(answers).collect()
    }

    fn close(a: Option<f64>, b: f64) {
        assert!(a.is_some_and(|a| (a - b).abs() < 1e-10), "{a:?} instead of {b}");
    }

    #[test]
    fn alpha_and_discrimination_are_those_of_r() {
        // R 4.2.2 with ltm 1.2.0 and psych 2.2.9 on the same answers.
        close(alpha(&lsat()), 0.294_997_192_215_944);
        let expected = [
            0.112_832_688_922_342,
            0.153_178_120_116_53,
            0.172_778_943_291_09,
            0.144_428_095_247_094,
            0.121_596_402_547_096,
        ];
        for (found, expected) in rest_correlations(&lsat()).into_iter().zip(expected) {
            assert!(found.is_some_and(|found| (found - expected).abs() < 1e-10), "{found:?} {expected}");
        }
    }

    #[test]
    fn an_interval_holds_its_alpha_and_narrows_with_students() {
        let wide = feldt(0.7, (30, 5), 0.95).unwrap();
        let narrow = feldt(0.7, (300, 5), 0.95).unwrap();
        assert!(wide.contains(0.7) && narrow.contains(0.7) && narrow.width() < wide.width());
        assert!(feldt(0.7, (1, 5), 0.95).is_none() && feldt(0.7, (30, 1), 0.95).is_none());
    }

    #[test]
    fn what_does_not_vary_has_no_reliability() {
        let same = vec![vec![1.0; 10]; 3];
        assert_eq!((alpha(&same), rest_correlations(&same)), (None, vec![None; 3]));
        assert_eq!(alpha(&[vec![1.0, 2.0, 3.0]]), None);
    }

    #[test]
    fn the_order_of_students_and_the_unit_of_all_marks_change_nothing() {
        let items =
            vec![vec![1.0, 4.0, 2.0, 5.0, 3.0], vec![2.0, 5.0, 2.0, 4.0, 4.0], vec![0.0, 3.0, 1.0, 5.0, 2.0]];
        let turned: Vec<Vec<f64>> =
            items.iter().map(|item| item.iter().rev().map(|mark| mark * 20.0).collect()).collect();
        close(alpha(&turned), alpha(&items).unwrap());
    }
}
