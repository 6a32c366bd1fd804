//! How the messages are written: XML, JSON, the limited app's copied text, archives, and bulk answers unit by unit.

pub(crate) mod bulk;
pub(crate) mod copied_text;
pub(crate) mod json;
pub(crate) mod message;
pub(crate) mod reading;
pub(crate) mod xml;
