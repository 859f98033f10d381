//! The command as a user runs it. One binary.

#![cfg(test)]

mod actions;
mod application_keys;
mod applications;
mod commands;
mod engagement_log;
mod first_call;
mod forged;
mod hostile;
mod interrupted;
mod look_alikes;
mod mappings;
mod report;
mod simulated;
mod support;
mod words;
