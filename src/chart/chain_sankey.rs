//! Sankey diagram of the chain: courses → indicators → graduation requirements → training objectives.

use super::chain_flows::{Chain, Flow, Node, chains};
use super::chain_places::{Edges, places};
use super::figure::{Axis, Band, Figure, LegendEntry, Mark, Panel, Pattern, Place, Scale, Size, Symbol};
use super::read;
use super::svg::identifier;
use super::text::{width, wrap_at_most};
use super::theme::{Ink, LINE, Theme};
use super::{Chart, ChartContext, ChartError, Request};

/// Points of a ribbon along each of its edges.
const BENDS: usize = 16;

/// The chart `chain-sankey`.
#[derive(Debug)]
pub struct ChainSankey;

impl Chart for ChainSankey {
    fn key(&self) -> &'static str {
        "chain-sankey"
    }

    fn tables(&self) -> &'static [&'static str] {
        super::chain_flows::TABLES
    }

    /// The cohort that `part` names; the latest of each programme where it names none.
    fn draw(&self, request: &Request<'_>) -> Result<Vec<Figure>, ChartError> {
        let Request { tables, selection, context } = *request;
        let chains = chains(tables, selection, context)?;
        Ok(chains.iter().flat_map(|chain| self.figures(chain, context)).collect())
    }
}

/// Most rows of text one above the other.
fn most(size: Size) -> usize {
    match size {
        Size::Column => 36,
        Size::Page => 46,
        Size::Slide => 11,
    }
}

impl ChainSankey {
    /// The figures of one cohort: one where its indicators are readable so, else as many as it takes. Where the
    /// courses are too many, those of each requirement are drawn together.
    pub fn figures(&self, chain: &Chain, context: &ChartContext<'_>) -> Vec<Figure> {
        let most = most(context.size);
        let pieces = chain.pieces(most);
        let part = |piece: Chain| {
            let piece = if piece.columns[0].len() > most { piece.together(context) } else { piece };
            self.figure(&piece, chain, context)
        };
        read::numbered(pieces.into_iter().map(part).collect(), context)
    }

    fn figure(&self, chain: &Chain, whole: &Chain, context: &ChartContext<'_>) -> Figure {
        let theme = Theme::of(context.size);
        let name = chain.heading.line(context);
        let reached = whole.columns[2].iter().filter(|node| node.reached == Some(true)).count();
        let (indicators, requirements) = (whole.columns[1].len(), whole.columns[2].len());
        let values = [
            ("courses", &*whole.courses.to_string()),
            ("indicators", &*indicators.to_string()),
            ("requirements", &*requirements.to_string()),
            ("reached", &*reached.to_string()),
        ];
        let what = context.text("chart.chain-sankey.title", &values);
        let names = ["course", "indicator.plain", "requirement", "training-objective"];
        let shown = if chain.columns[3].is_empty() { 3 } else { 4 };
        let columns: Vec<Band> = names[..shown]
            .iter()
            .map(|key| Band::named(context.text(&format!("chart.axis.{key}"), &[])))
            .collect();
        let longest = chain.columns.iter().map(Vec::len).max().unwrap_or(1);
        // A slide is filled whatever the chain: its rows stay as near to each other as lines of text.
        let least = if context.size == Size::Slide { most(Size::Slide) } else { 8 };
        let rows = (longest * 6 / 5).max(least).min(most(context.size).max(longest));
        let row = theme.small * LINE * 1.04 / theme.scale;
        let y_name = context.text("chart.axis.share", &[]);
        let marks = marks(chain, (rows, shown), theme);
        let ends = |text: &str| text.ends_with('…') || text.ends_with("...");
        let cut = marks.iter().any(|mark| matches!(mark, Mark::Text { text, .. } if ends(text)));
        let shortened = cut.then(|| context.text("chart.note.shortened", &[]));
        Figure {
            id: identifier(&format!("{}-{}", self.key(), chain.heading.id)),
            title: context.text("chart.title", &[("name", &name), ("what", &what)]),
            subtitle: vec![context.text("chart.chain-sankey.subtitle", &[])],
            legend: legend(chain, context),
            panel: Panel {
                marks,
                x: Axis {
                    name: context.text("chart.axis.chain", &[]),
                    scale: Scale::Bands { bands: columns, row: 0.0, lines: 2 },
                },
                y: Axis {
                    name: y_name,
                    scale: Scale::Bands { bands: vec![Band::default(); rows], row, lines: 1 },
                },
                aside: String::new(),
            },
            notes: notes(chain, context).into_iter().chain(shortened).collect(),
            alt: context
                .text("chart.chain-sankey.alt", &[("name", &name), ("parts", &words(chain, context))]),
            ..context.blank(super::chain_flows::TABLES[0])
        }
    }
}

