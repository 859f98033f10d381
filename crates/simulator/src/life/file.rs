//! Files: opening, changing, synchronising.

use super::person::Tool;
use super::scene::{Scene, in_browser, on_computer, on_phone};
use crate::happening::{Access, Act, FileAct, Flow, SiteAct};
use crate::id::SiteNo;
use crate::world::{FirstParty, Program, StoredFile};

/// With what somebody works on files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum With {
    Browser,
    Office,
    Sync,
    Teams,
    Phone,
}

impl With {
    const fn tool(self) -> Tool {
        let share_point = FirstParty::SharePointOnline.number();
        match self {
            Self::Browser => in_browser(share_point, share_point),
            Self::Office => on_computer(Program::Office, share_point),
            Self::Sync => on_computer(Program::OneDrive, share_point),
            Self::Teams => on_computer(Program::Teams, share_point),
            Self::Phone => on_phone(Program::Teams, share_point),
        }
    }

    /// The first operation on a file, by how often.
    const fn first(self) -> &'static [(&'static str, u64)] {
        match self {
            Self::Browser => &[
                ("FileAccessed", 60),
                ("FilePreviewed", 24),
                ("FileDownloaded", 5),
                ("FileUploaded", 6),
                ("FileAccessedExtended", 5),
            ],
            Self::Office => &[("FileAccessed", 90), ("FileCheckedOut", 1)],
            Self::Sync => &[
                ("FileSyncDownloadedFull", 44),
                ("FileSyncUploadedFull", 38),
                ("FileModified", 12),
                ("FolderCreated", 3),
                ("FileSyncDownloadedPartial", 2),
                ("FileSyncUploadedPartial", 2),
            ],
            Self::Teams => &[
                ("FileAccessed", 60),
                ("FilePreviewed", 30),
                ("FileUploaded", 10),
            ],
            Self::Phone => &[("FileAccessed", 50), ("FilePreviewed", 50)],
        }
    }
}

