// What is refused before any service sees it. PostgREST 12.0.2 burns seconds on a long unknown
// argument name, gigabytes on ten megabytes of brackets, and answers 500 to invalid UTF-8.

export const MAX_URL = 8192;
export const MAX_PARAMETER_NAME = 128;
export const MAX_DEPTH = 64;
const KIB = 1024;
const MAX_BODY = { rest: 1024 * KIB, auth: 64 * KIB, storage: 110 * 1024 * KIB, v1: 1024 * KIB };

/** @param {number} status @param {string} code @param {string} message */
export const refusal = (status, code, message) => ({ status, code, message });

/** Refuse an address that is too long or not UTF-8. @param {string} url */
export function checkUrl(url) {
  if (url.length > MAX_URL) return refusal(414, "url_too_long", `An address has at most ${MAX_URL} bytes.`);
  const query = url.indexOf("?") < 0 ? "" : url.slice(url.indexOf("?") + 1);
  for (const part of query.split("&")) {
    if (part.split("=")[0].length > MAX_PARAMETER_NAME)
      return refusal(400, "parameter_name_too_long", `A parameter's name has at most ${MAX_PARAMETER_NAME} bytes.`);
  }
  try {
    decodeURIComponent(url.replaceAll("+", " "));
  } catch {
    return refusal(400, "invalid_utf8", "The address is not UTF-8.");
  }
  return undefined;
}

/** @param {keyof typeof MAX_BODY} area */
export const maxBody = (area) => MAX_BODY[area];

/** Nesting and keys of a JSON text, without parsing it. @param {string} text */
export function checkJson(text) {
  let depth = 0;
  let inString = false;
  let start = 0;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (inString) {
      if (char === "\\") i += 1;
      else if (char === '"') {
        inString = false;
        if (i - start > MAX_PARAMETER_NAME && /^\s*:/.test(text.slice(i + 1, i + 20)))
          return refusal(400, "parameter_name_too_long", `A key has at most ${MAX_PARAMETER_NAME} characters.`);
      }
    } else if (char === '"') {
      inString = true;
      start = i + 1;
    } else if (char === "[" || char === "{") {
      depth += 1;
      if (depth > MAX_DEPTH) return refusal(400, "json_too_deep", `JSON is nested at most ${MAX_DEPTH} deep.`);
    } else if (char === "]" || char === "}") depth -= 1;
  }
  return undefined;
}

/**
 * Read a body up to a limit.
 * @param {import("node:http").IncomingMessage} request @param {number} limit
 * @returns {Promise<Buffer | undefined>} undefined when it is larger
 */
export async function readBody(request, limit) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
