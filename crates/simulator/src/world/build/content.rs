//! Sites, OneDrives and their files.

use std::collections::BTreeSet;

use super::{Builder, next};
use crate::id::{AccountNo, SiteNo};
use crate::random::{Seed, Stream};
use crate::world::data::{ascii, field, fields, lines};
use crate::world::{Library, Licence, Site, SiteKind, StoredFile, World};

const FILES: &str = include_str!("../../../data/world/files.txt");

/// Folders and name patterns of a department's files.
struct Pattern {
    department: &'static str,
    folder: &'static str,
    name: &'static str,
}

/// Adds a site for every team, and a OneDrive for every person with a licence.
pub(super) fn add(builder: &mut Builder<'_>) {
    let seed = builder.seed.child("sites");
    let patterns: Vec<Pattern> = lines(FILES)
        .map(|line| {
            let fields = fields(line);
            Pattern {
                department: field(&fields, 0),
                folder: field(&fields, 1),
                name: field(&fields, 2),
            }
        })
        .collect();
    let host = host(&builder.world);
    let mut paths = BTreeSet::new();
    let mut sites = vec![root(builder, &host, seed, &patterns)];
    for (at, team) in (0_u64..).zip(&builder.world.teams) {
        let mut stream = seed.child("team").number(at).stream();
        let path: String = ascii(&team.name)
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        let path = free(&mut paths, &path);
        let mut members = team.members.clone();
        members.sort_unstable();
        members.dedup();
        let about = team.name.replace(' ', "");
        let count = (20 + members.len() * 4).min(400);
        sites.push(Site {
            id: stream.guid(),
            web_id: stream.guid(),
            url: format!("https://{host}.sharepoint.com/sites/{path}"),
            title: team.name.clone(),
            kind: SiteKind::TeamSite,
            owner: None,
            members,
            library: library(
                &builder.world,
                "Shared Documents",
                &about,
                count,
                &patterns,
                &mut stream,
            ),
        });
    }
    let size = builder.settings.size();
    let mean = if size > 4_000 { 10 } else { 22 };
    let people: Vec<AccountNo> = builder.world.people().map(|(number, _)| number).collect();
    for number in people {
        let account = builder.world.account(number);
        if account.licence == Licence::None {
            continue;
        }
        let mut stream = seed.child("drive").number(u64::from(number.0)).stream();
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
        let path = free(&mut paths, &path);
        let about = format!("{:?}", account.department);
        let count = usize::try_from(stream.between(mean / 2, mean * 3 / 2)).unwrap_or(10);
        let site = Site {
            id: stream.guid(),
            web_id: stream.guid(),
            url: format!("https://{host}-my.sharepoint.com/personal/{path}"),
            title: account.display_name.clone(),
            kind: SiteKind::OneDrive,
            owner: Some(number),
            members: vec![number],
            library: library(
                &builder.world,
                "Documents",
                &about,
                count,
                &patterns,
                &mut stream,
            ),
        };
        let drive = SiteNo(next(&sites));
        sites.push(site);
        if let Some(account) = builder.world.accounts.get_mut(number.index()) {
            account.drive = Some(drive);
        }
    }
    builder.world.sites = sites;
}

/// The first label of the first domain, which SharePoint's addresses begin with.
fn host(world: &World) -> String {
    world
        .tenant
        .first_domain
        .split('.')
        .next()
        .unwrap_or("contoso")
        .to_owned()
}

/// A path that no other site has.
fn free(paths: &mut BTreeSet<String>, wanted: &str) -> String {
    let mut path = wanted.to_owned();
    let mut count = 1;
    while !paths.insert(path.clone()) {
        count += 1;
        path = format!("{wanted}{count}");
    }
    path
}

/// The root site, where the intranet's pages are.
fn root(builder: &Builder<'_>, host: &str, seed: Seed, patterns: &[Pattern]) -> Site {
    let mut stream = seed.child("root").stream();
    Site {
        id: stream.guid(),
        web_id: stream.guid(),
        url: format!("https://{host}.sharepoint.com"),
        title: format!("{} Intranet", builder.world.tenant.name),
        kind: SiteKind::TeamSite,
        owner: None,
        members: builder.world.people().map(|(number, _)| number).collect(),
        library: library(
            &builder.world,
            "Shared Documents",
            "Intranet",
            30,
            patterns,
            &mut stream,
        ),
    }
}

fn library(
    world: &World,
    name: &str,
    about: &str,
    count: usize,
    patterns: &[Pattern],
    stream: &mut Stream,
) -> Library {
    let own: Vec<&Pattern> = patterns
        .iter()
        .filter(|pattern| {
            pattern.department.eq_ignore_ascii_case(about) || pattern.department == "*"
        })
        .collect();
    let id = stream.guid();
    let mut taken = BTreeSet::new();
    let mut files = Vec::with_capacity(count);
    for _ in 0..count {
        let Some(pattern) = stream.pick(&own) else {
            break;
        };
        let text = fill(world, pattern.name, stream);
        if !taken.insert((pattern.folder, text.clone())) {
            continue;
        }
        let exponent = stream.between(12, 22);
        let least = 1_i64 << exponent;
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

/// Fills a pattern: `{n}` a number, `{y}` a year, `{m}` a month, `{c}` a company, `{p}` a person.
pub(in crate::world) fn fill(world: &World, pattern: &str, stream: &mut Stream) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let mut text = String::with_capacity(pattern.len() + 16);
    let mut signs = pattern.chars();
    while let Some(sign) = signs.next() {
        if sign != '{' {
            text.push(sign);
            continue;
        }
        let what = signs.next();
        signs.next();
        match what {
            Some('n') => text.push_str(&stream.between(1_001, 99_999).to_string()),
            Some('y') => text.push_str(
                stream
                    .pick(&["2026", "2026", "2026", "2025", "2027"])
                    .copied()
                    .unwrap_or("2026"),
            ),
            Some('m') => text.push_str(stream.pick(&MONTHS).copied().unwrap_or("May")),
            Some('q') => text.push_str(
                stream
                    .pick(&["Q1", "Q2", "Q3", "Q4"])
                    .copied()
                    .unwrap_or("Q1"),
            ),
            Some('c') => text.push_str(
                stream
                    .pick(&world.companies)
                    .map_or("Contoso", |company| &company.name),
            ),
            Some('p') => text.push_str(
                stream
                    .pick(&world.accounts)
                    .map_or("Smith", |account| &account.surname),
            ),
            _ => {}
        }
    }
    text
}
