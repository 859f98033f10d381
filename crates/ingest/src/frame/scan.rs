//! Where a JSON value ends: brackets counted outside of text, 64 bytes at a time.
//!
//! It checks nothing else; whether the value is good JSON is the parser's word. The bit tricks are
//! those of the simdjson paper (Langdale and Lemire, 2019), done on ordinary 64-bit words.

/// What a run over more text found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scan {
    /// The value ends before this index.
    End(usize),
    /// The value goes on after the text.
    More,
    /// A line ends inside of a text at this index, which JSON does not allow: the value is damaged.
    LineEndInText(usize),
}

/// Keeps its place between runs, so that a long value is looked at once.
#[derive(Debug, Default)]
pub(crate) struct Scanner {
    at: usize,
    depth: i64,
    /// All ones while inside of a text.
    in_text: u64,
    /// One while the next byte is escaped.
    escaped: u64,
}

impl Scanner {
    /// Goes on through `value`, which begins with the value's opening bracket and has at least the
    /// length of the run before.
    pub(crate) fn run(&mut self, value: &[u8]) -> Scan {
        loop {
            let rest = value.get(self.at..).unwrap_or_default();
            let found = match rest.first_chunk::<64>() {
                Some(block) => self.block(block, 64),
                None if rest.is_empty() => return Scan::More,
                None => {
                    let mut block = [b' '; 64];
                    for (to, from) in block.iter_mut().zip(rest) {
                        *to = *from;
                    }
                    self.block(&block, rest.len())
                }
            };
            if let Some(found) = found {
                return found;
            }
        }
    }

    /// The text before the present place has been dropped.
    pub(crate) fn forget(&mut self, count: usize) {
        self.at = self.at.saturating_sub(count);
    }

    fn block(&mut self, block: &[u8; 64], length: usize) -> Option<Scan> {
        let masks = Masks::of(block);
        let (escaped, escapes) = escapes(masks.backslash, self.escaped);
        let in_text = prefix_xor(masks.quote & !escaped) ^ self.in_text;
        let opens = masks.open & !in_text;
        let closes = masks.close & !in_text;
        let broken = masks.line_end & in_text;
        let end = self.end_in(opens, closes);
        let broken_at = (broken != 0).then(|| broken.trailing_zeros() as usize);
        let start = self.at;
        match (end, broken_at) {
            (Some(end), None) => return Some(Scan::End(start + end + 1)),
            (Some(end), Some(broken)) if end < broken => return Some(Scan::End(start + end + 1)),
            (_, Some(broken)) => return Some(Scan::LineEndInText(start + broken)),
            (None, None) => {}
        }
        self.at += length;
        self.depth += i64::from(opens.count_ones()) - i64::from(closes.count_ones());
        self.in_text = if in_text >> 63 == 1 { u64::MAX } else { 0 };
        self.escaped = (escapes >> (length - 1)) & 1;
        None
    }

    /// The bit of the bracket that closes the value.
    fn end_in(&self, opens: u64, closes: u64) -> Option<usize> {
        if self.depth > i64::from(closes.count_ones()) {
            return None;
        }
        let mut depth = self.depth;
        let mut left = opens | closes;
        while left != 0 {
            let bit = left & left.wrapping_neg();
            if opens & bit != 0 {
                depth += 1;
            } else {
                depth -= 1;
                if depth <= 0 {
                    return Some(bit.trailing_zeros() as usize);
                }
            }
            left ^= bit;
        }
        None
    }
}

/// One bit for each of the text's first 64 bytes that equals `byte`.
pub(super) fn places_of(byte: u8, text: &[u8]) -> u64 {
    let mut block = [!byte; 64];
    let block = match text.first_chunk::<64>() {
        Some(block) => block,
        None => {
            for (to, from) in block.iter_mut().zip(text) {
                *to = *from;
            }
            &block
        }
    };
    let (words, _) = block.as_chunks::<8>();
    let words = words.iter().enumerate();
    words.fold(0, |places, (number, bytes)| {
        places | equal(u64::from_le_bytes(*bytes), byte) << (number * 8)
    })
}

struct Masks {
    quote: u64,
    backslash: u64,
    open: u64,
    close: u64,
    line_end: u64,
}

impl Masks {
    fn of(block: &[u8; 64]) -> Self {
        const CASE: u64 = 0x2020_2020_2020_2020;
        let mut masks = Self {
            quote: 0,
            backslash: 0,
            open: 0,
            close: 0,
            line_end: 0,
        };
        let (words, _) = block.as_chunks::<8>();
        for (number, bytes) in words.iter().enumerate() {
            let word = u64::from_le_bytes(*bytes);
            let shift = number * 8;
            masks.quote |= equal(word, b'"') << shift;
            masks.backslash |= equal(word, b'\\') << shift;
            // `[` and `{`, `]` and `}` differ in the bit of the letter case alone.
            masks.open |= equal(word | CASE, b'{') << shift;
            masks.close |= equal(word | CASE, b'}') << shift;
            masks.line_end |= equal(word, b'\n') << shift;
        }
        masks
    }
}

/// Eight bits, one for each byte of the word that equals `byte`.
fn equal(word: u64, byte: u8) -> u64 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let difference = word ^ (u64::from(byte) * 0x0101_0101_0101_0101);
    let zero = !(((difference & LOW) + LOW) | difference) & !LOW;
    (zero >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// Each bit becomes the parity of the bits up to it.
fn prefix_xor(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

/// Which bytes are escaped, and which backslashes escape.
fn escapes(backslash: u64, carried: u64) -> (u64, u64) {
    const ODD: u64 = 0xAAAA_AAAA_AAAA_AAAA;
    if backslash == 0 {
        return (carried, 0);
    }
    let candidates = backslash & !carried;
    let series = ((candidates << 1) | ODD).wrapping_sub(candidates);
    let escape_and_terminal = series ^ ODD;
    (
        escape_and_terminal ^ (backslash | carried),
        escape_and_terminal & backslash,
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Scan, Scanner};

    /// The same, byte by byte.
    fn plainly(value: &[u8]) -> Scan {
        let (mut depth, mut in_text, mut escaped) = (0, false, false);
        for (at, byte) in value.iter().enumerate() {
            let is_escaped = escaped;
            escaped = *byte == b'\\' && !is_escaped;
            match byte {
                b'\n' if in_text => return Scan::LineEndInText(at),
                b'"' if !is_escaped => in_text = !in_text,
                b'{' | b'[' if !in_text => depth += 1,
                b'}' | b']' if !in_text => {
                    depth -= 1;
                    if depth <= 0 {
                        return Scan::End(at + 1);
                    }
                }
                _ => {}
            }
        }
        Scan::More
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn agrees_with_the_plain_reading(
            text in prop::collection::vec(prop::sample::select(b"{}[]\"\\\n ab".to_vec()), 0..400),
            pieces in 1_usize..200,
        ) {
            let mut value = b"{".to_vec();
            value.extend(text);
            let mut scanner = Scanner::default();
            let mut found = Scan::More;
            let mut held = 0;
            while found == Scan::More && held < value.len() {
                held = (held + pieces).min(value.len());
                found = scanner.run(&value[..held]);
            }
            prop_assert_eq!(found, plainly(&value));
        }
    }
}
