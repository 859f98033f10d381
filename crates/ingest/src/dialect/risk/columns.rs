//! The columns of risk detections and risky users under the names of every dialect
//! (`facts/schemas.md` §3.3; `facts/forms.md`, form 28).

use crate::dialect::slot::slots;

slots! {
    /// What a risk detection or a risky user can say, whatever the dialect.
    RiskColumn {
        Activity = "activitydatetime";
        Detected = "detecteddatetime";
        LastUpdated = "lastupdateddatetime";
        EnvelopeTime = "time";
        Ingested = "timegenerated";
        Id = "id";
        RequestId = "requestid";
        CorrelationId = "correlationid";
        EventType = "riskeventtype" | "risktype";
        Level = "risklevel";
        State = "riskstate";
        Detail = "riskdetail";
        Source = "source";
        Timing = "detectiontimingtype";
        ActivityKind = "activity";
        TokenIssuer = "tokenissuertype";
        Address = "ipaddress";
        CallerAddress = "calleripaddress";
        Location = "location";
        City = "city";
        Region = "state";
        Country = "countryorregion";
        UserId = "userid";
        UserName = "userdisplayname";
        UserPrincipalName = "userprincipalname";
        ServicePrincipalId = "serviceprincipalid";
        ServicePrincipalName = "serviceprincipaldisplayname" | "serviceprincipalname";
        AppId = "appid";
        UserAgent = "useragent";
        Additional = "additionalinfo";
    }
}
