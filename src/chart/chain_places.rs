//! Where the nodes and ribbons of a chain stand: every column fills the same height, a node is as high as its
//! ribbons and never lower than its text.

use super::chain_flows::Chain;

/// Upper and lower edge, in rows of text.
pub(super) type Edges = (f64, f64);

/// Steps of the search for the scale; 40 halvings are exact beyond any drawing.
const HALVINGS: usize = 40;

/// Everything in its place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Places {
    /// Nodes of each column.
    pub(super) nodes: Vec<Vec<Edges>>,
    /// Both ends of each ribbon.
    pub(super) flows: Vec<[Edges; 2]>,
}

/// Places a chain in so many rows.
pub(super) fn places(chain: &Chain, rows: usize) -> Places {
    let weights: Vec<Vec<f64>> = (0..chain.columns.len()).map(|column| weights(chain, column)).collect();
    let scale = scale(&weights, rows as f64);
    let nodes: Vec<Vec<Edges>> = weights.iter().map(|weights| stack(weights, scale, rows as f64)).collect();
    let mut flows = vec![[(0.0, 0.0); 2]; chain.flows.len()];
    for (column, nodes) in nodes.iter().enumerate() {
        for (node, &(top, bottom)) in nodes.iter().enumerate() {
            for out in [true, false] {
                let own = ribbons(chain, (column, node), out);
                let total: f64 = own.iter().map(|&at| chain.flows[at].width * scale).sum();
                let mut y = (top + bottom - total) / 2.0;
                for at in own {
                    let high = chain.flows[at].width * scale;
                    flows[at][usize::from(!out)] = (y, y + high);
                    y += high;
                }
            }
        }
    }
    Places { nodes, flows }
}

/// The ribbons that leave a node, in the order of where they go, or that arrive, in the order of where they come
/// from.
fn ribbons(chain: &Chain, (column, node): (usize, usize), out: bool) -> Vec<usize> {
    let ends = |at: usize| {
        let flow = &chain.flows[at];
        if out { (flow.level, flow.from, flow.to) } else { (flow.level + 1, flow.to, flow.from) }
    };
    let mut own: Vec<usize> = (0..chain.flows.len())
        .filter(|&at| {
            let (level, end, _) = ends(at);
            level == column && end == node
        })
        .collect();
    own.sort_by_key(|&at| ends(at).2);
    own
}

/// The width of what goes through each node: what comes in or what goes out, whichever is more.
fn weights(chain: &Chain, column: usize) -> Vec<f64> {
    let through = |node: usize| {
        let sum = |out| -> f64 {
            ribbons(chain, (column, node), out).into_iter().map(|at| chain.flows[at].width).sum()
        };
        sum(true).max(sum(false))
    };
    (0..chain.columns[column].len()).map(through).collect()
}

/// Share of a row that a node takes at least: the rest parts it from its neighbour.
const LEAST: f64 = 0.92;

/// The largest scale at which every column fits.
fn scale(weights: &[Vec<f64>], rows: f64) -> f64 {
    let fits = |scale: f64| {
        let high =
            |weights: &Vec<f64>| -> f64 { weights.iter().map(|w| (w * scale).max(LEAST) + 0.08).sum() };
        weights.iter().all(|column| high(column) <= rows)
    };
    let (mut low, mut high) = (0.0, rows);
    for _ in 0..HALVINGS {
        let middle = (low + high) / 2.0;
        if fits(middle) { low = middle } else { high = middle }
    }
    low
}

/// Nodes one below the other, what is left shared evenly between them.
fn stack(weights: &[f64], scale: f64, rows: f64) -> Vec<Edges> {
    let heights: Vec<f64> = weights.iter().map(|weight| (weight * scale).max(LEAST)).collect();
    let gap = (rows - heights.iter().sum::<f64>()) / heights.len().max(1) as f64;
    let mut y = -0.5 + gap / 2.0;
    heights
        .into_iter()
        .map(|high| {
            let place = (y, y + high);
            y += high + gap;
            place
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_column_is_higher_than_the_picture_and_every_node_has_room_for_its_text() {
        let weights = vec![vec![0.1; 20], vec![1.0; 6], vec![3.0, 3.0], vec![]];
        let scale = scale(&weights, 22.0);
        for column in &weights {
            let placed = stack(column, scale, 22.0);
            assert!(placed.iter().all(|(top, bottom)| bottom - top >= LEAST - 1e-9));
            assert!(placed.windows(2).all(|pair| pair[0].1 < pair[1].0));
            assert!(placed.iter().all(|(top, bottom)| *top >= -0.5 && *bottom <= 21.5 + 1e-9));
        }
        assert!(scale > 1.0, "{scale}");
    }
}
