// For ESLint alone, whose TypeScript cannot look into .vue files; vue-tsc can, and sees their true types.
declare module "*.vue" {
  import type { Component } from "vue";
  const view: Component;
  export default view;
}
