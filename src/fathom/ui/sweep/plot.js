// A plot that is drawn anew when its place changes its size: axes, a clip, and a tip for what is pointed at.

const PLOT_LEFT = 10;
const PLOT_TOP = 10;

// `scene`: x and y are { low, high, log?, label(value) }, x may have { names } instead; paint(plot) draws.
class Plot {
  constructor(host, scene) {
    this.host = host;
    this.scene = scene;
    this.svg = make("svg", { role: "img", class: "plot" });
    this.tip = html("div", "", "tip");
    host.append(this.svg, this.tip);
    new ResizeObserver(() => this.draw()).observe(host);
  }
  draw() {
    this.width = this.host.clientWidth;
    this.height = this.host.clientHeight;
    if (!this.width) return;
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
    this.svg.replaceChildren();
    this.right = this.width - (this.scene.right || 58);
    this.bottom = this.height - (this.scene.title ? 38 : 22);
    const { x, y } = this.scene;
    for (const value of places(y.low, y.high, Math.max(2, this.height / 45))) {
      const at = this.y(value);
      make("line", { x1: PLOT_LEFT, x2: this.right, y1: at, y2: at, class: value === 0 ? "zero" : "grid" }, this.svg);
      this.text(this.right + 6, at + 4, y.label(value), "start");
    }
    if (x.names) x.names.forEach((name, place) => this.text(this.x(place), this.bottom + 15, name, "middle"));
    else for (const value of this.ticks(x)) this.text(this.x(value), this.bottom + 15, x.label(value), "middle");
    make("line", { x1: PLOT_LEFT, x2: this.right, y1: this.bottom, y2: this.bottom, class: "axis" }, this.svg);
    if (this.scene.title) this.text((PLOT_LEFT + this.right) / 2, this.height - 5, this.scene.title, "middle", "axis-name");
    this.scene.paint(this);
  }
  ticks(x) {
    const count = Math.max(2, (this.right - PLOT_LEFT) / 70);
    if (!x.log) return places(x.low, x.high, count);
    const found = [];
    for (let power = Math.floor(Math.log10(x.low)); power <= Math.log10(x.high); power++) {
      for (const step of [1, 2, 5]) found.push(step * Math.pow(10, power));
    }
    const within = found.filter((value) => value >= x.low * 0.999 && value <= x.high * 1.001);
    return within.length > 1 ? within : [x.low, x.high];
  }
  x(value) {
    const { x } = this.scene;
    const inner = this.right - PLOT_LEFT - 12;
    if (x.names) return PLOT_LEFT + ((value + 0.5) / x.names.length) * (this.right - PLOT_LEFT);
    const part = x.log ? Math.log(value / x.low) / Math.log(x.high / x.low || 2) : (value - x.low) / (x.high - x.low || 1);
    return PLOT_LEFT + 6 + part * inner;
  }
  // What is beyond the ends is drawn at them.
  y(value) {
    const { y } = this.scene;
    const part = Math.max(0, Math.min(1, (value - y.low) / (y.high - y.low || 1)));
    return this.bottom - part * (this.bottom - PLOT_TOP);
  }
  text(x, y, text, anchor, className) {
    make("text", { x, y, "text-anchor": anchor, class: className || "" }, this.svg).textContent = text;
  }
  line(x1, y1, x2, y2, className) { return make("line", { x1, y1, x2, y2, class: className }, this.svg); }
  bar(x, value, width, className, tip) {
    const zero = this.y(Math.max(this.scene.y.low, Math.min(this.scene.y.high, 0)));
    const at = this.y(value);
    const rect = { x, width, y: Math.min(at, zero), height: Math.max(Math.abs(at - zero), 1), class: className };
    this.told(make("rect", rect, this.svg), tip);
  }
  dot(x, y, radius, className, tip) { this.told(make("circle", { cx: x, cy: y, r: radius, class: className }, this.svg), tip); }
  told(node, tip) {
    if (!tip) return;
    node.addEventListener("pointermove", (event) => {
      const box = this.host.getBoundingClientRect();
      const x = event.clientX - box.left;
      this.tip.textContent = tip;
      this.tip.style.display = "block";
      this.tip.style.left = `${x + 14 + this.tip.offsetWidth > this.width ? Math.max(0, x - 14 - this.tip.offsetWidth) : x + 14}px`;
      this.tip.style.top = `${Math.max(0, Math.min(event.clientY - box.top + 10, this.height - this.tip.offsetHeight))}px`;
    });
    node.addEventListener("pointerleave", () => { this.tip.style.display = "none"; });
  }
}
