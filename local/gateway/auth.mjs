// Supabase Auth (GoTrue-compatible), embedded: the `App` of @supabase/lite on our Postgres.
import { App } from "@supabase/lite";
import { createPostgresConnection } from "@supabase/lite/postgres";

/** Timestamps as ISO 8601: supabase-py refuses Postgres' own form ("2026-01-01 00:00:00+00"). */
const timestamptz = {
  to: 1184,
  from: [1184],
  serialize: (value) => (value instanceof Date ? value.toISOString() : value),
  parse: (text) => new Date(text).toISOString(),
};

/** Mails of Auth (recovery, one-time codes) go to the Resend sandbox like all others. */
function emailDriver({ resendUrl, resendKey }) {
  return {
    async send(message) {
      const response = await fetch(`${resendUrl}/emails`, {
        method: "POST",
        headers: { authorization: `Bearer ${resendKey}`, "content-type": "application/json" },
        body: JSON.stringify({
          from: message.from ?? "Agora <auth@agora.example>",
          to: message.to,
          subject: message.subject,
          html: message.html,
          text: message.text,
        }),
        signal: AbortSignal.timeout(5000),
      });
      if (!response.ok) throw new Error(`mail was not taken: HTTP ${response.status}`);
    },
  };
}

/**
 * @param {{databaseUrl: string, jwtSecret: string, siteUrl: string, resendUrl: string,
 *   resendKey: string}} options
 * @returns {(request: Request, peerAddress: string | null) => Promise<Response>}
 */
export function createAuth(options) {
  const app = new App({
    connection: createPostgresConnection({
      url: options.databaseUrl,
      postgresOptions: { max: 4, types: { timestamptz }, onnotice: () => {} },
    }),
    auth: {
      enabled: true,
      jwt_secret: options.jwtSecret,
      jwt_expiry: 3600,
      site_url: options.siteUrl,
      enable_signup: true,
      email: { enable_signup: true, enable_confirmations: false },
    },
    options: { drivers: { email: emailDriver(options) }, server: { apiKeys: false } },
  });
  return (request, peerAddress) => app.fetch(request, { peerAddress });
}
