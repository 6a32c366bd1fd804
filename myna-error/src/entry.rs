/// One row of a crate's table of errors. [`table!`](crate::table) writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// Stable, dotted, lower case: `area.what`.
    pub code: &'static str,
    /// Whose fault it is.
    pub blame: Blame,
    /// Whether trying again is safe.
    pub retry: Retry,
    /// For people, in English: no capital at the start and no full stop, as Rust's errors are written.
    pub english: Sentence,
    /// For people, in Japanese (です・ます), each with its 。.
    pub japanese: Sentence,
}

/// What happened, and what to do next. `{name}` stands for what [`Diagnostic::detail`](crate::Diagnostic::detail) writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sentence {
    /// What happened.
    pub what: &'static str,
    /// What to do next.
    pub next: &'static str,
}

/// Whose fault it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Blame {
    /// The program that called us.
    Caller,
    /// Who held the card or typed: a wrong PIN, a wrong option.
    Person,
    /// A file or message that was handed in.
    Input,
    /// Reader, radio, or a card that was pulled.
    Transport,
    /// The card refused, by its rules.
    CardStatus,
    /// The card's data are malformed.
    CardData,
    /// The eligibility service or whoever answers for it.
    Service,
    /// The operating system: files, disk, clock, randomness.
    System,
    /// This library.
    Internal,
}

/// Whether trying again is safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Retry {
    /// Safe, and may succeed with nothing changed.
    Now,
    /// Safe, once the next step has been done.
    AfterStep,
    /// Look first: trying again blindly could spend a PIN try, or hand something in twice.
    AfterLook,
    /// The same again will fail again.
    Pointless,
}

/// A language of the sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Language {
    /// 日本語.
    Japanese,
    /// English.
    English,
}

/// What is wrong with a row of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flaw {
    /// The code is not lower-case words with a dot between.
    Code,
    /// A row before it has the same code.
    Repeated,
    /// A part of the English sentence is empty, is not ASCII but for what stands in （）or「」, or ends with a full stop.
    English,
    /// A part of the Japanese sentence holds no Japanese, or does not end with 。.
    Japanese,
}

impl Entry {
    /// A row. [`table!`](crate::table) is the way to write one.
    #[must_use]
    pub const fn new(
        code: &'static str,
        blame: Blame,
        retry: Retry,
        english: [&'static str; 2],
        japanese: [&'static str; 2],
    ) -> Self {
        let english = Sentence { what: english[0], next: english[1] };
        let japanese = Sentence { what: japanese[0], next: japanese[1] };
        Self { code, blame, retry, english, japanese }
    }

    /// The sentence in one language.
    #[must_use]
    pub const fn sentence(&self, language: Language) -> Sentence {
        match language {
            Language::Japanese => self.japanese,
            Language::English => self.english,
        }
    }
}

/// What is wrong with the rows of a table, row by row: for the tests of every crate that has one.
pub fn flaws<'a>(table: &'a [&'static Entry]) -> impl Iterator<Item = (&'static Entry, Flaw)> + 'a {
    table.iter().enumerate().flat_map(|(index, entry)| {
        let repeated = table.iter().take(index).any(|before| before.code == entry.code);
        [
            (!is_code(entry.code), Flaw::Code),
            (repeated, Flaw::Repeated),
            (!is_sentence(entry.english, is_english), Flaw::English),
            (!is_sentence(entry.japanese, is_japanese), Flaw::Japanese),
        ]
        .into_iter()
        .filter_map(|(is_flaw, flaw)| is_flaw.then_some((*entry, flaw)))
    })
}

fn is_code(code: &str) -> bool {
    let is_word = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_lowercase())
            && word.chars().all(|each| each.is_ascii_lowercase() || each.is_ascii_digit() || each == '_')
    };
    code.contains('.') && code.split('.').all(is_word)
}

fn is_sentence(sentence: Sentence, is_language: fn(&str) -> bool) -> bool {
    is_language(sentence.what) && is_language(sentence.next)
}

fn is_english(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii()) && !text.ends_with(['.', '。', ' '])
}

/// `{name}` and nothing else.
fn is_detail(text: &str) -> bool {
    text.strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .is_some_and(|name| !name.contains(['{', '}']))
}

fn is_japanese(text: &str) -> bool {
    let kana = text.chars().any(|each| matches!(each, '\u{3041}'..='\u{30FF}'));
    // A part that is all the error's own, or ends with it, is for the error to end.
    (kana && text.ends_with(['。', '）', '}'])) || is_detail(text)
}

/// Writes the table of a crate's errors: one constant row for each, and the list of them all under the table's name.
///
/// ```
/// myna_error::table! {
///     /// The codes of the example.
///     pub EXAMPLE_CODES;
///     /// A file is not there.
///     MISSING = "example.missing", Input, AfterStep,
///         en: "{file} is not there" => "check the name and try again";
///         ja: "{file} がありません。" => "名前を確かめて、もう一度お試しください。";
/// }
/// assert_eq!(EXAMPLE_CODES.len(), 1);
/// assert_eq!(MISSING.code, "example.missing");
/// ```
#[macro_export]
macro_rules! table {
    (
        $(#[$attribute:meta])*
        $visibility:vis $table:ident;
        $(
            $(#[$row_attribute:meta])*
            $row:ident = $code:literal, $blame:ident, $retry:ident,
                en: $what:literal => $next:literal;
                ja: $what_ja:literal => $next_ja:literal;
        )*
    ) => {
        $(#[$attribute])*
        $visibility const $table: &[&$crate::Entry] = &[$(&$row),*];
        $(
            $(#[$row_attribute])*
            pub(crate) const $row: $crate::Entry = $crate::Entry::new(
                $code,
                $crate::Blame::$blame,
                $crate::Retry::$retry,
                [$what, $next],
                [$what_ja, $next_ja],
            );
        )*
    };
}
