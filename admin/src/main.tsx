// Puts the console into the page; every style element it writes carries the nonce of this answer.
import createCache from "@emotion/cache";
import { CacheProvider } from "@emotion/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { startLanguage } from "./languages/languages.ts";

const nonce = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? "";
const styles = createCache({ key: "css", nonce, prepend: true });

/** In the language that is wanted from the first paint on. */
void startLanguage().then(() =>
  createRoot(document.getElementById("root")!).render(
    <StrictMode>
      <CacheProvider value={styles}>
        <App />
      </CacheProvider>
    </StrictMode>,
  ),
);
