//! The first-party clients and services that attackers use, by their well-known ids (`facts/auth.md` §3).

use crate::id::{AppNo, Guid};
use crate::random::Seed;
use crate::world::{App, AppKind, World};

macro_rules! apps {
    ($($field:ident: $id:literal, $name:literal, $kind:ident;)+) => {
        /// Numbers of the first-party clients and services in a world.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the names are Microsoft's")]
        pub struct KnownApps {
            $(pub $field: AppNo,)+
        }

        impl KnownApps {
            /// Finds them in a world that is not to be changed; those that it lacks are its first application.
            pub(super) fn found(world: &World) -> Self {
                Self { $($field: world.app_by_id(Guid::parse($id).unwrap_or(Guid::NIL)).unwrap_or(AppNo(0)),)+ }
            }

            /// Finds them, and adds those that the world lacks.
            pub fn of(world: &mut World) -> Self {
                Self { $($field: known(world, $id, $name, AppKind::$kind),)+ }
            }
        }
    };
}

apps! {
    exchange: "00000002-0000-0ff1-ce00-000000000000", "Office 365 Exchange Online", FirstPartyService;
    sharepoint: "00000003-0000-0ff1-ce00-000000000000", "Office 365 SharePoint Online", FirstPartyService;
    graph: "00000003-0000-0000-c000-000000000000", "Microsoft Graph", FirstPartyService;
    old_graph: "00000002-0000-0000-c000-000000000000", "Windows Azure Active Directory", FirstPartyService;
    azure: "797f4846-ba00-4fd7-ba43-dac1f8f63013", "Azure Resource Manager", FirstPartyService;
    registration: "01cb2876-7ebd-4aa4-9cc9-d28bd4d359a9", "Device Registration Service", FirstPartyService;
    teams_service: "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe", "Microsoft Teams Services", FirstPartyService;
    office_home: "4765445b-32c6-49b0-83e6-1d93765276ca", "OfficeHome", FirstPartyClient;
    outlook_web: "9199bf20-a13f-4107-85dc-02114787ef48", "One Outlook Web", FirstPartyClient;
    office: "d3590ed6-52b3-4102-aeff-aad2292ab01c", "Microsoft Office", FirstPartyClient;
    broker: "29d9ed98-a469-4536-ade2-f981bc1d605e", "Microsoft Authentication Broker", FirstPartyClient;
    azure_cli: "04b07795-8ddb-461a-bbee-02f9e1bf7b46", "Microsoft Azure CLI", FirstPartyClient;
    old_powershell: "1b730954-1685-4b74-9bfd-dac224a7b894", "Azure Active Directory PowerShell", FirstPartyClient;
    exchange_powershell: "fb78d390-0c51-40cd-8e17-fdbfab77341b", "Microsoft Exchange REST API Based Powershell", FirstPartyClient;
    my_sign_ins: "19db86c3-b2b9-44cc-b339-36da233a3be2", "My Signins", FirstPartyClient;
    azure_portal: "c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "Azure Portal", FirstPartyClient;
    sync_client: "ab9b8c07-8f02-4f72-87fa-80105867a763", "OneDrive SyncEngine", FirstPartyClient;
    sync_service: "cb1056e2-e479-49de-ae31-7812af012ed8", "Microsoft Azure Active Directory Connect", FirstPartyClient;
    flow: "7df0a125-d3be-4c96-aa54-591f83ff541c", "Microsoft Flow Service", FirstPartyService;
}

fn known(world: &mut World, id: &str, name: &str, kind: AppKind) -> AppNo {
    let id = Guid::parse(id).unwrap_or(Guid::NIL);
    world.app_by_id(id).unwrap_or_else(|| {
        let mut stream = world.seed.child("attacker app").child(name).stream();
        add_app(
            world,
            App {
                id,
                principal: stream.guid(),
                object_id: None,
                name: name.to_owned(),
                kind,
                // The directory of Microsoft's own services.
                owner_tenant: Guid::parse("f8cdef31-a31e-4b4a-93e4-5f571e91255a")
                    .unwrap_or(Guid::NIL),
                scopes: Vec::new(),
                roles: Vec::new(),
                reply_urls: Vec::new(),
                daily_sign_ins: 0,
            },
        )
    })
}

/// Adds an application at the end of the world's list.
pub(super) fn add_app(world: &mut World, app: App) -> AppNo {
    let number = AppNo(u32::try_from(world.apps.len()).unwrap_or(u32::MAX));
    world.apps.push(app);
    number
}

/// The place in the tree of seeds that an attacker draws from.
pub(super) fn attacker_seed(world: &World, number: u8) -> Seed {
    world.seed.child("attacker").number(u64::from(number))
}
