//! The evidence of one offering, from its marks as they were given, before any policy.
//!
//! A student without a mark for an item is no zero here: difficulty, ceiling and floor run over the marks there are,
//! discrimination and α over the students who have a mark for every item in question.

use super::classical::{alpha, feldt, rest_correlations};
use crate::model::{Item, Offering, decimal_ratio, ratio_f64};

/// One item.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemEvidence {
    /// Position in the offering's items.
    pub item: usize,
    /// Mean mark over full mark; high is easy.
    pub difficulty: Option<f64>,
    /// Correlation with the sum of the other items of the offering.
    pub discrimination: Option<f64>,
    /// Share of the marks that are the full mark.
    pub ceiling: Option<f64>,
    /// Share of the marks that are 0.
    pub floor: Option<f64>,
    /// Students with a mark.
    pub n_scored: usize,
    /// Students with a mark for every item.
    pub n_complete: usize,
}

/// One objective, or the whole assessment.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectiveEvidence {
    /// Position in the offering's objectives; the whole assessment where `None`.
    pub objective: Option<usize>,
    /// Items that serve it.
    pub n_items: usize,
    /// Points of the items that serve it, by their shares.
    pub points: f64,
    /// The same as a share of the points of all items.
    pub point_share: Option<f64>,
    /// Mean marks over full marks, by their shares.
    pub difficulty: Option<f64>,
    /// Cronbach's α of the marks of its items.
    pub alpha: Option<f64>,
    /// Feldt's interval of α.
    pub interval: Option<(f64, f64)>,
    /// Students with a mark for each of its items.
    pub n_complete: usize,
}

/// The items of an offering in order.
#[must_use]
pub fn items(offering: &Offering) -> Vec<ItemEvidence> {
    let scored = scored(offering);
    let columns: Vec<usize> = (0..scored.len()).filter(|&item| scored[item].n > 0).collect();
    let complete = complete(offering, &columns);
    let n_complete = complete.first().map_or(0, Vec::len);
    let mut discrimination = vec![None; scored.len()];
    for (&item, r) in columns.iter().zip(rest_correlations(&complete)) {
        discrimination[item] = r;
    }
    let one = |(item, (own, discrimination)): (usize, (&Scored, Option<f64>))| {
        let share = |count: usize| (own.n > 0).then(|| count as f64 / own.n as f64);
        ItemEvidence {
            item,
            difficulty: (own.n > 0).then(|| own.sum / own.n as f64 / own.full),
            discrimination,
            ceiling: share(own.top),
            floor: share(own.bottom),
            n_scored: own.n,
            n_complete,
        }
    };
    scored.iter().zip(discrimination).enumerate().map(one).collect()
}

/// The whole assessment of an offering, then its objectives in order. `min_n` is the number of complete students
/// below which no interval of α is claimed, `level` the confidence level.
#[must_use]
pub fn objectives(offering: &Offering, min_n: usize, level: f64) -> Vec<ObjectiveEvidence> {
    let scored = scored(offering);
    let all: Vec<(usize, f64)> = (0..scored.len()).map(|item| (item, 1.0)).collect();
    let serving = |objective: usize| -> Vec<(usize, f64)> {
        let links = offering.allocation.iter().filter(|link| link.objective == objective);
        links.map(|link| (link.item, ratio_f64(&decimal_ratio(link.share)).min(1.0))).collect()
    };
    let of = |at: Option<usize>, links: &[(usize, f64)]| {
        objective_evidence((offering, &scored), (at, links), (min_n, level))
    };
    let parts = (0..offering.objectives.len()).map(|at| of(Some(at), &serving(at)));
    std::iter::once(of(None, &all)).chain(parts).collect()
}

fn objective_evidence(
    (offering, scored): (&Offering, &[Scored]),
    (objective, links): (Option<usize>, &[(usize, f64)]),
    (min_n, level): (usize, f64),
) -> ObjectiveEvidence {
    let total: f64 = scored.iter().map(|item| item.full).sum();
    let points: f64 = links.iter().map(|&(item, share)| scored[item].full * share).sum();
    let with_marks: Vec<(usize, f64)> =
        links.iter().copied().filter(|&(item, _)| scored[item].n > 0).collect();
    let possible: f64 = with_marks.iter().map(|&(item, share)| scored[item].full * share).sum();
    let gained: f64 =
        with_marks.iter().map(|&(item, share)| scored[item].sum / scored[item].n as f64 * share).sum();
    let items: Vec<usize> = with_marks.iter().map(|&(item, _)| item).collect();
    let complete = complete(offering, &items);
    let n_complete = complete.first().map_or(0, Vec::len);
    let alpha = alpha(&complete);
    let interval = alpha
        .filter(|_| n_complete >= min_n)
        .and_then(|alpha| feldt(alpha, (n_complete, complete.len()), level))
        .map(|interval| (interval.low, interval.high));
    ObjectiveEvidence {
        objective,
        n_items: links.len(),
        points,
        point_share: (total > 0.0).then(|| points / total),
        difficulty: (possible > 0.0).then(|| gained / possible),
        alpha,
        interval,
        n_complete,
    }
}

