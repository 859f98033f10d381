//! Encodings before a search: UTF-16, Base64 and the dashes of Windows command lines.
//!
//! Takes the text of a rule and gives the texts to look for. Case stays as it is; whether it counts is
//! for the check to say.

use crate::sigma::modifier::Encoding;
use crate::sigma::pattern;

/// The texts that an encoding makes of a text, their wildcards taken away.
pub(crate) fn texts(text: &str, encodings: &[Encoding]) -> Result<Vec<String>, String> {
    let literal = |text: &str| {
        pattern::plain(&pattern::pieces(text))
            .ok_or("a text with wildcards cannot be encoded".to_owned())
    };
    let mut texts = vec![text.to_owned()];
    let mut bytes: Option<Vec<u8>> = None;
    for encoding in encodings {
        match encoding {
            Encoding::WindowsDash => {
                let mut variants = Vec::new();
                for text in &texts {
                    variants.extend(pattern::windows_dashes(text).ok_or("it has too many dashes")?);
                }
                texts = variants;
            }
            Encoding::Utf16Little => {
                bytes = Some(wide(&literal(&single(&texts)?)?, u16::to_le_bytes));
            }
            Encoding::Utf16Big => bytes = Some(wide(&literal(&single(&texts)?)?, u16::to_be_bytes)),
            Encoding::Utf16Marked => {
                let mut marked = vec![0xff, 0xfe];
                marked.extend(wide(&literal(&single(&texts)?)?, u16::to_le_bytes));
                bytes = Some(marked);
            }
            Encoding::Base64 | Encoding::Base64Offset => {
                let mut encoded = Vec::new();
                for text in &texts {
                    let plain = match bytes.take() {
                        Some(bytes) => bytes,
                        None => literal(text)?.into_bytes(),
                    };
                    match encoding {
                        Encoding::Base64 => encoded.push(pattern::base64(&plain)),
                        _ => encoded.extend(pattern::base64_offsets(&plain)),
                    }
                }
                texts = encoded;
            }
        }
    }
    match bytes {
        None => Ok(texts),
        Some(bytes) => String::from_utf8(bytes)
            .map(|text| vec![text])
            .map_err(|_| {
                "what it makes is no text; `base64` or `base64offset` must follow".to_owned()
            }),
    }
}

fn single(texts: &[String]) -> Result<String, String> {
    match texts {
        [only] => Ok(only.clone()),
        _ => Err("it can only come first".to_owned()),
    }
}

fn wide(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}
