//! A file made in memory: what the simulator, the templates and the importers hand to whoever writes it.

/// A file of a workspace, not yet written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneratedFile {
    /// Path below the workspace, with `/` between folders.
    pub path: String,
    /// Content.
    pub bytes: Vec<u8>,
}

impl GeneratedFile {
    /// A file with this content.
    pub fn new(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { path: path.into(), bytes: bytes.into() }
    }
}
