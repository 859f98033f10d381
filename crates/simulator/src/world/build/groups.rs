//! Groups, teams and Conditional Access.

use super::{Builder, next};
use crate::id::{AccountNo, GroupNo};
use crate::random::Stream;
use crate::world::{AccountKind, Department, EntraPlan, Group, Licence, Policy, Team};

const ALL: [(Department, &str); 9] = [
    (Department::Management, "Management"),
    (Department::Finance, "Finance"),
    (Department::Sales, "Sales"),
    (Department::Purchasing, "Purchasing"),
    (Department::HumanResources, "Human Resources"),
    (Department::It, "IT"),
    (Department::Operations, "Operations"),
    (Department::Legal, "Legal"),
    (Department::Marketing, "Marketing"),
];

/// Adds them.
pub(super) fn add(builder: &mut Builder<'_>) {
    let mut stream = builder.seed.child("groups").stream();
    let members: Vec<AccountNo> = builder.world.people().map(|(number, _)| number).collect();
    push(builder, &mut stream, "All Company", false, members.clone());
    for (department, name) in ALL {
        let people: Vec<AccountNo> = builder
            .world
            .people_of(department)
            .map(|(number, _)| number)
            .collect();
        if people.is_empty() {
            continue;
        }
        let group = push(builder, &mut stream, name, false, people.clone());
        // A department of one has no team.
        if people.len() > 1 {
            team(builder, &mut stream, group, name, people);
        }
    }
    projects(builder, &mut stream, &members);
    let excluded = privileged(builder, &mut stream);
    policies(builder, &mut stream, excluded);
}

fn push(
    builder: &mut Builder<'_>,
    stream: &mut Stream,
    name: &str,
    role_assignable: bool,
    members: Vec<AccountNo>,
) -> GroupNo {
    let number = GroupNo(next(&builder.world.groups));
    builder.world.groups.push(Group {
        id: stream.guid(),
        name: name.to_owned(),
        role_assignable,
        members,
    });
    number
}

fn team(
    builder: &mut Builder<'_>,
    stream: &mut Stream,
    group: GroupNo,
    name: &str,
    members: Vec<AccountNo>,
) {
    let thread = |stream: &mut Stream| {
        let id: String = stream
            .guid()
            .to_string()
            .chars()
            .filter(|sign| *sign != '-')
            .collect();
        format!("19:{id}@thread.tacv2")
    };
    let own = thread(stream);
    let mut channels = vec![("General".to_owned(), own.clone())];
    for channel in [
        "Announcements",
        "Planning",
        "Questions",
        "Documents",
        "Social",
    ] {
        if stream.chance(400) {
            channels.push((channel.to_owned(), thread(stream)));
        }
    }
    builder.world.teams.push(Team {
        group,
        name: name.to_owned(),
        thread: own,
        channels,
        members,
    });
}

/// Teams across departments, with a guest or two.
fn projects(builder: &mut Builder<'_>, stream: &mut Stream, members: &[AccountNo]) {
    const NAMES: [&str; 12] = [
        "ERP Introduction",
        "Website Relaunch",
        "Trade Fair",
        "Warehouse Move",
        "Price Review",
        "Quality Circle",
        "Works Council",
        "Sustainability Report",
        "New Building",
        "Onboarding",
        "Key Customers",
        "Tender 2027",
    ];
    let guests: Vec<AccountNo> = builder
        .world
        .accounts_of(AccountKind::Guest)
        .map(|(number, _)| number)
        .collect();
    let count = (members.len() / 12).clamp(1, 300);
    for at in 0..count {
        let name = NAMES.get(at % NAMES.len()).copied().unwrap_or("Project");
        let round = at / NAMES.len();
        let name = if round == 0 {
            name.to_owned()
        } else {
            format!("{name} {}", round + 1)
        };
        let mut people: Vec<AccountNo> = Vec::new();
        for _ in 0..stream.between(3, 14) {
            if let Some(person) = stream.pick(members)
                && !people.contains(person)
            {
                people.push(*person);
            }
        }
        if stream.chance(400)
            && let Some(guest) = stream.pick(&guests)
        {
            people.push(*guest);
        }
        let group = push(builder, stream, &name, false, people.clone());
        team(builder, stream, group, &name, people);
    }
}

/// Groups that give roles or spare from policies; gives the group that is spared.
fn privileged(builder: &mut Builder<'_>, stream: &mut Stream) -> GroupNo {
    let glass: Vec<AccountNo> = builder
        .world
        .accounts_of(AccountKind::BreakGlass)
        .map(|(number, _)| number)
        .collect();
    let services: Vec<AccountNo> = builder
        .world
        .accounts_of(AccountKind::Service)
        .map(|(number, _)| number)
        .collect();
    let desk: Vec<AccountNo> = builder
        .world
        .people_of(Department::It)
        .map(|(number, _)| number)
        .skip(1)
        .take(6)
        .collect();
    if builder.world.tenant.entra != EntraPlan::Free {
        push(builder, stream, "Role - Helpdesk Operators", true, desk);
        push(
            builder,
            stream,
            "Role - Tier 0 Administrators",
            true,
            Vec::new(),
        );
    }
    let excluded = push(
        builder,
        stream,
        "CA - Excluded Accounts",
        false,
        glass.into_iter().chain(services).collect(),
    );
    push(
        builder,
        stream,
        "Licensing - Microsoft 365",
        false,
        Vec::new(),
    );
    excluded
}

/// Policies by plan: none without P1, where security defaults do their part or nothing does.
fn policies(builder: &mut Builder<'_>, stream: &mut Stream, excluded: GroupNo) {
    if builder.world.tenant.entra == EntraPlan::Free {
        return;
    }
    let managed =
        builder.settings.is_enterprise() || builder.settings.licence == Licence::BusinessPremium;
    let mut add =
        |name: &str, mfa: bool, legacy: bool, device: bool, admins: bool, report: bool| {
            builder.world.policies.push(Policy {
                id: stream.guid(),
                name: name.to_owned(),
                requires_mfa: mfa,
                blocks_legacy: legacy,
                requires_device: device,
                administrators_only: admins,
                report_only: report,
                excludes: vec![excluded],
            });
        };
    add(
        "CA001 - Block legacy authentication",
        false,
        true,
        false,
        false,
        false,
    );
    add(
        "CA002 - Require MFA for administrators",
        true,
        false,
        false,
        true,
        false,
    );
    add(
        "CA003 - Require MFA for all users",
        true,
        false,
        false,
        false,
        false,
    );
    if managed {
        add(
            "CA010 - Require compliant device",
            false,
            false,
            true,
            false,
            true,
        );
    }
    add(
        "Microsoft-managed: Block device code flow",
        false,
        false,
        false,
        false,
        true,
    );
}
