//! The host's end of secure messaging with 券面事項入力補助AP: written from RFC 8017 and from what was seen of the card, not from
//! the code of the simulated one. The fuzz target `card_commands` includes this file.

use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Block};
use rsa::{BoxedUint, hazmat};
use sha2::{Digest, Sha256};

pub(crate) struct Host {
    cipher: Aes128,
    /// N: how many protected commands were sent.
    pub(crate) commands: u128,
}

impl Host {
    pub(crate) fn new(key: [u8; 16]) -> Self {
        Self { cipher: Aes128::new(&Block::from(key)), commands: 0 }
    }

    /// Header and `86 L 01 <cryptogram>`, with the next vector.
    pub(crate) fn sealed(&mut self, header: [u8; 4], plain: &[u8]) -> Vec<u8> {
        self.commands += 1;
        let mut padded = plain.to_vec();
        padded.push(0x80);
        padded.resize(padded.len().next_multiple_of(16), 0);
        let mut previous = self.vector();
        let mut data = vec![0x01];
        for chunk in padded.chunks(16) {
            let mut block = Block::try_from(chunk).unwrap();
            block.iter_mut().zip(previous).for_each(|(byte, mask)| *byte ^= mask);
            self.cipher.encrypt_block(&mut block);
            data.extend_from_slice(&block);
            previous = block;
        }
        let length = u8::try_from(data.len()).unwrap();
        [header.as_slice(), &[length + 2, 0x86, length], &data].concat()
    }

    /// READ BINARY of an EF by its short identifier, `96 03 00 <Le>` in the clear.
    pub(crate) fn read_command(&mut self, file: u8, expected: u16) -> Vec<u8> {
        self.commands += 1;
        let [high, low] = expected.to_be_bytes();
        vec![0x08, 0xB0, 0x80 | file, 0x00, 0x00, 0x00, 0x05, 0x96, 0x03, 0x00, high, low, 0x00, 0x00]
    }

    /// The plain text in `86 L 01 <cryptogram>`, under the vector of the last command. Nothing when it is not of that form or
    /// not padded.
    pub(crate) fn opened(&self, data: &[u8]) -> Option<Vec<u8>> {
        let object = myna_apdu::tlv::Tlv::first(data).ok()?;
        let (tag, length) = (object.tag().0, object.encoded_len());
        let (0x01, cryptogram) = object.value().split_first()? else { return None };
        if (tag, length) != (0x86, data.len()) || cryptogram.len() % 16 != 0 {
            return None;
        }
        let mut previous = self.vector();
        let mut plain = Vec::new();
        for chunk in cryptogram.chunks(16) {
            let mut block = Block::try_from(chunk).ok()?;
            self.cipher.decrypt_block(&mut block);
            plain.extend(block.iter().zip(previous).map(|(byte, mask)| byte ^ mask));
            previous = Block::try_from(chunk).ok()?;
        }
        let end = plain.iter().rposition(|byte| *byte != 0)?;
        let padding = plain.len() - end;
        plain.get(end).filter(|byte| **byte == 0x80 && padding <= 16)?;
        plain.truncate(end);
        Some(plain)
    }

    fn vector(&self) -> Block {
        let mut vector = Block::from(self.commands.to_be_bytes());
        self.cipher.encrypt_block(&mut vector);
        vector
    }
}

/// SET SESSION KEY: this message under RSAES-OAEP, step by step from RFC 8017, 7.1.1, for the key in EF `0006`.
pub(crate) fn session_key_command(modulus: &[u8], message: &[u8]) -> Vec<u8> {
    let mask = |seed: &[u8], length: usize| -> Vec<u8> {
        let block = |counter: u32| Sha256::digest([seed, &counter.to_be_bytes()].concat()).to_vec();
        (0..).flat_map(block).take(length).collect()
    };
    let xor = |left: &[u8], right: &[u8]| left.iter().zip(right).map(|(a, b)| a ^ b).collect::<Vec<u8>>();
    let mut data = Sha256::digest([]).to_vec();
    data.resize(223 - message.len() - 1, 0);
    data.push(1);
    data.extend_from_slice(message);
    let seed = [0x42; 32];
    let data = xor(&data, &mask(&seed, 223));
    let seed = xor(&seed, &mask(&data, 32));
    let block = BoxedUint::from_be_slice(&[seed, data].concat(), 2048).unwrap();
    let modulus = BoxedUint::from_be_slice_vartime(modulus);
    let key = rsa::PublicKey::new(modulus, BoxedUint::from(65_537_u32)).unwrap();
    let cryptogram = hazmat::rsa_encrypt(&key, &block).unwrap().to_be_bytes();
    [&[0x80, 0xAE, 0x00, 0x00, 0x00, 0x01, 0x00][..], &cryptogram].concat()
}
