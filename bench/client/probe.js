// Measures in the page, from the browser's own time of an input to the frame that shows what it did.
window.bench = (() => {
  const longTasks = [];
  const shifts = [];
  const keys = [];
  let measured = Promise.resolve(0);

  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) longTasks.push({ startTime, duration });
  }).observe({ type: "longtask", buffered: true });

  new PerformanceObserver((list) => {
    for (const { value, sources, hadRecentInput } of list.getEntries()) {
      // What answers to a key or a click may move, as the box that grows with its text.
      if (hadRecentInput) continue;
      const moved = sources.map(({ node }) => node?.className ?? node?.parentElement?.className ?? "");
      shifts.push({ value, moved });
    }
  }).observe({ type: "layout-shift", buffered: true });

  const frame = () => new Promise(requestAnimationFrame);

  /** Within a frame: once it has been handed over to be shown. */
  function painted() {
    return new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.now());
      port2.postMessage(null);
    });
  }

  /** From the next event of this type to the frame in which `isThere` says so, in milliseconds. */
  function arm(type, isThere) {
    measured = new Promise((resolve) => {
      const begin = async ({ timeStamp }) => {
        do await frame();
        while (!isThere());
        resolve((await painted()) - timeStamp);
      };
      addEventListener(type, begin, { capture: true, once: true });
    });
  }

  function isShown(text) {
    const log = document.querySelector("[role=log]").getBoundingClientRect();
    const rows = [...document.querySelectorAll(".message.is-own .message-text")];
    const row = rows.findLast((one) => one.textContent === text);
    return row !== undefined && row.getBoundingClientRect().bottom <= log.bottom + 1;
  }

  return {
    /** Something that this selector finds and whose text begins so. */
    armShown: (type, selector, text = "") =>
      arm(type, () => [...document.querySelectorAll(selector)].some((one) => one.textContent.startsWith(text))),
    armMessage: (text) => arm("keydown", () => isShown(text)),
    measured: () => measured,
    isAtEdge() {
      const { scrollTop, scrollHeight, clientHeight } = document.querySelector("[role=log]");
      return scrollTop < 1 || scrollHeight - scrollTop - clientHeight < 2;
    },
    watchKeys() {
      const follow = async ({ timeStamp }) => {
        await frame();
        keys.push((await painted()) - timeStamp);
      };
      addEventListener("keydown", follow, true);
    },
    takeKeys: () => keys.splice(0),
    takeLongTasks: () => longTasks.splice(0).map(({ duration }) => duration),
    takeShifts: () => shifts.splice(0),
  };
})();
