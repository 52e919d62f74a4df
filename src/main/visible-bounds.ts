export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** So much of the title bar has to be on a display that a person can take hold of it. */
const GRIP_PX = 80;

/**
 * The bounds that a window was left with, where one of the displays still shows its upper edge; undefined where none does,
 * because the display was unplugged. Never larger than that display. Pure.
 */
export function fitBounds(bounds: Rectangle, workAreas: readonly Rectangle[]): Rectangle | undefined {
  const area = workAreas.find(
    (one) =>
      bounds.y >= one.y &&
      bounds.y <= one.y + one.height - GRIP_PX &&
      bounds.x + bounds.width >= one.x + GRIP_PX &&
      bounds.x <= one.x + one.width - GRIP_PX,
  );
  if (area === undefined) return undefined;
  return { ...bounds, width: Math.min(bounds.width, area.width), height: Math.min(bounds.height, area.height) };
}
