// An unmodified supabase-js: signs up, writes and reads under RLS, uses Storage; prints one JSON line.
import { createClient } from "@supabase/supabase-js";
import WebSocket from "ws"; // Node 20 has none of its own, and supabase-js asks for one

const [url, key] = process.argv.slice(2);
const options = {
  auth: { persistSession: false, autoRefreshToken: false },
  realtime: { transport: WebSocket },
};
const must = ({ data, error }) => {
  if (error) throw new Error(JSON.stringify(error));
  return data;
};
const email = `js-${crypto.randomUUID()}@example.com`;
const supabase = createClient(url, key, options);
const signed = must(await supabase.auth.signUp({ email, password: "correct horse 42" }));
const again = createClient(url, key, options);
must(await again.auth.signInWithPassword({ email, password: "correct horse 42" }));
must(await again.auth.refreshSession());

const shop = must(await again.rpc("create_shop", { name: "JS shop", slug: `js-${crypto.randomUUID().slice(0, 8)}` }));
const product = must(
  await again.from("products").insert({ shop_id: shop.id, title: "From JS", kind: "digital" }).select().single(),
);
const taken = await again.rpc("create_shop", { name: "JS shop", slug: shop.slug });
const path = `${shop.id}/${product.id}/dot.png`;
const picture = new Blob([new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10])], { type: "image/png" });
must(await again.storage.from("product-images").upload(path, picture));
const shown = must(await again.storage.from("product-images").download(path));
const anonymous = createClient(url, key, options);
const hidden = must(await anonymous.from("shops").select("*").eq("id", shop.id));
const refused = await anonymous.storage.from("product-images").upload(`${shop.id}/x.png`, picture);
must(await again.auth.signOut());

console.log(
  JSON.stringify({
    user: signed.user.email === email,
    product: product.title,
    error: { code: taken.error.code, hint: taken.error.hint, status: taken.status },
    bytes: shown.size,
    hidden: hidden.length,
    refused: refused.error !== null,
  }),
);
