//! How wide the columns of a table become: what is left of a line goes where it saves the most lines of text.

use unicode_width::UnicodeWidthStr;

use super::document::DocTable;
use super::grid::{Line, NARROWEST, Place, Wish, apart, grid, set_width, wishes};

/// Lines of a table by which its height is judged. Ours.
const MOST_JUDGED: usize = 60;
/// What a line of the table's height counts for beside a line of one cell: a cell that grows lower counts a little even
/// where another keeps the line of the table as high as it is. Ours.
const HEIGHT: usize = 10;

/// A text that may take several lines.
struct Text {
    column: usize,
    row: usize,
    /// Lines of the table that it reaches over.
    rows: usize,
    width: usize,
    /// What stands free at the ends of its column and, where it is broken, at the end of a line.
    edge: usize,
    ragged: usize,
}

impl Text {
    fn lines(&self, column: usize) -> usize {
        let inner = column.saturating_sub(self.edge).max(1);
        if self.width <= inner { 1 } else { self.width.div_ceil(inner.saturating_sub(self.ragged).max(1)) }
    }
}

/// The texts of a table that do not fit the least width of their column, those over several lines last.
fn texts(table: &DocTable, wishes: &[Wish]) -> (Vec<Text>, usize) {
    let mut texts = Vec::new();
    let mut lines = 0;
    for (part, head) in [(&table.header, true), (&table.rows, false)] {
        for line in grid(part, wishes.len()).iter().take(MOST_JUDGED) {
            for (column, place) in line.iter().enumerate() {
                let Place::Begins(cell) = place else { continue };
                let bold = if head || cell.strong { 11 } else { 10 };
                let width = (set_width(&cell.text) * bold).div_ceil(10);
                let edge = 2 + apart(table, column);
                if cell.columns == 1 && width + edge > wishes[column].least {
                    let chinese = cell.text.width() > cell.text.chars().count();
                    let ragged = if chinese { 1 } else { 4 };
                    texts.push(Text { column, row: lines, rows: cell.rows.max(1), width, edge, ragged });
                }
            }
            lines += 1;
        }
    }
    texts.sort_by_key(|text| text.rows);
    (texts, lines)
}

/// The height of the texts, in tenths of a line of the table.
fn height(texts: &[Text], lines: usize, lengths: &[usize]) -> usize {
    let mut rows = vec![1; lines];
    let mut cells = 0;
    for text in texts {
        let needed = text.lines(lengths[text.column]);
        cells += needed;
        let end = (text.row + text.rows).min(lines);
        let Some((last, before)) = rows.get_mut(text.row..end).and_then(<[usize]>::split_last_mut) else {
            continue;
        };
        *last = (*last).max(needed.saturating_sub(before.iter().sum()));
    }
    rows.iter().sum::<usize>() * HEIGHT + cells
}

/// The least widths, and what is left of the line given to those columns where it saves the most height for its width.
fn shared_out(table: &DocTable, wishes: &[Wish], line: usize) -> Vec<usize> {
    let (texts, lines) = texts(table, wishes);
    let mut lengths: Vec<usize> = wishes.iter().map(|wish| wish.least).collect();
    loop {
        let rest = line.saturating_sub(lengths.iter().sum());
        let now = height(&texts, lines, &lengths);
        let mut best: Option<(f64, usize, usize)> = None;
        for (column, wish) in wishes.iter().enumerate() {
            let most = rest.min(wish.full.saturating_sub(lengths[column]));
            let before = lengths[column];
            for more in 1..=most {
                lengths[column] = before + more;
                let saved = now.saturating_sub(height(&texts, lines, &lengths)) as f64 / more as f64;
                if saved > best.map_or(0.0, |(most, ..)| most) {
                    best = Some((saved, column, more));
                }
            }
            lengths[column] = before;
        }
        let Some((_, column, more)) = best else { return lengths };
        lengths[column] += more;
    }
}

/// The width of each column in widths of a digit, on a line that holds so many.
///
/// Every column gets what it wishes where the line holds it all; else the least that breaks no word, and the rest goes
/// where it saves lines; what saves none is spread in proportion to the root of what the columns wish beyond.
fn lengths(table: &DocTable, mut wishes: Vec<Wish>, line: usize) -> Vec<f64> {
    if wishes.iter().map(|wish| wish.full).sum::<usize>() <= line {
        return wishes.iter().map(|wish| wish.full as f64).collect();
    }
    if wishes.iter().map(|wish| wish.least).sum::<usize>() > line {
        // Many columns stand closer together.
        wishes.iter_mut().for_each(|wish| wish.least = wish.least.saturating_sub(1).max(NARROWEST));
    }
    let lengths = shared_out(table, &wishes, line);
    let rest = line.saturating_sub(lengths.iter().sum()) as f64;
    let wants: Vec<f64> = wishes
        .iter()
        .zip(&lengths)
        .map(|(wish, &length)| (wish.full.saturating_sub(length) as f64).sqrt())
        .collect();
    let beyond: f64 = wants.iter().sum::<f64>().max(1.0);
    lengths.iter().zip(wants).map(|(&length, wants)| length as f64 + rest * wants / beyond).collect()
}

/// Columns up to which a table is set in its usual size. Ours.
const MOST_COLUMNS: usize = 10;

/// How a table stands on a page.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    /// The share of the page's width of each column; they sum to 1.
    pub(super) shares: Vec<f64>,
    /// What each column holds, in widths of a digit.
    pub(super) rooms: Vec<f64>,
    /// Whether it is set in the smaller type: it has many columns, or they need more than a line holds, or it is compact.
    pub(super) small: bool,
}

impl Layout {
    /// The layout of a table on a page whose lines hold so much.
    pub(super) fn new(table: &DocTable, line: Line) -> Self {
        let wishes = wishes(table);
        let needed: usize = wishes.iter().map(|wish| wish.need).sum();
        let small = table.columns.len() > MOST_COLUMNS || table.compact || needed > line.usual;
        let line = if small { line.small } else { line.usual };
        let lengths = lengths(table, wishes, line);
        let total = lengths.iter().sum::<f64>().max(1.0);
        let shares: Vec<f64> = lengths.iter().map(|length| length / total).collect();
        let rooms = shares.iter().map(|share| share * line as f64).collect();
        Self { shares, rooms, small }
    }
}

#[cfg(test)]
mod tests {
    use super::super::document::{Align, Cell, DocColumn, Form};
    use super::*;

    #[test]
    fn what_is_left_of_a_line_goes_where_it_saves_lines() {
        let column = DocColumn { align: Align::Left, form: Form::Text };
        let course = || vec![Cell::text("计算机系统综合实验（1）"), Cell::text("0.652")];
        let mut rows = vec![course(); 4];
        rows[0].insert(0, Cell::text("文".repeat(30)).over(1, 4));
        let table = DocTable { columns: vec![column; 3], rows, ..DocTable::default() };
        let line = Line { usual: 60, small: 60 };
        let layout = Layout::new(&table, line);
        // The name that reaches over four lines has room below it; the four names beside it get theirs.
        assert!((layout.shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(layout.rooms[1] >= 25.0, "{layout:?}");
    }
}
