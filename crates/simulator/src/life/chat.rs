//! Teams: chats, channels, meetings.

use super::scene::{Scene, on_computer, on_phone};
use crate::happening::{Access, Act, ChatAct};
use crate::id::{AccountNo, Guid, TeamNo};
use crate::random::Stream;
use crate::world::{FirstParty, Program};

/// Something in Teams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Errand {
    Talks,
    Meets,
    WritesOutside,
    Group(&'static str),
    Team(&'static str),
}

impl Errand {
    /// One of the less common ones.
    pub(crate) fn draw(stream: &mut Stream) -> Self {
        const LIST: [(Errand, u64); 18] = [
            (Errand::WritesOutside, 14),
            (Errand::Group("ChatCreated"), 16),
            (Errand::Group("ChatUpdated"), 8),
            (Errand::Group("MemberAdded"), 8),
            (Errand::Group("MessageHostedContentRead"), 8),
            (Errand::Group("MessageHostedContentsListed"), 3),
            (Errand::Group("CallParticipantDetail"), 14),
            (Errand::Group("PerformedCardAction"), 4),
            (Errand::Group("RecordingStarted"), 3),
            (Errand::Team("MemberAdded"), 8),
            (Errand::Team("MemberRemoved"), 2),
            (Errand::Team("MemberRoleChanged"), 1),
            (Errand::Team("ChannelAdded"), 2),
            (Errand::Team("ChannelSettingChanged"), 1),
            (Errand::Team("TabAdded"), 5),
            (Errand::Team("TabUpdated"), 2),
            (Errand::Team("AppInstalled"), 4),
            (Errand::Team("ConnectorAdded"), 1),
        ];
        stream.weighted(&LIST).copied().unwrap_or(Self::Talks)
    }
}

impl Scene<'_> {
    /// Does it.
    pub(crate) fn chat_errand(&mut self, errand: Errand) {
        let teams = FirstParty::TeamsServices.number();
        let tool = if self.person.at_work(self.at) || !self.habits().is_some_and(|of| of.phone) {
            on_computer(Program::Teams, teams)
        } else {
            on_phone(Program::Teams, teams)
        };
        let Some(access) = self.reach(tool) else {
            return;
        };
        self.wait(0, 10);
        match errand {
            Errand::Talks => self.talks(&access),
            Errand::Meets => self.meets(&access),
            Errand::WritesOutside => self.writes_outside(&access),
            Errand::Group(operation) => self.group(&access, operation),
            Errand::Team(operation) => self.team(&access, operation),
        }
    }

    fn chat(&mut self, access: &Access, act: ChatAct) {
        self.does(access, Act::Chat(act));
    }

    /// The id of a message: its milliseconds since 1970.
    fn message_id(&self) -> Option<String> {
        Some((self.at.micros() / 1_000).to_string())
    }

    fn urls(&mut self, operation: &str) -> Vec<String> {
        if operation != "MessageCreatedHasLink" {
            return Vec::new();
        }
        let domain = self
            .stream
            .pick(&self.world.companies)
            .map_or("contoso.com", |company| company.domain.as_str());
        vec![format!(
            "https://www.{domain}/p/{}",
            self.stream.below(9_999)
        )]
    }

    /// Some messages in a chat or a channel.
    fn talks(&mut self, access: &Access) {
        const OPERATIONS: [(&str, u64); 6] = [
            ("MessageSent", 70),
            ("MessageCreatedHasLink", 8),
            ("ReactedToMessage", 12),
            ("MessageUpdated", 4),
            ("MessageDeleted", 2),
            ("MessageReadReceiptReceived", 4),
        ];
        let team = if self.stream.chance(280) {
            self.some_team()
        } else {
            None
        };
        let Some(other) = self.colleague() else {
            return;
        };
        let thread = team.is_none().then(|| self.thread_with(other));
        for _ in 0..=self.stream.below(3) {
            let operation = self.stream.weighted(&OPERATIONS).copied();
            let operation = operation.unwrap_or("MessageSent");
            let urls = self.urls(operation);
            let act = ChatAct {
                operation,
                team,
                thread: thread.clone(),
                members: if team.is_none() {
                    vec![other]
                } else {
                    Vec::new()
                },
                foreign: Vec::new(),
                urls,
                message_id: self.message_id(),
            };
            self.chat(access, act);
            self.wait(8, 150);
        }
    }

    /// The thread of two people's chat: both ids, the lesser first.
    fn thread_with(&self, other: AccountNo) -> String {
        let mut ids = [self.account().id, self.world.account(other).id];
        ids.sort_unstable();
        let [one, two] = ids;
        format!("19:{one}_{two}@unq.gbl.spaces")
    }

    fn some_team(&mut self) -> Option<(TeamNo, usize)> {
        let many = u64::try_from(self.world.teams.len()).unwrap_or(0);
        let me = self.who();
        for _ in 0..6 {
            let number = TeamNo(u32::try_from(self.stream.below(many)).unwrap_or(0));
            let Some(team) = self.world.teams.get(number.index()) else {
                continue;
            };
            if team.members.contains(&me) {
                let channels = u64::try_from(team.channels.len()).unwrap_or(0);
                let channel = self.stream.below(channels).min(self.stream.below(channels));
                return Some((number, usize::try_from(channel).unwrap_or(0)));
            }
        }
        None
    }

    fn meets(&mut self, access: &Access) {
        let mut members = Vec::new();
        for _ in 0..=self.stream.below(4) {
            members.extend(self.colleague());
        }
        members.dedup();
        let meeting: u128 = u128::from(self.stream.bits());
        let thread = Some(format!("19:meeting_{meeting:032x}@thread.v2"));
        let organises = self.stream.chance(300);
        let minutes = self.stream.between(15, 75);
        self.at = self.at.plus_seconds(minutes * 60);
        let mut operations = vec!["MeetingParticipantDetail"];
        if organises {
            operations.push("MeetingDetail");
        }
        for operation in operations {
            let act = ChatAct {
                operation,
                team: None,
                thread: thread.clone(),
                members: members.clone(),
                foreign: Vec::new(),
                urls: Vec::new(),
                message_id: None,
            };
            self.chat(access, act);
        }
    }

    /// A chat with somebody of another company on Teams.
    fn writes_outside(&mut self, access: &Access) {
        let with_tenant: Vec<(usize, Guid)> = self
            .world
            .companies
            .iter()
            .enumerate()
            .filter_map(|(at, company)| Some((at, company.tenant?)))
            .collect();
        let Some((at, tenant)) = self.stream.pick(&with_tenant).copied() else {
            return;
        };
        let Some(company) = self.world.companies.get(at) else {
            return;
        };
        let Some(contact) = self.stream.pick(&company.contacts) else {
            return;
        };
        let me = self.account().id;
        let other = self.stream.guid();
        let thread = Some(format!("19:{me}_{other}@unq.gbl.spaces"));
        for operation in ["ChatCreated", "MessageSent", "MessageSent"] {
            let act = ChatAct {
                operation,
                team: None,
                thread: thread.clone(),
                members: Vec::new(),
                foreign: vec![(contact.name.clone(), contact.address.clone(), tenant)],
                urls: Vec::new(),
                message_id: self.message_id(),
            };
            self.chat(access, act);
            self.wait(5, 200);
        }
    }

    fn group(&mut self, access: &Access, operation: &'static str) {
        let mut members = Vec::new();
        for _ in 0..2 + self.stream.below(3) {
            members.extend(self.colleague());
        }
        members.dedup();
        let group = self.stream.guid().to_string().replace('-', "");
        let act = ChatAct {
            operation,
            team: None,
            thread: Some(format!("19:{group}@thread.v2")),
            members,
            foreign: Vec::new(),
            urls: Vec::new(),
            message_id: self.message_id(),
        };
        self.chat(access, act);
    }

    fn team(&mut self, access: &Access, operation: &'static str) {
        let Some(team) = self.some_team() else {
            return;
        };
        let members = if operation.starts_with("Member") {
            self.colleague().into_iter().collect()
        } else {
            Vec::new()
        };
        let act = ChatAct {
            operation,
            team: Some(team),
            thread: None,
            members,
            foreign: Vec::new(),
            urls: Vec::new(),
            message_id: None,
        };
        self.chat(access, act);
    }
}
