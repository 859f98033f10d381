//! Files, shares, pages and lists (record types 4, 6, 14, 36, 56).

use super::super::Writing;
use super::site::{SiteRecord, is_sync};
use crate::happening::{FileAct, ShareAct, SiteAct};
use crate::json::Object;
use crate::world::{Site, SiteKind, StoredFile};

/// Adds the record of something with a file.
pub(super) fn file(writing: &mut Writing<'_, '_>, act: &FileAct) {
    let site = writing.world.site(act.site);
    let operation = extended(writing, act);
    let sync = writing
        .happening
        .access
        .as_ref()
        .is_some_and(|access| is_sync(&access.client));
    let marked = writing.stream.chance(500);
    let machine = (operation.starts_with("FileSync") || sync)
        .then(|| machine(writing))
        .flatten();
    SiteRecord {
        operation,
        record_type: 6,
        site: act.site,
        object: address(site, &act.file),
        item_type: if act.folder { "Folder" } else { "File" },
        visitor: None,
    }
    .push(writing, |record, site| {
        record.text("SiteUrl", format!("{}/", site.url));
        record.shown("WebId", site.web_id);
        if is_transfer(operation) {
            record.shown("FileSizeBytes", act.file.size);
        }
        if has_media_mark(operation) && (operation != "FileAccessed" || marked) {
            record.flag("HighPriorityMediaProcessing", false);
        }
        list_of(record, site);
        record
            .shown("ListItemUniqueId", act.file.id)
            .number("ListServerTemplate", template(site));
        source(record, site, &act.file, act.folder);
        if let Some((folder, name)) = &act.destination {
            record
                .text("DestinationFileExtension", extension(name))
                .text("DestinationFileName", name)
                .text("DestinationRelativeUrl", below(&site.library.name, folder));
        }
        if operation.contains("Uploaded") {
            record.text("ImplicitShare", "No");
        }
        if operation.starts_with("FileSync") {
            record.shown("FileSyncBytesCommitted", act.file.size);
        }
        if let Some((domain, machine)) = machine {
            record
                .shown("MachineDomainInfo", domain)
                .shown("MachineId", machine);
        }
    });
}

/// Long access to the same file is told in records of another name.
fn extended(writing: &mut Writing<'_, '_>, act: &FileAct) -> &'static str {
    let longer = match act.operation {
        "FileAccessed" => "FileAccessedExtended",
        "FileModified" => "FileModifiedExtended",
        other => return other,
    };
    let goes_on = writing
        .memory
        .goes_on(writing.happening, act.file.id, act.operation);
    if goes_on { longer } else { act.operation }
}

/// The machine that syncs: ids that stay the same for a device.
fn machine(writing: &Writing<'_, '_>) -> Option<(crate::id::Guid, crate::id::Guid)> {
    let device = writing.happening.access.as_ref()?.device?;
    let place = writing.world.seed.child("sync machine");
    let domain = place.child("domain").stream().guid();
    Some((domain, place.number(u64::from(device.0)).stream().guid()))
}

fn is_transfer(operation: &str) -> bool {
    matches!(
        operation,
        "FileDownloaded" | "FileModified" | "FileUploaded" | "FileSyncDownloadedFull"
    )
}

fn has_media_mark(operation: &str) -> bool {
    matches!(
        operation,
        "FileAccessed"
            | "FilePreviewed"
            | "FileUploaded"
            | "FileRenamed"
            | "FileDownloaded"
            | "FileSyncUploadedFull"
            | "FileSyncDownloadedFull"
    )
}

