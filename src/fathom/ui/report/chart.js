"use strict";
// Charts over time that share one range: wheel zooms, drag moves, a double click shows all.

const SVG = "http://www.w3.org/2000/svg";

function make(name, attributes, parent) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
  if (parent) parent.appendChild(node);
  return node;
}

function html(name, text, className) {
  const node = document.createElement(name);
  if (text !== undefined) node.textContent = text;
  if (className) node.className = className;
  return node;
}

// Round numbers at about `count` places between two ends.
function places(low, high, count) {
  const span = high - low;
  if (!(span > 0)) return [low];
  const power = Math.pow(10, Math.floor(Math.log10(span / count)));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => span / one <= count) || power * 10;
  const found = [];
  for (let at = Math.ceil(low / step) * step; at <= high + step * 1e-9; at += step) found.push(Number(at.toPrecision(12)));
  return found;
}

const STEPS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5,
  36e5, 72e5, 108e5, 216e5, 432e5, 864e5, 1728e5, 6048e5, 2592e6, 7776e6, 31536e6];

function timePlaces(low, high, count) {
  const step = STEPS_MS.find((one) => (high - low) / one <= count) || STEPS_MS[STEPS_MS.length - 1];
  const found = [];
  for (let at = Math.ceil(low / step) * step; at <= high; at += step) found.push(at);
  return { step, found };
}

function timeText(ms, step) {
  const iso = new Date(ms).toISOString();
  if (step >= 864e5) return iso.slice(0, 10);
  if (step >= 6e4) return iso.slice(11, 16);
  return step >= 1e3 ? iso.slice(11, 19) : iso.slice(11, 23);
}

function decimalsFor(span) {
  return Math.max(0, Math.min(10, 2 - Math.floor(Math.log10(span || 1)) - 1));
}

