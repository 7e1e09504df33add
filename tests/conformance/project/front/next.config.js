const path = require('path')
const site = process.env.FRONT
const upstream = `http://127.0.0.1:${process.env.UPSTREAM_PORT}`

module.exports = {
  distDir: `.next/${site}`,
  turbopack: { root: path.join(__dirname, '..') },
  basePath: site === 'base' ? '/docs' : '',
  trailingSlash: site === 'slash',
  env: { FRONT_WORD: 'from the configuration' },
  poweredByHeader: true,
  async headers() {
    return [
      { source: '/api/:p*', headers: [
        { key: 'X-Cfg', value: 'all' },
        { key: 'Set-Cookie', value: 'cfg=1' },
        { key: 'X-Own', value: 'cfg' },
      ] },
      { source: '/api/show', has: [{ type: 'query', key: 'q', value: '(?<w>a.*)' }], headers: [{ key: 'X-Q-:w', value: 'v-:w' }] },
      { source: '/api/show', missing: [{ type: 'header', key: 'x-none' }], headers: [{ key: 'X-Missing', value: '1' }] },
      { source: '/api/users/:id(\\d+)', headers: [{ key: 'X-User', value: 'user :id' }, { key: 'x-cfg', value: 'last' }] },
      { source: '/api/text', has: [{ type: 'host', value: 'named.test' }], headers: [{ key: 'X-Host', value: 'named' }] },
      { source: '/kept.txt', headers: [{ key: 'Cache-Control', value: 'max-age=9' }, { key: 'Content-Type', value: 'text/x-own' }, { key: 'X-Own', value: 'cfg' }] },
      { source: '/up/:p*', headers: [{ key: 'X-Cfg', value: 'outside' }] },
    ]
  },
  async redirects() {
    return [
      { source: '/old/:id(\\d+)', destination: '/api/users/:id?from=old', permanent: true },
      { source: '/o2/:p*', destination: 'https://ex.com/:p*?a=:p*', permanent: false },
      { source: '/o3', destination: '/there#x', statusCode: 303 },
      { source: '/o4/:a/:b', destination: '/:b/:a', permanent: false },
      { source: '/o5/:a-:b', destination: '/x?one=:a&two=:b', permanent: false },
      { source: '/o6/:a?', destination: '/opt/:a*', statusCode: 301 },
      { source: '/o7/(.*)', destination: '/seven/$1', statusCode: 302 },
      { source: '/oh', has: [{ type: 'host', value: '(?<sub>.*)\\.ex\\.com' }], destination: '/h/:sub', permanent: false },
      { source: '/oc', has: [{ type: 'cookie', key: 'auth', value: 'yes' }], destination: '/c', permanent: false },
      { source: '/oq', has: [{ type: 'query', key: 'to' }], destination: '/q/:to', permanent: false },
      { source: '/om', missing: [{ type: 'cookie', key: 'auth' }], destination: '/login', permanent: false },
      { source: '/ob', destination: '/without', permanent: false, basePath: false },
    ].filter((rule) => site === 'base' || rule.basePath !== false)
  },
  async rewrites() {
    return {
      beforeFiles: [
        { source: '/b/:id', destination: '/api/users/:id?x=1' },
        { source: '/file.txt', has: [{ type: 'query', key: 'over' }], destination: '/api/show' },
        { source: '/b1', destination: '/b/7' },
        { source: '/b/:id', destination: '/api/show?second=:id' },
      ],
      afterFiles: [
        { source: '/a/:id', destination: '/api/users/:id' },
        { source: '/api/show', destination: '/api/users/shadow' },
        { source: '/api/users/taken', destination: '/api/show' },
        { source: '/a2/:p*', destination: '/api/show' },
        { source: '/a3/:p*', destination: '/api/show?k=:p*' },
        { source: '/a4', destination: '/api/app/four?z=1' },
        { source: '/a5', destination: '/file.txt' },
        { source: '/a6/:x/:y', destination: '/api/users/:x' },
        { source: '/a7/:rest*', destination: '/api/opt/:rest*' },
        { source: '/a8', has: [{ type: 'header', key: 'x-who', value: '(?<who>\\w+)' }], destination: '/api/users/:who' },
        { source: '/up/:p*', destination: `${upstream}/:p*` },
        { source: '/upq', destination: `${upstream}/q?own=1` },
      ],
      fallback: [
        { source: '/api/users/:a/:b', destination: '/api/show?fb=:a-:b' },
        { source: '/fb/:p*', destination: `${upstream}/fb/:p*` },
      ],
    }
  },
}
