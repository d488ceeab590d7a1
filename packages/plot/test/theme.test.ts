import { describe, expect, it } from 'vitest';
import { classColour, regionColour, themes } from '../src/theme.js';

const channel = (value: number): number =>
  value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;

const luminance = (colour: string): number => {
  const [r, g, b] = [1, 3, 5].map((i) =>
    channel(Number.parseInt(colour.slice(i, i + 2), 16) / 255),
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

const contrast = (a: string, b: string): number => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};

describe.each(Object.entries(themes))('the theme %s', (_, theme) => {
  it('sets every class off from the background by 3:1 or more', () => {
    expect(theme.classes).toHaveLength(10);
    for (const colour of theme.classes) {
      expect(contrast(colour, theme.background)).toBeGreaterThanOrEqual(3);
    }
  });

  it('sets text and borders off by 4.5:1, on the regions too', () => {
    for (let c = 0; c < 10; c++) {
      expect(contrast(theme.text, regionColour(theme, c))).toBeGreaterThan(4.5);
      expect(contrast(theme.border, regionColour(theme, c))).toBeGreaterThan(4.5);
    }
    expect(contrast(theme.muted, theme.background)).toBeGreaterThan(4.5);
  });

  it('starts again after ten colours, shifted', () => {
    expect(classColour(theme, 10)).toBe(theme.classes[3]);
  });
});
