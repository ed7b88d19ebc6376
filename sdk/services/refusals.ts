// Whom a door of the hub did not let in, for the audit trail.

export interface DoorRefusal {
  /** `key`: what was shown counts for nobody; `right`: who it is may not do it. */
  readonly kind: "key" | "right";
  /** Name of the client, or id of the key, as far as it is known; never what was shown. */
  readonly caller?: string | undefined;
  readonly address: string;
  /** The code of the refusal, as it was answered. */
  readonly code: string;
}

/** Of this plugin entry. The same as for the console and the API: so many lines an hour, so that no script fills the journal. */
export interface Refusals {
  /** Never rejects: the refusal itself stands. */
  tell(refusal: DoorRefusal): Promise<void>;
}
