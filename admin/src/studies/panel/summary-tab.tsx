// What the study is, whose it is when somebody asks, and what was ordered for it.
import VisibilityOutlined from "@mui/icons-material/VisibilityOutlined";
import { Box, Button, Stack, Typography } from "@mui/material";
import { fileSize, PhiCell, phiTitle, say, shortId, TimeText, usePhiVault } from "@thalamus/sdk/ui";
import { useNotify } from "react-admin";
import type { StudyRow } from "../../api.gen.ts";
import { lazyPage } from "../../layout/lazy-page.tsx";
import { seriesWords } from "../count-words.ts";
import { GroupTag } from "../study-columns.tsx";
import { StudyIdLink } from "../study-id-link.tsx";
import { StudyStable } from "../study-stable.tsx";
import { Fact, Facts } from "./facts.tsx";
import { OrderList } from "./order-list.tsx";
import type { StudyTabProps } from "./study-panel.tsx";

const ImagesSection = lazyPage<{ study: StudyRow }>(() => import("../../images/images-section.tsx"));

export function SummaryTab({ story: { study, orders, steps, lateStudies } }: StudyTabProps) {
  const { format, receivedAt, stableAt, source, modalities, seriesCount, instanceCount, bytes, revision } =
    study;
  const { lateOf } = study;
  return (
    <Stack spacing={3.5}>
      <Box component="section" aria-label={say("Study")}>
        <Facts stacked>
          <Fact name={say("Received")}>
            <TimeText at={receivedAt} />
          </Fact>
          <Fact name={say("Stable")}>
            {stableAt === null ? <StudyStable study={study} /> : <TimeText at={stableAt} />}
          </Fact>
          <Fact name={say("Source")}>{source || say("upload")}</Fact>
          <Fact name={say("Format")}>{format === "nifti" ? "NIfTI" : "DICOM"}</Fact>
          <Fact name={say("Products")}>{study.products.join(", ") || say("none chosen")}</Fact>
          <Fact name={say("Group")}>
            <GroupTag groupId={study.groupId} />
          </Fact>
          <Fact name={say("Modalities")}>{modalities.join(", ") || say("not known")}</Fact>
          <Fact name={say("Images")}>
            {say("%{images} in %{series}, %{size}", {
              images: instanceCount,
              series: seriesWords(seriesCount),
              size: fileSize(bytes),
            })}
          </Fact>
          <Fact name={say("Revision")}>
            {revision === 1 ? "1" : say("%{revision}; images came again after it was complete", { revision })}
          </Fact>
          {lateOf !== null && (
            <Fact name={say("Came too late for")}>
              <StudyIdLink id={lateOf} />
            </Fact>
          )}
          {lateStudies.length > 0 && (
            <Fact name={say("Later images are in")}>
              <Stack direction="row" spacing={1}>
                {lateStudies.map((id) => (
                  <StudyIdLink key={id} id={id} />
                ))}
              </Stack>
            </Fact>
          )}
        </Facts>
      </Box>
      <ImagesSection study={study} />
      <Patient study={study} />
      <OrderList orders={orders} steps={steps} />
    </Stack>
  );
}

function Patient({ study }: { study: StudyRow }) {
  const vault = usePhiVault();
  const notify = useNotify();
  const revealAll = () => {
    const failed = () => notify(say("The values could not be read. Try again."), { type: "error" });
    vault.reveal(study.id, study.phi).catch(failed);
  };
  return (
    <Box component="section" aria-labelledby="patient-heading">
      <Box sx={{ display: "flex", alignItems: "center", justifyContent: "space-between", mb: 1 }}>
        <Typography variant="h2" component="h3" id="patient-heading">
          {say("Patient and examination")}
        </Typography>
        <Button
          size="small"
          startIcon={<VisibilityOutlined />}
          onClick={revealAll}
          disabled={study.phi.length === 0}
        >
          {say("Reveal all")}
        </Button>
      </Box>
      {study.phi.length === 0 ? (
        <Typography sx={{ color: "text.secondary" }}>
          {say("The images hold nothing that identifies a patient.")}
        </Typography>
      ) : (
        <Facts>
          {study.phi.map((field) => (
            <Fact key={field} name={phiTitle(field)}>
              <PhiCell
                studyId={study.id}
                fields={[field]}
                available={study.phi}
                what={say("%{value} of study %{id}", {
                  value: phiTitle(field),
                  id: shortId(study.id),
                })}
              />
              <Origin from={study.valuesFrom[field]} field={field} />
            </Fact>
          ))}
        </Facts>
      )}
    </Box>
  );
}

/** A-253 Form before sidecar before images: each value says where it stood. */
function Origin({ from, field }: { from: StudyRow["valuesFrom"][string] | undefined; field: string }) {
  // a study name is given with an upload and nowhere else
  if (from === undefined && field === "studyName") return null;
  const words =
    from === undefined
      ? say("from the images")
      : from === "correction"
        ? say("corrected by hand")
        : from === "form"
          ? say("from the form")
          : say("from the sidecar");
  return (
    <Box component="span" sx={{ ml: 1, color: "text.secondary", fontSize: "0.8125rem" }}>
      {words}
    </Box>
  );
}
