//! Alerts and incidents as Microsoft Graph gives them, and as Microsoft-Extractor-Suite flattens them.
//!
//! Takes `alerts` (v1), `alerts_v2`, `incidents` and the CSV of Get-SecurityAlerts and gives events with the
//! same names as the tables have. Evidence of `alerts_v2` tells its kind in `@odata.type`.

use hourzero_model::{Form, HappeningKey, Log, Record};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::entity::{self, Account, Found, Role, unique};
use super::{id_in_link, shared};
use crate::dialect::field::push_fact;
use crate::dialect::hunting::columns::{self, Columns};
use crate::dialect::hunting::table;
use crate::dialect::{Container, FormSpec, Mapped, Place, Row, Shape, field};

/// The forms of alerts that are no tables.
pub(crate) const FORMS: &[FormSpec] = &[
    FormSpec {
        form: Form("graph-alerts"),
        about: "Microsoft Graph security/alerts, alerts_v2 and incidents as JSON.",
        fits: fits_graph,
        map,
    },
    FormSpec {
        form: Form("mes-security-alerts-csv"),
        about: "Security alerts as CSV (Microsoft-Extractor-Suite Get-SecurityAlerts).",
        fits: fits_csv,
        map,
    },
];

fn fits_graph(shape: &Shape<'_>) -> u32 {
    let marks = [
        "vendorInformation",
        "userStates",
        "serviceSource",
        "detectionSource",
        "providerAlertId",
        "alertWebUrl",
        "incidentWebUrl",
        "incidentIds",
        "redirectIncidentId",
        "determination",
        "evidence",
    ];
    let is_incident = shape.has(&["id", "displayName", "severity", "status", "incidentWebUrl"]);
    let is_alert = shape.has(&["id", "title", "severity", "createdDateTime"]);
    let found = table::count(shape, &marks);
    let fits = shape.container == Container::Json && (is_alert || is_incident) && found > 0;
    if fits { 4 + found } else { 0 }
}

fn fits_csv(shape: &Shape<'_>) -> u32 {
    let must = ["Id", "Title", "Severity", "Status", "CreatedDateTime"];
    if shape.container != Container::Csv || !shape.has(&must) {
        return 0;
    }
    5 + table::count(
        shape,
        &[
            "EventDateTime",
            "AffectedUser",
            "AffectedHost",
            "IncidentIds",
            "ServiceSource",
            "Category",
        ],
    )
}

fn map(row: &Row<'_>, place: &Place<'_>) -> Result<Mapped, String> {
    columns::read(row, |columns| {
        let record = event(columns, place)?;
        Ok(Mapped::Event(Box::new(record)))
    })
}

fn event(columns: &mut Columns<'_>, place: &Place<'_>) -> Result<Record, String> {
    let times = ["firstActivityDateTime", "eventDateTime", "createdDateTime"];
    let event_time = columns.take_instant(&times).ok_or_else(|| {
        "no readable time in this alert: export it again with createdDateTime".to_owned()
    })?;
    let mut record = Record::new(place.provenance, place.form, Log::Alert, event_time);
    let is_incident = columns.peek("title").is_none();
    let kind = if is_incident { "incident" } else { "alert" };
    record.record_type = Some(kind.to_owned());
    record.target.kind = Some(kind.to_owned());
    record.record_id = place.provenance.own_id();
    let title = columns.take_first(&["title", "displayName"]);
    record.operation = field::operation(title.as_deref().unwrap_or("Alert"));
    record.target.name = title;
    let vendor = columns.take_json("vendorInformation");
    let provider = vendor
        .as_ref()
        .and_then(|vendor| field::text(vendor, "provider"));
    let product = columns.peek_first(&["productName", "serviceSource", "provider"]);
    record.workload = product.or_else(|| provider.clone());
    push_fact(&mut record, "ProviderName", provider);
    identify(columns, &mut record, kind);
    shared(columns, &mut record);
    let mut found = Found::default();
    read_evidence(columns, &mut record, &mut found);
    read_states(columns, &mut record, &mut found);
    read_flat(columns, &mut record, &mut found);
    read_alerts(columns, &mut record);
    entity::settle(&mut record, &found);
    columns.rest_into(&mut record);
    Ok(record)
}

