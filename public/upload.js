// Sends the upload form, shows how far it is, and then where the file is.
const form = document.getElementById("upload");
const shown = document.getElementById("upload-answer");
const bar = form.querySelector("progress");
const [send, stop] = form.querySelectorAll("button");
const LIMIT = Number(form.dataset.limit); // bytes, as in lib/uploads.py

let request = null;

function start(event) {
  event.preventDefault();
  const file = form.elements.file.files[0];
  if (file.size > LIMIT) {
    return say("bad", `${file.name} is over ${LIMIT / 1024 / 1024} MB`); // the server would say so as well
  }
  request = new XMLHttpRequest(); // fetch does not tell how much of a body was sent
  request.upload.addEventListener("progress", (sent) => progress(sent.loaded / sent.total));
  request.addEventListener("load", () => end(...answer(request)));
  request.addEventListener("error", () => end("bad", "It could not be sent."));
  request.addEventListener("abort", () => end("moved", "It was cancelled."));
  say("", "Sending ...");
  busy(true);
  progress(0);
  request.open("POST", form.action);
  request.send(new FormData(form));
}

function answer({ status, responseText }) {
  let told;
  try {
    told = JSON.parse(responseText);
  } catch {
    return ["bad", responseText || `Status ${status}`]; // a failure answers with text
  }
  return status === 200 ? ["good", told.file] : ["bad", told.error];
}

function end(kind, told) {
  busy(false);
  if (kind !== "good") return say(kind, told);
  const link = document.createElement("a");
  link.href = `/uploads/${told.fileName}`;
  link.textContent = told.fileName;
  say(kind, `${told.originalName}, ${told.size.toLocaleString("en")} bytes, is now `);
  shown.append(link);
  form.reset();
}

function busy(on) {
  send.disabled = on; // a second click is no second upload
  stop.hidden = bar.hidden = !on;
}

function progress(part) {
  bar.value = part;
  bar.textContent = `${Math.round(part * 100)} %`;
}

function say(kind, text) {
  shown.className = kind;
  shown.textContent = text;
}

form.addEventListener("submit", start);
stop.addEventListener("click", () => request.abort());
