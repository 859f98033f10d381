//! Mails as files: `.eml`, `.msg` and pasted headers, made by hand. Each file under `data` is read, read
//! again from its bytes alone, and told in a snapshot. Logs of other products, read by a mapping, stand
//! here too.

#[cfg(test)]
mod files;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod mailbox;
#[cfg(test)]
mod mapped;
#[cfg(test)]
mod outlook;
#[cfg(test)]
mod support;
