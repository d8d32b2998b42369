//! Valid files of every format that is read: the same small table of marks, a course workbook, a policy, settings.

use std::io::{Cursor, Write};
use std::path::Path;

use attain::message::Lang;
use attain::policy::{builtin_text, framework};

use super::Kind;

/// A valid file.
#[derive(Debug)]
pub(super) struct Seed {
    pub(super) name: &'static str,
    pub(super) bytes: Vec<u8>,
    /// Whether it is an archive, whose parts are worth changing.
    pub(super) archive: bool,
    kind: Kind,
}

impl Seed {
    pub(super) fn kind(&self) -> &Kind {
        &self.kind
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

/// All seeds.
pub(super) fn seeds() -> Vec<Seed> {
    let part =
        |name: &'static str, bytes: Vec<u8>| Seed { name, bytes, archive: false, kind: Kind::Part(name) };
    let zipped = |name: &'static str, bytes: Vec<u8>| Seed { archive: true, ..part(name, bytes) };
    let csv = csv();
    let (gbk, _, _) = encoding_rs::GB18030.encode(&csv);
    vec![
        Seed { name: "gb18030", ..part("marks.csv", gbk.into_owned()) },
        part("marks.csv", csv.clone().into_bytes()),
        zipped("marks.xlsx", xlsx()),
        part("marks.xls", xls()),
        zipped("marks.ods", ods()),
        part("marks.parquet", parquet()),
        part("policy.toml", builtin_text("nba-2025").unwrap_or_default().into()),
        part("attain.toml", SETTINGS.into()),
        part(
            "items.csv",
            b"offering,item,full_mark,weight,component\nO1,Q1,10,0.4,A\nO1,Q2,20,0.6,A\n".to_vec(),
        ),
        part("support.csv", TABLES[5].1.into()),
        Seed { name: "course.xlsx", bytes: course(), archive: true, kind: Kind::Course },
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

fn csv() -> String {
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

fn course() -> Vec<u8> {
    let files = attain::template::workspace(&framework("ceeaa-2024").unwrap(), Lang::Zh).unwrap();
    files.into_iter().find(|file| file.path.starts_with("courses/")).unwrap().bytes
}

fn ods() -> Vec<u8> {
    let cell = |text: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let row = |row: &[&str; 3]| {
        format!(
            "<table:table-row>{}</table:table-row>",
            row.iter().map(|text| cell(text)).collect::<String>()
        )
    };
    let rows: String = MARKS.iter().map(row).collect();
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" office:version=\"1.2\"><office:body><office:spreadsheet><table:table table:name=\"marks\">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    let kind = "application/vnd.oasis.opendocument.spreadsheet";
    let manifest = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"><manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"{kind}\"/><manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/></manifest:manifest>"
    );
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [("mimetype", kind), ("content.xml", &content), ("META-INF/manifest.xml", &manifest)]
    {
        let stored =
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        writer.start_file(name, stored).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
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
fn record(kind: u16, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap();
    [&kind.to_le_bytes()[..], &length.to_le_bytes(), body].concat()
}

/// A BIFF8 string of 16-bit units.
fn units(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// The smallest workbook of the old binary format: one sheet of texts in a compound file.
fn xls() -> Vec<u8> {
    let begin = |kind: u16| {
        record(0x0809, &[&0x0600u16.to_le_bytes()[..], &kind.to_le_bytes(), &[0; 4], &[0; 8]].concat())
    };
    let mut sheet = begin(0x0010);
    for (row, cells) in (0u16..).zip(MARKS) {
        for (column, text) in (0u16..).zip(cells) {
            let n = u16::try_from(text.encode_utf16().count()).unwrap();
            let place = [row, column, 0, n].map(u16::to_le_bytes).concat();
            sheet.extend(record(0x0204, &[&place[..], &[1], &units(text)].concat()));
        }
    }
    sheet.extend(record(0x000A, &[]));
    let name = [&[5, 1][..], &units("marks")].concat();
    let bound = |at: u32| record(0x0085, &[&at.to_le_bytes()[..], &[0, 0], &name].concat());
    let globals = begin(0x0005).len() + bound(0).len() + record(0x000A, &[]).len();
    let mut stream =
        [begin(0x0005), bound(u32::try_from(globals).unwrap()), record(0x000A, &[]), sheet].concat();
    // Streams below 4096 bytes live elsewhere in the file.
    stream.resize(stream.len().max(4096).next_multiple_of(512), 0);
    compound(&stream)
}

/// A compound file of one stream `Workbook`: header, table of sectors, folder, stream.
fn compound(stream: &[u8]) -> Vec<u8> {
    const END: u32 = 0xFFFF_FFFE;
    const FREE: u32 = 0xFFFF_FFFF;
    let sectors = u32::try_from(stream.len() / 512).unwrap();
    let mut file = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    file.extend([0; 16]);
    for word in [0x3Eu16, 3, 0xFFFE, 9, 6, 0, 0, 0] {
        file.extend(word.to_le_bytes());
    }
    for word in [0, 1, 1, 0, 4096, END, 0, END, 0, 0u32] {
        file.extend(word.to_le_bytes());
    }
    (1..109).for_each(|_| file.extend(FREE.to_le_bytes()));
    let mut next = vec![0xFFFF_FFFD, END];
    next.extend((0..sectors).map(|at| if at + 1 == sectors { END } else { at + 3 }));
    next.resize(128, FREE);
    next.iter().for_each(|word| file.extend(word.to_le_bytes()));
    let entry = |name: &str, kind: u8, child: u32, start: u32, bytes: u32| {
        let mut entry = units(name);
        entry.resize(64, 0);
        let length = u16::try_from(name.len() * 2 + 2).unwrap();
        entry.extend(if name.is_empty() { [0, 0] } else { length.to_le_bytes() });
        entry.extend([kind, 1]);
        [FREE, FREE, child].iter().for_each(|word| entry.extend(word.to_le_bytes()));
        entry.resize(116, 0);
        [start, bytes, 0].iter().for_each(|word| entry.extend(word.to_le_bytes()));
        entry
    };
    file.extend(entry("Root Entry", 5, 1, END, 0));
    file.extend(entry("Workbook", 2, FREE, 2, sectors * 512));
    (0..2).for_each(|_| file.extend(entry("", 0, FREE, 0, 0)));
    file.extend(stream);
    file
}
