//! Every provider against the vectors of Wycheproof.
//!
//! Left out as whole sets: hashes other than SHA-256, SHA-384 and SHA-512, curves other than P-256 and P-384, and the
//! signatures of IEEE P1363, `r | s` without DER, which no certificate holds.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use myna_trust::{CryptoProvider, HashAlgorithm, KeyFault, PublicKey, SignatureAlgorithm, SignatureError};
use wycheproof::{HashFunction, Mgf, TestResult, ecdsa, rsa_pkcs1_verify, rsa_pss_verify};

const PROVIDERS: &[CryptoProvider] = &[
    CryptoProvider::RUST_CRYPTO,
    #[cfg(feature = "ring")]
    CryptoProvider::RING,
];

/// Reasons not to run a group.
const TOO_LONG: &str = "RSA of more than 4096 bits is taken by no provider";
const OTHER_HASH: &str = "PSS with SHA-1, SHA-224 or SHA-512 cut short";
const OTHER_MASK: &str = "PSS whose mask is not MGF1 of the same hash";
const OTHER_SALT: &str = "PSS whose salt is not as long as the hash";
const LACKING: &str = "ECDSA with SHA-512, which ring does not have";

/// What became of the vectors of one algorithm.
#[derive(Debug, Default)]
struct Tally {
    valid: usize,
    invalid: usize,
    /// Valid in itself, and nobody need take it.
    acceptable: usize,
    /// Groups that were not run, by reason.
    skipped: BTreeMap<&'static str, usize>,
}

struct Group<'a> {
    key: &'a [u8],
    algorithm: Result<SignatureAlgorithm, &'static str>,
    /// Number, message, signature, expected.
    tests: Vec<(usize, &'a [u8], &'a [u8], TestResult)>,
}

impl Tally {
    fn run(&mut self, provider: &CryptoProvider, group: &Group<'_>) {
        if let Err(reason) = self.judge(provider, group) {
            *self.skipped.entry(reason).or_default() += 1;
        }
    }

    fn judge(&mut self, provider: &CryptoProvider, group: &Group<'_>) -> Result<(), &'static str> {
        let algorithm = group.algorithm?;
        let key = match PublicKey::from_der(group.key) {
            Err(KeyFault::Size(8192)) => return Err(TOO_LONG),
            key => key.unwrap(),
        };
        for (number, message, signature, expected) in &group.tests {
            let found = key.verify(provider, algorithm, message, signature);
            if found == Err(SignatureError::Algorithm(algorithm)) {
                return Err(LACKING);
            }
            let count = match expected {
                TestResult::Valid => {
                    assert_eq!(found, Ok(()), "{provider:?}, {algorithm:?}, {number}");
                    &mut self.valid
                }
                TestResult::Invalid => {
                    assert_eq!(found, Err(SignatureError::Mismatch), "{provider:?}, {algorithm:?}, {number}");
                    &mut self.invalid
                }
                TestResult::Acceptable => &mut self.acceptable,
            };
            *count += 1;
        }
        Ok(())
    }
}

impl Tally {
    /// Signatures of both sorts were looked at, and groups skipped for these reasons and no others.
    fn assert_skipped(&self, provider: &CryptoProvider, reasons: &[&str]) {
        println!("{provider:?}: {self:?}");
        assert!(self.valid > 0 && self.invalid > 0, "{provider:?}: {self:?}");
        assert!(self.skipped.keys().eq(reasons), "{provider:?}: {self:?}");
    }
}

fn hash(function: HashFunction) -> HashAlgorithm {
    match function {
        HashFunction::Sha2_256 => HashAlgorithm::Sha256,
        HashFunction::Sha2_384 => HashAlgorithm::Sha384,
        HashFunction::Sha2_512 => HashAlgorithm::Sha512,
        other => panic!("{other:?}"),
    }
}

/// The vectors of one kind; each kind has types of its own, with the same names.
macro_rules! groups {
    ($kind:ident, $sets:expr, $group:ident => $key:expr, $algorithm:expr) => {
        $sets
            .iter()
            .flat_map(|name| $kind::TestSet::load(*name).unwrap().test_groups)
            .collect::<Vec<_>>()
            .iter()
            .map(|$group| Group {
                key: $key,
                algorithm: $algorithm,
                tests: $group
                    .tests
                    .iter()
                    .map(|test| (test.tc_id, &test.msg[..], &test.sig[..], test.result))
                    .collect(),
            })
    };
}

fn tally<'a>(provider: &CryptoProvider, groups: impl Iterator<Item = Group<'a>>) -> Tally {
    let mut tally = Tally::default();
    groups.for_each(|group| tally.run(provider, &group));
    tally
}

