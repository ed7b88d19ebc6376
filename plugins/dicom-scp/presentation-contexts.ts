// Which presentation contexts the receiver agrees to: every object a sender may want to store.
import {
  type AnsweredContext,
  type AssociateAccept,
  type AssociateRequest,
  BIT_PRESERVING_STORAGE,
  ContextResult,
  EXPLICIT_VR_LITTLE_ENDIAN,
  IMPLEMENTATION_CLASS_UID,
  IMPLEMENTATION_VERSION_NAME,
  isUsableUid,
  type ProposedContext,
  VERIFICATION,
} from "@thalamus/sdk/dicom/net";

/** A presentation context both sides agreed on. */
export interface AcceptedContext {
  readonly abstractSyntax: string;
  readonly transferSyntax: string;
}

const STORAGE_CLASSES = "1.2.840.10008.5.1.4.1.1.";
const STANDARD_ROOT = "1.2.840.10008.";
const TRANSFER_SYNTAX_ROOT = "1.2.840.10008.1.2";

/** Syntaxes under the standard root that carry no complete data set of their own (PS3.6 table A-1). */
const INCOMPLETE_SYNTAXES = new Set([
  "1.2.840.10008.1.2.4.94", // JPIP Referenced: the pixels stay with the sender
  "1.2.840.10008.1.2.4.95", // JPIP Referenced Deflate
  "1.2.840.10008.1.2.4.204", // JPIP HTJ2K Referenced
  "1.2.840.10008.1.2.4.205", // JPIP HTJ2K Referenced Deflate
  "1.2.840.10008.1.2.6.1", // RFC 2557 MIME encapsulation
  "1.2.840.10008.1.2.6.2", // XML encoding
]);

/**
 * Verification, all storage classes of the standard, and those private ones (any root but the standard's) that
 * the site takes. What cannot be de-identified does not leave the house.
 * @param privateSopClasses UIDs, roots as `1.3.46.670589.*`, or `*` for all
 */
export function acceptsAbstractSyntax(uid: string, privateSopClasses: readonly string[]): boolean {
  if (uid === VERIFICATION || uid.startsWith(STORAGE_CLASSES)) return true;
  if (!isUsableUid(uid) || uid.startsWith(STANDARD_ROOT)) return false;
  return privateSopClasses.some((own) =>
    own.endsWith("*") ? uid.startsWith(own.slice(0, -1)) : uid === own,
  );
}

/**
 * Every transfer syntax of the standard that holds a whole data set: objects are kept bit for bit, so none
 * has to be understood here. Quality control decides later about lossy ones.
 */
export function acceptsTransferSyntax(uid: string): boolean {
  if (uid === TRANSFER_SYNTAX_ROOT) return true;
  return (
    uid.startsWith(`${TRANSFER_SYNTAX_ROOT}.`) &&
    !uid.startsWith(`${TRANSFER_SYNTAX_ROOT}.7.`) && // SMPTE ST 2110: live video, no data set
    !INCOMPLETE_SYNTAXES.has(uid)
  );
}

/** Explicit VR little endian when offered, the easiest to read later; else the sender's first choice. */
export function chooseTransferSyntax(offered: readonly string[]): string | undefined {
  if (offered.includes(EXPLICIT_VR_LITTLE_ENDIAN)) return EXPLICIT_VR_LITTLE_ENDIAN;
  return offered.find(acceptsTransferSyntax);
}

/** Answers one proposed context (PS3.8 9.3.3.2). */
export function answerContext(
  proposed: ProposedContext,
  privateSopClasses: readonly string[],
): AnsweredContext {
  const refusedSyntax = proposed.transferSyntaxes[0] ?? "";
  if (!acceptsAbstractSyntax(proposed.abstractSyntax, privateSopClasses)) {
    const result = ContextResult.abstractSyntaxNotSupported;
    return { id: proposed.id, result, transferSyntax: refusedSyntax };
  }
  const chosen = chooseTransferSyntax(proposed.transferSyntaxes);
  if (chosen === undefined) {
    const result = ContextResult.transferSyntaxesNotSupported;
    return { id: proposed.id, result, transferSyntax: refusedSyntax };
  }
  return { id: proposed.id, result: ContextResult.accepted, transferSyntax: chosen };
}

/** What the site says about the receiver. */
export interface Offer {
  /** Longest P-DATA-TF we take, in bytes without its header. */
  readonly maxPduLength: number;
  readonly privateSopClasses: readonly string[];
}

/** What is answered to a request, and the contexts that objects may come in. */
export interface Agreement {
  readonly answer: Omit<AssociateAccept, "protocolVersion">;
  readonly contexts: ReadonlyMap<number, AcceptedContext>;
}

/**
 * Works out the A-ASSOCIATE-AC. What a sender did not ask for is not answered: an asynchronous operations window
 * with one and one, roles with "you store, I keep", SOP class extended negotiation with "everything is kept as it
 * is", and the wish to be recognized as a user with a yes or with nothing.
 * @param isKnownUser the sender is the user it says it is
 */
export function agree(
  request: AssociateRequest,
  { maxPduLength, privateSopClasses }: Offer,
  isKnownUser: boolean,
): Agreement {
  const answers = request.contexts.map((context) => answerContext(context, privateSopClasses));
  const contexts = new Map<number, AcceptedContext>();
  for (const [index, answer] of answers.entries()) {
    if (answer.result !== ContextResult.accepted) continue;
    const abstractSyntax = request.contexts[index]!.abstractSyntax;
    contexts.set(answer.id, { abstractSyntax, transferSyntax: answer.transferSyntax });
  }
  const { operationsWindow, roles, identity, extended = [] } = request.user;
  const storage = new Set([...contexts.values()].map(({ abstractSyntax }) => abstractSyntax));
  storage.delete(VERIFICATION);
  const user = {
    maxPduLength,
    implementationClassUid: IMPLEMENTATION_CLASS_UID,
    implementationVersionName: IMPLEMENTATION_VERSION_NAME,
    operationsWindow: operationsWindow && { invoked: 1, performed: 1 },
    roles: roles?.map((role) => ({ ...role, scp: false })),
    extended: extended
      .filter(({ sopClassUid }) => storage.has(sopClassUid))
      .map(({ sopClassUid }) => ({ sopClassUid, information: BIT_PRESERVING_STORAGE })),
    identityResponse: isKnownUser && identity?.positiveResponse ? Buffer.alloc(0) : undefined,
  };
  const { calledAe, callingAe } = request;
  return { answer: { calledAe, callingAe, contexts: answers, user }, contexts };
}
