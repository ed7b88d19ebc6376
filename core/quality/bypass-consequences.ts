// what may come of letting a study pass that failed its checks; told before and after, in the same words.

export const BYPASS_CONSEQUENCES = [
  "The processing may cost extra charges, also when nothing comes of it.",
  "The analysis may be incomplete or fail.",
  "The result may be unreliable or non-diagnostic.",
] as const;

/** Characters of a reason; it is kept in the journal and stands in the report. */
export const REASON = { shortest: 10, longest: 500 } as const;
