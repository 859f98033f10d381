//! A mail as Outlook saves it: an OLE compound file of properties.
//!
//! Takes the bytes and gives a [`Letter`]. The headers of the transport are one property (0x007D), which
//! is absent for mail sent inside the tenant or by the owner himself; the other properties are the word
//! of Outlook, not of a mail system. Property numbers: MS-OXPROPS; layout: MS-OXMSG.

use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use hourzero_model::Timestamp;

use super::header::{Headers, Mailbox};
use super::part::{Attachment, Budget, Inner, Letter, MAX_DEPTH, too_deep};

/// A property longer than this is cut.
const MAX_PROPERTY: u64 = 64 * 1024 * 1024;

/// So many recipients and attachments are looked at in one mail.
const MAX_STORAGES: usize = 2_048;

type Compound<'a> = cfb::CompoundFile<Cursor<&'a [u8]>>;

/// What Outlook wrote into the file beside the headers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Properties {
    /// Whether the headers of the transport are there.
    pub(super) has_headers: bool,
    pub(super) sender: Mailbox,
    pub(super) recipients: Vec<Mailbox>,
    pub(super) submitted: Option<Timestamp>,
    pub(super) delivered: Option<Timestamp>,
}

/// Takes a `.msg` apart.
///
/// # Errors
/// A sentence without full stop that says why the file is no mail.
pub(super) fn letter(bytes: &[u8], budget: &mut Budget) -> Result<Letter, String> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes))
        .map_err(|error| format!("the file is a damaged compound file ({error})"))?;
    if !file.is_stream(Path::new("/__properties_version1.0")) {
        return Err(
            "the file is an Office document of the old kind and no mail: export as CSV or JSON"
                .to_owned(),
        );
    }
    Ok(message(&mut file, Path::new("/"), 0, budget))
}

fn message(file: &mut Compound<'_>, at: &Path, depth: usize, budget: &mut Budget) -> Letter {
    let fixed = fixed_properties(file, at, if depth == 0 { 32 } else { 24 });
    let code_page = integer(&fixed, 0x3FFD).or_else(|| integer(&fixed, 0x3FDE));
    let mut reader = Reader { file, code_page };
    let mut letter = Letter::default();
    let transport = reader.text(at, "007D");
    let mut properties = Properties {
        has_headers: transport.is_some(),
        sender: sender(&mut reader, at),
        recipients: Vec::new(),
        submitted: time(&fixed, 0x0039),
        delivered: time(&fixed, 0x0E06),
    };
    if let Some(transport) = &transport {
        let transport = transport.trim_start();
        let lines = transport
            .strip_prefix("Microsoft Mail Internet Headers Version 2.0")
            .unwrap_or(transport);
        letter.headers = Headers::read(lines.trim_start().as_bytes()).0;
    }
    fill_headers(&mut reader, at, &mut letter.headers);
    bodies(&mut reader, at, &mut letter);
    for storage in storages(reader.file, at, "__recip_version1.0_") {
        let address = reader
            .text(&storage, "39FE")
            .or_else(|| reader.text(&storage, "3003"));
        properties.recipients.push(Mailbox {
            name: reader.text(&storage, "3001"),
            address: address.map(|address| address.trim().to_lowercase()),
        });
    }
    for storage in storages(reader.file, at, "__attach_version1.0_") {
        if budget.parts == 0 {
            letter
                .remarks
                .push("not all attachments were looked at".to_owned());
            break;
        }
        budget.parts -= 1;
        attachment(&mut reader, &storage, depth, &mut letter, budget);
    }
    letter.outlook = Some(properties);
    letter
}

/// The address of transport before the one that Exchange uses inside.
fn sender(reader: &mut Reader<'_, '_>, at: &Path) -> Mailbox {
    let address = ["5D01", "5D02", "0C1F", "0065"]
        .iter()
        .filter_map(|number| reader.text(at, number))
        .find(|address| address.contains('@'))
        .or_else(|| reader.text(at, "0C1F"));
    Mailbox {
        name: reader.text(at, "0C1A").or_else(|| reader.text(at, "0042")),
        address: address.map(|address| address.trim().to_lowercase()),
    }
}

/// What the headers do not say and a property does.
fn fill_headers(reader: &mut Reader<'_, '_>, at: &Path, headers: &mut Headers) {
    for (name, number) in [
        ("Message-ID", "1035"),
        ("Subject", "0037"),
        ("In-Reply-To", "1042"),
        ("References", "1039"),
        ("Thread-Topic", "0070"),
    ] {
        if headers.first(name).is_none()
            && let Some(text) = reader.text(at, number)
        {
            headers.push(name, &text.replace(['\r', '\n'], " "));
        }
    }
}

fn bodies(reader: &mut Reader<'_, '_>, at: &Path, letter: &mut Letter) {
    letter.texts.extend(reader.text(at, "1000"));
    if let Some(html) = reader.binary(at, "1013") {
        letter
            .texts
            .push(String::from_utf8_lossy(&html).into_owned());
    } else {
        letter.texts.extend(reader.text(at, "1013"));
    }
    if let Some(packed) = reader
        .binary(at, "1009")
        .filter(|packed| packed.len() >= 16)
    {
        match compressed_rtf::decompress_rtf(&packed) {
            Ok(text) => letter.texts.push(text),
            Err(_) => letter
                .remarks
                .push("the formatted text of the mail is damaged and was not read".to_owned()),
        }
    }
}

