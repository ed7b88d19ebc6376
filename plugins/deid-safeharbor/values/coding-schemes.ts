// Coding schemes that somebody keeps for everybody: their codes say the same at every site, and nothing of a person.

/** CodingSchemeDesignator (0008,0102), PS3.16 Table 8-1, with the older names of the same schemes. */
const PUBLIC_SCHEMES: ReadonlySet<string> = new Set(
  `
  DCM SCT SRT SNM3 99SDM SDM SNM LN LOINC RADLEX RADELEMENT UCUM UMLS FMA NEU NCIt NCITSUBSET NDC RXNORM MDC MA MSH MGI
  BI BARI C4 C5 CD2 CDT CPT CSNDC DC ACR ASTMsigpurpose HL7 I9 I9C I10 I10C I10P ICD10 ICD11 ICDO ICDO3 IBSI ICRP ICNP
  ITIS_TSN TAXREF UBERON PUBCHEM_CID NICIP NYUMCCG UNS POS RO NPI DICOM_UID_REGISTRY RFC3066 RFC5646 ISO639_1 ISO639_2
  ISO3166_1 ISO3166_2 ISO4217 ISO5218_1 ISO_OID TNM
  `
    .split(/\s+/)
    .filter(Boolean)
    .map((scheme) => scheme.toUpperCase()),
);

export const isPublicScheme = (designator: string): boolean => PUBLIC_SCHEMES.has(designator.toUpperCase());
