//! Zipped workbooks, looked through before anybody opens them.
//!
//! A workbook of two kilobytes can ask a plain reader for half a terabyte. So every XML part is inflated once
//! under a budget, and what its tags declare is compared with what is there; only then is the workbook opened.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

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
        if is_xml(&name) {
            declared = declared.saturating_add(part.size());
            let ratio = part.size() / part.compressed_size().max(1);
            if part.size() > limits.ratio_free_bytes && ratio > limits.inflation_ratio {
                return Err(excess_issue(source, Excess::Ratio, part.size(), limits));
            }
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
    }
    Ok(survey)
}

fn is_xml(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with(".xml") || name.ends_with(".rels")
}

/// Walks the tags of one part by their brackets alone: an XML mistake does not end the walk, and a tag inside a
/// comment counts as one, which errs on the safe side.
fn scan_part<R: Read>(
    source: &Source<'_>,
    name: &str,
    reader: Budgeted<'_, R>,
    survey: &mut Survey,
) -> Result<(), Issue> {
    let limits = reader.limits;
    let mut bytes = BufReader::new(reader);
    let mut tag = Vec::new();
    let mut strings = 0;
    // A reading error ends the walk; whether it was the budget's is asked below.
    while bytes.skip_until(b'<').is_ok_and(|n| n > 0) {
        tag.clear();
        if bytes.by_ref().take(TAG_BYTES).read_until(b'>', &mut tag).is_err() {
            break;
        }
        match local_name(&tag) {
            b"mergeCell" => survey.has_merged = true,
            b"sst" => strings = declared_strings(&tag),
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
    if strings > reader.seen / BYTES_PER_STRING {
        let n = strings.to_string();
        return Err(error(
            "absurd_string_count",
            &source.place(),
            &[("n", &n), ("size", &size(reader.seen))],
        ));
    }
    Ok(())
}

/// The name of a tag without its prefix: `si` of `x:si count="2">`.
fn local_name(tag: &[u8]) -> &[u8] {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/' | b'[');
    let name = &tag[..tag.iter().position(ends).unwrap_or(tag.len())];
    name.rsplit(|byte| *byte == b':').next().unwrap_or(name)
}

/// The number of strings a shared-string table says it has.
fn declared_strings(tag: &[u8]) -> u64 {
    let tag = String::from_utf8_lossy(tag);
    let value = tag.split_once("uniqueCount").and_then(|(_, rest)| rest.split(['"', '\'']).nth(1));
    value.map_or(0, |count| count.trim().parse().unwrap_or(u64::MAX))
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
