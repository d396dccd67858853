// An output has in data-times the second at which each of its lines appeared, and at last the end of
// the run: a button plays it back at that pace. Lines to come are there, but transparent, so that
// the markup, a selection and what a screen reader finds stay as they are.
{
  const LEAST = 0.3; // seconds from the first line printed to the end, or there is nothing to see
  const unplayed = window.Highlight && new Highlight();

  const addReplay = (output) => {
    const times = output.dataset.times.split(" ").map(Number);
    const end = times.pop();
    if (times.length < 3 || end - times[1] < LEAST) return;
    const code = output.querySelector("code");
    const starts = [[code, 0]]; // of each line
    const texts = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      for (const { index } of texts.currentNode.data.matchAll(/\n/g)) {
        starts.push([texts.currentNode, index + 1]);
      }
    }

    const button = document.createElement("button");
    const label = (text) => (button.textContent = text);
    const name = label(`Replay, ${end.toFixed(1)} s`);
    button.type = "button";
    output.nextElementSibling.prepend(button);

    const isStill = matchMedia("(prefers-reduced-motion)").matches;
    const bar = { backgroundSize: isStill ? [] : ["0 2px", "100% 2px"] };
    const clock = button.animate(bar, end * 1000);
    clock.cancel();
    const rest = document.createRange();

    const show = () => {
      unplayed.delete(rest);
      if (!button.isConnected) return clock.cancel(); // another page was loaded in place of this one
      if (clock.playState === "finished") return label(name);
      const shown = times.filter((time) => time * 1000 <= clock.currentTime).length;
      if (shown < times.length) {
        rest.setStart(...starts[shown]);
        rest.setEnd(code, code.childNodes.length);
        unplayed.add(rest);
      }
      if (clock.playState === "running") requestAnimationFrame(show);
    };

    button.onclick = () => {
      const isPause = clock.playState === "running";
      label(isPause ? "Resume" : "Pause");
      clock[isPause ? "pause" : "play"]();
      show();
    };
  };

  // where the reader has chosen the colours, nothing is transparent
  if (unplayed && !matchMedia("(forced-colors: active)").matches) {
    CSS.highlights.set("unplayed", unplayed);
    document$.subscribe(() => document.querySelectorAll("[data-times]").forEach(addReplay));
  }
}
