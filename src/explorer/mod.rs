//! The explorer: the tables of a run as one HTML page that people click through.
//!
//! The page is one file: markup, style, script, the tables and the texts of both languages. It asks no network for
//! anything and its content security policy forbids it to: nothing is loaded, and only the script and the style whose
//! SHA-256 it names may work. The script shows, filters and sorts; every figure in the page stands in a result table.
//!
//! No page holds single students. The public page holds what [`public`] leaves of the tables.

mod data;
mod public;
#[cfg(test)]
mod tests;
mod units;

pub use public::public;

use crate::message::Lang;
use crate::message::markup::{escape, source_hash};
use crate::model::Dataset;
use crate::policy::Policy;
use crate::results::Table;

/// Name of the page in an output folder.
pub const EXPLORER_FILE: &str = "index.html";

/// Bytes of embedded tables up to which a page holds all of them; browsers open a page of this size in some seconds.
pub const MOST_BYTES: usize = 40_000_000;

/// One script in three files: the tables and words; charts and tables in the page; the pages.
const SCRIPT: &str = concat!(include_str!("data.js"), include_str!("draw.js"), include_str!("pages.js"));
const STYLE: &str = include_str!("explorer.css");

/// What a page is made of.
#[derive(Debug, Clone, Copy)]
pub struct Explorer<'a> {
    /// All tables of the run. Those on single students and on the input files are not embedded.
    pub tables: &'a [Table],
    /// Where names of institution, colleges and programmes stand, and which requirement serves which training objective.
    pub dataset: &'a Dataset,
    /// The policy of the run: its rounding, its threshold for small groups.
    pub policy: &'a Policy,
    /// The language in which the page opens.
    pub lang: Lang,
    /// Whether everybody may read it: small groups are then suppressed, see [`public`].
    pub public: bool,
}

impl Explorer<'_> {
    /// The whole page. The same tables give the same bytes.
    pub fn page(&self) -> String {
        self.page_within(MOST_BYTES)
    }

    /// The page with at most about `most` bytes of tables; longer tables are left out and named in the page.
    fn page_within(&self, most: usize) -> String {
        let shown;
        let tables = if self.public {
            shown = public(self.tables, self.policy.privacy.suppress_below);
            &shown
        } else {
            self.tables
        };
        let (embedded, left_out) = data::tables_json(tables, most);
        let about = data::about_json(self, &left_out);
        let (words, schemas) = (data::words_json(), data::schemas_json());
        let title = escape(self.dataset.institution.as_deref().unwrap_or("attain"));
        let lang = self.lang.tag();
        let (script, style) = (source_hash(SCRIPT), source_hash(STYLE));
        format!(
            "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src '{script}'; \
             style-src '{style}'; img-src data:; base-uri 'none'; form-action 'none'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n<link rel=\"icon\" href=\"data:,\">\n\
             <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
             <noscript>此页需要脚本。The page needs scripts.</noscript>\n\
             <script type=\"application/json\" id=\"about\">{about}</script>\n\
             <script type=\"application/json\" id=\"words\">{words}</script>\n\
             <script type=\"application/json\" id=\"schemas\">{schemas}</script>\n\
             <script type=\"application/json\" id=\"tables\">{embedded}</script>\n\
             <script>{SCRIPT}</script>\n</body>\n</html>\n"
        )
    }
}
