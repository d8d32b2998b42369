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
    /// The streams of a compound file; `None` when it is damaged. A chain that runs in a circle is damage: the
    /// reader proper would follow it until the memory is full.
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
        let (directory, mini_table) = (double(bytes, 48)?, double(bytes, 60)?);
        if circular(&file.next, [directory, mini_table]) {
            return None;
        }
        let directory = file.chain(directory, u64::MAX);
        file.entries = directory.chunks_exact(ENTRY_BYTES).filter_map(|bytes| entry(bytes, shift)).collect();
        file.mini_next = double_words(&file.chain(mini_table, u64::MAX)).collect();
        let (root, others) = file.entries.split_first()?;
        let starts = |small: bool| {
            let named = others.iter().filter(move |one| !one.name.is_empty());
            named.filter(move |one| (one.bytes < MINI_CUTOFF) == small).map(|one| one.start)
        };
        let large = starts(false).chain([root.start]);
        if circular(&file.next, large) || circular(&file.mini_next, starts(true)) {
            return None;
        }
        file.mini = file.chain(root.start, root.bytes);
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
        // A list may be empty, so lists are counted too.
        let mut n_lists = 0;
        while extra < FIRST_MARK && sectors.len() <= most {
            n_lists += 1;
            if n_lists > most {
                return None;
            }
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

/// Whether any of the chains that start so comes back to where it was.
fn circular(next: &[u32], starts: impl IntoIterator<Item = u32>) -> bool {
    // The chain that first came by each sector; 0 where none has.
    let mut walked = vec![0_usize; next.len()];
    (1..).zip(starts).any(|(chain, mut sector)| {
        loop {
            let Some(at) = usize::try_from(sector).ok().filter(|at| *at < next.len()) else { return false };
            match walked[at] {
                0 => walked[at] = chain,
                earlier => return earlier == chain,
            }
            sector = next[at];
        }
    })
}

/// The bytes of a chain of sectors, at most `bytes`.
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

fn entry(bytes: &[u8], shift: u16) -> Option<Entry> {
    let length = usize::from(word(bytes, 64)?);
    let units: Vec<u16> = bytes
        .get(..length.saturating_sub(2).min(62))?
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    // With small sectors the upper half may hold anything ([MS-CFB] 2.6.3).
    let (low, high) = (double(bytes, 120)?, if shift == 9 { 0 } else { double(bytes, 124)? });
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A header whose first allocation sector is sector 0, and that sector.
    fn file(header: &[(usize, u32)], table: &[u32]) -> Vec<u8> {
        let mut bytes = vec![0xff; 512];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[30..32].copy_from_slice(&9_u16.to_le_bytes());
        for (at, word) in [(48, 1), (60, 0xffff_fffe), (68, 0xffff_fffe), (76, 0)].iter().chain(header) {
            bytes[*at..at + 4].copy_from_slice(&word.to_le_bytes());
        }
        let free = std::iter::repeat(&0xffff_ffff);
        bytes.extend(table.iter().chain(free).take(128).flat_map(|word| word.to_le_bytes()));
        bytes.resize(bytes.len() + 512, 0xff);
        bytes
    }

    #[test]
    fn a_chain_in_a_circle_is_damage() {
        let end = 0xffff_fffe;
        assert!(Compound::parse(&file(&[], &[0xffff_fffd, end])).is_some());
        assert!(Compound::parse(&file(&[], &[0xffff_fffd, 1])).is_none());
        // Lists of allocation sectors: empty ones that lead to themselves.
        let mut lists = file(&[(68, 1)], &[0xffff_fffd, end]);
        let last = lists.len() - 4;
        lists[last..].copy_from_slice(&1_u32.to_le_bytes());
        assert!(Compound::parse(&lists).is_none());
    }

    #[test]
    fn chains_that_meet_are_no_circle() {
        assert!(!circular(&[2, 2, 3, 0xffff_fffe], [0, 1]));
        assert!(circular(&[1, 2, 0], [2]));
        assert!(circular(&[9, 1], [0, 1]));
        // What no chain comes by may hold anything.
        assert!(!circular(&[9, 1], [0, 7]));
    }
}
