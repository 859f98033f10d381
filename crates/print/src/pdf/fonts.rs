//! The fonts in the program: which characters they have and how wide these are.
//!
//! It never looks for fonts of the machine, because the same document would look different on another one.

use std::sync::LazyLock;

use typst::foundations::Bytes;
use typst::layout::Abs;
use typst::text::{Font, FontBook, FontInstance, FontVariant, FontVariations};
use typst::utils::LazyHash;

use crate::PrintError;
use crate::faces::FONTS;

/// The fonts, ready for use.
pub(super) struct Fonts {
    all: Vec<Font>,
    measured: Vec<FontInstance>,
    book: LazyHash<FontBook>,
}

impl Fonts {
    /// The fonts of the program; they are read once.
    pub(super) fn get() -> Result<&'static Self, PrintError> {
        static READ: LazyLock<Result<Fonts, &'static str>> = LazyLock::new(read);
        READ.as_ref().map_err(|name| PrintError::Font(name))
    }

    /// What the typesetter looks fonts up in.
    pub(super) fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    /// One font by its place in the book.
    pub(super) fn font(&self, index: usize) -> Option<Font> {
        self.all.get(index).cloned()
    }

    /// How wide a character is in ems, by the first font that has it; nothing where none has it.
    pub(super) fn width(&self, one: char) -> Option<f64> {
        self.measured.iter().find_map(|font| {
            let glyph = font.ttf().glyph_index(one)?;
            Some(font.x_advance(glyph.0).map_or(1.0, typst::layout::Em::get))
        })
    }

    /// The families, in the order in which they are asked.
    pub(super) fn families(&self) -> Vec<&str> {
        let mut families: Vec<&str> = Vec::new();
        for font in &self.all {
            let family = font.info().family.as_str();
            if !families.contains(&family) {
                families.push(family);
            }
        }
        families
    }
}

fn read() -> Result<Fonts, &'static str> {
    let mut all = Vec::new();
    for (name, bytes) in FONTS {
        all.push(Font::new(Bytes::new(*bytes), 0).ok_or(*name)?);
    }
    let measured = all
        .iter()
        .map(|font| {
            font.clone().instantiate(
                FontVariant::default(),
                Abs::pt(10.0),
                &FontVariations::default(),
            )
        })
        .collect();
    let book = LazyHash::new(FontBook::from_fonts(&all));
    Ok(Fonts {
        all,
        measured,
        book,
    })
}
