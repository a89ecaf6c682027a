// A whole Raft in JavaScript, for raftlab. docs/protocol.md describes the lines that it reads and writes.
//
//     raftlab play leader_crash --node "node examples/raft.mjs"
//     raftlab check --node "node examples/raft.mjs"
//     raftlab explore replication --node "node examples/raft.mjs"
//
// A node is an object with the fields of its state. Nothing is kept between two questions: each one brings the state.
// With --keep-state, the program keeps the states itself; it can then be played, but neither checked nor explored.

import { createInterface } from "node:readline";

/** What happens to a node, by the type of the event or message. */
const handlers = { Tick, ElectionTimeout, HeartbeatTimeout, Propose, RequestVote, RequestVoteReply, AppendEntries, AppendEntriesReply };

// -- Time ---------------------------------------------------------------------------------------

function Tick(node, event) {
  node.timer -= event.n;
  if (node.timer <= 0) (node.role === "leader" ? HeartbeatTimeout : ElectionTimeout)(node);
}

function ElectionTimeout(node) {
  if (node.role === "leader") return;
  node.because(node.role === "candidate" ? "CA-4" : "FO-2");
  becomeCandidate(node);
  for (const peer of peers(node)) {
    node.send("RequestVote", peer, { last_log_index: node.log.length, last_log_term: termAt(node, node.log.length) });
  }
  countVotes(node);
}

function HeartbeatTimeout(node) {
  if (node.role !== "leader") return;
  node.because("LE-1");
  broadcast(node);
}

// -- Elections ----------------------------------------------------------------------------------

function RequestVote(node, msg) {
  const lastTerm = termAt(node, node.log.length);
  const worse = msg.last_log_term < lastTerm || (msg.last_log_term === lastTerm && msg.last_log_index < node.log.length);
  const refused = msg.term < node.term ? "RV-1" : node.voted_for !== null && node.voted_for !== msg.src ? "RV-2" : worse ? "UTD" : "";
  if (!refused) {
    node.voted_for = msg.src;
    node.save(); // before the reply: a node that forgot its vote in a crash could vote twice
    resetElectionTimer(node);
  }
  node.because(refused || "RV-2");
  node.send("RequestVoteReply", msg.src, { vote_granted: !refused });
}

function RequestVoteReply(node, msg) {
  if (node.role !== "candidate" || msg.term !== node.term || !msg.vote_granted) return;
  if (!node.votes.includes(msg.src)) node.votes.push(msg.src);
  countVotes(node);
}

function countVotes(node) {
  if (!isQuorum(node, node.votes.length)) return;
  node.because("CA-2");
  becomeLeader(node);
}

// -- Replication ----------------------------------------------------------------------------------

function AppendEntries(node, msg) {
  const reply = (success, matchIndex, rule) => {
    node.because(rule);
    node.send("AppendEntriesReply", msg.src, { success, prev_log_index: msg.prev_log_index, match_index: matchIndex });
  };
  if (msg.term < node.term) return reply(false, 0, "AE-1");
  if (node.role === "candidate") {
    node.because("CA-3");
    becomeFollower(node, node.term);
  }
  node.leader = msg.src;
  resetElectionTimer(node);
  if (termAt(node, msg.prev_log_index) !== msg.prev_log_term) return reply(false, 0, "AE-2");
  store(node, msg.prev_log_index + 1, msg.entries);
  const lastNew = msg.prev_log_index + msg.entries.length;
  commit(node, Math.min(msg.leader_commit, lastNew), "AE-5");
  reply(true, lastNew, "FO-1");
}

/** Delete only what contradicts the new entries, and append only what is missing. */
function store(node, first, entries) {
  for (const [offset, [term]] of entries.entries()) {
    const index = first + offset;
    if (termAt(node, index) === term) continue; // already here: a late, shorter append must not delete what follows
    node.because(index > node.log.length ? "AE-4" : "AE-3");
    node.log.splice(index - 1, Infinity, ...entries.slice(offset));
    node.save(index);
    return;
  }
}

function AppendEntriesReply(node, msg) {
  if (node.role !== "leader" || msg.term < node.term) return;
  const match = node.match_index[msg.src];
  if (msg.success) {
    node.because("LE-3a");
    node.match_index[msg.src] = Math.max(match, msg.match_index); // replies may overtake each other
    node.next_index[msg.src] = node.match_index[msg.src] + 1;
    advanceCommitIndex(node);
  } else if (msg.prev_log_index === node.next_index[msg.src] - 1 && msg.prev_log_index > match) {
    node.because("LE-3b");
    node.next_index[msg.src] = msg.prev_log_index;
    replicate(node, msg.src);
  }
}

/** Commit the newest entry that a majority has, if it is of the leader's own term. */
function advanceCommitIndex(node) {
  for (let index = node.log.length; index > node.commit_index; index--) {
    const holders = Object.values(node.match_index).filter((match) => match >= index).length;
    if (isQuorum(node, holders) && termAt(node, index) === node.term) return commit(node, index, "LE-4");
  }
}

