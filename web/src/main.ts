import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/table.css";
import { createApp } from "vue";
import { browserWorld } from "./api/world";
import { router } from "./router";
import { createClient } from "./state/client";
import App from "./views/App.vue";
import { begin } from "./views/appearance";
import { clientKey } from "./views/reactive";

const client = createClient(browserWorld());
client.start();

function mount(): void {
  createApp(App).use(router).provide(clientKey, client).mount("#app");
}

// A catalogue that does not load is no reason to show nothing: the page speaks English then.
begin().then(mount, mount);
