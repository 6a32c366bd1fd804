//! The shell lines on the front page of `myna-sim`, run as they stand.

use super::command::{MYNA, run};
use super::stack::{Stack, in_private_stack};

const FRONT_PAGE: &str = include_str!("../../../myna-sim/README.md");

/// But for the lines that need the network, or a system without a daemon of its own.
#[test]
fn a_program_in_any_language_finds_the_card() {
    in_private_stack("front_page::a_program_in_any_language_finds_the_card", |_: &Stack| {
        let block = FRONT_PAGE.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next());
        let lines: Vec<&str> = block.expect("a block of shell").lines().collect();
        assert!(matches!(lines[..], [_, _, _, _, _]), "five lines: {lines:?}");
        let skipped = |line: &&&str| !line.starts_with("apt-get ") && !line.starts_with("pcscd ");
        let lines: Vec<&str> = lines.iter().filter(skipped).copied().collect();
        assert_eq!(lines.len(), 3, "{lines:?}");
        let directory = std::path::Path::new(MYNA).parent().and_then(|path| path.to_str());
        let script = super::stack::private_file("front-page.sh");
        let path = format!("PATH={}:$PATH", directory.expect("a directory"));
        // The card goes when its reader does.
        let text = format!("set -e\n{path}\n{}\nkill $!\n", lines.join("\n"));
        std::fs::write(&script, text).expect("a script");
        let output = run(&format!("bash {script}")).succeeded();
        assert!(output.contains("BEGIN CERTIFICATE"), "{output}");
    });
}
