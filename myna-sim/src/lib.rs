//! A simulated My Number Card, its test PKI, and a simulated eligibility service

pub mod pki;
