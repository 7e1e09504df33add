// The chat: a WebSocket that comes back by itself. What others say is only ever set as textContent.
const form = document.getElementById("chat");
const lines = document.getElementById("chat-lines");
const state = document.getElementById("chat-state");
const [send, leave] = form.querySelectorAll("button");
const { name, text } = form.elements;

const KEPT = 200; // lines on the page
const LONGEST_PAUSE = 30_000;

let socket = null;
let attempts = 0;
let timer = 0;

function connect() {
  const url = new URL("api/socket", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  socket = new WebSocket(url);
  socket.addEventListener("open", opened);
  socket.addEventListener("message", (event) => show(JSON.parse(event.data)));
  socket.addEventListener("close", closed);
}

function opened() {
  attempts = 0;
  say("good", "You are in the chat.");
  update();
  text.focus();
}

// Each attempt waits longer, and nobody as long as the others: a server that starts again is not met by all at once.
function closed() {
  if (socket === null) return;
  const pause = Math.min(500 * 2 ** attempts, LONGEST_PAUSE) * (0.5 + Math.random() / 2);
  attempts += 1;
  say("bad", `The connection is lost. Trying again in ${Math.ceil(pause / 1000)} s ...`);
  timer = setTimeout(connect, pause);
  update();
}

function quit() {
  clearTimeout(timer);
  const old = socket;
  socket = null;
  old?.close();
  say("", "You have left.");
  update();
}

function show({ name, text, error }) {
  if (error) return say("bad", error);
  const who = document.createElement("strong");
  who.textContent = name;
  const what = document.createElement("span");
  what.textContent = text;
  const line = document.createElement("li");
  line.append(who, " ", what);
  lines.append(line);
  if (lines.children.length > KEPT) lines.firstElementChild.remove();
  lines.hidden = false;
  lines.scrollTop = lines.scrollHeight;
}

function submit(event) {
  event.preventDefault();
  if (socket === null) {
    say("", "Connecting ...");
    connect();
  } else if (socket.readyState === WebSocket.OPEN && text.value.trim()) {
    socket.send(JSON.stringify({ name: name.value, text: text.value }));
    text.value = "";
  }
  update();
}

function update() {
  const open = socket?.readyState === WebSocket.OPEN;
  text.disabled = !open;
  send.textContent = socket === null ? "Join" : "Say";
  send.disabled = socket !== null && !open;
  leave.hidden = socket === null;
}

function say(kind, words) {
  state.className = kind;
  state.textContent = words;
}

form.addEventListener("submit", submit);
leave.addEventListener("click", quit);
form.hidden = false;
