// API keys, as Supabase's gateway treats them: the publishable key stands for `anon`, the secret key
// for `service_role`; a user's own token in Authorization outranks both.

/**
 * @param {{publishableKey: string, secretKey: string, anonJwt: string, serviceJwt: string}} keys
 */
export function createKeys({ publishableKey, secretKey, anonJwt, serviceJwt }) {
  const tokens = new Map([
    [publishableKey, anonJwt],
    [secretKey, serviceJwt],
    [anonJwt, anonJwt],
    [serviceJwt, serviceJwt],
  ]);

  /**
   * @param {import("node:http").IncomingMessage} request
   * @returns {{authorization: string} | {error: string}} the bearer to send on, or why not
   */
  return function authorize(request) {
    const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
    const apikey = request.headers.apikey;
    if (apikey !== undefined && !tokens.has(apikey)) return { error: "Invalid API key" };
    // A bare legacy key as bearer names the project as well as an apikey does; a user's token does not.
    if (apikey === undefined && !tokens.has(bearer)) return { error: "No API key found in request" };
    return { authorization: `Bearer ${tokens.get(bearer ?? apikey) ?? bearer}` };
  };
}
