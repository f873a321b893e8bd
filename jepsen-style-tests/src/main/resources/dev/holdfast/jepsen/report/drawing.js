// The two canvases: the overview, and the lanes.

function readColours() {
  const style = getComputedStyle(document.documentElement);
  for (const name of ["paper", "ink", "soft", "line", "stripe", "ok", "ok-ink", "fail", "fail-tint",
    "unknown", "unknown-tint", "fault", "fault-tint", "pick", "focus", "window"]) {
    colours[name] = style.getPropertyValue("--" + name).trim();
  }
  colours.mono = style.getPropertyValue("--mono").trim();
  hatch = {unknown: stripes(colours["unknown-tint"], colours.unknown, 7, 1.1, .55)};
  document.querySelectorAll("#outcomes canvas").forEach(drawSample);
}

function stripes(ground, line, size, width, alpha) {
  const ratio = window.devicePixelRatio || 1;
  const tile = document.createElement("canvas");
  tile.width = tile.height = Math.round(size * ratio);
  const g = tile.getContext("2d");
  g.fillStyle = ground;
  g.fillRect(0, 0, tile.width, tile.height);
  g.globalAlpha = alpha;
  g.strokeStyle = line;
  g.lineWidth = width * ratio;
  const n = tile.width;
  for (const shift of [-n, 0, n]) {
    g.beginPath();
    g.moveTo(shift - 1, n + 1);
    g.lineTo(shift + n + 1, -1);
    g.stroke();
  }
  const pattern = g.createPattern(tile, "repeat");
  pattern.setTransform(new DOMMatrix([1 / ratio, 0, 0, 1 / ratio, 0, 0]));
  return pattern;
}

function surface(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const box = canvas.getBoundingClientRect();
  const wide = Math.round(box.width * ratio), high = Math.round(box.height * ratio);
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
  }
  const g = canvas.getContext("2d");
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  g.clearRect(0, 0, box.width, box.height);
  g.font = "11px " + colours.mono;
  g.textBaseline = "middle";
  return {g, w: box.width, h: box.height};
}

const bandTop = (row) => AXIS + (row + 1) * BAND; // the first row is that of the gap
const top = () => bandTop(bandCount) + 4;

function arrange() {
  const above = lanes.getBoundingClientRect().top + window.scrollY;
  const room = window.innerHeight - above - top() - 122;
  laneHeight = Math.max(14, Math.min(40, Math.floor(Math.max(room, 200) / Math.max(1, run.lanes))));
  lanes.style.height = (top() + laneHeight * run.lanes + 2) + "px";
  draw();
}

function draw() {
  if (!waiting) {
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      drawOverview();
      drawLanes();
    });
  }
}

// ---- the overview

function drawOverview() {
  const {g, w, h} = surface(overview);
  const area = {left: GUTTER, width: w - GUTTER, top: 2, height: h - 16};
  const x = (t) => area.left + (t - whole.from) / (whole.to - whole.from) * area.width;
  g.fillStyle = colours.stripe;
  g.fillRect(area.left, area.top, area.width, area.height);
  g.fillStyle = colours["fault-tint"];
  for (const fault of faults) {
    g.fillRect(x(fault.from), area.top, Math.max(1, x(fault.to) - x(fault.from)), area.height);
  }
  const cell = 2, count = Math.max(1, Math.floor(area.width / cell));
  const rates = new Uint32Array(count), troubles = [null, new Uint8Array(count), new Uint8Array(count)];
  const place = (t) => Math.min(count - 1,
      Math.floor((t - whole.from) / (whole.to - whole.from) * count));
  for (const op of ops) {
    if (op.outcome === OK) {
      rates[place(op.end)]++;
    } else if (shown[op.outcome]) {
      troubles[op.outcome][place(op.end)] = 1;
    }
  }
  const most = rates.reduce((a, b) => Math.max(a, b), 1);
  g.fillStyle = colours.ok;
  rates.forEach((rate, i) => {
    const high = rate / most * (area.height - 4);
    g.fillRect(area.left + i * area.width / count, area.top + area.height - high, cell, high);
  });
  for (const outcome of [FAIL, UNKNOWN]) {
    g.fillStyle = colours[OUTCOMES[outcome]];
    troubles[outcome].forEach((any, i) => any && g.fillRect(area.left + i * area.width / count,
        area.top + area.height + (outcome === FAIL ? 2 : 8), 2, 5));
  }
  g.fillStyle = colours.soft;
  g.textAlign = "right";
  const perSecond = most / ((whole.to - whole.from) / count) * 1e9;
  g.fillText(grouped(perSecond, 0) + "/s", GUTTER - 6, area.top + 6);
  g.fillText("ok", GUTTER - 6, area.top + area.height - 7);
  const from = x(Math.max(view.from, whole.from)), to = x(Math.min(view.to, whole.to));
  if (view.to - view.from < (whole.to - whole.from) * .999) {
    g.fillStyle = colours.window;
    g.fillRect(from, area.top, Math.max(2, to - from), area.height);
  }
  g.strokeStyle = colours.focus;
  g.lineWidth = 1.5;
  g.strokeRect(from, area.top, Math.max(2, to - from), area.height);
}