/// The alert's id; a flattened export may have only blanks or zeros in its place.
fn identify(columns: &mut Columns<'_>, record: &mut Record, kind: &str) {
    let link = columns.peek_first(&["alertWebUrl", "AlertLink"]);
    let linked = link.as_deref().and_then(id_in_link);
    let Some(id) = columns.take("id").and_then(table::real_id) else {
        push_fact(record, "AlertId", linked);
        return;
    };
    let name = if kind == "incident" {
        "IncidentId"
    } else {
        "AlertId"
    };
    push_fact(record, name, Some(linked.unwrap_or_else(|| id.clone())));
    record.id_key = Some(HappeningKey::of(&[kind, &id]));
    record.target.id = Some(id.clone());
    record.record_id = id;
}

/// Evidence of `alerts_v2`; the raw list stays in the raw record.
fn read_evidence(columns: &mut Columns<'_>, record: &mut Record, found: &mut Found) {
    let Some(evidence) = columns.take_json("evidence") else {
        return;
    };
    for item in evidence
        .as_array()
        .into_iter()
        .flat_map(|items| items.iter())
    {
        let kind = field::text(item, "@odata.type").unwrap_or_default();
        let kind = kind.rsplit('.').next().unwrap_or_default().to_owned();
        one_evidence(record, item, &kind, found);
    }
}

fn one_evidence(record: &mut Record, item: &Value, kind: &str, found: &mut Found) {
    let text = |keys: &[&str]| field::first_text(item, keys);
    let role = Role::of(item, "roles");
    if let Some(user) = item
        .get("userAccount")
        .filter(|user| Value::is_object(user))
    {
        let is_victim = entity::is_victim(item, "roles");
        let account = Account {
            is_victim,
            ..account(user)
        };
        found.account(record, account);
    }
    match kind {
        "ipEvidence" => found.ip(record, text(&["ipAddress"]).as_deref(), role),
        "mailboxEvidence" | "mailboxConfigurationEvidence" => {
            let address = text(&["primaryAddress", "mailboxPrimaryAddress", "upn"]);
            unique(record, "EntityMailbox", address.map(|it| it.to_lowercase()));
            unique(
                record,
                "EntityMailboxConfiguration",
                text(&["configurationType"]),
            );
        }
        "analyzedMessageEvidence" => {
            let id = field::lower(item, "networkMessageId");
            unique(record, "EntityMessage", id.clone());
            unique(record, "EntityRecipient", text(&["recipientEmailAddress"]));
            record.network_message_id = record.network_message_id.take().or(id);
            record.message_id = record
                .message_id
                .take()
                .or_else(|| text(&["internetMessageId"]));
            record.subject = record.subject.take().or_else(|| text(&["subject"]));
            found.ip(record, text(&["senderIp"]).as_deref(), role);
        }
        "mailClusterEvidence" => {
            for id in field::list(item, "networkMessageIds") {
                unique(
                    record,
                    "EntityMessage",
                    field::scalar(&id).map(|id| id.to_lowercase()),
                );
            }
        }
        "urlEvidence" => unique(record, "EntityUrl", text(&["url"])),
        "fileEvidence" => {
            let details = item.get("fileDetails");
            let name = details.and_then(|details| field::text(details, "fileName"));
            unique(record, "EntityFile", name);
        }
        "oauthApplicationEvidence" | "servicePrincipalEvidence" => {
            unique(record, "EntityApp", text(&["appId", "displayName"]));
            record.app_id = record.app_id.take().or_else(|| field::lower(item, "appId"));
        }
        "cloudApplicationEvidence" => {
            unique(
                record,
                "EntityApp",
                text(&["instanceName", "displayName", "appId"]),
            );
        }
        "cloudLogonSessionEvidence" => {
            let session = text(&["sessionId"]);
            record.session_id = record.session_id.take().or_else(|| session.clone());
            record.user_agent = record.user_agent.take().or_else(|| text(&["userAgent"]));
            unique(record, "EntitySession", session);
        }
        "cloudLogonRequestEvidence" => unique(record, "EntityRequest", text(&["requestId"])),
        "deviceEvidence" => unique(record, "EntityHost", text(&["deviceDnsName", "hostName"])),
        _ => {}
    }
}

