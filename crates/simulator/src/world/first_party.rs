//! Microsoft's own clients and services, with the ids that they have in every directory
//! (`facts/auth.md` §3; Microsoft's page "Verify first-party Microsoft applications in sign-in reports").

use super::directory::AppKind;
use crate::id::AppNo;

macro_rules! first_party {
    ($($variant:ident $kind:ident $id:literal $name:literal,)+) => {
        /// An application of Microsoft's; each stands at its own place of [`World::apps`](super::World::apps).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "the names are Microsoft's, as the table has them")]
        pub enum FirstParty {
            $($variant,)+
        }

        /// All of them, in the order in which they stand in the world.
        pub(super) const TABLE: &[(FirstParty, AppKind, &str, &str)] =
            &[$((FirstParty::$variant, AppKind::$kind, $id, $name),)+];
    };
}

first_party! {
    Graph FirstPartyService "00000003-0000-0000-c000-000000000000" "Microsoft Graph",
    ExchangeOnline FirstPartyService "00000002-0000-0ff1-ce00-000000000000" "Office 365 Exchange Online",
    SharePointOnline FirstPartyService "00000003-0000-0ff1-ce00-000000000000" "Office 365 SharePoint Online",
    DirectoryGraph FirstPartyService "00000002-0000-0000-c000-000000000000" "Windows Azure Active Directory",
    AzureManagement FirstPartyService "797f4846-ba00-4fd7-ba43-dac1f8f63013" "Windows Azure Service Management API",
    ExchangeProtection FirstPartyService "00000007-0000-0ff1-ce00-000000000000" "Microsoft Exchange Online Protection",
    SkypeOnline FirstPartyService "00000004-0000-0ff1-ce00-000000000000" "Skype for Business Online",
    TeamsServices FirstPartyService "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe" "Microsoft Teams Services",
    ManagementApis FirstPartyService "c5393580-f805-4401-95e8-94b7a6ef2fc2" "Office 365 Management APIs",
    DeviceRegistration FirstPartyService "01cb2876-7ebd-4aa4-9cc9-d28bd4d359a9" "Device Registration Service",
    Intune FirstPartyService "0000000a-0000-0000-c000-000000000000" "Microsoft Intune",
    IntuneEnrollment FirstPartyService "d4ebce55-015a-49b5-a083-c84d1797ae8c" "Microsoft Intune Enrollment",
    RightsManagement FirstPartyService "00000012-0000-0000-c000-000000000000" "Microsoft Rights Management Services",
    InformationProtection FirstPartyService "40775b29-2688-46b6-a3b5-b256bd04df9f" "Microsoft Information Protection API",
    OfficeCloudPolicy FirstPartyService "c2ada927-a9e2-4564-aae2-70775a2fa0af" "OCaaS Client Interaction Service",
    FlowService FirstPartyService "7df0a125-d3be-4c96-aa54-591f83ff541c" "Microsoft Flow Service",
    CloudAppSecurity FirstPartyService "05a65629-4c1b-48c1-a78b-804c4abdd4af" "Microsoft Cloud App Security",
    DefenderEndpoint FirstPartyService "fc780465-2017-40d4-a0c5-307022471b92" "WindowsDefenderATP",
    SubstrateManagement FirstPartyService "98db8bd6-0cc0-4e67-9de5-f187f1cd1b41" "Microsoft Substrate Management",
    PasswordReset FirstPartyService "93625bc8-bfe2-437a-97e0-3d0060024faa" "Microsoft password reset service",
    CopilotPlatform FirstPartyService "fb8d773d-7ef8-4ec0-a117-179f88add510" "Enterprise Copilot Platform",
    MediaAnalysis FirstPartyService "944f0bd1-117b-4b1c-af26-804ed95e767e" "Media Analysis and Transformation Service",
    OfficeHome FirstPartyClient "4765445b-32c6-49b0-83e6-1d93765276ca" "OfficeHome",
    OfficePortal FirstPartyClient "00000006-0000-0ff1-ce00-000000000000" "Microsoft Office 365 Portal",
    OfficeShell FirstPartyClient "89bee1f7-5e6e-4d8a-9f3d-ecd601259da7" "Office365 Shell WCSS-Client",
    OutlookWeb FirstPartyClient "9199bf20-a13f-4107-85dc-02114787ef48" "One Outlook Web",
    OutlookMobile FirstPartyClient "27922004-5251-4030-b22d-91ecd9a37ea4" "Outlook Mobile",
    MicrosoftOffice FirstPartyClient "d3590ed6-52b3-4102-aeff-aad2292ab01c" "Microsoft Office",
    MicrosoftOutlook FirstPartyClient "5d661950-3475-41cd-a2c3-d671a3162bc1" "Microsoft Outlook",
    Teams FirstPartyClient "1fec8e78-bce4-4aaf-ab1b-5451cc387264" "Microsoft Teams",
    TeamsWeb FirstPartyClient "5e3ce6c0-2b1f-4285-8d4b-75ee78787346" "Microsoft Teams Web Client",
    OneDriveSync FirstPartyClient "ab9b8c07-8f02-4f72-87fa-80105867a763" "OneDrive SyncEngine",
    SharePointWeb FirstPartyClient "08e18876-6177-487e-b8b5-cf950c1e598c" "SharePoint Online Web Client Extensibility",
    AuthenticationBroker FirstPartyClient "29d9ed98-a469-4536-ade2-f981bc1d605e" "Microsoft Authentication Broker",
    WindowsSignIn FirstPartyClient "38aa3b87-a06d-4817-b275-7a389988d93b" "Windows Sign In",
    AuthenticatorApp FirstPartyClient "4813382a-8fa7-425e-ab75-3b753aab3abb" "Microsoft Authenticator App",
    Edge FirstPartyClient "ecd6b820-32c2-49b6-98a6-444530e5a77a" "Microsoft Edge",
    BingSearch FirstPartyClient "9ea1ad79-fdb6-4f9a-8bc3-2b70f96e34c7" "Microsoft Bing Search",
    ToDo FirstPartyClient "22098786-6e16-43cc-a27d-191a01a1e3b5" "Microsoft To-Do client",
    OneNote FirstPartyClient "2d4d3d8e-2be3-4bef-9f87-7875a61c29de" "OneNote",
    Planner FirstPartyClient "09abbdfd-ed23-44ee-a2d9-a627aa1c90f3" "Microsoft Planner",
    Forms FirstPartyClient "c9a559d2-7aab-4f13-a6ed-e7e9c52aec87" "Microsoft Forms",
    Whiteboard FirstPartyClient "57336123-6e14-4acc-8dcf-287b6088aa28" "Microsoft Whiteboard Client",
    Loop FirstPartyClient "a187e399-0c36-4b98-8f04-1edc167a0996" "Microsoft Loop",
    FlowPortal FirstPartyClient "6204c1d1-4712-4c46-a7d9-3ed63d992682" "Microsoft Flow Portal",
    MyApps FirstPartyClient "2793995e-0a7d-40d7-bd35-6968ba142197" "My Apps",
    MyProfile FirstPartyClient "8c59ead7-d703-4a27-9e55-c96a0054c8d2" "My Profile",
    MySignIns FirstPartyClient "19db86c3-b2b9-44cc-b339-36da233a3be2" "My Signins",
    AccessPanel FirstPartyClient "0000000c-0000-0000-c000-000000000000" "Microsoft App Access Panel",
    OutlookAddIns FirstPartyClient "bc59ab01-8403-45c6-8796-ac3ef710b3e3" "Outlook Online Add-in App",
    AzurePortal FirstPartyClient "c44b4083-3bb0-49c1-b47d-974e53cbdf3c" "Azure Portal",
    ExchangeAdminCentre FirstPartyClient "497effe9-df71-4043-a8bb-14cf78c4b63b" "Exchange Admin Center",
    SecurityPortal FirstPartyClient "80ccca67-54bd-44ab-8625-4b79c4dc7775" "Microsoft 365 Security and Compliance Center",
    TeamsAdminPortal FirstPartyClient "2ddfbe71-ed12-4123-b99b-d5fc8a062a79" "Microsoft Teams Admin Portal Service",
    AdminServices FirstPartyClient "6b91db1b-f05b-405a-a0b2-e3f60b28d645" "M365 Admin Services",
    ExchangePowerShell FirstPartyClient "fb78d390-0c51-40cd-8e17-fdbfab77341b" "Microsoft Exchange REST API Based Powershell",
    GraphCommandLine FirstPartyClient "14d82eec-204b-4c2f-b7e8-296a70dab67e" "Microsoft Graph Command Line Tools",
    GraphExplorer FirstPartyClient "de8bc8b5-d9f9-48b1-a8ad-b748da725064" "Graph Explorer",
    AzureCli FirstPartyClient "04b07795-8ddb-461a-bbee-02f9e1bf7b46" "Microsoft Azure CLI",
    AzurePowerShell FirstPartyClient "1950a258-227b-4e31-a9cf-717495945fc2" "Microsoft Azure PowerShell",
    DirectoryPowerShell FirstPartyClient "1b730954-1685-4b74-9bfd-dac224a7b894" "Azure Active Directory PowerShell",
    TeamsPowerShell FirstPartyClient "12128f48-ec9e-42f0-b203-ea49fb6af367" "Microsoft Teams Powershell Cmdlets",
    SharePointShell FirstPartyClient "9bc3ab49-b65d-410a-85ad-de819febfddc" "Microsoft SharePoint Online Management Shell",
    VsCode FirstPartyClient "aebc6443-996d-45c2-90f0-388ff96faa56" "Visual Studio Code",
    VisualStudio FirstPartyClient "04f0c124-f2bc-4f59-8241-bf6df9866bbd" "Visual Studio",
    ConnectSync FirstPartyClient "cb1056e2-e479-49de-ae31-7812af012ed8" "Microsoft Azure Active Directory Connect",
}

impl FirstParty {
    /// Its place in the world's list of applications, the same in every world.
    pub const fn number(self) -> AppNo {
        AppNo(self as u32)
    }
}
