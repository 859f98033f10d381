//! Text as it can be printed: no character that hides, no character without a shape, no word wider than its line.
//!
//! It takes any text and gives pieces. A character that would not be seen, or that would turn the order of its neighbours,
//! is named by its number instead, so that what is on paper is what is in the record.

use std::collections::BTreeSet;

use serde::{Serialize, Serializer};
use unicode_segmentation::UnicodeSegmentation;

use super::fonts::Fonts;

/// A cluster with more characters than this is no letter with its accents: the rest of it would be set over other lines.
const CLUSTER: usize = 6;

/// A cluster that is wider than this would not fit a narrow column (U+FDFD is a whole sentence).
const WIDEST: f64 = 2.5;

/// After these a long word is broken first, as a reader would do it in an address or a path.
const GOOD_PLACES: [char; 11] = ['/', ':', '\\', '@', '_', '&', ',', ';', '=', '.', '-'];

/// Text for one place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Text(Vec<Piece>);

/// A piece of text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// Characters as they are.
    Plain(String),
    /// The number of a character that is not shown.
    Number(String),
    /// The line may break here, between letters; nothing is printed, so that copied text is whole.
    Break,
    /// The line may break here, although signs stand here that lines do not break at (Unicode's UAX #14).
    Forced,
}

impl Serialize for Text {
    /// Plain text as a string; else a list of strings, `null` and `false` for places to break, and lists of one for numbers.
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [] => out.serialize_str(""),
            [Piece::Plain(text)] => out.serialize_str(text),
            pieces => out.collect_seq(pieces),
        }
    }
}

impl Serialize for Piece {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Plain(text) => out.serialize_str(text),
            Self::Number(number) => out.collect_seq([number]),
            Self::Break => out.serialize_none(),
            Self::Forced => out.serialize_bool(false),
        }
    }
}

/// Makes text printable.
pub(super) struct Writer<'a> {
    fonts: &'a Fonts,
    /// Characters that a layout has shown to have no shape in their surroundings.
    shapeless: &'a BTreeSet<char>,
}

impl<'a> Writer<'a> {
    /// A writer for these fonts, which names the characters in `shapeless` by their number too.
    pub(super) fn new(fonts: &'a Fonts, shapeless: &'a BTreeSet<char>) -> Self {
        Self { fonts, shapeless }
    }

    /// The text for a line that is `line` ems wide.
    pub(super) fn text(&self, text: &str, line: f64) -> Text {
        let mut pieces = Pieces::default();
        for word in text.split_inclusive(' ') {
            self.word(word, line, &mut pieces);
        }
        Text(pieces.done())
    }

    /// The text as one string, for places that have no layout: titles of the file, descriptions.
    pub(super) fn string(&self, text: &str) -> String {
        let pieces = self.text(text, f64::INFINITY).0;
        pieces
            .iter()
            .map(|piece| match piece {
                Piece::Plain(text) | Piece::Number(text) => text.as_str(),
                Piece::Break | Piece::Forced => "",
            })
            .collect()
    }

    /// A drawing with every character named that has no shape; markup is ASCII and stays as it is.
    pub(super) fn drawing(&self, svg: &str) -> String {
        let mut out = String::with_capacity(svg.len());
        let mut before = None;
        for one in svg.chars() {
            // The layout of the file itself, which no text of a drawing is made of.
            if matches!(one, '\n' | '\t') || self.shows(one, before, None) {
                out.push(one);
            } else {
                out.push_str(&number(one));
            }
            before = Some(one);
        }
        references(&out, |one| self.shows(one, None, None))
    }

    fn word(&self, word: &str, line: f64, pieces: &mut Pieces) {
        let clusters = self.clusters(word);
        let wide: f64 = clusters.iter().map(|cluster| cluster.width).sum();
        // Widths are sums of single letters, so a tenth is kept in reserve for bold letters and kerning.
        if wide <= line * 0.9 {
            for cluster in clusters {
                pieces.push(&cluster);
            }
            return;
        }
        let mut last = None;
        for part in clusters.chunk_by(|one, next| !is_good_place(one, next)) {
            let begins = part.first();
            if let (Some(last), Some(begins)) = (last, begins) {
                pieces.push_break(place(last, begins));
            }
            cut(part, line, pieces);
            last = part.last();
        }
    }

    /// What is printed of a word, letter by letter.
    fn clusters(&self, word: &str) -> Vec<Cluster> {
        let mut clusters = Vec::new();
        let mut before = None;
        let mut graphemes = word.graphemes(true).peekable();
        while let Some(grapheme) = graphemes.next() {
            let after = graphemes.peek().and_then(|next| next.chars().next());
            let mut whole = String::new();
            let mut width: f64 = 0.0;
            let mut rest = Vec::new();
            let mut inside = grapheme.chars().peekable();
            let mut taken = 0;
            while let Some(one) = inside.next() {
                let next = inside.peek().copied().or(after);
                taken += 1;
                if chooses_look(one) && before.is_some_and(|last: char| !last.is_alphanumeric()) {
                    continue;
                }
                if taken <= CLUSTER && self.shows(one, before, next) {
                    whole.push(one);
                    width += self.fonts.width(one).unwrap_or(0.0);
                } else {
                    rest.push(number(one));
                }
                before = Some(one);
            }
            if width > WIDEST {
                rest.splice(0..0, whole.chars().map(number));
            } else if !whole.is_empty() {
                clusters.push(Cluster {
                    text: whole,
                    width,
                    is_number: false,
                });
            }
            clusters.extend(rest.into_iter().map(|text| {
                let width = text.chars().filter_map(|one| self.fonts.width(one)).sum();
                Cluster {
                    text,
                    width,
                    is_number: true,
                }
            }));
        }
        clusters
    }

