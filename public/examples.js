// What the page fills in for a route. One that is not here is called with GET at its own path.
const JSON_TYPE = "Content-Type: application/json";

export const examples = {
  "/api/hello": { about: "The first route: the same answer to every method." },
  "/api/users": {
    about:
      "POST makes a user, GET lists them with their posts (?limit=20&page=2). PUT and DELETE take the id in the body, and the token of that user.",
    method: "POST",
    headers: JSON_TYPE,
    body: '{"name": "Ada Lovelace", "email": "ada@example.com", "age": 36}',
  },
  "/api/users/[id]": {
    about: "One user. PUT changes and DELETE removes it, with the token of that user.",
    path: "/api/users/1",
  },
  "/api/posts": {
    about: "POST writes a post, in the name of who is logged in, or in nobody's. GET lists them.",
    method: "POST",
    headers: JSON_TYPE,
    body: '{"title": "First Post", "content": "This is my first post."}',
  },
  "/api/posts/[id]": {
    about: "One post. Its author may DELETE it; what nobody wrote, anybody may.",
    path: "/api/posts/1",
  },
  "/api/authors/[userId]/[postId]": {
    about: "Two parameters: a post of one author.",
    path: "/api/authors/1/1",
  },
  "/api/docs/[...slug]": {
    about: "A catch-all: try api/posts, or a path of your own.",
    path: "/api/docs/api/users",
  },
  "/api/mongo/posts": {
    about: "Posts in MongoDB, where the server has MONGODB_URI. GET lists them.",
    method: "POST",
    headers: JSON_TYPE,
    body: '{"title": "First Post", "content": "This is my first post.", "author": "Ada"}',
  },
  "/api/data": { about: "CORS and caching headers. OPTIONS answers a browser's preflight." },
  "/api/contact": {
    about: "What the contact form below sends, here as JSON.",
    method: "POST",
    headers: JSON_TYPE,
    body: '{"name": "Ada", "email": "ada@example.com", "message": "Hello"}',
  },
  "/api/upload": {
    about: "What the upload form below sends: a file, streamed to public/uploads, in a body that is not parsed.",
    method: "POST",
    headers: "Content-Type: multipart/form-data; boundary=xx",
    body: `--xx
Content-Disposition: form-data; name="name"

Ada
--xx
Content-Disposition: form-data; name="email"

ada@example.com
--xx
Content-Disposition: form-data; name="file"; filename="notes.txt"
Content-Type: text/plain

The engine weaves algebraic patterns.
--xx--
`,
  },
  "/api/auth/register": {
    about: "Makes a user who can log in.",
    method: "POST",
    headers: JSON_TYPE,
    body: '{"name": "Ada", "email": "ada@example.com", "password": "correct horse"}',
  },
  "/api/auth/login": {
    about: "Sets a cookie that scripts cannot read. Register first.",
    method: "POST",
    headers: JSON_TYPE,
    body: '{"email": "ada@example.com", "password": "correct horse"}',
  },
  "/api/auth/logout": { about: "Takes the cookie back.", method: "POST" },
  "/api/protected": { about: "Wants the cookie of a login, or its token as Authorization: Bearer." },
  "/api/session": {
    about:
      "The session of a Next.js front end with the same AUTH_SECRET: its cookie, or a token of Better Auth.",
  },
  "/api/complex": {
    about: "Composed: 100 requests an hour, for those who are logged in, with a body that fits.",
    method: "POST",
    headers: JSON_TYPE,
    body: '{"name": "Ada", "email": "ada@example.com", "age": 36}',
  },
  "/api/secure-data": {
    about: "Wants the token that the server has in API_TOKEN: see .env.local, which its first start wrote.",
    headers: "Authorization: Bearer my-secret-token",
  },
  "/api/echo/[[...path]]": {
    about: "Shows all that a handler knows of the request.",
    method: "POST",
    path: "/api/echo/a/b?colour=red&colour=blue",
    headers: JSON_TYPE,
    body: '{"name": "Ada", "tags": ["x", "y"]}',
  },
  "/api/webhooks/stripe": {
    about:
      "Stripe calls this. Without STRIPE_WEBHOOK_SECRET it is not configured; with it, this event has no signature.",
    method: "POST",
    headers: JSON_TYPE,
    body: '{"id": "evt_1", "object": "event", "type": "payment_intent.succeeded"}',
  },
  "/api/webhooks/standard": {
    about: "The same for all who sign as Standard Webhooks says, with WEBHOOK_SECRET.",
    method: "POST",
    headers: JSON_TYPE,
    body: '{"type": "user.created", "data": {"id": 7}}',
  },
  "/api/weather": {
    about: "Asks OpenWeather. It needs OPENWEATHER_API_KEY, and answers 503 without.",
    path: "/api/weather?city=Paris",
  },
  "/api/socket": { about: "A WebSocket: the chat below speaks to it. Other requests are told so (426)." },
  "/api/graphql": {
    about: "GraphQL over the same users and posts. Open /api/graphql in a browser for a page of its own.",
    method: "POST",
    headers: JSON_TYPE,
    body: '{"query": "{ users(limit: 5) { name posts { title } } }"}',
  },
  "/api/pusher/auth": {
    about: "Signs for pusher-js which channel somebody who is logged in may join. It needs PUSHER_KEY and others.",
    method: "POST",
    headers: JSON_TYPE,
    body: '{"socket_id": "1234.5678", "channel_name": "private-chat"}',
  },
  "/api/pusher/message": {
    about: "Sends a message through Pusher to all who have joined presence-chat.",
    method: "POST",
    headers: JSON_TYPE,
    body: '{"message": "Hello"}',
  },
  "/api/events": {
    about:
      "Server-sent events: what is said in the chat, as it is said. This page would wait for the end: curl -N localhost:8000/api/events, or new EventSource('/api/events') in the console.",
    method: "HEAD",
  },
  "/api/app/hello": {
    about: "A route handler of app/: GET greets, POST gives the body back.",
    method: "POST",
    headers: JSON_TYPE,
    body: '{"name": "Ada"}',
  },
  "/api/app/posts": { about: "A route handler that reads the query of its URL.", path: "/api/app/posts?id=1" },
  "/api/app/posts/[id]": { about: "A route handler with a parameter.", path: "/api/app/posts/1" },
  "/api/edge": { about: "A route of the edge runtime: it returns a Response.", path: "/api/edge?name=Ada" },
  "/api/routes": { about: "The paths that this page lists." },
};
