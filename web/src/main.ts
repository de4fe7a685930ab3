import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/message.css";
import "./styles/table.css";
import "./styles/list.css";
import { createApp } from "vue";
import { browserWorld } from "./api/world";
import { router } from "./router";
import { createClient } from "./state/client";
import App from "./views/App.vue";
import { clientKey } from "./views/reactive";

const client = createClient(browserWorld());
client.start();

createApp(App).use(router).provide(clientKey, client).mount("#app");
