// How does this screen stay up to date? A socket; when that fails, asking again and again; and always resuming.
const SILENCE = 35000; // the server speaks every 15 s; with the look below nobody waits longer than 45 s
const POLL = 4000;
const PATIENCE = 8000; // a server that hangs is as silent as one that is away
const SPREAD = 5000; // screens that lost the same server come back within so long, not in the same second

export function startTransport({ socket: address, regions, known, onMessage, onState }) {
  let socket = null;
  let failures = 0;
  let heard = Date.now();
  let timer = null;
  let refused = false;
  let changed = false;
  let looked = Date.now();
  const asked = new Map(); // by op_id: who waits for the answer

  function connect() {
    clearTimeout(timer);
    if (refused || (socket && socket.readyState < 2)) return;
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const mine = new WebSocket(`${scheme}//${location.host}${address}`);
    socket = mine;
    address = address.replace(/&ticket=[^&]*/, ""); // of the page as it was drawn; later who comes is looked up
    setTimeout(() => mine.readyState === 0 && mine.close(), PATIENCE);
    mine.onopen = () => {
      heard = Date.now();
      hello();
      if (changed) hello(); // what is theirs alone was asked for while the socket was not open yet
      changed = false;
    };
    mine.onmessage = (event) => {
      if (mine !== socket) return;
      failures = 0;
      heard = Date.now();
      onState("connected");
      const message = JSON.parse(event.data);
      if (message.beat !== undefined && message.beat > known.seq) hello();
      if (message.op_id !== undefined) settle(message.op_id, message);
      onMessage(message);
    };
    mine.onclose = (event) => {
      if (mine !== socket) return;
      socket = null;
      settleAll();
      if (event.code === 4403) return stop();
      failures += 1;
      if (failures > 1) poll();
      again();
    };
  }

  // A server that stands still answers no closing either: waiting for that took minutes.
  function abandon() {
    const silent = socket;
    socket = null;
    failures = 2;
    silent.close();
    settleAll();
    onState("offline");
    again();
  }

  function stop() {
    refused = true;
    onState("refused");
  }

  // Never longer: who waits half a minute after a failure, waits when the server is long back.
  function again() {
    clearTimeout(timer);
    timer = setTimeout(connect, Math.random() * SPREAD);
  }

  // Sends a command over the socket. Gives null when no answer came: then nobody knows what became of it; and
  // undefined when there is no socket.
  function ask(body) {
    if (!socket || socket.readyState !== 1 || !navigator.onLine) return Promise.resolve(undefined);
    socket.send(JSON.stringify(body));
    return new Promise((resolve) => {
      asked.set(body.op_id, resolve);
      setTimeout(() => settle(body.op_id, null), PATIENCE);
    });
  }

  function settle(opId, answer) {
    asked.get(opId)?.(answer);
    asked.delete(opId);
  }

  function settleAll() {
    for (const opId of [...asked.keys()]) settle(opId, null);
  }

  function hello() {
    if (socket && socket.readyState === 1) {
      socket.send(JSON.stringify({ hello: { epoch: known.epoch, seq: known.seq } }));
    }
  }

  async function poll() {
    try {
      const query = `since=${known.seq}&epoch=${encodeURIComponent(known.epoch)}`;
      const headers = { Accept: "application/json" };
      const answer = await fetch(`${regions}&${query}`, { headers, signal: AbortSignal.timeout(PATIENCE) });
      if (answer.status === 403) return stop();
      if (!answer.ok) throw new Error(answer.status);
      const message = await answer.json();
      heard = Date.now();
      onState("connected");
      onMessage(message);
    } catch {
      onState("offline");
    }
  }

  function resume() {
    if (refused) return;
    if (socket && socket.readyState === 0) {
      changed = true;
      return;
    }
    if (socket && socket.readyState === 1) hello();
    else poll().then(connect);
  }

  setInterval(() => {
    const jumped = Date.now() - looked > 3 * POLL; // the lid of the laptop was closed
    looked = Date.now();
    if (refused) return;
    if (jumped) return resume();
    if (socket && socket.readyState === 1) {
      if (Date.now() - heard > SILENCE) abandon();
    } else if (failures > 1 && document.visibilityState === "visible") poll();
  }, POLL + Math.random() * 1000);
  for (const [target, name] of [[window, "pageshow"], [window, "online"], [document, "visibilitychange"]]) {
    target.addEventListener(name, () => document.visibilityState === "visible" && resume());
  }
  window.addEventListener("offline", () => onState("offline"));
  connect();
  return { resume, ask };
}