fn notes(chain: &Chain, context: &ChartContext<'_>) -> Vec<String> {
    let mut notes = vec![context.text("chart.chain-sankey.note", &[])];
    if chain.grouped {
        let count = chain.courses.to_string();
        notes.push(context.text("chart.chain-sankey.note.grouped", &[("count", &count)]));
    }
    if let Some(n) = chain.n {
        notes.push(context.text("chart.chain-sankey.note.count", &[("n", &n.to_string())]));
    }
    notes.extend(Some(chain.heading.method_note(context)).filter(|note| !note.is_empty()));
    notes
}

/// Every requirement with its verdict, its indicators and the courses that weigh most in each.
fn words(chain: &Chain, context: &ChartContext<'_>) -> String {
    let mut parts = Vec::new();
    for (at, requirement) in chain.columns[2].iter().enumerate() {
        let inside = chain.flows.iter().filter(|flow| flow.level == 1 && flow.to == at);
        let indicators: Vec<String> = inside
            .map(|flow| {
                let mut from: Vec<&Flow> =
                    chain.flows.iter().filter(|course| course.level == 0 && course.to == flow.from).collect();
                from.sort_by(|a, b| b.width.total_cmp(&a.width).then(a.from.cmp(&b.from)));
                let courses: Vec<String> = from
                    .iter()
                    .take(3)
                    .map(|course| {
                        let label = &chain.columns[0][course.from].label;
                        format!("{label} {:.0}%", course.width * 100.0)
                    })
                    .collect();
                format!("{} ({})", said(&chain.columns[1][flow.from], context), courses.join(", "))
            })
            .collect();
        parts.push(format!("{}: {}", said(requirement, context), indicators.join(", ")));
    }
    parts.extend(chain.columns[3].iter().map(|node| said(node, context)));
    context.join(&parts)
}

