//! The columns of a sign-in under the names of every dialect.
//!
//! Graph and the diagnostic `properties` (`facts/schemas.md` §3.1), Log Analytics, the portal's CSV
//! (`facts/forms.md`, form 12) and the hunting tables `AADSignInEventsBeta` and `EntraIdSignInEvents`
//! with their service principal sisters (Microsoft's reference of the advanced hunting schema).

use crate::dialect::slot::slots;

slots! {
    /// What a sign-in can say, whatever the dialect.
    SignInColumn {
        Created = "createddatetime" | "dateutc" | "date";
        HuntingTime = "timestamp";
        EnvelopeTime = "time";
        Ingested = "timegenerated";
        Id = "id" | "requestid";
        Category = "category";
        Table = "type" | "table";
        EventTypes = "signineventtypes" | "logontype";
        IsInteractive = "isinteractive";
        UserPrincipalName = "userprincipalname" | "username" | "accountupn";
        UserId = "userid" | "accountobjectid";
        UserName = "userdisplayname" | "user" | "accountdisplayname";
        Identity = "identity";
        UserType = "usertype";
        IsGuest = "isguestuser";
        ServicePrincipalId = "serviceprincipalid";
        ServicePrincipalName = "serviceprincipalname";
        ManagedIdentityType = "managedidentitytype";
        IsManagedIdentity = "ismanagedidentity";
        CredentialKeyId = "serviceprincipalcredentialkeyid" | "credentialkeyid";
        CredentialThumbprint = "serviceprincipalcredentialthumbprint" | "credentialthumbprint";
        AppId = "appid" | "applicationid";
        AppName = "appdisplayname" | "application";
        ResourceIdentity = "resourceidentity";
        ResourceId = "resourceid";
        ResourceName = "resourcedisplayname";
        Resource = "resource";
        Address = "ipaddress";
        CallerAddress = "calleripaddress";
        AddressSeenByResource = "ipaddressfromresourceprovider" | "ipaddressseenbyresource";
        AutonomousSystem = "autonomoussystemnumber";
        Location = "location";
        LocationDetails = "locationdetails";
        City = "city" | "locationcity";
        State = "state" | "locationstate";
        Country = "country" | "countryorregion" | "locationcountryorregion";
        UserAgent = "useragent";
        ClientApp = "clientappused" | "clientapp";
        SessionId = "sessionid";
        TokenId = "uniquetokenidentifier" | "uniquetokenid";
        CorrelationId = "correlationid";
        Requirement = "authenticationrequirement";
        Protocol = "authenticationprotocol";
        MfaDetail = "mfadetail";
        MfaResult = "multifactorauthenticationresult" | "mfaresult";
        MfaMethod = "multifactorauthenticationauthmethod" | "mfaauthmethod";
        MfaMethodDetail = "multifactorauthenticationauthdetail" | "mfaauthdetail";
        Status = "status";
        ErrorCode = "signinerrorcode" | "errorcode" | "statuserrorcode";
        ResultType = "resulttype";
        FailureReason = "failurereason" | "statusfailurereason";
        ResultDescription = "resultdescription";
        AdditionalDetails = "statusadditionaldetails";
        ConditionalAccess = "conditionalaccessstatus" | "conditionalaccess";
        Policies = "appliedconditionalaccesspolicies" | "conditionalaccesspolicies"
            | "conditionalaccesspoliciesv2";
        IncomingToken = "incomingtokentype";
        TransferMethod = "originaltransfermethod";
        CrossTenant = "crosstenantaccesstype";
        HomeTenant = "hometenantid";
        ResourceTenant = "resourcetenantid";
        TokenIssuer = "tokenissuertype";
        TokenProtectionDetails = "tokenprotectionstatusdetails";
        TokenProtection = "signintokenprotectionstatus" | "tokenprotectionsigninsession";
        CredentialType = "clientcredentialtype";
        Steps = "authenticationdetails";
        Processing = "authenticationprocessingdetails";
        DeviceDetail = "devicedetail";
        DeviceId = "deviceid" | "aaddeviceid" | "entraiddeviceid";
        DeviceName = "devicename";
        TrustType = "devicetrusttype" | "jointype";
        OperatingSystem = "operatingsystem" | "osplatform";
        Browser = "browser";
        Compliant = "compliant" | "iscompliant";
        Managed = "managed" | "ismanaged";
        Networks = "networklocationdetails";
        RiskDuring = "risklevelduringsignin";
        RiskAggregated = "risklevelaggregated";
        RiskState = "riskstate";
        RiskDetail = "riskdetail" | "riskdetails";
        RiskTypes = "riskeventtypesv2";
        RiskTypesOld = "riskeventtypes";
        OriginalRequest = "originalrequestid";
        Flagged = "flaggedforreview";
    }
}
