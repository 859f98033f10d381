//! A document as DOCX: text that a lawyer can edit, with styles, links and tables of the word processor's own.
//!
//! It takes a [`Document`] and gives the bytes of a package (ECMA-376, WordprocessingML). It must never hold a sentence
//! about a case; the few words of its own name things of the format, such as the table of contents.

mod body;
mod marks;
mod picture;
mod table;

use std::io::Cursor;

use hourzero_report::document::Document;

use crate::PrintError;
use crate::package::{self, OFFICE, Package};
use crate::xml::Xml;
use body::Body;
use picture::Picture;

/// The language of every document, for spelling and for programs that read aloud.
pub(crate) const LANGUAGE: &str = "en-GB";

const STYLES: &str = include_str!("styles.xml");
const SETTINGS: &str = include_str!("settings.xml");

/// Namespaces of a part with text.
const TEXT: &[(&str, &str)] = &[
    (
        "xmlns:w",
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        "xmlns:r",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (
        "xmlns:wp",
        "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    ),
    (
        "xmlns:a",
        "http://schemas.openxmlformats.org/drawingml/2006/main",
    ),
    (
        "xmlns:pic",
        "http://schemas.openxmlformats.org/drawingml/2006/picture",
    ),
];

/// The document as DOCX. The same document gives the same bytes.
///
/// # Errors
/// When a drawing cannot be drawn or a table has more columns than the format can hold.
pub fn docx(document: &Document) -> Result<Vec<u8>, PrintError> {
    let body = Body::of(document)?;
    let mut package = Package::new(Cursor::new(Vec::new()));
    package.part("[Content_Types].xml", types())?;
    package.part("_rels/.rels", package::roots("word/document.xml"))?;
    package.part("docProps/core.xml", package::core(&document.title))?;
    package.part("docProps/app.xml", package::app())?;
    package.part("word/document.xml", body.text)?;
    package.part("word/_rels/document.xml.rels", links(&body.pictures))?;
    package.part("word/styles.xml", STYLES)?;
    package.part("word/settings.xml", SETTINGS)?;
    package.part("word/header1.xml", header(document))?;
    package.part("word/footer1.xml", footer())?;
    for (number, picture) in body.pictures.iter().enumerate() {
        package.part(&format!("word/media/drawing{number}.png"), &picture.png)?;
        package.part(&format!("word/media/drawing{number}.svg"), &picture.svg)?;
    }
    Ok(package.done()?.into_inner())
}

fn types() -> String {
    let part = |name: &str| format!("/word/{name}.xml");
    package::types(
        &[
            (
                "rels",
                "application/vnd.openxmlformats-package.relationships+xml",
            ),
            ("xml", "application/xml"),
            ("png", "image/png"),
            ("svg", "image/svg+xml"),
        ],
        &[
            (
                part("document"),
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            ),
            (
                part("styles"),
                "application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml",
            ),
            (
                part("settings"),
                "application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml",
            ),
            (
                part("header1"),
                "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml",
            ),
            (
                part("footer1"),
                "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml",
            ),
            (
                "/docProps/core.xml".to_owned(),
                "application/vnd.openxmlformats-package.core-properties+xml",
            ),
            (
                "/docProps/app.xml".to_owned(),
                "application/vnd.openxmlformats-officedocument.extended-properties+xml",
            ),
        ],
    )
}

fn links(pictures: &[Picture]) -> String {
    let own = [
        ("rStyles", "styles", "styles.xml"),
        ("rSettings", "settings", "settings.xml"),
        ("rHeader", "header", "header1.xml"),
        ("rFooter", "footer", "footer1.xml"),
    ];
    let mut all: Vec<(String, String, String)> = own
        .iter()
        .map(|(id, kind, target)| {
            (
                (*id).to_owned(),
                format!("{OFFICE}/{kind}"),
                (*target).to_owned(),
            )
        })
        .collect();
    for number in 0..pictures.len() {
        for (id, ending) in [
            (picture::png_id(number), "png"),
            (picture::svg_id(number), "svg"),
        ] {
            all.push((
                id,
                format!("{OFFICE}/image"),
                format!("media/drawing{number}.{ending}"),
            ));
        }
    }
    package::relationships(&all)
}

fn header(document: &Document) -> String {
    let mut xml = Xml::part();
    xml.element("w:hdr", TEXT, |xml| {
        body::paragraph(xml, "Header", |xml| {
            let draft = if document.is_draft { "Draft – " } else { "" };
            body::run(xml, None, &format!("{draft}{}", document.title));
        });
    });
    xml.take()
}

fn footer() -> String {
    let mut xml = Xml::part();
    xml.element("w:ftr", TEXT, |xml| {
        body::paragraph(xml, "Footer", |xml| {
            body::run(xml, None, "Page ");
            body::field(xml, " PAGE ", |xml| body::run(xml, None, "1"));
            body::run(xml, None, " of ");
            body::field(xml, " NUMPAGES ", |xml| body::run(xml, None, "1"));
        });
    });
    xml.take()
}
