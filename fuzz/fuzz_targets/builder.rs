//! Any command that can be built: its bytes are read back as itself, in one piece and as a chain.
#![no_main]

use libfuzzer_sys::fuzz_target;
use myna_apdu::Command;

fuzz_target!(|input: (Command<'_>, u16)| {
    let (command, block) = input;
    let bytes = command.to_vec();
    assert_eq!(bytes.len(), command.encoded_len());
    assert_eq!(Command::parse(&bytes), Ok(command));
    assert_eq!(Command::parse_lenient(&bytes), Ok(command));

    let mut buffer = vec![0xEE; bytes.len() + 1];
    assert_eq!(command.encode_into(&mut buffer), Ok(&bytes[..]));
    assert!(command.encode_into(&mut buffer[..bytes.len() - 1]).is_err());
    assert_eq!(buffer.last(), Some(&0xEE));

    if let Some(chain) = command.chain(block) {
        let mut data = Vec::new();
        for link in chain {
            assert_eq!(Command::parse(&link.to_vec()), Ok(link));
            assert!(link.data().len() <= block.into());
            data.extend_from_slice(link.data());
        }
        assert_eq!(data, command.data());
    }
});
