//! Records of the schemas of which no real sample is at hand, made by hand after Microsoft's schema
//! reference, and the turns of meaning that the columns must get right.

use hourzero_model::{ActorKind, HappeningKey, Outcome, Record};

use crate::read::{compact, read};

/// A record with the members that all have, and these.
fn record(record_type: u32, operation: &str, workload: &str, members: &str) -> Record {
    let text = format!(
        r#"{{"CreationTime":"2026-03-06T17:40:00","Id":"id-1","Operation":"{operation}","OrganizationId":"6c1f","RecordType":{record_type},"UserKey":"100320021234ABCD","UserType":0,"Version":1,"Workload":"{workload}","UserId":"AP@contoso.example"{members}}}"#
    );
    read("audit.json", text.as_bytes()).only()
}

#[test]
fn outlook_rule_made_by_hand() {
    let found = record(
        2,
        "UpdateInboxRules",
        "Exchange",
        r#","ClientInfoString":"Client=MSExchangeRPC","ClientIPAddress":"203.0.113.9","LogonType":0,"MailboxOwnerUPN":"AP@contoso.example","OperationProperties":[{"Name":"RuleOperation","Value":"AddMailboxRule"},{"Name":"RuleId","Value":"77"},{"Name":"RuleName","Value":"."},{"Name":"RuleActions","Value":"[{\"ActionType\":\"Forward\",\"Recipients\":[\"x@fabrikam.example\",\"y@fabrikam.example\"],\"ForwardFlags\":\"None\"},{\"ActionType\":\"Delete\"}]"}]"#,
    );
    insta::assert_snapshot!("outlook_rule", compact(&found));
}

#[test]
fn accessed_messages_are_all_there_made_by_hand() {
    let found = record(
        50,
        "MailItemsAccessed",
        "Exchange",
        r#","ClientIPAddress":"203.0.113.9","ClientInfoString":"Client=REST;;","LogonType":"Owner","MailboxOwnerUPN":"ap@contoso.example","OperationCount":3,"OperationProperties":[{"Name":"MailAccessType","Value":"Bind"}],"AppAccessContext":{"AADSessionId":"0042","APIId":"00000003-0000-0000-c000-000000000000","ClientAppId":"FF8D92DC-3d82-41d6-bcbd-b9174d163620","IssuedAtTime":"2026-03-06T17:12:00","UniqueTokenId":"QkF_AQ"},"Folders":[{"Path":"\\Inbox","FolderItems":[{"InternetMessageId":"<a1@fabrikam.example>","Subject":"PO 4471"},{"InternetMessageId":"<a2@fabrikam.example>"}]},{"Path":"\\Sent Items","FolderItems":[{"InternetMessageId":"<a3@contoso.example>"}]}]"#,
    );
    insta::assert_snapshot!("accessed_messages", compact(&found));
}

#[test]
fn moved_messages_are_all_there_made_by_hand() {
    let found = record(
        3,
        "HardDelete",
        "Exchange",
        r#","MailboxOwnerUPN":"ap@contoso.example","Folder":{"Path":"\\Sent Items"},"DestFolder":{"Path":"\\Purges"},"AffectedItems":[{"Subject":"one","InternetMessageId":"<1@contoso.example>","ParentFolder":{"Path":"\\Sent Items"},"Attachments":"a.pdf (10b); b.xlsx (20b)"},{"Subject":"two","InternetMessageId":"<2@contoso.example>","ParentFolder":{"Path":"\\Drafts"}}]"#,
    );
    insta::assert_snapshot!("moved_messages", compact(&found));
}

#[test]
fn link_shared_with_an_outsider_made_by_hand() {
    let found = record(
        14,
        "AddedToSecureLink",
        "OneDrive",
        r#","ClientIP":"203.0.113.9","ObjectId":"https://contoso-my.sharepoint.example/personal/ap/Documents/Q1%20plan.xlsx","ItemType":"File","SiteUrl":"https://contoso-my.sharepoint.example/personal/ap","SourceFileName":"Q1 plan.xlsx","ListItemUniqueId":"2CD65D38-8e60-4746-9231-9674d16470a5","TargetUserOrGroupName":"out@fabrikam.example","TargetUserOrGroupType":"Guest","EventData":"<Type>Edit</Type>","AppAccessContext":{"AADSessionId":"0042","CorrelationId":"DD-1"},"UserAgent":"Mozilla/5.0""#,
    );
    insta::assert_snapshot!("shared_link", compact(&found));
}

