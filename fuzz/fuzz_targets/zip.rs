//! Archives as they come: read whole or unit by unit they end, and never give more than they may.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use myna_eligibility::{
    bulk::{BulkReadError, each_bulk_in_archive},
    read,
};

fuzz_target!(|bytes: &[u8]| {
    // The local header's signature is given, or most inputs would be no archive.
    let archive = if bytes.starts_with(b"PK") { bytes.to_vec() } else { [b"PK\x03\x04", bytes].concat() };
    match read(&archive) {
        // A message has eight bytes at least, and at most 64 MiB are unpacked.
        Ok(readings) => assert!(readings.len() <= 1000),
        Err(error) => assert!(error.file.is_some() || error.position() <= archive.len(), "{error}"),
    }
    let mut read = 0_usize;
    let _ = each_bulk_in_archive(Cursor::new(&archive), |_, reader| -> Result<(), BulkReadError> {
        for unit in reader.take(10_000) {
            if unit.is_ok() {
                read += 1;
            }
        }
        Ok(())
    });
    // Deflate makes a byte of 1 032 at most, and a unit has 17 bytes at least.
    assert!(read <= 10_000.min(archive.len() * 1_032 / 17), "{read} units of {} bytes", archive.len());
});
