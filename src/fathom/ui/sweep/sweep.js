// What the page of a sweep shows, from the data in it.

const told = JSON.parse(document.getElementById("data").textContent);
const by = (id) => document.getElementById(id);

// -- Words for numbers --

const minus = (text) => text.replace("-", "−");
function figure(value) {
  if (value === null || value === undefined) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e7 || size < 1e-4)) return minus(value.toExponential(2));
  return minus(number(value, size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 4));
}
const share = (value, decimals = 2) => (value === null ? "–" : `${minus(number(value * 100, decimals))} %`);
const sense = (value) => (value > 0 ? "up" : value < 0 ? "down" : "");
const moment = (ns) => new Date(ns / 1e6).toISOString().replace("T", " ").slice(0, 16);
const mean = (values) => {
  const known = values.filter((one) => one !== null);
  return known.length ? known.reduce((sum, one) => sum + one, 0) / known.length : null;
};
function span(seconds) {
  for (const [unit, size] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
    if (seconds >= size && seconds % size === 0) return seconds === size ? `${unit === "hour" ? "an" : "a"} ${unit}` : `${seconds / size} ${unit}s`;
  }
  return `${seconds} s`;
}
const written = (value) => String(value);

// -- Tables: `columns` are [heading, how to write a row's cell, class?] --

function table(host, caption, columns, rows) {
  if (!rows.length) return;
  const scroll = html("div", undefined, "scroll");
  const made = html("table");
  if (caption) made.append(html("caption", caption));
  const head = made.createTHead().insertRow();
  for (const [heading, , className] of columns) head.append(html("th", heading, className || ""));
  const body = made.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    for (const [, write, className] of columns) {
      const cell = write(row);
      const [text, extra] = Array.isArray(cell) ? cell : [cell, ""];
      line.append(html("td", text, [className || "", extra].join(" ").trim()));
    }
  }
  scroll.append(made);
  host.append(scroll);
}

// -- Head and tiles --

const best = told.best;
const held = told.held_out;
const around = told.neighbourhood;
const luck = told.deflated;
const objective = { sharpe: "Sharpe", sortino: "Sortino", calmar: "Calmar" }[told.objective] || told.objective;

by("name").textContent = `${told.name}, sweep`;
by("when").textContent = `searched ${moment(told.from_ns)} to ${moment(told.to_ns)} UTC · ${told.folds.length} folds, ${told.scheme}` +
  `${held ? ` · held out to ${moment(held.to_ns)} UTC` : ""} · bars of ${span(told.bar_s)} · ${told.sampler}, seed ${told.seed} · fathom ${told.version}`;
by("state").textContent = told.state;

function tile(name, value, detail, className) {
  const made = html("div", undefined, "tile");
  made.append(html("span", name), html("b", value, className || ""), html("small", detail || " "));
  by("tiles").append(made);
}
tile(`Best ${objective}`, best ? figure(best.score) : "–", best ? `trial ${best.number}, the mean of its ${told.folds.length} tests` : "no trial has a score", best ? sense(best.score) : "");
if (held) tile(`Held out, ${objective}`, held.why ? "failed" : figure(held.score), held.why ? held.why : `${number(held.fills, 0)} fills, ${share(held.growth)}`, held.score === null ? "" : sense(held.score));
if (luck) tile("Deflated Sharpe", luck.probability === null ? "–" : share(luck.probability, 1), `that it is no luck, of ${number(luck.trials, 0)} trials`, luck.probability === null ? "" : luck.probability >= 0.95 ? "up" : luck.probability < 0.5 ? "down" : "");
if (around) tile("Neighbourhood", around.verdict, around.kept === null ? `${around.neighbours.length} neighbours` : `neighbours keep ${share(around.kept, 0)} of the lead`, `word ${{ plateau: "up", peak: "down" }[around.verdict] || ""}`);
if (best) tile("Growth in its tests", `${best.growth > 0 ? "+" : ""}${share(best.growth)}`, `drawdown ${share(best.drawdown)}, ${number(best.fills, 0)} fills`, sense(best.growth));
tile("Trials", number(told.finished + told.failed, 0), `${number(told.scored, 0)} with a score, ${number(told.failed, 0)} failed`);

const warnings = [];
if (!best) warnings.push("No trial has a score in every test: none traded in each of them, or they are too short. Take fewer folds, or more data.");
if (held && held.looks > 1) warnings.push(`The time held out was looked at for ${held.looks} different trials by now: each look makes it worth less.`);
const notes = told.refusals ? [`${number(told.refusals, 0)} draws were refused by a strategy and drawn again, such as: ${told.refusal}`] : [];
for (const text of warnings) by("warnings").append(html("p", text, "down"));
for (const text of notes) by("warnings").append(html("p", text, "dim"));
if (!warnings.length && !notes.length) by("warnings-section").remove();

