// Objects: upload, download, list, move, copy, remove, signed addresses.
import { as, SERVICE, sql } from "./database.mjs";
import { badMime, denied, invalid, notFound, StorageError, tooLarge } from "./errors.mjs";
import { discard, duplicateFile, read, store } from "./files.mjs";
import { json, upload } from "./bodies.mjs";
import { sign, verify } from "./tokens.mjs";

const MAX_BYTES = 1024 * 1024 * 1024;
const UPLOAD_SECONDS = 2 * 3600;

/** What Supabase Storage allows in a key. @param {string} name */
export function checkName(name) {
  const ok = /^(?:[\w/!.*'() &$@=;:+,?-])+$/.test(name) && name.length <= 1024;
  if (!ok || name.startsWith("/") || name.split("/").some((part) => part === ".." || part === ""))
    throw new StorageError(400, "InvalidKey", `Invalid key: ${name.slice(0, 100)}`);
  return name;
}

async function bucketOf(id) {
  const [bucket] = await sql.begin(async (tx) => {
    await tx`select set_config('role', 'service_role', true)`;
    return tx`select * from storage.buckets where id = ${id}`;
  });
  if (!bucket) throw notFound("Bucket");
  return bucket;
}

function checkMime(bucket, mime) {
  const allowed = bucket.allowed_mime_types;
  if (!allowed || allowed.length === 0) return;
  const [kind] = mime.split("/");
  if (!allowed.some((one) => one === mime || one === `${kind}/*`)) throw badMime(mime);
}

const metadataOf = (file, mime, cacheControl) => ({
  eTag: file.etag,
  size: file.size,
  mimetype: mime,
  cacheControl,
  lastModified: new Date().toISOString(),
  contentLength: file.size,
  httpStatusCode: 200,
});

/** Ask the policies before the bytes are taken; nothing is kept. */
const tryWrite = (caller, bucketId, name, upsert) =>
  as(caller, async (tx) => {
    await tx.savepoint(async (sp) => {
      await writeRow(sp, caller, bucketId, name, upsert, null, null);
      throw new Rollback();
    });
  }).catch((error) => {
    if (!(error instanceof Rollback)) throw error;
  });
class Rollback extends Error {}

async function writeRow(tx, caller, bucketId, name, upsert, version, metadata) {
  const owner = caller.claims.sub ?? null;
  const values = { bucket_id: bucketId, name, owner, owner_id: owner, version, metadata };
  if (!upsert) {
    // No `returning`: an upload needs the right to insert, not to read.
    await tx`insert into storage.objects ${tx(values)}`;
    return null;
  }
  const [old] = await tx`
    select version from storage.objects where bucket_id = ${bucketId} and name = ${name} for update`;
  await tx`
    insert into storage.objects ${tx(values)}
    on conflict (bucket_id, name) do update
    set version = excluded.version, metadata = excluded.metadata, owner = excluded.owner,
      owner_id = excluded.owner_id, updated_at = now()`;
  return old?.version ?? null;
}

async function write(request, caller, bucketId, name, upsert) {
  checkName(name);
  const bucket = await bucketOf(bucketId);
  await tryWrite(caller, bucketId, name, upsert);
  const limit = Math.min(Number(bucket.file_size_limit ?? MAX_BYTES), MAX_BYTES);
  // A multipart body is a little larger than its file; the meter decides exactly.
  if (Number(request.headers["content-length"] ?? 0) > limit + 64 * 1024) throw tooLarge();
  const { result, fields } = await upload(request, async (stream, mime) => {
    checkMime(bucket, mime);
    return { file: await store(stream, limit), mime };
  });
  const seconds = fields.cacheControl ?? /max-age=(\d+)/.exec(request.headers["cache-control"] ?? "")?.[1];
  const metadata = metadataOf(result.file, result.mime, seconds ? `max-age=${seconds}` : "no-cache");
  try {
    const old = await as(caller, (tx) => writeRow(tx, caller, bucketId, name, upsert, result.file.version, metadata));
    await discard(old);
  } catch (error) {
    await discard(result.file.version);
    throw error;
  }
  const [row] = await as(SERVICE, (tx) => tx`
    select id from storage.objects where bucket_id = ${bucketId} and name = ${name}`);
  return { Id: row?.id, Key: `${bucketId}/${name}` };
}

export const put = ({ request, caller, bucket, name }) =>
  write(request, caller, bucket, name, request.method === "PUT" || request.headers["x-upsert"] === "true");

async function find(caller, bucket, name) {
  const [row] = await as(caller, (tx) => tx`
    select * from storage.objects where bucket_id = ${bucket} and name = ${name}`);
  if (!row?.version) throw notFound();
  return row;
}

function rangeOf(header, size) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return undefined;
  const start = match[1] === "" ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const end = match[1] === "" || match[2] === "" ? size - 1 : Math.min(Number(match[2]), size - 1);
  if (start >= size || start > end) return null;
  return { start, end };
}

/** Stream an object out: ranges, conditional requests, a name to save it under. */
function send({ request, response, query }, row) {
  const { size, mimetype, eTag, cacheControl, lastModified } = row.metadata;
  const headers = {
    "content-type": mimetype ?? "application/octet-stream",
    etag: eTag,
    "last-modified": new Date(lastModified).toUTCString(),
    "cache-control": cacheControl ?? "no-cache",
    "accept-ranges": "bytes",
    // An uploaded page must not run as one of ours.
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
  };
  if (query.has("download")) {
    const name = encodeURIComponent(query.get("download") || row.name.split("/").pop());
    headers["content-disposition"] = `attachment; filename*=UTF-8''${name}`;
  }
  if (request.headers["if-none-match"] === eTag) return response.writeHead(304, headers).end();
  const range = rangeOf(request.headers.range, size);
  if (range === null) return response.writeHead(416, { ...headers, "content-range": `bytes */${size}` }).end();
  if (range) {
    headers["content-range"] = `bytes ${range.start}-${range.end}/${size}`;
    headers["content-length"] = range.end - range.start + 1;
  } else headers["content-length"] = size;
  response.writeHead(range ? 206 : 200, headers);
  if (request.method === "HEAD" || size === 0) return response.end();
  const stream = read(row.version, range);
  stream.on("error", () => response.destroy());
  return stream.pipe(response);
}

export const get = async (context) =>
  send(context, await find(context.caller, context.bucket, context.name));

export async function getPublic(context) {
  const bucket = await bucketOf(context.bucket);
  if (!bucket.public) throw notFound("Bucket");
  return send(context, await find(SERVICE, context.bucket, context.name));
}

export async function getSigned(context) {
  await verify("read", context.query.get("token"), `${context.bucket}/${context.name}`);
  return send(context, await find(SERVICE, context.bucket, context.name));
}

export async function info({ caller, bucket, name }) {
  const row = await find(caller, bucket, name);
  return {
    id: row.id, name: row.name, version: row.version, bucket_id: row.bucket_id, size: row.metadata.size,
    content_type: row.metadata.mimetype, cache_control: row.metadata.cacheControl, etag: row.metadata.eTag,
    metadata: row.user_metadata, last_modified: row.metadata.lastModified, created_at: row.created_at,
  };
}

async function signedPath(caller, bucket, name, seconds) {
  await find(caller, bucket, name);
  const token = await sign("read", { url: `${bucket}/${name}` }, seconds);
  return `/object/sign/${bucket}/${encodeURI(name)}?token=${token}`;
}

const secondsOf = (value) => {
  const seconds = Number(value);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 31_536_000) throw invalid("expiresIn is in seconds");
  return seconds;
};

