//! Zipped workbooks, looked through before anybody opens them.
//!
//! A workbook of two kilobytes can ask a plain reader for half a terabyte. So every XML part is inflated once
//! under a budget, and what its tags declare is compared with what is there; only then is the workbook opened.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;
use zip::result::ZipError;

use super::Limits;
use super::format::Source;
use super::problem::{error, size};
use crate::model::Issue;

/// The archive of a workbook file.
pub(super) type Archive = ZipArchive<BufReader<File>>;

/// The least bytes of XML a shared string takes: `<si/>`.
const BYTES_PER_STRING: u64 = 5;

/// Strings that may be announced whatever the size of the part: 24 bytes each, so 1.5 MiB.
const HARMLESS_STRINGS: u64 = 65_536;

/// How much of a tag is looked at: its name and first attributes.
const TAG_BYTES: u64 = 4_096;

/// What was seen while looking through.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Survey {
    /// The names of all parts.
    pub(super) parts: Vec<String>,
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
        // Parts of every name count: a sheet may lie in a part that is not called .xml.
        declared = declared.saturating_add(part.size());
        let ratio = part.size() / part.compressed_size().max(1);
        if part.size() > limits.ratio_free_bytes && ratio > limits.inflation_ratio {
            return Err(excess_issue(source, Excess::Ratio, part.size(), limits));
        }
        survey.parts.push(name);
        if declared > limits.inflated_bytes {
            return Err(inflates_too_much(source, declared, limits));
        }
    }
    for (index, name) in survey.parts.clone().iter().enumerate().filter(|(_, name)| is_xml(name)) {
        let part = archive.by_index(index).map_err(|cause| zip_issue(source, &cause))?;
        let reader = Budgeted::new(part.compressed_size(), part, limits, &mut total);
        let bytes = scan_part(source, name, reader, &mut survey)?;
        if name.to_lowercase().ends_with("sharedstrings.xml") {
            let part = archive.by_index(index).map_err(|cause| zip_issue(source, &cause))?;
            check_strings(source, Budgeted::new(part.compressed_size(), part, limits, &mut total), bytes)?;
        }
    }
    Ok(survey)
}

fn is_xml(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with(".xml") || name.ends_with(".rels")
}

/// Walks the tags of one part by their brackets alone: an XML mistake does not end the walk, and a tag inside a
/// comment counts as one, which errs on the safe side. Gives the bytes of the part.
fn scan_part<R: Read>(
    source: &Source<'_>,
    name: &str,
    reader: Budgeted<'_, R>,
    survey: &mut Survey,
) -> Result<u64, Issue> {
    let limits = reader.limits;
    let mut bytes = BufReader::new(reader);
    let mut tag = Vec::new();
    // A reading error ends the walk; whether it was the budget's is asked below.
    while bytes.skip_until(b'<').is_ok_and(|n| n > 0) {
        tag.clear();
        if bytes.by_ref().take(TAG_BYTES).read_until(b'>', &mut tag).is_err() {
            break;
        }
        match local_name(&tag) {
            b"mergeCell" => survey.has_merged = true,
            name_of_tag if name_of_tag.eq_ignore_ascii_case(b"!DOCTYPE") => {
                return Err(error("doctype", &source.place(), &[("part", name)]));
            }
            _ => {}
        }
    }
    let reader = bytes.get_ref();
    if let Some(excess) = reader.excess {
        return Err(excess_issue(source, excess, reader.seen, limits));
    }
    Ok(reader.seen)
}

/// The name of a tag without its prefix: `si` of `x:si count="2">`.
fn local_name(tag: &[u8]) -> &[u8] {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/' | b'[');
    let name = &tag[..tag.iter().position(ends).unwrap_or(tag.len())];
    name.rsplit(|byte| *byte == b':').next().unwrap_or(name)
}

/// Refuses a shared-string table that announces more strings than it has room for: the reader proper reserves
/// memory for what is announced. Every number in the tag counts, whatever its attribute is called.
fn check_strings<R: Read>(source: &Source<'_>, reader: Budgeted<'_, R>, bytes: u64) -> Result<(), Issue> {
    let mut xml = Reader::from_reader(BufReader::new(reader));
    xml.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer) {
            Ok(Event::Start(tag) | Event::Empty(tag)) if tag.local_name().as_ref() == "sst" => {
                let digits =
                    tag.attributes_raw().split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
                let n = digits.map(|run| run.parse().unwrap_or(u64::MAX)).max().unwrap_or(0);
                if n <= (bytes / BYTES_PER_STRING).max(HARMLESS_STRINGS) {
                    return Ok(());
                }
                let values = [("n", &*n.to_string()), ("size", &*size(bytes))];
                return Err(error("absurd_string_count", &source.place(), &values));
            }
            Ok(Event::Eof) | Err(_) => return Ok(()),
            Ok(_) => {}
        }
    }
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
