//! Messages read from the forms of the wire, and written in them.

use crate::element::ROOT;
use crate::element::tree::{Children, Path, Tree};
use crate::meaning::field::Record;
use crate::meaning::message::{Message, each};
use crate::meaning::record::EligibilityResponse;
use crate::wire::json;
use crate::wire::xml::{Encoding, XmlError, XmlForm, read_with, write_record};

impl EligibilityResponse {
    /// Reads the answer to a single check (`OQSsiquc01res`), the face reader's included.
    ///
    /// Fields are found by name in any order, unknown elements are kept, unknown codes and malformed dates
    /// are kept and told by [`warnings`](crate::warnings()). Absent, empty and blank are the same
    /// [code B2–B4].
    ///
    /// ```
    /// use myna_eligibility::EligibilityResponse;
    /// use myna_error::Diagnostic;
    /// let hostile = br#"<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><XmlMsg>&e;</XmlMsg>"#;
    /// let refused = EligibilityResponse::parse(hostile).unwrap_err();
    /// assert_eq!((refused.code(), refused.position()), ("xml.document_type", 0));
    /// ```
    ///
    /// # Errors
    ///
    /// An [`XmlError`] with the byte position, whenever the bytes are not such a message. Never panics.
    pub fn parse(bytes: &[u8]) -> Result<Self, XmlError> {
        Ok(read_with(bytes, |tree| Self::read_fields(tree.children()?, &Path::root(ROOT)))?.0)
    }

    /// Writes the message as UTF-8, in the order of the layout.
    ///
    /// Blank values are left out. Reading the bytes gives an equal response.
    ///
    /// # Errors
    ///
    /// [`XmlError::InvalidCharacter`], [`XmlError::Malformed`] or [`XmlError::TooDeep`] if a text, a name or
    /// the nesting of [`Element`](crate::records::Element)s cannot be said in a message; the position is that in the text written.
    pub fn write(&self) -> Result<Vec<u8>, XmlError> {
        self.write_as(Encoding::Utf8)
    }

    /// Writes the message in an encoding; characters it lacks become character references [code B6].
    ///
    /// # Errors
    ///
    /// As [`write`](Self::write).
    pub fn write_as(&self, encoding: Encoding) -> Result<Vec<u8>, XmlError> {
        write_record(self, encoding)
    }
}

impl Message {
    /// Reads any message in XML, UTF-8 or CP932.
    ///
    /// # Errors
    ///
    /// An [`XmlError`] with the byte position, whenever the bytes are not a message. Never panics.
    pub fn parse(bytes: &[u8]) -> Result<Self, XmlError> {
        Ok(Self::parse_with_form(bytes)?.0)
    }

    /// Reads the JSON form of the Web API: the same tree, lists as arrays [code B11].
    ///
    /// Numbers are refused: whoever wrote them has lost the leading zeros (B3).
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn parse_json(bytes: &[u8]) -> Result<Self, XmlError> {
        Self::of_tree(&json::read(bytes)?)
    }

    /// Writes the message as XML. Characters CP932 lacks become character references [code B6].
    ///
    /// # Errors
    ///
    /// As [`EligibilityResponse::write`].
    pub fn write(&self, encoding: Encoding) -> Result<Vec<u8>, XmlError> {
        each!(self, message => write_record(message.as_ref(), encoding))
    }

    /// Writes the JSON form of the Web API: `{"XmlMsg": …}`.
    ///
    /// # Errors
    ///
    /// As [`EligibilityResponse::write`].
    pub fn write_json(&self) -> Result<String, XmlError> {
        json::write(&self.write(Encoding::Utf8)?)
    }

    /// As [`parse`](Self::parse), with the encoding the message was written in, in which an answer should go back.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn parse_with_encoding(bytes: &[u8]) -> Result<(Self, Encoding), XmlError> {
        Self::parse_with_form(bytes).map(|(message, form)| (message, form.encoding))
    }

    pub(crate) fn parse_with_form(bytes: &[u8]) -> Result<(Self, XmlForm), XmlError> {
        read_with(bytes, Self::of_tree)
    }

    fn of_tree(tree: &Tree<'_>) -> Result<Self, XmlError> {
        let (children, path) = (tree.children()?, &Path::root(ROOT));
        Ok(match kind_of(children) {
            Kind::Answer => Self::Answer(Box::new(Record::read_fields(children, path)?)),
            Kind::BulkAccepted => Self::BulkAccepted(Box::new(Record::read_fields(children, path)?)),
            Kind::BulkAnswer => Self::BulkAnswer(Box::new(Record::read_fields(children, path)?)),
            Kind::RegistrationAnswer => {
                Self::RegistrationAnswer(Box::new(Record::read_fields(children, path)?))
            }
            Kind::CheckRequest => Self::CheckRequest(Box::new(Record::read_fields(children, path)?)),
            Kind::ListRequest => Self::ListRequest(Box::new(Record::read_fields(children, path)?)),
            Kind::FetchRequest => Self::FetchRequest(Box::new(Record::read_fields(children, path)?)),
            Kind::RegistrationRequest => {
                Self::RegistrationRequest(Box::new(Record::read_fields(children, path)?))
            }
            Kind::MedicalInformationRequest => {
                Self::MedicalInformationRequest(Box::new(Record::read_fields(children, path)?))
            }
        })
    }
}

enum Kind {
    Answer,
    BulkAccepted,
    BulkAnswer,
    RegistrationAnswer,
    CheckRequest,
    ListRequest,
    FetchRequest,
    RegistrationRequest,
    MedicalInformationRequest,
}

fn kind_of(message: Children<'_>) -> Kind {
    let in_header = |names: &[&str]| message.holds_in("MessageHeader", names);
    let in_body = |names: &[&str]| message.holds_in("MessageBody", names);
    // Only what the system writes carries how it ended and when.
    let is_answer =
        in_header(&["SegmentOfResult", "ProcessExecutionTime", "CharacterCodeIdentifier", "ErrorCode"]);
    if in_body(&["BulkRegistrationUnit"]) {
        Kind::RegistrationAnswer
    } else if in_body(&["BulkConfirmUnit"]) {
        Kind::BulkAnswer
    } else if in_body(&["ReferenceNumberRegistrationInfo"]) {
        if is_answer { Kind::RegistrationAnswer } else { Kind::RegistrationRequest }
    } else if in_body(&["ReceptionNumber", "ReceptionDateTime"]) {
        if is_answer { Kind::BulkAccepted } else { Kind::FetchRequest }
    } else if in_header(&["ReceptionNumber", "NumberOfProcessingResult"]) {
        Kind::BulkAnswer
    } else if is_answer {
        Kind::Answer
    } else if in_body(&["QualificationConfirmSearchInfo"]) {
        let of_list = [
            "ConsentDateFrom",
            "ConsentDateTo",
            "ExaminationDateFrom",
            "ExaminationDateTo",
            "MedicalTreatmentFlag",
            "MedicalTreatmentMonth",
        ];
        if message.holds_within(["MessageBody", "QualificationConfirmSearchInfo"], &of_list) {
            Kind::ListRequest
        } else if in_body(&["ProcessingResultStatus", "QualificationValidity", "ResultList"]) {
            Kind::Answer
        } else {
            Kind::CheckRequest
        }
    } else if in_header(&["InsuranceCardSymbol", "InsuredPersonIdentificationNumber"])
        || in_body(&["FileCategory", "PrDiInfClassification"])
    {
        Kind::MedicalInformationRequest
    } else {
        Kind::Answer
    }
}
