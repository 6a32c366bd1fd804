//! The modules of a crate, and what each names of the others: as much of Rust's grammar as that takes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The files of one crate, and which names something of which.
pub(crate) struct Sources {
    /// Below `src`.
    pub(crate) files: Vec<PathBuf>,
    /// By index: the first file names what stands in the second.
    pub(crate) edges: BTreeSet<(usize, usize)>,
}

/// Of names, as they are written.
type Names = Vec<String>;

struct Modules {
    folder: PathBuf,
    files: Vec<PathBuf>,
    all: Vec<Module>,
}

#[derive(Default)]
struct Module {
    file: usize,
    parent: Option<usize>,
    children: BTreeMap<String, usize>,
    items: BTreeSet<String>,
    imports: BTreeMap<String, Import>,
    globs: Vec<Names>,
    /// Longer than one name.
    paths: Vec<Names>,
    /// All that stands outside of imports.
    words: BTreeSet<String>,
}

struct Import {
    path: Names,
    is_public: bool,
}

const ITEMS: [&str; 8] = ["struct", "enum", "union", "trait", "type", "const", "static", "fn"];
/// No chain of re-exports is longer.
const MOST_HOPS: u32 = 20;

impl Sources {
    /// Of the crate whose root is this file.
    pub(crate) fn read(root: &Path) -> Self {
        let mut modules =
            Modules { folder: root.parent().unwrap().to_owned(), files: Vec::new(), all: Vec::new() };
        modules.load(root, None, &modules.folder.clone());
        let mut edges = BTreeSet::new();
        for (index, module) in modules.all.iter().enumerate() {
            // What is only handed on is not used.
            let imports = module
                .imports
                .iter()
                .filter(|(name, import)| !import.is_public || module.words.contains(*name));
            for path in module.paths.iter().chain(imports.map(|(_, import)| &import.path)) {
                edges.extend(modules.file_of(index, path, MOST_HOPS).map(|file| (module.file, file)));
            }
            for glob in &module.globs {
                let target = modules.module_of(index, glob, MOST_HOPS);
                edges.extend(target.map(|target| (module.file, modules.all[target].file)));
            }
        }
        edges.retain(|(from, to)| from != to);
        Self { files: modules.files, edges }
    }
}

impl Modules {
    /// Reads a file as a module; its children lie in `folder`.
    fn load(&mut self, file: &Path, parent: Option<usize>, folder: &Path) -> usize {
        let text = fs::read_to_string(file).unwrap();
        let tokens = tokens(&text);
        let index = self.all.len();
        self.files.push(file.strip_prefix(&self.folder).unwrap().to_owned());
        self.all.push(Module { file: self.files.len() - 1, parent, ..Module::default() });
        self.fill(index, &mut tokens.into_iter().peekable(), folder);
        index
    }

    /// Takes tokens up to the end of the module.
    fn fill(&mut self, index: usize, tokens: &mut Tokens, folder: &Path) {
        let (mut depth, mut before) = (0, String::new());
        while let Some(token) = tokens.next() {
            match token.as_str() {
                "#" if is_for_tests(tokens) => skip_item(tokens),
                "{" => depth += 1,
                "}" if depth == 0 => return,
                "}" => depth -= 1,
                "use" => {
                    let is_public = before == "pub" || before == ")";
                    self.import(index, &Names::new(), is_public, tokens);
                }
                "mod" if depth == 0 => self.child(index, tokens, folder),
                "macro_rules" if depth == 0 => {
                    self.all[index].items.extend(tokens.nth(1));
                }
                word if depth == 0 && ITEMS.contains(&word) => {
                    let name = tokens.peek().filter(|name| is_word(name) && !ITEMS.contains(&name.as_str()));
                    self.all[index].items.extend(name.cloned());
                }
                word if is_word(word) && before != "::" && before != "." => {
                    let mut path = vec![token.clone()];
                    while tokens.next_if(|next| next == "::").is_some() {
                        path.extend(tokens.next_if(|next| is_word(next)));
                    }
                    let module = &mut self.all[index];
                    module.words.insert(token.clone());
                    if path.len() > 1 {
                        module.paths.push(path);
                    }
                }
                _ => {}
            }
            before = token;
        }
    }

    fn child(&mut self, index: usize, tokens: &mut Tokens, folder: &Path) {
        let name = tokens.next().unwrap();
        let below = folder.join(&name);
        let child = if tokens.next().as_deref() == Some("{") {
            let child = self.all.len();
            self.all.push(Module { file: self.all[index].file, parent: Some(index), ..Module::default() });
            self.fill(child, tokens, &below);
            child
        } else {
            let beside = below.with_extension("rs");
            let file = if beside.exists() { beside } else { below.join("mod.rs") };
            self.load(&file, Some(index), &below)
        };
        self.all[index].children.insert(name, child);
    }

    /// One tree of a `use`, and the sign behind it.
    fn import(&mut self, index: usize, prefix: &Names, is_public: bool, tokens: &mut Tokens) {
        let mut path = prefix.clone();
        let mut name = None;
        while let Some(token) = tokens.next() {
            match token.as_str() {
                "::" => {}
                "{" => {
                    while tokens.next_if(|next| next == "}").is_none() {
                        self.import(index, &path, is_public, tokens);
                    }
                    name = None;
                }
                "*" => {
                    self.all[index].globs.push(path.clone());
                    name = None;
                }
                "as" => name = tokens.next(),
                "self" if !path.is_empty() => name = path.last().cloned(),
                _ => {
                    name = Some(token.clone());
                    path.push(token);
                }
            }
            // The brace that closes the tree around this one is that one's.
            if tokens.peek().is_none_or(|next| next == "}")
                || tokens.next_if(|next| next == "," || next == ";").is_some()
            {
                break;
            }
        }
        if let Some(name) = name {
            self.all[index].imports.insert(name, Import { path, is_public });
        }
    }