// ---- the lanes

function drawLanes() {
  const {g, w, h} = surface(lanes);
  const scale = (w - GUTTER) / (view.to - view.from);
  const x = (t) => GUTTER + (t - view.from) * scale;
  drawGround(g, w, h, x);
  g.save();
  g.beginPath();
  g.rect(GUTTER, 0, w - GUTTER, h);
  g.clip();
  const visible = byLane.map(visibleOf);
  for (const outcome of [OK, FAIL, UNKNOWN]) {
    if (shown[outcome]) {
      visible.forEach((list) => drawBars(g, list, outcome, x, w));
    }
  }
  visible.forEach((list) => drawProcesses(g, list, x));
  faults.forEach((fault) => drawEdges(g, fault, x, h));
  for (const op of new Set([picked, hovered])) {
    if (op) {
      drawPicked(g, op, x, w, h);
    }
  }
  g.restore();
  drawGutter(g, visible, h);
}

function drawGround(g, w, h, x) {
  for (let lane = 0; lane < run.lanes; lane += 2) {
    g.fillStyle = colours.stripe;
    g.fillRect(GUTTER, top() + lane * laneHeight, w - GUTTER, laneHeight);
  }
  g.save();
  g.beginPath();
  g.rect(GUTTER, 0, w - GUTTER, h);
  g.clip();
  const step = stepOf(view.to - view.from, w - GUTTER);
  g.textAlign = "center";
  for (let t = Math.ceil(view.from / step) * step; t <= view.to; t += step) {
    g.fillStyle = colours.line;
    g.fillRect(Math.round(x(t)), AXIS - 5, 1, h);
    g.fillStyle = colours.soft;
    const text = axisText(t, step), half = text.length * GLYPH / 2;
    if (x(t) - half > GUTTER && x(t) + half < w) {
      g.fillText(text, x(t), 8);
    }
  }
  for (const fault of faults) {
    drawFault(g, fault, x, w, h);
  }
  drawGap(g, x, w);
  g.restore();
}

function drawFault(g, fault, x, w, h) {
  const from = x(fault.from), to = Math.max(x(fault.to), x(fault.from) + 2);
  if (to < GUTTER || from > w) {
    return;
  }
  const y = bandTop(fault.row);
  g.fillStyle = colours["fault-tint"];
  g.fillRect(from, y, to - from, h);
  g.fillStyle = colours.fault;
  g.fillRect(from, y, 1.5, h);
  if (fault.ended && to - from > 4) {
    g.fillRect(to - 1, y, 1, h);
  }
  g.globalAlpha = .22;
  g.fillRect(from, y, to - from, BAND - 3);
  g.globalAlpha = 1;
  const left = Math.max(from, GUTTER) + 5, room = Math.min(x(fault.nameUntil), w) - left - 3;
  const name = clipped(fault.name, room);
  g.fillStyle = colours.ink;
  g.textAlign = "left";
  g.fillText(name, left, y + 8);
}

