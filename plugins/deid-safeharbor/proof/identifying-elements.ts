// The second pass's own list of attributes that tell who, where, or on which machine; shares no table with the first.

/** What a value gives away. `text` is a description or a comment, `private` text of a private element. */
export type ValueKind =
  | "name"
  | "id"
  | "place"
  | "contact"
  /** Of a computer: four numbers, as versions of software have them, too. */
  | "address"
  | "device"
  | "text"
  | "date"
  | "time"
  | "uid"
  | "private";

/**
 * Tags and keywords (PS3.6) of text and number attributes, by what they give away; thought of from the 18
 * categories of 45 CFR 164.514(b)(2) and PS3.15 Annex E. Dates and UIDs are known by their value representation.
 * Descriptions that the site keeps after cleaning (StudyDescription (0008,1030), SeriesDescription (0008,103E),
 * ImageComments (0020,4000) …) are not in it: whole they may stay, what identifies in them may not.
 */
const LISTED: Readonly<Record<"name" | "id" | "place" | "contact" | "device" | "text", string>> = {
  name: `
    00080090 ReferringPhysicianName 0008009C ConsultingPhysicianName 00081048 PhysiciansOfRecord
    00081050 PerformingPhysicianName 00081060 NameOfPhysiciansReadingStudy 00081070 OperatorsName
    00100010 PatientName 00101001 OtherPatientNames 00101005 PatientBirthName
    00101060 PatientMotherBirthName 00102297 ResponsiblePerson 00321032 RequestingPhysician
    00400006 ScheduledPerformingPhysicianName 00401010 NamesOfIntendedRecipientsOfResults
    00402008 OrderEnteredBy 00404037 HumanPerformerName 0040A075 VerifyingObserverName 0040A123 PersonName
    0040A307 CurrentObserver 0040A352 VerbalSource 00700084 ContentCreatorName 0072006A SelectorPNValue
    300600A6 ROIInterpreter 300E0008 ReviewerName 40080102 InterpretationRecorder
    4008010A InterpretationTranscriber 4008010C InterpretationAuthor
    40080114 PhysicianApprovingInterpretation 40080119 DistributionName`,
  id: `
    00080050 AccessionNumber 00100020 PatientID 00100021 IssuerOfPatientID 00101000 OtherPatientIDs
    00101050 InsurancePlanIdentification 00101090 MedicalRecordLocator 00120020 ClinicalTrialProtocolID
    00120022 IssuerOfClinicalTrialProtocolID 00120040 ClinicalTrialSubjectID
    00120041 IssuerOfClinicalTrialSubjectID 00120042 ClinicalTrialSubjectReadingID
    00120043 IssuerOfClinicalTrialSubjectReadingID 00120050 ClinicalTrialTimePointID
    00120055 IssuerOfClinicalTrialTimePointID 00120071 ClinicalTrialSeriesID
    00120073 IssuerOfClinicalTrialSeriesID 00120082 ClinicalTrialProtocolEthicsCommitteeApprovalNumber
    00200010 StudyID 00320012 StudyIDIssuer 00380010 AdmissionID 00380011 IssuerOfAdmissionID
    00380060 ServiceEpisodeID 00380061 IssuerOfServiceEpisodeID 00400009 ScheduledProcedureStepID
    00400253 PerformedProcedureStepID 0040050A SpecimenAccessionNumber 00400551 SpecimenIdentifier
    004006FA SlideIdentifier 00401001 RequestedProcedureID 00402016 PlacerOrderNumberImagingServiceRequest
    00402017 FillerOrderNumberImagingServiceRequest 22000005 BarcodeValue
    300A0619 RadiationDoseIdentificationLabel 40080040 ResultsID 40080042 ResultsIDIssuer
    40080200 InterpretationID 40080202 InterpretationIDIssuer`,
  place: `
    00080080 InstitutionName 00080081 InstitutionAddress 00080092 ReferringPhysicianAddress
    00081040 InstitutionalDepartmentName 00101040 PatientAddress 00101081 BranchOfService
    00102150 CountryOfResidence 00102152 RegionOfResidence 00102299 ResponsibleOrganization
    00120010 ClinicalTrialSponsorName 00120030 ClinicalTrialSiteID 00120031 ClinicalTrialSiteName
    00120032 IssuerOfClinicalTrialSiteID 00120060 ClinicalTrialCoordinatingCenterName
    00120081 ClinicalTrialProtocolEthicsCommitteeName 00321020 ScheduledStudyLocation 00321033 RequestingService
    0038001E ScheduledPatientInstitutionResidence 00380300 CurrentPatientLocation
    00380400 PatientInstitutionResidence 00400011 ScheduledProcedureStepLocation 00400243 PerformedLocation
    00401005 RequestedProcedureLocation 00401102 PersonAddress 00402009 OrderEntererLocation
    00404036 HumanPerformerOrganization 0040A027 VerifyingOrganization 0040A353 Address
    30100077 TreatmentSite 4008011A DistributionAddress`,
  contact: `
    00080094 ReferringPhysicianTelephoneNumbers 00102154 PatientTelephoneNumbers
    00102155 PatientTelecomInformation 00401103 PersonTelephoneNumbers 00401104 PersonTelecomInformation
    00402010 OrderCallbackPhoneNumber 00402011 OrderCallbackTelecomInformation 0040A354 TelephoneNumber
    00720071 SelectorURValue`,
  device: `
    00080054 RetrieveAETitle 00080055 StationAETitle 00081000 NetworkID 00081010 StationName
    0016004D CameraOwnerName 0016004E LensSpecification 0016004F LensMake 00160050 LensModel
    00160051 LensSerialNumber 00160071 GPSLatitudeRef 00160072 GPSLatitude 00160073 GPSLongitudeRef
    00160074 GPSLongitude 00160076 GPSAltitude 00160078 GPSSatellites 00160079 GPSStatus
    0016007A GPSMeasureMode 0016007B GPSDOP 0016007C GPSSpeedRef 0016007D GPSSpeed 0016007E GPSTrackRef
    0016007F GPSTrack 00160080 GPSImgDirectionRef 00160081 GPSImgDirection 00160082 GPSMapDatum
    00160083 GPSDestLatitudeRef 00160084 GPSDestLatitude 00160085 GPSDestLongitudeRef
    00160086 GPSDestLongitude 00160087 GPSDestBearingRef 00160088 GPSDestBearing 00160089 GPSDestDistanceRef
    0016008A GPSDestDistance 0016008E GPSDifferential 00181000 DeviceSerialNumber 00181004 PlateID
    00181005 GeneratorID 00181007 CassetteID 00181008 GantryID 00181009 UniqueDeviceIdentifier
    0018700A DetectorID 00189367 XRaySourceID 00189371 XRayDetectorID 00189373 XRayDetectorLabel
    00203401 ModifyingDeviceID 00321021 ScheduledStudyLocationAETitle 00400001 ScheduledStationAETitle
    00400010 ScheduledStationName 00400241 PerformedStationAETitle 00400242 PerformedStationName
    00400512 ContainerIdentifier 0040051A ContainerDescription 0050001B ContainerComponentID
    00500020 DeviceDescription 00500021 LongDeviceDescription 0072005E SelectorAEValue 00741234 ReceivingAE
    00741236 RequestingAE 04000563 ModifyingSystem 21000070 Originator 21000140 DestinationAE
    30080105 SourceSerialNumber 300A00B2 TreatmentMachineName 300A0196 FixationDeviceDescription
    300A01A6 ShieldingDeviceDescription 300A0216 SourceManufacturer 300A0611 RTAccessoryHolderSlotID
    300A0615 RTAccessoryDeviceSlotID 3010001B DeviceAlternateIdentifier 3010002D DeviceLabel
    30100043 ManufacturerDeviceIdentifier`,
  text: `
    00080201 TimezoneOffsetFromUTC 00081080 AdmittingDiagnosesDescription 00081088 PyramidDescription
    00084000 IdentifyingComments 00101080 MilitaryRank 00102000 MedicalAlerts 00102110 Allergies
    00102160 EthnicGroup 00102180 Occupation 001021A0 SmokingStatus 001021B0 AdditionalPatientHistory
    001021F0 PatientReligiousPreference 00102203 PatientSexNeutered 00104000 PatientComments
    00120021 ClinicalTrialProtocolName 00120051 ClinicalTrialTimePointDescription 00120072 ClinicalTrialSeriesDescription
    00184000 AcquisitionComments 00200027 PyramidLabel 00209158 FrameComments
    00284000 ImagePresentationComments 00321030 ReasonForStudy 00321060 RequestedProcedureDescription
    00321066 ReasonForVisit 00321070 RequestedContrastAgent 00380040 DischargeDiagnosisDescription
    00380050 SpecialNeeds 00380062 ServiceEpisodeDescription 00380500 PatientState 00384000 VisitComments
    00400012 PreMedication 00400280 CommentsOnThePerformedProcedureStep 00400310 CommentsOnRadiationDose
    00400600 SpecimenShortDescription 00400602 SpecimenDetailedDescription
    00401002 ReasonForTheRequestedProcedure 00401004 PatientTransportArrangements
    00401400 RequestedProcedureComments 00402400 ImagingServiceRequestComments
    00403001 ConfidentialityConstraintOnPatientDataDescription 006A0005 AnnotationGroupLabel
    006A0006 AnnotationGroupDescription 00720066 SelectorLOValue 00720068 SelectorLTValue
    0072006C SelectorSHValue 0072006E SelectorSTValue 00720070 SelectorUTValue 00880904 TopicTitle
    00880906 TopicSubject 00880910 TopicAuthor 00880912 TopicKeywords 04000564 SourceOfPreviousValues
    04000565 ReasonForTheAttributeModification 04000600 InstanceOriginStatus 20300020 TextString
    22000002 LabelText 30060002 StructureSetLabel 30060004 StructureSetName 30060006 StructureSetDescription
    30060026 ROIName 30060028 ROIDescription 30060038 ROIGenerationDescription 30060085 ROIObservationLabel
    30060088 ROIObservationDescription 300A0002 RTPlanLabel 300A0003 RTPlanName 300A0004 RTPlanDescription
    300A000B TreatmentSites 300A000E PrescriptionDescription 300A0016 DoseReferenceDescription
    300A0072 FractionGroupDescription 300A00C3 BeamDescription 300A00DD BolusDescription
    300A01B2 SetupTechniqueDescription 300A02EB CompensatorDescription 300A0608 TreatmentPositionGroupLabel
    300A0623 RadiationDoseInVivoMeasurementLabel 300A062A RTToleranceSetLabel
    300A0676 EquipmentFrameOfReferenceDescription 300A067C RadiationGenerationModeLabel
    300A067D RadiationGenerationModeDescription 300A0734 TreatmentToleranceViolationDescription
    300A0742 InterlockDescription 300A0783 InterlockOriginDescription
    300A078E PatientTreatmentPreparationProcedureParameterDescription
    300A0792 PatientTreatmentPreparationMethodDescription 300A0794 PatientSetupPhotoDescription
    300A079A DisplacementReferenceLabel 300C0113 ReasonForOmissionDescription
    3010000F ConceptualVolumeCombinationDescription 30100017 ConceptualVolumeDescription
    30100033 UserContentLabel 30100034 UserContentLongLabel 30100035 EntityLabel 30100036 EntityName
    30100037 EntityDescription 30100038 EntityLongLabel 30100054 RTPrescriptionLabel
    30100056 RTTreatmentApproachLabel 3010005A RTPhysicianIntentNarrative 3010005C ReasonForSuperseding
    30100061 PriorTreatmentDoseDescription 3010007A TreatmentTechniqueNotes 3010007B PrescriptionNotes
    3010007F FractionationNotes 40000010 Arbitrary 40004000 TextComments 4008010B InterpretationText
    40080115 InterpretationDiagnosisDescription 40080300 Impressions 0016002B MakerNote
    0016004B DeviceSettingDescription 00160070 GPSVersionID 0016008B GPSProcessingMethod
    0016008C GPSAreaInformation 00340002 FlowIdentifier 00340005 SourceIdentifier 00340007 FrameOriginTimestamp
    00720065 SelectorOBValue 0072006D SelectorUNValue 04000115 CertificateOfSigner 04000310 CertifiedTimestamp
    04000404 MAC 04000552 NonconformingDataElementValue FFFCFFFC DataSetTrailingPadding`,
};

