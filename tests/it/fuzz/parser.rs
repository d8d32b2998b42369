//! Every parser of outside bytes on its own, at full speed.

use std::hint::black_box;
use std::path::Path;

use attain::ingest::number::{parse_decimal, spreadsheet_decimal};
use attain::ingest::raw::{Limits, parquet_columns, read, read_columns};
use attain::ingest::{Overrides, clean, damage, oulad, workspace};
use attain::message::Lang;
use attain::model::Place;
use attain::policy::Policy;
use attain::value_added::formula::Formula;
use attain::value_added::study::Declarations;
use attain::value_added::words::declared_text;

use super::form::Form;
use super::seeds::{self, Seed, write_workspace};
use super::{Outcome, caught};

/// A parser, what it is fed, and how.
pub(super) struct Parser {
    pub(super) name: &'static str,
    /// The file that holds the bytes; nothing is written for a parser of texts.
    pub(super) file: Option<&'static str>,
    pub(super) seeds: fn() -> Vec<Seed>,
    /// What lies beside the file.
    pub(super) beside: fn(&Path),
    /// Reads the file of the folder, or the bytes.
    pub(super) read: fn(&Path, &[u8]) -> Outcome,
}

const NOTHING: fn(&Path) = |_| {};

const fn file(name: &'static str, file: &'static str, seeds: fn() -> Vec<Seed>) -> Parser {
    Parser { name, file: Some(file), seeds, beside: NOTHING, read: raw }
}

const fn text(name: &'static str, seeds: fn() -> Vec<Seed>, read: fn(&Path, &[u8]) -> Outcome) -> Parser {
    Parser { name, file: None, seeds, beside: NOTHING, read }
}

/// All of them. Bulk and notes go through a workspace, as nothing smaller reads them.
pub(super) const PARSERS: [Parser; 13] = [
    file("delimited text", "input", delimited),
    file("XLSX", "input", || vec![Seed::new(Form::Archive, seeds::small_xlsx())]),
    file("XLS", "input", || {
        [xls_cells(), seeds::xls()].map(|stream| Seed::new(Form::Compound, stream)).into()
    }),
    file("ODS", "input", || vec![Seed::new(Form::Archive, seeds::ods(ODS_ROWS))]),
    Parser { read: parquet, ..file("Parquet", "input", parquets) },
    text("policy", || POLICIES.map(plain).into(), policy),
    text("value_added.toml", || DECLARED.map(plain).into(), declared),
    text("formulas", || FORMULAS.map(plain).into(), formula),
    text("numbers, identifiers", || vec![plain(WORDS)], words),
    text("OULAD", || vec![Seed::new(Form::Plain, OULAD.map(|(_, text)| text).join(BETWEEN))], imported),
    Parser { read: of_workspace, ..file("attain.toml", "attain.toml", || SETTINGS.map(plain).into()) },
    Parser {
        beside: |folder| put(folder, "attain.toml", "[workspace]\n"),
        read: of_workspace,
        ..file("notes", "notes.csv", || vec![plain(NOTES)])
    },
    Parser {
        beside: |folder| write_workspace(folder, "marks.parquet"),
        read: of_workspace,
        ..file("marks in bulk", "marks.parquet", parquets)
    },
];

fn put(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
}

fn plain(text: &str) -> Seed {
    Seed::new(Form::Plain, text)
}

/// A table of the reader in front of everything.
fn raw(folder: &Path, _: &[u8]) -> Outcome {
    let file = read(&folder.join("input"), "input", &Limits::default());
    assert!(!file.tables.is_empty() || !file.issues.is_empty(), "neither a table nor a word");
    let used = file.tables.iter().any(|table| !table.rows.is_empty());
    Outcome { used, caught: file.issues.iter().any(caught), ..Outcome::default() }
}

fn parquet(folder: &Path, bytes: &[u8]) -> Outcome {
    let path = folder.join("input");
    let outcome = raw(folder, bytes);
    let names = parquet_columns(&path, "input").map(|(names, _)| names).unwrap_or_default();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let columns = read_columns(&path, "input", &names);
    Outcome { caught: outcome.caught || columns.as_ref().err().is_some_and(caught), ..outcome }
}

