// Metadata in Postgres, asked **as the caller**: the same RLS policies decide as everywhere else.
import postgres from "postgres";

export const sql = postgres(process.env.DATABASE_URL, { max: 8, onnotice: () => {}, idle_timeout: 30 });

/**
 * Run queries in one transaction under the caller's role and claims.
 * @template T
 * @param {{role: string, claims: object}} caller
 * @param {(tx: postgres.TransactionSql) => Promise<T>} work
 * @returns {Promise<T>}
 */
export const as = (caller, work) =>
  sql.begin(async (tx) => {
    await tx`select set_config('role', ${caller.role}, true),
      set_config('request.jwt.claims', ${JSON.stringify(caller.claims)}, true),
      set_config('request.jwt.claim.sub', ${caller.claims.sub ?? ""}, true)`;
    return work(tx);
  });

/** The service itself: only after a token it signed has been verified. */
export const SERVICE = { role: "service_role", claims: { role: "service_role" } };
