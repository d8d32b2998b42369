//! Tables on the terminal: columns aligned by the width of Chinese characters, verdicts in colour.

use comfy_table::{CellAlignment, ContentArrangement, Table, TableComponent, presets};

use super::session::{Paint, Session};
use crate::error::Error;

/// A table that is being filled.
#[derive(Debug)]
pub(super) struct Grid(Table);

impl Grid {
    /// A table with these headings.
    pub(super) fn new<S: Into<String>>(header: impl IntoIterator<Item = S>) -> Self {
        let mut table = Table::new();
        table
            .load_preset(presets::NOTHING)
            .set_style(TableComponent::HeaderLines, '─')
            .set_style(TableComponent::MiddleHeaderIntersections, '─')
            .set_content_arrangement(ContentArrangement::Disabled)
            .set_header(header.into_iter().map(Into::into).collect::<Vec<String>>());
        Self(table)
    }

    /// The same table with the column at this position aligned to the right: numbers.
    #[must_use]
    pub(super) fn right(mut self, column: usize) -> Self {
        if let Some(column) = self.0.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        self
    }

    /// Adds a row.
    pub(super) fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) {
        self.0.add_row(cells.into_iter().map(Into::into).collect::<Vec<String>>());
    }

    /// Prints it.
    pub(super) fn show(&self, session: &mut Session) -> Result<(), Error> {
        let text = self.text(session);
        session.out.bytes(text.as_bytes())
    }

    /// Its lines. Colours come last, so that they do not count as width.
    pub(super) fn text(&self, session: &Session) -> String {
        let mut text = String::new();
        for line in self.0.lines() {
            text.push_str(line.trim_end());
            text.push('\n');
        }
        for (mark, paint) in [("✓", Paint::Good), ("✗", Paint::Bad)] {
            text = text.replace(mark, &session.paint(paint, mark));
        }
        text
    }
}
