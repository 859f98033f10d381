//! Less common things with files and sites: order in the library, shares, lists, guests at work.

use hourzero_model::Timestamp;

use super::scene::{Scene, in_browser};
use crate::happening::{Access, Act, Actor, FileAct, Happening, ShareAct, ShareTarget, SiteAct};
use crate::id::{Guid, SiteNo};
use crate::random::Stream;
use crate::world::{FirstParty, NetworkKind, StoredFile};

/// Something of that kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Errand {
    File(&'static str),
    Folder(&'static str),
    SharesInside,
    CompanyLink,
    SharesOutside,
    AnonymousLink,
    Revokes,
    List(&'static str),
    GuestWorks,
    GivesSite,
}

impl Errand {
    /// One of them, by how often they are.
    pub(crate) fn draw(stream: &mut Stream) -> Self {
        const LIST: [(Errand, u64); 27] = [
            (Errand::File("FileRenamed"), 12),
            (Errand::File("FileMoved"), 9),
            (Errand::File("FileCopied"), 6),
            (Errand::File("FileRecycled"), 12),
            (Errand::File("FileRestored"), 2),
            (Errand::File("FileDeletedFirstStageRecycleBin"), 2),
            (Errand::File("FileVersionsAllDeleted"), 1),
            (Errand::File("FileCheckedIn"), 2),
            (Errand::File("FileDownloaded"), 14),
            (Errand::Folder("FolderCreated"), 9),
            (Errand::Folder("FolderModified"), 8),
            (Errand::Folder("FolderRenamed"), 3),
            (Errand::Folder("FolderMoved"), 2),
            (Errand::Folder("FolderRecycled"), 2),
            (Errand::SharesInside, 14),
            (Errand::CompanyLink, 8),
            (Errand::SharesOutside, 4),
            (Errand::AnonymousLink, 3),
            (Errand::Revokes, 2),
            (Errand::List("ListViewed"), 12),
            (Errand::List("ListUpdated"), 7),
            (Errand::List("ListItemCreated"), 8),
            (Errand::List("ListItemUpdated"), 8),
            (Errand::List("ListItemViewed"), 6),
            (Errand::List("ListColumnCreated"), 3),
            (Errand::List("ListCreated"), 1),
            (Errand::GivesSite, 1),
        ];
        stream
            .weighted(&LIST)
            .copied()
            .unwrap_or(Self::File("FileRenamed"))
    }
}

impl Scene<'_> {
    /// Does one of them.
    pub(crate) fn share_errand(&mut self, errand: Errand) {
        let Some(site) = self.some_site() else {
            return;
        };
        let share_point = FirstParty::SharePointOnline.number();
        let Some(access) = self.reach(in_browser(share_point, share_point)) else {
            return;
        };
        self.wait(1, 20);
        match errand {
            Errand::File(operation) => self.orders_file(&access, operation, site),
            Errand::Folder(operation) => self.orders_folder(&access, operation, site),
            Errand::SharesInside => self.shares_inside(&access, site),
            Errand::CompanyLink => self.company_link(&access, site),
            Errand::SharesOutside => self.shares_outside(&access, site),
            Errand::AnonymousLink => self.anonymous_link(&access, site),
            Errand::Revokes => self.share(&access, "SharingRevoked", site, None),
            Errand::List(operation) => self.list(&access, operation, site),
            Errand::GuestWorks => self.guest_works(&access, site),
            Errand::GivesSite => self.gives_site(&access, site),
        }
    }

    fn orders_file(&mut self, access: &Access, operation: &'static str, site: SiteNo) {
        let Some((site, file)) = self.some_file(site, false) else {
            return;
        };
        let destination = match operation {
            "FileRenamed" => Some((file.folder.clone(), format!("v2 {}", file.name))),
            "FileMoved" => Some(("Archive".to_owned(), file.name.clone())),
            "FileCopied" => Some((file.folder.clone(), format!("Copy of {}", file.name))),
            _ => None,
        };
        let gone = matches!(operation, "FileRenamed" | "FileMoved" | "FileRecycled");
        if gone {
            self.person
                .recent
                .retain(|(_, recent)| recent.id != file.id);
        }
        let act = FileAct {
            operation,
            site,
            file,
            folder: false,
            destination,
        };
        self.does(access, Act::File(act));
    }

    fn orders_folder(&mut self, access: &Access, operation: &'static str, site: SiteNo) {
        const NAMES: [&str; 7] = [
            "2026",
            "Archive",
            "Drafts",
            "Contracts",
            "Photos",
            "Meetings",
            "Old",
        ];
        let name = self.stream.pick(&NAMES).copied().unwrap_or("2026");
        let file = StoredFile {
            id: self.stream.guid(),
            folder: String::new(),
            name: name.to_owned(),
            size: 0,
        };
        let destination = match operation {
            "FolderRenamed" => Some((String::new(), format!("{name} (old)"))),
            "FolderMoved" => Some(("Archive".to_owned(), name.to_owned())),
            _ => None,
        };
        let act = FileAct {
            operation,
            site,
            file,
            folder: true,
            destination,
        };
        self.does(access, Act::File(act));
    }

    /// A record of record type 14 about a file of a site.
    fn share(
        &mut self,
        access: &Access,
        operation: &'static str,
        site: SiteNo,
        target: Option<ShareTarget>,
    ) {
        let Some((site, file)) = self.some_file(site, false) else {
            return;
        };
        let act = ShareAct {
            operation,
            site,
            file: Some(file),
            target,
            permission: "View",
            link: None,
            visitor: None,
        };
        self.does(access, Act::Share(act));
    }

    /// The records of one share, one after another.
    fn shares(
        &mut self,
        access: &Access,
        (site, file): &(SiteNo, StoredFile),
        link: Guid,
        steps: &[(&'static str, Option<ShareTarget>)],
    ) {
        for (operation, target) in steps {
            let act = ShareAct {
                operation,
                site: *site,
                file: Some(file.clone()),
                target: target.clone(),
                permission: if link.bytes().first().copied().unwrap_or(0) < 90 {
                    "Edit"
                } else {
                    "View"
                },
                link: Some(link),
                visitor: None,
            };
            self.does(access, Act::Share(act));
            self.wait(0, 2);
        }
    }

    fn shares_inside(&mut self, access: &Access, site: SiteNo) {
        let Some(other) = self.colleague() else {
            return;
        };
        let Some(found) = self.some_file(site, false) else {
            return;
        };
        let target = ShareTarget {
            name: self.world.account(other).upn_lower(),
            kind: "Member",
        };
        let link = self.stream.guid();
        let steps = [
            ("SharingInheritanceBroken", None),
            ("SecureLinkCreated", None),
            ("AddedToSecureLink", Some(target.clone())),
            ("SharingSet", Some(target)),
        ];
        self.shares(access, &found, link, &steps);
    }

    fn company_link(&mut self, access: &Access, site: SiteNo) {
        let Some(found) = self.some_file(site, false) else {
            return;
        };
        let link = self.stream.guid();
        let used = self.stream.chance(500);
        let mut steps = vec![("CompanyLinkCreated", None)];
        if used {
            steps.push(("CompanyLinkUsed", None));
        }
        self.shares(access, &found, link, &steps);
    }

    fn shares_outside(&mut self, access: &Access, site: SiteNo) {
        let Some(found) = self.some_file(site, false) else {
            return;
        };
        let me = self.who();
        let Some((contact, _)) = super::post::correspondent(self.world, me, &mut self.stream)
        else {
            return;
        };
        let guest = ShareTarget {
            name: contact.address.to_lowercase(),
            kind: "Guest",
        };
        let link = self.stream.guid();
        let steps = [
            ("SharingInheritanceBroken", None),
            ("SecureLinkCreated", None),
            ("SharingInvitationCreated", Some(guest.clone())),
            ("AddedToSecureLink", Some(guest.clone())),
        ];
        self.shares(access, &found, link, &steps);
        let visitor = format!("urn:spo:guest#{}", guest.name);
        self.is_visited(&found, link, "SecureLinkUsed", visitor);
    }

    fn anonymous_link(&mut self, access: &Access, site: SiteNo) {
        let Some(found) = self.some_file(site, false) else {
            return;
        };
        let link = self.stream.guid();
        let steps = [
            ("SharingInheritanceBroken", None),
            ("AnonymousLinkCreated", None),
        ];
        self.shares(access, &found, link, &steps);
        for _ in 0..self.stream.below(4) {
            let hash = self.stream.bits();
            let visitor = format!("urn:spo:anon#{hash:016x}{hash:016x}{hash:016x}{hash:016x}");
            self.is_visited(&found, link, "AnonymousLinkUsed", visitor);
        }
    }

    /// An outsider opens what was shared with him, hours or days later.
    fn is_visited(
        &mut self,
        (site, file): &(SiteNo, StoredFile),
        link: Guid,
        operation: &'static str,
        visitor: String,
    ) {
        let seconds = self.stream.between(300, 100_000);
        let at = self.at.plus_seconds(seconds);
        let network = self
            .world
            .pick_network(NetworkKind::Home, None, &mut self.stream)
            .or_else(|| self.account().networks.first().copied());
        let Some(network) = network else {
            return;
        };
        let tool = in_browser(
            FirstParty::SharePointOnline.number(),
            FirstParty::SharePointOnline.number(),
        );
        let access = Access {
            place: self.world.place(network, self.who(), at, &mut self.stream),
            client: self.client(tool, false),
            session: None,
            token: None,
            device: None,
        };
        let act = ShareAct {
            operation,
            site: *site,
            file: Some(file.clone()),
            target: None,
            permission: "View",
            link: Some(link),
            visitor: Some(visitor),
        };
        self.visits(at, access, Act::Share(act));
    }

    fn visits(&mut self, at: Timestamp, access: Access, act: Act) {
        self.agenda.happens(Happening {
            at,
            actor: Actor::Background,
            account: None,
            app: None,
            access: Some(access),
            act,
        });
    }

    fn list(&mut self, access: &Access, operation: &'static str, site: SiteNo) {
        const LISTS: [&str; 6] = [
            "Documents",
            "Site Pages",
            "Tasks",
            "Contacts",
            "Issue tracker",
            "Inventory",
        ];
        let act = SiteAct {
            operation,
            record_type: if operation == "ListColumnCreated" {
                56
            } else {
                36
            },
            site,
            item: self
                .stream
                .pick(&LISTS)
                .copied()
                .unwrap_or("Documents")
                .to_owned(),
        };
        self.does(access, Act::Site(act));
    }

    /// A guest opens files of the sites that he was let into.
    fn guest_works(&mut self, access: &Access, site: SiteNo) {
        for _ in 0..=self.stream.below(3) {
            let Some((site, file)) = self.some_file(site, false) else {
                return;
            };
            let operation = if self.stream.chance(800) {
                "FileAccessed"
            } else {
                "FileDownloaded"
            };
            self.file_act(access, operation, (site, file.clone()), false);
            self.person.remember_file(site, file);
            self.wait(30, 400);
        }
    }

    fn gives_site(&mut self, access: &Access, site: SiteNo) {
        let Some(other) = self.colleague() else {
            return;
        };
        let operations = ["AddedToGroup", "SiteCollectionAdminAdded", "GroupAdded"];
        let act = ShareAct {
            operation: self
                .stream
                .pick(&operations)
                .copied()
                .unwrap_or("AddedToGroup"),
            site,
            file: None,
            target: Some(ShareTarget {
                name: self.world.account(other).upn_lower(),
                kind: "Member",
            }),
            permission: "Limited Access",
            link: None,
            visitor: None,
        };
        self.does(access, Act::Share(act));
    }
}