#[test]
fn help_desk_chat_made_by_hand() {
    let found = record(
        25,
        "ChatCreated",
        "MicrosoftTeams",
        r#","ClientIP":"::ffff:203.0.113.9","ChatThreadId":"19:x@unq.gbl.spaces","CommunicationType":"OneOnOne","MessageURLs":["https://fabrikam.example/a","https://fabrikam.example/b"],"Members":[{"UPN":"Help@fabrikam.example","DisplayName":"Help Desk","Role":1},{"UPN":"ap@contoso.example","DisplayName":"AP","Role":0}],"ParticipantInfo":{"HasForeignTenantUsers":true,"ParticipatingTenantIds":["t1","t2"]},"ExtraProperties":[{"Key":"OsName","Value":"Windows"}]"#,
    );
    insta::assert_snapshot!("help_desk_chat", compact(&found));
}

#[test]
fn consent_to_an_application_made_by_hand() {
    let found = record(
        8,
        "Consent to application.",
        "AzureActiveDirectory",
        r#","ResultStatus":"Success","ObjectId":"ServicePrincipal_11111111-2222-4333-8444-555555555555","InterSystemsId":"AAAAAAAA-2222-4333-8444-555555555555","ExtendedProperties":[{"Name":"additionalDetails","Value":"{\"User-Agent\":\"EvoSTS\",\"AppId\":\"99999999-2222-4333-8444-555555555555\"}"},{"Name":"extendedAuditEventCategory","Value":"ServicePrincipal"}],"ModifiedProperties":[{"Name":"ConsentContext.IsAdminConsent","NewValue":"[\r\n  \"False\"\r\n]","OldValue":"[]"},{"Name":"TargetId.ServicePrincipalNames","NewValue":"99999999-2222-4333-8444-555555555555","OldValue":""}],"Actor":[{"ID":"ap@contoso.example","Type":5},{"ID":"100320021234ABCD","Type":3},{"ID":"User_0b7c0b7c-2222-4333-8444-555555555555","Type":2},{"ID":"0b7c0b7c-2222-4333-8444-555555555555","Type":2},{"ID":"User","Type":2}],"Target":[{"ID":"ServicePrincipal_11111111-2222-4333-8444-555555555555","Type":2},{"ID":"11111111-2222-4333-8444-555555555555","Type":2},{"ID":"ServicePrincipal","Type":2},{"ID":"Mail Helper","Type":1},{"ID":"99999999-2222-4333-8444-555555555555","Type":2}]"#,
    );
    insta::assert_snapshot!("consent", compact(&found));
    let link = HappeningKey::of(&[
        "dir",
        "aaaaaaaa-2222-4333-8444-555555555555",
        "Consent to application",
        "11111111-2222-4333-8444-555555555555",
    ]);
    assert_eq!(found.link_key, Some(link));
}

#[test]
fn mail_that_defender_judged_made_by_hand() {
    let found = record(
        28,
        "TIMailData",
        "ThreatIntelligence",
        r#","NetworkMessageId":"4B4A7F2E-143b-4cae-1844-08dcaa1c1a60","InternetMessageId":"<a1@fabrikam.example>","P1Sender":"a@fabrikam.example","P2Sender":"a@fabrikam.example","SenderIp":"198.51.100.7","Recipients":["AP@contoso.example","it@contoso.example"],"Subject":"Invoice","DeliveryAction":"Delivered","SystemOverrides":[{"Details":"Allowed sender","FinalOverride":"Yes"}],"AuthDetails":[{"Name":"SPF","Value":"Fail"}],"AttachmentData":[{"FileName":"inv.html","SHA256":"ab"}]"#,
    );
    insta::assert_snapshot!("judged_mail", compact(&found));
}

