//! How a simulation ended: what each attacker got and kept, who noticed what and when, and what came of
//! the responders' acts.

use std::collections::BTreeSet;

use hourzero_model::Timestamp;

use crate::happening::{Act, Happening, MailAct};
use crate::id::AccountNo;
use crate::state::State;

/// The end of a simulation.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The state in which the logs end.
    pub state: State,
    /// The instant at which they end: the midnight after the last day, which lies at least three days after
    /// the last intervention.
    pub until: Timestamp,
    /// Each attacker, by number.
    pub attackers: Vec<AttackerOutcome>,
    /// What people of the tenant noticed, in the order of time.
    pub noticed: Vec<Notice>,
    /// Interventions in the order of their file: when each took effect, or nothing when it never fell due.
    pub interventions: Vec<Option<Timestamp>>,
}

/// What became of one attacker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttackerOutcome {
    /// Entry id of the contract; `counterparty`, `look-alike-domain` and `spoof` entered no account. `none`
    /// when he wanted in and did not get in.
    pub entry: &'static str,
    /// The account that he entered by; nothing where no account of the tenant was entered.
    pub account: Option<AccountNo>,
    /// His first success.
    pub first_success: Option<Timestamp>,
    /// Numbers of the happenings by which he got in, his own and those of whom he deceived: what tells the
    /// entry, if the evidence still has it. Lures are not among them.
    pub entry_acts: BTreeSet<u64>,
    /// Accounts that he had in his hands, with the moment since when.
    pub compromised: Vec<(AccountNo, Timestamp)>,
    /// What he made that still stands at the end.
    pub standing: Vec<Standing>,
    /// Internet message ids that he really opened, synchronised or was sent copies of.
    pub messages: BTreeSet<String>,
    /// Files that he really opened or took: site number and unique id.
    pub files: BTreeSet<(u32, crate::id::Guid)>,
    /// Internet message ids of mails that he really sent from mailboxes of the tenant.
    pub sent: BTreeSet<String>,
    /// Shares that he really made: site number, unique id of the file, with whom.
    pub shared: BTreeSet<(u32, crate::id::Guid, String)>,
    /// Since when he has had no way in and nothing of his brings mail out; nothing while he still has.
    /// For attackers who entered nothing, nothing.
    pub evicted: Option<Timestamp>,
    /// Since when he has stopped trying.
    pub gave_up: Option<Timestamp>,
    /// Goals that he reached, by their names ([`Goal`](crate::attacker::Goal)).
    pub reached: Vec<String>,
    /// Goals that he gave up.
    pub abandoned: Vec<String>,
}

/// Something that an attacker made and that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// `inbox-rule`, `forwarding`, `delegate`, `method`, `app`, `app-key`, `device`, `role`, `group`,
    /// `account`, `transport-rule`, `federation`, `policy`, `flow`, `restricted-unit`, `app-password`.
    pub kind: &'static str,
    /// On which account.
    pub account: Option<AccountNo>,
    /// What it is called.
    pub name: String,
}

/// Somebody who should pay was asked to pay elsewhere, and calls.
pub(crate) const CUSTOMER_CALLED: &str = "a customer called about changed bank details";
/// Somebody who should have been paid was not.
pub(crate) const SUPPLIER_ASKED: &str =
    "a supplier asked for money that had gone to another account";

/// Somebody noticed something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// When.
    pub at: Timestamp,
    /// Whose account it is about.
    pub account: AccountNo,
    /// How, in words.
    pub how: &'static str,
}

impl AttackerOutcome {
    pub(crate) const fn new() -> Self {
        Self {
            entry: "none",
            account: None,
            first_success: None,
            entry_acts: BTreeSet::new(),
            compromised: Vec::new(),
            standing: Vec::new(),
            messages: BTreeSet::new(),
            files: BTreeSet::new(),
            sent: BTreeSet::new(),
            shared: BTreeSet::new(),
            evicted: None,
            gave_up: None,
            reached: Vec::new(),
            abandoned: Vec::new(),
        }
    }

    /// One of his happenings adds to what he got and gave.
    pub(crate) fn add(&mut self, happening: &Happening) {
        match &happening.act {
            Act::Mail(MailAct::Read { folders, .. }) => {
                let read = folders.iter().flat_map(|(_, messages)| messages);
                self.messages
                    .extend(read.map(|message| message.internet_id.clone()));
            }
            Act::Mail(MailAct::Synced { held, .. }) => {
                self.messages
                    .extend(held.iter().map(|message| message.internet_id.clone()));
            }
            Act::Mail(MailAct::Transported {
                message,
                forwarded_by: Some(_),
                ..
            }) => {
                self.messages.insert(message.internet_id.clone());
            }
            Act::Mail(MailAct::Sent { message, .. }) => {
                self.sent.insert(message.internet_id.clone());
            }
            Act::File(file) if file.operation != "FileUploaded" => {
                self.files.insert((file.site.0, file.file.id));
            }
            Act::Share(share) => {
                if let (Some(file), Some(target)) = (&share.file, &share.target) {
                    self.shared
                        .insert((share.site.0, file.id, target.name.clone()));
                }
            }
            _ => {}
        }
    }
}
