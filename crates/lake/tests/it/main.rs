//! Everything that the lake promises, through its public interface. One binary, because each that
//! links the engine is large.

#![cfg(test)]

mod fixture;
mod oracle;
mod sql;
mod storage;
mod ties;
