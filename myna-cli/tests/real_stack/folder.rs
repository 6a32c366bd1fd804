//! A card out of a folder is the same card to everybody.

use std::fs;

use super::command::{MYNA, PERSONA, PIN, check, run};
use super::stack::{in_private_stack, private_file};

/// The day a persona's card is made on does not matter to one out of a folder.
const DAY: &str = "2026-07-01";

#[test]
fn a_persona_and_its_folder_are_one_card() {
    in_private_stack("folder::a_persona_and_its_folder_are_one_card", |stack| {
        let folder = private_file("card");
        run(&format!("{MYNA} sim show {PERSONA} --at {DAY} --export {folder}")).succeeded();
        let mut seen = Vec::new();
        for (source, options) in [(PERSONA, &["--at", DAY][..]), (&folder, &[])] {
            let card = stack.insert_card(source, options);
            let certificates: Vec<String> =
                [1, 3, 4].map(|id| run(&format!("pkcs15-tool --read-certificate {id}")).succeeded()).to_vec();
            seen.push((certificates, check(PIN, &[]).exits_with(0).stdout));
            card.kill(stack);
        }
        assert_eq!(seen[0], seen[1]);

        // What cannot be served is not put on a reader.
        fs::remove_file(format!("{folder}/D392F000260100000001/000A.bin")).expect("the certificate");
        let refused = run(&format!("{MYNA} sim serve {folder}")).exits_with(2).to_string();
        assert!(refused.contains("000A.bin") && refused.contains("000A file"), "{refused}");
    });
}