/** UID attributes that name a class, a syntax or a coding scheme, never an instance (PS3.6 Annex A). */
const CLASS_UIDS = `
    00020002 MediaStorageSOPClassUID 00020010 TransferSyntaxUID 00020012 ImplementationClassUID
    00020100 PrivateInformationCreatorUID 00080016 SOPClassUID 0008001A RelatedGeneralSOPClassUID
    0008001B OriginalSpecializedSOPClassUID 00080062 SOPClassesSupported 0008010C CodingSchemeUID
    0008010D ContextGroupExtensionCreatorUID 00080117 ContextUID 00080118 MappingResourceUID
    00081150 ReferencedSOPClassUID 0008115A SOPClassesSupported 00041510 ReferencedSOPClassUIDInFile
    00041512 ReferencedTransferSyntaxUIDInFile 0040DB0D TemplateExtensionCreatorUID
    04000010 MACCalculationTransferSyntaxUID 04000015 MACAlgorithm`;

/** Sequences about people, places and requests: any text in their items counts, codes too. */
const TELLING_SEQUENCES = `
    00080082 InstitutionCodeSequence 00080096 ReferringPhysicianIdentificationSequence
    0008009D ConsultingPhysicianIdentificationSequence 00081041 InstitutionalDepartmentTypeCodeSequence
    00081049 PhysiciansOfRecordIdentificationSequence 00081052 PerformingPhysicianIdentificationSequence
    00081062 PhysiciansReadingStudyIdentificationSequence 00081072 OperatorIdentificationSequence
    00081084 AdmittingDiagnosesCodeSequence 00081110 ReferencedStudySequence
    00081111 ReferencedPerformedProcedureStepSequence 00081120 ReferencedPatientSequence
    00100050 PatientInsurancePlanCodeSequence 00100101 PatientPrimaryLanguageCodeSequence
    00100102 PatientPrimaryLanguageModifierCodeSequence 00101002 OtherPatientIDsSequence
    00101100 ReferencedPatientPhotoSequence 0018100A UDISequence 00185011 TransducerIdentificationSequence
    00321067 ReasonForVisitCodeSequence 00340001 FlowIdentifierSequence 00380004 ReferencedPatientAliasSequence
    00380014 IssuerOfAdmissionIDSequence 00380064 IssuerOfServiceEpisodeIDSequence
    0040000B ScheduledPerformingPhysicianIdentificationSequence 00400275 RequestAttributesSequence
    00400513 IssuerOfTheContainerIdentifierSequence 00400555 AcquisitionContextSequence
    00400562 IssuerOfTheSpecimenIdentifierSequence 00400610 SpecimenPreparationSequence
    0040100A ReasonForRequestedProcedureCodeSequence 00401011 IntendedRecipientsOfResultsIdentificationSequence
    00401101 PersonIdentificationCodeSequence 00404025 ScheduledStationNameCodeSequence
    00404027 ScheduledStationGeographicLocationCodeSequence 00404028 PerformedStationNameCodeSequence
    00404030 PerformedStationGeographicLocationCodeSequence 00404034 ScheduledHumanPerformersSequence
    00404035 ActualHumanPerformersSequence 0040A073 VerifyingObserverSequence 0040A078 AuthorObserverSequence
    0040A07A ParticipantSequence 0040A07C CustodialOrganizationSequence
    0040A088 VerifyingObserverIdentificationCodeSequence 0040A358 VerbalSourceIdentifierCodeSequence
    00700001 GraphicAnnotationSequence 00700086 ContentCreatorIdentificationCodeSequence
    00880200 IconImageSequence 04000402 ReferencedDigitalSignatureSequence
    04000403 ReferencedSOPInstanceMACSequence 04000550 ModifiedAttributesSequence
    04000551 NonconformingModifiedAttributesSequence 04000561 OriginalAttributesSequence
    00120023 OtherClinicalTrialProtocolIDsSequence 3006004D ROICreatorSequence 3006004E ROIInterpreterSequence
    30100081 PrescriptionNotesSequence 40080111 InterpretationApproverSequence
    40080118 ResultsDistributionListSequence FFFAFFFA DigitalSignaturesSequence`;

