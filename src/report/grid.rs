//! A table's cells on their grid, and how wide its columns have to be.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::document::{Align, Block, Cell, DocTable};

/// A place of the grid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Place<'a> {
    /// A cell begins here.
    Begins(&'a Cell),
    /// A cell from a line above reaches down to here.
    Below(&'a Cell),
    /// A cell from the left reaches over to here.
    Beside,
    /// Nothing was said about this place.
    Empty,
}

/// The lines of a part of a table on a grid of `columns` columns. What spans beyond the grid is cut.
pub(super) fn grid(lines: &[Vec<Cell>], columns: usize) -> Vec<Vec<Place<'_>>> {
    let mut places = vec![vec![Place::Empty; columns]; lines.len()];
    for (at, line) in lines.iter().enumerate() {
        let mut column = 0;
        for cell in line {
            while column < columns && places[at][column] != Place::Empty {
                column += 1;
            }
            if column >= columns {
                break;
            }
            let right = (column + cell.columns.max(1)).min(columns);
            let bottom = (at + cell.rows.max(1)).min(lines.len());
            for (below, row) in places[at..bottom].iter_mut().enumerate() {
                for (beside, place) in row[column..right].iter_mut().enumerate() {
                    *place = match (below, beside) {
                        (0, 0) => Place::Begins(cell),
                        (_, 0) => Place::Below(cell),
                        _ => Place::Beside,
                    };
                }
            }
            column = right;
        }
    }
    places
}

/// Widest column that a text may ask for, in widths of a Latin letter. Ours.
const WIDEST: usize = 90;
/// Narrowest column, in the same unit.
pub(super) const NARROWEST: usize = 4;

/// Widths of a digit that a line of a page holds in the type of tables, and in the smaller type of wide tables.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    pub(super) usual: usize,
    pub(super) small: usize,
}

/// A line of 17 cm in the usual type of the embedded font, 9 points (a digit is 0.555 em), and in 7.5 points; that of
/// a page of HTML holds a little more.
pub(super) const LINE: Line = Line { usual: 96, small: 115 };
/// The same in the fonts of office documents, whose digits are 0.507 em at most.
pub(super) const OFFICE: Line = Line { usual: 105, small: 126 };

/// Lines up to which a table is kept on one page. Ours.
const SHORT_TABLE: usize = 8;
/// Letters up to which the cells of such a table are short. Ours.
const SHORT_TEXT: usize = 120;

/// Whether a table is small enough to stay on one page.
pub(super) fn is_short(table: &DocTable) -> bool {
    table.rows.len() <= SHORT_TABLE && table.rows.iter().flatten().all(|cell| cell.text.width() <= SHORT_TEXT)
}

/// What a column stands off the one before it.
pub(super) fn apart(table: &DocTable, column: usize) -> usize {
    usize::from(is_apart(table, column))
}

/// Whether texts of a column follow numbers: they stand a little apart, or a number and a text would touch.
pub(super) fn is_apart(table: &DocTable, column: usize) -> bool {
    let align = |at: usize| table.columns.get(at).map(|column| column.align);
    column > 0 && align(column) == Some(Align::Left) && align(column - 1) == Some(Align::Right)
}

/// Least width of a column of longer texts, and that which it needs so that its lines do not grow to a tower. Ours.
const LEAST_TEXT: usize = 12;
const TEXT: usize = 18;
/// A text wider than this would still grow to a tower there, and gets a column of `LONG_TEXT`. Ours.
const LONG: usize = 80;
const LONG_TEXT: usize = 26;

/// Lines under one cell that stay on one page: a cell cut by the end of a page leaves lines without their name. Ours.
pub(super) const MOST_KEPT: usize = 12;

/// A text that takes up to `most` widths of a Latin letter; what is cut off is shown by an ellipsis.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    if text.width() <= most {
        return text.to_owned();
    }
    let mut used = 1;
    let fits = |c: &char| {
        used += c.width().unwrap_or(0);
        used <= most
    };
    text.chars().take_while(fits).collect::<String>() + "…"
}

/// Widths of a column, in widths of a Latin letter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish {
    /// No text takes a second line.
    pub(super) full: usize,
    /// No text grows to a tower.
    pub(super) need: usize,
    /// No word or number is broken.
    pub(super) least: usize,
}

