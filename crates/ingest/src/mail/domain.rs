//! The domain that somebody registered, by the list of public suffixes.

/// The registrable domain of an address, or of a host: `pay.contoso.co.uk` gives `contoso.co.uk`.
pub(super) fn registrable(address: &str) -> Option<String> {
    let host = address.rsplit('@').next()?.trim().trim_end_matches('.');
    let host = host.to_lowercase();
    psl::domain_str(&host).map(str::to_owned)
}
