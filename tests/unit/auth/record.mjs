// Signs people in with the real packages and prints their cookies and tokens, what has become of some of them on
// the way, and the session that each package itself reads from them. `python -m tests.unit.auth.record` runs it.
import { createRequire } from 'node:module'
import { Auth, skipCSRFCheck } from '@auth/core'
import { encode as encode5 } from 'next-auth5/jwt'
import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { jwt } from 'better-auth/plugins'

const require = createRequire(import.meta.url)
const { AuthHandler } = require('./node_modules/next-auth4/core/index.js') // what its route calls
const { encode: encode4 } = require('next-auth4/jwt')
const jose4 = createRequire(require.resolve('next-auth4'))('jose')

const version = (name) => require(`./node_modules/${name}/package.json`).version
const now = () => Math.floor(Date.now() / 1000)
const quiet = { error() {}, warn() {}, debug() {} }

const NEW = 'uB3mN8vQ2xR7tY5wZ1aC4dF6gH9jK0pL'
const OLD = 'old-Wq7Er5Ty3Ui1Op9As8Df6Gh4Jk2L'
const FOREIGN = 'foreign-Zx1Cv3Bn5Mq7We9Rt2Yu4Io6P'

const people = {
  ada: { id: '1', name: 'Ada Lovelace', email: 'ada@example.com', image: 'https://example.com/ada.png' },
  unicode: { id: '2', name: '毛泽 “Zoë” 🦊 Ł\u0000\u202e', email: 'zoë@exämple.com', image: null },
  nameless: { id: '3', email: 'nameless@example.com' },
  nobody: { id: '4' },
  odd: { id: '5', name: '</script>;,%41=', email: '', image: '' },
}
// What a `jwt` callback adds: the default session shows none of it.
const callbacks = { jwt: ({ token, user }) => (user ? { ...token, role: 'admin', groups: ['a', 'b'] } : token) }
const large = (bytes) => ({
  jwt: ({ token, user }) => (user ? { ...token, note: 'é'.repeat(bytes / 2) } : token),
})

const settings = (person, more = {}) => ({
  secret: NEW,
  callbacks,
  logger: quiet,
  providers: [
    { id: 'credentials', name: 'c', type: 'credentials', credentials: {}, authorize: () => people[person] },
  ],
  ...more,
})

// --- Auth.js 5 -------------------------------------------------------------------------------------------------

const secure5 = (url) => url.startsWith('https:')
const name5 = (url) => `${secure5(url) ? '__Secure-' : ''}authjs.session-token`

async function ask5(url, path, options, init = {}) {
  return Auth(new Request(`${url}/api/auth/${path}`, init), {
    trustHost: true,
    basePath: '/api/auth',
    skipCSRFCheck,
    ...options,
  })
}

async function signIn5(url, options) {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const answer = await ask5(url, 'callback/credentials', options, { method: 'POST', headers, body: 'a=b' })
  return sessionCookies(answer.headers.getSetCookie(), name5(url))
}

function sessionCookies(lines, name) {
  const pairs = lines.map((line) => line.split(';')[0].split(/=(.*)/s)).filter(([key]) => key.startsWith(name))
  return Object.fromEntries(pairs.map(([key, value]) => [key, decodeURIComponent(value)]))
}

async function session5(url, options, cookies) {
  const cookie = Object.entries(cookies).map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
  const answer = await ask5(url, 'session', options, { headers: { cookie: cookie.join('; ') } })
  return answer.json()
}

// --- NextAuth 4 ------------------------------------------------------------------------------------------------

const name4 = (url) => `${secure5(url) ? '__Secure-' : ''}next-auth.session-token`

async function ask4(url, options, request) {
  process.env.NEXTAUTH_URL = url
  return AuthHandler({ req: { host: url, method: 'GET', headers: {}, query: {}, ...request }, options })
}

