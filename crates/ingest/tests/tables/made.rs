//! Forms for which no real sample is at hand: rows made by hand from Microsoft's documentation and the
//! collectors' column lists (`facts/forms.md` 16–25, 28). They prove the reading, not that a real export
//! looks so.

use crate::support::{import, show};

/// Reads an artefact and shows all that came out.
fn made(name: &str, content: &str) -> String {
    show(&import(name, content.as_bytes()))
}

macro_rules! made {
    ($($test:ident $name:literal $content:expr;)*) => {
        $(#[test]
        fn $test() {
            let text = made($name, $content);
            insta::with_settings!({ omit_expression => true }, {
                insta::assert_snapshot!(text);
            });
        })*
    };
}

made! {
    portal_csv_of_a_hunting_table "New query.csv" concat!(
        "\u{feff}\"Timestamp\",\"NetworkMessageId\",\"InternetMessageId\",\"SenderFromAddress\",\"SenderIPv4\",\"RecipientEmailAddress\",\"Subject\",\"EmailDirection\",\"DeliveryAction\",\"DeliveryLocation\",\"AuthenticationDetails\",\"ReportId\"\r\n",
        "\"Mar 6, 2026 4:40:00 PM\",\"A1B2C3D4-0000-4000-8000-000000000001\",\"<a@contoso.example>\",\"Pat@Contoso.example\",\"203.0.113.9\",\"ap@fabrikam.example\",\"Invoice, new bank\",\"Outbound\",\"Delivered\",\"On-premises/external\",\"{\"\"SPF\"\":\"\"pass\"\"}\",\"r-1\"\r\n",
        "\"2026-03-06T16:41:00Z\",\"a1b2c3d4-0000-4000-8000-000000000002\",\"<b@contoso.example>\",\"pat@contoso.example\",\"203.0.113.9\",\"ap@fabrikam.example\",\"Invoice\",\"Outbound\",\"Blocked\",\"Dropped\",\"\",\"r-2\"\r\n",
    );
    log_analytics_portal_csv "query_data.csv" concat!(
        "\u{feff}$table,\"TimeGenerated [UTC]\",\"Timestamp [UTC]\",AlertId,Title,Category,Severity,DetectionSource,ServiceSource,AttackTechniques\r\n",
        "AlertInfo,\"3/6/2026, 4:40:00.123 PM\",\"3/6/2026, 4:40:00.123 PM\",da1,\"Suspicious inbox\r\nrule.\",Persistence,High,Microsoft 365 Defender,Microsoft Defender XDR,\"[\"\"Email Hiding Rules (T1564.008)\"\"]\"\r\n",
    );
    streaming_mixes_tables "PT1H.json" concat!(
        r#"{"time":"2026-03-06T16:45:00Z","tenantId":"7f0d1c5e-0000-4000-8000-000000000001","operationName":"Publish","category":"AdvancedHunting-UrlClickEvents","properties":{"Timestamp":"2026-03-06T16:40:00Z","Url":"https://login.contoso.example/","ActionType":"ClickBlocked","AccountUpn":"Pat@contoso.example","Workload":"Teams","NetworkMessageId":"","IPAddress":"198.51.100.7","IsClickedThrough":false,"UrlChain":"[\"https://a.example/\",\"https://login.contoso.example/\"]","ReportId":"c-1"}}"#, "\n",
        r#"{"time":"2026-03-06T16:45:00Z","tenantId":"7f0d1c5e-0000-4000-8000-000000000001","operationName":"Publish","category":"AdvancedHunting-MessageUrlInfo","properties":{"Timestamp":"2026-03-06T16:39:00Z","TeamsMessageId":"1700000000001","Url":"https://login.contoso.example/","UrlDomain":"login.contoso.example","ReportId":"t-1"}}"#, "\n",
        r#"{"time":"2026-03-06T16:45:00Z","tenantId":"7f0d1c5e-0000-4000-8000-000000000001","operationName":"Publish","category":"AdvancedHunting-DeviceProcessEvents","properties":{"Timestamp":"2026-03-06T16:41:00Z","DeviceId":"AB12","DeviceName":"laptop.contoso.example","ActionType":"ProcessCreated","FileName":"quickassist.exe","FolderPath":"C:\\Windows\\quickassist.exe","AccountUpn":"pat@contoso.example","InitiatingProcessFileName":"explorer.exe","ReportId":17,"AdditionalFields":{}}}"#, "\n",
        r#"{"time":"2026-03-06T16:45:00Z","tenantId":"7f0d1c5e-0000-4000-8000-000000000001","operationName":"Publish","category":"AdvancedHunting-CloudAppEvents","properties":{"Timestamp":"2026-03-06T16:42:00Z","ActionType":"FileDownloaded","Application":"Box","AccountObjectId":"0b7c0000-0000-4000-8000-000000000001","AccountDisplayName":"Pat","IPAddress":"198.51.100.7","ReportId":"x-1","ActivityType":"Download"}}"#, "\n",
        r#"{"time":"2026-03-06T16:45:00Z","tenantId":"7f0d1c5e-0000-4000-8000-000000000001","operationName":"Publish","category":"AdvancedHunting-CampaignInfo","properties":{"Timestamp":"2026-03-06T16:43:00Z","CampaignName":"Invoice","NetworkMessageId":"A1","RecipientEmailAddress":"pat@contoso.example","ReportId":"k-1"}}"#, "\n",
    );
    teams_messages "messages.jsonl" concat!(
        r#"{"Timestamp":"2026-03-06T16:39:00Z","TeamsMessageId":"1700000000001","SenderEmailAddress":"helpdesk@fabrikam.example","SenderDisplayName":"Help Desk","RecipientDetails":"[{\"RecipientSmtpAddress\":\"pat@contoso.example\"}]","Subject":"","ThreadId":"19:a@unq.gbl.spaces","ThreadType":"chat","IsExternalThread":true,"ReportId":"m-1"}"#, "\n",
    );
    graph_calls_from_diagnostic_settings "PT1H.json" concat!(
        r#"{"time":"2026-03-06T16:40:01.5Z","resourceId":"/TENANTS/7F0D/PROVIDERS/MICROSOFT.AADIAM","operationName":"Microsoft Graph Activity","operationVersion":"v1.0","category":"MicrosoftGraphActivityLogs","resultSignature":"200","durationMs":"12","callerIpAddress":"203.0.113.9","correlationId":"5A1B0000-0000-4000-8000-000000000001","level":"Informational","properties":{"timeGenerated":"2026-03-06T16:40:01.5Z","requestId":"5a1b0000-0000-4000-8000-000000000001","operationId":"5a1b0000-0000-4000-8000-000000000001","apiVersion":"v1.0","requestMethod":"GET","responseStatusCode":200,"tenantId":"7f0d","ipAddress":"203.0.113.9","userAgent":"python-requests/2.32","requestUri":"https://graph.microsoft.com/v1.0/users/pat@contoso.example/mailFolders('inbox')/messages/AAMkADk0ZTQ1/attachments?$top=50","signInActivityId":"QkFhAQ","appId":"14D82EEC-204B-4C2F-B7E8-296A70DAB67E","UserPrincipalObjectID":"0b7c","userId":"0B7C0000-0000-4000-8000-000000000001","C_Sid":"0042","scopes":"Mail.Read","roles":"","wids":"b79f"}}"#, "\n",
        r#"{"time":"2026-03-06T16:41:01Z","resourceId":"/TENANTS/7F0D/PROVIDERS/MICROSOFT.AADIAM","operationName":"Microsoft Graph Activity","category":"MicrosoftGraphActivityLogs","properties":{"timeGenerated":"2026-03-06T16:41:01Z","requestId":"5a1b0000-0000-4000-8000-000000000002","requestMethod":"DELETE","responseStatusCode":403,"requestUri":"https://graph.microsoft.com/beta/deviceManagement/managedDevices/11111111-1111-4111-8111-111111111111","servicePrincipalId":"7D2F0000-0000-4000-8000-000000000001","appId":"14d82eec-204b-4c2f-b7e8-296a70dab67e","roles":"Mail.ReadWrite"}}"#, "\n",
    );
    graph_alerts_v2 "alerts_v2.json" concat!(
        r##"{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#security/alerts_v2","value":[{"id":"da637551227677560813_-961444813","providerAlertId":"da637551227677560813_-961444813","incidentId":"28282","status":"new","severity":"High","classification":null,"serviceSource":"microsoftDefenderForOffice365","detectionSource":"microsoftDefenderForOffice365","productName":"Microsoft Defender for Office 365","detectorId":"e0da400f","title":"Suspicious inbox manipulation rule","description":"A rule.","category":"Persistence","createdDateTime":"2026-03-06T17:00:00Z","firstActivityDateTime":"2026-03-06T16:38:00Z","lastActivityDateTime":"2026-03-06T16:40:00Z","alertWebUrl":"https://security.microsoft.com/alerts/da637551227677560813_-961444813?tid=7f0d","mitreTechniques":["T1564.008"],"evidence":["##,
        r##"{"@odata.type":"#microsoft.graph.security.userEvidence","verdict":"suspicious","roles":["compromised"],"userAccount":{"accountName":"pat","domainName":"contoso","azureAdUserId":"0B7C0000-0000-4000-8000-000000000001","userPrincipalName":"Pat@contoso.example","displayName":"Pat"}},"##,
        r##"{"@odata.type":"#microsoft.graph.security.ipEvidence","roles":["attacker"],"ipAddress":"203.0.113.9","countryLetterCode":"NL"},"##,
        r##"{"@odata.type":"#microsoft.graph.security.mailboxConfigurationEvidence","mailboxPrimaryAddress":"Pat@contoso.example","configurationType":"userInboxRule","configurationId":"1","displayName":"."},"##,
        r##"{"@odata.type":"#microsoft.graph.security.cloudLogonSessionEvidence","sessionId":"0042","userAgent":"axios/1.7.2"},"##,
        r##"{"@odata.type":"#microsoft.graph.security.analyzedMessageEvidence","networkMessageId":"A1B2","internetMessageId":"<a@contoso.example>","subject":"Invoice","recipientEmailAddress":"ap@fabrikam.example"},"##,
        r##"{"@odata.type":"#microsoft.graph.security.oauthApplicationEvidence","appId":"FF8D92DC-3D82-41D6-BCBD-B9174D163620","displayName":"PerfectData"}]}]}"##,
    );
    graph_incidents "incidents.json"
        r#"{"value":[{"id":"2972395","incidentWebUrl":"https://security.microsoft.com/incidents/2972395?tid=7f0d","redirectIncidentId":null,"displayName":"Multi-stage incident","createdDateTime":"2026-03-06T17:00:00Z","lastUpdateDateTime":"2026-03-06T18:00:00Z","assignedTo":null,"classification":"unknown","determination":"unknown","status":"active","severity":"medium","alerts":[{"id":"da1","title":"One"},{"id":"da2","title":"Two"}]}]}"#;
    mes_security_alerts "2026-SecurityAlerts.csv" concat!(
        "\"Id\",\"Title\",\"Category\",\"Severity\",\"Status\",\"CreatedDateTime\",\"EventDateTime\",\"LastModifiedDateTime\",\"AssignedTo\",\"Description\",\"DetectionSource\",\"AffectedUser\",\"AffectedHost\",\"AzureTenantId\",\"Provider\",\"IncidentIds\"\r\n",
        "\"da1\",\"Unfamiliar sign-in\",\"InitialAccess\",\"medium\",\"newAlert\",\"3/6/2026 5:00:00 PM\",\"3/6/2026 4:40:00 PM\",\"\",\"\",\"x\",\"azureAd\",\"Pat@contoso.example; sam@contoso.example\",\"\",\"7f0d\",\"IPC\",\"28282\"\r\n",
    );
    sentinel_entities_refer_to_each_other "SecurityAlert.json"
        r#"[{"TimeGenerated":"2026-03-06T17:00:00Z","StartTime":"2026-03-06T16:38:00Z","DisplayName":"Impossible travel","AlertName":"Impossible travel","AlertSeverity":"Medium","SystemAlertId":"0EDC0000-0000-4000-8000-000000000001","VendorOriginalId":"669a","ProductName":"Microsoft Cloud App Security","AlertType":"MCAS_ALERT","Tactics":"InitialAccess, Persistence","Techniques":"[\"T1078\"]","AlertLink":"https://security.microsoft.com/alerts/ca669a?tid=7f0d","Entities":"[{\"$id\":\"2\",\"SessionId\":\"0042\",\"Account\":{\"$id\":\"3\",\"Name\":\"sam\",\"UPNSuffix\":\"contoso.example\",\"Type\":\"account\"},\"Type\":\"cloud-logon-session\"},{\"$ref\":\"3\"},{\"$id\":\"4\",\"Name\":\"Pat Doe\",\"UPNSuffix\":\"contoso.example\",\"AccountName\":\"pat\",\"Roles\":[\"Compromised\"],\"Type\":\"account\"},{\"$id\":\"5\",\"Address\":\"198.51.100.7\",\"Type\":\"ip\"},{\"$id\":\"6\",\"Address\":\"203.0.113.9\",\"Roles\":[\"Attacker\"],\"Type\":\"ip\"},{\"$id\":\"7\",\"Name\":\"Pat Doe\",\"Type\":\"account\"}]","ExtendedProperties":"{\"IncidentId\":\"7\"}","Type":"SecurityAlert"}]"#;
    graph_message_traces "messageTraces.json"
        r#"{"value":[{"id":"B570CFFC-87F6-4B6E-44F8-08DDCBA4FEC6","senderAddress":"Pat@contoso.example","recipientAddress":"ap@fabrikam.example","messageId":"<a@contoso.example>","receivedDateTime":"2026-03-06T16:40:00.5Z","subject":"Invoice","size":4096,"status":"failed","fromIP":"203.0.113.9","toIP":"198.51.100.7"}]}"#;
    message_trace_of_powershell "pat@contoso.example-MTL.csv" concat!(
        "\"PSComputerName\",\"MessageId\",\"MessageTraceId\",\"Received\",\"SenderAddress\",\"RecipientAddress\",\"Subject\",\"Status\",\"ToIP\",\"FromIP\",\"Size\",\"StartDate\",\"EndDate\",\"Index\"\r\n",
        "\"x\",\"<a@contoso.example>\",\"b570cffc-87f6-4b6e-44f8-08ddcba4fec6\",\"3/6/2026 4:40:00 PM\",\"pat@contoso.example\",\"ap@fabrikam.example\",\"Invoice\",\"Quarantined\",\"\",\"203.0.113.9\",\"4096\",\"3/5/2026\",\"3/7/2026\",\"0\"\r\n",
    );
    message_trace_summary_names_many_recipients "MessageTraceSummary.csv" concat!(
        "origin_timestamp_utc,sender_address,recipient_status,message_subject,total_bytes,message_id,network_message_id,original_client_ip,directionality,connector_id,delivery_priority\r\n",
        "2026-03-06T16:40:00.0000000Z,pat@contoso.example,\"AP@fabrikam.example##Receive, Send;cfo@fabrikam.example##Receive, Fail;sam@contoso.example##Receive, Deliver\",Invoice,4096,<a@contoso.example>,B570CFFC-87F6-4B6E-44F8-08DDCBA4FEC6,203.0.113.9,Originating,,Normal\r\n",
    );
    message_trace_extended "MessageTraceDetail.csv" concat!(
        "date_time_utc,client_ip,client_hostname,server_ip,source_context,connector_id,source,event_id,internal_message_id,message_id,network_message_id,recipient_address,recipient_status,total_bytes,recipient_count,reference,message_subject,sender_address,return_path,directionality,original_client_ip,custom_data\r\n",
        "2026-03-06T16:40:00.0Z,,,,,,STOREDRIVER,RECEIVE,17,<a@contoso.example>,b570cffc-87f6-4b6e-44f8-08ddcba4fec6,ap@fabrikam.example;cfo@fabrikam.example,To;Cc,4096,2,,Invoice,pat@contoso.example,pat@contoso.example,Originating,203.0.113.9,S:x=1\r\n",
        "2026-03-06T16:40:05.0Z,,,,,,SMTP,SENDEXTERNAL,17,<a@contoso.example>,b570cffc-87f6-4b6e-44f8-08ddcba4fec6,ap@fabrikam.example,250 2.6.0 Delivered,4096,1,,Invoice,pat@contoso.example,pat@contoso.example,Originating,203.0.113.9,\r\n",
    );
    provisioning_of_graph "provisioning.json"
        r#"{"value":[{"id":"gc532ff9","activityDateTime":"2026-03-06T16:40:00Z","tenantId":"7f0d","jobId":"BoxOut.7f0d","cycleId":"b6502552","changeId":"ffd24e91","provisioningAction":"create","durationInMilliseconds":3236,"servicePrincipal":{"id":"3f6cb18f","displayName":"Box"},"initiatedBy":{"id":"","displayName":"Azure AD Provisioning Service","initiatorType":"system"},"sourceIdentity":{"id":"0b7c","displayName":"Pat","identityType":"User"},"targetIdentity":{"id":"","displayName":"Pat","identityType":"User","details":{}},"provisioningSteps":[],"modifiedProperties":[{"displayName":"accountEnabled","oldValue":null,"newValue":"True"}],"provisioningStatusInfo":{"status":"failure","errorInformation":{"errorCode":"x"}}}]}"#;
    azure_activity_with_claims "AzureActivity.json"
        r#"[{"TimeGenerated":"2026-03-06T16:40:00Z","OperationNameValue":"MICROSOFT.AUTHORIZATION/ELEVATEACCESS/ACTION","OperationName":"Assigns the caller to User Access Administrator role","ActivityStatusValue":"Success","ActivitySubstatusValue":"OK","CategoryValue":"Administrative","Caller":"pat@contoso.example","CallerIpAddress":"203.0.113.9","CorrelationId":"5a1b0000-0000-4000-8000-000000000001","EventDataId":"5a1b0000-0000-4000-8000-000000000002","Authorization":"{\"scope\":\"/\",\"action\":\"Microsoft.Authorization/elevateAccess/action\"}","Claims":"{\"appid\":\"C44B4083-3BB0-49C1-B47D-974E53CBDF3C\",\"uti\":\"QkFhAQ\",\"ipaddr\":\"203.0.113.9\",\"name\":\"Pat\"}","HTTPRequest":"{\"clientIpAddress\":\"198.51.100.7\",\"method\":\"POST\"}","_ResourceId":"/providers/Microsoft.Authorization","ResourceProviderValue":"MICROSOFT.AUTHORIZATION","Type":"AzureActivity"}]"#;
    azure_activity_of_powershell "activity.json"
        r#"[{"authorization":{"action":"Microsoft.Compute/virtualMachines/write","scope":"/subscriptions/1/x"},"caller":"7d2f0000-0000-4000-8000-000000000001","correlationId":"c1","eventDataId":"e1","eventTimestamp":"2026-03-06T16:40:00Z","operationName":{"value":"Microsoft.Compute/virtualMachines/write","localizedValue":"Create or Update Virtual Machine"},"status":{"value":"Started","localizedValue":"Started"},"subStatus":{"value":"","localizedValue":""},"submissionTimestamp":"2026-03-06T16:41:00Z","resourceId":"/subscriptions/1/x","httpRequest":{"clientIpAddress":"203.0.113.9"}}]"#;
    azure_activity_of_diagnostic_settings "insights-activity-logs.json"
        r#"{"records":[{"time":"2026-03-06T16:40:00Z","resourceId":"/SUBSCRIPTIONS/1/X","operationName":"MICROSOFT.KEYVAULT/VAULTS/WRITE","category":"Administrative","resultType":"Failure","resultSignature":"Failed.Forbidden","callerIpAddress":"203.0.113.9","correlationId":"C1","identity":{"authorization":{"scope":"/subscriptions/1/x","action":"Microsoft.KeyVault/vaults/write","evidence":{"role":"Owner"}},"claims":{"appid":"c44b4083-3bb0-49c1-b47d-974e53cbdf3c","http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn":"pat@contoso.example"}},"level":"Error","properties":{"statusCode":"Forbidden"}}]}"#;
    inbox_rules_of_the_collector "20260306-InboxRules.csv" concat!(
        "\"UserName\",\"RuleName\",\"Enabled\",\"Priority\",\"RuleIdentity\",\"StopProcessingRules\",\"CopyToFolder\",\"MoveToFolder\",\"RedirectTo\",\"ForwardTo\",\"ForwardAsAttachmentTo\",\"DeleteMessage\",\"Description\",\"InError\",\"ErrorType\"\r\n",
        "\"Pat@contoso.example\",\".\",\"True\",\"1\",\"5764607523034234881\",\"True\",\"\",\"RSS Feeds\",\"\",\"drop@freemail.example\",\"\",\"False\",\"If the message:\r\n  includes 'invoice'\",\"False\",\"None\"\r\n",
    );
    inbox_rules_of_the_collector_by_graph "rules.csv" concat!(
        "\"UserPrincipalName\",\"RuleName\",\"Sequence\",\"Enabled\",\"ForwardTo\",\"RedirectTo\",\"ForwardAsAttachment\",\"Delete\"\r\n",
        "\"pat@contoso.example\",\"..\",\"1\",\"True\",\"\",\"\",\"\",\"True\"\r\n",
    );
    inbox_rules_of_powershell "Get-InboxRule-pat@contoso.example.json"
        r#"[{"Name":".","Identity":"pat\\5764607523034234881","RuleIdentity":5764607523034234881,"Enabled":true,"Priority":1,"SubjectOrBodyContainsWords":["invoice","payment"],"ForwardTo":null,"MoveToFolder":"RSS Feeds","MarkAsRead":true,"StopProcessingRules":true,"InError":false,"MailboxOwnerId":"pat"}]"#;
    inbox_rules_of_graph "messageRules_pat@contoso.example.json"
        r#"{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata","value":[{"id":"AQAAAJ5dZqA=","displayName":".","sequence":1,"isEnabled":true,"hasError":false,"isReadOnly":false,"conditions":{"bodyOrSubjectContains":["invoice"]},"actions":{"moveToFolder":"AAMkAD","markAsRead":true,"stopProcessingRules":true},"exceptions":null}]}"#;
    transport_rules_of_the_collector "TransportRules.csv" concat!(
        "\"Name\",\"Description\",\"CreatedBy\",\"WhenChanged\",\"State\",\"Priority\",\"Mode\"\r\n",
        "\".\",\"Blind carbon copy to drop@freemail.example\",\"pat@contoso.example\",\"3/6/2026 4:40:00 PM\",\"Enabled\",\"0\",\"Enforce\"\r\n",
    );
    oauth_permissions_of_the_collector "OAuthPermissions.csv" concat!(
        "\"PermissionType\",\"AppId\",\"ClientObjectId\",\"AppDisplayName\",\"ResourceObjectId\",\"ResourceDisplayName\",\"Permission\",\"ConsentType\",\"PrincipalObjectId\",\"PrincipalDisplayName\"\r\n",
        "\"Delegated\",\"ff8d92dc-3d82-41d6-bcbd-b9174d163620\",\"7d2f\",\"PerfectData Software\",\"a411\",\"Microsoft Graph\",\"Mail.Read\",\"Principal\",\"0b7c\",\"Pat\"\r\n",
    );
    methods_of_the_collector "MFA.csv" concat!(
        "\"user\",\"MFAstatus\",\"email\",\"fido2\",\"app\",\"password\",\"phone\",\"softwareoath\",\"hellobusiness\",\"temporaryAccessPass\"\r\n",
        "\"Pat@contoso.example\",\"Enabled\",\"False\",\"False\",\"True\",\"True\",\"True\",\"False\",\"False\",\"False\"\r\n",
    );
    mailbox_permissions_of_the_collector "MailboxPermissions.csv" concat!(
        "\"UserPrincipalName\",\"DisplayName\",\"RecipientTypeDetails\",\"FullAccessUsers\",\"SendAsUsers\"\r\n",
        "\"ap@contoso.example\",\"Accounts\",\"SharedMailbox\",\"pat@contoso.example\",\"\"\r\n",
    );
    mailboxes_of_powershell "mailboxes.json"
        r#"[{"UserPrincipalName":"Pat@contoso.example","ExternalDirectoryObjectId":"0b7c0000-0000-4000-8000-000000000001","RecipientTypeDetails":"UserMailbox","ForwardingAddress":null,"ForwardingSmtpAddress":"smtp:drop@freemail.example","DeliverToMailboxAndForward":true,"AuditEnabled":true}]"#;
    mailbox_delegates_of_powershell "perms.csv" concat!(
        "Identity,User,AccessRights,IsInherited,Deny,InheritanceType\r\n",
        "ap,temp@contoso.example,FullAccess,False,False,All\r\n",
    );
    oauth_grants_of_graph "grants.json"
        r#"{"value":[{"id":"Xk3","clientId":"7d2f","consentType":"Principal","principalId":"0b7c","resourceId":"a411","scope":" Mail.ReadWrite Mail.Send"}]}"#;
    service_principals_of_graph "servicePrincipals.json"
        r#"{"value":[{"id":"7d2f","appId":"ff8d92dc-3d82-41d6-bcbd-b9174d163620","displayName":"PerfectData Software","servicePrincipalType":"Application","accountEnabled":true,"appOwnerOrganizationId":"9999","keyCredentials":[],"passwordCredentials":[]}]}"#;
    applications_of_graph "applications.json"
        r#"{"value":[{"id":"aa11","appId":"bb22","displayName":"Payroll sync","publisherDomain":"contoso.example","signInAudience":"AzureADMyOrg","requiredResourceAccess":[],"passwordCredentials":[{"keyId":"k1"}]}]}"#;
    methods_of_graph "methods-pat@contoso.example.json"
        r##"{"value":[{"@odata.type":"#microsoft.graph.phoneAuthenticationMethod","id":"3179e48a-750b-4051-897c-87b9720928f7","phoneNumber":"+1 2065550100","phoneType":"mobile","smsSignInState":"notConfigured"}]}"##;
    registrations_of_graph "userRegistrationDetails.json"
        r#"{"value":[{"id":"0b7c0000-0000-4000-8000-000000000001","userPrincipalName":"pat@contoso.example","userDisplayName":"Pat","isMfaRegistered":true,"methodsRegistered":["mobilePhone"],"isAdmin":false}]}"#;
    conditional_access_of_graph "policies.json"
        r#"{"value":[{"id":"9c4e","displayName":"Require MFA","state":"enabled","conditions":{"users":{"includeUsers":["All"]}},"grantControls":{"operator":"OR","builtInControls":["mfa"]}}]}"#;
    identity_info "IdentityInfo.csv" concat!(
        "Timestamp,AccountObjectId,AccountUpn,AccountDisplayName,AccountDomain,IsAccountEnabled,AssignedRoles,Department,Type\r\n",
        "2026-03-06 16:40:00+00:00,0b7c0000-0000-4000-8000-000000000001,Pat@contoso.example,Pat,contoso,True,\"[\"\"Global Administrator\"\"]\",Finance,IdentityInfo\r\n",
    );
    an_unknown_table_is_an_event_with_fewer_fields "result.csv" concat!(
        "\"TimeGenerated [UTC]\",TenantId,UserPrincipalName,IPAddress,ActionType,InvestigationPriority,Type\r\n",
        "\"3/6/2026, 4:40:00.000 PM\",7f0d,Pat@contoso.example,203.0.113.9,FirstTimeUserConnected,5,BehaviorAnalytics\r\n",
        "\"\",7f0d,sam@contoso.example,203.0.113.9,FirstTimeUserConnected,5,BehaviorAnalytics\r\n",
    );
    audits_without_any_time_are_shown_with_the_reason "AuditLogs_Hunting.csv" concat!(
        "OperationName,InitiatingUserOrApp,CorrelationId,Category,Id,InitiatedBy,Result,TargetResources,ActivityDisplayName,Type\r\n",
        "Add owner to application,pat@contoso.example,c1,ApplicationManagement,Directory_c1_A_1,\"{\"\"user\"\":{\"\"userPrincipalName\"\":\"\"pat@contoso.example\"\"}}\",success,[],Add owner to application,AuditLogs\r\n",
    );
}
