//! Valid files of every format that is read: the same small table of marks, a course workbook, a policy, settings.

use std::path::Path;

use attain::message::Lang;
use attain::policy::{builtin_text, framework};

use super::Kind;
use super::form::{Form, Part, units};

/// A valid file, taken apart.
#[derive(Debug)]
pub(super) struct Seed {
    pub(super) parts: Vec<Part>,
    pub(super) form: Form,
}

impl Seed {
    /// A seed from the bytes of a file, or from the stream of a compound file.
    pub(super) fn new(form: Form, bytes: impl Into<Vec<u8>>) -> Self {
        Self { parts: form.parts(bytes.into()), form }
    }

    /// The whole file.
    pub(super) fn bytes(&self) -> Vec<u8> {
        self.form.joined(&self.parts, false)
    }
}

/// Rows of marks: header, then student, item, mark.
const MARKS: [[&str; 3]; 7] = [
    ["student", "item", "mark"],
    ["01", "Q1", "5.25"],
    ["01", "Q2", "20"],
    ["02", "Q1", "10"],
    ["02", "Q2", "缺考"],
    ["03", "Q1", "7"],
    ["03", "Q2", "12.5"],
];

const TABLES: [(&str, &str); 10] = [
    ("plans.csv", "programme,plan\nCS,2023\n"),
    ("cohorts.csv", "programme,cohort,plan\nCS,2023,2023\n"),
    ("requirements.csv", "programme,plan,requirement\nCS,2023,1\n"),
    ("indicators.csv", "programme,plan,indicator,requirement\nCS,2023,1.1,1\n"),
    ("courses.csv", "programme,plan,course\nCS,2023,C1\n"),
    ("support.csv", "programme,plan,course,indicator,strength\nCS,2023,C1,1.1,1\n"),
    ("offerings.csv", "offering,course\nO1,C1\n"),
    ("items.csv", "offering,item,full_mark\nO1,Q1,10\nO1,Q2,20\n"),
    ("objectives.csv", "offering,objective\nO1,1\n"),
    ("allocation.csv", "item,objective\nQ1,1\nQ2,1\n"),
];
const SETTINGS: &str = "[workspace]\ninstitution = \"U\"\nlanguage = \"en\"\npolicy = \"policy.toml\"\n[columns.items]\nfull_mark = \"full_mark\"\n[values]\nprogramme = \"CS\"\n";

/// A policy short enough to cost no time; the long one is mutated itself.
const POLICY: &str = "key = \"p\"\ntitle = { zh = \"试\", en = \"p\" }\nsource = \"-\"\ndate = \"2026\"\nstatus = \"draft\"\n[requirement]\nrule = \"mean\"\n[marks.words]\n\"缺考\" = { state = \"absent\" }\n";

/// Files that are read to their figures: what each is called, how it is read, and what it is.
pub(super) fn seeds() -> Vec<(&'static str, Kind, Seed)> {
    let of =
        |name: &'static str, form: Form, bytes: Vec<u8>| (name, Kind::Part(name), Seed::new(form, bytes));
    let csv = csv();
    let (gbk, _, _) = encoding_rs::GB18030.encode(&csv);
    let items = "offering,item,full_mark,weight,component\nO1,Q1,10,0.4,A\nO1,Q2,20,0.6,A\n";
    vec![
        ("gb18030", Kind::Part("marks.csv"), Seed::new(Form::Plain, gbk)),
        of("marks.csv", Form::Plain, csv.clone().into()),
        of("marks.xlsx", Form::Archive, xlsx()),
        of("marks.xls", Form::Compound, xls()),
        of("marks.ods", Form::Archive, ods(&marks_ods())),
        of("marks.parquet", Form::Parquet, parquet()),
        of("policy.toml", Form::Plain, builtin_text("nba-2025").unwrap_or_default().into()),
        of("attain.toml", Form::Plain, SETTINGS.into()),
        of("items.csv", Form::Plain, items.into()),
        of("support.csv", Form::Plain, TABLES[5].1.into()),
        ("course.xlsx", Kind::Course, Seed::new(Form::Archive, course())),
    ]
}

/// The tables beside the one that is mutated.
pub(super) fn write_workspace(folder: &Path, mutated: &str) {
    let put = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    put("attain.toml", SETTINGS.as_bytes());
    put("policy.toml", POLICY.as_bytes());
    TABLES.iter().for_each(|(name, text)| put(name, text.as_bytes()));
    if !mutated.starts_with("marks") {
        put("marks.csv", csv().as_bytes());
    }
}

