//! The columns of a directory audit under the names of every dialect.
//!
//! Graph and the diagnostic `properties` (`facts/schemas.md` §3.2), Log Analytics and the portal's CSV
//! (`facts/forms.md`, form 13).

use crate::dialect::slot::slots;

slots! {
    /// What a directory audit can say, whatever the dialect.
    AuditColumn {
        Activity = "activitydatetime" | "dateutc" | "date";
        EnvelopeTime = "time";
        Ingested = "timegenerated";
        Id = "id";
        ActivityName = "activitydisplayname" | "activity";
        OperationName = "operationname";
        Category = "category";
        Service = "loggedbyservice" | "service";
        Result = "result";
        ResultReason = "resultreason";
        ResultDescription = "resultdescription";
        InitiatedBy = "initiatedby";
        Targets = "targetresources";
        Details = "additionaldetails";
        CorrelationId = "correlationid";
        OperationType = "operationtype" | "aadoperationtype";
        UserAgent = "useragent";
        ActorType = "actortype";
        ActorName = "actordisplayname";
        ActorId = "actorobjectid";
        ActorUpn = "actoruserprincipalname";
        ActorServicePrincipalId = "actorserviceprincipalid";
        ActorServicePrincipalName = "actorserviceprincipalname";
        Address = "ipaddress";
        CallerAddress = "calleripaddress";
    }
}
