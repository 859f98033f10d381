//! Every transport gives the same record. Forms of which no real sample is at hand are made by hand here
//! from the columns that their collectors' documentation and source name.

use hourzero_model::{Outcome, Record};

use crate::read::{compact, csv, read};

/// A record as Exchange writes it, used in every transport.
const RULE: &str = r#"{"CreationTime":"2026-03-06T17:40:00","Id":"5f0b3f04-9a1c-4d0e-8d4f-0242ac120002","Operation":"New-InboxRule","OrganizationId":"6c1f3c9e-0000-4000-8000-000000000001","RecordType":1,"ResultStatus":"True","UserKey":"ap@contoso.example","UserType":2,"Version":1,"Workload":"Exchange","ClientIP":"203.0.113.9:51234","ObjectId":"EURP/contoso.onmicrosoft.com/0b7c\\.","UserId":"AP@contoso.example","AppId":"00000002-0000-0ff1-ce00-000000000000","ClientAppId":"","ExternalAccess":false,"OrganizationName":"contoso.onmicrosoft.com","OriginatingServer":"DB7PR07MB1234 (15.20.0000.000)","Parameters":[{"Name":"MoveToFolder","Value":"RSS Feeds"},{"Name":"Name","Value":"."}],"SessionId":"00423f04-9a1c-4d0e-8d4f-0242ac120002"}"#;

