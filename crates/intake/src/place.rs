//! Countries, their parts and time zones: which codes exist.
//!
//! Takes text and says whether it names a place. It must never know a law of that place.

use std::sync::OnceLock;

use jiff::tz::{TimeZone, TimeZoneDatabase};

/// ISO 3166-1 alpha-2, with the two codes that it reserves for those who write `EU` and `UK`.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET EU FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UK UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// The states, the district and the territories of the United States.
const UNITED_STATES: &str = "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR GU VI AS MP UM";

/// The canonical code of a place: a country, or a country and one of its parts.
///
/// # Errors
/// With what to write instead, when no such place exists.
pub(crate) fn place(code: &str) -> Result<String, String> {
    let (country, part) = match code.split_once('-') {
        Some((country, part)) => (country, Some(part)),
        None => (code, None),
    };
    if !listed(COUNTRIES, country) {
        return Err("write the ISO 3166 code of the country, such as DE, GB or US".to_owned());
    }
    let country = if country == "UK" { "GB" } else { country };
    match part {
        None => Ok(country.to_owned()),
        Some(part) if country == "US" => {
            if listed(UNITED_STATES, part) {
                Ok(format!("US-{part}"))
            } else {
                Err("write a state as US and its two letters, such as US-CA".to_owned())
            }
        }
        Some(part) => {
            let fits = (1..=3).contains(&part.len())
                && part
                    .chars()
                    .all(|sign| sign.is_ascii_uppercase() || sign.is_ascii_digit());
            if fits {
                Ok(format!("{country}-{part}"))
            } else {
                Err("write a part of a country as in ISO 3166-2, such as CA-QC".to_owned())
            }
        }
    }
}

fn listed(list: &str, code: &str) -> bool {
    list.split(' ').any(|one| one == code)
}

/// The zone of this IANA name, from the tables in the program: the machine's own could differ.
pub(crate) fn zone(name: &str) -> Option<TimeZone> {
    static TABLES: OnceLock<TimeZoneDatabase> = OnceLock::new();
    TABLES.get_or_init(TimeZoneDatabase::bundled).get(name).ok()
}
