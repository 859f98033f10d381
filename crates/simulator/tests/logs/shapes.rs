//! Records have the shape of real ones. What differs is listed with its reason; anything else fails.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_simulator::logs::{LogRecord, Source};
use serde_json::Value;

use super::acts;
use super::shape::{Shape, pattern};
use super::support::{days, samples, table};

/// Every record of a log, of the days and of the rare acts.
fn ours(source: Source) -> Vec<Value> {
    days()
        .records()
        .chain(acts::records())
        .filter(|record| record.source == source)
        .map(|record: &LogRecord| serde_json::from_str(&record.json).unwrap())
        .collect()
}

/// The JSON in the cells of a column, as far as it is JSON.
fn cells(rows: &[BTreeMap<String, String>], column: &str) -> Vec<Value> {
    rows.iter()
        .filter_map(|row| serde_json::from_str(row.get(column)?).ok())
        .collect()
}

fn lines(name: &str) -> Vec<Value> {
    let Some(folder) = samples() else {
        return Vec::new();
    };
    let text = std::fs::read_to_string(folder.join(name)).unwrap();
    let wrapped: Vec<Value> = serde_json::from_str(&text).unwrap();
    wrapped
        .iter()
        .filter_map(|event| serde_json::from_str(event["_raw"].as_str()?).ok())
        .collect()
}

fn members<'v>(rows: &'v [Value], key: &str) -> Vec<&'v Value> {
    rows.iter().filter_map(|row| row.get(key)).collect()
}

/// Texts of ours that hold JSON, read.
fn texts(rows: &[Value], key: &str) -> Vec<Value> {
    rows.iter()
        .filter_map(|row| serde_json::from_str(row.get(key)?.as_str()?).ok())
        .collect()
}

/// Differences that are known, by how they begin, with their reasons.
const REASONS: &[(&str, &str)] = &[
    (
        "signIn: ours has appliedConditionalAccessPolicies[].",
        "the beta of Graph says more of policies than v1.0, from which the sample is",
    ),
    (
        "signIn.appliedConditionalAccessPolicies: [].conditions",
        "Log Analytics has bits where Graph has words",
    ),
    (
        "signIn.appliedConditionalAccessPolicies: ours has [].sessionControlsNotSatisfied",
        "Graph only",
    ),
    (
        "signIn.appliedConditionalAccessPolicies: real has [].enforcedSessionControls[]",
        "no policy of the tenant has session controls",
    ),
    (
        "signIn.sessionLifetimePolicies: real has",
        "no policy of the tenant has session controls",
    ),
    (
        "signIn.location: ours has geoCoordinates.altitude",
        "Graph has it, always null; Log Analytics leaves it out",
    ),
    (
        "signIn.authenticationDetails: real has",
        "Log Analytics only",
    ),
    (
        "signIn columns: real has",
        "a column of Log Analytics itself, or another name of a property that is there",
    ),
    (
        "audit.initiatedBy: ours has user.",
        "Graph has it, always null; Log Analytics leaves it out",
    ),
    (
        "audit.initiatedBy: real has user.roles",
        "Log Analytics only",
    ),
    (
        "audit.targetResources: real has [].blatempistrativeUnits",
        "Log Analytics only (the name was damaged when the set was made anonymous)",
    ),
    (
        "audit properties: real has",
        "that row of the sample changed another property",
    ),
    (
        "trace: real has",
        "the reporting web service adds it; Graph does not have it",
    ),
    (
        "CloudAppEvents: ours has",
        "newer than the sample (facts/logs-collect.md §6)",
    ),
    (
        "AlertEvidence.AdditionalFields: real has",
        "keys depend on the detector, of which each product has many",
    ),
    (
        "CloudAppEvents.ActivityObjects: real has",
        "objects of operations that the days do not hold",
    ),
    ("risk: real has", "Log Analytics only"),
];

/// Log Analytics' own columns.
const WORKSPACE: [&str; 4] = ["TenantId", "TimeGenerated", "SourceSystem", "Type"];

