// Text of a server never becomes markup here: it is only ever set as textContent.
const at = (id) => document.getElementById(id);

async function ask(query, variables) {
  const answer = await fetch("/api/graphql", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ query, variables }),
    cache: "no-store",
  });
  return [answer, await answer.json()];
}

// --- fields -----------------------------------------------------------------------------------------------

const TYPE = "kind name ofType { kind name ofType { kind name ofType { kind name } } }";
const FIELDS = `fields { name description args { name type { ${TYPE} } } type { ${TYPE} } }`;
const SCHEMA = `{ __schema { queryType { ${FIELDS} } mutationType { ${FIELDS} } types { kind name ${FIELDS} } } }`;

function typeText(type) {
  if (type.kind === "NON_NULL") return `${typeText(type.ofType)}!`;
  return type.kind === "LIST" ? `[${typeText(type.ofType)}]` : type.name;
}

function leafName(type) {
  return type.ofType ? leafName(type.ofType) : type.name;
}

async function listFields() {
  try {
    const [, { data }] = await ask(SCHEMA);
    const { queryType, mutationType, types } = data.__schema;
    const item = (kind) => (field) => fieldItem(kind, field, types);
    at("fields").replaceChildren(
      ...queryType.fields.map(item("query")),
      ...mutationType.fields.map(item("mutation")),
    );
  } catch (error) {
    at("no-fields").textContent = `The schema could not be read: ${error.message}`;
    at("no-fields").hidden = false;
  }
}

function fieldItem(kind, field, types) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = field.name;
  const takes = field.args.map((arg) => `${arg.name}: ${typeText(arg.type)}`).join(", ");
  button.title = `${kind} ${field.name}${takes && `(${takes})`}: ${typeText(field.type)}`;
  button.addEventListener("click", () => choose(kind, field, types));
  const item = document.createElement("li");
  item.append(button);
  return item;
}

// Writes an operation with a variable for each argument, and all plain fields of what it gives.
function choose(kind, field, types) {
  const declared = field.args.map((arg) => `$${arg.name}: ${typeText(arg.type)}`).join(", ");
  const passed = field.args.map((arg) => `${arg.name}: $${arg.name}`).join(", ");
  const inside = types.find((type) => type.name === leafName(field.type))?.fields ?? [];
  const plain = inside.filter((each) => !types.find((type) => type.name === leafName(each.type))?.fields);
  const selection = plain.length ? ` {\n${plain.map((each) => `    ${each.name}\n`).join("")}  }` : "";
  const head = declared ? `${kind} (${declared})` : kind;
  at("query").value = `${head} {\n  ${field.name}${passed && `(${passed})`}${selection}\n}`;
  at("variables").value = field.args.length ? JSON.stringify(Object.fromEntries(field.args.map(example))) : "";
}

function example({ name, type }) {
  const known = { limit: 5, page: 1, age: 36, email: "ada@example.com" };
  return [name, known[name] ?? (leafName(type) === "Int" ? 1 : name === "id" ? "1" : name)];
}

// --- operation --------------------------------------------------------------------------------------------

async function run(event) {
  event.preventDefault();
  at("result").hidden = true;
  try {
    const text = at("variables").value.trim();
    const variables = text ? JSON.parse(text) : undefined;
    say("", "Waiting for the answer ...");
    const start = performance.now();
    const [answer, result] = await ask(at("query").value, variables);
    const time = `${(performance.now() - start).toFixed(1)} ms`;
    const told = result.errors ? `${result.errors.length} ${result.errors.length > 1 ? "errors" : "error"}` : "Done";
    say(result.errors ? "bad" : "good", told, String(answer.status), time);
    at("result").textContent = JSON.stringify(result, null, 2);
    at("result").hidden = false;
  } catch (error) {
    say("bad", "No answer", error.message);
  }
}

function say(kind, first, ...rest) {
  const strong = document.createElement("strong");
  strong.className = kind;
  strong.textContent = first;
  const spans = rest.map((text) => Object.assign(document.createElement("span"), { textContent: text }));
  at("status").replaceChildren(kind ? strong : first, ...spans);
}

at("operation").addEventListener("submit", run);
at("query").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) at("operation").requestSubmit();
});
listFields();