// -- The distribution --

const scores = told.trials.map((one) => one.score).filter((one) => one !== null);
// A twentieth at the bottom may be far off: it is drawn at the end, so that the others can be told apart.
const lowest = told.quantiles.p5 === undefined ? 0 : told.quantiles.p5;
const highest = Math.max(...(told.quantiles.p100 === undefined ? [1] : [told.quantiles.p100]),
  ...(around ? around.neighbours.map((one) => one.score).filter((one) => one !== null) : []));
const room = (highest - lowest || Math.abs(highest) || 1) * 0.08;
const scale = (low, high) => ({ low, high, label: (value) => minus(number(value, decimalsFor(high - low))) });
const scoreScale = scale(lowest - room, highest + room);

if (scores.length) {
  const count = Math.max(8, Math.min(40, Math.ceil(Math.sqrt(scores.length) * 2)));
  const { low, high } = scoreScale;
  const columns = new Array(count).fill(0);
  for (const one of scores) columns[Math.max(0, Math.min(count - 1, Math.floor(((one - low) / (high - low)) * count)))]++;
  const marks = [["mark-median", told.quantiles.p50], ["mark-held", held ? held.score : null], ["mark-best", best.score]];
  new Plot(by("histogram"), {
    x: { ...scoreScale },
    y: { low: 0, high: Math.max(...columns) * 1.08, label: (value) => (Number.isInteger(value) ? number(value, 0) : "") },
    title: objective,
    paint(plot) {
      columns.forEach((trials, place) => {
        const from = low + ((high - low) * place) / count;
        const to = low + ((high - low) * (place + 1)) / count;
        const below = place === 0 ? "up to" : `${figure(from)} to`;
        if (trials) plot.bar(plot.x(from) + 0.5, trials, plot.x(to) - plot.x(from) - 1, "column", `${below} ${figure(to)}\n${trials} ${trials === 1 ? "trial" : "trials"}`);
      });
      for (const [className, value] of marks) {
        if (value === null || value === undefined) continue;
        const x = plot.x(Math.max(low, Math.min(high, value)));
        plot.line(x, PLOT_TOP, x, plot.bottom, className);
      }
    },
  });
}

if (!scores.length) by("charts").remove();

// -- The walk --

const trained = mean(told.folds.map((one) => one.train));
const tested = mean(told.folds.map((one) => one.test));
if (scores.length && told.folds.some((one) => one.number !== null)) {
  const ends = told.folds.flatMap((one) => [one.train, one.test, one.test_median]).concat(held ? [held.score] : [], [0]).filter((one) => one !== null);
  const margin = (Math.max(...ends) - Math.min(...ends) || 1) * 0.08;
  new Plot(by("walk"), {
    x: { names: told.folds.map((_, place) => `fold ${place + 1}`).concat(held ? ["held out"] : []) },
    y: scale(Math.min(...ends) - (Math.min(...ends) < 0 ? margin : 0), Math.max(...ends) + margin),
    paint(plot) {
      const width = Math.min(34, ((plot.right - PLOT_LEFT) / plot.scene.x.names.length) * 0.32);
      const absent = (x) => plot.text(x, plot.y(0) - 5, "none", "middle", "none");
      told.folds.forEach((one, place) => {
        const x = plot.x(place);
        const tip = `chosen by its train window: trial ${one.number}\ntrain ${figure(one.train)}\ntest ${figure(one.test)}\nmedian of all trials in the test ${figure(one.test_median)}`;
        if (one.train !== null) plot.bar(x - width - 1, one.train, width, "train", tip);
        if (one.test !== null) plot.bar(x + 1, one.test, width, "test", tip); else absent(x + width / 2);
        if (one.test_median !== null) plot.line(x - 3, plot.y(one.test_median), x + 5 + width, plot.y(one.test_median), "level");
      });
      if (!held) return;
      const x = plot.x(told.folds.length);
      if (held.score === null) absent(x);
      else plot.bar(x - width / 2, held.score, width, "held", `the best trial, ${best.number}, in the time held out\n${figure(held.score)}`);
    },
  });
  by("walk-said").textContent = `Chosen by its train window and run in the one after it, the best trial of each fold comes to ${figure(tested)} where it had ${figure(trained)} in training` +
    (trained > 0 && tested !== null ? `: ${share(tested / trained, 0)} of it is left.` : ".") +
    (held && !held.why ? ` Trial ${best.number}, the best of the whole search at ${figure(best.score)}, comes to ${figure(held.score)} in the time held out.` : "");
}
table(by("folds"), "", [
  ["fold", (row) => String(told.folds.indexOf(row) + 1), "left"],
  ["train, from (UTC)", (row) => moment(row.train_from_ns), "left"],
  ["test, from", (row) => moment(row.test_from_ns), "left"],
  ["to", (row) => moment(row.test_to_ns), "left"],
  ["trial chosen", (row) => (row.number === null ? "–" : String(row.number))],
  ["train", (row) => figure(row.train)],
  ["test", (row) => [figure(row.test), sense(row.test)]],
  ["median trial in the test", (row) => figure(row.test_median)],
], told.folds);

