//! Names of record types, as `Search-UnifiedAuditLog` and Graph write them (`facts/schemas.md` §1.3).

const NAMES: &[(i64, &str)] = &[
    (1, "ExchangeAdmin"),
    (2, "ExchangeItem"),
    (3, "ExchangeItemGroup"),
    (4, "SharePoint"),
    (6, "SharePointFileOperation"),
    (7, "OneDrive"),
    (8, "AzureActiveDirectory"),
    (9, "AzureActiveDirectoryAccountLogon"),
    (10, "DataCenterSecurityCmdlet"),
    (13, "ComplianceDLPExchange"),
    (14, "SharePointSharingOperation"),
    (15, "AzureActiveDirectoryStsLogon"),
    (18, "SecurityComplianceCenterEOPCmdlet"),
    (19, "ExchangeAggregatedOperation"),
    (20, "PowerBIAudit"),
    (23, "SkypeForBusinessCmdlets"),
    (24, "Discovery"),
    (25, "MicrosoftTeams"),
    (28, "ThreatIntelligence"),
    (29, "MailSubmission"),
    (30, "MicrosoftFlow"),
    (36, "SharePointListOperation"),
    (37, "SharePointCommentOperation"),
    (40, "SecurityComplianceAlerts"),
    (41, "ThreatIntelligenceUrl"),
    (42, "SecurityComplianceInsights"),
    (43, "MIPLabel"),
    (47, "ThreatIntelligenceAtpContent"),
    (50, "ExchangeItemAggregated"),
    (51, "HygieneEvent"),
    (52, "DataInsightsRestApiAudit"),
    (54, "SharePointListItemOperation"),
    (55, "SharePointContentTypeOperation"),
    (56, "SharePointFieldOperation"),
    (57, "MicrosoftTeamsAdmin"),
    (64, "AirInvestigation"),
    (65, "Quarantine"),
    (66, "MicrosoftForms"),
    (78, "WDATPAlerts"),
    (83, "SensitivityLabelAction"),
    (98, "MCASAlerts"),
    (101, "ExchangeSearch"),
    (102, "SharePointSearch"),
    (106, "SecurityComplianceUserChange"),
    (190, "PlannerTask"),
    (202, "MicrosoftTodoAudit"),
    (210, "CompliancePostureManagement"),
    (235, "MicrosoftDefenderForIdentityAudit"),
    (261, "CopilotInteraction"),
    (275, "OWAAuth"),
    (294, "AadRiskDetection"),
    (295, "AuditSearch"),
    (296, "AuditRetentionPolicy"),
    (297, "AuditConfig"),
];

/// The name of a record type; its number as text where the list has none, as the portal does.
pub(super) fn name(number: i64) -> String {
    NAMES
        .iter()
        .find(|(known, _)| *known == number)
        .map_or_else(|| number.to_string(), |(_, name)| (*name).to_owned())
}

/// The name as Graph writes it: its first letter small.
pub(super) fn graph_name(number: i64) -> String {
    let name = name(number);
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_lowercase().chain(letters).collect())
        .unwrap_or_default()
}
