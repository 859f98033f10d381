//! Which domains look like which, as a table of pairs, and that many domains take little work.

#[cfg(test)]
mod tests {
    use hourzero_model::Timestamp;
    use hourzero_scope::{Correspondent, Likeness, look_alikes};

    fn seen(domain: &str, day: i64, received: u64) -> Correspondent {
        let first = Timestamp::from_micros(1_772_000_000_000_000).plus_seconds(day * 86_400);
        Correspondent {
            domain: domain.to_owned(),
            sent: 1,
            received,
            first,
            last: first.plus_seconds(3_600),
        }
    }

    /// How the second domain resembles the first, when the first is the tenant's own and when both are
    /// correspondents.
    fn how(original: &str, other: &str) -> Option<Likeness> {
        let own = look_alikes(&[original.to_owned()], &[seen(other, 1, 1)]);
        let both = look_alikes(&[], &[seen(other, 9, 5), seen(original, 0, 1)]);
        let of = |pairs: &[hourzero_scope::LookAlike]| {
            assert!(pairs.len() <= 1, "{pairs:?}");
            pairs
                .first()
                .map(|pair| (pair.domain.clone(), pair.resembles.clone(), pair.how))
        };
        assert_eq!(of(&own), of(&both), "{original} {other}");
        of(&own).map(|(_, _, how)| how)
    }

    #[test]
    fn look_alikes_are_found() {
        for (original, other, expected) in [
            ("fabrikam.example", "fabr1kam.example", Likeness::SameLook),
            ("fabrikam.example", "fabrlkam.example", Likeness::SameLook),
            ("fabrikam.example", "FABRIKARN.example", Likeness::SameLook),
            ("wingtip.example", "vvingtip.example", Likeness::SameLook),
            (
                "adventure.example",
                "aclventure.example",
                Likeness::SameLook,
            ),
            ("contoso.example", "c0nt0s0.example", Likeness::SameLook),
            ("contoso.example", "conto5o.example", Likeness::SameLook),
            // Cyrillic, as DNS carries it and as people write it.
            (
                "contoso.example",
                "c\u{43e}ntoso.example",
                Likeness::SameLook,
            ),
            (
                "contoso.example",
                "xn--cntoso-wqf.example",
                Likeness::SameLook,
            ),
            ("fabrikam.co.uk", "fabrikam.co", Likeness::OtherSuffix),
            (
                "fabrikam.example",
                "fabrikam.example2",
                Likeness::OtherSuffix,
            ),
            ("fabrikam.example", "fabrikkam.example", Likeness::OneEdit),
            ("fabrikam.example", "fabrkam.example", Likeness::OneEdit),
            ("fabrikam.example", "fabrikma.example", Likeness::OneEdit),
            ("fabrikam.example", "fabrixam.com", Likeness::OneEdit),
            (
                "adventureworks.example",
                "adventurwork.example",
                Likeness::TwoEdits,
            ),
            ("wide-world.example", "wideworld.example", Likeness::Hyphen),
            ("wideworld.example", "wide-world.example", Likeness::Hyphen),
            (
                "fabrikam.example",
                "fabrikam-billing.example",
                Likeness::AddedWord,
            ),
            ("fabrikam.example", "fabrikamgroup.com", Likeness::AddedWord),
            (
                "fabrikam.example",
                "invoice-fabrikam.com",
                Likeness::AddedWord,
            ),
            (
                "fabrikam.example",
                "fabrikam-us.example",
                Likeness::AddedWord,
            ),
            (
                "fabrikam.com",
                "fabrikam.com.evil.example",
                Likeness::SubDomain,
            ),
            (
                "fabrikam.com",
                "mail.fabrikam-com.evil.example",
                Likeness::SubDomain,
            ),
            ("pay.fabrikam.co.uk", "x.fabr1kam.co.uk", Likeness::SameLook),
        ] {
            assert_eq!(how(original, other), Some(expected), "{original} {other}");
        }
    }

    #[test]
    fn other_domains_are_not() {
        for (original, other) in [
            ("fabrikam.example", "contoso.example"),
            ("fabrikam.example", "mail.fabrikam.example"),
            ("fabrikam.example", "fabrikam.evil-host.example"),
            ("northwind.example", "southwind.example"),
            ("tailspin.example", "tailwind.example"),
            ("abc.example", "abd.example"),
            ("fabrikam.example", "fabrikamus.example"),
            ("co.uk", "com"),
            ("", "example"),
            ("group.example", "billing.example"),
        ] {
            assert_eq!(how(original, other), None, "{original} {other}");
        }
    }

    #[test]
    fn counts_are_those_of_the_registered_domain_and_the_first_seen_is_the_original() {
        let pairs = look_alikes(
            &["contoso.example".to_owned()],
            &[
                seen("fabr1kam.example", 30, 2),
                seen("mail.fabr1kam.example", 31, 3),
                seen("fabrikam.example", 1, 400),
                seen("contoso.example", 0, 9),
                seen("cont0so.example", 32, 1),
            ],
        );
        let told: Vec<String> = pairs
            .iter()
            .map(|pair| serde_json::to_string(pair).expect("a pair is plain data"))
            .collect();
        insta::assert_snapshot!(told.join("\n"));
    }

    #[test]
    fn the_order_of_the_correspondents_does_not_matter() {
        let mut list: Vec<Correspondent> = [
            "fabrikam",
            "fabr1kam",
            "fabrikarn",
            "fabrikam-pay",
            "fabrkam",
        ]
        .iter()
        .map(|label| seen(&format!("{label}.example"), 3, 1))
        .collect();
        let forward = look_alikes(&[], &list);
        list.reverse();
        assert_eq!(forward, look_alikes(&[], &list));
        assert!(forward.len() > 4);
    }

    /// Somebody sends from five thousand variants of one domain: the own domain is paired with each, and
    /// pairs among themselves stay few for each.
    #[test]
    fn a_flood_of_variants_stays_near_linear() {
        let mut flood: Vec<Correspondent> = Vec::new();
        for number in 0..5_000_i64 {
            let variant = format!("adventure{number:04}works.example");
            flood.push(seen(&variant, number, 1));
        }
        let pairs = look_alikes(&["adventureworks.example".to_owned()], &flood);
        assert!(pairs.len() < 5_000 * 65, "{}", pairs.len());
        let copies: Vec<Correspondent> = (0..5_000_i64)
            .map(|number| seen(&format!("contoso.x{number}"), number, 1))
            .collect();
        let pairs = look_alikes(&["contoso.example".to_owned()], &copies);
        let to_own = pairs.iter().filter(|pair| pair.original.is_none()).count();
        assert_eq!(to_own, 5_000);
        assert!(pairs.len() <= 5_000 * 33);
    }
}
