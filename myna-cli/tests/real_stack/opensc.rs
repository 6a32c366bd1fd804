//! OpenSC, which knows nothing of us, uses the simulated card, and OpenSSL believes what comes out.

use std::fs;

use super::command::{PIN, run};
use super::stack::{Stack, in_private_stack, private_file};

/// OpenSC recognises this ATR and goes straight to its JPKI driver.
#[test]
fn contact_card_signs_with_both_keys() {
    in_private_stack("opensc::contact_card_signs_with_both_keys", |stack| {
        use_every_object(stack, "contact");
    });
}

/// Here OpenSC tries every card it knows, some thirty commands, before it asks for JPKI.
#[test]
fn contactless_card_signs_with_both_keys() {
    in_private_stack("opensc::contactless_card_signs_with_both_keys", |stack| {
        use_every_object(stack, "contactless");
    });
}

/// What OpenSC itself would have a card pass: information, mechanisms, random numbers, digests, signatures, decryption.
///
/// It ends with "No errors" and exit code 0. The card has GET CHALLENGE, which OpenSC takes for its random generator, and
/// signs what it is given; the rest OpenSC does on the host.
#[test]
fn pkcs11_tool_test_finds_nothing_wrong() {
    in_private_stack("opensc::pkcs11_tool_test_finds_nothing_wrong", |stack| {
        for (atr, key) in [("contact", USER_AUTHENTICATION), ("contactless", DIGITAL_SIGNATURE)] {
            let card = stack.insert(&["--atr", atr]);
            let Key { slot_index, pin, .. } = key;
            let test = run(&format!("pkcs11-tool --test --slot-index {slot_index} --login --pin {pin}"));
            let report = test.to_string();
            let done = test.succeeded();
            assert!(done.contains("No errors"), "{report}");
            for part in ["C_SeedRandom() and C_GenerateRandom()", "Signatures", "Verify"] {
                assert!(done.contains(part), "{part}: {report}");
            }
            card.kill(stack);
        }
    });
}

/// What OpenSC calls one of the card's two keys: its certificate, its key and its PIN have the same number.
struct Key {
    id: &'static str,
    /// The number of the certificate of the authority that issued the key's own.
    authority_id: &'static str,
    slot_index: &'static str,
    pin: &'static str,
}

const USER_AUTHENTICATION: Key = Key { id: "1", authority_id: "3", slot_index: "0", pin: PIN };
const DIGITAL_SIGNATURE: Key = Key { id: "2", authority_id: "4", slot_index: "1", pin: "ABC123" };

fn use_every_object(stack: &Stack, atr: &str) {
    let _card = stack.insert(&["--atr", atr]);

    let certificates = run("pkcs15-tool --list-certificates").succeeded();
    assert_eq!(certificates.matches("X.509 Certificate [").count(), 4, "{certificates}");

    let pins = run("pkcs15-tool --list-pins").succeeded();
    let tries = pins.lines().filter_map(|line| line.split_once("Tries left"));
    let tries: Vec<&str> = tries.map(|(_, tries)| tries.trim_start_matches([' ', ':'])).collect();
    assert_eq!(tries, ["3", "5"], "{pins}");

    // First of all, because a card stays unlocked from one program to the next until it is reset.
    let without_pin = run(&format!("pkcs15-tool --read-certificate {}", DIGITAL_SIGNATURE.id));
    assert_ne!(without_pin.exit_code, Some(0), "署名用電子証明書 needs its PIN: {without_pin}");

    for key in [USER_AUTHENTICATION, DIGITAL_SIGNATURE] {
        let certificate = read_certificate(&key);
        let authority = read_authority_certificate(&key);
        is_issued_by(&certificate, &authority);
        sign_and_verify(&key, &certificate);
    }
}

fn read_certificate(key: &Key) -> String {
    let file = private_file(&format!("certificate-{}.pem", key.id));
    let read = format!("pkcs15-tool --read-certificate {} --output {file}", key.id);
    // The PIN is presented for the one certificate that needs it only, so that the other is read as anybody may.
    let unlock = format!(" --verify-pin --auth-id {} --pin {}", key.id, key.pin);
    let needs_pin = key.id == DIGITAL_SIGNATURE.id;
    run(&(read + if needs_pin { &unlock } else { "" })).succeeded();
    file
}

fn read_authority_certificate(key: &Key) -> String {
    let file = private_file(&format!("certificate-{}.pem", key.authority_id));
    run(&format!("pkcs15-tool --read-certificate {} --output {file}", key.authority_id)).succeeded();
    file
}

/// Only about who signed what, not about the day.
fn is_issued_by(certificate: &str, authority: &str) {
    let options = "-no_check_time -check_ss_sig -x509_strict";
    run(&format!("openssl verify {options} -CAfile {authority} {certificate}")).succeeded();
}

fn sign_and_verify(Key { id, slot_index, pin, .. }: &Key, certificate: &str) {
    let document = private_file("document");
    fs::write(&document, "この文書に署名する。").expect("a document to sign");
    let signature = private_file(&format!("signature-{id}"));
    let login = format!("--slot-index {slot_index} --login --pin {pin}");
    let files = format!("--input-file {document} --output-file {signature}");
    run(&format!("pkcs11-tool {login} --sign --mechanism SHA256-RSA-PKCS {files}")).succeeded();

    let public_key = private_file(&format!("public-key-{id}.pem"));
    fs::write(&public_key, run(&format!("openssl x509 -in {certificate} -noout -pubkey")).succeeded())
        .expect("the key of the certificate");
    run(&format!("openssl dgst -sha256 -verify {public_key} -signature {signature} {document}")).succeeded();
}
