//! How people live: hours, places, how much they write, when they are away.

use super::Builder;
use super::company::City;
use crate::calendar::Day;
use crate::random::Stream;
use crate::world::data::{field, fields, lines, number};
use crate::world::{Browser, Department, Habits, MailClient, Platform, WorkPlace};

const DEPARTMENTS: &str = include_str!("../../../data/world/departments.txt");

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
    weekend: u64,
    phone: u64,
}

fn usual(department: Department) -> Usual {
    let wanted = format!("{department:?}");
    let line = lines(DEPARTMENTS).find(|line| line.starts_with(&wanted));
    let fields = fields(line.unwrap_or_default());
    let places: Vec<&str> = field(&fields, 7).split_whitespace().collect();
    Usual {
        starts: number::<i64>(field(&fields, 1)) * 60,
        length: number::<i64>(field(&fields, 2)) * 60,
        sent: number(field(&fields, 3)),
        received: number(field(&fields, 4)),
        files: number(field(&fields, 5)),
        chats: number(field(&fields, 6)),
        places: [0, 1, 2, 3].map(|at| number(field(&places, at))),
        travel: number(field(&fields, 8)),
        outlook_web: number(field(&fields, 9)),
        weekend: number(field(&fields, 10)),
        phone: number(field(&fields, 11)),
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
        zone: city.zone.clone(),
        starts,
        ends: (starts + length).min(86_000),
        place,
        weekend_thousandths: usual.weekend * stream.below(2_001) / 1_000,
        mails_sent,
        mails_received,
        files,
        chats,
        mail_client,
        phone: stream.chance(usual.phone),
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
