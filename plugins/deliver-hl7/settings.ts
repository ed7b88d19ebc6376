// What a site can set about its HL7 receiver and the messages it wants.
import { Port, Settings, type Static, Type, tlsSettings } from "@thalamus/sdk";

const text = (title: string, description: string, value = "", maxLength = 180) =>
  Type.String({ title, description, maxLength, default: value });

const oneOf = <const T extends string>(title: string, description: string, values: readonly T[]) =>
  Type.Union(
    values.map((value) => Type.Literal(value)),
    { title, description, default: values[0] },
  );

const flag = (title: string, description: string, value: boolean) =>
  Type.Boolean({ title, description, default: value });

const status = (title: string, description: string, value: string) =>
  Type.String({ title, description, pattern: "^[A-Z]$", default: value });

const ProcedureCode = Type.Object(
  {
    code: Type.String({ title: "Code", description: "First component.", minLength: 1, maxLength: 80 }),
    text: Type.String({ title: "Text", description: "Second component.", maxLength: 200, default: "" }),
    system: Type.String({
      title: "Coding system",
      description: "Third component.",
      maxLength: 80,
      default: "L",
    }),
  },
  {
    additionalProperties: false,
    title: "Procedure code",
    description: "OBR-4, universal service identifier; the product's name if left out.",
  },
);

const Override = Type.Object(
  {
    segment: Type.String({
      title: "Segment",
      description:
        "Three letters or digits, as PID or ZDS; one that the message does not have is added at its end.",
      pattern: "^[A-Z][A-Z0-9]{2}$",
    }),
    field: Type.Integer({
      title: "Field",
      description: "Number of the field, from 1.",
      minimum: 1,
      maximum: 200,
    }),
    template: Type.String({
      title: "Template",
      description:
        "What stands in the field. Values are escaped; write ^ between components, and three braces around a value whose own ^ part components.",
      maxLength: 4000,
    }),
  },
  { additionalProperties: false },
);

export const Hl7Settings = Settings({
  host: Type.String({ title: "Host", description: "Name or address of the receiver.", minLength: 1 }),
  port: Port({ title: "Port", description: "MLLP port of the receiver.", default: 2575 }),
  tls: tlsSettings("receiver", "Present: connections with the receiver are encrypted."),
  keepOpen: flag(
    "Keep the connection open",
    "One connection for all messages, one after the other, instead of a new one for each.",
    false,
  ),
  answerSeconds: Type.Number({
    title: "Time for an answer",
    description: "Seconds to wait for the acknowledgement of a message.",
    minimum: 1,
    maximum: 3600,
    default: 30,
  }),
  version: oneOf("HL7 version", "Version of the ORU^R01 messages.", ["2.5.1", "2.3.1"]),
  characterSet: oneOf("Character set", "As MSH-18 names it; a message that does not fit it is not sent.", [
    "UNICODE UTF-8",
    "8859/1",
    "ASCII",
  ]),
  timeZone: text(
    "Time zone",
    "IANA name, as Europe/Berlin, of all times in messages; the hub's own if empty.",
    "",
    60,
  ),
  sendingApplication: text("Sending application", "MSH-3.", "THALAMUS"),
  sendingFacility: text("Sending facility", "MSH-4."),
  receivingApplication: text("Receiving application", "MSH-5."),
  receivingFacility: text("Receiving facility", "MSH-6."),
  processingId: oneOf("Processing id", "MSH-11: production, training or debugging.", ["P", "T", "D"]),
  acknowledgement: oneOf(
    "Acknowledgement",
    "original: the application answers AA, AE or AR; enhanced: whoever takes the message answers CA, CE or CR.",
    ["original", "enhanced"],
  ),
  onError: oneOf(
    "When the receiver reports an error",
    "by-code: errors in the message are final, locked records and internal errors are tried again; or always one of both.",
    ["by-code", "retry", "reject"],
  ),
  assigningAuthority: text("Assigning authority", "PID-3.4 of patients whose study does not name an issuer."),
  patientIdType: text("Type of patient id", "PID-3.5, table 0203.", "PI", 20),
  patientClass: text("Patient class", "PV1-2, table 0004; U is unknown.", "U", 2),
  accession: oneOf(
    "Accession number as",
    "The order number that AccessionNumber (0008,0050) is; the other one is the hub's own, or empty.",
    ["filler", "placer", "both"],
  ),
  procedureCode: Type.Optional(ProcedureCode),
  codingSystem: text("Coding system", "OBX-3.3 of the product's numbers and texts.", "L", 20),
  resultStatus: status("Result status", "OBR-25 and OBX-11 of results, table 0123.", "F"),
  report: flag("Report", "Send the PDF report (OBX of type ED, base64).", true),
  indexes: flag("Numbers", "Send the product's numbers (OBX of type NM, units of UCUM).", true),
  summary: oneOf("Summary", "Send the summary: not at all, one OBX a line (TX), or one formatted OBX (FT).", [
    "none",
    "TX",
    "FT",
  ]),
  notes: flag("Notes", "Send the product's warnings (NTE).", true),
  deliverFailures: flag("Deliver failures", "Also send why there is no result.", false),
  failureStatus: status("Status of failures", "OBR-25 and OBX-11 of failures, table 0123.", "X"),
  maxReportMegabytes: Type.Integer({
    title: "Largest report",
    description: "Megabytes; a larger one is not sent.",
    minimum: 1,
    maximum: 100,
    default: 20,
  }),
  segments: Type.Array(Override, {
    title: "Fields",
    description: "Fields that shall hold something else than what the hub writes.",
    maxItems: 100,
    default: [],
  }),
  template: text(
    "Message template",
    "The whole message in the site's own words, one segment a line, instead of all of the above.",
    "",
    65_536,
  ),
  probeQuery: flag(
    "Query when tested",
    "The test button sends a network management query (NMQ^N01) instead of connecting only.",
    false,
  ),
});

export type Hl7Settings = Static<typeof Hl7Settings>;
