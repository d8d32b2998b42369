//! Suppression of small groups in published tables.
//!
//! A count below the threshold is left out (primary). Where the total of its group is published, one count left out
//! alone could be found by subtraction, so others are left out with it, the smallest first, until at least two are
//! and together they reach the threshold (complementary). Where a group has no more to leave out, its total is left
//! out, and the same holds among the totals of the groups.

/// What is left out of a table of groups with their totals and a grand total.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Suppressed {
    /// Whether the count of each member of each group is left out.
    pub(super) members: Vec<Vec<bool>>,
    /// Whether the total of each group is left out.
    pub(super) totals: Vec<bool>,
    /// Whether the grand total is left out.
    pub(super) grand: bool,
}

/// What to leave out of these counts. A count of 0 tells of nobody and may stand, but may be left out with others.
pub(super) fn suppress(groups: &[Vec<usize>], threshold: usize) -> Suppressed {
    let mut members = Vec::new();
    let mut open = Vec::new();
    for group in groups {
        let (hidden, closed) = one_total(group, &vec![false; group.len()], threshold);
        members.push(hidden);
        open.push(!closed);
    }
    let sums: Vec<usize> = groups.iter().map(|group| group.iter().sum()).collect();
    let small: Vec<bool> =
        sums.iter().zip(&open).map(|(&sum, &open)| open || is_small(sum, threshold)).collect();
    let (totals, closed) = one_total(&sums, &small, threshold);
    Suppressed { members, totals, grand: !closed }
}

fn is_small(count: usize, threshold: usize) -> bool {
    count > 0 && count < threshold
}

/// Hides members under one published total; `false` where the total itself has to go.
fn one_total(counts: &[usize], must: &[bool], threshold: usize) -> (Vec<bool>, bool) {
    let mut hidden: Vec<bool> =
        counts.iter().zip(must).map(|(&count, &must)| must || is_small(count, threshold)).collect();
    if !hidden.contains(&true) {
        return (hidden, true);
    }
    let mut order: Vec<usize> = (0..counts.len()).filter(|&at| !hidden[at] && counts[at] > 0).collect();
    order.sort_by_key(|&at| (counts[at], at));
    let mut next = order.into_iter();
    loop {
        let n = counts.iter().zip(&hidden).filter(|&(&count, &hidden)| hidden && count > 0).count();
        let sum: usize =
            counts.iter().zip(&hidden).filter(|(_, hidden)| **hidden).map(|(count, _)| count).sum();
        if n >= 2 && sum >= threshold {
            return (hidden, true);
        }
        match next.next() {
            Some(at) => hidden[at] = true,
            None => return (hidden, false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a reader can work out: the sum of the hidden members under a published total.
    fn check(groups: &[Vec<usize>], threshold: usize) {
        let found = suppress(groups, threshold);
        let told = |counts: &[usize], hidden: &[bool], total_hidden: bool| {
            let left: Vec<usize> = counts.iter().zip(hidden).filter(|(_, h)| **h).map(|(c, _)| *c).collect();
            for (count, hidden) in counts.iter().zip(hidden) {
                assert!(*hidden || !is_small(*count, threshold), "{groups:?} shows {count}");
            }
            let residual: usize = left.iter().sum();
            assert!(
                left.is_empty() || total_hidden || left.len() >= 2 && residual >= threshold,
                "{groups:?}: {left:?} can be found"
            );
        };
        for ((group, hidden), total) in groups.iter().zip(&found.members).zip(&found.totals) {
            told(group, hidden, *total);
        }
        let sums: Vec<usize> = groups.iter().map(|group| group.iter().sum()).collect();
        told(&sums, &found.totals, found.grand);
    }

    #[test]
    fn no_small_count_is_shown_or_found_by_subtraction() {
        // Every table of two groups of up to three members with counts from this list.
        let counts = [0, 1, 9, 10, 40];
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for a in counts {
            groups.push(vec![a]);
            for b in counts {
                groups.push(vec![a, b]);
                groups.extend(counts.map(|c| vec![a, b, c]));
            }
        }
        for first in &groups {
            for second in &groups {
                check(&[first.clone(), second.clone()], 10);
            }
        }
    }

    #[test]
    fn a_table_without_small_counts_is_shown_whole() {
        let found = suppress(&[vec![10, 20], vec![30]], 10);
        assert!(!found.grand && !found.totals.contains(&true) && !found.members.concat().contains(&true));
    }

    #[test]
    fn a_small_count_takes_the_next_smallest_with_it() {
        let found = suppress(&[vec![4, 80, 12, 60]], 10);
        assert_eq!(found.members, [[true, false, true, false]]);
        assert_eq!((found.totals, found.grand), (vec![false], false));
    }
}
