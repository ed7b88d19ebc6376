// A list that could not be read says so where it stands; react-admin's pop-up would say it a second time.

export const SHOWN_IN_PLACE = { onError: () => undefined } as const;
