// How the program that converts says that it gave a series up; any other failure is one of the program itself.

/** Not 1, with which Node ends a program that throws. */
export const CONVERTER_GAVE_UP = 3;