fn of_workspace(folder: &Path, _: &[u8]) -> Outcome {
    match workspace(folder, &Overrides { policy: None, lenient: true }) {
        Ok(loaded) => Outcome { used: true, caught: loaded.issues.iter().any(caught), ..Outcome::default() },
        Err(error) => {
            assert!(!error.to_string().is_empty());
            Outcome::default()
        }
    }
}

/// The four files of the data set, cut out of the bytes.
fn imported(folder: &Path, bytes: &[u8]) -> Outcome {
    let texts = bytes.split(|byte| *byte == BETWEEN.as_bytes()[0]);
    for ((name, _), text) in OULAD.iter().zip(texts) {
        std::fs::write(folder.join(name), text).unwrap();
    }
    match oulad::import(folder) {
        Ok(_) => Outcome { used: true, ..Outcome::default() },
        Err(error) => {
            assert!(!error.to_string().is_empty());
            Outcome::default()
        }
    }
}

fn policy(_: &Path, bytes: &[u8]) -> Outcome {
    let parsed = Policy::parse(&String::from_utf8_lossy(bytes));
    if let Err(error) = &parsed {
        assert!(!error.issues.is_empty() && !error.to_string().is_empty());
    }
    Outcome { used: parsed.is_ok(), ..Outcome::default() }
}

fn declared(_: &Path, bytes: &[u8]) -> Outcome {
    let parsed = Declarations::parse(&String::from_utf8_lossy(bytes));
    for problem in parsed.as_ref().err().into_iter().flatten() {
        assert!(!declared_text(Lang::Zh, problem).0.is_empty());
    }
    Outcome { used: parsed.is_ok(), ..Outcome::default() }
}

fn formula(_: &Path, bytes: &[u8]) -> Outcome {
    let parsed = Formula::parse(&String::from_utf8_lossy(bytes));
    if let Ok(formula) = &parsed {
        black_box((formula.to_string(), formula.columns()));
    }
    Outcome { used: parsed.is_ok(), ..Outcome::default() }
}

/// Every word as a number, an identifier and a header; its first bytes as a stored number.
fn words(_: &Path, bytes: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(bytes);
    let place = Place::default();
    let mut used = false;
    for word in text.split(',') {
        let number = parse_decimal(word);
        used |= number.is_some();
        black_box((clean::identifier(word), clean::normalise_header(word)));
        let cell = attain::ingest::raw::RawCell::Text(word.to_owned());
        for meant in [damage::Meant::Identifier, damage::Meant::Text, damage::Meant::Number] {
            black_box(damage::cell_damage(&cell, meant, &place));
        }
    }
    let stored = bytes.first_chunk().map_or(0.0, |bytes| f64::from_le_bytes(*bytes));
    black_box(spreadsheet_decimal(stored));
    Outcome { used, ..Outcome::default() }
}

/// Texts in every encoding that is told apart, with every separator.
fn delimited() -> Vec<Seed> {
    let csv = seeds::csv();
    let quoted =
        "学号,\"姓名, 班级\",成绩\r\n=\"0012\",\"王\"\"五\"\"\n二班\",85.5\r\n\"0013\",李四,缺考\r\n";
    let units = |unit: fn(u16) -> [u8; 2]| quoted.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
    let encoded = |encoding: &'static encoding_rs::Encoding| encoding.encode(quoted).0.into_owned();
    let files = [
        csv.clone().into_bytes(),
        csv.replace(',', ";").into_bytes(),
        csv.replace(',', "\t").into_bytes(),
        [b"\xef\xbb\xbf", quoted.as_bytes()].concat(),
        encoded(encoding_rs::GB18030),
        encoded(encoding_rs::BIG5),
        [&b"\xff\xfe"[..], &units(u16::to_le_bytes)].concat(),
        units(u16::to_be_bytes),
    ];
    files.into_iter().map(|bytes| Seed::new(Form::Plain, bytes)).collect()
}

