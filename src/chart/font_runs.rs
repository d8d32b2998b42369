//! Which characters a face has signs for, from the table `cmap` of its file (OpenType specification 1.9).

/// Every character there is: for a face whose table is of a form not read here.
const ALL: [(u32, u32); 1] = [(0, 0x10_FFFF)];

/// The characters of a face of a file, as the first and the last of each run, in order. A run may hold a few characters
/// without a sign: what a face draws is seen only when it is drawn.
pub(super) fn runs(file: &[u8], index: u32) -> Vec<(u32, u32)> {
    let mut all: Vec<(u32, u32)> = subtables(file, index)
        .map(|tables| tables.into_iter().flat_map(|at| of_table(file, at)).collect())
        .unwrap_or_default();
    all.sort_unstable();
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for (first, last) in all {
        match runs.last_mut() {
            Some(run) if first <= run.1.saturating_add(1) => run.1 = run.1.max(last),
            _ => runs.push((first, last)),
        }
    }
    runs
}

/// Whether a character is in one of the runs.
pub(super) fn covers(runs: &[(u32, u32)], character: char) -> bool {
    let point = u32::from(character);
    let at = runs.partition_point(|run| run.1 < point);
    runs.get(at).is_some_and(|run| run.0 <= point)
}

fn short(file: &[u8], at: usize) -> Option<u32> {
    let bytes = file.get(at..at.checked_add(2)?)?;
    Some(u32::from(u16::from_be_bytes(bytes.try_into().ok()?)))
}

fn long(file: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(file.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

/// Where the tables from Unicode characters to signs begin.
fn subtables(file: &[u8], index: u32) -> Option<Vec<usize>> {
    let collection = file.get(..4)? == b"ttcf";
    let face = if collection { long(file, 12 + 4 * index as usize)? as usize } else { 0 };
    let count = short(file, face + 4)? as usize;
    let record = (0..count)
        .map(|k| face + 12 + 16 * k)
        .find(|&at| file.get(at..at + 4).is_some_and(|tag| tag == b"cmap"))?;
    let cmap = long(file, record + 8)? as usize;
    let of = |k: usize| {
        let at = cmap + 4 + 8 * k;
        let unicode = match (short(file, at)?, short(file, at + 2)?) {
            // Platform Unicode, but for variation sequences; platform Windows, both Unicode encodings.
            (0, encoding) => encoding != 5,
            (3, encoding) => encoding == 1 || encoding == 10,
            _ => false,
        };
        unicode.then_some(cmap + long(file, at + 4)? as usize)
    };
    Some((0..short(file, cmap + 2)? as usize).filter_map(of).collect())
}

/// The runs of one table: format 4 (segments), 6 (one run), 12 and 13 (groups).
fn of_table(file: &[u8], at: usize) -> Vec<(u32, u32)> {
    match short(file, at) {
        Some(4) => {
            let twice = short(file, at + 6).unwrap_or_default() as usize;
            let segment = |k: usize| {
                let end = short(file, at + 14 + 2 * k)?;
                Some((short(file, at + 16 + twice + 2 * k)?, end))
            };
            (0..twice / 2).map_while(segment).filter(|(first, last)| first <= last).collect()
        }
        Some(6) => {
            let pair = short(file, at + 6).zip(short(file, at + 8));
            pair.filter(|(_, count)| *count > 0)
                .map(|(first, count)| (first, first + count - 1))
                .into_iter()
                .collect()
        }
        Some(12 | 13) => {
            let count = long(file, at + 12).unwrap_or_default() as usize;
            let group = |k: usize| Some((long(file, at + 16 + 12 * k)?, long(file, at + 20 + 12 * k)?));
            (0..count).map_while(group).filter(|(first, last)| first <= last).collect()
        }
        _ => ALL.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_that_another_reader_finds_is_in_a_run() {
        let embedded = super::super::font().unwrap();
        for file in [&embedded[..], include_bytes!("font/test.ttf")] {
            let own = runs(file, 0);
            assert!(own.windows(2).all(|pair| pair[0].1 < pair[1].0));
            let face = ttf_parser::Face::parse(file, 0).unwrap();
            let (mut count, mut lost) = (0, Vec::new());
            for table in face.tables().cmap.unwrap().subtables {
                table.codepoints(|point| {
                    count += 1;
                    lost.extend(char::from_u32(point).filter(|&character| !covers(&own, character)));
                });
            }
            assert!(count >= 4 && lost.is_empty(), "{count} {lost:?}");
            // And hardly any other.
            let covered: u32 = own.iter().map(|(first, last)| last - first + 1).sum();
            assert!(covered <= count + 1, "{covered} {count}");
        }
    }

    #[test]
    fn a_file_cut_anywhere_has_fewer_runs_and_harms_nothing() {
        let file: &[u8] = include_bytes!("font/test.ttf");
        for end in 0..file.len() {
            let _ = runs(&file[..end], 0);
            let _ = runs(&file[..end], u32::MAX);
        }
        assert!(runs(b"ttcf", 7).is_empty() && runs(b"no font at all", 0).is_empty());
    }
}
