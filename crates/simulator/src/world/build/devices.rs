//! Registered devices: computers first, then telephones.

use super::{Builder, next};
use crate::id::{AccountNo, DeviceNo};
use crate::random::Stream;
use crate::world::clients::system;
use crate::world::{
    AccountKind, Browser, Department, Device, EntraPlan, Licence, MailClient, Platform, TrustType,
};

/// Gives every person a computer, and most telephones of managed tenants a registration.
pub(super) fn add(builder: &mut Builder<'_>) {
    let seed = builder.seed.child("devices");
    let count = builder.world.accounts.len();
    for number in (0_u32..).map(AccountNo).take(count) {
        let account = builder.world.account(number);
        let (kind, department) = (account.kind, account.department);
        let Some(habits) = account.habits.clone() else {
            continue;
        };
        if kind != AccountKind::Member {
            continue;
        }
        let mut stream = seed.number(u64::from(number.0)).stream();
        let platform = computer(builder, department, &mut stream);
        push(builder, number, platform, &mut stream);
        if stream.chance(70) {
            let second = computer(builder, department, &mut stream);
            push(builder, number, second, &mut stream);
        }
        let registers = match builder.settings.licence {
            Licence::BusinessPremium | Licence::E3 | Licence::E5 => 800,
            _ => 250,
        };
        if habits.phone && stream.chance(registers) {
            push(builder, number, habits.handset, &mut stream);
        }
        if platform == Platform::Mac
            && let Some(habits) = builder
                .world
                .accounts
                .get_mut(number.index())
                .and_then(|account| account.habits.as_mut())
        {
            if habits.mail_client == MailClient::OutlookDesktop {
                habits.mail_client = MailClient::OutlookMac;
            }
            if habits.browser == Browser::Edge {
                habits.browser = Browser::Safari;
            }
        }
    }
}

fn computer(builder: &Builder<'_>, department: Department, stream: &mut Stream) -> Platform {
    let macs = match department {
        Department::Marketing => 400,
        Department::It | Department::Management => 160,
        _ => 40,
    };
    // Windows 10 is out of support since October 2025; some of it stays for years.
    let old = if builder.settings.is_enterprise() {
        60
    } else {
        170
    };
    if stream.chance(macs) {
        Platform::Mac
    } else if stream.chance(old) {
        Platform::Windows10
    } else {
        Platform::Windows11
    }
}

fn push(builder: &mut Builder<'_>, owner: AccountNo, platform: Platform, stream: &mut Stream) {
    let number = DeviceNo(next(&builder.world.devices));
    let tenant = &builder.world.tenant;
    let managed_tenant = builder.settings.is_enterprise()
        || builder.settings.licence == Licence::BusinessPremium
        || tenant.entra != EntraPlan::Free;
    let managed = managed_tenant && stream.chance(900);
    let phone = matches!(platform, Platform::Ios | Platform::Android);
    let trust = match platform {
        Platform::Windows10 | Platform::Windows11 if tenant.hybrid && stream.chance(800) => {
            TrustType::Hybrid
        }
        Platform::Windows10 | Platform::Windows11 if managed || stream.chance(350) => {
            TrustType::Joined
        }
        _ => TrustType::Registered,
    };
    let account = builder.world.account(owner);
    let device = Device {
        id: stream.guid(),
        object_id: stream.guid(),
        name: name(platform, number, &account.given_name, stream),
        platform,
        os: system(platform).to_owned(),
        os_version: version(platform, stream).to_owned(),
        trust,
        compliant: managed && stream.chance(if phone { 880 } else { 940 }),
        managed,
        owner: Some(owner),
    };
    builder.world.devices.push(device);
    if let Some(account) = builder.world.accounts.get_mut(owner.index()) {
        account.devices.push(number);
    }
}

/// Names as set-up gives them, or as an IT department numbers them. The last signs tell devices apart.
fn name(platform: Platform, number: DeviceNo, given: &str, stream: &mut Stream) -> String {
    const SIGNS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let mut tail = String::new();
    // Base 32 of the number scattered over 20 bits: an odd factor maps them one to one.
    let mut rest = number.0.wrapping_mul(777_767) & 0xf_ffff;
    for _ in 0..4 {
        let sign = SIGNS.get(usize::try_from(rest % 32).unwrap_or(0));
        tail.push(char::from(sign.copied().unwrap_or(b'A')));
        rest /= 32;
    }
    let more = SIGNS
        .get(usize::try_from(stream.below(32)).unwrap_or(0))
        .copied()
        .unwrap_or(b'A');
    let first = given.split(' ').next().unwrap_or("User");
    match platform {
        Platform::Windows10 | Platform::Windows11 => {
            let kind = stream
                .weighted(&[("LAPTOP", 55), ("DESKTOP", 30), ("NB", 15)])
                .copied()
                .unwrap_or("LAPTOP");
            let more = char::from(more);
            match kind {
                "NB" => format!("NB-{:05}", 10_000 + number.0),
                "DESKTOP" => format!("DESKTOP-{tail}{more}{}{}", stream.below(10), "K"),
                _ => format!("LAPTOP-{tail}{more}"),
            }
        }
        Platform::Mac => format!(
            "{first}'s MacBook {}",
            if stream.chance(600) { "Pro" } else { "Air" }
        ),
        Platform::Ios => format!("{first}'s iPhone"),
        Platform::Android => format!("{first}_Android_{}", number.0),
    }
}

fn version(platform: Platform, stream: &mut Stream) -> &'static str {
    let versions: &[&str] = match platform {
        Platform::Windows10 => &["10.0.19045.6456", "10.0.19045.5011"],
        Platform::Windows11 => &[
            "10.0.26200.7840",
            "10.0.26100.7623",
            "10.0.26100.6584",
            "10.0.22631.6199",
        ],
        Platform::Mac => &["26.3.0", "15.7.4", "26.2.0"],
        Platform::Ios => &["26.3", "26.2.1", "18.7.5"],
        Platform::Android => &["16", "15", "14"],
    };
    stream.pick(versions).copied().unwrap_or_default()
}
