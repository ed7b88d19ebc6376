// The console: its pages, who may see them, and where their data comes from.
import { QueryClient } from "@tanstack/react-query";
import { callApi, darkTheme, language, lightTheme, PhiProvider, PhiVault } from "@thalamus/sdk/ui";
import { useSyncExternalStore } from "react";
import { Admin, CustomRoutes, localStorageStore, Resource } from "react-admin";
import { BrowserRouter, Route } from "react-router";
import { hubData } from "./hub-data.ts";
import { readPhi } from "./images/element-field.ts";
import { consoleTexts } from "./languages/console-texts.ts";
import { ConsoleLayout } from "./layout/console-layout.tsx";
import { lazyPage } from "./layout/lazy-page.tsx";
import { session } from "./session.ts";
import { SignInPage } from "./sign-in/sign-in-page.tsx";
import { StudiesPage } from "./studies/studies-page.tsx";

const ResultsPage = lazyPage(async () => ({
  default: (await import("./results/results-page.tsx")).ResultsPage,
}));
const ResultPage = lazyPage(async () => ({
  default: (await import("./results/result-page.tsx")).ResultPage,
}));
const GroupsPage = lazyPage(async () => ({
  default: (await import("./groups/groups-page.tsx")).GroupsPage,
}));
const GroupPage = lazyPage(async () => ({
  default: (await import("./groups/group-page.tsx")).GroupPage,
}));
const AccessPage = lazyPage(() => import("./access/access-page.tsx"));
const UploadPage = lazyPage(() => import("./uploads/upload-page.tsx"));
const DeliveriesPage = lazyPage(() => import("./deliveries/deliveries-page.tsx"));
const OrganisationsPage = lazyPage(() => import("./organisations/organisations-page.tsx"));
const OrganisationPage = lazyPage(() => import("./organisations/organisation-page.tsx"));
const AgentsPage = lazyPage(() => import("./agents/agents-page.tsx"));
const LogsPage = lazyPage(() => import("./logs/logs-page.tsx"));
const NoticesPage = lazyPage(() => import("./notices/notices-page.tsx"));
const HousekeepingPage = lazyPage(() => import("./upkeep/housekeeping-page.tsx"));
const SystemPage = lazyPage(() => import("./system/system-page.tsx"));
const PluginPage = lazyPage(() => import("./plugin-pages/plugin-page.tsx"));
const TrySignInPage = lazyPage(() => import("./sign-in/try-sign-in-page.tsx"));
const SettingsPage = lazyPage(() => import("./settings/settings-page.tsx"));

// live changes keep the pages up to date, so coming back to the window is no reason to read again
const queries = new QueryClient({
  defaultOptions: { queries: { refetchOnWindowFocus: false, retry: false } },
});

// it keeps the look and the keys of this screen and nothing else, so signing out does not empty it
const preferences = { ...localStorageStore(), reset: () => undefined };

const vault = new PhiVault(readPhi, (studyIds, fields, reason) =>
  callApi("/api/studies/reveal", { method: "POST", body: { studyIds, fields, reason } }),
);

export function App() {
  const spoken = useSyncExternalStore(language.subscribe, language.now);
  return (
    <BrowserRouter>
      <PhiProvider vault={vault}>
        <Admin
          // in another language everything is drawn anew
          key={spoken}
          i18nProvider={consoleTexts}
          title="Thalamus"
          dataProvider={hubData}
          authProvider={session}
          queryClient={queries}
          store={preferences}
          layout={ConsoleLayout}
          loginPage={SignInPage}
          theme={lightTheme}
          darkTheme={darkTheme}
          requireAuth
          disableTelemetry
        >
          <Resource name="studies" list={StudiesPage} />
          <Resource name="results" list={ResultsPage}>
            <Route path=":id" element={<ResultPage />} />
          </Resource>
          <CustomRoutes noLayout>
            <Route path="/try-sign-in" element={<TrySignInPage />} />
          </CustomRoutes>
          <CustomRoutes>
            <Route path="/groups" element={<GroupsPage />} />
            <Route path="/groups/:id" element={<GroupPage />} />
            <Route path="/upload" element={<UploadPage />} />
            <Route path="/deliveries/*" element={<DeliveriesPage />} />
            <Route path="/organisations" element={<OrganisationsPage />} />
            <Route path="/organisations/:id" element={<OrganisationPage />} />
            <Route path="/agents" element={<AgentsPage />} />
            <Route path="/logs/*" element={<LogsPage />} />
            <Route path="/notifications" element={<NoticesPage />} />
            <Route path="/housekeeping" element={<HousekeepingPage />} />
            <Route path="/system/*" element={<SystemPage />} />
            <Route path="/access" element={<AccessPage />} />
            <Route path="/plugins/*" element={<PluginPage />} />
            <Route path="/settings/*" element={<SettingsPage />} />
          </CustomRoutes>
        </Admin>
      </PhiProvider>
    </BrowserRouter>
  );
}
