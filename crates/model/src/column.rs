//! The columns by name: what rules, SQL and the lake agree on.

use std::borrow::Cow;

use crate::Record;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text; comparisons of rules ignore case.
    Text,
    /// An unsigned number.
    Number,
    /// An instant.
    Time,
}

macro_rules! columns {
    ($($variant:ident $name:literal $kind:ident $doc:literal $get:expr;)*) => {
        /// A scalar column of a record. `parameters` and `changed` are lists and stand beside them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Column {
            $(#[doc = $doc] $variant,)*
        }

        impl Column {
            /// Every column, in the order of the schema.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in SQL, rules and outputs.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it holds.
            pub const fn kind(self) -> ColumnKind {
                match self { $(Self::$variant => ColumnKind::$kind,)* }
            }

            /// One sentence for the schema's documentation.
            pub const fn doc(self) -> &'static str {
                match self { $(Self::$variant => $doc,)* }
            }

            /// The column of this name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }

            /// The value as text, `None` where the record has none. Numbers in decimal, times in RFC 3339.
            pub fn of(self, record: &Record) -> Option<Cow<'_, str>> {
                let get: fn(&Record) -> Option<Cow<'_, str>> = match self { $(Self::$variant => $get,)* };
                get(record)
            }
        }
    };
}

impl Column {
    /// Where a record holds the text of this column, if it is one that a record may lack.
    pub fn text_mut(self, record: &mut Record) -> Option<&mut Option<String>> {
        let place = match self {
            Self::Workload => &mut record.workload,
            Self::RecordType => &mut record.record_type,
            Self::ResultCode => &mut record.result_code,
            Self::ResultReason => &mut record.result_reason,
            Self::Actor => &mut record.actor.upn,
            Self::ActorId => &mut record.actor.id,
            Self::ActorName => &mut record.actor.name,
            Self::TargetKind => &mut record.target.kind,
            Self::TargetId => &mut record.target.id,
            Self::Target => &mut record.target.name,
            Self::Owner => &mut record.owner,
            Self::AsOrg => &mut record.as_org,
            Self::Country => &mut record.country,
            Self::UserAgent => &mut record.user_agent,
            Self::ClientApp => &mut record.client_app,
            Self::AppId => &mut record.app_id,
            Self::AppName => &mut record.app_name,
            Self::ResourceAppId => &mut record.resource_app_id,
            Self::ResourceName => &mut record.resource_name,
            Self::SessionId => &mut record.session_id,
            Self::TokenId => &mut record.token_id,
            Self::DeviceId => &mut record.device_id,
            Self::CorrelationId => &mut record.correlation_id,
            Self::AuthRequirement => &mut record.auth_requirement,
            Self::AuthProtocol => &mut record.auth_protocol,
            Self::MfaDetail => &mut record.mfa_detail,
            Self::Risk => &mut record.risk,
            Self::MessageId => &mut record.message_id,
            Self::NetworkMessageId => &mut record.network_message_id,
            Self::Subject => &mut record.subject,
            Self::ObjectPath => &mut record.object_path,
            Self::EventTime
            | Self::Source
            | Self::Form
            | Self::RecordId
            | Self::Operation
            | Self::Result
            | Self::ActorKind
            | Self::Ip
            | Self::IpPort
            | Self::Asn => return None,
        };
        Some(place)
    }
}

fn text(value: Option<&String>) -> Option<Cow<'_, str>> {
    value.map(|text| Cow::Borrowed(text.as_str()))
}

