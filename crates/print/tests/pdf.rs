//! What is in a printed PDF: read back with a reader of its own.

#![cfg(test)]

mod printed;

use std::collections::BTreeSet;

use hourzero_print::pdf::pdf;
use hourzero_report::base::StatementKind;
use hourzero_report::document::{Audience, Block, Document};
use lopdf::{Dictionary, Object};
use printed::{cited, document, drawing, part, report, row, sentence, table, told};
use proptest::prelude::*;

struct Printed {
    file: lopdf::Document,
}

impl Printed {
    fn of(document: &Document) -> Self {
        let bytes = pdf(document).unwrap();
        assert!(bytes.starts_with(b"%PDF-"));
        Self {
            file: lopdf::Document::load_mem(&bytes).unwrap(),
        }
    }

    fn pages(&self) -> usize {
        self.file.get_pages().len()
    }

    /// The text of each page without spaces, because a line may break at any of them, and without the mark that
    /// lets a line break between signs.
    fn texts(&self) -> Vec<String> {
        let pages = self.file.get_pages();
        let text = |page: &u32| self.file.extract_text(&[*page]).unwrap();
        pages.keys().map(|page| squeezed(&text(page))).collect()
    }

    fn text(&self) -> String {
        self.texts().concat()
    }

    fn catalog(&self) -> &Dictionary {
        self.file.catalog().unwrap()
    }

    fn links(&self) -> Vec<&Dictionary> {
        let annotations = self
            .file
            .objects
            .values()
            .filter_map(|one| one.as_dict().ok());
        annotations
            .filter(|one| {
                one.get(b"Subtype")
                    .and_then(Object::as_name)
                    .is_ok_and(|name| name == b"Link")
            })
            .collect()
    }

    /// The names that other files and links inside can lead to.
    fn destinations(&self) -> BTreeSet<String> {
        let names = self.catalog().get_deref(b"Names", &self.file).unwrap();
        let names = names.as_dict().unwrap();
        let names = names.get_deref(b"Dests", &self.file).unwrap();
        let names = names.as_dict().unwrap().get(b"Names").unwrap();
        let names = names.as_array().unwrap().iter();
        names
            .filter_map(|name| name.as_str().ok())
            .map(|name| String::from_utf8_lossy(name).into_owned())
            .collect()
    }
}

fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|one| !one.is_whitespace() && *one != '\u{200B}')
        .collect()
}

/// One sentence in an else empty report.
fn one(text: &str) -> Document {
    let said = sentence("summary-1", StatementKind::Fact, text);
    document(
        Audience::Full,
        vec![part("summary", "Summary", vec![said])],
        Vec::new(),
    )
}

fn check(text: &str, shown: &str) {
    let printed = Printed::of(&one(text)).text();
    assert!(
        printed.contains(&squeezed(shown)),
        "{shown:?} is not in {printed:?}"
    );
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    assert_eq!(pdf(&report()).unwrap(), pdf(&report()).unwrap());
}

#[test]
fn everything_in_the_tree_is_on_paper() {
    let text = Printed::of(&report()).text();
    for wanted in [
        "Incident report",
        "DRAFT",
        "Contents",
        "Contoso, March",
        "One account was used by the attacker: anna@contoso.example.",
        "opinion",
        "told",
        "The bank was called at 09:10.",
        "journal: answers/payment",
        "Where the attacker signed in from",
        "AS64500 Example Hosting",
        "3 more rows in sessions.csv",
        "Sign-ins by country",
        "UnifiedAuditLog-2026-03-01.csv",
        "6f0f2f5e-0000-4000-8000-000000000002",
    ] {
        assert!(
            text.contains(&squeezed(wanted)),
            "{wanted:?} is not in {text:?}"
        );
    }
}

#[test]
fn a_final_document_has_no_draft_mark() {
    let mut document = report();
    document.is_draft = false;
    let text = Printed::of(&document).text();
    assert!(!text.to_lowercase().contains("draft"), "{text:?}");
}