export async function signOne({ request, caller, bucket, name }) {
  const { expiresIn } = await json(request);
  return { signedURL: await signedPath(caller, bucket, name, secondsOf(expiresIn)) };
}

export async function signMany({ request, caller, bucket }) {
  const { expiresIn, paths } = await json(request);
  if (!Array.isArray(paths)) throw invalid("paths is a list");
  const seconds = secondsOf(expiresIn);
  return Promise.all(
    paths.slice(0, 500).map(async (path) => {
      try {
        return { path, signedURL: await signedPath(caller, bucket, String(path), seconds), error: null };
      } catch {
        return { path, signedURL: null, error: "Either the object does not exist or you do not have access to it" };
      }
    }),
  );
}

export async function signUpload({ request, caller, bucket, name }) {
  checkName(name);
  await bucketOf(bucket);
  const upsert = request.headers["x-upsert"] === "true";
  await tryWrite(caller, bucket, name, upsert);
  const claims = { url: `${bucket}/${name}`, owner: caller.claims.sub ?? null, role: caller.role, upsert };
  const token = await sign("upload", claims, UPLOAD_SECONDS);
  return { url: `/object/upload/sign/${bucket}/${encodeURI(name)}?token=${token}`, token };
}

export async function putSigned({ request, bucket, name, query }) {
  const claims = await verify("upload", query.get("token"), `${bucket}/${name}`);
  // As its owner once more: what was allowed two hours ago may not be so now.
  const owner = { role: claims.role, claims: { sub: claims.owner ?? undefined, role: claims.role } };
  return write(request, owner, bucket, name, claims.upsert === true);
}

