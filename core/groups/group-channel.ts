// What wakes those who send the reports of groups.

/** Channel of NOTIFY. */
export const GROUP_CHANNEL = "thalamus_group";
