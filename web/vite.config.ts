import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import icons from "unplugin-icons/vite";
import { defineConfig } from "vitest/config";

const server = "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [vue(), icons({ compiler: "vue3", scale: 1 })],
  resolve: { alias: { "@": fileURLToPath(new URL("src", import.meta.url)) } },
  build: {
    // The pages are served under a policy without inline scripts and without data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    // The server refuses other origins than its own: to it, this page is its own.
    proxy: { "/api": { target: server, ws: true, headers: { origin: server } } },
  },
  test: {
    include: ["test/**/*.test.ts"],
    restoreMocks: true,
    unstubGlobals: true,
  },
});
