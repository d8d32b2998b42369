//! XLSX: a sheet that tells, then one sheet per table with frozen headings, number formats and native charts.
//!
//! Texts are written as texts and guarded besides; numbers keep their full value.

use rust_xlsxwriter::{
    Chart, ChartType, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
    XlsxError,
};

use super::document::{Align, Block, Cell, DocTable, Document, Form, SheetChart, Span};
use super::grid::{Place, Wish, grid, is_apart, set_width, wishes};
use super::numbers::UNKNOWN;
use super::words::{self, Captions};
use super::{ReportError, Writer};
use crate::message;
use crate::results::{FixedDate, cell_text};

/// The writer `xlsx`.
#[derive(Debug)]
pub struct Xlsx;

/// UTF-16 units that the name of a sheet may have.
const LONGEST_NAME: usize = 31;
/// Width of the column of texts on the first sheet, in widths of a digit: what a page of A4 holds, for a column that is
/// wider is cut in print.
const TEXT_COLUMN: f64 = 90.0;

impl Writer for Xlsx {
    fn key(&self) -> &'static str {
        "xlsx"
    }

    fn write(&self, document: &Document) -> Result<Vec<u8>, ReportError> {
        workbook(document).map_err(|error| ReportError::Format(error.to_string()))
    }
}

fn workbook(document: &Document) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let FixedDate { year, month, day } = FixedDate::default();
    let date = ExcelDateTime::from_ymd(year, month, day)?;
    let properties = DocProperties::new().set_title(clean(&document.title)).set_creation_datetime(&date);
    workbook.set_properties(&properties);
    let captions = Captions::of(document);
    let mut names = vec![message::text(document.lang, "report.sheet.text", &[])];
    for table in document.tables() {
        let name = unique(&table.sheet, &names);
        names.push(name);
    }
    tell(workbook.add_worksheet(), document, (&captions, &names))?;
    for (table, name) in document.tables().zip(&names[1..]) {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name)?;
        write_table(sheet, table, &captions)?;
        if let Some(chart) = &table.chart {
            draw(sheet, table, (chart, name))?;
        }
    }
    workbook.save_to_buffer()
}

/// The text as a cell holds it: with plain spaces only, as a reader would type it to look it up.
fn clean(text: &str) -> String {
    words::clean(text).replace('\u{a0}', " ")
}

/// A name that a sheet may have and no other sheet has.
fn unique(wanted: &str, taken: &[String]) -> String {
    let safe: String = clean(wanted).chars().map(|c| if "[]:*?/\\'".contains(c) { '_' } else { c }).collect();
    let cut = |text: &str, most: usize| {
        let mut units = 0;
        let fits = |c: &char| {
            units += c.len_utf16();
            units <= most
        };
        text.trim().chars().take_while(fits).collect::<String>()
    };
    let is_taken = |name: &str| taken.iter().any(|known| known.to_lowercase() == name.to_lowercase());
    let first = cut(&safe, LONGEST_NAME);
    if !first.is_empty() && !is_taken(&first) {
        return first;
    }
    let numbered = |number: usize| {
        let tail = format!(" {number}");
        cut(&safe, LONGEST_NAME - tail.len()) + &tail
    };
    (2..).map(numbered).find(|name| !is_taken(name)).unwrap_or(first)
}

