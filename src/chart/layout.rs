//! Where everything stands: titles, legend, row names, ticks, notes, measured with the embedded font's widths.
//!
//! Rows are as high as their texts need, columns share the width, and the picture grows downwards: a text is
//! wrapped, and only where lines are limited shortened with "…" and a note that says so. Nothing is ever
//! written smaller than the theme's small type.

use std::collections::BTreeMap;

use super::ChartError;
use super::columns::Columns;
use super::figure::{Figure, LegendEntry, Scale};
use super::rows::Rows;
use super::text::{clean, width, wrap};
use super::theme::{Ink, LINE, Theme};

/// A line of text at its place: `x` by its anchor, `y` its baseline, both in points.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TextRun {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) text: String,
    pub(super) size: f64,
    pub(super) ink: Ink,
    pub(super) anchor: Anchor,
    /// Written upwards.
    pub(super) upright: bool,
    /// With a white edge that keeps it readable over lines.
    pub(super) halo: bool,
}

/// Which part of a text stands at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// From the data of an axis to points.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Map {
    /// Numbers from `from` (at `min`) to `to` (at `max`).
    Linear { min: f64, max: f64, from: f64, to: f64 },
    /// The edges of the bands, one more than there are bands.
    Bands(Vec<f64>),
}

impl Map {
    /// The place of a value; values outside the scale go to its nearest end.
    pub(super) fn at(&self, value: f64) -> f64 {
        match self {
            Self::Linear { min, max, from, to } => {
                let share = if max > min { (value.clamp(*min, *max) - min) / (max - min) } else { 0.5 };
                from + share * (to - from)
            }
            Self::Bands(edges) => {
                let last = edges.len().saturating_sub(2);
                let band = (value + 0.5).floor().clamp(0.0, last as f64);
                let (low, high) = (edges[band as usize], edges[(band as usize + 1).min(edges.len() - 1)]);
                low + (value + 0.5 - band).clamp(0.0, 1.0) * (high - low)
            }
        }
    }

    /// The middle of the axis.
    pub(super) fn at_middle(&self) -> f64 {
        match self {
            Self::Linear { from, to, .. } => (from + to) / 2.0,
            Self::Bands(edges) => match (edges.first(), edges.last()) {
                (Some(first), Some(last)) => (first + last) / 2.0,
                _ => 0.0,
            },
        }
    }

    /// The last place of the axis from its beginning at the top or the left: the bottom or the right end.
    fn end(&self) -> f64 {
        match self {
            Self::Linear { from, to, .. } => from.max(*to),
            Self::Bands(edges) => edges.last().copied().unwrap_or(0.0),
        }
    }
}

/// A rectangle in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Frame {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

/// Everything placed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) plot: Frame,
    pub(super) x: Map,
    pub(super) y: Map,
    pub(super) texts: Vec<TextRun>,
    /// Legend entries by their index, with the left end and the middle of their sign.
    pub(super) signs: Vec<(usize, f64, f64)>,
    /// Places of upright grid lines.
    pub(super) grid: Vec<f64>,
}

/// Width of a legend sign, in type sizes.
const SIGN: f64 = 1.9;

/// The growing page: texts placed so far and the height used.
pub(super) struct Page<'a> {
    pub(super) figure: &'a Figure,
    pub(super) theme: Theme,
    pub(super) texts: Vec<TextRun>,
    pub(super) cursor: f64,
    pub(super) shortened: bool,
    /// Most lines of a detail under a row name.
    pub(super) details: usize,
}

/// Lines of details tried in turn until the picture keeps to its height.
const DETAILS: [usize; 4] = [4, 2, 1, 0];

