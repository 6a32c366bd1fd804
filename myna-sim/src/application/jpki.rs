use super::{Application, FILLER, SessionKeyDelivery, UNREADABLE};
use crate::file::{Access, CardKey, Content, File};
use crate::pki::{self, CertificateAuthority, PkiError};
use crate::{CardProfile, CertificateState, Persona, Reference};
use myna_calendar::Date;

/// 公的個人認証AP: two keys with their certificates and PINs.
pub(super) fn application(persona: &Persona, issued: Date) -> Result<Application, PkiError> {
    let user_authentication = CertificateAuthority::UserAuthentication;
    let digital_signature = CertificateAuthority::DigitalSignature;
    let generation = persona.generation();
    let mut files = vec![
        File::later(0x0002, Access::Free, move || {
            digital_signature.certificate_der_of(generation).map(<[u8]>::to_vec)
        }),
        File::transparent(0x0005, Access::Never, FILLER),
        File::transparent(0x0006, Access::Free, token_information(persona)),
        File::transparent(0x0008, Access::Free, availability(persona)),
        File::transparent(0x0009, Access::Never, FILLER),
        File::later(0x000B, Access::Free, move || {
            user_authentication.certificate_der_of(generation).map(<[u8]>::to_vec)
        }),
        File::unknown(0x0010),
        File::new(0x0016, Access::Never, Content::TerminalAuthority(TERMINAL_AUTHORITY)),
        File::reference(Reference::UserAuthentication),
        File::unknown(0x0019),
        File::reference(Reference::DigitalSignature),
        File::unknown(0x001C),
        File::unknown(UNREADABLE),
    ];
    let slots = [
        (user_authentication, 0x000A, certificate_access(persona), 0x0017, OR_TERMINAL, USER_KEY),
        (digital_signature, 0x0001, DIGITAL_SIGNATURE, 0x001A, DIGITAL_SIGNATURE, SIGNATURE_KEY),
    ];
    for (authority, certificate, access, key, pin, private) in slots {
        if persona.certificate_state(authority) == CertificateState::Missing {
            // Whether a real card without a certificate lacks the file as well is not known.
            continue;
        }
        let serial = persona.certificate_serial(authority);
        let validity = persona.certificate_validity(issued);
        let holder = persona.certificate_holder();
        // Whether the holder fits a certificate is found out now; it is signed when it is first read.
        let issue = authority.prepare(generation, &holder, serial, validity)?;
        files.push(File::later(certificate, access, issue));
        files.push(File::new(key, pin, Content::Key(private)));
    }
    let session_key_delivery = SessionKeyDelivery::Protected;
    Ok(Application { name: NAME.into(), files, own_key: None, session_key_delivery })
}

const NAME: &[u8] = &[0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01];

/// Free on a card; a phone wants the PIN first `[card: myna-card]`.
const fn certificate_access(persona: &Persona) -> Access {
    match persona.settings().profile {
        CardProfile::Card | CardProfile::FaceAuthentication => Access::Free,
        CardProfile::Android | CardProfile::IPhone => USER_AUTHENTICATION,
    }
}

const USER_KEY: CardKey = CardKey::Simulated(|| CertificateAuthority::UserAuthentication.holder_key());
const SIGNATURE_KEY: CardKey = CardKey::Simulated(|| CertificateAuthority::DigitalSignature.holder_key());
const TERMINAL_AUTHORITY: CardKey = CardKey::Simulated(pki::terminal_authority_key);

const USER_AUTHENTICATION: Access = Access::verified(&[Reference::UserAuthentication]);
const OR_TERMINAL: Access = Access::VerifiedOrTerminal(Reference::UserAuthentication);
const DIGITAL_SIGNATURE: Access = Access::verified(&[Reference::DigitalSignature]);

/// EF `0008`: `8F` where there is a certificate, first for signing, then for user authentication; `8F 8F 00` was seen
/// `[card: myna-card]`. That a missing one is `00` is ours `[guess]`, and what the last byte means is not known.
fn availability(persona: &Persona) -> [u8; 3] {
    let byte = |authority| match persona.certificate_state(authority) {
        CertificateState::Missing => 0x00,
        CertificateState::Issued | CertificateState::Revoked => 0x8F,
    };
    [byte(CertificateAuthority::DigitalSignature), byte(CertificateAuthority::UserAuthentication), 0x00]
}

/// EF `0006`: a PKCS#11 `CK_TOKEN_INFO` laid out in 160 bytes `[card: myna-card]`.
///
/// ```text
///   0  32  label, blank padded           100  16  sessions: most, current, most read-write, current
///  32  32  manufacturer                  116   8  PIN length: most, least
///  64  16  model                         124  16  memory: four times FFFFFFFF
///  80  16  serial                        140   4  hardware and firmware version, two digits each
///  96   4  flags                         144  16  time: sixteen 9
/// ```
fn token_information(persona: &Persona) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(160);
    bytes.extend_from_slice(format!("{:<32}", persona.settings().profile.token_label()).as_bytes());
    bytes.extend_from_slice(format!("{:0>32}", "1").as_bytes());
    bytes.extend_from_slice(format!("{:<16}", "E16R01NJ").as_bytes());
    bytes.extend_from_slice(
        format!("{:016}", persona.derived_number("token serial") % 100_000_000).as_bytes(),
    );
    for number in [0x040D_u32, 1, 0, 1, 0, 16, 6, u32::MAX, u32::MAX, u32::MAX, u32::MAX] {
        bytes.extend_from_slice(&number.to_be_bytes());
    }
    bytes.extend_from_slice(b"0301");
    bytes.extend_from_slice(&[b'9'; 16]);
    bytes
}
