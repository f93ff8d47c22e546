// An unmodified pusher-js client that prints what it hears, one JSON line each.
// Usage: node listen.mjs '{"key", "host", "port", "auth", "token", "channels": []}'
import Pusher from "pusher-js";

const options = JSON.parse(process.argv[2]);
const say = (value) => console.log(JSON.stringify(value));
const pusher = new Pusher(options.key, {
  cluster: "mt1",
  wsHost: options.host,
  wsPort: options.port,
  forceTLS: false,
  enabledTransports: ["ws"],
  disableStats: true,
  channelAuthorization: {
    endpoint: options.auth,
    transport: "ajax",
    headers: { Authorization: `Bearer ${options.token}` },
  },
});
pusher.connection.bind("error", (error) => say({ error: error?.data ?? String(error) }));
for (const name of options.channels) {
  const channel = pusher.subscribe(name);
  channel.bind("pusher:subscription_succeeded", () => say({ subscribed: name }));
  channel.bind("pusher:subscription_error", (error) => say({ refused: name, status: error.status }));
  channel.bind_global((event, data) => {
    if (!event.startsWith("pusher:")) say({ channel: name, event, data });
  });
}
process.on("SIGTERM", () => {
  pusher.disconnect();
  process.exit(0);
});
