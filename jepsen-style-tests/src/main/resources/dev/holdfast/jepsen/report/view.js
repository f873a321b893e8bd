// What is found, picked and shown; and the keys, pointers and buttons that change it.

// ---- find

function textOf(op) {
  if (op.text === null) {
    op.text = (op.f + " " + op.called + " " + op.ended).toLowerCase();
  }
  return op.text;
}

function isFound(op) {
  return found.terms.every((matches) => matches(op));
}

const isDim = (op) => found.terms.length > 0 && !found.by[op.index];

function term(word) {
  const process = /^p(?:rocess:)?(\d+)$/.exec(word);
  if (process) {
    return (op) => op.process === Number(process[1]);
  }
  if (word.startsWith("f:")) {
    return (op) => op.f.toLowerCase() === word.slice(2);
  }
  return (op) => textOf(op).includes(word);
}

function find(text) {
  found.terms = text.toLowerCase().split(/\s+/).filter((word) => word).map(term);
  found.count = 0;
  for (const op of ops) {
    found.by[op.index] = isFound(op) ? 1 : 0;
    found.count += found.by[op.index];
  }
  byId("found").textContent = found.terms.length ? grouped(found.count, 0) + " found" : "";
  draw();
  remember();
}

// ---- what is picked

function faultsMet(op) {
  return faults.filter((fault) => fault.from <= op.end && op.call <= fault.to)
      .map((fault) => fault.name);
}

function describe(op, into) {
  const add = (name, text, className) => {
    const element = document.createElement(name);
    element.textContent = text;
    element.className = className || "";
    into.append(element);
    return element;
  };
  into.replaceChildren();
  add("b", op.f + " " + OUTCOMES[op.outcome]);
  add("span", "  process " + op.process + "  ·  " + millis(op.call) + " → "
      + (op.outcome === UNKNOWN ? "given up at " : "") + millis(op.end)
      + "  ·  took " + millis(op.end - op.call), "soft").style.whiteSpace = "pre-wrap";
  const met = faultsMet(op);
  if (met.length) {
    add("span", "  ·  met " + met.join(", "), "soft").style.whiteSpace = "pre-wrap";
  }
  const values = op.called === op.ended ? [["called and ended", op.called]]
      : [["called", op.called], ["ended", op.ended]];
  for (const [name, value] of values) {
    const line = add("div", "");
    const label = document.createElement("span");
    label.className = "soft";
    label.textContent = name + " ";
    const text = document.createElement("span");
    text.className = "value";
    text.textContent = value;
    line.append(label, text);
  }
}

function pick(op) {
  picked = op;
  if (op) {
    describe(op, byId("detail"));
    if (op.end < view.from || op.call > view.to) {
      show((op.call + op.end) / 2 - (view.to - view.from) / 2, null);
    }
  } else {
    byId("detail").textContent = "Point at an operation, or pick one: click, or press . (full stop).";
    byId("detail").className = "soft";
  }
  byId("detail").className = op ? "" : "soft";
  draw();
  remember();
}

/** The next in the order of calls, from the one picked or the left of what is shown. */
function step(direction, wanted) {
  let i = picked ? picked.index + direction
      : direction > 0 ? ops.findIndex((op) => op.call >= view.from) : ops.length - 1;
  while (i >= 0 && i < ops.length && !(shown[ops[i].outcome] && wanted(ops[i]))) {
    i += direction;
  }
  if (i >= 0 && i < ops.length) {
    pick(ops[i]);
  }
}

function stepInLane(direction) {
  const next = picked && byLane[picked.lane][picked.place + direction];
  if (next) {
    pick(next);
  }
}

const stepFound = (direction) => step(direction,
    (op) => found.terms.length ? found.by[op.index] : op.outcome !== OK);

function stepFault(direction) {
  const middle = (view.from + view.to) / 2, slack = (view.to - view.from) * .01;
  const inOrder = direction > 0 ? faults : [...faults].reverse();
  const next = inOrder.find((fault) =>
    direction * ((fault.from + fault.to) / 2 - middle) > slack) || inOrder[0];
  if (next) {
    showSpan(next.from, next.to);
  }
}

// ---- what is shown