function number(value, decimals) {
  return value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

// The points from the last before `low` to the first after `high`: time is the first of each.
function within(points, low, high) {
  let from = 0;
  let to = points.length;
  while (from < to) { const half = (from + to) >> 1; if (points[half][0] < low) from = half + 1; else to = half; }
  const begin = Math.max(from - 1, 0);
  to = points.length;
  while (from < to) { const half = (from + to) >> 1; if (points[half][0] <= high) from = half + 1; else to = half; }
  return points.slice(begin, Math.min(from + 1, points.length));
}

// The last point at or before a time.
function pointAt(points, ms) {
  let from = 0;
  let to = points.length;
  while (from < to) { const half = (from + to) >> 1; if (points[half][0] <= ms) from = half + 1; else to = half; }
  return from ? points[from - 1] : null;
}

class Range {
  constructor(low, high) {
    this.all = [low, high > low ? high : low + 1000];
    this.low = this.all[0];
    this.high = this.all[1];
    this.charts = [];
  }
  set(low, high) {
    const [first, last] = this.all;
    const span = Math.max(Math.min(high - low, last - first), 5);
    low = Math.max(first, Math.min(low, last - span));
    this.low = low;
    this.high = low + span;
    for (const chart of this.charts) chart.draw();
  }
}

const LEFT = 8;
const RIGHT = 74;
const BOTTOM = 20;
const TOP = 8;

// `scene` says what to draw: extent(low, high) -> [least, most]; paint(svg, x, y); tip(ms, price) -> text; label(value).
class TimeChart {
  constructor(host, range, scene) {
    this.host = host;
    this.range = range;
    this.scene = scene;
    this.tip = html("div", "", "tip");
    this.svg = make("svg", { role: "img" });
    host.append(this.svg, this.tip);
    range.charts.push(this);
    this.listen();
    new ResizeObserver(() => this.draw()).observe(host);
  }
  x(ms) { return LEFT + ((ms - this.range.low) / (this.range.high - this.range.low)) * (this.width - LEFT - RIGHT); }
  y(value) { return TOP + ((this.most - value) / (this.most - this.least)) * (this.height - TOP - BOTTOM); }
  ms(x) { return this.range.low + ((x - LEFT) / (this.width - LEFT - RIGHT)) * (this.range.high - this.range.low); }
  draw() {
    this.width = this.host.clientWidth;
    this.height = this.host.clientHeight;
    if (!this.width) return;
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
    this.svg.replaceChildren();
    let [least, most] = this.scene.extent(this.range.low, this.range.high);
    if (!(most > least)) { const pad = Math.abs(most) * 1e-4 || 1; least -= pad; most += pad; }
    const margin = (most - least) * (this.scene.margin === undefined ? 0.06 : this.scene.margin);
    this.least = least - margin;
    this.most = most + (this.scene.flush ? 0 : margin);
    const inner = this.width - RIGHT;
    for (const value of places(this.least, this.most, Math.max(2, this.height / 55))) {
      const y = this.y(value);
      make("line", { x1: LEFT, x2: inner, y1: y, y2: y, class: "grid" }, this.svg);
      make("text", { x: inner + 6, y: y + 4 }, this.svg).textContent = this.scene.label(value, this.most - this.least);
    }
    const { step, found } = timePlaces(this.range.low, this.range.high, Math.max(2, this.width / 110));
    for (const ms of found) {
      const x = this.x(ms);
      make("line", { x1: x, x2: x, y1: TOP, y2: this.height - BOTTOM, class: "grid" }, this.svg);
      make("text", { x, y: this.height - 5, "text-anchor": "middle" }, this.svg).textContent = timeText(ms, step);
    }
    const clip = `clip-${this.host.id}`;
    const rect = make("clipPath", { id: clip }, make("defs", {}, this.svg));
    make("rect", { x: LEFT, y: TOP, width: inner - LEFT, height: this.height - TOP - BOTTOM }, rect);
    const group = make("g", { "clip-path": `url(#${clip})` }, this.svg);
    this.scene.paint(group, (ms) => this.x(ms), (value) => this.y(value), this.range);
    this.cross = make("line", { class: "cross", y1: TOP, y2: this.height - BOTTOM, visibility: "hidden" }, this.svg);
  }
  listen() {
    let grabbed = null;
    this.svg.addEventListener("wheel", (event) => {
      event.preventDefault();
      const at = this.ms(event.offsetX);
      const factor = Math.exp(Math.max(-200, Math.min(200, event.deltaY)) * 0.0025);
      this.range.set(at - (at - this.range.low) * factor, at + (this.range.high - at) * factor);
      this.point(event);
    }, { passive: false });
    this.svg.addEventListener("pointerdown", (event) => {
      grabbed = { x: event.clientX, low: this.range.low, high: this.range.high };
      this.svg.setPointerCapture(event.pointerId);
    });
    this.svg.addEventListener("pointermove", (event) => {
      if (grabbed) {
        const moved = ((grabbed.x - event.clientX) / (this.width - LEFT - RIGHT)) * (grabbed.high - grabbed.low);
        this.range.set(grabbed.low + moved, grabbed.high + moved);
      }
      this.point(event);
    });
    this.svg.addEventListener("pointerup", () => { grabbed = null; });
    this.svg.addEventListener("pointercancel", () => { grabbed = null; });
    this.svg.addEventListener("pointerleave", () => {
      this.tip.style.display = "none";
      if (this.cross) this.cross.setAttribute("visibility", "hidden");
    });
    this.svg.addEventListener("dblclick", () => this.range.set(...this.range.all));
  }
  point(event) {
    const box = this.host.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    if (x < LEFT || x > this.width - RIGHT) return;
    const value = this.most - ((y - TOP) / (this.height - TOP - BOTTOM)) * (this.most - this.least);
    const text = this.scene.tip(this.ms(x), value, (this.range.high - this.range.low) / (this.width - LEFT - RIGHT),
      (this.most - this.least) / (this.height - TOP - BOTTOM));
    this.cross.setAttribute("x1", x);
    this.cross.setAttribute("x2", x);
    this.cross.setAttribute("visibility", "visible");
    this.tip.textContent = text;
    this.tip.style.display = text ? "block" : "none";
    const width = this.tip.offsetWidth;
    this.tip.style.left = `${x + 14 + width > this.width ? x - 14 - width : x + 14}px`;
    this.tip.style.top = `${Math.max(0, Math.min(y + 10, this.height - this.tip.offsetHeight))}px`;
  }
}

function path(points, x, y, column) {
  let text = "";
  for (let place = 0; place < points.length; place++) {
    text += `${place ? "L" : "M"}${x(points[place][0]).toFixed(1)} ${y(points[place][column]).toFixed(1)}`;
  }
  return text;
}

// A price holds until the next is told.
function steps(points, x, y, column) {
  let text = "";
  for (let place = 0; place < points.length; place++) {
    const at = x(points[place][0]).toFixed(1);
    text += place ? `H${at}V${y(points[place][column]).toFixed(1)}` : `M${at} ${y(points[place][column]).toFixed(1)}`;
  }
  return text;
}
