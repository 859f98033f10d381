//! The typesetter's world: one template, one document, the built-in fonts. Nothing else can be reached.

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use super::fonts::Fonts;
use crate::PrintError;

/// The layout. It is a program of ours and the same for every document; what a document says comes as data.
const TEMPLATE: &str = include_str!("template.typ");

/// What the typesetter may see.
pub(super) struct Desk {
    library: LazyHash<Library>,
    fonts: &'static Fonts,
    template: Source,
    data: FileId,
    document: Bytes,
}

impl Desk {
    /// A desk with one document on it, as the template reads it.
    pub(super) fn new(fonts: &'static Fonts, document: Vec<u8>) -> Result<Self, PrintError> {
        Ok(Self {
            library: LazyHash::new(Library::default()),
            fonts,
            template: Source::new(file("template.typ")?, TEMPLATE.to_owned()),
            data: file("document.json")?,
            document: Bytes::new(document),
        })
    }
}

fn file(name: &str) -> Result<FileId, PrintError> {
    let path = VirtualPath::new(name).map_err(|why| PrintError::Layout(format!("{why:?}")))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.fonts.book()
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() {
            Ok(self.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.data {
            Ok(self.document.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.font(index)
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
