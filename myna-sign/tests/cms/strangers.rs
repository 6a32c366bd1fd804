//! `openssl cms` reads what we make, and we read what it makes.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, process};

use myna_sign::cms::{CmsRequest, SignedCms, SignedContent};
use myna_sim::pki::CertificateAuthority;
use myna_trust::{HashAlgorithm, SignatureAlgorithm};

use crate::{CONTENT, NOW, PROVIDER, sign_by};

/// A folder that is gone with the test.
struct Folder(PathBuf);

impl Folder {
    /// `None` where `openssl` is not there: `cargo xtask test` installs it, elsewhere the test says that it did not run.
    fn with_openssl(name: &str) -> Option<Self> {
        if !Path::new("/usr/bin/openssl").exists() {
            eprintln!("not run: openssl missing");
            return None;
        }
        let folder = env::temp_dir().join(format!("myna-sign-cms-{name}-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("content"), CONTENT).unwrap();
        Some(Self(folder))
    }

    fn write(&self, name: &str, content: &[u8]) {
        fs::write(self.0.join(name), content).unwrap();
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.join(name)).unwrap()
    }

    /// Whether it was content, and what it said.
    fn openssl(&self, arguments: &str) -> Result<String, String> {
        let output =
            Command::new("openssl").args(arguments.split(' ')).current_dir(&self.0).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() { Ok(said) } else { Err(format!("{arguments}: {said}")) }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn openssl_finds_our_signatures_good_and_those_of_another_content_bad() {
    let Some(folder) = Folder::with_openssl("ours") else { return };
    for authority in [CertificateAuthority::DigitalSignature, CertificateAuthority::UserAuthentication] {
        folder.write("ca.der", authority.certificate_der().unwrap());
        folder.openssl("x509 -inform DER -in ca.der -out ca.pem").unwrap();
        for hash in [HashAlgorithm::Sha256, HashAlgorithm::Sha384, HashAlgorithm::Sha512] {
            let mut request = CmsRequest::new();
            (request.hash, request.signing_time) = (hash, Some(NOW));
            folder.write("detached", &sign_by(authority, &request, false));
            folder.write("attached", &sign_by(authority, &request, true));
            // `openssl` does not know these certificates' critical policies as a purpose.
            let verify =
                "cms -verify -binary -cades -inform DER -CAfile ca.pem -purpose any -attime 1795329045";
            folder.openssl(&format!("{verify} -in detached -content content -out got")).unwrap();
            assert_eq!(folder.read("got"), CONTENT);
            folder.openssl(&format!("{verify} -in attached -out got")).unwrap();
            assert_eq!(folder.read("got"), CONTENT);
            folder.write("other", b"another content");
            folder.openssl(&format!("{verify} -in detached -content other -out got")).unwrap_err();
        }
    }
}

#[test]
fn we_find_signatures_of_openssl_good_in_every_form_that_is_taken() {
    let Some(folder) = Folder::with_openssl("theirs") else { return };
    let kinds = [
        ("rsa", "rsa:2048", ""),
        ("p256", "ec -pkeyopt ec_paramgen_curve:P-256", ""),
        ("p384", "ec -pkeyopt ec_paramgen_curve:P-384", ""),
        ("pss", "rsa:2048", " -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:digest"),
    ];
    for (name, key, options) in kinds {
        folder
            .openssl(&format!(
                "req -x509 -newkey {key} -nodes -keyout {name}.key -out {name}.crt -subj /CN=Synthetic-{name} -days 10"
            ))
            .unwrap();
        for form in ["", " -nodetach", " -keyid", " -cades", " -nodetach -cades -keyid", " -nosmimecap"] {
            for hash in [HashAlgorithm::Sha256, HashAlgorithm::Sha384, HashAlgorithm::Sha512] {
                let md = format!("{hash:?}").to_lowercase();
                let sign = format!(
                    "cms -sign -binary -md {md} -in content -signer {name}.crt -inkey {name}.key -outform DER -out cms"
                );
                folder.openssl(&format!("{sign}{form}{options}")).unwrap();
                let said = format!("{name} {md}{form}");
                let cms = SignedCms::from_der(&folder.read("cms")).expect(&said);
                assert_eq!(cms.content().is_some(), form.contains("nodetach"), "{said}");
                let signers = cms.verify(&PROVIDER, SignedContent::Given(CONTENT)).expect(&said);
                let expected = match name {
                    "rsa" => SignatureAlgorithm::RsaPkcs1(hash),
                    "pss" => SignatureAlgorithm::RsaPss(hash),
                    _ => SignatureAlgorithm::Ecdsa(hash),
                };
                assert_eq!((signers[0].algorithm, signers[0].hash), (expected, hash), "{said}");
                assert!(signers[0].claimed_time.is_some(), "{said}");
                assert_eq!(signers[0].is_certificate_signed, form.contains("cades"), "{said}");
            }
        }
    }
    folder
        .openssl(
            "cms -sign -binary -in content -signer rsa.crt -inkey rsa.key -signer p256.crt -inkey p256.key -outform DER -out cms",
        )
        .unwrap();
    let cms = SignedCms::from_der(&folder.read("cms")).unwrap();
    assert_eq!(cms.verify(&PROVIDER, SignedContent::Given(CONTENT)).unwrap().len(), 2);
}
