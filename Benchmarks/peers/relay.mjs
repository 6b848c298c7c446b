// What one would write in an afternoon: the same protocol on node:http, with no package. It trusts its clients.
//
//     node relay.mjs PORT

import { randomBytes } from "node:crypto";
import { createServer } from "node:http";

const POLL_MILLISECONDS = 25_000;
const peers = new Map(); // by token
const waiting = new Map(); // callers by code

function answer(response, status, value) {
  if (value === undefined) return response.writeHead(status).end();
  const body = JSON.stringify(value);
  const fields = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
  response.writeHead(status, fields).end(body);
}

function answerPoll(peer) {
  const response = peer.held;
  peer.held = null;
  clearTimeout(peer.timer);
  if (peer.events.length > 0) answer(response, 200, { events: peer.events });
  else answer(response, 204);
}

function put(peer, event) {
  peer.events.push({ seq: ++peer.seq, ...event });
  if (peer.held) answerPoll(peer);
}

function dial(response, { code }) {
  const peer = { token: randomBytes(32).toString("base64url"), code, events: [], seq: 0, other: null, held: null };
  peers.set(peer.token, peer);
  const caller = waiting.get(code);
  answer(response, 201, { token: peer.token, role: caller ? "callee" : "caller", iceServers: [], pollSeconds: 25 });
  if (!caller) return waiting.set(code, peer);
  waiting.delete(code);
  [peer.other, caller.other] = [caller, peer];
  put(caller, { type: "joined" });
}

function hold(peer, response, after) {
  while (peer.events.length > 0 && peer.events[0].seq <= after) peer.events.shift();
  if (peer.held) answerPoll(peer);
  peer.held = response;
  if (peer.events.length > 0) return answerPoll(peer);
  peer.timer = setTimeout(answerPoll, POLL_MILLISECONDS, peer);
  response.on("close", () => {
    if (peer.held !== response) return;
    peer.held = null;
    clearTimeout(peer.timer);
  });
}

function post(peer, response, { messages }) {
  if (!peer.other) return answer(response, 409);
  for (const { type, data } of messages) put(peer.other, { type, data });
  answer(response, 204);
}

function leave(peer, response, { reason }) {
  peers.delete(peer.token);
  if (waiting.get(peer.code) === peer) waiting.delete(peer.code);
  if (reason !== "connected" && peer.other) put(peer.other, { type: "left", reason });
  answer(response, 204);
}

function withBody(request, then) {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => then(JSON.parse(Buffer.concat(parts))));
}

const eventsAfter = "/v1/events?after=";

function handle(request, response) {
  const { url } = request;
  if (url === "/healthz") return response.writeHead(200, { "Content-Length": 3 }).end("OK\n");
  if (url === "/v1/dial") return withBody(request, (body) => dial(response, body));
  const peer = peers.get((request.headers.authorization ?? "").slice("Bearer ".length));
  if (!peer) return answer(response, 401);
  if (url.startsWith(eventsAfter)) return hold(peer, response, Number(url.slice(eventsAfter.length)));
  if (url === "/v1/messages") return withBody(request, (body) => post(peer, response, body));
  if (url === "/v1/leave") return withBody(request, (body) => leave(peer, response, body));
  answer(response, 404);
}

const server = createServer(handle);
server.keepAliveTimeout = 3_600_000;
server.requestTimeout = server.headersTimeout = 0;
server.listen({ port: Number(process.argv[2]), host: "127.0.0.1", backlog: 4096 });
