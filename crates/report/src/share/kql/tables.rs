//! Which column of which table holds what, in Microsoft Sentinel and in Defender XDR.

/// What a value is to a query, by the name of its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum List {
    Ips,
    Sessions,
    Devices,
    Apps,
    UserAgents,
    Recipients,
}

impl List {
    /// By the kind of a trait.
    pub(super) fn of(kind: &str) -> Option<Self> {
        Some(match kind {
            "ip" => Self::Ips,
            "session" => Self::Sessions,
            "device" => Self::Devices,
            "app" => Self::Apps,
            "user-agent" => Self::UserAgents,
            "recipient" => Self::Recipients,
            _ => return None,
        })
    }

    /// The name of the list in a query.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Ips => "ips",
            Self::Sessions => "sessions",
            Self::Devices => "devices",
            Self::Apps => "apps",
            Self::UserAgents => "user_agents",
            Self::Recipients => "recipients",
        }
    }
}

/// A query on a table.
pub(super) struct Hunt {
    /// What it looks for.
    pub(super) about: &'static str,
    /// The table.
    pub(super) table: &'static str,
    /// Conditions by the list that they ask; `{}` stands for the list's name.
    pub(super) asks: &'static [(List, &'static str)],
    /// Columns to show after the time.
    pub(super) shows: &'static str,
}

/// A place where queries are run.
pub(super) struct Product {
    pub(super) name: &'static str,
    /// The column that has an event's time.
    pub(super) time: &'static str,
    pub(super) hunts: &'static [Hunt],
}

/// Both products, with tables as Microsoft documents them. Columns that older workspaces lack are asked for by
/// `column_ifexists`, so that the rest of the query still runs.
pub(super) const PRODUCTS: &[Product] = &[
    Product {
        name: "Microsoft Sentinel (Log Analytics)",
        time: "TimeGenerated",
        hunts: SENTINEL,
    },
    Product {
        name: "Microsoft Defender XDR (advanced hunting)",
        time: "Timestamp",
        hunts: XDR,
    },
];

const SIGN_INS: &[(List, &str)] = &[
    (List::Ips, "IPAddress in~ ({})"),
    (
        List::Sessions,
        "column_ifexists(\"SessionId\", \"\") in ({})",
    ),
    (
        List::Devices,
        "tostring(parse_json(tostring(DeviceDetail)).deviceId) in~ ({})",
    ),
    (List::Apps, "AppId in~ ({})"),
    (List::Apps, "AppDisplayName in~ ({})"),
    (List::UserAgents, "UserAgent in~ ({})"),
];

const SIGN_INS_SHOW: &str = "UserPrincipalName, IPAddress, Location, ResultType, AppDisplayName, \
                             ResourceDisplayName, UserAgent, CorrelationId, Id";

const SENTINEL: &[Hunt] = &[
    Hunt {
        about: "Sign-ins in which the user took part: who else was used, and from when on.",
        table: "SigninLogs",
        asks: SIGN_INS,
        shows: SIGN_INS_SHOW,
    },
    Hunt {
        about: "Sign-ins by a token without the user: where a stolen session goes on.",
        table: "AADNonInteractiveUserSignInLogs",
        asks: SIGN_INS,
        shows: SIGN_INS_SHOW,
    },
    Hunt {
        about: "Changes in the directory: methods, consents, roles, devices.",
        table: "AuditLogs",
        asks: &[
            (List::Ips, "tostring(InitiatedBy.user.ipAddress) in~ ({})"),
            (List::Devices, "tostring(TargetResources) has_any ({})"),
            (List::Devices, "tostring(AdditionalDetails) has_any ({})"),
            (List::Apps, "tostring(InitiatedBy.app.appId) in~ ({})"),
            (List::Apps, "tostring(InitiatedBy.app.displayName) in~ ({})"),
            (List::Apps, "tostring(TargetResources) has_any ({})"),
            (List::Apps, "tostring(AdditionalDetails) has_any ({})"),
            (List::UserAgents, "tostring(AdditionalDetails) has_any ({})"),
        ],
        shows: "OperationName, Result, InitiatedBy, TargetResources, AdditionalDetails, CorrelationId",
    },
    Hunt {
        about: "Acts in Exchange, SharePoint and Teams, and rules that send mail on.",
        table: "OfficeActivity",
        asks: &[
            // The port that some records have behind the address is taken off, and the brackets of IPv6.
            (List::Ips, "address(ClientIP) in~ ({})"),
            (List::Ips, "address(Client_IPAddress) in~ ({})"),
            (List::Ips, "address(ActorIpAddress) in~ ({})"),
            (
                List::Sessions,
                "tostring(parse_json(tostring(column_ifexists(\"AppAccessContext\", dynamic(null)))).AADSessionId) in ({})",
            ),
            (List::Apps, "ClientAppId in~ ({})"),
            (List::Apps, "AppId in~ ({})"),
            (List::UserAgents, "UserAgent in~ ({})"),
            (List::Recipients, "Parameters has_any ({})"),
            (List::Recipients, "UserSharedWith in~ ({})"),
            (List::Recipients, "TargetUserOrGroupName in~ ({})"),
        ],
        shows: "UserId, OfficeWorkload, Operation, ResultStatus, ClientIP, Client_IPAddress, UserAgent, \
                OfficeObjectId, Parameters, OfficeId",
    },
    Hunt {
        about: "The same acts as Defender for Cloud Apps has them, with the whole record.",
        table: "CloudAppEvents",
        asks: CLOUD_APP,
        shows: CLOUD_APP_SHOW,
    },
    MAIL,
    CLICKS,
    Hunt {
        about: "Calls to Microsoft Graph: what was read or changed by a program.",
        table: "MicrosoftGraphActivityLogs",
        asks: &[
            (List::Ips, "IPAddress in~ ({})"),
            (
                List::Sessions,
                "column_ifexists(\"SessionId\", \"\") in ({})",
            ),
            (
                List::Devices,
                "column_ifexists(\"DeviceId\", \"\") in~ ({})",
            ),
            (List::Apps, "AppId in~ ({})"),
            (List::UserAgents, "UserAgent in~ ({})"),
        ],
        shows: "UserId, ServicePrincipalId, AppId, IPAddress, RequestMethod, RequestUri, ResponseStatusCode, \
                UserAgent, SignInActivityId, RequestId",
    },
];

