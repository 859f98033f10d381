//! Texts of rules to patterns: wildcards and their escapes, places, encodings.
//!
//! Escapes as the Sigma specification has them: a backslash before `*`, `?` or a backslash takes their
//! meaning away; before anything else it is itself.

use crate::ir::{Pattern, Piece};

/// Where in the value the text must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// It is the whole value.
    Whole,
    /// Anywhere.
    Anywhere,
    /// At the beginning.
    Start,
    /// At the end.
    End,
}

/// The pieces of a text with wildcards.
pub(crate) fn pieces(text: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut literal = String::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let wildcard = match character {
            '*' => Some(Piece::Many),
            '?' => Some(Piece::One),
            '\\' => {
                let escaped = characters.next_if(|next| matches!(next, '*' | '?' | '\\'));
                literal.push(escaped.unwrap_or('\\'));
                None
            }
            other => {
                literal.push(other);
                None
            }
        };
        if let Some(piece) = wildcard {
            if !literal.is_empty() {
                found.push(Piece::Literal(std::mem::take(&mut literal)));
            }
            if !(piece == Piece::Many && found.last() == Some(&Piece::Many)) {
                found.push(piece);
            }
        }
    }
    if !literal.is_empty() {
        found.push(Piece::Literal(literal));
    }
    found
}

/// The literal text of pieces without wildcards.
pub(crate) fn plain(pieces: &[Piece]) -> Option<String> {
    match pieces {
        [] => Some(String::new()),
        [Piece::Literal(text)] => Some(text.clone()),
        _ => None,
    }
}

/// The pattern of pieces at a place; `None` where any value will do.
pub(crate) fn pattern(mut pieces: Vec<Piece>, place: Place, cased: Case) -> Option<Pattern> {
    if matches!(place, Place::Anywhere | Place::End) && pieces.first() != Some(&Piece::Many) {
        pieces.insert(0, Piece::Many);
    }
    if matches!(place, Place::Anywhere | Place::Start) && pieces.last() != Some(&Piece::Many) {
        pieces.push(Piece::Many);
    }
    if cased == Case::Ignored {
        for piece in &mut pieces {
            if let Piece::Literal(text) = piece {
                *text = text.to_lowercase();
            }
        }
    }
    match pieces.as_slice() {
        [Piece::Many] => None,
        [] => Some(Pattern::Exact(String::new())),
        [Piece::Literal(text)] => Some(Pattern::Exact(text.clone())),
        [Piece::Literal(text), Piece::Many] => Some(Pattern::Prefix(text.clone())),
        [Piece::Many, Piece::Literal(text)] => Some(Pattern::Suffix(text.clone())),
        [Piece::Many, Piece::Literal(text), Piece::Many] => Some(Pattern::Contains(text.clone())),
        _ => Some(Pattern::Glob(pieces)),
    }
}

/// Whether case counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    /// It does.
    Counts,
    /// It does not.
    Ignored,
}

/// Base64 with padding (RFC 4648 §4).
pub(crate) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: [char; 64] = [
        'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R',
        'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j',
        'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', '0', '1',
        '2', '3', '4', '5', '6', '7', '8', '9', '+', '/',
    ];
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = (0..3).fold(0_u32, |word, at| {
            (word << 8) | u32::from(chunk.get(at).copied().unwrap_or(0))
        });
        for at in 0..4_usize {
            let digit = (word >> (18 - 6 * at)) & 0x3f;
            let known = at <= chunk.len();
            let character = usize::try_from(digit)
                .ok()
                .and_then(|digit| ALPHABET.get(digit));
            text.push(if known {
                character.copied().unwrap_or('=')
            } else {
                '='
            });
        }
    }
    text
}

/// What of a text can be recognised inside a longer Base64 text, for each of the three shifts.
pub(crate) fn base64_offsets(bytes: &[u8]) -> Vec<String> {
    (0..3_usize)
        .map(|shift| {
            let mut shifted = vec![b' '; shift];
            shifted.extend_from_slice(bytes);
            let encoded = base64(&shifted);
            let skip = match shift {
                0 => 0,
                1 => 2,
                _ => 3,
            };
            let cut = match shifted.len() % 3 {
                0 => 0,
                1 => 3,
                _ => 2,
            };
            let keep = encoded.len().saturating_sub(skip + cut);
            encoded.chars().skip(skip).take(keep).collect()
        })
        .collect()
}

/// The variants of a command-line text in which each dash or slash before a word is any of the five
/// characters that Windows takes; `None` where there are too many of them.
pub(crate) fn windows_dashes(text: &str) -> Option<Vec<String>> {
    const DASHES: [char; 5] = ['-', '/', '–', '—', '―'];
    const VARIANT_LIMIT: usize = 3_125;
    let characters: Vec<char> = text.chars().collect();
    let mut variants = vec![String::new()];
    for (at, character) in characters.iter().enumerate() {
        let starts = at.checked_sub(1).and_then(|before| characters.get(before));
        let follows = characters.get(at + 1);
        let is_flag = DASHES.contains(character)
            && !starts.is_some_and(|c| c.is_alphanumeric())
            && follows.is_some_and(|c| c.is_alphanumeric());
        if is_flag {
            variants = variants
                .iter()
                .flat_map(|variant| DASHES.map(|dash| format!("{variant}{dash}")))
                .collect();
            if variants.len() > VARIANT_LIMIT {
                return None;
            }
        } else {
            for variant in &mut variants {
                variant.push(*character);
            }
        }
    }
    Some(variants)
}
