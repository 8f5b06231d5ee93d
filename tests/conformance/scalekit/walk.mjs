// Walks the Scalekit simulator with Scalekit's own Node SDK:
//
//     node walk.mjs <environment url> <client id> <client secret> <webhook secret> <redirect uri>
//
// Each answer over REST is read by the strict schemas that the SDK ships and must come out of them as it went in: no
// field missing, extra, or of another type. What the SDK itself is told, over gRPC, must be the same. Each line says
// what was held; the exit status is 1 when something differs.

import { fromJson, toJson } from "@bufbuild/protobuf";
import scalekitNode from "@scalekit-sdk/node";
import clients from "@scalekit-sdk/node/lib/pkg/grpc/scalekit/v1/clients/clients_pb.js";
import organizations from "@scalekit-sdk/node/lib/pkg/grpc/scalekit/v1/organizations/organizations_pb.js";
import users from "@scalekit-sdk/node/lib/pkg/grpc/scalekit/v1/users/users_pb.js";
import { createServer } from "node:http";
import { isDeepStrictEqual } from "node:util";

const [environment, clientId, clientSecret, webhookSecret, redirectUri] = process.argv.slice(2);
const sdk = new scalekitNode.ScalekitClient(environment, clientId, clientSecret);
const bearer = { authorization: `Bearer ${await sdk.getClientAccessToken()}` };
const API = "/api/v1/organizations";

let differences = 0;

function held(what, isSo, detail = "") {
  if (!isSo) differences += 1;
  console.log(isSo ? "ok  " : "DIFF", what, isSo ? "" : detail);
}

const plain = (schema, message) => toJson(schema, message, { useProtoFieldName: true, alwaysEmitImplicit: true });

async function rest(method, path, schema, body) {
  const headers = { ...bearer, "content-type": "application/json" };
  const response = await fetch(environment + path, { method, headers, body: body && JSON.stringify(body) });
  const answer = await response.json();
  try {
    const read = plain(schema, fromJson(schema, answer));
    held(`${method} ${path}`, isDeepStrictEqual(read, answer), JSON.stringify({ answer, read }));
  } catch (error) {
    held(`${method} ${path}`, false, `${response.status} ${error.message}`);
  }
  return answer;
}

/** What the SDK reads is what REST answers. */
async function same(what, schema, called, path) {
  const [told, answered] = [plain(schema, await called), await rest("GET", path, schema)];
  held(`SDK ${what}`, isDeepStrictEqual(told, answered), JSON.stringify({ told, answered }));
}

async function walkOrganizations() {
  const wanted = { display_name: "Node", external_id: "node", metadata: { tier: "gold" } };
  const created = await rest("POST", API, organizations.CreateOrganizationResponseSchema, wanted);
  const id = created.organization.id;
  const { GetOrganizationResponseSchema, ListOrganizationsResponseSchema } = organizations;
  await same("getOrganization", GetOrganizationResponseSchema, sdk.organization.getOrganization(id), `${API}/${id}`);
  const byExternalId = sdk.organization.getOrganizationByExternalId("node");
  await same("byExternalId", GetOrganizationResponseSchema, byExternalId, `${API}:external/node`);
  const listed = sdk.organization.listOrganization({ pageSize: 10 });
  await same("listOrganization", ListOrganizationsResponseSchema, listed, `${API}?page_size=10`);
  const members = sdk.user.listOrganizationUsers(id, { pageSize: 10 });
  const path = `${API}/${id}/users?page_size=10`;
  await same("listOrganizationUsers", users.ListOrganizationUsersResponseSchema, members, path);
  await rest("PATCH", `${API}/${id}`, organizations.UpdateOrganizationResponseSchema, { display_name: "Node Inc" });
  return id;
}