// -- Parameters --

function scaleOf(one) {
  if (one.choices.length) return { names: one.choices.map(written) };
  return { low: one.low, high: one.high, log: one.log, label: (value) => minus(Number(value.toPrecision(4)).toString()) };
}
if (best) {
  for (const one of told.space) {
    const host = html("div", undefined, "chart");
    by("params").append(host);
    const near = new Set(around ? around.nearest[one.name] : []);
    const beside = around ? around.neighbours.filter((other) => other.name === one.name) : [];
    const place = (value) => (one.choices.length ? one.choices.indexOf(value) : Number(value));
    new Plot(host, {
      x: scaleOf(one),
      y: scoreScale,
      title: one.name,
      paint(plot) {
        // Trials of one choice would lie on each other: they stand a little apart, by their numbers.
        const x = (value, trial) => plot.x(place(value)) + (one.choices.length ? (((trial * 7) % 21) - 10) * 1.2 : 0);
        const dots = told.trials.filter((trial) => trial.score !== null && trial.number !== best.number);
        const draw = (trial, className, radius) => plot.dot(x(trial.params[one.name], trial.number), plot.y(trial.score), radius, className,
          `trial ${trial.number}: ${objective} ${figure(trial.score)}\n${told.space.map((other) => `${other.name} = ${written(trial.params[other.name])}`).join("\n")}`);
        for (const trial of dots) if (!near.has(trial.number)) draw(trial, "dot-all", 2.6);
        for (const trial of dots) if (near.has(trial.number)) draw(trial, "dot-near", 3.2);
        const at = [plot.x(place(best.params[one.name])), plot.y(best.score)];
        for (const other of beside) {
          const there = [plot.x(place(other.value)), plot.y(other.score === null ? scoreScale.low : other.score)];
          plot.line(at[0], at[1], there[0], there[1], "way");
          plot.dot(there[0], there[1], 4, "dot-beside", `one step beside the best\n${one.name} = ${written(other.value)}\n${objective} ${other.score === null ? other.why || "none" : figure(other.score)}`);
        }
        plot.dot(at[0], at[1], 5, "dot-best", `the best, trial ${best.number}\n${one.name} = ${written(best.params[one.name])}\n${objective} ${figure(best.score)}`);
      },
    });
  }
  by("neighbourhood-said").textContent = around ? around.sentence : "";
} else {
  by("params-section").remove();
  by("choice-section").remove();
}

if (best) {
  table(by("settings"), "The best trial's parameters", [
    ["parameter", (row) => row.name, "left"],
    ["best", (row) => written(best.params[row.name])],
    ["searched", (row) => (row.choices.length ? row.choices.map(written).join(", ") : `${row.low} to ${row.high}${row.log ? ", by magnitude" : ""}`)],
  ], told.space);

  if (luck) {
    table(by("luck"), "Is it luck? The deflated Sharpe ratio", [["", (row) => row[0], "left"], ["", (row) => row[1]]], [
      ["likely above what luck gives the best of so many", luck.probability === null ? "–" : share(luck.probability, 1)],
      [`Sharpe ratio of a bar of ${span(told.bar_s)}, tests joined`, figure(luck.sharpe)],
      ["the best of as many worthless trials would have", figure(luck.threshold)],
      ["trials", number(luck.trials, 0)],
      ["variance of the trials' ratios", luck.variance.toExponential(3)],
      ["skewness of the best trial's returns", figure(luck.skew)],
      ["kurtosis (3 is normal)", figure(luck.kurtosis)],
      ["returns", number(luck.returns, 0)],
    ]);
  }
}

table(by("top"), "Best trials", [
  ["trial", (row) => String(row.number), "left"],
  [objective, (row) => [figure(row.score), sense(row.score)]],
  ["train", (row) => figure(row.train)],
  ...told.folds.map((_, place) => [`test ${place + 1}`, (row) => figure(row.tests[place])]),
  ["growth", (row) => share(row.growth)],
  ["drawdown", (row) => share(row.drawdown)],
  ["profit", (row) => figure(row.profit)],
  ["fills", (row) => number(row.fills, 0)],
  ...told.space.map((one) => [one.name, (row) => written(row.params[one.name])]),
], told.top);
if (!told.top.length) by("top-section").remove();

table(by("failures"), "What failed", [
  ["trials", (row) => number(row.count, 0)], ["first", (row) => String(row.first)], ["why", (row) => row.why, "left"],
], told.failures);
if (!told.failures.length) by("failures-section").remove();

by("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
});