pub(super) fn csv() -> String {
    MARKS.iter().map(|row| row.join(",") + "\n").collect()
}

fn xlsx() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in (0u32..).zip(MARKS) {
        for (column, cell) in (0u16..).zip(cells) {
            match cell.parse::<f64>().ok().filter(|_| column == 2) {
                Some(number) => sheet.write(row, column, number).unwrap(),
                None => sheet.write(row, column, cell).unwrap(),
            };
        }
    }
    book.save_to_buffer().unwrap()
}

/// A workbook of every kind of cell, without the parts that hold looks.
pub(super) fn small_xlsx() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let date = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    sheet.write(0, 0, "学号").unwrap().write(0, 1, "x & y").unwrap().write(1, 0, "01").unwrap();
    sheet.write(1, 1, 5.25).unwrap().write(1, 2, true).unwrap();
    sheet.write_formula(1, 3, rust_xlsxwriter::Formula::new("=B2*2").set_result("10.5")).unwrap();
    sheet.write_with_format(1, 4, 46_315.0, &date).unwrap();
    sheet.merge_range(2, 0, 3, 1, "m", &date).unwrap();
    let parts: Vec<Part> = Form::Archive.parts(book.save_to_buffer().unwrap());
    let read = |name: &str| !name.starts_with("docProps/") && !name.contains("theme");
    let parts: Vec<Part> = parts.into_iter().filter(|(name, _)| read(name)).collect();
    Form::Archive.joined(&parts, false)
}

fn course() -> Vec<u8> {
    let files = attain::template::workspace(&framework("ceeaa-2024").unwrap(), Lang::Zh).unwrap();
    files.into_iter().find(|file| file.path.starts_with("courses/")).unwrap().bytes
}

fn marks_ods() -> String {
    let cell = |text: &&str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let row = |row: &[&str; 3]| {
        format!("<table:table-row>{}</table:table-row>", row.iter().map(cell).collect::<String>())
    };
    MARKS.iter().map(row).collect()
}

/// An OpenDocument file of one sheet with these rows.
pub(super) fn ods(rows: &str) -> Vec<u8> {
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" office:version=\"1.2\"><office:body><office:spreadsheet><table:table table:name=\"marks\">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    let kind = "application/vnd.oasis.opendocument.spreadsheet";
    let manifest = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"><manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"{kind}\"/><manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/></manifest:manifest>"
    );
    let parts = [("mimetype", kind), ("content.xml", &content), ("META-INF/manifest.xml", &manifest)];
    let parts = parts.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
    Form::Archive.joined(&parts, false)
}

fn parquet() -> Vec<u8> {
    use polars::prelude::{Column, DataFrame, ParquetWriter};
    let text = |at: usize| MARKS[1..].iter().map(|row| row[at]).collect::<Vec<_>>();
    let columns = vec![
        Column::new("student".into(), text(0)),
        Column::new("item".into(), text(1)),
        Column::new("mark".into(), text(2)),
    ];
    let mut frame = DataFrame::new(MARKS.len() - 1, columns).unwrap();
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame).unwrap();
    bytes
}

/// A BIFF8 record.
pub(super) fn record(kind: u16, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap();
    [&kind.to_le_bytes()[..], &length.to_le_bytes(), body].concat()
}

/// The smallest workbook of the old binary format: one sheet of texts.
pub(super) fn xls() -> Vec<u8> {
    let mut records = Vec::new();
    for (row, cells) in (0u16..).zip(MARKS) {
        for (column, text) in (0u16..).zip(cells) {
            let n = u16::try_from(text.encode_utf16().count()).unwrap();
            let place = [row, column, 0, n].map(u16::to_le_bytes).concat();
            records.extend(record(0x0204, &[&place[..], &[1], &units(text)].concat()));
        }
    }
    biff(&[], &records)
}

/// The records of a workbook of one sheet; those before it are known to all sheets.
pub(super) fn biff(before: &[u8], cells: &[u8]) -> Vec<u8> {
    let begin = |kind: u16| {
        record(0x0809, &[&0x0600u16.to_le_bytes()[..], &kind.to_le_bytes(), &[0; 4], &[0; 8]].concat())
    };
    let end = record(0x000A, &[]);
    let name = [&[5, 1][..], &units("marks")].concat();
    let bound =
        |at: usize| record(0x0085, &[&u32::try_from(at).unwrap().to_le_bytes()[..], &[0, 0], &name].concat());
    let globals = begin(0x0005).len() + bound(0).len() + before.len() + end.len();
    [&begin(0x0005), &bound(globals), before, &end, &begin(0x0010), cells, &end].concat()
}
