//! Conformance cases for My Number Cards, readers and simulators
