//! The records of delimited text, each with the line it starts on.
//!
//! Kept apart from the `csv` crate because that one gives a record the line of the blank lines before it, and
//! swallows the rest of a file after a quote that is never closed.

use std::borrow::Cow;

/// Walks the records of a text. Blank lines are no records.
#[derive(Debug)]
pub(super) struct Records<'t> {
    text: &'t str,
    at: usize,
    line: u32,
    separator: u8,
    longest_quoted: usize,
    unclosed: Vec<u32>,
    /// Fields of the last record: most have as many as the one before.
    width: usize,
}

/// The fields of one record.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record<'t> {
    /// The line the record starts on, from 1.
    pub(super) line: u32,
    /// The fields, unquoted.
    pub(super) fields: Vec<Cow<'t, str>>,
}

impl<'t> Records<'t> {
    /// The records of `text`. A quoted field of more than `longest_quoted` bytes counts as never closed.
    pub(super) fn new(text: &'t str, separator: u8, longest_quoted: usize) -> Self {
        Self { text, at: 0, line: 1, separator, longest_quoted, unclosed: Vec::new(), width: 1 }
    }

    /// The lines of the quotes that were never closed and were therefore read as plain characters.
    pub(super) fn unclosed(&self) -> &[u32] {
        &self.unclosed
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Steps over the end of a line, of one or two characters.
    fn end_line(&mut self) {
        if self.byte() == Some(b'\r') {
            self.at += 1;
            if self.byte() == Some(b'\n') {
                self.at += 1;
            }
        } else {
            self.at += 1;
        }
        self.line = self.line.saturating_add(1);
    }

    fn plain_field(&mut self) -> &'t str {
        let text: &'t str = self.text;
        let rest = &text[self.at..];
        let ends = |byte: &u8| *byte == self.separator || *byte == b'\n' || *byte == b'\r';
        let length = rest.bytes().position(|byte| ends(&byte)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// A field that begins with a quote; `None`, and nothing consumed, when no quote closes it. A closing quote has
    /// a separator or the end of the line behind it: the next field's opening quote closes nothing.
    fn quoted_field(&mut self) -> Option<Cow<'t, str>> {
        let text: &'t str = self.text;
        let rest = &text[self.at + 1..];
        let bytes = rest.as_bytes();
        let mut from = 0;
        let end = loop {
            let window = bytes.get(from..bytes.len().min(self.longest_quoted))?;
            let quote = from + window.iter().position(|byte| *byte == b'"')?;
            match bytes.get(quote + 1) {
                Some(b'"') => from = quote + 2,
                _ => break quote,
            }
        };
        if !matches!(bytes.get(end + 1), None | Some(b'\n' | b'\r'))
            && bytes.get(end + 1) != Some(&self.separator)
        {
            return None;
        }
        let inside = &rest[..end];
        let n_lines = inside.bytes().filter(|byte| *byte == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(n_lines).unwrap_or(u32::MAX));
        self.at += end + 2;
        let escaped = inside.contains('"');
        Some(if escaped { inside.replace("\"\"", "\"").into() } else { inside.into() })
    }

    fn field(&mut self) -> Cow<'t, str> {
        if self.byte() != Some(b'"') {
            return self.plain_field().into();
        }
        match self.quoted_field() {
            Some(field) => field,
            None => {
                self.unclosed.push(self.line);
                self.plain_field().into()
            }
        }
    }
}

impl<'t> Iterator for Records<'t> {
    type Item = Record<'t>;

    fn next(&mut self) -> Option<Record<'t>> {
        while matches!(self.byte(), Some(b'\n' | b'\r')) {
            self.end_line();
        }
        self.byte()?;
        let line = self.line;
        let mut fields = Vec::with_capacity(self.width);
        fields.push(self.field());
        while self.byte() == Some(self.separator) {
            self.at += 1;
            fields.push(self.field());
        }
        if self.byte().is_some() {
            self.end_line();
        }
        self.width = fields.len();
        Some(Record { line, fields })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str) -> Vec<(u32, Vec<String>)> {
        let owned = |record: Record<'_>| record.fields.into_iter().map(Cow::into_owned).collect();
        Records::new(text, b',', 1_000).map(|record| (record.line, owned(record))).collect()
    }

    fn row(line: u32, fields: &[&str]) -> (u32, Vec<String>) {
        (line, fields.iter().map(|field| (*field).to_owned()).collect())
    }

    #[test]
    fn a_record_knows_its_line_after_blank_lines_and_inner_line_ends() {
        let text = "\r\n\na,\"b\nb\",c\r\n\r\nd,,\"say \"\"x\"\"\"\re,f";
        assert_eq!(
            records(text),
            [row(3, &["a", "b\nb", "c"]), row(6, &["d", "", "say \"x\""]), row(7, &["e", "f"])]
        );
    }

    #[test]
    fn a_quote_never_closed_is_a_plain_character_and_swallows_nothing() {
        let mut reader = Records::new("a,\"b\nc,d\ne,\"f\"g\n", b',', 1_000);
        let fields: Vec<Vec<Cow<'_, str>>> = reader.by_ref().map(|record| record.fields).collect();
        assert_eq!(fields, [["a", "\"b"], ["c", "d"], ["e", "\"f\"g"]]);
        assert_eq!(reader.unclosed(), [1, 3]);
    }

    #[test]
    fn plain_records_agree_with_the_csv_crate() {
        let text = "x,y,z\n1,\"2,5\",3\n,,\n\"a\"\"b\",c,d\n";
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let expected: Vec<Vec<String>> =
            reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
        let ours: Vec<Vec<String>> = records(text).into_iter().map(|(_, fields)| fields).collect();
        assert_eq!(ours, expected);
    }
}
