// X-021 Until when the certificates of the DICOM listeners are valid, beside that of the console.
import { Alert, Box, Link, Typography } from "@mui/material";
import { say, sayWith, TimeText } from "@thalamus/sdk/ui";
import type { GetStatusAnswer } from "../api.gen.ts";

const SOON_MS = 30 * 86_400_000;

export function ListenerCertificates({ listeners }: Pick<GetStatusAnswer, "listeners">) {
  const secured = listeners.filter((one) => one.health?.expiresAt !== undefined);
  if (secured.length === 0) return null;
  return (
    <Box component="section" aria-label={say("Certificates of DICOM listeners")}>
      <Typography variant="h3" sx={{ mb: 1 }}>
        {say("Certificates of DICOM listeners")}
      </Typography>
      <Box component="ul" sx={{ m: 0, pl: 2.5, fontSize: "0.875rem" }}>
        {secured.map(({ name, health, certificate }) => (
          <li key={name}>
            {sayWith("%{name}: valid until %{time}", {
              name,
              time: <TimeText at={health?.expiresAt ?? ""} />,
            })}
            {certificate !== undefined && (
              <>
                {" "}
                <Link href={certificate} download aria-label={say("Certificate of %{name}", { name })}>
                  {say("Download")}
                </Link>
              </>
            )}
            {isSoon(health?.expiresAt) && (
              <Alert severity="warning" sx={{ py: 0, my: 0.5 }}>
                {say(
                  "It ends within 30 days or has ended. Exchange its files; they are read without a restart.",
                )}
              </Alert>
            )}
          </li>
        ))}
      </Box>
    </Box>
  );
}

const isSoon = (at: string | undefined): boolean => Date.parse(at ?? "") - Date.now() < SOON_MS;