/// A workbook of every kind of record that holds a cell.
fn xls_cells() -> Vec<u8> {
    let at = |row: u16, column: u16| [row, column, 0].map(u16::to_le_bytes).concat();
    let shared = [&[2, 0, 0, 0, 2, 0, 0, 0][..], &[1, 0, 0, b'a'], &[1, 0, 1, 0x5b, 0x66]].concat();
    let number = 5.25_f64.to_le_bytes();
    let formula = [&at(2, 0)[..], &number, &[0; 6], &[3, 0, 0x1e, 1, 0]].concat();
    let cells = [
        (0x0200, [&[0, 0, 0, 0, 5, 0, 0, 0][..], &[0, 0, 4, 0, 0, 0]].concat()),
        (0x00fd, [&at(0, 0)[..], &[0, 0, 0, 0]].concat()),
        (0x00fd, [&at(0, 1)[..], &[1, 0, 0, 0]].concat()),
        (0x0203, [&at(1, 0)[..], &number].concat()),
        (0x027e, [&at(1, 1)[..], &[0x02, 0, 0x59, 0x40]].concat()),
        (0x00bd, [&[1, 0, 2, 0][..], &[0, 0, 2, 0, 0, 0], &[0, 0, 6, 0, 0, 0], &[3, 0]].concat()),
        (0x0006, formula),
        (0x0207, [&[1, 0, 0][..], b"x"].concat()),
        (0x0205, [&at(2, 1)[..], &[1, 0]].concat()),
        (0x0205, [&at(2, 2)[..], &[0x07, 1]].concat()),
        (0x0201, at(3, 0)),
        (0x00e5, vec![1, 0, 0, 0, 0, 0, 0, 0, 1, 0]),
    ];
    let cells: Vec<u8> = cells.iter().flat_map(|(kind, body)| seeds::record(*kind, body)).collect();
    seeds::biff(&seeds::record(0x00fc, &shared), &cells)
}

/// Columns of every type, plain and packed.
fn parquets() -> Vec<Seed> {
    use polars::prelude::{Column, DataFrame, ParquetCompression, ParquetWriter};
    let columns = vec![
        Column::new("student".into(), ["01", "01", "02", "03"]),
        Column::new("item".into(), ["Q1", "Q2", "Q1", "Q2"]),
        Column::new("mark".into(), [Some(5.25_f64), None, Some(10.0), Some(12.5)]),
        Column::new("n".into(), [1_i64, 2, 3, 1 << 60]),
        Column::new("late".into(), [Some(true), Some(false), None, Some(true)]),
    ];
    let mut frame = DataFrame::new(4, columns).unwrap();
    let mut packed = |compression: ParquetCompression| {
        let mut bytes = Vec::new();
        ParquetWriter::new(&mut bytes).with_compression(compression).finish(&mut frame).unwrap();
        Seed::new(Form::Parquet, bytes)
    };
    let kinds =
        [ParquetCompression::Uncompressed, ParquetCompression::Snappy, ParquetCompression::Zstd(None)];
    kinds.into_iter().map(&mut packed).collect()
}

const ODS_ROWS: &str = r#"<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="string" table:number-columns-spanned="2"><text:p>学号<text:s text:c="2"/>&amp;<text:tab/>x</text:p><text:p>y</text:p></table:table-cell><table:covered-table-cell/></table:table-row><table:table-row><table:table-cell office:value-type="float" office:value="5.25" table:number-columns-repeated="3"><text:p>5.25</text:p><office:annotation><text:p>no</text:p></office:annotation></table:table-cell><table:table-cell office:value-type="date" office:date-value="2026-10-20"/><table:table-cell office:value-type="boolean" office:boolean-value="true"/><table:table-cell table:formula="of:=1"/></table:table-row><table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#;

const SETTINGS: [&str; 2] = [
    "[workspace]\ninstitution = \"U\"\nlanguage = \"en\"\npolicy = \"nba-2025\"\n[columns.items]\nfull_mark = \"满分\"\n[values]\nprogramme = \"CS\"\n",
    "[tables]\nmarks = [\"a*.csv\", '2023/*']\nroster = \"r.csv\"\n[columns]\nmarks = { student = \"学号\", mark = \"成绩\" }\n",
];

