// One provider at three addresses: plain HTTP, plain HTTP where every DPoP proof needs a nonce, and
// TLS where clients may have certificates. The user is always alice, and says yes unless the
// login_hint is "deny". Everything it is told comes as one JSON file.
import * as crypto from 'node:crypto';
import * as fs from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import { pathToFileURL } from 'node:url';

const told = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const load = name => import(pathToFileURL(`${told.modules}/${name}`));
const { Provider, errors } = await load('oidc-provider/lib/index.js');
const { generateKeyPair, exportJWK } = await load('jose/dist/webapi/index.js');

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

const keys = [];
for (const [alg, kid] of [['RS256', 'rs'], ['PS256', 'ps'], ['ES256', 'es'], ['ES384', 'es384'], ['Ed25519', 'ed']]) {
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    keys.push({ ...(await exportJWK(privateKey)), kid, alg, use: 'sig' });
}

// Of native apps: any port of the loopback addresses is taken (RFC 8252, section 7.3).
const LOOPBACK = ['http://127.0.0.1/callback', 'http://[::1]/callback'];
const native = { application_type: 'native', redirect_uris: LOOPBACK, response_types: ['code'] };
const headless = { redirect_uris: [], response_types: [], grant_types: ['client_credentials'] };
const CODE = ['authorization_code', 'refresh_token'];

function clients(tls) {
    const publicKey = told.keys.public;
    return [
        { client_id: 'public', token_endpoint_auth_method: 'none', ...native, grant_types: [...CODE, DEVICE] },
        { client_id: 'basic', client_secret: told.secrets.basic, token_endpoint_auth_method: 'client_secret_basic',
            ...native, grant_types: [...CODE, 'client_credentials', EXCHANGE] },
        { client_id: 'post', client_secret: told.secrets.post, token_endpoint_auth_method: 'client_secret_post', ...headless },
        { client_id: 'secret-jwt', client_secret: told.secrets.jwt, token_endpoint_auth_method: 'client_secret_jwt', ...headless },
        { client_id: 'key-jwt', token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'ES256',
            jwks: { keys: [publicKey] }, ...native, grant_types: [...CODE, 'client_credentials'],
            request_object_signing_alg: 'ES256' },
        { client_id: 'par', token_endpoint_auth_method: 'none', ...native, grant_types: ['authorization_code'],
            require_pushed_authorization_requests: true },
        { client_id: 'jar', token_endpoint_auth_method: 'none', ...native, grant_types: ['authorization_code'],
            jwks: { keys: [publicKey] }, request_object_signing_alg: 'ES256', require_signed_request_object: true },
        { client_id: 'jarm', token_endpoint_auth_method: 'none', ...native, grant_types: ['authorization_code'],
            authorization_signed_response_alg: 'ES256', id_token_signed_response_alg: 'ES256' },
        { client_id: 'dpop', token_endpoint_auth_method: 'none', ...native, grant_types: CODE, dpop_bound_access_tokens: true },
        { client_id: 'userinfo-jwt', token_endpoint_auth_method: 'none', ...native, grant_types: ['authorization_code'],
            userinfo_signed_response_alg: 'PS256', id_token_signed_response_alg: 'PS256' },
        { client_id: 'ed25519', token_endpoint_auth_method: 'none', ...native, grant_types: ['authorization_code'],
            id_token_signed_response_alg: 'Ed25519' },
        { client_id: 'resource-server', client_secret: told.secrets.resource_server,
            token_endpoint_auth_method: 'client_secret_basic', redirect_uris: [], response_types: [], grant_types: [],
            introspection_signed_response_alg: 'ES256' },
        ...(tls ? [
            { client_id: 'certificate', token_endpoint_auth_method: 'tls_client_auth',
                tls_client_auth_subject_dn: told.tls.subject, tls_client_certificate_bound_access_tokens: true, ...headless },
            { client_id: 'self-signed', token_endpoint_auth_method: 'self_signed_tls_client_auth',
                jwks: { keys: [told.tls.jwk] }, tls_client_certificate_bound_access_tokens: true, ...headless },
        ] : []),
    ];
}