const tagsOf = (list: string): number[] =>
  [...list.matchAll(/\b([0-9A-F]{8})\b/g)].map(([, digits]) => Number.parseInt(digits!, 16));

const kinds = new Map<number, ValueKind>(
  Object.entries(LISTED).flatMap(([kind, list]) => tagsOf(list).map((tag) => [tag, kind as ValueKind])),
);
const tellingSequences: ReadonlySet<number> = new Set(tagsOf(TELLING_SEQUENCES));
const classUids = new Set(tagsOf(CLASS_UIDS));

/** Groups about the patient, the visit, results, labels and cameras: text that no edition knew yet counts too. */
const TELLING_GROUPS = new Set([0x0010, 0x0016, 0x0038, 0x2200, 0x4000, 0x4008]);
/** ResultsComments (4008,4000): stays after cleaning. */
const CLEANED = 0x40084000;
const LONG_TEXT = new Set(["LO", "LT", "SH", "ST", "UC", "UT"]);

/**
 * What a value of this attribute gives away; undefined when it may stay.
 * @param vr two letters; empty where the encoding has none, then only listed tags and the value itself tell
 */
export function kindOf(tag: number, vr: string): ValueKind | undefined {
  if (vr === "PN") return "name";
  if (vr === "DA" || vr === "DT") return "date";
  if (vr === "UI") return classUids.has(tag) ? undefined : "uid";
  const listed = kinds.get(tag);
  if (listed) return listed;
  if (vr === "TM") return "time";
  if (vr === "AE") return "device";
  if (vr === "UR") return "contact";
  if (isDrawnComment(tag)) return "text";
  const telling = TELLING_GROUPS.has(tag >>> 16) && LONG_TEXT.has(vr) && tag !== CLEANED;
  return telling ? "text" : undefined;
}

/** OverlayComments (60xx,4000), OverlayLabel (60xx,1500), CurveLabel (50xx,2500). */
function isDrawnComment(tag: number): boolean {
  const overlay = tag >>> 24 === 0x60 && ((tag & 0xffff) === 0x4000 || (tag & 0xffff) === 0x1500);
  return overlay || (tag >>> 24 === 0x50 && (tag & 0xffff) === 0x2500);
}

/** Whether a UID of this attribute names a class. */
export const namesClass = (tag: number): boolean => classUids.has(tag);

/** Whether all text inside of this sequence counts. */
export const isTellingSequence = (tag: number): boolean => tellingSequences.has(tag);
