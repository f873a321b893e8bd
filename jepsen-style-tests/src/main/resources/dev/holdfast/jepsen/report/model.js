// What the page is about, what of it is shown, and numbers as text.

const run = JSON.parse(document.getElementById("run").textContent);
const OUTCOMES = ["ok", "fail", "unknown"];
const [OK, FAIL, UNKNOWN] = [0, 1, 2];
const GUTTER = 62, AXIS = 22, BAND = 18, BANDS_MAX = 4, TAIL = 9, GLYPH = 6.65, SPAN_MIN = 2000;
const byId = (id) => document.getElementById(id);
const overview = byId("overview"), lanes = byId("lanes"), tip = byId("tip");

const ops = run.ops.map((o, index) => ({
  index, process: o[0], lane: o[1], f: run.functions[o[2]], outcome: o[3],
  call: o[4], end: o[4] + o[5], called: o[6], ended: o.length > 7 ? o[7] : o[6], text: null,
}));
const byLane = Array.from({length: run.lanes}, () => []);
for (const op of ops) {
  byLane[op.lane].push(op);
}
for (const lane of byLane) {
  lane.forEach((op, place) => { op.place = place; });
}
const faults = run.faults.map(([name, from, to, evidence, ended]) => ({name, from, to, evidence, ended}));
const bandCount = packBands();

const length = Math.max(1, run.end - run.begin);
const whole = {from: run.begin - length * .01, to: run.end + length * .01};
const view = {...whole};
const shown = [true, true, true];
const found = {terms: [], by: new Uint8Array(ops.length), count: 0};
let picked = null, hovered = null, colours = {}, laneHeight = 20, hatch = {}, waiting = false;

/** Faults at one time lie in different rows; more than the rows share the last. */
function packBands() {
  const ends = [];
  for (const fault of faults) {
    let row = ends.findIndex((end) => end <= fault.from);
    if (row < 0) {
      row = Math.min(ends.length, BANDS_MAX - 1);
    }
    ends[row] = Math.max(ends[row] || 0, fault.to);
    fault.row = row;
  }
  faults.forEach((fault, i) => {
    const next = faults.slice(i + 1).find((other) => other.row === fault.row);
    fault.nameUntil = next ? next.from : Infinity;
  });
  return ends.length;
}

// ---- numbers as text

const grouped = (number, digits) => number.toLocaleString("en-US",
    {minimumFractionDigits: digits, maximumFractionDigits: digits});
const millis = (nanos) => grouped(nanos / 1e6, 3) + " ms";

function axisText(moment, step) {
  const nanos = moment || 0; // never -0
  const digits = Math.max(0, Math.min(6, Math.ceil(-Math.log10(step / 1e9) - 1e-9)));
  return step >= 1e7 ? grouped(nanos / 1e9, digits) + " s"
      : grouped(nanos / 1e6, Math.max(0, digits - 3)) + " ms";
}

function stepOf(span, pixels) {
  const rough = span / Math.max(2, pixels / 110);
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((n) => n * power).find((step) => step >= rough);
}
