// A file of a NIfTI study that cannot be read; the message says why, without a value of the file.

export class UnreadableNifti extends Error {
  override readonly name = "UnreadableNifti";
}
