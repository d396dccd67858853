// An output with data-times, the second at which each of its lines appeared and at last the end of
// the run, gets a button that plays it back at that pace. Lines to come are there, but transparent:
// the markup, a selection and what a screen reader finds stay as they are.
const SHORTEST = 0.3; // seconds; below that there is nothing to see

const addReplay = (output) => {
  const times = output.dataset.times.split(" ").map(Number);
  const end = times.pop();
  const code = output.querySelector("code");
  const starts = [[code, 0]];
  const texts = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    for (const { index } of texts.currentNode.data.matchAll(/\n/g)) {
      starts.push([texts.currentNode, index + 1]);
    }
  }
  // the command alone, or with one line, is no film
  if (end < SHORTEST || times.length < 3 || times.length > starts.length) return;

  const button = document.createElement("button");
  button.className = "snippet-replay";
  button.type = "button";
  const label = (text) => (button.textContent = text);
  const name = label(`Replay, ${end.toFixed(1)} s`);
  output.append(button);

  const unplayed = document.createRange();
  const still = matchMedia("(prefers-reduced-motion)").matches;
  const bar = still ? null : { backgroundSize: ["0 2px", "100% 2px"] };
  const clock = button.animate(bar, end * 1000);
  clock.cancel();

  const show = () => {
    CSS.highlights.get("unplayed").delete(unplayed);
    if (!button.isConnected) return clock.cancel(); // another page was loaded in its place
    const playing = clock.playState === "running";
    const shown = times.filter((time) => time * 1000 <= clock.currentTime).length;
    if (clock.playState === "finished") return label(name);
    if (shown < times.length) {
      unplayed.setStart(...starts[shown]);
      unplayed.setEnd(code, code.childNodes.length);
      CSS.highlights.get("unplayed").add(unplayed);
    }
    if (playing) requestAnimationFrame(show);
  };
  button.onclick = () => {
    const pause = clock.playState === "running";
    clock[pause ? "pause" : "play"]();
    label(pause ? "Resume" : "Pause");
    show();
  };
};

if (CSS.highlights) {
  CSS.highlights.set("unplayed", new Highlight());
  document$.subscribe(() => document.querySelectorAll("[data-times]").forEach(addReplay));
}
