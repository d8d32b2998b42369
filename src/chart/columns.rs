//! The horizontal axis: headings of columns above the panel, or ticks and labels below it.

use super::ChartError;
use super::figure::{Band, Scale, Tick};
use super::layout::{Anchor, Map, Page, Style, TextRun};
use super::rows::{Rows, widest};
use super::text::{breaks_a_word, clean, width, wrap, wrap_at_most};
use super::theme::{Ink, LINE};

/// Most lines of a column heading that is written level.
const LEVEL_LINES: usize = 3;

/// The horizontal axis with all its texts measured.
pub(super) struct Columns {
    /// Height that it takes above the panel.
    above: f64,
    /// Height that it takes below the panel.
    pub(super) below: f64,
    name: Vec<String>,
    /// Labels of the bands, broken into lines.
    labels: Vec<Vec<String>>,
    upright: bool,
    /// Group headings: first band, bands, lines.
    groups: Vec<(usize, usize, Vec<String>)>,
}

impl Columns {
    /// Measures and breaks the texts of the horizontal axis for a panel of this width.
    pub(super) fn measure(page: &mut Page<'_>, wide: f64) -> Result<Self, ChartError> {
        let theme = page.theme;
        let on_top = matches!(page.figure.panel.y.scale, Scale::Bands { .. });
        let name = wrap(&page.figure.panel.x.name, theme.body, wide)?;
        let name_height = name.len() as f64 * theme.body * LINE;
        let mut columns = Self {
            above: 0.0,
            below: name_height,
            name,
            labels: Vec::new(),
            upright: false,
            groups: Vec::new(),
        };
        match &page.figure.panel.x.scale {
            Scale::Bands { bands, .. } => {
                let each = wide / bands.len().max(1) as f64;
                columns.break_labels(page, bands, each)?;
                columns.break_groups(page, bands, each)?;
                let texts = columns.label_height(page)? + columns.group_height(page) + theme.gap / 2.0;
                (columns.above, columns.below) =
                    if on_top { (texts + name_height, 0.0) } else { (0.0, texts + name_height) };
            }
            Scale::Linear { .. } => columns.below += theme.small * LINE + theme.gap / 2.0,
            Scale::Bare { .. } => {}
        }
        Ok(columns)
    }

    fn break_labels(&mut self, page: &mut Page<'_>, bands: &[Band], each: f64) -> Result<(), ChartError> {
        let (size, air) = (page.theme.small, 0.35 * page.theme.small);
        let mut level = Vec::with_capacity(bands.len());
        for band in bands {
            level.push(wrap(&band.label, size, each - air)?);
        }
        let narrow = each < 3.0 * size;
        self.upright = bands.iter().zip(&level).any(|(band, lines)| {
            lines.len() > if narrow { 1 } else { LEVEL_LINES } || breaks_a_word(&band.label, size, each - air)
        });
        if !self.upright {
            self.labels = level;
            return Ok(());
        }
        let lines = ((each / (size * LINE)).floor() as usize).clamp(1, LEVEL_LINES);
        for band in bands {
            let (lines, cut) = wrap_at_most(&band.label, size, page.theme.heading, lines)?;
            page.shortened |= cut;
            self.labels.push(lines);
        }
        Ok(())
    }

    fn break_groups(&mut self, page: &mut Page<'_>, bands: &[Band], each: f64) -> Result<(), ChartError> {
        let mut first = 0;
        while first < bands.len() {
            let count = bands[first..].iter().take_while(|band| band.group == bands[first].group).count();
            if !bands[first].group.is_empty() {
                let most = count as f64 * each - 1.5;
                let (lines, cut) = wrap_at_most(&bands[first].group, page.theme.small, most, LEVEL_LINES)?;
                page.shortened |= cut;
                self.groups.push((first, count, lines));
            }
            first += count;
        }
        Ok(())
    }

    fn label_height(&self, page: &Page<'_>) -> Result<f64, ChartError> {
        let size = page.theme.small;
        if self.upright {
            return self.labels.iter().try_fold(0.0, |most: f64, lines| Ok(most.max(widest(lines, size)?)));
        }
        let lines = self.labels.iter().map(Vec::len).max().unwrap_or(0);
        Ok(lines as f64 * size * LINE)
    }

    fn group_height(&self, page: &Page<'_>) -> f64 {
        let lines = self.groups.iter().map(|group| group.2.len()).max().unwrap_or(0);
        if lines == 0 { 0.0 } else { lines as f64 * page.theme.small * LINE + page.theme.gap / 2.0 }
    }

    /// The map from data to width.
    pub(super) fn map(&self, page: &Page<'_>, left: f64, right: f64) -> Map {
        match &page.figure.panel.x.scale {
            Scale::Bands { bands, .. } => {
                let n = bands.len().max(1);
                Map::Bands((0..=n).map(|k| left + (right - left) * k as f64 / n as f64).collect())
            }
            Scale::Linear { min, max, .. } | Scale::Bare { min, max } => {
                Map::Linear { min: *min, max: *max, from: left, to: right }
            }
        }
    }

