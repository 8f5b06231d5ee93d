// Small pictures of numbers, as inline SVG. Who cannot see one hears what it shows.

const SVG = "http://www.w3.org/2000/svg";
const DAY = 86_400_000;
const [WIDTH, HEIGHT] = [300, 64];

function draw(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function picture(label, shapes) {
  const frame = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": label };
  return draw("svg", { class: "chart", ...frame }, ...shapes);
}

/** `count` days that end today, as `YYYY-MM-DD` (UTC). */
export function lastDays(count, today = Date.now()) {
  return Array.from({ length: count }, (_, i) => new Date(today - (count - 1 - i) * DAY).toISOString().slice(0, 10));
}

/** A bar for each of `bars`: `{parts: [{value, tone}], title}`. Its parts stand beside each other. */
export function barChart(label, bars) {
  const most = Math.max(...bars.flatMap(({ parts }) => parts.map(({ value }) => value)), 1);
  const step = WIDTH / bars.length;
  const shapes = bars.flatMap(({ parts, title }, i) =>
    parts.map(({ value, tone }, j) => {
      const width = (step * 0.8) / parts.length;
      const height = value ? Math.max((value / most) * HEIGHT, 1.5) : 0;
      const place = { x: i * step + step * 0.1 + j * width, y: HEIGHT - height, width, height };
      return draw("rect", { ...place, class: tone }, draw("title", {}, title));
    }),
  );
  return picture(label, [baseline(), ...shapes]);
}

/** A value after each of some changes, in their order, however far they are apart. */
export function stepChart(label, values) {
  const [least, most] = [Math.min(...values, 0), Math.max(...values, 1)];
  const x = (i) => (i / values.length) * WIDTH;
  const y = (value) => HEIGHT - 2 - ((value - least) / (most - least)) * (HEIGHT - 4);
  const line = values.map((value, i) => `${i ? "V" : "M0 "}${y(value)} H${x(i + 1)}`).join(" ");
  return picture(label, [baseline(), draw("path", { d: line, class: "line" })]);
}

const baseline = () => draw("path", { d: `M0 ${HEIGHT - 0.5} H${WIDTH}`, class: "base" });
