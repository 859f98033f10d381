//! What a case promises from exports to `out/`, through its public interface and on real records. One
//! binary, because each that links the engine is large.

#![cfg(test)]

mod answers;
mod evidence;
mod order;
mod outputs;
mod panther;
mod provenance;
mod rules;
mod support;
mod techniques;
mod timeline;