/** Over the bars, where there is room for it: what met the fault. */
function drawEdges(g, fault, x, h) {
  const from = x(fault.from), to = x(fault.to);
  if (to - from > 24) {
    g.globalAlpha = .75;
    g.fillStyle = colours.fault;
    g.fillRect(from, top(), 1.5, h);
    if (fault.ended) {
      g.fillRect(to - 1, top(), 1, h);
    }
    g.globalAlpha = 1;
  }
}

/** The longest time without an ok operation, in a row of its own. */
function drawGap(g, x, w) {
  const [from, to] = run.gap;
  const left = Math.round(x(from)), wide = Math.max(2, Math.round(x(to)) - left), y = AXIS + 1;
  g.fillStyle = colours.soft;
  g.fillRect(left, y, 1.5, BAND - 5);
  g.fillRect(left + wide - 1.5, y, 1.5, BAND - 5);
  const text = millis(to - from) + " without ok", long = text.length * GLYPH + 12;
  g.textAlign = "left";
  if (Math.min(left + wide, w) - Math.max(left, GUTTER) > long) {
    g.fillText(text, Math.max(left, GUTTER) + 6, y + 6);
  } else {
    g.fillRect(left, y + 6, wide, 1.5);
    g.fillText(text, left + wide + long < w ? left + wide + 6 : left - long + 6, y + 6);
  }
}

function visibleOf(list) {
  let low = 0, high = list.length;
  const margin = (view.to - view.from) * .02;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle].end < view.from - margin) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  let end = low, limit = list.length;
  while (end < limit) {
    const middle = (end + limit) >> 1;
    if (list[middle].call <= view.to) {
      end = middle + 1;
    } else {
      limit = middle;
    }
  }
  return {list, from: low, to: end};
}

const barTop = (op) => top() + op.lane * laneHeight + (laneHeight < 18 ? 1 : 2);
const barHeight = () => laneHeight - (laneHeight < 18 ? 2 : 5);

function drawBars(g, visible, outcome, x, w) {
  let lastPixel = -1, lastDim = false;
  for (let i = visible.from; i < visible.to; i++) {
    const op = visible.list[i];
    if (op.outcome !== outcome) {
      continue;
    }
    const left = x(op.call), wide = Math.max(x(op.end) - left, 1);
    const dim = isDim(op), pixel = Math.floor(left);
    if (wide < 2 && pixel === lastPixel && (dim || !lastDim)) {
      continue; // already drawn there
    }
    lastPixel = pixel;
    lastDim = dim;
    g.globalAlpha = dim ? .13 : 1;
    drawBar(g, outcome, left, barTop(op), wide, barHeight());
    if (wide > 34) {
      drawText(g, op, Math.max(left, GUTTER), Math.min(left + wide, w), (op.end - op.call) / wide);
    }
  }
  g.globalAlpha = 1;
}

/** Ok is full; fail is hollow and crossed; unknown is hatched, and open to the right. */
function drawBar(g, outcome, left, y, wide, high) {
  if (outcome === OK) {
    g.fillStyle = colours.ok;
    g.fillRect(left, y, wide > 3 ? wide - .75 : wide, high);
  } else if (outcome === FAIL) {
    const shown = Math.max(wide, 2.5);
    g.fillStyle = colours["fail-tint"];
    g.fillRect(left, y, shown, high);
    g.strokeStyle = colours.fail;
    g.lineWidth = 1.25;
    g.strokeRect(left + .6, y + .6, Math.max(shown - 1.2, .4), high - 1.2);
    if (wide > 12) {
      const right = left + wide, size = Math.min(3.5, high / 3), middle = y + high / 2;
      g.beginPath();
      g.moveTo(right - 6 - size, middle - size);
      g.lineTo(right - 6 + size, middle + size);
      g.moveTo(right - 6 + size, middle - size);
      g.lineTo(right - 6 - size, middle + size);
      g.stroke();
    }
  } else {
    const right = left + Math.max(wide, 2), tail = wide < 8 ? TAIL / 2 : TAIL;
    g.fillStyle = hatch.unknown;
    g.fillRect(left, y, right - left, high);
    g.fillStyle = colours.unknown;
    g.fillRect(left, y, 1.5, high);
    g.fillRect(left, y, right - left, 1.25);
    g.fillRect(left, y + high - 1.25, right - left, 1.25);
    g.beginPath();
    g.moveTo(right, y);
    g.lineTo(right + tail, y + high / 2);
    g.lineTo(right, y + high);
    g.fill();
  }
}