#[test]
fn the_file_is_tagged_and_has_title_language_and_bookmarks() {
    let printed = Printed::of(&report());
    let catalog = printed.catalog();
    assert_eq!(catalog.get(b"Lang").unwrap().as_str().unwrap(), b"en");
    let marked = catalog.get(b"MarkInfo").unwrap().as_dict().unwrap();
    assert!(marked.get(b"Marked").unwrap().as_bool().unwrap());
    assert!(catalog.has(b"StructTreeRoot"));
    assert!(catalog.has(b"Outlines"));
    let metadata = catalog.get(b"Metadata").unwrap().as_reference().unwrap();
    let metadata = printed
        .file
        .get_object(metadata)
        .unwrap()
        .as_stream()
        .unwrap();
    let metadata = String::from_utf8_lossy(&metadata.content).into_owned();
    assert!(metadata.contains("Incident report"), "{metadata}");
    assert!(
        metadata.contains("<pdfuaid:part>1</pdfuaid:part>"),
        "{metadata}"
    );
    assert!(
        !metadata.contains("CreateDate"),
        "a clock was read: {metadata}"
    );
}

#[test]
fn each_sentence_leads_to_its_records_and_back() {
    let printed = Printed::of(&report());
    let destinations = printed.destinations();
    for id in ["summary-1", "summary-2", "scope-1"] {
        assert!(destinations.contains(id), "{id} is not in {destinations:?}");
    }
    // Three sentences with records, there and back; the table of contents has three entries.
    assert_eq!(printed.links().len(), 9);
    for link in printed.links() {
        assert!(
            !String::from_utf8_lossy(&format!("{link:?}").into_bytes()).contains("URI"),
            "{link:?}"
        );
    }
}

#[test]
fn links_need_both_ends_once() {
    let twice = vec![
        sentence("scope-1", StatementKind::Fact, "Once."),
        sentence("scope-1", StatementKind::Fact, "Twice."),
        sentence("scope-2", StatementKind::Fact, "Without an entry."),
    ];
    let annex = vec![
        cited("scope-1", 1),
        cited("scope-3", 1),
        cited("scope-3", 1),
    ];
    let text = Printed::of(&document(
        Audience::Full,
        vec![part("scope", "Scope", twice)],
        annex,
    ))
    .text();
    assert!(
        text.contains("Without") && text.contains("scope-3"),
        "{text:?}"
    );
}

#[test]
fn markup_stays_text() {
    for text in [
        "#import \"x.typ\": * #eval(\"1\") #panic() #include \"/etc/passwd\"",
        "*bold* _thin_ `raw` $x^2$ @ref <label> = Heading",
        "[content] {code} // no comment /* none */ \\u{41} \\\\ ~ -- --- ...",
        "- item + item / term: words 1. one",
        "\"quotes\" 'single' https://evil.example/a?b=c#d",
        "<script>alert(1)</script> &amp; &#x41; %00 ${jndi:ldap://x}",
        "\",\"x\":[null],\"y\":\"",
    ] {
        check(text, text);
    }
}

#[test]
fn what_hides_is_named() {
    check("invoice\u{202E}fdp.exe", "invoiceU+202Efdp.exe");
    check(
        "a\u{0}b\u{7}c\u{1B}[31md\ne\tf",
        "aU+0000bU+0007cU+001B[31mdU+000AeU+0009f",
    );
    check(
        "pay\u{200B}pal pay\u{AD}pal \u{FEFF}x",
        "payU+200Bpal payU+00ADpal U+FEFFx",
    );
    check(
        "\u{2066}x\u{2069}\u{200F}\u{E0041}",
        "U+2066xU+2069U+200FU+E0041",
    );
    check("a\u{200D}b", "aU+200Db");
    check(
        "\u{E000}\u{F8FF}\u{10FFFF}\u{FFFE}",
        "U+E000U+F8FFU+10FFFFU+FFFE",
    );
}

#[test]
fn what_no_font_has_is_named() {
    check("🫠 Payment", "U+1FAE0 Payment");
    check("🔒 Payment ✓ → ⚠\u{FE0F}", "🔒 Payment ✓ → ⚠");
    check("ꦏ", "U+A98F");
}

#[test]
fn letters_are_not_piled_over_other_lines() {
    let pile = format!("Z{}", "\u{0301}".repeat(40));
    let text = Printed::of(&one(&pile)).text();
    assert_eq!(text.matches("U+0301").count(), 35, "{text:?}");
}

#[test]
fn names_in_other_scripts_are_printed_as_they_are() {
    for name in [
        "Ελένη Παπαδοπούλου",
        "Алексей Ёлкин",
        "王小明",
        "田中 さくら",
        "김민준",
        "สมชาย",
        "Նարեկ",
        "ნინო",
    ] {
        check(name, name);
    }
    // Letters that run from right to left come out in the order in which the reader's program puts them.
    for name in ["דוד לוי", "محمد علی‌زاده", "अनुराधा क्षेत्री"]
    {
        let text = Printed::of(&one(name)).text();
        assert!(!text.contains("U+"), "{text:?}");
    }
}

