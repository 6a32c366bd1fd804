use std::collections::BTreeMap;

use myna_apdu::tlv::{Tag, Tlv};
use myna_calendar::{Date, DateTime, UnixTime};

use super::asn1::{identifier, integer, octet_string, sequence, tagged};
use super::error::PkiError;
use super::profile::{
    ToBeSigned, authority_key_identifier, authority_name, directory, extension, revocation_list,
    sha256_with_rsa_encryption,
};
use super::{CertificateAuthority, Generation, Holder};
use crate::object::object;

/// What a simulated CA has revoked, and how it says so: by list (CRL) and by answer (OCSP). One for each CA.
///
/// The shape of the real lists and answers is not public; these have that of RFC 5280 and RFC 6960, and lists are split by
/// municipality, as the distribution points in certificates are `[fix]`. The CA signs both itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RevocationRegister(BTreeMap<u32, (UnixTime, u8)>);

impl RevocationRegister {
    /// Nothing is revoked yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Revokes the certificate of this serial number, for a CRLReason (RFC 5280, 5.3.1); 0 is "unspecified".
    pub fn revoke(&mut self, serial: u32, when: UnixTime, reason: u8) {
        self.0.insert(serial, (when, reason));
    }

    /// The list, DER; with a holder, the one of that holder's municipality. That it has everybody who was revoked does no
    /// harm.
    ///
    /// # Errors
    ///
    /// [`PkiError::Key`], which means that this crate was built wrong; [`PkiError::Encoding`] for a time that does not fit.
    pub fn list(
        &self,
        authority: CertificateAuthority,
        generation: Generation,
        holder: Option<&Holder>,
        this_update: UnixTime,
        next_update: UnixTime,
    ) -> Result<Vec<u8>, PkiError> {
        let key = authority.authority_key_of(generation)?;
        let mut entries = Vec::new();
        for (serial, (when, reason)) in &self.0 {
            let reason = extension(false, REASON, &object([0x0A], &[*reason]));
            entries.push(sequence(&[integer(&serial.to_be_bytes()), time(*when)?, sequence(&[reason])]));
        }
        let mut extensions = vec![
            authority_key_identifier(authority, generation, key),
            extension(false, LIST_NUMBER, &integer(&this_update.0.to_be_bytes())),
        ];
        if let Some(holder) = holder {
            let name = tagged(0, &tagged(0, &directory(&revocation_list(holder))));
            extensions.push(extension(true, ISSUING_DISTRIBUTION_POINT, &sequence(&[name])));
        }
        let body = sequence(&[
            // Version 2.
            integer(&[1]),
            sha256_with_rsa_encryption(),
            authority_name(authority),
            time(this_update)?,
            time(next_update)?,
            // An empty list of entries is none at all.
            if entries.is_empty() { Vec::new() } else { sequence(&entries) },
            tagged(0, &sequence(&extensions)),
        ]);
        ToBeSigned(body).sign(key)
    }

    /// The answer to a question, DER: OCSPResponse. It looks at the serial number only, and repeats the nonce.
    ///
    /// # Errors
    ///
    /// [`PkiError::Encoding`], if the question is none; else as [`list`](Self::list).
    pub fn answer(
        &self,
        authority: CertificateAuthority,
        generation: Generation,
        request: &[u8],
        at: UnixTime,
        next_update: UnixTime,
    ) -> Result<Vec<u8>, PkiError> {
        let refusal = |_| PkiError::Encoding("not an OCSPRequest".to_owned());
        let body = Tlv::first(request).and_then(|outer| Tlv::first(outer.value())).map_err(refusal)?;
        let requests = Tlv::first(body.value()).map_err(refusal)?;
        let id =
            Tlv::first(requests.value()).and_then(|request| Tlv::first(request.value())).map_err(refusal)?;
        let serial = id.find(Tag(0x02)).map_err(refusal)?.map_or(&[][..], |serial| serial.value());
        let serial = serial.iter().fold(0u32, |number, byte| number << 8 | u32::from(*byte));
        let status = match self.0.get(&serial) {
            None => object([0x80], &[]),
            Some((when, reason)) => {
                tagged(1, &[generalized_time(*when)?, tagged(0, &object([0x0A], &[*reason]))].concat())
            }
        };
        let single = sequence(&[
            sequence(&[id.value().to_vec()]),
            status,
            generalized_time(at)?,
            tagged(0, &generalized_time(next_update)?),
        ]);
        let nonce = body.find(Tag(0xA2)).map_err(refusal)?.map_or(Vec::new(), |all| tagged(1, all.value()));
        let data = sequence(&[
            tagged(1, &authority_name(authority)),
            generalized_time(at)?,
            sequence(&[single]),
            nonce,
        ]);
        let basic = ToBeSigned(data).sign(authority.authority_key_of(generation)?)?;
        let bytes = sequence(&[identifier(BASIC_RESPONSE), octet_string(&basic)]);
        Ok(sequence(&[object([0x0A], &[0]), tagged(0, &bytes)]))
    }
}

/// UTCTime, as RFC 5280 has it through 2049.
fn time(at: UnixTime) -> Result<Vec<u8>, PkiError> {
    let written = written(at)?;
    Ok(object([0x17], written.as_bytes().get(2..).unwrap_or_default()))
}

fn generalized_time(at: UnixTime) -> Result<Vec<u8>, PkiError> {
    Ok(object([0x18], written(at)?.as_bytes()))
}

fn written(at: UnixTime) -> Result<String, PkiError> {
    let refusal = || PkiError::Encoding("a time after 2049".to_owned());
    let seconds = u32::try_from(at.0).map_err(|_| refusal())?;
    // Counted on, whatever the place: so it is UTC here.
    let clock = DateTime::new(Date::from_ymd(1970, 1, 1)?, 0, 0, 0)?.plus_seconds(seconds);
    let clock = clock.filter(|clock| clock.date().year() < 2050).ok_or_else(refusal)?;
    Ok(format!("{}Z", clock.to_wire()))
}

const LIST_NUMBER: &[u32] = &[2, 5, 29, 20];
const REASON: &[u32] = &[2, 5, 29, 21];
const ISSUING_DISTRIBUTION_POINT: &[u32] = &[2, 5, 29, 28];
const BASIC_RESPONSE: &[u32] = &[1, 3, 6, 1, 5, 5, 7, 48, 1, 1];
