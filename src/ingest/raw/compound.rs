//! The outer shell of old workbooks and of encrypted new ones: [MS-CFB], as far as finding one stream needs.

/// The first bytes of a compound file.
pub(super) const MAGIC: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// Sector numbers from here on are marks, not sectors.
const FIRST_MARK: u32 = 0xffff_fffa;
/// Bytes of a directory entry.
const ENTRY_BYTES: usize = 128;
/// Streams smaller than this lie in the mini stream.
const MINI_CUTOFF: u64 = 4_096;
/// Bytes of a sector of the mini stream.
const MINI_SECTOR: usize = 64;

/// A compound file in memory.
#[derive(Debug)]
pub(super) struct Compound<'b> {
    bytes: &'b [u8],
    sector: usize,
    next: Vec<u32>,
    mini_next: Vec<u32>,
    mini: Vec<u8>,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    name: String,
    start: u32,
    bytes: u64,
}

impl<'b> Compound<'b> {
    /// The streams of a compound file; `None` when it is damaged.
    pub(super) fn parse(bytes: &'b [u8]) -> Option<Self> {
        let shift = word(bytes, 30)?;
        if !bytes.starts_with(&MAGIC) || !matches!(shift, 9 | 12) {
            return None;
        }
        let mut file = Self {
            bytes,
            sector: 1 << shift,
            next: Vec::new(),
            mini_next: Vec::new(),
            mini: Vec::new(),
            entries: Vec::new(),
        };
        for sector in file.table_sectors()? {
            file.next.extend(double_words(file.sector_bytes(sector)?));
        }
        let directory = file.chain(double(bytes, 48)?, u64::MAX);
        file.entries = directory.chunks_exact(ENTRY_BYTES).filter_map(entry).collect();
        file.mini_next = double_words(&file.chain(double(bytes, 60)?, u64::MAX)).collect();
        if let Some((start, bytes)) = file.entries.first().map(|root| (root.start, root.bytes)) {
            file.mini = file.chain(start, bytes);
        }
        Some(file)
    }

    /// Whether there is a stream or storage of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name == name)
    }

    /// The bytes of a stream.
    pub(super) fn stream(&self, name: &str) -> Option<Vec<u8>> {
        let entry = self.entries.iter().skip(1).find(|entry| entry.name.eq_ignore_ascii_case(name))?;
        if entry.bytes >= MINI_CUTOFF {
            return Some(self.chain(entry.start, entry.bytes));
        }
        let mini_sector = |at: u32| {
            let from = usize::try_from(at).ok()?.checked_mul(MINI_SECTOR)?;
            self.mini.get(from..from + MINI_SECTOR)
        };
        Some(follow(entry.start, entry.bytes, &self.mini_next, mini_sector))
    }

    /// The sectors that hold the allocation table: 109 in the header, the others in a chain of their own.
    fn table_sectors(&self) -> Option<Vec<u32>> {
        let mut sectors: Vec<u32> =
            double_words(self.bytes.get(76..512)?).filter(|s| *s < FIRST_MARK).collect();
        let mut extra = double(self.bytes, 68)?;
        let most = self.bytes.len() / self.sector;
        while extra < FIRST_MARK && sectors.len() <= most {
            let list: Vec<u32> = double_words(self.sector_bytes(extra)?).collect();
            let (next, list) = list.split_last()?;
            sectors.extend(list.iter().filter(|s| **s < FIRST_MARK));
            extra = *next;
        }
        (sectors.len() <= most).then_some(sectors)
    }

    fn sector_bytes(&self, sector: u32) -> Option<&'b [u8]> {
        let from = usize::try_from(sector).ok()?.checked_add(1)?.checked_mul(self.sector)?;
        let to = from.checked_add(self.sector)?.min(self.bytes.len());
        self.bytes.get(from..to).filter(|bytes| !bytes.is_empty())
    }

    fn chain(&self, start: u32, bytes: u64) -> Vec<u8> {
        follow(start, bytes, &self.next, |sector| self.sector_bytes(sector))
    }
}

/// The bytes of a chain of sectors, at most `bytes`; a chain that runs in a circle ends after every sector once.
fn follow<'a>(start: u32, bytes: u64, next: &[u32], sector_of: impl Fn(u32) -> Option<&'a [u8]>) -> Vec<u8> {
    let mut found = Vec::new();
    let mut sector = start;
    let wanted = usize::try_from(bytes).unwrap_or(usize::MAX);
    for _ in 0..next.len() {
        let Some(part) = sector_of(sector) else { break };
        found.extend_from_slice(part);
        let Some(after) = usize::try_from(sector).ok().and_then(|at| next.get(at)) else { break };
        if found.len() >= wanted {
            break;
        }
        sector = *after;
    }
    found.truncate(wanted);
    found
}

fn entry(bytes: &[u8]) -> Option<Entry> {
    let length = usize::from(word(bytes, 64)?);
    let units: Vec<u16> = bytes
        .get(..length.saturating_sub(2).min(62))?
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    let (low, high) = (double(bytes, 120)?, double(bytes, 124)?);
    let name = String::from_utf16_lossy(&units);
    Some(Entry { name, start: double(bytes, 116)?, bytes: u64::from(low) | (u64::from(high) << 32) })
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2).map(|b| u16::from_le_bytes([b[0], b[1]]))
}

fn double(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

fn double_words(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}
