//! The names of the unified audit log's record types.
//!
//! Takes a number or a name as an export writes it and gives both. An unknown number is no error:
//! Microsoft adds several a month. It must never know what a record of a type holds.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A record type as a record has it: the number where it is known, the name, else what was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct RecordType {
    pub(crate) number: Option<u16>,
    pub(crate) name: Option<String>,
}

/// Reads `15`, `"15"`, `"15.0"` (a table exported through floating point) or
/// `AzureActiveDirectoryStsLogon` in any case.
pub(crate) fn read(text: &str) -> RecordType {
    let text = text.trim();
    if text.is_empty() {
        return RecordType::default();
    }
    let digits = text.strip_suffix(".0").unwrap_or(text);
    if let Ok(number) = digits.parse::<u16>() {
        return RecordType {
            number: Some(number),
            name: Some(name_of(number).map_or_else(|| digits.to_owned(), str::to_owned)),
        };
    }
    let number = NUMBERS.get(&text.to_ascii_lowercase()).copied();
    RecordType {
        number,
        name: Some(number.and_then(name_of).unwrap_or(text).to_owned()),
    }
}

/// The name of a number.
pub(crate) fn name_of(number: u16) -> Option<&'static str> {
    let at = NAMES
        .binary_search_by_key(&number, |(known, _)| *known)
        .ok()?;
    NAMES.get(at).map(|(_, name)| *name)
}

/// Names in lower case to their numbers, because Graph writes them with another first letter.
static NUMBERS: LazyLock<BTreeMap<String, u16>> = LazyLock::new(|| {
    NAMES
        .iter()
        .map(|(number, name)| (name.to_ascii_lowercase(), *number))
        .collect()
});

