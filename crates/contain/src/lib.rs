//! From what scope says of a tenant to an ordered plan: what to cut, in which order, with what first.
