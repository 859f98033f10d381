//! Whether rules and forwarding send mail inside or outside of the organisation.

use crate::read::read;

/// What the record says of its recipients: the domains, and whether one is outside.
fn recipients(
    user: &str,
    organisation: &str,
    argument: (&str, &str),
) -> (Vec<String>, Option<String>) {
    let (name, value) = (argument.0, argument.1.replace('"', "\\\""));
    let foreign = user.ends_with("partner.example");
    let row = format!(
        r#"{{"CreationTime":"2026-03-06T17:40:00","Id":"5f0b3f04-9a1c-4d0e-8d4f-0242ac120002","Operation":"New-InboxRule","RecordType":1,"ResultStatus":"True","UserType":2,"Workload":"Exchange","UserId":"{user}","OrganizationName":"{organisation}","ExternalAccess":{foreign},"Parameters":[{{"Name":"{name}","Value":"{value}"}}]}}"#
    );
    let record = read("audit.json", row.as_bytes()).only();
    (
        record
            .parameter("RecipientDomain")
            .map(str::to_owned)
            .collect(),
        record
            .parameter("RecipientOutside")
            .next()
            .map(str::to_owned),
    )
}

#[test]
fn addresses_are_inside_only_where_the_record_shows_it() {
    const TENANT: &str = "contoso.onmicrosoft.com";
    let pat = "pat@contoso.example";
    for (user, organisation, value, outside) in [
        (pat, TENANT, "kim@contoso.example", Some("False")),
        (pat, TENANT, "KIM@CONTOSO.EXAMPLE", Some("False")),
        (pat, TENANT, "smtp:kim@sales.contoso.example", Some("False")),
        (
            "pat@sales.contoso.example",
            TENANT,
            "kim@contoso.example",
            Some("False"),
        ),
        (pat, TENANT, "kim@contoso.onmicrosoft.com", Some("False")),
        (
            pat,
            TENANT,
            "\"Kim\" [SMTP:kim@contoso.example]",
            Some("False"),
        ),
        (pat, TENANT, "drop@mail.example", Some("True")),
        (
            pat,
            TENANT,
            "kim@contoso.example;drop@mail.example",
            Some("True"),
        ),
        (
            pat,
            TENANT,
            "kim@contoso.example, drop@mail.example",
            Some("True"),
        ),
        (
            pat,
            TENANT,
            "\"kim@contoso.example\" [SMTP:drop@mail.example]",
            Some("True"),
        ),
        (pat, TENANT, "drop@evil-contoso.example", Some("True")),
        (
            pat,
            TENANT,
            "drop@contoso.example.evil.example",
            Some("True"),
        ),
        (pat, TENANT, "drop@other.onmicrosoft.com", Some("True")),
        // A public suffix above the own domain belongs to everybody.
        ("pat@contoso.co.uk", TENANT, "drop@co.uk", Some("True")),
        (
            "pat@contoso.onmicrosoft.com",
            TENANT,
            "drop@onmicrosoft.com",
            Some("True"),
        ),
        // What cannot be read is not inside.
        (pat, TENANT, "kim@contoso.example;drop@", Some("True")),
        (pat, TENANT, "Kim Lee", None),
        (pat, TENANT, "", None),
        // A partner's administrator works from outside: his domain is not the tenant's.
        (
            "admin@partner.example",
            TENANT,
            "drop@partner.example",
            Some("True"),
        ),
        // Who acted has no domain, and the tenant is not named.
        ("S-1-5-18", "", "kim@contoso.example", None),
        (
            "S-1-5-18",
            TENANT,
            "kim@contoso.onmicrosoft.com",
            Some("False"),
        ),
    ] {
        let (_, found) = recipients(user, organisation, ("ForwardTo", value));
        assert_eq!(found.as_deref(), outside, "{user} to {value}");
    }
}

#[test]
fn each_domain_is_named_once() {
    let value = "a@mail.example;b@MAIL.example;kim@contoso.example";
    let (domains, _) = recipients("pat@contoso.example", "", ("RedirectTo", value));
    assert_eq!(domains, ["contoso.example", "mail.example"]);
}

#[test]
fn only_arguments_that_name_recipients_count() {
    let of = ("FromAddressContainsWords", "boss@mail.example");
    assert_eq!(
        recipients("pat@contoso.example", "", of),
        (Vec::new(), None)
    );
}
