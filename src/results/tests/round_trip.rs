//! What is written reads back the same, by readers that are not ours.

use std::fs;
use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use polars::prelude::{ParquetReader, SerReader as _};

use super::*;

/// Characters that must not open a text cell.
const FORBIDDEN: &[char] = &['=', '+', '-', '@', '\t', '\r', '\n', '\0', '−', '＝', '＋', '－', '＠'];

#[test]
fn csv_reads_back_and_no_text_opens_a_formula() {
    let table = sample();
    let mut file = Vec::new();
    write_csv(&table, &mut file).unwrap();
    let body = file.strip_prefix("\u{feff}".as_bytes()).expect("a byte-order mark");
    let mut reader = csv::Reader::from_reader(body);
    assert_eq!(reader.headers().unwrap(), vec!["name", "other", "n", "value", "met"]);
    let mut rows = 0;
    for (row, record) in reader.records().enumerate() {
        let record = record.unwrap();
        for (at, name) in [(0, "name"), (1, "other")] {
            assert!(!record[at].starts_with(FORBIDDEN), "{record:?}");
            assert_eq!(&record[at], &*guarded(table.text(row, name).unwrap_or_default()));
        }
        let bits = |number: Option<f64>| number.map(f64::to_bits);
        assert_eq!(bits(record[3].parse().ok()), bits(table.number(row, "value")), "{record:?}");
        assert_eq!(record[2].parse().ok(), table.number(row, "n"));
        assert_eq!(record[4].parse().ok(), table.flag(row, "met"));
        rows += 1;
    }
    assert_eq!(rows, table.len());
}

#[test]
fn parquet_reads_back_with_texts_as_strings() {
    for table in [sample(), Table::new(&SCHEMA)] {
        let mut file = Vec::new();
        write_parquet(&table, &mut file).unwrap();
        let read = ParquetReader::new(Cursor::new(file)).finish().unwrap();
        let expected = frame(&table).unwrap();
        assert_eq!(read.schema(), expected.schema());
        assert!(read.equals_missing(&expected), "{read}");
        let names = expected.column("name").unwrap().str().unwrap().clone();
        for row in 0..table.len() {
            assert_eq!(names.get(row), table.text(row, "name"));
        }
    }
}

#[test]
fn a_dictionary_with_a_text_twice_is_written_all_the_same() {
    let dictionary = vec!["a".into(), "b".into(), "a".into()];
    let codes = [Some(2), None, Some(1), Some(0)];
    let column = Column::Text(TextColumn::from_codes(dictionary, codes.into_iter()));
    let table = Table::from_columns(&PERSONAL, vec![column]);
    let mut file = Vec::new();
    write_parquet(&table, &mut file).unwrap();
    let read = ParquetReader::new(Cursor::new(file)).finish().unwrap();
    let texts: Vec<Option<&str>> = read.column("name").unwrap().str().unwrap().iter().collect();
    assert_eq!(texts, [Some("a"), None, Some("b"), Some("a")]);
}

#[test]
fn dictionaries_of_every_width_read_back() {
    for count in [255u32, 256, 257, 70_000] {
        let dictionary = (0..count).map(|i| format!("s{i}").into()).collect();
        let codes = (0..count).rev().map(|i| (i % 7 != 3).then_some(i));
        let column = Column::Text(TextColumn::from_codes(dictionary, codes));
        let table = Table::from_columns(&PERSONAL, vec![column]);
        let mut file = Vec::new();
        write_parquet(&table, &mut file).unwrap();
        let read = ParquetReader::new(Cursor::new(file)).finish().unwrap();
        assert!(read.equals_missing(&frame(&table).unwrap()), "{count}");
    }
}

#[test]
fn the_workbook_reads_back_as_texts_and_numbers_without_a_formula() {
    let results = results();
    let bytes = write_xlsx(&results.tables, Lang::En, FixedDate::default(), &["csv"]).unwrap();
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    assert_eq!(workbook.sheet_names(), ["guide", "sample", "sample_student"]);
    for sheet in workbook.sheet_names() {
        assert!(workbook.worksheet_formula(&sheet).unwrap().used_cells().next().is_none(), "{sheet}");
    }
    let table = &results.tables[0];
    let sheet = workbook.worksheet_range("sample").unwrap();
    for row in 0..table.len() {
        let cell = |column: u32| sheet.get_value((row as u32 + 1, column)).cloned().unwrap_or(Data::Empty);
        for (at, name) in [(0, "name"), (1, "other")] {
            let text = match cell(at) {
                Data::Empty => String::new(),
                Data::String(text) => text,
                other => panic!("row {row}: {other:?}"),
            };
            assert!(!text.starts_with(FORBIDDEN), "{text:?}");
            let expected = guarded(table.text(row, name).unwrap_or_default()).replace("\r\n", "\n");
            assert_eq!(text.replace("\r\n", "\n"), expected);
        }
        match (cell(3), table.number(row, "value")) {
            (Data::Empty, None) => (),
            (Data::Float(read), Some(number)) => assert_eq!(read.to_bits(), number.to_bits()),
            (Data::Int(read), Some(number)) => assert_eq!((read as f64).to_bits(), number.to_bits()),
            other => panic!("row {row}: {other:?}"),
        }
    }
}