#[test]
fn signs_that_no_font_has_together_are_named() {
    // A letter of one script with the sign of another: each has a font, no font has both.
    let text = Printed::of(&one("ש\u{0941} ก\u{05B8} 王\u{064E}")).text();
    assert!(text.contains("Summary"), "{text:?}");
}

#[test]
fn hostile_text_in_every_place_is_printed() {
    let bad = "\u{202E}#panic() ]$*\u{0}\u{200B}🫠\"\\";
    let shown = squeezed("U+202E#panic() ]$*U+0000U+200BU+1FAE0\"\\");
    let mut grid = table(
        bad,
        &[(bad, 1), ("#n", 1)],
        vec![row(&[bad, bad, bad]), row(&[])],
    );
    grid.left_out = 2;
    grid.whole = bad.to_owned();
    let blocks = vec![
        sentence(bad, StatementKind::Fact, bad),
        told("told-1", bad, bad),
        Block::Note(bad.to_owned()),
        Block::Table(grid),
        drawing("&#x202E;&lt;b&gt;🫠&#8203;"),
    ];
    let mut document = document(
        Audience::Full,
        vec![part(bad, bad, blocks)],
        vec![cited(bad, 1)],
    );
    document.title = bad.to_owned();
    document.facts = vec![(bad.to_owned(), bad.to_owned())];
    let text = Printed::of(&document).text();
    let found = text.matches(&shown).count();
    // Title on the page and at the foot, facts, contents, heading, sentence, two ids, told, ground, note, table.
    assert!(found >= 16, "{found} times in {text:?}");
}

#[test]
fn a_drawing_that_is_none_is_an_error() {
    let mut broken = drawing("x");
    if let Block::Drawing(drawing) = &mut broken {
        drawing.svg = "<svg".to_owned();
    }
    let document = document(
        Audience::Full,
        vec![part("a", "A", vec![broken])],
        Vec::new(),
    );
    assert!(matches!(
        pdf(&document),
        Err(hourzero_print::PrintError::Layout(_))
    ));
}

#[test]
fn a_drawing_loads_nothing() {
    let mut loading = drawing("x");
    if let Block::Drawing(drawing) = &mut loading {
        drawing.svg = drawing.svg.replace(
            "<rect",
            "<image href=\"/etc/hostname\" width=\"9\" height=\"9\"/><rect",
        );
    }
    let document = document(
        Audience::Full,
        vec![part("a", "A", vec![loading])],
        Vec::new(),
    );
    assert!(matches!(
        pdf(&document),
        Err(hourzero_print::PrintError::Layout(_))
    ));
}

#[test]
fn an_empty_document_is_printed() {
    let mut empty = document(Audience::Full, Vec::new(), Vec::new());
    empty.title = String::new();
    empty.facts = Vec::new();
    Printed::of(&empty);
    let odd = vec![
        part("", "", Vec::new()),
        part(
            "a",
            "A",
            vec![Block::Table(table(
                "No column",
                &[],
                vec![row(&[]), row(&["x"])],
            ))],
        ),
    ];
    Printed::of(&document(Audience::Full, odd, vec![cited("", 0)]));
}

#[test]
fn a_briefing_has_two_pages() {
    let long = "The attacker signed in to anna@contoso.example from a rented machine, read 41 messages on the payment of March, and sent two of them on to an address outside.";
    let parts = [
        "summary", "scope", "exposure", "people", "payments", "clocks",
    ]
    .map(|name| {
        let mut blocks: Vec<Block> = (1..=5)
            .map(|number| sentence(&format!("{name}-{number}"), StatementKind::Fact, long))
            .collect();
        if name == "summary" {
            blocks.push(drawing("NL"));
        }
        let rows = (0..8).map(|number| {
            row(&[
                "anna@contoso.example",
                "compromised",
                "2026-03-04 09:10:11 UTC",
                &number.to_string(),
            ])
        });
        blocks.push(Block::Table(table(
            "What it is",
            &[("Account", 3), ("State", 2), ("From", 2), ("#n", 1)],
            rows.collect(),
        )));
        part(name, name, blocks)
    });
    let printed = Printed::of(&document(Audience::Leadership, parts.to_vec(), Vec::new()));
    assert!(printed.pages() <= 2, "{} pages", printed.pages());
    assert!(!printed.text().contains("Contents"));
}

