//! Where a field stands in HL7 FHIR, and by that in the forms of other systems that know the same things.

/// The place of a field in the resources `Patient`, `Organization` and `Coverage`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FhirPlace {
    /// None of its own: an extension of the coverage, by the field's name on the wire.
    Extension,
    /// `Patient.identifier`, under the institution's own number.
    PatientIdentifier,
    /// `Patient.name`, ideographic.
    Name,
    /// `Patient.name`, syllabic.
    NameKana,
    /// `Patient.gender`.
    Gender,
    /// `Patient.birthDate`.
    BirthDate,
    /// `Patient.address.text`.
    Address,
    /// `Patient.address.postalCode`.
    PostalCode,
    /// `Organization.identifier`.
    InsurerNumber,
    /// `Organization.name`.
    InsurerName,
    /// The extension `JP_Coverage_InsuredPersonSymbol`.
    Symbol,
    /// The extension `JP_Coverage_InsuredPersonNumber`.
    Number,
    /// `Coverage.dependent` and the extension `JP_Coverage_InsuredPersonSubNumber`.
    BranchNumber,
    /// `Coverage.relationship`.
    Relationship,
    /// `Coverage.period.start`.
    PeriodStart,
    /// `Coverage.period.end`.
    PeriodEnd,
    /// `Coverage.costToBeneficiary`, in percent.
    Share,
}