const POLICIES: [&str; 3] = [
    "key = \"p\"\ntitle = { zh = \"试\", en = \"p\" }\nsource = \"-\"\ndate = \"2026\"\nstatus = \"draft\"\nopen = [\"objective.reach\"]\n[objective]\nmethod = \"level\"\nreach = \"0.6\"\nlevels = [ { at = \"0.5\", level = 1 }, { at = \"0.7\", level = 2 } ]\nlevel_max = 2\n",
    "key = \"p\"\ntitle = { zh = \"试\", en = \"p\" }\nsource = \"-\"\ndate = \"2026-01-31\"\nstatus = \"draft\"\n[indicator]\nweights = \"hml\"\ncodes = { H = \"1\", M = \"0.7\" }\n[indirect]\nmode = \"weighted\"\ndirect_share = \"0.8\"\n[threshold]\nobjective = \"0.65\"\nclosed = \"at-least\"\n",
    "key = \"p\"\ntitle = { zh = \"试\", en = \"p\" }\nsource = \"-\"\ndate = \"2026\"\nstatus = \"draft\"\n[marks]\nabsent = \"zero\"\n[marks.words]\n\"缺考\" = { state = \"absent\" }\n\"优\" = { share = \"0.95\" }\n[rounding]\nmode = \"half-even\"\ndigits = 2\n[uncertainty]\nconfidence = 0.95\n[privacy]\nsuppress_below = 5\n",
];

const DECLARED: [&str; 2] = [
    "[[model]]\nkey = \"a\"\nmodel = \"mixed\"\nformula = \"y ~ x + (1 | g)\"\nlevel = 0.9\ncohorts = \"each\"\n\n[[model]]\nkey = \"b\"\nmodel = \"ols\"\nformula = \"y ~ x\"\ncluster = \"g\"\nerrors = \"cr1\"\n",
    "[[model]]\nkey = \"c\"\nmodel = \"mean-residual\"\nunit = \"g\"\nformula = \"y ~ x\"\nmissing = \"impute\"\nimputations = 20\nseed = 7\n",
];

const FORMULAS: [&str; 4] = [
    "exit ~ entry + gender + (1 + entry | school/class)",
    "y ~ a*b*c + x^3 - 1",
    "`exit score` ~ 0 + a:b + (x || g)",
    "成绩 ~ 入学 + (1 | 学院:专业)",
];

const WORDS: &str = "85.5,-3,８５．５,8.55e1,00123,1E+5,缺考,Oct-20,高等数学Ⅰ（一）,【学号】*,99.9%";

const NOTES: &str = "offering,report,part,text\nO1,course,problems,\"多\n行\"\nO1,,改进措施,x\nCS/2023,requirement,conclusion,y\n";

/// What stands between the files of the data set in one input.
const BETWEEN: &str = "\u{1e}";

const OULAD: [(&str, &str); 4] = [
    (
        "assessments.csv",
        "code_module,code_presentation,id_assessment,assessment_type,date,weight\nAAA,2013J,1,TMA,19,40\nAAA,2013J,2,Exam,?,60\n",
    ),
    (
        "studentAssessment.csv",
        "id_assessment,id_student,date_submitted,is_banked,score\n1,11,18,0,78\n1,12,22,1,?\n2,11,9,0,60\n",
    ),
    (
        "studentInfo.csv",
        "code_module,code_presentation,id_student,gender,region,highest_education,imd_band,age_band,num_of_prev_attempts,studied_credits,disability,final_result\nAAA,2013J,11,M,East,HE,10-20,55<=,0,240,N,Pass\nAAA,2013J,12,F,West,HE,20-30%,0-35,1,60,Y,Withdrawn\n",
    ),
    (
        "studentRegistration.csv",
        "code_module,code_presentation,id_student,date_registration,date_unregistration\nAAA,2013J,11,-159,\nAAA,2013J,12,-53,12\n",
    ),
];
