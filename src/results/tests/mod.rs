//! Laws of the writers: what goes in comes out again, in every format, guarded and repeatable; and an output is
//! replaced whole or not at all.

mod replacement;
mod round_trip;

use super::*;

pub(super) static SCHEMA: TableSchema = TableSchema {
    key: "sample",
    doc: ("样表", "a sample | with a bar"),
    keys: &["name"],
    columns: &[&[
        ColumnSchema { name: "name", kind: Kind::Text, unit: "", doc: ("名称", "the name") },
        ColumnSchema { name: "other", kind: Kind::Text, unit: "", doc: ("其他", "another text") },
        ColumnSchema { name: "n", kind: Kind::Integer, unit: "students", doc: ("人数", "how many") },
        ColumnSchema { name: "value", kind: Kind::Number, unit: "fraction", doc: ("值", "the value") },
        ColumnSchema { name: "met", kind: Kind::Flag, unit: "", doc: ("达成", "whether it is reached") },
    ]],
    personal: false,
};

/// The same columns, but naming students.
pub(super) static PERSONAL: TableSchema = TableSchema {
    key: "sample_student",
    doc: ("学生样表", "a sample of students"),
    keys: &["name"],
    columns: &[&[ColumnSchema { name: "name", kind: Kind::Text, unit: "", doc: ("姓名", "name") }]],
    personal: true,
};

/// Numbers that are hard to write: ties of the shortest form, extremes, the negative, the tiny.
pub(super) const NUMBERS: &[Option<f64>] = &[
    Some(0.1),
    Some(-0.3),
    None,
    Some(0.0),
    Some(1.0 / 3.0),
    Some(0.65),
    Some(5e-324),
    Some(f64::MAX),
    Some(-1e-7),
    Some(123_456_789.012_345_67),
    Some(1e16),
    Some(9_007_199_254_740_993.0),
    Some(-1.0),
];

/// Every payload in both text columns beside every kind of number, with holes in each column.
pub(super) fn sample() -> Table {
    let mut table = Table::new(&SCHEMA);
    let payloads = guard::PAYLOADS;
    for (row, payload) in payloads.iter().enumerate() {
        let other = (row % 4 != 0).then(|| payloads[payloads.len() - 1 - row]);
        let met = (row % 3 != 0).then_some(row % 2 == 0);
        let count = (row % 5 != 0).then_some(row * 7);
        let number = NUMBERS[row % NUMBERS.len()];
        table.push(&[(*payload).into(), other.into(), count.into(), number.into(), met.into()]);
    }
    table
}

pub(super) fn target(folder: &Path) -> Target {
    Target {
        folder: folder.to_owned(),
        formats: OutputFormat::ALL.to_vec(),
        language: Lang::Zh,
        created: FixedDate::default(),
    }
}

pub(super) fn manifest() -> Manifest {
    Manifest { command: vec!["run".to_owned()], seed: Some(7), ..Manifest::new(Lang::Zh) }
}

pub(super) fn results() -> Results {
    let mut students = Table::new(&PERSONAL);
    for name in ["张三", "李四", "=王五"] {
        students.push(&[name.into()]);
    }
    Results { tables: vec![sample(), students] }
}

#[test]
fn the_page_of_the_tables_documents_every_column_in_both_languages() {
    let page = schema_markdown(&[&SCHEMA, &PERSONAL]);
    for text in
        ["## sample\n", "`value`", "whether it is reached", "达成", "students", "a sample \\| with a bar"]
    {
        assert!(page.contains(text), "{text} is missing from\n{page}");
    }
    assert_eq!(page, schema_markdown(&[&SCHEMA, &PERSONAL]));
}

#[test]
fn the_manifest_does_not_show_the_order_in_which_files_were_found() {
    let input = |path: &str| Input { path: path.to_owned(), sha256: "0".repeat(64), bytes: 1, rows: None };
    let mut one = Manifest { inputs: vec![input("b"), input("a")], ..manifest() };
    let mut other = Manifest { inputs: vec![input("a"), input("b")], ..manifest() };
    one.sort();
    other.sort();
    assert_eq!(one.to_json().unwrap(), other.to_json().unwrap());
}

#[test]
fn every_error_says_its_place_in_both_languages() {
    let io = |kind: std::io::ErrorKind| ResultsError::io(Path::new("/x/y"), kind.into());
    let path = || PathBuf::from("/x/y");
    let errors = [
        io(std::io::ErrorKind::StorageFull),
        io(std::io::ErrorKind::ReadOnlyFilesystem),
        io(std::io::ErrorKind::Other),
        ResultsError::ForeignFolder { path: path() },
        ResultsError::ForeignFile { path: path() },
        ResultsError::NotAFolder { path: path() },
        ResultsError::BadName { name: "/x/y".to_owned() },
        ResultsError::NoTable { key: "/x/y".to_owned() },
        ResultsError::format(Path::new("/x/y"), &"reason"),
    ];
    for error in errors {
        for lang in [Lang::Zh, Lang::En] {
            let message = error.message(lang);
            assert!(message.contains("/x/y") && !message.contains('{'), "{message}");
        }
        assert_ne!(error.message(Lang::Zh), error.message(Lang::En));
    }
}
