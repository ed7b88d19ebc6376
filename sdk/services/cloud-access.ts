// Who may use the cloud API: organisations, their members, and the API keys these hold.
import type { CloudScope } from "../cloud/token.ts";

/** A key that was checked just now. */
export interface CloudCaller {
  /** The hub's own ids; UUIDs. */
  readonly organisationId: string;
  readonly memberId: string;
  readonly keyId: string;
  readonly scopes: readonly CloudScope[];
  /** Sees and changes what anybody of the organisation ordered. */
  readonly isAdmin: boolean;
}

/** One line of a usage report (gen. 1 `getReport`): a run that counted. */
export interface KeyUse {
  readonly keyId: string;
  /** What the key is called, never its secret. */
  readonly keyName: string;
  readonly orderId: string;
  readonly product: string;
  readonly at: Date;
}

export interface CloudAccess {
  /**
   * The caller of a secret as it came over the line. Takes as long for a wrong secret as for a right one.
   * @returns undefined when it is unknown, revoked or expired, or its member or organisation is suspended
   */
  callerOfSecret(secret: string): Promise<CloudCaller | undefined>;
  /** The same for OAuth clients: the client id is the key's id. */
  callerOfClient(clientId: string, secret: string): Promise<CloudCaller | undefined>;
  /** The caller of a session or token that was begun with this key. */
  callerOfKey(keyId: string): Promise<CloudCaller | undefined>;
  /** Name of the organisation, for people. */
  organisationName(organisationId: string): Promise<string>;
  /** Days until an order of the organisation expires. */
  orderDays(organisationId: string): Promise<number>;
  /**
   * The hub's product behind a name or an alias, if the organisation is entitled to it.
   * @returns undefined otherwise: nobody finds out what others may order
   */
  productNamed(organisationId: string, name: string): Promise<string | undefined>;
  /**
   * Counts a run. The same order and product count once.
   * @returns false when nothing is left of the key's quota; then nothing was counted
   */
  countUse(caller: CloudCaller, orderId: string, product: string): Promise<boolean>;
  /** Both days included, UTC; of the key itself, or of all keys of the organisation for an admin key. */
  uses(caller: CloudCaller, from: Date, to: Date): Promise<readonly KeyUse[]>;
  /**
   * A heartbeat of an agent of the organisation arrived; it was checked by its schema.
   * @throws TypeError when it was not
   */
  heartbeat(caller: CloudCaller, heartbeat: unknown): Promise<void>;
}
