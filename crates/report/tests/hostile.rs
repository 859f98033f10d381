//! Texts that attackers choose, on their way into a sheet, a page and a terminal.

#[cfg(test)]
mod tests {
    use hourzero_model::{AccountVerdict, Confidence, Reason, Verdict};
    use hourzero_report::{Facts, Questions, csv, html, plain};
    use hourzero_scope::{Accessed, Acts, Coverage, activity};
    use serde_json::json;

    #[test]
    fn no_cell_is_taken_for_a_formula() {
        for (cell, shown) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("a=1", "a=1"),
            ("", "\"\""),
        ] {
            let text = csv(&["cell"], &[json!({ "cell": cell })]).unwrap();
            assert_eq!(text, format!("cell\n{shown}\n"));
        }
        // What a quoted cell holds is judged without its quotes.
        let text = csv(&["cell"], &[json!({ "cell": "\r=1" })]).unwrap();
        assert_eq!(text, "cell\n\"'\r=1\"\n");
        let text = csv(&["cell"], &[json!({ "cell": ["=a", "=b"] })]).unwrap();
        assert_eq!(text, "cell\n'=a; =b\n");
    }

    #[test]
    fn nothing_steers_the_terminal() {
        for text in [
            "\u{1b}[31mred",
            "bell\u{7}",
            "\u{9b}31m",
            "back\u{8}space",
            "\u{202e}fdp.exe",
            "\u{2066}isolated",
            "\r overwritten",
            "two\nlines",
        ] {
            let shown = plain(text);
            let is_safe = |c: char| !c.is_control() && !('\u{202a}'..='\u{2069}').contains(&c);
            assert!(shown.chars().all(is_safe), "{text:?} gives {shown:?}");
        }
        assert_eq!(plain("Grüße, 漢字"), "Grüße, 漢字");
    }

    #[test]
    fn names_are_text_on_the_page() {
        let name = "<img src=x onerror=alert(1)>\" onmouseover=\"x' </style>";
        let facts = Facts {
            name: name.to_owned(),
            tenant: name.to_owned(),
            limits: vec![name.to_owned()],
            ..Facts::default()
        };
        let mut page = Vec::new();
        let verdicts = [AccountVerdict {
            account: name.to_owned(),
            verdict: Verdict::Likely,
            confidence: Confidence::Likely,
            first: None,
            last: None,
            reasons: vec![Reason {
                text: name.to_owned(),
                evidence: Vec::new(),
            }],
        }];
        let told = Questions {
            verdicts: &verdicts,
            entry: &[],
            footholds: &[],
            accessed: &Accessed::default().rows(&[name.to_owned()], true),
            activity: &activity(&Acts::default(), &[], &[], &[]),
            coverage: &Coverage {
                ranges: Vec::new(),
                holes: Vec::new(),
                horizons: Vec::new(),
                start_unknown: Some(name.to_owned()),
                pulls: Vec::new(),
            },
            contained: &[],
        };
        html(&facts, told, &mut page).unwrap();
        let page = String::from_utf8(page).unwrap();
        assert!(page.contains("onmouseover"), "the name is shown");
        for raw in ["<img", "\" onmouseover", "' </style>"] {
            assert!(!page.contains(raw), "{raw}");
        }
    }
}
