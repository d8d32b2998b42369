//! What each component of an assessment contributes to each course objective.

use std::collections::BTreeMap;

use crate::attainment::ItemResult;
use crate::model::{Offering, decimal_ratio, ratio_f64};

/// One component and one objective that it serves.
#[derive(Debug, Clone, PartialEq)]
pub struct ComponentObjective {
    /// Position in the offering's components; `None` for items of no component.
    pub component: Option<usize>,
    /// Position in the offering's objectives.
    pub objective: usize,
    /// Items of the component that serve the objective.
    pub n_items: usize,
    /// Their points: Σ full mark × share.
    pub points: f64,
    /// The same over the points of all items that serve the objective.
    pub point_share: Option<f64>,
    /// Σ full mark × share × mean ratio over Σ full mark × share, of the items with marks.
    pub ratio: Option<f64>,
    /// Students with a mark: the most of any item.
    pub n_scored: usize,
}

/// Whether the items have no component, the component, the objective.
type Key = (bool, Option<usize>, usize);

/// Every pair of a component and an objective that occurs, components in order, those without one last.
///
/// A share above 1 counts as 1: it is then the weight of a link, not a part of the item.
#[must_use]
pub fn component_objectives(offering: &Offering, items: &[ItemResult]) -> Vec<ComponentObjective> {
    let mut cells: BTreeMap<Key, (ComponentObjective, f64, f64)> = BTreeMap::new();
    let mut totals = vec![0.0; offering.objectives.len()];
    for link in &offering.allocation {
        let item = &offering.items[link.item];
        let points = ratio_f64(&decimal_ratio(item.full)) * ratio_f64(&decimal_ratio(link.share)).min(1.0);
        totals[link.objective] += points;
        let blank = ComponentObjective {
            component: item.component,
            objective: link.objective,
            n_items: 0,
            points: 0.0,
            point_share: None,
            ratio: None,
            n_scored: 0,
        };
        let key = (item.component.is_none(), item.component, link.objective);
        let (cell, gained, possible) = cells.entry(key).or_insert((blank, 0.0, 0.0));
        cell.n_items += 1;
        cell.points += points;
        if let Some((result, ratio)) = items.get(link.item).and_then(|one| one.ratio.map(|r| (one, r))) {
            *gained += points * ratio;
            *possible += points;
            cell.n_scored = cell.n_scored.max(result.n_scored);
        }
    }
    let finished = |(mut cell, gained, possible): (ComponentObjective, f64, f64)| {
        let total = totals[cell.objective];
        cell.point_share = (total > 0.0).then(|| cell.points / total);
        cell.ratio = (possible > 0.0).then(|| gained / possible);
        cell
    };
    cells.into_values().map(finished).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Allocation, Component, CourseObjective, Decimal, Item, Purpose};

    fn item(component: Option<usize>, full: u32) -> Item {
        Item {
            id: String::new(),
            name: None,
            component,
            full: Decimal::from(full),
            weight: Decimal::ONE,
            purpose: Purpose::Summative,
        }
    }

    fn result(item: usize, ratio: Option<f64>) -> ItemResult {
        ItemResult { item, mean: None, sd: None, ratio, n_scored: 10 + item, n_missing: 0 }
    }

    #[test]
    fn the_points_of_an_objective_are_those_of_its_components_and_items_without_marks_change_no_ratio() {
        let objective = CourseObjective { id: "1".to_owned(), text: None, expected: None, weight: None };
        let link = |item, share| Allocation { item, objective: 0, share };
        let offering = Offering {
            objectives: vec![objective],
            components: vec![Component { name: "期末".to_owned(), weight: None }],
            items: vec![item(Some(0), 10), item(Some(0), 30), item(None, 20), item(Some(0), 40)],
            allocation: vec![
                link(0, Decimal::ONE),
                link(1, Decimal::new(5, 1)),
                link(2, Decimal::ONE),
                link(3, Decimal::ONE),
            ],
            ..Offering::default()
        };
        let results = [Some(0.8), Some(0.6), Some(0.5), None];
        let results: Vec<ItemResult> =
            results.iter().enumerate().map(|(at, ratio)| result(at, *ratio)).collect();
        let cells = component_objectives(&offering, &results);
        assert_eq!(cells.iter().map(|cell| cell.component).collect::<Vec<_>>(), [Some(0), None]);
        // By hand: 10 + 15 + 40 points of 85; (10 · 0.8 + 15 · 0.6) / 25 = 0.68.
        assert!((cells[0].points - 65.0).abs() < 1e-12);
        assert!((cells[0].point_share.unwrap() - 65.0 / 85.0).abs() < 1e-12);
        assert!((cells[0].ratio.unwrap() - 0.68).abs() < 1e-12);
        assert_eq!((cells[0].n_items, cells[0].n_scored), (3, 11));
        assert!((cells.iter().filter_map(|cell| cell.point_share).sum::<f64>() - 1.0).abs() < 1e-12);
    }
}
