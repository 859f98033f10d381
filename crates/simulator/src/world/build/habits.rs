//! How people live: hours, places, how much they write, when they are away.

use super::Builder;
use super::company::City;
use crate::calendar::{Day, Zone};
use crate::random::Stream;
use crate::world::{Browser, Department, Habits, MailClient, Platform, WorkPlace};

/// What is usual in a department. Counts are thousandths of a working day.
struct Usual {
    starts: i64,
    length: i64,
    sent: i64,
    received: i64,
    files: i64,
    chats: i64,
    /// Office, home, hybrid, field.
    places: [u64; 4],
    travel: u64,
    outlook_web: u64,
}

const fn usual(department: Department) -> Usual {
    let base = Usual {
        starts: 8 * 3_600 + 1_800,
        length: 8 * 3_600 + 1_800,
        sent: 9_000,
        received: 16_000,
        files: 14_000,
        chats: 12_000,
        places: [30, 10, 58, 2],
        travel: 20,
        outlook_web: 200,
    };
    match department {
        Department::Management => Usual {
            starts: 8 * 3_600,
            length: 10 * 3_600,
            sent: 18_000,
            received: 34_000,
            files: 12_000,
            travel: 160,
            outlook_web: 100,
            places: [25, 5, 62, 8],
            ..base
        },
        Department::Finance => Usual {
            starts: 8 * 3_600,
            sent: 14_000,
            received: 24_000,
            files: 26_000,
            chats: 8_000,
            places: [45, 8, 47, 0],
            travel: 6,
            outlook_web: 80,
            ..base
        },
        Department::Sales => Usual {
            sent: 20_000,
            received: 30_000,
            files: 12_000,
            travel: 130,
            places: [12, 8, 45, 35],
            ..base
        },
        Department::Purchasing => Usual {
            sent: 15_000,
            received: 27_000,
            files: 16_000,
            travel: 40,
            ..base
        },
        Department::HumanResources => Usual {
            sent: 11_000,
            received: 18_000,
            files: 18_000,
            ..base
        },
        Department::It => Usual {
            starts: 9 * 3_600,
            sent: 7_000,
            received: 22_000,
            files: 10_000,
            chats: 26_000,
            places: [18, 22, 58, 2],
            outlook_web: 350,
            ..base
        },
        Department::Operations => Usual {
            starts: 7 * 3_600,
            sent: 4_500,
            received: 9_000,
            files: 9_000,
            chats: 7_000,
            places: [78, 1, 13, 8],
            travel: 8,
            outlook_web: 480,
            ..base
        },
        Department::Legal => Usual {
            starts: 9 * 3_600,
            sent: 13_000,
            received: 20_000,
            files: 28_000,
            chats: 6_000,
            ..base
        },
        Department::Marketing => Usual {
            starts: 9 * 3_600,
            files: 22_000,
            chats: 20_000,
            travel: 50,
            outlook_web: 320,
            ..base
        },
    }
}

/// Draws somebody's habits.
pub(super) fn draw(
    builder: &Builder<'_>,
    department: Department,
    city: &City,
    stream: &mut Stream,
) -> Habits {
    let usual = usual(department);
    let starts = usual.starts + stream.around(0, 5_400);
    // Half-timers finish at noon or in the early afternoon.
    let half_time = stream.chance(110);
    let length = if half_time {
        stream.between(4 * 3_600, 5 * 3_600 + 1_800)
    } else {
        usual.length + stream.around(0, 5_400)
    };
    // People differ more from each other than departments do: from a third to three times the mean.
    let scale = stream.around(1_000, 900).clamp(330, 1_900) * if half_time { 6 } else { 10 } / 10;
    let mut count = |mean: i64| -> u64 {
        let drawn = mean * scale / 1_000 * stream.between(750, 1_250) / 1_000;
        u64::try_from(drawn).unwrap_or(0)
    };
    let (mails_sent, mails_received) = (count(usual.sent), count(usual.received));
    let (files, chats) = (count(usual.files), count(usual.chats));
    let [office, home, hybrid, field] = usual.places;
    let place = stream
        .weighted(&[
            (WorkPlace::Office, office),
            (WorkPlace::Home, home),
            (WorkPlace::Hybrid, hybrid),
            (WorkPlace::Field, field),
        ])
        .copied()
        .unwrap_or(WorkPlace::Office);
    let browser = stream
        .weighted(&[
            (Browser::Edge, 62),
            (Browser::Chrome, 31),
            (Browser::Firefox, 7),
        ])
        .copied()
        .unwrap_or(Browser::Edge);
    let handset = if stream.chance(560) {
        Platform::Ios
    } else {
        Platform::Android
    };
    let mail_client = if stream.chance(usual.outlook_web) {
        MailClient::OutlookWeb
    } else {
        MailClient::OutlookDesktop
    };
    Habits {
        zone: Zone::named(city.zone).unwrap_or_else(Zone::utc),
        starts,
        ends: (starts + length).min(86_000),
        place,
        weekend_thousandths: u64::try_from(stream.around(240, 240)).unwrap_or(0)
            * if department == Department::Management {
                2
            } else {
                1
            },
        mails_sent,
        mails_received,
        files,
        chats,
        mail_client,
        phone: stream.chance(if department == Department::Operations {
            450
        } else {
            820
        }),
        travel_thousandths: usual.travel * u64::try_from(stream.between(200, 1_800)).unwrap_or(0)
            / 1_000,
        country: builder.country.code.to_owned(),
        office_days: office_days(stream),
        leave: leave(builder, stream),
        browser,
        handset,
        uses_vpn: false,
    }
}

/// Two or three days of a hybrid week, seldom a Friday.
fn office_days(stream: &mut Stream) -> [bool; 5] {
    let mut days = [false; 5];
    let weights = [(0_usize, 3), (1, 6), (2, 5), (3, 5), (4, 1)];
    for _ in 0..stream.between(2, 4) {
        if let Some(day) = stream.weighted(&weights)
            && let Some(at) = days.get_mut(*day)
        {
            *at = true;
        }
    }
    days
}

/// Leave: about thirty working days a year, in pieces of a day to three weeks, more of it in summer and none
/// planned around; drawn for the days that are lived.
fn leave(builder: &Builder<'_>, stream: &mut Stream) -> Vec<(Day, Day)> {
    let first = builder.world.first_day;
    let days = builder.world.days;
    let mut pieces = Vec::new();
    let mut day = stream.between(-20, 60);
    while day < days {
        let length = stream
            .weighted(&[(1, 40), (3, 20), (5, 14), (9, 14), (16, 10), (23, 2)])
            .copied()
            .unwrap_or(1);
        let begins = first.plus(day.max(0));
        let ends = first.plus((day + length - 1).min(days - 1));
        if ends >= begins {
            pieces.push((begins, ends));
        }
        day += length + stream.between(12, 75);
    }
    pieces
}
