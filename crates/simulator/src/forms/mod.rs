//! The evidence as responders get it: which export forms, how split, how damaged.
