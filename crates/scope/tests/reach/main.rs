//! What was reached, who was written to, what the evidence covers, how the attacker came in: pure functions of
//! labelled events, each test a small case.

#[cfg(test)]
mod activity;
#[cfg(test)]
mod common;
#[cfg(test)]
mod coverage;
#[cfg(test)]
mod entry;
#[cfg(test)]
mod exposure;
#[cfg(test)]
mod recipient;
#[cfg(test)]
mod unusual;