#[test]
fn a_sign_in_ends_as_its_error_number_says() {
    let cases = [
        (
            "UserLoggedIn",
            r#","ResultStatus":"Success","ErrorNumber":"0""#,
            Outcome::Success,
        ),
        (
            "UserLoggedIn",
            r#","ResultStatus":"Success","ErrorNumber":"50140""#,
            Outcome::Interrupted,
        ),
        (
            "UserLoginFailed",
            r#","ResultStatus":"Success","ErrorNumber":"50126""#,
            Outcome::Failure,
        ),
        (
            "UserLoginFailed",
            r#","ResultStatus":"Failed","ErrorNumber":"50074""#,
            Outcome::Interrupted,
        ),
        (
            "UserLoginFailed",
            r#","ResultStatus":"Success""#,
            Outcome::Failure,
        ),
        ("UserLoggedIn", r#","ErrorNumber":500121"#, Outcome::Failure),
        ("UserLoggedIn", "", Outcome::Success),
    ];
    for (operation, members, outcome) in cases {
        assert_eq!(
            record(15, operation, "AzureActiveDirectory", members).result,
            outcome,
            "{operation}{members}"
        );
    }
}

#[test]
fn other_acts_end_as_their_status_says() {
    let cases = [
        (1, r#","ResultStatus":"TRUE""#, Outcome::Success),
        (1, r#","ResultStatus":"False""#, Outcome::Failure),
        (
            2,
            r#","ResultStatus":"PartiallySucceeded""#,
            Outcome::Success,
        ),
        (8, r#","ResultStatus":"Failure""#, Outcome::Failure),
        (78, r#","ResultStatus":"New""#, Outcome::Unknown),
        (1, "", Outcome::Unknown),
        (6, "", Outcome::Success),
        (50, "", Outcome::Success),
    ];
    for (kind, members, outcome) in cases {
        assert_eq!(
            record(kind, "Act", "Exchange", members).result,
            outcome,
            "{kind}{members}"
        );
    }
}

#[test]
fn a_sign_in_shares_its_key_with_the_sign_in_log() {
    let found = record(
        15,
        "UserLoggedIn",
        "AzureActiveDirectory",
        r#","IntraSystemId":"ABC-1","ErrorNumber":"0""#,
    );
    assert_eq!(found.record_id, "id-1");
    assert_eq!(found.id_key, Some(HappeningKey::of(&["id", "abc-1"])));
}

#[test]
fn who_acted_is_told_by_name_before_type() {
    let cases: &[(&str, &str, ActorKind, Option<&str>)] = &[
        (r"NT AUTHORITY\\SYSTEM (w3wp)", "3", ActorKind::System, None),
        (
            "ServicePrincipal_11111111-2222-4333-8444-555555555555",
            "4",
            ActorKind::App,
            None,
        ),
        ("app@sharepoint", "0", ActorKind::App, None),
        ("urn:spo:anon#ab12", "0", ActorKind::Anonymous, None),
        (
            "urn:spo:guest#Ext@fabrikam.example",
            "0",
            ActorKind::Guest,
            Some("ext@fabrikam.example"),
        ),
        (
            "ext_fabrikam.example#EXT#@contoso.example",
            "0",
            ActorKind::Guest,
            Some("ext_fabrikam.example#ext#@contoso.example"),
        ),
        (
            "Sync_DC1_ab@contoso.example",
            "0",
            ActorKind::Service,
            Some("sync_dc1_ab@contoso.example"),
        ),
        ("SecurityComplianceAlerts", "4", ActorKind::Service, None),
        (
            "tech@fabrikam.example",
            "9",
            ActorKind::Partner,
            Some("tech@fabrikam.example"),
        ),
        (
            "guest@fabrikam.example",
            "10",
            ActorKind::Guest,
            Some("guest@fabrikam.example"),
        ),
        (
            "AP@contoso.example",
            "5",
            ActorKind::App,
            Some("ap@contoso.example"),
        ),
        ("Not Available", "0", ActorKind::User, None),
        (
            "0123456789abcdef0123456789abcdefGone@contoso.example",
            "0",
            ActorKind::User,
            Some("gone@contoso.example"),
        ),
    ];
    for (user, user_type, kind, upn) in cases {
        let text = format!(
            r#"{{"CreationTime":"2026-03-06T17:40:00","Id":"1","Operation":"Act","RecordType":1,"UserType":{user_type},"Workload":"Exchange","UserId":"{user}"}}"#
        );
        let actor = read("audit.json", text.as_bytes()).only().actor;
        assert_eq!((actor.kind, actor.upn.as_deref()), (*kind, *upn), "{user}");
    }
}

#[test]
fn an_unknown_record_type_is_an_event_with_its_number() {
    let found = record(
        9999,
        "Something",
        "NewWorkload",
        r#","Deep":{"A":{"B":[1,2]}},"Flag":true"#,
    );
    assert_eq!(found.record_type.as_deref(), Some("9999"));
    assert_eq!(found.parameter("Deep.A.B").collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(found.parameter("Flag").collect::<Vec<_>>(), ["True"]);
}
