//! Archives as they come and as attackers make them: each member once, by a harmless name, within limits,
//! and every loss told.

use std::fmt::Write as _;
use std::io::{Cursor, Read, Write};
use std::path::Path;

use flate2::write::GzEncoder;
use hourzero_evidence::unpack::{Kind, Limits, Unpacked, kind_of, walk};
use hourzero_evidence::{CaseLock, Objects, Store};
use hourzero_model::ArtefactId;
use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::{bytes_of, log, put};

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn sevenz(members: &[(&str, &[u8])]) -> Vec<u8> {
    use sevenz_rust2::{ArchiveEntry, ArchiveWriter};
    let mut writer = ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
    for (name, bytes) in members {
        writer
            .push_archive_entry(ArchiveEntry::new_file(name), Some(*bytes))
            .unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// One tar entry: header, content, padding.
fn tar_entry(name: &str, kind: u8, content: &[u8]) -> Vec<u8> {
    let mut header = [0_u8; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[124..136].copy_from_slice(format!("{:011o}\0", content.len()).as_bytes());
    header[148..156].copy_from_slice(b"        ");
    header[156] = kind;
    header[257..265].copy_from_slice(b"ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let mut entry = header.to_vec();
    entry.extend(content);
    entry.resize(entry.len().next_multiple_of(512), 0);
    entry
}

fn tar(entries: &[Vec<u8>]) -> Vec<u8> {
    let mut archive = entries.concat();
    archive.extend([0; 1024]);
    archive
}

/// Replaces bytes by others of the same length wherever they stand.
fn patched(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let places: Vec<usize> = bytes
        .windows(from.len())
        .enumerate()
        .filter_map(|(at, window)| (window == from).then_some(at))
        .collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
    bytes
}

/// Stores an archive and its members as an import does, and says what came out.
fn unpack(case: &Path, name: &str, archive: &[u8], limits: &Limits) -> (Unpacked, String) {
    let lock = CaseLock::acquire(case).unwrap();
    let store = Store::open(&lock).unwrap();
    let id = put(&store, archive).id;
    let mut report = String::new();
    let unpacked = walk(
        &Objects::of(case),
        (id, name),
        limits,
        &mut |member| -> Result<Option<ArtefactId>, _> {
            let name = member.name().to_owned();
            let stored = store.put(&name, member)?;
            writeln!(
                report,
                "{name} {} bytes, depth {}{}",
                stored.size,
                member.depth(),
                member
                    .kind()
                    .map(|kind| format!(", {}", kind.name()))
                    .unwrap_or_default()
            )
            .unwrap();
            assert!(store.objects().holds(member.parent()).unwrap());
            Ok(Some(stored.id))
        },
    )
    .unwrap();
    for missed in &unpacked.missed {
        writeln!(
            report,
            "missed {} after {} bytes: {}",
            missed.name, missed.bytes, missed.fault
        )
        .unwrap();
    }
    (unpacked, report)
}

fn report(name: &str, archive: &[u8]) -> String {
    let case = tempfile::tempdir().unwrap();
    unpack(case.path(), name, archive, &Limits::default()).1
}

#[test]
fn each_kind_gives_its_members() {
    let (a, b) = (log(3000), log(2000));
    let members: &[(&str, &[u8])] = &[("a.json", &a), ("logs/b.json", &b), ("empty.csv", b"")];
    let zstd = zstd::encode_all(a.as_slice(), 3).unwrap();
    let tar = tar(&[
        tar_entry("logs/", b'5', b""),
        tar_entry("a.json", b'0', &a),
        tar_entry(
            "././@LongLink",
            b'L',
            format!("{}/b.json\0", "x".repeat(150)).as_bytes(),
        ),
        tar_entry("cut", b'0', &b),
        tar_entry("pax", b'x', b"19 path=paxed.json\n"),
        tar_entry("cut", b'0', &b),
        tar_entry("link", b'2', b""),
    ]);
    let mut text = String::new();
    for (name, archive) in [
        ("x.zip", zip(members)),
        ("x.7z", sevenz(members)),
        ("export/x.json.gz", gzip(&a)),
        ("x.json.zst", zstd),
        ("x.tar", tar.clone()),
        ("x.tgz", gzip(&tar)),
        ("two.gz", [gzip(b"one "), gzip(b"two")].concat()),
        ("plain.json", a.clone()),
    ] {
        text.push_str(&report(name, &archive));
        text.push('\n');
    }
    insta::assert_snapshot!(text);
}

#[test]
fn bytes_come_out_as_they_went_in() {
    let (a, b) = (log(300_000), log(70_000));
    for archive in [
        zip(&[("a", &a), ("b", &b)]),
        sevenz(&[("a", &a), ("b", &b)]),
        tar(&[tar_entry("a", b'0', &a), tar_entry("b", b'0', &b)]),
        zip(&[("b.gz", &gzip(&b)), ("a.gz", &gzip(&a))]),
    ] {
        let case = tempfile::tempdir().unwrap();
        let (unpacked, _) = unpack(case.path(), "x", &archive, &Limits::default());
        assert_eq!(unpacked.missed, []);
        let objects = Objects::of(case.path());
        let mut contents = Vec::new();
        for id in objects.list().unwrap() {
            let mut bytes = Vec::new();
            objects.read(id).unwrap().read_to_end(&mut bytes).unwrap();
            contents.push(bytes);
        }
        assert!(contents.contains(&a) && contents.contains(&b) && contents.contains(&archive));
    }
}

#[test]
fn the_kind_is_told_by_the_bytes() {
    let case = tempfile::tempdir().unwrap();
    let lock = CaseLock::acquire(case.path()).unwrap();
    let store = Store::open(&lock).unwrap();
    let kind = |bytes: &[u8]| kind_of(store.objects(), put(&store, bytes).id).unwrap();
    assert_eq!(kind(&zip(&[("a", b"x")])), Some(Kind::Zip));
    assert_eq!(kind(&zip(&[])), Some(Kind::Zip));
    assert_eq!(kind(&zip(&[("[Content_Types].xml", b"x")])), None);
    assert_eq!(kind(&gzip(b"")), Some(Kind::Gzip));
    assert_eq!(kind(&sevenz(&[("a", b"x")])), Some(Kind::SevenZip));
    assert_eq!(kind(&tar(&[tar_entry("a", b'0', b"x")])), Some(Kind::Tar));
    for plain in [
        b"".as_slice(),
        b"PK",
        b"{}",
        b"CreationDate,UserIds\n",
        b"\x1f",
    ] {
        assert_eq!(kind(plain), None);
    }
}

#[test]
fn hostile_names_become_harmless() {
    let names: Vec<String> = [
        "../../etc/passwd",
        "/etc/shadow",
        "C:\\Windows\\..\\a.csv",
        "\\\\server\\share\\b.csv",
        "a\u{1b}[2Jb\r\n.csv",
        "invoice\u{202e}vsc.exe",
        "x.zip!forged.csv",
        "..",
        " / /./",
        "zero\u{200b}width.csv",
        "nul\0byte.csv",
        "ünïcode/ß.csv",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain([format!("long/{}", "y".repeat(900))])
    .collect();
    let members: Vec<Vec<u8>> = names
        .iter()
        .map(|name| {
            let mut entries = tar_entry("x", b'L', name.as_bytes());
            entries.extend(tar_entry("cut", b'0', b"content"));
            entries
        })
        .collect();
    insta::assert_snapshot!(report("x.tar", &tar(&members)));
}

#[test]
fn members_of_one_name_are_told_apart() {
    let archive = zip(&[
        ("a.csv", b"1"),
        ("b.csv", b"22"),
        ("c.csv", b"333"),
        ("a.csv#2", b"4444"),
    ]);
    let archive = patched(patched(archive, b"b.csv", b"a.csv"), b"c.csv", b"a.csv");
    insta::assert_snapshot!(report("x.zip", &archive), @r"
    x.zip!a.csv 1 bytes, depth 1
    x.zip!a.csv#2 2 bytes, depth 1
    x.zip!a.csv#3 3 bytes, depth 1
    x.zip!a.csv#2#2 4 bytes, depth 1
    ");
}

#[test]
fn archives_in_archives_are_unpacked_to_a_depth() {
    let mut archive = gzip(b"the innermost");
    for level in 0..5 {
        let name = format!("level{level}.bin");
        archive = zip(&[(&name, &archive), ("beside.txt", b"x")]);
    }
    insta::assert_snapshot!(report("x.zip", &archive));
}

/// Bit 0 of the flags says that a member is encrypted.
fn encrypted_zip() -> Vec<u8> {
    let mut bytes = zip(&[("secret.csv", b"a,b"), ("open.csv", b"c,d")]);
    let local = bytes.windows(4).position(|w| w == b"PK\x03\x04").unwrap();
    let central = bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    bytes[local + 6] |= 1;
    bytes[central + 8] |= 1;
    bytes
}

/// Made with 7z's AES coder and the password "infected": content alone, and headers too.
const ENCRYPTED_7Z: [&str; 2] = [
    "377abcaf271c000452ff7ac410000000000000006b00000000000000d74c8bd2797f7491c42f66474e919e680dfdf138010406000109100a01e6bdd33700070b0100022406f1070122c8ff817b782e073833202284d6c518a9f5742f347dfcc335cafe7eee5639db7194422121011601000c0c0800080a017b07970a000005011117007300650063007200650074002e0063007300760000000000",
    "377abcaf271c000456f849ad80000000000000005300000000000000d7161c7bc196eeebba06d7744480ec0f44c11da62e37cce44d890cbe007d7eba56ce92ce8892a24784e94dcc2c3a8261481af42a64ec6c6ca9ee05815428a722943b7a1511afe85e2ee97bc5dd2685f200166289fc727875e3c0266f88ffe23094413df7054b9e32a6d68c340d6b93c058143c312fae6d986f5b8adac28fb49aecbc8c891706100109700a014b80aac700070b0100022406f1070122c8ff773f69c69746c7c5c9e4a7fd4fc1ed0c293dc192d27101f0547dfafb40ed28a523030101055d0000800001000c6a6b00080a01a93c19f00000",
];

#[test]
fn encrypted_members_are_named() {
    let mut text = report("x.zip", &encrypted_zip());
    for hex in ENCRYPTED_7Z {
        text.push_str(&report("x.7z", &bytes_of(hex)));
    }
    insta::assert_snapshot!(text);
}

#[test]
fn what_a_cut_archive_still_holds_is_given_before_the_loss_is_told() {
    let text = log(200_000);
    let whole = gzip(&text);
    let cut = &whole[..whole.len() / 2];
    let case = tempfile::tempdir().unwrap();
    let (unpacked, _) = unpack(case.path(), "x.json.gz", cut, &Limits::default());
    assert_eq!((unpacked.members, unpacked.missed.len()), (1, 1));
    let had = unpacked.missed[0].bytes;
    assert!(had > 50_000 && had < 200_000, "{had}");
    let objects = Objects::of(case.path());
    let found = objects.list().unwrap().into_iter().any(|id| {
        let bytes = objects.read_range(id, 0, had);
        bytes.is_ok_and(|bytes| bytes == text[..had as usize])
    });
    assert!(found, "the bytes before the cut are stored");

    let two = zip(&[("a.json", &log(5000)), ("b.json", &log(6000))]);
    let zstd = zstd::encode_all(log(500_000).as_slice(), 1).unwrap();
    let flipped = {
        let mut bytes = two.clone();
        bytes[100] ^= 0xff;
        bytes
    };
    let tar = tar(&[
        tar_entry("a", b'0', &log(900)),
        tar_entry("b", b'0', &log(900)),
    ]);
    let seven = sevenz(&[("a.json", &log(5000)), ("b.json", &log(6000))]);
    let mut report_all = String::new();
    for (name, bytes) in [
        (
            "trailing.gz",
            [gzip(b"whole"), b"garbage".to_vec()].concat(),
        ),
        ("cut.zip", two[..two.len() - 40].to_vec()),
        ("changed.zip", flipped),
        ("cut.zst", zstd[..zstd.len() - 9].to_vec()),
        ("cut.tar", tar[..1500].to_vec()),
        ("header.tar", patched(tar, b"ustar\x0000", b"ustar\x0001")),
        ("cut.7z", seven[..seven.len() - 5].to_vec()),
        ("changed.7z", {
            let mut bytes = seven;
            bytes[60] ^= 0xff;
            bytes
        }),
    ] {
        report_all.push_str(&report(name, &bytes));
        report_all.push('\n');
    }
    insta::assert_snapshot!(report_all);
}

#[test]
fn an_archive_that_explodes_is_stopped_and_its_neighbours_go_on() {
    let zeros = vec![0_u8; 3 << 20];
    let mut bomb = gzip(&zeros);
    for _ in 0..2 {
        bomb = zip(&[("x.gz", &bomb), ("after.txt", b"never reached")]);
    }
    let archive = zip(&[("bomb.zip", &bomb), ("good.json", &log(1000))]);
    let limits = Limits {
        bytes: 1 << 20,
        ..Limits::default()
    };
    let case = tempfile::tempdir().unwrap();
    let (unpacked, text) = unpack(case.path(), "x.zip", &archive, &limits);
    assert!(unpacked.bytes <= 1 << 20, "{}", unpacked.bytes);
    insta::assert_snapshot!(text);
}

#[test]
fn the_ratio_counts_for_each_archive() {
    // 140 MiB of zeros in as many KiB are more than half of the 256 MiB that any archive may become.
    let bomb = gzip(&vec![0_u8; 140 << 20]);
    let archive = zip(&[("bomb.gz", &bomb), ("good.json", &log(1000))]);
    let limits = Limits {
        ratio: 100,
        ..Limits::default()
    };
    let case = tempfile::tempdir().unwrap();
    let (_, text) = unpack(case.path(), "x.zip", &archive, &limits);
    insta::assert_snapshot!(text);
}

#[test]
fn too_many_members_are_not_unpacked() {
    let names: Vec<String> = (0..50).map(|number| format!("{number}.txt")).collect();
    let members: Vec<(&str, &[u8])> = names
        .iter()
        .map(|n| (n.as_str(), b"x".as_slice()))
        .collect();
    let limits = Limits {
        members: 7,
        ..Limits::default()
    };
    for archive in [zip(&members), sevenz(&members)] {
        let case = tempfile::tempdir().unwrap();
        let (unpacked, text) = unpack(case.path(), "x", &archive, &limits);
        assert_eq!((unpacked.members, unpacked.missed.len()), (7, 1));
        assert!(text.ends_with("missed x after 7 bytes: the archive has more than 7 members: the others were not unpacked\n"), "{text}");
    }
}

#[test]
fn a_member_that_is_not_read_does_not_stop_the_others() {
    let case = tempfile::tempdir().unwrap();
    let lock = CaseLock::acquire(case.path()).unwrap();
    let store = Store::open(&lock).unwrap();
    for archive in [
        zip(&[("a.gz", &gzip(&log(3000))), ("b", b"x")]),
        sevenz(&[("a.gz", &gzip(&log(3000))), ("b", b"x")]),
    ] {
        let id = put(&store, &archive).id;
        let mut names = Vec::new();
        let unpacked = walk(
            store.objects(),
            (id, "x"),
            &Limits::default(),
            &mut |member| {
                names.push(member.name().to_owned());
                Ok(None)
            },
        )
        .unwrap();
        assert_eq!(names, ["x!a.gz", "x!b"]);
        assert_eq!(unpacked.missed, []);
    }
}

#[test]
fn a_caller_that_fails_ends_the_walk() {
    let case = tempfile::tempdir().unwrap();
    let lock = CaseLock::acquire(case.path()).unwrap();
    let store = Store::open(&lock).unwrap();
    for archive in [
        zip(&[("a", b"x"), ("b", b"y")]),
        sevenz(&[("a", b"x"), ("b", b"y")]),
        tar(&[tar_entry("a", b'0', b"x"), tar_entry("b", b'0', b"y")]),
    ] {
        let id = put(&store, &archive).id;
        let mut calls = 0;
        let error = walk(store.objects(), (id, "x"), &Limits::default(), &mut |_| {
            calls += 1;
            Err(hourzero_evidence::EvidenceError::DiskFull { path: "x".into() })
        });
        assert!(error.is_err());
        assert_eq!(calls, 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Whatever is done to an archive, unpacking ends, within its limits and without a panic.
    #[test]
    fn no_archive_makes_it_panic(
        kind in 0..5_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        keep in any::<prop::sample::Index>(),
    ) {
        let a = log(2000);
        let mut archive = match kind {
            0 => zip(&[("a", &a), ("b.gz", &gzip(&a))]),
            1 => sevenz(&[("a", &a), ("b", b"x")]),
            2 => tar(&[tar_entry("a", b'0', &a), tar_entry("pax", b'x', b"19 path=paxed.json\n"), tar_entry("b", b'0', b"x")]),
            3 => gzip(&a),
            _ => zstd::encode_all(a.as_slice(), 1).unwrap(),
        };
        for (place, byte) in changes {
            let at = place.index(archive.len());
            archive[at] = byte;
        }
        if kind % 2 == 0 {
            archive.truncate(keep.index(archive.len()) + 1);
        }
        let case = tempfile::tempdir().unwrap();
        let limits = Limits { bytes: 1 << 20, members: 20, ..Limits::default() };
        let (unpacked, _) = unpack(case.path(), "x", &archive, &limits);
        prop_assert!(unpacked.bytes <= limits.bytes && unpacked.members <= limits.members);
    }
}
