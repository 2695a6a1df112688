// The command palette is open, or not.
export const palette = $state({ open: false });
