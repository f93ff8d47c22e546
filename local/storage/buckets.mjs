// Buckets: made and read as the caller; without a policy that is the service role only.
import { json } from "./bodies.mjs";
import { as } from "./database.mjs";
import { invalid, notFound, StorageError } from "./errors.mjs";
import { discard } from "./files.mjs";

export const listBuckets = ({ caller }) => as(caller, (tx) => tx`select * from storage.buckets order by name`);

export async function getBucket({ caller, bucket }) {
  const [row] = await as(caller, (tx) => tx`select * from storage.buckets where id = ${bucket}`);
  if (!row) throw notFound("Bucket");
  return row;
}

const UNITS = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, KIB: 1024, MIB: 1024 ** 2, GIB: 1024 ** 3 };
function bytesOf(value) {
  if (value === undefined || value === null) return null;
  const match = /^(\d+)\s*([KMG]?I?B)?$/i.exec(String(value));
  if (!match) throw invalid("file_size_limit is a number of bytes, or like 10MB");
  return Number(match[1]) * UNITS[(match[2] ?? "B").toUpperCase()];
}

export async function createBucket({ request, caller }) {
  const body = await json(request);
  const id = String(body.id ?? body.name ?? "");
  if (!/^[\w!.*'() &$@=;:+,?-]{1,100}$/.test(id)) throw invalid("The bucket's name is not valid");
  await as(caller, (tx) => tx`insert into storage.buckets ${tx({
    id, name: id, public: body.public === true, file_size_limit: bytesOf(body.file_size_limit),
    allowed_mime_types: body.allowed_mime_types ?? null, owner_id: caller.claims.sub ?? null,
  })}`);
  return { name: id };
}

export async function updateBucket({ request, caller, bucket }) {
  const body = await json(request);
  const rows = await as(caller, (tx) => tx`
    update storage.buckets set public = ${body.public === true},
      file_size_limit = ${bytesOf(body.file_size_limit)}, allowed_mime_types = ${body.allowed_mime_types ?? null},
      updated_at = now()
    where id = ${bucket} returning id`);
  if (rows.length === 0) throw notFound("Bucket");
  return { message: "Successfully updated" };
}

export async function emptyBucket({ caller, bucket }) {
  const rows = await as(caller, (tx) => tx`delete from storage.objects where bucket_id = ${bucket} returning version`);
  await Promise.all(rows.map((row) => discard(row.version)));
  return { message: "Successfully emptied" };
}

export async function deleteBucket({ caller, bucket }) {
  try {
    const rows = await as(caller, (tx) => tx`delete from storage.buckets where id = ${bucket} returning id`);
    if (rows.length === 0) throw notFound("Bucket");
  } catch (error) {
    if (error.code === "23503") throw new StorageError(400, "InvalidRequest", "The bucket you tried to delete is not empty", "409");
    throw error;
  }
  return { message: "Successfully deleted" };
}
