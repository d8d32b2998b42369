//! Changes to bytes, to the parts of an archive and to the words of a text, all from one number.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::form::Form;
use super::seeds::Seed;

/// Bytes and words that mean something to one of the readers.
const WORDS: [&[u8]; 36] = [
    b"\"",
    b",",
    b"\n",
    b"\r\n",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"=1+1",
    b"-1",
    b"1e308",
    b"NaN",
    b"0",
    b"999999999999",
    b"0.1234567890123456789012345",
    "缺考".as_bytes(),
    "５".as_bytes(),
    b"<",
    b"</row>",
    b"<c r=\"XFD1048576\"><v>1</v></c>",
    b"&lt;",
    b"<!DOCTYPE a>",
    b"r=\"A0\"",
    b"t=\"s\"",
    b"[",
    b"]",
    b"{",
    b"}",
    b"[[a]]\n",
    b"'''",
    b"= ",
    b"\\u0000",
    b"Q1",
    b"O1",
    b"\x00\x00\xff\xff",
    b"\xd1\xa7",
    b"PAR1",
];

/// Makes one input from its number.
#[derive(Debug)]
pub(super) struct Mutator(ChaCha8Rng);

impl Mutator {
    pub(super) fn new(number: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(number))
    }

    fn below(&mut self, n: usize) -> usize {
        if n == 0 { 0 } else { (self.0.next_u64() % n as u64) as usize }
    }

    /// The seed with a few changes, mostly inside its parts.
    pub(super) fn mutated(&mut self, seed: &Seed) -> Vec<u8> {
        if self.below(8) > 0 {
            return self.inside(seed);
        }
        let mut bytes = seed.bytes();
        for _ in 0..=self.below(6) {
            self.change(&mut bytes);
        }
        bytes
    }

    fn inside(&mut self, seed: &Seed) -> Vec<u8> {
        let mut parts = seed.parts.clone();
        for _ in 0..=self.below(5) {
            let at = self.below(parts.len());
            match self.below(30) {
                0 if parts.len() > 2 => drop(parts.remove(at)),
                1 => parts[at].1.clear(),
                2 => {
                    let other = self.below(parts.len());
                    parts[at].1 = parts[other].1.clone();
                }
                _ => self.change(&mut parts[at].1),
            }
        }
        if seed.form == Form::Parquet {
            // The footer knows by their place where pages begin.
            parts[0].1.resize(seed.parts[0].1.len(), 0);
        }
        let packed = self.below(8) == 0;
        seed.form.joined(&parts, packed)
    }

    /// One change at one place.
    fn change(&mut self, bytes: &mut Vec<u8>) {
        let at = self.below(bytes.len());
        let length = 1 + self.below(24);
        let end = (at + length).min(bytes.len());
        match self.below(9) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << self.below(8),
            1 if !bytes.is_empty() => bytes[at] = self.0.next_u64() as u8,
            2 => drop(bytes.drain(at..end)),
            3 => {
                let part = bytes[at..end].to_vec();
                let to = self.below(bytes.len() + 1);
                bytes.splice(to..to, part);
            }
            4 => bytes.truncate(at),
            5 => self.number(bytes, at),
            6 => self.lines(bytes),
            7 => bytes[at..end].reverse(),
            _ => {
                let word = WORDS[self.below(WORDS.len())];
                bytes.splice(at..at, word.iter().copied());
            }
        }
    }

    /// The next run of digits becomes another number.
    fn number(&mut self, bytes: &mut Vec<u8>, from: usize) {
        let Some(start) = bytes[from..].iter().position(u8::is_ascii_digit).map(|at| at + from) else {
            return;
        };
        let digits = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let numbers = ["0", "-1", "1.5", "2147483648", "18446744073709551616", "1e400", "7", ""];
        let number = numbers[self.below(numbers.len())];
        bytes.splice(start..start + digits, number.bytes());
    }

    /// One line moves, or stands twice.
    fn lines(&mut self, bytes: &mut Vec<u8>) {
        let mut lines: Vec<Vec<u8>> =
            bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        let (from, to) = (self.below(lines.len()), self.below(lines.len()));
        if let Some(line) = lines.get(from).cloned() {
            if self.below(2) == 0 {
                lines.remove(from);
            }
            lines.insert(to.min(lines.len()), line);
        }
        *bytes = lines.concat();
    }
}
