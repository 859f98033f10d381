//! Files, shares and sites.

use crate::id::SiteNo;
use crate::world::StoredFile;

/// Something with a file or folder (record type 6): `FileAccessed`, `FileDownloaded`, `FileSyncDownloadedFull` …
#[derive(Debug, Clone)]
pub struct FileAct {
    /// The operation.
    pub operation: &'static str,
    /// Where.
    pub site: SiteNo,
    /// The file; for folders, its name without an ending.
    pub file: StoredFile,
    /// It is a folder.
    pub folder: bool,
    /// New folder and name, for renames, moves and copies.
    pub destination: Option<(String, String)>,
}

/// Who may use a share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareTarget {
    /// A name as SharePoint writes it: an address, a guest's name with `#ext#`, a group.
    pub name: String,
    /// `Member`, `Guest`, `SharePointGroup`, `SecurityGroup` …
    pub kind: &'static str,
}

/// A share made, changed or used (record type 14): `SharingSet`, `AddedToSecureLink`, `AnonymousLinkCreated` …
#[derive(Debug, Clone)]
pub struct ShareAct {
    /// The operation.
    pub operation: &'static str,
    /// Where.
    pub site: SiteNo,
    /// The file; nothing when the site itself is shared.
    pub file: Option<StoredFile>,
    /// With whom.
    pub target: Option<ShareTarget>,
    /// What is allowed: `View` or `Edit`, or `Limited Access`.
    pub permission: &'static str,
    /// Id of the link.
    pub link: Option<crate::id::Guid>,
    /// The user id of a visitor without an account: `urn:spo:anon#…`, `urn:spo:guest#…`.
    pub visitor: Option<String>,
}

/// A page, list, column or setting of a site (record types 4, 36, 56): `PageViewed`, `ListViewed`, `ListUpdated` …
#[derive(Debug, Clone)]
pub struct SiteAct {
    /// The operation.
    pub operation: &'static str,
    /// Record type.
    pub record_type: u16,
    /// Where.
    pub site: SiteNo,
    /// The page's or list's name.
    pub item: String,
}
