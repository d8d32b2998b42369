//! The vertical axis: names of rows left of the panel, texts right of it, ticks.

use std::collections::BTreeMap;

use super::ChartError;
use super::figure::{Band, Scale};
use super::layout::{Anchor, Map, Page, Style};
use super::text::{clean, width, wrap, wrap_at_most, wrap_without_middle};
use super::theme::{Ink, LINE};

/// Height of a panel of numbers over its width: two such pictures with their texts keep to one page.
const ASPECT: f64 = 0.41;
/// Rows of a slide grow to fill it, up to this factor.
const STRETCH: f64 = 2.0;

/// The vertical axis with all its texts measured.
pub(super) struct Rows {
    /// Space that it takes left of the panel.
    pub(super) left: f64,
    /// Space that it takes right of the panel.
    pub(super) right: f64,
    pub(super) name: Vec<String>,
    pub(super) heading: Vec<String>,
    /// No row has a name: the name of the axis stands beside that of the columns and takes no width of its own.
    pub(super) unnamed: bool,
    blocks: Vec<Block>,
}

/// The texts of one row, broken into lines.
struct Block {
    label: Vec<String>,
    detail: Vec<String>,
    aside: Vec<(String, Ink)>,
    height: f64,
}

/// The names of rows in lines, and whether they were shortened: at their ends; where several would then read alike, all
/// in their middle, which moves towards the end until no two read alike.
fn told_apart(
    bands: &[Band],
    size: f64,
    most: f64,
    lines: usize,
) -> Result<Vec<(Vec<String>, bool)>, ChartError> {
    let fitted = bands.iter().map(|band| wrap_at_most(&band.label, size, most, lines));
    let mut fitted = fitted.collect::<Result<Vec<_>, _>>()?;
    for end in [2, 4, 8, 2] {
        if !alike(bands, &fitted) {
            return Ok(fitted);
        }
        for (band, (label, _)) in bands.iter().zip(&mut fitted).filter(|(_, (_, cut))| *cut) {
            *label = wrap_without_middle(&band.label, (size, most), lines, end)?;
        }
    }
    Ok(fitted)
}

/// Whether two names that differ read alike.
fn alike(bands: &[Band], fitted: &[(Vec<String>, bool)]) -> bool {
    let mut seen: BTreeMap<&[String], &str> = BTreeMap::new();
    bands
        .iter()
        .zip(fitted)
        .filter(|(_, (_, cut))| *cut)
        .any(|(band, (label, _))| seen.insert(label, &band.label).is_some_and(|known| known != band.label))
}

/// Width of the widest line.
pub(super) fn widest(lines: &[String], size: f64) -> Result<f64, ChartError> {
    lines.iter().try_fold(0.0, |most: f64, line| Ok(most.max(width(line, size)?)))
}

impl Rows {
    /// Measures and breaks the texts of the vertical axis.
    pub(super) fn measure(page: &mut Page<'_>) -> Result<Self, ChartError> {
        match &page.figure.panel.y.scale {
            Scale::Bands { bands, row, lines } => Self::of_bands(page, bands, (*row, *lines)),
            Scale::Linear { ticks, .. } => {
                let size = page.theme.small;
                let wide =
                    ticks.iter().try_fold(0.0, |most: f64, tick| Ok(most.max(width(&tick.label, size)?)))?;
                let name = wrap(&page.figure.panel.y.name, page.theme.body, page.inner())?;
                let left = wide + page.theme.gap;
                Ok(Self { left, right: page.theme.gap, name, ..Self::bare() })
            }
            Scale::Bare { .. } => Ok(Self::bare()),
        }
    }

    fn bare() -> Self {
        Self {
            left: 0.0,
            right: 0.0,
            name: Vec::new(),
            heading: Vec::new(),
            unnamed: false,
            blocks: Vec::new(),
        }
    }

