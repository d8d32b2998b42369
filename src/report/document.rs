//! What a report says, as plain data: no drawing code, no file format, no statistics of its own.
//!
//! A [`Document`] is what tests look at and what every writer writes. Numbers stand in it twice: as they are, for
//! workbooks and charts, and as the policy writes them, for people.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::chart::Figure;
use crate::message::Lang;

/// One report about one thing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Document {
    /// Stem of its file name, before it is made safe.
    pub id: String,
    /// Language of its texts.
    pub lang: Lang,
    /// Its title.
    pub title: String,
    /// Lines under the title: what it is about.
    pub subtitle: Vec<String>,
    /// What stands in it, in order.
    pub blocks: Vec<Block>,
    /// What stands at the foot of every page beside the page number: program, version, policy.
    pub footer: String,
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Block {
    /// A heading of level 1 to 3.
    Heading {
        /// 1 for a chapter.
        level: u8,
        /// Its text, with its number.
        text: String,
    },
    /// A paragraph.
    Paragraph(Vec<Span>),
    /// Sentences, one point each.
    Points(Vec<Vec<Span>>),
    /// A table.
    Table(Box<DocTable>),
    /// A picture.
    Figure(Box<DocFigure>),
    /// Small print: method, source, limits.
    Note(String),
    /// The words of a person, as they were written.
    Words(String),
    /// Room for words that nobody has written yet: so many empty lines.
    Blank(u8),
    /// Who signs.
    Signatures(Vec<String>),
    /// What follows begins on a new page.
    PageBreak,
}

/// A piece of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Span {
    /// Plain text.
    Text(String),
    /// Text that stands out.
    Strong(String),
    /// The number of a table or a figure, by its label.
    Reference(String),
}

impl From<String> for Span {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// How a column is aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Align {
    /// Texts.
    Left,
    /// Short marks and verdicts.
    Centre,
    /// Numbers.
    Right,
}

impl DocColumn {
    /// How a cell of the body is aligned: one over several columns holds words, wherever it begins.
    #[must_use]
    pub fn align_of(&self, cell: &Cell) -> Align {
        if cell.columns > 1 { Align::Left } else { self.align }
    }
}

/// How the numbers of a column are shown; their full value stays in a workbook's cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Form {
    /// Texts.
    Text,
    /// Whole numbers.
    Count,
    /// Numbers with so many digits after the point.
    Decimals(u8),
    /// Fractions shown in per cent with so many digits after the point.
    Percent(u8),
    /// Numbers with the digits they have: full marks, weights.
    Plain,
    /// Probabilities, with two digits, never shown as 0 or 1.
    Probability,
    /// Changes, with their sign and so many digits after the point.
    Change(u8),
}

/// One column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DocColumn {
    /// How it is aligned.
    pub align: Align,
    /// How its numbers are shown.
    pub form: Form,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cell {
    /// What is read.
    pub text: String,
    /// The number itself, where the text shows one.
    pub number: Option<f64>,
    /// Columns that it spans.
    pub columns: usize,
    /// Rows that it spans; the rows below leave it out.
    pub rows: usize,
    /// Whether it stands out.
    pub strong: bool,
}

impl Cell {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), number: None, columns: 1, rows: 1, strong: false }
    }

    /// A number and how it is written.
    pub fn number(number: f64, shown: impl Into<String>) -> Self {
        Self { number: Some(number), ..Self::text(shown) }
    }

    /// The same, over so many columns and rows.
    #[must_use]
    pub fn over(self, columns: usize, rows: usize) -> Self {
        Self { columns, rows, ..self }
    }

    /// The same, standing out.
    #[must_use]
    pub fn strong(self) -> Self {
        Self { strong: true, ..self }
    }
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DocTable {
    /// The name by which texts refer to it, also the name of its bookmark: ASCII letters, digits and hyphens.
    pub label: String,
    /// A short name for a workbook's sheet.
    pub sheet: String,
    /// What it shows.
    pub caption: String,
    /// Its columns.
    pub columns: Vec<DocColumn>,
    /// Lines of headings; a cell may span columns and lines.
    pub header: Vec<Vec<Cell>>,
    /// Its lines; a cell that spans several lines stands in the first of them.
    pub rows: Vec<Vec<Cell>>,
    /// Small print under it.
    pub notes: Vec<String>,
    /// The chart that a workbook draws from it.
    pub chart: Option<SheetChart>,
    /// Whether it is set in smaller type and closer lines, to keep a document with long names to its page or two.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub compact: bool,
}

/// A chart that a workbook draws from the columns of a table, by their positions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SheetChart {
    /// Names along the axis.
    pub categories: usize,
    /// Columns drawn as columns.
    pub bars: Vec<usize>,
    /// Columns drawn as lines: expected values.
    pub lines: Vec<usize>,
    /// How many of the rows are drawn, from the first.
    pub rows: usize,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DocFigure {
    /// The name by which texts refer to it.
    pub label: String,
    /// What is seen.
    pub caption: String,
    /// The picture in words, with its numbers.
    pub alt: String,
    /// The picture as data.
    pub figure: Figure,
}

/// What a caption counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Numbered {
    /// A table.
    Table,
    /// A figure.
    Figure,
}

impl Document {
    /// The numbers of tables and figures by their labels, each kind counted from 1.
    pub fn numbers(&self) -> BTreeMap<&str, (Numbered, usize)> {
        let mut numbers = BTreeMap::new();
        let (mut tables, mut figures) = (0, 0);
        for block in &self.blocks {
            match block {
                Block::Table(table) => {
                    tables += 1;
                    numbers.insert(table.label.as_str(), (Numbered::Table, tables));
                }
                Block::Figure(figure) => {
                    figures += 1;
                    numbers.insert(figure.label.as_str(), (Numbered::Figure, figures));
                }
                _ => {}
            }
        }
        numbers
    }

    /// All tables in order.
    pub fn tables(&self) -> impl Iterator<Item = &DocTable> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Table(table) => Some(&**table),
            _ => None,
        })
    }

    /// All figures in order.
    pub fn figures(&self) -> impl Iterator<Item = &DocFigure> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Figure(figure) => Some(&**figure),
            _ => None,
        })
    }
}