/// What the marks of an item come to, of those that are numbers.
struct Scored {
    /// Full mark.
    full: f64,
    /// Minor units of a point.
    unit: f64,
    /// Marks.
    n: usize,
    /// Their sum.
    sum: f64,
    /// How many are the full mark.
    top: usize,
    /// How many are 0.
    bottom: usize,
}

/// The items of an offering, all in one pass over its marks.
fn scored(offering: &Offering) -> Vec<Scored> {
    let marks = &offering.marks;
    let blank = |(at, item): (usize, &Item)| Scored {
        full: ratio_f64(&decimal_ratio(item.full)),
        unit: 10f64.powi(i32::from(marks.scale_or_zero(at))),
        n: 0,
        sum: 0.0,
        top: 0,
        bottom: 0,
    };
    let mut items: Vec<Scored> = offering.items.iter().enumerate().map(blank).collect();
    for student in 0..marks.n_students() {
        for (item, &units) in items.iter_mut().zip(marks.row(student)).filter(|(_, units)| **units >= 0) {
            let mark = units as f64 / item.unit;
            item.n += 1;
            item.sum += mark;
            item.top += usize::from(mark >= item.full);
            item.bottom += usize::from(mark <= 0.0);
        }
    }
    items
}

/// The marks of these items, a column each, of the students who have all of them.
fn complete(offering: &Offering, items: &[usize]) -> Vec<Vec<f64>> {
    let marks = &offering.marks;
    if items.is_empty() || items.iter().any(|&item| item >= marks.n_items()) {
        return Vec::new();
    }
    let rows: Vec<&[i64]> = (0..marks.n_students())
        .map(|student| marks.row(student))
        .filter(|row| items.iter().all(|&item| row[item] >= 0))
        .collect();
    let column = |&item: &usize| {
        let unit = 10f64.powi(i32::from(marks.scale_or_zero(item)));
        rows.iter().map(|row| row[item] as f64 / unit).collect()
    };
    items.iter().map(column).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Allocation, CourseObjective, Decimal, Mark, MarkGrid, MarkState, Purpose};

    /// Two items of 10 points for one objective; the third student missed the second.
    fn offering() -> Offering {
        let item = |id: &str| Item {
            id: id.into(),
            name: None,
            component: None,
            full: Decimal::new(10, 0),
            weight: Decimal::new(10, 0),
            purpose: Purpose::Summative,
        };
        let mut marks = MarkGrid::blank(5, vec![0, 0]);
        for (student, (a, b)) in [(2, 3), (4, 5), (6, -1), (8, 7), (10, 10)].into_iter().enumerate() {
            let mark =
                |units: i64| if units < 0 { Mark::State(MarkState::Absent) } else { Mark::Scored(units) };
            marks.set(student, 0, mark(a));
            marks.set(student, 1, mark(b));
        }
        let link = |item| Allocation { item, objective: 0, share: Decimal::ONE };
        Offering {
            objectives: vec![CourseObjective { id: "1".into(), text: None, expected: None, weight: None }],
            items: vec![item("a"), item("b")],
            allocation: vec![link(0), link(1)],
            marks,
            ..Offering::default()
        }
    }

    #[test]
    fn a_missing_mark_is_no_zero_and_leaves_only_what_needs_it() {
        let found = items(&offering());
        let (a, b) = (&found[0], &found[1]);
        assert_eq!((a.n_scored, b.n_scored, a.n_complete), (5, 4, 4));
        assert!((a.difficulty.unwrap() - 0.6).abs() < 1e-12 && (b.difficulty.unwrap() - 0.625).abs() < 1e-12);
        assert!((b.ceiling.unwrap() - 0.25).abs() < 1e-12 && b.floor.unwrap() < 1e-12);
        let whole = &objectives(&offering(), 2, 0.95)[0];
        assert_eq!((whole.n_complete, whole.n_items), (4, 2));
        assert!((whole.difficulty.unwrap() - 0.6125).abs() < 1e-12);
        assert!(
            whole
                .interval
                .is_some_and(|(low, high)| low < whole.alpha.unwrap() && whole.alpha.unwrap() < high)
        );
    }

    #[test]
    fn an_objective_without_items_has_no_figure() {
        let mut offering = offering();
        offering.allocation.clear();
        let found = objectives(&offering, 2, 0.95);
        let objective = &found[1];
        assert_eq!((objective.n_items, objective.alpha, objective.difficulty), (0, None, None));
    }
}
