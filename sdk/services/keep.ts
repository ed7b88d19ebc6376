// A few values that a plugin must not forget and nobody may read: sealed, by name, with an end.

/** Of this plugin entry alone; every hub of the site sees the same. For small texts and not for many: keys, sessions. */
export interface Keep {
  /**
   * In place of what had this name.
   * @param seconds until it is forgotten; for ever when left out
   */
  put(name: string, value: string, seconds?: number): Promise<void>;
  /**
   * @param seconds keeps it for so long from now on; written at most once in a twentieth of that time
   * @returns undefined when it is not there, has ended, or was sealed with a secret that the site no longer has
   */
  get(name: string, seconds?: number): Promise<string | undefined>;
  /** What has this name, or what is made now. Of several hubs that make it at the same time all get the same. */
  once(name: string, make: () => Promise<string>): Promise<string>;
  forget(name: string): Promise<void>;
}