const XDR: &[Hunt] = &[
    Hunt {
        about: "Sign-ins of all kinds: who else was used, and from when on.",
        table: "EntraIdSignInEvents",
        asks: &[
            (List::Ips, "IPAddress in~ ({})"),
            (List::Sessions, "SessionId in ({})"),
            (List::Devices, "EntraIdDeviceId in~ ({})"),
            (List::Apps, "ApplicationId in~ ({})"),
            (
                List::Apps,
                "column_ifexists(\"Application\", \"\") in~ ({})",
            ),
            (List::UserAgents, "UserAgent in~ ({})"),
        ],
        shows: "AccountUpn, IPAddress, Country, ErrorCode, LogonType, ApplicationId, ResourceId, UserAgent, \
                SessionId, RequestId",
    },
    Hunt {
        about: "Acts in all services and in the directory, with the whole record.",
        table: "CloudAppEvents",
        asks: CLOUD_APP,
        shows: CLOUD_APP_SHOW,
    },
    MAIL,
    CLICKS,
    Hunt {
        about: "Calls to Microsoft Graph: what was read or changed by a program.",
        table: "GraphApiAuditEvents",
        asks: &[
            (List::Ips, "IPAddress in~ ({})"),
            (List::Apps, "ApplicationId in~ ({})"),
        ],
        shows: "AccountObjectId, ServicePrincipalId, ApplicationId, IPAddress, RequestMethod, RequestUri, \
                ResponseStatusCode, UniqueTokenIdentifier",
    },
];

const CLOUD_APP: &[(List, &str)] = &[
    (List::Ips, "IPAddress in~ ({})"),
    (List::Sessions, "tostring(RawEventData.SessionId) in ({})"),
    (
        List::Sessions,
        "tostring(RawEventData.AppAccessContext.AADSessionId) in ({})",
    ),
    (List::Devices, "tostring(RawEventData.DeviceId) in~ ({})"),
    (List::Apps, "column_ifexists(\"OAuthAppId\", \"\") in~ ({})"),
    (List::Apps, "tostring(RawEventData.ClientAppId) in~ ({})"),
    (List::Apps, "tostring(RawEventData.AppId) in~ ({})"),
    (List::UserAgents, "UserAgent in~ ({})"),
    (
        List::Recipients,
        "tostring(RawEventData.Parameters) has_any ({})",
    ),
];

const CLOUD_APP_SHOW: &str = "AccountDisplayName, AccountObjectId, Application, ActionType, IPAddress, CountryCode, \
                              UserAgent, ObjectName, RawEventData, ReportId";

const MAIL: Hunt = Hunt {
    about: "Mail to the attacker's addresses, and mail that came from his machines.",
    table: "EmailEvents",
    asks: &[
        (List::Ips, "SenderIPv4 in~ ({})"),
        (List::Ips, "SenderIPv6 in~ ({})"),
        (List::Recipients, "RecipientEmailAddress in~ ({})"),
    ],
    shows: "SenderFromAddress, SenderMailFromAddress, RecipientEmailAddress, Subject, EmailDirection, DeliveryAction, \
            DeliveryLocation, SenderIPv4, SenderIPv6, InternetMessageId, NetworkMessageId",
};

const CLICKS: Hunt = Hunt {
    about: "Links opened from the attacker's machines.",
    table: "UrlClickEvents",
    asks: &[(List::Ips, "IPAddress in~ ({})")],
    shows: "AccountUpn, Url, ActionType, IsClickedThrough, Workload, IPAddress, NetworkMessageId",
};
