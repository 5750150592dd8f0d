/** Columns and lines of the screen. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Below this nothing is drawn but the wish for more room. */
export const SMALLEST: Size = { width: 60, height: 16 };
/** From here on details stand beside the reason. */
export const WIDE = 150;

/** How the lines of the screen are shared out: a bar, the main part with its title, the pane below, and the keys. */
export interface Areas {
  readonly width: number;
  /** Lines of the main part, without its title line. */
  readonly main: number;
  /** Lines of the pane under it, without its title line; 0 when it is hidden. */
  readonly pane: number;
}

const FIXED = 3;

/** The pane as the user has it; `lines` null: by the height of the screen. */
export interface PaneShape {
  readonly size: 'shown' | 'hidden' | 'zoomed';
  readonly lines: number | null;
}

const LEAST_LINES = 3;

export function areasOf({ width, height }: Size, shape: PaneShape | 'hidden'): Areas {
  const room = height - FIXED;
  if (shape === 'hidden' || shape.size === 'hidden') return { width, main: room, pane: 0 };
  if (shape.size === 'zoomed') return { width, main: 1, pane: room - 2 };
  const usual = Math.max(5, Math.min(18, Math.round(room * 0.32)));
  const below = Math.max(LEAST_LINES, Math.min(shape.lines ?? usual, room - 1 - LEAST_LINES));
  return { width, main: room - below - 1, pane: below };
}
