//! Autonomous systems of providers that rent out machines, and of those who sell anonymity.
//!
//! A person signs in from his home, his office or his carrier; a sign-in from a rented machine is a relay, a
//! virtual private network, a tool, or an attacker. So the list raises a question and decides nothing.
//! Carriers to which offices and hotels are tied, such as Cogent (174), are not in it, though some of their customers rent out
//! machines. Numbers as registered with the regional internet registries (public WHOIS), read 2026-11.

/// Numbers of autonomous systems, sorted.
const HOSTING: &[u32] = &[
    7979, 8100, 8560, 9009, 9370, 11878, 12586, 12876, 13335, 14061, 14618, 15003, 16125, 16276,
    16509, 19148, 19318, 20278, 20454, 20473, 20860, 21859, 22612, 23033, 23470, 24940, 24961,
    25369, 25697, 25820, 26496, 27176, 28753, 29066, 29802, 30083, 30633, 31863, 31898, 32097,
    32475, 32489, 32613, 33387, 34549, 34665, 34927, 35017, 35916, 36007, 36351, 36352, 37963,
    38930, 39351, 39572, 40021, 40065, 40676, 41378, 42831, 43289, 43350, 44477, 44901, 45102,
    45839, 46261, 46475, 46562, 46606, 46844, 47583, 48090, 48721, 49505, 49981, 50304, 50673,
    51167, 51396, 51852, 53667, 53850, 54290, 54825, 55081, 55286, 57043, 57523, 58061, 59253,
    59642, 60068, 60117, 60404, 60729, 60781, 61317, 62240, 62371, 62563, 62567, 62904, 63018,
    63473, 63949, 64050, 64286, 132203, 133752, 136787, 136907, 137409, 139190, 141039, 147049,
    197540, 198154, 198605, 199524, 200019, 200373, 200651, 201011, 201106, 201814, 202053, 202422,
    202425, 203020, 204548, 204957, 205016, 206092, 206264, 206804, 207137, 207990, 208091, 208323,
    209103, 209588, 209854, 210558, 210644, 211252, 212238, 212512, 213230, 215540, 216071, 216246,
    262287, 394380, 394711, 395839, 395954, 396356, 396362, 396982, 397423, 398101, 399629, 400328,
    400940, 401115,
];

/// Whether the system is one of a provider that rents out machines.
pub(crate) fn is_hosting(asn: u32) -> bool {
    HOSTING.contains(&asn)
}
