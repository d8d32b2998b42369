//! Files taken apart into what is worth changing, and put together again so that the change is reached.

use std::io::{Cursor, Read, Write};

/// How a file is made of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// One part, the bytes themselves.
    Plain,
    /// The files of an archive: XLSX, ODS.
    Archive,
    /// Pages and footer of a Parquet file.
    Parquet,
    /// The stream of records of an old workbook.
    Compound,
}

/// A part and its name.
pub(super) type Part = (String, Vec<u8>);

impl Form {
    /// The parts of a file of this form; of a compound file they are what it was made of.
    pub(super) fn parts(self, bytes: Vec<u8>) -> Vec<Part> {
        match self {
            Self::Plain | Self::Compound => vec![("stream".into(), bytes)],
            Self::Archive => unpacked(&bytes),
            Self::Parquet => {
                let (rest, end) = bytes.split_at(bytes.len() - 8);
                let length = u32::from_le_bytes([end[0], end[1], end[2], end[3]]) as usize;
                let (pages, footer) = rest.split_at(rest.len() - length);
                vec![("pages".into(), pages.to_vec()), ("footer".into(), footer.to_vec())]
            }
        }
    }

    /// The file; parts of an archive are packed where asked for.
    pub(super) fn joined(self, parts: &[Part], packed: bool) -> Vec<u8> {
        match self {
            Self::Plain => parts.iter().flat_map(|(_, bytes)| bytes).copied().collect(),
            Self::Archive => archive(parts, packed),
            Self::Parquet => {
                let length = parts.last().map_or(0, |(_, footer)| footer.len());
                let mut bytes: Vec<u8> = parts.iter().flat_map(|(_, bytes)| bytes).copied().collect();
                bytes.extend(u32::try_from(length).unwrap().to_le_bytes());
                bytes.extend(b"PAR1");
                bytes
            }
            Self::Compound => compound(&parts[0].1),
        }
    }
}

fn unpacked(bytes: &[u8]) -> Vec<Part> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let n_parts = archive.len();
    let read = |at| {
        let mut part = archive.by_index(at).unwrap();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        (part.name().unwrap().into_owned(), content)
    };
    (0..n_parts).map(read).collect()
}

fn archive(parts: &[Part], packed: bool) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        // An OpenDocument file is known by its first part, which is never packed. Packing costs time.
        let stored = name == "mimetype" || !packed;
        let method = if stored { zip::CompressionMethod::Stored } else { zip::CompressionMethod::Deflated };
        let options = zip::write::SimpleFileOptions::default().compression_method(method);
        writer.start_file(name.as_str(), options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A BIFF8 string of 16-bit units.
pub(super) fn units(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A compound file of one stream `Workbook`: header, table of sectors, folder, stream.
fn compound(stream: &[u8]) -> Vec<u8> {
    const END: u32 = 0xFFFF_FFFE;
    const FREE: u32 = 0xFFFF_FFFF;
    // Streams below 4096 bytes live elsewhere in the file; one table knows 126 sectors of a stream.
    let length = stream.len().max(4096).next_multiple_of(512).min(126 * 512);
    let sectors = u32::try_from(length / 512).unwrap();
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
    file.extend(&stream[..stream.len().min(length)]);
    file.resize(file.len().max(512 * 3 + length), 0);
    file
}