    /// Writes the labels of the bands from `top` downwards, upright ones ending at `top + high` if `lean_down`.
    fn write_labels(&self, page: &mut Page<'_>, map: &Map, span: (f64, f64), lean_down: bool) {
        let size = page.theme.small;
        for (index, lines) in self.labels.iter().enumerate() {
            let middle = map.at(index as f64);
            if self.upright {
                let across = lines.len() as f64 * size * LINE;
                for (k, line) in lines.iter().enumerate() {
                    page.texts.push(TextRun {
                        x: middle - across / 2.0 + (k as f64 + 0.5) * size * LINE + 0.37 * size,
                        y: if lean_down { span.1 } else { span.0 },
                        text: line.clone(),
                        size,
                        ink: Ink::Black,
                        anchor: if lean_down { Anchor::Start } else { Anchor::End },
                        upright: true,
                        halo: false,
                    });
                }
            } else {
                let high = lines.len() as f64 * size * LINE;
                let top = if lean_down { span.1 - high } else { span.0 };
                let style = Style { x: middle, size, ink: Ink::Black, anchor: Anchor::Middle };
                page.write(lines, top, style);
            }
        }
    }

    /// Writes what stands below the panel, from the cursor downwards.
    pub(super) fn write_below(&self, page: &mut Page<'_>, map: &Map) -> Result<(), ChartError> {
        let theme = page.theme;
        let figure = page.figure;
        if self.below <= 0.0 {
            return Ok(());
        }
        page.cursor += theme.gap / 2.0;
        match &figure.panel.x.scale {
            Scale::Linear { ticks, .. } => {
                write_ticks(page, ticks, map)?;
                page.cursor += theme.small * LINE;
            }
            Scale::Bands { .. } => {
                let high = self.label_height(page)?;
                let span = (page.cursor, page.cursor + high);
                self.write_labels(page, map, span, false);
                page.cursor += high;
            }
            Scale::Bare { .. } => {}
        }
        let middle = map.at_middle();
        let style = Style { x: middle, size: theme.body, ink: Ink::Black, anchor: Anchor::Middle };
        page.cursor += page.write(&self.name, page.cursor, style);
        Ok(())
    }
}

/// Ticks of numbers, every second or third of them where they would touch; zero stays among them.
fn write_ticks(page: &mut Page<'_>, ticks: &[Tick], map: &Map) -> Result<(), ChartError> {
    let size = page.theme.small;
    let zero = ticks.iter().position(|tick| tick.at.abs() < 1e-9).unwrap_or(0);
    let mut shown: Vec<&Tick> = Vec::new();
    for step in 1..=ticks.len() {
        shown = ticks.iter().skip(zero % step).step_by(step).collect();
        let mut free = true;
        for pair in shown.windows(2) {
            let half = (width(&pair[0].label, size)? + width(&pair[1].label, size)?) / 2.0;
            free &= map.at(pair[1].at) - map.at(pair[0].at) >= half + 0.5 * size;
        }
        if free {
            break;
        }
    }
    for tick in shown {
        let style = Style { x: map.at(tick.at), size, ink: Ink::Black, anchor: Anchor::Middle };
        page.write(&[clean(&tick.label)], page.cursor, style);
    }
    Ok(())
}

impl Page<'_> {
    /// Writes what stands above the panel and moves the cursor to the panel's top.
    pub(super) fn header(&mut self, rows: &Rows, columns: &Columns, (left, right): (f64, f64)) {
        let theme = self.theme;
        let line = theme.body * LINE;
        let beside = rows.name.len().max(rows.heading.len()) as f64 * line;
        let top = self.cursor;
        // The highest tick reaches half its height above the panel.
        let ticked = matches!(self.figure.panel.y.scale, Scale::Linear { .. });
        let air = if ticked { (theme.small * LINE / 2.0).max(theme.gap / 2.0) } else { theme.gap / 2.0 };
        let bottom = top + beside.max(columns.above) + air;
        let lean = |lines: usize| bottom - air - lines as f64 * line;
        let style = Style { x: theme.margin, size: theme.body, ink: Ink::Black, anchor: Anchor::Start };
        let level = if rows.unnamed { top } else { lean(rows.name.len()) };
        self.write(&rows.name, level, style);
        self.write(&rows.heading, lean(rows.heading.len()), Style { x: right + theme.gap, ..style });
        if columns.above > 0.0 {
            let map = columns.map(self, left, right);
            let mut at = bottom - air - columns.above;
            let style = Style { x: (left + right) / 2.0, anchor: Anchor::Middle, ..style };
            at += self.write(&columns.name, at, style);
            let each = (right - left) / columns.labels.len().max(1) as f64;
            for (first, count, text) in &columns.groups {
                let x = left + (*first as f64 + *count as f64 / 2.0) * each;
                let style = Style { x, size: theme.small, ink: Ink::Black, anchor: Anchor::Middle };
                self.write(text, at, style);
            }
            let span = (at + columns.group_height(self), bottom - air);
            columns.write_labels(self, &map, span, true);
        }
        self.cursor = bottom;
    }
}
