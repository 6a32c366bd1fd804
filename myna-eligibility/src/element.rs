//! Elements: as they are read, as they are kept, and why they are refused.

pub(crate) mod codes;
pub(crate) mod error;
pub(crate) mod tree;

use serde::{Deserialize, Serialize};

/// The one document element [code B1].
pub(crate) const ROOT: &str = "XmlMsg";

/// An element this version does not model, kept so that nothing is lost.
///
/// In JSON `{"name": …, "text": …}` or `{"name": …, "children": […]}`. `Debug` prints names only: what the
/// element holds may be personal.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[expect(clippy::exhaustive_enums, reason = "made by its users: a further field has to be theirs to fill")]
pub enum Element {
    /// An element that holds a text, perhaps an empty one.
    Text {
        /// The element's name: ASCII letters, digits, `_`, `-` and `.`.
        name: String,
        /// Its text, unchanged.
        text: String,
    },
    /// An element that holds elements.
    Parent {
        /// The element's name.
        name: String,
        /// Its children, in their order; at least one.
        children: Vec<Self>,
    },
}

impl Element {
    /// The element's name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Text { name, .. } | Self::Parent { name, .. } => name,
        }
    }
}

impl std::fmt::Debug for Element {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Element").field(&self.name()).finish()
    }
}
