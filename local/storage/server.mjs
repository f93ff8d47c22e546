// Supabase Storage's HTTP API for the embedded stack: routes, and errors in Storage's shape.
import http from "node:http";
import * as buckets from "./buckets.mjs";
import { sql } from "./database.mjs";
import { invalid, StorageError, translate } from "./errors.mjs";
import * as objects from "./objects.mjs";
import { callerOf } from "./tokens.mjs";

// First match wins: the named prefixes come before the plain object addresses.
const B = "(?<bucket>[^/]+)";
const N = "(?<name>.+)";
const routes = [
  ["GET", "/bucket", buckets.listBuckets],
  ["POST", "/bucket", buckets.createBucket],
  ["GET", `/bucket/${B}`, buckets.getBucket],
  ["PUT", `/bucket/${B}`, buckets.updateBucket],
  ["DELETE", `/bucket/${B}`, buckets.deleteBucket],
  ["POST", `/bucket/${B}/empty`, buckets.emptyBucket],
  ["POST", "/object/move", objects.move],
  ["POST", "/object/copy", objects.copy],
  ["POST", `/object/list/${B}`, objects.list],
  ["POST", `/object/sign/${B}`, objects.signMany],
  ["POST", `/object/sign/${B}/${N}`, objects.signOne],
  ["GET,HEAD", `/object/sign/${B}/${N}`, objects.getSigned],
  ["POST", `/object/upload/sign/${B}/${N}`, objects.signUpload],
  ["PUT", `/object/upload/sign/${B}/${N}`, objects.putSigned],
  ["GET,HEAD", `/object/public/${B}/${N}`, objects.getPublic],
  ["GET,HEAD", `/object/info/authenticated/${B}/${N}`, objects.info],
  ["GET,HEAD", `/object/info/${B}/${N}`, objects.info],
  ["GET,HEAD", `/object/authenticated/${B}/${N}`, objects.get],
  ["GET,HEAD", `/object/${B}/${N}`, objects.get],
  ["POST,PUT", `/object/${B}/${N}`, objects.put],
  ["DELETE", `/object/${B}/${N}`, objects.remove],
  ["DELETE", `/object/${B}`, objects.remove],
].map(([methods, pattern, handler]) => ({
  methods: methods.split(","),
  pattern: new RegExp(`^${pattern}/?$`),
  handler,
}));

function answer(response, status, value) {
  if (response.headersSent) return response.destroy();
  const text = JSON.stringify(value);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  return response.end(text);
}

async function handle(request, response) {
  const url = new URL(request.url, "http://storage");
  let path;
  try {
    path = decodeURIComponent(url.pathname).replace(/^\/storage\/v1/, "");
  } catch {
    throw invalid("The address is not UTF-8");
  }
  if (path === "/status") return answer(response, 200, { status: "ok" });
  for (const { methods, pattern, handler } of routes) {
    const match = methods.includes(request.method) && pattern.exec(path);
    if (!match) continue;
    const caller = await callerOf(request);
    const context = { request, response, caller, query: url.searchParams, ...match.groups };
    const result = await handler(context);
    if (!response.headersSent && !response.writableEnded) answer(response, 200, result);
    return undefined;
  }
  throw new StorageError(404, "not_found", "Route not found");
}

const server = http.createServer((request, response) => {
  handle(request, response).catch((error) => {
    const known = translate(error);
    if (!known) console.error(JSON.stringify({ level: "error", error: String(error), code: error?.code }));
    const failure = known ?? new StorageError(500, "internal", "Storage failed");
    response.on("finish", () => request.destroyed || request.resume());
    answer(response, failure.status, failure.body);
  });
});
server.listen(Number(process.env.PORT), process.env.HOST ?? "127.0.0.1", () =>
  console.log(`listening on ${process.env.PORT}`),
);
for (const signal of ["SIGTERM", "SIGINT"])
  process.on(signal, () => {
    server.close(() => sql.end({ timeout: 1 }).then(() => process.exit(0)));
    server.closeIdleConnections();
    setTimeout(() => process.exit(0), 2000).unref();
  });
