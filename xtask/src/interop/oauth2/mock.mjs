// oauth2-mock-server, told by each request what to do wrong: the scope of a token request names the
// fault, `login_hint` that of an authorization request.
import { pathToFileURL } from 'node:url';

const [modules, port] = process.argv.slice(2);
const { OAuth2Server } = await import(pathToFileURL(`${modules}/oauth2-mock-server/dist/index.mjs`));

const server = new OAuth2Server();
await server.issuer.keys.generate('RS256');
await server.start(Number(port), '127.0.0.1');
server.issuer.url = `http://127.0.0.1:${port}`;

const TOKEN = {
    'fault:lifetime-text': body => { body.expires_in = '3600'; },
    'fault:lifetime-negative': body => { body.expires_in = -3600; },
    'fault:lifetime-huge': body => { body.expires_in = 1e300; },
    'fault:lifetime-object': body => { body.expires_in = {}; },
    'fault:no-token': body => { delete body.access_token; },
    'fault:no-type': body => { delete body.token_type; },
    'fault:other-type': body => { body.token_type = 'mac'; },
    'fault:token-ends-header': body => { body.access_token = 'token\r\nX-Injected: yes'; },
    'fault:token-number': body => { body.access_token = 7; },
    'fault:scope-array': body => { body.scope = ['a', 'b']; },
    'fault:less-scope': body => { body.scope = 'less'; },
    'fault:error-200': body => { for (const name of Object.keys(body)) delete body[name]; body.error = 'invalid_grant'; },
    'fault:error-escapes': body => {
        for (const name of Object.keys(body)) delete body[name];
        Object.assign(body, { error: 'invalid_grant', error_description: 'red \u001b[31m\r\nalert' });
        return 400;
    },
    'fault:503': body => { body.access_token = 'of-a-failed-answer'; return 503; },
    'fault:redirect': () => 307,
    'fault:large': body => { body.padding = 'x'.repeat(100 << 20); },
};

server.service.on('beforeResponse', (response, request) => {
    const fault = TOKEN[request.body.scope];
    response.statusCode = fault?.(response.body) ?? response.statusCode;
});

const REDIRECT = {
    'fault:other-state': query => query.set('state', 'another'),
    'fault:no-state': query => query.delete('state'),
    'fault:two-states': query => query.append('state', query.get('state')),
    'fault:two-codes': query => query.append('code', 'another'),
    'fault:other-issuer': query => query.set('iss', 'https://attacker.example'),
    'fault:error-and-code': query => query.set('error', 'access_denied'),
    'fault:error': query => { query.delete('code'); query.set('error', 'access_denied'); },
    'fault:nothing': query => { for (const name of [...query.keys()]) query.delete(name); },
};

server.service.on('beforeAuthorizeRedirect', (redirect, request) => {
    REDIRECT[request.query.login_hint]?.(redirect.url.searchParams);
});

const ID_TOKEN = {
    'fault:id-issuer': payload => { payload.iss = 'https://attacker.example'; },
    'fault:id-audience': payload => { payload.aud = 'another'; },
    'fault:id-nonce': payload => { payload.nonce = 'another'; },
    'fault:id-no-nonce': payload => { delete payload.nonce; },
    'fault:id-expired': payload => { payload.exp = 1; },
    'fault:id-no-subject': payload => { delete payload.sub; },
    'fault:id-future': payload => { payload.iat = Math.floor(Date.now() / 1000) + 3600; payload.nbf = payload.iat; },
};

// The fault of the authorization request reaches the token by its code.
const faults = new Map();
server.service.on('beforeAuthorizeRedirect', (redirect, request) => {
    faults.set(redirect.url.searchParams.get('code'), request.query.login_hint);
});
server.service.on('beforeTokenSigning', (token, request) => {
    ID_TOKEN[faults.get(request.body.code)]?.(token.payload, token.header);
});

server.service.on('beforeUserinfo', response => {
    response.body = { sub: 'somebody else' };
});
