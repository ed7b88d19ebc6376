// A folder that a plugin entry keeps between starts.

export interface OwnFolder {
  /** Absolute, on the files volume: hubs that share their files share it. Nothing of a patient belongs there. */
  readonly path: string;
}
