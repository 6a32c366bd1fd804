//! The JPKI application of the My Number Card: certificates, PINs, signatures, path validation, login
