//! A card as a folder: what comes out of one, and what is refused.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use myna_error::Diagnostic;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use myna_sim::{Atr, CardFolder, CardImage, Date, Persona, SimulatedCard};

const JPKI: &str = "D392F000260100000001";
const TEXT: &str = "D3921000310001010408";
const APPLICATIONS: [&str; 6] =
    ["A0000001510000", JPKI, TEXT, "D3921000310001010402", "D3921000310001010401", "D3921000310001010100"];

/// A folder of this test only, which goes with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("myna-card-folder-{}-{number}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        Self(path)
    }

    fn of(card: &SimulatedCard) -> Self {
        let folder = Self::new();
        CardFolder::write(card, "SIMULATED", &folder.0).unwrap();
        folder
    }

    fn description(&self) -> String {
        fs::read_to_string(self.0.join("card.toml")).unwrap()
    }

    fn describe(&self, description: &str) {
        fs::write(self.0.join("card.toml"), description).unwrap();
    }

    /// The code and text of the refusal.
    fn refusal(&self) -> (&'static str, String) {
        let error = CardFolder::read(&self.0).unwrap_err();
        (error.code(), error.to_string())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn card(persona: &str) -> SimulatedCard {
    SimulatedCard::new(&Persona::built_in(persona).unwrap(), Date::from_ymd(2025, 6, 2).unwrap()).unwrap()
}

fn bytes(hexadecimal: &str) -> Vec<u8> {
    hex::decode(hexadecimal.replace(' ', "")).unwrap()
}

fn ask(card: &mut SimulatedCard, command: &str) -> String {
    hex::encode_upper(card.transmit(&bytes(command)))
}

/// Everything that could be told about a card without a secret: each EF in each way to read it, each reference, each key.
fn questions() -> Vec<String> {
    let mut commands = Vec::new();
    for tag in ["0042", "0045", "0066", "00F0", "00F2", "00F7", "00F8", "7F21", "5F51", "0001"] {
        commands.push(format!("00CA{tag} 000000"));
    }
    for application in APPLICATIONS {
        commands.push(format!("00A40400 {:02X} {application} 00", application.len() / 2));
        for identifier in 0..0x20 {
            commands.push(format!("00A40200 02 {identifier:04X} 00"));
            commands.push("00B00000 000000".to_owned());
            commands.push("00B00005 03".to_owned());
            commands.push(format!("00B0{:02X}00 000000", 0x80 | identifier));
            commands.push(format!("00B201{:02X} 00", identifier << 3 | 4));
            commands.push(format!("002000{:02X}", 0x80 | identifier));
            commands.push(format!("802A00{:02X} 02 AABB 00", 0x80 | identifier));
            commands.push(format!("008800{:02X} 02 AABB 00", 0x80 | identifier));
        }
        commands.push("802A0000 02 AABB 00".to_owned());
        commands.push("80AE0000 01 00".to_owned());
    }
    commands
}

/// Each application with each of its PINs.
const RIGHT_PINS: [(&str, &[&str]); 5] = [
    (JPKI, &["00200098 04 31323334", "0020009B 06 414243313233"]),
    (TEXT, &["00200091 04 31323334", "00200094 0C 393030303030303030303130"]),
    ("D3921000310001010402", &["00200091 06 363330373134", "00200093 0C 393030303030303030303130"]),
    ("D3921000310001010401", &["0020009C 04 31323334"]),
    ("D3921000310001010100", &["0020009C 04 31323334"]),
];

#[test]
fn a_persona_written_to_a_folder_and_served_from_it_answers_the_same_to_everything() {
    let mut original = card("default");
    let folder = Folder::of(&original);
    let mut served = CardFolder::read(&folder.0).unwrap().into_card();
    assert_eq!(served.atr(), original.atr());
    assert_eq!(served.counters(), original.counters());
    assert_eq!(CardImage::of(&served), CardImage::of(&original), "every EF, byte for byte");
    let mut data = 0;
    for command in questions() {
        let expected = ask(&mut original, &command);
        assert_eq!(ask(&mut served, &command), expected, "{command}");
        data += usize::from(expected.len() > 4);
    }
    assert!(data > 100, "{data} answers with data");
    // With every right, and then with none of the tries.
    for (application, pins) in RIGHT_PINS {
        let select = format!("00A4040C 0A {application}");
        let mut commands = vec![select];
        commands.extend(pins.iter().map(|pin| (*pin).to_owned()));
        for identifier in 1..0x20 {
            commands.push(format!("00B0{:02X}00 000000", 0x80 | identifier));
            commands.push(format!("802A00{:02X} 02 AABB 00", 0x80 | identifier));
        }
        commands.extend(pins.iter().map(|pin| pin.replace('3', "2")));
        for command in commands {
            assert_eq!(ask(&mut served, &command), ask(&mut original, &command), "{application}: {command}");
        }
    }
    assert_eq!(served.counters(), original.counters());
    assert_ne!(served.counters(), card("default").counters());
}

#[test]
fn every_built_in_persona_and_every_profile_comes_back() {
    let built_in = Persona::built_in_names().iter().map(|name| Persona::built_in(name).unwrap());
    let profiles = ["android", "iphone", "face-authentication"].map(|profile| {
        Persona::from_toml(&format!("name = \"{profile}\"\n[card]\nprofile = \"{profile}\"")).unwrap()
    });
    for persona in built_in.chain(profiles) {
        let name = persona.name();
        let original = SimulatedCard::new(&persona, Date::from_ymd(2025, 6, 2).unwrap()).unwrap();
        let folder = Folder::of(&original);
        let served = CardFolder::read(&folder.0).unwrap();
        assert_eq!(served.summary(), "SIMULATED");
        assert_eq!(CardImage::of(served.card()), CardImage::of(&original), "{name}");
        assert_eq!(served.card().counters(), original.counters(), "{name}");
        assert_eq!(served.card().settings(), original.settings(), "{name}");
        // Written again it is the same folder.
        let again = Folder::of(served.card());
        assert_eq!(again.description(), folder.description(), "{name}");
    }
}

/// What one has who has read a card: no private key, no PIN.
#[test]
fn a_dump_serves_reads_and_says_that_it_can_neither_sign_nor_compare() {
    let folder = Folder::of(&card("default"));
    let kept = |line: &&str| !line.contains(".pem") && !line.starts_with("value");
    let dump: Vec<String> = folder.description().lines().filter(kept).map(str::to_owned).collect();
    folder.describe(&dump.join("\n"));
    let mut card = CardFolder::read(&folder.0).unwrap().into_card();
    for (command, answer) in [
        ("00A4040C 0A D392F000260100000001", "9000"),
        // Behind a PIN it stays: nothing is signed and nothing read.
        ("802A0097 02 AABB 00", "6982"),
        ("00B08100 04", "6982"),
        // The tries are told, and not spent on a PIN that cannot be compared.
        ("00200098", "63C3"),
        ("00200098 04 31323334", "6A88"),
        ("00200098", "63C3"),
        ("00A4040C 0A D3921000310001010408", "9000"),
        ("802A0000 02 AABB 00", "6A88"),
        ("00A4040C 0A D3921000310001010100", "9000"),
        ("00880099 02 AABB 00", "6A88"),
    ] {
        assert_eq!(ask(&mut card, command), answer, "{command}");
    }
    ask(&mut card, "00A4040C 0A D392F000260100000001");
    assert!(ask(&mut card, "00B08A00 000000").starts_with("3082"));
    // With its PIN added by hand it is read too, but has no key all the same.
    folder.describe(
        &dump
            .join("\n")
            .replace("pin = \"user_authentication\"", "pin = \"user_authentication\"\nvalue = \"1234\""),
    );
    let mut card = CardFolder::read(&folder.0).unwrap().into_card();
    ask(&mut card, "00A4040C 0A D392F000260100000001");
    assert_eq!(ask(&mut card, "00200098 04 31323334"), "9000");
    assert_eq!(ask(&mut card, "802A0097 02 AABB 00"), "6A88");
}

#[test]
fn a_key_may_be_der() {
    let folder = Folder::of(&card("default"));
    let der = include_bytes!("../keys/user-authentication-holder.der");
    fs::write(folder.0.join("key.der"), der).unwrap();
    let pem = format!("{JPKI}/0017.pem");
    fs::remove_file(folder.0.join(&pem)).unwrap();
    folder.describe(&folder.description().replace(&pem, "key.der"));
    let signs = |mut card: SimulatedCard| {
        ask(&mut card, "00A4040C 0A D392F000260100000001");
        ask(&mut card, "00200098 04 31323334");
        ask(&mut card, "802A0097 02 AABB 00")
    };
    let signature = signs(CardFolder::read(&folder.0).unwrap().into_card());
    assert_eq!(signature.len(), 2 * 258);
    assert_eq!(signature, signs(card("default")));
}

#[test]
fn a_card_of_another_kind_can_be_described() {
    let folder = Folder::new();
    fs::create_dir_all(folder.0.join("F000000001")).unwrap();
    fs::write(folder.0.join("F000000001/0102.bin"), [1, 2, 3]).unwrap();
    fs::write(folder.0.join("rows"), [1, 2, 2, 3, 3, 3]).unwrap();
    folder.describe(
        r#"version = 1
        [card]
        atr = "3B00"
        extended_length = false
        [[application]]
        aid = "f000000001"
        session_key = "protected"
        [[application.ef]]
        id = "0102"
        kind = "binary"
        short_identifier = 30
        [[application.ef]]
        id = "0001"
        short_identifier = 0
        kind = "records"
        record_lengths = [1, 2, 3]
        file = "rows"
        [[application.ef]]
        id = "0003"
        kind = "unknown"
        status = "69F0"
        "#,
    );
    let mut card = CardFolder::read(&folder.0).unwrap().into_card();
    assert_eq!((card.atr(), card.settings().extended_length), (&[0x3B, 0x00][..], false));
    assert!(matches!(card.settings().atr, Atr::Other(_)));
    for (command, answer) in [
        ("00A4040C 05 F000000001", "9000"),
        ("00B09E00 00", "0102039000"),
        ("00B08200 00", "6A82"),
        ("00B2020C 00", "6A82"),
        ("00A4020C 02 0001", "9000"),
        ("00B20204 00", "02029000"),
        ("00B20304 00", "0303039000"),
        ("00B20404 00", "6A83"),
        ("00A4020C 02 0003", "9000"),
        ("00B00000 00", "69F0"),
        ("80AE0000 01 00", "6982"),
        ("00A4040C 07 A0000001510000", "9000"),
    ] {
        assert_eq!(ask(&mut card, command), answer, "{command}");
    }
}

/// What is wrong, and what the refusal must name.
#[test]
fn a_broken_description_is_refused_with_file_and_field() {
    let folder = Folder::of(&card("default"));
    let good = folder.description();
    let ef = |id: &str| format!("id = \"{id}\"");
    let second_application = format!("{good}\n[[application]]\naid = \"{}\"\n", JPKI.to_lowercase());
    let with = |old: &str, new: &str| {
        assert!(good.contains(old), "{old} is not in the description");
        good.replacen(old, new, 1)
    };
    let table: [(String, &str, &[&str]); 31] = [
        (with("version = 1", "version = 2"), "value", &["version", "2 where 1 is known"]),
        (with("version = 1", ""), "syntax", &["version"]),
        (with("version = 1", "version = 1\nvariant = 2"), "syntax", &["line 2", "variant"]),
        (with("version = 1", "version = "), "syntax", &["line 1"]),
        (with("[card]", "[card]\ncolour = 1"), "syntax", &["colour"]),
        (with("kind = \"binary\"", "kind = \"binary\"\ncolour = 1"), "syntax", &["colour"]),
        (with("profile = \"card\"", "profile = \"watch\""), "value", &["card profile", "iphone"]),
        (with("3BE000FF8131FE4514", "3B"), "value", &["card atr"]),
        (with("3BE000FF8131FE4514", "3BE0zz"), "value", &["card atr"]),
        (with("tag = \"7F21\"", "tag = \"7F2\""), "value", &["object 7F2 tag"]),
        (with("tag = \"7F21\"", "tag = \"00F8\""), "value", &["object 00F8 tag", "twice"]),
        (with(JPKI, "D392F0"), "value", &["aid", "D392F0"]),
        (with(JPKI, "D392F00026010000000X"), "value", &["aid"]),
        (second_application, "value", &[JPKI, "aid", "two applications"]),
        (with(&ef("000B"), &ef("00B")), "value", &[JPKI, "00B id", "hexadecimal"]),
        (with(&ef("000B"), &ef("00G1")), "value", &[JPKI, "00G1 id", "hexadecimal"]),
        (with(&ef("000B"), &ef("0002")), "value", &[JPKI, "0002 id", "twice"]),
        (
            with(&ef("000B"), "id = \"000B\"\nshort_identifier = 2"),
            "value",
            &["000B short_identifier", "two EFs"],
        ),
        (
            with(&ef("000B"), "id = \"000B\"\nshort_identifier = 31"),
            "value",
            &["000B short_identifier", "30"],
        ),
        (with(&ef("000B"), "id = \"000B\"\nfile = \"no/such.bin\""), "access", &["no", "000B file"]),
        (
            with(&ef("000B"), "id = \"000B\"\nfile = \"../../etc/passwd\""),
            "value",
            &["000B file", "out of the folder"],
        ),
        (
            with(&ef("000B"), "id = \"000B\"\nfile = \"/etc/passwd\""),
            "value",
            &["000B file", "out of the folder"],
        ),
        (with(&ef("000B"), "id = \"000B\"\nfile = \"\""), "value", &["000B file", "names no file"]),
        (with(&ef("000B"), "id = \"000B\"\nfile = \"objects\""), "access", &["000B file", "not a file"]),
        (with(&ef("000B"), "id = \"000B\"\ntries = 3"), "value", &["000B tries", "binary"]),
        (with("kind = \"binary\"", "kind = \"cyclic\""), "value", &["kind", "cyclic", "records"]),
        (with("access = \"digital_signature\"", "access = \"nobody\""), "value", &["0001 access", "nobody"]),
        (
            with("access = \"digital_signature\"", "access = \"card_face\""),
            "value",
            &["access", "no EF with the PIN card_face"],
        ),
        (with("tries = 5", "tries = 6"), "value", &["001B tries", "0 to 5"]),
        (
            with("record_lengths = [30]", "record_lengths = [31]"),
            "value",
            &["0001 record_lengths", "30 bytes"],
        ),
        (with("own_key = \"0013\"", "own_key = \"0014\""), "value", &[TEXT, "own_key", "0014"]),
    ];
    for (description, code, named) in table {
        folder.describe(&description);
        let (refused, text) = folder.refusal();
        assert_eq!(refused, format!("sim.folder.{code}"), "{named:?}: {text}");
        assert!(text.contains("card.toml") || code == "access", "{text}");
        for name in named {
            assert!(text.contains(name), "{name}: {text}");
        }
    }
    folder.describe(&good);
    CardFolder::read(&folder.0).unwrap();
}

#[test]
fn files_that_are_missing_too_long_links_or_no_keys_are_refused() {
    let folder = Folder::of(&card("default"));
    let certificate = folder.0.join(JPKI).join("000A.bin");
    let key = folder.0.join(JPKI).join("0017.pem");
    let whole = fs::read(&certificate).unwrap();

    fs::write(&certificate, vec![0; 65_536]).unwrap();
    let (code, text) = folder.refusal();
    assert!(code == "sim.folder.value" && text.contains("000A file") && text.contains("65535"), "{text}");
    fs::write(&certificate, vec![0; 65_535]).unwrap();
    CardFolder::read(&folder.0).unwrap();

    fs::remove_file(&certificate).unwrap();
    let (code, text) = folder.refusal();
    assert!(code == "sim.folder.access" && text.contains("000A.bin") && text.contains("000A file"), "{text}");
    #[cfg(unix)]
    {
        let outside = folder.0.join("card.toml");
        std::os::unix::fs::symlink(&outside, &certificate).unwrap();
        let (code, text) = folder.refusal();
        assert!(code == "sim.folder.value" && text.contains("symbolic link"), "{text}");
        fs::remove_file(&certificate).unwrap();
        // A folder that is a link leads out as well.
        fs::rename(folder.0.join("objects"), folder.0.join("elsewhere")).unwrap();
        std::os::unix::fs::symlink(folder.0.join("elsewhere"), folder.0.join("objects")).unwrap();
        let (code, text) = folder.refusal();
        assert!(code == "sim.folder.value" && text.contains("object") && text.contains("link"), "{text}");
        fs::remove_file(folder.0.join("objects")).unwrap();
        fs::rename(folder.0.join("elsewhere"), folder.0.join("objects")).unwrap();
    }
    fs::write(&certificate, whole).unwrap();

    let pem = fs::read(&key).unwrap();
    for garbage in
        [&b""[..], b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", &pem[..900], b"0\x82"]
    {
        fs::write(&key, garbage).unwrap();
        let (code, text) = folder.refusal();
        assert!(
            code == "sim.folder.value" && text.contains("0017 file") && text.contains("RSA-2048"),
            "{text}"
        );
    }
    fs::remove_file(&key).unwrap();
    assert!(folder.refusal().1.contains("0017 file"));
}

/// Any line lost, doubled or moved, any end cut off: a card or a refusal.
#[test]
fn a_mangled_description_is_a_card_or_a_refusal_that_names_a_file() {
    let folder = Folder::of(&card("default"));
    // Without keys: reading those takes longer than all else.
    let whole = folder.description();
    let lines: Vec<&str> = whole.lines().filter(|line| !line.contains(".pem")).collect();
    let mut refusals = 0;
    let mut try_out = |lines: &[&str]| {
        folder.describe(&lines.join("\n"));
        if let Err(error) = CardFolder::read(&folder.0) {
            refusals += 1;
            assert!(error.to_string().contains(folder.0.to_str().unwrap()), "{error}");
        }
    };
    for position in (0..lines.len()).step_by(3) {
        try_out(&lines[..position]);
        try_out(&[&lines[..position], &lines[position + 1..]].concat());
        try_out(&[&lines[..=position], &lines[position..]].concat());
        let mut swapped = lines.clone();
        swapped.swap(position, (position * 7 + 3) % lines.len());
        try_out(&swapped);
    }
    assert!(refusals > lines.len() / 3, "{refusals}");
}

#[test]
fn no_refusal_shows_a_pin() {
    let folder = Folder::of(&card("default"));
    let good = folder.description();
    for wrong in ["value = 98765", "value = \"98765\"", "value = [98765]", "value = \"98765"] {
        folder.describe(&good.replacen("value = \"1234\"", wrong, 1));
        let (_, text) = folder.refusal();
        assert!(!text.contains("98765"), "{text}");
    }
    assert!(!format!("{:?}", CardFolder::read(&Folder::of(&card("default")).0).unwrap()).contains("1234"));
}

#[test]
fn what_is_there_is_left_alone() {
    let folder = Folder::of(&card("default"));
    let error = CardFolder::write(&card("default"), "", &folder.0).unwrap_err();
    assert_eq!(error.code(), "sim.folder.not_empty");
    assert!(CardFolder::is_described(&folder.0) && !CardFolder::is_described(Path::new("/nonexistent")));
    // The bytes alone are an image as before.
    assert_eq!(CardImage::read(&folder.0).unwrap(), CardImage::of(&card("default")));
    fs::remove_file(folder.0.join("card.toml")).unwrap();
    assert_eq!(folder.refusal().0, "sim.folder.access");
}
