// Numbers of the advisory locks in one place, so that no two things ever wait for each other by accident. Locks on a whole
// hash (a study, a sealed value) need no number.

/** Keys of `pg_advisory_lock`; those with a hash beside them use the number as the first half, or as the seed. */
export const AdvisoryLock = {
  migration: 7301,
  /** With a hash of the hub's id. */
  hubPresence: 7302,
  firstAdmin: 7303,
  /** With a hash of the upload's id. */
  upload: 7304,
  siteSecret: 7305,
  manifestChain: 7306,
  settings: 7307,
  /** With a hash of the organisation. */
  listedOrders: 7308,
  /** With a hash of the Study Instance UID. */
  cloudOrder: 7309,
  dryRun: 7310,
  accounts: 7311,
  /** Seed of the hash of a person's subject. */
  ssoSubject: 7312,
} as const;
