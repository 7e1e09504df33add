// What the page fills in for a route. One that is not here is called with GET at its own path.
const JSON_TYPE = "Content-Type: application/json";

export const examples = {
  "/api/hello": { about: "The first route: the same answer to every method." },
  "/api/docs/[...slug]": {
    about: "A catch-all: try api/posts, or a path of your own.",
    path: "/api/docs/api/users",
  },
  "/api/data": { about: "CORS and caching headers. OPTIONS answers a browser's preflight." },
  "/api/secure-data": {
    about: "Wants the token that the server has in API_TOKEN.",
    headers: "Authorization: Bearer my-secret-token",
  },
  "/api/echo/[[...path]]": {
    about: "Shows all that a handler knows of the request.",
    method: "POST",
    path: "/api/echo/a/b?colour=red&colour=blue",
    headers: JSON_TYPE,
    body: '{"name": "Ada", "tags": ["x", "y"]}',
  },
  "/api/routes": { about: "The paths that this page lists." },
};
