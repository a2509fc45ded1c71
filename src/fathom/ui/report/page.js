// What the report shows, from the data in the page.

const data = JSON.parse(document.getElementById("data").textContent);
const told = data.told;
const summary = told.summary;
const quote = summary.quote;
const by = (id) => document.getElementById(id);

// -- Words for numbers --

const signed = (value, decimals) => (value > 0 ? "+" : value < 0 ? "−" : "") + number(Math.abs(value), decimals);
const minus = (text) => text.replace("-", "−");
const share = (value, decimals = 1) => (value === null ? "–" : `${minus(number(value * 100, decimals))} %`);
const bps = (value) => (value === null ? "–" : `${signed(value, 2)} bp`);
const sense = (value) => (value > 0 ? "up" : value < 0 ? "down" : "");
// A decimal text without the zeros that it ends on; Python writes tiny ones with an exponent.
function plain(text) {
  const written = text.includes("E") ? Number(text).toFixed(18) : text;
  return minus(written.includes(".") ? written.replace(/0+$/, "").replace(/\.$/, "") : written);
}
function took(ns) {
  if (ns === null) return "–";
  for (const [unit, size] of [["s", 1e9], ["ms", 1e6], ["µs", 1e3]]) {
    if (ns >= size) return `${(ns / size).toPrecision(3).replace(/e.*/, "")} ${unit}`;
  }
  return `${ns} ns`;
}
function span(seconds) {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
const moment = (ms) => new Date(ms).toISOString().replace("T", " ").slice(0, 23);
const day = (ns) => (ns === null ? "" : new Date(ns / 1e6).toISOString().replace("T", " ").slice(0, 19));

// -- Tables --

// `columns`: [heading, how to write a row's cell, class?]; a cell is a text, or [text, class].
function table(host, caption, columns, rows, options = {}) {
  if (!rows.length) return;
  const scroll = html("div", undefined, "scroll");
  const made = html("table", undefined, options.wrap ? "wrap" : "");
  if (caption) made.append(html("caption", caption));
  const head = made.createTHead().insertRow();
  for (const [heading, , className] of columns) head.append(html("th", heading, className || ""));
  const body = made.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    if (row.sum) line.className = "sum";
    for (const [, write, className] of columns) {
      const cell = write(row);
      const [text, extra] = Array.isArray(cell) ? cell : [cell, ""];
      line.append(html("td", text, [className || "", extra].join(" ").trim()));
    }
  }
  scroll.append(made);
  host.append(scroll);
}

function tabs(host, names, choose) {
  const buttons = names.map((name, place) => {
    const button = html("button", name);
    button.type = "button";
    button.addEventListener("click", () => select(place));
    host.append(button);
    return button;
  });
  function select(place) {
    buttons.forEach((button, other) => button.setAttribute("aria-pressed", String(other === place)));
    choose(place);
  }
  if (names.length) select(0);
}

// -- Head and tiles --

by("run").textContent = told.run_id;
by("when").textContent =
  `${told.mode} · ${day(summary.first_ns)} to ${day(summary.last_ns)} UTC · ${span(summary.seconds)} · ` +
  `${number(told.entries, 0)} entries · fathom ${told.version}`;
by("state").textContent = told.state;

const equity = summary.equity;
const total = summary.total;
function tile(name, value, detail, className) {
  const made = html("div", undefined, "tile");
  made.append(html("span", name), html("b", value, className || ""), html("small", detail || " "));
  by("tiles").append(made);
}
const money = (value) => number(value, Math.abs(value) >= 1000 ? 2 : 4);
tile(`Equity, ${quote}`, equity.last === null ? "–" : money(equity.last),
  equity.first === null ? "something held has no price" : `from ${money(equity.first)}`);
tile("Return", (equity.share > 0 ? "+" : "") + share(equity.share, 3), equity.flows ? `${signed(equity.flows, 2)} ${quote} brought or taken` : "of the account", sense(equity.share));
tile("PnL after fees", signed(equity.profit, 4), equity.drift === null ? "" : `and ${signed(equity.drift, 4)} by prices of what was held`, sense(equity.profit));
tile("Largest drawdown", share(equity.drawdown_share, 3), `longest ${span(equity.drawdown_longest_s)}, now ${share(equity.drawdown_now_share, 3)}`);
tile("Turnover", money(total.turnover), equity.turnover_times === null ? "" : `${number(equity.turnover_times, 2)} times equity`);
tile("Fills", number(total.fills, 0), `${share(total.maker_share)} as maker, hit rate ${share(total.hit_share)}`);
tile("Fees", money(equity.fees), `slippage ${signed(total.slippage, 4)} (${bps(total.slippage_bps)})`);
tile("Exposure", share(equity.exposure_mean), `at most ${share(equity.exposure_most)} of equity`);
tile("Sharpe", equity.sharpe === null ? "–" : number(equity.sharpe, 2),
  equity.sharpe === null ? `${equity.minutes} ${equity.minutes === 1 ? "minute is" : "minutes are"} too few` :
    `Sortino ${equity.sortino === null ? "–" : number(equity.sortino, 2)}, Calmar ${equity.calmar === null ? "–" : number(equity.calmar, 2)}`);
