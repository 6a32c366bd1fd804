use der::Decode;
use der::oid::ObjectIdentifier;
use x509_cert::der;
use x509_cert::ext::Extension;

use super::status::RevocationFault;
use crate::path::each_once;

/// An extension that is followed, and what it has to be.
pub(super) type Known = (ObjectIdentifier, fn(&Extension) -> bool);

/// Each once, none critical that is not known, and what is known well-formed.
pub(super) fn check(extensions: Option<&Vec<Extension>>, known: &[Known]) -> Result<(), RevocationFault> {
    let Some(extensions) = extensions else { return Ok(()) };
    if extensions.is_empty() || !each_once(extensions) {
        return Err(RevocationFault::Form);
    }
    for extension in extensions {
        match known.iter().find(|(oid, _)| *oid == extension.extn_id) {
            Some((_, is_good)) if !is_good(extension) => return Err(RevocationFault::Form),
            None if extension.critical => return Err(RevocationFault::UnknownCriticalExtension),
            _ => {}
        }
    }
    Ok(())
}

/// The value of an extension, if it is there and can be read: after [`check`] of it, if it is there.
pub(super) fn find<'a, E: Decode<'a>>(
    extensions: Option<&'a Vec<Extension>>,
    oid: ObjectIdentifier,
) -> Option<E> {
    let extension = extensions?.iter().find(|extension| extension.extn_id == oid)?;
    E::from_der(extension.extn_value.as_bytes()).ok()
}