/// A node with its value and verdict in words.
fn said(node: &Node, context: &ChartContext<'_>) -> String {
    let verdict = match node.reached {
        Some(true) => context.text("chart.verdict.reached", &[]),
        Some(false) => context.text("chart.verdict.not_reached", &[]),
        None => context.text("chart.verdict.none", &[]),
    };
    [&*node.label, &*node.shown, &*verdict]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Colour and pattern of a ribbon, by the verdict of what it comes from.
fn ribbon(reached: Option<bool>) -> (Ink, Pattern) {
    match reached {
        Some(true) => (Ink::Tint(1), Pattern::Solid),
        Some(false) => (Ink::Vermillion, Pattern::Hatched),
        None => (Ink::Grey, Pattern::Outline),
    }
}

/// The kinds of ribbons and boxes that are drawn.
fn legend(chain: &Chain, context: &ChartContext<'_>) -> Vec<LegendEntry> {
    let drawn = |wanted| {
        chain.flows.iter().any(|flow| flow.reached == wanted)
            || chain.columns.iter().flatten().any(|node| node.reached == wanted)
    };
    [
        (Some(true), "chart.chain-sankey.legend.reached"),
        (Some(false), "chart.chain-sankey.legend.not_reached"),
        (None, "chart.chain-sankey.legend.none"),
    ]
    .into_iter()
    .filter(|(reached, _)| drawn(*reached))
    .map(|(reached, key)| {
        let (ink, pattern) = ribbon(reached);
        LegendEntry { symbol: Symbol::Box(ink, pattern), text: context.text(key, &[]) }
    })
    .collect()
}

fn marks(chain: &Chain, (rows, columns): (usize, usize), theme: Theme) -> Vec<Mark> {
    // Narrow pages give more of a column to the names.
    let half = if theme.width < 300.0 { 0.38 } else { 0.32 };
    let room =
        (theme.width - 2.0 * (theme.margin + theme.gap)) / columns as f64 * 2.0 * half - 0.5 * theme.small;
    let placed = places(chain, rows);
    let mut marks = Vec::new();
    // Widest first: narrow ribbons stay visible on top; what is not reached lies above what is.
    let mut order: Vec<usize> = (0..chain.flows.len()).collect();
    let key = |at: usize| (chain.flows[at].reached == Some(false), -chain.flows[at].width);
    order.sort_by(|&a, &b| key(a).0.cmp(&key(b).0).then(key(a).1.total_cmp(&key(b).1)).then(a.cmp(&b)));
    for at in order {
        let flow = &chain.flows[at];
        let [from, to] = placed.flows[at];
        let x = (flow.level as f64 + half, flow.level as f64 + 1.0 - half);
        let (fill, pattern) = ribbon(flow.reached);
        marks.push(Mark::Area { points: bent(x, from, to), fill, pattern });
    }
    for (column, nodes) in chain.columns.iter().enumerate().take(columns) {
        for (node, place) in nodes.iter().zip(&placed.nodes[column]) {
            marks.extend(node_marks(node, (column as f64, half), *place, (room, theme)));
        }
    }
    marks
}

fn node_marks(
    node: &Node,
    (at, half): (f64, f64),
    (top, bottom): Edges,
    (room, theme): (f64, Theme),
) -> Vec<Mark> {
    let sign = match node.reached {
        Some(true) => "✓",
        Some(false) => "×",
        None => "–",
    };
    let (fill, edge) = match node.reached {
        Some(true) => (Ink::Tint(0), Ink::Blue),
        Some(false) => (Ink::White, Ink::Vermillion),
        None => (Ink::White, Ink::Grey),
    };
    // A character without a glyph is reported where the text is placed.
    let wrapped = |text: String, most: usize| {
        let text = text.trim().to_owned();
        wrap_at_most(&text, theme.small, room, most).map_or_else(|_| vec![text], |(lines, _)| lines)
    };
    let high = (bottom - top).floor().max(1.0) as usize;
    let one = format!("{sign} {} {}", node.short, node.shown);
    let fits = width(one.trim(), theme.small).is_ok_and(|wide| wide <= room);
    let middle = (top + bottom) / 2.0;
    let lines = if fits {
        vec![one.trim().to_owned()]
    } else if high >= 2 && !node.shown.is_empty() {
        let mut lines = wrapped(format!("{sign} {}", node.short), high - 1);
        lines.push(node.shown.clone());
        lines
    } else {
        wrapped(format!("{sign} {}", node.short), high)
    };
    let first = middle - (lines.len() as f64 - 1.0) / 2.0;
    let lines = (0_u32..).zip(lines).map(|(at, line)| (first + f64::from(at), line));
    let (x, y) = ((at - half, at + half), (top, bottom));
    let bar = |fill, pattern| Mark::Bar { x, y, fill, pattern };
    let text = |(y, text)| Mark::Text { at: (at, y), text, ink: Ink::Black, place: Place::Centre };
    let frame = [bar(fill, Pattern::Solid), bar(edge, Pattern::Outline)];
    frame.into_iter().chain(lines.map(text)).collect()
}

/// A ribbon from one edge to the other, level at both ends.
fn bent((left, right): (f64, f64), from: Edges, to: Edges) -> Vec<(f64, f64)> {
    let at = |k: usize, a: f64, b: f64| {
        let t = k as f64 / BENDS as f64;
        (left + (right - left) * t, a + (b - a) * t * t * (3.0 - 2.0 * t))
    };
    let upper = (0..=BENDS).map(|k| at(k, from.0, to.0));
    let lower = (0..=BENDS).rev().map(|k| at(k, from.1, to.1));
    upper.chain(lower).collect()
}