tile("Orders", number(total.approved, 0), `${number(total.denied, 0)} denied, ${number(total.unsure, 0)} unsure, ${number(total.amends, 0)} amends`);

// -- What only some runs have --

for (const [title, heads, rows] of data.extras) {
  const plainly = heads.every((head) => head === "");
  const columns = heads.map((head, place) => [head, (row) => row[place], place && !plainly ? "" : "left"]);
  table(by("extras"), title, columns, rows, { wrap: plainly });
}

// -- Charts over time --

const first = summary.first_ns === null ? 0 : summary.first_ns / 1e6;
const range = new Range(first, summary.last_ns / 1e6);
const curve = data.curve;
const held = data.held; // What the account would be worth if nobody had traded: [ms, value].
const shown = { column: 1 };

function ends(points, columns) {
  let least = Infinity;
  let most = -Infinity;
  for (const point of points) for (const column of columns) { least = Math.min(least, point[column]); most = Math.max(most, point[column]); }
  return least <= most ? [least, most] : [0, 0];
}

const equityChart = new TimeChart(by("equity"), range, {
  extent(low, high) {
    const [least, most] = ends(within(curve, low, high), [shown.column]);
    const beside = shown.column === 1 ? within(held, low, high) : [];
    if (!beside.length) return [least, most];
    const [lowest, highest] = ends(beside, [1]);
    return [Math.min(least, lowest), Math.max(most, highest)];
  },
  label: (value, height) => (shown.column === 4 ? share(value, Math.max(1, decimalsFor(height * 100))) : number(value, decimalsFor(height))),
  paint(group, x, y, now) {
    const points = within(curve, now.low, now.high);
    if (!points.length) return;
    const line = path(points, x, y, shown.column);
    const floor = 1e5;
    make("path", { class: "area", d: `${line}L${x(points[points.length - 1][0]).toFixed(1)} ${floor}L${x(points[0][0]).toFixed(1)} ${floor}Z` }, group);
    make("path", { class: "main", d: line }, group);
    if (shown.column === 1 && held.length) make("path", { class: "held", d: path(within(held, now.low, now.high), x, y, 1) }, group);
    if (shown.column === 2) make("line", { class: "zero", x1: 0, x2: 1e5, y1: y(0), y2: y(0) }, group);
  },
  tip(ms) {
    const point = pointAt(curve, ms);
    const beside = pointAt(held, ms);
    const holding = beside ? `\nholding ${number(beside[1], 4)}` : "";
    return point ? `${moment(point[0])}\nequity ${number(point[1], 4)}${holding}\nPnL ${signed(point[2], 4)}\nexposure ${share(point[4])}` : "";
  },
});
tabs(by("equity-tabs"), [`Equity, ${quote}`, "PnL of our fills", "Exposure"], (place) => { shown.column = [1, 2, 4][place]; equityChart.draw(); });
by("equity-legend").hidden = !held.length;

new TimeChart(by("drawdown"), range, {
  margin: 0.05,
  flush: true,
  extent: (low, high) => [-ends(within(curve, low, high), [3])[1] || -1e-9, 0],
  label: (value, height) => share(value, Math.max(1, decimalsFor(height * 100))),
  paint(group, x, y, now) {
    const points = within(curve, now.low, now.high).map((point) => [point[0], -point[3]]);
    if (!points.length) return;
    const line = path(points, x, y, 1);
    make("path", { class: "fallen", d: `${line}L${x(points[points.length - 1][0]).toFixed(1)} ${y(0)}L${x(points[0][0]).toFixed(1)} ${y(0)}Z` }, group);
    make("path", { class: "fall", d: line }, group);
  },
  tip(ms) {
    const point = pointAt(curve, ms);
    return point ? `${moment(point[0])}\n${share(-point[3], 4)}` : "";
  },
}).draw();

// -- Orders over price --

const FAR = 2; // Times the height of prices and fills.
const triangle = (x, y, up) => (up
  ? `M${x.toFixed(1)} ${(y + 3).toFixed(1)}l6 10h-12z`
  : `M${x.toFixed(1)} ${(y - 3).toFixed(1)}l6 -10h-12z`);

