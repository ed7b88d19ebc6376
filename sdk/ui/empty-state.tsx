// Says why there is nothing here and what to do about it.
import { Box, Typography } from "@mui/material";
import type { ElementType, ReactNode } from "react";

export interface EmptyStateProps {
  readonly icon: ElementType;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

export function EmptyState({ icon: Icon, title, children, action }: EmptyStateProps) {
  return (
    <Box sx={{ display: "grid", justifyItems: "center", gap: 1.5, paddingBlock: { xs: 5, sm: 8 }, px: 2 }}>
      <Box
        sx={{
          display: "grid",
          placeItems: "center",
          width: 56,
          height: 56,
          borderRadius: "50%",
          bgcolor: "action.hover",
          color: "text.secondary",
        }}
      >
        <Icon aria-hidden />
      </Box>
      <Typography variant="h2" component="p" sx={{ textAlign: "center" }}>
        {title}
      </Typography>
      {children !== undefined && (
        <Box sx={{ color: "text.secondary", textAlign: "center", maxWidth: 520 }}>{children}</Box>
      )}
      {action}
    </Box>
  );
}
