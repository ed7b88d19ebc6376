// The part of dcmjs that is used: its dictionary as plain objects.
declare module "dcmjs/dictionary" {
  const entries: Readonly<
    Record<
      string,
      { readonly tag: string; readonly vr?: string; readonly name: string; readonly version?: string }
    >
  >;
  export default entries;
}