function commit(node, index, rule) {
  if (index <= node.commit_index) return;
  node.because(rule);
  node.commit_index = index;
  while (node.last_applied < index) {
    node.because("ALL-1");
    node.last_applied += 1;
    node.effect("Apply", { index: node.last_applied, entry: node.log[node.last_applied - 1] });
    const client = node.waiting[node.last_applied];
    delete node.waiting[node.last_applied];
    if (client !== undefined) node.effect("Answer", { client, result: { type: "Applied", index: node.last_applied } });
  }
}

function replicate(node, peer) {
  const prev = node.next_index[peer] - 1;
  node.send("AppendEntries", peer, {
    prev_log_index: prev,
    prev_log_term: termAt(node, prev) ?? 0,
    entries: node.log.slice(prev),
    leader_commit: node.commit_index,
  });
}

function broadcast(node) {
  node.timer = node.heartbeat_interval;
  for (const peer of peers(node)) replicate(node, peer);
}

// -- Clients ----------------------------------------------------------------------------------------

function Propose(node, event) {
  if (node.role !== "leader") {
    if (event.client !== null) node.effect("Answer", { client: event.client, result: { type: "NotLeader", leader: node.leader } });
    return;
  }
  node.because("LE-2");
  node.log.push([node.term, event.command]);
  node.save(node.log.length);
  if (event.client !== null) node.waiting[node.log.length] = event.client;
  node.match_index[node.id] = node.log.length;
  node.because("LE-3");
  broadcast(node);
  advanceCommitIndex(node);
}

// -- Roles --------------------------------------------------------------------------------------------

function becomeFollower(node, term) {
  if (node.role === "leader") resetElectionTimer(node);
  Object.assign(node, { role: "follower", leader: null, votes: [], next_index: {}, match_index: {}, waiting: {} });
  if (term > node.term) {
    Object.assign(node, { term, voted_for: null });
    node.save();
  }
}

function becomeCandidate(node) {
  node.because("CA-1");
  Object.assign(node, { role: "candidate", leader: null, term: node.term + 1, voted_for: node.id, votes: [node.id] });
  node.save();
  resetElectionTimer(node);
}

function becomeLeader(node) {
  Object.assign(node, { role: "leader", leader: node.id, next_index: {}, match_index: {} });
  for (const each of node.nodes) node.match_index[each] = each === node.id ? node.log.length : 0;
  for (const peer of peers(node)) node.next_index[peer] = node.log.length + 1;
  node.because("LE-1");
  broadcast(node);
}

// -- Small words ----------------------------------------------------------------------------------------

const peers = (node) => node.nodes.filter((each) => each !== node.id);
const isQuorum = (node, count) => count > node.nodes.length / 2;

/** The term of the entry at an index: 0 before the first entry, null where there is none. */
const termAt = (node, index) => (index === 0 ? 0 : (node.log[index - 1]?.[0] ?? null));

function resetElectionTimer(node) {
  const [shortest, longest] = node.election_timeout;
  node.timeout = node.timer = shortest + Math.floor(node.random() * (longest - shortest + 1));
}

// -- Questions and answers --------------------------------------------------------------------------------

const MESSAGES = new Set(["RequestVote", "RequestVoteReply", "AppendEntries", "AppendEntriesReply"]);

/** A node that can do things: its state, and what it does, which is collected in `effects`. */
class Node {
  #effects = [];
  #dice;
  #drawn = 0;

  constructor(state, dice) {
    Object.assign(this, state);
    this.#dice = dice;
  }

  random() {
    return this.#dice[this.#drawn++ % this.#dice.length];
  }

  effect(type, fields) {
    this.#effects.push({ type, ...fields });
  }

  because(rule) {
    this.effect("Because", { rule });
  }

  send(type, dst, fields) {
    this.effect("Send", { message: { type, src: this.id, dst, term: this.term, ...fields } });
  }

  save(index = this.log.length + 1) {
    this.effect("Save", { term: this.term, voted_for: this.voted_for, index, entries: this.log.slice(index - 1) });
  }

  step(event) {
    if (MESSAGES.has(event.type) && event.term > this.term) {
      this.because("ALL-2");
      becomeFollower(this, event.term);
    }
    handlers[event.type](this, event);
  }

  /** The answer: what was done, the whole state, and how many dice were drawn. */
  answer() {
    return { effects: this.#effects, state: { ...this }, drawn: this.#drawn };
  }
}

function started({ saved, ...fixed }, dice) {
  const { term, voted_for, log } = saved;
  const volatile = { role: "follower", leader: null, votes: [], commit_index: 0, last_applied: 0, next_index: {}, match_index: {}, waiting: {} };
  const node = new Node({ ...fixed, term, voted_for, log, ...volatile, timer: 0, timeout: 0 }, dice);
  resetElectionTimer(node);
  return node;
}

/** The states that are kept here, by the numbers of their nodes; null if each question brings its state. */
const kept = process.argv.includes("--keep-state") ? new Map() : null;

function answered({ state, node: number, events = [], dice, ...question }) {
  const node = question.new ? started(question.new, dice) : new Node(kept?.get(number) ?? state, dice);
  for (const event of events) node.step(event);
  const answer = node.answer();
  kept?.set(number, answer.state);
  return answer;
}

const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
let greeted = false;
for await (const line of createInterface({ input: process.stdin })) {
  if (greeted) for (const question of JSON.parse(line)) say(answered(question));
  else say({ raftlab: 1, name: "Raft in JavaScript", keeps_state: kept !== null });
  greeted = true;
}