impl Scene<'_> {
    /// Works on some files with one program.
    pub(crate) fn works_with_files(&mut self) {
        const WITH: [(With, u64); 4] = [
            (With::Browser, 46),
            (With::Office, 22),
            (With::Sync, 20),
            (With::Teams, 12),
        ];
        let with = if self.person.at_work(self.at) {
            self.stream.weighted(&WITH).copied()
        } else {
            Some(With::Phone)
        };
        let Some(with) = with else {
            return;
        };
        let Some(site) = self.some_site() else {
            return;
        };
        let Some(access) = self.reach(with.tool()) else {
            return;
        };
        self.wait(1, 20);
        for _ in 0..=self.stream.below(4) {
            self.works_on_file(&access, with, site);
            self.wait(20, 400);
        }
    }

    fn works_on_file(&mut self, access: &Access, with: With, site: SiteNo) {
        let operation = self.stream.weighted(with.first()).copied();
        let Some(operation) = operation else {
            return;
        };
        let new = matches!(operation, "FileUploaded" | "FileSyncUploadedFull");
        let Some((site, file)) = self.some_file(site, new) else {
            return;
        };
        let folder = operation == "FolderCreated";
        self.file_act(access, operation, (site, file.clone()), folder);
        if operation == "FileAccessed" && self.stream.chance(340) {
            self.wait(30, 600);
            self.file_act(access, "FileModified", (site, file.clone()), false);
            if self.stream.chance(260) {
                self.wait(120, 900);
                self.file_act(access, "FileModifiedExtended", (site, file.clone()), false);
            }
        }
        if !folder {
            self.person.remember_file(site, file);
        }
    }

    /// Something with a file.
    pub(crate) fn file_act(
        &mut self,
        access: &Access,
        operation: &'static str,
        (site, file): (SiteNo, StoredFile),
        folder: bool,
    ) {
        let act = FileAct {
            operation,
            site,
            file,
            folder,
            destination: None,
        };
        self.does(access, Act::File(act));
    }

    /// A site where the account works; its OneDrive now and then.
    pub(crate) fn some_site(&mut self) -> Option<SiteNo> {
        let drive = self.account().drive;
        let own = drive.filter(|_| self.stream.chance(420));
        own.or_else(|| self.stream.pick(&self.person.sites).copied())
            .or(drive)
    }

    /// A file to work on: one of the last ones, one of the library, or a new one.
    pub(crate) fn some_file(&mut self, site: SiteNo, new: bool) -> Option<(SiteNo, StoredFile)> {
        if new {
            return Some((site, self.new_file(site)));
        }
        if self.stream.chance(380)
            && let Some(at) = self.person.recent.len().checked_sub(1)
        {
            let back = self.stream.below(u64::try_from(at + 1).unwrap_or(1));
            let found = self.person.recent.get(usize::try_from(back).unwrap_or(0));
            if let Some(found) = found {
                return Some(found.clone());
            }
        }
        let files = &self.world.site(site).library.files;
        match self.stream.pick(files) {
            Some(file) => Some((site, file.clone())),
            None => Some((site, self.new_file(site))),
        }
    }

    fn new_file(&mut self, site: SiteNo) -> StoredFile {
        const NAMES: [&str; 10] = [
            "Notes",
            "Offer",
            "Meeting",
            "Draft",
            "Scan",
            "Photo",
            "Report",
            "List",
            "Presentation",
            "Invoice",
        ];
        const ENDINGS: [&str; 6] = ["docx", "xlsx", "pdf", "pptx", "jpg", "txt"];
        let name = self.stream.pick(&NAMES).copied().unwrap_or("Notes");
        let ending = self.stream.pick(&ENDINGS).copied().unwrap_or("docx");
        let files = &self.world.site(site).library.files;
        let folder = self
            .stream
            .pick(files)
            .map_or_else(String::new, |file| file.folder.clone());
        StoredFile {
            id: self.stream.guid(),
            folder,
            name: format!("{name} {}.{ending}", self.stream.between(100, 99_999)),
            size: 9_000 + self.stream.below(2_000) * self.stream.below(900),
        }
    }

    /// Looks at a page of a site or at the start page.
    pub(crate) fn looks_at_site(&mut self, access: &Access) {
        let Some(site) = self.person.sites.first().copied().or(self.account().drive) else {
            return;
        };
        let site = self
            .stream
            .pick(&self.person.sites)
            .copied()
            .unwrap_or(site);
        for _ in 0..=self.stream.below(3) {
            let act = SiteAct {
                operation: "PageViewed",
                record_type: 4,
                site,
                item: "Home.aspx".to_owned(),
            };
            self.does(access, Act::Site(act));
            self.wait(2, 50);
        }
        let operation = self.stream.below(100);
        let (operation, record_type, item) = match operation {
            0..20 => ("ClientViewSignaled", 4, "Home.aspx"),
            20..48 => ("ListViewed", 36, "Documents"),
            48..58 => ("PageViewedExtended", 4, "Home.aspx"),
            _ => return,
        };
        let act = SiteAct {
            operation,
            record_type,
            site,
            item: item.to_owned(),
        };
        self.does(access, Act::Site(act));
    }

    /// Makes or changes a flow, as people do who know Power Automate.
    pub(crate) fn makes_flow(&mut self, access: &Access) {
        const OPERATIONS: [(&str, u64); 4] = [
            ("CreateFlow", 30),
            ("EditFlow", 50),
            ("PutPermissions", 8),
            ("DeleteFlow", 12),
        ];
        const CONNECTORS: [&str; 5] = [
            "Office 365 Outlook, SharePoint",
            "SharePoint, Approvals",
            "Microsoft Forms, Office 365 Outlook",
            "Microsoft Teams, Planner",
            "Office 365 Outlook, OneDrive for Business",
        ];
        let operation = self.stream.weighted(&OPERATIONS).copied();
        let connectors = self.stream.pick(&CONNECTORS).copied();
        let shared_with = if operation == Some("PutPermissions") {
            self.colleague()
        } else {
            None
        };
        let flow = Flow {
            operation: operation.unwrap_or("EditFlow"),
            id: self.stream.guid(),
            environment: self.world.tenant.id,
            connectors: connectors.unwrap_or("SharePoint"),
            shared_with,
        };
        self.does(access, Act::Flow(flow));
    }
}