#[test]
fn pkcs1() {
    use rsa_pkcs1_verify::TestName::*;
    let sets = [
        Rsa2048Sha256,
        Rsa2048Sha384,
        Rsa2048Sha512,
        Rsa3072Sha256,
        Rsa3072Sha384,
        Rsa3072Sha512,
        Rsa4096Sha256,
        Rsa4096Sha384,
        Rsa4096Sha512,
        Rsa8192Sha256,
        Rsa8192Sha384,
        Rsa8192Sha512,
    ];
    for provider in PROVIDERS {
        let tally = tally(
            provider,
            groups!(rsa_pkcs1_verify, sets, group => &group.der, Ok(SignatureAlgorithm::RsaPkcs1(hash(group.hash)))),
        );
        tally.assert_skipped(provider, &[TOO_LONG]);
    }
}

#[test]
fn pss() {
    use rsa_pss_verify::TestName::*;
    let sets = [
        RsaPss2048Sha256Mgf1SaltLen0,
        RsaPss2048Sha256Mgf1SaltLen32,
        RsaPss2048Sha256Mgf1Sha1_20,
        RsaPss2048Sha384Mgf1SaltLen48,
        RsaPss3072Sha256Mgf1SaltLen32,
        RsaPss4096Sha256Mgf1SaltLen32,
        RsaPss4096Sha384Mgf1SaltLen48,
        RsaPss4096Sha512Mgf1SaltLen32,
        RsaPss4096Sha512Mgf1SaltLen64,
        RsaPssmisc,
    ];
    for provider in PROVIDERS {
        let algorithm = |group: &rsa_pss_verify::TestGroup| match group.hash {
            _ if group.mgf != Mgf::Mgf1 || group.mgf_hash != Some(group.hash) => Err(OTHER_MASK),
            HashFunction::Sha2_256 | HashFunction::Sha2_384 | HashFunction::Sha2_512 => {
                let hash = hash(group.hash);
                (group.salt_size == hash.length())
                    .then_some(SignatureAlgorithm::RsaPss(hash))
                    .ok_or(OTHER_SALT)
            }
            _ => Err(OTHER_HASH),
        };
        let tally = tally(provider, groups!(rsa_pss_verify, sets, group => &group.der, algorithm(group)));
        tally.assert_skipped(provider, &[OTHER_MASK, OTHER_SALT, OTHER_HASH]);
    }
}

#[test]
fn ecdsa() {
    use ecdsa::TestName::*;
    let sets = [
        EcdsaSecp256r1Sha256,
        EcdsaSecp256r1Sha512,
        EcdsaSecp384r1Sha256,
        EcdsaSecp384r1Sha384,
        EcdsaSecp384r1Sha512,
    ];
    for provider in PROVIDERS {
        let tally = tally(
            provider,
            groups!(ecdsa, sets, group => &group.der, Ok(SignatureAlgorithm::Ecdsa(hash(group.hash)))),
        );
        let lacking: &[_] = if provider.name() == "ring" { &[LACKING] } else { &[] };
        tally.assert_skipped(provider, lacking);
    }
}