    /// The file in which what a path names stands; `None` for another crate's, and for a module itself.
    fn file_of(&self, from: usize, path: &[String], hops: u32) -> Option<usize> {
        let (module, rest) = self.walk(from, path, hops)?;
        rest.then_some(self.all[module].file)
    }

    fn module_of(&self, from: usize, path: &[String], hops: u32) -> Option<usize> {
        self.walk(from, path, hops).filter(|(_, is_item)| !is_item).map(|(module, _)| module)
    }

    /// The module a path leads to, and whether it goes on to an item there.
    fn walk(&self, from: usize, path: &[String], hops: u32) -> Option<(usize, bool)> {
        let (mut at, mut is_within) = (from, false);
        for (index, name) in path.iter().enumerate() {
            match name.as_str() {
                "crate" => at = 0,
                "super" => at = self.all[at].parent?,
                "self" => {}
                _ => {
                    let module = &self.all[at];
                    if let Some(child) = module.children.get(name) {
                        (at, is_within) = (*child, true);
                        continue;
                    }
                    return self.item(at, &path[index..], is_within, hops);
                }
            }
            is_within = true;
        }
        Some((at, false))
    }

    /// As [`walk`](Self::walk), when the first name is none of a child.
    fn item(&self, at: usize, path: &[String], is_within: bool, hops: u32) -> Option<(usize, bool)> {
        let (module, hops) = (&self.all[at], hops.checked_sub(1)?);
        let (name, rest) = path.split_first()?;
        if module.items.contains(name) {
            return Some((at, true));
        }
        if let Some(import) = module.imports.get(name).filter(|import| import.path != path) {
            return self.walk(at, &[&import.path, rest].concat(), hops);
        }
        for glob in &module.globs {
            let target = self.module_of(at, glob, hops).filter(|target| *target != at);
            if let Some(target) = target.filter(|target| self.has(*target, name, hops)) {
                return self.walk(target, path, hops);
            }
        }
        is_within.then_some((at, true))
    }

    fn has(&self, module: usize, name: &String, hops: u32) -> bool {
        let Some(hops) = hops.checked_sub(1) else { return false };
        let of = &self.all[module];
        of.children.contains_key(name)
            || of.items.contains(name)
            || of.imports.contains_key(name)
            || of.globs.iter().any(|glob| {
                self.module_of(module, glob, hops).is_some_and(|target| self.has(target, name, hops))
            })
    }
}

type Tokens = std::iter::Peekable<std::vec::IntoIter<String>>;

fn is_word(token: &str) -> bool {
    token.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// Takes the rest of an attribute.
fn is_for_tests(tokens: &mut Tokens) -> bool {
    tokens.next_if(|next| next == "!");
    let (mut depth, mut words) = (0, BTreeSet::new());
    for token in tokens.by_ref() {
        match token.as_str() {
            "[" => depth += 1,
            "]" => depth -= 1,
            _ => {
                words.insert(token);
            }
        }
        if depth == 0 {
            break;
        }
    }
    words.contains("cfg") && words.contains("test") && !words.contains("not")
}

/// Takes the item that an attribute stands before.
fn skip_item(tokens: &mut Tokens) {
    let (mut depth, mut is_use) = (0, false);
    for token in tokens.by_ref() {
        match token.as_str() {
            "use" if depth == 0 => is_use = true,
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => {
                depth -= 1;
                if depth == 0 && token == "}" && !is_use {
                    return;
                }
            }
            ";" if depth == 0 => return,
            _ => {}
        }
    }
}

/// Words, `::` and single signs; no comments, no literals.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = literal(rest) {
            length
        } else if is_word(rest) {
            let length = rest.find(|at: char| !at.is_alphanumeric() && at != '_').unwrap_or(rest.len());
            tokens.push(rest[..length].to_owned());
            length
        } else if rest.starts_with("::") {
            tokens.push("::".to_owned());
            2
        } else {
            if !first.is_whitespace() {
                tokens.push(first.to_string());
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    tokens
}

/// How long the string, character or lifetime is that the text begins with.
fn literal(text: &str) -> Option<usize> {
    let body = text.trim_start_matches(['b', 'c']);
    let prefix = text.len() - body.len();
    if prefix > 1 {
        return None;
    }
    let raw = body.strip_prefix('r').unwrap_or(body);
    let hashes = raw.len() - raw.trim_start_matches('#').len();
    if raw.len() < body.len() && raw[hashes..].starts_with('"') {
        let end = format!("\"{}", "#".repeat(hashes));
        let length = raw[hashes + 1..].find(&end)?;
        return Some(prefix + 1 + hashes + 1 + length + end.len());
    }
    if let Some(inner) = body.strip_prefix('"') {
        let mut is_escaped = false;
        let length = inner.find(|at: char| {
            let ends = at == '"' && !is_escaped;
            is_escaped = at == '\\' && !is_escaped;
            ends
        })?;
        return Some(prefix + 1 + length + 1);
    }
    let inner = body.strip_prefix('\'')?;
    let mut characters = inner.char_indices();
    match (characters.next()?.1, characters.next()?) {
        ('\\', _) => inner[2..].find('\'').map(|length| prefix + 1 + 2 + length + 1),
        (_, (at, '\'')) => Some(prefix + 1 + at + 1),
        // A lifetime.
        _ => Some(prefix + 1),
    }
}
