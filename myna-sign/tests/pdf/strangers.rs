//! What other programs say of our signatures: `openssl cms` signs what was prepared, `pdfsig` (poppler) checks it, and
//! `qpdf` makes documents of every structure and checks what is left.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, process};

use myna_sign::cms::CmsFault;
use myna_sign::pdf::{PdfFault, PdfSignatureRequest, read_pdf_signatures};
use myna_trust::CryptoProvider;

use crate::documents::{hybrid, plain};
use crate::{by_card, request, visible};

/// A folder that is gone with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = env::temp_dir().join(format!("myna-sign-{name}-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// Runs a program in the folder; what it said, when it was content.
    fn run(&self, program: &str, arguments: &str) -> Result<String, String> {
        let output = Command::new(program).args(arguments.split(' ')).current_dir(&self.0).output();
        let output = output.map_err(|error| format!("{program}: {error}"))?;
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        if output.status.success() { Ok(said) } else { Err(format!("{program} {arguments}: {said}")) }
    }

    fn sign(&self, document: &[u8], request: &PdfSignatureRequest) -> Vec<u8> {
        let prepared = request.prepare(document).unwrap();
        fs::write(self.0.join("covered"), prepared.covered().concat()).unwrap();
        self.run(
            "openssl",
            "cms -sign -binary -cades -md sha256 -in covered -signer cert -inkey key -outform DER -out cms",
        )
        .unwrap();
        prepared.finish(&fs::read(self.0.join("cms")).unwrap()).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Whether the programs are there. `cargo xtask test` installs them; elsewhere the test says that it did not run.
fn strangers_are_here() -> bool {
    let missing: Vec<&str> = ["openssl", "qpdf", "pdfsig"]
        .into_iter()
        .filter(|name| !Path::new("/usr/bin").join(name).exists())
        .collect();
    if !missing.is_empty() {
        eprintln!("not run: {} missing", missing.join(", "));
    }
    missing.is_empty()
}

#[test]
fn other_programs_find_nothing_wrong_with_documents_of_every_structure() {
    if !strangers_are_here() {
        return;
    }
    let folder = Folder::new("structures");
    folder
        .run(
            "openssl",
            "req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -subj /CN=Synthetic -days 10",
        )
        .unwrap();
    let plain = plain();
    fs::write(folder.0.join("plain.pdf"), &plain).unwrap();
    // `qpdf` ends with 3 for its warning that the size in our trailer is larger than it needs to be.
    let structures = [
        "--object-streams=disable",
        "--object-streams=generate",
        "--object-streams=generate --stream-data=uncompress",
        "--object-streams=generate --linearize",
        "--object-streams=disable --linearize",
        "--qdf",
        "hybrid",
    ];
    for structure in structures {
        let made = if structure == "hybrid" {
            hybrid()
        } else {
            folder.run("qpdf", &format!("--warning-exit-0 {structure} plain.pdf made.pdf")).unwrap();
            fs::read(folder.0.join("made.pdf")).unwrap()
        };
        let once = folder.sign(&made, &request());
        let twice = folder.sign(&once, &visible());
        assert!(twice.starts_with(&made) && twice.starts_with(&once), "{structure}");
        let signatures = read_pdf_signatures(&twice).unwrap();
        assert!(signatures.iter().all(|signature| signature.covered.is_ok()), "{structure}: {signatures:?}");
        fs::write(folder.0.join("signed.pdf"), &twice).unwrap();
        folder.run("qpdf", "--check signed.pdf").unwrap();
        let said = folder.run("pdfsig", "-nocert signed.pdf").unwrap();
        assert_eq!(said.matches("Signature is Valid.").count(), 2, "{structure}: {said}");
        assert_eq!(said.matches("ETSI.CAdES.detached").count(), 2, "{structure}: {said}");
        assert_eq!(said.matches("- Total document signed").count(), 1, "{structure}: {said}");
    }
}

#[test]
fn a_document_that_qpdf_encrypted_is_refused_by_the_name_of_its_handler() {
    if !strangers_are_here() {
        return;
    }
    let folder = Folder::new("encrypted");
    fs::write(folder.0.join("plain.pdf"), plain()).unwrap();
    folder.run("qpdf", "--warning-exit-0 --encrypt user owner 256 -- plain.pdf made.pdf").unwrap();
    let made = fs::read(folder.0.join("made.pdf")).unwrap();
    let refused = request().prepare(&made).unwrap_err();
    assert_eq!(refused, PdfFault::Encrypted("Standard".to_owned()));
}

/// What `openssl` signs in other ways than PAdES has it.
#[test]
fn signatures_that_lack_what_makes_them_whole_are_refused() {
    if !strangers_are_here() {
        return;
    }
    let folder = Folder::new("ways");
    for name in ["key", "other"] {
        let subject = format!("-keyout {name} -out {name}.cert -subj /CN=Synthetic");
        folder.run("openssl", &format!("req -x509 -newkey rsa:2048 -nodes {subject} -days 10")).unwrap();
    }
    let signer = "-signer key.cert -inkey key";
    let cases = [
        (format!("-cades -md sha256 {signer}"), None),
        (format!("-md sha256 {signer}"), Some(PdfFault::CertificateNotSigned)),
        (format!("-cades -md sha1 {signer}"), Some(PdfFault::Cms(CmsFault::DigestAlgorithm))),
        (format!("-noattr -md sha256 {signer}"), Some(PdfFault::Cms(CmsFault::NoSignedAttributes))),
        (format!("-cades -nodetach -md sha256 {signer}"), Some(PdfFault::Attached)),
        (format!("-cades -md sha256 {signer} -signer other.cert -inkey other"), Some(PdfFault::Signers)),
        (format!("-cades -nocerts -md sha256 {signer}"), Some(PdfFault::Cms(CmsFault::SignerCertificate))),
    ];
    let prepared = request().prepare(&plain()).unwrap();
    fs::write(folder.0.join("covered"), prepared.covered().concat()).unwrap();
    for (way, fault) in cases {
        folder.run("openssl", &format!("cms -sign -binary -in covered {way} -outform DER -out cms")).unwrap();
        let document = prepared.clone().finish(&fs::read(folder.0.join("cms")).unwrap()).unwrap();
        let signature = &read_pdf_signatures(&document).unwrap()[0];
        assert_eq!(signature.verify(&document, &CryptoProvider::default()).err(), fault, "{way}");
    }
}

#[test]
fn other_programs_take_what_the_card_signed() {
    if !strangers_are_here() {
        return;
    }
    let folder = Folder::new("card");
    let document = by_card::sign(&by_card::sign(&plain(), &request()), &visible());
    fs::write(folder.0.join("signed.pdf"), document).unwrap();
    folder.run("qpdf", "--warning-exit-0 --check signed.pdf").unwrap();
    let said = folder.run("pdfsig", "-nocert signed.pdf").unwrap();
    assert_eq!(said.matches("Signature is Valid.").count(), 2, "{said}");
}