let drawn = null; // The symbol's chart that is shown.
if (data.charts.length) {
  for (const chart of data.charts) {
    chart.fills = data.fills.filter((fill) => fill[1] === chart.symbol).map((fill) => [fill[0], Number(fill[5]), fill[4] === "buy", fill]);
    const digits = data.fills.concat([]).filter((fill) => fill[1] === chart.symbol).map((fill) => (plain(fill[5]).split(".")[1] || "").length);
    chart.decimals = Math.max(0, ...digits, ...chart.segments.slice(0, 50).map((one) => (String(one[3]).split(".")[1] || "").length));
  }
  const scene = {
    margin: 0.08,
    extent(low, high) {
      const prices = within(drawn.prices, low, high);
      let [least, most] = prices.length ? ends(prices, [1, 2]) : [Infinity, -Infinity];
      for (const one of drawn.fills) if (one[0] >= low && one[0] <= high) { least = Math.min(least, one[1]); most = Math.max(most, one[1]); }
      // An order far from the market must not press the market flat: it is out of the picture.
      const reach = least <= most ? [least - FAR * (most - least), most + FAR * (most - least)] : [-Infinity, Infinity];
      for (const one of drawn.segments) {
        if (one[1] < low || one[0] > high || one[3] < reach[0] || one[3] > reach[1]) continue;
        least = Math.min(least, one[3]);
        most = Math.max(most, one[3]);
      }
      return least <= most ? [least, most] : [0, 1];
    },
    label: (value, height) => number(value, Math.min(decimalsFor(height), drawn.decimals + 1)),
    paint(group, x, y, now) {
      const prices = within(drawn.prices, now.low, now.high);
      if (prices.length) {
        const end = x(now.high).toFixed(1);
        const bid = `${steps(prices, x, y, 1)}H${end}`;
        const ask = `${steps(prices, x, y, 2)}H${end}`;
        const back = prices.map((point) => point).reverse();
        let down = `V${y(prices[prices.length - 1][1]).toFixed(1)}`;
        for (let place = 0; place < back.length; place++) {
          down += `H${x(back[place][0]).toFixed(1)}`;
          if (place + 1 < back.length) down += `V${y(back[place + 1][1]).toFixed(1)}`;
        }
        make("path", { class: "spread", d: `${ask}${down}Z` }, group);
        make("path", { class: "edge", d: ask }, group);
        make("path", { class: "edge", d: bid }, group);
      }
      const lines = { true: "", false: "" };
      const turns = { true: "", false: "" };
      const before = {};
      for (const [from, to, buy, price, , order] of drawn.segments) {
        const last = before[order];
        before[order] = [to, price];
        if (to < now.low || from > now.high) continue;
        const left = Math.max(x(from), -10);
        const right = Math.max(Math.min(x(to), 1e5), left + 1.2);
        lines[buy] += `M${left.toFixed(1)} ${y(price).toFixed(1)}H${right.toFixed(1)}`;
        if (last && last[0] === from) turns[buy] += `M${x(from).toFixed(1)} ${y(last[1]).toFixed(1)}V${y(price).toFixed(1)}`;
      }
      for (const buy of [true, false]) {
        const name = buy ? "bids" : "asks";
        make("path", { class: `turns ${name}`, d: turns[buy] || "M0 0" }, group);
        make("path", { class: `orders ${name}`, d: lines[buy] || "M0 0" }, group);
      }
      const marks = { true: "", false: "" };
      for (const [ms, price, buy] of drawn.fills) if (ms >= now.low && ms <= now.high) marks[buy] += triangle(x(ms), y(price), buy);
      make("path", { class: "fillmark bought", d: marks[true] || "M0 0" }, group);
      make("path", { class: "fillmark sold", d: marks[false] || "M0 0" }, group);
    },
    tip(ms, price, msPerPixel, pricePerPixel) {
      const lines = [moment(ms)];
      const at = pointAt(drawn.prices, ms);
      if (at) lines.push(`bid ${number(at[1], drawn.decimals)}  ask ${number(at[2], drawn.decimals)}`);
      let near = 0;
      for (const [from, to, buy, level, qty, order, end] of drawn.segments) {
        if (ms < from - 3 * msPerPixel || ms > to + 3 * msPerPixel || Math.abs(level - price) > 6 * pricePerPixel || near >= 4) continue;
        near += 1;
        lines.push(`${buy ? "bid" : "ask"} ${number(level, drawn.decimals)} × ${qty}  ${drawn.orders[order]}, ${end}`);
      }
      for (const [time, level, , fill] of drawn.fills) {
        if (Math.abs(time - ms) > 8 * msPerPixel || Math.abs(level - price) > 16 * pricePerPixel || near >= 8) continue;
        near += 1;
        lines.push(`${fill[4] === "buy" ? "bought" : "sold"} ${plain(fill[6])} at ${plain(fill[5])}  ${fill[3]} (${fill[7]})`);
      }
      return lines.join("\n");
    },
  };
  let chart = null;
  tabs(by("symbol-tabs"), data.charts.map((one) => one.symbol), (place) => {
    drawn = data.charts[place];
    by("orders-left-out").textContent = drawn.left_out ? `${number(drawn.left_out, 0)} older pieces of orders are left out; the journal has them all.` : "";
    if (!chart) chart = new TimeChart(by("orders"), range, scene);
    chart.draw();
  });
} else {
  by("orders-section").remove();
}

