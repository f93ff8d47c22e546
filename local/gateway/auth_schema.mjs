// Prints the SQL of Auth's own schema, for the bootstrap: migrations hang a trigger on auth.users,
// so it must exist before them.
import { getAuthSchemaSql } from "@supabase/lite";

process.stdout.write(getAuthSchemaSql());
