//! Which records make which foothold, whose it is, and what takes it away: the same from every log.

#[cfg(test)]
mod tests {
    use hourzero_model::{
        ActorKind, ArtefactId, Attribution, Change, EvidenceRef, Foothold, FootholdState, Form,
        Log, Outcome, Provenance, Record, State, Timestamp,
    };
    use hourzero_scope::{
        Event, Label, REMOVING_OPERATIONS, acted_on, footholds, key_used, read_states,
    };
    use serde_json::json;

    const ADMIN: &str = "admin@contoso.example";
    const PAT: &str = "pat@contoso.example";
    const SAM: &str = "sam@contoso.example";
    const ID: &str = "11111111-2222-3333-4444-555555555555";
    const OTHER: &str = "99999999-8888-7777-6666-555555555555";

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_micros(1_772_000_000_000_000).plus_seconds(minutes * 60)
    }

    /// A record in words: act, who, target (kind, id, name), facts, changes as name, old, new.
    struct Said<'t> {
        operation: &'t str,
        actor: &'t str,
        target: (&'t str, &'t str, &'t str),
        facts: &'t [(&'t str, &'t str)],
        changes: &'t [(&'t str, &'t str, &'t str)],
    }

    const fn said<'t>(
        operation: &'t str,
        actor: &'t str,
        target: (&'t str, &'t str, &'t str),
        facts: &'t [(&'t str, &'t str)],
        changes: &'t [(&'t str, &'t str, &'t str)],
    ) -> Said<'t> {
        Said {
            operation,
            actor,
            target,
            facts,
            changes,
        }
    }

    fn event(minutes: i64, said: &Said<'_>) -> Event {
        let provenance = Provenance {
            artefact: ArtefactId::from_bytes([7; 32]),
            position: u64::try_from(minutes).unwrap() + 1,
            offset: 0,
            length: 0,
        };
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let mut record = Record::new(provenance, Form("x"), Log::UnifiedAudit, at(minutes));
        record.operation = said.operation.to_owned();
        record.result = Outcome::Success;
        record.actor.upn = some(said.actor);
        record.actor.kind = if said.actor.is_empty() {
            ActorKind::App
        } else {
            ActorKind::User
        };
        record.target.kind = some(said.target.0);
        record.target.id = some(said.target.1);
        record.target.name = some(said.target.2);
        for (name, value) in said.facts {
            if *name == "owner" {
                record.owner = some(value);
            } else if *name == "ResultReason" {
                record.result_reason = some(value);
            } else {
                record.parameters.push(((*name).into(), (*value).into()));
            }
        }
        record.changed = said
            .changes
            .iter()
            .map(|(name, old, new)| Change {
                name: (*name).to_owned(),
                old: some(old),
                new: some(new),
            })
            .collect();
        Event {
            evidence: EvidenceRef {
                record_id: format!("{}-{minutes}", said.operation),
                file: "ual.json".to_owned(),
                sha256: provenance.artefact,
                position: provenance.position,
            },
            witnesses: Vec::new(),
            findings: Vec::new(),
            network_class: None,
            label: None,
            record,
        }
    }

    fn row(foothold: &Foothold) -> String {
        format!(
            "{}|{}|{}|{}|{}",
            foothold.kind, foothold.target, foothold.object_id, foothold.account, foothold.state
        )
    }

    /// What records make, with what comes after them; every one of `after` is a removing operation.
    fn check(made: &[Said<'_>], after: &[Said<'_>], expected: &[&str]) {
        let events: Vec<Event> = made
            .iter()
            .zip(0..)
            .map(|(said, minutes)| event(minutes, said))
            .collect();
        for said in after {
            assert!(
                REMOVING_OPERATIONS.contains(&said.operation),
                "{} is not read",
                said.operation
            );
        }
        let removals: Vec<Event> = after
            .iter()
            .zip(100..)
            .map(|(said, minutes)| event(minutes, said))
            .collect();
        let rows: Vec<String> = footholds(&events, &removals).iter().map(row).collect();
        assert_eq!(rows, expected);
    }

    #[test]
    fn rules_of_a_mailbox() {
        let mut rule = said(
            "New-InboxRule",
            PAT,
            ("rule", "", ".."),
            &[("Name", ".."), ("MoveToFolder", "RSS Feeds")],
            &[],
        );
        check(
            &[rule],
            &[],
            &["inbox-rule|..||pat@contoso.example|unknown"],
        );
        rule = said("New-InboxRule", PAT, ("rule", "", ".."), &[], &[]);
        let gone = said(
            "Remove-InboxRule",
            ADMIN,
            ("rule", "", ".."),
            &[("owner", PAT), ("Identity", r"pat\..")],
            &[],
        );
        check(
            &[rule],
            &[gone],
            &["inbox-rule|..||pat@contoso.example|removed"],
        );
        // A hidden rule has a number only; the rule of the same name in another mailbox is another one.
        let hidden = said(
            "UpdateInboxRules",
            PAT,
            ("rule", "938748", ""),
            &[("owner", PAT), ("RuleOperation", "AddMailboxRule")],
            &[],
        );
        let elsewhere = said(
            "Remove-InboxRule",
            ADMIN,
            ("rule", "", "938748"),
            &[("owner", SAM)],
            &[],
        );
        check(
            &[hidden],
            &[elsewhere],
            &["inbox-rule||938748|pat@contoso.example|unknown"],
        );
        let deleted = said(
            "UpdateInboxRules",
            PAT,
            ("rule", "1", ""),
            &[("owner", PAT), ("RuleOperation", "DeleteMailboxRule")],
            &[],
        );
        check(&[deleted], &[], &[]);
    }

    #[test]
    fn forwarding_and_rights() {
        let set = |facts| said("Set-Mailbox", PAT, ("mailbox", ID, PAT), facts, &[]);
        check(
            &[set(&[
                ("owner", PAT),
                ("ForwardingSmtpAddress", "smtp:drop@evil.example"),
            ])],
            &[set(&[("owner", PAT), ("ForwardingSmtpAddress", "")])],
            &["forwarding|drop@evil.example||pat@contoso.example|removed"],
        );
        check(
            &[set(&[
                ("owner", PAT),
                ("ForwardingSmtpAddress", "smtp:drop@evil.example"),
            ])],
            &[set(&[("owner", PAT), ("MaxSendSize", "35 MB")])],
            &["forwarding|drop@evil.example||pat@contoso.example|unknown"],
        );
        check(
            &[set(&[("owner", PAT), ("GrantSendOnBehalfTo", SAM)])],
            &[],
            &["delegate|sam@contoso.example||pat@contoso.example|unknown"],
        );
        check(
            &[set(&[("owner", PAT), ("MaxSendSize", "35 MB")])],
            &[],
            &[],
        );
        let added = said(
            "Add-MailboxPermission",
            ADMIN,
            ("mailbox", ID, PAT),
            &[
                ("owner", PAT),
                ("User", SAM),
                ("AccessRights", "FullAccess"),
            ],
            &[],
        );
        let gone = said(
            "Remove-MailboxPermission",
            ADMIN,
            ("mailbox", ID, PAT),
            &[("owner", PAT), ("User", "Sam@contoso.example")],
            &[],
        );
        check(
            &[added],
            &[gone],
            &["delegate|sam@contoso.example||pat@contoso.example|removed"],
        );
        let folder = said(
            "AddFolderPermissions",
            PAT,
            ("folder", "", r"\Inbox"),
            &[("owner", PAT), ("Item.ParentFolder.MemberUpn", SAM)],
            &[],
        );
        check(
            &[folder],
            &[],
            &["delegate|sam@contoso.example||pat@contoso.example|unknown"],
        );
    }

    #[test]
    fn one_consent_is_one_grant() {
        let consent = said(
            "Consent to application",
            PAT,
            ("service-principal", ID, "eM Client"),
            &[("AppId", OTHER)],
            &[("ConsentAction.Permissions", "", "Scope: Mail.Read")],
        );
        // The grant's own record names the resource, Microsoft Graph, as its target.
        let grant = said(
            "Add delegated permission grant",
            PAT,
            ("service-principal", ID, "Microsoft Graph"),
            &[],
            &[
                ("DelegatedPermissionGrant.Scope", "", " Mail.Read"),
                ("ServicePrincipal.ObjectID", "", ID),
            ],
        );
        let gone = said(
            "Remove service principal",
            ADMIN,
            ("service-principal", ID, "eM Client"),
            &[],
            &[],
        );
        let expected = "oauth-grant|eM Client|11111111-2222-3333-4444-555555555555|pat@contoso.example|removed";
        check(&[grant, consent], &[gone], &[expected]);
    }

    #[test]
    fn an_application_permission_has_its_application_s_name() {
        let principal = said(
            "Add service principal",
            ADMIN,
            ("service-principal", ID, "Backup Connector"),
            &[],
            &[],
        );
        let role = said(
            "Add app role assignment to service principal",
            ADMIN,
            ("service-principal", ID, "Microsoft Graph"),
            &[],
            &[
                ("AppRole.Value", "", "Mail.ReadWrite"),
                ("ServicePrincipal.ObjectID", "", ID),
            ],
        );
        let expected = "app-role|Backup Connector|11111111-2222-3333-4444-555555555555||unknown";
        check(&[principal, role], &[], &[expected]);
    }

    #[test]
    fn keys_are_told_apart() {
        const KEYS: &str = "Update application - Certificates and secrets management";
        let one = "[KeyIdentifier=aaa,KeyType=Password,KeyUsage=Verify,DisplayName=old]";
        let two = "[KeyIdentifier=aaa,KeyType=Password,KeyUsage=Verify,DisplayName=old],[KeyIdentifier=bbb,KeyType=Password,KeyUsage=Verify,DisplayName=backup]";
        let added = [("KeyDescription", one, two)];
        let removed = [("KeyDescription", two, one)];
        let app = ("app", ID, "Intranet Portal");
        check(
            &[said(KEYS, ADMIN, app, &[], &added)],
            &[said(KEYS, ADMIN, app, &[], &removed)],
            &["app-credential|Intranet Portal|bbb||removed"],
        );
        check(
            &[said(KEYS, ADMIN, app, &[], &added)],
            &[said(KEYS, ADMIN, app, &[], &added)],
            &["app-credential|Intranet Portal|bbb||unknown"],
        );
    }

    #[test]
    fn roles_groups_and_units_belong_to_their_member_in_both_logs() {
        let role = &[
            ("Role.ObjectID", "", OTHER),
            ("Role.DisplayName", "", "Global Administrator"),
            (
                "Role.TemplateId",
                "",
                "62e90394-69f5-4237-9190-012177145e10",
            ),
        ][..];
        let removed = said(
            "Remove member from role",
            ADMIN,
            ("user", ID, PAT),
            &[],
            &[("Role.DisplayName", "", "Global Administrator")],
        );
        let expected = "role|Global Administrator|99999999-8888-7777-6666-555555555555|pat@contoso.example|removed";
        // The unified audit log gives the role's id with the member's name.
        let unified = said("Add member to role", ADMIN, ("role", OTHER, PAT), &[], role);
        let directory = said(
            "Add member to role",
            ADMIN,
            ("user", ID, PAT),
            &[("Target.Role", OTHER), ("Target.Id", OTHER)],
            role,
        );
        check(&[unified, directory], &[removed], &[expected]);
        let group = &[
            ("Group.ObjectID", "", OTHER),
            ("Group.DisplayName", "", "Role - Helpdesk"),
        ][..];
        check(
            &[said(
                "Add member to group",
                ADMIN,
                ("group", OTHER, PAT),
                &[],
                group,
            )],
            &[said(
                "Remove member from group",
                ADMIN,
                ("user", ID, PAT),
                &[("Target.Id", OTHER)],
                &[],
            )],
            &[
                "group|Role - Helpdesk|99999999-8888-7777-6666-555555555555|pat@contoso.example|removed",
            ],
        );
        const UNIT: &str = "Add member to restricted management administrative unit";
        let unit = "restricted-unit|Executives|99999999-8888-7777-6666-555555555555|pat@contoso.example|unknown";
        let facts = &[("Target.Other", "Executives"), ("Target.Id", OTHER)][..];
        check(
            &[
                said(
                    UNIT,
                    ADMIN,
                    ("other", OTHER, PAT),
                    &[("ObjectId", PAT)],
                    &[],
                ),
                said(UNIT, ADMIN, ("user", ID, PAT), facts, &[]),
            ],
            &[],
            &[unit],
        );
    }

    #[test]
    fn four_records_tell_of_one_device() {
        let object = [
            ("Device.ObjectID", "", OTHER),
            ("Device.DisplayName", "", "DESKTOP-D6CFC47"),
        ];
        let made = [
            said(
                "Add registered owner to device",
                "",
                ("device", OTHER, PAT),
                &[],
                &object,
            ),
            said(
                "Add registered users to device",
                "",
                ("device", OTHER, PAT),
                &[],
                &object,
            ),
            said(
                "Add device",
                "",
                ("device", OTHER, "DESKTOP-D6CFC47"),
                &[("DeviceId", ID)],
                &[],
            ),
            said(
                "Register device",
                PAT,
                ("device", ID, "DESKTOP-D6CFC47"),
                &[("Device Id", ID)],
                &[],
            ),
        ];
        let off = said(
            "Update device",
            ADMIN,
            ("device", OTHER, "DESKTOP-D6CFC47"),
            &[],
            &[("AccountEnabled", "True", "False")],
        );
        let expected =
            "device|DESKTOP-D6CFC47|11111111-2222-3333-4444-555555555555|pat@contoso.example";
        check(&made, &[], &[&format!("{expected}|unknown")]);
        check(&made, &[off], &[&format!("{expected}|removed")]);
    }

    #[test]
    fn methods_by_reason_or_by_property() {
        let registered = said(
            "User registered security info",
            PAT,
            ("user", ID, PAT),
            &[(
                "ResultReason",
                "User registered Authenticator App with Notification and Code",
            )],
            &[],
        );
        let deleted = said(
            "Admin deleted security info",
            ADMIN,
            ("user", ID, PAT),
            &[(
                "ResultReason",
                "Admin deleted Authenticator App with Notification and Code method for user",
            )],
            &[],
        );
        check(
            &[registered],
            &[deleted],
            &[
                "authentication-method|Authenticator App with Notification and Code||pat@contoso.example|removed",
            ],
        );
        // The unified audit log lacks those records: the property of the user tells.
        let hello = said(
            "Update user",
            "",
            ("user", ID, PAT),
            &[],
            &[("SearchableDeviceKey", "[]", r#"[{"usage":"NGC"}]"#)],
        );
        let renamed = said(
            "Update user",
            ADMIN,
            ("user", ID, PAT),
            &[],
            &[("City", "", "Oslo")],
        );
        check(
            &[hello, renamed],
            &[],
            &["authentication-method|Windows Hello for Business||pat@contoso.example|unknown"],
        );
    }

    #[test]
    fn policies_and_domains() {
        let excluded =
            r#"{"state":"enabled","excludeUsers":["11111111-2222-3333-4444-555555555555"]}"#;
        let whole = r#"{"state":"enabled","excludeUsers":[]}"#;
        let policy = ("policy", OTHER, "CA001");
        let made = [("PolicyDetail", whole, excluded)];
        let back = [("ConditionalAccessPolicy", excluded, whole)];
        let same = [("ConditionalAccessPolicy", whole, whole)];
        let expected = "policy|CA001|99999999-8888-7777-6666-555555555555|";
        let updated = |change| {
            said(
                "Update conditional access policy",
                ADMIN,
                policy,
                &[],
                change,
            )
        };
        check(
            &[said("Update policy", ADMIN, policy, &[], &made)],
            &[updated(&back)],
            &[&format!("{expected}|removed")],
        );
        check(&[updated(&same)], &[], &[]);
        // Somebody else's change of which the record tells the policy's name and state alone takes nothing back.
        let named = r#"{"displayName":"CA001","state":"enabled"}"#;
        let touched = [("ConditionalAccessPolicy", named, named)];
        check(
            &[said("Update policy", ADMIN, policy, &[], &made)],
            &[updated(&touched)],
            &[&format!("{expected}|unknown")],
        );
        let domain = ("other", "", "sso-contoso.example");
        let live = [("LiveType", "Managed", "Federated")];
        let managed = [("LiveType", "Federated", "Managed")];
        check(
            &[
                said("Add unverified domain", ADMIN, domain, &[], &[]),
                said("Set domain authentication", ADMIN, domain, &[], &live),
            ],
            &[said(
                "Set domain authentication",
                ADMIN,
                domain,
                &[],
                &managed,
            )],
            &["federation|sso-contoso.example|||removed"],
        );
    }

    #[test]
    fn audit_mail_flow_flows_and_accounts() {
        let bypass = |value| {
            said(
                "Set-MailboxAuditBypassAssociation",
                ADMIN,
                ("mailbox", ID, PAT),
                value,
                &[],
            )
        };
        check(
            &[bypass(&[("AuditBypassEnabled", "True")])],
            &[bypass(&[("AuditBypassEnabled", "False")])],
            &["audit|pat@contoso.example|11111111-2222-3333-4444-555555555555||removed"],
        );
        check(&[bypass(&[("AuditBypassEnabled", "False")])], &[], &[]);
        let rule = said(
            "New-TransportRule",
            ADMIN,
            ("transport-rule", "", "."),
            &[],
            &[],
        );
        check(
            &[rule],
            &[said(
                "Disable-TransportRule",
                ADMIN,
                ("transport-rule", "", "."),
                &[],
                &[],
            )],
            &["transport-rule|.|||removed"],
        );
        let flow = said(
            "CreateFlow",
            PAT,
            ("", ID, ""),
            &[("FlowConnectorNames", "Gmail")],
            &[],
        );
        check(
            &[flow],
            &[],
            &["flow|Gmail|11111111-2222-3333-4444-555555555555|pat@contoso.example|unknown"],
        );
        check(
            &[said("Add user", ADMIN, ("user", ID, SAM), &[], &[])],
            &[said("Disable account", ADMIN, ("user", ID, SAM), &[], &[])],
            &[
                "account|sam@contoso.example|11111111-2222-3333-4444-555555555555|sam@contoso.example|removed",
            ],
        );
    }

    #[test]
    fn what_was_done_to_another_account_leads_there() {
        let on = |said: Said<'_>| {
            let on = acted_on(&event(0, &said)).into_iter();
            on.map(|(account, kind)| format!("{kind} {account}"))
                .collect::<Vec<_>>()
        };
        let user = ("user", ID, PAT);
        let role = &[("Role.DisplayName", "", "Global Administrator")][..];
        let let_in = |by| {
            let facts = &[
                ("owner", PAT),
                ("User", SAM),
                ("AccessRights", "FullAccess"),
            ];
            said(
                "Add-MailboxPermission",
                by,
                ("mailbox", ID, PAT),
                facts,
                &[],
            )
        };
        const PHONE: &[(&str, &str)] =
            &[("ResultReason", "Admin registered phone method for user")];
        let method = said("Admin registered security info", ADMIN, user, PHONE, &[]);
        let cases = [
            (said("Add user", ADMIN, user, &[], &[]), "created-account"),
            (
                said("Reset user password", ADMIN, user, &[], &[]),
                "password-reset",
            ),
            (
                said("Add member to role", ADMIN, user, &[], role),
                "role-granted",
            ),
            (method, "method-registered"),
            (let_in(ADMIN), "delegation"),
        ];
        for (act, kind) in cases {
            assert_eq!(on(act), [format!("{kind} {PAT}")]);
        }
        // Whoever lets somebody into his own mailbox acts on nobody else.
        assert!(on(let_in(PAT)).is_empty());
        assert!(on(said("Reset user password", PAT, user, &[], &[])).is_empty());
        let mut refused = event(0, &said("Reset user password", ADMIN, user, &[], &[]));
        refused.record.result = Outcome::Failure;
        assert!(acted_on(&refused).is_empty());
    }

    #[test]
    fn a_later_state_says_whether_it_stands() {
        let rule = said("New-InboxRule", PAT, ("rule", "", ".."), &[], &[]);
        let events = [event(0, &rule)];
        let state = |minutes, enabled: bool| State {
            provenance: events[0].record.provenance,
            form: Form("x"),
            kind: "inbox-rule".to_owned(),
            id: "17".to_owned(),
            name: Some("..".to_owned()),
            owner: Some(PAT.to_owned()),
            as_of: Some(at(minutes)),
            properties: json!({ "isEnabled": enabled }).as_object().unwrap().clone(),
        };
        for (states, expected) in [
            (vec![state(5, true)], FootholdState::Present),
            (vec![state(5, false)], FootholdState::Removed),
            (
                vec![state(5, true), state(9, false)],
                FootholdState::Removed,
            ),
            // What was read before it was made says nothing.
            (Vec::new(), FootholdState::Unknown),
        ] {
            let mut found = footholds(&events, &[]);
            read_states(&mut found, &states);
            assert_eq!(found[0].state, expected);
        }
    }

    /// A sign-in of an application with a key, from a place of the attacker's or from another.
    fn by_key(minutes: i64, is_his: bool) -> Event {
        let facts = [("CredentialKeyId", ID)];
        let mut event = event(
            minutes,
            &said("Sign-in activity", "", ("", "", ""), &facts, &[]),
        );
        event.record.log = Log::SignIn;
        event.record.app_name = Some("Invoice sync".to_owned());
        if is_his {
            event.label = Some(Label {
                attribution: Attribution::Attacker,
                confidence: None,
                reason: String::new(),
            });
        }
        event
    }

    #[test]
    fn a_key_with_which_the_attacker_signed_in_stands_whoever_made_it() {
        let events = [by_key(5, true), by_key(9, true)];
        assert_eq!(key_used(&events[0]).as_deref(), Some(ID));
        let rows = footholds(&events, &[]);
        assert_eq!(
            rows.iter().map(row).collect::<Vec<_>>(),
            [format!("app-key|Invoice sync|{ID}||unknown")]
        );
        assert_eq!(rows[0].created, at(5));
        // The program's own sign-ins with it are nobody's foothold.
        assert!(footholds(&[by_key(5, false)], &[]).is_empty());
    }

    #[test]
    fn a_key_that_was_seen_being_made_is_told_once() {
        let new = format!("[KeyIdentifier={ID},KeyType=Password,KeyUsage=Verify,DisplayName=x]");
        let changes = [("KeyDescription", "[]", new.as_str())];
        let target = ("app", OTHER, "Invoice sync");
        let made = said(
            "Add service principal credentials",
            ADMIN,
            target,
            &[],
            &changes,
        );
        let rows = footholds(&[event(1, &made), by_key(5, true)], &[]);
        let kinds: Vec<&str> = rows.iter().map(|row| row.kind.as_str()).collect();
        assert_eq!(kinds, ["app-credential"]);
    }
}