function show(from, span) {
  const wide = Math.max(SPAN_MIN, Math.min(span || view.to - view.from, whole.to - whole.from));
  view.from = Math.max(whole.from, Math.min(from, whole.to - wide));
  view.to = view.from + wide;
  draw();
  remember();
}

function showSpan(from, to) {
  const margin = Math.max((to - from) * .25, SPAN_MIN);
  show(from - margin, to - from + 2 * margin);
}

function zoom(factor, at) {
  const span = (view.to - view.from) * factor;
  const share = (at - view.from) / (view.to - view.from);
  show(at - Math.max(SPAN_MIN, Math.min(span, whole.to - whole.from)) * share, span);
}

function centre() {
  const at = picked ? (picked.call + picked.end) / 2 : NaN;
  return at >= view.from && at <= view.to ? at : (view.from + view.to) / 2;
}

const actions = {
  left: (share) => show(view.from - (view.to - view.from) * (share || .2)),
  right: (share) => show(view.from + (view.to - view.from) * (share || .2)),
  in: () => zoom(1 / 1.5, centre()),
  out: () => zoom(1.5, centre()),
  all: () => show(whole.from, whole.to - whole.from),
};

// ---- the address: a moment of a run can be bookmarked

let remembering = 0;

function remember() {
  clearTimeout(remembering);
  remembering = setTimeout(() => {
    const parts = new URLSearchParams();
    parts.set("from", (view.from / 1e6).toFixed(3));
    parts.set("to", (view.to / 1e6).toFixed(3));
    if (byId("find").value) {
      parts.set("find", byId("find").value);
    }
    if (picked) {
      parts.set("op", picked.index);
    }
    try {
      history.replaceState(null, "", "#" + parts);
    } catch (refused) {
      // some browsers forbid it of pages from disk; nothing depends on it
    }
  }, 400);
}

function recall() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const from = Number(parts.get("from")) * 1e6, to = Number(parts.get("to")) * 1e6;
  if (parts.has("from") && to > from) {
    show(from, to - from);
  }
  if (parts.get("find")) {
    byId("find").value = parts.get("find");
    find(parts.get("find"));
  }
  pick(ops[parts.has("op") ? Number(parts.get("op")) : -1] || null);
}

// ---- hands: mouse, touch, keyboard

const timeAt = (canvasX) => view.from
    + (canvasX - GUTTER) / (lanes.clientWidth - GUTTER) * (view.to - view.from);

/** What is under the pointer, or at most 3 pixels beside it; the rarer outcome first. */
function operationAt(x, y) {
  const lane = Math.floor((y - top()) / laneHeight);
  if (x < GUTTER || lane < 0 || lane >= run.lanes) {
    return null;
  }
  const t = timeAt(x), slack = 3 * (view.to - view.from) / (lanes.clientWidth - GUTTER);
  const {list, from, to} = visibleOf(byLane[lane]);
  let best = null, distance = slack;
  for (let i = from; i < to; i++) {
    const op = list[i];
    const off = Math.max(op.call - t, t - op.end, 0) - op.outcome * slack / 4;
    if (shown[op.outcome] && !isDim(op) && off < distance) {
      best = op;
      distance = off;
    }
  }
  return best;
}

function hover(op, event) {
  if (op !== hovered) {
    hovered = op;
    draw();
    if (op) {
      describe(op, tip);
    }
  }
  tip.hidden = !op;
  if (op) {
    const {offsetWidth, offsetHeight} = tip;
    tip.style.left = Math.max(4,
        Math.min(event.clientX + 14, window.innerWidth - offsetWidth - 8)) + "px";
    const below = event.clientY + 18;
    tip.style.top = (below + offsetHeight < window.innerHeight ? below
        : Math.max(4, event.clientY - offsetHeight - 12)) + "px";
  }
}