function clipped(text, room) {
  const characters = Math.floor(room / GLYPH);
  if (text.length <= characters) {
    return text;
  }
  return characters < 3 ? "" : text.slice(0, characters - 1) + "…";
}

function drawText(g, op, left, right, nanosPerPixel) {
  const value = op.outcome === OK ? op.ended : op.called;
  const before = byLane[op.lane][op.place - 1];
  if (before && before.outcome === UNKNOWN && op.call - before.end < TAIL * nanosPerPixel) {
    left += TAIL; // its arrow is there
  }
  const inset = op.outcome === FAIL ? 20 : 8;
  const text = clipped(op.f + " " + value, right - left - inset);
  if (text.endsWith("…") && text.length < op.f.length + 10) {
    return; // a stump says nothing
  }
  const middle = barTop(op) + barHeight() / 2 + .5;
  if (op.outcome === UNKNOWN) { // letters need quiet ground
    g.fillStyle = colours["unknown-tint"];
    g.fillRect(left + 3, middle - 5.5, text.length * GLYPH + 4, 10);
  }
  g.fillStyle = op.outcome === OK ? colours["ok-ink"] : colours.ink;
  g.textAlign = "left";
  g.fillText(text, left + 5, middle);
}

/** A notch where a lane's next process begins. */
function drawProcesses(g, visible, x) {
  for (let i = Math.max(1, visible.from); i < visible.to; i++) {
    const op = visible.list[i], before = visible.list[i - 1];
    if (op.process !== before.process && x(op.end) - x(op.call) > 2) {
      g.fillStyle = colours.ink;
      g.fillRect(x(op.call) - 1, barTop(op) - 2, 1.5, laneHeight);
    }
  }
}

function drawPicked(g, op, x, w, h) {
  const left = x(op.call), right = Math.max(x(op.end), left + 2);
  g.fillStyle = colours.pick;
  g.globalAlpha = .35;
  g.fillRect(left - .5, AXIS, 1, h);
  g.fillRect(right - .5, AXIS, 1, h);
  g.globalAlpha = 1;
  if (op.outcome === UNKNOWN) { // it may take effect until the end of the run, and after
    const middle = barTop(op) + barHeight() / 2;
    g.strokeStyle = colours.unknown;
    g.lineWidth = 2;
    g.setLineDash([7, 4]);
    g.beginPath();
    g.moveTo(right + TAIL, middle);
    g.lineTo(w, middle);
    g.stroke();
    g.setLineDash([]);
  }
  g.strokeStyle = colours.pick;
  g.lineWidth = op === picked ? 2 : 1.25;
  g.strokeRect(left - 1, barTop(op) - 1, right - left + 2, barHeight() + 2);
}

function drawGutter(g, visible, h) {
  g.clearRect(0, AXIS, GUTTER, h);
  g.textAlign = "right";
  g.fillStyle = colours.soft;
  g.fillText("gap", GUTTER - 6, AXIS + 7);
  if (bandCount > 0) {
    g.fillStyle = colours.fault;
    g.fillText("faults", GUTTER - 6, bandTop(0) + 8);
  }
  visible.forEach(({list, from}, lane) => {
    const process = list[Math.min(from, list.length - 1)].process;
    const active = (picked && picked.lane === lane) || (hovered && hovered.lane === lane);
    g.fillStyle = active ? colours.ink : colours.soft;
    g.fillText("p" + process, GUTTER - 6, top() + lane * laneHeight + laneHeight / 2);
  });
}