async function walkClients(organization) {
  const path = `${API}/${organization}/clients`;
  const wanted = { name: "Importer", scopes: ["usage:write"], audience: ["billing"], expiry: 900 };
  await rest("POST", path, clients.CreateOrganizationClientResponseSchema, wanted);
  const made = await sdk.m2m.createOrganizationClient(organization, wanted);
  const one = made.client.clientId;
  const { GetOrganizationClientResponseSchema, ListOrganizationClientsResponseSchema } = clients;
  const got = () => sdk.m2m.getOrganizationClient(organization, one);
  await same("getOrganizationClient", GetOrganizationClientResponseSchema, got(), `${path}/${one}`);
  const listed = sdk.m2m.listOrganizationClients(organization, { pageSize: 10 });
  await same("listOrganizationClients", ListOrganizationClientsResponseSchema, listed, `${path}?page_size=10`);
  await sdk.m2m.updateOrganizationClient(organization, one, { scopes: ["usage:write", "usage:read"] });
  await same("updateOrganizationClient", GetOrganizationClientResponseSchema, got(), `${path}/${one}`);
  await rest("POST", `${path}/${one}/secrets`, clients.CreateOrganizationClientSecretResponseSchema);
  const { plainSecret, secret } = await sdk.m2m.addOrganizationClientSecret(organization, one);
  await walkToken(organization, one, plainSecret);
  await sdk.m2m.removeOrganizationClientSecret(organization, one, secret.id);
  const refused = await sdk.generateClientToken(one, plainSecret).then(() => false, () => true);
  held("SDK generateClientToken with a removed secret", refused);
  await sdk.m2m.deleteOrganizationClient(organization, one);
  held("SDK deleteOrganizationClient", await got().then(() => false, (error) => error.httpStatus === 404));
}

async function walkToken(organization, client, secret) {
  const options = { issuer: environment, audience: ["billing"], requiredScopes: ["usage:write"] };
  const claims = await sdk.validateToken(await sdk.generateClientToken(client, secret), options);
  const isItsOwn = claims.sub === client && claims.client_id === client && claims.oid === organization;
  held("SDK validateToken of a machine", isItsOwn && !("sid" in claims), JSON.stringify(claims));
}

async function walkSignIn(organization) {
  const listed = await (await fetch(`${environment}/_sim/organizations`)).json();
  const [user] = listed.find(({ id }) => id === organization).members;
  const asked = sdk.getAuthorizationUrl(redirectUri, { scopes: ["openid", "profile", "email", "offline_access"] });
  held("SDK getAuthorizationUrl", (await fetch(asked)).ok, asked);
  const form = new URLSearchParams({ client_id: clientId, redirect_uri: redirectUri, organization, user: user.id });
  const back = await fetch(`${environment}/oauth/login`, { method: "POST", body: form, redirect: "manual" });
  const code = new URL(back.headers.get("location")).searchParams.get("code");
  const session = await sdk.authenticateWithCode(code, redirectUri);
  held("SDK authenticateWithCode", session.user.email === user.email && session.expiresIn === 300, session);
  const { accessToken } = await sdk.refreshAccessToken(session.refreshToken);
  const claims = await sdk.validateToken(accessToken, { issuer: environment, audience: [clientId] });
  held("SDK refreshAccessToken", claims.oid === organization && claims.sid.startsWith("ses_"), claims);
}

async function walkWebhooks(organization) {
  const came = new Promise((resolve) => {
    const server = createServer(async (request, response) => {
      const parts = [];
      for await (const part of request) parts.push(part);
      response.end();
      server.close();
      resolve({ headers: request.headers, body: Buffer.concat(parts).toString() });
    }).listen(0, "127.0.0.1", async () => {
      const url = `http://127.0.0.1:${server.address().port}/`;
      await fetch(`${environment}/_sim/webhook_endpoint`, { method: "PUT", body: JSON.stringify({ url }) });
      await sdk.organization.deleteOrganization(organization);
    });
  });
  const { headers, body } = await came;
  held("SDK verifyWebhookPayload", sdk.verifyWebhookPayload(webhookSecret, headers, body));
  held("webhook of the SDK's own call", JSON.parse(body).type === "organization.deleted", body);
}

const organization = await walkOrganizations();
await walkClients(organization);
await walkSignIn(organization);
await walkWebhooks(organization);
process.exit(differences ? 1 : 0);
