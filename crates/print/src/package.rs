//! The container of both formats: parts in a ZIP file whose bytes depend on the parts alone.

use std::io::{Seek, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

use crate::PrintError;
use crate::xml::Xml;

/// Namespace of `[Content_Types].xml`.
const TYPES: &str = "http://schemas.openxmlformats.org/package/2006/content-types";
/// Namespace of files of relationships.
const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
/// What relationships between parts of an office document begin with.
pub(crate) const OFFICE: &str =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A package being written.
pub(crate) struct Package<W: Write + Seek> {
    zip: ZipWriter<W>,
}

impl<W: Write + Seek> Package<W> {
    pub(crate) fn new(out: W) -> Self {
        Self {
            zip: ZipWriter::new(out),
        }
    }

    /// Begins a part; what is written next is in it.
    pub(crate) fn begin(&mut self, name: &str) -> Result<(), PrintError> {
        // The oldest time that the format knows, and one operating system: neither the hour nor the machine may show.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default())
            .system(System::Dos);
        Ok(self.zip.start_file(name, options)?)
    }

    /// Goes on with the part that was begun.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), PrintError> {
        Ok(self.zip.write_all(bytes)?)
    }

    /// A whole part.
    pub(crate) fn part(&mut self, name: &str, bytes: impl AsRef<[u8]>) -> Result<(), PrintError> {
        self.begin(name)?;
        self.write(bytes.as_ref())
    }

    /// Ends the package.
    pub(crate) fn done(self) -> Result<W, PrintError> {
        Ok(self.zip.finish()?)
    }
}

/// `[Content_Types].xml`: by ending, then by name.
pub(crate) fn types(endings: &[(&str, &str)], parts: &[(String, &str)]) -> String {
    let mut xml = Xml::part();
    xml.element("Types", &[("xmlns", TYPES)], |xml| {
        for (ending, kind) in endings {
            xml.empty("Default", &[("Extension", ending), ("ContentType", kind)]);
        }
        for (name, kind) in parts {
            xml.empty("Override", &[("PartName", name), ("ContentType", kind)]);
        }
    });
    xml.take()
}

/// A file of relationships: id, type, target.
pub(crate) fn relationships(all: &[(String, String, String)]) -> String {
    let mut xml = Xml::part();
    xml.element("Relationships", &[("xmlns", RELATIONSHIPS)], |xml| {
        for (id, kind, target) in all {
            xml.empty(
                "Relationship",
                &[("Id", id), ("Type", kind), ("Target", target)],
            );
        }
    });
    xml.take()
}

/// `_rels/.rels`: which part is the document, which ones have its properties.
pub(crate) fn roots(document: &str) -> String {
    let core =
        "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties";
    relationships(&[
        (
            "rId1".into(),
            format!("{OFFICE}/officeDocument"),
            document.into(),
        ),
        ("rId2".into(), core.into(), "docProps/core.xml".into()),
        (
            "rId3".into(),
            format!("{OFFICE}/extended-properties"),
            "docProps/app.xml".into(),
        ),
    ])
}

/// `docProps/core.xml`. No times: the only honest one would be that of a clock, and the format does not ask for any.
pub(crate) fn core(title: &str) -> String {
    let mut xml = Xml::part();
    xml.element(
        "cp:coreProperties",
        &[
            (
                "xmlns:cp",
                "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
            ),
            ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
        ],
        |xml| {
            xml.element("dc:title", &[], |xml| xml.text(title));
            xml.element("dc:creator", &[], |xml| xml.text("Hour Zero"));
            xml.element("cp:lastModifiedBy", &[], |xml| xml.text("Hour Zero"));
            xml.element("dc:language", &[], |xml| xml.text(crate::docx::LANGUAGE));
        },
    );
    xml.take()
}

/// `docProps/app.xml`.
pub(crate) fn app() -> String {
    let mut xml = Xml::part();
    xml.element(
        "Properties",
        &[(
            "xmlns",
            "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties",
        )],
        |xml| xml.element("Application", &[], |xml| xml.text("Hour Zero")),
    );
    xml.take()
}
