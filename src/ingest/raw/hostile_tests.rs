//! Real damage and hostile files, each made by hand, each read or refused within a second.

use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::message::{Lang, has, text};

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;
const RELS: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK_RELS: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const BOOK: &str = r#"<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="成绩" sheetId="1" r:id="rId1"/></sheets></workbook>"#;

/// A table of one string that promises four billion.
const PROMISES: &str = r#"<?xml version="1.0"?><sst xmlns=">" count="4294967295" uniqueCount="4294967295"><si><t>a</t></si></sst>"#;

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn zip(&self, name: &str, parts: &[(&str, &[u8])]) -> PathBuf {
        let path = self.0.path().join(name);
        let mut writer = ZipWriter::new(std::fs::File::create(&path).unwrap());
        for (part, content) in parts {
            let stored = zip::CompressionMethod::Stored;
            let method = if *part == "mimetype" { stored } else { zip::CompressionMethod::Deflated };
            writer.start_file(*part, SimpleFileOptions::default().compression_method(method)).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap();
        path
    }

    /// A workbook of one sheet and further parts.
    fn xlsx(&self, sheet: &str, more: &[(&str, &[u8])]) -> PathBuf {
        let mut parts: Vec<(&str, &[u8])> = vec![
            ("[Content_Types].xml", TYPES.as_bytes()),
            ("_rels/.rels", RELS.as_bytes()),
            ("xl/_rels/workbook.xml.rels", BOOK_RELS.as_bytes()),
            ("xl/workbook.xml", BOOK.as_bytes()),
            ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        ];
        parts.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
        parts.extend(more);
        self.zip("成绩.xlsx", &parts)
    }
}

fn sheet(dimension: &str, rows: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{dimension}<sheetData>{rows}</sheetData></worksheet>"#
    )
}

/// The time this thread has been at work, where the system tells it: other work on the machine does not count.
fn at_work() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

/// Reads within a second.
fn read_fast(path: &std::path::Path) -> RawFile {
    let (start, before) = (Instant::now(), at_work());
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let file = read(path, &name, &Limits::default());
    let spent = at_work().zip(before).map_or_else(|| start.elapsed(), |(after, before)| after - before);
    assert!(spent < Duration::from_secs(1), "{name}: {spent:?}");
    for issue in &file.issues {
        let (key, hint) = (format!("issue.{}", issue.code), format!("issue.{}.hint", issue.code));
        assert!(has(&key) && has(&hint), "{key} has no text");
        let values: Vec<(&str, &str)> =
            issue.values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert!(!text(Lang::En, &key, &values).contains('{'), "{key}: a value is missing");
    }
    file
}

fn codes(file: &RawFile) -> Vec<&'static str> {
    file.issues.iter().map(|issue| issue.code).collect()
}

fn refused(path: &std::path::Path, code: &str) {
    let file = read_fast(path);
    assert_eq!((codes(&file), file.tables.len()), (vec![code], 0));
}

fn words(table: &RawTable) -> Vec<Vec<String>> {
    let cells = |row: &RawRow| row.cells.iter().map(|(_, cell)| cell.to_string()).collect();
    table.rows.iter().map(cells).collect()
}

