//! Logs of other products, read by a mapping.