/// What each column would like and what it needs.
pub(super) fn wishes(table: &DocTable) -> Vec<Wish> {
    let columns = table.columns.len();
    let mut wishes = vec![Wish { full: NARROWEST, need: NARROWEST, least: NARROWEST }; columns];
    for (lines, head) in [(&table.header, true), (&table.rows, false)] {
        for row in grid(lines, columns) {
            for (at, place) in row.iter().enumerate() {
                let Place::Begins(cell) = place else { continue };
                if cell.columns > 1 {
                    continue;
                }
                let Wish { full, need, least } = &mut wishes[at];
                // Bold letters are wider.
                let wide = |width: usize| if head || cell.strong { (width * 11).div_ceil(10) } else { width };
                let apart = apart(table, at);
                *full = (*full).max(wide(set_width(&cell.text)) + 2 + apart).min(WIDEST);
                let piece = if head { heading_piece(&cell.text) } else { longest_piece(&cell.text) };
                let edge = if cell.strong && !head { 3 } else { 2 };
                *least = (*least).max(wide(piece) + edge + apart).min(WIDEST);
                *need = (*need).max(*least);
                if !head && cell.text.width() > SHORT {
                    let lines = if cell.text.width() > LONG { LONG_TEXT } else { TEXT };
                    *least = (*least).max((*full).min(LEAST_TEXT));
                    *need = (*need).max((*full).min(lines));
                }
            }
        }
    }
    wishes
}

/// The blocks of a document that is to keep to a page or two: all its tables are compact where one is already, or a
/// text in one takes `long` widths of a Latin letter or more.
pub(super) fn compacted(mut blocks: Vec<Block>, long: usize) -> Vec<Block> {
    let mut tables: Vec<&mut DocTable> = blocks
        .iter_mut()
        .filter_map(|block| match block {
            Block::Table(table) => Some(&mut **table),
            _ => None,
        })
        .collect();
    let mut cells = tables.iter().flat_map(|table| table.rows.iter().flatten());
    let compact = cells.any(|cell| cell.text.width() >= long) || tables.iter().any(|table| table.compact);
    tables.iter_mut().for_each(|table| table.compact = compact);
    blocks
}

/// A text up to this width stays on one line. Ours.
const SHORT: usize = 12;

/// Width of the longest piece that should stay on one line: a short text, or the longest word of a long one.
fn longest_piece(text: &str) -> usize {
    if text.width() <= SHORT { set_width(text) } else { longest_word(text) }
}

/// The width of a text as it is set: between Chinese and Latin letters or digits layouts leave a quarter of an em.
pub(super) fn set_width(text: &str) -> usize {
    let wide = |c: char| c.width().unwrap_or(0) > 1 && c.is_alphabetic();
    let meets =
        |(a, b): (char, char)| wide(a) && b.is_ascii_alphanumeric() || a.is_ascii_alphanumeric() && wide(b);
    let gaps = text.chars().zip(text.chars().skip(1)).filter(|&pair| meets(pair)).count();
    text.width() + gaps.div_ceil(2)
}

/// The same of a heading, which may take two lines.
fn heading_piece(text: &str) -> usize {
    let chinese = text.chars().any(|c| c.width().unwrap_or(0) > 1);
    match text.width() {
        // A Chinese heading on two lines would leave one letter alone.
        width if chinese && width <= SHORT => width,
        width if chinese => width.div_ceil(2),
        _ => longest_word(text),
    }
}

/// A heading that takes two lines of a column as wide as `room`, parted near its middle, before a bracket sooner than
/// elsewhere: Chinese would fill the first line and leave a letter alone on the second.
pub(super) fn halves(text: &str, room: f64) -> Option<(&str, &str)> {
    let wide = |text: &str| (set_width(text) * 11).div_ceil(10) + 2;
    let chinese = |c: char| c.width().unwrap_or(0) > 1;
    if wide(text) as f64 <= room || !text.chars().any(chinese) {
        return None;
    }
    let parts = text.char_indices().skip(1).map(|(at, next)| (text.split_at(at), next));
    let allowed = parts.filter(|((before, _), next)| {
        let last = before.chars().next_back();
        let letters = [last.unwrap_or(' '), *next].iter().any(|&c| chinese(c));
        letters && !last.is_some_and(|c| "（(".contains(c)) && !"）)，、。：".contains(*next)
    });
    let uneven = |(before, after): (&str, &str)| wide(before).abs_diff(wide(after));
    let best =
        allowed.min_by_key(|&(parts, next)| uneven(parts).saturating_sub(if next == '（' { 6 } else { 0 }));
    best.map(|(parts, _)| parts).filter(|(before, after)| wide(before).max(wide(after)) as f64 <= room + 1.0)
}

