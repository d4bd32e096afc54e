import { scaleLinear, scaleLog } from 'd3-scale';
import type { Plot } from './report.ts';
import { numberInWords } from './words.ts';

/** Plots as SVG, for a page: lines over two axes, each linear or logarithmic. */

const WIDTH = 720;
const HEIGHT = 400;
const FRAME = { left: 72, right: 40, top: 40, bottom: 56 };
const LINE_OF_LEGEND = 18;
const TICKS = 6;
/** Told from each other by those who do not see every colour (Okabe and Ito's palette). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'];
const INK = '#24292f';
const GRID = '#d8dee4';

type Point = readonly [number, number];
type Scale = ReturnType<typeof scaleOver>;

/** @throws RangeError for a value that its axis cannot show: zero or less on a logarithmic one, or no number. */
export function svgOf(plot: Plot): string {
  const points = plot.series.flatMap((series) => series.points);
  const legend = plot.series.length * LINE_OF_LEGEND;
  const x = scaleOver(
    plot,
    'x',
    points.map(([value]) => value),
    [FRAME.left, WIDTH - FRAME.right],
  );
  const y = scaleOver(
    plot,
    'y',
    points.map(([, value]) => value),
    [HEIGHT - FRAME.bottom, FRAME.top],
  );
  const height = HEIGHT + legend;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12" fill="${INK}">`,
    `<title>${escaped(plot.title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    text(WIDTH / 2, FRAME.top / 2 + 4, plot.title, 'text-anchor="middle" font-size="14"'),
    ...grid(x, y),
    text((FRAME.left + WIDTH - FRAME.right) / 2, HEIGHT - 16, plot.x.label, 'text-anchor="middle"'),
    text(18, (FRAME.top + HEIGHT - FRAME.bottom) / 2, plot.y.label, upright()),
    ...plot.series.flatMap((series, index) => [
      ...curve(series, colourOf(index), x, y),
      ...legendLine(series, colourOf(index), HEIGHT + index * LINE_OF_LEGEND),
    ]),
    '</svg>',
    '',
  ].join('\n');
}

function scaleOver(
  plot: Plot,
  axis: 'x' | 'y',
  values: readonly number[],
  range: readonly [number, number],
) {
  const { scale } = plot[axis];
  const fits = (value: number) => Number.isFinite(value) && (scale === 'linear' || value > 0);
  const odd = values.find((value) => !fits(value));
  if (odd !== undefined)
    throw new RangeError(`${plot.name}: ${odd} has no place on a ${scale} axis`);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return scale === 'log'
    ? scaleLog(axis === 'y' ? decadesAround(low, high) : [low, high], range)
    : scaleLinear([Math.min(0, low), high], range).nice(TICKS);
}

/** So that an axis begins and ends with a power of ten, even around one value. */
function decadesAround(low: number, high: number): readonly [number, number] {
  const begin = Math.floor(Math.log10(low));
  return [10 ** begin, 10 ** Math.max(begin + 1, Math.ceil(Math.log10(high)))];
}

function grid(x: Scale, y: Scale): readonly string[] {
  const [left, right] = [FRAME.left, WIDTH - FRAME.right];
  const [top, bottom] = [FRAME.top, HEIGHT - FRAME.bottom];
  return [
    ...ticksOf(x).flatMap((value) => [
      line([x(value), top], [x(value), bottom], GRID),
      text(x(value), bottom + 18, numberInWords(value), 'text-anchor="middle"'),
    ]),
    ...ticksOf(y).flatMap((value) => [
      line([left, y(value)], [right, y(value)], GRID),
      text(left - 8, y(value) + 4, numberInWords(value), 'text-anchor="end"'),
    ]),
  ];
}

/** Of a logarithmic axis the powers of ten alone, when it spans several. */
function ticksOf(scale: Scale): readonly number[] {
  const ticks = scale.ticks(TICKS);
  if (!('base' in scale)) return ticks;
  const powers = ticks.filter((value) =>
    Number.isInteger(Math.round(Math.log10(value) * 1e9) / 1e9),
  );
  return powers.length > 2 ? powers : ticks;
}

function curve(
  { points, reference = false }: Plot['series'][number],
  colour: string,
  x: Scale,
  y: Scale,
): readonly string[] {
  const places = points.map(([one, other]): Point => [x(one), y(other)]);
  const path = places.map((place) => place.map(rounded).join(',')).join(' ');
  const dashes = reference ? ' stroke-dasharray="6 4"' : '';
  return [
    `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"${dashes}/>`,
    ...(reference
      ? []
      : places.map(
          ([cx, cy]) => `<circle cx="${rounded(cx)}" cy="${rounded(cy)}" r="3" fill="${colour}"/>`,
        )),
  ];
}

function legendLine(
  { name, reference = false }: Plot['series'][number],
  colour: string,
  top: number,
): readonly string[] {
  return [
    line(
      [FRAME.left, top],
      [FRAME.left + 24, top],
      colour,
      reference ? ' stroke-dasharray="6 4"' : '',
    ),
    text(FRAME.left + 32, top + 4, name, ''),
  ];
}

function line([x1, y1]: Point, [x2, y2]: Point, colour: string, more = ''): string {
  return `<line x1="${rounded(x1)}" y1="${rounded(y1)}" x2="${rounded(x2)}" y2="${rounded(y2)}" stroke="${colour}"${more}/>`;
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${rounded(x)}" y="${rounded(y)}" ${attributes}>${escaped(content)}</text>`;
}

/** Along the axis of y. */
function upright(): string {
  return `text-anchor="middle" transform="rotate(-90 18 ${(FRAME.top + HEIGHT - FRAME.bottom) / 2})"`;
}

function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length] ?? INK;
}

function rounded(place: number): number {
  return Math.round(place * 10) / 10;
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
