// Sign-in with a local account: says plainly what went wrong and how long to wait.
import { Alert, Button, Stack, TextField } from "@mui/material";
import { ApiFault, locale, say } from "@thalamus/sdk/ui";
import { type SyntheticEvent, useEffect, useRef, useState } from "react";
import { useLogin } from "react-admin";

export interface SignInFormProps {
  /** Single sign-on stands above it. */
  readonly isSecond: boolean;
  /** Somebody tries to sign in. */
  readonly onTry: () => void;
}

export function SignInForm({ isSecond, onTry }: SignInFormProps) {
  const signIn = useLogin();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const { seconds, start } = useCountdown();
  const nameField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // a browser may have filled in the name by itself
    (nameField.current?.value ? passwordField : nameField).current?.focus();
  }, []);
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (busy || seconds > 0) return;
    const empty = name.trim() === "" ? nameField : password === "" ? passwordField : undefined;
    if (empty) {
      setProblem(say("Enter your name and your password."));
      empty.current?.focus();
      return;
    }
    setBusy(true);
    setProblem("");
    onTry();
    try {
      await signIn({ name: name.trim(), password });
    } catch (error) {
      const fault = error instanceof ApiFault ? error : undefined;
      if (fault?.waitSeconds !== undefined) start(fault.waitSeconds);
      else if (fault?.code === "access.refused") setProblem(say("Name or password is wrong."));
      else setProblem(fault?.message ?? say("Signing in failed."));
      setPassword("");
      passwordField.current?.focus();
    } finally {
      setBusy(false);
    }
  };
  const waiting =
    seconds > 0
      ? say("Too many wrong passwords. You can try again %{when}.", { when: whenWords(seconds) })
      : "";
  const message = waiting || problem;
  return (
    <Stack component="form" noValidate onSubmit={(event: SyntheticEvent) => void submit(event)} spacing={2.5}>
      {message !== "" && <Alert severity={waiting === "" ? "error" : "warning"}>{message}</Alert>}
      <TextField
        label={say("Name")}
        autoComplete="username"
        fullWidth
        value={name}
        onChange={(event) => setName(event.target.value)}
        inputRef={nameField}
        slotProps={{ htmlInput: { autoCapitalize: "none", spellCheck: false } }}
      />
      <TextField
        label={say("Password")}
        type="password"
        autoComplete="current-password"
        fullWidth
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        inputRef={passwordField}
      />
      <Button
        type="submit"
        variant={isSecond ? "outlined" : "contained"}
        size="large"
        loading={busy}
        disabled={seconds > 0}
      >
        {say("Sign in")}
      </Button>
    </Stack>
  );
}

/** A long wait tells the time at which it ends; a short one counts. */
function whenWords(seconds: number): string {
  if (seconds < 60) return say("in %{seconds} s", { seconds });
  const at = new Date(Date.now() + seconds * 1000);
  const time = at.toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit" });
  return say("at %{time}, in %{value} minutes", { time, value: Math.ceil(seconds / 60) });
}

/** Counts whole seconds down to zero. */
function useCountdown(): { seconds: number; start: (seconds: number) => void } {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (seconds === 0) return;
    const timer = setTimeout(() => setSeconds(seconds - 1), 1000);
    return () => clearTimeout(timer);
  }, [seconds]);
  return { seconds, start: setSeconds };
}