#[test]
fn long_tables_are_whole_and_repeat_their_head() {
    let rows = (0..2_000).map(|number| {
        row(&[
            &format!("2026-03-04 09:10:11 {number:05}"),
            "anna@contoso.example",
            "MailItemsAccessed",
            "203.0.113.7",
        ])
    });
    let columns = [
        ("When it was", 2),
        ("Account", 2),
        ("Act", 2),
        ("Address", 1),
    ];
    let timeline = Block::Table(table("All that happened", &columns, rows.collect()));
    let blocks = vec![
        sentence("timeline-1", StatementKind::Fact, "It began."),
        timeline,
    ];
    let document = document(
        Audience::Full,
        vec![part("timeline", "Timeline", blocks)],
        vec![cited("timeline-1", 25)],
    );
    let texts = Printed::of(&document).texts();
    let all = texts.concat();
    for number in 0..2_000 {
        assert!(
            all.contains(&format!("09:10:11{number:05}")),
            "row {number} is missing"
        );
    }
    let pages = texts
        .iter()
        .filter(|page| page.contains("MailItemsAccessed"))
        .count();
    let heads = texts
        .iter()
        .filter(|page| page.contains("Whenitwas"))
        .count();
    assert!(
        pages > 20 && heads == pages,
        "{heads} heads on {pages} pages"
    );
}

/// Characters of every kind: scripts that the fonts have and some that they have not, signs that stand on letters, controls.
#[test]
fn wide_lists_stand_on_pages_on_their_side() {
    let list = table(
        "All acts",
        &[("Account", 1), ("Act", 1)],
        vec![row(&["anna", "Send"])],
    );
    let mut lists = part("lists", "Lists", vec![Block::Table(list)]);
    lists.is_wide = true;
    let before = part(
        "scope",
        "Accounts",
        vec![sentence("scope-1", StatementKind::Fact, "One.")],
    );
    let printed = Printed::of(&document(
        Audience::Full,
        vec![before, lists],
        vec![cited("scope-1", 1)],
    ));
    let is_wide: Vec<bool> = printed
        .file
        .get_pages()
        .into_values()
        .map(|page| {
            let page = printed.file.get_dictionary(page).unwrap();
            let size = page.get(b"MediaBox").unwrap().as_array().unwrap();
            size[2].as_float().unwrap() > size[3].as_float().unwrap()
        })
        .collect();
    assert_eq!(is_wide, [false, true, false]);
    assert!(printed.texts()[1].contains("annaSend"));
}

fn character() -> impl Strategy<Value = char> {
    prop_oneof![
        any::<char>(),
        proptest::char::range(' ', '\u{24F}'),
        proptest::char::range('\u{300}', '\u{36F}'),
        proptest::char::range('\u{370}', '\u{5FF}'),
        proptest::char::range('\u{600}', '\u{6FF}'),
        proptest::char::range('\u{900}', '\u{97F}'),
        proptest::char::range('\u{E00}', '\u{E7F}'),
        proptest::char::range('\u{1100}', '\u{11FF}'),
        proptest::char::range('\u{2000}', '\u{2BFF}'),
        proptest::char::range('\u{3000}', '\u{30FF}'),
        proptest::char::range('\u{AC00}', '\u{D7FF}'),
        proptest::char::range('\u{FB1D}', '\u{FEFF}'),
    ]
}

fn word() -> impl Strategy<Value = String> {
    proptest::collection::vec(character(), 0..40).prop_map(|all| all.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_printed(words in proptest::collection::vec(word(), 60)) {
        let rows = words.chunks(4).map(|cells| {
            row(&cells.iter().map(String::as_str).collect::<Vec<_>>())
        });
        let columns = [("One", 1), ("Two", 3), ("Three", 2), ("Four", 1)];
        let grid = Block::Table(table(&words[0], &columns, rows.collect()));
        let said = sentence("a-1", StatementKind::Fact, &words.concat());
        let parts = vec![part("a", &words[1], vec![said, grid])];
        let bytes = pdf(&document(Audience::Full, parts, vec![cited("a-1", 1)])).unwrap();
        prop_assert!(bytes.starts_with(b"%PDF-"));
    }
}
