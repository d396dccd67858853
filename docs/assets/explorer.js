// <interleaving-explorer>: two processes, step by step, in the order that the reader chooses.
// A state is the memory, the steps that each process has left, and whether one has stopped. A lock
// is in memory while it is held; what a process has for itself is there as "P1's name".
{
  const PROCESSES = ["P1", "P2"];

  const isReady = ({ memory, left }, who) =>
    left[who].length > 0 && !(left[who][0].replace("acquire ", "") in memory);

  const isOver = (state) => !isReady(state, 0) && !isReady(state, 1);

  const take = (state, who) => {
    const [step, ...rest] = state.left[who];
    const [verb, lock, flag] = step.split(" ");
    const memory = { ...state.memory };
    let { stopped } = state;
    if (verb === "acquire") {
      memory[lock] = PROCESSES[who];
    } else if (verb === "release") {
      delete memory[lock];
    } else if (verb === "stop") {
      if (memory[flag]) {
        rest.length = 0;
        stopped = ", one stopped";
      }
    } else {
      const place = (name) => (name in memory ? name : `${PROCESSES[who]}'s ${name}`);
      const [to, from, more = 0] = step.split(/ [=+] /);
      memory[place(to)] = (isNaN(from) ? memory[place(from)] : +from) + +more;
    }
    return { memory, left: state.left.with(who, rest), stopped };
  };

  const endOf = ({ memory, left, stopped }) => {
    const [[name, value]] = Object.entries(memory);
    return left.flat().length ? "deadlock" : `${name} = ${value}${stopped}`;
  };

  // How many orders there are from here on, by how they end.
  const count = (state, found = {}) => {
    if (isOver(state)) found[endOf(state)] = (found[endOf(state)] ?? 0) + 1;
    for (const who of [0, 1]) if (isReady(state, who)) count(take(state, who), found);
    return found;
  };

  const words = ([name, value]) => `${name} ${isNaN(value) ? "held by" : "="} ${value}`;

  const button = (action, text) => `<button type="button" data-do="${action}">${text}</button>`;

  class InterleavingExplorer extends HTMLElement {
    connectedCallback() {
      if (this.order) return;
      this.order = []; // who took the first step, the second, ...
      const { memory, p1, p2 } = this.dataset;
      const cells = memory.split("; ").map((cell) => cell.split(" = "));
      this.start = {
        memory: Object.fromEntries(cells.map(([name, value]) => [name, +value])),
        left: [p1, p2].map((steps) => steps.split("; ")),
        stopped: "",
      };
      for (const text of this.querySelectorAll("p")) text.remove(); // the challenges stay
      const column = (steps, who) =>
        `<div><strong>${PROCESSES[who]}</strong>` +
        `<ol>${steps.map((step) => `<li>${step}</li>`).join("")}</ol>` +
        `<p class="memory"></p>${button(who, `Step ${PROCESSES[who]}`)}</div>`;
      this.insertAdjacentHTML(
        "beforeend",
        `<div>${this.start.left.map(column).join("")}</div>` +
          `<p class="memory"></p><p role="status"></p>` +
          [button("undo", "Undo"), button("reset", "Reset"), button("every", "Try every order")].join(" "),
      );
      this.onclick = ({ target }) => {
        const { do: action } = target.dataset;
        if (action) this.show(isNaN(action) ? this[action]() : this.step(+action));
      };
      this.show(this.reset());
    }

    // What a button does, and what there is to say about it.
    step(who) {
      const before = this.order.reduce(take, this.start);
      const [step] = before.left[who];
      const name = PROCESSES[who];
      if (!step) return `${name} is over.`;
      if (!isReady(before, who)) return `${name} waits for ${step.at(-1)}.`;
      this.order.push(who);
      const after = take(before, who);
      const changed = Object.entries(after.memory).filter(([k, v]) => v !== before.memory[k]);
      const said = [`${name}: ${step}`, ...changed.map(words)];
      if (after.stopped > before.stopped) said.push(`${name} stops`);
      if (isOver(after)) {
        const end = endOf(after);
        said.push(`The end: ${end}`, ...this.solve((ends) => ends === end));
      }
      return said.join(". ") + ".";
    }

    undo() {
      return this.order.pop() === undefined ? "Nothing to undo." : "One step back.";
    }

    reset() {
      this.order = [];
      return "Who goes first?";
    }

    every() {
      const found = Object.entries(count(this.start)).sort((one, two) => two[1] - one[1]);
      const orders = found.reduce((sum, [, times]) => sum + times, 0);
      const ends = found.map(([end, times]) => `${end} in ${times}`).join("; ");
      const solved = this.solve((goal) => found.every(([end]) => end !== goal));
      return [`${orders} orders: ${ends}`, ...solved].join(". ") + ".";
    }

    // Mark the challenges that are met; one that asks for what no order gives is met by trying all.
    solve(isMet) {
      const met = [...this.querySelectorAll("[data-end]")].filter((each) => isMet(each.dataset.end));
      for (const challenge of met) {
        if (!challenge.querySelector("strong")) challenge.innerHTML += " <strong>Solved</strong>";
      }
      return met.length ? ["Solved"] : [];
    }

    show(said) {
      const state = this.order.reduce(take, this.start);
      const cells = Object.entries(state.memory);
      const lists = [...this.querySelectorAll("ol")].map((list) => [...list.children]);
      const taken = [0, 0];
      for (const step of lists.flat()) {
        step.removeAttribute("data-at");
        step.removeAttribute("aria-current");
      }
      this.order.forEach((who, index) => {
        lists[who][taken[who]++].dataset.at = index + 1;
      });
      const memories = this.querySelectorAll(".memory");
      PROCESSES.forEach((name, who) => {
        const own = cells.filter(([cell]) => cell.startsWith(name));
        memories[who].textContent = `Own: ${own.map(words).join().slice(5) || "empty"}`;
        const next = lists[who][taken[who]];
        if (state.left[who].length) next.setAttribute("aria-current", "step");
        else for (const skipped of lists[who].slice(taken[who])) skipped.dataset.at = "–";
        this.allow(who, isReady(state, who));
      });
      const shared = cells.filter(([cell]) => !cell.includes("'"));
      memories[2].textContent = `Shared: ${shared.map(words).join(", ")}`;
      this.allow("undo", this.order.length);
      this.allow("reset", this.order.length);
      this.querySelector("[role=status]").textContent = said;
    }

    // Not disabled, which would take the focus away: such a button says why it does nothing.
    allow(action, is) {
      this.querySelector(`[data-do="${action}"]`).setAttribute("aria-disabled", !is);
    }
  }
  customElements.define("interleaving-explorer", InterleavingExplorer);
}
