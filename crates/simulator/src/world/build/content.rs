//! Sites, OneDrives and their files.

use std::collections::BTreeSet;

use super::{Builder, next};
use crate::calendar::MONTHS;
use crate::id::{AccountNo, SiteNo};
use crate::random::{Seed, Stream};
use crate::world::data::{ascii, field, fields, lines};
use crate::world::{Library, Licence, Site, SiteKind, StoredFile, World};

const FILES: &str = include_str!("../../../data/world/files.txt");

/// Where files of a kind lie and what they are called.
struct Pattern {
    /// Title of a team or name of a department without blanks; `*` for all.
    about: &'static str,
    folder: &'static str,
    name: &'static str,
}

/// What the makers of sites share.
struct Making<'w> {
    world: &'w World,
    seed: Seed,
    patterns: Vec<Pattern>,
    /// The first label of the first domain, which SharePoint's addresses begin with.
    host: String,
    /// Last parts of addresses that are given away.
    paths: BTreeSet<String>,
}

/// Adds the root site, a site for every team, then a OneDrive for every person with a licence.
pub(super) fn add(builder: &mut Builder<'_>) {
    let mut making = Making {
        world: &builder.world,
        seed: builder.seed.child("sites"),
        patterns: lines(FILES)
            .map(fields)
            .map(|fields| Pattern {
                about: field(&fields, 0),
                folder: field(&fields, 1),
                name: field(&fields, 2),
            })
            .collect(),
        host: host(&builder.world),
        paths: BTreeSet::new(),
    };
    let mut sites = vec![making.root()];
    for at in 0..builder.world.teams.len() {
        sites.extend(making.team_site(at));
    }
    let mut drives = Vec::new();
    for (number, account) in builder.world.people() {
        if account.licence != Licence::None {
            drives.push((number, SiteNo(next(&sites))));
            sites.push(making.drive(number));
        }
    }
    for (number, drive) in drives {
        if let Some(account) = builder.world.accounts.get_mut(number.index()) {
            account.drive = Some(drive);
        }
    }
    builder.world.sites = sites;
}

fn host(world: &World) -> String {
    let label = world.tenant.first_domain.split('.').next();
    label.unwrap_or("contoso").to_owned()
}

impl Making<'_> {
    /// The root site, where the intranet's pages are.
    fn root(&self) -> Site {
        let mut stream = self.seed.child("root").stream();
        Site {
            id: stream.guid(),
            web_id: stream.guid(),
            url: format!("https://{}.sharepoint.com", self.host),
            title: format!("{} Intranet", self.world.tenant.name),
            kind: SiteKind::TeamSite,
            owner: None,
            members: self.world.people().map(|(number, _)| number).collect(),
            library: self.library("Shared Documents", "Intranet", 30, &mut stream),
        }
    }

    fn team_site(&mut self, at: usize) -> Option<Site> {
        let team = self.world.teams.get(at)?;
        let mut stream = self
            .seed
            .child("team")
            .number(u64::try_from(at).ok()?)
            .stream();
        let plain: String = ascii(&team.name)
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        let path = self.free(&plain);
        let mut members = team.members.clone();
        members.sort_unstable();
        members.dedup();
        let count = (20 + members.len() * 4).min(400);
        Some(Site {
            id: stream.guid(),
            web_id: stream.guid(),
            url: format!("https://{}.sharepoint.com/sites/{path}", self.host),
            title: team.name.clone(),
            kind: SiteKind::TeamSite,
            owner: None,
            members,
            library: self.library("Shared Documents", &plain, count, &mut stream),
        })
    }

    fn drive(&mut self, number: AccountNo) -> Site {
        let account = self.world.account(number);
        let mut stream = self
            .seed
            .child("drive")
            .number(u64::from(number.0))
            .stream();
        let path: String = account
            .upn_lower()
            .chars()
            .filter(|sign| *sign != '\'')
            .map(|sign| {
                if sign.is_ascii_alphanumeric() {
                    sign
                } else {
                    '_'
                }
            })
            .collect();
        let path = self.free(&path);
        let about = format!("{:?}", account.department);
        // Large tenants keep fewer files each, so that a world stays small enough for a laptop.
        let mean = if self.world.accounts.len() > 4_000 {
            10
        } else {
            22
        };
        let count = usize::try_from(stream.between(mean / 2, mean * 3 / 2)).unwrap_or(10);
        Site {
            id: stream.guid(),
            web_id: stream.guid(),
            url: format!("https://{}-my.sharepoint.com/personal/{path}", self.host),
            title: account.display_name.clone(),
            kind: SiteKind::OneDrive,
            owner: Some(number),
            members: vec![number],
            library: self.library("Documents", &about, count, &mut stream),
        }
    }

    /// A path that no other site has.
    fn free(&mut self, wanted: &str) -> String {
        let mut path = wanted.to_owned();
        let mut count = 1;
        while !self.paths.insert(path.to_lowercase()) {
            count += 1;
            path = format!("{wanted}{count}");
        }
        path
    }

    fn library(&self, name: &str, about: &str, count: usize, stream: &mut Stream) -> Library {
        let fits =
            |pattern: &&Pattern| pattern.about == "*" || pattern.about.eq_ignore_ascii_case(about);
        let own: Vec<&Pattern> = self.patterns.iter().filter(fits).collect();
        let id = stream.guid();
        let mut taken = BTreeSet::new();
        let mut files = Vec::with_capacity(count);
        for _ in 0..count {
            let Some(pattern) = stream.pick(&own) else {
                break;
            };
            let text = fill(self.world, pattern.name, stream);
            if !taken.insert((pattern.folder, text.clone())) {
                continue;
            }
            // Sizes of documents spread evenly over powers of two, from 4 KiB to 8 MiB.
            let least = 1_i64 << stream.between(12, 22);
            files.push(StoredFile {
                id: stream.guid(),
                folder: pattern.folder.to_owned(),
                name: text,
                size: u64::try_from(stream.between(least, least * 2)).unwrap_or(0),
            });
        }
        Library {
            id,
            name: name.to_owned(),
            files,
        }
    }
}

/// Fills a pattern: `{n}` a number, `{y}` a year, `{m}` a month, `{q}` a quarter, `{c}` a company, `{p}` a
/// person's family name.
fn fill(world: &World, pattern: &str, stream: &mut Stream) -> String {
    const YEARS: [&str; 5] = ["2026", "2026", "2026", "2025", "2027"];
    const QUARTERS: [&str; 4] = ["Q1", "Q2", "Q3", "Q4"];
    let mut text = String::with_capacity(pattern.len() + 16);
    let mut parts = pattern.split(['{', '}']);
    text.push_str(parts.next().unwrap_or_default());
    // What stands between the braces, then what follows them.
    while let (Some(what), Some(after)) = (parts.next(), parts.next()) {
        match what {
            "n" => text.push_str(&stream.between(1_001, 99_999).to_string()),
            "y" => text.push_str(stream.pick(&YEARS).copied().unwrap_or_default()),
            "q" => text.push_str(stream.pick(&QUARTERS).copied().unwrap_or_default()),
            "m" => text.push_str(stream.pick(&MONTHS).copied().unwrap_or_default()),
            "c" => text.push_str(
                stream
                    .pick(&world.companies)
                    .map_or("", |company| &company.name),
            ),
            "p" => text.push_str(
                stream
                    .pick(&world.accounts)
                    .map_or("", |account| &account.surname),
            ),
            _ => {}
        }
        text.push_str(after);
    }
    text
}
