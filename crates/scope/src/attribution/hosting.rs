//! Autonomous systems of providers that rent out machines, and of those who sell anonymity.
//!
//! A person signs in from his home, his office or his carrier; a sign-in from a rented machine is a relay, a
//! virtual private network, a tool, or an attacker. So the list raises a question and decides nothing.
//! Numbers as registered with the regional internet registries (public WHOIS), read 2026-11.

/// Numbers of autonomous systems, sorted.
const HOSTING: &[u32] = &[
    7979, 8100, 8560, 9009, 9370, 12876, 13335, 14061, 14618, 15003, 16276, 16509, 19318, 20278,
    20454, 20473, 20860, 21859, 22612, 23033, 24940, 24961, 25369, 25820, 26496, 28753, 29066,
    29802, 30083, 30633, 31898, 32613, 33387, 34549, 34665, 35916, 36007, 36352, 37963, 39351,
    39572, 40021, 40065, 41378, 43289, 44477, 44901, 45102, 46606, 46844, 47583, 48721, 49505,
    49981, 50304, 50673, 51167, 51396, 51852, 53667, 54290, 54825, 55081, 55286, 57043, 58061,
    60068, 60404, 60729, 60781, 61317, 62240, 62563, 62567, 62904, 63018, 63949, 64050, 64286,
    132203, 133752, 136787, 136907, 137409, 139190, 141039, 147049, 174, 197540, 198154, 198605,
    199524, 200019, 200651, 201011, 201814, 202422, 202425, 203020, 204957, 206092, 206264, 207990,
    208091, 208323, 209103, 209588, 210558, 210644, 211252, 212238, 212512, 213230, 215540, 216071,
    262287, 394711, 395954, 396356, 396982, 397423, 398101, 399629, 400328, 401115,
];

/// Whether the system is one of a provider that rents out machines.
pub(crate) fn is_hosting(asn: u32) -> bool {
    HOSTING.contains(&asn)
}