fn explained(differences: Vec<String>) -> String {
    let mut listed: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut unknown = Vec::new();
    for difference in differences {
        let reason = REASONS
            .iter()
            .find(|(begins, _)| difference.starts_with(begins))
            .map(|(_, reason)| *reason);
        match reason {
            Some(reason) => {
                listed.entry(reason).or_default().insert(difference);
            }
            None => unknown.push(difference),
        }
    }
    assert!(
        unknown.is_empty(),
        "without a reason:\n{}",
        unknown.join("\n")
    );
    listed
        .into_iter()
        .map(|(reason, found)| {
            let found: Vec<String> = found.into_iter().collect();
            format!("{reason}\n  {}", found.join("\n  "))
        })
        .collect::<Vec<_>>()
        .join("\n")
}

/// Properties of the beta of Graph (`facts/schemas.md` §3.1) that the sample, from v1.0, cannot have; the
/// last three are not there and are named by Microsoft's generated clients of the beta.
const BETA: &[&str] = &[
    "authenticationDetails",
    "authenticationMethodsUsed",
    "authenticationProcessingDetails",
    "authenticationProtocol",
    "authenticationRequirement",
    "authenticationRequirementPolicies",
    "authenticationContextClassReferences",
    "authenticationAppDeviceDetails",
    "autonomousSystemNumber",
    "clientCredentialType",
    "conditionalAccessAudiences",
    "crossTenantAccessType",
    "federatedCredentialId",
    "flaggedForReview",
    "globalSecureAccessIpAddress",
    "homeTenantId",
    "homeTenantName",
    "incomingTokenType",
    "ipAddressFromResourceProvider",
    "isTenantRestricted",
    "isThroughGlobalSecureAccess",
    "managedServiceIdentity",
    "mfaDetail",
    "networkLocationDetails",
    "originalRequestId",
    "originalTransferMethod",
    "processingTimeInMilliseconds",
    "resourceServicePrincipalId",
    "resourceOwnerTenantId",
    "resourceTenantId",
    "appOwnerTenantId",
    "servicePrincipalCredentialKeyId",
    "servicePrincipalCredentialThumbprint",
    "servicePrincipalId",
    "servicePrincipalName",
    "sessionId",
    "sessionLifetimePolicies",
    "signInEventTypes",
    "signInIdentifier",
    "signInIdentifierType",
    "signInTokenProtectionStatus",
    "tokenIssuerName",
    "tokenIssuerType",
    "tokenProtectionStatusDetails",
    "uniqueTokenIdentifier",
    "userAgent",
    "userType",
    "appliedEventListeners",
    "authenticationAppPolicyEvaluationDetails",
    "privateLinkDetails",
];

/// Leaves out what we have and the sample cannot have, because a list of Microsoft's names it.
fn undocumented(differences: Vec<String>, documented: &[&str]) -> Vec<String> {
    differences
        .into_iter()
        .filter(|difference| {
            !documented.iter().any(|name| {
                difference
                    .split_once("ours has ")
                    .is_some_and(|(_, path)| path.split(['.', '[']).next() == Some(*name))
            })
        })
        .collect()
}

#[test]
fn sign_ins_have_the_shape_of_real_ones() {
    if samples().is_none() {
        return;
    }
    let ours = ours(Source::SignIns);
    let real = lines("cribl/7cieEB.json");
    let mut found = undocumented(
        Shape::of(&ours).differences(&Shape::of(&real), "signIn"),
        BETA,
    );
    let interactive = table("SigninLogs");
    let silent = table("AADNonInteractiveUserSignInLogs");
    for (column, key) in [
        ("DeviceDetail", "deviceDetail"),
        ("LocationDetails", "location"),
        ("Status", "status"),
        ("AuthenticationDetails", "authenticationDetails"),
        (
            "AuthenticationProcessingDetails",
            "authenticationProcessingDetails",
        ),
        (
            "AuthenticationRequirementPolicies",
            "authenticationRequirementPolicies",
        ),
        (
            "ConditionalAccessPolicies",
            "appliedConditionalAccessPolicies",
        ),
        ("MfaDetail", "mfaDetail"),
        ("NetworkLocationDetails", "networkLocationDetails"),
        ("SessionLifetimePolicies", "sessionLifetimePolicies"),
    ] {
        let mut real = cells(&interactive, column);
        real.extend(cells(&silent, column));
        let ours = Shape::of(members(&ours, key));
        found.extend(ours.differences(&Shape::of(&real), &format!("signIn.{key}")));
    }
    let keys: BTreeSet<String> = ours
        .iter()
        .flat_map(|row| row.as_object().unwrap().keys())
        .map(|key| key.to_lowercase())
        .collect();
    for name in [
        "SigninLogs",
        "AADNonInteractiveUserSignInLogs",
        "AADServicePrincipalSignInLogs",
        "AADManagedIdentitySignInLogs",
    ] {
        for column in table(name).first().into_iter().flat_map(BTreeMap::keys) {
            if !keys.contains(&column.to_lowercase()) {
                found.push(format!("signIn columns: real has {column}"));
            }
        }
    }
    insta::assert_snapshot!(explained(found));
}

