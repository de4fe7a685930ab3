// Measures in the page, from the browser's own time of an input to the frame that shows what it did: as the browser says
// when that was on the screen (Event Timing, to 8 ms), if it was the first frame.
window.bench = (() => {
  const longTasks = [];
  const shifts = [];
  const keys = [];
  const waiting = new Map();
  let measured = Promise.resolve(0);

  /** Milliseconds: of what takes less the browser does not tell. */
  const LEAST = 16;

  new PerformanceObserver((list) => {
    for (const { name, startTime, duration } of list.getEntries()) waiting.get(`${name} ${startTime}`)?.(duration);
  }).observe({ type: "event", durationThreshold: LEAST });

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

  /** Within a frame: once it has been handed over to be shown. The next frame may come before a message does. */
  function painted() {
    return new Promise((resolve) => {
      const end = () => resolve(performance.now());
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = end;
      port2.postMessage(null);
      requestAnimationFrame(end);
    });
  }

  /** How long after the event the next frame was on the screen. */
  function answered({ type, timeStamp }) {
    const given = `${type} ${timeStamp}`;
    return new Promise((resolve) => {
      waiting.set(given, resolve);
      setTimeout(() => resolve(LEAST), 5_000);
    }).finally(() => waiting.delete(given));
  }

  /** From the next event of this type to the frame in which `isThere` says so, in milliseconds. */
  function arm(type, isThere) {
    measured = new Promise((resolve) => {
      const begin = async (event) => {
        await frame();
        if (isThere()) {
          resolve(await answered(event));
          return;
        }
        do await frame();
        while (!isThere());
        resolve((await painted()) - event.timeStamp);
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
      addEventListener("keydown", (event) => keys.push(answered(event)), true);
    },
    takeKeys: () => Promise.all(keys.splice(0)),
    takeLongTasks: () => longTasks.splice(0).map(({ duration }) => duration),
    takeShifts: () => shifts.splice(0),
  };
})();