fn word(value: &'static str) -> Option<Cow<'static, str>> {
    Some(Cow::Borrowed(value))
}

fn shown<'a>(value: Option<impl ToString>) -> Option<Cow<'a, str>> {
    value.map(|number| Cow::Owned(number.to_string()))
}

columns! {
    EventTime "event_time" Time "When it happened, UTC." |r| shown(Some(r.event_time));
    Source "source" Text "The log: sign-in, unified-audit, directory-audit …" |r| word(r.log.name());
    Form "form" Text "The export form that it was read from." |r| word(r.form.0);
    RecordId "record_id" Text "Microsoft's id, else artefact and position." |r| Some(Cow::Borrowed(&r.record_id));
    Workload "workload" Text "Exchange, SharePoint, AzureActiveDirectory …" |r| text(r.workload.as_ref());
    Operation "operation" Text "What was done, without trailing full stop." |r| Some(Cow::Borrowed(&r.operation));
    RecordType "record_type" Text "Record type by name." |r| text(r.record_type.as_ref());
    Result "result" Text "success, failure, interrupted, unknown." |r| word(r.result.name());
    ResultCode "result_code" Text "The code as logged." |r| text(r.result_code.as_ref());
    ResultReason "result_reason" Text "The reason in words as logged." |r| text(r.result_reason.as_ref());
    Actor "actor" Text "Who did it: UPN in lower case." |r| text(r.actor.upn.as_ref());
    ActorId "actor_id" Text "Object id of who did it." |r| text(r.actor.id.as_ref());
    ActorName "actor_name" Text "Display name of who did it." |r| text(r.actor.name.as_ref());
    ActorKind "actor_kind" Text "user, guest, admin, app, service, system, anonymous, partner, unknown." |r| word(r.actor.kind.name());
    TargetKind "target_kind" Text "What kind of thing it was done to." |r| text(r.target.kind.as_ref());
    TargetId "target_id" Text "Id of what it was done to." |r| text(r.target.id.as_ref());
    Target "target" Text "Name of what it was done to." |r| text(r.target.name.as_ref());
    Owner "owner" Text "Whose mailbox or site it was." |r| text(r.owner.as_ref());
    Ip "ip" Text "The client's address, without port and zone." |r| shown(r.ip);
    IpPort "ip_port" Number "The client's port." |r| shown(r.ip_port);
    Asn "asn" Number "Autonomous system number." |r| shown(r.asn);
    AsOrg "as_org" Text "Who holds the autonomous system." |r| text(r.as_org.as_ref());
    Country "country" Text "ISO 3166 code." |r| text(r.country.as_ref());
    UserAgent "user_agent" Text "User agent or client string." |r| text(r.user_agent.as_ref());
    ClientApp "client_app" Text "Kind of client." |r| text(r.client_app.as_ref());
    AppId "app_id" Text "Application that acted." |r| text(r.app_id.as_ref());
    AppName "app_name" Text "Name of the application that acted." |r| text(r.app_name.as_ref());
    ResourceAppId "resource_app_id" Text "Resource that it acted on." |r| text(r.resource_app_id.as_ref());
    ResourceName "resource_name" Text "Name of the resource." |r| text(r.resource_name.as_ref());
    SessionId "session_id" Text "Session." |r| text(r.session_id.as_ref());
    TokenId "token_id" Text "Token; case-sensitive." |r| text(r.token_id.as_ref());
    DeviceId "device_id" Text "Device." |r| text(r.device_id.as_ref());
    CorrelationId "correlation_id" Text "Correlation id." |r| text(r.correlation_id.as_ref());
    AuthRequirement "auth_requirement" Text "Single or multi-factor." |r| text(r.auth_requirement.as_ref());
    AuthProtocol "auth_protocol" Text "deviceCode, ropc …" |r| text(r.auth_protocol.as_ref());
    MfaDetail "mfa_detail" Text "Method and detail of the second factor." |r| text(r.mfa_detail.as_ref());
    Risk "risk" Text "Risk levels, state and types as logged." |r| text(r.risk.as_ref());
    MessageId "message_id" Text "Internet message id." |r| text(r.message_id.as_ref());
    NetworkMessageId "network_message_id" Text "Network message id." |r| text(r.network_message_id.as_ref());
    Subject "subject" Text "Subject of the message." |r| text(r.subject.as_ref());
    ObjectPath "object_path" Text "Folder, file path or URL." |r| text(r.object_path.as_ref());
}