/// Patterns of our texts that no real text has.
fn patterns(ours: &[&Value], real: &[&Value], what: &str) -> Vec<String> {
    let of = |values: &[&Value]| -> BTreeSet<String> {
        values
            .iter()
            .filter_map(|value| value.as_str())
            .filter(|text| !text.is_empty())
            .map(pattern)
            .collect()
    };
    let real = of(real);
    of(ours)
        .difference(&real)
        .map(|one| format!("{what}: {one} is none of {real:?}"))
        .collect()
}

#[test]
fn texts_of_sign_ins_have_the_patterns_of_real_ones() {
    let real = lines("cribl/7cieEB.json");
    let ours = ours(Source::SignIns);
    if real.is_empty() {
        return;
    }
    let mut found = Vec::new();
    for key in [
        "id",
        "createdDateTime",
        "userId",
        "appId",
        "correlationId",
        "resourceId",
    ] {
        found.extend(patterns(&members(&ours, key), &members(&real, key), key));
    }
    let rows = table("SigninLogs");
    let length = |text: &str| text.len() == 22;
    assert!(rows.iter().all(|row| length(&row["UniqueTokenIdentifier"])));
    assert!(
        ours.iter()
            .all(|row| length(row["uniqueTokenIdentifier"].as_str().unwrap()))
    );
    assert_eq!(found, Vec::<String>::new());
}

