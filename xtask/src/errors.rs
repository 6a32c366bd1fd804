//! Every error of every crate on one page, from the tables in the sources.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// Where the page is.
pub(crate) const PAGE: &str = "docs/errors.md";

const HEAD: &str = "\
# Errors

Written by `cargo xtask errors` from the tables in the sources; a test compares. Every error answers `myna_error::Diagnostic`
with its row here. Codes stay; sentences may become better. `{name}` stands for what the error at hand knows: the reader, the
file, the field.

Whose fault: *Caller* the program that called, *Person* who held the card or typed, *Input* a file or message, *Transport*
reader or radio, *CardStatus* the card refused, *CardData* the card's data are malformed, *Service* the service that was
asked, *System* the operating system, *Internal* this library. Again: *Now* safe, and may succeed; *AfterStep* safe after
the next step; *AfterLook* look first, for a try could be spent or something handed in twice; *Pointless* it fails again.
";

/// A row of a table, as it stands in the source.
pub(crate) struct Row {
    /// Its name in the source.
    #[allow(dead_code, reason = "for the tests")]
    pub(crate) name: String,
    pub(crate) code: String,
    blame: String,
    retry: String,
    pub(crate) english: [String; 2],
    pub(crate) japanese: [String; 2],
}

/// A crate, with the texts of its sources.
pub(crate) struct Crate {
    pub(crate) name: String,
    pub(crate) sources: Vec<String>,
}

impl Crate {
    /// Its rows, as they stand in its tables.
    pub(crate) fn rows(&self) -> Vec<Row> {
        let tables = self.sources.iter().flat_map(|text| text.split("\nmyna_error::table! {").skip(1));
        tables.flat_map(|table| rows(table.split("\n}\n").next().unwrap_or_default())).collect()
    }
}

/// The crates of the workspace, by name.
pub(crate) fn crates(root: &Path) -> io::Result<Vec<Crate>> {
    let mut crates = Vec::new();
    for folder in fs::read_dir(root)? {
        let folder = folder?.path();
        let Ok(manifest) = fs::read_to_string(folder.join("Cargo.toml")) else { continue };
        let mut sources = Vec::new();
        read_sources(&folder.join("src"), &mut sources)?;
        let name = literals(manifest.split("name = ").nth(1).unwrap_or_default()).next();
        crates.push(Crate { name: name.map(|(_, name)| name).unwrap_or_default(), sources });
    }
    crates.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(crates)
}

fn read_sources(folder: &Path, into: &mut Vec<String>) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            read_sources(&entry, into)?;
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            into.push(fs::read_to_string(entry)?);
        }
    }
    Ok(())
}

/// The page.
pub(crate) fn page(crates: &[Crate]) -> String {
    let mut page = HEAD.to_owned();
    for each in crates {
        let rows = each.rows();
        if rows.is_empty() {
            continue;
        }
        page += &format!(
            "\n## {}\n\n| code | whose fault | again | English | 日本語 |\n|---|---|---|---|---|\n",
            each.name
        );
        for Row { code, blame, retry, english: [what, next], japanese: [what_ja, next_ja], .. } in rows {
            let row =
                [&format!("`{code}`"), &blame, &retry, &format!("{what}; {next}"), &(what_ja + &next_ja)];
            let row: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
            page += &format!("| {} |\n", row.join(" | "));
        }
    }
    page
}

/// Writes the page.
pub(crate) fn write() -> io::Result<()> {
    fs::create_dir_all("docs")?;
    fs::write(PAGE, page(&crates(Path::new("."))?))
}

/// Five texts in quotation marks are a row: code, and two parts of a sentence in two languages.
fn rows(table: &str) -> Vec<Row> {
    let table: String = table.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let texts: Vec<(&str, String)> = literals(&table).collect();
    let row = |texts: &[(&str, String)]| {
        let [(name, code), (kind, what), (_, next), (_, what_ja), (_, next_ja)] = texts else { return None };
        let mut kind = kind.split(',').map(|word| word.trim().to_owned()).skip(1);
        Some(Row {
            name: name.rsplit(';').next()?.trim_end_matches(['=', ' ']).trim().to_owned(),
            code: code.clone(),
            blame: kind.next()?,
            retry: kind.next()?,
            english: [what.clone(), next.clone()],
            japanese: [what_ja.clone(), next_ja.clone()],
        })
    };
    texts.chunks(5).filter_map(row).collect()
}

/// The texts in quotation marks, each after what stands before it.
pub(crate) fn literals(mut source: &str) -> impl Iterator<Item = (&str, String)> {
    std::iter::from_fn(move || {
        let (before, mut rest) = source.split_once('"')?;
        let mut text = String::new();
        loop {
            let (part, after) = rest.split_once(['"', '\\'])?;
            text += part;
            if rest.as_bytes().get(part.len()) == Some(&b'"') {
                source = after;
                return Some((before, text));
            }
            let escaped = after.chars().next()?;
            text.push(escaped);
            rest = after.get(escaped.len_utf8()..)?;
        }
    })
}
