//! The attacker: an agent with a goal, infrastructure and habits of his own, who reacts.