/// Adds the record of a share.
pub(super) fn share(writing: &mut Writing<'_, '_>, act: &ShareAct) {
    // A new group of a site is told as a change of the site, whoever it is for.
    if act.operation == "GroupAdded" {
        let group = act.target.as_ref().map(|target| target.name.clone());
        let change = SiteAct {
            operation: act.operation,
            record_type: 4,
            site: act.site,
            item: group.unwrap_or_default(),
        };
        return site(writing, &change);
    }
    let site = writing.world.site(act.site);
    let (object, item_type) = match &act.file {
        Some(file) => (address(site, file), "File"),
        None => (site.url.clone(), "Site"),
    };
    let admin = act.operation.starts_with("SiteCollectionAdmin");
    SiteRecord {
        operation: act.operation,
        record_type: 14,
        site: act.site,
        object,
        item_type,
        visitor: act.visitor.as_deref(),
    }
    .push(writing, |record, site| {
        record.shown("WebId", site.web_id);
        if admin {
            let name = act.target.as_ref().map_or("", |target| &target.name);
            record.list("ModifiedProperties", |list| {
                list.object(|entry| {
                    entry
                        .text("Name", "SiteAdmin")
                        .text("NewValue", name)
                        .text("OldValue", "");
                });
            });
        } else {
            record.text("EventData", event_data(act, site));
        }
        record.text("SiteUrl", format!("{}/", site.url));
        if let Some(file) = &act.file {
            list_of(record, site);
            record.shown("ListItemUniqueId", file.id);
            source(record, site, file, false);
        }
        if let Some(target) = &act.target {
            record
                .text("TargetUserOrGroupName", &target.name)
                .text("TargetUserOrGroupType", target.kind);
        }
        record.maybe("UniqueSharingId", act.link);
    });
}

/// `EventData`: a fragment of XML, other elements for each operation.
fn event_data(act: &ShareAct, site: &Site) -> String {
    let permission = act.permission;
    match act.operation {
        "AddedToGroup" | "RemovedFromGroup" => {
            format!("<Group>{} Members</Group>", site.title)
        }
        "SharingInheritanceBroken" => {
            "<ShareEnabled>True</ShareEnabled><CopyRoleAssignments>False</CopyRoleAssignments>"
                .to_owned()
        }
        "SharingSet" => format!(
            "<Permissions granted>{permission}</Permissions granted><MembersCanShareApplied>False</MembersCanShareApplied>"
        ),
        "AnonymousLinkUsed" | "SecureLinkUsed" => format!("<Type>{permission}</Type>"),
        _ => format!(
            "<Type>{permission}</Type><MembersCanShareApplied>False</MembersCanShareApplied>"
        ),
    }
}

/// Adds the record of a page, list, column or setting.
pub(super) fn site(writing: &mut Writing<'_, '_>, act: &SiteAct) {
    let site = writing.world.site(act.site);
    let lists = matches!(act.record_type, 36 | 54 | 55 | 56);
    let (object, item_type) = match (act.record_type, act.operation) {
        (_, "ListItemCreated" | "ListItemUpdated" | "ListItemViewed") => (
            format!("{}/Lists/{}/1_.000", site.url, act.item),
            "ListItem",
        ),
        _ if lists => (format!("{}/{}", site.url, act.item), "List"),
        (_, "PageViewed" | "ClientViewSignaled" | "PagePrefetched") => {
            let page = match site.kind {
                SiteKind::OneDrive => "_layouts/15/onedrive.aspx".to_owned(),
                SiteKind::TeamSite => format!("SitePages/{}", act.item),
            };
            (format!("{}/{page}", site.url), "Page")
        }
        (_, "SharingPolicyChanged") => (site.url.clone(), "Tenant"),
        (_, "PermissionLevelAdded" | "PermissionLevelModified") => (site.url.clone(), "Web"),
        _ => (site.url.clone(), "Site"),
    };
    let drawn = Drawn {
        count: writing.stream.between(0, 400),
        custom: writing.stream.chance(400),
        unique: writing.stream.guid(),
        view: writing.stream.guid(),
    };
    SiteRecord {
        operation: act.operation,
        record_type: act.record_type,
        site: act.site,
        object,
        item_type,
        visitor: None,
    }
    .push(writing, |record, site| {
        if lists {
            list_keys(record, act, site, &drawn);
        } else {
            page_keys(record, act, site, &drawn);
        }
    });
}

