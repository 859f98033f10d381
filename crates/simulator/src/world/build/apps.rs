//! Applications: Microsoft's own, those that people sign in to with their work account, those that read data.

use super::Builder;
use crate::id::Guid;
use crate::random::Stream;
use crate::world::data::{field, fields, lines};
use crate::world::{App, AppKind, first_party};

const APPS: &str = include_str!("../../../data/world/apps.txt");

/// The directories in which Microsoft's applications live: services, and corporate.
const MICROSOFT: [&str; 2] = [
    "f8cdef31-a31e-4b4a-93e4-5f571e91255a",
    "72f988bf-86f1-41af-91ab-2d7cd011db47",
];

/// Adds every application.
pub(super) fn add(builder: &mut Builder<'_>) {
    let mut stream = builder.seed.child("apps").stream();
    let microsoft = Guid::parse(MICROSOFT[0]).unwrap_or(Guid::NIL);
    for (_, kind, id, name) in first_party::TABLE {
        builder.world.apps.push(App {
            id: Guid::parse(id).unwrap_or(Guid::NIL),
            principal: stream.guid(),
            object_id: None,
            name: (*name).to_owned(),
            kind: *kind,
            owner_tenant: microsoft,
            scopes: Vec::new(),
            roles: Vec::new(),
            reply_urls: Vec::new(),
            daily_sign_ins: 0,
        });
    }
    let size = u64::from(builder.settings.size());
    for line in lines(APPS) {
        let fields = fields(line);
        // Every tenant has a choice of them; the larger the more. `always` are for those that others rely on.
        let always = field(&fields, 3) == "always";
        let drawn = stream.chance((280 + size / 4).min(800));
        if let (true, Some(app)) = (
            always || drawn,
            made_by_others(builder, &fields, &mut stream),
        ) {
            builder.world.apps.push(app);
        }
    }
}

fn made_by_others(
    builder: &Builder<'_>,
    fields: &[&'static str],
    stream: &mut Stream,
) -> Option<App> {
    let kind = match field(fields, 0) {
        "sso" => AppKind::SingleSignOn,
        "third" => AppKind::ThirdParty,
        "own" => AppKind::OwnApp,
        _ => return None,
    };
    let own = kind == AppKind::OwnApp;
    let tenant = &builder.world.tenant;
    let daily = field(fields, 6).parse().unwrap_or(0);
    Some(App {
        id: stream.guid(),
        principal: stream.guid(),
        // SAML applications of the gallery are registered in the tenant that uses them.
        object_id: (own || kind == AppKind::SingleSignOn).then(|| stream.guid()),
        name: field(fields, 1).to_owned(),
        kind,
        owner_tenant: if own || kind == AppKind::SingleSignOn {
            tenant.id
        } else {
            stream.guid()
        },
        scopes: field(fields, 4).split_whitespace().collect(),
        roles: field(fields, 5).split_whitespace().collect(),
        reply_urls: vec![field(fields, 2).replace("{domain}", &tenant.domain)],
        daily_sign_ins: daily,
    })
}
