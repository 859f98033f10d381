//! The unified audit log (`facts/schemas.md` §1 and §2, `facts/operations.md`): one module a workload.

mod cmdlet;
mod directory;
mod file;
mod mail;
mod mail_access;
mod mailbox;
mod noise;
mod read;
mod record;
mod security;
mod sign_in;
mod site;
mod team;
mod template;

pub(super) use mail_access::Memory;
pub use noise::{Doer, Need, NoiseOperation, noise_catalogue};

use super::Writing;
use crate::happening::Act;

/// Adds the records of the unified audit log.
pub(super) fn write(writing: &mut Writing<'_, '_>) {
    let happening = writing.happening;
    match &happening.act {
        Act::SignIn(sign_in) => sign_in::write(writing, sign_in),
        Act::Mail(act) => mail::write(writing, act),
        Act::File(act) => file::file(writing, act),
        Act::Share(act) => file::share(writing, act),
        Act::Site(act) => file::site(writing, act),
        Act::Chat(act) => team::chat(writing, act),
        Act::Directory(_) => directory::write(writing),
        Act::Cmdlet(cmdlet) => cmdlet::write(writing, cmdlet),
        Act::Alert(alert) => security::alert(writing, alert),
        Act::Risk(risk) => security::risk(writing, risk),
        Act::Click(click) => security::click(writing, click),
        Act::Flow(flow) => team::flow(writing, flow),
        Act::Noise(noise) => noise::write(writing, noise),
    }
}
