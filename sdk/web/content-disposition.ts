// How an answer tells the name under which it is to be kept (RFC 6266, RFC 8187).

const LONGEST_NAME = 200;

/**
 * Value of the header Content-Disposition. A name of plain letters stands as it is; any other one as UTF-8, behind a
 * name for programs that do not know that form (RFC 6266 appendix D).
 * @param name of a file, without a folder; what no file system or header takes is replaced
 */
export function contentDisposition(name: string, place: "attachment" | "inline" = "attachment"): string {
  const whole = fileName(name);
  // a percent sign is read by some as the beginning of an encoded letter
  const plain = whole.replaceAll(/[^\x20-\x7e]|["%]/gu, "_");
  const start = `${place}; filename="${plain}"`;
  return plain === whole ? start : `${start}; filename*=UTF-8''${encoded(whole)}`;
}

function fileName(name: string): string {
  // separators of folders, signs that no header takes, and those that turn the direction of writing
  const clean = name.toWellFormed().replaceAll(/[/\\]|\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/gu, "_");
  const letters = [...clean.trim().replace(/^\.+/, "")];
  return letters.slice(0, LONGEST_NAME).join("") || "download";
}

/** RFC 8187 3.2.1: only these letters stand for themselves. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
