//! Floor 4: puts the building together.