/// Values of a property, where it is a text or a list of texts.
fn values(rows: &[Value], path: &[&str]) -> BTreeSet<String> {
    fn walk(value: &Value, path: &[&str], found: &mut BTreeSet<String>) {
        match (value, path) {
            (Value::Array(items), _) => items.iter().for_each(|item| walk(item, path, found)),
            (Value::String(text), []) => {
                found.insert(text.clone());
            }
            (Value::Object(object), [key, rest @ ..]) => {
                if let Some(value) = object.get(*key) {
                    walk(value, rest, found);
                }
            }
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    for row in rows {
        walk(row, path, &mut found);
    }
    found
}

/// Properties of fixed words: the log, the path, the words of Microsoft's lists (`facts/schemas.md` §3).
const WORDS: &[(Source, &str, &[&str])] = &[
    (
        Source::SignIns,
        "conditionalAccessStatus",
        &["success", "failure", "notApplied"],
    ),
    (
        Source::SignIns,
        "appliedConditionalAccessPolicies.result",
        &[
            "success",
            "failure",
            "notApplied",
            "notEnabled",
            "unknown",
            "reportOnlySuccess",
            "reportOnlyFailure",
            "reportOnlyNotApplied",
            "reportOnlyInterrupted",
        ],
    ),
    (
        Source::SignIns,
        "authenticationProtocol",
        &[
            "none",
            "oAuth2",
            "ropc",
            "wsFederation",
            "saml20",
            "deviceCode",
        ],
    ),
    (
        Source::SignIns,
        "incomingTokenType",
        &[
            "none",
            "primaryRefreshToken",
            "saml11",
            "saml20",
            "refreshToken",
        ],
    ),
    (
        Source::SignIns,
        "signInEventTypes",
        &[
            "interactiveUser",
            "nonInteractiveUser",
            "servicePrincipal",
            "managedIdentity",
        ],
    ),
    (
        Source::SignIns,
        "clientAppUsed",
        &[
            "Browser",
            "Mobile Apps and Desktop clients",
            "IMAP4",
            "POP3",
            "Authenticated SMTP",
            "Exchange ActiveSync",
            "Exchange Web Services",
            "Other clients",
        ],
    ),
    (
        Source::SignIns,
        "deviceDetail.trustType",
        &[
            "Azure AD registered",
            "Azure AD joined",
            "Hybrid Azure AD joined",
        ],
    ),
    (
        Source::SignIns,
        "riskState",
        &["none", "atRisk", "remediated", "dismissed"],
    ),
    (
        Source::SignIns,
        "riskLevelAggregated",
        &["none", "low", "medium", "high", "hidden"],
    ),
    (Source::DirectoryAudits, "result", &["success", "failure"]),
    (
        Source::DirectoryAudits,
        "targetResources.type",
        &[
            "User",
            "Device",
            "Directory",
            "Application",
            "ServicePrincipal",
            "Role",
            "Group",
            "Policy",
            "Other",
        ],
    ),
    (
        Source::DirectoryAudits,
        "operationType",
        &[
            "Add", "Update", "Assign", "Unassign", "Delete", "Create", "Get",
        ],
    ),
    (
        Source::MessageTrace,
        "status",
        &["delivered", "failed", "quarantined"],
    ),
    (
        Source::Alerts,
        "severity",
        &["informational", "low", "medium", "high"],
    ),
    (
        Source::Alerts,
        "evidence.verdict",
        &["unknown", "suspicious", "malicious"],
    ),
    (
        Source::Hunting("EmailEvents"),
        "EmailDirection",
        &["Inbound", "Outbound", "Intra-org"],
    ),
    (
        Source::Hunting("EmailEvents"),
        "DeliveryAction",
        &["Delivered", "Junked", "Blocked"],
    ),
];

#[test]
fn words_are_those_of_the_documented_lists() {
    for (source, path, words) in WORDS {
        let path: Vec<&str> = path.split('.').collect();
        let said = values(&ours(*source), &path);
        assert!(!said.is_empty(), "{source:?} has no {path:?}");
        for word in said {
            assert!(
                word.is_empty() || words.contains(&word.as_str()),
                "{path:?} is {word:?}, none of {words:?}"
            );
        }
    }
}

#[test]
fn directory_audits_have_the_shape_of_real_ones() {
    if samples().is_none() {
        return;
    }
    let ours = ours(Source::DirectoryAudits);
    let rows = table("AuditLogs");
    let mut found = Vec::new();
    for (column, key) in [
        ("InitiatedBy", "initiatedBy"),
        ("TargetResources", "targetResources"),
        ("AdditionalDetails", "additionalDetails"),
    ] {
        let real = cells(&rows, column);
        let ours = Shape::of(members(&ours, key));
        found.extend(ours.differences(&Shape::of(&real), &format!("audit.{key}")));
    }
    let mut told: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for row in &ours {
        let activity = row["activityDisplayName"].as_str().unwrap();
        told.entry(activity).or_default().push(row);
    }
    for row in &rows {
        let Some(same) = told.get(row["OperationName"].as_str()) else {
            continue;
        };
        let first = same[0];
        let head = [
            ("loggedByService", "LoggedByService"),
            ("category", "Category"),
            ("operationType", "AADOperationType"),
        ];
        for (key, column) in head {
            assert_eq!(first[key], row[column].as_str(), "{}", row["OperationName"]);
        }
        let begins = |id: &str| id.split('_').next().unwrap_or("").to_owned();
        assert_eq!(begins(first["id"].as_str().unwrap()), begins(&row["Id"]));
        let names = |value: &Value| {
            values(
                std::slice::from_ref(value),
                &["modifiedProperties", "displayName"],
            )
        };
        let targets: Value = serde_json::from_str(&row["TargetResources"]).unwrap();
        let ours: BTreeSet<String> = same
            .iter()
            .flat_map(|row| names(&row["targetResources"]))
            .collect();
        for name in names(&targets).difference(&ours) {
            found.push(format!(
                "audit properties: real has {}: {name}",
                row["OperationName"]
            ));
        }
    }
    insta::assert_snapshot!(explained(found));
}

#[test]
fn message_traces_have_the_shape_of_real_ones() {
    let real = lines("cribl/bxGVkT.json");
    if real.is_empty() {
        return;
    }
    let ours = ours(Source::MessageTrace);
    let named: Vec<Value> = real
        .iter()
        .map(|row| {
            let members = row.as_object().unwrap();
            let renamed = members.iter().map(|(key, value)| {
                let name = match key.as_str() {
                    "Received" => "receivedDateTime".to_owned(),
                    "MessageTraceId" => "id".to_owned(),
                    "ToIP" => "toIP".to_owned(),
                    "FromIP" => "fromIP".to_owned(),
                    key => key.get(..1).unwrap().to_lowercase() + key.get(1..).unwrap(),
                };
                (name, value.clone())
            });
            Value::Object(renamed.collect())
        })
        .collect();
    let found = Shape::of(&ours).differences(&Shape::of(&named), "trace");
    assert_eq!(
        patterns(&members(&ours, "id"), &members(&named, "id"), "id"),
        Vec::<String>::new()
    );
    insta::assert_snapshot!(explained(found));
}

/// Differences of JSON inside cells.
fn insides() -> Vec<String> {
    let mut found = Vec::new();
    let rows = table("EmailEvents");
    let events = ours(Source::Hunting("EmailEvents"));
    let details = Shape::of(&texts(&events, "AuthenticationDetails"));
    found.extend(details.differences(
        &Shape::of(&cells(&rows, "AuthenticationDetails")),
        "EmailEvents.AuthenticationDetails",
    ));
    let rows = table("CloudAppEvents");
    let events = ours(Source::Hunting("CloudAppEvents"));
    let objects = Shape::of(members(&events, "ActivityObjects"));
    found.extend(objects.differences(
        &Shape::of(&cells(&rows, "ActivityObjects")),
        "CloudAppEvents.ActivityObjects",
    ));
    found
}

/// Differences of what alerts are about.
fn evidence() -> Vec<String> {
    let mut found = Vec::new();
    let rows = table("AlertEvidence");
    let told = ours(Source::Hunting("AlertEvidence"));
    // Endpoint and Sentinel raise no alert here.
    let absent = ["Microsoft Defender for Endpoint", "Microsoft Sentinel"];
    for kind in [
        "User",
        "Ip",
        "MailMessage",
        "Url",
        "CloudLogonSession",
        "MailboxConfiguration",
    ] {
        let real: Vec<_> = rows
            .iter()
            .filter(|row| row["EntityType"] == kind)
            .filter(|row| !absent.contains(&row["ServiceSource"].as_str()))
            .cloned()
            .collect();
        let mine: Vec<Value> = told
            .iter()
            .filter(|row| row["EntityType"] == kind)
            .cloned()
            .collect();
        let differences = Shape::of(&texts(&mine, "AdditionalFields")).differences(
            &Shape::of(&cells(&real, "AdditionalFields")),
            "AlertEvidence.AdditionalFields",
        );
        for difference in differences {
            // Inside a key that we do not have there is nothing to compare.
            let inside = difference
                .split_once("real has ")
                .is_some_and(|(_, path)| path.contains(['.', '[']));
            if !inside {
                found.push(format!("{difference} ({kind})"));
            }
        }
    }
    found
}

#[test]
fn hunting_tables_have_the_columns_of_real_ones() {
    if samples().is_none() {
        return;
    }
    let mut found = Vec::new();
    for name in [
        "EmailEvents",
        "EmailUrlInfo",
        "EmailAttachmentInfo",
        "EmailPostDeliveryEvents",
        "UrlClickEvents",
        "CloudAppEvents",
        "IdentityLogonEvents",
        "AlertInfo",
        "AlertEvidence",
    ] {
        let ours = ours(Source::Hunting(name));
        assert!(!ours.is_empty(), "{name} has no rows");
        let ours: BTreeSet<&str> = ours[0]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let rows = table(name);
        let real: BTreeSet<&str> = rows[0]
            .keys()
            .map(String::as_str)
            .filter(|column| !WORKSPACE.contains(column))
            .collect();
        found.extend(
            real.difference(&ours)
                .map(|column| format!("{name}: real has {column}")),
        );
        found.extend(
            ours.difference(&real)
                .map(|column| format!("{name}: ours has {column}")),
        );
    }
    found.extend(insides());
    found.extend(evidence());
    insta::assert_snapshot!(explained(found));
}

#[test]
fn alerts_have_the_documented_properties() {
    // `facts/schemas.md` §3.4.
    let alert = "id providerAlertId incidentId status severity classification determination \
        serviceSource detectionSource productName detectorId tenantId title description \
        recommendedActions category categories mitreTechniques createdDateTime firstActivityDateTime \
        lastActivityDateTime lastUpdateDateTime resolvedDateTime actorDisplayName threatDisplayName \
        threatFamilyName alertWebUrl incidentWebUrl alertPolicyId investigationState systemTags \
        customDetails additionalData comments evidence";
    let evidence = "createdDateTime verdict remediationStatus remediationStatusDetails roles detailedRoles tags";
    let kinds = [
        ("userEvidence", "userAccount"),
        ("ipEvidence", "ipAddress countryLetterCode location"),
        (
            "mailboxConfigurationEvidence",
            "mailboxPrimaryAddress upn externalDirectoryObjectId configurationType configurationId displayName",
        ),
        (
            "analyzedMessageEvidence",
            "networkMessageId internetMessageId subject senderIp p1Sender p2Sender recipientEmailAddress \
             deliveryAction deliveryLocation urls",
        ),
        ("urlEvidence", "url"),
        (
            "oauthApplicationEvidence",
            "appId objectId displayName publisher",
        ),
        (
            "cloudLogonSessionEvidence",
            "sessionId userAgent browser startUtcDateTime",
        ),
    ];
    let rows = ours(Source::Alerts);
    assert!(!rows.is_empty());
    let has = |value: &Value, names: &str| {
        for name in names.split_whitespace() {
            assert!(value.get(name).is_some(), "{name} is missing in {value}");
        }
    };
    let mut seen = BTreeSet::new();
    for row in &rows {
        has(row, alert);
        for one in row["evidence"].as_array().unwrap() {
            has(one, evidence);
            let kind = one["@odata.type"]
                .as_str()
                .unwrap()
                .rsplit('.')
                .next()
                .unwrap();
            let (kind, names) = kinds.iter().find(|(name, _)| *name == kind).unwrap();
            has(one, names);
            seen.insert(*kind);
        }
    }
    assert_eq!(seen.len(), kinds.len());
}

#[test]
fn risk_detections_have_the_shape_of_real_ones() {
    let rows = table("AADUserRiskEvents");
    if rows.is_empty() {
        return;
    }
    let ours = ours(Source::Risk);
    let keys: BTreeSet<String> = ours[0]
        .as_object()
        .unwrap()
        .keys()
        .map(|key| key.to_lowercase())
        .collect();
    let mut found: Vec<String> = rows[0]
        .keys()
        .filter(|column| !keys.contains(&column.to_lowercase()))
        .map(|column| format!("risk: real has {column}"))
        .collect();
    found.extend(
        Shape::of(members(&ours, "location"))
            .differences(&Shape::of(&cells(&rows, "Location")), "risk.location"),
    );
    let real: Vec<Value> = cells(&rows, "AdditionalInfo");
    let known = values(&real, &["Key"]);
    for key in values(&texts(&ours, "additionalInfo"), &["Key"]) {
        assert!(known.contains(&key), "additionalInfo {key}");
    }
    assert!(
        ours.iter()
            .all(|row| row["id"].as_str().unwrap().len() == rows[0]["Id"].len())
    );
    insta::assert_snapshot!(explained(found));
}
