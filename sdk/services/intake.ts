// How a listener hands instances to the hub: an association, and in it one writer for each object.

/** Where an object comes from; kept with every instance. */
export interface IntakeSource {
  readonly plugin: string;
  readonly callingAe: string;
  readonly calledAe: string;
  readonly remoteAddress: string;
  /** Who the sender is by its verified client certificate; absent without one. */
  readonly tlsIdentity?: string;
}

/** What is known of an object before its data set arrives. */
export interface IncomingObject {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
}

export interface Accepted {
  /** `stored`: new; `duplicate`: equal content is there already; `revised`: same UID with other content, both kept. */
  readonly outcome: "stored" | "duplicate" | "revised";
  readonly studyId: string;
}

export type IntakeRefusalCode =
  | "intake.truncated"
  | "intake.malformed"
  | "intake.mismatch"
  | "intake.no-study"
  | "intake.out-of-space"
  | "intake.storage-failed"
  | "intake.stopping";

/** The object is not taken; nothing of it stays on disk. The message holds no PHI. */
export class IntakeRefusal extends Error {
  override readonly name = "IntakeRefusal";
  readonly code: IntakeRefusalCode;

  constructor(code: IntakeRefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Takes the bytes of one data set as they come from the network, without the file meta information. */
export interface InstanceWriter {
  /**
   * Writes a range of bytes before it returns, so the caller may use its buffer again at once.
   * Never throws: a failure is kept and answered by `finish`.
   */
  write(bytes: Uint8Array): void;
  /**
   * Resolves when bytes and row survive a power loss.
   * @throws IntakeRefusal and keeps nothing
   */
  finish(): Promise<Accepted>;
  /** The sender went away: removes what was written. */
  abandon(): void;
}

/** One association (or upload); the studies it brings cannot become stable while it is open. */
export interface IntakeAssociation {
  receive(object: IncomingObject): InstanceWriter;
  /** Marks the association as ended; the quiet time of its studies starts to run. */
  close(): Promise<void>;
}

export interface Intake {
  open(source: IntakeSource): IntakeAssociation;
}
