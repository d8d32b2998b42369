//! Bytes → text: UTF-8 when it is UTF-8, otherwise a guess that is said.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// A text and how its bytes were understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text without a byte order mark.
    pub text: String,
    /// The name of the encoding: `UTF-8`, `gb18030`, `UTF-16LE`, …
    pub encoding: &'static str,
    /// Whether the encoding was guessed from the bytes rather than stated by a byte order mark or by being
    /// well-formed UTF-8.
    pub guessed: bool,
    /// Characters that could not be decoded and stand as `U+FFFD`.
    pub n_undecodable: usize,
}

/// How many bytes are looked at to see UTF-16 without a byte order mark.
const SAMPLE_BYTES: usize = 4_096;

/// The text of a file. A byte order mark decides; else well-formed UTF-8 is UTF-8; else the detector guesses
/// between the legacy encodings with Chinese preferred, and GBK is always read as GB18030, which contains it.
pub fn decode(bytes: Vec<u8>) -> Decoded {
    if let Some((encoding, length)) = Encoding::for_bom(&bytes) {
        return as_encoding(&bytes[length..], encoding, false);
    }
    if let Some(encoding) = utf16_without_mark(&bytes) {
        return as_encoding(&bytes, encoding, true);
    }
    match String::from_utf8(bytes) {
        Ok(text) => Decoded { text, encoding: UTF_8.name(), guessed: false, n_undecodable: 0 },
        Err(not_utf8) => legacy(not_utf8.as_bytes()),
    }
}

fn legacy(bytes: &[u8]) -> Decoded {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(Some(b"cn"), Utf8Detection::Deny);
    let is_chinese = guess == encoding_rs::GBK || guess == GB18030;
    let decoded = as_encoding(bytes, if is_chinese { GB18030 } else { guess }, true);
    if is_chinese || decoded.n_undecodable == 0 {
        return decoded;
    }
    // A guess that does not even decode is no better than the encoding most files here have.
    let chinese = as_encoding(bytes, GB18030, true);
    if chinese.n_undecodable < decoded.n_undecodable { chinese } else { decoded }
}

fn as_encoding(bytes: &[u8], encoding: &'static Encoding, guessed: bool) -> Decoded {
    let (text, damaged) = encoding.decode_without_bom_handling(bytes);
    let n_undecodable = if damaged { text.matches('\u{fffd}').count() } else { 0 };
    Decoded { text: text.into_owned(), encoding: encoding.name(), guessed, n_undecodable }
}

/// UTF-16 of mostly ASCII text shows as a zero in every second byte.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let pairs = sample.len() / 2;
    if pairs < 2 || !bytes.len().is_multiple_of(2) {
        return None;
    }
    if odd * 10 >= pairs * 3 && even == 0 {
        Some(UTF_16LE)
    } else if even * 10 >= pairs * 3 && odd == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "学号,姓名,成绩\r\n2023010101,张三,85\r\n2023010102,赵㛃,90\r\n";

    #[test]
    fn every_way_to_write_one_text_reads_the_same() {
        let utf16 = |big: bool, mark: bool| -> Vec<u8> {
            let units = mark.then_some(0xfeff).into_iter().chain(TEXT.encode_utf16());
            units.flat_map(|unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
        };
        let cases: [(&str, Vec<u8>, bool); 6] = [
            ("UTF-8", TEXT.as_bytes().to_vec(), false),
            ("UTF-8", [b"\xef\xbb\xbf", TEXT.as_bytes()].concat(), false),
            ("gb18030", GB18030.encode(TEXT).0.into_owned(), true),
            ("UTF-16LE", utf16(false, true), false),
            ("UTF-16BE", utf16(true, true), false),
            ("UTF-16LE", utf16(false, false), true),
        ];
        for (encoding, bytes, guessed) in cases {
            let decoded = decode(bytes);
            assert_eq!((decoded.encoding, decoded.guessed), (encoding, guessed));
            assert_eq!(decoded.text, TEXT, "{encoding}");
            assert_eq!(decoded.n_undecodable, 0);
        }
    }

    #[test]
    fn a_forty_byte_gbk_file_is_known_as_chinese() {
        let bytes = encoding_rs::GBK.encode("学号,姓名\n001,张三\n002,李四\n").0.into_owned();
        assert!(bytes.len() < 41);
        assert_eq!(decode(bytes).encoding, "gb18030");
    }
}