impl Page<'_> {
    /// Width between the margins.
    pub(super) fn inner(&self) -> f64 {
        self.theme.width - 2.0 * self.theme.margin
    }

    /// Writes lines downwards from `top`; returns the height used.
    pub(super) fn write(&mut self, lines: &[String], top: f64, style: Style) -> f64 {
        for (index, line) in lines.iter().enumerate() {
            self.texts.push(TextRun {
                x: style.x,
                y: top + (index as f64 + 0.5) * style.size * LINE + 0.37 * style.size,
                text: line.clone(),
                size: style.size,
                ink: style.ink,
                anchor: style.anchor,
                upright: false,
                halo: false,
            });
        }
        lines.len() as f64 * style.size * LINE
    }

    fn paragraph(&mut self, text: &str, size: f64, ink: Ink) -> Result<(), ChartError> {
        let lines = wrap(text, size, self.inner())?;
        let style = Style { x: self.theme.margin, size, ink, anchor: Anchor::Start };
        self.cursor += self.write(&lines, self.cursor, style);
        Ok(())
    }

    fn legend(&mut self, entries: &[LegendEntry]) -> Result<Vec<(usize, f64, f64)>, ChartError> {
        let mut signs = Vec::new();
        let (size, margin) = (self.theme.body, self.theme.margin);
        let (sign, line) = (SIGN * size, LINE * size);
        let mut x = margin;
        for (index, entry) in entries.iter().enumerate() {
            let lines = wrap(&entry.text, size, self.inner() - sign - 0.4 * size)?;
            let wide =
                lines.iter().try_fold(0.0, |most: f64, text| width(text, size).map(|w| most.max(w)))?;
            if x > margin && x + sign + 0.4 * size + wide > self.theme.width - margin {
                x = margin;
                self.cursor += line;
            }
            signs.push((index, x, self.cursor + line / 2.0));
            let style = Style { x: x + sign + 0.4 * size, size, ink: Ink::Black, anchor: Anchor::Start };
            let used = self.write(&lines, self.cursor, style);
            x += sign + 1.6 * size + wide;
            if lines.len() > 1 {
                x = self.theme.width;
                self.cursor += used - line;
            }
        }
        if !entries.is_empty() {
            self.cursor += line + self.theme.gap / 2.0;
        }
        Ok(signs)
    }

    /// Height that the notes and the source will take, the note on shortening included.
    fn foot_height(&self) -> Result<f64, ChartError> {
        let figure = self.figure;
        let notes = figure.notes.iter().chain([&figure.shortened_note, &figure.source]);
        notes.into_iter().try_fold(self.theme.gap, |sum, note| {
            Ok(sum + wrap(note, self.theme.small, self.inner())?.len() as f64 * self.theme.small * LINE)
        })
    }

    fn foot(&mut self) -> Result<(), ChartError> {
        let figure = self.figure;
        self.cursor += self.theme.gap;
        for note in &figure.notes {
            self.paragraph(note, self.theme.small, Ink::Black)?;
        }
        if self.shortened && !figure.notes.contains(&figure.shortened_note) {
            self.paragraph(&figure.shortened_note, self.theme.small, Ink::Black)?;
        }
        self.paragraph(&figure.source, self.theme.small, Ink::Grey)
    }
}

/// How lines are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub(super) x: f64,
    pub(super) size: f64,
    pub(super) ink: Ink,
    pub(super) anchor: Anchor,
}

/// Places everything of a figure.
///
/// # Errors
/// [`ChartError::MissingGlyph`] for a character that no font draws.
pub(super) fn place(figure: &Figure) -> Result<Layout, ChartError> {
    let theme = Theme::of(figure.size);
    let mut layout = place_with(figure, DETAILS[0])?;
    for &details in &DETAILS[1..] {
        if layout.height <= theme.most || (details == 0 && told_by_details(figure)) {
            break;
        }
        layout = place_with(figure, details)?;
    }
    Ok(layout)
}

