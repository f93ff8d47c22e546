// An upload's body: multipart as the clients send it, or the raw bytes.
import busboy from "busboy";
import { invalid } from "./errors.mjs";

/** Read a JSON body of at most 1 MiB. @param {import("node:http").IncomingMessage} request */
export async function json(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > 1024 * 1024) throw invalid("The body is too large");
    chunks.push(chunk);
  }
  if (size === 0) return {};
  try {
    const value = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    if (value === null || typeof value !== "object") throw invalid("The body is not a JSON object");
    return value;
  } catch {
    throw invalid("The body is not a JSON object");
  }
}

/**
 * Hand the file of an upload to `take` as a stream, once.
 * @template T
 * @param {import("node:http").IncomingMessage} request
 * @param {(file: import("node:stream").Readable, mime: string) => Promise<T>} take
 * @returns {Promise<{result: T, fields: Record<string, string>}>}
 */
export function upload(request, take) {
  const type = request.headers["content-type"] ?? "application/octet-stream";
  if (!type.startsWith("multipart/form-data"))
    return take(request, type.split(";")[0].trim()).then((result) => ({ result, fields: {} }));
  return new Promise((resolve, reject) => {
    const fields = {};
    let taken;
    const parser = busboy({ headers: request.headers, limits: { files: 1, fields: 10, fieldSize: 64 * 1024 } });
    parser.on("field", (name, value) => {
      fields[name] = value;
    });
    parser.on("file", (_name, file, info) => {
      taken = take(file, info.mimeType);
      taken.catch((error) => {
        file.resume();
        request.unpipe(parser);
        request.resume();
        reject(error);
      });
    });
    parser.on("error", () => reject(invalid("The multipart body is broken")));
    parser.on("close", () =>
      taken ? taken.then((result) => resolve({ result, fields }), reject) : reject(invalid("No file was sent")),
    );
    request.pipe(parser);
  });
}
