//! Where one record ends and the next begins.

/// JSON that nests deeper than this is refused: no log of Microsoft's comes near it, and parsers that
/// recurse would be led into the ground by it.
pub(crate) const MAX_DEPTH: usize = 128;

/// Whether JSON nests deeper than [`MAX_DEPTH`]. Counts brackets first, which is nearly free; only text
/// with many of them is walked through.
pub(crate) fn nests_too_deep(json: &[u8]) -> bool {
    let opening = memchr::memchr2_iter(b'{', b'[', json).count();
    if opening <= MAX_DEPTH {
        return false;
    }
    let mut depth = 0_usize;
    let mut in_text = false;
    let mut escaped = false;
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return true;
                }
            }
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}