function provide(issuer, { tls = false, nonce = false }) {
    const provider = new Provider(issuer, {
        clients: clients(tls),
        jwks: { keys },
        clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt',
            ...(tls ? ['tls_client_auth', 'self_signed_tls_client_auth'] : [])],
        cookies: { keys: ['of no importance'], long: { secure: tls }, short: { secure: tls } },
        pkce: { required: () => true },
        rotateRefreshToken: () => true,
        issueRefreshToken: async (ctx, client, code) =>
            client.grantTypeAllowed('refresh_token') && code.scopes.has('offline_access'),
        ttl: { AccessToken: 60, ClientCredentials: 60, DeviceCode: 120, AuthorizationCode: 60, RefreshToken: 3600,
            IdToken: 60, Grant: 3600, Interaction: 300, Session: 3600 },
        scopes: ['openid', 'offline_access', 'email'],
        claims: { openid: ['sub'], email: ['email'], acr: null, auth_time: null },
        acrValues: ['urn:anyrfc:silver'],
        findAccount: async (ctx, id) => ({ accountId: id, claims: async () => ({ sub: id, email: `${id}@example.test` }) }),
        interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
        features: {
            devInteractions: { enabled: false },
            clientCredentials: { enabled: true },
            deviceFlow: { enabled: true },
            revocation: { enabled: true },
            introspection: { enabled: true },
            jwtIntrospection: { enabled: true },
            jwtUserinfo: { enabled: true },
            pushedAuthorizationRequests: { enabled: true },
            requestObjects: { enabled: true },
            jwtResponseModes: { enabled: true },
            encryption: { enabled: true },
            registration: { enabled: true },
            registrationManagement: { enabled: true, rotateRegistrationAccessToken: true },
            rpInitiatedLogout: { enabled: true },
            claimsParameter: { enabled: true },
            dPoP: { enabled: true, ...(nonce ? { nonceSecret: crypto.randomBytes(32), requireNonce: () => true } : {}) },
            resourceIndicators: {
                enabled: true,
                defaultResource: () => undefined,
                useGrantedResource: () => true,
                getResourceServerInfo: (ctx, resource) => {
                    if (!resource.startsWith('https://api.')) throw new errors.InvalidTarget();
                    return { scope: 'api:read api:write', audience: resource, accessTokenTTL: 60,
                        accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } };
                },
            },
            ...(tls ? { mTLS: {
                enabled: true,
                certificateBoundAccessTokens: true,
                selfSignedTlsClientAuth: true,
                tlsClientAuth: true,
                getCertificate: ctx => ctx.socket.getPeerX509Certificate?.(),
                certificateAuthorized: ctx => ctx.socket.authorized,
                certificateSubjectMatches: (ctx, property, expected) =>
                    property === 'tls_client_auth_subject_dn' && ctx.socket.getPeerX509Certificate().subject === expected,
            } } : {}),
        },
    });

    // RFC 8693: a token of this provider's for another one.
    provider.registerGrantType(EXCHANGE, async ctx => {
        const { subject_token, subject_token_type, requested_token_type, scope } = ctx.oidc.params;
        if (subject_token_type !== ACCESS_TOKEN) throw new errors.InvalidRequest('unsupported subject_token_type');
        if (requested_token_type && requested_token_type !== ACCESS_TOKEN) {
            throw new errors.InvalidRequest('unsupported requested_token_type');
        }
        const subject = await provider.AccessToken.find(subject_token) ?? await provider.ClientCredentials.find(subject_token);
        if (!subject) throw new errors.InvalidGrant('subject_token not found');
        const token = new provider.ClientCredentials({ client: ctx.oidc.client, scope });
        ctx.body = { access_token: await token.save(), issued_token_type: ACCESS_TOKEN, token_type: 'Bearer', expires_in: token.expiration };
    }, ['audience', 'resource', 'scope', 'requested_token_type', 'subject_token', 'subject_token_type', 'actor_token',
        'actor_token_type'], ['audience', 'resource']);

    // What happens behind a client's back.
    provider.use(async (ctx, next) => {
        if (ctx.path !== '/forget') return next();
        await (await provider.AccessToken.find(ctx.query.token)).destroy();
        ctx.status = 204;
    });

    provider.use(async (ctx, next) => {
        if (!ctx.path.startsWith('/interaction/')) return next();
        const { params, prompt, grantId, session } = await provider.interactionDetails(ctx.req, ctx.res);
        let result;
        if (params.login_hint === 'deny') {
            result = { error: 'access_denied', error_description: 'the user said no' };
        } else if (prompt.name === 'login') {
            result = { login: { accountId: 'alice', acr: 'urn:anyrfc:silver' } };
        } else {
            const grant = grantId ? await provider.Grant.find(grantId)
                : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
            const { missingOIDCScope, missingOIDCClaims, missingResourceScopes } = prompt.details;
            if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(' '));
            if (missingOIDCClaims) grant.addOIDCClaims(missingOIDCClaims);
            for (const [resource, scopes] of Object.entries(missingResourceScopes ?? {})) {
                grant.addResourceScope(resource, scopes.join(' '));
            }
            result = { consent: { grantId: await grant.save() } };
        }
        ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: true }));
    });
    return provider.callback();
}

const { plain, nonce, secured } = told.ports;
http.createServer(provide(`http://127.0.0.1:${plain}`, {})).listen(plain, '127.0.0.1');
http.createServer(provide(`http://127.0.0.1:${nonce}`, { nonce: true })).listen(nonce, '127.0.0.1');
https.createServer({
    cert: fs.readFileSync(told.tls.certificate), key: fs.readFileSync(told.tls.key), ca: fs.readFileSync(told.tls.ca),
    requestCert: true, rejectUnauthorized: false,
}, provide(`https://localhost:${secured}`, { tls: true })).listen(secured, '127.0.0.1');
