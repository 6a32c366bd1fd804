//! Whatever comes in, an answer goes out.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// Commands that make sense one by one, to be sent in an order that may not.
fn semantic() -> impl Strategy<Value = Vec<u8>> {
    let file = prop_oneof![Just(0x01), Just(0x0A), Just(0x17), Just(0x18), Just(0x1B), 0x00..0x20_u8];
    let name = prop_oneof![Just(0x80), file.clone().prop_map(|file| 0x80 | file), any::<u8>()];
    prop_oneof![
        prop::sample::select(vec![
            SELECT_JPKI,
            SELECT_TEXT,
            SELECT_VISUAL,
            SELECT_RESIDENT_REGISTER,
            SELECT_COMMON,
            SELECT_ISD
        ])
        .prop_map(bytes),
        file.prop_map(|file| vec![0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, file]),
        (name.clone(), any::<u8>(), any::<u8>()).prop_map(|(p1, p2, le)| vec![0x00, 0xB0, p1, p2, le]),
        (name.clone(), any::<[u8; 3]>())
            .prop_map(|(p1, [p2, high, low])| vec![0, 0xB0, p1, p2, 0, high, low]),
        name.clone().prop_map(|p2| vec![0x00, 0x20, 0x00, p2]),
        name.clone().prop_map(|p2| [&[0x00, 0x20, 0x00, p2], bytes(PIN_1234).as_slice()].concat()),
        name.clone().prop_map(|p2| [&[0x00, 0x20, 0x00, p2], bytes(PIN_ABC123).as_slice()].concat()),
        name.clone().prop_map(|p2| vec![0x00, 0x24, 0x01, p2, 4, b'0', b'0', b'0', b'0']),
        (0..7_u8, name, any::<u8>()).prop_map(|(p1, p2, byte)| vec![0x80, 0x2A, p1, p2, 1, byte, 0]),
        any::<[u8; 3]>().prop_map(|[p1, p2, le]| vec![0x00, 0xB2, p1, p2, le]),
        any::<u8>().prop_map(|le| vec![0x00, 0x84, 0x00, 0x00, le]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn random_bytes_get_an_answer(commands in vec(vec(any::<u8>(), 0..300), 1..40)) {
        let mut card = card();
        for command in commands {
            prop_assert!(card.transmit(&command).len() >= 2);
        }
    }

    #[test]
    fn known_headers_with_random_bodies_get_an_answer(
        commands in vec(
            (
                prop::sample::select(vec![0x00, 0x80]),
                prop::sample::select(vec![0x20, 0x24, 0x2A, 0x82, 0x84, 0x88, 0xA2, 0xA4, 0xAE, 0xB0, 0xB2, 0xCA]),
                vec(any::<u8>(), 0..40),
            ),
            1..40,
        ),
    ) {
        let mut card = card();
        card.ask(SELECT_JPKI);
        for (class, instruction, body) in commands {
            prop_assert!(card.transmit(&[&[class, instruction], body.as_slice()].concat()).len() >= 2);
        }
    }

    #[test]
    fn sequences_get_answers_within_what_was_asked_for(commands in vec(semantic(), 1..60)) {
        let mut card = card();
        for command in commands {
            let answer = card.transmit(&command);
            prop_assert!(answer.len() >= 2);
            let parsed = myna_apdu::Command::parse(&command).unwrap();
            let asked = parsed.expected().map_or(0, |expected| usize::try_from(expected.get()).unwrap());
            prop_assert!(answer.len() - 2 <= asked, "{} for {asked}", answer.len() - 2);
            prop_assert_eq!(card.counters(), card.counters().clamped());
        }
    }
}
