// Every file of a result with size and checksum.
import DownloadOutlined from "@mui/icons-material/DownloadOutlined";
import { Box, Button, Table, TableBody, TableCell, TableHead, TableRow, Tooltip } from "@mui/material";
import { CopyButton, fileSize, MONO, say } from "@thalamus/sdk/ui";
import type { ResultRow } from "../api.gen.ts";
import { fileAddress, fileFormat, fileTitle } from "./result-files.ts";

export function FilesTable({ result }: { readonly result: ResultRow }) {
  return (
    <Box sx={{ overflowX: "auto" }}>
      <Table size="small" aria-label={say("Files")}>
        <TableHead>
          <TableRow>
            <TableCell>{say("File")}</TableCell>
            <TableCell>{say("Format")}</TableCell>
            <TableCell align="right">{say("Size")}</TableCell>
            <TableCell>SHA-256</TableCell>
            <TableCell>{say("Action")}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {result.artifacts.map((file) => (
            <TableRow key={file.name}>
              <TableCell component="th" scope="row">
                {fileTitle(file)}
              </TableCell>
              <TableCell>{fileFormat(file)}</TableCell>
              <TableCell align="right" sx={{ whiteSpace: "nowrap" }}>
                {fileSize(file.bytes)}
              </TableCell>
              <TableCell sx={{ whiteSpace: "nowrap" }}>
                <Tooltip title={file.sha256}>
                  <Box component="span" sx={{ fontFamily: MONO, fontSize: "0.8125rem" }}>
                    {file.sha256.slice(0, 12)}…
                  </Box>
                </Tooltip>
                <CopyButton text={file.sha256} what={say("checksum")} />
              </TableCell>
              <TableCell>
                <Button
                  component="a"
                  href={fileAddress(result, file.name, true)}
                  download={file.fileName}
                  size="small"
                  startIcon={<DownloadOutlined />}
                  aria-label={say("Download %{file}", { file: fileTitle(file) })}
                >
                  {say("Download")}
                </Button>
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}
