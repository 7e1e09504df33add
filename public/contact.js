// Shows the answer beside the contact form. Without this file the browser shows it by itself.
const form = document.getElementById("contact");
const shown = document.getElementById("contact-answer");
const button = form.querySelector("button");

async function send(event) {
  event.preventDefault();
  button.disabled = true; // a second click is no second message
  say("", "Sending ...");
  try {
    const body = new URLSearchParams(new FormData(form));
    await showAnswer(await fetch(form.action, { method: "POST", body }));
  } catch (error) {
    say("bad", `It could not be sent: ${error.message}`);
  }
  button.disabled = false;
}

async function showAnswer(answer) {
  const text = await answer.text();
  if (answer.ok) {
    const { message, id } = JSON.parse(text);
    say("good", `${message}. Its number is ${id}.`);
    form.reset();
  } else {
    say("bad", reason(text));
  }
}

function reason(text) {
  try {
    return JSON.parse(text).error;
  } catch {
    return text; // the body parser and a failure answer with text
  }
}

function say(kind, text) {
  shown.className = kind;
  shown.textContent = text;
}

form.addEventListener("submit", send);