async function signIn4(url, options) {
  const csrf = await ask4(url, options, { action: 'csrf' })
  const cookies = Object.fromEntries(csrf.cookies.map(({ name, value }) => [name, value]))
  const body = { csrfToken: csrf.body.csrfToken }
  const request = { action: 'callback', providerId: 'credentials', method: 'POST', body, cookies }
  const answer = await ask4(url, options, request)
  const own = answer.cookies.filter(({ name }) => name.startsWith(name4(url)))
  return Object.fromEntries(own.map(({ name, value }) => [name, value]))
}

async function session4(url, options, cookies) {
  const { body } = await ask4(url, options, { action: 'session', cookies })
  return Object.keys(body).length ? JSON.parse(JSON.stringify(body)) : null
}

// --- Whole sessions ----------------------------------------------------------------------------------------------

const versions = { 4: [signIn4, session4, name4, encode4], 5: [signIn5, session5, name5, encode5] }
const HTTP = 'http://localhost:3000'
const HTTPS = 'https://shop.example'
const sessions = []

async function record(title, major, url, secrets, cookies, options = settings('ada')) {
  const session = await versions[major][1](url, options, cookies)
  sessions.push({ title: `${major}: ${title}`, major, url, secrets, now: now(), cookies, session })
}

for (const major of [4, 5]) {
  const [signIn, , name, encode] = versions[major]
  for (const person of Object.keys(people)) {
    for (const url of [HTTP, HTTPS]) {
      const options = settings(person)
      await record(`${person}, ${url}`, major, url, [NEW], await signIn(url, options), options)
    }
  }
  for (const bytes of [3000, 6000, 9000]) {
    const options = settings('ada', { callbacks: large(bytes) })
    const cookies = await signIn(HTTPS, options)
    const title = `${bytes} bytes more, ${Object.keys(cookies).length} cookies`
    await record(title, major, HTTPS, [NEW], cookies, options)
    if (bytes !== 3000) continue
    const [first, ...rest] = Object.entries(cookies)
    const backwards = Object.fromEntries(Object.entries(cookies).reverse())
    await record(`${title}, backwards`, major, HTTPS, [NEW], backwards, options)
    await record(`${title}, the first is missing`, major, HTTPS, [NEW], Object.fromEntries(rest), options)
    const cut = Object.fromEntries(Object.entries(cookies).slice(0, -1))
    await record(`${title}, the last is missing`, major, HTTPS, [NEW], cut, options)
    const swapped = { ...cookies, [first[0]]: rest[0][1], [rest[0][0]]: first[1] }
    await record(`${title}, two are swapped`, major, HTTPS, [NEW], swapped, options)
    await record(`${title}, and one that is whole`, major, HTTPS, [NEW], { ...cookies, [name(HTTPS)]: first[1] })
  }
  const old = await signIn(HTTP, settings('ada', { secret: OLD }))
  await record('signed with another secret', major, HTTP, [NEW], old)
  if (major === 5) {
    await record('signed before the rotation', 5, HTTP, [NEW, OLD], old, settings('ada', { secret: [NEW, OLD] }))
    const fresh = await signIn(HTTP, settings('ada', { secret: [NEW, OLD] }))
    await record('signed after the rotation', 5, HTTP, [NEW, OLD], fresh, settings('ada', { secret: [NEW, OLD] }))
  }

  // --- What time, strangers and accidents make of a token
  const claims = { name: 'Ada', email: 'ada@example.com', picture: null, sub: '1' }
  const token = (more) => encode({ token: claims, secret: NEW, salt: major === 5 ? name(HTTP) : '', ...more })
  const give = (title, value) => record(title, major, HTTP, [NEW], { [name(HTTP)]: value })
  await give('whole', await token({}))
  await give('ends in a minute', await token({ maxAge: 60 }))
  await give('ended 5 seconds ago', await token({ maxAge: -5 }))
  await give('ended 60 seconds ago', await token({ maxAge: -60 }))
  await give('another secret', await token({ secret: FOREIGN }))
  await give('another salt', await token({ salt: 'x' }))
  await give('a database session', crypto.randomUUID())
  await give('empty', '')
  const parts = (await token({})).split('.')
  for (const at of [0, 1, 2, 3, 4]) {
    const flip = (text) => (text ? text.slice(0, 5) + (text[5] === 'A' ? 'B' : 'A') + text.slice(6) : 'AAAA')
    await give(`part ${at} changed`, parts.map((part, index) => (index === at ? flip(part) : part)).join('.'))
    await give(`part ${at} emptied`, parts.map((part, index) => (index === at ? 'A' : part)).join('.'))
    await give(`part ${at} left out`, parts.filter((_, index) => index !== at).join('.'))
  }
  const whole = parts.join('.')
  await give('a character more', `${whole}A`)
  await give('a character less', whole.slice(0, -1))
  await give('half', whole.slice(0, whole.length / 2))
  await give('a part more', `${whole}.AAAA`)
  const head = (header) => Buffer.from(JSON.stringify(header)).toString('base64url')
  const own = JSON.parse(Buffer.from(parts[0], 'base64url'))
  const headers = {
    'alg none': { ...own, alg: 'none' },
    'alg A256KW': { ...own, alg: 'A256KW' },
    'alg PBES2': { ...own, alg: 'PBES2-HS256+A128KW', p2c: 10_000_000, p2s: 'AAAA' },
    'enc A128GCM': { ...own, enc: 'A128GCM' },
    'zip': { ...own, zip: 'DEF' },
    'crit': { ...own, crit: ['x'], x: 1 },
    'another kid': { ...own, kid: 'x' },
    'a jku': { ...own, jku: 'http://127.0.0.1:1/' },
  }
  for (const [title, header] of Object.entries(headers)) {
    await give(`header with ${title}`, [head(header), ...parts.slice(1)].join('.'))
  }

  // --- Made by jose with the right key, as neither package would
  const { hkdf } = createRequire(require.resolve('next-auth4'))('@panva/hkdf')
  const info5 = `Auth.js Generated Encryption Key (${name(HTTP)})`
  const info = major === 5 ? info5 : 'NextAuth.js Generated Encryption Key'
  const key = (bytes) => hkdf('sha256', NEW, major === 5 ? name(HTTP) : '', info, bytes)
  const make = async (header, payload = { ...claims, exp: now() + 3600 }, bytes = 32) =>
    new jose4.CompactEncrypt(Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', ...header })
      .encrypt(await key(bytes))
  await give('A256GCM', await make({}))
  await give('A256CBC-HS512 without kid', await make({ enc: 'A256CBC-HS512' }, undefined, 64))
  await give('A128CBC-HS256', await make({ enc: 'A128CBC-HS256' }))
  await give('compressed', await make({ zip: 'DEF' }))
  await give('a bomb', await make({ zip: 'DEF' }, { ...claims, exp: now() + 3600, note: ' '.repeat(200_000) }))
  await give('no exp', await make({}, claims))
  await give('exp is text', await make({}, { ...claims, exp: String(now() + 3600) }))
  await give('exp is null', await make({}, { ...claims, exp: null }))
  await give('nbf is to come', await make({}, { ...claims, exp: now() + 3600, nbf: now() + 600 }))
  await give('nbf is nearly there', await make({}, { ...claims, exp: now() + 3600, nbf: now() + 5 }))
  await give('iat is to come', await make({}, { ...claims, exp: now() + 3600, iat: now() + 600 }))
  await give('a list', await make({}, [claims]))
  await give('a text', await make({}, 'null'))
  await give('no JSON', await make({}, '{"exp":'))
  await give('a token within', await make({ cty: 'JWT' }, whole))
  await give('names that are no texts', await make({}, { name: 1, email: ['x'], picture: {}, exp: now() + 3600 }))
}

// --- Better Auth -------------------------------------------------------------------------------------------------

function shop(url, options = {}) {
  return betterAuth({
    baseURL: url,
    secret: NEW,
    logger: { disabled: true },
    database: memoryAdapter({ user: [], session: [], account: [], verification: [], jwks: [] }),
    emailAndPassword: { enabled: true },
    plugins: [jwt(options)],
  })
}

async function signUp(auth, url, person) {
  const headers = { 'Content-Type': 'application/json', origin: new URL(url).origin }
  const body = JSON.stringify({ password: 'correct horse', ...person })
  const base = new URL(url).pathname === '/' ? `${new URL(url).origin}/api/auth` : url
  const answer = await auth.handler(new Request(`${base}/sign-up/email`, { method: 'POST', headers, body }))
  const cookie = answer.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ')
  const get = async (path) => (await auth.handler(new Request(`${base}/${path}`, { headers: { cookie } }))).json()
  return { cookie, jwks: await get('jwks'), token: (await get('token')).token }
}

const bearers = []
const verify = async (auth, token) => (await auth.api.verifyJWT({ body: { token } })).payload

async function shown(title, url, auth, jwks, token) {
  bearers.push({ title, url, now: now(), jwks, token, payload: await verify(auth, token) })
}

const friends = {
  ada: { name: 'Ada Lovelace', email: 'ada@example.com', image: 'https://example.com/ada.png' },
  unicode: { name: '毛泽 “Zoë” 🦊 Ł', email: 'zoe@example.com' },
}
for (const url of [HTTP, 'https://shop.example/auth']) {
  for (const [name, person] of Object.entries(friends)) {
    const auth = shop(url)
    const { jwks, token } = await signUp(auth, url, person)
    await shown(`${name}, ${url}`, url, auth, jwks, token)
  }
}
for (const alg of ['ES256', 'ES512', 'RS256', 'PS256']) {
  const auth = shop(HTTP, { jwks: { keyPairConfig: { alg } } })
  const { jwks, token } = await signUp(auth, HTTP, friends.ada)
  await shown(alg, HTTP, auth, jwks, token)
}
{
  const auth = shop(HTTP)
  const other = await signUp(shop(HTTP), HTTP, friends.ada)
  const { jwks, token, cookie } = await signUp(auth, HTTP, friends.ada)
  const give = (title, value) => shown(title, HTTP, auth, jwks, value)
  const [head, body, signature] = token.split('.')
  const text = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const own = JSON.parse(Buffer.from(head, 'base64url'))
  await give('another shop', other.token)
  await give('a cookie of a session', decodeURIComponent(cookie.split('=')[1]))
  await give('signature changed', `${head}.${body}.${signature.slice(0, 5)}${signature[5] === 'A' ? 'B' : 'A'}${signature.slice(6)}`)
  await give('signature left out', `${head}.${body}.`)
  await give('body changed', `${head}.${text({ ...JSON.parse(Buffer.from(body, 'base64url')), name: 'Eve' })}.${signature}`)
  await give('alg none', `${text({ ...own, alg: 'none' })}.${body}.`)
  await give('alg HS256', `${text({ ...own, alg: 'HS256' })}.${body}.${signature}`)
  await give('no kid', `${text({ alg: 'EdDSA' })}.${body}.${signature}`)
  await give('a part less', `${head}.${body}`)
  await give('empty', '')
  const sign = async (payload) => (await auth.api.signJWT({ body: { payload } })).token
  const claims = { sub: '1', name: 'Ada', email: 'ada@example.com' }
  await give('signed by hand', await sign(claims))
  await give('another issuer', await sign({ ...claims, iss: 'https://evil.example' }))
  await give('another audience', await sign({ ...claims, aud: 'https://evil.example' }))
  await give('several audiences', await sign({ ...claims, aud: ['https://evil.example', HTTP] }))
  await give('no sub', await sign({ name: 'Ada' }))
  await give('ended', await sign({ ...claims, exp: now() - 60 }))
  await give('nbf is to come', await sign({ ...claims, nbf: now() + 600 }))
}

const names = ['next-auth4', 'next-auth5', '@auth/core', 'better-auth', 'next', 'jose']
const packages = Object.fromEntries(names.map((name) => [name, version(name)]))
process.stdout.write(JSON.stringify({ packages, sessions, bearers }), () => process.exit(0))