/// Whether rows of one name are told apart by their details alone, which then are never left out.
fn told_by_details(figure: &Figure) -> bool {
    let Scale::Bands { bands, .. } = &figure.panel.y.scale else { return false };
    let mut known: BTreeMap<&str, &str> = BTreeMap::new();
    bands.iter().any(|band| known.insert(&band.label, &band.detail).is_some_and(|one| one != band.detail))
}

fn place_with(figure: &Figure, details: usize) -> Result<Layout, ChartError> {
    let theme = Theme::of(figure.size);
    let mut page = Page { figure, theme, texts: Vec::new(), cursor: theme.margin, shortened: false, details };
    page.paragraph(&figure.title, theme.title, Ink::Black)?;
    for line in &figure.subtitle {
        page.paragraph(line, theme.body, Ink::Grey)?;
    }
    page.cursor += theme.gap / 2.0;
    let signs = page.legend(&figure.legend)?;
    let (plot, x, y) = panel(&mut page)?;
    page.foot()?;
    // A sum of heights that is whole but for its last bits is that whole number.
    let height = (page.cursor + theme.margin - 1e-6).max(theme.height).ceil();
    let mut texts = page.texts;
    texts.extend(mark_texts(figure, theme, &x, &y)?);
    let grid = match &figure.panel.x.scale {
        Scale::Linear { ticks, .. } => ticks.iter().map(|tick| x.at(tick.at)).collect(),
        _ => Vec::new(),
    };
    Ok(Layout { width: theme.width, height, plot, x, y, texts, signs, grid })
}

fn panel(page: &mut Page<'_>) -> Result<(Frame, Map, Map), ChartError> {
    let theme = page.theme;
    let rows = Rows::measure(page)?;
    let (mut left, mut right) = (theme.margin + rows.left, theme.width - theme.margin - rows.right);
    let columns = Columns::measure(page, right - left)?;
    page.header(&rows, &columns, (left, right));
    let top = page.cursor;
    let room = theme.height - theme.margin - page.foot_height()? - columns.below - top;
    if matches!(page.figure.panel.x.scale, Scale::Bare { .. }) {
        let side = (right - left).min(if theme.height > 0.0 { room } else { theme.width * 0.75 });
        let middle = (left + right) / 2.0;
        (left, right) = (middle - side / 2.0, middle + side / 2.0);
    }
    let y = rows.map(page, top, (room, right - left));
    let bottom = y.end();
    rows.write(page, &y, (left, right));
    let x = columns.map(page, left, right);
    page.cursor = bottom;
    columns.write_below(page, &x)?;
    Ok((Frame { left, top, right, bottom }, x, y))
}

/// The texts of the marks, at their places.
fn mark_texts(figure: &Figure, theme: Theme, x: &Map, y: &Map) -> Result<Vec<TextRun>, ChartError> {
    use super::figure::{Mark, Place};
    let size = theme.small;
    let halo = !matches!(figure.panel.x.scale, Scale::Bands { .. });
    let mut texts = Vec::new();
    for mark in &figure.panel.marks {
        let Mark::Text { at, text, ink, place } = mark else { continue };
        let text = clean(text);
        let wide = width(&text, size)?;
        let (dx, dy, anchor) = match place {
            Place::Centre => (0.0, 0.0, Anchor::Middle),
            Place::Right => (0.6 * size, 0.0, Anchor::Start),
            Place::Left => (-0.6 * size, 0.0, Anchor::End),
            Place::Above => (0.0, -0.95 * size, Anchor::Middle),
            Place::Below => (0.0, 0.95 * size, Anchor::Middle),
        };
        let (x, y) = (x.at(at.0) + dx, y.at(at.1) + dy + 0.37 * size);
        let share = match anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => 0.5,
            Anchor::End => 1.0,
        };
        let least = theme.margin + share * wide;
        let x = x.min(theme.width - theme.margin - (1.0 - share) * wide).max(least);
        texts.push(TextRun { x, y, text, size, ink: *ink, anchor, upright: false, halo });
    }
    Ok(texts)
}
