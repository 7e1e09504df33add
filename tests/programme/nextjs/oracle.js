// Answers lines of JSON, [area, input], with what Next.js makes of the input.
const modules = process.env.NEXT_MODULES + '/';
const dist = modules + 'next/dist/';
const { Readable } = require('stream');
const querystring = require('querystring');
const bytes = require(dist + 'compiled/bytes');
const contentType = require(dist + 'compiled/content-type');
const cookie = require(dist + 'compiled/cookie');
const fresh = require(dist + 'compiled/fresh');
const { parseBody } = require(dist + 'server/api-utils/node/parse-body');
const { getServerUtils } = require(dist + 'server/server-utils');
const { searchParamsToUrlQuery } = require(dist + 'shared/lib/router/utils/querystring');
const { getRouteMatcher } = require(dist + 'shared/lib/router/utils/route-matcher');
const { getRouteRegex } = require(dist + 'shared/lib/router/utils/route-regex');
const { getSortedRoutes, isDynamicRoute } = require(dist + 'shared/lib/router/utils');
const plain = getServerUtils({ page: '/x', rewrites: {}, pageIsDynamic: false });

function value([kind, content]) {
  switch (kind) {
    case 'number': return Number(content);
    case 'list': return content.map(value);
    case 'time': return new Date(content);
    case 'toJSON': return { toJSON: () => value(content) };
    case 'dict': {
      const object = {};
      for (const [name, each] of content) {
        Object.defineProperty(object, value(name),
          { value: value(each), enumerable: true, configurable: true, writable: true });
      }
      return object;
    }
    default: return content;
  }
}

function pairs(object) {
  return Object.keys(object).map((name) => [name, object[name]]);
}

async function body([type, content, limit]) {
  const raw = Buffer.from(content, 'latin1');
  const req = Readable.from(raw.length ? [raw] : []);
  req.headers = { 'content-length': String(raw.length) };
  if (type !== null) req.headers['content-type'] = type;
  try {
    const parsed = await parseBody(req, limit);
    return ['body', typeof parsed === 'string' ? parsed : JSON.stringify(parsed)];
  } catch (error) {
    return [error.statusCode, error.message];
  }
}

// As resolve-routes.js does: files that spell the path first, then the dynamic ones in their order.
function find(pages, path) {
  if (pages.includes(path)) return [path, undefined];
  for (const page of getSortedRoutes(pages).filter((each) => isDynamicRoute(each))) {
    const params = getRouteMatcher(getRouteRegex(page))(path);
    if (params) return [page, params];
  }
  return [null];
}

// As RouteModule.prepareImpl does, between the router and the handler.
function prepared(page, params, path, text) {
  const utils = getServerUtils({ page, rewrites: {}, pageIsDynamic: isDynamicRoute(page) });
  const query = searchParamsToUrlQuery(new URL('/?' + text, 'http://n').searchParams);
  const req = { url: path + (text && '?' + text) };
  if (!params && utils.dynamicRouteMatcher) {
    const result = utils.normalizeDynamicRouteParams(utils.dynamicRouteMatcher(path) || {}, true);
    if (result.hasValidParams) params = result.params;
  }
  utils.normalizeCdnUrl(req, Object.keys(utils.defaultRouteMatches || {}));
  utils.filterInternalQuery(query, []);
  if (isDynamicRoute(page)) {
    const ofQuery = utils.normalizeDynamicRouteParams(query, true);
    const ofPath = utils.normalizeDynamicRouteParams(params || {}, true);
    const used = ofPath.hasValidParams && params ? params : ofQuery.hasValidParams ? query : {};
    req.url = utils.interpolateDynamicPath(req.url, used);
    const pathname = utils.interpolateDynamicPath(path, used);
    if (!params && ofQuery.hasValidParams) {
      params = { ...ofQuery.params };
      for (const key in utils.defaultRouteMatches) delete query[key];
    }
    if (!params) params = utils.dynamicRouteMatcher(pathname) || {};
  }
  return [page, pairs({ ...query, ...params }), req.url];
}

function match([pages, path, text]) {
  let page, params;
  try {
    [page, params] = find(pages, path);
  } catch (error) {
    return 400;
  }
  return page === null ? 404 : prepared(page, params, path, text);
}

const areas = {
  stringify: (input) => JSON.stringify(value(input)),
  parse_json: (input) => JSON.stringify(JSON.parse(input)),
  parse_query: (input) => {
    const query = searchParamsToUrlQuery(new URL('/?' + input, 'http://n').searchParams);
    plain.filterInternalQuery(query, []);
    return pairs(query);
  },
  serialize_query: (input) => {
    const req = { url: '/?' + input };
    plain.normalizeCdnUrl(req, []);
    return req.url.slice(2);
  },
  parse_form: (input) => pairs(querystring.decode(input)),
  parse_cookies: (input) => pairs(cookie.parse(input)),
  serialize_cookie: ([name, text, options]) => {
    if (options.expires != null) options.expires = new Date(options.expires);
    if (options.maxAge != null) options.maxAge = Number(options.maxAge);
    return cookie.serialize(name, text, options);
  },
  parse_size: (input) => {
    const size = bytes.parse(input);
    return Number.isFinite(size) ? String(BigInt(Math.floor(size))) : null;
  },
  format_size: (input) => bytes.format(input),
  parse_content_type: (input) => {
    const { type, parameters } = contentType.parse(input);
    return [type, pairs(parameters)];
  },
  is_fresh: ([headers, etag]) => fresh(headers, { etag }),
  encode_uri_component: encodeURIComponent,
  decode_component: decodeURIComponent,
  reason: (status) => require('http').STATUS_CODES[status] || 'unknown',
  body,
  conflicts: (pages) => {
    getSortedRoutes(pages);
    return true;
  },
  match,
};

async function answer(line) {
  const [area, input] = JSON.parse(line);
  try {
    return { value: await areas[area](input) };
  } catch (error) {
    return { refused: true };
  }
}

(async () => {
  for await (const line of require('readline').createInterface({ input: process.stdin })) {
    process.stdout.write(JSON.stringify(await answer(line)) + '\n');
  }
})();