// -- Tables --

const tallyColumns = (name) => [
  [name, (row) => row.name, "left"],
  ["orders", (row) => number(row.approved, 0)],
  ["amends", (row) => number(row.amends, 0)],
  ["denied", (row) => number(row.denied, 0)],
  ["fills", (row) => number(row.fills, 0)],
  ["turnover", (row) => number(row.turnover, 2)],
  ["maker", (row) => share(row.maker_share)],
  ["fees", (row) => number(row.fees, 4)],
  ["PnL", (row) => [signed(row.profit, 4), sense(row.profit)]],
  ["hit rate", (row) => share(row.hit_share)],
  ["slippage", (row) => bps(row.slippage_bps)],
  ["drawdown", (row) => number(row.drawdown, 4)],
  ["position, mean", (row) => number(row.position_mean, 2)],
  ["at most", (row) => number(row.position_most, 2)],
  ["answer p50", (row) => took(row.answered_p50_ns)],
  ["p99", (row) => took(row.answered_p99_ns)],
];
const sum = { ...total, sum: true };
if (summary.strategies.length) {
  table(by("tallies"), `By strategy, ${quote}`, tallyColumns("strategy"), [...summary.strategies, sum]);
  table(by("tallies"), `By symbol, ${quote}`, tallyColumns("symbol"), [...summary.symbols, sum]);
  table(by("tallies"), "Positions, of our own fills", [
    ["strategy", (row) => row.strategy, "left"],
    ["symbol", (row) => row.symbol, "left"],
    ["quantity", (row) => plain(row.qty)],
    ["lots", (row) => number(row.lots, 0)],
    ["average", (row) => (row.average === null ? "–" : String(Number(row.average.toPrecision(8))))],
    ["realised", (row) => [signed(Number(row.realised), 4), sense(Number(row.realised))]],
    ["unrealised", (row) => (row.unrealised === null ? "–" : [signed(Number(row.unrealised), 4), sense(Number(row.unrealised))])],
    ["fees", (row) => number(Number(row.fees), 4)],
  ], summary.positions);
} else {
  by("tallies").append(html("p", "No order was wanted.", "dim"));
}

const costs = [
  { name: "fees", value: number(equity.fees, 4), of: total.turnover ? bps((equity.fees / total.turnover) * 1e4) : "–" },
  { name: "slippage against the mid at decision", value: signed(total.slippage, 4), of: bps(total.slippage_bps) },
  { name: "both", value: signed(equity.fees + total.slippage, 4), of: total.turnover ? bps(((equity.fees + total.slippage) / total.turnover) * 1e4) : "–", sum: true },
];
table(by("costs"), `Costs, ${quote}`, [
  ["", (row) => row.name, "left"], ["paid", (row) => row.value], ["of turnover", (row) => row.of],
], costs);
table(by("costs"), "", [
  ["fee tier", (row) => row.symbol, "left"], ["maker", (row) => share(Number(row.maker_share), 2)],
  ["taker", (row) => share(Number(row.taker_share), 2)], ["30 days, USD", (row) => number(Number(row.volume_usd), 0)],
], summary.fee_tiers);
table(by("holdings"), "What is held", [
  ["asset", (row) => row.asset, "left"],
  ["held", (row) => plain(row.held)],
  [`worth, ${quote}`, (row) => (row.worth === null ? "–" : number(row.worth, 2))],
  ["fees paid in it", (row) => (Number(row.fees) ? plain(row.fees) : "")],
  ["unexplained", (row) => (Number(row.unexplained) ? [plain(row.unexplained), "down"] : "")],
], summary.holdings);

// -- Latency --

