import { describe, expect, it } from 'vitest';
import { fitBounds } from './visible-bounds.ts';

const laptop = { x: 0, y: 25, width: 1440, height: 875 };
const beside = { x: 1440, y: 0, width: 1920, height: 1080 };

describe('fitBounds', () => {
  it('leaves a window where it was', () => {
    const bounds = { x: 1500, y: 40, width: 1200, height: 800 };
    expect(fitBounds(bounds, [laptop, beside])).toEqual(bounds);
  });

  it('forgets a place on a display that is gone', () => {
    expect(fitBounds({ x: 1500, y: 40, width: 1200, height: 800 }, [laptop])).toBeUndefined();
  });

  it('forgets a place whose title bar nobody can take hold of', () => {
    expect(fitBounds({ x: 100, y: -200, width: 800, height: 600 }, [laptop])).toBeUndefined();
    expect(fitBounds({ x: -790, y: 100, width: 800, height: 600 }, [laptop])).toBeUndefined();
  });

  it('does not make a window larger than the display it is on', () => {
    expect(fitBounds({ x: 0, y: 25, width: 3000, height: 2000 }, [laptop])).toEqual(laptop);
  });
});