export async function remove({ request, caller, bucket, name }) {
  const names = name ? [name] : (await json(request)).prefixes;
  if (!Array.isArray(names) || names.length > 1000) throw invalid("prefixes is a list of at most 1000 names");
  const rows = await as(caller, (tx) => tx`
    delete from storage.objects where bucket_id = ${bucket} and name in ${tx(names.map(String))}
    returning *`);
  await Promise.all(rows.map((row) => discard(row.version)));
  if (name && rows.length === 0) throw notFound();
  return name ? { message: "Successfully deleted" } : rows;
}

export async function move({ request, caller }) {
  const { bucketId, sourceKey, destinationKey, destinationBucket = bucketId } = await json(request);
  checkName(String(destinationKey));
  const rows = await as(caller, (tx) => tx`
    update storage.objects set name = ${destinationKey}, bucket_id = ${destinationBucket}, updated_at = now()
    where bucket_id = ${bucketId} and name = ${sourceKey} returning id`);
  if (rows.length === 0) throw notFound();
  return { message: "Successfully moved" };
}

export async function copy({ request, caller }) {
  const { bucketId, sourceKey, destinationKey, destinationBucket = bucketId } = await json(request);
  checkName(String(destinationKey));
  const source = await find(caller, bucketId, sourceKey);
  await tryWrite(caller, destinationBucket, destinationKey, false);
  const version = await duplicateFile(source.version);
  try {
    await as(caller, (tx) => writeRow(tx, caller, destinationBucket, destinationKey, false, version, source.metadata));
  } catch (error) {
    await discard(version);
    throw error;
  }
  return { Key: `${destinationBucket}/${destinationKey}` };
}

const SORTS = new Set(["name", "created_at", "updated_at", "last_accessed_at"]);

export async function list({ request, caller, bucket }) {
  const { prefix = "", limit = 100, offset = 0, search = "", sortBy } = await json(request);
  const folder = prefix === "" || String(prefix).endsWith("/") ? String(prefix) : `${prefix}/`;
  const column = SORTS.has(sortBy?.column) ? sortBy.column : "name";
  const down = sortBy?.order === "desc";
  const rows = await as(caller, (tx) => tx`
    select distinct on (entry) entry as name, case when leaf then id end as id,
      case when leaf then updated_at end as updated_at, case when leaf then created_at end as created_at,
      case when leaf then last_accessed_at end as last_accessed_at, case when leaf then metadata end as metadata
    from (
      select o.*, split_part(substr(o.name, ${folder.length + 1}), '/', 1) as entry,
        position('/' in substr(o.name, ${folder.length + 1})) = 0 as leaf
      from storage.objects as o
      where o.bucket_id = ${bucket} and starts_with(o.name, ${folder})
    ) as entries
    where entry ilike ${`${String(search).replaceAll(/[\\%_]/g, String.raw`\$&`)}%`}
    order by entry limit 10000`);
  rows.sort((a, b) => (String(a[column] ?? "") < String(b[column] ?? "") ? -1 : 1) * (down ? -1 : 1));
  return rows.slice(Number(offset), Number(offset) + Math.min(Number(limit), 1000));
}
