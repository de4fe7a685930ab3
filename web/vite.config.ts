import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import icons from "unplugin-icons/vite";
import { defineConfig } from "vitest/config";

const server = "http://127.0.0.1:8000";

/** Icons stand beside a text or in a button that has a name: read out, they would be noise. */
function hideFromReaders(_collection: string, _icon: string, attributes: Record<string, string>): void {
  attributes["aria-hidden"] = "true";
}

export default defineConfig({
  // Every component is a setup function, those of the libraries too: Vue comes without its other way.
  plugins: [
    vue({ features: { optionsAPI: false } }),
    icons({ compiler: "vue3", scale: 1, iconCustomizer: hideFromReaders }),
  ],
  resolve: { alias: { "@": fileURLToPath(new URL("src", import.meta.url)) } },
  build: {
    // The pages are served under a policy without inline scripts and without data: URLs.
    assetsInlineLimit: 0,
    // The oldest browsers that know light-dark(): the colours stay as they are written.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // How long each plugin took is nothing to whoever starts it for the first time.
      checks: { pluginTimings: false },
      output: {
        // In few pieces: each request has its headers, and what is packed together is packed smaller.
        codeSplitting: {
          groups: [
            { name: "desk", tags: ["$initial"], priority: 1 },
            { name: "chat", test: /src\/views\/(chat|room)\// },
          ],
        },
      },
    },
  },
  server: {
    // The server refuses other origins than its own: to it, this page is its own.
    proxy: { "/api": { target: server, ws: true, headers: { origin: server } } },
  },
  test: {
    include: ["test/**/*.test.ts"],
    css: true,
    restoreMocks: true,
    unstubGlobals: true,
    // One module registry for the files of a worker: to read the client anew for each takes longer than to test it.
    isolate: false,
  },
});