#[test]
fn a_cell_named_beyond_every_sheet_is_refused_and_never_lands_in_another() {
    let folder = Folder::new();
    for cell in ["A4294967298", "AAAAAAAAA1"] {
        let row = format!(r#"<row r="1"><c r="A1"><v>1</v></c><c r="{cell}"><v>7</v></c></row>"#);
        refused(&folder.xlsx(&sheet("", &row), &[]), "damaged_file");
    }
}

#[test]
fn two_cells_in_opposite_corners_are_two_cells() {
    let folder = Folder::new();
    let rows =
        r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>"#;
    let file = read_fast(&folder.xlsx(&sheet(r#"<dimension ref="A1:XFD1048576"/>"#, rows), &[]));
    assert_eq!(codes(&file), Vec::<&str>::new());
    let table = &file.tables[0];
    assert_eq!((table.n_cells(), table.width(), table.height()), (2, 16_384, 1_048_576));
    assert_eq!(table.place_at(1_048_576, 16_384).to_string(), "成绩.xlsx › 成绩!XFD1048576");
}

#[test]
fn four_billion_promised_strings_are_refused() {
    let folder = Folder::new();
    let path = folder.xlsx(&sheet("", ""), &[("xl/sharedStrings.xml", PROMISES.as_bytes())]);
    refused(&path, "absurd_string_count");
}

/// A workbook of one cell with `n` letters.
fn long_cell(n: usize) -> String {
    sheet("", &format!(r#"<row r="1"><c r="A1" t="inlineStr"><is><t>{}</t></is></c></row>"#, "A".repeat(n)))
}

#[test]
fn one_very_long_text_is_refused_before_it_is_held() {
    let folder = Folder::new();
    refused(&folder.xlsx(&long_cell(3 << 20), &[]), "text_too_long");
}

#[test]
fn more_than_the_inflated_limit_is_refused_by_what_the_archive_declares() {
    let folder = Folder::new();
    let path = folder.xlsx(&long_cell(3 << 20), &[]);
    let limits = Limits { inflated_bytes: 1 << 20, ..Limits::default() };
    let file = read(&path, "成绩.xlsx", &limits);
    assert_eq!(codes(&file), ["inflates_too_much"]);
}

#[test]
fn an_archive_that_lies_about_its_sizes_gives_no_more_than_it_declared() {
    let folder = Folder::new();
    let blanks = sheet("", &"<row><c/></row>".repeat(1 << 20));
    let path = folder.xlsx(&blanks, &[]);
    let mut bytes = std::fs::read(&path).unwrap();
    // The declared size stands in the local header and in the central directory: make both say 1,000.
    let true_size = u32::try_from(blanks.len()).unwrap().to_le_bytes();
    let places: Vec<usize> = (0..bytes.len() - 4).filter(|at| bytes[*at..at + 4] == true_size).collect();
    assert_eq!(places.len(), 2);
    for at in places {
        bytes[at..at + 4].copy_from_slice(&1_000_u32.to_le_bytes());
    }
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(codes(&read_fast(&path)), ["damaged_sheet", "no_sheets"]);
}

#[test]
fn a_part_that_inflates_beyond_honest_ratios_is_refused() {
    let folder = Folder::new();
    let text = format!("<t>{}</t>", "A".repeat(500_000));
    refused(&folder.xlsx(&sheet("", &text.repeat(20)), &[]), "inflates_absurdly");
}

#[test]
fn a_doctype_in_any_part_is_refused() {
    let folder = Folder::new();
    let evil = r#"<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "x"><!ENTITY b SYSTEM "file:///etc/passwd">]><workbook><sheets><sheet name="&b;" sheetId="1"/></sheets></workbook>"#;
    refused(&folder.xlsx(&sheet("", ""), &[("xl/workbook.xml", evil.as_bytes())]), "doctype");
}

#[test]
fn a_false_dimension_hides_nothing() {
    let cell = |r: u32, c: u32| {
        let letter = char::from(b'A' + u8::try_from(c).unwrap());
        format!(r#"<c r="{letter}{}" t="inlineStr"><is><t>{r}-{c}</t></is></c>"#, r + 1)
    };
    let row =
        |r: u32| format!(r#"<row r="{}">{}</row>"#, r + 1, (0..17).map(|c| cell(r, c)).collect::<String>());
    let rows: String = (0..146).map(row).collect();
    let folder = Folder::new();
    let file = read_fast(&folder.xlsx(&sheet(r#"<dimension ref="A1"/>"#, &rows), &[]));
    let table = &file.tables[0];
    assert_eq!((table.height(), table.width(), table.n_cells()), (146, 17, 146 * 17));
    assert_eq!(table.cell(146, 17).to_string(), "145-16");
}

#[test]
fn formulas_are_read_by_their_stored_value_and_missed_without_one() {
    let rows = r#"<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>A1</f></c><c r="C1" t="str"><f>""</f><v></v></c><c r="D1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>"#;
    let folder = Folder::new();
    let file = read_fast(&folder.xlsx(&sheet("", rows), &[]));
    assert_eq!(codes(&file), ["formula_without_value"]);
    assert_eq!(file.issues[0].place.to_string(), "成绩.xlsx › 成绩!B1");
    let table = &file.tables[0];
    assert_eq!(table.cell(1, 1), &RawCell::Number(2.0));
    assert_eq!(table.cell(1, 4), &RawCell::Error("#DIV/0!".into()));
}

#[test]
fn a_written_workbook_reads_back_with_types_and_merged_cells() {
    let folder = Folder::new();
    let mut book = rust_xlsxwriter::Workbook::new();
    let page = book.add_worksheet().set_name("成绩").unwrap();
    page.merge_range(0, 2, 0, 4, "平时作业", &rust_xlsxwriter::Format::new()).unwrap();
    page.write_string(1, 0, "002301").unwrap().write_number(1, 2, 0.1 + 0.2).unwrap();
    page.write_boolean(1, 3, true).unwrap();
    let date = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 10, 20).unwrap();
    let format = rust_xlsxwriter::Format::new().set_num_format("mmm-yy");
    page.write_datetime_with_format(1, 4, &date, &format).unwrap();
    book.add_worksheet().set_name("隐藏").unwrap().set_hidden(true).write_string(0, 0, "x").unwrap();
    let path = folder.file("a.xlsx", &book.save_to_buffer().unwrap());
    let file = read_fast(&path);
    assert_eq!(file.issues, []);
    let table = &file.tables[0];
    assert_eq!(table.merged_cell(1, 5).to_string(), "平时作业");
    assert_eq!(words(table)[1], ["002301", "0.3", "TRUE", "2026-10-20"]);
    assert_eq!(file.tables.iter().map(|table| table.hidden).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn text_files_of_every_shape_read_the_same() {
    let folder = Folder::new();
    let marks = "学号,姓名,成绩\n002301,张三,85\n002302,李四,\n";
    let gbk = encoding_rs::GBK.encode(marks).0.into_owned();
    let semicolons = marks.replace(',', ";");
    let tabs = marks.replace(',', "\t");
    let utf16: Vec<u8> =
        "\u{feff}".encode_utf16().chain(tabs.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let marked = [b"\xef\xbb\xbf", marks.as_bytes()].concat();
    let expected = [vec!["学号", "姓名", "成绩"], vec!["002301", "张三", "85"], vec!["002302", "李四"]];
    for (name, bytes, issues) in [
        ("a.csv", marks.as_bytes(), vec![]),
        ("b.csv", &marked, vec![]),
        ("c.csv", &gbk, vec!["encoding_guessed"]),
        ("d.csv", semicolons.as_bytes(), vec![]),
        ("e.tsv", tabs.as_bytes(), vec![]),
        ("f.txt", &utf16, vec![]),
        ("g.xls", tabs.as_bytes(), vec!["text_named_workbook"]),
    ] {
        let file = read_fast(&folder.file(name, bytes));
        assert_eq!(codes(&file), issues, "{name}");
        assert_eq!(words(&file.tables[0]), expected, "{name}");
        assert_eq!(file.tables[0].place_at(3, 1).to_string(), format!("{name}:3:1"));
    }
}

#[test]
fn other_things_under_a_workbook_name_are_refused_by_name() {
    let folder = Folder::new();
    let page =
        "<html><head><meta charset=utf-8></head><body><table><tr><td>学号</td></tr></table></body></html>";
    refused(&folder.file("a.xls", page.as_bytes()), "web_page");
    let xml = r#"<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>"#;
    refused(&folder.file("b.xls", xml.as_bytes()), "xml_file");
    refused(&folder.file("c.csv", &[0, 1, 2, 3, 255, 0, 7, 9]), "unknown_format");
    refused(&folder.file("d.csv", b""), "empty_file");
    refused(&folder.zip("e.xlsx", &[("word/document.xml", b"<w/>")]), "not_a_workbook");
    refused(&folder.zip("f.xlsb", &[("xl/workbook.bin", b"x")]), "binary_workbook");
    refused(&folder.file("g.xlsx", b"PK\x03\x04 cut off"), "damaged_file");
    refused(&folder.0.path().join("absent.xlsx"), "file_unreadable");
}

#[test]
fn odd_rows_are_reported_with_their_line() {
    let folder = Folder::new();
    let text = "某课程成绩\n\n学号,姓名,成绩\n1,a,5\n2,b,6,7\n3,\"c,5\n4,d,5\n=\"005\",e,9\n";
    let file = read_fast(&folder.file("a.csv", text.as_bytes()));
    let at: Vec<(&str, Option<u32>)> =
        file.issues.iter().map(|issue| (issue.code, issue.place.row)).collect();
    assert_eq!(at, [("quote_unclosed", Some(6)), ("ragged_row", Some(5))]);
    assert_eq!(file.tables[0].cell(8, 1).to_string(), "005");
}

#[test]
fn an_ods_sheet_is_read_whole_and_its_filling_is_not() {
    let content = r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet><table:table table:name="成绩">
<table:table-row><table:table-cell office:value-type="string" table:number-columns-spanned="2"><text:p>学号 &amp; 姓名</text:p></table:table-cell><table:covered-table-cell/><table:table-cell table:number-columns-repeated="16382"/></table:table-row>
<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="float" office:value="0.30000000000000004"><text:p>0.3</text:p></table:table-cell><table:table-cell table:number-columns-repeated="2" office:value-type="date" office:date-value="2026-10-20"><text:p>x</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
<table:table-row><table:table-cell table:formula="of:=1"/><table:table-cell table:number-columns-repeated="16383"/></table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"#;
    let mime = b"application/vnd.oasis.opendocument.spreadsheet";
    let folder = Folder::new();
    let path = folder.zip("a.ods", &[("mimetype", mime), ("content.xml", content.as_bytes())]);
    let file = read_fast(&path);
    assert_eq!(codes(&file), ["formula_without_value"]);
    assert_eq!(file.issues[0].place.to_string(), "a.ods › 成绩!A1048574");
    let row = vec!["0.3", "2026-10-20", "2026-10-20"];
    assert_eq!(words(&file.tables[0]), [vec!["学号 & 姓名"], row.clone(), row]);
    assert_eq!(file.tables[0].merged, [Span { top: 1, bottom: 1, left: 1, right: 2 }]);
}

#[test]
fn a_full_sheet_made_of_one_repeated_cell_is_refused() {
    let content = r#"<d xmlns:table="t" xmlns:text="x"><table:table table:name="s"><table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell></table:table-row></table:table></d>"#;
    let mime = b"application/vnd.oasis.opendocument.spreadsheet";
    let folder = Folder::new();
    let path = folder.zip("a.ods", &[("mimetype", mime), ("content.xml", content.as_bytes())]);
    refused(&path, "too_many_cells");
}

#[test]
fn blanks_by_the_thousand_are_refused_before_they_fill_the_memory() {
    let blanks = r#"<text:s text:c="1000"/>"#.repeat(1_000);
    let content = format!(
        r#"<d xmlns:table="t" xmlns:text="x"><table:table table:name="s"><table:table-row><table:table-cell><text:p>{blanks}</text:p></table:table-cell></table:table-row></table:table></d>"#
    );
    let mime = b"application/vnd.oasis.opendocument.spreadsheet";
    let folder = Folder::new();
    let path = folder.zip("a.ods", &[("mimetype", mime), ("content.xml", content.as_bytes())]);
    let read = |text_bytes| read(&path, "a.ods", &Limits { text_bytes, ..Limits::default() });
    assert_eq!(codes(&read(999_999)), ["too_much_text"]);
    assert_eq!(codes(&read(1_000_000)), [""; 0]);
}

#[test]
fn parquet_reads_as_columns_and_as_a_table() {
    use polars::prelude::{Column, DataFrame, ParquetWriter};
    let folder = Folder::new();
    let columns = vec![
        Column::new("学号".into(), ["001", "002"]),
        Column::new("id".into(), [110_101_199_001_011_234_i64, 7]),
        Column::new("成绩".into(), [Some(85.5_f64), None]),
        Column::new("f".into(), [0.1_f32, 1.0]),
    ];
    let mut frame = DataFrame::new(2, columns).unwrap();
    let path = folder.0.path().join("a.parquet");
    ParquetWriter::new(std::fs::File::create(&path).unwrap()).finish(&mut frame).unwrap();
    let file = read(&path, "a.parquet", &Limits::default());
    assert_eq!(file.issues, []);
    let rows = [
        vec!["学号", "id", "成绩", "f"],
        vec!["001", "110101199001011234", "85.5", "0.1"],
        vec!["002", "7", "1"],
    ];
    assert_eq!(words(&file.tables[0]), rows);
    let narrow = read_columns(&path, "a.parquet", &["成绩", "学号"]).unwrap();
    assert_eq!(narrow.get_column_names(), ["成绩", "学号"]);
    assert_eq!(read_columns(&path, "a.parquet", &["x"]).unwrap_err().code, "column_missing");
    assert_eq!(parquet_columns(&path, "a.parquet").unwrap().1, 2);
}

/// Written by `tests/files/types.py`.
#[test]
fn whole_numbers_of_any_width_are_read_and_a_column_of_another_type_is_named() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files/types.parquet");
    let file = read(&path, "types.parquet", &Limits::default());
    assert_eq!(codes(&file), ["column_type_unknown"; 2]);
    let unread: Vec<&str> = file.issues.iter().map(|issue| issue.values[0].1.as_str()).collect();
    assert_eq!(unread, ["day", "points"]);
    let rows = [
        vec!["student", "u8", "i16", "u16", "mark"],
        vec!["1", "0", "-5", "65535", "5"],
        vec!["2", "255", "32767", "0", "6.5"],
        vec!["7", "1"],
    ];
    assert_eq!(words(&file.tables[0]), rows);
    let (names, n_rows) = parquet_columns(&path, "types.parquet").unwrap();
    assert_eq!((names.join(" ").as_str(), n_rows), ("student u8 i16 u16 day points mark", 3));
    assert_eq!(read_columns(&path, "types.parquet", &["u8", "mark"]).unwrap().height(), 3);
    assert_eq!(read_columns(&path, "types.parquet", &["points"]).unwrap_err().code, "column_type_unknown");
}

#[test]
fn a_page_that_says_it_holds_fewer_than_no_values_is_refused_before_memory_is_asked_for() {
    use polars::prelude::{Column, DataFrame, ParquetWriter};
    let folder = Folder::new();
    let path = folder.0.path().join("a.parquet");
    let mut frame = DataFrame::new(3, vec![Column::new("x".into(), [Some(1), None, Some(3)])]).unwrap();
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame).unwrap();
    // In a page's header its number of values is the first field, an i32: 0x15, then 3 as the zigzag number 6.
    let counts: Vec<usize> = (0..bytes.len() - 1).filter(|at| bytes[*at..][..2] == [0x15, 6]).collect();
    let mut refused = 0;
    for at in counts {
        for count in [1, 5, 127] {
            let mut changed = bytes.clone();
            changed[at + 1] = count;
            std::fs::write(&path, changed).unwrap();
            let file = read(&path, "a.parquet", &Limits::default());
            refused += usize::from(codes(&file) == ["damaged_column"]);
            assert_eq!(read_columns(&path, "a.parquet", &["x"]).is_err(), !file.issues.is_empty());
        }
    }
    assert!(refused >= 3, "no count of a page was met");
}

#[test]
fn ranges_mangled_by_a_spreadsheet_are_found_in_real_data() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/datasets/oulad/studentInfo_excel_mangled_sample.csv");
    if !path.exists() {
        return eprintln_skipped();
    }
    let file = read(&path, "studentInfo.csv", &Limits::default());
    let table = &file.tables[0];
    let band = table.rows[0].cells.iter().find(|(_, cell)| cell.to_string() == "imd_band").unwrap().0;
    let limits = Limits { listed_issues: usize::MAX, ..Limits::default() };
    let found =
        crate::ingest::damage::column_damage(table, band, 2, crate::ingest::damage::Meant::Text, &limits);
    let lines = std::fs::read_to_string(&path).unwrap().matches("Oct-20").count();
    assert!(lines > 0 && found.len() == lines, "{} of {lines}", found.len());
}

#[expect(clippy::print_stderr, reason = "a test that could not run says so")]
fn eprintln_skipped() {
    eprintln!("skipped: the shared data are absent");
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_bytes_under_any_name_make_the_reader_panic(
            bytes in proptest::collection::vec(any::<u8>(), 0..2_000),
            start in prop_oneof![
                Just(b"".to_vec()),
                Just(b"PK\x03\x04".to_vec()),
                Just(compound::MAGIC.to_vec()),
                Just(b"PAR1".to_vec()),
                Just(b"a,b\n\"".to_vec()),
            ],
            name in prop_oneof![Just("a.csv"), Just("a.xlsx"), Just("a.xls"), Just("a.ods"), Just("a.parquet")],
        ) {
            let folder = Folder::new();
            let path = folder.file(name, &[start, bytes].concat());
            let file = read(&path, name, &Limits::default());
            prop_assert!(!file.tables.is_empty() || !file.issues.is_empty());
        }

        #[test]
        fn no_damage_to_a_workbook_makes_the_reader_panic(at in 0.0..1.0_f64, byte in any::<u8>(), cut in any::<bool>()) {
            let folder = Folder::new();
            let path = folder.xlsx(&sheet("", r#"<row r="1"><c r="A1"><v>1</v></c></row>"#), &[("xl/sharedStrings.xml", PROMISES.as_bytes())]);
            let mut bytes = std::fs::read(&path).unwrap();
            let at = (at * bytes.len() as f64) as usize;
            bytes[at] = byte;
            if cut {
                bytes.truncate(at);
            }
            std::fs::write(&path, bytes).unwrap();
            read(&path, "a.xlsx", &Limits::default());
        }
    }
}
