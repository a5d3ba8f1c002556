//! Who you are, where you may look, what you may do.