if (summary.latency.length) {
  table(by("latency-table"), "", [
    ["request", (row) => row.request, "left"], ["stage", (row) => row.stage, "left"], ["count", (row) => number(row.count, 0)],
    ["p50", (row) => took(row.p50_ns)], ["p90", (row) => took(row.p90_ns)], ["p99", (row) => took(row.p99_ns)],
    ["p99.9", (row) => took(row.p999_ns)], ["most", (row) => took(row.most_ns)],
  ], summary.latency);
  let bars = [];
  const host = by("latency");
  const svg = make("svg", {});
  host.append(svg);
  const draw = () => {
    const width = host.clientWidth;
    const height = host.clientHeight;
    if (!width || !bars.length) return;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.replaceChildren();
    let low = Math.log10(Math.max(bars[0][0], 1) / 1.3);
    let high = Math.log10(Math.max(bars[bars.length - 1][1], 2) * 1.3);
    const wanting = Math.max(1.2 - (high - low), 0) / 2; // A decade at least: one bar alone fills no page.
    low -= wanting;
    high += wanting;
    const most = Math.max(...bars.map((bar) => bar[2]));
    const x = (ns) => 44 + ((Math.log10(Math.max(ns, 1)) - low) / (high - low)) * (width - 56);
    const y = (count) => TOP + (1 - count / most) * (height - TOP - BOTTOM);
    for (const count of places(0, most, 4).filter((one) => Number.isInteger(one))) {
      make("line", { x1: 44, x2: width - 12, y1: y(count), y2: y(count), class: "grid" }, svg);
      make("text", { x: 38, y: y(count) + 4, "text-anchor": "end" }, svg).textContent = number(count, 0);
    }
    let last = -100;
    for (let power = Math.floor(low); power <= high; power++) {
      for (const digit of [1, 2, 5]) {
        const ns = digit * Math.pow(10, power);
        const at = x(ns);
        if (Math.log10(ns) < low || Math.log10(ns) > high || at - last < 54) continue;
        last = at;
        make("text", { x: at, y: height - 5, "text-anchor": "middle" }, svg).textContent = took(ns);
      }
    }
    for (const [from, to, count] of bars) {
      const left = x(from);
      const bar = make("rect", { x: left + 0.5, y: y(count), width: Math.max(x(to) - left - 1, 1.5), height: Math.max(height - BOTTOM - y(count), 1), class: "bar" }, svg);
      make("title", {}, bar).textContent = `${took(from)} to ${took(to)}: ${number(count, 0)}`;
    }
  };
  new ResizeObserver(draw).observe(host);
  tabs(by("latency-tabs"), data.latency.map((one) => one.name), (place) => { bars = data.latency[place].bars; draw(); });
} else {
  by("latency-section").remove();
}

// -- Fills and notes --

const FILLS_FIRST = 200;
const newest = [...data.fills].reverse();
function showFills(count) {
  const host = by("fills");
  host.replaceChildren();
  const left = data.fills_count - newest.length;
  const hint = [`${number(data.fills_count, 0)} fills, the newest first`];
  if (left > 0) hint.push(`the ${number(left, 0)} oldest are in the journal alone`);
  host.append(html("p", hint.join("; "), "dim"));
  table(host, "", [
    ["time, UTC", (row) => moment(row[0]), "left"],
    ["symbol", (row) => row[1], "left"],
    ["order", (row) => row[3], "left"],
    ["side", (row) => [row[4], row[4]], "left"],
    ["price", (row) => plain(row[5])],
    ["quantity", (row) => plain(row[6])],
    [`value, ${quote}`, (row) => number(row[8], 2)],
    ["as", (row) => row[7], "left"],
    ["fee", (row) => `${plain(row[9])} ${row[10]}`],
    ["realised", (row) => (row[11] === null ? "" : [signed(row[11], 4), sense(row[11])])],
    ["slippage", (row) => bps(row[12])],
  ], newest.slice(0, count));
  if (count < newest.length) {
    const more = html("button", `Show all ${number(newest.length, 0)}`);
    more.type = "button";
    more.addEventListener("click", () => showFills(newest.length));
    host.append(more);
  }
}
if (newest.length) showFills(FILLS_FIRST);
else by("fills").append(html("p", "Nothing was filled.", "dim"));

if (told.notes.length) {
  table(by("notes"), "", [
    ["time, UTC", (row) => moment(row.time_ns / 1e6), "left"], ["", (row) => row.text, "left"],
  ], told.notes, { wrap: true });
  if (told.notes_left_out) by("notes").append(html("p", `and ${number(told.notes_left_out, 0)} more`, "dim"));
} else {
  by("notes-section").remove();
}

by("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
});
