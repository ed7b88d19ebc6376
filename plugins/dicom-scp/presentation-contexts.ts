// Which presentation contexts the receiver agrees to: every object a sender may want to store.
import { acceptsAbstractSyntax, acceptsTransferSyntax } from "@thalamus/sdk/dicom";
import {
  type AnsweredContext,
  type AssociateAccept,
  type AssociateRequest,
  BIT_PRESERVING_STORAGE,
  ContextResult,
  EXPLICIT_VR_LITTLE_ENDIAN,
  IMPLEMENTATION_CLASS_UID,
  IMPLEMENTATION_VERSION_NAME,
  type ProposedContext,
  VERIFICATION,
} from "@thalamus/sdk/dicom/net";

/** A presentation context both sides agreed on. */
export interface AcceptedContext {
  readonly abstractSyntax: string;
  readonly transferSyntax: string;
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
