/* Runs before anything is painted, so that nobody who wants it dark sees it light first: see src/views/appearance.ts. */
(() => {
  const root = document.documentElement;
  let kept = {};
  try {
    kept = JSON.parse(localStorage.getItem("deskchat.appearance") ?? "{}");
  } catch {
    // The browser keeps nothing for this page, or not what was kept: it looks as the device says.
  }
  root.dataset.theme = kept.theme ?? "system";
  root.dataset.density = kept.density ?? "comfortable";
  const contrast = kept.contrast === "more" || matchMedia("(prefers-contrast: more)").matches;
  root.dataset.contrast = contrast ? "more" : "normal";
})();
