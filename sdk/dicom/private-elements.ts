// Private elements of MR scanners that the dictionary of dcmjs lacks, as the vendors write them.

/** Group, creator, and low byte with value representation of each element. */
export const MORE_PRIVATE_ELEMENTS: readonly (readonly [group: number, creator: string, elements: string])[] =
  [
    [
      0x0019,
      "SIEMENS MR HEADER",
      "08CS 09LO 0aUS 0bDS 0cIS 0dCS 0eFD 0fSH 11SH 12SL 13SL 14IS 15FD 16DS 17DS 18IS 25FD 27FD 28FD 29FD",
    ],
    [
      0x0051,
      "SIEMENS MR HEADER",
      "08CS 09LO 0aLO 0bSH 0cLO 0dSH 0eLO 0fLO 11LO 12SH 13SH 15SH 16LO 17SH 19LO",
    ],
    [0x2005, "Philips MR Imaging DD 001", "0dFL 0eFL"],
    [0x2005, "Philips MR Imaging DD 005", "0eSQ 0fSQ 12IS 13IS 14SL 15SL 17FD 29CS 3cFL"],
    [0x2005, "Philips MR Imaging DD 006", "95CS 96IS 99SL"],
    [0x700d, "CANON_MEC_MR3", "05DS 0cCS"],
    [0x0021, "SIEMENS MR SDS 01", "53FD feSQ"],
    [0x0021, "SIEMENS MR SDI 02", "53FD feSQ"],
    [
      0x0065,
      "Image Private Header",
      "00UL 02LO 03LO 04SH 05SH 07OB 09FD 0aFD 0dSH 11SH 13FD 14DS 16UL 17LO 18LO 23LO 25DS 2bLT 2cIS 2dST 2eLO " +
        "2fFL 31SH 32SH 33SH 36OB 37FD 38FD 39SH 40LO 41LT 50DS 51SQ",
    ],
  ];
