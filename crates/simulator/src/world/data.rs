//! Lists that the world is drawn from, read from `data/world/`.

/// Lines of a list, without comments and empty ones.
pub(super) fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Fields of a line, `|` between.
pub(super) fn fields(line: &'static str) -> Vec<&'static str> {
    line.split('|').map(str::trim).collect()
}

/// A field by its place; empty when the line is shorter.
pub(super) fn field<'f>(fields: &[&'f str], at: usize) -> &'f str {
    fields.get(at).copied().unwrap_or_default()
}

/// A number in a list; 0 when it is none, which the tests of the lists find.
pub(super) fn number<N: std::str::FromStr + Default>(text: &str) -> N {
    text.trim().parse().unwrap_or_default()
}

/// Letters with accents and of other alphabets as the nearest ASCII letters, as user names have them.
/// Apostrophes and hyphens stay; what has no likeness goes.
pub(super) fn ascii(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            'ä' | 'æ' => plain.push_str("ae"),
            'ö' | 'ø' => plain.push_str("oe"),
            'ü' => plain.push_str("ue"),
            'Ä' | 'Æ' => plain.push_str("Ae"),
            'Ö' | 'Ø' => plain.push_str("Oe"),
            'Ü' => plain.push_str("Ue"),
            'ß' => plain.push_str("ss"),
            'þ' => plain.push_str("th"),
            'Þ' => plain.push_str("Th"),
            sign if sign.is_ascii() => plain.push(sign),
            sign => plain.extend(unaccented(sign)),
        }
    }
    plain
}

fn unaccented(sign: char) -> Option<char> {
    const PAIRS: [(&str, char); 42] = [
        ("àáâãåāăąạảấầẩẫậắằẳẵặ", 'a'),
        ("çćč", 'c'),
        ("ďđð", 'd'),
        ("èéêëēęěẹẻẽếềểễệ", 'e'),
        ("ğģ", 'g'),
        ("ìíîïīıịỉĩ", 'i'),
        ("ķ", 'k'),
        ("ĺľłļ", 'l'),
        ("ñńňņ", 'n'),
        ("òóôõőōơọỏốồổỗộớờởỡợ", 'o'),
        ("ŕř", 'r'),
        ("śšşș", 's'),
        ("ťţț", 't'),
        ("ùúûűůūưụủũứừửữự", 'u'),
        ("ýÿỳỵỷỹ", 'y'),
        ("źżž", 'z'),
        ("ÀÁÂÃÅĀĂĄ", 'A'),
        ("ÇĆČ", 'C'),
        ("ĎĐÐ", 'D'),
        ("ÈÉÊËĒĘĚ", 'E'),
        ("ĞĢ", 'G'),
        ("ÌÍÎÏĪİ", 'I'),
        ("Ķ", 'K'),
        ("ĹĽŁĻ", 'L'),
        ("ÑŃŇŅ", 'N'),
        ("ÒÓÔÕŐŌ", 'O'),
        ("ŔŘ", 'R'),
        ("ŚŠŞȘ", 'S'),
        ("ŤŢȚ", 'T'),
        ("ÙÚÛŰŮŪ", 'U'),
        ("ÝŸ", 'Y'),
        ("ŹŻŽ", 'Z'),
        ("ĥħ", 'h'),
        ("ĴĵǰJ", 'j'),
        ("ẁẃẅŵ", 'w'),
        ("’‘", '\''),
        ("–—", '-'),
        ("œ", 'o'),
        ("Œ", 'O'),
        ("Ạ", 'A'),
        ("Ơ", 'O'),
        ("Ư", 'U'),
    ];
    PAIRS
        .iter()
        .find(|(signs, _)| signs.contains(sign))
        .map(|(_, plain)| *plain)
}
