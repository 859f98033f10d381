//! The forms for other people's programs: what they look like, and that no value breaks out of them.

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod forms;
#[cfg(test)]
mod hostile;