/// A word wider than this may be broken, or one such name takes the room of all other columns. Ours.
const LONGEST_WORD: usize = 24;

/// Width of the longest word or number; Chinese breaks anywhere.
fn longest_word(text: &str) -> usize {
    let (mut longest, mut current) = (0, 0);
    for character in text.chars() {
        let wide = character.width().unwrap_or(0);
        if character.is_whitespace() && character != '\u{a0}' {
            current = 0;
        } else if wide > 1 {
            longest = longest.max(2 * wide);
            current = 0;
        } else {
            current += wide;
            longest = longest.max(current);
        }
    }
    longest.min(LONGEST_WORD)
}

#[cfg(test)]
mod tests {
    use super::super::columns::Layout;
    use super::super::document::{DocColumn, Form};
    use super::*;

    #[test]
    fn a_cell_that_spans_lines_is_left_out_below_and_found_again() {
        let lines = vec![
            vec![Cell::text("a").over(1, 2), Cell::text("b")],
            vec![Cell::text("c")],
            vec![Cell::text("d").over(2, 1)],
        ];
        let grid = grid(&lines, 2);
        assert!(matches!(grid[1][0], Place::Below(cell) if cell.text == "a"));
        assert!(matches!(grid[1][1], Place::Begins(cell) if cell.text == "c"));
        assert_eq!(grid[2][1], Place::Beside);
    }

    #[test]
    fn a_text_is_shortened_by_its_width() {
        assert_eq!(shortened("工程知识", 8), "工程知识");
        assert_eq!(shortened("工程知识与素养", 8), "工程知…");
        assert_eq!(shortened("engineering", 8), "enginee…");
    }

    #[test]
    fn a_chinese_heading_on_two_lines_leaves_no_letter_alone() {
        assert_eq!(halves("低于期望值的概率", 17.0), Some(("低于期望", "值的概率")));
        assert_eq!(halves("支撑课程（课程目标）", 20.0), Some(("支撑课程", "（课程目标）")));
        assert_eq!(halves("低于期望值的概率", 20.0), None);
        assert_eq!(halves("P(below expected)", 8.0), None);
    }

    #[test]
    fn a_long_name_makes_all_tables_of_its_document_compact() {
        let column = DocColumn { align: Align::Left, form: Form::Text };
        let table = |name: &str| DocTable {
            columns: vec![column; 2],
            rows: vec![vec![Cell::text(name), Cell::text("0.652")]],
            ..DocTable::default()
        };
        let long = "课程".repeat(30);
        let first = |names: [&str; 2]| {
            let blocks = compacted(names.map(|name| Block::Table(Box::new(table(name)))).to_vec(), 60);
            let [Block::Table(first), _] = &blocks[..] else { panic!("{blocks:?}") };
            Layout::new(first, LINE)
        };
        assert!(!first(["课程", "课程"]).small && first(["课程", &long]).small);
        assert!(first([&long, "课程"]).shares[0] > Layout::new(&table(&long), LINE).shares[0]);
    }

    #[test]
    fn widths_fill_the_line_and_no_number_is_broken() {
        let column = DocColumn { align: Align::Left, form: Form::Text };
        let row = vec![Cell::text("文".repeat(300)), Cell::text("0.652"), Cell::text("x".repeat(30))];
        let table = DocTable { columns: vec![column; 3], rows: vec![row], ..DocTable::default() };
        let widths = Layout::new(&table, LINE).shares;
        assert!((widths.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(widths[1] * LINE.usual as f64 >= 6.9 && widths[0] > widths[1], "{widths:?}");
    }
}
