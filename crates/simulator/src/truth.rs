//! What really happened: kept beside the logs, never among them.
