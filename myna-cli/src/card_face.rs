//! What the card itself says of its holder's face: 券面事項確認AP, opened with 照合番号B, which is printed on the card.

use clap::Args;
use myna_apdu::flow::PinPolicy;
use myna_cardface::layout::Visual;
use myna_cardface::{
    CardFace, FaceSex, Genuineness, KeyIdentifier, NumberB, PublicKey, TrustedKey, VisualApplication,
};
use myna_jpki::{CardIdentity, operation};
use myna_sim::Date;
use myna_sim::pki::FaceAuthority;
use myna_terminal::{CheckError, CheckPlan, FacePlan, ReadFace};
use serde::Serialize;

use crate::check::limited;
use crate::codes;
use crate::failure::{self, CARD_WRONG, Failure};
use crate::pin::PinSource;
use crate::private_file::write_private;
use crate::source::CardSource;

/// For the check by eye: whether to read the card face, and what for.
#[derive(Args)]
pub(crate) struct Reading {
    /// For the check by eye: first read birth date, sex and genuineness from the card, with 照合番号B (14 digits printed on
    /// it: birth date YYMMDD in the Japanese era, year of expiry, security code), from environment variable
    /// MYNA_NUMBER_B or a prompt
    #[arg(long)]
    card_face: bool,
    /// The same, with 照合番号B from standard input
    #[arg(long, conflicts_with = "pin_stdin")]
    number_b_stdin: bool,
    /// The same, and write the photo (JPEG 2000) to this file, for this user only
    #[arg(long, value_name = "FILE")]
    photo: Option<std::path::PathBuf>,
}

/// What staff is told before the question. The photo is not kept.
#[derive(Serialize)]
pub(crate) struct Told {
    birth_date: String,
    sex: &'static str,
    /// `genuine` or `not_checked`; a forged card is no answer but an error.
    genuineness: &'static str,
}

impl Reading {
    pub(crate) const fn is_wanted(&self) -> bool {
        self.card_face || self.number_b_stdin || self.photo.is_some()
    }

    /// Has staff type 照合番号B, where the face is wanted, for the card that was seen before.
    pub(crate) fn ask(
        &self,
        card: &CardSource,
        today: Date,
        seen: Option<&CardIdentity>,
    ) -> Result<Option<Asked>, Failure> {
        if !self.is_wanted() {
            return Ok(None);
        }
        let source =
            if self.number_b_stdin { PinSource::StandardInput } else { PinSource::EnvironmentOrPrompt };
        let ((identity, tries_left), _) = card.with_card(today, |card| {
            let identity = card.run(operation::read_identity())?;
            Ok((identity, limited(VisualApplication::open(card)?.tries_left::<NumberB>()?)))
        })?;
        if seen.is_some_and(|seen| *seen != identity) {
            return Err(CheckError::AnotherCard.into());
        }
        if tries_left == Some(0) {
            return Err(Failure::number_locked::<Visual, NumberB>());
        }
        let number = source.read_number_b(tries_left)?;
        let mut challenge = [0; 32];
        getrandom::fill(&mut challenge).map_err(failure::no_randomness)?;
        Ok(Some(Asked { number, identity, challenge }))
    }

    /// What to tell of a face that was read; its photo is written where that is wanted.
    pub(crate) fn told(&self, card: &CardSource, read: &ReadFace) -> Result<Told, Failure> {
        // The simulated roots speak for the simulated card only: a card in a reader may have been made with their
        // published keys.
        let roots = match card.simulated_name() {
            Some(_) => vec![simulated_root()?],
            None => Vec::new(),
        };
        let told = Told::new(&read.face, &read.face.genuineness(read.evidence.as_ref(), &roots))?;
        if let Some(file) = &self.photo {
            write_private(file, read.face.photo_jp2())?;
        }
        Ok(told)
    }
}

/// What was typed, and for which card.
pub(crate) struct Asked {
    number: NumberB,
    identity: CardIdentity,
    challenge: [u8; 32],
}

impl Asked {
    pub(crate) fn plan<'a>(&'a self, plan: CheckPlan<'a>, policy: PinPolicy) -> CheckPlan<'a> {
        let face = FacePlan::new(&self.number, policy).with_challenge(self.challenge);
        plan.with_face(face).with_card(self.identity.clone())
    }
}

impl Told {
    fn new(face: &CardFace, genuineness: &Genuineness) -> Result<Self, Failure> {
        let genuineness = match genuineness {
            Genuineness::Genuine(_) => "genuine",
            Genuineness::NotChecked(_) => "not_checked",
            Genuineness::Forged(forgery) => return Err(forged(*forgery)),
        };
        let birth = face.birth_date().digits();
        Ok(Self {
            birth_date: birth.to_string(),
            sex: match face.sex() {
                FaceSex::Male => "male",
                FaceSex::Female => "female",
                FaceSex::NotApplicable => "not_applicable",
                FaceSex::Unknown(_) => "unknown",
            },
            genuineness,
        })
    }

    pub(crate) fn text(&self) -> String {
        let sex = match self.sex {
            "male" => "男",
            "female" => "女",
            "not_applicable" => "適用不能",
            _ => "不明",
        };
        let genuineness = match self.genuineness {
            "genuine" => "確認済み / genuine",
            _ => "未確認 / not checked",
        };
        format!("  券面　生年月日 {}　性別 {sex}　真正性 {genuineness}", self.birth_date)
    }
}

fn forged(forgery: myna_cardface::Forgery) -> Failure {
    let part = format!("{forgery:?}");
    Failure::other(&codes::FORGED, &[("part", &part)]).with_exit_code(CARD_WRONG)
}

fn simulated_root() -> Result<TrustedKey, Failure> {
    let broken = |reason: String| Failure::other(&codes::SIMULATED_ROOT, &[("reason", &reason)]);
    let root = FaceAuthority::Visual.root_key().map_err(|error| broken(error.to_string()))?;
    let key = PublicKey::rsa(&root.modulus(), &root.public_exponent());
    let key = key.map_err(|fault| broken(fault.to_string()))?;
    Ok(TrustedKey::new(KeyIdentifier(*FaceAuthority::Visual.root_identifier().as_bytes()), key))
}

#[cfg(test)]
mod tests {
    use myna_cardface::{Forgery, Unchecked};
    use myna_sim::{Persona, SimTransport, SimulatedCard};
    use myna_transport::Card;

    use super::*;

    #[test]
    fn not_checked_never_reads_as_good_and_a_forgery_is_an_error() {
        let today = Date::from_ymd(2026, 6, 2).unwrap();
        let persona = Persona::built_in("default").unwrap();
        let mut card = Card::new(SimTransport::new(SimulatedCard::new(&persona, today).unwrap()));
        let mut application = VisualApplication::open(&mut card).unwrap();
        let number = NumberB::new(&persona.number_b(today).unwrap()).unwrap();
        let face = application.verify(&number, PinPolicy::default()).unwrap().read_card_face().unwrap();
        for unchecked in [Unchecked::NoEvidence, Unchecked::UnknownRoot(KeyIdentifier([0; 16]))] {
            let Ok(told) = Told::new(&face, &Genuineness::NotChecked(unchecked)) else { panic!("told") };
            assert_eq!(told.genuineness, "not_checked");
            let text = told.text();
            assert!(text.contains("未確認") && !text.contains("確認済み"), "{text}");
        }
        for forgery in [Forgery::Certificate, Forgery::Record, Forgery::CardKey] {
            assert!(Told::new(&face, &Genuineness::Forged(forgery)).is_err());
        }
    }
}
