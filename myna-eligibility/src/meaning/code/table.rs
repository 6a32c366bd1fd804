use crate::meaning::text::Text;
use myna_calendar::Date;

/// A code table, for those who look a word up.
pub(crate) trait CodeTable: Text + Clone + 'static {
    /// The label in Japanese.
    fn word(&self) -> &'static str;
    /// The label on a day, for tables some of whose words changed.
    fn label_ja_on(&self, _: Date) -> &'static str {
        self.word()
    }
}

/// Declares tables: the enum of each, its wire texts, and its labels, the Japanese of which documents the value.
macro_rules! code_tables {
    ($(
        $(#[$doc:meta])*
        $name:ident, $table:literal {
            $($(#[$value_doc:meta])* $value:ident = $wire:literal, $ja:literal, $en:literal;)+
        }
    )+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(
                #[doc = concat!($ja, ".")]
                $(#[doc = ""] #[$value_doc])*
                $value,
            )+
            /// A value this version does not know, as written. Made by [`from_wire`](Self::from_wire) only
            /// for texts outside the table.
            Unknown(String),
        }

        impl $name {
            /// The name of the code table.
            pub const TABLE: &'static str = $table;

            /// Every value of the table.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// The value a text of the wire stands for.
            #[must_use]
            pub fn from_wire(text: &str) -> Self {
                match text {
                    $($wire => Self::$value,)+
                    other => Self::Unknown(other.to_owned()),
                }
            }

            /// What is written of the value: on the wire, in Japanese, in English.
            const fn row(&self) -> (&str, &'static str, &'static str) {
                match self {
                    $(Self::$value => ($wire, $ja, $en),)+
                    Self::Unknown(text) => (text.as_str(), "不明", "unknown"),
                }
            }

            /// The text on the wire; leading zeros are part of it.
            #[must_use]
            pub const fn as_wire(&self) -> &str {
                self.row().0
            }

            /// The meaning in Japanese; 不明 for an unknown value.
            #[must_use]
            pub const fn label_ja(&self) -> &'static str {
                self.row().1
            }

            /// The meaning in English; "unknown" for an unknown value.
            #[must_use]
            pub const fn label_en(&self) -> &'static str {
                self.row().2
            }
        }

        impl Text for $name {
            fn of_text(text: std::borrow::Cow<'_, str>) -> Self {
                Self::from_wire(&text)
            }

            fn as_text(&self) -> &str {
                self.as_wire()
            }

            fn finding(&self, path: &str) -> Option<Warning> {
                matches!(self, Self::Unknown(_)).then(|| Warning::unknown_code(path, Self::TABLE, self.as_wire()))
            }

            fn of_words(words: &str) -> Option<String> {
                let words = crate::meaning::text::folded(words);
                let is_it =
                    |code: &&Self| crate::meaning::text::folded(code.label_ja()) == words || code.as_wire() == words;
                Self::ALL.iter().find(is_it).map(|code| code.as_wire().to_owned())
            }

            fn shown(&self, on: Date) -> String {
                match self {
                    Self::Unknown(text) => format!("不明（{text}）"),
                    // A method of the type itself comes before that of the trait.
                    known => known.label_ja_on(on).to_owned(),
                }
            }

            fn told(&self) -> crate::meaning::told::Told {
                let (raw, label_ja, label_en) = self.row();
                crate::meaning::told::Told::object([("raw", raw), ("label_ja", label_ja), ("label_en", label_en)])
            }

            fn extended(&self) -> (&'static str, crate::meaning::told::Told) {
                use crate::meaning::told::Told;
                let (raw, label_ja, _) = self.row();
                if let Self::Unknown(_) = self {
                    return ("valueString", Told::Text(raw.to_owned()));
                }
                let system = concat!(env!("CARGO_PKG_REPOSITORY"), "/fhir/CodeSystem/", $table);
                ("valueCoding", Told::object([("system", system), ("code", raw), ("display", label_ja)]))
            }
        }

        #[cfg(test)]
        impl crate::generated::Generated for $name {
            fn generated(source: &mut crate::generated::Source) -> Self {
                let text: String = crate::generated::Generated::generated(source);
                let known = Self::ALL.get(text.len() % (Self::ALL.len() + 1)).cloned();
                known.unwrap_or_else(|| Self::from_wire(&text))
            }
        }

        impl crate::meaning::code::table::CodeTable for $name {
            fn word(&self) -> &'static str {
                self.label_ja()
            }
        }

        /// `{"raw": "1", "label_ja": …, "label_en": …}`.
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.told().serialize(serializer)
            }
        }

        /// From what is serialized, or from the bare text of the wire.
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Ok(Self::from_wire(&crate::meaning::told::raw_text(deserializer)?))
            }
        }
    )+};
}

pub(super) use code_tables;