struct Drawn {
    count: i64,
    custom: bool,
    unique: crate::id::Guid,
    view: crate::id::Guid,
}

fn list_keys(record: &mut Object<'_>, act: &SiteAct, site: &Site, drawn: &Drawn) {
    let template = template(site).to_string();
    let base = "DocumentLibrary";
    if act.operation == "ListCreated" {
        record
            .text("ListBaseTemplateType", template)
            .text("ListBaseType", base)
            .shown("ListId", site.library.id)
            .text("ListTitle", &act.item)
            .shown("WebId", site.web_id);
        return;
    }
    if drawn.custom {
        record.flag("CustomizedDoclib", false);
    }
    if act.operation != "ListItemCreated" {
        record.flag("DoNotDistributeEvent", true);
    }
    record.flag("FromApp", false);
    if act.operation != "ListItemCreated" {
        record.flag("IsDocLib", true);
    }
    record
        .number("ItemCount", drawn.count)
        .text("ListBaseTemplateType", template)
        .text("ListBaseType", base)
        .text("ListColor", "")
        .text("ListIcon", "")
        .shown("ListId", site.library.id);
    if act.operation.starts_with("ListItem") {
        record.shown("ListItemUniqueId", drawn.unique);
    }
    record.text("ListTitle", &act.item);
    if drawn.custom {
        record.text("Source", "Unknown");
    }
    record
        .text("TemplateTypeId", "")
        .shown("WebId", site.web_id);
}

fn page_keys(record: &mut Object<'_>, act: &SiteAct, site: &Site, drawn: &Drawn) {
    match act.operation {
        "PageViewed" => {
            if drawn.custom {
                record
                    .flag("CustomUniqueId", true)
                    .shown("ListItemUniqueId", drawn.unique);
            }
            record.shown("WebId", site.web_id);
        }
        "ClientViewSignaled" | "PagePrefetched" => {
            record
                .flag("CustomUniqueId", true)
                .shown("ListId", drawn.view)
                .shown("ListItemUniqueId", drawn.unique)
                .shown("WebId", site.web_id);
        }
        "GroupAdded" | "SharingPolicyChanged" => {
            record.list("ModifiedProperties", |list| {
                list.object(|entry| {
                    entry
                        .text("Name", "Name")
                        .text("NewValue", &act.item)
                        .text("OldValue", "");
                });
            });
        }
        "PermissionLevelAdded" | "PermissionLevelModified" => {
            let data = format!(
                "<Name>{}</Name><BasePermissions>138612833</BasePermissions>",
                act.item
            );
            record.text("EventData", data).shown("WebId", site.web_id);
        }
        _ => {
            let data = format!("<SiteCreationSource>{}</SiteCreationSource>", act.item);
            record.text("EventData", data);
        }
    }
}

fn list_of(record: &mut Object<'_>, site: &Site) {
    record
        .number("ListBaseType", 1)
        .shown("ListId", site.library.id);
}

fn source(record: &mut Object<'_>, site: &Site, file: &StoredFile, folder: bool) {
    let ending = if folder { "" } else { extension(&file.name) };
    record
        .text("SourceFileExtension", ending)
        .text("SourceFileName", &file.name)
        .text("SourceRelativeUrl", below(&site.library.name, &file.folder));
}

fn template(site: &Site) -> i64 {
    match site.kind {
        SiteKind::OneDrive => 700,
        SiteKind::TeamSite => 101,
    }
}

fn address(site: &Site, file: &StoredFile) -> String {
    let folder = below(&site.library.name, &file.folder);
    format!("{}/{folder}/{}", site.url, file.name)
}

fn below(library: &str, folder: &str) -> String {
    if folder.is_empty() {
        library.to_owned()
    } else {
        format!("{library}/{folder}")
    }
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}
