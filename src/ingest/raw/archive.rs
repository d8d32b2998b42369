//! Zipped workbooks, looked through before anybody opens them.
//!
//! A workbook of two kilobytes can ask a plain reader for half a terabyte. So every XML part is inflated once
//! under a budget, and what its tags declare is compared with what is there; only then is the workbook opened.

use std::fs::File;
use std::io::{self, BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;
use zip::result::ZipError;

use super::format::Source;
use super::problem::{error, size};
use super::Limits;
use crate::model::Issue;

/// The archive of a workbook file.
pub(super) type Archive = ZipArchive<BufReader<File>>;

/// The least bytes of XML a shared string takes: `<si/>`.
const BYTES_PER_STRING: u64 = 5;

/// What was seen while looking through.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Survey {
    /// The names of all parts.
    pub(super) parts: Vec<String>,
    /// The number of cells in all sheets.
    pub(super) n_cells: usize,
    /// Whether any sheet has merged cells.
    pub(super) has_merged: bool,
}

/// Why a part was refused while it was being inflated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Excess {
    Inflated,
    Ratio,
    Unbroken,
}

/// A reader that stops at the limits. `excess` says afterwards whether it did.
pub(super) struct Budgeted<'b, R> {
    inner: R,
    limits: &'b Limits,
    /// Bytes that all parts together have inflated to, this one included.
    total: &'b mut u64,
    packed: u64,
    seen: u64,
    unbroken: usize,
    excess: Option<Excess>,
}

/// Opens the archive; refuses what is no zip, too large, of too many parts, or encrypted.
pub(super) fn open(source: &Source<'_>, limits: &Limits) -> Result<Archive, Issue> {
    source.within(limits.workbook_bytes)?;
    let file = File::open(source.path).map_err(|cause| source.unreadable(&cause.to_string()))?;
    let archive = ZipArchive::new(BufReader::new(file)).map_err(|cause| zip_issue(source, &cause))?;
    if archive.len() > limits.archive_entries {
        let values = [("n", &*archive.len().to_string()), ("limit", &*limits.archive_entries.to_string())];
        return Err(error("too_many_parts", &source.place(), &values));
    }
    Ok(archive)
}

/// Looks through every XML part.
///
/// # Errors
/// The issue that says what the workbook asks for too much of.
pub(super) fn survey(source: &Source<'_>, archive: &mut Archive, limits: &Limits) -> Result<Survey, Issue> {
    let mut survey = Survey::default();
    let mut declared = 0_u64;
    let mut total = 0_u64;
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(|cause| zip_issue(source, &cause))?;
        if part.encrypted() {
            return Err(error("encrypted_workbook", &source.place(), &[]));
        }
        let name = part.name().map(|name| name.into_owned()).unwrap_or_default();
        let is_xml = is_xml(&name);
        if is_xml {
            declared = declared.saturating_add(part.size());
        }
        survey.parts.push(name);
        if declared > limits.inflated_bytes {
            return Err(inflates_too_much(source, declared, limits));
        }
    }
    for (index, name) in survey.parts.clone().iter().enumerate().filter(|(_, name)| is_xml(name)) {
        let part = archive.by_index(index).map_err(|cause| zip_issue(source, &cause))?;
        let reader = Budgeted::new(part.compressed_size(), part, limits, &mut total);
        scan_part(source, name, reader, &mut survey)?;
        if survey.n_cells > limits.workbook_cells {
            let limit = limits.workbook_cells.to_string();
            return Err(error("too_many_cells", &source.place(), &[("limit", &limit)]));
        }
    }
    Ok(survey)
}

fn is_xml(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with(".xml") || name.ends_with(".rels")
}

