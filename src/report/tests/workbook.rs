//! Workbooks against what a spreadsheet program repairs or refuses, and their native charts against the tables.

use std::collections::BTreeSet;
use std::io::Cursor;

use calamine::{Reader as _, Xlsx as Workbook};

use super::package::Package;
use super::*;
use crate::report::tests::extremes::{CASES, dataset};
use crate::report::tests::written::{PAYLOADS, hostile};

/// UTF-16 units that a cell may hold.
const LONGEST_CELL: usize = 32_767;

/// The first cell and the last one of a reference such as `'a sheet'!$B$3:$B$6`, and its sheet.
fn reference(text: &str) -> (String, [(u32, u32); 2]) {
    let text = text.replace("&apos;", "'").replace("&amp;", "&");
    let (sheet, cells) = text.rsplit_once('!').unwrap();
    let cell = |cell: &str| {
        let mut pieces = cell.trim_start_matches('$').split('$');
        let letters = pieces.next().unwrap().bytes();
        let column = letters.fold(0, |sum, letter| sum * 26 + u32::from(letter - b'A') + 1) - 1;
        (pieces.next().unwrap().parse::<u32>().unwrap() - 1, column)
    };
    let (first, last) = cells.split_once(':').unwrap_or((cells, cells));
    let name = sheet.strip_prefix('\'').and_then(|name| name.strip_suffix('\'')).unwrap_or(sheet);
    (name.replace("''", "'"), [cell(first), cell(last)])
}

fn check(document: &Document) {
    let file = Xlsx.write(document).unwrap();
    let package = Package::checked(&file);
    let mut workbook: Workbook<_> = Workbook::new(Cursor::new(file)).unwrap();
    let names = workbook.sheet_names();
    let lower: BTreeSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
    assert_eq!(lower.len(), names.len(), "two sheets share a name");
    for name in &names {
        assert!(!name.is_empty() && name.encode_utf16().count() <= 31, "{name}");
        assert!(!name.contains(['[', ']', ':', '*', '?', '/', '\\']), "{name}");
        assert!(!name.starts_with('\'') && !name.ends_with('\''), "{name}");
    }
    for (name, part) in &package.xml {
        assert!(part.all("f").is_empty(), "{name} holds a formula");
        assert!(part.all("hyperlink").is_empty(), "{name} holds a link");
        for text in part.all("t") {
            assert!(text.text.encode_utf16().count() <= LONGEST_CELL, "{name}");
        }
    }
    // Merged cells of a sheet must not overlap.
    for part in package.xml.values() {
        let mut taken = BTreeSet::new();
        for merged in part.all("mergeCell") {
            let (_, [(top, left), (bottom, right)]) =
                reference(&format!("sheet!{}", dollars(merged.get("ref").unwrap())));
            for place in (top..=bottom).flat_map(|row| (left..=right).map(move |column| (row, column))) {
                assert!(taken.insert(place), "merged twice: {place:?}");
            }
        }
    }
    check_charts(document, &package, &mut workbook, &names);
}

/// `A1:B2` as `$A$1:$B$2`.
fn dollars(cells: &str) -> String {
    let one = |cell: &str| {
        let digits = cell.find(|c: char| c.is_ascii_digit()).unwrap();
        format!("${}${}", &cell[..digits], &cell[digits..])
    };
    cells.split(':').map(one).collect::<Vec<_>>().join(":")
}

/// One chart per table that asks for one; each series shows the very numbers of a column of its table.
fn check_charts(
    document: &Document,
    package: &Package,
    workbook: &mut Workbook<Cursor<Vec<u8>>>,
    names: &[String],
) {
    let wanted: Vec<(&document::DocTable, &String)> =
        document.tables().zip(&names[1..]).filter(|(table, _)| table.chart.is_some()).collect();
    let mut charts = 0;
    for part in
        package.xml.iter().filter(|(name, _)| name.starts_with("xl/charts/chart")).map(|(_, part)| part)
    {
        charts += 1;
        for series in part.all("c:ser") {
            let values = series.child("c:val").unwrap().all("c:f")[0];
            let (sheet, [first, last]) = reference(&values.text);
            let (table, _) =
                wanted.iter().find(|(_, name)| **name == sheet).expect("a chart of another sheet");
            let chart = table.chart.as_ref().unwrap();
            let column = first.1 as usize;
            assert!(first.1 == last.1 && chart.bars.iter().chain(&chart.lines).any(|&one| one == column));
            assert_eq!((last.0 - first.0 + 1) as usize, chart.rows, "{sheet}");
            let range = workbook.worksheet_range(&sheet).unwrap();
            let placed = crate::report::grid::grid(&table.rows, table.columns.len());
            for (row, line) in (first.0..=last.0).zip(&placed) {
                let crate::report::grid::Place::Begins(cell) = line[column] else { continue };
                let found = range.get_value((row, first.1)).and_then(calamine::DataType::get_float);
                assert_eq!(found.is_some(), cell.number.is_some(), "{sheet} {row}");
                let gap = found.zip(cell.number).map_or(0.0, |(found, said)| (found - said).abs());
                assert!(gap <= 1e-12, "{sheet} {row}: {found:?} {:?}", cell.number);
            }
        }
        // A count does not end at 1.
        let most = part.all("c:max").first().and_then(|max| max.get("val")).map(str::to_owned);
        let (sheet, [(_, column), _]) = reference(&part.all("c:val")[0].all("c:f")[0].text);
        let (table, _) = wanted.iter().find(|(_, name)| **name == sheet).unwrap();
        let counts = table.columns[column as usize].form == document::Form::Count;
        assert_eq!(most.is_none(), counts, "{sheet}");
    }
    let drawn = wanted.iter().filter(|(table, _)| table.chart.as_ref().is_some_and(|chart| chart.rows > 0));
    assert_eq!(charts, drawn.count());
}

#[test]
fn every_report_is_a_workbook_that_needs_no_repair_and_draws_its_own_numbers() {
    let mut charts = 0;
    for report in REPORTS {
        for lang in [Lang::Zh, Lang::En] {
            let document = small().document(*report, lang);
            charts += document.tables().filter(|table| table.chart.is_some()).count();
            check(&document);
        }
    }
    assert!(charts >= 16, "{charts}");
}

#[test]
fn no_size_of_a_course_and_no_text_spoils_a_workbook() {
    for case in &CASES {
        check(&Small::of(dataset(case)).document(&Course, Lang::Zh));
    }
    for payload in PAYLOADS {
        check(&hostile(payload));
    }
    check(&hostile(&"长".repeat(40_000)));
}
