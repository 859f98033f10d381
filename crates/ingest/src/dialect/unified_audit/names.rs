//! The names of a record's members, and what each means to the mapper.
//!
//! Takes a member's name as an export writes it and gives the field. `OfficeActivity` and other exports
//! rename members, and some turn them to lower case; the names of one meaning stand on one line here.
//! It must never look at a value.

use std::sync::LazyLock;

macro_rules! members {
    ($($variant:ident $($name:literal)+;)*) => {
        /// A member that the mapper reads by name. All others become parameters under their own names.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Field { $($variant,)* }

        /// How many fields there are.
        pub(super) const COUNT: usize = [$(Field::$variant),*].len();

        static NAMES: &[(&str, Field)] = &[$($(($name, Field::$variant),)+)*];
    };
}

members! {
    CreationTime "CreationTime" "AuditCreationTime";
    Id "Id" "OfficeId" "AuditId";
    RecordType "RecordType";
    Operation "Operation";
    UserType "UserType";
    UserKey "UserKey";
    UserId "UserId" "UserId_";
    Workload "Workload" "OfficeWorkload";
    ResultStatus "ResultStatus" "ResultReasonType";
    ObjectId "ObjectId" "OfficeObjectId";
    ClientIp "ClientIP" "ClientIP_";
    ClientIpAddress "ClientIPAddress" "Client_IPAddress";
    ActorIpAddress "ActorIpAddress";
    UserIp "UserIp";
    AppAccessContext "AppAccessContext";
    InterSystemsId "InterSystemsId";
    IntraSystemId "IntraSystemId" "IntraSystemsId";
    CorrelationId "CorrelationId";
    ErrorNumber "ErrorNumber" "ErrorCode";
    LogonError "LogonError";
    LoginStatus "LoginStatus";
    Parameters "Parameters";
    OperationProperties "OperationProperties";
    ExtendedProperties "ExtendedProperties";
    DeviceProperties "DeviceProperties";
    ExtraProperties "ExtraProperties";
    ModifiedProperties "ModifiedProperties";
    Actor "Actor";
    Target "Target" "AADTarget";
    TokenObjectId "TokenObjectId";
    ApplicationId "ApplicationId";
    AppId "AppId";
    ClientAppId "ClientAppId";
    AadAppId "AadAppId" "AzureADAppId";
    ApplicationDisplayName "ApplicationDisplayName";
    AppName "AppName";
    ClientInfoString "ClientInfoString";
    ClientAppName "ClientAppName";
    BrowserName "BrowserName";
    UserAgent "UserAgent";
    AadSessionId "AADSessionId";
    SessionId "SessionId";
    UniqueTokenIdentifier "UniqueTokenIdentifier" "AppAccessContextUniqueTokenId";
    DeviceId "DeviceId";
    MailboxOwnerUpn "MailboxOwnerUPN";
    LogonType "LogonType" "Logon_Type";
    InternalLogonType "InternalLogonType";
    Item "Item";
    AffectedItems "AffectedItems";
    Folder "Folder";
    Folders "Folders";
    RecipientList "RecipientList" "Recipients" "Receivers";
    AttachmentData "AttachmentData";
    InternetMessageId "InternetMessageId";
    NetworkMessageId "NetworkMessageId";
    Subject "Subject";
    MailData "ExchangeMetaData" "EmailInfo";
    Url "Url";
    SourceId "SourceId";
    Name "Name";
    AlertId "AlertId";
    Data "Data";
    Members "Members";
    EventData "EventData" "Event_Data";
    SiteUrl "SiteUrl" "Site_Url" "Site_Url_";
    Site "Site" "Site_";
    SourceName "SourceName" "Source_Name";
    SourceRelativeUrl "SourceRelativeUrl" "SourceRelativeUrl_";
    SourceFileName "SourceFileName" "SourceFileName_";
    ItemType "ItemType";
    ListItemUniqueId "ListItemUniqueId";
    TeamName "TeamName";
    AadGroupId "AADGroupId";
    ChatThreadId "ChatThreadId";
    OrganizationName "OrganizationName";
    Noise "Version" "OrganizationId" "OrganizationId_" "OriginatingServer"
        "@odata.type" "OfficeTenantId" "OfficeTenantId_";
}

/// A name to look up.
struct Known {
    name: &'static str,
    field: Field,
}

impl Known {
    /// Whether this is the name. Most exports write it to the letter, which is quicker to compare.
    fn is(&self, name: &str) -> bool {
        self.name == name || self.name.eq_ignore_ascii_case(name)
    }
}

/// So many places the names lie in.
const PLACES: usize = 256;

/// The names by their [place]: hardly two have the same, so that a look-up compares one name or none.
static BY_PLACE: LazyLock<Vec<Vec<Known>>> = LazyLock::new(|| {
    let mut places: Vec<Vec<Known>> = (0..PLACES).map(|_| Vec::new()).collect();
    for (name, field) in NAMES {
        if let Some(known) = places.get_mut(place(name)) {
            known.push(Known {
                name,
                field: *field,
            });
        }
    }
    places
});

/// Where a name lies: by its length, its first, middle and last byte, letters in lower case. The factors were searched for:
/// with these five of all names share their place with another.
fn place(name: &str) -> usize {
    let bytes = name.as_bytes();
    let byte = |at: usize| bytes.get(at).map_or(0, u8::to_ascii_lowercase);
    let (first, middle) = (byte(0), byte(bytes.len() / 2));
    let last = byte(bytes.len().saturating_sub(1));
    let mixed = [(first, 88), (middle, 98), (last, 35)]
        .into_iter()
        .map(|(byte, times)| usize::from(byte) * times)
        .sum::<usize>();
    (mixed + bytes.len() * 107) % PLACES
}

impl Field {
    /// The field of a member's name, whatever its case; the portal's ` [UTC]` is overlooked.
    pub(super) fn of(name: &str) -> Option<Self> {
        let name = name.strip_suffix(" [UTC]").unwrap_or(name);
        BY_PLACE
            .get(place(name))?
            .iter()
            .find(|known| known.is(name))
            .map(|known| known.field)
    }
}
