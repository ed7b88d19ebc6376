// What holds when a site sets nothing; apart from the declaration, which takes longer to load than a small study to do.
export const DEFAULT_SETTINGS = {
  shiftDates: true,
  dateShiftRangeDays: 365,
  maskZipCodes: true,
  removeSoftwareVersions: false,
  descriptions: "words" as const,
  descriptionWords: [] as never[],
  keepPrivateElements: [] as never[],
  removeElements: [] as never[],
  pixelRules: [] as never[],
  filesAtOnce: 4,
  flush: true,
};
