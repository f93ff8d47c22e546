// The one origin that clients know, as on Supabase: /rest/v1, /auth/v1, /storage/v1, and /v1.
import http from "node:http";
import { Readable } from "node:stream";
import httpProxy from "http-proxy";
import { createAuth } from "./auth.mjs";
import { checkJson, checkUrl, maxBody, readBody, refusal } from "./bounds.mjs";
import { createKeys } from "./keys.mjs";

const env = (name) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
};

const targets = {
  rest: { prefix: "/rest/v1", url: env("POSTGREST_URL"), strip: true },
  storage: { prefix: "/storage/v1", url: env("STORAGE_URL"), strip: true },
  v1: { prefix: "/v1", url: env("WEBHOOKS_URL"), strip: false },
};
const authorize = createKeys({
  publishableKey: env("PUBLISHABLE_KEY"),
  secretKey: env("SECRET_KEY"),
  anonJwt: env("ANON_JWT"),
  serviceJwt: env("SERVICE_JWT"),
});
const auth = createAuth({
  databaseUrl: env("AUTH_DATABASE_URL"),
  jwtSecret: env("JWT_SECRET"),
  siteUrl: env("SITE_URL"),
  resendUrl: env("RESEND_API_URL"),
  resendKey: env("RESEND_API_KEY"),
});
const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });
const proxy = httpProxy.createProxyServer({ agent, xfwd: false, proxyTimeout: 120_000 });

/** @param {http.ServerResponse} response */
function refuse(response, { status, code, message }) {
  if (response.headersSent) return response.destroy();
  const body = JSON.stringify({ code, message, details: null, hint: null });
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  return response.end(body);
}

const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET,HEAD,POST,PUT,PATCH,DELETE,OPTIONS",
  "access-control-expose-headers": "content-range,location,retry-after,x-request-id,etag",
  "access-control-max-age": "3600",
};

proxy.on("error", (error, _request, response) => {
  console.error(JSON.stringify({ level: "error", event: "upstream failed", error: String(error) }));
  if (response instanceof http.ServerResponse)
    refuse(response, refusal(502, "upstream_unavailable", "The service behind is not up."));
  else response.destroy();
});
proxy.on("proxyRes", (upstream, request) => {
  // /v1 decides on origins itself; the others are open to any, as on Supabase.
  if (request.area === "v1") return;
  for (const [name, value] of Object.entries(CORS)) upstream.headers[name] ??= value;
});

async function serveAuth(request, response) {
  const body = await readBody(request, maxBody("auth"));
  if (body === undefined) return refuse(response, refusal(413, "body_too_large", "The body is too large."));
  const hasBody = !["GET", "HEAD"].includes(request.method);
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers))
    if (typeof value === "string" && !["connection", "content-length", "transfer-encoding"].includes(name))
      headers.set(name, value);
  const answer = await auth(
    new Request(`http://${request.headers.host}${request.url}`, {
      method: request.method,
      headers,
      body: hasBody && body.length > 0 ? body : undefined,
    }),
    request.socket.remoteAddress ?? null,
  );
  const out = { ...CORS };
  answer.headers.forEach((value, name) => {
    if (!name.startsWith("access-control-")) out[name] = value;
  });
  response.writeHead(answer.status, out);
  return response.end(Buffer.from(await answer.arrayBuffer()));
}

/** PostgREST gets the whole body at once: it must be looked at before. */
async function serveRest(request, response, target) {
  const body = await readBody(request, maxBody("rest"));
  if (body === undefined) return refuse(response, refusal(413, "body_too_large", "The body is too large."));
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    return refuse(response, refusal(400, "invalid_utf8", "The body is not UTF-8."));
  }
  const problem = checkJson(text);
  if (problem) return refuse(response, problem);
  return forward(request, response, target, Readable.from([body]));
}

function forward(request, response, target, buffer) {
  const peer = request.socket.remoteAddress ?? "";
  const chain = request.headers["x-forwarded-for"];
  request.headers["x-forwarded-for"] = chain ? `${chain}, ${peer}` : peer;
  request.headers["x-forwarded-host"] = request.headers.host;
  request.headers["x-forwarded-proto"] = "http";
  if (target.strip) request.url = request.url.slice(target.prefix.length) || "/";
  proxy.web(request, response, { target: target.url, buffer });
}

async function handle(request, response) {
  const problem = checkUrl(request.url);
  if (problem) return refuse(response, problem);
  if (request.url === "/healthz") return response.end("ok");
  const area = /^\/(rest|auth|storage)\/v1(?:[/?]|$)|^\/(v1)(?:[/?]|$)/.exec(request.url);
  const name = area?.[1] ?? area?.[2];
  if (name === undefined) return refuse(response, refusal(404, "not_found", "Nothing is served here."));
  request.area = name;
  if (Number(request.headers["content-length"] ?? 0) > (name === "auth" ? maxBody("auth") : maxBody(name)))
    return refuse(response, refusal(413, "body_too_large", "The body is too large."));
  if (name === "v1") return forward(request, response, targets.v1);
  if (request.method === "OPTIONS") {
    const asked = request.headers["access-control-request-headers"];
    response.writeHead(204, { ...CORS, "access-control-allow-headers": asked ?? "authorization,apikey,content-type" });
    return response.end();
  }
  // Public, signed and health addresses of Storage carry their own permission or need none.
  const keyless = name === "storage" || /^\/auth\/v1\/(verify|authorize|callback|health|\.well-known)/.test(request.url);
  const allowed = authorize(request);
  if ("error" in allowed) {
    if (!keyless || request.headers.apikey !== undefined) return refuse(response, refusal(401, "invalid_api_key", allowed.error));
  } else request.headers.authorization = allowed.authorization;
  if (name === "auth") return serveAuth(request, response);
  delete request.headers.apikey;
  return name === "rest" ? serveRest(request, response, targets.rest) : forward(request, response, targets.storage);
}

const server = http.createServer({ maxHeaderSize: 32 * 1024 }, (request, response) => {
  handle(request, response).catch((error) => {
    console.error(JSON.stringify({ level: "error", event: "request failed", error: String(error) }));
    refuse(response, refusal(500, "gateway_error", "The gateway failed."));
  });
});
server.keepAliveTimeout = 65_000;
server.listen(Number(env("PORT")), "127.0.0.1", () => console.log(`listening on ${env("PORT")}`));
for (const signal of ["SIGTERM", "SIGINT"])
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    setTimeout(() => process.exit(0), 2000).unref();
  });
