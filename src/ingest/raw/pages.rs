//! The headers of a Parquet file's pages, checked before anything is decoded: a reader that believes a damaged count
//! asks for memory that no machine has, and that ends the process.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::ops::Range;

use polars_parquet_format::thrift::protocol::TCompactInputProtocol;
use polars_parquet_format::{PageHeader, PageType};

/// Bytes that the fields of one header may ask for: texts of its statistics are the largest.
const HEADER_BYTES: usize = 1 << 24;
/// Bytes of one page once unpacked. Writers cut pages at about 1 MiB; some make one of each row group.
const PAGE_BYTES: usize = 1 << 28;

/// Whether the pages between these bytes of a file say that together they hold `n_values` values, each of them in a
/// size that can be.
pub(super) fn are_sound(file: &File, bytes: Range<u64>, n_values: usize) -> bool {
    follow(&mut BufReader::with_capacity(1 << 10, file), bytes, n_values).is_some()
}

fn follow(file: &mut BufReader<&File>, bytes: Range<u64>, n_values: usize) -> Option<()> {
    let (mut at, mut left) = (bytes.start, n_values);
    while left > 0 {
        file.seek(SeekFrom::Start(at)).ok()?;
        let rest = file.by_ref().take(bytes.end.checked_sub(at)?);
        let mut protocol = TCompactInputProtocol::new(rest, HEADER_BYTES);
        let header = PageHeader::read_from_in_protocol(&mut protocol).ok()?;
        left = left.checked_sub(values(&header)?)?;
        let packed = u64::try_from(header.compressed_page_size).ok()?;
        at = file.stream_position().ok()?.checked_add(packed)?;
    }
    (at <= bytes.end).then_some(())
}

/// The values of the column that a page says it holds; `None` where its numbers cannot be.
fn values(header: &PageHeader) -> Option<usize> {
    let count = |n: i32| usize::try_from(n).ok();
    let unpacked = count(header.uncompressed_page_size).filter(|bytes| *bytes <= PAGE_BYTES)?;
    match header.type_ {
        PageType::DATA_PAGE => count(header.data_page_header.as_ref()?.num_values),
        PageType::DATA_PAGE_V2 => {
            let page = header.data_page_header_v2.as_ref()?;
            let [definitions, repetitions] =
                [page.definition_levels_byte_length, page.repetition_levels_byte_length].map(count);
            let levels = definitions?.checked_add(repetitions?)?;
            let (n_values, n_nulls) = (count(page.num_values)?, count(page.num_nulls)?);
            (levels <= unpacked && n_nulls <= n_values).then_some(n_values)
        }
        // A value of a dictionary takes a byte at least.
        PageType::DICTIONARY_PAGE => {
            (count(header.dictionary_page_header.as_ref()?.num_values)? <= unpacked).then_some(0)
        }
        PageType::INDEX_PAGE => Some(0),
        _ => None,
    }
}