/// An account of Graph's evidence.
fn account(user: &Value) -> Account {
    let upn = field::text(user, "userPrincipalName");
    Account {
        upn: upn.as_deref().and_then(field::account),
        id: field::lower(user, "azureAdUserId"),
        name: field::first_text(user, &["displayName", "accountName"]),
        is_victim: false,
    }
}

/// Users, hosts and addresses of `alerts` (v1).
fn read_states(columns: &mut Columns<'_>, record: &mut Record, found: &mut Found) {
    let listed = |columns: &mut Columns<'_>, name: &str| -> Vec<Value> {
        let list = columns.take_json(name);
        list.as_ref()
            .and_then(Value::as_array)
            .map(|items| items.iter().cloned().collect())
            .unwrap_or_default()
    };
    for user in listed(columns, "userStates") {
        let upn = field::text(&user, "userPrincipalName");
        let windows = || {
            let name = field::text(&user, "accountName")?;
            let domain = field::text(&user, "domainName");
            Some(domain.map_or_else(|| name.clone(), |domain| format!("{domain}\\{name}")))
        };
        let account = Account {
            upn: upn.as_deref().and_then(field::account),
            id: field::lower(&user, "aadUserId"),
            name: windows(),
            is_victim: false,
        };
        found.account(record, account);
        found.ip(
            record,
            field::text(&user, "logonIp").as_deref(),
            Role::Other,
        );
    }
    for host in listed(columns, "hostStates") {
        unique(
            record,
            "EntityHost",
            field::first_text(&host, &["fqdn", "netBiosName"]),
        );
        let address = field::text(&host, "publicIpAddress");
        found.ip(record, address.as_deref(), Role::Other);
    }
    for connection in listed(columns, "networkConnections") {
        let address = field::text(&connection, "sourceAddress");
        found.ip(record, address.as_deref(), Role::Other);
        unique(
            record,
            "EntityUrl",
            field::text(&connection, "destinationUrl"),
        );
    }
    for app in listed(columns, "cloudAppStates") {
        unique(
            record,
            "EntityApp",
            field::first_text(&app, &["instanceName", "destinationServiceName"]),
        );
    }
}

/// Users and hosts of a flattened export, separated by `;` or `,`.
fn read_flat(columns: &Columns<'_>, record: &mut Record, found: &mut Found) {
    let users = columns.peek("AffectedUser").unwrap_or_default();
    for user in users.split([';', ',']).filter_map(field::account) {
        let account = Account {
            upn: Some(user).filter(|user| user.contains('@')),
            ..Account::default()
        };
        found.account(record, account);
    }
    let hosts = columns.peek("AffectedHost").unwrap_or_default();
    for host in hosts.split([';', ',']) {
        unique(record, "EntityHost", Some(host.trim().to_owned()));
    }
}

/// The alerts of an incident that was read with them.
fn read_alerts(columns: &mut Columns<'_>, record: &mut Record) {
    let alerts = columns.take_json("alerts");
    let items = alerts.as_ref().and_then(Value::as_array);
    for alert in items.into_iter().flat_map(|items| items.iter()) {
        unique(record, "AlertId", field::text(alert, "id"));
    }
}
