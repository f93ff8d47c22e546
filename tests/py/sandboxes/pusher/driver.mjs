// Drives an unmodified pusher-js: commands as JSON lines on stdin, what happens as JSON lines on stdout.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const Pusher = createRequire(import.meta.url)("pusher-js");
const { key, port, auth } = JSON.parse(process.argv[2]);

const tell = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);
const pusher = new Pusher(key, {
  cluster: "local",
  wsHost: "127.0.0.1",
  wsPort: port,
  forceTLS: false,
  enabledTransports: ["ws"],
  channelAuthorization: { endpoint: `${auth}/channel`, transport: "ajax" },
  userAuthentication: { endpoint: `${auth}/user`, transport: "ajax" },
});

pusher.connection.bind("state_change", ({ current }) => tell({ state: current }));
pusher.connection.bind("error", (error) => tell({ error: error?.data ?? error?.error?.data ?? null }));
pusher.user.bind_global((event, data) => tell({ user: pusher.user.user_data?.id, event, data }));
pusher.connection.bind("message", ({ event }) => {
  if (event === "pusher:signin_success") tell({ event });
});

const commands = {
  subscribe: ({ channel }) => {
    const subscribed = pusher.subscribe(channel);
    subscribed.bind_global((event, data) => {
      // A presence roster has methods; its plain parts are what the test compares.
      const plain = data?.members ? { count: data.count, ids: Object.keys(data.members) } : data;
      tell({ channel, event, data: plain });
    });
    subscribed.bind("client-typing", (data, { user_id }) => tell({ channel, typing: user_id, data }));
  },
  unsubscribe: ({ channel }) => pusher.unsubscribe(channel),
  trigger: ({ channel, event, data }) => pusher.channel(channel).trigger(event, data),
  signin: () => pusher.signin(),
  disconnect: () => pusher.disconnect(),
};

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const command = JSON.parse(line);
    commands[command.do](command);
  })
  .on("close", () => process.exit(0));
