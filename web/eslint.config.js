import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import vue from "eslint-plugin-vue";
import globals from "globals";
import ts from "typescript-eslint";

/** Forbids imports by pattern; the last rule that matches a file is the one that counts. */
const without = (...groups) => ({
  "no-restricted-imports": ["error", { patterns: groups.map(([group, message]) => ({ group, message })) }],
});

const framework = [["vue", "vue-router", "virtua*", "**/*.vue"], "state and api are plain TypeScript."];
const views = [["@/views", "@/views/**", "**/views/**"], "views read state; nothing reads views."];
const state = [["@/state", "@/state/**", "**/state/**"], "state calls api, never the other way."];

export default ts.config(
  { ignores: ["dist", "src/api/wire.ts"] },
  js.configs.recommended,
  ts.configs.strictTypeChecked,
  ts.configs.stylisticTypeChecked,
  vue.configs["flat/recommended"],
  {
    languageOptions: {
      globals: globals.browser,
      parserOptions: {
        parser: ts.parser,
        projectService: true,
        extraFileExtensions: [".vue"],
      },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "max-params": ["error", 6],
      complexity: ["error", 10],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "vue/block-lang": ["error", { script: { lang: "ts" } }],
      "vue/block-order": ["error", { order: ["script", "template", "style"] }],
      "vue/component-api-style": ["error", ["script-setup"]],
      "vue/define-emits-declaration": "error",
      "vue/define-props-declaration": "error",
      // Every text that a person reads is in the message catalogue.
      "vue/no-bare-strings-in-template": "error",
      "vue/no-v-html": "error",
      "vue/multi-word-component-names": "off", // a view is named after its noun
      "vue/require-default-prop": "off", // an optional prop is typed as such
    },
  },
  { files: ["src/state/**/*.ts"], rules: without(framework, views) },
  { files: ["src/api/**/*.ts"], rules: without(framework, views, state) },
  {
    files: ["public/*.js"],
    extends: [ts.configs.disableTypeChecked],
    languageOptions: { parserOptions: { projectService: false } },
  },
  {
    files: ["*.config.{js,ts}"],
    extends: [ts.configs.disableTypeChecked],
    languageOptions: { globals: globals.node, parserOptions: { projectService: false } },
  },
  prettier,
);