fn attachment(
    reader: &mut Reader<'_, '_>,
    at: &Path,
    depth: usize,
    letter: &mut Letter,
    budget: &mut Budget,
) {
    let embedded = at.join("__substg1.0_3701000D");
    let properties = embedded.join("__properties_version1.0");
    if reader.file.is_stream(&properties) {
        letter.inner.push(if depth >= MAX_DEPTH {
            Inner::Refused(too_deep())
        } else {
            Inner::Letter(Box::new(message(reader.file, &embedded, depth + 1, budget)))
        });
        return;
    }
    let name = ["3707", "3704", "3001"]
        .iter()
        .find_map(|number| reader.text(at, number))
        .unwrap_or_default();
    let media_type = reader
        .text(at, "370E")
        .unwrap_or_else(|| "application/octet-stream".to_owned());
    let content = reader.binary(at, "3701").unwrap_or_default();
    let attachment = Attachment::of(&name, &media_type.to_lowercase(), &content);
    letter.attachments.push(attachment);
}

/// The storages of this kind below a place, in the order of their numbers.
fn storages(file: &Compound<'_>, at: &Path, prefix: &str) -> Vec<PathBuf> {
    let Ok(entries) = file.read_storage(at) else {
        return Vec::new();
    };
    let mut names: Vec<PathBuf> = entries
        .filter(|entry| entry.is_storage() && entry.name().starts_with(prefix))
        .map(|entry| at.join(entry.name()))
        .take(MAX_STORAGES)
        .collect();
    names.sort();
    names
}

/// Reads properties of variable length, each of which is a stream.
struct Reader<'f, 'b> {
    file: &'f mut Compound<'b>,
    code_page: Option<u32>,
}

impl Reader<'_, '_> {
    fn stream(&mut self, at: &Path, name: &str) -> Option<Vec<u8>> {
        let path = at.join(name);
        if !self.file.is_stream(&path) {
            return None;
        }
        let stream = self.file.open_stream(&path).ok()?;
        let mut bytes = Vec::new();
        // A stream that breaks off gives what stands before the break.
        let read = stream.take(MAX_PROPERTY).read_to_end(&mut bytes);
        (read.is_ok() || !bytes.is_empty()).then_some(bytes)
    }

    fn binary(&mut self, at: &Path, number: &str) -> Option<Vec<u8>> {
        self.stream(at, &format!("__substg1.0_{number}0102"))
    }

    /// A text, in UTF-16 or in the code page of the mail.
    fn text(&mut self, at: &Path, number: &str) -> Option<String> {
        let text = match self.stream(at, &format!("__substg1.0_{number}001F")) {
            Some(bytes) => encoding_rs::UTF_16LE
                .decode_without_bom_handling(&bytes)
                .0
                .into_owned(),
            None => {
                let bytes = self.stream(at, &format!("__substg1.0_{number}001E"))?;
                let encoding = encoding(self.code_page);
                encoding.decode_without_bom_handling(&bytes).0.into_owned()
            }
        };
        let text = text.trim_end_matches('\0').to_owned();
        (!text.trim().is_empty()).then_some(text)
    }
}

fn encoding(code_page: Option<u32>) -> &'static encoding_rs::Encoding {
    let label = match code_page {
        Some(65_001) => "utf-8".to_owned(),
        Some(932) => "shift_jis".to_owned(),
        Some(936) => "gbk".to_owned(),
        Some(949) => "euc-kr".to_owned(),
        Some(950) => "big5".to_owned(),
        Some(20_866) => "koi8-r".to_owned(),
        Some(number @ 28_591..=28_606) => format!("iso-8859-{}", number - 28_590),
        Some(number) => format!("windows-{number}"),
        None => "windows-1252".to_owned(),
    };
    encoding_rs::Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::WINDOWS_1252)
}

/// The properties of fixed length: tag and eight bytes of value.
fn fixed_properties(file: &mut Compound<'_>, at: &Path, header: usize) -> Vec<(u32, u64)> {
    let mut reader = Reader {
        file,
        code_page: None,
    };
    let bytes = reader
        .stream(at, "__properties_version1.0")
        .unwrap_or_default();
    let (entries, _) = bytes.get(header..).unwrap_or_default().as_chunks::<16>();
    entries
        .iter()
        .filter_map(|entry| {
            let (tag, rest) = entry.split_first_chunk::<4>()?;
            let (_, value) = rest.split_last_chunk::<8>()?;
            Some((u32::from_le_bytes(*tag), u64::from_le_bytes(*value)))
        })
        .collect()
}

fn property(fixed: &[(u32, u64)], number: u32, kind: u32) -> Option<u64> {
    let tag = number << 16 | kind;
    let found = fixed.iter().find(|(have, _)| *have == tag);
    found.map(|(_, value)| *value)
}

fn integer(fixed: &[(u32, u64)], number: u32) -> Option<u32> {
    property(fixed, number, 0x0003).map(|value| (value & 0xFFFF_FFFF) as u32)
}

fn time(fixed: &[(u32, u64)], number: u32) -> Option<Timestamp> {
    property(fixed, number, 0x0040).and_then(file_time)
}

/// An instant in tenths of microseconds since 1601.
pub(super) fn file_time(ticks: u64) -> Option<Timestamp> {
    const EPOCH: i64 = 11_644_473_600_000_000;
    const YEAR_9999: i64 = 253_402_300_800_000_000;
    let micros = i64::try_from(ticks / 10).ok()? - EPOCH;
    (0..YEAR_9999)
        .contains(&micros)
        .then(|| Timestamp::from_micros(micros))
}
