//! The standard output, every write checked: a reader that goes away ends the program without a word.

use std::fmt;
use std::io::{self, BufWriter, ErrorKind, Stdout, Write};
use std::path::Path;

use crate::error::Error;

/// The checked standard output.
#[derive(Debug)]
pub(super) struct Out(BufWriter<Stdout>);

impl Out {
    pub(super) fn new() -> Self {
        Self(BufWriter::new(io::stdout()))
    }

    /// Writes one line.
    pub(super) fn line(&mut self, text: impl fmt::Display) -> Result<(), Error> {
        writeln!(self.0, "{text}").map_err(checked)
    }

    /// Writes bytes as they are.
    pub(super) fn bytes(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.0.write_all(bytes).map_err(checked)
    }

    /// Writes a value as indented JSON.
    pub(super) fn json(&mut self, value: &impl serde::Serialize) -> Result<(), Error> {
        let text = serde_json::to_string_pretty(value).map_err(|error| checked(error.into()))?;
        self.line(text)
    }

    /// Hands everything to the system.
    pub(super) fn flush(&mut self) -> Result<(), Error> {
        self.0.flush().map_err(checked)
    }
}

fn checked(error: io::Error) -> Error {
    if error.kind() == ErrorKind::BrokenPipe {
        return Error::ClosedPipe;
    }
    Error::write(Path::new("stdout"), error)
}
