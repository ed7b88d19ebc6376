// De-identifies a folder the way dcmjs offers it: read, cleanTags, write. Usage: dcmjs-cleaner.cjs FROM TO
const { readdirSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const dcmjs = require("dcmjs");

dcmjs.log.setLevel("silent");
const [from, to] = process.argv.slice(2);
for (const name of readdirSync(from)) {
  const bytes = readFileSync(join(from, name));
  const file = dcmjs.data.DicomMessage.readFile(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
  );
  dcmjs.anonymizer.cleanTags(file.dict);
  writeFileSync(join(to, name), Buffer.from(file.write()));
}
