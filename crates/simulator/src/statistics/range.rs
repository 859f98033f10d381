//! The ranges within which a simulated tenant must lie.

use super::Measures;

/// A measure with what it must lie between, for the usual client and for an enterprise.
#[derive(Debug, Clone, Copy)]
pub struct Range {
    /// What is measured, with its unit.
    pub name: &'static str,
    /// How it is read.
    pub of: fn(&Measures) -> u64,
    /// Least and most for 60 accounts with Business Standard.
    pub usual: (u64, u64),
    /// Least and most for an enterprise with E5.
    pub enterprise: (u64, u64),
}

/// What the tests hold. Business plans log no mail access, so their people leave fewer audit records.
pub const RANGES: &[Range] = &[
    Range {
        name: "audit records of a person and day, middle",
        of: |all| all.audit.middle,
        usual: (20, 160),
        enterprise: (50, 260),
    },
    Range {
        name: "audit records of a person and day, ninth tenth",
        of: |all| all.audit.high,
        usual: (50, 400),
        enterprise: (100, 600),
    },
    Range {
        name: "interactive sign-ins of a person and day, middle",
        of: |all| all.interactive.middle,
        usual: (1, 10),
        enterprise: (1, 10),
    },
    Range {
        name: "non-interactive sign-ins of a person and day, middle",
        of: |all| all.non_interactive.middle,
        usual: (12, 80),
        enterprise: (12, 90),
    },
    Range {
        name: "addresses of a person and day, middle",
        of: |all| all.addresses_a_day.middle,
        usual: (1, 8),
        enterprise: (1, 8),
    },
    Range {
        name: "clients of a person, middle",
        of: |all| all.clients.middle,
        usual: (3, 25),
        enterprise: (3, 25),
    },
    Range {
        name: "refused or interrupted interactive sign-ins, thousandths",
        of: |all| all.failed_interactive,
        usual: (40, 500),
        enterprise: (40, 500),
    },
    Range {
        name: "refused non-interactive sign-ins, thousandths",
        of: |all| all.failed_non_interactive,
        usual: (0, 80),
        enterprise: (0, 80),
    },
    Range {
        name: "records of services in the audit log, thousandths",
        of: |all| all.service,
        usual: (8, 500),
        enterprise: (20, 500),
    },
    Range {
        name: "persons' records on weekends, thousandths",
        of: |all| all.weekend,
        usual: (5, 120),
        enterprise: (5, 120),
    },
    Range {
        name: "persons' records from 8 to 18 o'clock, thousandths",
        of: |all| all.hours.iter().skip(8).take(10).sum(),
        usual: (650, 970),
        enterprise: (650, 970),
    },
    Range {
        name: "different operations in the audit log",
        of: |all| all.different_operations,
        usual: (40, 400),
        enterprise: (60, 400),
    },
];
