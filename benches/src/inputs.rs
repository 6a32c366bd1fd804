/// What the subjects work on: built once, outside of what is measured.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "made by its users: a further field has to be theirs to fill")]
pub struct Inputs {
    /// `00 20 00 80`.
    pub case_1: Vec<u8>,
    /// READ BINARY, Le 256.
    pub case_2_short: Vec<u8>,
    /// 16 bytes of data.
    pub case_3_short: Vec<u8>,
    /// 16 bytes of data, Le 256.
    pub case_4_short: Vec<u8>,
    /// READ BINARY, Le 65 536.
    pub case_2_extended: Vec<u8>,
    /// 2 048 bytes of data.
    pub case_3_extended: Vec<u8>,
    /// 2 048 bytes of data, Le 65 536.
    pub case_4_extended: Vec<u8>,
    /// 16 bytes of command data.
    pub short_data: Vec<u8>,
    /// 2 048 bytes of command data.
    pub long_data: Vec<u8>,
    /// 2 048 bytes and `9000`.
    pub response: Vec<u8>,
    /// A synthetic end-entity certificate with the extensions of JPKI, 1 701 bytes.
    pub certificate: &'static [u8],
    /// Where encoders write.
    pub buffer: Vec<u8>,
}

impl Inputs {
    /// The inputs, the same every time.
    #[must_use]
    pub fn new() -> Self {
        let short_data: Vec<u8> = (1..=16).collect();
        let long_data = [0xA5; 2_048].to_vec();
        Self {
            case_1: vec![0x00, 0x20, 0x00, 0x80],
            case_2_short: vec![0x00, 0xB0, 0x00, 0x00, 0x00],
            case_3_short: [&[0x00, 0xA4, 0x04, 0x0C, 0x10], &short_data[..]].concat(),
            case_4_short: [&[0x00, 0xA4, 0x04, 0x00, 0x10], &short_data[..], &[0x00]].concat(),
            case_2_extended: vec![0x00, 0xB0, 0x8A, 0x00, 0x00, 0x00, 0x00],
            case_3_extended: [&[0x80, 0xAE, 0x00, 0x00, 0x00, 0x08, 0x00], &long_data[..]].concat(),
            case_4_extended: [&[0x00, 0x88, 0x00, 0x99, 0x00, 0x08, 0x00], &long_data[..], &[0, 0]].concat(),
            response: [&long_data[..], &[0x90, 0x00]].concat(),
            short_data,
            long_data,
            certificate: include_bytes!("../data/certificate.der"),
            buffer: vec![0; 4_096],
        }
    }
}

impl Default for Inputs {
    fn default() -> Self {
        Self::new()
    }
}
