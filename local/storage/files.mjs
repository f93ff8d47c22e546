// Bytes on disk, named by object id and version, never by what a client called them.
import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { copyFile, mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { tooLarge } from "./errors.mjs";

const ROOT = process.env.STORAGE_DIR;
await mkdir(path.join(ROOT, "incoming"), { recursive: true });

/** @param {string} version */
const placeOf = (version) => path.join(ROOT, version.slice(0, 2), version);

/**
 * Write a stream to a new file. It is complete and synced when this returns, so a row that names it
 * never points at half a file; a crash leaves at worst a file without a row.
 * @param {import("node:stream").Readable} stream @param {number} limit bytes
 * @returns {Promise<{version: string, size: number, etag: string}>}
 */
export async function store(stream, limit) {
  const version = randomUUID();
  const incoming = path.join(ROOT, "incoming", version);
  const hash = createHash("md5");
  let size = 0;
  const meter = new Transform({
    transform(chunk, _encoding, done) {
      size += chunk.length;
      if (size > limit) return done(tooLarge());
      hash.update(chunk);
      return done(null, chunk);
    },
  });
  try {
    await pipeline(stream, meter, createWriteStream(incoming));
    const handle = await open(incoming, "r");
    await handle.sync();
    await handle.close();
    await mkdir(path.dirname(placeOf(version)), { recursive: true });
    await rename(incoming, placeOf(version));
  } catch (error) {
    await rm(incoming, { force: true });
    throw error;
  }
  return { version, size, etag: `"${hash.digest("hex")}"` };
}

/** @param {string} version @param {{start: number, end: number}} [range] inclusive */
export const read = (version, range) => createReadStream(placeOf(version), range);

/** @param {string | null | undefined} version */
export const discard = (version) => (version ? rm(placeOf(version), { force: true }) : undefined);

/** @param {string} version @returns {Promise<string>} the copy's version */
export async function duplicateFile(version) {
  const copy = randomUUID();
  await mkdir(path.dirname(placeOf(copy)), { recursive: true });
  await copyFile(placeOf(version), placeOf(copy));
  return copy;
}
