// Which presentation contexts the receiver agrees to: every object a sender may want to store.
import { acceptsAbstractSyntax, acceptsTransferSyntax } from "@thalamus/sdk/dicom";
import {
  type AnsweredContext,
  type AssociateAccept,
  type AssociateRequest,
  ContextResult,
  EXPLICIT_VR_LITTLE_ENDIAN,
  IMPLEMENTATION_CLASS_UID,
  IMPLEMENTATION_VERSION_NAME,
  type ProposedContext,
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
export function answerContext(proposed: ProposedContext): AnsweredContext {
  const refusedSyntax = proposed.transferSyntaxes[0] ?? "";
  if (!acceptsAbstractSyntax(proposed.abstractSyntax)) {
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

/** What is answered to a request, and the contexts that objects may come in. */
export interface Agreement {
  readonly answer: Omit<AssociateAccept, "protocolVersion">;
  readonly contexts: ReadonlyMap<number, AcceptedContext>;
}

/**
 * Works out the A-ASSOCIATE-AC. An asynchronous operations window is answered with one and one, and roles
 * with "you store, I keep"; both only when the sender asked.
 * @param maxPduLength longest P-DATA-TF we take, in bytes without its header
 */
export function agree(request: AssociateRequest, maxPduLength: number): Agreement {
  const answers = request.contexts.map(answerContext);
  const contexts = new Map<number, AcceptedContext>();
  for (const [index, answer] of answers.entries()) {
    if (answer.result !== ContextResult.accepted) continue;
    const abstractSyntax = request.contexts[index]!.abstractSyntax;
    contexts.set(answer.id, { abstractSyntax, transferSyntax: answer.transferSyntax });
  }
  const user = {
    maxPduLength,
    implementationClassUid: IMPLEMENTATION_CLASS_UID,
    implementationVersionName: IMPLEMENTATION_VERSION_NAME,
    operationsWindow: request.user.operationsWindow && { invoked: 1, performed: 1 },
    roles: request.user.roles?.map((role) => ({ ...role, scp: false })),
  };
  const { calledAe, callingAe } = request;
  return { answer: { calledAe, callingAe, contexts: answers, user }, contexts };
}
