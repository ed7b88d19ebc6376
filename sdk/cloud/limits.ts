// What the cloud API of generation 2 takes at most.

/** Of the whole archive of an order. */
export const LARGEST_UPLOAD_BYTES = 5_000_000_000;
/** Parts of one upload. */
export const MOST_PARTS = 100;
/** Every part but the last; object stores refuse smaller ones. */
export const SMALLEST_PART_BYTES = 5 * 2 ** 20;
/** A single PUT takes less than this. */
export const SINGLE_PUT_BYTES = 5_000_000;
/** A token is good for so long. */
export const TOKEN_SECONDS = 3600;
/** A study that an organisation sends again within this time takes the place of the one before. */
export const OVERWRITE_SECONDS = 300;
