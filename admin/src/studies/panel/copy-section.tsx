// One de-identified copy: its manifest with checksum and place in the chain, and how often each rule changed something.
import DownloadOutlined from "@mui/icons-material/DownloadOutlined";
import { Box, Button, Table, TableBody, TableCell, TableHead, TableRow, Typography } from "@mui/material";
import { CopyButton, fileSize, MONO, numberText, say } from "@thalamus/sdk/ui";
import { useMay } from "../../acts/permission.ts";
import type { CopyRow } from "../../api.gen.ts";
import { Fact, Facts } from "./facts.tsx";

export function CopySection({ copy }: { copy: CopyRow }) {
  const may = useMay();
  const { id, files, bytes, manifest, rules, revision } = copy;
  return (
    <Box sx={{ mt: 2 }}>
      <Facts>
        <Fact name={say("Copy")}>
          {say("%{count} image |||| %{count} images", { count: files })}, {fileSize(bytes)}
        </Fact>
        <Fact name={say("Manifest")}>
          {manifest.number === null
            ? say("not in the chain")
            : say("number %{number} of this site", { number: manifest.number })}
          , {fileSize(manifest.bytes)}
        </Fact>
        <Fact name="SHA-256">
          <Box component="code" sx={{ fontFamily: MONO, fontSize: "0.8125rem" }}>
            {manifest.sha256}
          </Box>
          <CopyButton text={manifest.sha256} what={say("checksum of the manifest")} />
        </Fact>
      </Facts>
      {may("copies.manifest") && (
        <Button
          size="small"
          variant="outlined"
          startIcon={<DownloadOutlined />}
          href={`/api/copies/${id}/manifest`}
          download
          sx={{ mt: 1 }}
        >
          {say("Manifest")}
        </Button>
      )}
      <Typography variant="h3" component="h4" sx={{ mt: 2.5, mb: 0.5 }}>
        {say("Elements changed, by rule")}
      </Typography>
      {rules.length === 0 ? (
        <Box sx={{ color: "text.secondary" }}>{say("None.")}</Box>
      ) : (
        <Table
          size="small"
          aria-label={say("Elements changed, revision %{revision}", { revision })}
          sx={{ mx: -1, width: "auto" }}
        >
          <TableHead>
            <TableRow>
              <TableCell>{say("Rule")}</TableCell>
              <TableCell align="right">{say("Elements")}</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {rules.map(({ rule, elements }) => (
              <TableRow key={rule}>
                <TableCell component="th" scope="row">
                  {rule}
                </TableCell>
                <TableCell align="right">{numberText(elements)}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
    </Box>
  );
}
