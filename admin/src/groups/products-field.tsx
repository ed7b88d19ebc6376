// What all studies of a group are run through; locked as soon as one is in it.
import { Box, Checkbox, FormControlLabel, Typography } from "@mui/material";
import { say } from "@thalamus/sdk/ui";

export interface ProductsFieldProps {
  readonly all: readonly string[];
  readonly chosen: readonly string[];
  readonly locked: boolean;
  readonly onChange: (chosen: readonly string[]) => void;
}

export function ProductsField({ all, chosen, locked, onChange }: ProductsFieldProps) {
  return (
    <Box component="fieldset" sx={{ border: 0, m: 0, p: 0 }}>
      <Typography component="legend" sx={{ fontWeight: 600 }}>
        {say("Products")}
      </Typography>
      <Typography variant="body2" sx={{ color: "text.secondary" }}>
        {locked
          ? say("Studies are in the group, and all of a group have the same products.")
          : say("All studies of the group are run through these.")}
      </Typography>
      {[...new Set([...all, ...chosen])].map((product) => (
        <FormControlLabel
          key={product}
          label={product}
          disabled={locked}
          control={
            <Checkbox
              checked={chosen.includes(product)}
              onChange={(_, on) =>
                onChange(on ? [...chosen, product] : chosen.filter((one) => one !== product))
              }
            />
          }
        />
      ))}
    </Box>
  );
}
