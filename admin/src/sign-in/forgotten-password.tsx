// What somebody can do whose password does not work, before they are in.

import { Box, Button, Typography } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { useId, useState } from "react";

/** */
export function ForgottenPassword() {
  const [shown, setShown] = useState(false);
  const id = useId();
  return (
    <Box>
      <Button
        size="small"
        aria-expanded={shown}
        aria-controls={shown ? id : undefined}
        onClick={() => setShown(!shown)}
      >
        {say("Forgotten your password?")}
      </Button>
      {shown && (
        <Box id={id} sx={{ mt: 1, fontSize: "0.875rem", "& ul": { mt: 0.5, mb: 1, pl: 2.5 } }}>
          <Typography variant="body2" sx={{ fontWeight: 600 }}>
            {say("The password of an account of this hub")}
          </Typography>
          <ul>
            <li>{say("An administrator gives you a new one on the page Access.")}</li>
            <li>
              {say(
                "There is no administrator left: whoever runs the hub starts it once with THALAMUS_ADMIN_PASSWORD, which sets the password of admin.",
              )}
            </li>
          </ul>
          <Typography variant="body2" sx={{ fontWeight: 600 }}>
            {say("The password of the cloud's service account")}
          </Typography>
          <ul>
            <li>
              {say(
                "In the cloud's portal choose Forgot password; a code comes by mail to its administrator.",
              )}
            </li>
            <li>
              {say(
                "The new one has 15 characters or more, with lower case, upper case, a digit and a special character.",
              )}
            </li>
            <li>{say("Sign in here with the new one: the hub takes it over for the cloud, too.")}</li>
          </ul>
        </Box>
      )}
    </Box>
  );
}