    /// Whether a character is printed as it is.
    fn shows(&self, one: char, before: Option<char>, after: Option<char>) -> bool {
        if one == ' ' {
            return true;
        }
        if joins(one) {
            // Persian and the scripts of India spell with joiners; anywhere else they only hide.
            return before.is_some_and(needs_joiners) && after.is_some_and(needs_joiners);
        }
        !hides(one) && !self.shapeless.contains(&one) && self.fonts.width(one).is_some()
    }
}

/// Whether a reader would break a long word between these: in an address or a path, or where two words are one.
fn is_good_place(one: &Cluster, next: &Cluster) -> bool {
    let is_small = one.text.ends_with(char::is_lowercase);
    one.text.ends_with(GOOD_PLACES) && next.text.starts_with(char::is_alphanumeric)
        || is_small && next.text.starts_with(char::is_uppercase)
}

/// The kind of break that works between these.
fn place(one: &Cluster, next: &Cluster) -> Piece {
    let is_after = one.text.ends_with(char::is_alphanumeric) || one.text.ends_with(GOOD_PLACES);
    if is_after && next.text.starts_with(char::is_alphanumeric) {
        Piece::Break
    } else {
        Piece::Forced
    }
}

/// A part of a word, broken wherever it must be if it does not fit a line itself.
fn cut(part: &[Cluster], line: f64, pieces: &mut Pieces) {
    let wide: f64 = part.iter().map(|cluster| cluster.width).sum();
    let most = if wide <= line * 0.9 {
        f64::INFINITY
    } else {
        (line / 6.0).max(WIDEST)
    };
    let mut run = 0.0;
    let mut last: Option<&Cluster> = None;
    for cluster in part {
        if let Some(last) = last
            && run + cluster.width > most
        {
            pieces.push_break(place(last, cluster));
            run = 0.0;
        }
        run += cluster.width;
        pieces.push(cluster);
        last = Some(cluster);
    }
}

struct Cluster {
    text: String,
    width: f64,
    is_number: bool,
}

#[derive(Default)]
struct Pieces {
    done: Vec<Piece>,
    plain: String,
}

impl Pieces {
    fn push(&mut self, cluster: &Cluster) {
        if cluster.is_number {
            self.flush();
            self.done.push(Piece::Number(cluster.text.clone()));
        } else {
            self.plain.push_str(&cluster.text);
        }
    }

    fn push_break(&mut self, place: Piece) {
        self.flush();
        self.done.push(place);
    }

    fn flush(&mut self) {
        if !self.plain.is_empty() {
            self.done
                .push(Piece::Plain(std::mem::take(&mut self.plain)));
        }
    }

    fn done(mut self) -> Vec<Piece> {
        self.flush();
        self.done
    }
}

/// How a character is named that is not shown.
fn number(one: char) -> String {
    format!("U+{:04X}", u32::from(one))
}

/// Replaces numeric character references (`&#8238;`, `&#x202e;`) to characters that are not shown.
fn references(svg: &str, shows: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(svg.len());
    let mut rest = svg;
    while let Some((head, tail)) = rest.split_once("&#") {
        out.push_str(head);
        let parsed = tail.split_once(';').and_then(|(digits, after)| {
            let code = match digits.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            Some((char::from_u32(code)?, after))
        });
        match parsed {
            Some((one, after)) if !shows(one) => {
                out.push_str(&number(one));
                rest = after;
            }
            _ => {
                out.push_str("&#");
                rest = tail;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Whether a character is not seen itself, or turns the direction of its neighbours.
///
/// Controls, format characters (Unicode 16, general category Cf), the other code points that renderers leave out
/// (`Default_Ignorable_Code_Point`), separators of lines, spaces that look like none, private use.
fn hides(one: char) -> bool {
    one.is_control()
        || matches!(
            u32::from(one),
            0x00AD
                | 0x034F
                | 0x0600..=0x0605
                | 0x061C
                | 0x06DD
                | 0x070F
                | 0x0890..=0x0891
                | 0x08E2
                | 0x115F..=0x1160
                | 0x17B4..=0x17B5
                | 0x180B..=0x180F
                | 0x2000..=0x200B
                | 0x200E..=0x200F
                | 0x2028..=0x202E
                | 0x205F..=0x206F
                | 0x2800
                | 0x3164
                | 0xE000..=0xF8FF
                | 0xFE00..=0xFE0F
                | 0xFEFF
                | 0xFFA0
                | 0xFFF0..=0xFFFC
                | 0x110BD
                | 0x110CD
                | 0x13430..=0x1343F
                | 0x1BCA0..=0x1BCA3
                | 0x1D173..=0x1D17A
                | 0xE0000..=0x10FFFF
        )
}

/// The joiners U+200C and U+200D.
fn joins(one: char) -> bool {
    matches!(one, '\u{200C}' | '\u{200D}')
}

/// Selectors between the plain and the coloured form of a symbol: they change no reading, and we print the plain form.
fn chooses_look(one: char) -> bool {
    matches!(one, '\u{FE0E}' | '\u{FE0F}')
}

fn needs_joiners(one: char) -> bool {
    one.is_alphabetic() && matches!(u32::from(one), 0x0620..=0x0DFF) || matches!(one, '\u{094D}')
}
