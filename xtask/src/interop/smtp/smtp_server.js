// Three servers: SMTP with STARTTLS, SMTP with TLS, and LMTP.
// What they accept is stored as it came: N.eml, and then N.json, which says who sent it to whom.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { SMTPServer } = require('smtp-server');

const [store, certificate, key, token, starttls, tls, lmtp, ...known] = process.argv.slice(2);
const users = new Map(known.map(user => user.split(':', 2)));
const offered = new Set();
let begun = 0;
// Goes on where an earlier one has ended.
let count = fs.readdirSync(store).filter(name => name.endsWith('.json')).length;

function refusal(code, text) {
    return Object.assign(new Error(text), { responseCode: code });
}

function serve(port, options) {
    const server = new SMTPServer({
        name: 'localhost',
        cert: fs.readFileSync(certificate),
        key: fs.readFileSync(key),
        authMethods: ['PLAIN', 'LOGIN', 'CRAM-MD5', 'XOAUTH2'],
        authOptional: true,
        size: 50 * 1024 * 1024,
        hideSMTPUTF8: false,
        hideENHANCEDSTATUSCODES: false,
        hideDSN: false,
        hideREQUIRETLS: false,
        disableReverseLookup: true,
        onAuth(auth, session, done) {
            const password = users.get(auth.username);
            const right = {
                XOAUTH2: () => auth.accessToken === token && password !== undefined,
                'CRAM-MD5': () => password !== undefined && auth.validatePassword(password),
            };
            if ((right[auth.method] ?? (() => password !== undefined && auth.password === password))()) {
                return done(null, { user: auth.username });
            }
            if (auth.method === 'XOAUTH2') {
                return done(null, { data: { status: '401', schemes: 'bearer', scope: 'mail' } });
            }
            done(refusal(535, 'that is not right'));
        },
        onRcptTo(address, session, done) {
            const user = address.address.split('@')[0];
            if (user === 'nosuch') return done(refusal(550, 'no such user'));
            if (user === 'full' && !options.lmtp) return done(refusal(552, 'the mailbox is full'));
            const offer = JSON.stringify([session.envelope.mailFrom.address, address.address]);
            if (user === 'grey' && !offered.has(offer)) {
                offered.add(offer);
                return done(refusal(450, 'not yet'));
            }
            done();
        },
        onData(stream, session, done) {
            const unnamed = path.join(store, 'unnamed-' + process.pid + '-' + ++begun);
            const file = fs.createWriteStream(unnamed);
            stream.pipe(file);
            file.on('finish', () => {
                // What does not come to its end has no number.
                const name = path.join(store, String(++count));
                fs.renameSync(unnamed, name + '.eml');
                const { mailFrom, rcptTo, ...rest } = session.envelope;
                const told = {
                    from: mailFrom ? mailFrom.address : '',
                    mail: mailFrom ? mailFrom.args : null,
                    to: rcptTo.map(recipient => recipient.address),
                    rcpt: rcptTo,
                    envelope: rest,
                    user: session.user ?? null,
                    tls: session.secure,
                };
                fs.writeFileSync(name + '.new', JSON.stringify(told));
                fs.renameSync(name + '.new', name + '.json');
                if (!options.lmtp) return done(null, 'stored as ' + path.basename(name));
                done(null, told.to.map(to => (to.startsWith('full@') ? refusal(452, 'the mailbox is full') : 'stored for ' + to)));
            });
        },
        ...options,
    });
    server.on('error', error => console.error(error.message));
    server.listen(Number(port), '127.0.0.1');
}

serve(starttls, {});
serve(tls, { secure: true });
serve(lmtp, { lmtp: true });