/// The documented list of the Management Activity API schema (2026-06), and from the Graph metadata
/// (2026-08) what that list lacks. Where the two give one number to different names, the former has it,
/// except 22, which every export still calls Yammer.
#[rustfmt::skip]
static NAMES: &[(u16, &str)] = &[
    (1, "ExchangeAdmin"), (2, "ExchangeItem"), (3, "ExchangeItemGroup"), (4, "SharePoint"),
    (6, "SharePointFileOperation"), (7, "OneDrive"), (8, "AzureActiveDirectory"),
    (9, "AzureActiveDirectoryAccountLogon"), (10, "DataCenterSecurityCmdlet"),
    (11, "ComplianceDLPSharePoint"), (13, "ComplianceDLPExchange"),
    (14, "SharePointSharingOperation"), (15, "AzureActiveDirectoryStsLogon"),
    (16, "SkypeForBusinessPSTNUsage"), (17, "SkypeForBusinessUsersBlocked"),
    (18, "SecurityComplianceCenterEOPCmdlet"), (19, "ExchangeAggregatedOperation"),
    (20, "PowerBIAudit"), (21, "CRM"), (22, "Yammer"), (23, "SkypeForBusinessCmdlets"),
    (24, "Discovery"), (25, "MicrosoftTeams"), (28, "ThreatIntelligence"), (29, "MailSubmission"),
    (30, "MicrosoftFlow"), (31, "AeD"), (32, "MicrosoftStream"),
    (33, "ComplianceDLPSharePointClassification"), (34, "ThreatFinder"), (35, "Project"),
    (36, "SharePointListOperation"), (37, "SharePointCommentOperation"), (38, "DataGovernance"),
    (39, "Kaizala"), (40, "SecurityComplianceAlerts"), (41, "ThreatIntelligenceUrl"),
    (42, "SecurityComplianceInsights"), (43, "MIPLabel"), (44, "VivaInsights"),
    (45, "PowerAppsApp"), (46, "PowerAppsPlan"), (47, "ThreatIntelligenceAtpContent"),
    (48, "LabelContentExplorer"), (49, "TeamsHealthcare"), (50, "ExchangeItemAggregated"),
    (51, "HygieneEvent"), (52, "DataInsightsRestApiAudit"),
    (53, "InformationBarrierPolicyApplication"), (54, "SharePointListItemOperation"),
    (55, "SharePointContentTypeOperation"), (56, "SharePointFieldOperation"),
    (57, "MicrosoftTeamsAdmin"), (58, "HRSignal"), (59, "MicrosoftTeamsDevice"),
    (60, "MicrosoftTeamsAnalytics"), (61, "InformationWorkerProtection"), (62, "Campaign"),
    (63, "DLPEndpoint"), (64, "AirInvestigation"), (65, "Quarantine"), (66, "MicrosoftForms"),
    (67, "ApplicationAudit"), (68, "ComplianceSupervisionExchange"),
    (69, "CustomerKeyServiceEncryption"), (70, "OfficeNative"), (71, "MipAutoLabelSharePointItem"),
    (72, "MipAutoLabelSharePointPolicyLocation"), (73, "MicrosoftTeamsShifts"),
    (75, "MipAutoLabelExchangeItem"), (76, "CortanaBriefing"), (77, "Search"), (78, "WDATPAlerts"),
    (79, "PowerAppsResource"), (80, "PowerPlatformAdminEnvironment"), (81, "MDATPAudit"),
    (82, "SensitivityLabelPolicyMatch"), (83, "SensitivityLabelAction"),
    (84, "SensitivityLabeledFileAction"), (85, "AttackSim"), (86, "AirManualInvestigation"),
    (87, "SecurityComplianceRBAC"), (88, "UserTraining"), (89, "AirAdminActionInvestigation"),
    (90, "MSTIC"), (91, "PhysicalBadgingSignal"), (92, "TeamsEasyApprovals"), (98, "MCASAlerts"),
    (99, "OnPremisesFileShareScannerDlp"), (100, "OnPremisesSharePointScannerDlp"),
    (101, "ExchangeSearch"), (102, "SharePointSearch"), (103, "PrivacyInsights"),
    (105, "MyAnalyticsSettings"), (106, "SecurityComplianceUserChange"),
    (107, "ComplianceDLPExchangeClassification"), (109, "MipExactDataMatch"),
    (113, "MS365DCustomDetection"), (115, "MAPGAlerts"), (119, "PrivacyDigestEmail"),
    (125, "LargeContentMetadata"), (128, "FilteringMailMetadata"),
    (129, "CDPClassificationMailItem"), (132, "FilteringPostMailDeliveryAction"),
    (134, "TenantAllowBlockList"), (138, "DlpImportResult"), (142, "FilteringDocMetadata"),
    (143, "FilteringEmailFeatures"), (145, "FilteringUrlInfo"), (146, "FilteringAttachmentInfo"),
    (147, "CoreReportingSettings"), (148, "ComplianceConnector"),
    (149, "PowerPlatformLockboxResourceAccessRequest"),
    (150, "PowerPlatformLockboxResourceCommand"), (156, "FilteringUrlClick"),
    (157, "MipLabelAnalyticsAuditRecord"), (158, "FilteringEntityEvent"),
    (159, "FilteringRuleHits"), (160, "FilteringMailSubmission"),
    (163, "PowerPlatformServiceActivity"), (164, "ScorePlatformGenericAuditRecord"),
    (165, "FilteringTimeTravelDocMetadata"), (166, "Alert"), (167, "AlertStatus"),
    (168, "AlertIncident"), (169, "IncidentStatus"), (170, "Case"), (171, "CaseInvestigation"),
    (174, "DataShareOperation"), (177, "FilteringMailGradingResult"),
    (179, "PrivacyTenantAuditHistoryRecord"), (181, "EduDataLakeDownloadOperation"),
    (183, "MicrosoftGraphDataConnectOperation"), (185, "FilteringEmailContentFeatures"),
    (186, "PowerPagesSite"), (187, "PowerPlatformAdminDlp"), (188, "PlannerPlan"),
    (189, "PlannerCopyPlan"), (190, "PlannerTask"), (191, "PlannerRoster"),
    (192, "PlannerPlanList"), (193, "PlannerTaskList"), (194, "PlannerTenantSettings"),
    (195, "ProjectForThewebProject"), (196, "ProjectForThewebTask"),
    (197, "ProjectForThewebRoadmap"), (198, "ProjectForThewebRoadmapItem"),
    (199, "ProjectForThewebProjectSettings"), (200, "ProjectForThewebRoadmapSettings"),
    (201, "QuarantineMetadata"), (202, "MicrosoftTodoAudit"),
    (203, "TimeTravelFilteringDocMetadata"), (204, "TeamsQuarantineMetadata"),
    (205, "SharePointAppPermissionOperation"), (206, "MicrosoftTeamsSensitivityLabelAction"),
    (207, "FilteringTeamsMetadata"), (208, "FilteringTeamsUrlInfo"),
    (209, "FilteringTeamsPostDeliveryAction"), (214, "MDCSecurityConnectors"),
    (215, "MDADataSecuritySignal"), (216, "VivaGoals"), (217, "MicrosoftGraphDataConnectConsent"),
    (218, "AttackSimAdmin"), (220, "FilteringAtpDetonationInfo"),
    (225, "UpdateQuarantineMetadata"), (228, "FilteringUrlPostClickAction"), (230, "TeamsUpdates"),
    (231, "PlannerRosterSensitivityLabel"), (232, "MS365DIncident"),
    (233, "FilteringDelistingMetadata"), (235, "MicrosoftDefenderForIdentityAudit"),
    (237, "DefenderExpertsforXDRAdmin"), (241, "CDPHygieneAttachmentInfo"),
    (242, "CDPHygieneSummary"), (243, "CDPPostMailDeliveryAction"), (244, "CDPEmailFeatures"),
    (245, "CDPHygieneUrlInfo"), (247, "CDPPackageManagerHygieneEvent"), (248, "FilteringDocScan"),
    (249, "TimeTravelFilteringDocScan"), (251, "VfamCreatePolicy"), (252, "VfamUpdatePolicy"),
    (253, "VfamDeletePolicy"), (254, "M365DAAD"), (256, "PowerPlatformAdministratorActivity"),
    (257, "Windows365CustomerLockbox"), (259, "ComplianceCCExchangeExecutionResult"),
    (261, "CopilotInteraction"), (265, "VivaLearning"), (266, "VivaLearningAdmin"),
    (269, "PeopleAdminSettings"), (270, "CdpComplianceDLPExchangeClassification"),
    (272, "FilteringBulkSenderInsightData"), (273, "FilteringBulkThresholdInsightData"),
    (275, "OWAAuth"), (277, "SharePointESignature"), (278, "Dynamics365BusinessCentral"),
    (279, "MeshWorlds"), (280, "VivaPulseResponse"), (281, "VivaPulseOrganizer"),
    (282, "VivaPulseAdmin"), (283, "VivaPulseReport"), (285, "ComplianceDLMExchange"),
    (286, "ComplianceDLMSharePoint"), (287, "ProjectForThewebAssignedToMeSettings"),
    (288, "CloudPolicyService"), (289, "ComplianceDLPExchangeDiscovery"),
    (291, "SensitiveInfoDiscovered"), (292, "InsiderRiskScopedUserInsights"),
    (293, "MicrosoftTeamsRetentionLabelAction"), (294, "AadRiskDetection"), (295, "AuditSearch"),
    (296, "AuditRetentionPolicy"), (297, "AuditConfig"), (298, "BackupPolicy"),
    (299, "RestoreTask"), (300, "RestoreItem"), (301, "BackupItem"), (302, "URBACAssignment"),
    (303, "URBACRole"), (304, "URBACEnableState"), (305, "IRMSecurityAlert"),
    (306, "PurviewInsiderRiskCases"), (307, "PurviewInsiderRiskAlerts"),
    (308, "InsiderRiskScopedUsers"), (310, "CreateCopilotPlugin"), (311, "UpdateCopilotPlugin"),
    (312, "DeleteCopilotPlugin"), (313, "EnableCopilotPlugin"), (314, "DisableCopilotPlugin"),
    (315, "CreateCopilotWorkspace"), (316, "UpdateCopilotWorkspace"),
    (317, "DeleteCopilotWorkspace"), (318, "EnableCopilotWorkspace"),
    (319, "DisableCopilotWorkspace"), (320, "CreateCopilotPromptBook"),
    (321, "UpdateCopilotPromptBook"), (322, "DeleteCopilotPromptBook"),
    (323, "EnableCopilotPromptBook"), (324, "DisableCopilotPromptBook"),
    (325, "UpdateCopilotSettings"), (328, "ConnectedAIAppInteraction"),
    (329, "PrivaPrivacyConsentOperation"), (330, "PrivaPrivacyAssessmentOperation"),
    (331, "DataCatalogAccessRequests"), (332, "ComplianceSettingsChange"),
    (333, "DataSecurityInvestigation"), (334, "TeamCopilotInteraction"),
    (335, "IRMActivityAuditTrail"), (336, "SharePointContentSecurityPolicy"),
    (337, "CloudUpdateProfileConfig"), (338, "CloudUpdateTenantConfig"),
    (339, "CloudUpdateDeviceConfig"), (340, "DefenderPreviewFeatures"),
    (341, "DeviceDiscoverySettingsExclusion"), (342, "DeviceDiscoverySettingsAuthenticatedScans"),
    (344, "DeviceDiscoverySettings"), (345, "USXWorkspaceOnboarding"),
    (346, "VivaGlintAdvancedConfiguration"), (347, "VivaGlintPulseProgram"),
    (348, "VivaGlintPulseProgramRespondentRate"), (349, "VivaGlintQuestion"),
    (350, "VivaGlintRole"), (351, "VivaGlintRubicon"), (352, "VivaGlintSupportAccess"),
    (353, "VivaGlintSystem"), (354, "VivaGlintUser"), (355, "VivaGlintUserGroup"),
    (356, "VivaGlintFeedbackProgram"), (357, "FabricAudit"), (358, "TrainableClassifier"),
    (359, "WebContentFiltering"), (360, "NoisyAlertPolicy"), (361, "DataScanClassification"),
    (362, "AIInteractionsExport"), (363, "Microsoft365CopilotScheduledPrompt"),
    (364, "PlacesDirectory"), (365, "SentinelNotebookOnLake"), (366, "SentinelJob"),
    (367, "SentinelKQLOnLake"), (368, "SentinelLakeOnboarding"),
    (369, "SentinelLakeDataOnboarding"), (370, "SentinelAITool"), (371, "SentinelGraph"),
    (372, "CrossTenantAccessPolicy"), (373, "OutlookCopilotAutomation"),
    (374, "VivaEngageNetworkAssociation"), (375, "AppAdminActivity"),
    (376, "AppSettingsAdminActivity"), (377, "UniversalPrintPrintJob"),
    (378, "VivaAmplifyOutlookSensitivityLabel"), (379, "AIInteractionsSubscription"),
    (380, "AIInteractionsChangeNotification"), (381, "FilteringMailMetadataExtended"),
    (382, "OfficeRestrictedModeAction"), (383, "CopilotForSecurityTrigger"),
    (384, "CopilotAgentManagement"), (385, "P4AIAssessmentFabricScannerRecord"),
    (386, "PlannerGoal"), (387, "PlannerGoalList"), (394, "ThreatIntelligenceObject"),
    (395, "ThreatIntelligenceExport"), (396, "SubmissionAgenticGradingResult"),
    (401, "PlannerChatMessage"), (402, "PlannerChatMessageList"), (407, "AIInferenceCall"),
    (413, "A365AIInferenceCall"), (414, "VivaEngageSegment"), (422, "VivaEngageEvents"),
    (423, "CopilotForSecurityLogging"), (425, "CallActivityEvent"),
    (427, "UniversalPrintManagement"), (430, "PurviewPostureAgent"), (431, "GranularBrowseTask"),
    (437, "PowerPlatformTenantIsolation"), (440, "SentinelLakeEncryption"),
    (444, "TeamsEvalDataHubDataAccess"), (445, "TeamsEvalDataHubPermissionChange"),
    (446, "TeamsEvalDataHubAdminOperation"), (448, "AlertSubmission"),
    (449, "AlertSubmissionResultDetail"), (452, "AzureAISearchAudit"), (454, "DragonCopilotAdmin"),
    (456, "EopSubmissionFeedEntity"), (458, "SonarSubmissionEntity"), (460, "SubmissionEntity"),
    (462, "MicrosoftTeamsUserConcern"), (463, "VivaGlintAgenticCampaign"),
    (464, "MSPVectorSearchContentMetadata"), (466, "SecurityCopilotAgentIdentityManagement"),
    (467, "CopilotSessionSharing"), (468, "DragonCopilotAccess"),
    (469, "DragonCopilotClinicalData"), (470, "DragonCopilotSession"), (473, "MDASH"),
    (474, "DefenderSecurityForAIConfiguration"),
];