    fn of_bands(page: &mut Page<'_>, bands: &[Band], (row, lines): (f64, usize)) -> Result<Self, ChartError> {
        let theme = page.theme;
        let share = if lines == 1 { theme.dense_share } else { theme.label_share };
        let (most_left, most_right) = (share * page.inner(), theme.aside_share * page.inner());
        let label_size = if lines == 1 { theme.small } else { theme.body };
        let labels = told_apart(bands, label_size, most_left, lines)?;
        let mut blocks = Vec::with_capacity(bands.len());
        let (mut left, mut right): (f64, f64) = (0.0, 0.0);
        for (band, (label, cut)) in bands.iter().zip(labels) {
            let (detail, cut_detail) =
                wrap_at_most(&band.detail, theme.small, most_left, lines.min(page.details))?;
            page.shortened |= cut || cut_detail;
            let mut aside = Vec::new();
            for (text, ink) in &band.aside {
                aside.extend(wrap(text, theme.small, most_right)?.into_iter().map(|line| (line, *ink)));
            }
            left = left.max(widest(&label, label_size)?).max(widest(&detail, theme.small)?);
            for (line, _) in &aside {
                right = right.max(width(line, theme.small)?);
            }
            let texts = label.len() as f64 * label_size * LINE + detail.len() as f64 * theme.small * LINE;
            let beside = aside.len() as f64 * theme.small * LINE;
            let air = if lines == 1 { 0.0 } else { 0.4 * theme.body };
            blocks.push(Block {
                label,
                detail,
                aside,
                height: (row * theme.scale).max(texts.max(beside) + air),
            });
        }
        let name = wrap(&page.figure.panel.y.name, theme.body, most_left)?;
        let heading = wrap(&page.figure.panel.aside, theme.body, most_right)?;
        let unnamed = left <= 0.0;
        if !unnamed {
            left = left.max(widest(&name, theme.body)?);
        }
        right = right.max(widest(&heading, theme.body)?);
        let beside = if right > 0.0 { right + theme.gap } else { theme.gap };
        Ok(Self { left: left + theme.gap, right: beside, name, heading, unnamed, blocks })
    }

    /// The map from data to height; `room` is what a page of fixed height has left.
    pub(super) fn map(&self, page: &Page<'_>, top: f64, (room, wide): (f64, f64)) -> Map {
        match page.figure.panel.y.scale {
            Scale::Bands { .. } => {
                let sum: f64 = self.blocks.iter().map(|block| block.height).sum();
                let stretch = if page.theme.height > 0.0 { (room / sum).clamp(1.0, STRETCH) } else { 1.0 };
                let mut edges = vec![top];
                let mut at = top;
                for block in &self.blocks {
                    at += block.height * stretch;
                    edges.push(at);
                }
                Map::Bands(edges)
            }
            Scale::Linear { min, max, .. } => {
                let high = if page.theme.height > 0.0 { room.max(wide * 0.18) } else { wide * ASPECT };
                Map::Linear { min, max, from: top + high, to: top }
            }
            Scale::Bare { min, max } => Map::Linear { min, max, from: top + wide, to: top },
        }
    }

    /// Writes the names left of the panel and the texts right of it.
    pub(super) fn write(&self, page: &mut Page<'_>, map: &Map, (left, right): (f64, f64)) {
        let theme = page.theme;
        let figure = page.figure;
        if let Scale::Linear { ticks, .. } = &figure.panel.y.scale {
            for tick in ticks {
                let style = Style {
                    x: left - theme.gap / 2.0,
                    size: theme.small,
                    ink: Ink::Black,
                    anchor: Anchor::End,
                };
                page.write(&[clean(&tick.label)], map.at(tick.at) - theme.small * LINE / 2.0, style);
            }
        }
        let dense = matches!(figure.panel.y.scale, Scale::Bands { lines: 1, .. });
        let size = if dense { theme.small } else { theme.body };
        for (index, block) in self.blocks.iter().enumerate() {
            let middle = map.at(index as f64);
            let high =
                block.label.len() as f64 * size * LINE + block.detail.len() as f64 * theme.small * LINE;
            let style = Style { x: theme.margin, size, ink: Ink::Black, anchor: Anchor::Start };
            let used = page.write(&block.label, middle - high / 2.0, style);
            let style = Style { size: theme.small, ink: Ink::Grey, ..style };
            page.write(&block.detail, middle - high / 2.0 + used, style);
            let mut top = middle - block.aside.len() as f64 * theme.small * LINE / 2.0;
            for (line, ink) in &block.aside {
                let style =
                    Style { x: right + theme.gap, size: theme.small, ink: *ink, anchor: Anchor::Start };
                top += page.write(std::slice::from_ref(line), top, style);
            }
        }
    }
}