/// The first sheet: everything that is no table, and where the tables are.
fn tell(
    sheet: &mut Worksheet,
    document: &Document,
    (captions, names): (&Captions<'_>, &[String]),
) -> Result<(), XlsxError> {
    sheet.set_name(&names[0])?;
    sheet.set_column_width(0, TEXT_COLUMN)?.set_paper_size(PAPER).set_print_fit_to_pages(1, 0);
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let heading = Format::new().set_bold().set_font_size(13);
    let title = Format::new().set_bold().set_font_size(16);
    let mut row = 0;
    let mut line = |text: &str, format: &Format| -> Result<(), XlsxError> {
        sheet.write_string_with_format(row, 0, cell_text(&clean(text)), format)?;
        let large = if format == &title { 2 } else { 1 };
        let high = LINE_HEIGHT * (lines(text, TEXT_COLUMN) * large) as f64;
        sheet.set_row_height(row, high.min(HIGHEST))?;
        row += 1;
        Ok(())
    };
    line(&document.title, &title)?;
    for text in &document.subtitle {
        line(text, &wrapped)?;
    }
    let mut tables = names[1..].iter();
    for block in &document.blocks {
        match block {
            Block::Heading { text, .. } => line(text, &heading)?,
            Block::Paragraph(spans) => line(&inline(spans, captions), &wrapped)?,
            Block::Points(points) => {
                for spans in points {
                    line(&inline(spans, captions), &wrapped)?;
                }
            }
            Block::Table(table) => {
                let name = tables.next().map_or("", String::as_str);
                let values = [("caption", &*captioned(table, captions)), ("sheet", name)];
                line(&message::text(captions.lang, "report.sheet.see", &values), &wrapped)?;
            }
            Block::Figure(figure) => line(&figure.alt, &wrapped)?,
            Block::Note(text) | Block::Words(text) => line(text, &wrapped)?,
            Block::Blank(_) => line("", &wrapped)?,
            Block::Signatures(names) => {
                for name in names {
                    line(name, &wrapped)?;
                }
            }
            Block::PageBreak => {}
        }
    }
    line(&document.footer, &wrapped)
}

fn inline(spans: &[Span], captions: &Captions<'_>) -> String {
    spans
        .iter()
        .map(|span| match span {
            Span::Text(text) | Span::Strong(text) => text.clone(),
            Span::Reference(label) => captions.name(label),
        })
        .collect()
}

fn captioned(table: &DocTable, captions: &Captions<'_>) -> String {
    format!("{} {}", captions.name(&table.label), table.caption)
}

/// The number of A4 in the list of paper sizes.
const PAPER: u8 = 9;

/// Widest column, in widths of a digit. Ours.
const WIDEST_CELL: usize = 46;

/// Rows above the headings of a table: its caption.
const ABOVE: u32 = 1;

fn write_table(sheet: &mut Worksheet, table: &DocTable, captions: &Captions<'_>) -> Result<(), XlsxError> {
    let wide = |wish: Wish| wish.full.min(WIDEST_CELL).max(wish.need) as f64;
    let widths: Vec<f64> = wishes(table).into_iter().map(wide).collect();
    for (at, &width) in (0u16..).zip(&widths) {
        sheet.set_column_width(at, width)?;
    }
    let caption = Format::new().set_bold();
    sheet.write_string_with_format(0, 0, cell_text(&clean(&captioned(table, captions))), &caption)?;
    let header = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_border_bottom(FormatBorder::Thin);
    write_lines(sheet, (&table.header, ABOVE), &widths, &|_, _, _| header.clone())?;
    let first = ABOVE + table.header.len() as u32;
    sheet.set_freeze_panes(first, u16::from(widths.len() > 1 && !table.header.is_empty()))?;
    // Printed on A4 as wide as the page, the heading on every page.
    sheet.set_paper_size(PAPER).set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(0, first - 1)?;
    write_lines(sheet, (&table.rows, first), &widths, &|at, cell, flat| format(table, at, (cell, flat)))?;
    for (row, note) in (first + table.rows.len() as u32 + 1..).zip(&table.notes) {
        sheet.write_string(row, 0, cell_text(&clean(note)))?;
    }
    Ok(())
}

/// Height of a line of a cell, in points. Ours: Chinese letters stand higher than the 15 points of an empty line.
const LINE_HEIGHT: f64 = 16.0;
/// The highest row that a sheet may have, in points.
const HIGHEST: f64 = 409.0;

/// Lines that a text takes in a column; what opens a workbook need not find out, and LibreOffice does not.
fn lines(text: &str, column: f64) -> usize {
    let width = set_width(text) as f64;
    // Lines end where words do.
    let inner = if width < column { column } else { (column - 4.0).max(1.0) };
    (width / inner).ceil().max(1.0) as usize
}

/// Lines of cells from a row on, as high as their texts; what spans is merged.
fn write_lines(
    sheet: &mut Worksheet,
    (lines, first): (&[Vec<Cell>], u32),
    widths: &[f64],
    format: &dyn Fn(usize, &Cell, bool) -> Format,
) -> Result<(), XlsxError> {
    let columns = widths.len();
    for (row, line) in (first..).zip(grid(lines, columns)) {
        let high = line.iter().enumerate().map(|(at, place)| match place {
            Place::Begins(cell) | Place::Below(cell) => {
                let wide = widths[at..].iter().take(cell.columns.max(1)).sum();
                self::lines(&cell.text, wide).div_ceil(cell.rows.max(1))
            }
            _ => 1,
        });
        let high = high.max().unwrap_or(1);
        sheet.set_row_height(row, (LINE_HEIGHT * high as f64).min(HIGHEST))?;
        for (column, place) in (0u16..).zip(&line) {
            let Place::Begins(cell) = place else { continue };
            let format = format(usize::from(column), cell, high == 1 && cell.rows <= 1);
            let below = (cell.rows as u32).min(first + lines.len() as u32 - row);
            let right = (cell.columns as u16).min(columns as u16 - column);
            if below > 1 || right > 1 {
                sheet.merge_range(row, column, row + below - 1, column + right - 1, "", &format)?;
            }
            match cell.number.filter(|number| number.is_finite()) {
                Some(number) => sheet.write_number_with_format(row, column, number, &format)?,
                // A chart would draw a sign as nought; an empty cell it leaves out.
                None if cell.text == UNKNOWN => sheet.write_blank(row, column, &format)?,
                None => {
                    sheet.write_string_with_format(row, column, cell_text(&clean(&cell.text)), &format)?
                }
            };
        }
    }
    Ok(())
}

/// How a cell is shown; in a flat row, of one line, it stands on the line, where letters of all scripts meet.
fn format(table: &DocTable, column: usize, (cell, flat): (&Cell, bool)) -> Format {
    let apart = is_apart(table, column);
    let column = table.columns[column];
    let upright = if flat { FormatAlign::Bottom } else { FormatAlign::Top };
    let mut format =
        Format::new().set_indent(u8::from(apart)).set_align(upright).set_align(match column.align_of(cell) {
            Align::Left => FormatAlign::Left,
            Align::Centre => FormatAlign::Center,
            Align::Right => FormatAlign::Right,
        });
    if cell.strong {
        format = format.set_bold();
    }
    if cell.number.is_none() {
        return format.set_text_wrap().set_num_format("@");
    }
    let zeros = |digits: u8| match digits {
        0 => "0".to_owned(),
        digits => format!("0.{}", "0".repeat(usize::from(digits))),
    };
    // A sign behind the number, such as the arrow of a value that stays below.
    let sign = cell.text.trim_start_matches(|c: char| c.is_ascii_digit() || ".<>+−".contains(c));
    match column.form {
        Form::Text | Form::Plain => format,
        Form::Count => format.set_num_format("0"),
        Form::Decimals(digits) if sign == "↓" => format.set_num_format(format!("{}\"↓\"", zeros(digits))),
        Form::Decimals(digits) => format.set_num_format(zeros(digits)),
        Form::Percent(digits) => format.set_num_format(zeros(digits) + "%"),
        Form::Probability => format.set_num_format("[<0.01]\"<0.01\";[>0.99]\">0.99\";0.00"),
        Form::Change(digits) => {
            let zeros = zeros(digits);
            format.set_num_format(format!("+{zeros};-{zeros};{zeros}"))
        }
    }
}

/// The native chart beside a table: columns, and a line for what is expected.
fn draw(
    sheet: &mut Worksheet,
    table: &DocTable,
    (wanted, name): (&SheetChart, &str),
) -> Result<(), XlsxError> {
    let Some(rows) = u32::try_from(wanted.rows).ok().filter(|&rows| rows > 0) else { return Ok(()) };
    let first = ABOVE + table.header.len() as u32;
    let last = first + rows - 1;
    let range = |column: usize| (name, first, column as u16, last, column as u16);
    let head = table.header.len().saturating_sub(1) as u32 + ABOVE;
    let filled = |kind: ChartType, columns: &[usize]| {
        let mut chart = Chart::new(kind);
        for &column in columns {
            let series = chart.add_series();
            series.set_categories(range(wanted.categories)).set_values(range(column));
            series.set_name((name, head, column as u16));
        }
        chart
    };
    let mut chart = filled(ChartType::Column, &wanted.bars);
    if !wanted.lines.is_empty() {
        chart.combine(&filled(ChartType::Line, &wanted.lines));
    }
    // A caption that begins like a formula would be read as a range.
    chart.title().set_name(&cell_text(&clean(&table.caption)));
    chart.y_axis().set_min(0.0);
    let counts = |&column: &usize| table.columns.get(column).is_some_and(|one| one.form == Form::Count);
    if !wanted.bars.iter().any(counts) {
        chart.y_axis().set_max(1.0);
    }
    if let Some(head) = table.header.last().and_then(|line| line.get(wanted.categories)) {
        chart.x_axis().set_name(&cell_text(&clean(&head.text)));
    }
    chart.set_alt_text(clean(&table.caption));
    sheet.insert_chart(first, table.columns.len() as u16 + 1, &chart)?;
    Ok(())
}
