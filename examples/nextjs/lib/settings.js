// Where everything is: the local stack, unless the environment says otherwise.

export const settings = () => ({
  api: process.env.BILLING_API_URL ?? "http://127.0.0.1:3000",
  scalekit: process.env.SCALEKIT_ENVIRONMENT_URL ?? "http://127.0.0.1:4568",
  clientId: process.env.SCALEKIT_CLIENT_ID ?? "skc_local",
  clientSecret: process.env.SCALEKIT_CLIENT_SECRET ?? "test_secret",
  redirectUri: process.env.SCALEKIT_REDIRECT_URI ?? "http://localhost:3001/auth/callback",
});

/** Where browsers see this application. */
export const origin = () => new URL(settings().redirectUri).origin;
