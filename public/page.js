// Text of a server never becomes markup here: it is only ever set as textContent.
import { examples } from "./examples.js";

const SHOWN = 200_000; // characters of a body; more would freeze the page
const at = (id) => document.getElementById(id);

// --- routes -----------------------------------------------------------------------------------------------

async function listRoutes() {
  try {
    const answer = await fetch("/api/routes");
    const routes = await answer.json();
    at("routes").replaceChildren(...routes.map(routeItem));
    choose(routes.includes("/api/hello") ? "/api/hello" : routes[0]);
  } catch (error) {
    at("no-routes").textContent = `The list at /api/routes could not be read: ${error.message}`;
    at("no-routes").hidden = false;
  }
}

function routeItem(route) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = route;
  button.addEventListener("click", () => choose(route));
  const item = document.createElement("li");
  item.append(button);
  return item;
}

function choose(route) {
  for (const button of at("routes").querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.textContent === route));
  }
  const example = examples[route] ?? {};
  at("about").textContent = example.about ?? "";
  at("method").value = example.method ?? "GET";
  at("path").value = example.path ?? route;
  at("headers").value = example.headers ?? "";
  at("body").value = example.body ?? "";
  allowBody();
}

function allowBody() {
  const bodiless = ["GET", "HEAD"].includes(at("method").value);
  at("body").disabled = bodiless;
  at("body-note").textContent = bodiless ? "a browser sends none with GET and HEAD" : "";
}

// --- request ----------------------------------------------------------------------------------------------

function readHeaders(text) {
  const headers = new Headers();
  for (const line of text.split("\n").filter((each) => each.trim())) {
    const colon = line.indexOf(":");
    if (colon < 1) throw new Error(`"${line}" is no header: write Name: value`);
    headers.append(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
  }
  return headers;
}

function readRequest() {
  const url = new URL(at("path").value, location.origin);
  if (url.origin !== location.origin) throw new Error("the path must be one of this server");
  const headers = readHeaders(at("headers").value);
  // A text area has LF alone, and the lines of a multipart body end with CRLF.
  const multipart = headers.get("content-type")?.startsWith("multipart/");
  const text = multipart ? at("body").value.replaceAll("\n", "\r\n") : at("body").value;
  const body = at("body").disabled || !text ? undefined : text;
  return new Request(url, { method: at("method").value, headers, body, cache: "no-store" });
}

async function send(event) {
  event.preventDefault();
  at("answer").hidden = true;
  try {
    const request = readRequest();
    say("", "Waiting for the answer ...");
    const start = performance.now();
    const answer = await fetch(request);
    const bytes = await answer.arrayBuffer();
    showAnswer(answer, bytes, performance.now() - start);
  } catch (error) {
    say("bad", "No answer", error.message);
  }
}

// --- answer -----------------------------------------------------------------------------------------------

function element(name, text, kind = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = kind;
  return made;
}

function say(kind, text, ...details) {
  const name = details.length ? "strong" : "span";
  at("status").replaceChildren(element(name, text, kind), ...details.map((each) => element("span", each)));
}

function showAnswer(answer, bytes, time) {
  const kind = answer.ok ? "good" : answer.status < 400 ? "moved" : "bad";
  const way = answer.redirected ? [`after a redirect to ${new URL(answer.url).pathname}`] : [];
  say(kind, `${answer.status} ${answer.statusText}`, `${time.toFixed(1)} ms`, `${bytes.byteLength} bytes`, ...way);
  const pairs = [...answer.headers].flatMap(([name, value]) => [element("dt", name), element("dd", value)]);
  at("answer-headers").replaceChildren(...pairs);
  at("answer-body").textContent = readable(new TextDecoder().decode(bytes), answer.headers.get("content-type"));
  at("answer").hidden = false;
  at("status").scrollIntoView({ block: "nearest" });
}

function readable(text, type) {
  const whole = isJson(type) ? indented(text) : text;
  return whole.length > SHOWN ? `${whole.slice(0, SHOWN)}\n... and more` : whole || "(empty)";
}

function isJson(type) {
  return /^application\/([\w.-]+\+)?json\b/.test(type ?? "");
}

function indented(text) {
  try {
    const value = JSON.parse(text);
    // A number that JavaScript cannot hold would be shown otherwise than it was sent.
    return JSON.stringify(value) === text ? JSON.stringify(value, null, 2) : text;
  } catch {
    return text;
  }
}

at("method").addEventListener("change", allowBody);
at("request").addEventListener("submit", send);
listRoutes();
