//! DOCX: a real word-processor document with styles, numbered captions, cross references and embedded pictures.
//!
//! The parts are those of ECMA-376 (Office Open XML), transitional. Dates in the archive are fixed, so the same
//! document gives the same bytes.

mod body;
mod look;
mod parts;

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::document::Document;
use super::{ReportError, Writer};
use crate::message::markup;
use body::Body;

/// The writer `docx`.
#[derive(Debug)]
pub struct Docx;

impl Writer for Docx {
    fn key(&self) -> &'static str {
        "docx"
    }

    fn write(&self, document: &Document) -> Result<Vec<u8>, ReportError> {
        let body = Body::of(document);
        let mut files: Vec<(String, Vec<u8>)> = vec![
            ("[Content_Types].xml".to_owned(), parts::CONTENT_TYPES.as_bytes().to_vec()),
            ("_rels/.rels".to_owned(), parts::RELATIONS.as_bytes().to_vec()),
            ("docProps/core.xml".to_owned(), parts::properties(document).into_bytes()),
            ("docProps/app.xml".to_owned(), parts::APPLICATION.as_bytes().to_vec()),
            ("word/document.xml".to_owned(), body.document().into_bytes()),
            ("word/styles.xml".to_owned(), parts::styles(document.lang).into_bytes()),
            ("word/numbering.xml".to_owned(), parts::NUMBERING.as_bytes().to_vec()),
            ("word/settings.xml".to_owned(), parts::settings(document.lang).into_bytes()),
            ("word/fontTable.xml".to_owned(), look::fonts().into_bytes()),
            ("word/theme/theme1.xml".to_owned(), look::theme().into_bytes()),
            ("word/footer1.xml".to_owned(), parts::footer(document).into_bytes()),
            (
                "word/_rels/document.xml.rels".to_owned(),
                parts::document_relations(body.pictures.len()).into_bytes(),
            ),
        ];
        for (number, picture) in (1..).zip(body.pictures) {
            files.push((format!("word/media/image{number}.png"), picture));
        }
        packed(&files).map_err(|error| ReportError::Format(error.to_string()))
    }
}

fn packed(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, zip::result::ZipError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        // A PNG is compressed already.
        let method =
            if name.ends_with(".png") { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(zip::DateTime::default());
        archive.start_file(name.as_str(), options)?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

/// The text as XML character data or attribute value, without characters that XML or a reader must not meet.
fn escape(text: &str) -> String {
    markup::escape(&super::words::clean(text))
}