/// Walks the tags of one part. An XML mistake ends the walk without an issue: the reader proper will meet it in a
/// part that matters, and parts nobody reads may be as they like.
fn scan_part<R: Read>(
    source: &Source<'_>,
    name: &str,
    reader: Budgeted<'_, R>,
    survey: &mut Survey,
) -> Result<(), Issue> {
    let limits = reader.limits;
    let mut xml = Reader::from_reader(BufReader::new(reader));
    xml.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    let mut strings = 0;
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer) {
            Ok(Event::DocType(_)) => return Err(error("doctype", &source.place(), &[("part", name)])),
            Ok(Event::Start(tag) | Event::Empty(tag)) => match tag.local_name().as_ref() {
                "c" => survey.n_cells += 1,
                "mergeCell" => survey.has_merged = true,
                "sst" => strings = declared_strings(&tag),
                _ => {}
            },
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
        if survey.n_cells > limits.workbook_cells {
            break;
        }
    }
    let reader = xml.get_ref().get_ref();
    if let Some(excess) = reader.excess {
        return Err(excess_issue(source, excess, reader.seen, limits));
    }
    if strings > reader.seen / BYTES_PER_STRING {
        let n = strings.to_string();
        return Err(error("absurd_string_count", &source.place(), &[("n", &n), ("size", &size(reader.seen))]));
    }
    Ok(())
}

/// The number of strings a shared-string table says it has.
fn declared_strings(tag: &BytesStart<'_>) -> u64 {
    let count = tag.try_get_attribute("uniqueCount").ok().flatten();
    count.map_or(0, |count| count.value.trim().parse().unwrap_or(u64::MAX))
}

fn excess_issue(source: &Source<'_>, excess: Excess, seen: u64, limits: &Limits) -> Issue {
    match excess {
        Excess::Inflated => inflates_too_much(source, limits.inflated_bytes.max(seen), limits),
        Excess::Ratio => {
            let values = [("size", &*size(seen)), ("ratio", &*limits.inflation_ratio.to_string())];
            error("inflates_absurdly", &source.place(), &values)
        }
        Excess::Unbroken => {
            let limit = size(u64::try_from(limits.unbroken_bytes).unwrap_or(u64::MAX));
            error("text_too_long", &source.place(), &[("limit", &limit)])
        }
    }
}

fn inflates_too_much(source: &Source<'_>, inflated: u64, limits: &Limits) -> Issue {
    let values = [("size", &*size(inflated)), ("limit", &*size(limits.inflated_bytes))];
    error("inflates_too_much", &source.place(), &values)
}

fn zip_issue(source: &Source<'_>, cause: &ZipError) -> Issue {
    match cause {
        ZipError::UnsupportedArchive(text) if text.to_lowercase().contains("password") => {
            error("encrypted_workbook", &source.place(), &[])
        }
        other => source.damaged(&other.to_string()),
    }
}

impl<'b, R: Read> Budgeted<'b, R> {
    /// A reader of one part whose packed size is `packed`.
    pub(super) fn new(packed: u64, inner: R, limits: &'b Limits, total: &'b mut u64) -> Self {
        Self { inner, limits, total, packed: packed.max(1), seen: 0, unbroken: 0, excess: None }
    }

    fn exceeds(&mut self, chunk: &[u8]) -> Option<Excess> {
        let n = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        self.seen = self.seen.saturating_add(n);
        *self.total = self.total.saturating_add(n);
        self.unbroken = match chunk.iter().rposition(|byte| *byte == b'<') {
            Some(last) => chunk.len() - last,
            None => self.unbroken.saturating_add(chunk.len()),
        };
        if *self.total > self.limits.inflated_bytes {
            Some(Excess::Inflated)
        } else if self.unbroken > self.limits.unbroken_bytes {
            Some(Excess::Unbroken)
        } else if self.seen > self.limits.ratio_free_bytes
            && self.seen / self.packed > self.limits.inflation_ratio
        {
            Some(Excess::Ratio)
        } else {
            None
        }
    }
}

impl<R: Read> Read for Budgeted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        let chunk = buffer.get(..n).unwrap_or_default();
        if let Some(excess) = self.exceeds(chunk) {
            self.excess = Some(excess);
            return Err(io::Error::other("the part is larger than allowed"));
        }
        Ok(n)
    }
}
