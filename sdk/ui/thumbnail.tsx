// A small picture of images, on black as they are looked at.
import ImageNotSupportedOutlined from "@mui/icons-material/ImageNotSupportedOutlined";
import { Box, Skeleton } from "@mui/material";
import { useState } from "react";

export interface ThumbnailProps {
  readonly address: string;
  readonly size?: number;
}

/** Words around it say what it is. */
export function Thumbnail({ address, size = 96 }: ThumbnailProps) {
  const [state, setState] = useState<"loading" | "shown" | "failed">("loading");
  return (
    <Box component="span" sx={{ ...PICTURE, width: size, height: size }}>
      {/* black alone would be taken for the picture */}
      {state === "loading" && <Skeleton variant="rectangular" sx={WAITING} />}
      {state === "failed" ? (
        <ImageNotSupportedOutlined aria-hidden />
      ) : (
        <Box
          component="img"
          src={address}
          alt=""
          loading="lazy"
          draggable={false}
          onLoad={() => setState("shown")}
          onError={() => setState("failed")}
          sx={WHOLE}
        />
      )}
    </Box>
  );
}

const PICTURE = {
  position: "relative",
  display: "grid",
  placeItems: "center",
  overflow: "hidden",
  borderRadius: 0.75,
  bgcolor: "#000",
  color: "#b9c6cb",
} as const;

const WHOLE = { width: "100%", height: "100%", objectFit: "contain" } as const;
const WAITING = { position: "absolute", inset: 0, height: "auto", bgcolor: "#37474f" } as const;