let grip = null;
lanes.addEventListener("pointerdown", (event) => {
  grip = {x: event.offsetX, from: view.from, moved: false};
  lanes.setPointerCapture(event.pointerId);
});
lanes.addEventListener("pointermove", (event) => {
  if (grip && Math.abs(event.offsetX - grip.x) > 3) {
    grip.moved = true;
  }
  if (grip && grip.moved) {
    hover(null);
    show(grip.from - (event.offsetX - grip.x) / (lanes.clientWidth - GUTTER) * (view.to - view.from));
  } else {
    hover(operationAt(event.offsetX, event.offsetY), event);
  }
});
lanes.addEventListener("pointerup", (event) => {
  if (grip && !grip.moved) {
    pick(operationAt(event.offsetX, event.offsetY));
  }
  grip = null;
});
lanes.addEventListener("pointercancel", () => { grip = null; });
lanes.addEventListener("pointerleave", () => hover(null));
lanes.addEventListener("dblclick", (event) => zoom(1 / 4, timeAt(event.offsetX)));
lanes.addEventListener("wheel", (event) => {
  event.preventDefault();
  const unit = event.deltaMode === 1 ? 16 : 1;
  if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
    const pixels = (event.deltaX || event.deltaY) * unit;
    show(view.from + pixels / (lanes.clientWidth - GUTTER) * (view.to - view.from));
  } else {
    zoom(Math.exp(Math.max(-60, Math.min(60, event.deltaY * unit)) / 250), timeAt(event.offsetX));
  }
}, {passive: false});

function centreAt(event) {
  const t = whole.from
      + (event.offsetX - GUTTER) / (overview.clientWidth - GUTTER) * (whole.to - whole.from);
  show(t - (view.to - view.from) / 2);
}
overview.addEventListener("pointerdown", (event) => {
  overview.setPointerCapture(event.pointerId);
  centreAt(event);
});
overview.addEventListener("pointermove", (event) => event.buttons && centreAt(event));

const keys = {
  ArrowLeft: (event) => actions.left(event.shiftKey ? .8 : .2),
  ArrowRight: (event) => actions.right(event.shiftKey ? .8 : .2),
  "+": actions.in, "=": actions.in, "-": actions.out, "_": actions.out, "0": actions.all,
  ".": () => step(1, () => true), ",": () => step(-1, () => true),
  ">": () => stepInLane(1), "<": () => stepInLane(-1),
  n: () => stepFound(1), p: () => stepFound(-1),
  f: () => stepFault(1), F: () => stepFault(-1),
  "/": () => byId("find").select(),
  Home: () => show(whole.from), End: () => show(whole.to),
  Escape: () => {
    byId("find").value = "";
    find("");
    pick(null);
  },
};
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input[type=search]");
  const action = keys[event.key];
  if (event.ctrlKey || event.metaKey || event.altKey || !action
      || (typing && event.key !== "Escape")) {
    return;
  }
  event.preventDefault();
  action(event);
  if (typing) {
    lanes.focus();
  }
});
byId("find").addEventListener("input", (event) => find(event.target.value));
byId("find").addEventListener("keydown", (event) => {
  if (event.key === "Enter") {
    stepFound(event.shiftKey ? -1 : 1);
  }
});
document.querySelectorAll("[data-do]").forEach((button) =>
  button.addEventListener("click", () => actions[button.dataset.do]()));
document.querySelectorAll(".goto").forEach((button) => button.addEventListener("click", () =>
  showSpan(Number(button.dataset.from), Number(button.dataset.to))));

// ---- the legend, which also hides

function drawSample(canvas) {
  const {g} = surface(canvas);
  drawBar(g, Number(canvas.dataset.outcome), 1, 2, 20, 12);
}

OUTCOMES.forEach((name, outcome) => {
  const label = document.createElement("label");
  const box = document.createElement("input");
  const sample = document.createElement("canvas");
  box.type = "checkbox";
  box.checked = true;
  box.addEventListener("change", () => {
    shown[outcome] = box.checked;
    draw();
  });
  sample.dataset.outcome = outcome;
  const count = ops.reduce((n, op) => n + (op.outcome === outcome ? 1 : 0), 0);
  label.append(box, sample, name + " " + grouped(count, 0));
  byId("outcomes").append(label);
});

readColours();
recall();
arrange();
window.addEventListener("resize", () => {
  readColours();
  arrange();
});
window.addEventListener("hashchange", recall);
document.querySelector(".summary").addEventListener("toggle", arrange);
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  readColours();
  draw();
});
