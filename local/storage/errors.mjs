// Storage's own error shape: {statusCode, error, message}.

export class StorageError extends Error {
  /** @param {number} status @param {string} error @param {string} message @param {string} [statusCode] */
  constructor(status, error, message, statusCode = String(status)) {
    super(message);
    this.status = status;
    this.body = { statusCode, error, message };
  }
}

// Storage answers most refusals with HTTP 400 and the real status inside; its clients expect that.
export const notFound = (what = "Object") => new StorageError(400, "not_found", `${what} not found`, "404");
export const duplicate = () => new StorageError(400, "Duplicate", "The resource already exists", "409");
export const denied = () =>
  new StorageError(400, "Unauthorized", "new row violates row-level security policy", "403");
export const invalid = (message) => new StorageError(400, "InvalidRequest", message);
export const invalidJwt = () => new StorageError(400, "InvalidJWT", "jwt is invalid or has expired", "400");
export const tooLarge = () =>
  new StorageError(413, "Payload too large", "The object exceeded the maximum allowed size", "413");
export const badMime = (mime) => new StorageError(415, "invalid_mime_type", `mime type ${mime} is not supported`, "415");

/** What Postgres says, as Storage says it. @param {unknown} error */
export function translate(error) {
  if (error instanceof StorageError) return error;
  if (error?.code === "42501") return denied();
  if (error?.code === "23505") return duplicate();
  if (error?.code === "23503") return notFound("Bucket");
  if (["22021", "22P05", "22P02"].includes(error?.code)) return invalid("The request contains invalid characters");
  return undefined;
}