fn same_as_bare(record: &Record) {
    let bare = read("audit.json", RULE.as_bytes()).only();
    let cut = |record: &Record| {
        let text = compact(record);
        text.lines()
            .filter(|line| !line.starts_with("form:"))
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert_eq!(cut(record), cut(&bare));
    assert_eq!(
        (record.id_key, record.event_time),
        (bare.id_key, bare.event_time)
    );
}

#[test]
fn purview_csv_made_by_hand() {
    let bytes = csv(&[
        ("RecordId", "5f0b3f04-9a1c-4d0e-8d4f-0242ac120002"),
        ("CreationDate", "2026-03-06T17:40:00.0000000Z "),
        ("RecordType", "1"),
        ("Operation", "New-InboxRule"),
        ("UserId", "ap@contoso.example"),
        ("AuditData", RULE),
        ("AssociatedAdminUnits", ""),
        ("AssociatedAdminUnitsNames", ""),
    ]);
    let read = read("export.csv", &bytes);
    assert_eq!(read.form(), "purview-csv");
    same_as_bare(&read.only());
}

#[test]
fn search_csv_of_remoting_made_by_hand() {
    let bytes = csv(&[
        ("PSComputerName", "outlook.office365.example"),
        ("RunspaceId", "x"),
        ("PSShowComputerName", "False"),
        ("RecordType", "ExchangeAdmin"),
        ("CreationDate", "3/6/2026 5:40:00 PM"),
        ("UserIds", "ap@contoso.example"),
        ("Operations", "New-InboxRule"),
        ("AuditData", RULE),
        ("ResultIndex", "1"),
        ("ResultCount", "1"),
        ("Identity", "5f0b3f04-9a1c-4d0e-8d4f-0242ac120002"),
    ]);
    let read = read("UAL.csv", &bytes);
    assert_eq!(read.form(), "search-ual-csv");
    same_as_bare(&read.only());
}

#[test]
fn graph_json_made_by_hand() {
    let data = RULE.replacen(
        '{',
        r##"{"@odata.type":"#microsoft.graph.security.exchangeAdminAuditRecord","##,
        1,
    );
    let text = format!(
        r#"[{{"id":"5f0b3f04-9a1c-4d0e-8d4f-0242ac120002","createdDateTime":"2026-03-06T17:40:00Z","auditLogRecordType":"exchangeAdmin","operation":"New-InboxRule","organizationId":"6c1f","userType":"admin","userId":"ap@contoso.example","service":"Exchange","objectId":"x","userPrincipalName":"ap@contoso.example","clientIp":null,"administrativeUnits":[],"auditData":{data}}}]"#
    );
    let read = read("UAL-Graph.json", text.as_bytes());
    assert_eq!(read.form(), "graph-audit-json");
    same_as_bare(&read.only());
}

#[test]
fn graph_csv_with_a_cell_of_many_lines_made_by_hand() {
    let pretty: serde_json::Value = serde_json::from_str(RULE).unwrap();
    let pretty = serde_json::to_string_pretty(&pretty)
        .unwrap()
        .replace('\n', "\r\n");
    let bytes = csv(&[
        ("id", "5f0b3f04-9a1c-4d0e-8d4f-0242ac120002"),
        ("createdDateTime", "3/6/2026 5:40:00 PM"),
        ("auditLogRecordType", "exchangeAdmin"),
        ("operation", "New-InboxRule"),
        ("userType", "admin"),
        ("userId", "ap@contoso.example"),
        ("service", "Exchange"),
        ("auditData", &pretty),
    ]);
    let read = read("UAL-Graph.csv", &bytes);
    assert_eq!(read.form(), "graph-audit-csv");
    let record = read.only();
    assert_eq!(
        record.parameter("MoveToFolder").collect::<Vec<_>>(),
        ["RSS Feeds"]
    );
    assert_eq!(record.target.name.as_deref(), Some("."));
}

#[test]
fn splunk_csv_made_by_hand() {
    let columns = [
        ("AuditData", RULE),
        ("CreationDate", "2026-03-06T17:40:00"),
        ("Operations", "New-InboxRule"),
        ("_raw", "cut"),
        ("_time", "2026-03-06T17:40:00.000+0000"),
        ("source", "UAL.csv"),
        ("sourcetype", "csv"),
        ("punct", "\"\""),
        ("splunk_server", "idx"),
    ];
    let of_columns = read("splunk.csv", &csv(&columns));
    assert_eq!(of_columns.form(), "splunk-csv");
    same_as_bare(&of_columns.only());
    let raw = [
        ("_raw", RULE),
        ("_time", "1772818800"),
        ("source", "o365"),
        ("sourcetype", "o365:management:activity"),
    ];
    same_as_bare(&read("splunk.csv", &csv(&raw)).only());
}

#[test]
fn hawk_simple_csv_made_by_hand() {
    let read = read(
        "Simple_New_InboxRule.csv",
        &csv(&[
            ("RecordType", "ExchangeAdmin"),
            ("CreationDate", "3/6/2026 5:40:00 PM"),
            ("UserIds", "ap@contoso.example"),
            ("Operations", "New-InboxRule"),
            ("ResultIndex", "1"),
            ("ResultCount", "1"),
            ("Identity", "5f0b3f04-9a1c-4d0e-8d4f-0242ac120002"),
            ("IsValid", "True"),
            ("ObjectState", "Unchanged"),
            ("AADSessionId", "0042"),
            ("AppAccessContextUniqueTokenId", "QkF_AQ"),
            ("AuditCreationTime", "2026-03-06T17:40:00"),
            ("AuditId", "5f0b3f04-9a1c-4d0e-8d4f-0242ac120002"),
            ("Operation", "New-InboxRule"),
            ("AuditRecordType", "1"),
            ("ResultStatus", "True"),
            ("UserType", "2"),
            ("Workload", "Exchange"),
            ("ClientIP", "203.0.113.9:51234"),
            ("UserId", "ap@contoso.example"),
            ("Param_MoveToFolder", "RSS Feeds"),
            ("Param_Name", "."),
            ("Parameters", "MoveToFolder=RSS Feeds | Name=."),
            (
                "FullCommand",
                "New-InboxRule -MoveToFolder 'RSS Feeds' -Name .",
            ),
        ]),
    );
    assert_eq!(read.form(), "hawk-simple-csv");
    insta::assert_snapshot!("hawk_simple", compact(&read.only()));
}

#[test]
fn flat_csv_that_lost_its_lists_made_by_hand() {
    let read = read(
        "UAL-AuditDataOnly.csv",
        &csv(&[
            ("CreationTime", "2026-03-06T17:40:00"),
            ("Id", "5f0b3f04-9a1c-4d0e-8d4f-0242ac120002"),
            ("Operation", "New-InboxRule"),
            ("OrganizationId", "6c1f"),
            ("RecordType", "1"),
            ("ResultStatus", "True"),
            ("UserType", "2"),
            ("Workload", "Exchange"),
            ("ClientIP", "203.0.113.9:51234"),
            ("UserId", "ap@contoso.example"),
            ("ObjectId", r"EURP/contoso.onmicrosoft.com/0b7c\."),
            ("Parameters", "System.Object[]"),
        ]),
    );
    assert_eq!(read.form(), "ual-flat-csv");
    let record = read.only();
    assert_eq!(record.record_type.as_deref(), Some("ExchangeAdmin"));
    assert_eq!(record.target.name.as_deref(), Some("."));
    assert_eq!(record.parameter("Parameters").count(), 0);
}

#[test]
fn mailbox_audit_made_by_hand() {
    let read = read(
        "mailboxAuditLog-ap.csv",
        &csv(&[
            ("Operation", "SoftDelete"),
            ("OperationResult", "Succeeded"),
            ("LogonType", "Delegate"),
            ("ExternalAccess", "False"),
            ("FolderPathName", r"\Inbox"),
            ("ClientInfoString", "Client=OWA;Action=ViaProxy"),
            ("ClientIPAddress", "203.0.113.9"),
            ("MailboxOwnerUPN", "AP@contoso.example"),
            ("LogonUserDisplayName", "it@contoso.example"),
            ("SourceItemSubjectsList", "PO 4471; PO 4472"),
            (
                "SourceItemInternetMessageIdsList",
                "<a1@fabrikam.example>; <a2@fabrikam.example>",
            ),
            ("SessionId", "0042"),
            ("LastAccessed", "3/6/2026 5:40:00 PM"),
            ("Identity", "RgAAAAB="),
        ]),
    );
    assert_eq!(read.form(), "mailbox-audit");
    insta::assert_snapshot!("mailbox_audit", compact(&read.only()));
}

#[test]
fn derived_lists_of_accessed_mail_made_by_hand() {
    let sessions = read(
        "MailItemsAccessed-Sessions.csv",
        &csv(&[
            ("TimeStamp", "2026-03-06T17:40:00"),
            ("User", "ap@contoso.example"),
            ("Action", "MailItemsAccessed"),
            ("SessionId", "0042"),
            ("ClientIP", "203.0.113.9"),
            ("MailAccessType", "Bind"),
            ("IsThrottled", "False"),
            ("OperationCount", "2"),
        ]),
    );
    assert_eq!(sessions.form(), "mes-mailitems-sessions");
    let messages = read(
        "MailItemsAccessed-Messages.csv",
        &csv(&[
            ("Timestamp", "2026-03-06T17:40:00"),
            ("User", "ap@contoso.example"),
            ("IPaddress", "203.0.113.9"),
            ("SessionID", "0042"),
            ("MailAccessType", "Bind"),
            ("FolderPath", r"\Inbox"),
            ("InternetMessageId", "<a1@fabrikam.example>"),
            ("SizeInBytes", "1024"),
        ]),
    );
    assert_eq!(messages.form(), "mes-mailitems-messages");
    let text = format!(
        "{}\n{}",
        compact(&sessions.only()),
        compact(&messages.only())
    );
    insta::assert_snapshot!("derived_lists", text);
}

#[test]
fn members_in_lower_case_read_alike() {
    let lower = r#"{"clientip":"203.0.113.9:51234","creationtime":"2026-03-06 17:40:00","externalaccess":false,"id":"111","objectid":"ap","operation":"Set-Mailbox","organizationid":"11","parameters":[{"Name":"Identity","Value":"ap@contoso.example"},{"Name":"ForwardingSmtpAddress","Value":"smtp:x@fabrikam.example"}],"recordtype":1,"resultstatus":"True","userid":"AP@contoso.example","userkey":"1","usertype":2,"workload":"Exchange"}"#;
    let read = read("events.json", lower.as_bytes());
    assert_eq!(read.form(), "ual-json");
    let record = read.only();
    assert_eq!(record.owner.as_deref(), Some("ap@contoso.example"));
    assert_eq!(record.result, Outcome::Success);
    assert_eq!(
        record
            .parameter("ForwardingSmtpAddress")
            .collect::<Vec<_>>(),
        ["smtp:x@fabrikam.example"]
    );
}

#[test]
fn a_wrapper_without_a_readable_record_is_a_reject_with_its_reason() {
    let cut = RULE.get(..300).unwrap();
    let damaged = RULE.replace(r#""RecordType":1,"#, r#""RecordType":,"#);
    let cases = [
        ("", "empty"),
        (cut, "cut off after 300 characters"),
        (&damaged, "damaged JSON"),
        ("System.Object", "no JSON object"),
    ];
    for (data, part) in cases {
        let bytes = csv(&[
            ("RecordType", "ExchangeAdmin"),
            ("CreationDate", "3/6/2026 5:40:00 PM"),
            ("UserIds", "ap@contoso.example"),
            ("Operations", "New-InboxRule"),
            ("AuditData", data),
            ("Identity", "x"),
        ]);
        let reason = read("UAL.csv", &bytes).reason();
        assert!(
            reason.contains("AuditData") && reason.contains(part),
            "{part}: {reason}"
        );
    }
}

#[test]
fn what_the_record_lacks_comes_from_its_wrapper() {
    let bytes = csv(&[
        ("RecordType", "AzureActiveDirectoryStsLogon"),
        ("CreationDate", "2026-03-06T17:40:00"),
        ("UserIds", "ap@contoso.example"),
        ("Operations", "UserLoggedIn"),
        ("AuditData", "{\"Workload\":\"AzureActiveDirectory\"}"),
        ("ResultIndex", "1"),
        ("Identity", "0a45"),
    ]);
    let record = read("UAL.csv", &bytes).only();
    assert_eq!(record.record_id, "0a45");
    assert_eq!(record.operation, "UserLoggedIn");
    assert_eq!(record.actor.upn.as_deref(), Some("ap@contoso.example"));
    assert_eq!(
        record.record_type.as_deref(),
        Some("AzureActiveDirectoryStsLogon")
    );
    assert_eq!(record.event_time.to_string(), "2026-03-06T17:40:00Z");
}

#[test]
fn cloud_app_events_of_the_streaming_api_made_by_hand() {
    let text = format!(
        r#"{{"time":"2026-03-06T17:45:00Z","tenantId":"6c1f","operationName":"Publish","category":"AdvancedHunting-CloudAppEvents","properties":{{"Timestamp":"2026-03-06T17:40:00Z","ActionType":"New-InboxRule","Application":"Microsoft Exchange Online","ApplicationId":20893,"AccountObjectId":"0b7c0b7c-2222-4333-8444-555555555555","AccountDisplayName":"AP","IPAddress":"203.0.113.9","CountryCode":"nl","ISP":"Example Hosting","ReportId":"1_2_3","RawEventData":{RULE}}}}}"#
    );
    let record = read("PT1H.json", text.as_bytes()).only();
    insta::assert_snapshot!("streamed_cloud_app_event", compact(&record));
}

#[test]
fn an_activity_of_another_application_made_by_hand() {
    let text = r#"{"Timestamp":"2026-03-06T17:40:00Z","ActionType":"FileDownloaded","Application":"Box","ApplicationId":10489,"AccountObjectId":"0b7c0b7c-2222-4333-8444-555555555555","AccountDisplayName":"AP","IPAddress":"203.0.113.9","CountryCode":"NL","ObjectName":"plan.xlsx","ObjectType":"File","ObjectId":"77","ActivityType":"Download","ActivityObjects":[{"Type":"File","Name":"plan.xlsx"}],"ReportId":"1_2_4","RawEventData":{"event_type":"DOWNLOAD"},"Type":"CloudAppEvents"}"#;
    let record = read("CloudAppEvents.json", text.as_bytes()).only();
    insta::assert_snapshot!("activity_of_another_application", compact(&record));
}

#[test]
fn splunk_results_of_the_add_on_made_by_hand() {
    let text = serde_json::json!({"preview": false, "result": {"_raw": RULE, "_time": "x", "sourcetype": "o365:management:activity"}});
    same_as_bare(&read("export.json", text.to_string().as_bytes()).only());
}

#[test]
fn wazuh_alert_around_a_record_made_by_hand() {
    let text = format!(r#"{{"integration":"office365","office365":{RULE}}}"#);
    same_as_bare(&read("alerts.json", text.as_bytes()).only());
}

#[test]
fn lists_that_powershell_flattened_are_read_made_by_hand() {
    let text = r#"{"CreationTime":"2026-03-06T17:40:00","Id":"1","Operation":"MailItemsAccessed","RecordType":50,"Workload":"Exchange","UserId":"ap@contoso.example","OperationProperties":["@{Name=MailAccessType; Value=Bind}","@{Value=False; Name=IsThrottled}"],"Folders":["@{Id=LgAA; Path=\\In; box; FolderItems=System.Object[]}"]}"#;
    let record = read("UAL.json", text.as_bytes()).only();
    assert_eq!(
        record.parameter("MailAccessType").collect::<Vec<_>>(),
        ["Bind"]
    );
    assert_eq!(
        record.parameter("IsThrottled").collect::<Vec<_>>(),
        ["False"]
    );
    assert_eq!(record.object_path.as_deref(), Some(r"\In; box"));
}
