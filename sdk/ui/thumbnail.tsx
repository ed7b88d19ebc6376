// A small picture of images, on black as they are looked at.
import ImageNotSupportedOutlined from "@mui/icons-material/ImageNotSupportedOutlined";
import { Box } from "@mui/material";
import { useState } from "react";

export interface ThumbnailProps {
  readonly address: string;
  readonly size?: number;
}

/** Words around it say what it is. */
export function Thumbnail({ address, size = 96 }: ThumbnailProps) {
  const [failed, setFailed] = useState(false);
  return (
    <Box component="span" sx={{ ...PICTURE, width: size, height: size }}>
      {failed ? (
        <ImageNotSupportedOutlined aria-hidden />
      ) : (
        <Box
          component="img"
          src={address}
          alt=""
          loading="lazy"
          draggable={false}
          onError={() => setFailed(true)}
          sx={{ width: "100%", height: "100%", objectFit: "contain" }}
        />
      )}
    </Box>
  );
}

const PICTURE = {
  display: "grid",
  placeItems: "center",
  overflow: "hidden",
  borderRadius: 0.75,
  bgcolor: "#000",
  color: "#b9c6cb",
} as const;
