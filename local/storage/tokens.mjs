// Who calls (the project's JWT), and the tokens in signed addresses (same secret, own purpose).
import { jwtVerify, SignJWT } from "jose";
import { invalidJwt } from "./errors.mjs";

const secret = new TextEncoder().encode(process.env.JWT_SECRET);
const ROLES = new Set(["anon", "authenticated", "service_role"]);

/** @param {import("node:http").IncomingMessage} request */
export async function callerOf(request) {
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (bearer === undefined) return { role: "anon", claims: { role: "anon" } };
  try {
    const { payload } = await jwtVerify(bearer, secret, { algorithms: ["HS256"] });
    if (!ROLES.has(payload.role)) throw invalidJwt();
    return { role: payload.role, claims: payload };
  } catch {
    throw invalidJwt();
  }
}

/** @param {"read" | "upload"} purpose @param {object} claims @param {number} seconds */
export const sign = (purpose, claims, seconds) =>
  new SignJWT({ ...claims, purpose })
    .setProtectedHeader({ alg: "HS256" })
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
    .sign(secret);

/** @param {"read" | "upload"} purpose @param {string | null} token @param {string} url */
export async function verify(purpose, token, url) {
  try {
    const { payload } = await jwtVerify(token ?? "", secret, { algorithms: ["HS256"] });
    if (payload.purpose !== purpose || payload.url !== url) throw invalidJwt();
    return payload;
  } catch {
    throw invalidJwt();
  }
}
