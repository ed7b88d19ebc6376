// The products of this hub: version, intended use, image, and changing the image.
import BlockOutlined from "@mui/icons-material/BlockOutlined";
import CheckCircleOutlined from "@mui/icons-material/CheckCircleOutlined";
import ErrorOutlined from "@mui/icons-material/ErrorOutlined";
import SyncOutlined from "@mui/icons-material/SyncOutlined";
import { Alert, Box, Paper, Typography } from "@mui/material";
import { ErrorState, Late, MONO, say, ToneChip } from "@thalamus/sdk/ui";
import { useState } from "react";
import { ActButton } from "../acts/act-button.tsx";
import type { ListProductsAnswer, ProductInfo } from "../api.gen.ts";
import { ListSkeleton } from "../list/list-skeleton.tsx";
import { useReading } from "../list/reading.ts";
import { RollBackDialog, UpdateImageDialog } from "./image-dialogs.tsx";
import { changeWords, intendedUseWords, shortImage } from "./product-words.ts";

/** The hub tells of changes; products that somebody installs by hand are found by looking. */
const LOOK_MS = { changing: 2000, idle: 60_000 } as const;

const isChanging = ({ change }: ProductInfo): boolean => change?.state === "running";

export function ProductList() {
  const { data, error, refetch } = useReading<ListProductsAnswer>("products", "/api/products", {
    everyMs: (known) => (known?.data.some(isChanging) ? LOOK_MS.changing : LOOK_MS.idle),
  });
  return (
    <Box component="section" aria-labelledby="products-heading">
      <Typography variant="h2" id="products-heading" sx={{ mt: 4, mb: 1.5 }}>
        {say("Products")}
      </Typography>
      {error && (
        <ErrorState
          title={say("The products could not be read")}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      <Paper variant="outlined" sx={{ borderRadius: 1.5 }}>
        {!data && !error && (
          <Late>
            <ListSkeleton rows={2} />
          </Late>
        )}
        <Box component="ul" aria-label={say("Products")} sx={{ listStyle: "none", m: 0, p: 0 }}>
          {data?.data.map((product) => (
            <ProductLine key={product.id} product={product} />
          ))}
        </Box>
        {data?.total === 0 && (
          <Typography sx={{ p: 2, color: "text.secondary" }}>
            {say("No plugin of this hub runs products.")}
          </Typography>
        )}
      </Paper>
    </Box>
  );
}

function ProductLine({ product }: { product: ProductInfo }) {
  const { id, name, version, summary, intendedUse, license, image, entry, problem, change } = product;
  return (
    <Box component="li" aria-label={name} sx={LINE}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1.25 }}>
        <Typography variant="h3">{name}</Typography>
        <span>{version}</span>
        {problem !== null && <ToneChip tone="neutral" icon={BlockOutlined} word={say("Cannot be ordered")} />}
        {change && <ChangeChip change={change} />}
        <Box sx={{ flex: 1 }} />
        <ImageActs product={product} />
      </Box>
      {summary !== "" && <span>{summary}</span>}
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: "2px 20px", color: "text.secondary" }}>
        <code>{id}</code>
        {intendedUse !== null && (
          <span>{say("intended use: %{intendedUse}", { intendedUse: intendedUseWords(intendedUse) })}</span>
        )}
        {license !== null && <span>{license}</span>}
        <span>{say("run by %{entry}", { entry })}</span>
        {image !== null && (
          <Box component="code" title={image} sx={{ fontFamily: MONO, overflowWrap: "anywhere" }}>
            {shortImage(image)}
          </Box>
        )}
      </Box>
      {problem !== null && <span>{problem}</span>}
      {change?.state === "failed" && (
        <Alert severity="error" variant="outlined">
          {change.message} {change.code !== null && <code>{change.code}</code>}
          {say("Nothing was changed.")}
        </Alert>
      )}
    </Box>
  );
}

function ImageActs({ product }: { product: ProductInfo }) {
  const [asking, setAsking] = useState<"update" | "rollback">();
  if (!product.changeable) return null;
  const whyNot = isChanging(product) ? say("Its image is being changed.") : "";
  const first = product.earlier.length === 0 ? say("There is no image before this one.") : "";
  const close = () => setAsking(undefined);
  return (
    <>
      <ActButton
        aria-label={say("Update the image of %{name}", { name: product.name })}
        whyNot={whyNot}
        onAct={() => setAsking("update")}
      >
        {say("Update image")}
      </ActButton>
      <ActButton
        color="warning"
        aria-label={say("Roll back the image of %{name}", { name: product.name })}
        whyNot={whyNot || first}
        onAct={() => setAsking("rollback")}
      >
        {say("Roll back")}
      </ActButton>
      {asking === "update" && <UpdateImageDialog product={product} onClose={close} />}
      {asking === "rollback" && <RollBackDialog product={product} onClose={close} />}
    </>
  );
}

function ChangeChip({ change }: { change: NonNullable<ProductInfo["change"]> }) {
  const word = changeWords(change);
  if (change.state === "running") return <ToneChip tone="work" icon={SyncOutlined} word={word} busy />;
  return change.state === "done" ? (
    <ToneChip tone="good" icon={CheckCircleOutlined} word={word} />
  ) : (
    <ToneChip tone="bad" icon={ErrorOutlined} word={word} />
  );
}

const LINE = {
  display: "grid",
  gap: 0.75,
  px: 2,
  py: 1.5,
  fontSize: "0.875rem",
  "& + &": { borderTop: 1, borderColor: "divider" },
} as const;