#[test]
fn a_long_table_of_students_is_left_out_of_the_workbook_and_said_to_be() {
    let codes = (0..=XLSX_PERSONAL_ROWS).map(|_| Some(0));
    let column = Column::Text(TextColumn::from_codes(vec!["张三".into()], codes));
    let tables = [Table::from_columns(&PERSONAL, vec![column])];
    let bytes = write_xlsx(&tables, Lang::Zh, FixedDate::default(), &["parquet", "csv"]).unwrap();
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    assert_eq!(workbook.sheet_names(), ["说明"]);
    let guide = workbook.worksheet_range("说明").unwrap();
    let text: Vec<String> = guide.cells().map(|(_, _, cell)| cell.to_string()).collect();
    let place = text.iter().find(|cell| cell.contains("sample_student.csv")).expect("the place of the table");
    assert!(place.contains("sample_student.parquet"));
}

#[test]
fn a_text_longer_than_a_cell_is_cut_with_a_sign() {
    let mut table = Table::new(&PERSONAL);
    table.push(&[Value::from("𝒳".repeat(20_000).as_str())]);
    let bytes = write_xlsx(&[table], Lang::En, FixedDate::default(), &[]).unwrap();
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let sheet = workbook.worksheet_range("sample_student").unwrap();
    let text = sheet.get_value((1, 0)).unwrap().to_string();
    assert!(text.ends_with('…') && text.encode_utf16().count() <= 32_767);
}

#[test]
fn json_reads_back_with_nulls_and_exact_numbers() {
    let results = results();
    let mut file = Vec::new();
    write_json(&results.tables, &manifest(), &mut file).unwrap();
    let document: serde_json::Value = serde_json::from_slice(&file).unwrap();
    assert_eq!(document["manifest"]["seed"], 7);
    let table = &results.tables[0];
    let rows = document["tables"]["sample"]["rows"].as_array().unwrap();
    // The numbers as they stand in the text: this JSON reader rounds the last digit its own way.
    let text = String::from_utf8(file).unwrap();
    let lines = text.lines().filter(|line| line.starts_with('['));
    let numbers: Vec<&str> =
        lines.filter_map(|line| line.trim_end_matches([',', ']', '}']).rsplit(',').nth(1)).collect();
    assert_eq!(document["tables"]["sample"]["columns"][3]["unit"], "fraction");
    assert_eq!(rows.len(), table.len());
    for (row, cells) in rows.iter().enumerate() {
        assert_eq!(cells[0].as_str(), table.text(row, "name"));
        assert_eq!(cells[1].as_str(), table.text(row, "other"));
        assert_eq!(cells[2].as_f64(), table.number(row, "n"));
        assert_eq!(numbers[row].parse().ok().map(f64::to_bits), table.number(row, "value").map(f64::to_bits));
        assert_eq!(cells[4].as_bool(), table.flag(row, "met"));
    }
}

#[test]
fn a_number_that_is_not_finite_is_never_written() {
    let mut table = Table::new(&SCHEMA);
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        table.push(&["x".into(), "y".into(), 1usize.into(), number.into(), true.into()]);
    }
    let mut file = Vec::new();
    write_csv(&table, &mut file).unwrap();
    assert!(String::from_utf8(file).unwrap().ends_with("x,y,1,,true\nx,y,1,,true\nx,y,1,,true\n"));
    let mut file = Vec::new();
    write_json(&[table.clone()], &manifest(), &mut file).unwrap();
    assert!(String::from_utf8(file).unwrap().contains("[\"x\",\"y\",1,null,true]"));
    assert_eq!(frame(&table).unwrap().column("value").unwrap().null_count(), 3);
    assert!(write_xlsx(&[table], Lang::Zh, FixedDate::default(), &[]).is_ok());
}

#[test]
fn the_same_results_give_the_same_bytes_for_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let mut written = Vec::new();
    for threads in [1, 2, 4] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let place = folder.path().join(format!("out{threads}"));
        written.push(pool.install(|| write(&results(), &target(&place), manifest())).unwrap());
    }
    assert_eq!(written[0].manifest, written[1].manifest);
    assert_eq!(written[0].manifest, written[2].manifest);
    for file in written[0].manifest.all_files() {
        let bytes = fs::read(written[0].folder.join(&file.path)).unwrap();
        assert_eq!(
            Fingerprint::of_bytes(&bytes),
            Fingerprint { bytes: file.bytes, sha256: file.sha256.clone() }
        );
        assert_eq!(bytes, fs::read(written[1].folder.join(&file.path)).unwrap(), "{}", file.path);
    }
    let manifests: Vec<String> =
        written.iter().map(|one| fs::read_to_string(one.folder.join(MANIFEST_FILE)).unwrap()).collect();
    assert!(manifests[0] == manifests[1] && manifests[0] == manifests[2]);
}

#[test]
fn the_workbook_carries_the_given_date_and_no_other() {
    use std::io::Read as _;
    let created = FixedDate { year: 2024, month: 6, day: 30 };
    let bytes = write_xlsx(&results().tables, Lang::Zh, created, &[]).unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut properties = String::new();
    archive.by_name("docProps/core.xml").unwrap().read_to_string(&mut properties).unwrap();
    assert_eq!(properties.matches("2024-06-30T00:00:00Z").count(), 2, "{properties}");
    assert_eq!(properties.matches("W3CDTF").count(), 2);
    for at in 0..archive.len() {
        let entry = archive.by_index(at).unwrap();
        assert_eq!(entry.last_modified().map(|date| date.year()), Some(1980), "entry {at}");
    }
}
