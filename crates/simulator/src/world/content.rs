//! What people work on: companies they write to, sites, files, teams.

use crate::id::{AccountNo, GroupNo, Guid};

/// A person of another company.
#[derive(Debug, Clone)]
pub struct Contact {
    /// Name for people.
    pub name: String,
    /// Mail address.
    pub address: String,
}

/// A company that the tenant writes to.
#[derive(Debug, Clone)]
pub struct Company {
    /// Name.
    pub name: String,
    /// Mail domain.
    pub domain: String,
    /// Its people.
    pub contacts: Vec<Contact>,
    /// Sends invoices to the tenant.
    pub supplier: bool,
    /// Is sent invoices by the tenant.
    pub customer: bool,
    /// Its directory, when it is on Microsoft 365 too.
    pub tenant: Option<Guid>,
}

/// A thread of mails between accounts and contacts. Money threads are about invoices and payments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// Subject without `Re:`.
    pub subject: String,
    /// About an invoice, an offer or a payment.
    pub money: bool,
}

/// What a site is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SiteKind {
    /// A team's or department's site.
    TeamSite,
    /// Somebody's OneDrive.
    OneDrive,
}

/// A file in a library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// Unique id of the list item.
    pub id: Guid,
    /// Folder below the library, `/` between, empty for the top.
    pub folder: String,
    /// Name with its ending.
    pub name: String,
    /// Size in bytes.
    pub size: u64,
}

/// A document library.
#[derive(Debug, Clone)]
pub struct Library {
    /// List id.
    pub id: Guid,
    /// Name in its path, such as `Shared Documents`.
    pub name: String,
    /// Files.
    pub files: Vec<StoredFile>,
}

/// A SharePoint site or OneDrive.
#[derive(Debug, Clone)]
pub struct Site {
    /// Site id.
    pub id: Guid,
    /// Web id.
    pub web_id: Guid,
    /// Address without a slash at its end.
    pub url: String,
    /// Title.
    pub title: String,
    /// What it is.
    pub kind: SiteKind,
    /// Whose it is, for a OneDrive.
    pub owner: Option<AccountNo>,
    /// Who may work there.
    pub members: Vec<AccountNo>,
    /// Its library of documents.
    pub library: Library,
}

/// A team in Microsoft Teams.
#[derive(Debug, Clone)]
pub struct Team {
    /// Group behind it.
    pub group: GroupNo,
    /// Name.
    pub name: String,
    /// Thread id of the team, `19:…@thread.tacv2`.
    pub thread: String,
    /// Channels: name and thread id.
    pub channels: Vec<(String, String)>,
    /// Members, the owner first.
    pub members: Vec<AccountNo>,
}
