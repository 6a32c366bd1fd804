//! `myna sim new`, `show` and `check` as a user meets them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

fn sim(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_myna")).arg("sim").args(arguments).output().unwrap()
}

fn scratch(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("myna-cli-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

#[test]
fn a_new_persona_is_shown_written_out_and_passes_the_check() {
    let folder = scratch("new");
    let (file, files) = (folder.join("tester.toml"), folder.join("card"));
    let (file, files) = (file.to_str().unwrap(), files.to_str().unwrap());
    assert!(sim(&["new", "tester", "--output", file]).status.success());
    let written = fs::read_to_string(file).unwrap();
    // What is there is left alone.
    assert_eq!(sim(&["new", "tester", "--output", file]).status.code(), Some(2));
    assert_eq!(fs::read_to_string(file).unwrap(), written);

    let shown = sim(&["show", file, "--files", files, "--at", "2026-06-02"]);
    let text = String::from_utf8(shown.stdout).unwrap();
    assert!(
        text.contains("照合番号B       630714") && text.contains("D3921000310001010408  0001     17 bytes"),
        "{text}"
    );
    for source in [file, files, "default"] {
        let output = sim(&["check", source]);
        assert!(output.status.success(), "{source}: {}", String::from_utf8_lossy(&output.stdout));
    }

    // One wrong byte, named.
    let path = folder.join("card/D3921000310001010408/0001.bin");
    let mut number = fs::read(&path).unwrap();
    *number.last_mut().unwrap() = 0;
    fs::write(&path, number).unwrap();
    let output = sim(&["check", files]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.code() == Some(1) && text.contains("text 0003 DF31"), "{text}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_card_on_standard_input_and_output_keeps_its_counters() {
    use std::io::Write;
    use std::process::Stdio;
    let folder = scratch("pipe");
    let state = folder.join("state.json");
    // SELECT the JPKI application, then a wrong PIN; again in a second process.
    let input = b"\x00\x0F\x00\xA4\x04\x0C\x0A\xD3\x92\xF0\x00\x26\x01\x00\x00\x00\x01\x00\x09\x00\x20\x00\x98\x049999";
    for left in [0xC2, 0xC1] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_myna"))
            .args(["sim", "pipe", "--state", state.to_str().unwrap()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        assert_eq!(output.stdout, [0, 2, 0x90, 0x00, 0, 2, 0x63, left]);
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn bad_sources_are_named() {
    let folder = scratch("bad");
    fs::write(folder.join("broken.toml"), "[pins]\ncard_face = \"12a4\"").unwrap();
    fs::create_dir(folder.join("empty")).unwrap();
    for (source, expected) in [("broken.toml", "pins.card_face"), ("empty", "no file of a card")] {
        let output = sim(&["check", folder.join(source).to_str().unwrap()]);
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && text.contains(expected), "{source}: {text}");
    }
    assert_eq!(sim(&["new", "tester", "--profile", "watch"]).status.code(), Some(2));
    fs::remove_dir_all(folder).unwrap();
}

/// Also without the description: the files alone.
#[test]
fn a_card_of_two_people_is_told_apart_from_a_damaged_one() {
    let folder = scratch("two-people");
    let [card, other] = ["default", "elderly"].map(|persona| {
        let path = folder.join(persona);
        let shown = sim(&["show", persona, "--export", path.to_str().unwrap(), "--at", "2026-06-02"]);
        assert!(shown.status.success());
        path
    });
    let jpki = "D392F000260100000001";
    for file in fs::read_dir(other.join(jpki)).unwrap().map(Result::unwrap) {
        fs::copy(file.path(), card.join(jpki).join(file.file_name())).unwrap();
    }
    for _ in 0..2 {
        let output = sim(&["check", card.to_str().unwrap()]);
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(19), "{text}");
        assert!(text.contains("jpki 0001: the name is not that of text 0002"), "{text}");
        assert!(text.contains("別人の情報") && text.contains("belong to two people"), "{text}");
        let _ = fs::remove_file(card.join("card.toml"));
    }
    fs::remove_dir_all(folder).unwrap();
}
