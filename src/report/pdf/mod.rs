//! PDF: pages set by Typst, with bookmarks, page numbers, tagged tables and the part of the embedded font that is used.
//!
//! The page template is the only source that Typst compiles; a document reaches it as data, so no text of a report is
//! read as markup. The compiler sees these two files, the embedded font and nothing else: no folder, no network, no
//! clock. The same document gives the same bytes.

mod data;

use std::sync::{Arc, OnceLock};

use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

use super::document::Document;
use super::{ReportError, Writer};

/// The page template.
const TEMPLATE: &str = include_str!("page.typ");

/// Documents after which what the compiler remembers is let go: a batch must not grow.
const REMEMBERED: usize = 4;

/// The writer `pdf`.
#[derive(Debug)]
pub struct Pdf;

impl Writer for Pdf {
    fn key(&self) -> &'static str {
        "pdf"
    }

    fn write(&self, document: &Document) -> Result<Vec<u8>, ReportError> {
        let page = Page { fixed: fixed()?, data: Bytes::from_string(data::data(document).to_string()) };
        let pages = typst::compile::<PagedDocument>(&page).output.map_err(|errors| refused(&errors))?;
        let options = PdfOptions { ident: Smart::Custom(document.id.clone()), ..PdfOptions::default() };
        let file = typst_pdf::pdf(&pages, &options).map_err(|errors| refused(&errors));
        typst::comemo::evict(REMEMBERED);
        file
    }
}

fn refused(errors: &[SourceDiagnostic]) -> ReportError {
    let texts: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    ReportError::Format(texts.join("; "))
}

/// What is the same for every document.
struct Fixed {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    font: Font,
    template: Source,
    data: FileId,
}

/// The embedded font as bytes that are shared, not copied.
struct Shared(Arc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

fn fixed() -> Result<&'static Fixed, ReportError> {
    static FIXED: OnceLock<Fixed> = OnceLock::new();
    if let Some(fixed) = FIXED.get() {
        return Ok(fixed);
    }
    let file = |path: &str| {
        let path = VirtualPath::new(path).map_err(|error| ReportError::Format(error.to_string()))?;
        Ok::<FileId, ReportError>(RootedPath::new(VirtualRoot::Project, path).intern())
    };
    let font = Font::new(Bytes::new(Shared(crate::chart::font()?)), 0)
        .ok_or_else(|| ReportError::Format("the embedded font".to_owned()))?;
    let fixed = Fixed {
        library: LazyHash::new(Library::default()),
        book: LazyHash::new(FontBook::from_fonts([&font])),
        font,
        template: Source::new(file("page.typ")?, TEMPLATE.to_owned()),
        data: file("data.json")?,
    };
    Ok(FIXED.get_or_init(|| fixed))
}

/// All that the compiler can see.
struct Page {
    fixed: &'static Fixed,
    data: Bytes,
}

impl World for Page {
    fn library(&self) -> &LazyHash<Library> {
        &self.fixed.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fixed.book
    }

    fn main(&self) -> FileId {
        self.fixed.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main() { Ok(self.fixed.template.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.fixed.data { Ok(self.data.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        (index == 0).then(|| self.fixed.font.clone())
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
