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
    for (const { value, sources } of list.getEntries()) {
      const moved = sources.map(({ node }) => node?.className ?? node?.parentElement?.className ?? "");
      shifts.push({ value, moved });
    }
  }).observe({ type: "layout-shift", buffered: true });

  /** Once the frame that is about to be made has been handed over to be shown. */
  function painted() {
    return new Promise((resolve) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now());
        port2.postMessage(null);
      });
    });
  }

  /** From the next event of this type to the frame in which `isThere` says so, in milliseconds. */
  function arm(type, isThere) {
    measured = new Promise((resolve) => {
      const begin = async ({ timeStamp }) => {
        while (!isThere()) await new Promise(requestAnimationFrame);
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
    armShown: (type, selector) => arm(type, () => document.querySelector(selector) !== null),
    armMessage: (text) => arm("keydown", () => isShown(text)),
    measured: () => measured,
    watchKeys() {
      addEventListener("keydown", async ({ timeStamp }) => keys.push((await painted()) - timeStamp), true);
    },
    takeKeys: () => keys.splice(0),
    takeLongTasks: () => longTasks.splice(0).map(({ duration }) => duration),
    takeShifts: () => shifts.splice(0),
  };
})();
