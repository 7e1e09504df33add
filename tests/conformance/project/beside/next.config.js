const path = require('path')
const ours = process.env.PYTHON_PORT

module.exports = {
  distDir: `.next/${ours ? 'before' : 'behind'}`,
  turbopack: { root: path.join(__dirname, '..') },
  async rewrites() {
    return { fallback: ours ? [{ source: '/api/:path*', destination: `http://127.0.0.1:${ours}/api/:path*` }] : [] }
  },
}
