//! A lure that comes as a shared file: the invitation is Microsoft's own, and no mail leaves the mailbox
//! (`facts/attack-traces.md` §3).

use std::sync::Arc;

use super::agent::{Agent, Bait, Progress, at_work};
use super::scene::{GENUINE, Letter, Scene, Who, recipient, write};
use super::ways::Door;
use crate::happening::{Act, Actor, Delivery, FileAct, Message, ShareAct, ShareTarget};
use crate::id::AccountNo;
use crate::world::StoredFile;

impl Agent<'_> {
    /// A file with a link, shared with colleagues: the invitation is Microsoft's mail, not his.
    pub(super) fn shares_a_lure(&mut self, scene: &mut Scene<'_>) -> Progress {
        let Some(base) = self.base() else {
            return Progress::Refused;
        };
        let Some(way) = self.reach(scene, base, Door::Files) else {
            return Progress::Refused;
        };
        let Some(site) = self.sites_of(scene, base).first().copied() else {
            return Progress::Pointless;
        };
        let file = StoredFile {
            id: self.stream.guid(),
            folder: String::new(),
            name: "Remittance advice.pdf".to_owned(),
            size: 180_000 + self.stream.below(90_000),
        };
        let upload = FileAct {
            operation: "FileUploaded",
            site,
            file: file.clone(),
            folder: false,
            destination: None,
        };
        scene.tell(2, way.who, Some(&way.access), Act::File(upload));
        let link = self.stream.guid();
        let mut people = super::design::people(scene.world);
        people.retain(|one| !self.is_taken(*one) && !self.lured.contains(one));
        self.stream.shuffle(&mut people);
        people.truncate(8);
        let share = |operation, target| ShareAct {
            operation,
            site,
            file: Some(file.clone()),
            target,
            permission: "View",
            link: Some(link),
            visitor: None,
        };
        scene.tell(
            20,
            way.who,
            Some(&way.access),
            Act::Share(share("SecureLinkCreated", None)),
        );
        for (after, account) in (22..).zip(people) {
            let upn = scene.world.account(account).upn_lower();
            let target = ShareTarget {
                name: upn,
                kind: "Member",
            };
            scene.tell(
                after,
                way.who,
                Some(&way.access),
                Act::Share(share("AddedToSecureLink", Some(target))),
            );
            let invitation = self.invitation(scene, base, account, &file.name);
            self.transport(scene, after + 6, &invitation, Delivery::Delivered);
            self.lured.insert(account);
            if self.stream.chance(400) {
                let at = at_work(
                    scene.world,
                    account,
                    scene.now.plus_seconds(self.stream.between(900, 20_000)),
                    &mut self.stream,
                );
                self.baits.push(Bait {
                    at,
                    account,
                    message: None,
                });
                self.opens_share(scene, account, at, share("SecureLinkUsed", None));
            }
        }
        Progress::Done
    }

    fn invitation(
        &mut self,
        scene: &Scene<'_>,
        from: AccountNo,
        to: AccountNo,
        file: &str,
    ) -> Arc<Message> {
        let name = scene.world.account(from).display_name.clone();
        let place = self.place(scene);
        let letter = Letter {
            from: "no-reply@sharepointonline.com".to_owned(),
            from_name: name.clone(),
            sender: None,
            to: vec![recipient(scene.world, to)],
            subject: format!("{name} shared \"{file}\" with you"),
            money: false,
            attachments: Vec::new(),
            urls: vec![format!(
                "https://{}-my.sharepoint.com/:b:/p/",
                scene
                    .world
                    .tenant
                    .first_domain
                    .split('.')
                    .next()
                    .unwrap_or("x")
            )],
            from_address: self
                .service_place(scene)
                .map_or(place.address, |front| front.address),
            authentication: GENUINE,
        };
        write(&mut self.stream, scene.world, letter, scene.now)
    }

    /// A colleague opens the share at his own place.
    fn opens_share(
        &mut self,
        scene: &mut Scene<'_>,
        account: AccountNo,
        at: hourzero_model::Timestamp,
        used: ShareAct,
    ) {
        let by = self.owners_access(scene, account, at);
        let after = at.seconds_since(scene.now).max(60) - 40;
        scene.tell(
            after,
            Who::user(Actor::Owner, account),
            Some(&by),
            Act::Share(used),
        );
    }
}
